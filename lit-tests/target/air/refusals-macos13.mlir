// bf16 is a type of AIR from macOS 14 on.
// RUN: enigma-translate --mlir-to-llvmir --target=macos13 --split-input-file --verify-diagnostics %s
// RUN: not enigma-translate --mlir-to-llvmir --target=ios16 --split-input-file %s 2>&1 | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O0 --target=macos14 --split-input-file %s | FileCheck %s --check-prefix=NATIVE

// CHECK: bf16 needs AIR 2.6; ios16 has 2.5, the first target with it is ios17
// NATIVE: = fadd reassoc nsz arcp contract afn bfloat
// expected-error @+1 {{bf16 needs AIR 2.6; macos13 has 2.5, the first target with it is macos14}}
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
