// C = A + B, as a person writes it in Metal; compare with what enigmac makes of ../vector_add.py.
#include <metal_stdlib>
using namespace metal;

kernel void vector_add(
    const device float* A [[buffer(0)]],
    const device float* B [[buffer(1)]],
    device float* C [[buffer(2)]],
    uint i [[thread_position_in_grid]]) {
  C[i] = A[i] + B[i];
}
