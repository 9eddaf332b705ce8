// The types of Python variables in debug information: Metal's.
#pragma once

#include "KernelSignature.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace enigma::air {

/// The type of a value of a kernel that has not been lowered yet; null for one
/// that debuggers cannot show, and for an integer of unknown signedness.
mlir::LLVM::DITypeAttr variableType(mlir::Value value);

/// `device T *` or `constant T &`.
mlir::LLVM::DITypeAttr parameterType(mlir::MLIRContext *context,
                                     const BufferParameter &buffer);

} // namespace enigma::air
