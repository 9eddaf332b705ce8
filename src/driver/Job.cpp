// The stages of one compilation, from reading the input to writing the
// artifacts.
#include "Job.h"
#include "DescribeModule.h"
#include "enigma/frontend/Frontend.h"
#include "enigma/msl/EmitMSL.h"
#include "enigma/transforms/Passes.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

using namespace enigma;
using namespace enigma::driver;
using llvm::StringRef;
using nlohmann::json;

static constexpr ArtifactRow artifacts[] = {
    {Artifact::Trace, "trace", ".trace.json"},
    {Artifact::Mlir, "mlir", ".mlir"},
    {Artifact::Metal, "metal", ".metal"},
    {Artifact::Llvm, "llvm", ".ll"},
    {Artifact::Air, "air", ".air"},
    {Artifact::Metallib, "metallib", ".metallib"},
    {Artifact::Manifest, "manifest", ".manifest.json"},
};

llvm::ArrayRef<ArtifactRow> driver::artifactTable() { return artifacts; }

std::string driver::stemOf(StringRef path) {
  StringRef name = llvm::sys::path::filename(path);
  for (StringRef suffix : {".trace.json", ".py", ".mlir", ".json"})
    if (name.consume_back(suffix))
      break;
  return name.str();
}

/// The place that a location names. Files in the IR are relative to the
/// module's `folder`.
static std::optional<SourceRange> rangeOf(mlir::Location loc,
                                          StringRef folder) {
  std::optional<mlir::FileLineColRange> place = findPlace(loc);
  if (!place)
    return std::nullopt;
  auto column = [](unsigned c) { return c ? c - 1 : 0; };
  llvm::SmallString<256> file(folder);
  llvm::sys::path::append(file, place->getFilename().getValue());
  return SourceRange{file.str().str(), place->getStartLine(),
                     column(place->getStartColumn()), place->getEndLine(),
                     column(place->getEndColumn())};
}

Diagnostic Job::diagnosticAt(mlir::Location loc) const {
  Diagnostic diagnostic;
  diagnostic.range = rangeOf(loc, llvm::sys::path::parent_path(input));
  return diagnostic;
}

/// By AIR version, and within one in the table's order.
static std::vector<const Target *>
newestFirst(std::vector<const Target *> targets) {
  llvm::stable_sort(targets, [](const Target *a, const Target *b) {
    return std::pair(b->air, a) < std::pair(a->air, b);
  });
  return targets;
}

Job::Job(const CompileOptions &options, std::string path)
    : options(options), input(std::move(path)), stem(stemOf(input)),
      diagnostics(options.diagnostics), outputs(options.output) {
  for (const Target *target : newestFirst(options.targets))
    results.push_back({target, {}, {}, {}, {}, false, {}});
}

Job::~Job() = default;

std::string Job::fileName(Artifact artifact) const {
  return stem + artifacts[size_t(artifact)].suffix.str();
}

static bool isPerTarget(Artifact artifact) {
  switch (artifact) {
  case Artifact::Trace:
  case Artifact::Mlir:
  case Artifact::Manifest:
    return false;
  case Artifact::Metal:
  case Artifact::Llvm:
  case Artifact::Air:
  case Artifact::Metallib:
    return true;
  }
  llvm_unreachable("every artifact belongs to the module or to a target");
}

std::string Job::fileName(Artifact artifact, const Target &target) const {
  if (results.size() == 1)
    return fileName(artifact);
  return stem + "." + std::string(target.name) +
         artifacts[size_t(artifact)].suffix.str();
}

/// What `source_filename` calls the module: the Python file that its first
/// kernel comes from, whether that was traced now or long ago; never a folder.
std::string Job::sourceName() {
  for (KernelOp kernel : module->getOps<KernelOp>())
    if (std::optional<mlir::FileLineColRange> place =
            findPlace(kernel.getLoc()))
      return llvm::sys::path::filename(place->getFilename().getValue()).str();
  return llvm::sys::path::filename(input).str();
}

ExitStatus Job::fail(ExitStatus status, const llvm::Twine &message) {
  diagnostics.error(message);
  return status;
}

ExitStatus Job::internalError(const llvm::Twine &message) {
  std::string text = ("internal error: " + message).str();
  llvm::SmallString<128> path;
  int descriptor;
  if (!options.crashReproducer.empty() &&
      llvm::sys::fs::exists(options.crashReproducer))
    text += "; please report it with " + options.crashReproducer;
  else if (module && !llvm::sys::fs::createTemporaryFile(
                         "enigmac-crash", "mlir", descriptor, path)) {
    llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
    module->print(os, mlir::OpPrintingFlags().enableDebugInfo());
    text += "; please report it with " + path.str().str();
  }
  diagnostics.error(text);
  return InternalError;
}

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

