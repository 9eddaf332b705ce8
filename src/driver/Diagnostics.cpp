// Diagnostics of one run: the -W options, their order, each once.
#include "enigma/driver/Diagnostics.h"
#include "DiagnosticFormats.h"
#include "llvm/ADT/STLExtras.h"
#include <nlohmann/json.hpp>

using namespace enigma;
using namespace enigma::driver;
using llvm::raw_ostream;
using llvm::StringRef;

StringRef driver::toString(Severity severity) {
  switch (severity) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  return "";
}

Diagnostic driver::diagnosticOf(const diag::Message &message,
                                std::optional<SourceRange> range) {
  const diag::Row &row = diag::rowOf(message.number);
  Diagnostic diagnostic;
  diagnostic.severity =
      row.level == diag::Level::error ? Severity::Error : Severity::Warning;
  diagnostic.id = row.id;
  diagnostic.name = row.name;
  diagnostic.message = message.text;
  diagnostic.help = message.help;
  diagnostic.range = std::move(range);
  return diagnostic;
}

void DiagnosticList::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Warning) {
    if (options.disabledWarnings.count(diagnostic.name))
      return;
    if (options.isError(diagnostic.name))
      diagnostic.severity = Severity::Error;
    else if (options.quiet)
      return;
  }
  errors += diagnostic.severity == Severity::Error;
  list.push_back(std::move(diagnostic));
}

/// What nobody wants to read twice: two modules that import one helper, or two
/// targets.
static void removeRepeated(std::vector<Diagnostic> &list) {
  std::set<std::string> seen;
  llvm::erase_if(list, [&](const Diagnostic &diagnostic) {
    return !seen.insert(
                    jsonOf(diagnostic)
                        .dump(-1, ' ', false,
                              nlohmann::ordered_json::error_handler_t::replace))
                .second;
  });
}

void DiagnosticList::flush(raw_ostream &os) {
  llvm::stable_sort(list, [](const Diagnostic &a, const Diagnostic &b) {
    auto key = [](const Diagnostic &d) {
      return d.range ? std::tuple(d.range->file, d.range->line, d.range->column)
                     : std::tuple(std::string(), 0u, 0u);
    };
    return key(a) < key(b);
  });
  removeRepeated(list);
  switch (options.format) {
  case DiagnosticFormat::Text:
    for (const Diagnostic &diagnostic : list)
      printText(diagnostic, options, os);
    break;
  case DiagnosticFormat::Json:
    for (const Diagnostic &diagnostic : list)
      printJson(diagnostic, os);
    break;
  case DiagnosticFormat::Sarif:
    printSarif(list, os);
    break;
  }
  list.clear();
  os.flush();
}

void DiagnosticList::send(raw_ostream &os) const {
  for (const Diagnostic &diagnostic : list)
    os << answerOf(diagnostic)
              .dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace)
       << '\n';
}

void DiagnosticList::receive(StringRef lines) {
  llvm::SmallVector<StringRef> parts;
  lines.split(parts, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : parts) {
    auto object = nlohmann::json::parse(line.begin(), line.end(), nullptr,
                                        /*allow_exceptions=*/false);
    if (object.is_object())
      add(diagnosticFromAnswer(object));
  }
}
