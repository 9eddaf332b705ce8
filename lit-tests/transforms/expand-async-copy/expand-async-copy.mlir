// Copies by a simdgroup become loops over its lanes, waits the barrier that they need.
// RUN: enigma-opt %s --enigma-expand-async-copy | FileCheck %s
// RUN: enigma-opt %s --pass-pipeline='builtin.module(enigma-default-pipeline{level=0})' | FileCheck %s --check-prefix=DEFAULT
// DEFAULT-NOT: async_copy

// CHECK-LABEL: enigma.kernel @range(
// CHECK-SAME: %i: !enigma.scalar
enigma.kernel @range(%A: !enigma.buffer<f32, device>, %i: !enigma.scalar<ui32>, %n: !enigma.scalar<si32>) fast {
  // CHECK: %[[START:.*]] = arith.index_castui
  // CHECK: %[[N:.*]] = enigma.load_scalar %n
  // CHECK: %tile = enigma.threadgroup_alloc
  // CHECK-NEXT: %[[LANE:.*]] = enigma.thread_index_in_simdgroup
  // CHECK-NEXT: %[[ONE:.*]] = arith.constant 1 : i32
  // CHECK-NEXT: %[[LANES:.*]] = enigma.simd_sum unsigned %[[ONE]] : i32
  // CHECK-NEXT: scf.for %[[K:.*]] = %[[LANE]] to %[[N]] step %[[LANES]] : i32 {
  // CHECK-NEXT: %[[AT:.*]] = arith.index_castui %[[K]] : i32 to index
  // CHECK-NEXT: %[[FROM:.*]] = arith.addi %[[START]], %[[AT]] : index
  // CHECK-NEXT: %[[TO:.*]] = arith.addi %c4, %[[AT]] : index
  // CHECK-NEXT: %[[V:.*]] = enigma.load %A[%[[FROM]]]
  // CHECK-NEXT: enigma.store %[[V]], %tile[%[[TO]]]
  // CHECK-NEXT: }
  // CHECK-NEXT: enigma.simd_barrier mem_threadgroup
  // CHECK-NEXT: enigma.return
  %start = enigma.load_scalar %i : !enigma.scalar<ui32>
  %at = arith.index_castui %start : i32 to index
  %count = enigma.load_scalar %n : !enigma.scalar<si32>
  %c4 = arith.constant 4 : index
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 64>
  enigma.async_copy_1d %A[%at] to %tile[%c4] count %count : !enigma.buffer<f32, device> to !enigma.buffer<f32, threadgroup, 64>
  enigma.async_copy_wait
  enigma.return
}

// Rows and columns of what Metal has as an array of arrays; a device buffer is one array.
// CHECK-LABEL: enigma.kernel @tile(
enigma.kernel @tile(%B: !enigma.buffer<i1, device, 16x16>) fast {
  // CHECK: %[[COUNT:.*]] = arith.muli %[[COLUMNS:.*]], %[[ROWS:.*]] : i32
  // CHECK: scf.for %[[K:.*]] = %{{.*}} to %[[COUNT]] step
  // CHECK: %[[ROW:.*]] = arith.divui %[[K]], %[[COLUMNS]] : i32
  // CHECK: %[[COLUMN:.*]] = arith.remui %[[K]], %[[COLUMNS]] : i32
  // CHECK: %[[REM:.*]] = arith.remui %{{.*}}, %c9_i32 : i32
  // CHECK: %[[R:.*]] = arith.index_castui %[[REM]] : i32 to index
  // CHECK: %[[DIV:.*]] = arith.divui %{{.*}}, %c9_i32 : i32
  // CHECK: %[[Q:.*]] = arith.index_castui %[[DIV]] : i32 to index
  // CHECK: %[[V:.*]] = enigma.load %tile[%[[Q]], %[[R]]] : !enigma.buffer<i1, threadgroup, 8x9>
  // CHECK: %[[ZERO:.*]] = arith.constant 0 : index
  // CHECK: enigma.store %[[V]], %B[%[[ZERO]], %{{.*}}] : !enigma.buffer<i1, device, 16x16>
  // CHECK: enigma.simd_barrier mem_device
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %c16 = arith.constant 16 : index
  %columns = arith.constant 8 : i32
  %rows = arith.constant 7 : i32
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<i1, threadgroup, 8x9>
  enigma.async_copy_2d %tile[%c0] rows by %c9 to %B[%c0] rows by %c16 size %columns, %rows : !enigma.buffer<i1, threadgroup, 8x9> to !enigma.buffer<i1, device, 16x16>
  enigma.async_copy_wait
  enigma.return
}

// Both ways, also in a branch: every wait orders both kinds of memory.
// CHECK-LABEL: enigma.kernel @both(
// CHECK: enigma.simd_barrier mem_device_and_threadgroup
// CHECK: enigma.simd_barrier mem_device_and_threadgroup
enigma.kernel @both(%A: !enigma.buffer<f32, device>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 7 : i32
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 64>
  enigma.async_copy_1d %A[%c0] to %tile[%c0] count %n : !enigma.buffer<f32, device> to !enigma.buffer<f32, threadgroup, 64>
  enigma.async_copy_wait
  scf.if %cond {
    enigma.async_copy_1d %tile[%c0] to %A[%c0] count %n : !enigma.buffer<f32, threadgroup, 64> to !enigma.buffer<f32, device>
    enigma.async_copy_wait
  }
  enigma.return
}

// Nothing to wait for: still a barrier, for what else the program orders with it.
// CHECK-LABEL: enigma.kernel @alone(
// CHECK-NEXT: enigma.simd_barrier mem_none
enigma.kernel @alone() fast {
  enigma.async_copy_wait
  enigma.return
}