static std::optional<SourceRange> rangeFromJson(const json &object) {
  if (!object.contains("file") || !object["file"].is_string() ||
      !object.contains("line") || !object["line"].is_number_unsigned())
    return std::nullopt;
  auto number = [&](const char *key, uint32_t otherwise) {
    auto it = object.find(key);
    return it != object.end() && it->is_number_unsigned() ? it->get<uint32_t>()
                                                          : otherwise;
  };
  SourceRange range;
  range.file = object["file"].get<std::string>();
  range.line = object["line"].get<uint32_t>();
  range.column = number("col", 0);
  range.endLine = number("end_line", range.line);
  range.endColumn = number("end_col", range.column + 1);
  return range;
}

static std::string textFromJson(const json &object, const char *key) {
  auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

/// pyfront's diagnostics, as its module runner documents them.
static Diagnostic diagnosticFromJson(const json &object) {
  Diagnostic diagnostic;
  diagnostic.severity = textFromJson(object, "severity") == "warning"
                            ? Severity::Warning
                            : Severity::Error;
  diagnostic.id = textFromJson(object, "id");
  diagnostic.name = textFromJson(object, "name");
  diagnostic.message = textFromJson(object, "message");
  diagnostic.help = textFromJson(object, "help");
  diagnostic.trace = textFromJson(object, "traceback");
  diagnostic.range = rangeFromJson(object);
  if (auto notes = object.find("notes"); notes != object.end())
    for (const json &note : *notes)
      diagnostic.notes.push_back(
          {textFromJson(note, "message"), rangeFromJson(note)});
  return diagnostic;
}

ExitStatus Job::traceModule() {
  FrontendRequest request{input, options.defines, options.kernels};
  FrontendTimes frontendTimes;
  llvm::Expected<std::string> answer = runFrontend(request, frontendTimes);
  if (!answer)
    return fail(WrongEnvironment, llvm::toString(answer.takeError()));
  times.add("python start",
            std::chrono::nanoseconds(frontendTimes.pythonStart));
  times.add("trace", std::chrono::nanoseconds(frontendTimes.trace));
  if (ExitStatus status = readAnswer(*answer); status != Done)
    return status;
  return importTraceText(traceText);
}

ExitStatus Job::readAnswer(StringRef answer) {
  PhaseTimes::Scope scope(times, "read trace");
  json document = json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("diagnostics"))
    return internalError("the module runner's answer is not readable");
  for (const json &diagnostic : document["diagnostics"])
    diagnostics.add(diagnosticFromJson(diagnostic));
  if (document.contains("dependencies"))
    for (const json &path : document["dependencies"])
      if (path.is_string() && path != input)
        dependencies.push_back(path.get<std::string>());
  if (diagnostics.hasErrors())
    return WrongInput;
  if (!document.contains("trace") || !document["trace"].is_object())
    return internalError("the module runner gave no trace and no error");
  traceText = document["trace"].dump(1) + "\n";
  return Done;
}

ExitStatus Job::importTraceText(StringRef text) {
  PhaseTimes::Scope scope(times, "import");
  llvm::Expected<trace::Trace> trace = trace::readTrace(text);
  if (!trace)
    return fail(WrongInput, input + ": " + llvm::toString(trace.takeError()));
  if (options.dumpIR) {
    trace::printTrace(*trace, llvm::outs());
    llvm::outs().flush();
  }
  ImportOptions importOptions;
  importOptions.math = options.fastMath ? MathMode::fast : MathMode::precise;
  module = importTrace(*context, *trace, importOptions);
  return module ? Done : WrongInput;
}

ExitStatus Job::parseMLIR(StringRef text) {
  PhaseTimes::Scope scope(times, "import");
  if (options.dumpIR)
    return fail(WrongCommandLine,
                "--dump-ir needs a Python module or a trace, not MLIR");
  context->loadDialect<EnigmaDialect, mlir::arith::ArithDialect,
                       mlir::scf::SCFDialect>();
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(
                                 text, llvm::sys::path::filename(input)),
                             {});
  module = mlir::parseSourceFile<mlir::ModuleOp>(
      sources, mlir::ParserConfig(context.get()));
  return module ? Done : WrongInput;
}

