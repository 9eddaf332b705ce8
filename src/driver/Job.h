// The compilation of one module, from memory to memory.
#pragma once

#include "Timing.h"
#include "enigma/driver/Compile.h"
#include "enigma/import/Import.h"
#include "enigma/manifest/Manifest.h"
#include "enigma/msl/LinePlaces.h"
#include "enigma/xcrun/Xcrun.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include <functional>
#include <memory>

namespace enigma::driver {

/// The file's name without folder and without the suffixes that say what it is;
/// artifacts are called after it.
std::string stemOf(llvm::StringRef path);

enum class SourceKind : uint8_t { Trace, Mlir };

/// What a job compiles.
struct Source {
  SourceKind kind = SourceKind::Trace;
  /// Its name for messages. The stem is the module's, the folder that of the
  /// Python files that the source speaks of.
  std::string path;
  std::string text;
};

/// What one target's row makes of the module.
struct TargetOutputs {
  const Target *target;
  std::string metal, llvmText, air, metallib;
  /// There is no Metal source that means the module on this target.
  bool lacksMetal = false;
  /// Where the lines of `metal` come from, for what Apple's compiler says.
  MSLPlaces metalPlaces;
};

/// One artifact of a finished job.
struct MadeArtifact {
  Artifact artifact;
  /// Null for what the module has one of.
  const Target *target = nullptr;
  std::string fileName;
  std::string contents;
};

/// Where a job's by-products go.
struct JobSinks {
  DiagnosticList &diagnostics;
  PhaseTimes &times;
  /// Dumps that the options ask for.
  llvm::raw_ostream &dumps;
  /// Told what the job is about to do; may be empty.
  std::function<void(const llvm::Twine &)> log = {};
};

/// Stages run in the order of the data flow; each returns Done or the status
/// that ends the job after its diagnostics have been collected.
class Job {
public:
  Job(const JobOptions &options, Source source, const JobSinks &sinks);
  ~Job();

  /// Makes the artifacts that the options ask for. The trace is not among
  /// them: who has one has it already.
  ExitStatus run();
  std::vector<MadeArtifact> takeArtifacts() { return std::move(made); }

private:
  const JobOptions &options;
  Source source;
  std::string stem;
  DiagnosticList &diagnostics;
  PhaseTimes &times;
  llvm::raw_ostream &dumps;
  std::function<void(const llvm::Twine &)> log;

  /// One entry per target, newest first.
  std::vector<TargetOutputs> results;
  std::vector<MadeArtifact> made;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::LLVMContext llvmContext;
  bool usesXcrun = false;

  ExitStatus stages();
  ExitStatus chooseToolchain();
  ExitStatus load();
  ExitStatus importTraceText();
  ExitStatus parseMLIR();
  ExitStatus selectKernels();
  ExitStatus runPasses();
  ExitStatus emitTargets();
  ExitStatus emitMetal(TargetOutputs &made);
  ExitStatus findMetalPlaces(TargetOutputs &made);
  bool leaveOutMetal(const Target &target);
  ExitStatus emitNative(TargetOutputs &made);
  void warnWithoutLineTables(const Target &target);
  std::vector<Diagnostic> fromApple(llvm::ArrayRef<xcrun::Complaint> complaints,
                                    const TargetOutputs &made) const;
  ExitStatus emitWithXcrun(TargetOutputs &made);
  ExitStatus
  checkLibrary(const TargetOutputs &made,
               llvm::ArrayRef<std::unique_ptr<llvm::Module>> modules);
  ExitStatus collectArtifacts();
  std::string manifestText() const;

  bool wants(Artifact artifact) const { return options.emit.count(artifact); }
  /// Whether a target's artifact is wanted and there is one.
  bool makes(Artifact artifact, const TargetOutputs &made) const {
    return wants(artifact) && !(artifact == Artifact::Metal && made.lacksMetal);
  }
  bool needsAIR() const;
  std::string fileName(Artifact artifact, const Target &target) const;
  manifest::Artifacts describeArtifacts(const TargetOutputs &made) const;
  std::string sourceName();
  /// The place that a location names.
  std::optional<SourceRange> rangeOf(mlir::Location loc) const;
  template <typename Filled>
  ExitStatus fail(ExitStatus status, const Filled &filled) {
    diagnostics.add(filled);
    return status;
  }
  /// Reports a defect of the compiler, with the module that showed it in a
  /// file.
  ExitStatus internalError(const llvm::Twine &message);
};

/// Whether each target has an artifact of its own, or the module has one.
bool isPerTarget(Artifact artifact);

/// The file of an artifact; `target` is null where it is not one of several.
std::string artifactFileName(llvm::StringRef stem, Artifact artifact,
                             const Target *target);

} // namespace enigma::driver
