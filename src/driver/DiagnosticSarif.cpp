// Diagnostics as a SARIF 2.1.0 log, which code hosts and editors show.
#include "DiagnosticFormats.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <nlohmann/json.hpp>

using namespace enigma;
using namespace enigma::driver;
using llvm::StringRef;
using nlohmann::ordered_json;

/// A path as a URI reference; relative paths stay relative.
static std::string uriOf(StringRef path) {
  std::string uri = path.starts_with("/") ? "file://" : "";
  for (unsigned char c : path) {
    if (llvm::isAlnum(c) || StringRef("/-._~").contains(c))
      uri += char(c);
    else
      uri += "%" + llvm::toHex(StringRef(reinterpret_cast<char *>(&c), 1));
  }
  return uri;
}

/// SARIF counts characters from 1; the end is exclusive.
static ordered_json regionOf(const SourceRange &range) {
  auto column = [&](uint32_t line, uint32_t bytes) {
    std::string text = readLine(range.file, line);
    return bytes > text.size() ? bytes + 1 : charactersBefore(text, bytes) + 1;
  };
  ordered_json region;
  region["startLine"] = std::max(range.line, 1u);
  region["startColumn"] = column(range.line, range.column);
  region["endLine"] = std::max(range.endLine, std::max(range.line, 1u));
  region["endColumn"] = column(range.endLine, range.endColumn);
  return region;
}

static ordered_json locationOf(const SourceRange &range) {
  ordered_json place;
  place["artifactLocation"]["uri"] = uriOf(range.file);
  place["region"] = regionOf(range);
  ordered_json location;
  location["physicalLocation"] = place;
  return location;
}

/// The page without its heading.
static std::string explanation(StringRef page) {
  return page.split('\n').second.trim().str();
}

static ordered_json ruleOf(const diag::Row &row) {
  ordered_json rule;
  rule["id"] = row.id;
  if (!row.name.empty())
    rule["name"] = row.name;
  rule["shortDescription"]["text"] = row.title;
  std::string text = explanation(row.page);
  if (!text.empty()) {
    rule["help"]["text"] = text;
    rule["help"]["markdown"] = text;
  }
  rule["defaultConfiguration"]["level"] =
      row.level == diag::Level::error ? "error" : "warning";
  return rule;
}

static ordered_json resultOf(const Diagnostic &diagnostic,
                             std::map<std::string, size_t> &rules) {
  ordered_json result;
  if (!diagnostic.id.empty()) {
    result["ruleId"] = diagnostic.id;
    result["ruleIndex"] =
        rules.try_emplace(diagnostic.id, rules.size()).first->second;
  }
  result["level"] = toString(diagnostic.severity);
  result["message"]["text"] =
      diagnostic.message +
      (diagnostic.help.empty() ? "" : "\nhelp: " + diagnostic.help);
  if (diagnostic.range)
    result["locations"].push_back(locationOf(*diagnostic.range));
  for (const Note &note : diagnostic.notes) {
    ordered_json related =
        note.range ? locationOf(*note.range) : ordered_json::object();
    related["message"]["text"] = note.message;
    result["relatedLocations"].push_back(related);
  }
  return result;
}

void driver::printSarif(llvm::ArrayRef<Diagnostic> list,
                        llvm::raw_ostream &os) {
  std::map<std::string, size_t> ruleIndices;
  ordered_json results = ordered_json::array();
  for (const Diagnostic &diagnostic : list)
    results.push_back(resultOf(diagnostic, ruleIndices));
  ordered_json rules = ordered_json::array();
  for (size_t i = 0; i < ruleIndices.size(); ++i)
    for (const auto &[id, index] : ruleIndices)
      if (index == i)
        if (const diag::Row *row = diag::findRow(id))
          rules.push_back(ruleOf(*row));
  ordered_json driver;
  driver["name"] = "enigmac";
  driver["version"] = ENIGMA_VERSION;
  driver["rules"] = rules;
  ordered_json run;
  run["tool"]["driver"] = driver;
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = results;
  ordered_json log;
  log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"].push_back(run);
  os << log.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}