ExitStatus Job::load() {
  // Traces and manifests are UTF-8, and name the module.
  if (!llvm::json::isUTF8(input))
    return fail(WrongInput, "the name '" + llvm::json::fixUTF8(input) +
                                "' is not UTF-8; rename it");
  if (llvm::sys::fs::is_directory(input))
    return fail(WrongInput, "'" + input + "' is a folder");
  auto buffer = llvm::MemoryBuffer::getFile(input);
  if (!buffer)
    return fail(WrongEnvironment,
                "cannot read '" + input + "': " + buffer.getError().message());
  dependencies = {input};
  if (StringRef(input).ends_with(".py"))
    return traceModule();
  if (!options.defines.empty())
    return fail(WrongCommandLine,
                "-D needs a Python module, '" + input + "' is traced already");
  ExitStatus status = StringRef(input).ends_with(".mlir")
                          ? parseMLIR((*buffer)->getBuffer())
                          : importTraceText((*buffer)->getBuffer());
  return status == Done ? selectKernels() : status;
}

/// --kernel on inputs that pyfront has not filtered.
ExitStatus Job::selectKernels() {
  for (const std::string &glob : options.kernels) {
    llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(glob);
    if (!pattern) {
      llvm::consumeError(pattern.takeError());
      return fail(WrongCommandLine, "--kernel: '" + glob + "' is not a glob");
    }
  }
  if (!options.kernels.empty()) {
    for (KernelOp kernel :
         llvm::make_early_inc_range(module->getOps<KernelOp>())) {
      bool chosen = llvm::any_of(options.kernels, [&](StringRef glob) {
        llvm::Expected<llvm::GlobPattern> pattern =
            llvm::GlobPattern::create(glob);
        return pattern && (pattern->match(kernel.getSymName()) ||
                           pattern->match(kernel.getPythonName().value_or("")));
      });
      if (!chosen)
        kernel.erase();
    }
  }
  if (module->getOps<KernelOp>().empty())
    return fail(WrongInput, input + ": there is no kernel to compile");
  return Done;
}

//===----------------------------------------------------------------------===//
// Passes and Metal
//===----------------------------------------------------------------------===//

ExitStatus Job::runPasses() {
  PhaseTimes::Scope scope(times, "passes");
  bool dumpAll = options.dumpMLIRAfter == "all";
  if (options.dumpMLIR && (dumpAll || options.dumpMLIRAfter.empty())) {
    module->print(llvm::outs());
    llvm::outs() << '\n';
  }
  mlir::PassManager manager(context.get());
  if (!options.passPipeline.empty()) {
    // Parsed on its own, as mlir-opt does: given the manager,
    // `builtin.module(...)` would mean modules inside this one.
    mlir::FailureOr<mlir::OpPassManager> pipeline =
        mlir::parsePassPipeline(options.passPipeline, llvm::errs());
    if (succeeded(pipeline) &&
        pipeline->getOpAnchorName() == mlir::ModuleOp::getOperationName())
      static_cast<mlir::OpPassManager &>(manager) = std::move(*pipeline);
    else
      return fail(WrongCommandLine, "--pass-pipeline: cannot parse '" +
                                        options.passPipeline + "'");
  } else {
    buildDefaultPipeline(manager, options.level);
  }
  if (options.dumpMLIR && !options.dumpMLIRAfter.empty())
    manager.enableIRPrinting(
        [](mlir::Pass *, mlir::Operation *) { return false; },
        [&](mlir::Pass *pass, mlir::Operation *) {
          return dumpAll || pass->getArgument() == options.dumpMLIRAfter;
        },
        /*printModuleScope=*/true, /*printAfterOnlyOnChange=*/false,
        /*printAfterOnlyOnFailure=*/false, llvm::outs());
  if (!options.crashReproducer.empty())
    manager.enableCrashReproducerGeneration(options.crashReproducer);
  bool succeededAll = succeeded(manager.run(*module));
  llvm::outs().flush();
  if (succeededAll)
    return Done;
  return diagnostics.hasErrors()
             ? WrongInput
             : internalError("a pass failed without saying why");
}

/// Metal has bfloat from 3.1 on. Older targets get AIR that does without;
/// source that did would be of no use to a reader. It is left out, and said,
/// unless somebody asked for it: then the emitter's error says why not.
bool Job::leaveOutMetal(const Target &target) {
  constexpr Version firstWithBFloat = {3, 1};
  bool isAskedFor = options.emitIsChosen && wants(Artifact::Metal);
  if (target.msl >= firstWithBFloat || isAskedFor || options.dumpMetal ||
      usesXcrun)
    return false;
  for (KernelOp kernel : module->getOps<KernelOp>())
    if (std::optional<mlir::Location> place = findBFloat(kernel)) {
      if (!wants(Artifact::Metal))
        return true;
      Diagnostic warning = diagnosticAt(*place);
      warning.severity = Severity::Warning;
      warning.name = "no-metal";
      warning.message = "no Metal source for " + std::string(target.name) +
                        ": bf16 needs Metal 3.1; air and metallib compute it "
                        "in f32";
      diagnostics.add(std::move(warning));
      return true;
    }
  return false;
}

