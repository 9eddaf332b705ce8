// The trace verifier: names, visibility, counts, types and yields, with paths.
#include "TraceTesting.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

/// Constants that most cases need; the op under test comes after them.
static const std::string values =
    constant("f", "f32", "1.5") + ", " + constant("h", "f16", "1") + ", " +
    constant("u", "u32", "1") + ", " + constant("i", "i32", "1") + ", " +
    constant("c", "b1", "true") + ", " +
    op("threadgroup_alloc", R"("out": [["%t", "threadgroup<f32x2,4>"]])") +
    ", ";
static constexpr int at = 6;

/// The error of one op after `values`, relative to it.
static std::string opError(const std::string &text) {
  std::string message = bodyError(values + text);
  const std::string start = "[" + std::to_string(at) + "].";
  return message.substr(0, start.size()) == start ? message.substr(start.size())
                                                  : message;
}

/// A region from its args, body and yield.
static std::string region(const std::string &args, const std::string &body,
                          const std::string &yield) {
  return R"({"args": [)" + args + R"(], "body": [)" + body +
         R"(], "yield": [)" + yield + "]}";
}

TEST_CASE("names") {
  CHECK(opError(op("neg", R"("in": ["%x"], "out": [["%1", "f32"]])")) ==
        "in[0]: undefined value '%x'");
  CHECK(opError(op("neg", R"("in": ["A"], "out": [["%1", "f32"]])")) ==
        "in[0]: parameter 'A' is not a value");
  CHECK(opError(op("neg", R"("in": ["%t"], "out": [["%1", "f32"]])")) ==
        "in[0]: threadgroup memory '%t' is not a value");
  CHECK(opError(op("neg", R"("in": ["%1"], "out": [["%1", "f32"]])")) ==
        "in[0]: undefined value '%1'");
  CHECK(opError(constant("f", "f32", "2.0")) ==
        "out[0]: value '%f' is defined twice");
  // A name is not free again after its region.
  CHECK(
      opError(op("if", R"("in": ["%c"], "regions": [)" +
                           region("", constant("x", "f32", "1"), "") + ", " +
                           region("", constant("x", "f32", "1"), "") + "]")) ==
      "regions[1].body[0].out[0]: value '%x' is defined twice");
  CHECK(bodyError(values +
                  op("if", R"("in": ["%c"], "regions": [)" +
                               region("", constant("x", "f32", "1"), "") +
                               R"(, {"body": []}])") +
                  ", " +
                  op("neg", R"("in": ["%x"], "out": [["%1", "f32"]])")) ==
        "[7].in[0]: value '%x' is not visible here");
}

TEST_CASE("two kernels of one name") {
  std::string text = document("");
  size_t begin = text.find("[{\"name\": \"enigma_kernel_k\"") + 1;
  std::string kernel =
      text.substr(begin, text.rfind("], \"launches\"") - begin);
  CHECK(errorOf(text.insert(begin, kernel + ", ")) ==
        "kernels[1].name: two kernels are called 'enigma_kernel_k'");
}

