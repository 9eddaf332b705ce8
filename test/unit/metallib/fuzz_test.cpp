// Damaged libraries by the ten thousand, from fixed seeds: an error or a
// library that can be written again, never a crash or a flood of memory.
#include "LibraryBytes.h"
#include <catch2/catch.hpp>
#include <random>

using namespace enigma;
using namespace enigma::metallib;
using namespace enigma::metallib::test;

namespace {

using Bytes = std::vector<uint8_t>;

/// Reads what may be damaged. What it took to be a library must come out of the
/// writer as one, and as the same a second time.
bool isStillALibrary(const Bytes &bytes) {
  llvm::Expected<Library> library = readLibrary(bytes);
  if (!library) {
    std::string message = llvm::toString(library.takeError());
    CHECK_FALSE(message.empty());
    return false;
  }
  size_t held = 0;
  for (const Function &function : library->functions)
    held += function.module.size();
  CHECK(held <= bytes.size() + (size_t(256) << 20));
  llvm::Expected<Bytes> written = writeLibrary(*library);
  if (!written) {
    // Only what the reader accepts and the writer has no name for.
    UNSCOPED_INFO(llvm::toString(written.takeError()));
    CHECK(false);
    return true;
  }
  Library back = readOrFail(*written);
  for (const std::string &each : back.irregularities)
    CHECK(llvm::StringRef(each).ends_with("kept as it is"));
  bool same = writeOrFail(back) == *written;
  CHECK(same);
  return true;
}

/// A small library with everything, and Apple's small ones.
std::vector<Bytes> seeds() {
  std::vector<Bytes> files = {writeOrFail(makeLibrary()),
                              writeOrFail(makeFullLibrary())};
  for (const std::string &path : appleLibraries())
    if (std::filesystem::file_size(path) < 6000)
      files.push_back(readFile(path));
  return files;
}

uint64_t wordAt(const Bytes &bytes, size_t offset) {
  uint64_t value = 0;
  for (unsigned i = 0; i != 8; ++i)
    value |= uint64_t(bytes[offset + i]) << (8 * i);
  return value;
}

/// Bytes of the module section say nothing about the container.
bool isModuleByte(const Bytes &bytes, size_t offset) {
  uint64_t begin = wordAt(bytes, 72);
  return offset >= begin && offset < begin + wordAt(bytes, 80);
}

} // namespace

TEST_CASE("every truncation of a full library is refused", "[metallib][fuzz]") {
  const Bytes whole = writeOrFail(makeFullLibrary());
  for (size_t length = 0; length != whole.size(); ++length) {
    INFO("length " << length);
    Bytes cut(whole.begin(), whole.begin() + length);
    CHECK_FALSE(isStillALibrary(cut));
    if (length >= 88) {
      poke(cut, 16, length, 8); // the header admits it
      CHECK_FALSE(isStillALibrary(cut));
    }
  }
}

TEST_CASE("every flipped bit of the container", "[metallib][fuzz]") {
  for (const Bytes &whole : seeds()) {
    Bytes damaged = whole;
    for (size_t offset = 0; offset != whole.size(); ++offset) {
      if (isModuleByte(whole, offset))
        continue;
      for (unsigned bit = 0; bit != 8; ++bit) {
        INFO("bit " << bit << " of byte " << offset);
        damaged[offset] ^= uint8_t(1u << bit);
        (void)isStillALibrary(damaged);
        damaged[offset] = whole[offset];
      }
    }
  }
}

TEST_CASE("huge numbers everywhere", "[metallib][fuzz]") {
  const Bytes whole = writeOrFail(makeFullLibrary());
  for (size_t offset = 0; offset + 8 <= whole.size(); ++offset)
    for (auto [value, size] : {std::pair<uint64_t, unsigned>{0xffff, 2},
                               {0xffffffff, 4},
                               {0x7fffffff, 4},
                               {~uint64_t(0), 8},
                               {uint64_t(1) << 63, 8},
                               {~uint64_t(0) - 87, 8},
                               {0, 8}}) {
      INFO(size << " bytes " << value << " at " << offset);
      Bytes damaged = whole;
      poke(damaged, offset, value, size);
      (void)isStillALibrary(damaged);
    }
}

TEST_CASE("random damage of several bytes", "[metallib][fuzz]") {
  std::mt19937 random(20240917);
  auto below = [&](size_t limit) { return random() % limit; };
  size_t read = 0, tries = 0;
  for (const Bytes &whole : seeds())
    for (unsigned round = 0; round != 1500; ++round, ++tries) {
      Bytes damaged = whole;
      for (size_t edits = 1 + below(4); edits; --edits) {
        size_t offset = below(damaged.size());
        switch (below(4)) {
        case 0:
          damaged[offset] = uint8_t(random());
          break;
        case 1: // a stretch from elsewhere, as tags out of order are
          std::copy_n(whole.begin() + below(whole.size() - 8), 8,
                      damaged.begin() + std::min(offset, damaged.size() - 8));
          break;
        case 2:
          damaged.erase(damaged.begin() + offset);
          break;
        case 3:
          damaged.insert(damaged.begin() + offset, uint8_t(random()));
          break;
        }
      }
      poke(damaged, 16, damaged.size(), 8);
      read += isStillALibrary(damaged);
    }
  // Both sides are tried.
  CHECK(read > tries / 100);
  CHECK(read < tries);
}
