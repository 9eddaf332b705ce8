// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// Exact, and as short as reads back.

// CHECK-LABEL: kernel void floats(
enigma.kernel @floats(%a: !enigma.buffer<f32, device>, %h: !enigma.buffer<f16, device>, %b: !enigma.buffer<bf16, device>) fast {
  %i = arith.constant 0 : index
  // CHECK: a[0] = 0.5f;
  %0 = arith.constant 0.5 : f32
  enigma.store %0, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = 1.0e-5f;
  %1 = arith.constant 1.0e-5 : f32
  enigma.store %1, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = 0.1f;
  %2 = arith.constant 0.1 : f32
  enigma.store %2, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = 16777216.0f;
  %3 = arith.constant 16777216.0 : f32
  enigma.store %3, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = -0.0f;
  %4 = arith.constant -0.0 : f32
  enigma.store %4, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = 3.4028235e38f;
  %5 = arith.constant 0x7F7FFFFF : f32
  enigma.store %5, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = 1.0e-45f;
  %6 = arith.constant 0x00000001 : f32
  enigma.store %6, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = -INFINITY;
  %7 = arith.constant 0xFF800000 : f32
  enigma.store %7, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = NAN;
  %8 = arith.constant 0x7FC00000 : f32
  enigma.store %8, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: a[0] = as_type<float>(0x7fc00001u);
  %9 = arith.constant 0x7FC00001 : f32
  enigma.store %9, %a[%i] : !enigma.buffer<f32, device>
  // CHECK: h[0] = 0.1h;
  %10 = arith.constant 0.1 : f16
  enigma.store %10, %h[%i] : !enigma.buffer<f16, device>
  // CHECK: h[0] = 65504.0h;
  %11 = arith.constant 65504.0 : f16
  enigma.store %11, %h[%i] : !enigma.buffer<f16, device>
  // CHECK: h[0] = half(INFINITY);
  %12 = arith.constant 0x7C00 : f16
  enigma.store %12, %h[%i] : !enigma.buffer<f16, device>
  // CHECK: b[0] = bfloat(0.1f);
  %13 = arith.constant 0.1 : bf16
  enigma.store %13, %b[%i] : !enigma.buffer<bf16, device>
  enigma.return
}

// CHECK-LABEL: kernel void integers(
enigma.kernel @integers(%a: !enigma.buffer<si32, device>, %u: !enigma.buffer<ui32, device>, %l: !enigma.buffer<si64, device>,
                        %m: !enigma.buffer<ui64, device>, %c: !enigma.buffer<si8, device>, %b: !enigma.buffer<i1, device>) fast {
  %i = arith.constant 0 : index
  // CHECK: a[0] = -2147483647 - 1;
  %0 = arith.constant -2147483648 : i32
  enigma.store %0, %a[%i] : !enigma.buffer<si32, device>
  // CHECK: u[0] = 4294967295u;
  %1 = arith.constant -1 : i32
  enigma.store %1, %u[%i] : !enigma.buffer<ui32, device>
  // CHECK: a[0] = -1;
  enigma.store %1, %a[%i] : !enigma.buffer<si32, device>
  // CHECK: l[0] = 5000000000L;
  %2 = arith.constant 5000000000 : i64
  enigma.store %2, %l[%i] : !enigma.buffer<si64, device>
  // CHECK: m[0] = 18446744073709551615ul;
  %3 = arith.constant -1 : i64
  enigma.store %3, %m[%i] : !enigma.buffer<ui64, device>
  // CHECK: l[0] = -9223372036854775807L - 1;
  %4 = arith.constant -9223372036854775808 : i64
  enigma.store %4, %l[%i] : !enigma.buffer<si64, device>
  // CHECK: c[0] = -128;
  %5 = arith.constant -128 : i8
  enigma.store %5, %c[%i] : !enigma.buffer<si8, device>
  // CHECK: b[0] = true;
  %6 = arith.constant true
  enigma.store %6, %b[%i] : !enigma.buffer<i1, device>
  enigma.return
}
