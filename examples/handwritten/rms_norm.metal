// RMSNorm of rows, as a person writes it in Metal; compare with ../rms_norm.py.
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

kernel void rms_norm(
    const device float* X [[buffer(0)]],
    const device float* Weight [[buffer(1)]],
    device float* Out [[buffer(2)]],
    constant uint& rows [[buffer(3)]],
    constant uint& cols [[buffer(4)]],
    constant float& eps [[buffer(5)]],
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
    total += x[i] * x[i];
  }
  float scale = rsqrt(threadgroup_sum(total, partial, lane, simdgroup, simdgroups) / cols + eps);
  for (uint i = thread_index; i < cols; i += threads) {
    out[i] = x[i] * scale * Weight[i];
  }
}
