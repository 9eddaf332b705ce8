// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// Python's names where there are any; legal, not Metal's own, and different where both are visible.

// CHECK-LABEL: kernel void k(
// CHECK-NEXT: device float* float_ {{.*}}buffer(0)
// CHECK-NEXT: device float* kernel_ {{.*}}buffer(1)
// CHECK-NEXT: constant float& min_ {{.*}}buffer(2)
// CHECK-NEXT: constant float& xcexb1 {{.*}}buffer(3)
// CHECK-NEXT: constant float& i_2x {{.*}}buffer(4)
// CHECK-NEXT: uint i {{.*}}thread_position_in_grid
enigma.kernel @k(%a: !enigma.buffer<f32, device>, %b: !enigma.buffer<f32, device>, %c: !enigma.scalar<f32>, %d: !enigma.scalar<f32>, %e: !enigma.scalar<f32>) fast
    attributes {param_names = ["float", "kernel", "min", "α", "i__2x"]} {
  %i = enigma.thread_position_in_grid x loc("i")
  %ii = arith.index_castui %i : i32 to index
  %x = enigma.load_scalar %c : !enigma.scalar<f32>
  %y = enigma.load_scalar %d : !enigma.scalar<f32>
  // CHECK: float half_ = exp(min_);
  %0 = enigma.exp %x : f32 loc("half")
  enigma.store %0, %a[%ii] : !enigma.buffer<f32, device>
  enigma.store %0, %b[%ii] : !enigma.buffer<f32, device>
  // CHECK: float half_2 = exp(xcexb1);
  %1 = enigma.exp %y : f32 loc("half_")
  enigma.store %1, %a[%ii] : !enigma.buffer<f32, device>
  enigma.store %1, %b[%ii] : !enigma.buffer<f32, device>
  // CHECK: float INFINITY_ = exp2(xcexb1);
  %2 = enigma.exp2 %y : f32 loc("INFINITY")
  enigma.store %2, %a[%ii] : !enigma.buffer<f32, device>
  enigma.store %2, %b[%ii] : !enigma.buffer<f32, device>
  // CHECK: float my_simd_sum_ = sin(xcexb1);
  %3 = enigma.sin %y : f32 loc("simd_sum")
  enigma.store %3, %a[%ii] : !enigma.buffer<f32, device>
  enigma.store %3, %b[%ii] : !enigma.buffer<f32, device>
  enigma.return
}
