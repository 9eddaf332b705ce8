// What bf16 stays refused on targets whose AIR lacks the type: the matrix units and the loader take no stand-in.
// RUN: enigma-translate --mlir-to-llvmir --target=macos13 --split-input-file --verify-diagnostics %s
// RUN: not enigma-translate --mlir-to-llvmir --target=ios16 --split-input-file %s 2>&1 | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O0 --target=macos14 --split-input-file %s | FileCheck %s --check-prefix=NATIVE

// CHECK: a simdgroup matrix of bf16 needs AIR 2.6; target ios16 has AIR 2.5
// NATIVE: <64 x bfloat>
enigma.kernel @matrix(%A: !enigma.buffer<f32, device>) {
  %at = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  // expected-error @+1 {{a simdgroup matrix of bf16 needs AIR 2.6; target macos13 has AIR 2.5}}
  %p = enigma.simdgroup_multiply %m, %m : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<bf16, 8x8>
  %q = enigma.simdgroup_multiply %p, %p : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %q, %A[%at] origin(%at, %at) elements_per_row %at : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}

// -----

module {
  enigma.function_constant @scale index 0 : bf16
  enigma.kernel @constant(%A: !enigma.buffer<bf16, device>) {
    %at = arith.constant 0 : index
    // expected-error @+1 {{a function constant of bf16 needs AIR 2.6; target macos13 has AIR 2.5}}
    %s = enigma.get_function_constant @scale : bf16
    enigma.store %s, %A[%at] : !enigma.buffer<bf16, device>
    enigma.return
  }
}
