// The four-letter tags of the container (reference sections 1.3, 1.5, 1.6) and
// its fixed sizes.
#pragma once

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace enigma::metallib {

constexpr uint32_t tag(const char (&letters)[5]) {
  return uint32_t(uint8_t(letters[0])) | uint32_t(uint8_t(letters[1])) << 8 |
         uint32_t(uint8_t(letters[2])) << 16 |
         uint32_t(uint8_t(letters[3])) << 24;
}

inline constexpr uint32_t tagMagic = tag("MTLB");
inline constexpr uint32_t tagEnd = tag("ENDT");
inline constexpr uint32_t tagName = tag("NAME");
inline constexpr uint32_t tagType = tag("TYPE");
inline constexpr uint32_t tagHash = tag("HASH");
inline constexpr uint32_t tagModuleSize = tag("MDSZ");
inline constexpr uint32_t tagOffsets = tag("OFFT");
inline constexpr uint32_t tagVersions = tag("VERS");
inline constexpr uint32_t tagSourceOffset = tag("SOFF");
inline constexpr uint32_t tagReflectionOffset = tag("RFLT");
inline constexpr uint32_t tagConstants = tag("CNST");
inline constexpr uint32_t tagDebugLocation = tag("DEBI");
inline constexpr uint32_t tagDependency = tag("DEPF");
inline constexpr uint32_t tagSources = tag("HSRC");
inline constexpr uint32_t tagSourcesWithFolder = tag("HSRD");
inline constexpr uint32_t tagDynamicHeader = tag("HDYN");
inline constexpr uint32_t tagReflectionList = tag("RLST");
inline constexpr uint32_t tagReflectionBuffer = tag("RBUF");
inline constexpr uint32_t tagSourceArchive = tag("SARC");
inline constexpr uint32_t tagUUID = tag("UUID");

/// What is known about a tag's form; ENDT has neither length nor payload.
struct TagRow {
  uint32_t letters;
  const char *meaning;
  bool wideLength = false; ///< a 32-bit length, where others have 16 bits
  bool section = false;    ///< in the header extension: (offset, size) of a
                           ///< section of the file
};

inline constexpr TagRow tagTable[] = {
    {tagName, "name"},
    {tagType, "function type"},
    {tagHash, "SHA-256 of the module"},
    {tagModuleSize, "module size"},
    {tagOffsets, "offsets"},
    {tagVersions, "AIR and Metal version"},
    {tagSourceOffset, "source archive offset"},
    {tagReflectionOffset, "reflection offset"},
    {tag("LAYR"), "layered rendering"},
    {tag("TESS"), "tessellation"},
    {tagConstants, "function constants"},
    {tag("VATT"), "vertex attributes"},
    {tag("VATY"), "vertex attribute types"},
    {tag("RETR"), "return reflection"},
    {tag("ARGR"), "argument reflection"},
    {tagDebugLocation, "source line"},
    {tagDependency, "object file"},
    {tagSources, "embedded sources", false, true},
    {tagSourcesWithFolder, "embedded sources", false, true},
    {tagDynamicHeader, "dynamic header", false, true},
    {tag("VLST"), "exported variables", false, true},
    {tag("ILST"), "imported symbols", false, true},
    {tagReflectionList, "reflection", false, true},
    {tag("SLST"), "scripts", false, true},
    {tagUUID, "UUID"},
    {tag("DYNL"), "dynamic library"},
    {tagReflectionBuffer, "reflection buffer", true},
    {tag("SBUF"), "script buffer", true},
    {tagSourceArchive, "source archive", true},
};

/// The row of a tag, or null for one that is not known.
constexpr const TagRow *findTag(uint32_t letters) {
  for (const TagRow &row : tagTable)
    if (row.letters == letters)
      return &row;
  return nullptr;
}

/// The letters as text, what cannot be printed as '?'.
inline std::string spell(uint32_t letters) {
  std::string text;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    char letter = char(letters >> shift);
    text += llvm::isPrint(letter) ? letter : '?';
  }
  return text;
}

inline llvm::StringRef meaningOf(uint32_t letters) {
  const TagRow *row = findTag(letters);
  return row ? row->meaning : "unknown";
}

inline constexpr uint64_t headerSize = 88;
inline constexpr uint16_t macOSFlag = 0x8000;
inline constexpr uint8_t platform64Bit = 0x80;
/// Reflection buffers are placed so that their FlatBuffer starts at a multiple
/// of this in the file.
inline constexpr uint64_t reflectionAlignment = 16;

} // namespace enigma::metallib
