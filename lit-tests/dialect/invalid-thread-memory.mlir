// What memory of one thread refuses; each case is named after its constraint.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @thread_alloc_c1() fast {
  // expected-error @below {{'enigma.thread_alloc' op must allocate thread memory, got '!enigma.buffer<f32, threadgroup, 4>'}}
  %0 = enigma.thread_alloc : !enigma.buffer<f32, threadgroup, 4>
  enigma.return
}

// -----

enigma.kernel @thread_alloc_c1_shape() fast {
  // expected-error @below {{thread memory needs a shape}}
  %0 = enigma.thread_alloc : !enigma.buffer<f32, thread>
  enigma.return
}

// -----

enigma.kernel @thread_size() fast {
  %0 = enigma.thread_alloc : !enigma.buffer<f32, thread, 8192>
  // expected-error @below {{thread memory has at most 32768 bytes, got 32784}}
  %1 = enigma.thread_alloc : !enigma.buffer<vector<3xf32>, thread, 2049>
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op argument 0 cannot be thread memory}}
enigma.kernel @kernel_c3(%A: !enigma.buffer<f32, thread, 4>) fast {
  enigma.return
}
