/* libenigma for Swift: its types, its functions as a table that is filled when
 * the program runs, and the table of dtypes.
 *
 * The library is opened at run time because only the CPU device needs it: an
 * application that uses Metal alone neither links nor ships it. */
#ifndef CENIGMA_H
#define CENIGMA_H

#include "../../../../src/capi/include/enigma.h"

/* Every function of enigma.h that the package calls. */
#define ENIGMA_FUNCTIONS(FUNCTION)                                             \
  FUNCTION(enigma_abi_version)                                                 \
  FUNCTION(enigma_version)                                                     \
  FUNCTION(enigma_error_get_code)                                              \
  FUNCTION(enigma_error_message)                                               \
  FUNCTION(enigma_error_destroy)                                               \
  FUNCTION(enigma_device_create)                                               \
  FUNCTION(enigma_device_name)                                                 \
  FUNCTION(enigma_device_destroy)                                              \
  FUNCTION(enigma_library_create)                                              \
  FUNCTION(enigma_library_function_count)                                      \
  FUNCTION(enigma_library_function_name)                                       \
  FUNCTION(enigma_library_destroy)                                             \
  FUNCTION(enigma_reflection_argument_count)                                   \
  FUNCTION(enigma_reflection_argument)                                         \
  FUNCTION(enigma_reflection_max_threads_per_threadgroup)                      \
  FUNCTION(enigma_reflection_static_threadgroup_memory)                        \
  FUNCTION(enigma_kernel_create)                                               \
  FUNCTION(enigma_kernel_get_reflection)                                       \
  FUNCTION(enigma_kernel_destroy)                                              \
  FUNCTION(enigma_kernel_dispatch)                                             \
  FUNCTION(enigma_sha256)

/* One member a function, named and typed as the function is. */
typedef struct enigma_functions {
#define ENIGMA_MEMBER(NAME) __typeof__(&NAME) _Nonnull NAME;
  ENIGMA_FUNCTIONS(ENIGMA_MEMBER)
#undef ENIGMA_MEMBER
} enigma_functions;

/* Opens the library at `path` (a bare file name is searched for as the system
 * does) and returns its functions, which stay valid for the life of the
 * process. On failure returns null and writes the reason to `reason`. */
const enigma_functions *_Nullable enigma_functions_load(
    const char *_Nonnull path, char *_Nonnull reason, size_t reason_size);

/* Where the checkout's build puts libenigma, in debug builds; else null. */
const char *_Nullable enigma_checkout_library_dir(void);

/* ---- dtypes ---------------------------------------------------------------*/

typedef enum enigma_dtype_kind {
  ENIGMA_DTYPE_Float,
  ENIGMA_DTYPE_BFloat,
  ENIGMA_DTYPE_SignedInt,
  ENIGMA_DTYPE_UnsignedInt,
  ENIGMA_DTYPE_Bool
} enigma_dtype_kind;

typedef struct enigma_dtype_row {
  const char *_Nonnull name;  /* "f32" */
  const char *_Nonnull metal; /* "float" */
  uint32_t bytes;
  enigma_dtype_kind kind;
  uint8_t mtl_data_type; /* MTLDataType */
} enigma_dtype_row;

const enigma_dtype_row *_Nonnull enigma_dtype_rows(size_t *_Nonnull count);

#endif
