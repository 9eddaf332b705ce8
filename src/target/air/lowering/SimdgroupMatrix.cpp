// Simdgroup matrices to `<64 x T>` (reference section 3.8).
//
// A lane reads and writes its two elements by itself, with plain loads and
// stores: AIR's own matrix load and store have one form before AIR 2.8 and
// another from then on, and Apple's compilers emit this third form as well. A
// lane's elements are 0 and 1 of its 64; the others are never looked at.
#include "Intrinsics.h"
#include "Patterns.h"
#include "TypeNames.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace enigma::air {

namespace {

template <typename Op> struct MatrixPattern : ConvertOpToLLVMPattern<Op> {
  MatrixPattern(const LLVMTypeConverter &converter,
                const PatternContext &context)
      : ConvertOpToLLVMPattern<Op>(converter), context(context) {}
  PatternContext context;
};

Value integer(OpBuilder &builder, Location loc, Type type, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, type,
                                  builder.getIntegerAttr(type, value));
}

/// Row and column of a lane's element 0; element 1 is one column further.
struct LanePosition {
  Value row;
  Value column;
};

/// With `q = lane >> 2`: row `(q & 4) + ((lane >> 1) & 3)`, column
/// `((q << 1) & 4) + ((lane << 1) & 2)`.
LanePosition lanePosition(OpBuilder &builder, Location loc, Value lane) {
  Type i32 = lane.getType(), i64 = builder.getI64Type();
  // `(lane >> shift) & mask`; a negative shift is to the left.
  auto bits = [&](int shift, int mask) {
    Value count = integer(builder, loc, i32, std::abs(shift));
    Value shifted =
        shift < 0 ? Value(LLVM::ShlOp::create(builder, loc, lane, count))
                  : Value(LLVM::LShrOp::create(builder, loc, lane, count));
    return LLVM::AndOp::create(builder, loc, shifted,
                               integer(builder, loc, i32, mask));
  };
  Value rowBit = bits(2, 4), rowBits = bits(1, 3);
  Value columnBit = bits(1, 4), columnBits = bits(-1, 2);
  Value row = LLVM::OrOp::create(builder, loc, rowBit, rowBits);
  Value column = LLVM::OrOp::create(builder, loc, columnBit, columnBits);
  return {LLVM::ZExtOp::create(builder, loc, i64, row),
          LLVM::ZExtOp::create(builder, loc, i64, column)};
}

/// The addresses of a lane's two elements. `Access` is the adaptor of a load or
/// store.
template <typename Access>
std::array<Value, matrixElementsPerLane>
laneAddresses(OpBuilder &builder, Location loc, Operation *op, Access access,
              BufferType buffer, bool transpose, unsigned laneArgument) {
  auto function = op->getParentOfType<LLVM::LLVMFuncOp>();
  LanePosition at =
      lanePosition(builder, loc, function.getArgument(laneArgument));
  if (transpose)
    std::swap(at.row, at.column);
  auto add = [&](Value a, Value b) {
    return LLVM::AddOp::create(builder, loc, a, b);
  };
  Value perRow = access.getElementsPerRow();
  Value row = add(access.getRow(), at.row);
  Value column = add(access.getColumn(), at.column);
  row = LLVM::MulOp::create(builder, loc, row, perRow);
  Value first = add(access.getOffset(), row);
  first = add(first, column);
  Value step =
      transpose ? perRow : integer(builder, loc, builder.getI64Type(), 1);
  auto address = [&](Value index) {
    Value base = access.getBuffer();
    return LLVM::GEPOp::create(
        builder, loc, base.getType(), buffer.getElementType(), base,
        ArrayRef<LLVM::GEPArg>{index}, LLVM::GEPNoWrapFlags::inbounds);
  };
  Value second = add(first, step);
  return {address(first), address(second)}; // braces evaluate in order
}

struct LoadLowering : MatrixPattern<SimdgroupMatrixLoadOp> {
  using MatrixPattern::MatrixPattern;

