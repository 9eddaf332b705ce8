/* libenigma: the C interface of the CPU device, for every language that can
 * call C.
 *
 * Ownership. A function that returns a pointer to an opaque type whose name it
 * carries (`enigma_library_open`) gives the caller an object to be destroyed
 * with the `_destroy` of that type; every `_destroy` accepts null. Everything
 * else that is returned (strings, reflection, arguments) belongs to the object
 * it was asked of and lives as long. Objects do not depend on each other: a
 * library may be destroyed while its kernels are in use.
 *
 * Errors. Functions that can fail end with `enigma_error **error`. They return
 * null or false on failure and then store an error object there, which the
 * caller destroys. `error` may be null when the reason does not matter; on
 * success it is left alone.
 *
 * Threads. Objects are immutable once made: any number of threads may use one
 * at the same time, dispatches of one kernel included, as long as no thread
 * destroys it meanwhile. Dispatches that run at the same time and write the
 * same memory race as they would on a GPU.
 *
 * Compatibility. Structs that the library fills may gain members at their end;
 * structs that the caller fills begin with `struct_size`, or are fixed. Enums
 * may gain values. */
#ifndef ENIGMA_H
#define ENIGMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ENIGMA_API __attribute__((visibility("default")))
#else
#define ENIGMA_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version --------------------------------------------------------------*/

/** Grows with every incompatible change of this header. */
#define ENIGMA_ABI_VERSION 1

/** The ABI version the library was built with; a caller compares it with
 * ENIGMA_ABI_VERSION before anything else. */
ENIGMA_API uint32_t enigma_abi_version(void);

/** The release, "0.1.0". */
ENIGMA_API const char *enigma_version(void);

/* ---- Errors ---------------------------------------------------------------*/

typedef struct enigma_error enigma_error;

typedef enum enigma_error_code {
  /** The call itself is wrong: a null pointer, an unknown enum value. */
  ENIGMA_ERROR_INVALID_CALL = 1,
  /** A file cannot be read. */
  ENIGMA_ERROR_FILE = 2,
  /** The bytes are not a metallib, or a damaged one. */
  ENIGMA_ERROR_INVALID_LIBRARY = 3,
  /** The library has no such function. */
  ENIGMA_ERROR_NO_SUCH_FUNCTION = 4,
  /** The function is no kernel, is damaged, uses what the device does not know,
     or its function constants are not what it needs. */
  ENIGMA_ERROR_INVALID_KERNEL = 5,
  /** The kernel cannot run so: a binding is missing, too small or misaligned,
     the threadgroup too large; or it ran into barrier divergence. */
  ENIGMA_ERROR_DISPATCH = 6
} enigma_error_code;

ENIGMA_API enigma_error_code enigma_error_get_code(const enigma_error *error);
/** One line for people, without a final full stop or newline. */
ENIGMA_API const char *enigma_error_message(const enigma_error *error);
ENIGMA_API void enigma_error_destroy(enigma_error *error);

/* ---- Device ---------------------------------------------------------------*/

typedef struct enigma_device enigma_device;

typedef struct enigma_device_limits {
  uint32_t simdgroup_width;
  uint32_t max_threads_per_threadgroup;
  uint32_t max_threadgroup_memory;
  /** Host threads that a dispatch uses unless it says otherwise. */
  uint32_t workers;
} enigma_device_limits;

/** The CPU device. */
ENIGMA_API enigma_device *enigma_device_create(enigma_error **error);
/** "CPU (x86-64, 8 threads)" or the like. */
ENIGMA_API const char *enigma_device_name(const enigma_device *device);
ENIGMA_API const enigma_device_limits *
enigma_device_get_limits(const enigma_device *device);
ENIGMA_API void enigma_device_destroy(enigma_device *device);

/* ---- Library --------------------------------------------------------------*/

typedef struct enigma_library enigma_library;

/** Reads a metallib from memory; `bytes` is copied. */
ENIGMA_API enigma_library *enigma_library_create(const enigma_device *device,
                                                 const void *bytes, size_t size,
                                                 enigma_error **error);
/** Reads a metallib from a file. */
ENIGMA_API enigma_library *enigma_library_open(const enigma_device *device,
                                               const char *path,
                                               enigma_error **error);
ENIGMA_API size_t enigma_library_function_count(const enigma_library *library);
/** Null when `index` is out of range. */
ENIGMA_API const char *
enigma_library_function_name(const enigma_library *library, size_t index);
/** "kernel", "vertex", ...; null when `index` is out of range. */
ENIGMA_API const char *
enigma_library_function_type(const enigma_library *library, size_t index);
ENIGMA_API void enigma_library_destroy(enigma_library *library);

/* ---- Reflection -----------------------------------------------------------*/

typedef struct enigma_reflection enigma_reflection;

typedef enum enigma_argument_kind {
  /** Device or constant memory, bound by `[[buffer(N)]]`. */
  ENIGMA_ARGUMENT_BUFFER = 0,
  /** Threadgroup memory, sized by `[[threadgroup(N)]]`. */
  ENIGMA_ARGUMENT_THREADGROUP = 1,
  /** A value the device computes; nothing is bound. */
  ENIGMA_ARGUMENT_BUILTIN = 2
} enigma_argument_kind;

