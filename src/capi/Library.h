// The library object of the C interface.
#pragma once

#include "enigma.h"
#include "enigma/metallib/Library.h"

struct enigma_library {
  enigma::metallib::Library contents;
};

namespace enigma::capi {

/// Whether the library has `function`; reports when not, also on null pointers.
bool hasFunction(const enigma_library *library, const char *function,
                 enigma_error **error);

} // namespace enigma::capi
