// Dead code: what has no effect goes, what others can see stays.
// RUN: enigma-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: enigma.kernel @dead(
// CHECK-NEXT: enigma.return
enigma.kernel @dead(%A: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %0 = enigma.thread_position_in_grid x
  %1 = enigma.load_scalar %s : !enigma.scalar<f32>
  %2 = enigma.pow %1, %1 : f32
  %3 = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %4 = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  %5 = enigma.threads_per_simdgroup
  %6 = enigma.iabs %0 : i32
  enigma.return
}

// CHECK-LABEL: enigma.kernel @alive(
// CHECK: enigma.barrier mem_none
// CHECK-NEXT: enigma.simd_barrier mem_none
// CHECK-NEXT: enigma.atomic_rmw
// CHECK-NEXT: enigma.store
// CHECK-NEXT: enigma.return
enigma.kernel @alive(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 1 : i32
  enigma.barrier mem_none
  enigma.simd_barrier mem_none
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.store %x, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}
