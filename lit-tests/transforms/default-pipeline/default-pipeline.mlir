// The pipeline by level: 0 only infers accesses, from 1 on the kernel is simplified.
// RUN: enigma-opt %s --pass-pipeline='builtin.module(enigma-default-pipeline{level=0})' | FileCheck %s --check-prefixes=CHECK,O0
// RUN: enigma-opt %s --pass-pipeline='builtin.module(enigma-default-pipeline{level=1})' | FileCheck %s --check-prefixes=CHECK,OPT
// RUN: enigma-opt %s --pass-pipeline='builtin.module(enigma-default-pipeline)' | FileCheck %s --check-prefixes=CHECK,OPT
// RUN: enigma-opt %s --enigma-default-pipeline | FileCheck %s --check-prefixes=CHECK,OPT

// CHECK-LABEL: enigma.kernel @simplify(
// CHECK-SAME: %A: !enigma.buffer<f32, device, write>, %s: !enigma.scalar<f32>
// O0: scf.for
// O0-COUNT-2: enigma.exp
// O0: enigma.store
// One exponential, before the loop.
// OPT: %[[X:.*]] = enigma.load_scalar %s
// OPT-NEXT: %[[E:.*]] = enigma.exp %[[X]]
// OPT-NEXT: %[[S:.*]] = arith.addf %[[E]], %[[E]]
// OPT-NEXT: scf.for
// OPT-NEXT: enigma.store %[[S]], %A
// OPT-NEXT: }
enigma.kernel @simplify(%A: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %x = enigma.load_scalar %s : !enigma.scalar<f32>
    %0 = enigma.exp %x : f32
    %1 = enigma.exp %x : f32
    %2 = arith.addf %0, %1 : f32
    %dead = enigma.thread_index_in_simdgroup
    enigma.store %2, %A[%i] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// No level merges or moves what other threads can see.
// CHECK-LABEL: enigma.kernel @keep(
// CHECK: scf.for
// CHECK: enigma.load %T
// CHECK: enigma.barrier mem_threadgroup
// CHECK: enigma.load %T
// CHECK: enigma.simd_sum
// CHECK: enigma.barrier mem_threadgroup
// CHECK: enigma.store
enigma.kernel @keep(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %T = enigma.threadgroup_alloc "T" : !enigma.buffer<f32, threadgroup, 4>
  scf.for %i = %c0 to %c8 step %c1 {
    %x = enigma.load %T[%c0] : !enigma.buffer<f32, threadgroup, 4>
    enigma.barrier mem_threadgroup
    %y = enigma.load %T[%c0] : !enigma.buffer<f32, threadgroup, 4>
    %0 = arith.addf %x, %y : f32
    %1 = enigma.simd_sum %0 : f32
    enigma.barrier mem_threadgroup
    enigma.store %1, %A[%i] : !enigma.buffer<f32, device>
  }
  enigma.return
}
