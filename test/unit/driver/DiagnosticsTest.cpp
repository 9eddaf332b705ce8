// Diagnostics: the layout of text and JSON, order, and the -W options.
#include "enigma/driver/Diagnostics.h"
#include "enigma/driver/Explain.h"
#include "llvm/Support/FileSystem.h"
#include <catch2/catch.hpp>

using namespace enigma::driver;

namespace {

/// A source file that is gone at the end of the test.
class SourceFile {
public:
  explicit SourceFile(llvm::StringRef text) {
    int descriptor;
    REQUIRE(!llvm::sys::fs::createTemporaryFile("enigma", "py", descriptor,
                                                storage));
    llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << text;
    path = storage.str().str();
  }
  ~SourceFile() { llvm::sys::fs::remove(path); }
  std::string path;

private:
  llvm::SmallString<128> storage;
};

} // namespace

static std::string print(std::vector<Diagnostic> list,
                         DiagnosticOptions options = {}) {
  DiagnosticList diagnostics(options);
  for (Diagnostic &diagnostic : list)
    diagnostics.add(std::move(diagnostic));
  std::string text;
  llvm::raw_string_ostream os(text);
  diagnostics.flush(os);
  return text;
}

static Diagnostic error(std::string message,
                        std::optional<SourceRange> range = {}) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  diagnostic.range = std::move(range);
  return diagnostic;
}

static Diagnostic warning(std::string name) {
  Diagnostic diagnostic = error("careful");
  diagnostic.severity = Severity::Warning;
  diagnostic.name = std::move(name);
  return diagnostic;
}

/// The two lines of the excerpt of one range.
static std::string excerpt(const SourceFile &file, uint32_t line,
                           uint32_t column, uint32_t endLine,
                           uint32_t endColumn) {
  std::string text = print(
      {error("e", SourceRange{file.path, line, column, endLine, endColumn})});
  return text.substr(text.find('\n') + 1);
}

TEST_CASE("a diagnostic without a place") {
  CHECK(print({error("no input")}) == "enigmac: error: no input\n");
  CHECK(print({warning("")}) == "enigmac: warning: careful\n");
  CHECK(print({warning("unused")}) == "enigmac: warning: careful [-Wunused]\n");
}

TEST_CASE("place, id, excerpt, notes and help in this order") {
  SourceFile file("import enigma\n  x = A[1.5]\n");
  Diagnostic diagnostic =
      error("an index is an integer", SourceRange{file.path, 2, 8, 2, 11});
  diagnostic.id = "E0112";
  diagnostic.notes.push_back(
      {"imported here", SourceRange{file.path, 1, 0, 1, 6}});
  diagnostic.notes.push_back({"without a place", std::nullopt});
  diagnostic.help = "write A[1]";
  diagnostic.trace = "Traceback";
  const std::string text = file.path +
                           ":2:9: error: an index is an integer [E0112]\n"
                           "    2 |   x = A[1.5]\n"
                           "      |         ^~~\n" +
                           file.path +
                           ":1:1: note: imported here\n"
                           "    1 | import enigma\n"
                           "      | ^~~~~~\n"
                           "note: without a place\n"
                           "help: write A[1]\n";
  CHECK(print({diagnostic}) == text);
  DiagnosticOptions verbose;
  verbose.verbose = true;
  CHECK(print({diagnostic}, verbose) == text + "Traceback\n");
}

