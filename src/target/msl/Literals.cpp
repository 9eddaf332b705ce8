// Literals: exact, as short as can be, typed only where the context does not
// say the type.
#include "Expression.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace enigma::msl {

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

int64_t signedLiteral(uint64_t bits, DType type) {
  return SignExtend64(bits, bitWidth(type));
}

/// The number in the reading of `type`, negative ones as a unary minus.
static Expression digits(uint64_t bits, DType type, const char *suffix) {
  bits &= maskTrailingOnes<uint64_t>(bitWidth(type));
  if (isUnsigned(type))
    return {utostr(bits) + suffix, Precedence::Primary, type, type};
  int64_t number = signedLiteral(bits, type);
  if (number >= 0)
    return {itostr(number) + suffix, Precedence::Primary, type, type};
  // C++ reads `-2147483648` as a minus and a number that is no int.
  if (bitWidth(type) >= 32 && uint64_t(number) == ~uint64_t(0)
                                                      << (bitWidth(type) - 1))
    return {itostr(number + 1) + suffix + " - 1", Precedence::Additive, type,
            type};
  return {itostr(number) + suffix, Precedence::Unary, type, type};
}

Expression typedLiteral(uint64_t bits, DType type) {
  switch (type) {
  case DType::i32:
    return digits(bits, type, "");
  case DType::u32:
    return digits(bits, type, "u");
  case DType::i64:
    return digits(bits, type, "L");
  case DType::u64:
    return digits(bits, type, "ul");
  default:
    return cast(digits(bits, type, ""), type);
  }
}

Expression plainLiteral(uint64_t bits, DType type, bool hexadecimal) {
  bits &= maskTrailingOnes<uint64_t>(bitWidth(type));
  int64_t number = signedLiteral(bits, type);
  // Hexadecimal digits are never negative.
  if (hexadecimal && bits > 255 && (isUnsigned(type) || number >= 0)) {
    const char *suffix = bits <= INT32_MAX    ? ""
                         : !isUnsigned(type)  ? "L"
                         : bits <= UINT32_MAX ? "u"
                                              : "ul";
    return {formatv("0x{0:x-}{1}", bits, suffix).str(), Precedence::Primary,
            type, type};
  }
  bool fits =
      isUnsigned(type) ? bits <= uint64_t(INT32_MAX) : isInt<32>(number);
  return fits ? digits(bits, type, "") : typedLiteral(bits, type);
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

/// `1e-05` as `1.0e-5`; `2` as `2.0`.
static std::string withPoint(StringRef number) {
  auto [mantissa, exponent] = number.split('e');
  std::string text = mantissa.str();
  if (!mantissa.contains('.'))
    text += ".0";
  if (exponent.empty())
    return text;
  bool negative = exponent.consume_front("-");
  exponent.consume_front("+");
  exponent = exponent.ltrim('0');
  return text + (negative ? "e-" : "e") + exponent.str();
}

static std::string shortestDigits(const APFloat &value) {
  // Whole numbers are spelled out, also where fewer digits would read back.
  double number = value.convertToDouble();
  if (number < 1e9 && number == double(int64_t(number)))
    return itostr(int64_t(number)) + ".0";
  // Seventeen digits identify any double, so the loop ends.
  for (int precision = 1; precision < 17; ++precision) {
    char buffer[64];
    snprintf(buffer, sizeof buffer, "%.*g", precision, number);
    APFloat back(value.getSemantics());
    if (!errorToBool(
            back.convertFromString(buffer, APFloat::rmNearestTiesToEven)
                .takeError()) &&
        back.bitwiseIsEqual(value))
      return withPoint(buffer);
  }
  llvm_unreachable("no digits for a float");
}

Expression floatLiteral(const APFloat &value, DType type) {
  auto negated = [&](bool negative, std::string text) -> Expression {
    return {negative ? "-" + text : text,
            negative ? Precedence::Unary : Precedence::Primary, type, type};
  };
  bool isF32 = type == DType::f32;
  if (value.isNaN()) {
    APInt bits = value.bitcastToAPInt();
    if (isF32 &&
        value.bitwiseIsEqual(APFloat::getQNaN(value.getSemantics(), false)))
      return Expression::primary("NAN", type);
    std::string integer =
        formatv("0x{0:x-}{1}", bits.getZExtValue(), isF32 ? "u" : "").str();
    if (!isF32)
      integer = "ushort(" + integer + ")";
    return Expression::primary(
        ("as_type<" + metalName(type) + ">(" + integer + ")").str(), type);
  }
  if (value.isInfinity()) {
    Expression infinity = negated(value.isNegative(), "INFINITY");
    infinity.type = infinity.value = type;
    return isF32 ? infinity : cast(infinity, type);
  }
  std::string text = shortestDigits(abs(value));
  switch (type) {
  case DType::f32:
    return negated(value.isNegative(), text + "f");
  case DType::f16:
    return negated(value.isNegative(), text + "h");
  default: // bfloat has no suffix before Metal 3.1's `bf`; f32 holds every
           // bfloat exactly.
    return cast(negated(value.isNegative(), text + "f"), type);
  }
}

} // namespace enigma::msl
