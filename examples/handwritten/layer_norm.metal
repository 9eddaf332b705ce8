// Layer normalisation of rows, as a person writes it in Metal; compare with ../layer_norm.py.
#include <metal_stdlib>
using namespace metal;

// Every thread gets the sum over the threadgroup.
static float threadgroup_sum(
    float value, threadgroup float* partial, uint lane, uint simdgroup, uint simdgroups) {
  float total = simd_sum(value);
  if (lane == 0) {
    partial[simdgroup] = total;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  total = simd_sum(lane < simdgroups ? partial[lane] : 0.0f);
  threadgroup_barrier(mem_flags::mem_threadgroup);
  return total;
}

kernel void layer_norm(
    const device float* X [[buffer(0)]],
    const device float* Weight [[buffer(1)]],
    const device float* Bias [[buffer(2)]],
    device float* Out [[buffer(3)]],
    constant uint& rows [[buffer(4)]],
    constant uint& cols [[buffer(5)]],
    constant float& eps [[buffer(6)]],
    uint row [[threadgroup_position_in_grid]],
    uint thread_index [[thread_position_in_threadgroup]],
    uint threads [[threads_per_threadgroup]],
    uint lane [[thread_index_in_simdgroup]],
    uint simdgroup [[simdgroup_index_in_threadgroup]],
    uint simdgroups [[simdgroups_per_threadgroup]]) {
  threadgroup float partial[32];
  if (row >= rows) {
    return;
  }
  const device float* x = X + row * cols;
  device float* out = Out + row * cols;
  float total = 0.0f;
  for (uint i = thread_index; i < cols; i += threads) {
    total += x[i];
  }
  float mean = threadgroup_sum(total, partial, lane, simdgroup, simdgroups) / cols;
  float squares = 0.0f;
  for (uint i = thread_index; i < cols; i += threads) {
    squares += (x[i] - mean) * (x[i] - mean);
  }
  float scale = rsqrt(threadgroup_sum(squares, partial, lane, simdgroup, simdgroups) / cols + eps);
  for (uint i = thread_index; i < cols; i += threads) {
    out[i] = (x[i] - mean) * scale * Weight[i] + Bias[i];
  }
}
