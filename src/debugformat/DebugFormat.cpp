// Reads the format strings of `device_print` and writes values by them.
#include "enigma/debugformat/DebugFormat.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include <cstdio>

using namespace llvm;
using namespace enigma;

static Error fail(const Twine &what) { return createStringError(what); }

/// What stands between the braces: nothing, or a colon and a specification.
static Expected<ValueFormat> parsePlaceholder(StringRef inside) {
  ValueFormat format;
  if (inside.empty())
    return format;
  StringRef rest = inside;
  auto unknown = [&] {
    return fail("placeholder {" + inside +
                "} is none of {}, {:d}, {:x}, {:X}, {:f}, {:e}, {:g} and "
                "{:.3f}");
  };
  if (!rest.consume_front(":"))
    return unknown();
  if (rest.consume_front(".")) {
    unsigned precision;
    if (rest.empty() || !isDigit(rest[0]) ||
        rest.consumeInteger(10, precision) || precision > maxDebugPrecision)
      return unknown();
    format.precision = precision;
  }
  if (rest.size() != 1 || !StringRef("dxXfeg").contains(rest[0]))
    return unknown();
  format.kind = rest[0];
  if (format.precision && !StringRef("feg").contains(format.kind))
    return unknown();
  return format;
}

Expected<std::vector<FormatPiece>> enigma::parseDebugFormat(StringRef text) {
  std::vector<FormatPiece> pieces(1);
  while (!text.empty()) {
    std::string &literal = pieces.back().text;
    if (text.consume_front("{{")) {
      literal += '{';
    } else if (text.consume_front("}}")) {
      literal += '}';
    } else if (text.starts_with("}")) {
      return fail("single } in the format; }} is a brace");
    } else if (text.consume_front("{")) {
      size_t end = text.find('}');
      if (end == StringRef::npos)
        return fail("{ without } in the format; {{ is a brace");
      Expected<ValueFormat> value = parsePlaceholder(text.take_front(end));
      if (!value)
        return value.takeError();
      pieces.back().value = *value;
      pieces.emplace_back();
      text = text.drop_front(end + 1);
    } else {
      literal += text.front();
      text = text.drop_front();
    }
  }
  return pieces;
}

/// Which dtypes a specification takes, or null when it takes this one.
static const char *objection(char kind, DType dtype) {
  DTypeKind type = dtypeRow(dtype).kind;
  switch (kind) {
  case 0:
    return nullptr;
  case 'd':
    return isInteger(type) || type == DTypeKind::Bool ? nullptr
                                                      : "integers and bools";
  case 'x':
  case 'X':
    return type == DTypeKind::UnsignedInt ? nullptr : "unsigned integers";
  default:
    return isFloat(type) ? nullptr : "floats";
  }
}

Error enigma::checkDebugFormat(StringRef text, ArrayRef<DType> dtypes) {
  for (unsigned char c : text)
    if (c < 0x20 || c == 0x7f)
      return fail("a format must not contain control characters");
  Expected<std::vector<FormatPiece>> pieces = parseDebugFormat(text);
  if (!pieces)
    return pieces.takeError();
  size_t count = pieces->size() - 1;
  if (count != dtypes.size())
    return fail("the format has " + Twine(count) + " placeholders for " +
                Twine(dtypes.size()) + " values");
  for (size_t i = 0; i < count; ++i)
    if (const char *takes = objection((*pieces)[i].value->kind, dtypes[i]))
      return fail(
          "value " + Twine(i) + " is " + dtypeRow(dtypes[i]).name.data() +
          "; {:" + Twine((*pieces)[i].value->kind) + "} takes " + takes);
  return Error::success();
}

static APFloat floatOf(DType dtype, uint64_t bits) {
  switch (dtype) {
  case DType::f16:
    return APFloat(APFloat::IEEEhalf(), APInt(16, bits, false, true));
  case DType::bf16:
    return APFloat(APFloat::BFloat(), APInt(16, bits, false, true));
  default:
    return APFloat(APFloat::IEEEsingle(), APInt(32, bits, false, true));
  }
}

/// The fewest digits that read back as the same value of its dtype, with a
/// point or exponent as in Python.
static std::string shortest(const APFloat &value) {
  double number = value.convertToDouble();
  char buffer[64];
  // Nine digits identify every f32, so the loop ends at a match.
  for (int precision = 1; precision <= 9; ++precision) {
    snprintf(buffer, sizeof buffer, "%.*g", precision, number);
    APFloat back(value.getSemantics());
    if (!errorToBool(
            back.convertFromString(buffer, APFloat::rmNearestTiesToEven)
                .takeError()) &&
        back.bitwiseIsEqual(value))
      break;
  }
  StringRef text = buffer;
  // Python spells whole numbers out up to 1e16.
  if (text.contains('e') && std::abs(number) >= 1 && std::abs(number) < 1e16) {
    snprintf(buffer, sizeof buffer, "%.0f", number);
    text = buffer;
  }
  bool isPlain = text.find_first_of(".e") == StringRef::npos;
  return (text + (isPlain ? ".0" : "")).str();
}

static std::string formatFloat(ValueFormat format, DType dtype, uint64_t bits) {
  APFloat value = floatOf(dtype, bits);
  if (value.isNaN())
    return "nan";
  if (value.isInfinity())
    return value.isNegative() ? "-inf" : "inf";
  if (!format.kind)
    return shortest(value);
  const char conversion[] = {'%', '.', '*', format.kind, 0};
  // 38 digits before the point and 99 after it.
  char buffer[160];
  snprintf(buffer, sizeof buffer, conversion, int(format.precision.value_or(6)),
           value.convertToDouble());
  return buffer;
}

std::string enigma::formatValue(ValueFormat format, DType dtype,
                                uint64_t bits) {
  const DTypeRow &row = dtypeRow(dtype);
  switch (row.kind) {
  case DTypeKind::Float:
  case DTypeKind::BFloat:
    return formatFloat(format, dtype, bits);
  case DTypeKind::Bool:
    if (format.kind)
      return bits & 1 ? "1" : "0";
    return bits & 1 ? "True" : "False";
  case DTypeKind::SignedInt:
    return itostr(SignExtend64(bits, row.bytes * 8));
  case DTypeKind::UnsignedInt:
    bits &= maskTrailingOnes<uint64_t>(row.bytes * 8);
    if (format.kind == 'x' || format.kind == 'X')
      return utohexstr(bits, /*LowerCase=*/format.kind == 'x');
    return utostr(bits);
  }
  llvm_unreachable("every kind of dtype has a form");
}

std::string enigma::formatLine(ArrayRef<FormatPiece> pieces,
                               ArrayRef<DType> dtypes,
                               ArrayRef<uint64_t> bits) {
  std::string line;
  for (auto [i, piece] : enumerate(pieces)) {
    line += piece.text;
    if (piece.value)
      line += formatValue(*piece.value, dtypes[i], bits[i]);
  }
  return line;
}