ExitStatus Job::emitMetal(TargetOutputs &made) {
  PhaseTimes::Scope scope(times, "msl");
  made.lacksMetal = leaveOutMetal(*made.target);
  if (made.lacksMetal)
    return Done;
  MSLOptions mslOptions;
  mslOptions.comments = options.comments;
  llvm::raw_string_ostream os(made.metal);
  if (failed(emitMSL(*module, *made.target, mslOptions, os)))
    return WrongInput;
  if (options.dumpMetal)
    llvm::outs() << made.metal;
  if (usesXcrun && needsAIR())
    return findMetalPlaces(made);
  return Done;
}

/// For what Apple's compiler will say. The comments that it needs may not be
/// in the source itself, where they take a line of their own at the top.
ExitStatus Job::findMetalPlaces(TargetOutputs &made) {
  std::string commented;
  llvm::raw_string_ostream os(commented);
  if (failed(emitMSL(*module, *made.target, MSLOptions(), os)))
    return WrongInput;
  made.metalPlaces = placesOfMSL(*module, commented);
  if (!options.comments)
    made.metalPlaces.erase(made.metalPlaces.begin());
  return Done;
}

ExitStatus Job::emitTargets() {
  for (TargetOutputs &made : results) {
    spdlog::debug("{}: metal for {}", input, made.target->name);
    if (ExitStatus status = emitMetal(made); status != Done)
      return status;
    if (!needsAIR())
      continue;
    spdlog::debug("{}: air and metallib, {}, for {}", input,
                  usesXcrun ? "xcrun" : "native", made.target->name);
    if (ExitStatus status = usesXcrun ? emitWithXcrun(made) : emitNative(made);
        status != Done)
      return status;
  }
  return Done;
}