TEST_CASE("elementwise ops follow their signature") {
  CHECK(opError(op("add", R"("in": ["%f"], "out": [["%1", "f32"]])")) ==
        "in: 'add' expects 2, got 1");
  CHECK(opError(op("add", R"("in": ["%f", "%f"])")) ==
        "out: 'add' expects 1, got 0");
  CHECK(opError(op("neg", R"("in": ["%f"], "out": [["%1", "f32"]],
                            "regions": [{"body": []}])")) ==
        "regions: 'neg' expects 0, got 1");
  CHECK(opError(op("add", R"("in": ["%f", "%h"], "out": [["%1", "f32"]])")) ==
        "in[1]: expected f32, got f16");
  CHECK(opError(op("sqrt", R"("in": ["%u"], "out": [["%1", "u32"]])")) ==
        "in[0]: 'sqrt' is not defined on u32, only on f32, f16");
  CHECK(opError(op("neg", R"("in": ["%c"], "out": [["%1", "b1"]])"))
            .find("in[0]: 'neg' is not defined on b1, only on f32") == 0);
  CHECK(opError(op("add", R"("in": ["%f", "%f"], "out": [["%1", "f16"]])")) ==
        "out[0]: expected f32, got f16");
  CHECK(
      opError(op("cmp_lt", R"("in": ["%f", "%f"], "out": [["%1", "f32"]])")) ==
      "out[0]: expected b1, got f32");
  CHECK(opError(op("select",
                   R"("in": ["%u", "%f", "%f"], "out": [["%1", "f32"]])")) ==
        "in[0]: expected b1 or a b1 for each component of f32, got u32");
  CHECK(opError(op("simd_shuffle",
                   R"("in": ["%f", "%u"], "out": [["%1", "f32"]])")) ==
        "in[1]: expected u16, got u32");
}

TEST_CASE("vectors are compared by component") {
  const std::string load =
      op("load", R"("in": ["%t", "%u"], "out": [["%v", "f32x2"]])") + ", ";
  CHECK(
      bodyError(values + load +
                op("cmp_lt", R"("in": ["%v", "%v"], "out": [["%1", "b1"]])")) ==
      "[7].out[0]: expected b1x2, got b1");
  CHECK(bodyError(values + load +
                  op("cmp_lt",
                     R"("in": ["%v", "%v"], "out": [["%1", "b1x2"]])")) == "");
  CHECK(
      bodyError(values + load +
                op("add", R"("in": ["%v", "%f"], "out": [["%1", "f32x2"]])")) ==
      "[7].in[1]: expected f32x2, got f32");
}

TEST_CASE("an attribute belongs to its op") {
  CHECK(opError(op("neg", R"("in": ["%f"], "out": [["%1", "f32"]],
                            "attrs": {"value": 1})")) ==
        "attrs.value: 'neg' has no such attribute");
  CHECK(opError(op("thread_index_in_simdgroup",
                   R"("out": [["%1", "u32"]], "attrs": {"dim": "x"})")) ==
        "attrs.dim: 'thread_index_in_simdgroup' has no such attribute");
  CHECK(opError(op("neg", R"("in": ["%f"], "out": [["%1", "f32"]],
                            "attrs": {"mem_flags": "mem_none"})")) ==
        "attrs.mem_flags: 'neg' has no such attribute");
  CHECK(opError(op("load", R"("in": ["A", "%u"], "out": [["%1", "f32"]],
                             "attrs": {"order": "relaxed"})")) ==
        "attrs.order: 'load' has no such attribute");
}

TEST_CASE("constants are representable") {
  auto error = [](const char *type, const char *value) {
    return opError(constant("k", type, value));
  };
  CHECK(opError(op("constant", R"("out": [["%1", "f32"]])")) ==
        "attrs: missing 'value'");
  CHECK(opError(op("constant", R"("in": ["%f"], "out": [["%1", "f32"]],
                                 "attrs": {"value": 1})")) ==
        "in: 'constant' expects 0, got 1");
  CHECK(error("threadgroup<f32,4>", "1") ==
        "out[0]: a constant is a value, got threadgroup<f32,4>");
  struct Case {
    const char *type, *value;
    bool valid;
  };
  for (Case c : std::initializer_list<Case>{
           {"i8", "127", true},
           {"i8", "128", false},
           {"i8", "-128", true},
           {"i8", "-129", false},
           {"u8", "255", true},
           {"u8", "256", false},
           {"u8", "-1", false},
           {"i32", "2147483647", true},
           {"i32", "2147483648", false},
           {"i64", "9223372036854775807", true},
           {"i64", "9223372036854775808", false},
           {"i64", "-9223372036854775808", true},
           {"u64", "18446744073709551615", true},
           {"u64", "18446744073709551616", false},
           {"i32", "1.0", false},
           {"i32", "true", false},
           {"i32", "\"nan\"", false},
           {"b1", "true", true},
           {"b1", "1", false},
           {"b1", "0.0", false},
           {"f32", "true", false},
           {"f32", "1", true},
           {"f16", "-1.5", true},
           {"bf16", "\"-inf\"", true},
           {"f32", "\"nan\"", true},
       }) {
    INFO(c.type << " " << c.value);
    CHECK(
        error(c.type, c.value) ==
        (c.valid ? "" : std::string("attrs.value: not a value of ") + c.type));
  }
}

TEST_CASE("scalars") {
  CHECK(opError(op("scalar", R"("in": ["n"], "out": [["%1", "i32"]])")) == "");
  CHECK(opError(op("scalar", R"("in": ["A"], "out": [["%1", "f32"]])")) ==
        "in[0]: 'A' is not a scalar parameter");
  CHECK(opError(op("scalar", R"("in": ["%f"], "out": [["%1", "f32"]])")) ==
        "in[0]: '%f' is not a scalar parameter");
  CHECK(opError(op("scalar", R"("in": ["n"], "out": [["%1", "u32"]])")) ==
        "out[0]: parameter 'n' is i32, got u32");
}

TEST_CASE("queries") {
  CHECK(opError(op("thread_position_in_grid",
                   R"("out": [["%1", "u32"]], "attrs": {"dim": "z"})")) == "");
  CHECK(opError(op("thread_position_in_grid", R"("out": [["%1", "u32"]])")) ==
        "attrs.dim: expected \"x\", \"y\" or \"z\", got \"\"");
  CHECK(opError(op("thread_position_in_grid",
                   R"("out": [["%1", "u32"]], "attrs": {"dim": "w"})")) ==
        "attrs.dim: expected \"x\", \"y\" or \"z\", got \"w\"");
  CHECK(opError(op("thread_index_in_simdgroup", R"("out": [["%1", "i32"]])")) ==
        "out[0]: expected u32, got i32");
}

TEST_CASE("conversions") {
  auto convert = [](const char *name, const char *in, const char *type) {
    return opError(op(name, std::string(R"("in": [")") + in +
                                R"("], "out": [["%1", ")" + type + R"("]])"));
  };
  CHECK(convert("cast", "%f", "b1") == "");
  CHECK(convert("cast", "%f", "f16x2") ==
        "out[0]: cannot convert f32 to f16x2");
  CHECK(convert("cast", "%f", "threadgroup<f32,2>") ==
        "out[0]: cannot convert f32 to threadgroup<f32,2>");
  CHECK(convert("as_type", "%f", "u32") == "");
  CHECK(convert("as_type", "%f", "u16") ==
        "out[0]: as_type needs types of one width, got f32 and u16");
  CHECK(convert("as_type", "%c", "u8") ==
        "out[0]: as_type needs types of one width, got b1 and u8");
}

TEST_CASE("memory") {
  CHECK(opError(op("load")) == "in: expected a buffer");
  CHECK(opError(op("load", R"("in": ["B", "%u"], "out": [["%1", "f32"]])")) ==
        "in[0]: undefined buffer 'B'");
  CHECK(opError(op("load", R"("in": ["%f", "%u"], "out": [["%1", "f32"]])")) ==
        "in[0]: '%f' is not memory");
  CHECK(opError(op("load", R"("in": ["n", "%u"], "out": [["%1", "i32"]])")) ==
        "in[0]: parameter 'n' is a scalar, not a buffer");
  // One index counts elements from the start, whatever the shape.
  CHECK(opError(op("load", R"("in": ["I", "%u"], "out": [["%1", "u32"]])")) ==
        "");
  CHECK(opError(op("load", R"("in": ["I", "%u", "%u", "%u"],
                             "out": [["%1", "u32"]])")) ==
        "in: 'load' expects 3, got 4");
  CHECK(opError(op("load", R"("in": ["I"], "out": [["%1", "u32"]])")) ==
        "in: 'load' expects 3, got 1");
  CHECK(opError(op("store", R"("in": ["A"])")) ==
        "in: 'store' expects 3, got 1");
  CHECK(opError(op("store_if", R"("in": ["A", "%u"])")) ==
        "in: 'store_if' expects 4, got 2");
  CHECK(opError(op("load", R"("in": ["A", "%f"], "out": [["%1", "f32"]])")) ==
        "in[1]: an index is an integer, got f32");
  CHECK(opError(op("load", R"("in": ["A", "%c"], "out": [["%1", "f32"]])")) ==
        "in[1]: an index is an integer, got b1");
  CHECK(opError(op("load", R"("in": ["A", "%i"], "out": [["%1", "f16"]])")) ==
        "out[0]: expected f32, got f16");
  CHECK(opError(op("load",
                   R"("in": ["%t", "%u"], "out": [["%1", "f32x2"]])")) == "");
  CHECK(opError(op("store", R"("in": ["A", "%u", "%h"])")) ==
        "in[2]: expected f32, got f16");
  CHECK(opError(op("store",
                   R"("in": ["A", "%u", "%f"], "out": [["%1", "f32"]])")) ==
        "out: 'store' expects 0, got 1");
  CHECK(opError(op("load_if", R"("in": ["A", "%u", "%u", "%f"],
                                "out": [["%1", "f32"]])")) ==
        "in[2]: expected b1, got u32");
  CHECK(opError(op("load_if", R"("in": ["A", "%u", "%c", "%h"],
                                "out": [["%1", "f32"]])")) ==
        "in[3]: expected f32, got f16");
  CHECK(opError(op("store_if", R"("in": ["A", "%u", "%h", "%c"])")) ==
        "in[2]: expected f32, got f16");
  CHECK(opError(op("store_if", R"("in": ["A", "%u", "%f", "%f"])")) ==
        "in[3]: expected b1, got f32");
  CHECK(
      errorOf(document(
          constant("u", "u32", "0") + ", " + constant("f", "f32", "0") + ", " +
              op("store", R"("in": ["A", "%u", "%f"])"),
          R"([{"name": "A", "kind": "buffer", "dtype": "f32", "access": "read"}])")) ==
      "kernels[0].body[2].in[0]: buffer 'A' is declared read-only");
}

TEST_CASE("atomics") {
  auto atomic = [](const char *name, const char *in, const char *type,
                   const char *order = "relaxed") {
    return opError(
        op(name, std::string(R"("in": [)") + in + R"(], "out": [["%1", ")" +
                     type + R"("]], "attrs": {"order": ")" + order + "\"}"));
  };
  CHECK(atomic("atomic_fetch_add", R"("I", "%u", "%u", "%u")", "u32") == "");
  CHECK(atomic("atomic_fetch_add", R"("A", "%u", "%f")", "f32") == "");
  CHECK(atomic("atomic_fetch_max", R"("A", "%u", "%f")", "f32") ==
        "in[0]: Metal has no atomic_fetch_max on f32 in this memory");
  CHECK(atomic("atomic_fetch_add", R"("A", "%u", "%f")", "f32", "seq_cst") ==
        "attrs.order: expected \"relaxed\", got \"seq_cst\"");
  CHECK(atomic("atomic_fetch_add", R"("A", "%u", "%u")", "f32") ==
        "in[2]: expected f32, got u32");
  CHECK(atomic("atomic_fetch_add", R"("I", "%u", "%u", "%u")", "i32") ==
        "out[0]: expected u32, got i32");
}

TEST_CASE("threadgroup memory and barriers") {
  CHECK(opError(op("threadgroup_alloc", R"("out": [["%1", "f32"]])")) ==
        "out[0]: expected threadgroup memory, got f32");
  CHECK(opError(
            op("if", R"("in": ["%c"], "regions": [)" +
                         region("",
                                op("threadgroup_alloc",
                                   R"("out": [["%1", "threadgroup<f32,2>"]])"),
                                "") +
                         R"(, {"body": []}])")) ==
        "regions[0].body[0].op: threadgroup memory is allocated at the "
        "kernel's top level");
  CHECK(opError(op("barrier")) == "attrs.mem_flags: unknown flags \"\"");
  CHECK(opError(op("simd_barrier", R"("attrs": {"mem_flags": "all"})")) ==
        "attrs.mem_flags: unknown flags \"all\"");
}

TEST_CASE("for") {
  auto loop = [](const std::string &in, const std::string &out,
                 const std::string &body) {
    return opError(op("for", R"("in": [)" + in + R"(], "out": [)" + out +
                                 R"(], "regions": [)" + body + "]"));
  };
  const std::string bounds = R"("%i", "%i", "%i")", k = R"(["%k", "i32"])";
  CHECK(loop(bounds, "", region(k, "", "")) == "");
  CHECK(loop(R"("%i", "%i")", "", region(k, "", "")) ==
        "in: 'for' expects 3, got 2");
  CHECK(loop(bounds, R"(["%1", "f32"])", region(k, "", "")) ==
        "in: 'for' expects 4, got 3");
  CHECK(loop(bounds, "", "") == "regions: 'for' expects 1, got 0");
  CHECK(loop(R"("%f", "%f", "%f")", "", region(k, "", "")) ==
        "in[0]: bounds are integers, got f32");
  CHECK(loop(R"("%i", "%u", "%i")", "", region(k, "", "")) ==
        "in[1]: expected i32, got u32");
  CHECK(loop(R"("%i", "%i", "%u")", "", region(k, "", "")) ==
        "in[2]: expected i32, got u32");
  CHECK(loop(bounds + R"(, "%h")", R"(["%1", "f32"])", region(k, "", "")) ==
        "in[3]: expected f32, got f16");
  CHECK(loop(bounds, "", region("", "", "")) ==
        "regions[0].args: expected 1, got 0");
  CHECK(loop(bounds, "", region(R"(["%k", "u32"])", "", "")) ==
        "regions[0].args[0]: expected i32, got u32");
  CHECK(loop(bounds, "", region(R"(["%f", "i32"])", "", "")) ==
        "regions[0].args[0]: value '%f' is defined twice");
  CHECK(loop(bounds, "", region(k, "", R"("%f")")) ==
        "regions[0].yield: expected 0, got 1");
  const std::string carried = k + R"(, ["%a", "f32"])";
  CHECK(loop(bounds + R"(, "%f")", R"(["%1", "f32"])",
             region(carried, "", R"("%x")")) ==
        "regions[0].yield[0]: undefined value '%x'");
  CHECK(loop(bounds + R"(, "%f")", R"(["%1", "f32"])",
             region(carried, "", R"("%h")")) ==
        "regions[0].yield[0]: expected f32, got f16");
  CHECK(bodyError(values + constant("zero", "i32", "0") + ", " +
                  op("for", R"("in": ["%i", "%i", "%zero"], "regions": [)" +
                                region(k, "", "") + "]")) ==
        "[7].in[2]: the step of a loop must not be 0");
}

TEST_CASE("if") {
  auto branch = [](const std::string &in, const std::string &out,
                   const std::string &regions) {
    return opError(op("if", R"("in": [)" + in + R"(], "out": [)" + out +
                                R"(], "regions": [)" + regions + "]"));
  };
  const std::string none = region("", "", "");
  CHECK(branch(R"("%u")", "", none + "," + none) ==
        "in[0]: expected b1, got u32");
  CHECK(branch("", "", none + "," + none) == "in: 'if' expects 1, got 0");
  CHECK(branch(R"("%c")", "", none) == "regions: 'if' expects 2, got 1");
  CHECK(branch(R"("%c")", R"(["%1", "f32"])",
               region("", "", R"("%f")") + "," + none) ==
        "regions[1].yield: expected 1, got 0");
  CHECK(
      branch(R"("%c")", "", region(R"(["%k", "i32"])", "", "") + "," + none) ==
      "regions[0].args: expected 0, got 1");
  CHECK(branch(R"("%c")", R"(["%1", "threadgroup<f32x2,4>"])",
               region("", "", R"("%t")") + "," + region("", "", R"("%t")")) ==
        "out[0]: memory cannot be a result");
  // A region's own values are visible to its yield.
  CHECK(branch(R"("%c")", R"(["%1", "f32"])",
               region("", constant("x", "f32", "1"), R"("%x")") + "," +
                   region("", "", R"("%f")")) == "");
}

TEST_CASE("while") {
  auto loop = [](const std::string &in, const std::string &out,
                 const std::string &regions) {
    return opError(op("while", R"("in": [)" + in + R"(], "out": [)" + out +
                                   R"(], "regions": [)" + regions + "]"));
  };
  const std::string out = R"(["%1", "f32"])";
  const std::string before = region(R"(["%a", "f32"])", "", R"("%c")");
  const std::string after = region(R"(["%b", "f32"])", "", R"("%b")");
  CHECK(loop(R"("%f")", out, before + "," + after) == "");
  CHECK(loop(R"("%h")", out, before + "," + after) ==
        "in[0]: expected f32, got f16");
  CHECK(loop(R"("%f")", out, before) == "regions: 'while' expects 2, got 1");
  CHECK(loop(R"("%f")", out,
             region(R"(["%a", "f32"])", "", R"("%a")") + "," + after) ==
        "regions[0].yield[0]: expected b1, got f32");
  // The first region's args are its own.
  CHECK(loop(R"("%f")", out,
             before + "," + region(R"(["%b", "f32"])", "", R"("%a")")) ==
        "regions[1].yield[0]: undefined value '%a'");
}
