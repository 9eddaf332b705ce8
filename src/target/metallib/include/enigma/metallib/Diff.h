// What changed between two libraries.
#pragma once

#include "enigma/metallib/Library.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace enigma::metallib {

/// One thing that two libraries, or two functions, say differently. A side that
/// says nothing of it is empty.
struct Difference {
  std::string what;
  std::string before;
  std::string after;
};

/// A function of one library or of both.
struct FunctionDifference {
  std::string name;
  std::string type;
  std::vector<Difference> differences;
};

/// What changed from one library to another. Functions are matched by name.
struct LibraryDifference {
  std::vector<Difference> library;
  std::vector<FunctionDifference> added, removed, changed;
  size_t identical = 0; ///< functions whose module and interface are the same

  bool empty() const {
    return library.empty() && added.empty() && removed.empty() &&
           changed.empty();
  }
};

/// Compares two libraries. Every module must be readable.
llvm::Expected<LibraryDifference> compareLibraries(const Library &before,
                                                   const Library &after);

void printText(const LibraryDifference &difference, llvm::StringRef before,
               llvm::StringRef after, llvm::raw_ostream &out);

/// Schema "enigma-metallib-diff/1".
void printJSON(const LibraryDifference &difference, llvm::StringRef before,
               llvm::StringRef after, llvm::raw_ostream &out);

} // namespace enigma::metallib
