// Functions that Apple's front end expands: AIR has no intrinsic for them
// (reference section 3.1).
#include "Intrinsics.h"
#include "Patterns.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

namespace {

/// Builds constants and casts that scalars and vectors share.
class Expander : public ImplicitLocOpBuilder {
public:
  Expander(Operation *op, PatternRewriter &rewriter)
      : ImplicitLocOpBuilder(op->getLoc(), rewriter) {}

  Value constant(Type type, const APInt &value) {
    Attribute attribute = getIntegerAttr(getElementTypeOrSelf(type), value);
    return constant(type, attribute);
  }
  Value constant(Type type, double value) {
    return constant(type, getFloatAttr(getElementTypeOrSelf(type), value));
  }

  /// The bits of a float as an integer of its width.
  Value bitsOf(Value value) {
    Type type = value.getType();
    return arith::BitcastOp::create(
        *this, withScalar(type, getIntegerType(widthOf(type))), value);
  }

  static unsigned widthOf(Type type) {
    return getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  }
  static Type withScalar(Type type, Type scalar) {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? Type(vector.clone(scalar)) : scalar;
  }

private:
  Value constant(Type type, Attribute scalar) {
    if (auto vector = dyn_cast<VectorType>(type))
      scalar = DenseElementsAttr::get(vector, scalar);
    return arith::ConstantOp::create(*this, cast<TypedAttr>(scalar));
  }
};

template <typename Op> struct Expansion : OpRewritePattern<Op> {
  Expansion(MLIRContext *context, bool fastMath)
      : OpRewritePattern<Op>(context), fastMath(fastMath) {}

  arith::FastMathFlags flags() const { return fastMathFlags(fastMath); }

  bool fastMath;
};

/// Comparisons of the bits: nothing that fast math says of floats touches them.
template <typename Op> struct ExpandPredicate : Expansion<Op> {
  using Expansion<Op>::Expansion;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    using P = arith::CmpIPredicate;
    Expander b(op, rewriter);
    Value bits = b.bitsOf(op.getX());
    Type type = bits.getType();
    unsigned width = Expander::widthOf(type);
    const llvm::fltSemantics &semantics =
        cast<FloatType>(getElementTypeOrSelf(op.getX().getType()))
            .getFloatSemantics();
    Value infinity =
        b.constant(type, APFloat::getInf(semantics).bitcastToAPInt());
    auto masked = [&](Value mask) {
      return arith::AndIOp::create(b, bits, mask);
    };
    auto compare = [&](P predicate, Value left, Value right) {
      return arith::CmpIOp::create(b, predicate, left, right);
    };
    auto magnitude = [&] {
      return masked(b.constant(type, APInt::getSignedMaxValue(width)));
    };
    Value zero = b.constant(type, APInt::getZero(width));
    Value result;
    if constexpr (std::is_same_v<Op, SignbitOp>) {
      result = compare(P::slt, bits, zero);
    } else if constexpr (std::is_same_v<Op, IsNormalOp>) {
      Value exponent = masked(infinity);
      Value isNotSmall = compare(P::ne, exponent, zero);
      Value isNotLarge = compare(P::ne, exponent, infinity);
      result = arith::AndIOp::create(b, isNotSmall, isNotLarge);
    } else {
      P predicate = std::is_same_v<Op, IsNaNOp>   ? P::ugt
                    : std::is_same_v<Op, IsInfOp> ? P::eq
                                                  : P::ult;
      result = compare(predicate, magnitude(), infinity);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct ExpandCopysign : Expansion<CopysignOp> {
  using Expansion::Expansion;

  LogicalResult matchAndRewrite(CopysignOp op,
                                PatternRewriter &rewriter) const override {
    Expander b(op, rewriter);
    Value x = b.bitsOf(op.getX()), y = b.bitsOf(op.getY());
    unsigned width = Expander::widthOf(x.getType());
    Value magnitude = arith::AndIOp::create(
        b, x, b.constant(x.getType(), APInt::getSignedMaxValue(width)));
    Value sign = arith::AndIOp::create(
        b, y, b.constant(y.getType(), APInt::getSignMask(width)));
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(
        op, op.getType(), arith::OrIOp::create(b, magnitude, sign));
    return success();
  }
};

/// A NaN is not ordered, and so stays one in the difference.
struct ExpandFdim : Expansion<FdimOp> {
  using Expansion::Expansion;

  LogicalResult matchAndRewrite(FdimOp op,
                                PatternRewriter &rewriter) const override {
    Expander b(op, rewriter);
    Value isAtMost = arith::CmpFOp::create(b, arith::CmpFPredicate::OLE,
                                           op.getX(), op.getY(), flags());
    Value difference = arith::SubFOp::create(b, op.getX(), op.getY(), flags());
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, isAtMost, b.constant(op.getType(), 0.0), difference);
    return success();
  }
};

struct ExpandStep : Expansion<StepOp> {
  using Expansion::Expansion;

  LogicalResult matchAndRewrite(StepOp op,
                                PatternRewriter &rewriter) const override {
    Expander b(op, rewriter);
    Value edge = op.getX(), x = op.getY();
    Value isOne =
        arith::CmpFOp::create(b, arith::CmpFPredicate::UGE, x, edge, flags());
    rewriter.replaceOpWithNewOp<arith::UIToFPOp>(op, op.getType(), isOne);
    return success();
  }
};

/// In f32, as all functions on f16 (the language's accuracy contract).
struct ExpandSmoothstep : Expansion<SmoothstepOp> {
  using Expansion::Expansion;

  LogicalResult matchAndRewrite(SmoothstepOp op,
                                PatternRewriter &rewriter) const override {
    Expander b(op, rewriter);
    Type type = op.getType();
    Type single = Expander::withScalar(type, b.getF32Type());
    auto widened = [&](Value value) -> Value {
      return type == single ? value : arith::ExtFOp::create(b, single, value);
    };
    auto product = [&](Value x, Value y) -> Value {
      return arith::MulFOp::create(b, x, y, flags());
    };
    auto difference = [&](Value x, Value y) -> Value {
      return arith::SubFOp::create(b, x, y, flags());
    };
    Value edge0 = widened(op.getX());
    Value edge1 = widened(op.getY());
    Value x = widened(op.getZ());
    Value from = difference(x, edge0);
    Value range = difference(edge1, edge0);
    Value share = arith::DivFOp::create(b, from, range, flags());
    Value zero = b.constant(single, 0.0), one = b.constant(single, 1.0);
    Value two = b.constant(single, 2.0), three = b.constant(single, 3.0);
    Value t = ClampOp::create(b, single, share, zero, one);
    Value slope = difference(three, product(two, t));
    Value square = product(t, t);
    Value result = product(square, slope);
    if (type != single)
      result = arith::TruncFOp::create(b, type, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// AIR's gives 16 bits; Apple's library keeps the four that are lanes
/// (reference section 3.5).
struct ExpandQuadBallot : Expansion<QuadBallotOp> {
  using Expansion::Expansion;

  LogicalResult matchAndRewrite(QuadBallotOp op,
                                PatternRewriter &rewriter) const override {
    Expander b(op, rewriter);
    Type i16 = b.getI16Type();
    Value lanes = callIntrinsic(rewriter, op.getLoc(),
                                {"air.quad_ballot", i16, /*convergent=*/true},
                                op.getPredicate());
    Value mask =
        arith::AndIOp::create(b, lanes, b.constant(i16, APInt(16, 15)));
    rewriter.replaceOpWithNewOp<arith::ExtUIOp>(op, op.getType(), mask);
    return success();
  }
};

} // namespace

void populateExpansions(RewritePatternSet &patterns,
                        const PatternContext &context) {
  patterns.add<ExpandPredicate<IsNaNOp>, ExpandPredicate<IsInfOp>,
               ExpandPredicate<IsFiniteOp>, ExpandPredicate<IsNormalOp>,
               ExpandPredicate<SignbitOp>, ExpandCopysign, ExpandFdim,
               ExpandStep, ExpandSmoothstep, ExpandQuadBallot>(
      patterns.getContext(), context.fastMath);
}

} // namespace enigma::air
