// Access is what the loads, stores and atomics of the kernel do to a buffer.
// RUN: enigma-opt %s --enigma-infer-access | FileCheck %s

// CHECK-LABEL: enigma.kernel @each(
// CHECK-SAME: %read: !enigma.buffer<f32, device, read>
// CHECK-SAME: %written: !enigma.buffer<f32, device, write>
// CHECK-SAME: %both: !enigma.buffer<f32, device, read_write>
// CHECK-SAME: %atomic: !enigma.buffer<ui32, device, read_write>
// CHECK-SAME: %untouched: !enigma.buffer<f32, device, read>
// CHECK-SAME: %table: !enigma.buffer<f32, constant, read>
// CHECK-SAME: %n: !enigma.scalar<f32>)
// The types of the uses follow.
// CHECK: enigma.load %read[%c0] : !enigma.buffer<f32, device, read>
// CHECK: enigma.store %{{.*}}, %written[%c0] : !enigma.buffer<f32, device, write>
enigma.kernel @each(%read: !enigma.buffer<f32, device>, %written: !enigma.buffer<f32, device>, %both: !enigma.buffer<f32, device>, %atomic: !enigma.buffer<ui32, device>, %untouched: !enigma.buffer<f32, device>, %table: !enigma.buffer<f32, constant>, %n: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %x = enigma.load %read[%c0] : !enigma.buffer<f32, device>
  enigma.store %x, %written[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %both[%c0] : !enigma.buffer<f32, device>
  enigma.store %y, %both[%c0] : !enigma.buffer<f32, device>
  %0 = enigma.atomic_rmw add relaxed %one, %atomic[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// A use in a branch that may not be taken counts.
// CHECK-LABEL: enigma.kernel @nested(
// CHECK-SAME: %A: !enigma.buffer<f32, device, read_write, 4x4>
enigma.kernel @nested(%A: !enigma.buffer<f32, device, 4x4>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %x = enigma.load %A[%c0, %c0] : !enigma.buffer<f32, device, 4x4>
  scf.if %cond {
    enigma.store %x, %A[%c0, %c0] : !enigma.buffer<f32, device, 4x4>
  }
  enigma.return
}

// What is declared stays, also where the body does less.
// CHECK-LABEL: enigma.kernel @declared(
// CHECK-SAME: %A: !enigma.buffer<f32, device, read_write>
// CHECK-SAME: %B: !enigma.buffer<f32, device, write>
// CHECK-SAME: %C: !enigma.buffer<f32, device, read>
enigma.kernel @declared(%A: !enigma.buffer<f32, device, read_write>, %B: !enigma.buffer<f32, device, write>, %C: !enigma.buffer<f32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device, read_write>
  enigma.store %x, %B[%c0] : !enigma.buffer<f32, device, write>
  enigma.return
}

// Threadgroup memory has no access.
// CHECK-LABEL: enigma.kernel @threadgroup(
// CHECK: enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
enigma.kernel @threadgroup() fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %T = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  enigma.store %x, %T[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.return
}
