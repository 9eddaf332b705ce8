// Prints diagnostics as text with source excerpts, or as JSON lines.
#include "enigma/driver/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <nlohmann/json.hpp>

using namespace enigma::driver;
using llvm::raw_ostream;
using llvm::StringRef;

static StringRef toString(Severity severity) {
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

void DiagnosticList::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Warning) {
    if (options.disabledWarnings.count(diagnostic.name))
      return;
    if (options.warningsAreErrors)
      diagnostic.severity = Severity::Error;
    else if (options.quiet)
      return;
  }
  errors += diagnostic.severity == Severity::Error;
  list.push_back(std::move(diagnostic));
}

void DiagnosticList::error(const llvm::Twine &message) {
  Diagnostic diagnostic;
  diagnostic.message = message.str();
  add(std::move(diagnostic));
}

void DiagnosticList::flush(raw_ostream &os) {
  llvm::stable_sort(list, [](const Diagnostic &a, const Diagnostic &b) {
    auto key = [](const Diagnostic &d) {
      return d.range ? std::tuple(d.range->file, d.range->line, d.range->column)
                     : std::tuple(std::string(), 0u, 0u);
    };
    return key(a) < key(b);
  });
  for (const Diagnostic &diagnostic : list)
    options.json ? printJson(diagnostic, os) : printText(diagnostic, os);
  list.clear();
  os.flush();
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Line `number` of a file, without its end; empty if there is no such line.
static std::string readLine(StringRef file, uint32_t number) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer)
    return {};
  StringRef rest = (*buffer)->getBuffer();
  for (uint32_t line = 1; line < number; ++line) {
    size_t end = rest.find('\n');
    if (end == StringRef::npos)
      return {};
    rest = rest.drop_front(end + 1);
  }
  return rest.take_until([](char c) { return c == '\n' || c == '\r'; }).str();
}

/// Characters as a terminal shows them, nearly: wide and combining ones count
/// as one.
static size_t countCharacters(StringRef text) {
  return llvm::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

/// The part of `text` from character `first` on, `count` characters long.
static StringRef characters(StringRef text, size_t first, size_t count) {
  auto byteOf = [&](size_t character) {
    size_t i = 0;
    for (; i < text.size(); ++i)
      if ((text[i] & 0xc0) != 0x80 && character-- == 0)
        break;
    return i;
  };
  return text.slice(byteOf(first), byteOf(first + count));
}

/// What a terminal may show of a line: no control characters; nothing at all of
/// what is not text.
static std::string printable(std::string text) {
  if (text.find('\0') != std::string::npos || !llvm::json::isUTF8(text))
    return {};
  for (char &c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f')
      c = ' ';
  return text;
}

void DiagnosticList::printExcerpt(const SourceRange &range,
                                  raw_ostream &os) const {
  std::string text = printable(readLine(range.file, range.line));
  if (text.empty())
    return;
  size_t width = countCharacters(text);
  // Ranges count bytes of UTF-8.
  auto characterOf = [&](size_t byte) {
    return countCharacters(StringRef(text).take_front(byte));
  };
  size_t start = characterOf(range.column);
  size_t end =
      range.endLine > range.line ? width : characterOf(range.endColumn);
  end = std::max(std::min(end, width), start + 1);
  // Of a line that fills screens, what is around the place.
  constexpr size_t longest = 160, before = 40;
  size_t first = width > longest && start > before ? start - before : 0;
  end = std::min(end, first + longest);
  start -= first, end -= first;
  os << llvm::format("%5u | ", range.line) << characters(text, first, longest)
     << '\n';
  os << "      | ";
  os.indent(start) << '^' << std::string(end - start - 1, '~') << '\n';
}

static void printPlace(const SourceRange &range, raw_ostream &os) {
  os << range.file << ':' << range.line << ':' << range.column + 1 << ": ";
}

void DiagnosticList::printText(const Diagnostic &diagnostic,
                               raw_ostream &os) const {
  auto colored = [&](raw_ostream::Colors color, bool bold, auto print) {
    if (options.color)
      os.changeColor(color, bold);
    print();
    if (options.color)
      os.resetColor();
  };
  if (diagnostic.range)
    printPlace(*diagnostic.range, os);
  else
    os << "enigmac: ";
  bool isError = diagnostic.severity == Severity::Error;
  colored(isError ? raw_ostream::RED : raw_ostream::MAGENTA, true,
          [&] { os << toString(diagnostic.severity) << ": "; });
  os << diagnostic.message;
  if (!diagnostic.id.empty())
    os << " [" << diagnostic.id << ']';
  else if (!diagnostic.name.empty())
    os << " [-W" << diagnostic.name << ']';
  os << '\n';
  if (diagnostic.range)
    printExcerpt(*diagnostic.range, os);
  for (const Note &note : diagnostic.notes) {
    if (note.range)
      printPlace(*note.range, os);
    colored(raw_ostream::CYAN, true, [&] { os << "note: "; });
    os << note.message << '\n';
    if (note.range)
      printExcerpt(*note.range, os);
  }
  if (!diagnostic.help.empty()) {
    colored(raw_ostream::GREEN, true, [&] { os << "help: "; });
    os << diagnostic.help << '\n';
  }
  if (options.verbose && !diagnostic.trace.empty())
    os << diagnostic.trace << '\n';
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static void putRange(nlohmann::ordered_json &object,
                     const std::optional<SourceRange> &range) {
  if (!range)
    return;
  object["file"] = range->file;
  object["line"] = range->line;
  object["column"] = range->column + 1;
  object["end_line"] = range->endLine;
  object["end_column"] = range->endColumn + 1;
}

void DiagnosticList::printJson(const Diagnostic &diagnostic,
                               raw_ostream &os) const {
  nlohmann::ordered_json object;
  object["severity"] = toString(diagnostic.severity);
  if (!diagnostic.id.empty())
    object["id"] = diagnostic.id;
  if (!diagnostic.name.empty())
    object["name"] = diagnostic.name;
  object["message"] = diagnostic.message;
  putRange(object, diagnostic.range);
  for (const Note &note : diagnostic.notes) {
    nlohmann::ordered_json entry;
    entry["message"] = note.message;
    putRange(entry, note.range);
    object["notes"].push_back(entry);
  }
  if (!diagnostic.help.empty())
    object["help"] = diagnostic.help;
  // A message may quote bytes of a file that is not UTF-8.
  os << object.dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace)
     << '\n';
}
