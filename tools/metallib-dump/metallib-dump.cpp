// metallib-dump: says what is in a metallib, compares two, takes one apart and
// puts it together again. Parses the command line; the work is in
// src/target/metallib.
#include "enigma/metallib/Diff.h"
#include "enigma/metallib/Dump.h"
#include "enigma/metallib/Printable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <CLI/CLI.hpp>

using namespace enigma::metallib;

namespace {

/// Exit status, as of every tool of the project.
enum Status { Done = 0, WrongInput = 1, WrongCommandLine = 2, Environment = 3 };

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> functions;
  std::string extractFolder, repackFile;
  bool json = false, disassemble = false, summary = false, list = false;
  bool diff = false, exitCode = false;
  bool dropReflection = false, dropSources = false;
};

int fail(Status status, const llvm::Twine &message) {
  llvm::errs() << "metallib-dump: error: " << visible(message.str()) << "\n";
  return status;
}

int fail(Status status, const std::string &file, llvm::Error error) {
  return fail(status, file + ": " + llvm::toString(std::move(error)));
}

/// Prints a report for people.
template <typename Print> llvm::Error show(Print print) {
  llvm::Error result = llvm::Error::success();
  printVisibly(llvm::outs(), [&](llvm::raw_ostream &out) {
    result = llvm::joinErrors(std::move(result), print(out));
  });
  return result;
}

/// What was printed must have arrived.
int finish(llvm::Error error, const std::string &file) {
  llvm::outs().flush();
  if (std::error_code code = llvm::outs().error()) {
    llvm::outs().clear_error();
    llvm::consumeError(std::move(error));
    return fail(Environment,
                "cannot write to standard output: " + code.message());
  }
  return error ? fail(WrongInput, file, std::move(error)) : Done;
}

/// Reads the library and leaves what `--function` selects. On failure says why
/// and sets `status`.
std::optional<Library> load(const std::string &file, const Options &options,
                            const std::vector<llvm::GlobPattern> &patterns,
                            int &status) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer) {
    status = fail(Environment, file + ": " + buffer.getError().message());
    return std::nullopt;
  }
  auto library =
      readLibrary(llvm::arrayRefFromStringRef((*buffer)->getBuffer()));
  if (!library) {
    status = fail(WrongInput, file, library.takeError());
    return std::nullopt;
  }
  auto isSelected = [&](const Function &function) {
    return patterns.empty() ||
           llvm::is_contained(options.functions, function.name) ||
           llvm::any_of(patterns, [&](const llvm::GlobPattern &pattern) {
             return pattern.match(function.name);
           });
  };
  if (!patterns.empty() && llvm::none_of(library->functions, isSelected) &&
      !options.diff) {
    status =
        fail(WrongInput, file + ": no function '" +
                             llvm::join(options.functions, "' or '") + "'");
    return std::nullopt;
  }
  if (options.repackFile.empty()) {
    llvm::erase_if(library->functions,
                   [&](const Function &each) { return !isSelected(each); });
  } else if (llvm::Error error = keepFunctions(*library, isSelected)) {
    status = fail(WrongInput, file, std::move(error));
    return std::nullopt;
  }
  return std::move(*library);
}

int runDiff(const Library &before, const Library &after,
            const Options &options) {
  auto difference = compareLibraries(before, after);
  if (!difference)
    return fail(WrongInput, options.files[0] + ", " + options.files[1],
                difference.takeError());
  if (options.json)
    printJSON(*difference, options.files[0], options.files[1], llvm::outs());
  else
    printVisibly(llvm::outs(), [&](llvm::raw_ostream &out) {
      printText(*difference, options.files[0], options.files[1], out);
    });
  int status = finish(llvm::Error::success(), "");
  return status == Done && options.exitCode && !difference->empty() ? 1
                                                                    : status;
}

int runRepack(Library &library, const Options &options) {
  const std::string &file = options.files[0];
  for (const Function &function : library.functions)
    if (!function.hashMatches())
      return fail(WrongInput, file + ": function " + function.name +
                                  ": the module does not match its hash; a new "
                                  "hash would hide the damage");
  if (options.dropReflection)
    if (llvm::Error error = dropReflection(library))
      return fail(WrongInput, file, std::move(error));
  if (options.dropSources)
    if (llvm::Error error = dropSources(library))
      return fail(WrongInput, file, std::move(error));
  auto bytes = writeLibrary(library);
  if (!bytes)
    return fail(WrongInput, file, bytes.takeError());
  for (const std::string &each : library.irregularities)
    llvm::errs() << "metallib-dump: note: " << visible(file + ": " + each)
                 << "\n";
  if (llvm::Error error =
          llvm::writeToOutput(options.repackFile, [&](llvm::raw_ostream &out) {
            out << llvm::toStringRef(*bytes);
            return llvm::Error::success();
          }))
    return fail(Environment, options.repackFile, std::move(error));
  return Done;
}

