// Function constants at file scope: their declarations and what kernels call
// them.
#pragma once

#include "enigma/IR/Enigma.h"
#include "llvm/ADT/StringMap.h"
#include <string>

namespace enigma::msl {

struct FunctionConstants {
  /// The declarations, one a line.
  std::string text;
  /// What a kernel writes for the value of a symbol.
  llvm::StringMap<std::string> values;
};

/// The function constants that kernels of the module read, in the order of the
/// module. Their names differ from each other and from the kernels'.
FunctionConstants declareFunctionConstants(mlir::ModuleOp module);

} // namespace enigma::msl