TEST_CASE("the caret stands under what it means") {
  SourceFile file("abc = def\n\tA[i] = \xc3\xa4\xc3\xb6 + b\nlast\r\nno end");
  CHECK(excerpt(file, 1, 6, 1, 9) == "    1 | abc = def\n      |       ^~~\n");
  // An empty range is one caret, one past the line as well.
  CHECK(excerpt(file, 1, 0, 1, 0) == "    1 | abc = def\n      | ^\n");
  CHECK(excerpt(file, 1, 9, 1, 9) == "    1 | abc = def\n      |          ^\n");
  CHECK(excerpt(file, 1, 400, 1, 500) ==
        "    1 | abc = def\n      |          ^\n");
  CHECK(excerpt(file, 1, 6, 1, 900) ==
        "    1 | abc = def\n      |       ^~~\n");
  // A range of several lines is marked to the end of the first.
  CHECK(excerpt(file, 1, 4, 2, 1) == "    1 | abc = def\n      |     ^~~~~\n");
  // A tab takes one column.
  CHECK(excerpt(file, 2, 1, 2, 5) ==
        "    2 |  A[i] = \xc3\xa4\xc3\xb6 + b\n      |  ^~~~\n");
  CHECK(excerpt(file, 3, 0, 3, 4) == "    3 | last\n      | ^~~~\n");
  CHECK(excerpt(file, 4, 3, 4, 6) == "    4 | no end\n      |    ^~~\n");
}

TEST_CASE("columns are bytes of UTF-8, carets characters") {
  SourceFile file("x = \xc3\xa4\xc3\xb6 + b\n");
  CHECK(excerpt(file, 1, 4, 1, 8) ==
        "    1 | x = \xc3\xa4\xc3\xb6 + b\n      |     ^~\n");
  CHECK(excerpt(file, 1, 11, 1, 12) ==
        "    1 | x = \xc3\xa4\xc3\xb6 + b\n      |          ^\n");
}

TEST_CASE("no excerpt where there is no line") {
  SourceFile file("only\n\n");
  CHECK(excerpt(file, 2, 0, 2, 1) == "");
  CHECK(excerpt(file, 3, 0, 3, 1) == "");
  CHECK(excerpt(file, 4000000000u, 0, 4000000000u, 1) == "");
  CHECK(print({error("e", SourceRange{"/nonexistent/m.py", 3, 0, 3, 1})}) ==
        "/nonexistent/m.py:3:1: error: e\n");
}

TEST_CASE("what is not text is not shown") {
  SourceFile binary(llvm::StringRef("a\0b\n\xff\xfe\nc\x1b[31m\n", 14));
  CHECK(excerpt(binary, 1, 0, 1, 1) == "");
  CHECK(excerpt(binary, 2, 0, 2, 1) == "");
  CHECK(excerpt(binary, 3, 0, 3, 1) == "    3 | c [31m\n      | ^\n");
}

TEST_CASE("of a line that fills screens, what is around the place") {
  std::string text = std::string(1000, 'a') + "X" + std::string(1000, 'b');
  SourceFile file(text + "\n");
  CHECK(excerpt(file, 1, 1000, 1, 1001) == "    1 | " + text.substr(960, 160) +
                                               "\n      | " +
                                               std::string(40, ' ') + "^\n");
  CHECK(excerpt(file, 1, 1000, 1, 2001) ==
        "    1 | " + text.substr(960, 160) + "\n      | " +
            std::string(40, ' ') + "^" + std::string(119, '~') + "\n");
}

TEST_CASE(
    "diagnostics come by file, line and column, else as they were added") {
  CHECK(print({error("4", SourceRange{"/no/b.py", 1, 0, 1, 1}),
               error("3", SourceRange{"/no/a.py", 2, 5, 2, 6}), error("1"),
               error("2", SourceRange{"/no/a.py", 2, 4, 2, 5}), error("1b")}) ==
        "enigmac: error: 1\n"
        "enigmac: error: 1b\n"
        "/no/a.py:2:5: error: 2\n"
        "/no/a.py:2:6: error: 3\n"
        "/no/b.py:1:1: error: 4\n");
}

