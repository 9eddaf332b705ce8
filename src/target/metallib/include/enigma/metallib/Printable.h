// Text from a library that nobody has vouched for, on a terminal.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace enigma::metallib {

/// Runs `print` with a stream that passes text on to `out`, but shows what a
/// terminal would obey, control characters other than line ends and tabs, as
/// `\x1b`.
void printVisibly(llvm::raw_ostream &out,
                  llvm::function_ref<void(llvm::raw_ostream &)> print);

std::string visible(llvm::StringRef text);

} // namespace enigma::metallib
