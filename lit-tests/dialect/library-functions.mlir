// The other functions of floats and integers: syntax and signedness.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @floats(
enigma.kernel @floats(%f: !enigma.scalar<f32>) fast {
  // CHECK: %[[X:.*]] = enigma.load_scalar
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  // CHECK-NEXT: enigma.sinpi %[[X]] : f32
  %0 = enigma.sinpi %x : f32
  // CHECK-NEXT: enigma.cospi %[[X]] : f32
  %1 = enigma.cospi %x : f32
  // CHECK-NEXT: enigma.asin %[[X]] : f32
  %2 = enigma.asin %x : f32
  // CHECK-NEXT: enigma.acos %[[X]] : f32
  %3 = enigma.acos %x : f32
  // CHECK-NEXT: enigma.atan %[[X]] : f32
  %4 = enigma.atan %x : f32
  // CHECK-NEXT: enigma.sinh %[[X]] : f32
  %5 = enigma.sinh %x : f32
  // CHECK-NEXT: enigma.cosh %[[X]] : f32
  %6 = enigma.cosh %x : f32
  // CHECK-NEXT: enigma.asinh %[[X]] : f32
  %7 = enigma.asinh %x : f32
  // CHECK-NEXT: enigma.acosh %[[X]] : f32
  %8 = enigma.acosh %x : f32
  // CHECK-NEXT: enigma.atanh %[[X]] : f32
  %9 = enigma.atanh %x : f32
  // CHECK-NEXT: enigma.saturate %[[X]] : f32
  %10 = enigma.saturate %x : f32
  // CHECK-NEXT: enigma.sign %[[X]] : f32
  %11 = enigma.sign %x : f32
  // CHECK-NEXT: enigma.fract %[[X]] : f32
  %12 = enigma.fract %x : f32
  // CHECK-NEXT: enigma.powr %[[X]], %[[X]] : f32
  %13 = enigma.powr %x, %x : f32
  // CHECK-NEXT: enigma.fmod %[[X]], %[[X]] : f32
  %14 = enigma.fmod %x, %x : f32
  // CHECK-NEXT: enigma.atan2 %[[X]], %[[X]] : f32
  %15 = enigma.atan2 %x, %x : f32
  // CHECK-NEXT: enigma.mix %[[X]], %[[X]], %[[X]] : f32
  %16 = enigma.mix %x, %x, %x : f32
  enigma.return
}

// CHECK-LABEL: enigma.kernel @integers(
enigma.kernel @integers(%i: !enigma.scalar<si32>) fast {
  // CHECK: %[[X:.*]] = enigma.load_scalar
  %x = enigma.load_scalar %i : !enigma.scalar<si32>
  // CHECK-NEXT: enigma.imin %[[X]], %[[X]] : i32
  %0 = enigma.imin %x, %x : i32
  // CHECK-NEXT: enigma.imin unsigned %[[X]], %[[X]] : i32
  %1 = enigma.imin unsigned %x, %x : i32
  // CHECK-NEXT: enigma.imax %[[X]], %[[X]] : i32
  %2 = enigma.imax %x, %x : i32
  // CHECK-NEXT: enigma.imax unsigned %[[X]], %[[X]] : i32
  %3 = enigma.imax unsigned %x, %x : i32
  // CHECK-NEXT: enigma.iclamp %[[X]], %[[X]], %[[X]] : i32
  %4 = enigma.iclamp %x, %x, %x : i32
  // CHECK-NEXT: enigma.iclamp unsigned %[[X]], %[[X]], %[[X]] : i32
  %5 = enigma.iclamp unsigned %x, %x, %x : i32
  // CHECK-NEXT: enigma.add_sat %[[X]], %[[X]] : i32
  %6 = enigma.add_sat %x, %x : i32
  // CHECK-NEXT: enigma.add_sat unsigned %[[X]], %[[X]] : i32
  %7 = enigma.add_sat unsigned %x, %x : i32
  // CHECK-NEXT: enigma.sub_sat %[[X]], %[[X]] : i32
  %8 = enigma.sub_sat %x, %x : i32
  // CHECK-NEXT: enigma.sub_sat unsigned %[[X]], %[[X]] : i32
  %9 = enigma.sub_sat unsigned %x, %x : i32
  // CHECK-NEXT: enigma.mul_hi %[[X]], %[[X]] : i32
  %10 = enigma.mul_hi %x, %x : i32
  // CHECK-NEXT: enigma.mul_hi unsigned %[[X]], %[[X]] : i32
  %11 = enigma.mul_hi unsigned %x, %x : i32
  // CHECK-NEXT: enigma.mad_hi %[[X]], %[[X]], %[[X]] : i32
  %12 = enigma.mad_hi %x, %x, %x : i32
  // CHECK-NEXT: enigma.mad_hi unsigned %[[X]], %[[X]], %[[X]] : i32
  %13 = enigma.mad_hi unsigned %x, %x, %x : i32
  // CHECK-NEXT: enigma.mad_sat %[[X]], %[[X]], %[[X]] : i32
  %14 = enigma.mad_sat %x, %x, %x : i32
  // CHECK-NEXT: enigma.mad_sat unsigned %[[X]], %[[X]], %[[X]] : i32
  %15 = enigma.mad_sat unsigned %x, %x, %x : i32
  // CHECK-NEXT: enigma.rotate %[[X]], %[[X]] : i32
  %16 = enigma.rotate %x, %x : i32
  // CHECK-NEXT: enigma.rotate unsigned %[[X]], %[[X]] : i32
  %17 = enigma.rotate unsigned %x, %x : i32
  // CHECK-NEXT: enigma.popcount %[[X]] : i32
  %18 = enigma.popcount %x : i32
  // CHECK-NEXT: enigma.popcount unsigned %[[X]] : i32
  %19 = enigma.popcount unsigned %x : i32
  // CHECK-NEXT: enigma.clz %[[X]] : i32
  %20 = enigma.clz %x : i32
  // CHECK-NEXT: enigma.clz unsigned %[[X]] : i32
  %21 = enigma.clz unsigned %x : i32
  // CHECK-NEXT: enigma.ctz %[[X]] : i32
  %22 = enigma.ctz %x : i32
  // CHECK-NEXT: enigma.ctz unsigned %[[X]] : i32
  %23 = enigma.ctz unsigned %x : i32
  // CHECK-NEXT: enigma.reverse_bits %[[X]] : i32
  %24 = enigma.reverse_bits %x : i32
  // CHECK-NEXT: enigma.reverse_bits unsigned %[[X]] : i32
  %25 = enigma.reverse_bits unsigned %x : i32
  // CHECK-NEXT: enigma.abs_diff %[[X]], %[[X]] : i32
  %26 = enigma.abs_diff %x, %x : i32
  // CHECK-NEXT: enigma.abs_diff unsigned %[[X]], %[[X]] : i32
  %27 = enigma.abs_diff unsigned %x, %x : i32
  enigma.return
}