TEST_CASE("-Wno-NAME silences, -Werror makes errors, -q leaves errors") {
  DiagnosticOptions options;
  options.disabledWarnings = {"unused"};
  CHECK(print({warning("unused"), warning("narrow")}, options) ==
        "enigmac: warning: careful [-Wnarrow]\n");
  options.warningsAreErrors = true;
  CHECK(print({warning("unused"), warning("narrow")}, options) ==
        "enigmac: error: careful [-Werror=narrow]\n");
  options.quiet = true;
  CHECK(print({warning("narrow")}, options) ==
        "enigmac: error: careful [-Werror=narrow]\n");
  options.warningsAreErrors = false;
  CHECK(print({warning("narrow"), error("e")}, options) ==
        "enigmac: error: e\n");
}

TEST_CASE("a number and the name of a warning stand together") {
  Diagnostic diagnostic = warning("narrowing");
  diagnostic.id = "W0101";
  CHECK(print({diagnostic}) ==
        "enigmac: warning: careful [W0101, -Wnarrowing]\n");
  DiagnosticOptions options;
  options.warningsAreErrors = true;
  CHECK(print({diagnostic}, options) ==
        "enigmac: error: careful [W0101, -Werror=narrowing]\n");
}

/// What `careful [-Wnarrowing]` becomes under some -W options.
static std::string under(std::vector<std::string> texts) {
  DiagnosticOptions options;
  std::vector<enigma::diag::Message> warnings;
  for (const std::string &text : texts)
    CHECK(takeWarningOption(text, options, warnings));
  CHECK(warnings.empty());
  std::string shown = print({warning("narrowing")}, options);
  return shown.empty() ? "" : shown.substr(9, shown.find(':', 9) - 9);
}

TEST_CASE("-W options as clang takes them: the last one wins") {
  CHECK(under({}) == "warning");
  CHECK(under({"error"}) == "error");
  CHECK(under({"error", "no-error"}) == "warning");
  CHECK(under({"error=narrowing"}) == "error");
  CHECK(under({"error=empty-loop"}) == "warning");
  CHECK(under({"error", "no-error=narrowing"}) == "warning");
  CHECK(under({"error=narrowing", "no-error=narrowing"}) == "warning");
  CHECK(under({"no-error=narrowing", "error=narrowing"}) == "error");
  CHECK(under({"no-narrowing"}) == "");
  CHECK(under({"no-narrowing", "error"}) == "");
  CHECK(under({"no-narrowing", "narrowing"}) == "warning");
  CHECK(under({"no-narrowing", "error=narrowing"}) == "error");
  CHECK(under({"error=narrowing", "no-narrowing"}) == "");
}

TEST_CASE("-W options that name no warning are warned of") {
  DiagnosticOptions options;
  std::vector<enigma::diag::Message> warnings;
  CHECK(takeWarningOption("no-narowing", options, warnings));
  CHECK(takeWarningOption("error=everything", options, warnings));
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].text == "-Wno-narowing: there is no warning 'narowing'; "
                            "did you mean 'narrowing'?");
  CHECK(warnings[1].text ==
        "-Werror=everything: there is no warning 'everything'");
  CHECK(warnings[0].number == enigma::diag::Number::W0105);
  for (const char *text : {"", "no-", "error=", "no-error="})
    CHECK_FALSE(takeWarningOption(text, options, warnings));
}

TEST_CASE("fields of the catalogue are filled in") {
  auto message =
      enigma::diag::E0704{.option = "-O", .expected = "{value}", .value = "x"}
          .message();
  CHECK(message.text == "-O: expected {value}, got 'x'");
  Diagnostic diagnostic = diagnosticOf(message);
  CHECK(diagnostic.id == "E0704");
  CHECK(diagnostic.severity == Severity::Error);
}

TEST_CASE("rows are found by number and name") {
  for (const enigma::diag::Row &row : enigma::diag::table()) {
    CHECK(enigma::diag::findRow(row.id) == &row);
    CHECK(&enigma::diag::rowOf(row.number) == &row);
    CHECK((row.level == enigma::diag::Level::warning) == !row.name.empty());
    CHECK(!row.page.empty());
    if (!row.name.empty())
      CHECK(enigma::diag::findWarning(row.name) == &row);
  }
  CHECK(enigma::diag::findRow("E9999") == nullptr);
  CHECK(enigma::diag::findWarning("") == nullptr);
}

