// The reports of metallib-dump.
#pragma once

#include "enigma/metallib/Library.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace enigma::metallib {

/// A summary for people. The error lists the functions that could not be
/// described; the summary is complete apart from them.
llvm::Error dumpText(const Library &library, llvm::StringRef file,
                     llvm::raw_ostream &out);

/// The same as JSON, schema "enigma-metallib-dump/1".
llvm::Error dumpJSON(const Library &library, llvm::StringRef file,
                     llvm::raw_ostream &out);

/// Every module as LLVM IR, each under a comment with the function's name.
llvm::Error dumpDisassembly(const Library &library, llvm::raw_ostream &out);

/// Writes each module to `folder`/NAME.air, creating the folder. A second
/// function whose name gives the same file gets its index added.
llvm::Error extractModules(const Library &library, llvm::StringRef folder);

} // namespace enigma::metallib
