// The reports of metallib-dump.
#pragma once

#include "enigma/metallib/Library.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace enigma::metallib {

/// How much of each function a text report tells.
enum class Detail : uint8_t { Summary, List, Full };

/// A report for people. The error lists the functions that could not be
/// described; the report is complete apart from them.
llvm::Error dumpText(const Library &library, llvm::StringRef file,
                     llvm::raw_ostream &out, Detail detail = Detail::Full);

/// The same as JSON, schema "enigma-metallib-dump/1".
llvm::Error dumpJSON(const Library &library, llvm::StringRef file,
                     llvm::raw_ostream &out);

/// Every module as LLVM IR, one after the other. The error lists those that
/// cannot be read; the others are printed.
llvm::Error dumpDisassembly(const Library &library, llvm::raw_ostream &out);

/// Writes each module to `folder`/NAME.air, creating the folder; a second
/// function whose name gives the same file gets its index added. Embedded
/// sources go to `folder`/sources.ID.tar.bz2.
llvm::Error extractModules(const Library &library, llvm::StringRef folder);

} // namespace enigma::metallib
