// Reads of function constants in the LLVM dialect.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/air/FunctionConstants.h"

namespace enigma::air {

/// Replaces the reads of a kernel, whose symbols are not looked up, by loads of
/// variables in the module around it.
void replaceFunctionConstants(KernelOp kernel,
                              llvm::ArrayRef<FunctionConstant> constants);

} // namespace enigma::air
