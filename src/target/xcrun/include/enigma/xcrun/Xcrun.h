// Apple's own toolchain, where it is installed: Metal source to AIR and
// metallib.
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace enigma::xcrun {

/// The path of `xcrun`, if there is one.
std::optional<std::string> findXcrun();

struct Artifacts {
  std::string air;
  std::string metallib;
  /// What the tools printed although they succeeded.
  std::string warnings;
};

/// Runs `xcrun metal -c` and `xcrun metallib` on Metal source in a temporary
/// folder. The error is one sentence, followed by what Apple's compiler
/// printed.
llvm::Expected<Artifacts> compile(llvm::StringRef xcrun, llvm::StringRef source,
                                  const Target &target, bool fastMath,
                                  unsigned level);

} // namespace enigma::xcrun
