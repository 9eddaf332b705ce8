// Float intrinsics (reference section 3.1) whose meaning is a few f32
// operations.
#include "Lowering.h"
#include <cmath>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

Expr single::sqrt(Expr x) { return x.sqrt(); }
Expr single::floor(Expr x) { return x.unary(Intrinsic::floor); }
Expr single::ceil(Expr x) { return x.unary(Intrinsic::ceil); }
Expr single::round(Expr x) { return x.unary(Intrinsic::round); }
Expr single::rint(Expr x) { return x.roundEven(); }
Expr single::trunc(Expr x) { return x.trunc(); }
Expr single::fabs(Expr x) { return x.abs(); }

/// Metal: 1, -1, the zero itself, and 0 for NaN.
Expr single::sign(Expr x) {
  Expr one = x.like(1).copySign(x);
  Expr zeroKept = x.eq(0).select(x, one);
  return x.isNaN().select(0, zeroKept);
}

// minnum and maxnum ignore a NaN operand, as Metal's fmin and fmax do.
Expr single::fmin(Expr x, Expr y) { return x.binary(Intrinsic::minnum, y); }
Expr single::fmax(Expr x, Expr y) { return x.binary(Intrinsic::maxnum, y); }
Expr single::clamp(Expr x, Expr low, Expr high) {
  return fmin(fmax(x, low), high);
}
Expr single::saturate(Expr x) { return clamp(x, x.like(0), x.like(1)); }
Expr single::fmin3(Expr a, Expr b, Expr c) { return fmin(fmin(a, b), c); }
Expr single::fmax3(Expr a, Expr b, Expr c) { return fmax(fmax(a, b), c); }
Expr single::fmedian3(Expr a, Expr b, Expr c) {
  return fmax(fmin(a, b), fmin(fmax(a, b), c));
}
Expr single::fmod(Expr x, Expr y) { return x.make(x.ir().CreateFRem(x, y)); }
Expr single::fma(Expr a, Expr b, Expr c) {
  return a.make(a.ir().CreateIntrinsic(Intrinsic::fma, {a.type()}, {a, b, c}));
}
Expr single::mix(Expr x, Expr y, Expr a) { return x + (y - x) * a; }

/// One rounding. In f32 the product of two f16 is exact, its sum with a third
/// is not; in f64 it is, but where the result is one of the operands anyway.
Value *lower::fma(Call &c, std::string &) {
  if (c.type()->getScalarType()->isFloatTy())
    return single::fma(c[0], c[1], c[2]);
  return fromDouble(single::fma(toDouble(c[0]), toDouble(c[1]), toDouble(c[2])),
                    c.type());
}

Value *lower::rsqrt(Call &c, std::string &) {
  return fromDouble(1 / toDouble(c[0]).sqrt(), c.type());
}

/// x - floor(x), kept below one: the largest value depends on the type it is
/// rounded to.
Value *lower::fract(Call &c, std::string &) {
  Expr x = toSingle(c[0]);
  Expr fraction = x - single::floor(x);
  Type *scalar = c.type()->getScalarType();
  double largest = scalar->isHalfTy()     ? 0x1.ffcp-1
                   : scalar->isBFloatTy() ? 0x1.fep-1
                                          : 0x1.fffffep-1;
  Expr below = fraction.gt(largest).select(largest, fraction);
  return fromSingle(below, c.type());
}

Value *lower::dot(Call &c, std::string &) {
  Expr product = toSingle(c[0]) * toSingle(c[1]);
  unsigned lanes = cast<FixedVectorType>(product.type())->getNumElements();
  Expr sum = product.make(c.b.CreateExtractElement(product, uint64_t(0)));
  for (unsigned lane = 1; lane < lanes; ++lane)
    sum = sum + sum.make(c.b.CreateExtractElement(product, lane));
  return fromSingle(sum, c.type());
}

Value *lower::sincos(Call &c, std::string &) {
  Expr x = toDouble(c[0]);
  c.b.CreateStore(fromDouble(real::cos(x), c.type()), c[1]);
  return fromDouble(real::sin(x), c.type());
}

Value *lower::ldexp(Call &c, std::string &) {
  Expr x = toDouble(c[0]);
  Expr n = c[1];
  // Beyond ±300 every f32 has become zero or infinite.
  n = n.lt(-300).select(-300, n);
  n = n.gt(300).select(300, n);
  Expr wide = n.make(c.b.CreateSExt(n, withScalar(x.type(), c.b.getInt64Ty())));
  Expr scale = ((wide + 1023) << wide.bits(52)).bitcast(x.type());
  return fromDouble(x * scale, c.type());
}

Value *lower::nextafter(Call &c, std::string &) {
  Expr x = c[0], y = c[1];
  Type *bitsType =
      withScalar(x.type(), c.b.getIntNTy(x.type()->getScalarSizeInBits()));
  Expr bits = x.bitcast(bitsType);
  Expr sx = toSingle(x), sy = toSingle(y);
  Expr signBit =
      bits.bits(uint64_t(1) << (x.type()->getScalarSizeInBits() - 1));
  // Away from zero is one more in the bit pattern; from zero it is the smallest
  // subnormal.
  Expr awayFromZero = sx.gt(0).make(c.b.CreateICmpEQ(sx.lt(sy), sx.gt(0)));
  Expr step = awayFromZero.select(bits + 1, bits - bits.bits(1));
  Expr ySign = y.bitcast(bitsType) & signBit;
  Expr moved = sx.eq(0).select(ySign | bits.bits(1), step);
  Expr result = sx.eq(sy).select(y, moved.bitcast(x.type()));
  Expr invalid = sx.isNaN() | sy.isNaN();
  return invalid.select(fromSingle(sx + sy, c.type()), result);
}

Value *lower::simdgroupSize(Call &c, std::string &) {
  return ConstantInt::get(c.type(), 32);
}
Value *lower::alwaysFalse(Call &c, std::string &) {
  return ConstantInt::get(c.type(), 0);
}
Value *lower::alwaysTrue(Call &c, std::string &) {
  return ConstantInt::get(c.type(), 1);
}
Value *lower::identity(Call &c, std::string &) { return c[0]; }
