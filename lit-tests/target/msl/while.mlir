// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void plain(
enigma.kernel @plain(%out: !enigma.buffer<ui32, device>, %count: !enigma.scalar<ui32>) fast {
  %i0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i32
  %n = enigma.load_scalar %count : !enigma.scalar<ui32>
  // CHECK: uint x = 1;
  // CHECK-NEXT: while (x < count) {
  // CHECK-NEXT:   x += x;
  // CHECK-NEXT: }
  // CHECK-NEXT: out[0] = x;
  %r = scf.while (%x = %c1) : (i32) -> i32 {
    %c = arith.cmpi ult, %x, %n : i32
    scf.condition(%c) %x : i32
  } do {
  ^bb0(%x: i32):
    %d = arith.addi %x, %x : i32
    scf.yield %d : i32
  } loc("x")
  enigma.store %r, %out[%i0] : !enigma.buffer<ui32, device>
  enigma.return
}

// A condition that is more than an expression, and hands on something else than it was given.
// CHECK-LABEL: kernel void general(
enigma.kernel @general(%out: !enigma.buffer<ui32, device>, %count: !enigma.scalar<ui32>) fast {
  %i0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i32
  %n = enigma.load_scalar %count : !enigma.scalar<ui32>
  // CHECK: uint carried = 1;
  // CHECK-NEXT: uint last;
  // CHECK-NEXT: while (true) {
  // CHECK-NEXT:   uint product = carried * carried;
  // CHECK-NEXT:   last = product;
  // CHECK-NEXT:   if (!(product < count))
  // CHECK-NEXT:     break;
  // CHECK-NEXT:   carried = last + 1;
  // CHECK-NEXT: }
  // CHECK-NEXT: out[0] = last;
  %r = scf.while (%x = %c1) : (i32) -> i32 {
    %p = arith.muli %x, %x : i32
    %c = arith.cmpi ult, %p, %n : i32
    scf.condition(%c) %p : i32
  } do {
  ^bb0(%x: i32):
    %d = arith.addi %x, %c1 : i32
    scf.yield %d : i32
  }
  enigma.store %r, %out[%i0] : !enigma.buffer<ui32, device>
  enigma.return
}
