// A metallib made for the tests of the C interface.
#pragma once

#include <cstdint>
#include <vector>

/// Two kernels:
///   scale(device float *values [[buffer(0)]], constant float &factor
///   [[buffer(1)]]), required function constant `bias` (int, index 3):
///     values[i] = values[i] * factor + bias
///   reverse(device int *values [[buffer(0)]], threadgroup int *scratch
///   [[threadgroup(0)]]), at most 64 threads per threadgroup:
///     reverses the order within each threadgroup
std::vector<uint8_t> sampleLibrary();
