// Broken documents: every truncation is an error, and no change of bytes
// crashes the reader, the verifier or the printer.
#include "TraceTesting.h"
#include <random>

using namespace enigma::trace;
using namespace enigma::trace::testing;

/// A document with every form of op and of member.
static std::string sample() {
  return document(
      constant("i", "i32", "-1") + ", " + constant("f", "f32", "2.5e-3") +
          ", " + constant("c", "b1", "false") + ", " +
          op("threadgroup_alloc",
             R"("out": [["%t", "threadgroup<f32,4x4>"]], "name": "tïle\n")") +
          ", " + op("store", R"("in": ["%t", "%i", "%i", "%f"])") + ", " +
          op("cast", R"("in": ["%i"], "out": [["%u", "u32"]])") + ", " +
          op("atomic_fetch_max",
             R"("in": ["I", "%u", "%i", "%u"], "out": [["%o", "u32"]], "attrs": {"order": "relaxed"})") +
          ", " +
          op("for", R"("in": ["%i", "%i", "%i", "%f"], "out": [["%r", "f32"]],
  "regions": [{"args": [["%k", "i32"], ["%a", "f32"]], "body": [)" +
                        op("if", R"("in": ["%c"], "out": [["%s", "f32"]],
   "regions": [{"body": [], "yield": ["%a"]}, {"body": [], "yield": ["%f"]}])") +
                        R"(], "yield": ["%s"]}])"),
      R"([{"name": "A", "kind": "buffer", "dtype": "f32", "access": "write", "loc": [0, 1, 2, 1, 3]},
  {"name": "I", "kind": "buffer", "dtype": "u32", "shape": [4, 8], "stride": [8, 1]},
  {"name": "n", "kind": "scalar", "dtype": "i32"}])");
}

/// Reads a document and prints what was accepted.
static bool survives(const std::string &text) {
  llvm::Expected<Trace> trace = readTrace(text);
  if (!trace)
    return !llvm::toString(trace.takeError()).empty();
  std::string printed;
  llvm::raw_string_ostream os(printed);
  printTrace(*trace, os);
  return !trace->module.empty();
}

TEST_CASE("any truncation is an error") {
  // A control character in a name is refused; what is to be cut is valid.
  std::string text = replaced(sample(), "tïle\\n", "tïle");
  REQUIRE(errorOf(text) == "");
  for (size_t length = 0; length < text.size(); ++length) {
    INFO("length " << length);
    CHECK(errorOf(text.substr(0, length)) != "");
  }
}

TEST_CASE("no mutation crashes") {
  const std::string text = replaced(sample(), "tïle\\n", "tïle");
  std::mt19937 random(20240607);
  auto below = [&](size_t limit) { return random() % limit; };
  for (int round = 0; round < 20'000; ++round) {
    std::string mutant = text;
    for (size_t n = 1 + below(3); n > 0; --n) {
      size_t at = below(mutant.size());
      switch (below(4)) {
      case 0:
        mutant[at] = char(below(256));
        break;
      case 1:
        mutant.erase(at, 1 + below(8));
        break;
      case 2:
        mutant.insert(at, mutant.substr(below(mutant.size()), below(24)));
        break;
      case 3:
        // Characters that keep a document JSON more often than not.
        mutant[at] = "0123456789.-eE\"[]{},:%"[below(22)];
        break;
      }
      if (mutant.empty())
        mutant = " ";
    }
    INFO("round " << round << ": " << mutant);
    CHECK(survives(mutant));
  }
}
