// enigma-run's command line (docs/cli).
#include "Options.h"
#include "Failure.h"
#include "Values.h"
#include <CLI/CLI.hpp>
#include <sstream>

using namespace enigma;
using namespace enigma::run;

static std::array<uint32_t, 3> parseExtent(const std::string &text,
                                           const std::string &option) {
  std::array<uint32_t, 3> extent = {1, 1, 1};
  std::istringstream parts(text);
  std::string part;
  unsigned count = 0;
  while (std::getline(parts, part, ',')) {
    uint64_t value = parseCount(part, option);
    if (count == 3 || !value || value > UINT32_MAX)
      throw Failure{Status::WrongCommandLine,
                    option + ": expected X[,Y[,Z]] with positive sizes, not '" +
                        text + "'"};
    extent[count++] = value;
  }
  if (!count || text.ends_with(','))
    throw Failure{Status::WrongCommandLine, option + ": expected X[,Y[,Z]]"};
  return extent;
}

static Assignments splitAssignments(const std::vector<std::string> &texts,
                                    const std::string &option) {
  Assignments assignments;
  for (const std::string &text : texts) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || !equals || equals + 1 == text.size())
      throw Failure{Status::WrongCommandLine,
                    option + ": expected NAME=VALUE, not '" + text + "'"};
    assignments.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return assignments;
}

static void checkSanitizers(const std::string &list) {
  std::istringstream names(list);
  for (std::string name; std::getline(names, name, ',');) {
    bool known = name == "memory" || name == "race" || name == "init" ||
                 name == "barrier";
    throw Failure{Status::WrongCommandLine,
                  known ? "--sanitize " + name +
                              ": this checker arrives in a later release"
                        : "--sanitize: unknown checker '" + name +
                              "'; there are memory, race, init, barrier"};
  }
}

std::optional<int> run::parseOptions(int argc, char **argv, Options &options) {
  CLI::App app("Runs a kernel on the CPU device", "enigma-run");
  std::vector<std::string> in, fill, scalars, constants, out, sizes, arguments,
      threadgroup;
  std::string grid, block, sanitize;
  app.add_option("FILE", options.file, "a manifest, or any metallib")
      ->required();
  app.add_option("KERNEL", options.kernel, "Python or Metal name");
  auto list = [&](const char *flag, std::vector<std::string> &values,
                  const char *help) {
    app.add_option(flag, values, help)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  list("--in", in, "NAME=FILE.npy: an input buffer");
  list("--fill", fill,
       "NAME=zeros|ones|arange|random:SEED: an input made here");
  list("--scalar", scalars, "NAME=VALUE: a Scalar parameter");
  list("--constant", constants,
       "NAME=VALUE or INDEX=VALUE: a function constant");
  list("--out", out, "NAME=FILE.npy: write this buffer afterwards");
  list("--size", sizes, "NAME=COUNT: elements of a buffer that no file gives");
  list("--arg", arguments,
       "N=FILE.npy, N=bytes:HEX, N=@FILE or N=KIND:DTYPE[COUNT] (metallib)");
  list("--threadgroup", threadgroup,
       "N=BYTES: size of a threadgroup argument (metallib)");
  list("--print", options.print, "NAME[:N]: print the first N elements");
  app.add_option("--grid", grid, "X[,Y[,Z]]: threads in the grid");
  app.add_option("--block", block, "X[,Y[,Z]]: threads in a threadgroup");
  app.add_option("--repeat", options.repeat, "repeat the dispatch N times")
      ->check(CLI::PositiveNumber);
  app.add_flag("--time", options.time,
               "print minimum, median and maximum time");
  app.add_option("--sanitize", sanitize, "memory,race,init,barrier");
  app.set_version_flag("--version", ENIGMA_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error);
    throw Failure{Status::WrongCommandLine, error.what()};
  }
  options.in = splitAssignments(in, "--in");
  options.fill = splitAssignments(fill, "--fill");
  options.scalars = splitAssignments(scalars, "--scalar");
  options.constants = splitAssignments(constants, "--constant");
  options.out = splitAssignments(out, "--out");
  options.sizes = splitAssignments(sizes, "--size");
  options.arguments = splitAssignments(arguments, "--arg");
  options.threadgroupMemory = splitAssignments(threadgroup, "--threadgroup");
  if (!grid.empty())
    options.grid = parseExtent(grid, "--grid");
  if (!block.empty())
    options.block = parseExtent(block, "--block");
  checkSanitizers(sanitize);
  return std::nullopt;
}
