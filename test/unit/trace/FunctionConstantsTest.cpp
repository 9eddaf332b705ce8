// Function constants and debugging ops in a trace: read, verified, printed.
#include "TraceTesting.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

static const std::string two =
    R"([{"index": 0, "name": "n", "dtype": "u32", "default": null, "loc": [0, 3, 4, 3, 9]},
        {"index": 65535, "name": "gain", "dtype": "f32", "default": 0.5}])";

/// A kernel that has `constants` and reads `n`.
static std::string withConstants(
    const std::string &constants,
    const std::string &body = op("function_constant",
                                 R"("in": ["n"], "out": [["%n", "u32"]])")) {
  return replaced(document(body), "\"function_constants\": []",
                  "\"function_constants\": " + constants);
}

TEST_CASE("function constants are read") {
  llvm::Expected<Trace> trace = readTrace(withConstants(two));
  REQUIRE(bool(trace));
  const std::vector<FunctionConstant> &constants =
      trace->kernels[0].functionConstants;
  REQUIRE(constants.size() == 2);
  CHECK(constants[0].name == "n");
  CHECK(constants[0].dtype == DType::u32);
  CHECK_FALSE(constants[0].defaultValue);
  CHECK(constants[0].loc->line == 3);
  CHECK(constants[1].index == 65535);
  CHECK(std::get<double>(*constants[1].defaultValue) == 0.5);
  CHECK_FALSE(constants[1].loc);
}

TEST_CASE("the form of function constants is checked") {
  const std::string at = "kernels[0].function_constants";
  auto error = [&](const std::string &from, const std::string &to) {
    return errorOf(withConstants(replaced(two, from, to)));
  };
  CHECK(errorOf(withConstants("1")) == at + ": expected an array");
  CHECK(errorOf(withConstants("[1]")) == at + "[0]: expected an object");
  CHECK(error("\"index\": 0", "\"at\": 0") == at + "[0]: missing 'index'");
  CHECK(error("65535", "65536") ==
        at + "[1].index: expected an integer from 0 to 65535");
  CHECK(error("\"name\": \"n\"", "\"name\": \"\"") ==
        at + "[0].name: must not be empty");
  CHECK(error("u32", "u33") == at + "[0].dtype: unknown dtype 'u33'");
  CHECK(error("null", "-1") == at + "[0].default: not a value of u32");
  CHECK(error("null", "1.5") == at + "[0].default: not a value of u32");
  CHECK(error("0.5", "\"inf\"") == at + "[1].default: not a value of f32");
  CHECK(error("[0, 3, 4, 3, 9]", "[1, 3, 4, 3, 9]") ==
        at + "[0].loc: file 1 is not in 'files'");
  CHECK(error("\"gain\"", "\"n\"") ==
        at + "[1]: two function constants are called 'n'");
  CHECK(error("65535", "0") == at + "[1]: 'gain' (index 0) and 'n' (index 0) "
                                    "of this or another kernel differ");
  CHECK(errorOf(withConstants(replaced(two, "gain", "enigma_kernel_k"))) ==
        "kernels[0].name: 'enigma_kernel_k' is a function constant");
}

TEST_CASE("kernels agree on a function constant") {
  std::string text = withConstants(two);
  size_t begin = text.find("{\"name\": \"enigma_kernel_k\"");
  size_t end = text.find("], \"launches\"");
  std::string kernel = replaced(text.substr(begin, end - begin),
                                "enigma_kernel_k", "enigma_kernel_l");
  auto both = [&](const std::string &second) {
    return errorOf(
        replaced(text, "], \"launches\"", ", " + second + "], \"launches\""));
  };
  CHECK(both(kernel) == "");
  CHECK(both(replaced(kernel, "0.5", "0.25")) ==
        "kernels[1].function_constants[1]: 'gain' (index 65535) and 'gain' "
        "(index 65535) of this or another kernel differ");
}

TEST_CASE("reads of function constants are verified") {
  auto error = [&](const std::string &members) {
    return errorOf(withConstants(two, op("function_constant", members)));
  };
  const std::string at = "kernels[0].body[0].";
  CHECK(error(R"("in": ["m"], "out": [["%m", "u32"]])") ==
        at + "in[0]: 'm' is not among the kernel's function_constants");
  CHECK(error(R"("in": ["n"], "out": [["%n", "i32"]])") ==
        at + "out[0]: function constant 'n' is u32, got i32");
  CHECK(error(R"("out": [["%n", "u32"]])") ==
        at + "in: 'function_constant' expects 1, got 0");
  CHECK(
      error(R"("in": ["n"], "out": [["%n", "u32"]], "attrs": {"dim": "x"})") ==
      at + "attrs.dim: 'function_constant' has no such attribute");
}

TEST_CASE("debugging ops are verified") {
  const std::string x = constant("x", "f32", "1.5") + ", ";
  auto print = [&](const std::string &members) {
    return bodyError(x + op("device_print", members));
  };
  CHECK(print(R"("in": ["%x"], "attrs": {"format": "x {:.2f}"})") == "");
  CHECK(print(R"("in": ["%x"])") == "[1].attrs: missing 'format'");
  CHECK(print(R"("in": ["%y"], "attrs": {"format": "{}"})") ==
        "[1].in[0]: undefined value '%y'");
  CHECK(print(R"("in": ["%x"], "attrs": {"format": "{:x}"})") ==
        "[1].attrs.format: value 0 is f32; {:x} takes unsigned integers");
  CHECK(print(R"("attrs": {"format": 1})") ==
        "[1].attrs.format: expected a string");
  CHECK(print(R"("attrs": {"format": "", "message": ""})") ==
        "[1].attrs.message: 'device_print' has no such attribute");
  const std::string c = constant("c", "b1", "true") + ", ";
  auto check = [&](const std::string &members) {
    return bodyError(x + c + op("device_assert", members));
  };
  CHECK(check(R"("in": ["%c"], "attrs": {"message": ""})") == "");
  CHECK(check(R"("in": ["%c"])") == "[2].attrs: missing 'message'");
  CHECK(check(R"("in": ["%x"], "attrs": {"message": ""})") ==
        "[2].in[0]: expected b1, got f32");
}

TEST_CASE("function constants and debugging ops are printed") {
  llvm::Expected<Trace> trace = readTrace(withConstants(
      two,
      op("function_constant", R"("in": ["n"], "out": [["%n", "u32"]])") + ", " +
          constant("c", "b1", "true") + ", " +
          op("device_print",
             R"("in": ["%n"], "attrs": {"format": "\"n\" {}"})") +
          ", " +
          op("device_assert", R"("in": ["%c"], "attrs": {"message": "so"})")));
  REQUIRE(bool(trace));
  std::string text;
  llvm::raw_string_ostream os(text);
  printTrace(*trace, os);
  for (const char *line :
       {"  constant n index 0 : u32", "  constant gain index 65535 : f32 = 0.5",
        "  %n = function_constant n : u32",
        "  device_print \"\\22n\\22 {}\", %n", "  device_assert %c, \"so\""})
    CHECK(text.find(line) != std::string::npos);
}
