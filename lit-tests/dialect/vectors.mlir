// Vectors: components, geometry, consecutive elements, truth of b1 vectors.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @components(
enigma.kernel @components(%A: !enigma.buffer<vector<4xf32>, device>, %B: !enigma.buffer<vector<2xi1>, device>, %x: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %v = enigma.load %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  %b = enigma.load %B[%c0] : !enigma.buffer<vector<2xi1>, device>
  %s = enigma.load_scalar %x : !enigma.scalar<f32>
  // CHECK: %[[V:.*]] = enigma.load %A
  // CHECK: %[[B:.*]] = enigma.load %B
  // CHECK: %[[S:.*]] = enigma.load_scalar
  // CHECK-NEXT: enigma.make_vec %[[S]], %[[S]], %[[S]] : vector<3xf32>
  %0 = enigma.make_vec %s, %s, %s : vector<3xf32>
  // CHECK-NEXT: enigma.vec_extract %[[V]][3] : vector<4xf32>
  %1 = enigma.vec_extract %v[3] : vector<4xf32>
  // CHECK-NEXT: enigma.vec_swizzle %[[V]] [2, 1] : vector<4xf32>
  %2 = enigma.vec_swizzle %v [2, 1] : vector<4xf32>
  // CHECK-NEXT: enigma.vec_insert %[[S]], %[[V]][0] : vector<4xf32>
  %3 = enigma.vec_insert %s, %v[0] : vector<4xf32>
  // CHECK-NEXT: enigma.any %[[B]] : vector<2xi1>
  %4 = enigma.any %b : vector<2xi1>
  // CHECK-NEXT: enigma.all %[[B]] : vector<2xi1>
  %5 = enigma.all %b : vector<2xi1>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @geometry(
enigma.kernel @geometry(%A: !enigma.buffer<vector<3xf16>, device>, %x: !enigma.scalar<f16>) fast {
  %c0 = arith.constant 0 : index
  %v = enigma.load %A[%c0] : !enigma.buffer<vector<3xf16>, device>
  %s = enigma.load_scalar %x : !enigma.scalar<f16>
  // CHECK: %[[V:.*]] = enigma.load %A
  // CHECK: %[[S:.*]] = enigma.load_scalar
  // CHECK-NEXT: enigma.dot %[[V]], %[[V]] : vector<3xf16>
  %0 = enigma.dot %v, %v : vector<3xf16>
  // CHECK-NEXT: enigma.length %[[V]] : vector<3xf16>
  %1 = enigma.length %v : vector<3xf16>
  // CHECK-NEXT: enigma.length_squared %[[V]] : vector<3xf16>
  %2 = enigma.length_squared %v : vector<3xf16>
  // CHECK-NEXT: enigma.distance %[[V]], %[[V]] : vector<3xf16>
  %3 = enigma.distance %v, %v : vector<3xf16>
  // CHECK-NEXT: enigma.normalize %[[V]] : vector<3xf16>
  %4 = enigma.normalize %v : vector<3xf16>
  // CHECK-NEXT: enigma.cross %[[V]], %[[V]] : vector<3xf16>
  %5 = enigma.cross %v, %v : vector<3xf16>
  // CHECK-NEXT: enigma.reflect %[[V]], %[[V]] : vector<3xf16>
  %6 = enigma.reflect %v, %v : vector<3xf16>
  // CHECK-NEXT: enigma.faceforward %[[V]], %[[V]], %[[V]] : vector<3xf16>
  %7 = enigma.faceforward %v, %v, %v : vector<3xf16>
  // CHECK-NEXT: enigma.refract %[[V]], %[[V]], %[[S]] : vector<3xf16>
  %8 = enigma.refract %v, %v, %s : vector<3xf16>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @consecutive(
enigma.kernel @consecutive(%A: !enigma.buffer<ui8, device, 4x8>) fast {
  %c5 = arith.constant 5 : index
  // CHECK: %[[V:.*]] = enigma.load_vec %A[%{{.*}}] : !enigma.buffer<ui8, device, 4x8> -> vector<3xi8>
  %v = enigma.load_vec %A[%c5] : !enigma.buffer<ui8, device, 4x8> -> vector<3xi8>
  // CHECK-NEXT: enigma.store_vec %[[V]], %A[%{{.*}}] : vector<3xi8>, !enigma.buffer<ui8, device, 4x8>
  enigma.store_vec %v, %A[%c5] : vector<3xi8>, !enigma.buffer<ui8, device, 4x8>
  enigma.return
}
