// One compilation: from an input file to its artifacts.
#pragma once

#include "enigma/driver/Diagnostics.h"
#include "enigma/target/Targets.h"
#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace enigma::driver {

/// Exit status of the tools (the command line's contract).
enum ExitStatus : int {
  Done = 0,
  WrongInput = 1,
  WrongCommandLine = 2,
  WrongEnvironment = 3,
  InternalError = 70,
};

enum class Toolchain : uint8_t { Native, Xcrun, Auto };

/// Everything a run can leave in the output folder; the order is that of the
/// pipeline.
enum class Artifact : uint8_t {
  Trace,
  Mlir,
  Metal,
  Llvm,
  Air,
  Metallib,
  Manifest
};

/// "trace", ..., and the suffix of its file.
struct ArtifactRow {
  Artifact artifact;
  llvm::StringRef name;
  llvm::StringRef suffix;
};
llvm::ArrayRef<ArtifactRow> artifactTable();

struct CompileOptions {
  std::vector<std::string> inputs;
  /// Folder, or "-" for standard output with one artifact.
  std::string output = ".";
  std::set<Artifact> emit = {Artifact::Metal, Artifact::Air, Artifact::Metallib,
                             Artifact::Manifest};
  /// Whether `emit` is what the user asked for, not the default.
  bool emitIsChosen = false;
  std::vector<std::string> kernels;
  std::vector<std::pair<std::string, std::string>> defines;
  /// At least one, each once. Several give each its own MSL, AIR and metallib.
  std::vector<const Target *> targets = {findTarget(defaultTargetName)};
  Toolchain toolchain = Toolchain::Auto;
  unsigned level = 2;
  bool fastMath = true;
  bool comments = true;
  /// Describe Python lines and variables in AIR and metallib.
  bool debugInfo = false;
  bool dumpIR = false;
  bool dumpMetal = false;
  bool dumpLLVM = false;
  bool dumpMLIR = false;
  /// Pass after which to dump, "all", or empty for after import.
  std::string dumpMLIRAfter;
  std::string passPipeline;
  std::string crashReproducer;
  bool timePasses = false;
  /// Write a dependency file: `stem.d` in the output folder, or this path.
  bool dependencies = false;
  std::string dependencyFile;
  unsigned jobs = 1;
  DiagnosticOptions diagnostics;
};

/// Compiles every input; several run in processes of their own, at most `jobs`
/// at once. Returns the exit status: that of the first input, in order, that
/// failed.
int compile(const CompileOptions &options);

} // namespace enigma::driver
