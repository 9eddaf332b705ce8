// arith to the LLVM dialect where AIR differs from LLVM: conversions, division,
// minima and maxima.
#include "Intrinsics.h"
#include "Patterns.h"
#include "TypeNames.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace enigma::air {

namespace {

/// Wins over MLIR's own pattern for the op.
constexpr unsigned overMLIR = 2;

/// An integer constant of a scalar type, or of every component of a vector
/// type.
Value splat(OpBuilder &builder, Location loc, Type type, const APInt &value) {
  Attribute attribute =
      builder.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return LLVM::ConstantOp::create(builder, loc, type,
                                  cast<TypedAttr>(attribute));
}

//===----------------------------------------------------------------------===//
// Conversions (reference section 3.3)
//===----------------------------------------------------------------------===//

/// `air.convert.<kind>.<type>.<kind>.<type>`; kinds are f, s and u.
template <typename Op> struct ConvertLowering : ConvertOpToLLVMPattern<Op> {
  ConvertLowering(const LLVMTypeConverter &converter, char toKind,
                  char fromKind, bool fastMath)
      : ConvertOpToLLVMPattern<Op>(converter, overMLIR), toKind(toKind),
        fromKind(fromKind), fastMath(fastMath) {}

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value value = adaptor.getIn();
    Type result = this->getTypeConverter()->convertType(op.getType());
    std::string name = std::string("air.convert.") + toKind + "." +
                       airTypeSuffix(result) + "." + fromKind + "." +
                       airTypeSuffix(value.getType());
    rewriter.replaceOp(
        op,
        callIntrinsic(rewriter, op.getLoc(),
                      {name, result, /*convergent=*/false, fastMath}, value));
    return success();
  }

  char toKind, fromKind;
  bool fastMath;
};

/// Widening and narrowing of float vectors; scalars are fpext and fptrunc.
template <typename Op> struct VectorConvertLowering : ConvertLowering<Op> {
  using ConvertLowering<Op>::ConvertLowering;

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<VectorType>(op.getType()))
      return failure();
    return ConvertLowering<Op>::matchAndRewrite(op, adaptor, rewriter);
  }
};

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

/// What is known about the components of a divisor.
struct Divisor {
  bool neverZero = false;
  bool neverMinusOne = false;
};

Divisor inspectDivisor(Value value) {
  DenseIntElementsAttr elements;
  APInt scalar;
  if (matchPattern(value, m_ConstantInt(&scalar)))
    return {!scalar.isZero(), !scalar.isAllOnes()};
  if (matchPattern(value, m_Constant(&elements)))
    return {llvm::none_of(elements.getValues<APInt>(),
                          [](const APInt &x) { return x.isZero(); }),
            llvm::none_of(elements.getValues<APInt>(),
                          [](const APInt &x) { return x.isAllOnes(); })};
  return {};
}

