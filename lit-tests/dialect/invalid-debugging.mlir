// What debugging ops refuse; each case is named after its constraint (EnigmaDebug.td).
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @device_print_c1_count(%x: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %x : !enigma.scalar<f32>
  // expected-error @below {{'enigma.device_print' op has 1 values but 0 types}}
  "enigma.device_print"(%0) <{format = "{}", types = []}> : (f32) -> ()
  enigma.return
}

// -----

enigma.kernel @device_print_c1_type(%x: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %x : !enigma.scalar<f32>
  // expected-error @below {{'enigma.device_print' op value of type 'f32' is not a 'ui32'}}
  "enigma.device_print"(%0) <{format = "{}", types = [ui32]}> : (f32) -> ()
  enigma.return
}

// -----

enigma.kernel @device_print_c1_signless(%x: !enigma.scalar<ui32>) fast {
  %0 = enigma.load_scalar %x : !enigma.scalar<ui32>
  // expected-error @below {{element type must be f32, f16, bf16, i1 or an integer of 8 to 64 bits with signedness, got 'i32'}}
  "enigma.device_print"(%0) <{format = "{}", types = [i32]}> : (i32) -> ()
  enigma.return
}

// -----

enigma.kernel @device_print_c1_vector() fast {
  %0 = arith.constant dense<0.0> : vector<2xf32>
  // expected-error @below {{'enigma.device_print' op prints scalars, got 'vector<2xf32>'}}
  "enigma.device_print"(%0) <{format = "{}", types = [vector<2xf32>]}> : (vector<2xf32>) -> ()
  enigma.return
}

// -----

enigma.kernel @device_print_c2_open() fast {
  // expected-error @below {{'enigma.device_print' op { without } in the format; {{ is a brace}}
  enigma.device_print "a { b"
  enigma.return
}

// -----

enigma.kernel @device_print_c2_close() fast {
  // expected-error @below {{'enigma.device_print' op single } in the format}}
  enigma.device_print "a } b"
  enigma.return
}

// -----

enigma.kernel @device_print_c2_placeholder(%x: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %x : !enigma.scalar<f32>
  // expected-error @below {{'enigma.device_print' op placeholder {:>8} is none of {}, {:d}, {:x}, {:X}, {:f}, {:e}, {:g} and {:.3f}}}
  enigma.device_print "{:>8}" (%0 : f32)
  enigma.return
}

// -----

enigma.kernel @device_print_c2_control() fast {
  // expected-error @below {{'enigma.device_print' op a format must not contain control characters}}
  enigma.device_print "a\0Ab"
  enigma.return
}

// -----

enigma.kernel @device_print_c3_count() fast {
  // expected-error @below {{'enigma.device_print' op the format has 2 placeholders for 0 values}}
  enigma.device_print "{} {}"
  enigma.return
}

// -----

enigma.kernel @device_print_c3_dtype(%x: !enigma.scalar<f32>) fast {
  %0 = enigma.load_scalar %x : !enigma.scalar<f32>
  // expected-error @below {{'enigma.device_print' op value 0 is f32; {:x} takes unsigned integers}}
  enigma.device_print "{:x}" (%0 : f32)
  enigma.return
}
