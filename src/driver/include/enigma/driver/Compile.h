// One compilation: from an input file to its artifacts.
#pragma once

#include "enigma/driver/Diagnostics.h"
#include "enigma/target/Targets.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
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

/// What one job needs to know, wherever its source comes from.
struct JobOptions {
  std::set<Artifact> emit = {Artifact::Metal, Artifact::Air, Artifact::Metallib,
                             Artifact::Manifest};
  /// Whether `emit` is what the user asked for, not the default.
  bool emitIsChosen = false;
  std::vector<std::string> kernels;
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
  DiagnosticOptions diagnostics;
};

/// A command line.
struct CompileOptions : JobOptions {
  std::vector<std::string> inputs;
  /// Folder, or "-" for standard output with one artifact.
  std::string output = ".";
  std::vector<std::pair<std::string, std::string>> defines;
  bool timePasses = false;
  /// Write a dependency file: `stem.d` in the output folder, or this path.
  bool dependencies = false;
  std::string dependencyFile;
  unsigned jobs = 1;
  /// What the command line gave occasion to say; reported with the rest.
  std::vector<diag::Message> commandLineWarnings;
  /// Folder of the compile cache; empty for none.
  std::string cacheFolder;
};

/// What is wrong with the value of an option, whose name is the caller's to
/// add; the error's own text goes without it.
class OptionError : public llvm::ErrorInfo<OptionError> {
public:
  static char ID;
  using Describe = std::function<diag::Message(std::string option)>;

  explicit OptionError(Describe describe) : describe(std::move(describe)) {}
  diag::Message about(llvm::StringRef option) const {
    return describe(option.str());
  }
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

private:
  Describe describe;
};

/// What the words of an option mean; errors are OptionErrors.
llvm::Expected<Artifact> parseArtifact(llvm::StringRef name);
llvm::Expected<Toolchain> parseToolchain(llvm::StringRef name);
/// Adds a target; one that is there already is an error.
llvm::Error addTarget(std::vector<const Target *> &targets,
                      llvm::StringRef name);
llvm::Error checkAsyncCopy(llvm::StringRef mode);

/// Makes every pass known by its argument, for pipelines and dumps; once for a
/// process.
void registerPasses();

/// Compiles every input; several run in processes of their own, at most `jobs`
/// at once. Returns the exit status: that of the first input, in order, that
/// failed.
int compile(const CompileOptions &options);

} // namespace enigma::driver
