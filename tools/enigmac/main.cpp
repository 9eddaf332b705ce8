// enigmac: the command line of the compiler; everything else is in src/driver.
#include "enigma/driver/Compile.h"
#include "enigma/driver/Explain.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

using namespace enigma;
using namespace enigma::driver;

namespace {

/// What CLI11 fills before it becomes CompileOptions.
struct CommandLine {
  CompileOptions options;
  std::string emit, toolchain = "auto", asyncCopy = "copy",
                    diagnostics = "text", color = "auto";
  std::vector<std::string> targets, defines, warnings, explained;
  std::string optimisation = "2", dumpMLIR;
  bool printTargets = false, fastMath = false, noFastMath = false,
       noComments = false;
};

/// A mistake on the command line; exit status 2.
struct Refusal {
  diag::Message message;
};

template <typename Filled> [[noreturn]] void refuse(const Filled &filled) {
  throw Refusal{filled.message()};
}

void addOptions(CLI::App &app, CommandLine &line) {
  CompileOptions &options = line.options;
  app.add_option("inputs", options.inputs, "modules: .py, .trace.json or .mlir")
      ->type_name("FILE");
  app.add_option("-o", options.output,
                 "output folder, created when missing; - writes one artifact "
                 "to standard output")
      ->type_name("DIR");
  app.add_option("--emit", line.emit,
                 "artifacts: trace,mlir,metal,llvm,air,metallib,manifest "
                 "(default: metal,air,metallib,manifest)")
      ->type_name("LIST");
  app.add_option("--kernel", options.kernels,
                 "only these kernels or exports (repeatable, glob)")
      ->type_name("NAME")
      ->take_all();
  app.add_option("-D", line.defines, "set a module-level compile-time constant")
      ->type_name("NAME=VALUE")
      ->take_all();
  app.add_option("--target", line.targets,
                 "what to compile for; see --print-targets (repeatable: one "
                 "library for each)")
      ->type_name("TARGET")
      ->allow_extra_args(false);
  app.add_flag("--print-targets", line.printTargets, "list the targets");
  app.add_option("--toolchain", line.toolchain,
                 "who makes .air and .metallib: native, xcrun, or auto: xcrun "
                 "where it is installed")
      ->type_name("native|xcrun|auto");
  app.add_option("--async-copy", line.asyncCopy,
                 "what async copies become: copy, a loop over the lanes")
      ->type_name("copy");
  app.add_option("-O", line.optimisation,
                 "optimisation level, 0 to 3 (default 2)")
      ->type_name("LEVEL");
  auto *fast = app.add_flag(
      "--fast-math", line.fastMath,
      "values are finite and may be reassociated (default, as Metal's)");
  app.add_flag("--no-fast-math", line.noFastMath, "IEEE semantics")
      ->excludes(fast);
  app.add_flag("-g", options.debugInfo,
               "line tables to the Python source, and its variables, in AIR "
               "and metallib");
  app.add_flag("--no-comments", line.noComments,
               "no source positions in Metal source");
  app.add_flag("--dump-ir", options.dumpIR, "print the trace in readable form");
  app.add_flag("--dump-mlir{import}", line.dumpMLIR,
               "print the dialect after import, after one pass "
               "(--dump-mlir=PASS) or after every pass (=all)");
  app.add_flag("--dump-metal", options.dumpMetal, "print the Metal source");
  app.add_flag("--dump-llvm", options.dumpLLVM, "print the LLVM IR");
  app.add_option("--pass-pipeline", options.passPipeline,
                 "replace the default pipeline, mlir-opt syntax")
      ->type_name("STR");
  app.add_flag("--MD", options.dependencies,
               "write a dependency file for Make or Ninja (also: -MD)");
  app.add_option("--MF", options.dependencyFile,
                 "write the dependency file here (also: -MF)")
      ->type_name("FILE");
  app.add_option("-j", options.jobs, "modules compiled at once")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_option("--diagnostics", line.diagnostics,
                 "how errors and warnings are printed")
      ->type_name("text|json|sarif");
  app.add_option("-W", line.warnings,
                 "-Wno-NAME silences a warning, -Werror=NAME makes it an "
                 "error, -Werror all; see enigmac explain")
      ->type_name("OPTION")
      ->take_all();
  app.add_flag("--time-passes", options.timePasses,
               "print where the time went");
  app.add_option("--crash-reproducer", options.crashReproducer,
                 "where to write IR and pipeline if a pass fails")
      ->type_name("FILE");
  app.add_flag("-v,--verbose", options.diagnostics.verbose, "log each stage");
  app.add_flag("-q,--quiet", options.diagnostics.quiet, "no warnings");
  app.add_option("--color", line.color,
                 "colour of diagnostics: auto, always, never")
      ->type_name("WHEN");
  app.set_version_flag("--version", "enigmac " ENIGMA_VERSION);
  app.add_subcommand("explain",
                     "print the page of a diagnostic, such as E0112; without "
                     "a number, list them all")
      ->add_option("numbers", line.explained, "numbers, or names of warnings")
      ->type_name("NUMBER");
}

/// The way out with the option's name.
[[noreturn]] void refuse(llvm::StringRef option, llvm::Error error) {
  diag::Message message;
  llvm::handleAllErrors(std::move(error), [&](const OptionError &problem) {
    message = problem.about(option);
  });
  throw Refusal{message};
}

/// A value, or the way out.
template <typename T>
T valueOf(llvm::StringRef option, llvm::Expected<T> value) {
  if (!value)
    refuse(option, value.takeError());
  return *value;
}

void check(llvm::StringRef option, llvm::Error error) {
  if (error)
    refuse(option, std::move(error));
}

std::set<Artifact> parseEmit(const std::string &list) {
  std::set<Artifact> emit;
  for (const std::string &name : CLI::detail::split(list, ','))
    emit.insert(valueOf("--emit", parseArtifact(name)));
  return emit;
}

std::vector<const Target *>
parseTargets(const std::vector<std::string> &names) {
  std::vector<const Target *> targets;
  for (const std::string &name : names)
    check("--target", addTarget(targets, name));
  return targets;
}

std::pair<std::string, std::string> parseDefine(const std::string &text) {
  size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    refuse(diag::E0704{.option = "-D",
                       .expected = "NAME=VALUE",
                       .value = llvm::json::fixUTF8(text)});
  if (!llvm::json::isUTF8(text))
    refuse(diag::E0704{.option = "-D",
                       .expected = "UTF-8",
                       .value = llvm::json::fixUTF8(text)});
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::optional<DiagnosticFormat> formatOf(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<DiagnosticFormat>>(name)
      .Case("text", DiagnosticFormat::Text)
      .Case("json", DiagnosticFormat::Json)
      .Case("sarif", DiagnosticFormat::Sarif)
      .Default(std::nullopt);
}

void checkPassName(const std::string &name) {
  if (name.empty() || name == "all")
    return;
  if (!mlir::PassInfo::lookup(name))
    refuse(diag::E0705{.option = "--dump-mlir",
                       .what = "pass",
                       .name = name,
                       .known = "docs/passes.md lists the passes"});
}

/// Checks what CLI11 cannot, and fills the options.
void finish(const CLI::App &app, CommandLine &line) {
  CompileOptions &options = line.options;
  if (options.inputs.empty())
    refuse(diag::E0702{});
  for (const std::string &input : options.inputs) {
    llvm::StringRef name(input);
    if (!name.ends_with(".py") && !name.ends_with(".json") &&
        !name.ends_with(".mlir"))
      refuse(diag::E0703{.path = llvm::json::fixUTF8(input)});
  }
  if (app.count("--emit"))
    options.emit = parseEmit(line.emit), options.emitIsChosen = true;
  if (options.output.empty())
    refuse(diag::E0706{.option = "-o", .problem = "needs a folder"});
  if (options.output == "-" &&
      (options.emit.size() != 1 || options.inputs.size() != 1))
    refuse(diag::E0706{.option = "-o -",
                       .problem = "needs one input and one artifact (--emit)"});
  for (const std::string &define : line.defines)
    options.defines.push_back(parseDefine(define));
  if (!line.targets.empty())
    options.targets = parseTargets(line.targets);
  if (options.output == "-" && options.targets.size() != 1)
    refuse(diag::E0706{.option = "-o -", .problem = "needs one --target"});
  options.toolchain = valueOf("--toolchain", parseToolchain(line.toolchain));
  check("--async-copy", checkAsyncCopy(line.asyncCopy));
  if (line.optimisation.size() != 1 || line.optimisation[0] < '0' ||
      line.optimisation[0] > '3')
    refuse(diag::E0704{.option = "-O",
                       .expected = "0, 1, 2 or 3",
                       .value = line.optimisation});
  options.level = line.optimisation[0] - '0';
  options.fastMath = !line.noFastMath;
  options.dumpMLIR = !line.dumpMLIR.empty();
  options.dumpMLIRAfter = line.dumpMLIR == "import" ? "" : line.dumpMLIR;
  options.comments = !line.noComments;
  if (!options.dependencyFile.empty()) {
    options.dependencies = true;
    if (options.inputs.size() > 1)
      refuse(diag::E0706{.option = "-MF",
                         .problem =
                             "needs one input; -MD writes a file for each"});
  }
  if (options.dependencies && options.output == "-")
    refuse(diag::E0706{.option = "-MD or -MF",
                       .problem = "needs an output folder, and -o - has none"});
  std::optional<DiagnosticFormat> format = formatOf(line.diagnostics);
  if (!format)
    refuse(diag::E0704{.option = "--diagnostics",
                       .expected = "text, json or sarif",
                       .value = line.diagnostics});
  options.diagnostics.format = *format;
  if (line.color != "auto" && line.color != "always" && line.color != "never")
    refuse(diag::E0704{.option = "--color",
                       .expected = "auto, always or never",
                       .value = line.color});
  options.diagnostics.color =
      line.color == "always" || (line.color == "auto" && isatty(STDERR_FILENO));
  for (const std::string &warning : line.warnings)
    if (!takeWarningOption(warning, options.diagnostics,
                           options.commandLineWarnings))
      refuse(
          diag::E0704{.option = "-W",
                      .expected = "error, error=NAME, no-error=NAME or no-NAME",
                      .value = warning});
  if (!options.passPipeline.empty() || !options.dumpMLIRAfter.empty()) {
    registerPasses();
    checkPassName(options.dumpMLIRAfter);
  }
}

/// Compilers spell -MD and -MF with one dash and --dump-mlir with an optional
/// value; CLI11 wants two dashes for long names.
std::vector<std::string> arguments(int argc, char **argv) {
  std::vector<std::string> list;
  for (int i = argc - 1; i > 0; --i) {
    std::string argument = argv[i];
    if (argument == "-MD" || argument == "-MF")
      argument.insert(0, "-");
    list.push_back(argument);
  }
  return list;
}

void printTargets() {
  for (const Target &target : targetTable)
    llvm::outs() << llvm::formatv(
        "{0,-16} AIR {1}.{2}  Metal {3}.{4}  {5}{6}\n", target.name,
        target.air.major, target.air.minor, target.msl.major, target.msl.minor,
        target.triple, target.name == defaultTargetName ? "  (default)" : "");
}

/// The form that a mistake on the command line is reported in: where parsing
/// ended before --diagnostics, what stands there counts.
DiagnosticOptions earlyOptions(int argc, char **argv) {
  DiagnosticOptions options;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef argument(argv[i]);
    if (!argument.consume_front("--diagnostics"))
      continue;
    if (argument.empty() && i + 1 < argc)
      argument = argv[i + 1];
    else
      argument.consume_front("=");
    options.format = formatOf(argument).value_or(options.format);
  }
  return options;
}

int wrongCommandLine(const diag::Message &message, int argc, char **argv) {
  DiagnosticList diagnostics(earlyOptions(argc, argv));
  diagnostics.add(diagnosticOf(message));
  diagnostics.flush(llvm::errs());
  return WrongCommandLine;
}

int explainNumbers(const CommandLine &line, int argc, char **argv) {
  DiagnosticList diagnostics(earlyOptions(argc, argv));
  int status = explain(line.explained, llvm::outs(), diagnostics);
  llvm::outs().flush();
  if (diagnostics.hasErrors())
    diagnostics.flush(llvm::errs());
  return status;
}

} // namespace

int main(int argc, char **argv) {
  CommandLine line;
  CLI::App app{"Compiles Enigma kernels to Metal source, AIR and metallib",
               "enigmac"};
  addOptions(app, line);
  try {
    app.parse(arguments(argc, argv));
    if (line.printTargets) {
      printTargets();
      return Done;
    }
    if (app.got_subcommand("explain"))
      return explainNumbers(line, argc, argv);
    finish(app, line);
  } catch (const CLI::Success &success) {
    return app.exit(success);
  } catch (const CLI::ParseError &error) {
    return wrongCommandLine(
        diag::E0701{.problem = llvm::json::fixUTF8(error.what())}.message(),
        argc, argv);
  } catch (const Refusal &refusal) {
    return wrongCommandLine(refusal.message, argc, argv);
  }
  // Standard output is for dumps and `-o -` only.
  auto logger = spdlog::stderr_color_mt("enigmac");
  logger->set_pattern("%n: [%o ms] %v");
  logger->set_level(line.options.diagnostics.verbose ? spdlog::level::debug
                                                     : spdlog::level::warn);
  spdlog::set_default_logger(logger);
  return compile(line.options);
}
