// The compilation of one input.
#pragma once

#include "OutputFiles.h"
#include "Timing.h"
#include "enigma/driver/Compile.h"
#include "enigma/import/Import.h"
#include "enigma/manifest/Manifest.h"
#include "enigma/msl/LinePlaces.h"
#include "enigma/xcrun/Xcrun.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include <memory>

namespace enigma::driver {

/// The file's name without folder and without the suffixes that say what it is;
/// artifacts are called after it.
std::string stemOf(llvm::StringRef path);

/// What one target's row makes of the module.
struct TargetOutputs {
  const Target *target;
  std::string metal, llvmText, air, metallib;
  /// There is no Metal source that means the module on this target.
  bool lacksMetal = false;
  /// Where the lines of `metal` come from, for what Apple's compiler says.
  MSLPlaces metalPlaces;
};

/// Stages run in the order of the data flow; each returns Done or the status
/// that ends the job after its diagnostics have been collected.
class Job {
public:
  Job(const CompileOptions &options, std::string input);
  ~Job();

  /// Compiles and writes the artifacts. Diagnostics go to standard error, dumps
  /// to standard output.
  ExitStatus run();

private:
  const CompileOptions &options;
  std::string input;
  std::string stem;
  DiagnosticList diagnostics;
  PhaseTimes times;
  OutputFiles outputs;

  /// Every Python file the module needs; for the dependency file.
  std::vector<std::string> dependencies;
  std::string traceText;
  /// One entry per target, newest first.
  std::vector<TargetOutputs> results;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::LLVMContext llvmContext;
  bool usesXcrun = false;

  ExitStatus stages();
  ExitStatus chooseToolchain();
  ExitStatus load();
  ExitStatus traceModule();
  ExitStatus readAnswer(llvm::StringRef answer);
  ExitStatus importTraceText(llvm::StringRef text);
  ExitStatus parseMLIR(llvm::StringRef text);
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
  ExitStatus writeOutputs();
  std::string manifestText() const;
  std::string dependencyText() const;

  bool wants(Artifact artifact) const { return options.emit.count(artifact); }
  /// Whether a target's artifact is wanted and there is one.
  bool makes(Artifact artifact, const TargetOutputs &made) const {
    return wants(artifact) && !(artifact == Artifact::Metal && made.lacksMetal);
  }
  bool needsAIR() const;
  std::string fileName(Artifact artifact) const;
  /// The file of an artifact that each target has one of.
  std::string fileName(Artifact artifact, const Target &target) const;
  manifest::Artifacts describeArtifacts(const TargetOutputs &made) const;
  std::string sourceName();
  void collectFromPython(llvm::StringRef json);
  /// A diagnostic at the place that a location names.
  Diagnostic diagnosticAt(mlir::Location loc) const;
  ExitStatus fail(ExitStatus status, const llvm::Twine &message);
  /// Reports a defect of the compiler, with the module that showed it in a
  /// file.
  ExitStatus internalError(const llvm::Twine &message);
};

} // namespace enigma::driver
