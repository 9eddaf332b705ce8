// The 1-D Laplacian, as a person writes it in Metal; compare with ../laplacian.py.
#include <metal_stdlib>
using namespace metal;

kernel void laplacian(
    const device float* X [[buffer(0)]],
    device float* Out [[buffer(1)]],
    constant uint& n [[buffer(2)]],
    constant float& over_h2 [[buffer(3)]],
    uint i [[thread_position_in_grid]]) {
  if (i >= n) {
    return;
  }
  bool edge = i == 0 || i == n - 1;
  Out[i] = edge ? 0.0f : (X[i - 1] - 2.0f * X[i] + X[i + 1]) * over_h2;
}