int runDump(Library &library, const Options &options) {
  const std::string &file = options.files[0];
  bool isQuiet = !options.extractFolder.empty() || !options.repackFile.empty();
  if (!options.extractFolder.empty())
    if (llvm::Error error = extractModules(library, options.extractFolder))
      return fail(Environment, llvm::toString(std::move(error)));
  if (!options.repackFile.empty())
    if (int status = runRepack(library, options))
      return status;
  if (options.disassemble)
    return finish(show([&](llvm::raw_ostream &out) {
                    return dumpDisassembly(library, out);
                  }),
                  file);
  if (options.json)
    return finish(dumpJSON(library, file, llvm::outs()), file);
  if (options.summary || options.list || !isQuiet) {
    Detail detail = options.summary ? Detail::Summary
                    : options.list  ? Detail::List
                                    : Detail::Full;
    return finish(show([&](llvm::raw_ostream &out) {
                    return dumpText(library, file, out, detail);
                  }),
                  file);
  }
  return Done;
}

void declareOptions(CLI::App &app, Options &options) {
  app.add_option("file", options.files, "the metallib; two with --diff")
      ->required()
      ->expected(1, 2);
  app.add_option("--function", options.functions,
                 "only the functions of this name or pattern (repeatable)")
      ->type_name("GLOB")
      ->expected(1)
      ->take_all();
  auto *summary = app.add_flag("--summary", options.summary,
                               "print the library's own lines alone");
  auto *list = app.add_flag("--list", options.list, "one line a function")
                   ->excludes(summary);
  auto *json = app.add_flag("--json", options.json, "print JSON")
                   ->excludes(summary)
                   ->excludes(list);
  auto *disassemble = app.add_flag("--disassemble", options.disassemble,
                                   "print the modules as LLVM IR")
                          ->excludes(json)
                          ->excludes(summary)
                          ->excludes(list);
  auto *extract =
      app.add_option("--extract", options.extractFolder,
                     "write each module to DIR/NAME.air, embedded sources to "
                     "DIR/sources.ID.tar.bz2")
          ->type_name("DIR");
  auto *repack = app.add_option("--repack", options.repackFile,
                                "write the library again to FILE, or to '-'")
                     ->type_name("FILE");
  app.add_flag("--drop-reflection", options.dropReflection,
               "with --repack, leave out the reflection")
      ->needs(repack);
  app.add_flag("--drop-sources", options.dropSources,
               "with --repack, leave out embedded sources")
      ->needs(repack);
  auto *diff = app.add_flag("--diff", options.diff,
                            "say what changed from the first file to the "
                            "second");
  for (CLI::Option *other : {summary, list, disassemble, extract, repack})
    diff->excludes(other);
  app.add_flag("--exit-code", options.exitCode,
               "with --diff, exit with 1 when the files differ")
      ->needs(diff);
}

} // namespace

int main(int argc, char **argv) {
  CLI::App app{"Says what is in a metallib: header, functions, hashes, "
               "arguments, code."};
  Options options;
  declareOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error);
    return fail(WrongCommandLine, error.what());
  }
  if (options.files.size() != (options.diff ? 2u : 1u))
    return fail(WrongCommandLine, options.diff ? "--diff compares two files"
                                               : "one file at a time, except "
                                                 "with --diff");
  std::vector<llvm::GlobPattern> patterns;
  for (const std::string &glob : options.functions) {
    auto pattern = llvm::GlobPattern::create(glob);
    if (!pattern)
      return fail(WrongCommandLine, "--function " + glob + ": " +
                                        llvm::toString(pattern.takeError()));
    patterns.push_back(std::move(*pattern));
  }

  // LLVM's reader is not made for bad bitcode: a crash of its own becomes an
  // error of that function.
  llvm::CrashRecoveryContext::Enable();
  int status = Done;
  std::vector<Library> libraries;
  for (const std::string &file : options.files) {
    auto library = load(file, options, patterns, status);
    if (!library)
      return status;
    libraries.push_back(std::move(*library));
  }
  return options.diff ? runDiff(libraries[0], libraries[1], options)
                      : runDump(libraries[0], options);
}
