// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: {{\[\[}}max_total_threads_per_threadgroup(128)]]
// CHECK-NEXT: kernel void scalar(
// CHECK-NEXT: device uint* out
// CHECK-NEXT: uint lane {{\[\[}}thread_index_in_simdgroup]],
// CHECK-NEXT: uint thread_position_in_grid {{\[\[}}thread_position_in_grid]],
// CHECK-NEXT: uint width {{\[\[}}threads_per_threadgroup]]) {
enigma.kernel @scalar(%out: !enigma.buffer<ui32, device>) max_threads 128 fast {
  %i = enigma.thread_position_in_grid x
  %w = enigma.threads_per_threadgroup x loc("width")
  %l = enigma.thread_index_in_simdgroup loc("lane")
  %ii = arith.index_castui %i : i32 to index
  // CHECK: out[thread_position_in_grid] = width + lane;
  %s = arith.addi %w, %l : i32
  enigma.store %s, %out[%ii] : !enigma.buffer<ui32, device>
  enigma.return
}

// Metal wants the same number of components of all position-like queries.
// CHECK-LABEL: kernel void three(
// CHECK: uint simdgroup_index_in_threadgroup {{\[\[}}simdgroup_index_in_threadgroup]],
// CHECK: uint3 thread_position_in_grid {{\[\[}}thread_position_in_grid]],
// CHECK: uint3 threads_per_grid {{\[\[}}threads_per_grid]]) {
enigma.kernel @three(%out: !enigma.buffer<ui32, device>) fast {
  %x = enigma.thread_position_in_grid x loc("col")
  %z = enigma.thread_position_in_grid z loc("plane")
  %n = enigma.threads_per_grid x
  %g = enigma.simdgroup_index_in_threadgroup
  // CHECK: uint col = thread_position_in_grid.x;
  // CHECK-NEXT: out[col] = col + thread_position_in_grid.z * threads_per_grid.x + simdgroup_index_in_threadgroup;
  %xi = arith.index_castui %x : i32 to index
  %p = arith.muli %z, %n : i32
  %s = arith.addi %x, %p : i32
  %t = arith.addi %s, %g : i32
  enigma.store %t, %out[%xi] : !enigma.buffer<ui32, device>
  enigma.return
}
