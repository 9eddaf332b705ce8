// Numbers of any dtype: parsed from text, generated, printed.
#include "Values.h"
#include "Failure.h"
#include "llvm/ADT/APFloat.h"
#include <charconv>
#include <cmath>
#include <cstring>
#include <random>

using namespace enigma;
using namespace enigma::run;

using Number = decltype(simulator::ConstantValue::value);

static void append(std::vector<uint8_t> &bytes, uint64_t bits, unsigned size) {
  for (unsigned i = 0; i < size; ++i)
    bytes.push_back(bits >> (8 * i));
}

static const llvm::fltSemantics &semantics(DType dtype) {
  return dtype == DType::f32   ? llvm::APFloat::IEEEsingle()
         : dtype == DType::f16 ? llvm::APFloat::IEEEhalf()
                               : llvm::APFloat::BFloat();
}

static uint64_t floatBits(double value, DType dtype) {
  llvm::APFloat number(value);
  bool losesInfo;
  number.convert(semantics(dtype), llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.bitcastToAPInt().getZExtValue();
}

template <typename T> static bool parseAll(const std::string &text, T &out) {
  const char *first = text.data(), *last = first + text.size();
  if (first != last && *first == '+')
    ++first;
  auto [end, error] = std::from_chars(first, last, out);
  return error == std::errc() && end == last && first != last;
}

static bool parseNumber(const std::string &text, Number &out) {
  if (text == "true" || text == "false") {
    out = text == "true";
    return true;
  }
  int64_t whole;
  uint64_t large;
  double real;
  if (parseAll(text, whole))
    out = whole;
  else if (parseAll(text, large))
    out = large;
  else if (parseAll(text, real))
    out = real;
  else
    return false;
  return true;
}

Number run::parseConstant(const std::string &text, const std::string &what) {
  Number number;
  if (!parseNumber(text, number))
    throw Failure{Status::WrongCommandLine,
                  what + ": '" + text + "' is not a number"};
  return number;
}

uint64_t run::parseCount(const std::string &text, const std::string &what) {
  uint64_t count;
  if (text.starts_with('+') || !parseAll(text, count))
    throw Failure{Status::WrongCommandLine,
                  what + ": '" + text + "' is not a count"};
  return count;
}

static bool fitsInteger(const Number &number, const DTypeRow &row) {
  if (std::holds_alternative<double>(number))
    return false;
  if (row.kind == DTypeKind::Bool)
    return std::visit([](auto v) { return v == 0 || v == 1; }, number);
  unsigned bits = row.bytes * 8;
  if (const int64_t *v = std::get_if<int64_t>(&number))
    return row.kind == DTypeKind::SignedInt
               ? bits == 64 || (*v >> (bits - 1)) == (*v >> 63)
               : *v >= 0 && (bits == 64 || *v >> bits == 0);
  if (std::holds_alternative<uint64_t>(number)) // larger than any int64
    return row.dtype == DType::u64;
  return true;
}

std::vector<uint8_t> run::parseScalar(const std::string &text, DType dtype,
                                      const std::string &what) {
  const DTypeRow &row = dtypeRow(dtype);
  Number number = parseConstant(text, what);
  std::vector<uint8_t> bytes;
  if (isFloat(row.kind)) {
    double value =
        std::visit([](auto v) { return static_cast<double>(v); }, number);
    append(bytes, floatBits(value, dtype), row.bytes);
    return bytes;
  }
  if (!fitsInteger(number, row))
    throw Failure{Status::WrongInput, what + ": '" + text +
                                          "' is not a value of " +
                                          std::string(row.name)};
  append(bytes,
         std::visit([](auto v) { return static_cast<uint64_t>(v); }, number),
         row.bytes);
  return bytes;
}

std::vector<uint8_t> run::generate(const std::string &kind, DType dtype,
                                   uint64_t count, const std::string &what) {
  const DTypeRow &row = dtypeRow(dtype);
  uint64_t seed = 0;
  bool isRandom = kind.starts_with("random:");
  if (isRandom)
    seed = parseCount(kind.substr(7), what);
  else if (kind != "zeros" && kind != "ones" && kind != "arange")
    throw Failure{Status::WrongCommandLine,
                  what +
                      ": expected zeros, ones, arange or random:SEED, not '" +
                      kind + "'"};
  std::mt19937_64 random(seed);
  std::vector<uint8_t> bytes;
  bytes.reserve(count * row.bytes);
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t whole = kind == "zeros" ? 0 : kind == "ones" ? 1 : i;
    if (isFloat(row.kind)) {
      // Uniform in [-1, 1).
      double value = isRandom ? std::ldexp(double(random() >> 11), -52) - 1
                              : double(whole);
      append(bytes, floatBits(value, dtype), row.bytes);
    } else {
      uint64_t bits = isRandom ? random() : whole;
      append(bytes, row.kind == DTypeKind::Bool ? bits & 1 : bits, row.bytes);
    }
  }
  return bytes;
}

static std::string formatFloat(uint64_t bits, const DTypeRow &row) {
  llvm::APFloat number(semantics(row.dtype), llvm::APInt(row.bytes * 8, bits));
  bool losesInfo;
  number.convert(llvm::APFloat::IEEEsingle(),
                 llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  char text[32];
  auto end =
      std::to_chars(text, text + sizeof text, number.convertToFloat()).ptr;
  return {text, end};
}

std::string run::formatElements(const std::vector<uint8_t> &bytes, DType dtype,
                                uint64_t count) {
  const DTypeRow &row = dtypeRow(dtype);
  std::string text;
  for (uint64_t i = 0; i < count && (i + 1) * row.bytes <= bytes.size(); ++i) {
    uint64_t bits = 0;
    std::memcpy(&bits, bytes.data() + i * row.bytes, row.bytes);
    text += i ? " " : "";
    if (isFloat(row.kind)) {
      text += formatFloat(bits, row);
    } else if (row.kind == DTypeKind::SignedInt) {
      unsigned unused = 64 - row.bytes * 8;
      text += std::to_string(static_cast<int64_t>(bits << unused) >> unused);
    } else {
      text += std::to_string(bits);
    }
  }
  return text;
}
