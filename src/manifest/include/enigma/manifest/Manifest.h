// The manifest `enigma-manifest/1` in memory, its writer and its reader.
//
// A manifest says what an application needs in order to use a metallib: the
// kernels, their parameters and launch shapes, and the hashes of the artifacts
// beside it. The JSON Schema is docs/schema/manifest-1.json.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace enigma::manifest {

inline constexpr llvm::StringLiteral schemaName = "enigma-manifest/1";

/// Threads along x, y and z.
using Extent = std::array<uint32_t, 3>;

/// The default of a function constant, in the JSON type it is written as.
using ConstantValue = std::variant<bool, int64_t, uint64_t, double>;

enum class ParameterKind : uint8_t { Buffer, Scalar };
enum class Access : uint8_t { Read, Write, ReadWrite };

struct Compiler {
  std::string name;
  std::string version;
};

struct TargetFacts {
  std::string triple;
  std::string platform;
  std::string minOS;
  std::string air;
  std::string msl;
  bool fastMath = true;
  uint32_t opt = 2;
  std::string toolchain;
};

/// A file that belongs to the manifest; `path` is relative to the manifest's
/// folder.
struct Artifact {
  std::string path;
  std::string sha256;
  uint64_t size = 0;
};

struct Artifacts {
  std::optional<Artifact> metallib;
  std::optional<Artifact> air;
  std::optional<Artifact> metal;
};

/// What one of several targets has; `name` is that of the target table.
struct TargetArtifacts {
  std::string name;
  TargetFacts target;
  Artifacts artifacts;
};

struct SourceLine {
  std::string file;
  uint32_t line = 0;
};

/// One kernel parameter. What the compiler does not know (the shape of a plain
/// buffer) is empty and written as null; scalars have neither access, shape,
/// stride nor alignment.
struct Parameter {
  std::string name;
  uint32_t index = 0;
  ParameterKind kind = ParameterKind::Buffer;
  ElementType type;
  Access access = Access::Read;
  std::optional<std::vector<int64_t>> shape;
  std::optional<std::vector<int64_t>> stride;
  std::optional<uint64_t> bytes;
  uint32_t alignment = 0;
};

struct FunctionConstant {
  uint32_t index = 0;
  std::string name;
  DType dtype = DType::f32;
  std::optional<ConstantValue> defaultValue;
};

struct Kernel {
  std::string name;
  std::string pythonName;
  SourceLine source;
  std::optional<Extent> grid;
  std::optional<Extent> block;
  std::vector<Parameter> buffers;
  std::vector<FunctionConstant> functionConstants;
  uint64_t threadgroupMemoryBytes = 0;
  uint32_t maxThreadsPerThreadgroup = 1024;
  /// Hardware features beyond the target's baseline.
  std::vector<std::string> required;
};

/// One dispatch of a program of several; `bindings` give each shared buffer's
/// name its index. Who runs the program makes its intermediates, which start as
/// zeros.
struct Launch {
  std::string kernel;
  std::string program; ///< the export it belongs to; empty where nothing says
  std::vector<std::pair<std::string, uint32_t>> bindings;
  std::vector<std::string> intermediates;
  std::optional<Extent> grid;
  std::optional<Extent> block;
};

struct Manifest {
  std::string module;
  Compiler compiler;
  /// The only target, or of several one whose library every system of its
  /// platform loads that any of them is for.
  TargetFacts target;
  Artifacts artifacts;
  /// All targets, newest first, where there are several.
  std::vector<TargetArtifacts> targets;
  std::vector<Kernel> kernels;
  std::vector<Launch> launches;

  /// The kernel with this Python name or Metal name, or null.
  const Kernel *find(llvm::StringRef name) const;
};

/// Describes file contents: `path` as given, size and SHA-256 computed.
Artifact describeArtifact(llvm::StringRef path, llvm::ArrayRef<uint8_t> bytes);

/// The manifest as JSON, keys in the documented order, ending in a newline.
std::string writeManifest(const Manifest &manifest);

/// Parses and validates; errors name the JSON path
/// ("kernels[0].buffers[1].dtype: ..."). Unknown fields are ignored, unknown
/// major versions refused.
llvm::Expected<Manifest> parseManifest(llvm::StringRef text);

/// Checks that every artifact exists in `directory` with the size and SHA-256
/// stated. A missing file is `errc::no_such_file_or_directory`.
llvm::Error verifyArtifacts(const Manifest &manifest,
                            llvm::StringRef directory);

/// Reads and parses the file and verifies its artifacts.
llvm::Expected<Manifest> readManifest(llvm::StringRef path);

} // namespace enigma::manifest
