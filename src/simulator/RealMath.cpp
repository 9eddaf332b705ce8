// Elementary functions as straight-line IR over double.
//
// Every series below is a plain Taylor series after a range reduction that
// makes it short; the comment at each gives the truncation error. f32's half
// ULP is 6e-8 relative.
#include "RealMath.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/IR/Module.h"
#include <array>
#include <cmath>
#include <numbers>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

/// Adding it to |x| < 2^51 leaves rint(x) in the low bits of the sum.
static constexpr double roundingMagic = 0x1.8p52;
static constexpr double halfPi = std::numbers::pi / 2;

/// c[0] + x (c[1] + x (c[2] + ...)).
static Expr horner(Expr x, ArrayRef<double> coefficients) {
  Expr sum = x.like(coefficients.back());
  for (double c : reverse(coefficients.drop_back()))
    sum = sum.mulAdd(x, x.like(c));
  return sum;
}

static Type *integerBits(Expr x) {
  return withScalar(x.type(), x.ir().getInt64Ty());
}

/// x where it lies in [-limit, limit] or is NaN, else the nearer bound.
static Expr clampKeepNaN(Expr x, double limit) {
  Expr low = x.lt(-limit).select(-limit, x);
  return low.gt(limit).select(limit, low);
}

Expr real::exp2(Expr x) {
  // 2^±1000 is zero or infinite in every target type, and its exponent still
  // fits.
  Expr t = clampKeepNaN(x, 1000);
  Expr shifted = t + roundingMagic;
  Expr r = (t - (shifted - roundingMagic)) * std::numbers::ln2;
  // |r| <= 0.347: the first omitted term, r^10/10!, is below 7e-12.
  Expr p = horner(r, {1, 1, 1 / 2., 1 / 6., 1 / 24., 1 / 120., 1 / 720.,
                      1 / 5040., 1 / 40320., 1 / 362880.});
  Type *bits = integerBits(x);
  Expr exponent = shifted.bitcast(bits) + 1023;
  return p * (exponent << exponent.bits(52)).bitcast(x.type());
}

Expr real::exp(Expr x) { return exp2(x * std::numbers::log2e); }
Expr real::exp10(Expr x) {
  return exp2(x * (std::numbers::ln10 * std::numbers::log2e));
}

namespace {
/// x = 2^exponent * m with m in [sqrt(1/2), sqrt(2)), and log m.
struct LogParts {
  Expr exponent;
  Expr logMantissa;
};
} // namespace

static LogParts splitLog(Expr x) {
  Type *bitsType = integerBits(x);
  Expr bits = x.bitcast(bitsType);
  constexpr uint64_t sqrtHalf = 0x3fe6a09e667f3bcd;
  // Biased by 1024 so that the shift is logical.
  Expr biased =
      (bits - bits.bits(sqrtHalf) + bits.bits(uint64_t(1024) << 52)) >>
      bits.bits(52);
  Expr m =
      (bits - ((biased - bits.bits(1024)) << bits.bits(52))).bitcast(x.type());
  Expr magicBits = bits.bits(bit_cast<uint64_t>(roundingMagic));
  Expr exponent =
      (biased + magicBits).bitcast(x.type()) - (roundingMagic + 1024);
  // log m = 2 atanh(s); |s| <= 0.1716, so the first omitted term is s^12/13 <
  // 6e-11 of it.
  Expr s = (m - 1) / (m + 1);
  Expr p = horner(s * s, {2, 2 / 3., 2 / 5., 2 / 7., 2 / 9., 2 / 11.});
  return {exponent, s * p};
}

/// Zero, negative, infinite and NaN arguments of a logarithm.
static Expr logEdges(Expr x, Expr result) {
  Expr zero = x.eq(0).select(-INFINITY, result);
  Expr negative = x.lt(0).select(NAN, zero);
  Expr infinite = x.eq(INFINITY).select(x, negative);
  return x.isNaN().select(x, infinite);
}

Expr real::log(Expr x) {
  LogParts parts = splitLog(x);
  return logEdges(
      x, parts.exponent.mulAdd(x.like(std::numbers::ln2), parts.logMantissa));
}

Expr real::log2(Expr x) {
  LogParts parts = splitLog(x);
  return logEdges(
      x, parts.logMantissa.mulAdd(x.like(std::numbers::log2e), parts.exponent));
}

Expr real::log10(Expr x) {
  LogParts parts = splitLog(x);
  Expr natural =
      parts.exponent.mulAdd(x.like(std::numbers::ln2), parts.logMantissa);
  return logEdges(x, natural * std::numbers::log10e);
}

/// log(1 + u), accurate for small u: the rounding of 1 + u is corrected to
/// first order.
static Expr log1p(Expr u) {
  Expr w = u + 1;
  Expr correction = (u - (w - 1)) / w;
  Expr ordinary = w.abs().lt(INFINITY) & w.ne(0);
  return real::log(w) + ordinary.select(correction, 0);
}

