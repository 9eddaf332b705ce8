// What simdgroup matrices refuse; each case is named after its constraint.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @elements(%A: !enigma.buffer<f32, device>, %x: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{a simdgroup matrix has elements of f32, f16 or bf16, got 'i32'}}
  %0 = "enigma.none"() : () -> !enigma.simdgroup_matrix<i32, 8x8>
  enigma.return
}

// -----

enigma.kernel @extents() fast {
  // expected-error @below {{a simdgroup matrix is 8x8, got 8x4}}
  %0 = "enigma.none"() : () -> !enigma.simdgroup_matrix<f32, 8x4>
  enigma.return
}

// -----

enigma.kernel @rank() fast {
  // expected-error @below {{a simdgroup matrix is 8x8, got 8x8x8}}
  %0 = "enigma.none"() : () -> !enigma.simdgroup_matrix<f32, 8x8x8>
  enigma.return
}

// -----

// expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got '!enigma.simdgroup_matrix<f32, 8x8>'}}
enigma.kernel @in_memory(%A: !enigma.buffer<!enigma.simdgroup_matrix<f32, 8x8>, device>) fast { enigma.return }

// -----

// expected-error @below {{argument 0 must be a buffer or a scalar, got '!enigma.simdgroup_matrix<f32, 8x8>'}}
enigma.kernel @argument(%A: !enigma.simdgroup_matrix<f32, 8x8>) fast { enigma.return }

// -----

enigma.kernel @make_filled_simdgroup_matrix_c1() fast {
  %x = arith.constant 0.0 : f32
  // expected-error @below {{'enigma.make_filled_simdgroup_matrix' op value type 'f32' does not match elements of '!enigma.simdgroup_matrix<f16, 8x8>'}}
  %0 = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f16, 8x8>
  enigma.return
}

// -----

enigma.kernel @simdgroup_matrix_load_c1(%A: !enigma.buffer<f32, constant>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.simdgroup_matrix_load' op a simdgroup matrix lies in device or threadgroup memory, got '!enigma.buffer<f32, constant>'}}
  %0 = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.buffer<f32, constant>
  enigma.return
}

// -----

enigma.kernel @simdgroup_matrix_load_c2(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.simdgroup_matrix_load' needs a buffer of f32, f16 or bf16, got '!enigma.buffer<ui32, device>'}}
  %0 = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

enigma.kernel @simdgroup_matrix_store_c1(%A: !enigma.buffer<f32, constant>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  // expected-error @below {{'enigma.simdgroup_matrix_store' op a simdgroup matrix lies in device or threadgroup memory, got '!enigma.buffer<f32, constant>'}}
  enigma.simdgroup_matrix_store %m, %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, constant>
  enigma.return
}

// -----

enigma.kernel @simdgroup_matrix_store_c2(%A: !enigma.buffer<f16, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  // expected-error @below {{'enigma.simdgroup_matrix_store' op elements of '!enigma.simdgroup_matrix<f32, 8x8>' do not match elements of '!enigma.buffer<f16, device>'}}
  enigma.simdgroup_matrix_store %m, %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f16, device>
  enigma.return
}

// -----

enigma.kernel @simdgroup_matrix_store_c3(%A: !enigma.buffer<f32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %m = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  // expected-error @below {{'enigma.simdgroup_matrix_store' op cannot write to read-only '!enigma.buffer<f32, device, read>'}}
  enigma.simdgroup_matrix_store %m, %A[%c0] origin(%c0, %c0) elements_per_row %c0 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device, read>
  enigma.return
}

// -----

enigma.kernel @number() fast {
  %x = arith.constant 0.0 : f32
  // expected-note @above {{prior use here}}
  // expected-error @below {{use of value '%x' expects different type than prior uses}}
  %0 = enigma.simdgroup_multiply %x, %x : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  enigma.return
}
