// Diagnostics of one run: collected from pyfront, MLIR and the driver, then
// printed together.
#pragma once

#include "enigma/diagnostics/Catalogue.h"
#include "llvm/ADT/StringRef.h"
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
  /// Number in the catalogue, "E0112"; empty for MLIR's own.
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

enum class DiagnosticFormat : uint8_t { Text, Json, Sarif };

struct DiagnosticOptions {
  /// -Werror, and what -Werror=NAME and -Wno-error=NAME say of single warnings.
  bool warningsAreErrors = false;
  std::set<std::string> errorWarnings, nonErrorWarnings;
  std::set<std::string> disabledWarnings;
  bool quiet = false;
  bool verbose = false;
  bool color = false;
  DiagnosticFormat format = DiagnosticFormat::Text;

  bool isError(const std::string &warning) const {
    return errorWarnings.count(warning) ||
           (warningsAreErrors && !nonErrorWarnings.count(warning));
  }
};

/// A row of the catalogue, filled in, as a diagnostic.
Diagnostic diagnosticOf(const diag::Message &message,
                        std::optional<SourceRange> range = std::nullopt);

/// Collects diagnostics and prints them sorted by file and line, each once.
class DiagnosticList {
public:
  explicit DiagnosticList(DiagnosticOptions options)
      : options(std::move(options)) {}

  /// Applies the -W options.
  void add(Diagnostic diagnostic);
  template <typename Filled> void add(const Filled &filled) {
    add(diagnosticOf(filled.message()));
  }
  bool hasErrors() const { return errors > 0; }

  /// Prints everything collected so far and forgets it. SARIF is one document:
  /// one call a process.
  void flush(llvm::raw_ostream &os);

  /// For the process that prints the diagnostics of several: one JSON object a
  /// line, in the form of pyfront's answers.
  void send(llvm::raw_ostream &os) const;
  void receive(llvm::StringRef lines);

private:
  DiagnosticOptions options;
  std::vector<Diagnostic> list;
  unsigned errors = 0;
};

} // namespace enigma::driver
