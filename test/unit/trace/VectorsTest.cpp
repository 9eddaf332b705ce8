// What the verifier demands of vectors: components, lanes, shapes of
// signatures, consecutive elements.
#include "TraceTesting.h"

using namespace enigma::trace::testing;

namespace {

/// A kernel body after vectors of 2 and 3 f32, one of 2 b1, and scalars.
std::string vectorError(const std::string &last) {
  std::string message = bodyError(constant("v", "f32x2", "1.5") + ", " +
                                  constant("w", "f32x3", "1.5") + ", " +
                                  constant("t", "b1x2", "true") + ", " +
                                  constant("f", "f32", "0.5") + ", " +
                                  constant("u", "u32", "7") + ", " + last);
  const std::string start = "[5].";
  return message.substr(0, start.size()) == start ? message.substr(start.size())
                                                  : message;
}

std::string members(const char *in, const char *type, const char *lanes = "") {
  std::string text = std::string(R"("in": [)") + in + R"(], "out": [["%r", ")" +
                     type + R"("]])";
  return *lanes ? text + R"(, "attrs": {"lanes": )" + lanes + "}" : text;
}

} // namespace

TEST_CASE("make_vec takes one scalar for each component") {
  auto error = [](const char *in, const char *type) {
    return vectorError(op("make_vec", members(in, type)));
  };
  CHECK(error(R"("%f", "%f")", "f32x2") == "");
  CHECK(error(R"("%f", "%f")", "f32x3") == "in: 'make_vec' expects 3, got 2");
  CHECK(error(R"("%f", "%u")", "f32x2") == "in[1]: expected f32, got u32");
  CHECK(error(R"("%f", "%v")", "f32x2") == "in[1]: expected f32, got f32x2");
  CHECK(error(R"("%f")", "f32") == "out: 'make_vec' has one result, a vector");
}

TEST_CASE("lanes are those of the vector") {
  auto error = [](const char *name, const char *in, const char *type,
                  const char *lanes) {
    return vectorError(op(name, members(in, type, lanes)));
  };
  CHECK(error("vec_extract", R"("%v")", "f32", "[1]") == "");
  CHECK(error("vec_swizzle", R"("%v")", "f32x4", "[1, 0, 0, 1]") == "");
  CHECK(error("vec_insert", R"("%v", "%f")", "f32x2", "[0]") == "");
  CHECK(error("vec_extract", R"("%v")", "f32", "[2]") ==
        "attrs.lanes: f32x2 has no lane 2");
  CHECK(error("vec_extract", R"("%v")", "f32", "[4]") ==
        "attrs.lanes[0]: expected an integer from 0 to 3");
  CHECK(error("vec_extract", R"("%v")", "f32", "[]") ==
        "attrs.lanes: expected 1 to 4 lanes");
  CHECK(error("vec_extract", R"("%v")", "f32", "[0, 1]") ==
        "attrs.lanes: expected one lane");
  CHECK(error("vec_swizzle", R"("%v")", "f32x2", "[0]") ==
        "attrs.lanes: expected 2 to 4 lanes");
  CHECK(error("vec_extract", R"("%v")", "f32x2", "[0]") ==
        "out[0]: expected f32, got f32x2");
  CHECK(error("vec_extract", R"("%f")", "f32", "[0]") ==
        "in[0]: expected a vector, got f32");
  CHECK(error("vec_insert", R"("%v", "%u")", "f32x2", "[0]") ==
        "in[1]: expected f32, got u32");
  CHECK(error("neg", R"("%v")", "f32x2", "[0]") ==
        "attrs.lanes: 'neg' has no such attribute");
}

