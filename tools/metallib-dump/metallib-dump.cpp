// metallib-dump: says what is in a metallib. Parses the command line; the work
// is in src/target/metallib.
#include "enigma/metallib/Dump.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <CLI/CLI.hpp>

namespace {

/// Exit status, as of every tool of the project.
enum Status { Done = 0, WrongInput = 1, WrongCommandLine = 2, Environment = 3 };

int fail(Status status, const std::string &message) {
  llvm::errs() << "metallib-dump: error: " << message << "\n";
  return status;
}

} // namespace

int main(int argc, char **argv) {
  CLI::App app{"Says what is in a metallib: header, functions, hashes, "
               "arguments."};
  std::string file, folder, name;
  bool json = false, disassemble = false;
  app.add_option("file", file, "the metallib")->required();
  auto *jsonFlag = app.add_flag("--json", json, "print JSON");
  app.add_flag("--disassemble", disassemble, "print the modules as LLVM IR")
      ->excludes(jsonFlag);
  app.add_option("--extract", folder, "write each module to DIR/NAME.air")
      ->type_name("DIR");
  app.add_option("--function", name, "only this function")->type_name("NAME");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error);
    return fail(WrongCommandLine, error.what());
  }

  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail(Environment, file + ": " + buffer.getError().message());
  llvm::StringRef bytes = (*buffer)->getBuffer();
  auto library = enigma::metallib::readLibrary(
      llvm::ArrayRef(bytes.bytes_begin(), bytes.size()));
  if (!library)
    return fail(WrongInput, file + ": " + llvm::toString(library.takeError()));
  if (!name.empty()) {
    llvm::erase_if(library->functions,
                   [&](const auto &each) { return each.name != name; });
    if (library->functions.empty())
      return fail(WrongInput, file + ": no function '" + name + "'");
  }

  if (!folder.empty())
    if (llvm::Error error = enigma::metallib::extractModules(*library, folder))
      return fail(Environment, llvm::toString(std::move(error)));
  llvm::Error error =
      disassemble ? enigma::metallib::dumpDisassembly(*library, llvm::outs())
      : json      ? enigma::metallib::dumpJSON(*library, file, llvm::outs())
      : folder.empty()
          ? enigma::metallib::dumpText(*library, file, llvm::outs())
          : llvm::Error::success();
  llvm::outs().flush();
  if (std::error_code code = llvm::outs().error()) {
    llvm::outs().clear_error();
    llvm::consumeError(std::move(error));
    return fail(Environment,
                "cannot write to standard output: " + code.message());
  }
  if (error)
    return fail(WrongInput, file + ": " + llvm::toString(std::move(error)));
  return Done;
}
