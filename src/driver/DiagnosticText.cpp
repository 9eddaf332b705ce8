// Diagnostics as text with source excerpts.
#include "DiagnosticFormats.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace enigma;
using namespace enigma::driver;
using llvm::raw_ostream;
using llvm::StringRef;

std::string driver::readLine(StringRef file, uint32_t number) {
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

size_t driver::charactersBefore(StringRef text, size_t column) {
  return llvm::count_if(text.take_front(column),
                        [](char c) { return (c & 0xc0) != 0x80; });
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

static void printExcerpt(const SourceRange &range, raw_ostream &os) {
  std::string text = printable(readLine(range.file, range.line));
  if (text.empty())
    return;
  size_t width = charactersBefore(text, text.size());
  size_t start = charactersBefore(text, range.column);
  size_t end = range.endLine > range.line
                   ? width
                   : charactersBefore(text, range.endColumn);
  end = std::max(end, start + 1);
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

/// "E0112", "W0101, -Wnarrowing" or "W0101, -Werror=narrowing": what to look up
/// and what to type.
static std::string label(const Diagnostic &diagnostic) {
  std::string option;
  if (!diagnostic.name.empty())
    option = (diagnostic.severity == Severity::Error ? "-Werror=" : "-W") +
             diagnostic.name;
  if (diagnostic.id.empty() || option.empty())
    return diagnostic.id + option;
  return diagnostic.id + ", " + option;
}

void driver::printText(const Diagnostic &diagnostic,
                       const DiagnosticOptions &options, raw_ostream &os) {
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
  if (std::string text = label(diagnostic); !text.empty())
    os << " [" << text << ']';
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
