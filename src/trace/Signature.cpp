// Parses the op table's signatures and knows its dtype classes.
#include "Signature.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"

using namespace enigma;
using namespace enigma::trace;
using llvm::StringRef;

static SignatureType parseSignatureType(StringRef text) {
  text = text.trim();
  SignatureType type;
  type.isUnsigned = text.consume_front("unsigned ");
  if (text.consume_front("T")) {
    text.consume_front(":");
    type.dtypeClass = text;
    return type;
  }
  type.dtype = parseDType(text);
  if (!type.dtype)
    llvm::report_fatal_error("op table: cannot read signature type '" + text +
                             "'");
  return type;
}

static Signature parseSignature(StringRef text) {
  Signature signature;
  auto [operands, result] = text.split("->");
  while (!operands.trim().empty()) {
    auto [first, rest] = operands.split(',');
    signature.operands.push_back(parseSignatureType(first));
    operands = rest;
  }
  signature.result = parseSignatureType(result);
  return signature;
}

const Signature &trace::signatureOf(const OpRow &row) {
  static const std::vector<Signature> parsed = [] {
    std::vector<Signature> list;
    for (const OpRow &entry : opTable())
      list.push_back(entry.signature.empty() ? Signature()
                                             : parseSignature(entry.signature));
    return list;
  }();
  return parsed[&row - opTable().data()];
}

DType trace::unsignedOf(DType dtype) {
  for (const DTypeRow &row : dtypeTable)
    if (row.kind == DTypeKind::UnsignedInt &&
        row.bytes == dtypeRow(dtype).bytes)
      return row.dtype;
  llvm::report_fatal_error("op table: 'unsigned T' of a type that is no "
                           "integer");
}

bool trace::isInClass(DType dtype, StringRef dtypeClass) {
  DTypeKind kind = dtypeRow(dtype).kind;
  bool isSigned = kind == DTypeKind::SignedInt;
  bool isUnsigned = kind == DTypeKind::UnsignedInt;
  bool isInt = isSigned || isUnsigned;
  bool isLaneInt = isInt && dtypeRow(dtype).bytes <= 4;
  bool isFloat = kind == DTypeKind::Float;
  bool isAnyFloat = isFloat || kind == DTypeKind::BFloat;
  std::optional<bool> answer =
      llvm::StringSwitch<std::optional<bool>>(dtypeClass)
          .Case("float", isFloat)
          .Case("anyfloat", isAnyFloat)
          .Case("sint", isSigned)
          .Case("uint", isUnsigned)
          .Case("int", isInt)
          .Case("arith", isAnyFloat || isInt)
          .Case("laneint", isLaneInt)
          .Case("lane", isAnyFloat || isLaneInt)
          .Case("bits", isInt || kind == DTypeKind::Bool)
          .Case("any", true)
          .Default(std::nullopt);
  if (!answer)
    llvm::report_fatal_error("op table: unknown dtype class '" + dtypeClass +
                             "'");
  return *answer;
}

std::string trace::describeClass(StringRef dtypeClass) {
  std::string text;
  for (const DTypeRow &row : dtypeTable)
    if (isInClass(row.dtype, dtypeClass))
      text += (text.empty() ? "" : ", ") + std::string(row.name);
  return text;
}
