// Vectors to the LLVM dialect: components, and access at the alignment of one.
#include "Patterns.h"
#include "TypeNames.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace enigma::air {

namespace {

Value laneNumber(OpBuilder &builder, Location loc, int64_t lane) {
  return LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                  builder.getI64IntegerAttr(lane));
}

Value insert(OpBuilder &builder, Location loc, Value vector, Value component,
             int64_t lane) {
  return LLVM::InsertElementOp::create(builder, loc, vector, component,
                                       laneNumber(builder, loc, lane));
}

Value shuffle(OpBuilder &builder, Location loc, Value vector,
              ArrayRef<int32_t> lanes) {
  Value none = LLVM::PoisonOp::create(builder, loc, vector.getType());
  return LLVM::ShuffleVectorOp::create(builder, loc, vector, none, lanes);
}

struct MakeVecLowering : ConvertOpToLLVMPattern<MakeVecOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(MakeVecOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    ValueRange values = adaptor.getValues();
    Value vector = LLVM::PoisonOp::create(rewriter, loc, op.getType());
    if (op.getSplat()) {
      vector = insert(rewriter, loc, vector, values.front(), 0);
      SmallVector<int32_t> first(values.size(), 0);
      rewriter.replaceOp(op, shuffle(rewriter, loc, vector, first));
      return success();
    }
    for (auto [lane, value] : llvm::enumerate(values))
      vector = insert(rewriter, loc, vector, value, lane);
    rewriter.replaceOp(op, vector);
    return success();
  }
};

struct VecExtractLowering : ConvertOpToLLVMPattern<VecExtractOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(VecExtractOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::ExtractElementOp>(
        op, adaptor.getVector(),
        laneNumber(rewriter, op.getLoc(), op.getLane()));
    return success();
  }
};

struct VecSwizzleLowering : ConvertOpToLLVMPattern<VecSwizzleOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(VecSwizzleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<int32_t> lanes(op.getLanes());
    rewriter.replaceOp(
        op, shuffle(rewriter, op.getLoc(), adaptor.getVector(), lanes));
    return success();
  }
};

struct VecInsertLowering : ConvertOpToLLVMPattern<VecInsertOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(VecInsertOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, insert(rewriter, op.getLoc(), adaptor.getVector(),
                                  adaptor.getValue(), op.getLane()));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Consecutive elements
//===----------------------------------------------------------------------===//

/// The address of a scalar element by its linear index.
Value addressOf(OpBuilder &builder, Location loc, BufferType buffer, Value base,
                ValueRange indices) {
  return LLVM::GEPOp::create(
      builder, loc, base.getType(), memoryTypeOf(buffer.getValueType()), base,
      ArrayRef<LLVM::GEPArg>{indices.front()}, LLVM::GEPNoWrapFlags::inbounds);
}

struct LoadVecLowering : ConvertOpToLLVMPattern<LoadVecOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(LoadVecOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    BufferType buffer = op.getBuffer().getType();
    Type type = op.getType(), memory = memoryTypeOf(type);
    Value value = LLVM::LoadOp::create(
        rewriter, loc, memory,
        addressOf(rewriter, loc, buffer, adaptor.getBuffer(),
                  adaptor.getIndices()),
        elementTypeOf(buffer.getElementType()).bytes());
    if (memory != type) // bool is a byte that is not 0
      value =
          LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::ne, value,
                               LLVM::ZeroOp::create(rewriter, loc, memory));
    rewriter.replaceOp(op, value);
    return success();
  }
};

struct StoreVecLowering : ConvertOpToLLVMPattern<StoreVecOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(StoreVecOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    BufferType buffer = op.getBuffer().getType();
    Value value = adaptor.getValue();
    Type memory = memoryTypeOf(value.getType());
    if (memory != value.getType())
      value = LLVM::ZExtOp::create(rewriter, loc, memory, value);
    Value address = addressOf(rewriter, loc, buffer, adaptor.getBuffer(),
                              adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(
        op, value, address, elementTypeOf(buffer.getElementType()).bytes());
    return success();
  }
};

} // namespace

void populateVectors(const LLVMTypeConverter &converter,
                     RewritePatternSet &patterns) {
  patterns.add<MakeVecLowering, VecExtractLowering, VecSwizzleLowering,
               VecInsertLowering, LoadVecLowering, StoreVecLowering>(converter);
}

} // namespace enigma::air
