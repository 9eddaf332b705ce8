// Addresses of elements, and variables of the thread.
#include "Addresses.h"
#include "TypeNames.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace enigma::air {

Value constant(OpBuilder &builder, Location loc, Type type, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, type,
                                  builder.getIntegerAttr(type, value));
}

Value addressOf(OpBuilder &builder, Location loc, BufferType buffer, Value base,
                ValueRange indices) {
  Value offset = indices.front();
  for (unsigned i = 1, rank = indices.size(); i < rank; ++i) {
    Value extent =
        constant(builder, loc, offset.getType(), buffer.getShape()[i]);
    offset = LLVM::MulOp::create(builder, loc, offset, extent);
    offset = LLVM::AddOp::create(builder, loc, offset, indices[i]);
  }
  return LLVM::GEPOp::create(
      builder, loc, base.getType(), memoryTypeOf(buffer.getValueType()), base,
      ArrayRef<LLVM::GEPArg>{offset}, LLVM::GEPNoWrapFlags::inbounds);
}

Value threadVariable(ConversionPatternRewriter &rewriter, Operation *op,
                     Type type, unsigned alignment) {
  OpBuilder::InsertionGuard guard(rewriter);
  auto function = op->getParentOfType<LLVM::LLVMFuncOp>();
  rewriter.setInsertionPointToStart(&function.getBody().front());
  Location loc = op->getLoc();
  Value one = constant(rewriter, loc, rewriter.getI32Type(), 1);
  return LLVM::AllocaOp::create(rewriter, loc,
                                LLVM::LLVMPointerType::get(op->getContext()),
                                type, one, alignment);
}

} // namespace enigma::air
