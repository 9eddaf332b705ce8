// Apple's own toolchain, where it is installed: Metal source to AIR and
// metallib.
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace enigma::xcrun {

/// The path of `xcrun`, if there is one.
std::optional<std::string> findXcrun();

/// One thing that Apple's compiler says of the source.
struct Complaint {
  enum Kind { Error, Warning, Note } kind;
  /// In the Metal source, from 1; 0 where it is about another file.
  unsigned line = 0, column = 0;
  std::string message;
};

/// What Apple's compiler printed, as complaints. Excerpts and carets below them
/// are left out; `rest` gets the lines that belong to none.
std::vector<Complaint> parseComplaints(llvm::StringRef printed,
                                       std::string &rest);

struct Options {
  bool fastMath = true;
  unsigned level = 2;
  /// Line tables, to the Metal source.
  bool debugInfo = false;
};

struct Artifacts {
  std::string air;
  std::string metallib;
  /// Of the compiler; with an error among them there is nothing else.
  std::vector<Complaint> complaints;
  /// What else the tools printed although they succeeded.
  std::string remarks;
};

/// Runs `xcrun metal -c` and `xcrun metallib` on Metal source in a temporary
/// folder. An error is one sentence about the environment: tools that are
/// missing, too old, broken, that crash or leave nothing behind.
llvm::Expected<Artifacts> compile(llvm::StringRef xcrun, llvm::StringRef source,
                                  const Target &target, const Options &options);

} // namespace enigma::xcrun
