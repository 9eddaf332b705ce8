/* libenigma as a C program uses it. */
#include "CClient.h"
#include "enigma.h"
#include <string.h>

static int dispatch_scale(const enigma_kernel *kernel, float *values,
                          uint32_t count) {
  float factor = 2;
  enigma_buffer_binding buffers[2] = {{0, values, count * sizeof(float)},
                                      {1, &factor, sizeof(factor)}};
  enigma_dispatch launch;
  memset(&launch, 0, sizeof launch);
  launch.struct_size = sizeof launch;
  launch.grid[0] = count;
  launch.grid[1] = launch.grid[2] = 1;
  launch.threadgroup[0] = 32;
  launch.threadgroup[1] = launch.threadgroup[2] = 1;
  launch.buffers = buffers;
  launch.buffer_count = 2;
  return enigma_kernel_dispatch(kernel, &launch, NULL) ? 0 : 4;
}

int run_scale_from_c(const void *metallib, size_t size, float *values,
                     uint32_t count) {
  enigma_constant bias = {"bias", 0, ENIGMA_CONSTANT_INT, {.as_int = 1}};
  if (enigma_abi_version() != ENIGMA_ABI_VERSION)
    return 1;
  enigma_device *device = enigma_device_create(NULL);
  enigma_library *library = enigma_library_create(device, metallib, size, NULL);
  enigma_kernel *kernel =
      library ? enigma_kernel_create(library, "scale", &bias, 1, NULL) : NULL;
  int status = !library  ? 2
               : !kernel ? 3
                         : dispatch_scale(kernel, values, count);
  enigma_kernel_destroy(kernel);
  enigma_library_destroy(library);
  enigma_device_destroy(device);
  return status;
}
