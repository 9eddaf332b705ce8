// Folds of the vector ops.
// RUN: enigma-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: enigma.kernel @constants(
// CHECK-DAG: %[[MADE:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : vector<2xf32>
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-DAG: %[[TURNED:.*]] = arith.constant dense<[2.000000e+00, 1.000000e+00]> : vector<2xf32>
// CHECK-DAG: %[[SET:.*]] = arith.constant dense<2.000000e+00> : vector<2xf32>
// CHECK: enigma.store %[[MADE]], %A
// CHECK: enigma.store %[[ONE]], %F
// CHECK: enigma.store %[[TURNED]], %A
// CHECK: enigma.store %[[SET]], %A
enigma.kernel @constants(%A: !enigma.buffer<vector<2xf32>, device>, %F: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 1.0 : f32
  %y = arith.constant 2.0 : f32
  %v = enigma.make_vec %x, %y : vector<2xf32>
  enigma.store %v, %A[%c0] : !enigma.buffer<vector<2xf32>, device>
  %0 = enigma.vec_extract %v[0] : vector<2xf32>
  enigma.store %0, %F[%c0] : !enigma.buffer<f32, device>
  %1 = enigma.vec_swizzle %v [1, 0] : vector<2xf32>
  enigma.store %1, %A[%c0] : !enigma.buffer<vector<2xf32>, device>
  %2 = enigma.vec_insert %y, %v[0] : vector<2xf32>
  enigma.store %2, %A[%c0] : !enigma.buffer<vector<2xf32>, device>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @components(
// CHECK: %[[V:.*]] = enigma.load_scalar %x
// CHECK: %[[S:.*]] = enigma.load_scalar %y
// A component of what was made of components.
// CHECK: enigma.store %[[S]], %F
// A component of a swizzle.
// CHECK: %[[Z:.*]] = enigma.vec_extract %[[V]][2]
// CHECK: enigma.store %[[Z]], %F
// The component that was put in, and one that was not.
// CHECK: enigma.store %[[S]], %F
// CHECK: %[[X:.*]] = enigma.vec_extract %[[V]][0]
// CHECK: enigma.store %[[X]], %F
// All components in order, and the swizzle that changes nothing.
// CHECK: enigma.store %[[V]], %A
// CHECK: enigma.store %[[V]], %A
// CHECK: enigma.return
enigma.kernel @components(%A: !enigma.buffer<vector<3xf32>, device>, %F: !enigma.buffer<f32, device>,
                          %x: !enigma.scalar<vector<3xf32>>, %y: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %v = enigma.load_scalar %x : !enigma.scalar<vector<3xf32>>
  %s = enigma.load_scalar %y : !enigma.scalar<f32>
  %made = enigma.make_vec %s, %s : vector<2xf32>
  %0 = enigma.vec_extract %made[1] : vector<2xf32>
  enigma.store %0, %F[%c0] : !enigma.buffer<f32, device>
  %turned = enigma.vec_swizzle %v [2, 0] : vector<3xf32>
  %1 = enigma.vec_extract %turned[0] : vector<2xf32>
  enigma.store %1, %F[%c0] : !enigma.buffer<f32, device>
  %set = enigma.vec_insert %s, %v[1] : vector<3xf32>
  %2 = enigma.vec_extract %set[1] : vector<3xf32>
  enigma.store %2, %F[%c0] : !enigma.buffer<f32, device>
  %3 = enigma.vec_extract %set[0] : vector<3xf32>
  enigma.store %3, %F[%c0] : !enigma.buffer<f32, device>
  %a = enigma.vec_extract %v[0] : vector<3xf32>
  %b = enigma.vec_extract %v[1] : vector<3xf32>
  %c = enigma.vec_extract %v[2] : vector<3xf32>
  %same = enigma.make_vec %a, %b, %c : vector<3xf32>
  enigma.store %same, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  %identity = enigma.vec_swizzle %v [0, 1, 2] : vector<3xf32>
  enigma.store %identity, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  enigma.return
}
