// What the buffer and scalar types refuse.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'i32'}}
enigma.kernel @signless(%A: !enigma.buffer<i32, device>) fast { enigma.return }

// -----

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'f64'}}
enigma.kernel @double(%A: !enigma.buffer<f64, device>) fast { enigma.return }

// -----

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'si24'}}
enigma.kernel @width(%A: !enigma.buffer<si24, device>) fast { enigma.return }

// -----

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'ui1'}}
enigma.kernel @signed_bool(%A: !enigma.buffer<ui1, device>) fast { enigma.return }

// -----

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'index'}}
enigma.kernel @index(%A: !enigma.scalar<index>) fast { enigma.return }

// -----

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'vector<2xi8>'}}
enigma.kernel @signless_vector(%A: !enigma.scalar<vector<2xi8>>) fast { enigma.return }

// -----

// expected-error @below {{a vector element has 2, 3 or 4 components, got 'vector<5xf32>'}}
enigma.kernel @vector5(%A: !enigma.buffer<vector<5xf32>, device>) fast { enigma.return }

// -----

// expected-error @below {{a vector element has 2, 3 or 4 components, got 'vector<1xf32>'}}
enigma.kernel @vector1(%A: !enigma.buffer<vector<1xf32>, device>) fast { enigma.return }

// -----

// expected-error @below {{a vector element has 2, 3 or 4 components, got 'vector<2x2xf32>'}}
enigma.kernel @matrix(%A: !enigma.scalar<vector<2x2xf32>>) fast { enigma.return }

// -----

// expected-error @below {{a vector element has 2, 3 or 4 components, got 'vector<[4]xf32>'}}
enigma.kernel @scalable(%A: !enigma.buffer<vector<[4]xf32>, device>) fast { enigma.return }

// -----

// expected-error @below {{extents must be positive, got 0}}
enigma.kernel @zero(%A: !enigma.buffer<f32, device, 4x0>) fast { enigma.return }

// -----

// expected-error @below {{a buffer has at most 1099511627776 elements}}
enigma.kernel @large(%A: !enigma.buffer<f32, device, 4294967296x4294967296>) fast { enigma.return }

// -----

enigma.kernel @largest(%A: !enigma.buffer<f32, device, 1048576x1048576>) fast { enigma.return }

// -----

enigma.kernel @threadgroup() fast {
  // expected-error @below {{threadgroup memory needs a shape}}
  %0 = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup>
  enigma.return
}

// -----

// expected-error @below {{constant memory can only be read}}
enigma.kernel @constant(%A: !enigma.buffer<f32, constant, write>) fast { enigma.return }

// -----

// expected-error @below {{constant memory can only be read}}
enigma.kernel @constant_rw(%A: !enigma.buffer<f32, constant, read_write>) fast { enigma.return }

// -----

// expected-error @below {{expected device, constant, threadgroup or thread}}
enigma.kernel @space(%A: !enigma.buffer<f32, host>) fast { enigma.return }

// -----

// expected-error @below {{expected ','}}
enigma.kernel @no_space(%A: !enigma.buffer<f32>) fast { enigma.return }

// -----

// expected-error @below {{expected read, write, read_write or a shape}}
enigma.kernel @access(%A: !enigma.buffer<f32, device, readonly>) fast { enigma.return }

// -----

// expected-error @below {{expected '>'}}
enigma.kernel @two_accesses(%A: !enigma.buffer<f32, device, read, write>) fast { enigma.return }

// -----

// expected-error @below {{expected '>'}}
enigma.kernel @access_last(%A: !enigma.buffer<f32, device, 4, read>) fast { enigma.return }

// -----

// expected-error @below {{expected '>'}}
enigma.kernel @two_shapes(%A: !enigma.buffer<f32, device, 4, 4>) fast { enigma.return }

// -----

// expected-error @below {{expected static shape}}
enigma.kernel @dynamic(%A: !enigma.buffer<f32, device, ?x4>) fast { enigma.return }
