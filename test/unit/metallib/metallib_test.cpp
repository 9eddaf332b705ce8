// The metallib container: round trip, damage of every kind, Apple's own files.
#include "AppleLibraries.h"
#include "enigma/metallib/Library.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

using namespace enigma;
using namespace enigma::metallib;

namespace {

Function makeFunction(std::string name, size_t moduleSize, uint8_t fill) {
  Function function;
  function.name = std::move(name);
  function.air = {2, 6};
  function.msl = {3, 1};
  function.module.assign(moduleSize, fill);
  return function;
}

/// Two kernels, one of them with function constants.
Library makeLibrary() {
  Library library;
  library.header = Header::forTarget(*findTarget("macos14"));
  library.functions.push_back(makeFunction("add", 32, 0xaa));
  library.functions.push_back(makeFunction("scale", 48, 0x55));
  library.functions[1].constants = {{"foo", 0x03, 0, true},
                                    {"bar", 0x35, 2, false}};
  return library;
}

std::string errorOf(llvm::Expected<Library> library) {
  return library ? std::string() : llvm::toString(library.takeError());
}

Library readOrFail(const std::vector<uint8_t> &bytes) {
  llvm::Expected<Library> library = readLibrary(bytes);
  if (!library)
    FAIL(llvm::toString(library.takeError()));
  return std::move(*library);
}

/// Stores `value` little-endian at `offset`.
void poke(std::vector<uint8_t> &bytes, size_t offset, uint64_t value,
          unsigned size) {
  for (unsigned i = 0; i != size; ++i)
    bytes[offset + i] = uint8_t(value >> (8 * i));
}

size_t findBytes(const std::vector<uint8_t> &bytes, const std::string &what) {
  return size_t(
      std::search(bytes.begin(), bytes.end(), what.begin(), what.end()) -
      bytes.begin());
}

} // namespace

TEST_CASE("a library survives writing and reading", "[metallib]") {
  Library library = makeLibrary();
  Library back = readOrFail(writeLibrary(library));
  CHECK(back.header.macOS);
  CHECK(back.header.platform == 0x81);
  CHECK(back.header.formatPatch == 7);
  CHECK(back.header.osMajor == 14);
  REQUIRE(back.functions.size() == 2);
  CHECK(back.functions[0].name == "add");
  CHECK(back.functions[0].air == Version{2, 6});
  CHECK(back.functions[0].msl == Version{3, 1});
  CHECK(back.functions[0].module == library.functions[0].module);
  CHECK(back.functions[0].hash == library.functions[0].computeHash());
  REQUIRE(back.functions[1].constants.size() == 2);
  CHECK(back.functions[1].constants[0].name == "foo");
  CHECK(back.functions[1].constants[0].required);
  CHECK(back.functions[1].constants[1].mtlDataType == 0x35);
  CHECK(back.functions[1].constants[1].index == 2);
  CHECK_FALSE(back.functions[1].constants[1].required);
  CHECK(back.find("scale") == &back.functions[1]);
  CHECK(back.find("scal") == nullptr);
  CHECK(writeLibrary(back) == writeLibrary(library));
}

TEST_CASE("a library without functions is a library", "[metallib]") {
  Library library;
  library.header = Header::forTarget(*findTarget("ios18"));
  Library back = readOrFail(writeLibrary(library));
  CHECK(back.functions.empty());
  CHECK_FALSE(back.header.macOS);
  CHECK(back.header.platform == 0x82);
}

TEST_CASE("the header is the one the reference shows", "[metallib]") {
  const std::pair<const char *, std::vector<uint8_t>> rows[] = {
      {"macos13", {1, 0x80, 2, 0, 7, 0, 0, 0x81, 13, 0, 0, 0}},
      {"macos14", {1, 0x80, 2, 0, 7, 0, 0, 0x81, 14, 0, 0, 0}},
      {"macos15", {1, 0x80, 2, 0, 8, 0, 0, 0x81, 15, 0, 0, 0}},
      {"macos26", {1, 0x80, 2, 0, 9, 0, 0, 0x81, 26, 0, 0, 0}},
      {"ios18", {1, 0x00, 2, 0, 7, 0, 0, 0x82, 18, 0, 0, 0}},
  };
  for (const auto &[target, expected] : rows) {
    INFO(target);
    Library library;
    library.header = Header::forTarget(*findTarget(target));
    std::vector<uint8_t> bytes = writeLibrary(library);
    CHECK(std::vector<uint8_t>(bytes.begin() + 4, bytes.begin() + 16) ==
          expected);
  }
}

TEST_CASE("the layout is that of the worked example", "[metallib]") {
  Library library;
  library.header = Header::forTarget(*findTarget("macos26"));
  library.functions.push_back(makeFunction("vector_add", 3104, 0));
  std::vector<uint8_t> bytes = writeLibrary(library);
  CHECK(bytes.size() == 0xd10);
  CHECK(findBytes(bytes, "NAME") == 0x60);
  CHECK(findBytes(bytes, "TYPE") == 0x71);
  CHECK(findBytes(bytes, "HASH") == 0x78);
  CHECK(findBytes(bytes, "MDSZ") == 0x9e);
  CHECK(findBytes(bytes, "OFFT") == 0xac);
  CHECK(findBytes(bytes, "VERS") == 0xca);
  CHECK(bytes[0x5c] == 128);
  CHECK(bytes[0xe0] == 4);
}