  LogicalResult
  matchAndRewrite(SimdgroupMatrixLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    BufferType buffer = op.getBuffer().getType();
    Type element = buffer.getElementType();
    auto addresses = laneAddresses(rewriter, loc, op, adaptor, buffer,
                                   op.getTranspose(), *context.laneArgument);
    Value matrix = LLVM::UndefOp::create(
        rewriter, loc, getTypeConverter()->convertType(op.getType()));
    for (auto [i, address] : llvm::enumerate(addresses)) {
      Value value = LLVM::LoadOp::create(rewriter, loc, element, address,
                                         layoutOf(element).alignment);
      matrix = LLVM::InsertElementOp::create(
          rewriter, loc, matrix, value,
          integer(rewriter, loc, rewriter.getI64Type(), i));
    }
    rewriter.replaceOp(op, matrix);
    return success();
  }
};

struct StoreLowering : MatrixPattern<SimdgroupMatrixStoreOp> {
  using MatrixPattern::MatrixPattern;

  LogicalResult
  matchAndRewrite(SimdgroupMatrixStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    BufferType buffer = op.getBuffer().getType();
    auto addresses = laneAddresses(rewriter, loc, op, adaptor, buffer,
                                   op.getTranspose(), *context.laneArgument);
    for (auto [i, address] : llvm::enumerate(addresses)) {
      Value value = LLVM::ExtractElementOp::create(
          rewriter, loc, adaptor.getMatrix(),
          integer(rewriter, loc, rewriter.getI64Type(), i));
      LLVM::StoreOp::create(rewriter, loc, value, address,
                            layoutOf(buffer.getElementType()).alignment);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct FillLowering : MatrixPattern<MakeFilledSimdgroupMatrixOp> {
  using MatrixPattern::MatrixPattern;

  LogicalResult
  matchAndRewrite(MakeFilledSimdgroupMatrixOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getType());
    std::string name = "air.simdgroup_matrix_8x8_init_filled." +
                       airTypeSuffix(type) + "." +
                       airTypeSuffix(op.getValue().getType());
    rewriter.replaceOp(
        op, callIntrinsic(rewriter, op.getLoc(),
                          {name, type, /*convergent=*/true, context.fastMath},
                          adaptor.getValue()));
    return success();
  }
};

/// `a * b + c` with the result's type as the first of the name's four.
Value multiplyAccumulate(OpBuilder &builder, Location loc, Type result,
                         ValueRange operands, bool fast) {
  std::string name =
      "air.simdgroup_matrix_8x8_multiply_accumulate." + airTypeSuffix(result);
  for (Value operand : operands)
    name += "." + airTypeSuffix(operand.getType());
  return callIntrinsic(builder, loc, {name, result, /*convergent=*/true, fast},
                       operands);
}

struct MultiplyAccumulateLowering
    : MatrixPattern<SimdgroupMultiplyAccumulateOp> {
  using MatrixPattern::MatrixPattern;

  LogicalResult
  matchAndRewrite(SimdgroupMultiplyAccumulateOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getType());
    rewriter.replaceOp(op, multiplyAccumulate(rewriter, op.getLoc(), type,
                                              adaptor.getOperands(),
                                              context.fastMath));
    return success();
  }
};

/// AIR has no product of its own; Metal's adds a zero matrix as well.
struct MultiplyLowering : MatrixPattern<SimdgroupMultiplyOp> {
  using MatrixPattern::MatrixPattern;

  LogicalResult
  matchAndRewrite(SimdgroupMultiplyOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getType());
    Value zero = LLVM::ZeroOp::create(rewriter, op.getLoc(), type);
    rewriter.replaceOp(
        op, multiplyAccumulate(rewriter, op.getLoc(), type,
                               {adaptor.getA(), adaptor.getB(), zero},
                               context.fastMath));
    return success();
  }
};

} // namespace

void populateSimdgroupMatrix(LLVMTypeConverter &converter,
                             RewritePatternSet &patterns,
                             const PatternContext &context) {
  converter.addConversion([](SimdgroupMatrixType type) {
    constexpr int64_t elements =
        SimdgroupMatrixType::extent * SimdgroupMatrixType::extent;
    return VectorType::get(elements, type.getElementType());
  });
  patterns.add<LoadLowering, StoreLowering, FillLowering,
               MultiplyAccumulateLowering, MultiplyLowering>(converter,
                                                             context);
}

} // namespace enigma::air
