// Atomics: syntax, and effects that keep them where they are.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --canonicalize --cse --loop-invariant-code-motion --canonicalize | FileCheck %s --check-prefix=KEPT

// CHECK-LABEL: enigma.kernel @atomics(
// KEPT-LABEL: enigma.kernel @atomics(
enigma.kernel @atomics(%A: !enigma.buffer<ui32, device, 4x4>, %F: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %i = arith.constant 1 : i32
  %f = arith.constant 1.0 : f32
  %T = enigma.threadgroup_alloc : !enigma.buffer<si32, threadgroup, 4>
  // CHECK: enigma.atomic_load relaxed %F[%c0] : !enigma.buffer<f32, device>
  %0 = enigma.atomic_load relaxed %F[%c0] : !enigma.buffer<f32, device>
  // CHECK-NEXT: enigma.atomic_store relaxed %c1_i32, %A[%c0, %c1] : !enigma.buffer<ui32, device, 4x4>
  enigma.atomic_store relaxed %i, %A[%c0, %c1] : !enigma.buffer<ui32, device, 4x4>
  // CHECK-NEXT: %[[DONE:.*]], %[[SEEN:.*]] = enigma.atomic_compare_exchange_weak relaxed %{{.*}}, %{{.*}}, %F[%c1] : !enigma.buffer<f32, device>
  %done, %seen = enigma.atomic_compare_exchange_weak relaxed %f, %0, %F[%c1] : !enigma.buffer<f32, device>
  // CHECK-NEXT: enigma.atomic_store relaxed %[[SEEN]], %F[%c0] {nontemporal} : !enigma.buffer<f32, device>
  enigma.atomic_store relaxed %seen, %F[%c0] {nontemporal} : !enigma.buffer<f32, device>
  // CHECK-NEXT: enigma.atomic_load relaxed %{{.*}}[%c0] : !enigma.buffer<si32, threadgroup, 4>
  %1 = enigma.atomic_load relaxed %T[%c0] : !enigma.buffer<si32, threadgroup, 4>
  // Another thread may write between two loads, and in a loop that polls.
  // KEPT: %[[X:.*]] = enigma.atomic_load relaxed %[[T:.*]][%c1]
  // KEPT: %[[Y:.*]] = enigma.atomic_load relaxed %[[T]][%c1]
  // KEPT: arith.addi %[[X]], %[[Y]]
  // KEPT: scf.for
  // KEPT-NEXT: enigma.atomic_load
  %2 = enigma.atomic_load relaxed %T[%c1] : !enigma.buffer<si32, threadgroup, 4>
  %3 = enigma.atomic_load relaxed %T[%c1] : !enigma.buffer<si32, threadgroup, 4>
  %4 = arith.addi %2, %3 : i32
  enigma.atomic_store relaxed %4, %T[%c0] : !enigma.buffer<si32, threadgroup, 4>
  scf.for %k = %c0 to %c8 step %c1 {
    %5 = enigma.atomic_load relaxed %T[%c1] : !enigma.buffer<si32, threadgroup, 4>
    enigma.atomic_store relaxed %5, %T[%c0] : !enigma.buffer<si32, threadgroup, 4>
  }
  enigma.return
}
