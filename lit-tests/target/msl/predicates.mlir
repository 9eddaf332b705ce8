// Predicates: Metal's own under precise math; the bits under fast math, where Metal's may fold.
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// Each is defined once, for the types that need it.
// CHECK: inline bool enigma_isfinite(float x) {
// CHECK-NEXT: return (as_type<uint>(x) & 0x7fffffffu) < 0x7f800000u;
// CHECK: inline bool enigma_isinf(float x) {
// CHECK-NEXT: return (as_type<uint>(x) & 0x7fffffffu) == 0x7f800000u;
// CHECK: inline bool enigma_isnan(float x) {
// CHECK-NEXT: return (as_type<uint>(x) & 0x7fffffffu) > 0x7f800000u;
// CHECK: inline bool enigma_isnan(half x) {
// CHECK-NEXT: return (as_type<ushort>(x) & 0x7fff) > 0x7c00;
// CHECK: inline bool enigma_isnormal(bfloat x) {
// CHECK-NEXT: return (as_type<ushort>(x) & 0x7f80) != 0 && (as_type<ushort>(x) & 0x7f80) != 0x7f80;
// CHECK: inline bool enigma_signbit(float x) {
// CHECK-NEXT: return (as_type<uint>(x) & 0x80000000u) != 0;
// CHECK-NOT: inline

// CHECK-LABEL: kernel void fast_(
enigma.kernel @fast_(%b: !enigma.buffer<i1, device>, %f: !enigma.scalar<f32>, %h: !enigma.scalar<f16>, %g: !enigma.scalar<bf16>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  %y = enigma.load_scalar %h : !enigma.scalar<f16>
  %z = enigma.load_scalar %g : !enigma.scalar<bf16>
  // CHECK: b[0] = enigma_isnan(f);
  %0 = enigma.isnan %x : f32
  enigma.store %0, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = enigma_isnan(h);
  %1 = enigma.isnan %y : f16
  enigma.store %1, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = enigma_isinf(f);
  %2 = enigma.isinf %x : f32
  enigma.store %2, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = enigma_isfinite(f);
  %3 = enigma.isfinite %x : f32
  enigma.store %3, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = enigma_isnormal(g);
  %4 = enigma.isnormal %z : bf16
  enigma.store %4, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = enigma_signbit(f);
  %5 = enigma.signbit %x : f32
  enigma.store %5, %b[%c0] : !enigma.buffer<i1, device>
  enigma.return
}

// CHECK-LABEL: kernel void strict(
enigma.kernel @strict(%b: !enigma.buffer<i1, device>, %f: !enigma.scalar<f32>, %g: !enigma.scalar<bf16>) precise {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  %z = enigma.load_scalar %g : !enigma.scalar<bf16>
  // CHECK: b[0] = isnan(f);
  %0 = enigma.isnan %x : f32
  enigma.store %0, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = isnormal(g);
  %1 = enigma.isnormal %z : bf16
  enigma.store %1, %b[%c0] : !enigma.buffer<i1, device>
  enigma.return
}
