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

/// `bfloat` is a type of AIR from here on (reference section 3.3).
static constexpr Version firstAIRWithBFloat = {2, 6};

static bool isBFloat(Type type) {
  if (auto buffer = dyn_cast<BufferType>(type))
    type = buffer.getElementType();
  else if (auto scalar = dyn_cast<enigma::ScalarType>(type))
    type = scalar.getElementType();
  else if (auto matrix = dyn_cast<SimdgroupMatrixType>(type))
    type = matrix.getElementType();
  return getElementTypeOrSelf(type).isBF16();
}

static std::string_view firstTargetWithBFloat(Platform platform) {
  for (const Target &target : targetTable)
    if (target.platform == platform && target.air >= firstAIRWithBFloat)
      return target.name;
  return defaultTargetName;
}

static LogicalResult checkBFloat(KernelOp kernel, const Target &target) {
  if (target.air >= firstAIRWithBFloat)
    return success();
  auto refuse = [&](Location loc) {
    return emitError(loc) << "bf16 needs AIR " << firstAIRWithBFloat.major
                          << '.' << firstAIRWithBFloat.minor << "; "
                          << target.name << " has " << target.air.major << '.'
                          << target.air.minor
                          << ", the first target with it is "
                          << firstTargetWithBFloat(target.platform);
  };
  for (BlockArgument argument : kernel.getEntryBlock().getArguments())
    if (isBFloat(argument.getType()))
      return refuse(argument.getLoc());
  WalkResult result = kernel.walk([&](Operation *op) {
    if (llvm::none_of(op->getResultTypes(), isBFloat))
      return WalkResult::advance();
    (void)refuse(op->getLoc());
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

static LogicalResult checkThreadgroupMemory(KernelOp kernel) {
  uint64_t total = 0;
  WalkResult result = kernel.walk([&](ThreadgroupAllocOp op) {
    BufferType buffer = op.getResult().getType();
    ElementLayout layout = layoutOf(buffer.getElementType());
    total = llvm::alignTo(total, layout.alignment) +
            uint64_t(layout.size) * *buffer.getNumElements();
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