namespace {
/// An angle as a whole number of quarter turns plus a rest in [-1/2, 1/2]
/// quarter turns.
struct QuarterTurns {
  Expr count; ///< integer; only the low two bits mean anything
  Expr rest;
};

/// (2/pi * 2^e) mod 4 for e in 0 ..= 104, split so that a 24-bit factor times
/// `high` is exact.
struct TwoOverPi {
  static constexpr unsigned rows = 105;
  std::array<double, rows> high;
  std::array<double, rows> low;
  TwoOverPi();
};
} // namespace

TwoOverPi::TwoOverPi() {
  // 2/pi to 256 fractional bits, with two integer bits in front.
  APInt digits(
      258, "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561",
      16);
  for (unsigned e = 0; e < rows; ++e) {
    APInt shifted = digits.shl(e);
    constexpr unsigned lowBits = 256 - 27;
    APInt highPart = shifted.ashr(lowBits);
    APInt lowPart = shifted.zextOrTrunc(lowBits);
    high[e] = std::ldexp(static_cast<double>(highPart.getSExtValue()), -27);
    APFloat lowFloat(APFloat::IEEEdouble());
    lowFloat.convertFromAPInt(lowPart, /*IsSigned=*/false,
                              APFloat::rmNearestTiesToEven);
    low[e] = std::ldexp(lowFloat.convertToDouble(), -256);
  }
}

static GlobalVariable *constantTable(Module &module, StringRef name,
                                     ArrayRef<double> values) {
  if (GlobalVariable *existing = module.getNamedGlobal(name))
    return existing;
  Constant *initializer = ConstantDataArray::get(module.getContext(), values);
  return new GlobalVariable(module, initializer->getType(), /*isConstant=*/true,
                            GlobalValue::InternalLinkage, initializer, name);
}

/// table[index], lane by lane.
static Expr lookUp(Expr like, GlobalVariable *table, Expr index) {
  IRBuilder<> &b = like.ir();
  auto loadOne = [&](Value *i) -> Value * {
    return b.CreateLoad(b.getDoubleTy(),
                        b.CreateInBoundsGEP(b.getDoubleTy(), table, i));
  };
  auto *vector = dyn_cast<FixedVectorType>(like.type());
  if (!vector)
    return like.make(loadOne(index));
  Value *result = PoisonValue::get(vector);
  for (unsigned lane = 0; lane < vector->getNumElements(); ++lane)
    result = b.CreateInsertElement(
        result, loadOne(b.CreateExtractElement(index, lane)), lane);
  return like.make(result);
}

static QuarterTurns splitTurns(Expr q) {
  Expr shifted = q + roundingMagic;
  return {shifted.bitcast(integerBits(q)), q - (shifted - roundingMagic)};
}

/// Payne and Hanek's reduction for arguments of 24 significant bits, without a
/// branch: x = m 2^e with m below 2^24, and the table gives 2^e 2/pi modulo 4.
/// The rest has an absolute error near 2^-56, where the smallest rest any f32
/// can leave is about 2^-30.
static QuarterTurns reduceRadians(Expr x) {
  static const TwoOverPi table;
  Module &module = *x.ir().GetInsertBlock()->getModule();
  Expr bits = x.bitcast(integerBits(x));
  Expr biased = (bits >> bits.bits(52)) & bits.bits(0x7ff);
  Expr above = biased - (1023 + 23);
  Expr e = above.lt(0).select(0, above);
  e = e.lt(TwoOverPi::rows).select(e, TwoOverPi::rows - 1);
  Expr m = x * ((e.bits(1023) - e) << e.bits(52)).bitcast(x.type());
  Expr high = lookUp(
      x, constantTable(module, "enigma.two_over_pi.high", table.high), e);
  Expr low =
      lookUp(x, constantTable(module, "enigma.two_over_pi.low", table.low), e);
  Expr p = m * high;
  Expr wrapped = p - 4 * (p * 0.25).roundEven();
  return splitTurns(m.mulAdd(low, wrapped));
}

static QuarterTurns reduceHalfTurns(Expr x) {
  Expr q = x * 2;
  return splitTurns(q - 4 * (q * 0.25).roundEven());
}

namespace {
struct SinCos {
  Expr sin;
  Expr cos;
};
} // namespace

/// sin and cos of `rest` quarter turns, |angle| <= pi/4; omitted: a^12/13! <
/// 1e-11, a^12/12! < 2e-10.
static SinCos sinCosOfRest(Expr rest) {
  Expr a = rest * halfPi;
  Expr a2 = a * a;
  Expr s = horner(
      a2, {1, -1 / 6., 1 / 120., -1 / 5040., 1 / 362880., -1 / 39916800.});
  Expr c =
      horner(a2, {1, -1 / 2., 1 / 24., -1 / 720., 1 / 40320., -1 / 3628800.});
  return {a * s, c};
}

static Expr sinOfTurns(QuarterTurns turns, unsigned advance) {
  SinCos parts = sinCosOfRest(turns.rest);
  Expr quadrant = turns.count + advance;
  Expr odd = (quadrant & quadrant.bits(1)).ne(0);
  Expr magnitude = odd.select(parts.cos, parts.sin);
  return (quadrant & quadrant.bits(2)).ne(0).select(-magnitude, magnitude);
}

