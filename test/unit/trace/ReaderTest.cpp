// The trace reader: the shape of the document, each error with its path.
#include "TraceTesting.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

/// The error after one replacement in a document with one constant.
static std::string errorAfter(const std::string &from, const std::string &to) {
  return errorOf(replaced(document(constant("0", "f32", "1.5")), from, to));
}

TEST_CASE("a valid document is read as it stands") {
  llvm::Expected<Trace> trace =
      readTrace(document(constant("0", "f32", "1.5"), R"([
    {"name": "A", "kind": "buffer", "dtype": "f16", "shape": [4, 8], "stride": [8, 1],
     "access": "read_write", "loc": [0, 1, 2, 1, 3]},
    {"name": "n", "kind": "scalar", "dtype": "u8", "shape": null, "stride": null, "access": null}])"));
  REQUIRE(bool(trace));
  CHECK(trace->module == "m");
  CHECK(trace->files == std::vector<std::string>{"m.py"});
  CHECK(trace->defines.at("N") == "1");
  REQUIRE(trace->kernels.size() == 1);
  const Kernel &kernel = trace->kernels[0];
  CHECK(kernel.name == "enigma_kernel_k");
  CHECK(kernel.pythonName == "k");
  CHECK(kernel.loc.line == 1);
  CHECK(kernel.loc.endColumn == 5);
  CHECK(*kernel.grid == Extents{8, 1, 1});
  CHECK(*kernel.block == Extents{4, 1, 1});
  CHECK(*kernel.maxThreads == 64);
  REQUIRE(kernel.params.size() == 2);
  CHECK(kernel.params[0].kind == ParamKind::Buffer);
  CHECK(kernel.params[0].type.dtype == DType::f16);
  CHECK(kernel.params[0].shape == llvm::SmallVector<int64_t, 2>{4, 8});
  CHECK(kernel.params[0].stride == llvm::SmallVector<int64_t, 2>{8, 1});
  CHECK(kernel.params[0].access == ParamAccess::ReadWrite);
  CHECK(kernel.params[0].loc->column == 2);
  CHECK(kernel.params[1].kind == ParamKind::Scalar);
  CHECK(kernel.params[1].access == ParamAccess::Infer);
  CHECK(!kernel.params[1].loc);
  REQUIRE(kernel.body.size() == 1);
  CHECK(kernel.body[0].name() == "constant");
  CHECK(std::get<double>(*kernel.body[0].value) == 1.5);
}

TEST_CASE("launch and its members may be null") {
  for (const char *launch :
       {"null", "{}",
        R"({"grid": null, "block": null, "max_threads": null})"}) {
    llvm::Expected<Trace> trace = readTrace(replaced(
        document(""),
        R"({"grid": [8, 1, 1], "block": [4, 1, 1], "max_threads": 64})",
        launch));
    REQUIRE(bool(trace));
    CHECK(!trace->kernels[0].grid);
    CHECK(!trace->kernels[0].maxThreads);
  }
}

TEST_CASE("what is no JSON is refused with its place") {
  CHECK(errorOf("") == "the document is truncated");
  CHECK(errorOf("{\"schema\": ") == "the document is truncated");
  CHECK(errorOf("{\n  \"schema\": nul}") ==
        "line 2, column 16: not UTF-8 JSON");
  CHECK(errorOf("{\"a\": \"b\n\"}") == "line 1, column 9: not UTF-8 JSON");
  CHECK(errorOf("{} {}") == "line 1, column 4: not UTF-8 JSON");
  CHECK(errorOf("{\"a\": \"\xff\"}") == "line 1, column 8: not UTF-8 JSON");
  CHECK(errorOf("{\"a\": \"\\ud800\"}").find("not UTF-8 JSON") !=
        std::string::npos);
  CHECK(errorOf("{\"a\": 1e999}") ==
        "line 1, column 11: the number is too large");
  CHECK(errorOf("\xff\xfe{") == "line 1, column 1: not UTF-8 JSON");
  CHECK(errorOf(std::string("{}\0", 3)) != "");
}

