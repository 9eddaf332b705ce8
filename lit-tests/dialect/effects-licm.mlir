// Loop invariants: only pure ops leave a loop.
// RUN: enigma-opt %s --loop-invariant-code-motion | FileCheck %s

// CHECK-LABEL: enigma.kernel @pure(
// CHECK: enigma.load_scalar
// CHECK: enigma.sin
// CHECK: enigma.thread_index_in_simdgroup
// CHECK: scf.for
// CHECK-NEXT: enigma.store
enigma.kernel @pure(%A: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %x = enigma.load_scalar %s : !enigma.scalar<f32>
    %0 = enigma.sin %x : f32
    %lane = enigma.thread_index_in_simdgroup
    %j = arith.index_cast %lane : i32 to index
    enigma.store %0, %A[%j] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// Another thread may write what is read here; a loop that runs no time must read nothing.
// CHECK-LABEL: enigma.kernel @memory(
// CHECK: scf.for
// CHECK-NEXT: enigma.load %A
// CHECK-NEXT: enigma.atomic_rmw
// CHECK-NEXT: enigma.barrier
// CHECK-NEXT: }
enigma.kernel @memory(%A: !enigma.buffer<ui32, device>, %B: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %x = enigma.load %A[%c0] : !enigma.buffer<ui32, device>
    %0 = enigma.atomic_rmw add relaxed %x, %B[%c0] : !enigma.buffer<ui32, device>
    enigma.barrier mem_device
  }
  enigma.return
}

// Lanes leave a loop at different times, so every iteration has its own active lanes.
// CHECK-LABEL: enigma.kernel @simdgroup(
// CHECK: scf.while
// CHECK: } do {
// CHECK: enigma.simd_max
// CHECK: enigma.simd_broadcast
enigma.kernel @simdgroup(%A: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %lane = arith.constant 0 : i16
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  scf.while : () -> () {
    %y = enigma.load %A[%c0] : !enigma.buffer<f32, device>
    %more = arith.cmpf olt, %y, %x : f32
    scf.condition(%more)
  } do {
    %0 = enigma.simd_max %x : f32
    %1 = enigma.simd_broadcast %x, %lane : f32
    enigma.store %0, %A[%c0] : !enigma.buffer<f32, device>
    enigma.store %1, %A[%c0] : !enigma.buffer<f32, device>
    scf.yield
  }
  enigma.return
}