static Expr tanOfTurns(QuarterTurns turns) {
  SinCos parts = sinCosOfRest(turns.rest);
  Expr odd = (turns.count & turns.count.bits(1)).ne(0);
  return odd.select(-parts.cos, parts.sin) / odd.select(parts.sin, parts.cos);
}

/// Keeps the sign of zero and the accuracy of tiny arguments: f(x) = slope x
/// below 1e-5.
static Expr linearNearZero(Expr x, double slope, Expr result) {
  return x.abs().lt(1e-5).select(x * slope, result);
}

Expr real::sin(Expr x) {
  return linearNearZero(x, 1, sinOfTurns(reduceRadians(x), 0));
}
Expr real::cos(Expr x) { return sinOfTurns(reduceRadians(x), 1); }
Expr real::tan(Expr x) {
  return linearNearZero(x, 1, tanOfTurns(reduceRadians(x)));
}
Expr real::sinpi(Expr x) {
  return linearNearZero(x, std::numbers::pi, sinOfTurns(reduceHalfTurns(x), 0));
}
Expr real::cospi(Expr x) { return sinOfTurns(reduceHalfTurns(x), 1); }
Expr real::tanpi(Expr x) {
  return linearNearZero(x, std::numbers::pi, tanOfTurns(reduceHalfTurns(x)));
}

Expr real::atan2(Expr y, Expr x) {
  Expr ax = x.abs(), ay = y.abs();
  Expr steep = ay.gt(ax);
  Expr large = steep.select(ay, ax), small = steep.select(ax, ay);
  Expr t = small / large;
  t = large.eq(0).select(0, t);
  t = small.eq(INFINITY).select(1, t);    // both infinite
  Expr upper = t.gt(0.41421356237309503); // tan(pi/8)
  Expr u = upper.select((t - 1) / (t + 1), t);
  // |u| <= 0.4143: the first omitted term is u^24/25 < 3e-11 of the result.
  Expr series =
      u * horner(u * u, {1, -1 / 3., 1 / 5., -1 / 7., 1 / 9., -1 / 11., 1 / 13.,
                         -1 / 15., 1 / 17., -1 / 19., 1 / 21., -1 / 23.});
  Expr angle = upper.select(series + halfPi / 2, series);
  angle = steep.select(halfPi - angle, angle);
  Type *bits = integerBits(x);
  angle = x.bitcast(bits).lt(0).select(std::numbers::pi - angle, angle);
  Expr invalid = x.isNaN() | y.isNaN();
  return invalid.select(x + y, angle.copySign(y));
}

Expr real::atan(Expr x) { return atan2(x, x.like(1)); }
Expr real::asin(Expr x) { return atan2(x, ((1 - x) * (1 + x)).sqrt()); }
Expr real::acos(Expr x) { return atan2(((1 - x) * (1 + x)).sqrt(), x); }

Expr real::sinh(Expr x) {
  Expr x2 = x * x;
  // |x| < 1: the first omitted term is x^14/15! < 1e-12.
  Expr series = x * horner(x2, {1, 1 / 6., 1 / 120., 1 / 5040., 1 / 362880.,
                                1 / 39916800., 1 / 6227020800.});
  Expr wide = 0.5 * (exp(x) - exp(-x));
  return x.abs().lt(1).select(series, wide);
}

Expr real::cosh(Expr x) { return 0.5 * (exp(x) + exp(-x)); }

Expr real::tanh(Expr x) {
  Expr t = clampKeepNaN(x, 30); // tanh(30) rounds to 1
  return sinh(t) / cosh(t);
}

Expr real::asinh(Expr x) {
  Expr a = x.abs(), a2 = a * a;
  Expr result = log1p(a + a2 / ((a2 + 1).sqrt() + 1));
  return a.eq(INFINITY).select(a, result).copySign(x);
}

Expr real::acosh(Expr x) {
  Expr t = x - 1;
  Expr result = log1p(t + (t * (t + 2)).sqrt());
  // Far below -1 the argument of log1p rounds to 0.
  return x.lt(1).select(NAN, result);
}

Expr real::atanh(Expr x) {
  Expr a = x.abs();
  return (0.5 * log1p(2 * a / (1 - a))).copySign(x);
}

Expr real::powr(Expr x, Expr y) { return exp2(y * log2(x)); }

Expr real::pow(Expr x, Expr y) {
  Expr magnitude = exp2(y * log2(x.abs()));
  Expr whole = y.trunc().eq(y);
  Expr half = y * 0.5;
  Expr odd = whole & half.trunc().ne(half);
  Expr negative = x.bitcast(integerBits(x)).lt(0);
  Expr signedResult = (odd & negative).select(-magnitude, magnitude);
  Expr undefined = x.lt(0) & x.gt(-INFINITY) & ~whole;
  Expr result = undefined.select(NAN, signedResult);
  // pow(-1, ±inf) = 1: log2|x| is zero there, and zero times infinity is not.
  Expr minusOne = x.eq(-1) & y.abs().eq(INFINITY);
  return (y.eq(0) | x.eq(1) | minusOne).select(1, result);
}
