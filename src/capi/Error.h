// The error object of the C interface.
#pragma once

#include "enigma.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <string>

struct enigma_error {
  enigma_error_code code;
  std::string message;
};

namespace enigma::capi {

/// Stores an error object in `*error` unless `error` is null.
inline void report(enigma_error **error, enigma_error_code code,
                   const llvm::Twine &message) {
  if (error)
    *error = new enigma_error{code, message.str()};
}

inline void report(enigma_error **error, enigma_error_code code,
                   llvm::Error cause) {
  report(error, code, llvm::toString(std::move(cause)));
}

} // namespace enigma::capi