TEST_CASE("the document has the schema's members") {
  CHECK(errorOf("[]") == "the document must be a JSON object");
  CHECK(errorOf("null") == "the document must be a JSON object");
  CHECK(errorOf("{}") == "missing 'schema'");
  CHECK(errorAfter("enigma-trace/1", "enigma-trace/2") ==
        "schema is \"enigma-trace/2\"; this compiler reads \"enigma-trace/1\"");
  CHECK(errorAfter("\"enigma-trace/1\"", "1") == "schema: expected a string");
  CHECK(errorAfter("\"module\"", "\"modul\"") == "missing 'module'");
  CHECK(errorAfter("\"module\": \"m\"", "\"module\": null") ==
        "module: expected a string");
  CHECK(errorAfter("\"module\": \"m\"", "\"module\": \"\"") ==
        "module: must not be empty");
  CHECK(errorAfter("\"module\": \"m\"", "\"module\": \"a\\nb\"") ==
        "module: must not contain control characters");
  CHECK(errorAfter("\"files\"", "\"file\"") == "missing 'files'");
  CHECK(errorAfter("[\"m.py\"]", "{}") == "files: expected an array");
  CHECK(errorAfter("[\"m.py\"]", "[3]") == "files[0]: expected a string");
  CHECK(errorAfter("[\"m.py\"]", "[]") ==
        "kernels[0].loc: file 0 is not in 'files'");
  CHECK(errorAfter("{\"N\": 1}", "[]") == "defines: expected an object");
  CHECK(errorAfter("\"kernels\"", "\"kernel\"") == "missing 'kernels'");
  CHECK(errorAfter("\"launches\": []", "\"launches\": [{}]") ==
        "launches: launches are not part of this version");
  CHECK(errorAfter("\"launches\": []", "\"launches\": {}") ==
        "launches: launches are not part of this version");
}

TEST_CASE("kernels") {
  CHECK(
      errorOf(
          R"({"schema": "enigma-trace/1", "module": "m", "files": [], "kernels": [1]})") ==
      "kernels[0]: expected an object");
  CHECK(errorAfter("\"name\": \"enigma_kernel_k\", ", "") ==
        "kernels[0]: missing 'name'");
  CHECK(errorAfter("enigma_kernel_k", "\\u007f") ==
        "kernels[0].name: must not contain control characters");
  CHECK(errorAfter("\"python_name\"", "\"py\"") ==
        "kernels[0]: missing 'python_name'");
  CHECK(errorAfter("\"loc\": [0, 1, 0, 1, 5],", "") ==
        "kernels[0]: missing 'loc'");
  CHECK(errorAfter("\"params\"", "\"parameters\"") ==
        "kernels[0]: missing 'params'");
  CHECK(errorAfter("\"body\"", "\"bod\"") == "kernels[0]: missing 'body'");
  CHECK(errorAfter("[8, 1, 1]", "[8, 1]") ==
        "kernels[0].launch.grid: expected [x, y, z]");
  CHECK(errorAfter("[8, 1, 1]", "[8, 0, 1]") ==
        "kernels[0].launch.grid[1]: expected an integer from 1 to 2147483647");
  CHECK(errorAfter("[4, 1, 1]", "[4, 1, 2147483648]") ==
        "kernels[0].launch.block[2]: expected an integer from 1 to 2147483647");
  CHECK(errorAfter("\"max_threads\": 64", "\"max_threads\": 1025") ==
        "kernels[0].launch.max_threads: expected an integer from 1 to 1024");
}

TEST_CASE("locations") {
  auto location = [](const std::string &loc) {
    return errorAfter("\"loc\": [0, 1, 0, 1, 5]", "\"loc\": " + loc);
  };
  const std::string shape =
      "kernels[0].loc: expected [file, line, column, end_line, end_column]";
  CHECK(location("[0, 1, 0, 1]") == shape);
  CHECK(location("[0, 1, 0, 1, 5, 6]") == shape);
  CHECK(location("\"m.py:1\"") == shape);
  CHECK(location("[1, 1, 0, 1, 5]") ==
        "kernels[0].loc: file 1 is not in 'files'");
  CHECK(location("[0, 0, 0, 1, 5]") ==
        "kernels[0].loc[1]: expected an integer from 1 to 1073741824");
  CHECK(location("[0, 1, -1, 1, 5]") ==
        "kernels[0].loc[2]: expected an integer from 0 to 1073741824");
  CHECK(location("[0, 1, 0, 0, 5]") ==
        "kernels[0].loc[3]: expected an integer from 1 to 1073741824");
  CHECK(location("[0, 1, 0, 1, 1.5]") ==
        "kernels[0].loc[4]: expected an integer from 0 to 1073741824");
  CHECK(location("[0, 1, 0, 1, 18446744073709551616]") ==
        "kernels[0].loc[4]: expected an integer from 0 to 1073741824");
  CHECK(location("[0, 2, 0, 1, 5]") == "kernels[0].loc: ends before it starts");
  CHECK(location("[0, 1, 6, 1, 5]") == "kernels[0].loc: ends before it starts");
  CHECK(location("[0, 1, 5, 1, 5]") == "");
  CHECK(location("[0, 1, 6, 2, 5]") == "");
}

