// Diagnostics as JSON: for tools, from pyfront and between processes.
#include "DiagnosticFormats.h"
#include <nlohmann/json.hpp>

using namespace enigma;
using namespace enigma::driver;
using llvm::raw_ostream;
using nlohmann::json;
using nlohmann::ordered_json;

//===----------------------------------------------------------------------===//
// For tools: lines and columns count from 1
//===----------------------------------------------------------------------===//

static void putRange(ordered_json &object,
                     const std::optional<SourceRange> &range) {
  if (!range)
    return;
  object["file"] = range->file;
  object["line"] = range->line;
  object["column"] = range->column + 1;
  object["end_line"] = range->endLine;
  object["end_column"] = range->endColumn + 1;
}

ordered_json driver::jsonOf(const Diagnostic &diagnostic) {
  ordered_json object;
  object["severity"] = toString(diagnostic.severity);
  if (!diagnostic.id.empty())
    object["id"] = diagnostic.id;
  if (!diagnostic.name.empty())
    object["name"] = diagnostic.name;
  object["message"] = diagnostic.message;
  putRange(object, diagnostic.range);
  for (const Note &note : diagnostic.notes) {
    ordered_json entry;
    entry["message"] = note.message;
    putRange(entry, note.range);
    object["notes"].push_back(entry);
  }
  if (!diagnostic.help.empty())
    object["help"] = diagnostic.help;
  return object;
}

void driver::printJson(const Diagnostic &diagnostic, raw_ostream &os) {
  // A message may quote bytes of a file that is not UTF-8.
  os << jsonOf(diagnostic)
            .dump(-1, ' ', false, ordered_json::error_handler_t::replace)
     << '\n';
}

//===----------------------------------------------------------------------===//
// As the module runner answers
//===----------------------------------------------------------------------===//

static void putPlace(ordered_json &object,
                     const std::optional<SourceRange> &range) {
  if (!range)
    return;
  object["file"] = range->file;
  object["line"] = range->line;
  object["col"] = range->column;
  object["end_line"] = range->endLine;
  object["end_col"] = range->endColumn;
}

ordered_json driver::answerOf(const Diagnostic &diagnostic) {
  ordered_json object;
  object["severity"] = toString(diagnostic.severity);
  object["id"] = diagnostic.id;
  object["name"] = diagnostic.name;
  object["message"] = diagnostic.message;
  putPlace(object, diagnostic.range);
  object["notes"] = ordered_json::array();
  for (const Note &note : diagnostic.notes) {
    ordered_json entry;
    entry["message"] = note.message;
    putPlace(entry, note.range);
    object["notes"].push_back(entry);
  }
  object["help"] = diagnostic.help;
  object["traceback"] = diagnostic.trace;
  return object;
}

static std::optional<SourceRange> rangeFromJson(const json &object) {
  if (!object.contains("file") || !object["file"].is_string() ||
      !object.contains("line") || !object["line"].is_number_unsigned())
    return std::nullopt;
  auto number = [&](const char *key, uint32_t otherwise) {
    auto it = object.find(key);
    return it != object.end() && it->is_number_unsigned() ? it->get<uint32_t>()
                                                          : otherwise;
  };
  SourceRange range;
  range.file = object["file"].get<std::string>();
  range.line = object["line"].get<uint32_t>();
  range.column = number("col", 0);
  range.endLine = number("end_line", range.line);
  range.endColumn = number("end_col", range.column + 1);
  return range;
}

static std::string textFromJson(const json &object, const char *key) {
  auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

Diagnostic driver::diagnosticFromAnswer(const json &object) {
  Diagnostic diagnostic;
  diagnostic.severity = textFromJson(object, "severity") == "warning"
                            ? Severity::Warning
                            : Severity::Error;
  diagnostic.id = textFromJson(object, "id");
  diagnostic.name = textFromJson(object, "name");
  diagnostic.message = textFromJson(object, "message");
  diagnostic.help = textFromJson(object, "help");
  diagnostic.trace = textFromJson(object, "traceback");
  diagnostic.range = rangeFromJson(object);
  if (auto notes = object.find("notes"); notes != object.end())
    for (const json &note : *notes)
      diagnostic.notes.push_back(
          {textFromJson(note, "message"), rangeFromJson(note)});
  return diagnostic;
}
