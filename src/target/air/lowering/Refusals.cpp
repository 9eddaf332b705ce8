// What AIR, or one target, cannot express, as errors at the operations.
#include "Refusals.h"
#include "TypeNames.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

/// Threadgroup memory of one threadgroup (reference section 2.7).
static constexpr uint64_t maxThreadgroupBytes = 32768;

static bool isBFloatMatrix(Type type) {
  auto matrix = dyn_cast<SimdgroupMatrixType>(type);
  return matrix && matrix.getElementType().isBF16();
}

static std::string_view firstTargetWithBFloat(Platform platform) {
  for (const Target &target : targetTable)
    if (target.platform == platform && target.air >= firstAIRWithBFloat)
      return target.name;
  return defaultTargetName;
}

/// Where there is no bfloat its bits stand for it, but the matrix units and the
/// loader know only the type itself.
static LogicalResult checkBFloat(KernelOp kernel, const Target &target) {
  if (target.air >= firstAIRWithBFloat)
    return success();
  auto refuse = [&](Location loc, StringRef what) {
    return emitError(loc) << what << " needs AIR " << firstAIRWithBFloat.major
                          << '.' << firstAIRWithBFloat.minor << "; "
                          << target.name << " has " << target.air.major << '.'
                          << target.air.minor
                          << ", the first target with it is "
                          << firstTargetWithBFloat(target.platform);
  };
  WalkResult result = kernel.walk([&](Operation *op) {
    if (llvm::any_of(op->getResultTypes(), isBFloatMatrix))
      (void)refuse(op->getLoc(), "a simdgroup matrix of bf16");
    else if (auto constant = dyn_cast<GetFunctionConstantOp>(op);
             constant && constant.getType().isBF16())
      (void)refuse(op->getLoc(), "a function constant of bf16");
    else
      return WalkResult::advance();
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

static LogicalResult checkThreadgroupMemory(KernelOp kernel) {
  uint64_t total = 0;
  WalkResult result = kernel.walk([&](ThreadgroupAllocOp op) {
    BufferType buffer = op.getResult().getType();
    uint32_t bytes = elementTypeOf(buffer.getElementType()).bytes();
    total = llvm::alignTo(total, bytes) +
            uint64_t(bytes) * *buffer.getNumElements();
    if (total <= maxThreadgroupBytes)
      return WalkResult::advance();
    op.emitError() << "threadgroup memory of the kernel is " << total
                   << " bytes up to here; the limit is " << maxThreadgroupBytes;
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult checkKernel(KernelOp kernel, const Target &target) {
  if (failed(checkBFloat(kernel, target)))
    return failure();
  return checkThreadgroupMemory(kernel);
}

LogicalResult refuseUnconverted(ModuleOp module) {
  bool refused = false;
  module.walk([&](Operation *op) {
    // A cast stands where a converted value meets an op that is refused itself.
    if (isa<ModuleOp, UnrealizedConversionCastOp>(op) ||
        isa_and_nonnull<LLVM::LLVMDialect>(op->getDialect()))
      return;
    refused = true;
    InFlightDiagnostic error = emitError(op->getLoc())
                               << "no AIR form for '" << op->getName() << "'";
    if (op->getNumOperands() != 0)
      error << " of " << op->getOperandTypes();
  });
  return failure(refused);
}

} // namespace enigma::air
