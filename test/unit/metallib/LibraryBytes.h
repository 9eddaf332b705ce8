// Libraries made for the tests of the container, and how they are read, written
// and damaged.
#pragma once

#include "AppleLibraries.h"
#include "enigma/metallib/Library.h"
#include <algorithm>
#include <utility>

namespace enigma::metallib::test {

inline Function makeFunction(std::string name, size_t moduleSize,
                             uint8_t fill) {
  Function function;
  function.name = std::move(name);
  function.air = {2, 6};
  function.msl = {3, 1};
  function.module.assign(moduleSize, fill);
  return function;
}

/// Two kernels, one of them with function constants.
inline Library makeLibrary() {
  Library library;
  library.header = Header::forTarget(*findTarget("macos14"));
  library.functions.push_back(makeFunction("add", 32, 0xaa));
  library.functions.push_back(makeFunction("scale", 48, 0x55));
  library.functions[1].constants = {{"foo", 0x03, 0, true},
                                    {"bar", 0x35, 2, false}};
  return library;
}

template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? std::string() : llvm::toString(result.takeError());
}

inline std::vector<uint8_t> writeOrFail(const Library &library) {
  llvm::Expected<std::vector<uint8_t>> bytes = writeLibrary(library);
  if (!bytes)
    FAIL(llvm::toString(bytes.takeError()));
  return std::move(*bytes);
}

inline Library readOrFail(const std::vector<uint8_t> &bytes) {
  llvm::Expected<Library> library = readLibrary(bytes);
  if (!library)
    FAIL(llvm::toString(library.takeError()));
  return std::move(*library);
}

/// Stores `value` little-endian at `offset`.
inline void poke(std::vector<uint8_t> &bytes, size_t offset, uint64_t value,
                 unsigned size) {
  for (unsigned i = 0; i != size; ++i)
    bytes[offset + i] = uint8_t(value >> (8 * i));
}

inline size_t findBytes(const std::vector<uint8_t> &bytes,
                        const std::string &what) {
  return size_t(
      std::search(bytes.begin(), bytes.end(), what.begin(), what.end()) -
      bytes.begin());
}

constexpr uint32_t letters(const char (&text)[5]) {
  return uint32_t(text[0]) | uint32_t(text[1]) << 8 | uint32_t(text[2]) << 16 |
         uint32_t(text[3]) << 24;
}

/// A linker-style library with every kind of part.
inline Library makeFullLibrary() {
  Library library = makeLibrary();
  library.style = Style::Linker;
  library.functions[0].reflection = std::vector<uint8_t>(24, 0x11);
  library.functions[1].reflection = std::vector<uint8_t>(33, 0x22);
  library.functions[1].sourceArchive = 1;
  library.sources = Sources{
      "air-lld -o x",
      "/tmp",
      {{"0", std::vector<uint8_t>(7, 1)}, {"1", std::vector<uint8_t>(9, 2)}}};
  library.extension = {{letters("HSRD"), {}},
                       {letters("ILST"), {}},
                       {letters("RLST"), {}},
                       {letters("UUID"), std::vector<uint8_t>(16, 0xee)}};
  library.sections = {{letters("HSRD"), std::nullopt},
                      {letters("ILST"), std::vector<uint8_t>(13, 0x77)},
                      {letters("RLST"), std::nullopt}};
  return library;
}

} // namespace enigma::metallib::test
