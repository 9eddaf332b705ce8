// Matrix loads read their buffer, matrix stores write it.
// RUN: enigma-opt %s --enigma-infer-access -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: enigma.kernel @each(
// CHECK-SAME: %read: !enigma.buffer<f32, device, read>
// CHECK-SAME: %written: !enigma.buffer<f32, device, write>
// CHECK-SAME: %both: !enigma.buffer<f32, device, read_write>
enigma.kernel @each(%read: !enigma.buffer<f32, device>, %written: !enigma.buffer<f32, device>, %both: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %m = enigma.simdgroup_matrix_load %read[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.buffer<f32, device>
  enigma.simdgroup_matrix_store %m, %written[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  %n = enigma.simdgroup_matrix_load %both[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.buffer<f32, device>
  enigma.simdgroup_matrix_store %n, %both[%c0] origin(%c8, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @read_of_write(%A: !enigma.buffer<f32, device, write>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{buffer 'A' is declared Out and cannot be read}}
  %m = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.buffer<f32, device, write>
  enigma.simdgroup_matrix_store %m, %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device, write>
  enigma.return
}
