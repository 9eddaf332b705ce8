// The compilation of one input.
#pragma once

#include "OutputFiles.h"
#include "Timing.h"
#include "enigma/driver/Compile.h"
#include "enigma/import/Import.h"
#include "enigma/manifest/Manifest.h"
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
};

/// Stages run in the order of the data flow; each returns Done or the status
/// that ends the job after its diagnostics have been collected.
class Job {
public:
  /// What it finds goes to `diagnostics`, which is the caller's to print.
  Job(const CompileOptions &options, std::string input,
      DiagnosticList &diagnostics);
  ~Job();

  /// Compiles and writes the artifacts. Dumps go to standard output.
  ExitStatus run();

private:
  const CompileOptions &options;
  std::string input;
  std::string stem;
  DiagnosticList &diagnostics;
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
  ExitStatus emitNative(TargetOutputs &made);
  ExitStatus emitWithXcrun(TargetOutputs &made);
  ExitStatus
  checkLibrary(const TargetOutputs &made,
               llvm::ArrayRef<std::unique_ptr<llvm::Module>> modules);
  ExitStatus writeOutputs();
  std::string manifestText() const;
  std::string dependencyText() const;

  bool wants(Artifact artifact) const { return options.emit.count(artifact); }
  bool needsAIR() const;
  std::string fileName(Artifact artifact) const;
  /// The file of an artifact that each target has one of.
  std::string fileName(Artifact artifact, const Target &target) const;
  manifest::Artifacts describeArtifacts(const TargetOutputs &made) const;
  std::string sourceName();
  void collectFromPython(llvm::StringRef json);
  template <typename Filled>
  ExitStatus fail(ExitStatus status, const Filled &filled) {
    diagnostics.add(filled);
    return status;
  }
  /// Reports a defect of the compiler, with the module that showed it in a
  /// file.
  ExitStatus internalError(const llvm::Twine &message);
};

} // namespace enigma::driver