typedef enum enigma_access {
  ENIGMA_ACCESS_NONE = 0,
  ENIGMA_ACCESS_READ = 1,
  ENIGMA_ACCESS_READ_WRITE = 3
} enigma_access;

typedef struct enigma_argument {
  enigma_argument_kind kind;
  /** N of `[[buffer(N)]]` or `[[threadgroup(N)]]`. */
  uint32_t location;
  /** Name in the source; may be empty. */
  const char *name;
  /** Type in the source, of a buffer that of an element: "float". */
  const char *type_name;
  /** Size and alignment of that type; 0 where the library does not say. */
  uint32_t type_size;
  uint32_t type_alignment;
  /** Bytes that a dispatch has to bind at least; 0 where any size will do. */
  uint64_t minimum_size;
  enigma_access access;
  /** May stay unbound. */
  bool is_optional;
  /** "thread_position_in_grid", ... of a built-in value, else empty. */
  const char *builtin;
} enigma_argument;

typedef struct enigma_constant_description {
  const char *name;
  uint32_t index;
  /** "f32", "u8", "b1", ... */
  const char *dtype;
  /** Without a value the kernel cannot be made. */
  bool is_required;
} enigma_constant_description;

/** Reads what the library says about a kernel without compiling it. */
ENIGMA_API enigma_reflection *
enigma_library_reflect(const enigma_library *library, const char *function,
                       enigma_error **error);
ENIGMA_API const char *
enigma_reflection_name(const enigma_reflection *reflection);
ENIGMA_API size_t
enigma_reflection_argument_count(const enigma_reflection *reflection);
/** Null when `index` is out of range; likewise below. */
ENIGMA_API const enigma_argument *
enigma_reflection_argument(const enigma_reflection *reflection, size_t index);
ENIGMA_API size_t
enigma_reflection_constant_count(const enigma_reflection *reflection);
ENIGMA_API const enigma_constant_description *
enigma_reflection_constant(const enigma_reflection *reflection, size_t index);
ENIGMA_API uint32_t enigma_reflection_max_threads_per_threadgroup(
    const enigma_reflection *reflection);
/** Bytes of threadgroup memory that the kernel declares itself. */
ENIGMA_API uint64_t enigma_reflection_static_threadgroup_memory(
    const enigma_reflection *reflection);
/** Only for what enigma_library_reflect returned. */
ENIGMA_API void enigma_reflection_destroy(enigma_reflection *reflection);

/* ---- Kernel ---------------------------------------------------------------*/

typedef struct enigma_kernel enigma_kernel;

typedef enum enigma_constant_kind {
  ENIGMA_CONSTANT_BOOL = 0,
  ENIGMA_CONSTANT_INT = 1,
  ENIGMA_CONSTANT_UINT = 2,
  ENIGMA_CONSTANT_FLOAT = 3
} enigma_constant_kind;

/** A function constant's value; it is converted to the constant's type and must
 * fit. */
typedef struct enigma_constant {
  /** Null: the constant is meant by `index`. */
  const char *name;
  uint32_t index;
  enigma_constant_kind kind;
  union {
    bool as_bool;
    int64_t as_int;
    uint64_t as_uint;
    double as_float;
  } value;
} enigma_constant;

/** Compiles a kernel for the host. `constants` may be null when there are none.
 */
ENIGMA_API enigma_kernel *enigma_kernel_create(const enigma_library *library,
                                               const char *function,
                                               const enigma_constant *constants,
                                               size_t constant_count,
                                               enigma_error **error);
/** Belongs to the kernel. */
ENIGMA_API const enigma_reflection *
enigma_kernel_get_reflection(const enigma_kernel *kernel);
ENIGMA_API void enigma_kernel_destroy(enigma_kernel *kernel);

/* ---- Dispatch -------------------------------------------------------------*/

typedef struct enigma_buffer_binding {
  /** N of `[[buffer(N)]]`. */
  uint32_t location;
  /** The caller's memory, used in place; aligned for the argument's type. */
  void *bytes;
  size_t size;
} enigma_buffer_binding;

typedef struct enigma_threadgroup_memory {
  /** N of `[[threadgroup(N)]]`. */
  uint32_t location;
  uint32_t size;
} enigma_threadgroup_memory;

/** One launch. Zero it, then set what is needed. */
typedef struct enigma_dispatch {
  /** sizeof(enigma_dispatch) */
  size_t struct_size;
  /** Threads of the grid; need not be a multiple of the threadgroup. */
  uint32_t grid[3];
  uint32_t threadgroup[3];
  const enigma_buffer_binding *buffers;
  size_t buffer_count;
  const enigma_threadgroup_memory *threadgroup_memory;
  size_t threadgroup_memory_count;
  /** Host threads; 0 means one per core. */
  uint32_t workers;
} enigma_dispatch;

/** Runs the grid and returns when it is done. Nothing has run when a binding
 * was refused. */
ENIGMA_API bool enigma_kernel_dispatch(const enigma_kernel *kernel,
                                       const enigma_dispatch *launch,
                                       enigma_error **error);

/* ---- Hash -----------------------------------------------------------------*/

/** The SHA-256 of `size` bytes, as manifests state it for artifacts. */
ENIGMA_API void enigma_sha256(const void *bytes, size_t size,
                              uint8_t digest[32]);

#ifdef __cplusplus
}
#endif

#endif
