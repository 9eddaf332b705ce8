// The compilation of one file of the command line: reads it, traces it if it is
// Python, and writes what the job makes of it.
#pragma once

#include "Job.h"
#include "OutputFiles.h"

namespace enigma::driver {

class FileJob {
public:
  /// What it finds goes to `diagnostics`, which is the caller's to print.
  FileJob(const CompileOptions &options, std::string input,
          DiagnosticList &diagnostics);

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
  Source source;
  std::vector<MadeArtifact> artifacts;

  ExitStatus stages();
  ExitStatus load();
  ExitStatus traceModule();
  ExitStatus readAnswer(llvm::StringRef answer);
  ExitStatus compileSource();
  ExitStatus writeOutputs();
  std::string dependencyText() const;
  bool isPython() const;
  template <typename Filled>
  ExitStatus fail(ExitStatus status, const Filled &filled) {
    diagnostics.add(filled);
    return status;
  }
};

} // namespace enigma::driver
