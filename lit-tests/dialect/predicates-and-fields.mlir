// Predicates and the functions of floats and bit fields that have types of their own.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @floats(
enigma.kernel @floats(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<bf16, device>, %C: !enigma.buffer<vector<4xf16>, device>) fast {
  %c0 = arith.constant 0 : index
  // CHECK: %[[X:.*]] = enigma.load %A
  // CHECK: %[[Y:.*]] = enigma.load %B
  // CHECK: %[[V:.*]] = enigma.load %C
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %B[%c0] : !enigma.buffer<bf16, device>
  %v = enigma.load %C[%c0] : !enigma.buffer<vector<4xf16>, device>
  // CHECK-NEXT: enigma.copysign %[[X]], %[[X]] : f32
  %0 = enigma.copysign %x, %x : f32
  // CHECK-NEXT: enigma.copysign %[[V]], %[[V]] : vector<4xf16>
  %1 = enigma.copysign %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.fdim %[[X]], %[[X]] : f32
  %2 = enigma.fdim %x, %x : f32
  // CHECK-NEXT: enigma.fdim %[[V]], %[[V]] : vector<4xf16>
  %3 = enigma.fdim %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.step %[[X]], %[[X]] : f32
  %4 = enigma.step %x, %x : f32
  // CHECK-NEXT: enigma.step %[[V]], %[[V]] : vector<4xf16>
  %5 = enigma.step %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.smoothstep %[[X]], %[[X]], %[[X]] : f32
  %6 = enigma.smoothstep %x, %x, %x : f32
  // CHECK-NEXT: enigma.smoothstep %[[V]], %[[V]], %[[V]] : vector<4xf16>
  %7 = enigma.smoothstep %v, %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.isnan %[[X]] : f32
  %8 = enigma.isnan %x : f32
  // CHECK-NEXT: enigma.isnan %[[Y]] : bf16
  %9 = enigma.isnan %y : bf16
  // CHECK-NEXT: enigma.isnan %[[V]] : vector<4xf16>
  %10 = enigma.isnan %v : vector<4xf16>
  // CHECK-NEXT: enigma.isinf %[[X]] : f32
  %11 = enigma.isinf %x : f32
  // CHECK-NEXT: enigma.isinf %[[Y]] : bf16
  %12 = enigma.isinf %y : bf16
  // CHECK-NEXT: enigma.isinf %[[V]] : vector<4xf16>
  %13 = enigma.isinf %v : vector<4xf16>
  // CHECK-NEXT: enigma.isfinite %[[X]] : f32
  %14 = enigma.isfinite %x : f32
  // CHECK-NEXT: enigma.isfinite %[[Y]] : bf16
  %15 = enigma.isfinite %y : bf16
  // CHECK-NEXT: enigma.isfinite %[[V]] : vector<4xf16>
  %16 = enigma.isfinite %v : vector<4xf16>
  // CHECK-NEXT: enigma.isnormal %[[X]] : f32
  %17 = enigma.isnormal %x : f32
  // CHECK-NEXT: enigma.isnormal %[[Y]] : bf16
  %18 = enigma.isnormal %y : bf16
  // CHECK-NEXT: enigma.isnormal %[[V]] : vector<4xf16>
  %19 = enigma.isnormal %v : vector<4xf16>
  // CHECK-NEXT: enigma.signbit %[[X]] : f32
  %20 = enigma.signbit %x : f32
  // CHECK-NEXT: enigma.signbit %[[Y]] : bf16
  %21 = enigma.signbit %y : bf16
  // CHECK-NEXT: enigma.signbit %[[V]] : vector<4xf16>
  %22 = enigma.signbit %v : vector<4xf16>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @integers(
enigma.kernel @integers(%A: !enigma.buffer<si16, device>, %B: !enigma.buffer<vector<2xui32>, device>) fast {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : i32
  // CHECK: %[[X:.*]] = enigma.load %A
  // CHECK: %[[V:.*]] = enigma.load %B
  %x = enigma.load %A[%c0] : !enigma.buffer<si16, device>
  %v = enigma.load %B[%c0] : !enigma.buffer<vector<2xui32>, device>
  // CHECK-NEXT: enigma.abs_diff %[[X]], %[[X]] : i16
  %0 = enigma.abs_diff %x, %x : i16
  // CHECK-NEXT: enigma.extract_bits %[[X]], %c3_i32, %c3_i32 : i16
  %1 = enigma.extract_bits %x, %c3, %c3 : i16
  // CHECK-NEXT: enigma.insert_bits %[[X]], %[[X]], %c3_i32, %c3_i32 : i16
  %2 = enigma.insert_bits %x, %x, %c3, %c3 : i16
  // CHECK-NEXT: enigma.abs_diff unsigned %[[V]], %[[V]] : vector<2xi32>
  %3 = enigma.abs_diff unsigned %v, %v : vector<2xi32>
  // CHECK-NEXT: enigma.extract_bits unsigned %[[V]], %c3_i32, %c3_i32 : vector<2xi32>
  %4 = enigma.extract_bits unsigned %v, %c3, %c3 : vector<2xi32>
  // CHECK-NEXT: enigma.insert_bits unsigned %[[V]], %[[V]], %c3_i32, %c3_i32 : vector<2xi32>
  %5 = enigma.insert_bits unsigned %v, %v, %c3, %c3 : vector<2xi32>
  enigma.return
}
