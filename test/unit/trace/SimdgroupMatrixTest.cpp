// Simdgroup matrices in a trace: the spelling of their types, what the
// verifier demands of their ops, and how they are printed.
#include "TraceTesting.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

TEST_CASE("matrix types are read and written") {
  for (const char *dtype : {"f32", "f16", "bf16"}) {
    std::string text = std::string("simdgroup_matrix<") + dtype + ",8x8>";
    INFO(text);
    std::optional<Type> type = parseType(text);
    REQUIRE(type);
    CHECK(type->simdgroupMatrix);
    CHECK(!type->isScalar());
    CHECK(toString(type->dtype == *parseDType(dtype) ? *type : Type{}) == text);
  }
  for (const char *text :
       {"simdgroup_matrix<i32,8x8>", "simdgroup_matrix<b1,8x8>",
        "simdgroup_matrix<f32,8x4>", "simdgroup_matrix<f32,8>",
        "simdgroup_matrix<f32>", "simdgroup_matrix<,8x8>",
        "simdgroup_matrix<f32x2,8x8>", "simdgroup_matrix<f32,8x8",
        "threadgroup<simdgroup_matrix<f32,8x8>,4>"}) {
    INFO(text);
    CHECK(!parseType(text));
  }
}

/// Values that most cases need; the op under test comes after them.
static const std::string values =
    constant("f", "f32", "1.5") + ", " + constant("h", "f16", "1") + ", " +
    constant("u", "u32", "1") + ", " + constant("c", "b1", "true") + ", " +
    op("make_filled_simdgroup_matrix",
       R"("in": ["%f"], "out": [["%m", "simdgroup_matrix<f32,8x8>"]])") +
    ", " +
    op("make_filled_simdgroup_matrix",
       R"("in": ["%h"], "out": [["%n", "simdgroup_matrix<f16,8x8>"]])") +
    ", " +
    op("threadgroup_alloc", R"("out": [["%t", "threadgroup<f32x2,64>"]])") +
    ", ";

static std::string opError(const std::string &name,
                           const std::string &members) {
  std::string message = bodyError(values + op(name, members));
  const std::string start = "[7].";
  return message.substr(0, start.size()) == start ? message.substr(start.size())
                                                  : message;
}

TEST_CASE("fills") {
  auto error = [](const std::string &members) {
    return opError("make_filled_simdgroup_matrix", members);
  };
  CHECK(
      error(R"("in": ["%h"], "out": [["%0", "simdgroup_matrix<f32,8x8>"]])") ==
      "in[0]: expected f32, got f16");
  CHECK(
      error(R"("in": ["%m"], "out": [["%0", "simdgroup_matrix<f32,8x8>"]])") ==
      "in[0]: expected f32, got simdgroup_matrix<f32,8x8>");
  CHECK(error(R"("in": ["%f"], "out": [["%0", "f32"]])") ==
        "out[0]: expected a simdgroup matrix, got f32");
  CHECK(error(R"("in": [], "out": [["%0", "simdgroup_matrix<f32,8x8>"]])") ==
        "in: 'make_filled_simdgroup_matrix' expects 1, got 0");
}

static const std::string straight = R"(, "attrs": {"transpose": false})";

TEST_CASE("loads") {
  auto error = [](const std::string &members,
                  const std::string &attributes = straight) {
    return opError("simdgroup_matrix_load", members + attributes);
  };
  const std::string out = R"(, "out": [["%0", "simdgroup_matrix<f32,8x8>"]])";
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u"])" + out) == "");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u"])" + out) ==
        "in: 'simdgroup_matrix_load' expects 5, got 4");
  CHECK(error(R"("in": ["A", "%f", "%u", "%u", "%u"])" + out) ==
        "in[1]: elements_per_row is an integer, got f32");
  CHECK(error(R"("in": ["A", "%u", "%c", "%u", "%u"])" + out) ==
        "in[2]: an offset is an integer, got b1");
  CHECK(error(R"("in": ["A", "%u", "%u", "%m", "%u"])" + out) ==
        "in[3]: an origin is an integer, got simdgroup_matrix<f32,8x8>");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%h"])" + out) ==
        "in[4]: an origin is an integer, got f16");
  CHECK(error(R"("in": ["I", "%u", "%u", "%u", "%u"])" + out) ==
        "in[0]: a simdgroup matrix has elements of f32, f16 or bf16, the "
        "memory has u32");
  CHECK(error(R"("in": ["%t", "%u", "%u", "%u", "%u"])" + out) ==
        "in[0]: a simdgroup matrix has elements of f32, f16 or bf16, the "
        "memory has f32x2");
  CHECK(error(R"("in": ["n", "%u", "%u", "%u", "%u"])" + out) ==
        "in[0]: parameter 'n' is a scalar, not a buffer");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u"],)"
              R"( "out": [["%0", "simdgroup_matrix<f16,8x8>"]])") ==
        "out[0]: expected simdgroup_matrix<f32,8x8>, got "
        "simdgroup_matrix<f16,8x8>");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u"])" + out, "") ==
        "attrs: missing 'transpose'");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u"])" + out,
              R"(, "attrs": {"transpose": 1})") ==
        "attrs.transpose: expected true or false");
}

