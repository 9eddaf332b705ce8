// `air.convert` (reference section 3.3) and the pack and unpack functions
// (section 3.4).
#include "Lowering.h"
#include <cmath>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

/// `x` rounded to an integral value as the mode suffix says; toward zero
/// without one.
static Expr roundByMode(Expr x, StringRef mode) {
  if (mode == "rte")
    return x.roundEven();
  if (mode == "rtn")
    return x.unary(Intrinsic::floor);
  if (mode == "rtp")
    return x.unary(Intrinsic::ceil);
  return x;
}

static Value *floatToInteger(Call &c, Expr x, bool isSigned, StringRef mode) {
  if (c.type()->getScalarType()->isIntegerTy(1))
    return toSingle(x).ne(0);
  Expr rounded = roundByMode(toSingle(x), mode);
  // Saturating, and NaN becomes 0: what the language prescribes for the CPU
  // device.
  return c.b.CreateIntrinsic(isSigned ? Intrinsic::fptosi_sat
                                      : Intrinsic::fptoui_sat,
                             {c.type(), rounded.type()}, {rounded});
}

static Value *integerToFloat(Call &c, Expr x, bool isSigned) {
  auto to = [&](Type *scalar) {
    Type *type = withScalar(c.type(), scalar);
    return x.make(isSigned ? c.b.CreateSIToFP(x, type)
                           : c.b.CreateUIToFP(x, type));
  };
  Type *scalar = c.type()->getScalarType();
  if (scalar->isFloatTy())
    return to(scalar);
  // Through double, so that the rounding happens once.
  x = exactInDouble(x, isSigned);
  return fromDouble(to(c.b.getDoubleTy()), c.type());
}

static Value *integerToInteger(Call &c, Expr x, bool isSigned) {
  if (c.type()->getScalarType()->isIntegerTy(1))
    return x.ne(0);
  return c.b.CreateIntCast(x, c.type(), isSigned);
}

/// PARTS are destination kind and type, source kind and type, rounding mode.
Value *lower::convert(Call &c, std::string &error) {
  if (c.parts.size() < 4) {
    error = "malformed conversion";
    return nullptr;
  }
  StringRef toKind = c.parts[0], fromKind = c.parts[2];
  StringRef mode = c.parts.size() > 4 ? c.parts[4] : "";
  bool fromFloat = fromKind == "f", toFloat = toKind == "f";
  bool modeMatters = toFloat && !mode.empty() && mode != "rte";
  if (modeMatters) {
    error = "rounding mode '" + mode.str() + "' of a conversion to float";
    return nullptr;
  }
  if (fromFloat && toFloat)
    return fromDouble(toDouble(c[0]), c.type());
  if (fromFloat)
    return floatToInteger(c, c[0], toKind == "s", mode);
  if (toFloat)
    return integerToFloat(c, c[0], fromKind == "s");
  return integerToInteger(c, c[0], fromKind == "s");
}

namespace {
/// A packed pixel format: component widths from the lowest bit up.
struct PackedFormat {
  SmallVector<unsigned, 4> widths;
  bool isSigned = false;
  bool isSRGB = false;
};
} // namespace

static std::optional<PackedFormat> parseFormat(const Call &c) {
  if (c.parts.empty())
    return std::nullopt;
  StringRef kind = c.parts[0];
  PackedFormat format;
  format.isSigned = kind.consume_front("snorm");
  if (!format.isSigned && !kind.consume_front("unorm"))
    return std::nullopt;
  StringRef rest = c.parts.size() > 1 ? c.parts[1] : "";
  if (kind.empty() && rest == "rgb10a2") {
    format.widths = {10, 10, 10, 2};
    return format;
  }
  unsigned count = 0, width = 0;
  auto [countText, widthText] = kind.split('x');
  if (countText.getAsInteger(10, count) || widthText.getAsInteger(10, width) ||
      !count || count * width > 64 || (width != 8 && width != 16))
    return std::nullopt;
  format.widths.assign(count, width);
  format.isSRGB = rest == "srgb";
  return format;
}

static double scaleOf(const PackedFormat &format, unsigned i) {
  return std::ldexp(1, format.widths[i] - (format.isSigned ? 1 : 0)) - 1;
}

/// The sRGB transfer functions, as the Metal specification gives them
/// (section 7.7).
static Expr linearToSRGB(Expr x) {
  Expr curve = 1.055 * real::powr(x, x.like(1 / 2.4)) - 0.055;
  return x.lt(0.0031308).select(12.92 * x, curve);
}
static Expr sRGBToLinear(Expr x) {
  Expr curve = real::powr((x + 0.055) / 1.055, x.like(2.4));
  return x.gt(0.04045).select(curve, x / 12.92);
}

Value *lower::pack(Call &c, std::string &error) {
  std::optional<PackedFormat> format = parseFormat(c);
  if (!format) {
    error = "pack format";
    return nullptr;
  }
  Expr packed = {c.b, ConstantInt::get(c.type(), 0)};
  unsigned shift = 0;
  for (unsigned i = 0; i < format->widths.size(); ++i) {
    bool isVector = c[0].type()->isVectorTy();
    Expr component =
        isVector ? c[0].make(c.b.CreateExtractElement(c[0], i)) : c[0];
    Expr x = toDouble(component);
    double low = format->isSigned ? -1 : 0;
    // NaN packs as the lower bound would: the comparison order makes it zero
    // for unorm.
    x = x.gt(low).select(x, low);
    x = x.gt(1).select(1, x);
    if (format->isSRGB && i < 3)
      x = linearToSRGB(x);
    Value *integer = c.b.CreateFPToSI((x * scaleOf(*format, i)).roundEven(),
                                      c.b.getInt32Ty());
    Expr field = packed.make(c.b.CreateZExtOrTrunc(integer, c.type()));
    field = field & field.bits((uint64_t(1) << format->widths[i]) - 1);
    packed = packed | (field << field.bits(shift));
    shift += format->widths[i];
  }
  return packed;
}

Value *lower::unpack(Call &c, std::string &error) {
  std::optional<PackedFormat> format = parseFormat(c);
  if (!format) {
    error = "unpack format";
    return nullptr;
  }
  Type *scalar = c.type()->getScalarType();
  Value *result = PoisonValue::get(c.type());
  unsigned shift = 0, total = c[0].type()->getIntegerBitWidth();
  for (unsigned i = 0; i < format->widths.size(); ++i) {
    unsigned width = format->widths[i];
    Expr top = c[0] << c[0].bits(total - width - shift);
    Expr amount = c[0].bits(total - width);
    Value *field = format->isSigned ? c.b.CreateAShr(top, amount)
                                    : c.b.CreateLShr(top, amount);
    Type *real = c.b.getDoubleTy();
    Expr x = {c.b, format->isSigned ? c.b.CreateSIToFP(field, real)
                                    : c.b.CreateUIToFP(field, real)};
    x = x / scaleOf(*format, i);
    x = x.lt(-1).select(-1, x);
    if (format->isSRGB && i < 3)
      x = sRGBToLinear(x);
    Value *rounded = fromDouble(x, scalar);
    result = c.type()->isVectorTy()
                 ? c.b.CreateInsertElement(result, rounded, i)
                 : rounded;
    shift += width;
  }
  return result;
}
