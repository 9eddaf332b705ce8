// What function constants refuse; each case is named after its constraint (EnigmaConstants.td).
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{'enigma.function_constant' op type must be a scalar, got 'vector<4xf32>'}}
enigma.function_constant @function_constant_c1_vector index 0 : vector<4xf32>

// -----

// expected-error @below {{'enigma.function_constant' op element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'i32'}}
enigma.function_constant @function_constant_c1_signless index 0 : i32

// -----

// expected-error @below {{'enigma.function_constant' op index must be from 0 to 65535, got 65536}}
enigma.function_constant @function_constant_c2_large index 65536 : ui32

// -----

// expected-error @below {{'enigma.function_constant' op index must be from 0 to 65535, got -1}}
enigma.function_constant @function_constant_c2_negative index -1 : ui32

// -----

// expected-error @below {{index does not fit in 32 bits}}
enigma.function_constant @function_constant_c2_syntax index 4294967296 : ui32

// -----

// expected-error @below {{'enigma.function_constant' op default must be a number of type 'ui32', got 1.000000e+00 : f32}}
"enigma.function_constant"() <{sym_name = "function_constant_c3", index = 0 : i32, element_type = ui32, default_value = 1.0 : f32}> : () -> ()

// -----

// expected-error @below {{'enigma.function_constant' op default must be finite, got 0x7F800000 : f32}}
enigma.function_constant @function_constant_c3_infinite index 0 : f32 default 0x7F800000

// -----

enigma.function_constant @a index 7 : ui32
// expected-error @below {{'enigma.function_constant' op has the index 7 of @a}}
enigma.function_constant @function_constant_c4 index 7 : ui32

// -----

enigma.kernel @get_function_constant_c1() fast {
  // expected-error @below {{'enigma.get_function_constant' op there is no function constant @missing}}
  %0 = enigma.get_function_constant @missing : ui32
  enigma.return
}

// -----

enigma.kernel @get_function_constant_c1_kernel() fast {
  // expected-error @below {{'enigma.get_function_constant' op there is no function constant @get_function_constant_c1_kernel}}
  %0 = enigma.get_function_constant @get_function_constant_c1_kernel : ui32
  enigma.return
}

// -----

enigma.function_constant @n index 0 : ui32
enigma.kernel @get_function_constant_c2() fast {
  // expected-error @below {{'enigma.get_function_constant' op function constant @n is 'ui32', not 'si32'}}
  %0 = enigma.get_function_constant @n : si32
  enigma.return
}
