// .npy files and numbers as text.
#include "Npy.h"
#include "Failure.h"
#include "Values.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace enigma;
using namespace enigma::run;

static std::string temporaryPath(const char *name) {
  return (std::filesystem::temp_directory_path() /
          (std::string("enigma-unit-run-") + name))
      .string();
}

static std::string failureOf(auto &&action) {
  try {
    action();
  } catch (const Failure &failure) {
    return failure.message;
  }
  return "";
}

static void writeText(const std::string &path, const std::string &text) {
  std::ofstream(path, std::ios::binary) << text;
}

static std::string npyText(const std::string &dict, const std::string &elements,
                           char version = 1) {
  std::string length = {static_cast<char>(dict.size()), 0};
  if (version == 2)
    length += std::string(2, '\0');
  return std::string("\x93NUMPY") + version + '\0' + length + dict + elements;
}

TEST_CASE("arrays are written as NumPy writes them and read back") {
  std::string path = temporaryPath("array.npy");
  for (const DTypeRow &row : dtypeTable) {
    std::vector<uint8_t> bytes = generate("arange", row.dtype, 6, "");
    writeNpy(path, row.dtype, {2, 3}, bytes);
    NpyArray back = readNpy(path);
    INFO(row.name);
    CHECK(npyMatches(back.descr, row.dtype));
    CHECK(back.shape == std::vector<uint64_t>{2, 3});
    CHECK(back.bytes == bytes);
    CHECK((std::filesystem::file_size(path) - bytes.size()) % 64 == 0);
  }
  std::filesystem::remove(path);
}

TEST_CASE("types that no buffer has are read, and have no dtype") {
  std::string path = temporaryPath("wide.npy");
  writeText(path,
            npyText("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
                    std::string(8, '\0')));
  NpyArray wide = readNpy(path);
  for (const DTypeRow &row : dtypeTable)
    CHECK(!npyMatches(wide.descr, row.dtype));
  CHECK(failureOf([&] { npyDType(wide.descr, path); }) ==
        path + ": NumPy type '<f8' is not supported");
  std::filesystem::remove(path);
}

TEST_CASE("what cannot be read exactly is refused") {
  std::string path = temporaryPath("bad.npy");
  auto problem = [&](const std::string &text) {
    writeText(path, text);
    std::string message = failureOf([&] { readNpy(path); });
    size_t colon = message.find(": ");
    return colon == std::string::npos ? message : message.substr(colon + 2);
  };
  std::string four(4, '\0');
  CHECK(problem(
            npyText("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
                    four)) == "");
  CHECK(
      problem(npyText("{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
                      four, 2)) == "");
  CHECK(
      problem(npyText(
          "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", four)) ==
      "the array is in Fortran order; save numpy.ascontiguousarray(array)");
  CHECK(problem(
            npyText("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }",
                    four)) == "NumPy type '>f4' is big-endian");
  CHECK(problem(
            npyText("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }",
                    four)) == "NumPy type '<U1' is not supported");
  CHECK(problem(
            npyText("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
                    four)) == "has 4 bytes of elements, its shape needs 8");
  CHECK(problem(npyText("{'descr': '<f4', 'fortran_order': False, 'shape': "
                        "(9999999999999999999, 9), }",
                        four)) == "the shape is too large");
  CHECK(problem("\x93NUMPY\x03") == "not a .npy file");
  CHECK(problem("hello, this is not one") == "not a .npy file");
  std::string whole = npyText(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", four);
  for (size_t length = 0; length < whole.size(); ++length)
    CHECK(problem(whole.substr(0, length)) != "");
  std::filesystem::remove(path);
  CHECK(failureOf([&] { readNpy(path); }) == "cannot read '" + path + "'");
}

TEST_CASE("scalars are parsed into their type or refused") {
  auto bytes = [](const char *text, DType dtype) {
    return parseScalar(text, dtype, "--scalar s");
  };
  CHECK(bytes("2.5", DType::f32) == std::vector<uint8_t>{0, 0, 0x20, 0x40});
  CHECK(bytes("1", DType::bf16) == std::vector<uint8_t>{0x80, 0x3f});
  CHECK(bytes("-1", DType::i16) == std::vector<uint8_t>{0xff, 0xff});
  CHECK(bytes("true", DType::b1) == std::vector<uint8_t>{1});
  CHECK(bytes("18446744073709551615", DType::u64) ==
        std::vector<uint8_t>(8, 0xff));
  for (auto [text, dtype] : {std::pair("256", DType::u8),
                             {"-1", DType::u32},
                             {"1.5", DType::i32},
                             {"128", DType::i8},
                             {"2", DType::b1},
                             {"18446744073709551615", DType::i64}}) {
    INFO(text);
    CHECK(failureOf([&] { bytes(text, dtype); }).find("is not a value of") !=
          std::string::npos);
  }
  CHECK(failureOf([&] { bytes("1x", DType::i32); }) ==
        "--scalar s: '1x' is not a number");
}

TEST_CASE("generated values and their printed form") {
  CHECK(formatElements(generate("arange", DType::f16, 4, ""), DType::f16, 4) ==
        "0 1 2 3");
  CHECK(formatElements(generate("ones", DType::i8, 2, ""), DType::i8, 9) ==
        "1 1");
  CHECK(formatElements({0xfe, 0xff}, DType::i16, 1) == "-2");
  CHECK(generate("random:7", DType::f32, 100, "") ==
        generate("random:7", DType::f32, 100, ""));
  CHECK(generate("random:7", DType::f32, 100, "") !=
        generate("random:8", DType::f32, 100, ""));
  CHECK(failureOf([] { generate("twos", DType::f32, 1, "--fill X"); }) ==
        "--fill X: expected zeros, ones, arange or random:SEED, not 'twos'");
}
