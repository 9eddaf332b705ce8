// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// Parentheses where the grammar or clang's warnings ask for them, and nowhere else.

// CHECK-LABEL: kernel void floats(
enigma.kernel @floats(%out: !enigma.buffer<f32, device>, %a: !enigma.scalar<f32>, %b: !enigma.scalar<f32>, %c: !enigma.scalar<f32>) fast {
  %i = arith.constant 0 : index
  %x = enigma.load_scalar %a : !enigma.scalar<f32>
  %y = enigma.load_scalar %b : !enigma.scalar<f32>
  %z = enigma.load_scalar %c : !enigma.scalar<f32>
  // CHECK: out[0] = a * b + c;
  %0 = arith.mulf %x, %y : f32
  %1 = arith.addf %0, %z : f32
  enigma.store %1, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = (a + b) * c;
  %2 = arith.addf %x, %y : f32
  %3 = arith.mulf %2, %z : f32
  enigma.store %3, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = a - b - c;
  %4 = arith.subf %x, %y : f32
  %5 = arith.subf %4, %z : f32
  enigma.store %5, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = a - (b - c);
  %6 = arith.subf %y, %z : f32
  %7 = arith.subf %x, %6 : f32
  enigma.store %7, %out[%i] : !enigma.buffer<f32, device>
  // Float addition does not associate.
  // CHECK: out[0] = a + (b + c);
  %8 = arith.addf %y, %z : f32
  %9 = arith.addf %x, %8 : f32
  enigma.store %9, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = a / (b * c);
  %10 = arith.mulf %y, %z : f32
  %11 = arith.divf %x, %10 : f32
  enigma.store %11, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = -(-a);
  %12 = arith.negf %x : f32
  %13 = arith.negf %12 : f32
  enigma.store %13, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = -(a + b);
  %14 = arith.addf %x, %y : f32
  %15 = arith.negf %14 : f32
  enigma.store %15, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = a < b && b < c ? a : c;
  %16 = arith.cmpf olt, %x, %y : f32
  %17 = arith.cmpf olt, %y, %z : f32
  %18 = arith.andi %16, %17 : i1
  %19 = arith.select %18, %x, %z : f32
  enigma.store %19, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = (a < b && b < c) || c < a ? a : c;
  %20 = arith.cmpf olt, %x, %y : f32
  %21 = arith.cmpf olt, %y, %z : f32
  %22 = arith.andi %20, %21 : i1
  %23 = arith.cmpf olt, %z, %x : f32
  %24 = arith.ori %22, %23 : i1
  %25 = arith.select %24, %x, %z : f32
  enigma.store %25, %out[%i] : !enigma.buffer<f32, device>
  // CHECK: out[0] = !(a < b) ? a : b;
  %true = arith.constant true
  %26 = arith.cmpf olt, %x, %y : f32
  %27 = arith.xori %26, %true : i1
  %28 = arith.select %27, %x, %y : f32
  enigma.store %28, %out[%i] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: kernel void integers(
enigma.kernel @integers(%out: !enigma.buffer<ui32, device>, %a: !enigma.scalar<ui32>, %b: !enigma.scalar<ui32>, %c: !enigma.scalar<ui32>) fast {
  %i = arith.constant 0 : index
  %x = enigma.load_scalar %a : !enigma.scalar<ui32>
  %y = enigma.load_scalar %b : !enigma.scalar<ui32>
  %z = enigma.load_scalar %c : !enigma.scalar<ui32>
  %one = arith.constant 1 : i32
  // CHECK: out[0] = (a + b) << 1;
  %0 = arith.addi %x, %y : i32
  %1 = arith.shli %0, %one : i32
  enigma.store %1, %out[%i] : !enigma.buffer<ui32, device>
  // CHECK: out[0] = (a & b) | c;
  %2 = arith.andi %x, %y : i32
  %3 = arith.ori %2, %z : i32
  enigma.store %3, %out[%i] : !enigma.buffer<ui32, device>
  // CHECK: out[0] = a | b | c;
  %4 = arith.ori %x, %y : i32
  %5 = arith.ori %4, %z : i32
  enigma.store %5, %out[%i] : !enigma.buffer<ui32, device>
  // CHECK: out[0] = (a & b) == c ? a : b;
  %6 = arith.andi %x, %y : i32
  %7 = arith.cmpi eq, %6, %z : i32
  %8 = arith.select %7, %x, %y : i32
  enigma.store %8, %out[%i] : !enigma.buffer<ui32, device>
  // CHECK: out[0] = a * (b % 7);
  %seven = arith.constant 7 : i32
  %9 = arith.remui %y, %seven : i32
  %10 = arith.muli %x, %9 : i32
  enigma.store %10, %out[%i] : !enigma.buffer<ui32, device>
  // CHECK: out[0] = (a < b ? a : b) + c;
  %11 = arith.cmpi ult, %x, %y : i32
  %12 = arith.select %11, %x, %y : i32
  %13 = arith.addi %12, %z : i32
  enigma.store %13, %out[%i] : !enigma.buffer<ui32, device>
  enigma.return
}
