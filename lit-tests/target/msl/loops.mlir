// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void sum(
enigma.kernel @sum(%a: !enigma.buffer<f32, device, read>, %out: !enigma.buffer<f32, device>, %count: !enigma.scalar<si32>) fast {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = enigma.load_scalar %count : !enigma.scalar<si32>
  // CHECK-NEXT: const device float* a
  // CHECK: {
  // CHECK-NEXT: float acc = 0.0f;
  // CHECK-NEXT: for (int i = 0; i < count; ++i) {
  // CHECK-NEXT:   acc += a[i];
  // CHECK-NEXT: }
  // CHECK-NEXT: out[0] = acc;
  %s = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> (f32) : i32 {
    %ki = arith.index_cast %k : i32 to index
    %v = enigma.load %a[%ki] : !enigma.buffer<f32, device, read>
    %r = arith.addf %acc, %v : f32
    scf.yield %r : f32
  } loc("acc")
  enigma.store %s, %out[%i0] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: kernel void nested(
enigma.kernel @nested(%out: !enigma.buffer<ui32, device>, %count: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : i32
  %c4 = arith.constant 4 : i32
  %i0 = arith.constant 0 : index
  %n = enigma.load_scalar %count : !enigma.scalar<ui32>
  // The inner loop goes on with the outer one's variable.
  // CHECK: uint total = 0;
  // A step that could pass the end of the type is cut to what is left.
  // CHECK-NEXT: for (uint i = 0; i < count / 4; i += min(4u, count / 4 - i)) {
  // CHECK-NEXT:   for (uint j = i; j < count; j += min(4u, count - j)) {
  // CHECK-NEXT:     total += i * j;
  // CHECK-NEXT:   }
  // CHECK-NEXT: }
  // CHECK-NEXT: out[0] = total;
  %quarter = arith.divui %n, %c4 : i32
  %s = scf.for unsigned %i = %c0 to %quarter step %c4 iter_args(%x = %c0) -> (i32) : i32 {
    %t = scf.for unsigned %j = %i to %n step %c4 iter_args(%y = %x) -> (i32) : i32 {
      %p = arith.muli %i, %j : i32
      %r = arith.addi %y, %p : i32
      scf.yield %r : i32
    }
    scf.yield %t : i32
  } loc("total")
  enigma.store %s, %out[%i0] : !enigma.buffer<ui32, device>
  enigma.return
}

// Carried values change at once: an assignment waits for those that read its variable, a cycle takes a temporary.
// CHECK-LABEL: kernel void at_once(
enigma.kernel @at_once(%out: !enigma.buffer<ui32, device>, %count: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %i0 = arith.constant 0 : index
  %n = enigma.load_scalar %count : !enigma.scalar<ui32>
  // CHECK: for (uint i = 0; i < count; ++i) {
  // CHECK-NEXT: uint [[T:.*_next]] = [[B:carried_2]];
  // CHECK-NEXT: [[B]] = [[A:carried]] + [[B]];
  // CHECK-NEXT: [[A]] = [[T]];
  %s:2 = scf.for unsigned %i = %c0 to %n step %c1 iter_args(%a = %c0, %b = %c1) -> (i32, i32) : i32 {
    %r = arith.addi %a, %b : i32
    scf.yield %b, %r : i32, i32
  }
  // CHECK: uint [[T:.*_next]] = [[B]];
  // CHECK-NEXT: [[B]] = [[A]];
  // CHECK-NEXT: [[A]] = [[T]];
  %t:2 = scf.for unsigned %i = %c0 to %n step %c1 iter_args(%a = %s#0, %b = %s#1) -> (i32, i32) : i32 {
    scf.yield %b, %a : i32, i32
  }
  enigma.store %t#0, %out[%i0] : !enigma.buffer<ui32, device>
  enigma.store %t#1, %out[%i0] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

// CHECK-LABEL: kernel void steps(
enigma.kernel @steps(%out: !enigma.buffer<si32, device, write>, %n: !enigma.scalar<si32>) fast {
  %count = enigma.load_scalar %n : !enigma.scalar<si32>
  %c0 = arith.constant 0 : i32
  %c4 = arith.constant 4 : i32
  %c100 = arith.constant 100 : i32
  %last = arith.constant 2147483647 : i32
  %zero = arith.constant 0 : index
  // CHECK: for (int i = 0; i < 100; i += 4) {
  scf.for %i = %c0 to %c100 step %c4 : i32 {
    enigma.store %i, %out[%zero] : !enigma.buffer<si32, device, write>
  }
  // CHECK: for (int i = 0; i < 2147483647; i += min(4, 2147483647 - i)) {
  scf.for %i = %c0 to %last step %c4 : i32 {
    enigma.store %i, %out[%zero] : !enigma.buffer<si32, device, write>
  }
  // CHECK: for (int i = n; i < 2147483647; i += int(min(4u, 2147483647u - uint(i)))) {
  scf.for %i = %count to %last step %c4 : i32 {
    enigma.store %i, %out[%zero] : !enigma.buffer<si32, device, write>
  }
  enigma.return
}
