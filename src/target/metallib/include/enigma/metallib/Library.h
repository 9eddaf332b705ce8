// The metallib container in memory, its reader and its writer (reference
// section 1).
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace enigma::metallib {

/// TYPE tag of a function group.
enum class FunctionType : uint8_t {
  Vertex = 0,
  Fragment = 1,
  Kernel = 2,
  Unqualified = 3,
  Visible = 4,
  Extern = 5,
  Intersection = 6,
  Mesh = 7,
  Object = 8,
};

/// One entry of the CNST tag, in the order of `air.function_constants`.
struct FunctionConstant {
  std::string name;
  uint8_t mtlDataType = 0;
  uint16_t index = 0;
  bool required = false;
};

/// One function group with the module it points to.
struct Function {
  std::string name;
  FunctionType type = FunctionType::Kernel;
  Version air;
  Version msl;
  /// Bitcode wrapper, bitcode and zero padding: exactly the bytes that MDSZ
  /// counts.
  std::vector<uint8_t> module;
  /// SHA-256 of `module` as the file states it; the writer recomputes it.
  std::array<uint8_t, 32> hash{};
  std::vector<FunctionConstant> constants;

  /// SHA-256 of `module` as it is.
  std::array<uint8_t, 32> computeHash() const;
};

/// Fields of the 88-byte header that the writer does not derive.
struct Header {
  /// Bit 15 of the major field: set for macOS.
  bool macOS = true;
  uint16_t formatMajor = 1;
  uint16_t formatMinor = 2;
  uint16_t formatPatch = 7;
  uint8_t fileType = 0;
  /// Platform byte as stored, 0x80 (64-bit) included; 0 in files of
  /// format 1.2.5 and older.
  uint8_t platform = 0x81;
  uint16_t osMajor = 14;
  uint8_t osMinor = 0;
  uint8_t osPatch = 0;

  static Header forTarget(const Target &target);
};

struct Library {
  Header header;
  std::vector<Function> functions;

  const Function *find(llvm::StringRef name) const;
};

/// Reads a metallib of either of Apple's styles. Every offset and size is
/// checked; on malformed input the error says which structure is wrong and
/// where ("function 3: MDSZ 0x90 exceeds ..."). Hash mismatches are reported by
/// comparing `hash` with `computeHash()`, not here, so that metallib-dump can
/// describe a damaged library.
llvm::Expected<Library> readLibrary(llvm::ArrayRef<uint8_t> bytes);

/// Writes the short "tool" style: one group per function, bare ENDT extension.
std::vector<uint8_t> writeLibrary(const Library &library);

} // namespace enigma::metallib
