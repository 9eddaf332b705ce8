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
