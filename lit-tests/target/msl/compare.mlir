// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void floats(
enigma.kernel @floats(%out: !enigma.buffer<i1, device>, %a: !enigma.scalar<f32>, %b: !enigma.scalar<f32>) fast {
  %i = arith.constant 0 : index
  %x = enigma.load_scalar %a : !enigma.scalar<f32>
  %y = enigma.load_scalar %b : !enigma.scalar<f32>
  // CHECK: out[0] = a == b;
  %0 = arith.cmpf oeq, %x, %y : f32
  enigma.store %0, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = a != b;
  %1 = arith.cmpf une, %x, %y : f32
  enigma.store %1, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = a < b || a > b;
  %2 = arith.cmpf one, %x, %y : f32
  enigma.store %2, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = !(a < b || a > b);
  %3 = arith.cmpf ueq, %x, %y : f32
  enigma.store %3, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = !(a >= b);
  %4 = arith.cmpf ult, %x, %y : f32
  enigma.store %4, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = isnan(a) || isnan(b);
  %5 = arith.cmpf uno, %x, %y : f32
  enigma.store %5, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = isnan(a);
  %6 = arith.cmpf uno, %x, %x : f32
  enigma.store %6, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = !isnan(a);
  %7 = arith.cmpf ord, %x, %x : f32
  enigma.store %7, %out[%i] : !enigma.buffer<i1, device>
  enigma.return
}

// An operand that the text repeats is computed once.
// CHECK-LABEL: kernel void repeated(
enigma.kernel @repeated(%out: !enigma.buffer<i1, device>, %in: !enigma.buffer<f32, device>) fast {
  %i = arith.constant 0 : index
  %c = arith.constant 2.0 : f32
  // CHECK: float [[V:in_value]] = in[0];
  // CHECK: out[0] = [[V]] < 2.0f || [[V]] > 2.0f;
  %x = enigma.load %in[%i] : !enigma.buffer<f32, device>
  %0 = arith.cmpf one, %x, %c : f32
  enigma.store %0, %out[%i] : !enigma.buffer<i1, device>
  enigma.return
}

// Both sides of a comparison have one signedness.
// CHECK-LABEL: kernel void integers(
enigma.kernel @integers(%out: !enigma.buffer<i1, device>, %a: !enigma.scalar<si32>, %b: !enigma.scalar<ui32>) fast {
  %i = arith.constant 0 : index
  %five = arith.constant 5 : i32
  %x = enigma.load_scalar %a : !enigma.scalar<si32>
  %y = enigma.load_scalar %b : !enigma.scalar<ui32>
  // CHECK: out[0] = uint(a) == b;
  %0 = arith.cmpi eq, %x, %y : i32
  enigma.store %0, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = uint(a) < b;
  %1 = arith.cmpi ult, %x, %y : i32
  enigma.store %1, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = a < int(b);
  %2 = arith.cmpi slt, %x, %y : i32
  enigma.store %2, %out[%i] : !enigma.buffer<i1, device>
  // CHECK: out[0] = b > 5;
  %3 = arith.cmpi ugt, %y, %five : i32
  enigma.store %3, %out[%i] : !enigma.buffer<i1, device>
  // The signed reading of true is -1.
  // CHECK: out[0] = (b > 5) < (a > 5);
  %4 = arith.cmpi sgt, %x, %five : i32
  %5 = arith.cmpi ugt, %y, %five : i32
  %6 = arith.cmpi slt, %4, %5 : i1
  enigma.store %6, %out[%i] : !enigma.buffer<i1, device>
  enigma.return
}
