// A matrix of 4-bit integers times a vector, as a person writes it in Metal; compare with
// ../quantized_matvec.py.
#include <metal_stdlib>
using namespace metal;

kernel void matvec_int4(
    const device uchar* Weights [[buffer(0)]],
    const device half* Scales [[buffer(1)]],
    const device float* X [[buffer(2)]],
    device float* Y [[buffer(3)]],
    constant uint& rows [[buffer(4)]],
    constant uint& cols [[buffer(5)]],
    uint group_index [[threadgroup_position_in_grid]],
    uint lane [[thread_index_in_simdgroup]],
    uint simdgroup [[simdgroup_index_in_threadgroup]],
    uint simdgroups [[simdgroups_per_threadgroup]]) {
  uint row = group_index * simdgroups + simdgroup;
  if (row >= rows) {
    return;
  }
  uint groups = cols / 32;
  float total = 0.0f;
  for (uint byte = lane; byte < cols / 2; byte += 32) {
    int pair = Weights[row * (cols / 2) + byte];
    float low = (pair & 15) - 8;
    float high = (pair >> 4) - 8;
    float scale = Scales[row * groups + byte / 16];
    total += (low * X[2 * byte] + high * X[2 * byte + 1]) * scale;
  }
  total = simd_sum(total);
  if (lane == 0) {
    Y[row] = total;
  }
}
