// What AIR, or one target, cannot express, as errors at the operations.
#include "Refusals.h"
#include "TypeNames.h"
#include "enigma/diagnostics/InFlight.h"
#include "enigma/target/Limits.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

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

static std::string dotted(StringRef what, Version version) {
  return (what + " " + Twine(version.major) + "." + Twine(version.minor)).str();
}

/// Where there is no bfloat its bits stand for it, but the matrix units and the
/// loader know only the type itself.
static LogicalResult checkBFloat(KernelOp kernel, const Target &target) {
  if (target.air >= firstAIRWithBFloat)
    return success();
  auto refuse = [&](Location loc, const char *what) {
    return diag::emit(
        loc, diag::E0723{
                 .what = what,
                 .needed = dotted("AIR", firstAIRWithBFloat),
                 .target = std::string(target.name),
                 .has = dotted("AIR", target.air),
                 .first = std::string(firstTargetWithBFloat(target.platform))});
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
    std::string what;
    llvm::raw_string_ostream os(what);
    os << "'" << op->getName() << "'";
    if (op->getNumOperands() != 0) {
      os << " of ";
      llvm::interleaveComma(op->getOperandTypes(), os,
                            [&](Type type) { os << "'" << type << "'"; });
    }
    (void)diag::emit(op->getLoc(),
                     diag::E0724{.form = "AIR", .what = what, .reason = ""});
  });
  return failure(refused);
}

} // namespace enigma::air
