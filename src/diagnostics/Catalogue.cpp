// The table of diagnostics, and messages made of it.
#include "enigma/diagnostics/Catalogue.h"
#include "llvm/ADT/STLExtras.h"

using namespace enigma::diag;
using llvm::StringRef;

static constexpr Row rows[] = {
#define ENIGMA_DIAGNOSTIC(number, level, name, message, help, title, page)     \
  {Number::number, #number, Level::level, name, message, help, title, page},
#include "Rows.inc"
};

llvm::ArrayRef<Row> enigma::diag::table() { return rows; }

const Row &enigma::diag::rowOf(Number number) { return rows[size_t(number)]; }

const Row *enigma::diag::findRow(StringRef id) {
  const Row *row =
      llvm::find_if(rows, [&](const Row &r) { return r.id == id; });
  return row == std::end(rows) ? nullptr : row;
}

const Row *enigma::diag::findWarning(StringRef name) {
  const Row *row = llvm::find_if(
      rows, [&](const Row &r) { return !name.empty() && r.name == name; });
  return row == std::end(rows) ? nullptr : row;
}

using Fields = std::initializer_list<std::pair<StringRef, StringRef>>;

/// Python's str.format for plain fields; `{{` and `}}` stand for braces.
static std::string replaceFields(StringRef text, Fields fields) {
  std::string result;
  while (!text.empty()) {
    size_t at = text.find_first_of("{}");
    result += text.take_front(at);
    if (at == StringRef::npos)
      break;
    char brace = text[at];
    text = text.drop_front(at + 1);
    if (text.consume_front(StringRef(&brace, 1))) {
      result += brace;
      continue;
    }
    auto [name, rest] = text.split('}');
    for (auto [field, value] : fields)
      if (field == name)
        result += value;
    text = rest;
  }
  return result;
}

Message enigma::diag::fill(Number number, Fields fields) {
  const Row &row = rowOf(number);
  return {number, replaceFields(row.message, fields),
          replaceFields(row.help, fields)};
}
