// What AIR, or one target, cannot express.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/target/Targets.h"

namespace mlir {
class ModuleOp;
}

namespace enigma::air {

/// `bfloat` is a type of AIR from here on (reference section 3.3).
inline constexpr Version firstAIRWithBFloat = {2, 6};

/// Limits and types of the kernel that the target does not have, as errors at
/// their ops.
mlir::LogicalResult checkKernel(KernelOp kernel, const Target &target);

/// After conversion: an error at each op that is not of the LLVM dialect.
mlir::LogicalResult refuseUnconverted(mlir::ModuleOp module);

} // namespace enigma::air