TEST_CASE("calls that led to an op") {
  auto calls =
      [](const std::string &list) {
        return bodyError(op("constant", R"("out": [["%c", "f32"]],
      "attrs": {"value": 1}, "callers": )" + list));
      };
  CHECK(calls("[]") == "");
  CHECK(calls(R"([{"function": "f", "loc": [0, 3, 0, 3, 4]},
                  {"function": "g", "loc": [0, 4, 0, 4, 4]}])") == "");
  CHECK(calls("1") == "[0].callers: expected an array");
  CHECK(calls("[[]]") == "[0].callers[0]: expected an object");
  CHECK(calls(R"([{"function": "f"}])") == "[0].callers[0]: missing 'loc'");
  CHECK(calls(R"([{"loc": [0, 3, 0, 3, 4]}])") ==
        "[0].callers[0]: missing 'function'");
  CHECK(calls(R"([{"function": "", "loc": [0, 3, 0, 3, 4]}])") ==
        "[0].callers[0].function: must not be empty");
  CHECK(calls(R"([{"function": "f", "loc": [7, 3, 0, 3, 4]}])") ==
        "[0].callers[0].loc: file 7 is not in 'files'");
}

TEST_CASE("parameters") {
  auto param = [](const std::string &members) {
    return errorOf(document("", "[{" + members + "}]"));
  };
  const std::string start = R"("name": "A", "kind": "buffer", "dtype": "f32")";
  CHECK(param(start) == "");
  CHECK(errorOf(document("", "[1]")) ==
        "kernels[0].params[0]: expected an object");
  CHECK(errorOf(document("", "{}")) == "kernels[0].params: expected an array");
  CHECK(param(R"("kind": "buffer", "dtype": "f32")") ==
        "kernels[0].params[0]: missing 'name'");
  CHECK(param(R"("name": "A", "dtype": "f32")") ==
        "kernels[0].params[0]: missing 'kind'");
  CHECK(param(R"("name": "A", "kind": "buffer")") ==
        "kernels[0].params[0]: missing 'dtype'");
  CHECK(param(R"("name": "%A", "kind": "buffer", "dtype": "f32")") ==
        "kernels[0].params[0]: a parameter's name must not start with '%'");
  CHECK(param(R"("name": "A", "kind": "texture", "dtype": "f32")") ==
        "kernels[0].params[0]: kind must be \"buffer\" or \"scalar\", got "
        "\"texture\"");
  CHECK(param(R"("name": "A", "kind": "buffer", "dtype": "f64")") ==
        "kernels[0].params[0].dtype: unknown dtype 'f64'");
  CHECK(param(R"("name": "A", "kind": "buffer", "dtype": 32)") ==
        "kernels[0].params[0].dtype: expected a string");
  CHECK(param(start + R"(, "access": "rw")") ==
        "kernels[0].params[0]: unknown access \"rw\"");
  CHECK(param(start + R"(, "shape": [])") ==
        "kernels[0].params[0].shape: must not be empty");
  CHECK(param(start + R"(, "shape": 4)") ==
        "kernels[0].params[0].shape: expected an array");
  CHECK(param(start + R"(, "shape": [4, 0])") ==
        "kernels[0].params[0].shape[1]: expected an integer from 1 to "
        "1099511627776");
  CHECK(param(start + R"(, "shape": [1048577, 1048576])") ==
        "kernels[0].params[0].shape: more than 1099511627776 elements");
  CHECK(param(start + R"(, "shape": [1048576, 1048576])") == "");
  CHECK(param(start + R"(, "shape": [4, 4], "stride": [4])") ==
        "kernels[0].params[0].stride: expected one stride for each dimension "
        "of the shape");
  CHECK(param(start + R"(, "stride": [4])") ==
        "kernels[0].params[0].stride: expected one stride for each dimension "
        "of the shape");
  CHECK(param(start + R"(, "shape": [4], "stride": [-1])") ==
        "kernels[0].params[0].stride[0]: expected an integer from 0 to "
        "1099511627776");
  CHECK(param(start + R"(, "shape": [3], "stride": [1099511627776])") ==
        "kernels[0].params[0].stride: more than 1099511627776 elements");
  // What counts is the last element, not the product of the strides.
  CHECK(param(start + R"(, "shape": [256, 256, 256, 256],
                          "stride": [16777216, 65536, 256, 1])") == "");
  CHECK(param(start + R"(, "shape": [4, 8], "stride": [0, 1])") == "");
  CHECK(param(start + R"(, "loc": [9, 1, 0, 1, 0])") ==
        "kernels[0].params[0].loc: file 9 is not in 'files'");
  CHECK(errorOf(document("", "[{" + start + "}, {" + start + "}]")) ==
        "kernels[0].params[1]: two parameters are called 'A'");
}

TEST_CASE("ops and regions have the schema's members") {
  CHECK(bodyError("1") == "[0]: expected an object");
  CHECK(bodyError("{}") == "[0]: missing 'op'");
  CHECK(bodyError(R"({"op": "add"})") == "[0]: missing 'loc'");
  CHECK(bodyError(op("nope")) == "[0]: unknown op 'nope'");
  CHECK(bodyError(op("add", R"("in": "x")")) == "[0].in: expected an array");
  CHECK(bodyError(op("add", R"("in": [1])")) == "[0].in[0]: expected a string");
  CHECK(bodyError(op("add", R"("in": [""])")) ==
        "[0].in[0]: must not be empty");
  CHECK(bodyError(op("add", R"("out": ["%0"])")) ==
        "[0].out[0]: expected [name, type]");
  CHECK(bodyError(op("add", R"("out": [["x", "f32"]])")) ==
        "[0].out[0]: a value's name starts with '%', got 'x'");
  CHECK(bodyError(op("add", R"("out": [["%", "f32"]])")) ==
        "[0].out[0]: a value's name starts with '%', got '%'");
  CHECK(bodyError(op("add", R"("out": [["%0", "f64"]])")) ==
        "[0].out[0][1]: unknown type 'f64'");
  CHECK(bodyError(op("add", R"("attrs": [])")) ==
        "[0].attrs: expected an object");
  CHECK(bodyError(op("add", R"("attrs": {"nuw": true})")) ==
        "[0].attrs.nuw: unknown attribute");
  CHECK(bodyError(op("add", R"("attrs": {"value": null})")) ==
        "[0].attrs.value: expected a number, a bool, \"nan\", \"inf\" or "
        "\"-inf\"");
  CHECK(bodyError(op("add", R"("attrs": {"value": "infinity"})")) ==
        "[0].attrs.value: expected a number, a bool, \"nan\", \"inf\" or "
        "\"-inf\"");
  CHECK(bodyError(op("add", R"("attrs": {"dim": 0})")) ==
        "[0].attrs.dim: expected a string");
  CHECK(bodyError(op("add", R"("name": "")")) == "[0].name: must not be empty");
  CHECK(bodyError(op("if", R"("regions": {})")) ==
        "[0].regions: expected an array");
  CHECK(bodyError(op("if", R"("regions": [1])")) ==
        "[0].regions[0]: expected an object");
  CHECK(bodyError(op("if", R"("regions": [{}])")) ==
        "[0].regions[0]: missing 'body'");
  CHECK(bodyError(op("if", R"("regions": [{"body": [], "args": [1]}])")) ==
        "[0].regions[0].args[0]: expected [name, type]");
  CHECK(bodyError(op("if", R"("regions": [{"body": [], "yield": [1]}])")) ==
        "[0].regions[0].yield[0]: expected a string");
  CHECK(bodyError(op("if", R"("regions": [{"body": [{"op": "x"}]}])")) ==
        "[0].regions[0].body[0]: unknown op 'x'");
}

TEST_CASE("null counts as left out where a member is optional") {
  CHECK(bodyError(op("barrier", R"("in": null, "out": null, "regions": null,
                     "name": null, "attrs": {"mem_flags": "mem_none"})")) ==
        "");
}

TEST_CASE("a document beyond 64 MiB is refused before it is parsed") {
  std::string text(maxDocumentBytes, ' ');
  text[0] = '[', text[1] = ']';
  CHECK(errorOf(text) == "the document must be a JSON object");
  CHECK(errorOf(text + " ") == "the document is larger than 64 MiB");
}

TEST_CASE("regions nest 200 deep and no deeper") {
  auto nested = [](unsigned depth) {
    std::string body;
    for (unsigned i = 0; i < depth; ++i)
      body = op("if", R"("in": ["%c"], "regions": [{"body": [)" + body +
                          R"(]}, {"body": []}])");
    return document(constant("c", "b1", "true") + ", " + body);
  };
  CHECK(errorOf(nested(maxRegionDepth)) == "");
  std::string message = errorOf(nested(maxRegionDepth + 1));
  CHECK(message.find("kernels[0].body[1].regions[0].body[0].regions[0]") == 0);
  CHECK(message.find(": regions are nested deeper than 200") !=
        std::string::npos);
}

TEST_CASE("nested arrays cannot exhaust the stack") {
  CHECK(errorOf(std::string(10'000'000, '[')) ==
        "arrays and objects are nested too deeply");
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i)
    objects += "{\"a\":";
  CHECK(errorOf(objects) == "arrays and objects are nested too deeply");
}

TEST_CASE("a kernel has at most a million ops") {
  const std::string barrier = R"({"op":"simd_barrier","loc":[0,1,0,1,0]})";
  std::string body;
  body.reserve((barrier.size() + 1) * (maxOpsPerKernel + 1));
  // The attribute is missing, so that what follows the limit is not reached.
  for (size_t i = 0; i < maxOpsPerKernel; ++i)
    body += barrier + ",";
  CHECK(bodyError(body + barrier) ==
        "[1000000]: more than 1000000 ops in a kernel");
}
