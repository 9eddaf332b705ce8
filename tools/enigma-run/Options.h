// enigma-run's command line.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace enigma::run {

/// NAME=VALUE options in the order given.
using Assignments = std::vector<std::pair<std::string, std::string>>;

struct Options {
  std::string file;
  std::string kernel;
  Assignments in, fill, scalars, constants, out, sizes, arguments,
      threadgroupMemory;
  std::optional<std::array<uint32_t, 3>> grid, block;
  uint32_t repeat = 1;
  bool time = false;
  std::vector<std::string> print;
};

/// Parses; on an error or `--help` prints what CLI11 says and returns the exit
/// status instead.
std::optional<int> parseOptions(int argc, char **argv, Options &options);

} // namespace enigma::run
