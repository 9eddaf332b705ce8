// Where the tests find libraries that Apple's compiler made; they are test
// data, never in the tree.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

inline std::filesystem::path appleLibraryFolder() {
  if (const char *folder = std::getenv("ENIGMA_APPLE_METALLIBS"))
    return folder;
  return std::filesystem::path(ENIGMA_SOURCE_ROOT) / ".." / "shared" /
         "apple-metallibs";
}

/// All libraries, sorted; none, with a warning that says where they were looked
/// for, when the folder is absent.
inline std::vector<std::string> appleLibraries() {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto &entry :
       std::filesystem::directory_iterator(appleLibraryFolder(), error))
    if (entry.path().extension() == ".metallib")
      files.push_back(entry.path().string());
  if (files.empty())
    WARN("skipped: no Apple libraries in " << appleLibraryFolder().string()
                                           << " ($ENIGMA_APPLE_METALLIBS)");
  std::sort(files.begin(), files.end());
  return files;
}

inline std::vector<uint8_t> readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Tool style is recognisable by its bare ENDT right after the function list
/// (reference 1.4).
inline bool isToolStyle(const std::vector<uint8_t> &bytes) {
  auto word = [&](size_t offset) {
    uint64_t value = 0;
    for (unsigned i = 0; i != 8; ++i)
      value |= uint64_t(bytes[offset + i]) << (8 * i);
    return value;
  };
  return word(24) + 4 + word(32) + 4 == word(40);
}
