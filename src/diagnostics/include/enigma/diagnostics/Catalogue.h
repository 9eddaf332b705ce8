// The catalogue of diagnostics: pyfront/enigma/_diagnostics.py, as C++ sees it.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <initializer_list>
#include <string>
#include <utility>

namespace enigma::diag {

enum class Number : uint16_t {
#define ENIGMA_DIAGNOSTIC(number, ...) number,
#include "Rows.inc"
};

/// The table's words.
enum class Level : uint8_t { error, warning };

struct Row {
  Number number;
  llvm::StringRef id;
  Level level;
  /// What `-Wno-NAME` calls a warning; empty for errors.
  llvm::StringRef name;
  /// With fields in braces.
  llvm::StringRef message, help;
  /// What it is about in general; the page's heading.
  llvm::StringRef title;
  /// docs/diagnostics/ID.md.
  llvm::StringRef page;
};

/// By number.
llvm::ArrayRef<Row> table();
const Row &rowOf(Number number);
/// The row of "E0112", or null.
const Row *findRow(llvm::StringRef id);
/// The row of a warning by its name, or null.
const Row *findWarning(llvm::StringRef name);

/// A row with its fields filled in.
struct Message {
  Number number;
  std::string text, help;
};

Message
fill(Number number,
     std::initializer_list<std::pair<llvm::StringRef, llvm::StringRef>> fields);

// One struct a number, whose members are the fields of its texts:
// `E0704{.option = "-O", .expected = "0 to 3", .value = level}.message()`.
#define ENIGMA_DIAGNOSTIC_STRUCTS
#include "Rows.inc"

} // namespace enigma::diag
