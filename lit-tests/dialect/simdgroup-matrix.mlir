// Simdgroup matrices: types and ops, round trip.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @each(
// CHECK: %[[Z:.*]] = enigma.make_filled_simdgroup_matrix %{{.*}} : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
// CHECK: %[[A:.*]] = enigma.simdgroup_matrix_load %A[%c0] origin(%c8, %c0) elements_per_row %c8 : !enigma.buffer<f16, device>
// CHECK: %[[B:.*]] = enigma.simdgroup_matrix_load %T[%c0] origin(%c0, %c8) elements_per_row %c8 transpose : !enigma.buffer<bf16, threadgroup, 8x16>
// CHECK: %[[P:.*]] = enigma.simdgroup_multiply %[[A]], %[[B]] : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
// CHECK: %[[S:.*]] = enigma.simdgroup_multiply_accumulate %[[A]], %[[P]], %[[Z]] : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
// CHECK: enigma.simdgroup_matrix_store %[[S]], %C[%c8] origin(%c0, %c0) elements_per_row %c8 transpose : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
// CHECK: enigma.simdgroup_matrix_store %[[B]], %T[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.buffer<bf16, threadgroup, 8x16>
enigma.kernel @each(%A: !enigma.buffer<f16, device>, %C: !enigma.buffer<f32, device>) fast {
  %T = enigma.threadgroup_alloc "T" : !enigma.buffer<bf16, threadgroup, 8x16>
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %z = enigma.make_filled_simdgroup_matrix %zero : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %a = enigma.simdgroup_matrix_load %A[%c0] origin(%c8, %c0) elements_per_row %c8 : !enigma.buffer<f16, device>
  %b = enigma.simdgroup_matrix_load %T[%c0] origin(%c0, %c8) elements_per_row %c8 transpose : !enigma.buffer<bf16, threadgroup, 8x16>
  %p = enigma.simdgroup_multiply %a, %b : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  %s = enigma.simdgroup_multiply_accumulate %a, %p, %z : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %s, %C[%c8] origin(%c0, %c0) elements_per_row %c8 transpose : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.simdgroup_matrix_store %b, %T[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.buffer<bf16, threadgroup, 8x16>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @carried(
// CHECK: scf.for {{.*}} -> (!enigma.simdgroup_matrix<f32, 8x8>)
enigma.kernel @carried(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %one = arith.constant 1.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %one : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %r = scf.for %i = %c0 to %c8 step %c8 iter_args(%acc = %m) -> (!enigma.simdgroup_matrix<f32, 8x8>) {
    %n = enigma.simdgroup_multiply_accumulate %m, %m, %acc : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    scf.yield %n : !enigma.simdgroup_matrix<f32, 8x8>
  }
  enigma.simdgroup_matrix_store %r, %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}
