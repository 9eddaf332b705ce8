/* Functions of CClient.c, which sees enigma.h as a C compiler does. */
#ifndef ENIGMA_TEST_C_CLIENT_H
#define ENIGMA_TEST_C_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens the library, runs `scale` with bias 1 and factor 2 over `values`.
 * Returns 0, or the number of the step that failed. */
int run_scale_from_c(const void *metallib, size_t size, float *values,
                     uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
