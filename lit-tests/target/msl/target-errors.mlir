// RUN: enigma-translate --mlir-to-msl --target=macos13 --split-input-file --verify-diagnostics %s
// RUN: enigma-translate --mlir-to-msl --target=macos14 --split-input-file %s | FileCheck %s

// CHECK: bfloat(
enigma.kernel @values(%a: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %a[%c0] : !enigma.buffer<f32, device>
  // expected-error @below {{bf16 needs Metal 3.1; target macos13 has Metal 3.0}}
  %0 = arith.truncf %x : f32 to bf16
  %1 = arith.extf %0 : bf16 to f32
  enigma.store %1, %a[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

// expected-error @below {{bf16 needs Metal 3.1; target macos13 has Metal 3.0}}
enigma.kernel @buffers(%a: !enigma.buffer<bf16, device>) fast {
  enigma.return
}

// -----

enigma.kernel @matrices(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  // expected-error @below {{bf16 needs Metal 3.1; target macos13 has Metal 3.0}}
  %p = enigma.simdgroup_multiply %m, %m : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<bf16, 8x8>
  %q = enigma.simdgroup_multiply %p, %p : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %q, %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}
