// The target table as C++ data; see Targets.def. Nothing else in the compiler
// asks which OS it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace enigma {

enum class Platform : uint8_t { MacOS = 1, IOS = 2, IOSSimulator = 7 };

/// What manifests call a platform.
constexpr std::string_view platformName(Platform platform) {
  switch (platform) {
  case Platform::MacOS:
    return "macos";
  case Platform::IOS:
    return "ios";
  case Platform::IOSSimulator:
    return "ios-simulator";
  }
  return {};
}

/// Which generation of LLVM bitcode the target's readers take (reference
/// section 4.3).
enum class BitcodeDialect : uint8_t { Old, New };

struct Version {
  uint16_t major = 0;
  uint16_t minor = 0;
  friend constexpr auto operator<=>(const Version &, const Version &) = default;
};

/// One row of the target table.
struct Target {
  std::string_view name;
  std::string_view triple;
  Platform platform;
  Version os;
  Version air;
  Version msl;
  BitcodeDialect dialect;
  uint16_t containerPatch;
};

inline constexpr std::array targetTable = {
#define ENIGMA_TARGET(NAME, TRIPLE, PLATFORM, OS_MAJOR, OS_MINOR, AIR_MINOR,   \
                      MSL_MAJOR, MSL_MINOR, DIALECT, PATCH)                    \
  Target{#NAME,                                                                \
         TRIPLE,                                                               \
         Platform::PLATFORM,                                                   \
         {OS_MAJOR, OS_MINOR},                                                 \
         {2, AIR_MINOR},                                                       \
         {MSL_MAJOR, MSL_MINOR},                                               \
         BitcodeDialect::DIALECT,                                              \
         PATCH},
#include "enigma/target/Targets.def"
#undef ENIGMA_TARGET
};

/// The default: bfloat exists, and the library loads on every system from macOS
/// 14 on.
inline constexpr std::string_view defaultTargetName = "macos14";

/// The row called `name`, or null.
constexpr const Target *findTarget(std::string_view name) {
  for (const Target &target : targetTable)
    if (target.name == name)
      return &target;
  return nullptr;
}

} // namespace enigma
