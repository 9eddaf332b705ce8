// The four-letter tags of the container (reference sections 1.3, 1.5, 1.6) and
// its fixed sizes.
#pragma once

#include <cstdint>

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
inline constexpr uint32_t tagConstants = tag("CNST");
/// These two carry a 32-bit length where every other tag carries 16 bits.
inline constexpr uint32_t tagReflectionBuffer = tag("RBUF");
inline constexpr uint32_t tagScriptBuffer = tag("SBUF");

inline constexpr uint64_t headerSize = 88;
inline constexpr uint16_t macOSFlag = 0x8000;
inline constexpr uint8_t platform64Bit = 0x80;

} // namespace enigma::metallib
