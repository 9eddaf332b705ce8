// Geometric functions as arithmetic. Only `dot` is an intrinsic; Apple's
// frontend expands the others, and so does this (reference section 3.1).
#include "Patterns.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::air {

namespace {

/// Builds what one geometric function is made of.
class Expansion {
public:
  Expansion(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  Value add(Value a, Value b) { return build<arith::AddFOp>(a, b); }
  Value sub(Value a, Value b) { return build<arith::SubFOp>(a, b); }
  Value mul(Value a, Value b) { return build<arith::MulFOp>(a, b); }
  Value sqrt(Value x) { return SqrtOp::create(builder, loc, x.getType(), x); }
  Value dot(Value x, Value y) {
    return DotOp::create(builder, loc, getElementTypeOrSelf(x.getType()), x, y);
  }
  Value number(double value, Type type) {
    Attribute scalar = builder.getFloatAttr(getElementTypeOrSelf(type), value);
    TypedAttr attribute = cast<TypedAttr>(scalar);
    if (auto vector = dyn_cast<VectorType>(type))
      attribute = DenseElementsAttr::get(vector, scalar);
    return arith::ConstantOp::create(builder, loc, attribute);
  }
  Value splat(Value scalar, Type type) {
    SmallVector<Value> components(cast<VectorType>(type).getNumElements(),
                                  scalar);
    return MakeVecOp::create(builder, loc, type, components);
  }
  Value scale(Value vector, Value factor) {
    return mul(vector, splat(factor, vector.getType()));
  }
  Value isNegative(Value x) {
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, x,
                                 number(0, x.getType()));
  }
  Value choose(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }

  Value length(Value x) { return sqrt(dot(x, x)); }
  Value normalize(Value x) {
    Value square = dot(x, x);
    return scale(x, RsqrtOp::create(builder, loc, square.getType(), square));
  }
  Value cross(Value x, Value y) {
    auto rotate = [&](Value v, ArrayRef<int64_t> lanes) -> Value {
      return VecSwizzleOp::create(builder, loc, v, lanes);
    };
    return sub(mul(rotate(x, {1, 2, 0}), rotate(y, {2, 0, 1})),
               mul(rotate(x, {2, 0, 1}), rotate(y, {1, 2, 0})));
  }
  Value reflect(Value i, Value n) {
    Value along = dot(n, i);
    return sub(i, scale(n, mul(number(2, along.getType()), along)));
  }
  Value refract(Value i, Value n, Value eta) {
    Type scalar = eta.getType();
    Value one = number(1, scalar), along = dot(n, i);
    Value k = sub(one, mul(mul(eta, eta), sub(one, mul(along, along))));
    Value bent = sub(scale(i, eta), scale(n, add(mul(eta, along), sqrt(k))));
    return choose(isNegative(k), number(0, i.getType()), bent);
  }
  Value faceforward(Value n, Value i, Value nref) {
    return choose(isNegative(dot(nref, i)), n,
                  arith::NegFOp::create(builder, loc, n));
  }

private:
  template <typename Op> Value build(Value a, Value b) {
    return Op::create(builder, loc, a, b);
  }

  OpBuilder &builder;
  Location loc;
};

} // namespace

void expandGeometry(KernelOp kernel) {
  OpBuilder builder(kernel.getContext());
  kernel.walk([&](Operation *op) {
    builder.setInsertionPoint(op);
    Expansion expand(builder, op->getLoc());
    Value value =
        TypeSwitch<Operation *, Value>(op)
            .Case([&](LengthOp op) { return expand.length(op.getX()); })
            .Case([&](LengthSquaredOp op) {
              return expand.dot(op.getX(), op.getX());
            })
            .Case([&](DistanceOp op) {
              return expand.length(expand.sub(op.getX(), op.getY()));
            })
            .Case([&](NormalizeOp op) { return expand.normalize(op.getX()); })
            .Case(
                [&](CrossOp op) { return expand.cross(op.getX(), op.getY()); })
            .Case([&](ReflectOp op) {
              return expand.reflect(op.getI(), op.getN());
            })
            .Case([&](RefractOp op) {
              return expand.refract(op.getI(), op.getN(), op.getEta());
            })
            .Case([&](FaceforwardOp op) {
              return expand.faceforward(op.getN(), op.getI(), op.getNref());
            })
            .Default(Value());
    if (!value)
      return;
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  });
}

} // namespace enigma::air