/// Division by zero and INT_MIN / -1 are undefined in LLVM, which would let it
/// delete code that leads there, but not in the kernel language: x / 0 = 0, x %
/// 0 = 0, INT_MIN / -1 = INT_MIN, INT_MIN % -1 = 0. Dividing by 1 instead gives
/// all of these but x / 0.
template <typename Op, typename LLVMOp, bool isSigned, bool isRemainder>
struct DivisionLowering : ConvertOpToLLVMPattern<Op> {
  DivisionLowering(const LLVMTypeConverter &converter)
      : ConvertOpToLLVMPattern<Op>(converter, overMLIR) {}

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value a = adaptor.getLhs(), b = adaptor.getRhs();
    Type type = a.getType();
    unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
    auto isEqual = [&](Value value, const APInt &to) -> Value {
      return LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq, value,
                                  splat(rewriter, loc, type, to));
    };
    Divisor divisor = inspectDivisor(op.getRhs());

    Value isZero, replace;
    if (!divisor.neverZero)
      replace = isZero = isEqual(b, APInt::getZero(bits));
    if (isSigned && !divisor.neverMinusOne) {
      Value overflows = LLVM::AndOp::create(
          rewriter, loc, isEqual(a, APInt::getSignedMinValue(bits)),
          isEqual(b, APInt::getAllOnes(bits)));
      replace = replace ? LLVM::OrOp::create(rewriter, loc, replace, overflows)
                        : overflows;
    }
    if (replace)
      b = LLVM::SelectOp::create(rewriter, loc, replace,
                                 splat(rewriter, loc, type, APInt(bits, 1)), b);
    Value result = LLVMOp::create(rewriter, loc, a, b);
    if (!isRemainder && isZero)
      result = LLVM::SelectOp::create(
          rewriter, loc, isZero,
          splat(rewriter, loc, type, APInt::getZero(bits)), result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// A binary arith op that is a function in AIR: `air.<name>.<type>`, in fast
/// mode `air.fast_<name>` for f32.
template <typename Op>
struct BinaryFunctionLowering : ConvertOpToLLVMPattern<Op> {
  BinaryFunctionLowering(const LLVMTypeConverter &converter, StringRef name,
                         bool fastMath)
      : ConvertOpToLLVMPattern<Op>(converter, overMLIR), name(name),
        fastMath(fastMath) {}

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = adaptor.getLhs().getType();
    Type with = type;
    SmallVector<Value> operands(adaptor.getOperands());
    // No function of AIR takes bfloat (reference section 3.3).
    bool isBFloat = getElementTypeOrSelf(type).isBF16();
    if (isBFloat) {
      with = Float32Type::get(type.getContext());
      if (auto vector = dyn_cast<VectorType>(type))
        with = vector.clone(with);
      for (Value &operand : operands)
        operand = LLVM::FPExtOp::create(rewriter, loc, with, operand);
    }
    bool fast = fastMath && getElementTypeOrSelf(with).isF32();
    std::string callee =
        (Twine(fast ? "air.fast_" : "air.") + name + "." + airTypeSuffix(with))
            .str();
    Value result =
        callIntrinsic(rewriter, loc,
                      {callee, with, /*convergent=*/false, fastMath}, operands);
    if (isBFloat)
      result = LLVM::FPTruncOp::create(rewriter, loc, type, result);
    rewriter.replaceOp(op, result);
    return success();
  }

  StringRef name;
  bool fastMath;
};

} // namespace

void populateArithmetic(const LLVMTypeConverter &converter,
                        RewritePatternSet &patterns, ConversionTarget &target,
                        const PatternContext &context) {
  bool fast = context.fastMath;
  arith::populateArithToLLVMConversionPatterns(converter, patterns);

  patterns.add<ConvertLowering<arith::SIToFPOp>>(converter, 'f', 's', fast);
  patterns.add<ConvertLowering<arith::UIToFPOp>>(converter, 'f', 'u', fast);
  patterns.add<ConvertLowering<arith::FPToSIOp>>(converter, 's', 'f', fast);
  patterns.add<ConvertLowering<arith::FPToUIOp>>(converter, 'u', 'f', fast);
  patterns.add<VectorConvertLowering<arith::ExtFOp>>(converter, 'f', 'f', fast);
  patterns.add<VectorConvertLowering<arith::TruncFOp>>(converter, 'f', 'f',
                                                       fast);

  patterns.add<DivisionLowering<arith::DivSIOp, LLVM::SDivOp, true, false>,
               DivisionLowering<arith::DivUIOp, LLVM::UDivOp, false, false>,
               DivisionLowering<arith::RemSIOp, LLVM::SRemOp, true, true>,
               DivisionLowering<arith::RemUIOp, LLVM::URemOp, false, true>>(
      converter);

  // There is no frem in AIR (reference section 3.1).
  patterns.add<BinaryFunctionLowering<arith::RemFOp>>(converter, "fmod", fast);
  patterns.add<BinaryFunctionLowering<arith::MinNumFOp>>(converter, "fmin",
                                                         fast);
  patterns.add<BinaryFunctionLowering<arith::MaxNumFOp>>(converter, "fmax",
                                                         fast);
  patterns.add<BinaryFunctionLowering<arith::MinSIOp>>(converter, "min.s",
                                                       false);
  patterns.add<BinaryFunctionLowering<arith::MaxSIOp>>(converter, "max.s",
                                                       false);
  patterns.add<BinaryFunctionLowering<arith::MinUIOp>>(converter, "min.u",
                                                       false);
  patterns.add<BinaryFunctionLowering<arith::MaxUIOp>>(converter, "max.u",
                                                       false);

  // LLVM's minimum and maximum end Apple's compiler service (reference
  // section 3.1).
  target.addLegalOp<arith::MinimumFOp, arith::MaximumFOp>();
}

} // namespace enigma::air