bool Job::needsAIR() const {
  return options.dumpLLVM || wants(Artifact::Llvm) || wants(Artifact::Air) ||
         wants(Artifact::Metallib) || wants(Artifact::Manifest);
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

manifest::Artifacts Job::describeArtifacts(const TargetOutputs &made) const {
  auto describe = [&](Artifact artifact, StringRef contents) {
    std::optional<manifest::Artifact> entry;
    if (makes(artifact, made))
      entry = manifest::describeArtifact(fileName(artifact, *made.target),
                                         llvm::arrayRefFromStringRef(contents));
    return entry;
  };
  return {describe(Artifact::Metallib, made.metallib),
          describe(Artifact::Air, made.air),
          describe(Artifact::Metal, made.metal)};
}

std::string Job::manifestText() const {
  manifest::Manifest manifest;
  manifest.module = stem;
  manifest.compiler = {"enigmac", ENIGMA_VERSION};
  auto describe = [&](const TargetOutputs &made) {
    return manifest::TargetArtifacts{
        std::string(made.target->name),
        describeTarget(*made.target, options.fastMath, options.level,
                       usesXcrun ? "xcrun" : "native"),
        describeArtifacts(made)};
  };
  // A reader that takes one library gets the oldest of the platform that was
  // named first: newer systems load it as well.
  const TargetOutputs *oldest = nullptr;
  for (const TargetOutputs &made : results)
    if (made.target->platform == options.targets.front()->platform)
      oldest = &made;
  manifest::TargetArtifacts main = describe(*oldest);
  manifest.target = std::move(main.target);
  manifest.artifacts = std::move(main.artifacts);
  if (results.size() > 1)
    for (const TargetOutputs &made : results)
      manifest.targets.push_back(describe(made));
  manifest.kernels = describeKernels(*module, !usesXcrun);
  return manifest::writeManifest(manifest);
}

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

std::string Job::dependencyText() const {
  std::string text;
  for (const ArtifactRow &row : artifactTable()) {
    if (!wants(row.artifact))
      continue;
    auto add = [&](const std::string &name) {
      llvm::SmallString<256> path(options.output);
      llvm::sys::path::append(path, name);
      text += (text.empty() ? "" : " ") + escapeForMake(path);
    };
    if (!isPerTarget(row.artifact))
      add(fileName(row.artifact));
    else
      for (const TargetOutputs &made : results)
        if (makes(row.artifact, made))
          add(fileName(row.artifact, *made.target));
  }
  text += ":";
  for (const std::string &path : dependencies)
    text += " " + escapeForMake(path);
  return text + "\n";
}

ExitStatus Job::writeOutputs() {
  std::string mlirText;
  auto contents = [&](Artifact artifact,
                      const TargetOutputs &made) -> std::string {
    switch (artifact) {
    case Artifact::Trace:
      return traceText;
    case Artifact::Mlir: {
      llvm::raw_string_ostream os(mlirText);
      module->print(os, mlir::OpPrintingFlags().enableDebugInfo());
      return mlirText + "\n";
    }
    case Artifact::Metal:
      return made.metal;
    case Artifact::Llvm:
      return made.llvmText;
    case Artifact::Air:
      return made.air;
    case Artifact::Metallib:
      return made.metallib;
    case Artifact::Manifest:
      return manifestText();
    }
    llvm_unreachable("every artifact has contents");
  };
  if (wants(Artifact::Trace) && traceText.empty())
    return fail(WrongCommandLine, "--emit trace needs a Python module");
  if (options.output == "-") {
    llvm::outs() << contents(*options.emit.begin(), results.front());
    llvm::outs().flush();
    return Done;
  }
  PhaseTimes::Scope scope(times, "write");
  for (Artifact artifact : options.emit) {
    if (!isPerTarget(artifact)) {
      outputs.add(fileName(artifact), contents(artifact, results.front()));
      continue;
    }
    for (const TargetOutputs &made : results)
      if (makes(artifact, made))
        outputs.add(fileName(artifact, *made.target), contents(artifact, made));
  }
  if (options.dependencies) {
    // A path given with -MF is relative to where we are, not to the output
    // folder.
    llvm::SmallString<256> path(options.dependencyFile);
    if (!path.empty())
      llvm::sys::fs::make_absolute(path);
    outputs.add(path.empty() ? stem + ".d" : path.str().str(),
                dependencyText());
  }
  if (llvm::Error error = outputs.commit())
    return fail(WrongEnvironment, llvm::toString(std::move(error)));
  return Done;
}

//===----------------------------------------------------------------------===//
// The job
//===----------------------------------------------------------------------===//

/// Turns MLIR's diagnostics into ours.
static Diagnostic diagnosticFromMLIR(mlir::Diagnostic &source,
                                     StringRef folder) {
  auto range = [&](mlir::Location loc) { return rangeOf(loc, folder); };
  Diagnostic diagnostic;
  diagnostic.severity = source.getSeverity() == mlir::DiagnosticSeverity::Error
                            ? Severity::Error
                            : Severity::Warning;
  diagnostic.message = source.str();
  diagnostic.range = range(source.getLocation());
  for (mlir::Diagnostic &note : source.getNotes())
    diagnostic.notes.push_back({note.str(), range(note.getLocation())});
  return diagnostic;
}

ExitStatus Job::stages() {
  using Stage = ExitStatus (Job::*)();
  std::vector<std::pair<const char *, Stage>> list = {
      {"toolchain", &Job::chooseToolchain},
      {"load", &Job::load},
      {"passes", &Job::runPasses},
      {"targets", &Job::emitTargets}};
  for (auto [name, stage] : list) {
    spdlog::debug("{}: {}", input, name);
    if (ExitStatus status = (this->*stage)(); status != Done)
      return status;
  }
  // -Werror may have turned a late warning into an error.
  return diagnostics.hasErrors() ? WrongInput : writeOutputs();
}

ExitStatus Job::run() {
  times.add("process start", processStartTime());
  {
    PhaseTimes::Scope scope(times, "mlir start");
    context = std::make_unique<mlir::MLIRContext>(
        mlir::MLIRContext::Threading::DISABLED);
    // Diagnostics point at Python; the IR behind it is for the compiler's
    // people.
    context->printOpOnDiagnostic(options.diagnostics.verbose);
  }
  mlir::ScopedDiagnosticHandler handler(
      context.get(), [&](mlir::Diagnostic &diagnostic) {
        // The reproducer's announcement is no error of the input; what the
        // failing pass said, or internalError, is the diagnostic.
        bool announces = llvm::StringRef(diagnostic.str())
                             .starts_with("Failures have been detected");
        if (!announces &&
            diagnostic.getSeverity() != mlir::DiagnosticSeverity::Remark)
          diagnostics.add(diagnosticFromMLIR(
              diagnostic, llvm::sys::path::parent_path(input)));
        return mlir::success();
      });
  ExitStatus status = stages();
  diagnostics.flush(llvm::errs());
  if (options.timePasses)
    times.print(llvm::errs());
  return status;
}
