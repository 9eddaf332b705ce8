// Loads, stores, scalars, threadgroup memory and atomics.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @access(
enigma.kernel @access(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<ui8, device, 4x5>, %C: !enigma.buffer<vector<3xsi32>, device>, %D: !enigma.buffer<i1, constant>, %n: !enigma.scalar<si64>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[A:.*]] = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  // CHECK-NEXT: enigma.store %[[A]], %A[%c1] : !enigma.buffer<f32, device>
  %a = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %a, %A[%c1] : !enigma.buffer<f32, device>
  // CHECK-NEXT: %[[B:.*]] = enigma.load %B[%c0, %c1] : !enigma.buffer<ui8, device, 4x5>
  // CHECK-NEXT: enigma.store %[[B]], %B[%c1, %c0] : !enigma.buffer<ui8, device, 4x5>
  %b = enigma.load %B[%c0, %c1] : !enigma.buffer<ui8, device, 4x5>
  enigma.store %b, %B[%c1, %c0] : !enigma.buffer<ui8, device, 4x5>
  // CHECK-NEXT: %[[C:.*]] = enigma.load %C[%c0] : !enigma.buffer<vector<3xsi32>, device>
  // CHECK-NEXT: enigma.store %[[C]], %C[%c0] {nontemporal} : !enigma.buffer<vector<3xsi32>, device>
  %c = enigma.load %C[%c0] : !enigma.buffer<vector<3xsi32>, device>
  enigma.store %c, %C[%c0] {nontemporal} : !enigma.buffer<vector<3xsi32>, device>
  // CHECK-NEXT: enigma.load %D[%c0] {nontemporal} : !enigma.buffer<i1, constant>
  %d = enigma.load %D[%c0] {nontemporal} : !enigma.buffer<i1, constant>
  // CHECK-NEXT: enigma.load_scalar %n : !enigma.scalar<si64>
  %e = enigma.load_scalar %n : !enigma.scalar<si64>
  enigma.return
}

// The values of loads have no signedness.
// CHECK-LABEL: enigma.kernel @signless(
enigma.kernel @signless(%B: !enigma.buffer<ui8, device>, %C: !enigma.buffer<vector<3xsi32>, device>, %n: !enigma.scalar<si64>) fast {
  %c0 = arith.constant 0 : index
  %b = enigma.load %B[%c0] : !enigma.buffer<ui8, device>
  %c = enigma.load %C[%c0] : !enigma.buffer<vector<3xsi32>, device>
  %n_value = enigma.load_scalar %n : !enigma.scalar<si64>
  // CHECK: arith.addi %{{.*}} : i8
  %0 = arith.addi %b, %b : i8
  // CHECK: arith.addi %{{.*}} : vector<3xi32>
  %1 = arith.addi %c, %c : vector<3xi32>
  // CHECK: arith.addi %{{.*}} : i64
  %2 = arith.addi %n_value, %n_value : i64
  enigma.return
}

// The Python variable of threadgroup memory becomes its name.
// CHECK-LABEL: enigma.kernel @threadgroup(
enigma.kernel @threadgroup() fast {
  %c0 = arith.constant 0 : index
  // CHECK: %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f16, threadgroup, 8>
  %0 = enigma.threadgroup_alloc "tile" : !enigma.buffer<f16, threadgroup, 8>
  // CHECK: %{{[0-9]+}} = enigma.threadgroup_alloc : !enigma.buffer<f16, threadgroup, 8>
  %1 = enigma.threadgroup_alloc : !enigma.buffer<f16, threadgroup, 8>
  // CHECK: enigma.load %tile[%c0] : !enigma.buffer<f16, threadgroup, 8>
  %2 = enigma.load %0[%c0] : !enigma.buffer<f16, threadgroup, 8>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @atomics(
enigma.kernel @atomics(%A: !enigma.buffer<ui32, device, 4x4>, %F: !enigma.buffer<f32, device, read_write>) fast {
  %c0 = arith.constant 0 : index
  %i = arith.constant 1 : i32
  %f = arith.constant 1.0 : f32
  %T = enigma.threadgroup_alloc : !enigma.buffer<si32, threadgroup, 4>
  // CHECK: enigma.atomic_rmw exchange relaxed %c1_i32, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  %0 = enigma.atomic_rmw exchange relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw add relaxed %c1_i32, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  %1 = enigma.atomic_rmw add relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw sub relaxed
  %2 = enigma.atomic_rmw sub relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw min relaxed
  %3 = enigma.atomic_rmw min relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw max relaxed
  %4 = enigma.atomic_rmw max relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw and relaxed
  %5 = enigma.atomic_rmw and relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw or relaxed
  %6 = enigma.atomic_rmw or relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw xor relaxed
  %7 = enigma.atomic_rmw xor relaxed %i, %A[%c0, %c0] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: enigma.atomic_rmw max relaxed %c1_i32, %{{[0-9]+}}[%c0] {note} : !enigma.buffer<si32, threadgroup, 4>
  %8 = enigma.atomic_rmw max relaxed %i, %T[%c0] {note} : !enigma.buffer<si32, threadgroup, 4>
  // CHECK-NEXT: %[[OLD:.*]] = enigma.atomic_rmw add relaxed %{{cst.*}}, %F[%c0] : !enigma.buffer<f32, device, read_write>
  %9 = enigma.atomic_rmw add relaxed %f, %F[%c0] : !enigma.buffer<f32, device, read_write>
  // CHECK-NEXT: enigma.atomic_rmw exchange relaxed %[[OLD]], %F[%c0]
  %10 = enigma.atomic_rmw exchange relaxed %9, %F[%c0] : !enigma.buffer<f32, device, read_write>
  // CHECK-NEXT: enigma.atomic_rmw sub relaxed %[[OLD]], %F[%c0]
  %11 = enigma.atomic_rmw sub relaxed %9, %F[%c0] : !enigma.buffer<f32, device, read_write>
  enigma.return
}
