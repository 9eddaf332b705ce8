// enigmac explain, and the -W options, which are named by the same table.
#include "enigma/driver/Explain.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace enigma;
using namespace enigma::driver;
using llvm::StringRef;

/// The warning that `text` was meant to name, in words; empty if none is near.
static std::string closestWarning(StringRef text) {
  StringRef best;
  unsigned bestDistance = text.size() / 3 + 2;
  for (const diag::Row &row : diag::table())
    if (unsigned distance = text.edit_distance(row.name);
        !row.name.empty() && distance < bestDistance)
      best = row.name, bestDistance = distance;
  return best.empty() ? "" : ("; did you mean '" + best + "'?").str();
}

static void list(llvm::raw_ostream &os) {
  for (const diag::Row &row : diag::table()) {
    os << row.id << "  " << row.title;
    if (!row.name.empty())
      os << " (-W" << row.name << ')';
    os << '\n';
  }
}

int driver::explain(llvm::ArrayRef<std::string> numbers, llvm::raw_ostream &os,
                    DiagnosticList &diagnostics) {
  if (numbers.empty())
    list(os);
  bool first = true;
  for (StringRef number : numbers) {
    const diag::Row *row = diag::findRow(number.upper());
    if (!row)
      row = diag::findWarning(number);
    if (!row) {
      diagnostics.add(diag::E0718{.number = number.str(),
                                  .closest = closestWarning(number)});
      continue;
    }
    os << (first ? "" : "\n");
    first = false;
    if (row->page.empty())
      os << "# " << row->id << ": " << row->title << '\n';
    else
      os << row->page;
  }
  return diagnostics.hasErrors() ? 2 : 0;
}

bool driver::takeWarningOption(StringRef text, DiagnosticOptions &options,
                               std::vector<diag::Message> &warnings) {
  StringRef whole = text;
  bool off = text.consume_front("no-");
  if (text == "error") {
    options.warningsAreErrors = !off;
    return true;
  }
  bool error = text.consume_front("error=");
  if (text.empty())
    return false;
  if (!diag::findWarning(text)) {
    warnings.push_back(diag::W0105{.option = ("-W" + whole).str(),
                                   .name = text.str(),
                                   .closest = closestWarning(text)}
                           .message());
    return true;
  }
  std::string name = text.str();
  if (error) {
    (off ? options.nonErrorWarnings : options.errorWarnings).insert(name);
    (off ? options.errorWarnings : options.nonErrorWarnings).erase(name);
  }
  if (off && !error)
    options.disabledWarnings.insert(name);
  else if (!off)
    options.disabledWarnings.erase(name);
  return true;
}
