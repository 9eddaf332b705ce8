// The stages of one compilation, from a trace or MLIR to the artifacts.
#include "Job.h"
#include "DescribeModule.h"
#include "DiagnosticFormats.h"
#include "enigma/diagnostics/InFlight.h"
#include "enigma/msl/EmitMSL.h"
#include "enigma/transforms/Passes.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace enigma;
using namespace enigma::driver;
using llvm::StringRef;

std::string driver::stemOf(StringRef path) {
  StringRef name = llvm::sys::path::filename(path);
  for (StringRef suffix : {".trace.json", ".py", ".mlir", ".json"})
    if (name.consume_back(suffix))
      break;
  return name.str();
}

/// The place that a location names. Files in the IR are relative to the
/// module's `folder`.
static std::optional<SourceRange> rangeIn(mlir::Location loc,
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

std::optional<SourceRange> Job::rangeOf(mlir::Location loc) const {
  return rangeIn(loc, llvm::sys::path::parent_path(source.path));
}

/// By AIR version, and within one in the table's order.
static std::vector<const Target *>
newestFirst(std::vector<const Target *> targets) {
  llvm::stable_sort(targets, [](const Target *a, const Target *b) {
    return std::pair(b->air, a) < std::pair(a->air, b);
  });
  return targets;
}

Job::Job(const JobOptions &options, Source given, const JobSinks &sinks)
    : options(options), source(std::move(given)), stem(stemOf(source.path)),
      diagnostics(sinks.diagnostics), times(sinks.times), dumps(sinks.dumps),
      log(sinks.log) {
  for (const Target *target : newestFirst(options.targets))
    results.push_back({target, {}, {}, {}, {}, false, {}});
}

Job::~Job() = default;

bool driver::isPerTarget(Artifact artifact) {
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

std::string driver::artifactFileName(StringRef stem, Artifact artifact,
                                     const Target *target) {
  std::string name = stem.str();
  if (target)
    name += "." + std::string(target->name);
  return name + artifactTable()[size_t(artifact)].suffix.str();
}

std::string Job::fileName(Artifact artifact, const Target &target) const {
  bool several = isPerTarget(artifact) && results.size() > 1;
  return artifactFileName(stem, artifact, several ? &target : nullptr);
}

/// What `source_filename` calls the module: the Python file that its first
/// kernel comes from, whether that was traced now or long ago; never a folder.
std::string Job::sourceName() {
  for (KernelOp kernel : module->getOps<KernelOp>())
    if (std::optional<mlir::FileLineColRange> place =
            findPlace(kernel.getLoc()))
      return llvm::sys::path::filename(place->getFilename().getValue()).str();
  return llvm::sys::path::filename(source.path).str();
}

ExitStatus Job::internalError(const llvm::Twine &message) {
  std::string material = "with the input that causes it";
  llvm::SmallString<128> path;
  int descriptor;
  if (!options.crashReproducer.empty() &&
      llvm::sys::fs::exists(options.crashReproducer))
    material = "with " + options.crashReproducer;
  else if (module && !llvm::sys::fs::createTemporaryFile(
                         "enigmac-crash", "mlir", descriptor, path)) {
    llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
    module->print(os, mlir::OpPrintingFlags().enableDebugInfo());
    material = "with " + path.str().str();
  }
  return fail(InternalError,
              diag::E0719{.what = message.str(), .material = material});
}

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

ExitStatus Job::importTraceText() {
  PhaseTimes::Scope scope(times, "import");
  llvm::Expected<trace::Trace> trace = trace::readTrace(source.text);
  if (!trace)
    return fail(WrongInput,
                diag::E0711{.path = source.path,
                            .problem = llvm::toString(trace.takeError())});
  if (options.dumpIR) {
    trace::printTrace(*trace, dumps);
    dumps.flush();
  }
  ImportOptions importOptions;
  importOptions.math = options.fastMath ? MathMode::fast : MathMode::precise;
  module = importTrace(*context, *trace, importOptions);
  return module ? Done : WrongInput;
}

ExitStatus Job::parseMLIR() {
  PhaseTimes::Scope scope(times, "import");
  if (options.dumpIR)
    return fail(
        WrongCommandLine,
        diag::E0706{.option = "--dump-ir",
                    .problem = "needs a Python module or a trace, not MLIR"});
  context->loadDialect<EnigmaDialect, mlir::arith::ArithDialect,
                       mlir::scf::SCFDialect>();
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBufferCopy(
          source.text, llvm::sys::path::filename(source.path)),
      {});
  module = mlir::parseSourceFile<mlir::ModuleOp>(
      sources, mlir::ParserConfig(context.get()));
  return module ? Done : WrongInput;
}

ExitStatus Job::load() {
  ExitStatus status =
      source.kind == SourceKind::Mlir ? parseMLIR() : importTraceText();
  return status == Done ? selectKernels() : status;
}

/// What --kernel asks for; a Python module's are chosen by pyfront already.
ExitStatus Job::selectKernels() {
  for (const std::string &glob : options.kernels) {
    llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(glob);
    if (!pattern) {
      llvm::consumeError(pattern.takeError());
      return fail(WrongCommandLine, diag::E0704{.option = "--kernel",
                                                .expected = "a glob",
                                                .value = glob});
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
    return fail(WrongInput,
                diag::E0712{.path = source.path,
                            .chosen = options.kernels.empty()
                                          ? ""
                                          : " that --kernel names"});
  return Done;
}

//===----------------------------------------------------------------------===//
// Passes and Metal
//===----------------------------------------------------------------------===//

ExitStatus Job::runPasses() {
  PhaseTimes::Scope scope(times, "passes");
  bool dumpAll = options.dumpMLIRAfter == "all";
  if (options.dumpMLIR && (dumpAll || options.dumpMLIRAfter.empty())) {
    module->print(dumps);
    dumps << '\n';
  }
  mlir::PassManager manager(context.get());
  if (!options.passPipeline.empty()) {
    // Parsed on its own, as mlir-opt does: given the manager,
    // `builtin.module(...)` would mean modules inside this one.
    std::string reason;
    llvm::raw_string_ostream reasons(reason);
    mlir::FailureOr<mlir::OpPassManager> pipeline =
        mlir::parsePassPipeline(options.passPipeline, reasons);
    if (succeeded(pipeline))
      reason = "it runs on '" + pipeline->getOpAnchorName().str() +
               "', not on builtin.module";
    if (succeeded(pipeline) &&
        pipeline->getOpAnchorName() == mlir::ModuleOp::getOperationName())
      static_cast<mlir::OpPassManager &>(manager) = std::move(*pipeline);
    else
      return fail(WrongCommandLine,
                  diag::E0708{.pipeline = options.passPipeline,
                              .reason = StringRef(reason).trim().str()});
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
        /*printAfterOnlyOnFailure=*/false, dumps);
  if (!options.crashReproducer.empty())
    manager.enableCrashReproducerGeneration(options.crashReproducer);
  bool succeededAll = succeeded(manager.run(*module));
  dumps.flush();
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
      diagnostics.add(diagnosticOf(
          diag::W0602{.target = std::string(target.name)}.message(),
          rangeOf(*place)));
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
    dumps << made.metal;
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
  ExitStatus result = Done;
  for (TargetOutputs &made : results) {
    if (log)
      log("metal for " + llvm::Twine(made.target->name));
    ExitStatus status = emitMetal(made);
    if (status == Done && needsAIR()) {
      if (log)
        log(llvm::Twine("air and metallib, ") +
            (usesXcrun ? "xcrun" : "native") + ", for " +
            StringRef(made.target->name));
      status = usesXcrun ? emitWithXcrun(made) : emitNative(made);
    }
    // Go on, so that every target's refusals are reported.
    if (result == Done)
      result = status;
  }
  return result;
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
  manifest.launches = describeLaunches(*module);
  return manifest::writeManifest(manifest);
}

ExitStatus Job::collectArtifacts() {
  auto contents = [&](Artifact artifact, TargetOutputs &from) -> std::string {
    switch (artifact) {
    case Artifact::Mlir: {
      std::string text;
      llvm::raw_string_ostream os(text);
      module->print(os, mlir::OpPrintingFlags().enableDebugInfo());
      return text + "\n";
    }
    case Artifact::Metal:
      return std::move(from.metal);
    case Artifact::Llvm:
      return std::move(from.llvmText);
    case Artifact::Air:
      return std::move(from.air);
    case Artifact::Metallib:
      return std::move(from.metallib);
    case Artifact::Manifest:
    case Artifact::Trace:
      break;
    }
    llvm_unreachable("not made from one target's outputs");
  };
  // The manifest describes the others, which move away below.
  std::string manifest = wants(Artifact::Manifest) ? manifestText() : "";
  for (Artifact artifact : options.emit) {
    if (artifact == Artifact::Trace)
      continue;
    if (artifact == Artifact::Manifest)
      made.push_back({artifact, nullptr,
                      artifactFileName(stem, artifact, nullptr),
                      std::move(manifest)});
    else if (!isPerTarget(artifact))
      made.push_back({artifact, nullptr,
                      artifactFileName(stem, artifact, nullptr),
                      contents(artifact, results.front())});
    else
      for (TargetOutputs &from : results)
        if (makes(artifact, from))
          made.push_back({artifact, from.target,
                          fileName(artifact, *from.target),
                          contents(artifact, from)});
  }
  return Done;
}

//===----------------------------------------------------------------------===//
// The job
//===----------------------------------------------------------------------===//

/// Turns MLIR's diagnostics into ours.
static Diagnostic diagnosticFromMLIR(mlir::Diagnostic &source,
                                     StringRef folder) {
  auto range = [&](mlir::Location loc) { return rangeIn(loc, folder); };
  Diagnostic diagnostic;
  diagnostic.severity = source.getSeverity() == mlir::DiagnosticSeverity::Error
                            ? Severity::Error
                            : Severity::Warning;
  diagnostic.message = source.str();
  diag::Attached attached = diag::attachedTo(source);
  if (attached.row) {
    diagnostic.id = attached.row->id;
    diagnostic.name = attached.row->name;
    diagnostic.help = attached.help;
  }
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
    if (log)
      log(name);
    if (ExitStatus status = (this->*stage)(); status != Done)
      return status;
  }
  // -Werror may have turned a late warning into an error.
  return diagnostics.hasErrors() ? WrongInput : collectArtifacts();
}

ExitStatus Job::run() {
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
              diagnostic, llvm::sys::path::parent_path(source.path)));
        return mlir::success();
      });
  return stages();
}
