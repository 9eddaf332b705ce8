// enigmac explain: the pages of the diagnostics, from the tool itself.
#pragma once

#include "enigma/driver/Diagnostics.h"
#include "llvm/ADT/ArrayRef.h"

namespace enigma::driver {

/// Prints the page of each number ("E0112", in either case, or a warning's
/// name); without numbers the list of all. Unknown ones are errors; gives the
/// exit status.
int explain(llvm::ArrayRef<std::string> numbers, llvm::raw_ostream &os,
            DiagnosticList &diagnostics);

/// Takes the text after `-W`: error, no-error, error=NAME, no-error=NAME,
/// no-NAME or NAME. A later one wins over an earlier. What names no warning is
/// remembered as a warning itself, as clang does; false if it has no such form.
bool takeWarningOption(llvm::StringRef text, DiagnosticOptions &options,
                       std::vector<diag::Message> &warnings);

} // namespace enigma::driver
