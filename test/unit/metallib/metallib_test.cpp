// The metallib container: round trip, damage of every kind, Apple's own files.
#include "LibraryBytes.h"
#include <catch2/catch.hpp>

using namespace enigma;
using namespace enigma::metallib;
using namespace enigma::metallib::test;

TEST_CASE("a library survives writing and reading", "[metallib]") {
  Library library = makeLibrary();
  Library back = readOrFail(writeOrFail(library));
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
  CHECK(writeOrFail(back) == writeOrFail(library));
}

TEST_CASE("a library without functions is a library", "[metallib]") {
  Library library;
  library.header = Header::forTarget(*findTarget("ios18"));
  Library back = readOrFail(writeOrFail(library));
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
    std::vector<uint8_t> bytes = writeOrFail(library);
    CHECK(std::vector<uint8_t>(bytes.begin() + 4, bytes.begin() + 16) ==
          expected);
  }
}

TEST_CASE("the layout is that of the worked example", "[metallib]") {
  Library library;
  library.header = Header::forTarget(*findTarget("macos26"));
  library.functions.push_back(makeFunction("vector_add", 3104, 0));
  std::vector<uint8_t> bytes = writeOrFail(library);
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
  std::vector<uint8_t> bytes = writeOrFail(makeLibrary());
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
  const std::vector<uint8_t> bytes = writeOrFail(makeLibrary());
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
  const std::vector<uint8_t> good = writeOrFail(makeLibrary());
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
  poke(bytes, findBytes(good, "TYPE") + 4, 2, 2);
  CHECK(
      errorOf(readLibrary(bytes)).find("function 0: TYPE: 1 bytes too many") ==
      0);

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
  std::vector<uint8_t> bytes = writeOrFail(library);
  size_t second = findBytes(bytes, "OFFT");
  second += 4 + findBytes({bytes.begin() + second + 4, bytes.end()}, "OFFT");
  poke(bytes, second + 6 + 16, 0, 8);
  Library back = readOrFail(bytes);
  CHECK(back.functions[0].module == back.functions[1].module);
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
