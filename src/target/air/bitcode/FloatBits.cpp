// Rewrites LLVM intrinsics that ask about or set bits of floats: classes, and
// signs of bfloats. LLVM's optimiser makes them out of integer tests.
#include "LegalizeSteps.h"
#include "llvm/ADT/FloatingPointMode.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// The bits of a float, and the integers that bound its classes.
struct FloatBits {
  FloatBits(IRBuilder<> &builder, Value *x)
      : builder(builder),
        semantics(x->getType()->getScalarType()->getFltSemantics()),
        type(x->getType()->getWithNewBitWidth(
            x->getType()->getScalarSizeInBits())),
        bits(builder.CreateBitCast(x, type)) {}

  unsigned width() const { return type->getScalarSizeInBits(); }
  Constant *constant(const APInt &value) const {
    return ConstantInt::get(type, value);
  }
  Value *magnitude() const {
    return builder.CreateAnd(bits, constant(APInt::getSignedMaxValue(width())));
  }

  IRBuilder<> &builder;
  const fltSemantics &semantics;
  Type *type;
  Value *bits;
};

/// True where `low` <= x < `high`, as unsigned integers.
Value *isBetween(const FloatBits &f, Value *x, const APInt &low,
                 const APInt &high) {
  return f.builder.CreateICmpULT(f.builder.CreateSub(x, f.constant(low)),
                                 f.constant(high - low));
}

} // namespace

Value *floatClassTest(IRBuilder<> &builder, IntrinsicInst &call) {
  auto asked =
      FPClassTest(cast<ConstantInt>(call.getArgOperand(1))->getZExtValue());
  FloatBits f(builder, call.getArgOperand(0));
  Value *magnitude = f.magnitude();
  APInt zero = APInt::getZero(f.width());
  APInt normal = APFloat::getSmallestNormalized(f.semantics).bitcastToAPInt();
  APInt infinity = APFloat::getInf(f.semantics).bitcastToAPInt();
  APInt quiet = APFloat::getQNaN(f.semantics).bitcastToAPInt();
  APInt beyond = APInt::getSignMask(f.width());
  struct Class {
    FPClassTest negative, positive;
    APInt low, high;
  };
  const Class classes[] = {
      {fcNegZero, fcPosZero, zero, zero + 1},
      {fcNegSubnormal, fcPosSubnormal, zero + 1, normal},
      {fcNegNormal, fcPosNormal, normal, infinity},
      {fcNegInf, fcPosInf, infinity, infinity + 1},
      // A NaN's sign is not asked for.
      {fcSNan, fcSNan, infinity + 1, quiet},
      {fcQNan, fcQNan, quiet, beyond},
  };
  Value *isNegative = builder.CreateICmpSLT(f.bits, f.constant(zero));
  Value *result = ConstantInt::getFalse(call.getType());
  for (const Class &row : classes) {
    bool negative = (asked & row.negative) != fcNone;
    bool positive = (asked & row.positive) != fcNone;
    if (!negative && !positive)
      continue;
    Value *test = isBetween(f, magnitude, row.low, row.high);
    if (!negative || !positive)
      test = builder.CreateAnd(test, negative ? isNegative
                                              : builder.CreateNot(isNegative));
    result = builder.CreateOr(result, test);
  }
  return result;
}

Value *bfloatSign(IRBuilder<> &builder, IntrinsicInst &call) {
  if (!call.getType()->getScalarType()->isBFloatTy())
    return nullptr;
  Intrinsic::ID id = call.getIntrinsicID();
  if (id != Intrinsic::fabs && id != Intrinsic::copysign)
    return nullptr;
  FloatBits x(builder, call.getArgOperand(0));
  Value *result = x.magnitude();
  if (id == Intrinsic::copysign) {
    FloatBits y(builder, call.getArgOperand(1));
    Value *sign =
        builder.CreateAnd(y.bits, y.constant(APInt::getSignMask(y.width())));
    result = builder.CreateOr(result, sign);
  }
  return builder.CreateBitCast(result, call.getType());
}

} // namespace enigma::air
