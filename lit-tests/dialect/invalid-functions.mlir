// What queries, barriers and functions of Metal's library refuse.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @dimension() fast {
  // expected-error @below {{expected ::enigma::Dimension to be one of: x, y, z}}
  %0 = enigma.thread_position_in_grid w
  // expected-error @below {{failed to parse Enigma_DimensionAttr parameter 'value' which is to be a `::enigma::Dimension`}}
  enigma.return
}

// -----

enigma.kernel @query_result() fast {
  // expected-error @below {{'enigma.thread_index_in_simdgroup' op result #0 must be 32-bit signless integer, but got 'i16'}}
  %0 = "enigma.thread_index_in_simdgroup"() : () -> i16
  enigma.return
}

// -----

enigma.kernel @query_dimension() fast {
  // expected-error @below {{'enigma.thread_position_in_grid' op requires attribute 'dimension'}}
  %0 = "enigma.thread_position_in_grid"() : () -> i32
  enigma.return
}

// -----

enigma.kernel @flags() fast {
  // expected-error @below {{expected ::enigma::MemFlags to be one of: mem_none, mem_device, mem_threadgroup, mem_device_and_threadgroup, mem_texture}}
  enigma.barrier mem_all
  // expected-error @below {{failed to parse Enigma_MemFlagsAttr parameter 'value' which is to be a `::enigma::MemFlags`}}
  enigma.return
}

// -----

enigma.kernel @math_integer(%i: !enigma.scalar<si32>) fast {
  %0 = enigma.load_scalar %i : !enigma.scalar<si32>
  // expected-error @below {{'enigma.sqrt' op operand #0 must be f16 or f32 or vector of 2 to 4 of them, but got 'i32'}}
  %1 = enigma.sqrt %0 : i32
  enigma.return
}

// -----

enigma.kernel @math_bfloat(%b: !enigma.scalar<bf16>) fast {
  %0 = enigma.load_scalar %b : !enigma.scalar<bf16>
  // expected-error @below {{'enigma.fmax' op operand #0 must be f16 or f32 or vector of 2 to 4 of them, but got 'bf16'}}
  %1 = enigma.fmax %0, %0 : bf16
  enigma.return
}

// -----

enigma.kernel @math_wide_vector() fast {
  %0 = arith.constant dense<1.0> : vector<8xf32>
  // expected-error @below {{'enigma.fma' op operand #0 must be f16 or f32 or vector of 2 to 4 of them, but got 'vector<8xf32>'}}
  %1 = enigma.fma %0, %0, %0 : vector<8xf32>
  enigma.return
}

// -----

enigma.kernel @math_types(%h: !enigma.scalar<f16>, %f: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %h : !enigma.scalar<f16>
  %1 = enigma.load_scalar %f : !enigma.scalar<f32>
  // expected-error @below {{'enigma.pow' op requires the same type for all operands and results}}
  %2 = "enigma.pow"(%0, %1) : (f16, f32) -> f16
  enigma.return
}

// -----

enigma.kernel @iabs_float(%f: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %f : !enigma.scalar<f32>
  // expected-error @below {{'enigma.iabs' op operand #0 must be signless integer or vector of 2 to 4 of them, but got 'f32'}}
  %1 = enigma.iabs %0 : f32
  enigma.return
}

// -----

enigma.kernel @simd_result(%f: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %f : !enigma.scalar<f32>
  // expected-error @below {{'enigma.simd_sum' op failed to verify that all of {value, result} have same type}}
  %1 = "enigma.simd_sum"(%0) : (f32) -> f16
  enigma.return
}

// -----

enigma.kernel @simd_lane(%f: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %f : !enigma.scalar<f32>
  %lane = arith.constant 0 : i32
  // expected-error @below {{'enigma.simd_shuffle' op operand #1 must be 16-bit signless integer, but got 'i32'}}
  %1 = "enigma.simd_shuffle"(%0, %lane) : (f32, i32) -> f32
  enigma.return
}

// -----

enigma.kernel @simd_wide(%l: !enigma.scalar<si64>) fast {
  %0 = enigma.load_scalar %l : !enigma.scalar<si64>
  // expected-error @below {{'enigma.simd_sum' op operand #0 must be f16, bf16 or f32 or vector of 2 to 4 of them or signless integer of at most 32 bits or vector of 2 to 4 of them, but got 'i64'}}
  %1 = enigma.simd_sum %0 : i64
  enigma.return
}

// -----

enigma.kernel @quad_bits_of_float(%f: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %f : !enigma.scalar<f32>
  // expected-error @below {{'enigma.quad_xor' op operand #0 must be signless integer of at most 32 bits or vector of 2 to 4 of them, but got 'f32'}}
  %1 = enigma.quad_xor %0 : f32
  enigma.return
}

// -----

enigma.kernel @vote_number(%i: !enigma.scalar<si32>) fast {
  %0 = enigma.load_scalar %i : !enigma.scalar<si32>
  // expected-error @below {{'enigma.simd_ballot' op operand #0 must be 1-bit signless integer, but got 'i32'}}
  %1 = "enigma.simd_ballot"(%0) : (i32) -> i64
  enigma.return
}

// -----

enigma.kernel @ballot_width(%c: !enigma.scalar<i1>) fast {
  %0 = enigma.load_scalar %c : !enigma.scalar<i1>
  // expected-error @below {{'enigma.quad_ballot' op result #0 must be 32-bit signless integer, but got 'i64'}}
  %1 = "enigma.quad_ballot"(%0) : (i1) -> i64
  enigma.return
}

// -----

enigma.kernel @predicate_integer(%i: !enigma.scalar<si32>) fast {
  %0 = enigma.load_scalar %i : !enigma.scalar<si32>
  // expected-error @below {{custom op 'enigma.isnan' 'x' must be f16, bf16 or f32 or vector of 2 to 4 of them, but got 'i32'}}
  %1 = enigma.isnan %0 : i32
  enigma.return
}

// -----

enigma.kernel @predicate_result(%f: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %f : !enigma.scalar<f32>
  // expected-error @below {{'enigma.isinf' op failed to verify that the result has a boolean for each component}}
  %1 = "enigma.isinf"(%0) : (f32) -> vector<2xi1>
  enigma.return
}

// -----

enigma.kernel @field_types(%i: !enigma.scalar<si32>, %s: !enigma.scalar<si16>) fast {
  %0 = enigma.load_scalar %i : !enigma.scalar<si32>
  %1 = enigma.load_scalar %s : !enigma.scalar<si16>
  // expected-error @below {{'enigma.insert_bits' op failed to verify that all of {base, insert, result} have same type}}
  %2 = "enigma.insert_bits"(%0, %1, %0, %0) : (i32, i16, i32, i32) -> i32
  enigma.return
}

// -----

enigma.kernel @field_offset(%s: !enigma.scalar<si16>) fast {
  %0 = enigma.load_scalar %s : !enigma.scalar<si16>
  // expected-error @below {{'enigma.extract_bits' op operand #1 must be 32-bit signless integer, but got 'i16'}}
  %1 = "enigma.extract_bits"(%0, %0, %0) : (i16, i16, i16) -> i16
  enigma.return
}
