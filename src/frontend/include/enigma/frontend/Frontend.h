// Runs pyfront over a Python module inside this process.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <utility>
#include <vector>

namespace enigma {

struct FrontendRequest {
  std::string path;
  /// `-D NAME=VALUE`, in the order given.
  std::vector<std::pair<std::string, std::string>> defines;
  /// Globs of kernels to trace; all if empty.
  std::vector<std::string> kernels;
};

/// How long the two halves of a run took, in nanoseconds.
struct FrontendTimes {
  uint64_t pythonStart = 0;
  uint64_t trace = 0;
};

/// Starts CPython if it is not running, traces the module and returns pyfront's
/// answer: a JSON document
/// {"trace", "diagnostics", "dependencies"}. What is wrong with the module is
/// in the diagnostics; an error means that Python or the `enigma` package could
/// not be started.
llvm::Expected<std::string> runFrontend(const FrontendRequest &request,
                                        FrontendTimes &times);

} // namespace enigma
