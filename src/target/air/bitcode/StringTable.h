// The strings of STRTAB: names of globals, then what SYMTAB refers to.
#pragma once

#include "llvm/ADT/StringMap.h"
#include <cstdint>
#include <string>
#include <utility>

namespace enigma::air {

/// Equal strings share one place, the empty one too, as in LLVM's writer.
class StringTable {
public:
  /// Offset and length of `text`.
  std::pair<uint64_t, uint64_t> add(llvm::StringRef text) {
    auto [place, isNew] = offsets.try_emplace(text, contents.size());
    if (isNew)
      contents += text;
    return {place->second, text.size()};
  }
  llvm::StringRef str() const { return contents; }

private:
  llvm::StringMap<uint64_t> offsets;
  std::string contents;
};

} // namespace enigma::air