TEST_CASE("every truncation is refused", "[metallib]") {
  std::vector<uint8_t> bytes = writeLibrary(makeLibrary());
  for (size_t length = 0; length != bytes.size(); ++length) {
    INFO("length " << length);
    std::vector<uint8_t> cut(bytes.begin(), bytes.begin() + length);
    CHECK_FALSE(errorOf(readLibrary(cut)).empty());
    // Also when the header admits it: something inside must then be cut off.
    if (length >= 88) {
      poke(cut, 16, length, 8);
      CHECK_FALSE(errorOf(readLibrary(cut)).empty());
    }
  }
}

TEST_CASE("no flipped bit crashes the reader", "[metallib]") {
  const std::vector<uint8_t> bytes = writeLibrary(makeLibrary());
  size_t noticed = 0;
  for (size_t offset = 0; offset != bytes.size(); ++offset)
    for (unsigned bit = 0; bit != 8; ++bit) {
      std::vector<uint8_t> damaged = bytes;
      damaged[offset] ^= uint8_t(1u << bit);
      llvm::Expected<Library> library = readLibrary(damaged);
      if (!library) {
        llvm::consumeError(library.takeError());
        ++noticed;
        continue;
      }
      for (const Function &function : library->functions)
        if (function.hash != function.computeHash())
          ++noticed;
    }
  // Module bytes and hashes alone are (32 + 48) + 2 * 32 bytes.
  CHECK(noticed > 144 * 8);
}

TEST_CASE("errors name the structure and the offset", "[metallib]") {
  const std::vector<uint8_t> good = writeLibrary(makeLibrary());
  std::vector<uint8_t> bytes = good;

  CHECK(errorOf(readLibrary({})) ==
        "header: magic needs 4 bytes at offset 0x0, 0 are left");
  bytes[0] = 'X';
  CHECK(errorOf(readLibrary(bytes)) ==
        "header: not a metallib, the magic is not MTLB");

  bytes = good;
  bytes.push_back(0);
  CHECK(errorOf(readLibrary(bytes)).find("states a file size of") !=
        std::string::npos);

  bytes = good;
  poke(bytes, findBytes(good, "MDSZ") + 6, 0x1000, 8);
  CHECK(errorOf(readLibrary(bytes)) ==
        "function 0 (add): MDSZ 0x1000 at module offset 0x0 exceeds the module "
        "section of 0x50 bytes");

  bytes = good;
  poke(bytes, findBytes(good, "TYPE") + 6, 9, 1);
  CHECK(errorOf(readLibrary(bytes))
            .find("function 0: TYPE: function type 9 is unknown") == 0);

  bytes = good;
  bytes[findBytes(good, "VERS")] = 'X';
  CHECK(errorOf(readLibrary(bytes)).find("tag VERS is missing") !=
        std::string::npos);

  bytes = good;
  poke(bytes, 88, 0xffffffff, 4);
  CHECK(errorOf(readLibrary(bytes)).find("function list: function 2 group") ==
        0);
}

TEST_CASE("one module may serve several functions, within a limit",
          "[metallib]") {
  // As dxmt writes them: every function points at module offset 0.
  Library library;
  library.header = Header::forTarget(*findTarget("macos14"));
  library.functions.push_back(makeFunction("a", 16, 1));
  library.functions.push_back(makeFunction("b", 16, 1));
  std::vector<uint8_t> bytes = writeLibrary(library);
  size_t second = findBytes(bytes, "OFFT");
  second += 4 + findBytes({bytes.begin() + second + 4, bytes.end()}, "OFFT");
  poke(bytes, second + 6 + 16, 0, 8);
  Library back = readOrFail(bytes);
  CHECK(back.functions[0].module == back.functions[1].module);
}

TEST_CASE("Apple's libraries are read whole", "[metallib]") {
  auto files = appleLibraries();
  if (files.empty())
    return;
  for (const auto &path : files) {
    INFO(path);
    Library library = readOrFail(readFile(path));
    CHECK_FALSE(library.functions.empty());
    for (const Function &function : library.functions) {
      CHECK(function.hash == function.computeHash());
      CHECK(function.module.size() % 16 == 0);
    }
    // What the writer keeps survives in its own style too.
    std::vector<uint8_t> repacked = writeLibrary(library);
    Library back = readOrFail(repacked);
    CHECK(back.functions.size() == library.functions.size());
    CHECK(writeLibrary(back) == repacked);
  }
}

TEST_CASE("Apple's tool-style libraries are re-created byte for byte",
          "[metallib]") {
  auto files = appleLibraries();
  if (files.empty())
    return;
  size_t checked = 0;
  for (const auto &path : files) {
    std::vector<uint8_t> bytes = readFile(path);
    Library library = readOrFail(bytes);
    if (!isToolStyle(bytes))
      continue;
    INFO(path);
    CHECK(writeLibrary(library) == bytes);
    ++checked;
  }
  CHECK(checked >= 1);
}

TEST_CASE("an Apple library is refused at every truncation", "[metallib]") {
  auto files = appleLibraries();
  if (files.empty())
    return;
  std::vector<uint8_t> bytes = readFile(files.front());
  for (size_t length = 0; length != bytes.size(); ++length)
    REQUIRE_FALSE(
        errorOf(readLibrary(llvm::ArrayRef(bytes).take_front(length))).empty());
}
