// Errors, the version and hashes of the C interface.
#include "Error.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/SHA256.h"
#include <algorithm>

uint32_t enigma_abi_version(void) { return ENIGMA_ABI_VERSION; }

const char *enigma_version(void) { return ENIGMA_VERSION; }

enigma_error_code enigma_error_get_code(const enigma_error *error) {
  return error->code;
}

const char *enigma_error_message(const enigma_error *error) {
  return error->message.c_str();
}

void enigma_error_destroy(enigma_error *error) { delete error; }

void enigma_sha256(const void *bytes, size_t size, uint8_t digest[32]) {
  auto hash = llvm::SHA256::hash({static_cast<const uint8_t *>(bytes), size});
  std::copy(hash.begin(), hash.end(), digest);
}
