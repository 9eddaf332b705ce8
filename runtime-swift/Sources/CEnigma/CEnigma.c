/* Opens libenigma and looks its functions up; the dtype table as C. */
#include "CEnigma.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* The functions are void pointers to dlsym. */
static bool look_up(void *library, const char *name, void *function) {
  void *found = dlsym(library, name);
  *(void **)function = found;
  return found != NULL;
}

const enigma_functions *enigma_functions_load(const char *path, char *reason,
                                              size_t reason_size) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *message = dlerror();
    snprintf(reason, reason_size, "%s", message ? message : "dlopen failed");
    return NULL;
  }
  enigma_functions *functions = malloc(sizeof *functions);
  const char *missing = functions ? NULL : "malloc";
#define LOOK_UP(NAME)                                                          \
  if (!missing && !look_up(library, #NAME, &functions->NAME))                  \
    missing = #NAME;
  ENIGMA_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
  if (!missing && functions->enigma_abi_version() == ENIGMA_ABI_VERSION)
    return functions;
  if (missing)
    snprintf(reason, reason_size, "%s: has no function '%s'", path, missing);
  else
    snprintf(reason, reason_size, "%s: has ABI version %u, %u is needed", path,
             functions->enigma_abi_version(), ENIGMA_ABI_VERSION);
  free(functions);
  dlclose(library);
  return NULL;
}

const char *enigma_checkout_library_dir(void) {
#ifdef ENIGMA_CHECKOUT_LIBRARY_DIR
  return ENIGMA_CHECKOUT_LIBRARY_DIR;
#else
  return NULL;
#endif
}

static const enigma_dtype_row rows[] = {
#define ENIGMA_DTYPE(ID, CLASS, METAL, BYTES, KIND, MTL)                       \
  {#ID, METAL, BYTES, ENIGMA_DTYPE_##KIND, MTL},
#include "../../../src/dtypes/include/enigma/dtypes/DTypes.def"
#undef ENIGMA_DTYPE
};

const enigma_dtype_row *enigma_dtype_rows(size_t *count) {
  *count = sizeof rows / sizeof rows[0];
  return rows;
}
