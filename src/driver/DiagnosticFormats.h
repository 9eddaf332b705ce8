// How diagnostics are written: text, JSON lines, SARIF, and between processes.
#pragma once

#include "enigma/driver/Diagnostics.h"
#include <nlohmann/json_fwd.hpp>

namespace enigma::driver {

llvm::StringRef toString(Severity severity);

/// Line `number` of a file, without its end; empty if there is no such line.
std::string readLine(llvm::StringRef file, uint32_t number);
/// The characters before a column; columns count bytes of UTF-8, as Python's
/// do.
size_t charactersBefore(llvm::StringRef text, size_t column);

void printText(const Diagnostic &diagnostic, const DiagnosticOptions &options,
               llvm::raw_ostream &os);
void printJson(const Diagnostic &diagnostic, llvm::raw_ostream &os);
/// One log with every diagnostic and the rules they belong to.
void printSarif(llvm::ArrayRef<Diagnostic> list, llvm::raw_ostream &os);

nlohmann::ordered_json jsonOf(const Diagnostic &diagnostic);

/// The form of pyfront's module runner, which documents it.
nlohmann::ordered_json answerOf(const Diagnostic &diagnostic);
Diagnostic diagnosticFromAnswer(const nlohmann::json &object);

} // namespace enigma::driver
