// Finds the first syntax error of a document with a SAX parse that keeps
// nothing.
#include "JsonError.h"
#include <algorithm>
#include <nlohmann/json.hpp>

using nlohmann::json;

namespace {

/// Accepts everything and remembers the error.
struct ErrorFinder : json::json_sax_t {
  size_t position = 0;
  int id = 0;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t &) override { return true; }
  bool string(string_t &) override { return true; }
  bool binary(binary_t &) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(string_t &) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t where, const std::string &,
                   const nlohmann::detail::exception &error) override {
    position = where;
    id = error.id;
    return false;
  }
};

} // namespace

std::string enigma::trace::describeJsonError(llvm::StringRef document) {
  // json.exception.out_of_range.406: a number beyond a double.
  static constexpr int numberOverflow = 406;
  ErrorFinder finder;
  json::sax_parse(document.begin(), document.end(), &finder);
  if (finder.position > document.size())
    return "the document is truncated";
  // The position counts the offending byte itself.
  llvm::StringRef before =
      document.take_front(std::max<size_t>(finder.position, 1) - 1);
  size_t line = before.count('\n') + 1;
  size_t column = before.size() - before.rfind('\n');
  return "line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": " +
         (finder.id == numberOverflow ? "the number is too large"
                                      : "not UTF-8 JSON");
}
