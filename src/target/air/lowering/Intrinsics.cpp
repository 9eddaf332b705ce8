// Calls of `air.*` intrinsics in the LLVM dialect.
#include "Intrinsics.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/IR/Function.h"

using namespace mlir;

namespace enigma::air {

IntrinsicClass classifyIntrinsic(const llvm::Function &function) {
  StringRef name = function.getName();
  if (name.starts_with("air.atomic."))
    return IntrinsicClass::Atomic;
  if (name.starts_with("enigma.device_"))
    return IntrinsicClass::Debug;
  if (name == "air.wg.barrier" || name == "air.simdgroup.barrier")
    return IntrinsicClass::Barrier;
  return function.isConvergent() ? IntrinsicClass::Lanes : IntrinsicClass::Pure;
}

static LLVM::LLVMFuncOp declare(OpBuilder &builder, Location loc,
                                const IntrinsicCall &call,
                                ValueRange operands) {
  auto module =
      builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  if (auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(call.name))
    return function;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(module.getBody());
  Type result =
      call.result ? call.result : LLVM::LLVMVoidType::get(builder.getContext());
  auto type =
      LLVM::LLVMFunctionType::get(result, llvm::to_vector(operands.getTypes()));
  auto function = LLVM::LLVMFuncOp::create(builder, loc, call.name, type);
  function.setConvergent(call.convergent);
  return function;
}

Value callIntrinsic(OpBuilder &builder, Location loc, const IntrinsicCall &call,
                    ValueRange operands) {
  LLVM::LLVMFuncOp callee = declare(builder, loc, call, operands);
  auto op = LLVM::CallOp::create(builder, loc, callee, operands);
  op.setConvergent(call.convergent);
  if (call.fast && call.result &&
      isa<FloatType>(getElementTypeOrSelf(call.result)))
    // Without nnan and ninf, as on the arithmetic (Lowering.cpp).
    op.setFastmathFlags(LLVM::FastmathFlags::reassoc |
                        LLVM::FastmathFlags::nsz | LLVM::FastmathFlags::arcp |
                        LLVM::FastmathFlags::contract |
                        LLVM::FastmathFlags::afn);
  return call.result ? op.getResult() : Value();
}

} // namespace enigma::air