TEST_CASE("signatures say what is a vector") {
  auto error = [](const char *name, const char *in, const char *type) {
    return vectorError(op(name, members(in, type)));
  };
  CHECK(error("dot", R"("%v", "%v")", "f32") == "");
  CHECK(error("any", R"("%t")", "b1") == "");
  CHECK(error("cross", R"("%w", "%w")", "f32x3") == "");
  CHECK(error("refract", R"("%v", "%v", "%f")", "f32x2") == "");
  CHECK(error("dot", R"("%f", "%f")", "f32") ==
        "in[0]: 'dot' takes a vector, got f32");
  CHECK(error("cross", R"("%v", "%v")", "f32x2") ==
        "in[0]: 'cross' takes a vector of 3, got f32x2");
  CHECK(error("dot", R"("%v", "%w")", "f32") ==
        "in[1]: expected f32x2, got f32x3");
  CHECK(error("dot", R"("%v", "%v")", "f32x2") ==
        "out[0]: expected f32, got f32x2");
  CHECK(error("refract", R"("%v", "%v", "%v")", "f32x2") ==
        "in[2]: expected f32, got f32x2");
  CHECK(error("any", R"("%v")", "b1") ==
        "in[0]: 'any' is not defined on f32x2, only on b1");
}

TEST_CASE("a select has one condition, or one for each component") {
  auto error = [](const char *in, const char *type) {
    return vectorError(op("select", members(in, type)));
  };
  CHECK(error(R"("%t", "%v", "%v")", "f32x2") == "");
  CHECK(error(R"("%t", "%w", "%w")", "f32x3") ==
        "in[0]: expected b1 or a b1 for each component of f32x3, got b1x2");
  CHECK(error(R"("%t", "%f", "%f")", "f32") ==
        "in[0]: expected b1 or a b1 for each component of f32, got b1x2");
}

TEST_CASE("consecutive elements are scalars") {
  const std::string vectors = R"([
    {"name": "A", "kind": "buffer", "dtype": "f32"},
    {"name": "V", "kind": "buffer", "dtype": "f32x4"},
    {"name": "R", "kind": "buffer", "dtype": "f32", "access": "read"}])";
  auto error = [&](const char *name, const std::string &text) {
    std::string message =
        errorOf(document(constant("v", "f32x2", "1") + ", " +
                             constant("u", "u32", "0") + ", " + op(name, text),
                         vectors));
    const std::string start = "kernels[0].body[2].";
    return message.substr(0, start.size()) == start
               ? message.substr(start.size())
               : message;
  };
  CHECK(error("load_vec", members(R"("A", "%u")", "f32x3")) == "");
  CHECK(error("store_vec", R"("in": ["A", "%u", "%v"])") == "");
  CHECK(error("load_vec", members(R"("V", "%u")", "f32x4")) ==
        "in[0]: elements are f32x4; expected a buffer of scalars");
  CHECK(error("load_vec", members(R"("A", "%u")", "u32x3")) ==
        "out[0]: expected a vector of f32, got u32x3");
  CHECK(error("load_vec", members(R"("A", "%u")", "f32")) ==
        "out[0]: expected a vector of f32, got f32");
  CHECK(error("load_vec", members(R"("A", "%v")", "f32x2")) ==
        "in[1]: an index is an integer, got f32x2");
  CHECK(error("store_vec", R"("in": ["R", "%u", "%v"])") ==
        "in[0]: buffer 'R' is declared read-only");
  CHECK(error("store_vec", R"("in": ["A", "%u", "%u"])") ==
        "in[2]: expected a vector of f32, got u32");
}

TEST_CASE("parameters may be vectors") {
  CHECK(errorOf(document(
            op("scalar", R"("in": ["s"], "out": [["%s", "u8x3"]])") + ", " +
                constant("u", "u32", "0") + ", " +
                op("load", R"("in": ["A", "%u"], "out": [["%a", "b1x4"]])"),
            R"([{"name": "A", "kind": "buffer", "dtype": "b1x4"},
                {"name": "s", "kind": "scalar", "dtype": "u8x3"}])")) == "");
  CHECK(errorOf(document(constant("u", "u32", "0"),
                         R"([{"name": "A", "kind": "buffer",
                              "dtype": "threadgroup<f32,4>"}])")) ==
        "kernels[0].params[0].dtype: unknown dtype 'threadgroup<f32,4>'");
}