TEST_CASE("stores") {
  auto error = [](const std::string &members) {
    return opError("simdgroup_matrix_store", members + straight);
  };
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u", "%m"])") == "");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u", "%n"])") ==
        "in[5]: expected simdgroup_matrix<f32,8x8>, got "
        "simdgroup_matrix<f16,8x8>");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u", "%f"])") ==
        "in[5]: expected simdgroup_matrix<f32,8x8>, got f32");
  CHECK(error(R"("in": ["A", "%u", "%u", "%u", "%u", "%x"])") ==
        "in[5]: undefined value '%x'");
  std::string params =
      R"([{"name": "A", "kind": "buffer", "dtype": "f32", "access": "read"}])";
  CHECK(errorOf(document(
            values +
                op("simdgroup_matrix_store",
                   R"("in": ["A", "%u", "%u", "%u", "%u", "%m"])" + straight),
            params)) ==
        "kernels[0].body[7].in[0]: buffer 'A' is declared read-only");
}

TEST_CASE("products") {
  const std::string out = R"(, "out": [["%0", "simdgroup_matrix<bf16,8x8>"]])";
  CHECK(opError("simdgroup_multiply", R"("in": ["%m", "%n"])" + out) == "");
  CHECK(opError("simdgroup_multiply_accumulate",
                R"("in": ["%n", "%m", "%n"])" + out) == "");
  CHECK(opError("simdgroup_multiply", R"("in": ["%m", "%f"])" + out) ==
        "in[1]: expected a simdgroup matrix, got f32");
  CHECK(
      opError("simdgroup_multiply_accumulate", R"("in": ["%m", "%m"])" + out) ==
      "in: 'simdgroup_multiply_accumulate' expects 3, got 2");
  CHECK(opError("simdgroup_multiply",
                R"("in": ["%m", "%m"], "out": [["%0", "f32"]])") ==
        "out[0]: expected a simdgroup matrix, got f32");
}

TEST_CASE("a matrix is not a number") {
  CHECK(opError(
            "neg",
            R"("in": ["%m"], "out": [["%0", "simdgroup_matrix<f32,8x8>"]])") ==
        "in[0]: 'neg' is not defined on simdgroup_matrix<f32,8x8>");
  CHECK(opError("simd_sum", R"("in": ["%m"], "out": [["%0", "f32"]])") ==
        "in[0]: 'simd_sum' is not defined on simdgroup_matrix<f32,8x8>");
  CHECK(opError("cast", R"("in": ["%m"], "out": [["%0", "f16"]])") ==
        "in[0]: 'cast' is not defined on simdgroup_matrix<f32,8x8>");
  CHECK(opError(
            "cast",
            R"("in": ["%f"], "out": [["%0", "simdgroup_matrix<f32,8x8>"]])") ==
        "out[0]: cannot convert f32 to simdgroup_matrix<f32,8x8>");
  CHECK(opError("store", R"("in": ["A", "%u", "%m"])") ==
        "in[2]: expected f32, got simdgroup_matrix<f32,8x8>");
  CHECK(opError("store", R"("in": ["A", "%m", "%f"])") ==
        "in[1]: an index is an integer, got simdgroup_matrix<f32,8x8>");
  CHECK(opError("if",
                R"("in": ["%m"], "regions": [{"body": []}, {"body": []}])") ==
        "in[0]: expected b1, got simdgroup_matrix<f32,8x8>");
  CHECK(opError("neg", R"("in": ["%f"], "out": [["%0", "f32"]])" + straight) ==
        "attrs.transpose: 'neg' has no such attribute");
}

TEST_CASE("matrices are carried") {
  CHECK(opError("for", R"("in": ["%u", "%u", "%u", "%m"],
   "out": [["%r", "simdgroup_matrix<f32,8x8>"]], "regions": [{
   "args": [["%i", "u32"], ["%a", "simdgroup_matrix<f32,8x8>"]],
   "body": [], "yield": ["%a"]}])") == "");
  CHECK(opError("for", R"("in": ["%u", "%u", "%u", "%m"],
   "out": [["%r", "simdgroup_matrix<f32,8x8>"]], "regions": [{
   "args": [["%i", "u32"], ["%a", "simdgroup_matrix<f32,8x8>"]],
   "body": [], "yield": ["%n"]}])") ==
        "regions[0].yield[0]: expected simdgroup_matrix<f32,8x8>, got "
        "simdgroup_matrix<f16,8x8>");
}

TEST_CASE("matrices are printed") {
  llvm::Expected<Trace> trace = readTrace(document(
      values +
      op("simdgroup_matrix_load",
         R"("in": ["A", "%u", "%u", "%u", "%u"], "attrs": {"transpose": true},
         "out": [["%l", "simdgroup_matrix<f32,8x8>"]])") +
      ", " +
      op("simdgroup_multiply_accumulate",
         R"("in": ["%l", "%n", "%m"], "out": [["%d", "simdgroup_matrix<f32,8x8>"]])") +
      ", " +
      op("simdgroup_matrix_store",
         R"("in": ["A", "%u", "%u", "%u", "%u", "%d"])" + straight)));
  if (!trace)
    FAIL(llvm::toString(trace.takeError()));
  std::string text;
  llvm::raw_string_ostream os(text);
  printTrace(*trace, os);
  for (const char *line :
       {"%m = make_filled_simdgroup_matrix %f : simdgroup_matrix<f32,8x8>",
        "%l = simdgroup_matrix_load A[%u] origin (%u, %u) elements_per_row %u "
        "transpose : simdgroup_matrix<f32,8x8>",
        "%d = simdgroup_multiply_accumulate %l, %n, %m : "
        "simdgroup_matrix<f32,8x8>",
        "simdgroup_matrix_store %d, A[%u] origin (%u, %u) elements_per_row "
        "%u"}) {
    INFO(text);
    CHECK(text.find(line) != std::string::npos);
  }
}
