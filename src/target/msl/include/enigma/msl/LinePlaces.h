// Where the lines of Metal source come from, for what Apple's compiler says of
// them.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include <optional>
#include <vector>

namespace enigma {

/// By line; the first one is entry 0.
using MSLPlaces = std::vector<std::optional<mlir::Location>>;

/// The places of `text`, which emitMSL made of `module` with comments: those
/// say the Python line of each statement group, and the module says which part
/// of that line it is.
MSLPlaces placesOfMSL(mlir::ModuleOp module, llvm::StringRef text);

} // namespace enigma
