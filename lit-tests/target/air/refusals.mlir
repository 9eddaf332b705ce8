// What has no AIR form is an error at its op.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file --verify-diagnostics %s

enigma.kernel @maximum(%A: !enigma.buffer<f32, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  // expected-error @+1 {{no AIR form for 'arith.maximumf' of 'f32', 'f32'}}
  %m = arith.maximumf %a, %a : f32
  enigma.store %m, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @too_much() {
  %a = enigma.threadgroup_alloc "a" : !enigma.buffer<f32, threadgroup, 8191>
  %b = enigma.threadgroup_alloc "b" : !enigma.buffer<f16, threadgroup, 2>
  // expected-error @+1 {{threadgroup memory of kernel 'too_much' is 32784 bytes up to here; the limit is 32768}}
  %c = enigma.threadgroup_alloc "c" : !enigma.buffer<vector<4xf32>, threadgroup, 1>
  enigma.return
}
