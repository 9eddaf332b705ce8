// Integer intrinsics (reference section 3.2).
#include "Lowering.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

static unsigned width(const Call &c) {
  return c[0].type()->getScalarSizeInBits();
}

static Expr minimum(const Call &c, Expr a, Expr b) {
  return a.binary(c.isSigned() ? Intrinsic::smin : Intrinsic::umin, b);
}
static Expr maximum(const Call &c, Expr a, Expr b) {
  return a.binary(c.isSigned() ? Intrinsic::smax : Intrinsic::umax, b);
}

/// Operand `i` extended to twice its width.
static Expr wide(const Call &c, unsigned i) {
  Type *type = withScalar(c[i].type(), c.b.getIntNTy(2 * width(c)));
  return c[i].make(c.isSigned() ? c.b.CreateSExt(c[i], type)
                                : c.b.CreateZExt(c[i], type));
}
static Value *narrow(Call &c, Expr x) { return c.b.CreateTrunc(x, c.type()); }

/// Offsets and counts are i32 whatever the value is; here they get its type.
static Expr countOperand(const Call &c, unsigned i) {
  Value *count = c.b.CreateZExtOrTrunc(c[i], c.type()->getScalarType());
  if (auto *vector = dyn_cast<FixedVectorType>(c.type());
      vector && !count->getType()->isVectorTy())
    count = c.b.CreateVectorSplat(vector->getNumElements(), count);
  return {c.b, count};
}

/// `bits` low ones; all ones from the full width on.
static Expr lowMask(Expr bits, unsigned width) {
  Expr one = bits.bits(1);
  Expr shifted = (one << (bits & bits.bits(width - 1))) - one;
  return bits.ult(bits.bits(width)).select(shifted, bits.like(-1));
}

Value *lower::abs(Call &c, std::string &) {
  return c.b.CreateBinaryIntrinsic(Intrinsic::abs, c[0], c.b.getFalse());
}
Value *lower::absDiff(Call &c, std::string &) {
  return maximum(c, c[0], c[1]) - minimum(c, c[0], c[1]);
}
Value *lower::min(Call &c, std::string &) { return minimum(c, c[0], c[1]); }
Value *lower::max(Call &c, std::string &) { return maximum(c, c[0], c[1]); }
Value *lower::clamp(Call &c, std::string &error) {
  if (c[0].isFloat())
    return inSingle<single::clamp>(c, error);
  return minimum(c, maximum(c, c[0], c[1]), c[2]);
}
Value *lower::min3(Call &c, std::string &) {
  return minimum(c, minimum(c, c[0], c[1]), c[2]);
}
Value *lower::max3(Call &c, std::string &) {
  return maximum(c, maximum(c, c[0], c[1]), c[2]);
}
Value *lower::median3(Call &c, std::string &) {
  return maximum(c, minimum(c, c[0], c[1]),
                 minimum(c, maximum(c, c[0], c[1]), c[2]));
}
Value *lower::addSat(Call &c, std::string &) {
  return c[0].binary(c.isSigned() ? Intrinsic::sadd_sat : Intrinsic::uadd_sat,
                     c[1]);
}
Value *lower::subSat(Call &c, std::string &) {
  return c[0].binary(c.isSigned() ? Intrinsic::ssub_sat : Intrinsic::usub_sat,
                     c[1]);
}

Value *lower::madSat(Call &c, std::string &) {
  Expr sum = wide(c, 0) * wide(c, 1) + wide(c, 2);
  unsigned w = width(c);
  APInt low = c.isSigned() ? APInt::getSignedMinValue(w).sext(2 * w)
                           : APInt::getZero(2 * w);
  APInt high = c.isSigned() ? APInt::getSignedMaxValue(w).sext(2 * w)
                            : APInt::getMaxValue(w).zext(2 * w);
  Expr lowBound = sum.make(ConstantInt::get(sum.type(), low));
  Expr highBound = sum.make(ConstantInt::get(sum.type(), high));
  return narrow(c, minimum(c, maximum(c, sum, lowBound), highBound));
}

Value *lower::hadd(Call &c, std::string &) {
  return narrow(c, (wide(c, 0) + wide(c, 1)) >> wide(c, 0).bits(1));
}
Value *lower::rhadd(Call &c, std::string &) {
  return narrow(c, (wide(c, 0) + wide(c, 1) + 1) >> wide(c, 0).bits(1));
}
Value *lower::mulHi(Call &c, std::string &) {
  Expr product = wide(c, 0) * wide(c, 1);
  return narrow(c, product >> product.bits(width(c)));
}
Value *lower::madHi(Call &c, std::string &error) {
  return c[2] + c[2].make(mulHi(c, error));
}

Value *lower::popcount(Call &c, std::string &) {
  return c[0].unary(Intrinsic::ctpop);
}
Value *lower::clz(Call &c, std::string &) {
  return c.b.CreateBinaryIntrinsic(Intrinsic::ctlz, c[0], c.b.getFalse());
}
Value *lower::ctz(Call &c, std::string &) {
  return c.b.CreateBinaryIntrinsic(Intrinsic::cttz, c[0], c.b.getFalse());
}
Value *lower::reverseBits(Call &c, std::string &) {
  return c[0].unary(Intrinsic::bitreverse);
}
Value *lower::rotate(Call &c, std::string &) {
  return c.b.CreateIntrinsic(Intrinsic::fshl, {c.type()}, {c[0], c[0], c[1]});
}

Value *lower::extractBits(Call &c, std::string &) {
  unsigned w = width(c);
  Expr offset = countOperand(c, 1), bits = countOperand(c, 2);
  Expr field = (c[0] >> (offset & offset.bits(w - 1))) & lowMask(bits, w);
  if (!c.isSigned())
    return field;
  Expr shift = (bits.bits(w) - bits) & bits.bits(w - 1);
  Expr extended = field.make(c.b.CreateAShr(field << shift, shift));
  return bits.eq(0).select(0, extended);
}

Value *lower::insertBits(Call &c, std::string &) {
  unsigned w = width(c);
  Expr offset = countOperand(c, 2);
  offset = offset & offset.bits(w - 1);
  Expr mask = lowMask(countOperand(c, 3), w) << offset;
  return (c[0] & ~mask) | ((c[1] << offset) & mask);
}

Value *lower::all(Call &c, std::string &) { return c.b.CreateAndReduce(c[0]); }
Value *lower::any(Call &c, std::string &) { return c.b.CreateOrReduce(c[0]); }
