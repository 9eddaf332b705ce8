// Diagnostics of one run: collected from pyfront, MLIR and the driver, then
// printed together.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace enigma::driver {

enum class Severity : uint8_t { Note, Warning, Error };

/// A place in a source file. Lines count from 1, columns from 0 in bytes of
/// UTF-8; the end column is exclusive.
struct SourceRange {
  std::string file;
  uint32_t line = 0, column = 0, endLine = 0, endColumn = 0;
};

struct Note {
  std::string message;
  std::optional<SourceRange> range;
};

struct Diagnostic {
  Severity severity = Severity::Error;
  /// Number in the catalogue, "E0112"; empty for what has none.
  std::string id;
  /// What `-Wno-NAME` calls a warning.
  std::string name;
  std::string message;
  std::optional<SourceRange> range;
  std::vector<Note> notes;
  std::string help;
  /// Where it came from inside the compiler; printed with -v only.
  std::string trace;
};

struct DiagnosticOptions {
  bool warningsAreErrors = false;
  std::set<std::string> disabledWarnings;
  bool quiet = false;
  bool verbose = false;
  bool color = false;
  bool json = false;
};

/// Collects diagnostics and prints them sorted by file and line.
class DiagnosticList {
public:
  explicit DiagnosticList(DiagnosticOptions options)
      : options(std::move(options)) {}

  /// Applies -Werror and -Wno-NAME.
  void add(Diagnostic diagnostic);
  void error(const llvm::Twine &message);
  bool hasErrors() const { return errors > 0; }

  /// Prints everything collected so far and forgets it.
  void flush(llvm::raw_ostream &os);

private:
  DiagnosticOptions options;
  std::vector<Diagnostic> list;
  unsigned errors = 0;

  void printText(const Diagnostic &diagnostic, llvm::raw_ostream &os) const;
  void printJson(const Diagnostic &diagnostic, llvm::raw_ostream &os) const;
  void printExcerpt(const SourceRange &range, llvm::raw_ostream &os) const;
};

} // namespace enigma::driver
