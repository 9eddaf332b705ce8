// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// A zero divisor is undefined in C++ and unspecified in the language: divisions that may have one are calls.

// CHECK: inline int enigma_div(int a, int b) {
// CHECK-NEXT: return b == 0 ? 0 : b == -1 ? int(-uint(a)) : a / b;
// CHECK: inline uint enigma_div(uint a, uint b) {
// CHECK-NEXT: return b == 0u ? 0u : a / b;
// CHECK: inline int enigma_rem(int a, int b) {
// CHECK-NEXT: return b == 0 || b == -1 ? 0 : a % b;
// CHECK-NOT: inline
// CHECK-LABEL: kernel void k(
enigma.kernel @k(%a: !enigma.buffer<si32, device>, %b: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %three = arith.constant 3 : i32
  %minus = arith.constant -1 : i32
  %x = enigma.load %a[%c0] : !enigma.buffer<si32, device> loc("x")
  %u = enigma.load %b[%c0] : !enigma.buffer<ui32, device> loc("u")
  // CHECK: a[0] = x / 3;
  %0 = arith.divsi %x, %three : i32
  enigma.store %0, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = enigma_div(x, -1);
  %1 = arith.divsi %x, %minus : i32
  enigma.store %1, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = enigma_div(x, int(u));
  %2 = arith.divsi %x, %u : i32
  enigma.store %2, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: b[0] = enigma_div(uint(x), u);
  %3 = arith.divui %x, %u : i32
  enigma.store %3, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: a[0] = enigma_rem(x, int(u));
  %4 = arith.remsi %x, %u : i32
  enigma.store %4, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: b[0] = u % 3;
  %5 = arith.remui %u, %three : i32
  enigma.store %5, %b[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// Without divisions there are no functions.
