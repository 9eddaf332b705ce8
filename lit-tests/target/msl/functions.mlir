// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// RUN: enigma-translate --mlir-to-msl --no-comments --target=macos15 %s | FileCheck %s --check-prefix=NEW

// CHECK: // Precise math: compile with -fno-fast-math -ffp-contract=off.
// NEW-NOT: // Precise math

// CHECK-LABEL: kernel void fast_(
// NEW-LABEL: kernel void fast_(
// NEW-NOT: #pragma
enigma.kernel @fast_(%f: !enigma.buffer<f32, device>, %i: !enigma.buffer<si32, device>, %s: !enigma.scalar<f32>, %n: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %m = enigma.load_scalar %n : !enigma.scalar<ui32>
  // CHECK: f[0] = fma(exp(s), s, 1.0f);
  %one = arith.constant 1.0 : f32
  %0 = enigma.exp %x : f32
  %1 = enigma.fma %0, %x, %one : f32
  enigma.store %1, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: i[0] = abs(int(n));
  %2 = enigma.iabs %m : i32
  enigma.store %2, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: i[0] = simd_max(n);
  %3 = enigma.simd_max unsigned %m : i32
  enigma.store %3, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: i[0] = simd_max(int(n));
  %4 = enigma.simd_max %m : i32
  enigma.store %4, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: f[0] = simd_shuffle_down(s, 16);
  %c16 = arith.constant 16 : i16
  %5 = enigma.simd_shuffle_down %x, %c16 : f32
  enigma.store %5, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: f[0] = simd_broadcast(s, ushort(n));
  %lane = arith.trunci %m : i32 to i16
  %6 = enigma.simd_broadcast %x, %lane : f32
  enigma.store %6, %f[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: kernel void strict(
// NEW-LABEL: kernel void strict(
// NEW: #pragma METAL fp math_mode(safe)
// NEW-NEXT: #pragma METAL fp contract(off)
enigma.kernel @strict(%f: !enigma.buffer<f32, device>, %h: !enigma.buffer<f16, device>) precise {
  %c0 = arith.constant 0 : index
  // CHECK: f[0] = precise::exp(f[0]);
  %x = enigma.load %f[%c0] : !enigma.buffer<f32, device>
  %0 = enigma.exp %x : f32
  enigma.store %0, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: h[0] = exp(h[0]);
  %y = enigma.load %h[%c0] : !enigma.buffer<f16, device>
  %1 = enigma.exp %y : f16
  enigma.store %1, %h[%c0] : !enigma.buffer<f16, device>
  // One rounding in either mode: there is no precise::fma.
  // CHECK: f[0] = fma(f[0], 2.0f, 1.0f);
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %z = enigma.load %f[%c0] : !enigma.buffer<f32, device>
  %2 = enigma.fma %z, %two, %one : f32
  enigma.store %2, %f[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
