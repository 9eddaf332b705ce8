// The readable form of a trace, against text read by a person.
#include "TraceTesting.h"
#include "llvm/ADT/StringExtras.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

/// What the printer makes of a document, without the source column.
static std::string printed(const std::string &text) {
  llvm::Expected<Trace> trace = readTrace(text);
  if (!trace)
    FAIL(llvm::toString(trace.takeError()));
  std::string result;
  llvm::raw_string_ostream os(result);
  printTrace(*trace, os);
  std::string lines;
  for (llvm::StringRef line :
       llvm::split(llvm::StringRef(result).rtrim(), '\n'))
    lines += line.split("//").first.rtrim().str() + "\n";
  return lines;
}

TEST_CASE("straight-line ops") {
  CHECK(
      printed(document(
          constant("f", "f32", "1.5") + ", " + constant("u", "u32", "3") +
          ", " + constant("m", "i32", "-3") + ", " +
          constant("c", "b1", "true") + ", " +
          constant("x", "f32", "\"-inf\"") + ", " +
          op("thread_position_in_grid",
             R"("out": [["%i", "u32"]], "attrs": {"dim": "y"})") +
          ", " + op("scalar", R"("in": ["n"], "out": [["%n", "i32"]])") + ", " +
          op("threadgroup_alloc",
             R"("out": [["%t", "threadgroup<f32,4x4>"]])") +
          ", " + op("load", R"("in": ["A", "%i"], "out": [["%a", "f32"]])") +
          ", " +
          op("load_if",
             R"("in": ["I", "%i", "%u", "%c", "%u"], "out": [["%b", "u32"]])") +
          ", " + op("store", R"("in": ["%t", "%i", "%u", "%f"])") + ", " +
          op("store_if", R"("in": ["A", "%i", "%f", "%c"])") + ", " +
          op("atomic_fetch_add",
             R"("in": ["I", "%i", "%u", "%b"], "out": [["%o", "u32"]], "attrs": {"order": "relaxed"})") +
          ", " + op("barrier", R"("attrs": {"mem_flags": "mem_threadgroup"})") +
          ", " +
          op("fma", R"("in": ["%f", "%a", "%f"], "out": [["%r", "f32"]])"))) ==
      "kernel enigma_kernel_k(A: buffer<f32>, I: buffer<u32, 4x8>, n: "
      "scalar<i32>)\n"
      "  %f = constant 1.5 : f32\n"
      "  %u = constant 3 : u32\n"
      "  %m = constant -3 : i32\n"
      "  %c = constant true : b1\n"
      "  %x = constant -inf : f32\n"
      "  %i = thread_position_in_grid y : u32\n"
      "  %n = scalar n : i32\n"
      "  %t = threadgroup_alloc : threadgroup<f32,4x4>\n"
      "  %a = load A[%i] : f32\n"
      "  %b = load_if %c, I[%i, %u] else %u : u32\n"
      "  store %f, %t[%i, %u]\n"
      "  store_if %c, %f, A[%i]\n"
      "  %o = atomic_fetch_add relaxed %b, I[%i, %u] : u32\n"
      "  barrier mem_threadgroup\n"
      "  %r = fma %f, %a, %f : f32\n");
}

TEST_CASE("control flow") {
  const std::string constants = constant("c", "b1", "true") + ", " +
                                constant("i", "i32", "1") + ", " +
                                constant("f", "f32", "1") + ", ";
  CHECK(printed(document(
            constants +
            op("for", R"("in": ["%i", "%i", "%i", "%f"], "out": [["%r", "f32"]],
  "regions": [{"args": [["%k", "i32"], ["%a", "f32"]], "body": [)" +
                          op("neg", R"("in": ["%a"], "out": [["%b", "f32"]])") +
                          R"(], "yield": ["%b"]}])") +
            ", " +
            op("if", R"("in": ["%c"], "regions": [{"body": [)" +
                         op("store", R"("in": ["A", "%i", "%f"])") +
                         R"(]}, {"body": []}])") +
            ", " +
            op("if", R"("in": ["%c"], "out": [["%s", "f32"], ["%t", "i32"]],
  "regions": [{"body": [], "yield": ["%f", "%i"]}, {"body": [], "yield": ["%r", "%i"]}])") +
            ", " + op("while", R"("in": ["%f"], "out": [["%w", "f32"]],
  "regions": [{"args": [["%x", "f32"]], "body": [], "yield": ["%c"]},
              {"args": [["%y", "f32"]], "body": [], "yield": ["%y"]}])"))) ==
        "kernel enigma_kernel_k(A: buffer<f32>, I: buffer<u32, 4x8>, n: "
        "scalar<i32>)\n"
        "  %c = constant true : b1\n"
        "  %i = constant 1 : i32\n"
        "  %f = constant 1 : f32\n"
        "  %r = for %i, %i, %i, %f : f32\n"
        "    do (%k: i32, %a: f32)\n"
        "      %b = neg %a : f32\n"
        "      yield %b\n"
        "  if %c\n"
        "    then\n"
        "      store %f, A[%i]\n"
        "  %s, %t = if %c : f32, i32\n"
        "    then\n"
        "      yield %f, %i\n"
        "    else\n"
        "      yield %r, %i\n"
        "  %w = while %f : f32\n"
        "    condition (%x: f32)\n"
        "      yield %c\n"
        "    do (%y: f32)\n"
        "      yield %y\n");
}

TEST_CASE("source lines stand in a column of their own") {
  llvm::Expected<Trace> trace = readTrace(document(constant("f", "f32", "1")));
  REQUIRE(bool(trace));
  std::string text;
  llvm::raw_string_ostream os(text);
  printTrace(*trace, os);
  auto [kernel, rest] = llvm::StringRef(text).split('\n');
  CHECK(kernel.ends_with(" // m.py:1"));
  CHECK(rest ==
        "  %f = constant 1 : f32" + std::string(72 - 23, ' ') + " // m.py:2\n");
}

TEST_CASE("source lines of helpers say where they were called") {
  llvm::Expected<Trace> trace =
      readTrace(document(op("constant", R"("out": [["%f", "f32"]],
        "attrs": {"value": 1}, "callers": [
          {"function": "inner", "loc": [0, 5, 0, 5, 4]},
          {"function": "outer", "loc": [0, 9, 0, 9, 4]}])")));
  REQUIRE(bool(trace));
  std::string text;
  llvm::raw_string_ostream os(text);
  printTrace(*trace, os);
  CHECK(llvm::StringRef(text).ends_with(
      " // m.py:2, called at m.py:5, called at m.py:9\n"));
}
