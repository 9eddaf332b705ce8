// Effects of simdgroup matrices: what lanes do together stays where it is.
// RUN: enigma-opt %s --cse --loop-invariant-code-motion | FileCheck %s

// Equal ops in a branch belong to other lanes; none leaves the loop.
// CHECK-LABEL: enigma.kernel @together(
// CHECK: enigma.make_filled_simdgroup_matrix
// CHECK: scf.if
// CHECK: enigma.make_filled_simdgroup_matrix
// CHECK: enigma.simdgroup_matrix_load
// CHECK: scf.for
// CHECK-NEXT: enigma.simdgroup_matrix_load
// CHECK-NEXT: enigma.simdgroup_multiply
// CHECK-NEXT: enigma.simdgroup_multiply_accumulate
// CHECK-NEXT: enigma.simdgroup_matrix_store
enigma.kernel @together(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<f32, device>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %x = arith.constant 0.0 : f32
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  scf.if %cond {
    %n = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
    enigma.simdgroup_matrix_store %n, %B[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  }
  %a = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.buffer<f32, device>
  scf.for %i = %c0 to %c8 step %c1 {
    %b = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.buffer<f32, device>
    %p = enigma.simdgroup_multiply %a, %b : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    %s = enigma.simdgroup_multiply_accumulate %a, %m, %p : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    enigma.simdgroup_matrix_store %s, %B[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  }
  enigma.return
}

// A load reads memory and a store writes it: plain loads stay between.
// CHECK-LABEL: enigma.kernel @memory(
// CHECK: %[[X:.*]] = enigma.load %A
// CHECK: enigma.simdgroup_matrix_load %A
// CHECK: enigma.simdgroup_matrix_store
// CHECK: %[[Y:.*]] = enigma.load %A
// CHECK: arith.addf %[[X]], %[[Y]]
enigma.kernel @memory(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %m = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.buffer<f32, device>
  enigma.simdgroup_matrix_store %m, %B[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  %y = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %z = arith.addf %x, %y : f32
  enigma.store %z, %B[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
