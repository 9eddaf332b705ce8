// The command line's side of a compilation: files, Python and the output
// folder.
#include "FileJob.h"
#include "DiagnosticFormats.h"
#include "enigma/frontend/Frontend.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

using namespace enigma;
using namespace enigma::driver;
using llvm::StringRef;
using nlohmann::json;

FileJob::FileJob(const CompileOptions &options, std::string path,
                 DiagnosticList &diagnostics)
    : options(options), input(std::move(path)), stem(stemOf(input)),
      diagnostics(diagnostics), outputs(options.output) {}

bool FileJob::isPython() const { return StringRef(input).ends_with(".py"); }

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

ExitStatus FileJob::traceModule() {
  FrontendRequest request{input, options.defines, options.kernels};
  FrontendTimes frontendTimes;
  llvm::Expected<std::string> answer = runFrontend(request, frontendTimes);
  if (!answer)
    return fail(WrongEnvironment,
                diag::E0716{.what = "Python",
                            .reason = llvm::toString(answer.takeError())});
  times.add("python start",
            std::chrono::nanoseconds(frontendTimes.pythonStart));
  times.add("trace", std::chrono::nanoseconds(frontendTimes.trace));
  return readAnswer(*answer);
}

ExitStatus FileJob::readAnswer(StringRef answer) {
  PhaseTimes::Scope scope(times, "read trace");
  json document = json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("diagnostics"))
    return fail(
        InternalError,
        diag::E0719{.what = "the module runner's answer is not readable",
                    .material = "with the module"});
  for (const json &diagnostic : document["diagnostics"])
    diagnostics.add(diagnosticFromAnswer(diagnostic));
  if (document.contains("dependencies"))
    for (const json &path : document["dependencies"])
      if (path.is_string() && path != input)
        dependencies.push_back(path.get<std::string>());
  if (diagnostics.hasErrors())
    return WrongInput;
  if (!document.contains("trace") || !document["trace"].is_object())
    return fail(InternalError,
                diag::E0719{.what = "the module runner gave no trace and no "
                                    "error",
                            .material = "with the module"});
  source.text = document["trace"].dump(1) + "\n";
  return Done;
}

ExitStatus FileJob::load() {
  // Traces and manifests are UTF-8, and name the module.
  if (!llvm::json::isUTF8(input))
    return fail(WrongInput, diag::E0717{.path = llvm::json::fixUTF8(input)});
  if (llvm::sys::fs::is_directory(input))
    return fail(WrongInput,
                diag::E0710{.path = input, .reason = "it is a folder"});
  auto buffer = llvm::MemoryBuffer::getFile(input);
  if (!buffer)
    return fail(
        WrongEnvironment,
        diag::E0710{.path = input, .reason = buffer.getError().message()});
  dependencies = {input};
  source.path = input;
  if (isPython())
    return traceModule();
  if (!options.defines.empty())
    return fail(WrongCommandLine,
                diag::E0706{.option = "-D",
                            .problem = "needs a Python module, '" + input +
                                       "' is traced already"});
  if (options.emit.count(Artifact::Trace))
    return fail(WrongCommandLine,
                diag::E0706{.option = "--emit trace",
                            .problem = "needs a Python module"});
  source.kind = StringRef(input).ends_with(".mlir") ? SourceKind::Mlir
                                                    : SourceKind::Trace;
  source.text = (*buffer)->getBuffer().str();
  return Done;
}

ExitStatus FileJob::compileSource() {
  JobOptions jobOptions = options;
  if (isPython())
    jobOptions.kernels.clear(); // pyfront has chosen
  if (options.emit.count(Artifact::Trace))
    artifacts.push_back({Artifact::Trace, nullptr,
                         artifactFileName(stem, Artifact::Trace, nullptr),
                         source.text});
  JobSinks sinks{diagnostics, times, llvm::outs(),
                 [&](const llvm::Twine &stage) {
                   spdlog::debug("{}: {}", input, stage.str());
                 }};
  Job job(jobOptions, std::move(source), sinks);
  if (ExitStatus status = job.run(); status != Done)
    return status;
  for (MadeArtifact &made : job.takeArtifacts())
    artifacts.push_back(std::move(made));
  return Done;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

/// Make's syntax: spaces and dollars in names are escaped.
static std::string escapeForMake(StringRef path) {
  std::string text;
  for (char c : path) {
    if (c == ' ' || c == '#')
      text += '\\';
    text += c;
    if (c == '$')
      text += '$';
  }
  return text;
}

std::string FileJob::dependencyText() const {
  std::string text;
  for (const MadeArtifact &made : artifacts) {
    llvm::SmallString<256> path(options.output);
    llvm::sys::path::append(path, made.fileName);
    text += (text.empty() ? "" : " ") + escapeForMake(path);
  }
  text += ":";
  for (const std::string &path : dependencies)
    text += " " + escapeForMake(path);
  return text + "\n";
}

ExitStatus FileJob::writeOutputs() {
  if (options.output == "-") {
    llvm::outs() << artifacts.front().contents;
    llvm::outs().flush();
    return Done;
  }
  PhaseTimes::Scope scope(times, "write");
  std::string dependencyLines = dependencyText();
  for (MadeArtifact &made : artifacts)
    outputs.add(made.fileName, std::move(made.contents));
  if (options.dependencies) {
    // A path given with -MF is relative to where we are, not to the output
    // folder.
    llvm::SmallString<256> path(options.dependencyFile);
    if (!path.empty())
      llvm::sys::fs::make_absolute(path);
    outputs.add(path.empty() ? stem + ".d" : path.str().str(),
                std::move(dependencyLines));
  }
  if (llvm::Error error = outputs.commit())
    return fail(WrongEnvironment,
                diag::E0713{.problem = llvm::toString(std::move(error))});
  return Done;
}

ExitStatus FileJob::stages() {
  if (ExitStatus status = load(); status != Done)
    return status;
  if (ExitStatus status = compileSource(); status != Done)
    return status;
  return writeOutputs();
}

ExitStatus FileJob::run() {
  times.add("process start", processStartTime());
  ExitStatus status = stages();
  if (options.timePasses)
    times.print(llvm::errs());
  return status;
}
