// The globals, the initialiser and the metadata of function constants
// (reference section 2.8).
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include <optional>
#include <string>

namespace enigma::air {

struct FunctionConstant {
  std::string name;
  uint32_t index = 0;
  DType dtype = DType::f32;
  /// Bits of the value where none is given; without it one has to be given.
  std::optional<uint64_t> defaultBits = {};
};

/// The variable that kernels read; bool is a byte.
std::string functionConstantVariable(const FunctionConstant &constant);

/// Adds what gives the variables their values when a kernel is loaded. `stem`
/// is the module's name; `kernel` a kernel whose string attributes the
/// initialiser shares.
void addFunctionConstants(llvm::Module &module,
                          llvm::ArrayRef<FunctionConstant> constants,
                          llvm::StringRef stem, const llvm::Function &kernel);

/// Takes it out again and leaves variables that link by name.
void openFunctionConstants(llvm::Module &module,
                           llvm::ArrayRef<FunctionConstant> constants);

} // namespace enigma::air
