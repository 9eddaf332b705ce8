// bf16 is a type of AIR from macOS 14 on.
// RUN: enigma-translate --mlir-to-llvmir --target=macos13 --split-input-file --verify-diagnostics %s
// RUN: not enigma-translate --mlir-to-llvmir --target=ios16 --split-input-file %s 2>&1 | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O0 --target=macos14 --split-input-file %s | FileCheck %s --check-prefix=NATIVE

// CHECK: bf16 needs AIR 2.6; target ios16 has AIR 2.5
// NATIVE: = fadd reassoc nsz arcp contract afn bfloat
// expected-error @+1 {{bf16 needs AIR 2.6; target macos13 has AIR 2.5}}
enigma.kernel @buffer(%A: !enigma.buffer<bf16, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<bf16, device>
  %b = arith.addf %a, %a : bf16
  enigma.store %b, %A[%at] : !enigma.buffer<bf16, device>
  enigma.return
}

// -----

enigma.kernel @value(%A: !enigma.buffer<f32, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  // expected-error @+1 {{bf16 needs AIR 2.6}}
  %b = arith.truncf %a : f32 to bf16
  %c = arith.extf %b : bf16 to f32
  enigma.store %c, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @matrix(%A: !enigma.buffer<f32, device>) {
  %at = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  // expected-error @+1 {{bf16 needs AIR 2.6; target macos13 has AIR 2.5}}
  %p = enigma.simdgroup_multiply %m, %m : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<bf16, 8x8>
  %q = enigma.simdgroup_multiply %p, %p : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %q, %A[%at] origin(%at, %at) elements_per_row %at : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}
