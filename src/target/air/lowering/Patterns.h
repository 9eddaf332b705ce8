// The steps from the enigma dialect to the LLVM dialect; see Lowering.cpp for
// their order.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/target/Targets.h"

namespace mlir {
class LLVMTypeConverter;
class RewritePatternSet;
class ConversionTarget;
} // namespace mlir

namespace enigma::air {

/// What the patterns need to know beyond the op they lower.
struct PatternContext {
  const Target &target;
  bool fastMath;
  /// The kernel's argument that is the lane's index, if it has one.
  std::optional<unsigned> laneArgument;
};

/// How many of a simdgroup matrix's 64 elements a lane holds.
inline constexpr unsigned matrixElementsPerLane = 2;

/// scf.for, scf.if and scf.while of the kernel to blocks of its body.
mlir::LogicalResult lowerControlFlow(KernelOp kernel);

/// arith: conversions and remainders through `air.*`, divisions that cannot
/// trap, the rest as MLIR does. Ops without an AIR form are marked legal, so
/// that they stay and are refused.
void populateArithmetic(const mlir::LLVMTypeConverter &converter,
                        mlir::RewritePatternSet &patterns,
                        mlir::ConversionTarget &target,
                        const PatternContext &context);

/// Kernels, memory and barriers.
void populateMemory(mlir::LLVMTypeConverter &converter,
                    mlir::RewritePatternSet &patterns,
                    const PatternContext &context);

/// Atomics.
void populateAtomics(const mlir::LLVMTypeConverter &converter,
                     mlir::RewritePatternSet &patterns,
                     const PatternContext &context);

/// Functions of Metal's standard library, by what their op says of itself.
void populateFunctions(const mlir::LLVMTypeConverter &converter,
                       mlir::RewritePatternSet &patterns,
                       const PatternContext &context);

/// Functions that have no intrinsic, to arith ops and functions that have one.
void populateExpansions(mlir::RewritePatternSet &patterns,
                        const PatternContext &context);

/// The math mode as flags of the float operations that may have them in LLVM
/// 14.
mlir::arith::FastMathFlags fastMathFlags(bool fast);

/// Simdgroup matrices.
void populateSimdgroupMatrix(mlir::LLVMTypeConverter &converter,
                             mlir::RewritePatternSet &patterns,
                             const PatternContext &context);

} // namespace enigma::air
