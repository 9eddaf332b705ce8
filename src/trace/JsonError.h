// Where and why a document is not JSON.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace enigma::trace {

/// Describes the first syntax error of a document that nlohmann::json has
/// refused: without exceptions its parser says only that there is one.
std::string describeJsonError(llvm::StringRef document);

} // namespace enigma::trace
