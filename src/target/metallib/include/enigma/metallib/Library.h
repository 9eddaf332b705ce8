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
#include <optional>
#include <string>
#include <vector>

namespace enigma::metallib {

/// TYPE tag of a function group. Values that later systems add are kept.
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

/// Apple's two ways to write a library (reference section 1.4): of the
/// `metallib` tool and of the linker. They differ in the order of a function
/// group's tags and in whether the size of a metadata group counts itself.
enum class Style : uint8_t { Tool, Linker };

/// A tag in the order of its file. An empty payload means that the writer
/// derives it; any other is written as it is.
struct Tag {
  uint32_t letters = 0;
  std::vector<uint8_t> payload;
};

/// One entry of the CNST tag, in the order of `air.function_constants`.
struct FunctionConstant {
  std::string name;
  uint8_t mtlDataType = 0;
  uint16_t index = 0;
  bool required = false;
};

/// DEBI: where the source of a function starts.
struct SourceLocation {
  uint32_t line = 0;
  std::string file;
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
  /// The FlatBuffer of the function's RBUF, without the padding before it.
  std::optional<std::vector<uint8_t>> reflection;
  /// Index into `Sources::archives`.
  std::optional<uint32_t> sourceArchive;
  /// The tags of the function group and of its public and private groups.
  /// Empty: those of the library's style.
  std::vector<Tag> groupTags, publicTags, privateTags;

  /// SHA-256 of `module` as it is.
  std::array<uint8_t, 32> computeHash() const;
  bool hashMatches() const { return hash == computeHash(); }
  /// What DEBI says, when the library was made with debug information.
  std::optional<SourceLocation> debugLocation() const;
  void setDebugLocation(const SourceLocation &location);
  /// What DEPF says: the object file that the function came from.
  std::optional<std::string> objectFile() const;
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

/// A part of the file behind the modules: what a tag of the header extension
/// points at, or bytes that no tag claims (`letters` 0).
struct Section {
  uint32_t letters = 0;
  /// None: the writer derives it, RLST from the functions' reflection, HSRC and
  /// HSRD from `Library::sources`.
  std::optional<std::vector<uint8_t>> bytes;
};

/// One archive of embedded sources, a bzip2-compressed tar file.
struct SourceArchive {
  std::string id;
  std::vector<uint8_t> bytes;
};

/// HSRC or HSRD: what was linked and its sources.
struct Sources {
  std::string linkCommand;
  std::string folder; ///< HSRD alone: where the linker ran
  std::vector<SourceArchive> archives;
};

struct Library {
  Header header;
  Style style = Style::Tool;
  std::vector<Function> functions;
  /// Files older than macOS 11 have no extension, not even its ENDT.
  bool hasExtension = true;
  /// Tags of the header extension. The payload of one that points at a section
  /// is empty: the writer knows where the section comes to lie.
  std::vector<Tag> extension;
  std::vector<Section> sections;
  std::optional<Sources> sources;
  /// Functions with equal modules point at one copy.
  bool sharesModules = false;
  /// In what the file's layout differs from any that the writer makes; empty
  /// for every library seen so far.
  std::vector<std::string> irregularities;

  const Function *find(llvm::StringRef name) const;
  std::optional<std::array<uint8_t, 16>> uuid() const;
  /// What HDYN calls the library; empty when there is none.
  std::string installName() const;
};

/// Reads a metallib of either of Apple's styles. Every offset and size is
/// checked; on malformed input the error says which structure is wrong and
/// where ("function 3: MDSZ 0x90 exceeds ..."). What is not known is kept as it
/// is. Hash mismatches are reported by comparing `hash` with `computeHash()`,
/// not here, so that metallib-dump can describe a damaged library.
llvm::Expected<Library> readLibrary(llvm::ArrayRef<uint8_t> bytes);

/// Writes a library; offsets, sizes and hashes are computed from it. A library
/// made from a default-constructed one comes out in the short "tool" style: one
/// group per function, bare ENDT extension. Fails when something does not fit
/// its field.
llvm::Expected<std::vector<uint8_t>> writeLibrary(const Library &library);

/// Leaves out RLST and RFLT, which Metal makes again when it needs them.
llvm::Error dropReflection(Library &library);

/// Leaves out HSRC, HSRD and SOFF.
llvm::Error dropSources(Library &library);

/// Keeps the functions that `keep` accepts. A library that loses some gets a
/// UUID of its own, made from its modules.
llvm::Error keepFunctions(Library &library,
                          llvm::function_ref<bool(const Function &)> keep);

} // namespace enigma::metallib
