// What AIR, or one target, cannot express.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/target/Targets.h"

namespace mlir {
class ModuleOp;
}

namespace enigma::air {

/// Limits and types of the kernel that the target does not have, as errors at
/// their ops.
mlir::LogicalResult checkKernel(KernelOp kernel, const Target &target);

/// After conversion: an error at each op that is not of the LLVM dialect.
mlir::LogicalResult refuseUnconverted(mlir::ModuleOp module);

} // namespace enigma::air