TEST_CASE("what is said twice is printed once") {
  Diagnostic here = error("e", SourceRange{"/no/a.py", 2, 5, 2, 6});
  Diagnostic there = error("e", SourceRange{"/no/a.py", 2, 6, 2, 7});
  Diagnostic noted = here;
  noted.notes.push_back({"n", std::nullopt});
  CHECK(print({here, there, here, noted, here}) ==
        "/no/a.py:2:6: error: e\n/no/a.py:2:6: error: e\nnote: n\n"
        "/no/a.py:2:7: error: e\n");
}

TEST_CASE("diagnostics of another process arrive whole") {
  Diagnostic diagnostic =
      error("a \"b\"\n\xc3\xa4", SourceRange{"m.py", 2, 4, 3, 0});
  diagnostic.id = "E0112";
  diagnostic.notes.push_back({"here", SourceRange{"m.py", 1, 0, 1, 2}});
  diagnostic.notes.push_back({"there", std::nullopt});
  diagnostic.help = "do";
  diagnostic.trace = "Traceback";
  DiagnosticOptions options;
  options.verbose = true;
  DiagnosticList sender(options), receiver(options);
  sender.add(diagnostic);
  sender.add(warning("narrow"));
  std::string text;
  llvm::raw_string_ostream os(text);
  sender.send(os);
  receiver.receive(text);
  CHECK(receiver.hasErrors());
  std::string shown, expected;
  llvm::raw_string_ostream shownStream(shown), expectedStream(expected);
  receiver.flush(shownStream);
  sender.flush(expectedStream);
  CHECK(shown == expected);
}

TEST_CASE("only errors count, also after they were printed") {
  DiagnosticOptions options;
  DiagnosticList lenient(options);
  lenient.add(warning("narrow"));
  CHECK(!lenient.hasErrors());
  lenient.add(error("e"));
  llvm::raw_null_ostream null;
  lenient.flush(null);
  CHECK(lenient.hasErrors());

  options.warningsAreErrors = true;
  options.disabledWarnings = {"unused"};
  DiagnosticList strict(options);
  strict.add(warning("unused"));
  CHECK(!strict.hasErrors());
  strict.add(warning("narrow"));
  CHECK(strict.hasErrors());
}

TEST_CASE("flush forgets what it has printed") {
  DiagnosticList diagnostics({});
  diagnostics.add(error("once"));
  std::string text;
  llvm::raw_string_ostream os(text);
  diagnostics.flush(os);
  diagnostics.flush(os);
  CHECK(text == "enigmac: error: once\n");
}

TEST_CASE("JSON is one line a diagnostic") {
  DiagnosticOptions options;
  options.format = DiagnosticFormat::Json;
  Diagnostic diagnostic = error("a \"b\"\n", SourceRange{"m.py", 2, 4, 3, 0});
  diagnostic.id = "E0112";
  diagnostic.notes.push_back({"here", SourceRange{"m.py", 1, 0, 1, 2}});
  diagnostic.notes.push_back({"there", std::nullopt});
  diagnostic.help = "do";
  CHECK(
      print({diagnostic, warning("narrow")}, options) ==
      R"({"severity":"warning","name":"narrow","message":"careful"})"
      "\n"
      R"({"severity":"error","id":"E0112","message":"a \"b\"\n","file":"m.py","line":2,"column":5,"end_line":3,"end_column":1,"notes":[{"message":"here","file":"m.py","line":1,"column":1,"end_line":1,"end_column":3},{"message":"there"}],"help":"do"})"
      "\n");
}

TEST_CASE("JSON stays UTF-8 whatever a message quotes") {
  DiagnosticOptions options;
  options.format = DiagnosticFormat::Json;
  CHECK(print({error("\xff\xc3\xa4")}, options) ==
        "{\"severity\":\"error\",\"message\":\"\xef\xbf\xbd\xc3\xa4\"}\n");
}
