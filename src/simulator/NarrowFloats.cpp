// Conversions between the float formats.
#include "NarrowFloats.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

Expr simulator::roundToBFloat(Expr x) {
  IRBuilder<> &b = x.ir();
  Expr bits = x.bitcast(withScalar(x.type(), b.getInt32Ty()));
  Expr high = bits >> bits.bits(16);
  Expr rounded =
      (bits + bits.bits(0x7fff) + (high & bits.bits(1))) >> bits.bits(16);
  Expr quiet = high | high.bits(0x40);
  Expr chosen = x.isNaN().select(quiet, rounded);
  Value *narrow = b.CreateTrunc(chosen, withScalar(x.type(), b.getInt16Ty()));
  return x.make(b.CreateBitCast(narrow, withScalar(x.type(), b.getBFloatTy())));
}

/// f64 to f32 rounding to odd: a second rounding to a format with far fewer
/// bits is then exact.
static Expr truncToOdd(Expr x) {
  IRBuilder<> &b = x.ir();
  Expr nearest =
      x.make(b.CreateFPTrunc(x, withScalar(x.type(), b.getFloatTy())));
  Expr back = x.make(b.CreateFPExt(nearest, x.type()));
  Expr bits = nearest.bitcast(withScalar(x.type(), b.getInt32Ty()));
  Expr towardZero = back.abs().gt(x.abs()).select(bits - bits.bits(1), bits);
  Expr inexact = x.make(b.CreateZExt(back.ne(x), bits.type()));
  Expr odd = x.isNaN().select(bits, towardZero | inexact);
  return odd.bitcast(nearest.type());
}

Expr simulator::toSingle(Expr x) {
  Type *scalar = x.type()->getScalarType();
  if (!scalar->isHalfTy() && !scalar->isBFloatTy())
    return x;
  return x.make(
      x.ir().CreateFPExt(x, withScalar(x.type(), x.ir().getFloatTy())));
}

Expr simulator::toDouble(Expr x) {
  Expr single = toSingle(x);
  if (single.type()->getScalarType()->isDoubleTy())
    return single;
  return x.make(
      x.ir().CreateFPExt(single, withScalar(x.type(), x.ir().getDoubleTy())));
}

Expr simulator::fromSingle(Expr x, Type *type) {
  Type *scalar = type->getScalarType();
  if (scalar->isBFloatTy())
    return roundToBFloat(x);
  if (scalar->isHalfTy())
    return x.make(x.ir().CreateFPTrunc(x, type));
  return x;
}

Expr simulator::fromDouble(Expr x, Type *type) {
  Type *scalar = type->getScalarType();
  if (scalar->isDoubleTy())
    return x;
  if (scalar->isFloatTy())
    return x.make(x.ir().CreateFPTrunc(x, type));
  return fromSingle(truncToOdd(x), type);
}

/// Of more than 53 bits, those below become one that says whether any was set.
Expr simulator::exactInDouble(Expr x, bool isSigned) {
  if (x.type()->getScalarSizeInBits() < 64)
    return x;
  Expr below = x & x.bits(0x7ff);
  Expr sticky = (x ^ below) | below.ne(0).select(x.bits(0x800), 0);
  Expr size = isSigned ? x.lt(0).select(-x, x) : x;
  return (size >> size.bits(53)).ne(0).select(sticky, x);
}
