// The kernels of a module as one LLVM module, for the `.air` file.
#pragma once

#include "enigma/air/FunctionConstants.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include <memory>

namespace enigma::air {

/// Links copies of the kernels' modules. Metadata that is said once per module
/// (versions, compile options) is said once, and so are `constants`, the
/// function constants of all of them. `source` becomes `source_filename` and
/// `!air.source_file_name`, `stem` names the initialiser. Null if the modules
/// do not fit together.
std::unique_ptr<llvm::Module>
linkObjectModule(llvm::ArrayRef<std::unique_ptr<llvm::Module>> kernels,
                 llvm::StringRef source,
                 llvm::ArrayRef<FunctionConstant> constants = {},
                 llvm::StringRef stem = {});

} // namespace enigma::air
