// What the kernel op refuses; each case is named after its constraint (EnigmaOps.td).
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{'enigma.kernel' op argument 1 must be a buffer or a scalar, got 'f32'}}
enigma.kernel @kernel_c1(%A: !enigma.buffer<f32, device>, %x: f32) fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op has 1 arguments but 2 param_names}}
enigma.kernel @kernel_c2_count(%A: !enigma.buffer<f32, device>) fast attributes {param_names = ["A", "B"]} {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op two parameters are called 'A'}}
enigma.kernel @kernel_c2_twice(%A: !enigma.scalar<f32>, %B: !enigma.scalar<f32>) fast attributes {param_names = ["A", "A"]} {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op parameter names must not be empty}}
enigma.kernel @kernel_c2_empty(%A: !enigma.scalar<f32>) fast attributes {param_names = [""]} {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op argument 0 cannot be threadgroup memory}}
enigma.kernel @kernel_c3(%A: !enigma.buffer<f32, threadgroup, 4>) fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op has 32 buffers; Metal allows 31}}
enigma.kernel @kernel_c4(
    %p0: !enigma.scalar<f32>, %p1: !enigma.scalar<f32>, %p2: !enigma.scalar<f32>, %p3: !enigma.scalar<f32>,
    %p4: !enigma.scalar<f32>, %p5: !enigma.scalar<f32>, %p6: !enigma.scalar<f32>, %p7: !enigma.scalar<f32>,
    %p8: !enigma.scalar<f32>, %p9: !enigma.scalar<f32>, %p10: !enigma.scalar<f32>, %p11: !enigma.scalar<f32>,
    %p12: !enigma.scalar<f32>, %p13: !enigma.scalar<f32>, %p14: !enigma.scalar<f32>, %p15: !enigma.scalar<f32>,
    %p16: !enigma.scalar<f32>, %p17: !enigma.scalar<f32>, %p18: !enigma.scalar<f32>, %p19: !enigma.scalar<f32>,
    %p20: !enigma.scalar<f32>, %p21: !enigma.scalar<f32>, %p22: !enigma.scalar<f32>, %p23: !enigma.scalar<f32>,
    %p24: !enigma.scalar<f32>, %p25: !enigma.scalar<f32>, %p26: !enigma.scalar<f32>, %p27: !enigma.scalar<f32>,
    %p28: !enigma.scalar<f32>, %p29: !enigma.scalar<f32>, %p30: !enigma.scalar<f32>, %p31: !enigma.scalar<f32>) fast {
  enigma.return
}

// -----

// 31 are allowed.
enigma.kernel @kernel_c4_limit(
    %p0: !enigma.scalar<f32>, %p1: !enigma.scalar<f32>, %p2: !enigma.scalar<f32>, %p3: !enigma.scalar<f32>,
    %p4: !enigma.scalar<f32>, %p5: !enigma.scalar<f32>, %p6: !enigma.scalar<f32>, %p7: !enigma.scalar<f32>,
    %p8: !enigma.scalar<f32>, %p9: !enigma.scalar<f32>, %p10: !enigma.scalar<f32>, %p11: !enigma.scalar<f32>,
    %p12: !enigma.scalar<f32>, %p13: !enigma.scalar<f32>, %p14: !enigma.scalar<f32>, %p15: !enigma.scalar<f32>,
    %p16: !enigma.scalar<f32>, %p17: !enigma.scalar<f32>, %p18: !enigma.scalar<f32>, %p19: !enigma.scalar<f32>,
    %p20: !enigma.scalar<f32>, %p21: !enigma.scalar<f32>, %p22: !enigma.scalar<f32>, %p23: !enigma.scalar<f32>,
    %p24: !enigma.scalar<f32>, %p25: !enigma.scalar<f32>, %p26: !enigma.scalar<f32>, %p27: !enigma.scalar<f32>,
    %p28: !enigma.scalar<f32>, %p29: !enigma.scalar<f32>, %p30: !enigma.scalar<f32>) fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op grid needs 3 components, has 2}}
enigma.kernel @kernel_c5_rank() grid [1, 2] fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op grid components must be positive, got 0}}
enigma.kernel @kernel_c5_zero() grid [1, 0, 1] fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op block components must be positive, got -1}}
enigma.kernel @kernel_c5_negative() block [1, 1, -1] fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op block has 1025 threads; Metal allows 1024}}
enigma.kernel @kernel_c5_threads() block [1, 5, 205] fast {
  enigma.return
}

// -----

enigma.kernel @kernel_c5_threads_limit() block [32, 4, 8] fast {
  enigma.return
}

// -----

// The product, 2^64, would be zero in 64 bits.
// expected-error @below {{'enigma.kernel' op block components must be at most 1024, got 1073741824}}
enigma.kernel @kernel_c5_overflow() block [1073741824, 1073741824, 16] fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op body must be one block}}
"enigma.kernel"() <{sym_name = "kernel_c6_blocks", param_names = []}> ({
  "enigma.return"() : () -> ()
^second:
  "enigma.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @below {{'enigma.kernel' op body must be one block}}
"enigma.kernel"() <{sym_name = "kernel_c6_empty", param_names = []}> ({}) : () -> ()

// -----

// expected-error @below {{'enigma.kernel' op body must end in enigma.return}}
enigma.kernel @kernel_c6_no_return() fast {
  %0 = enigma.thread_index_in_simdgroup
}

// -----

// expected-error @below {{'enigma.kernel' op body must end in enigma.return}}
"enigma.kernel"() <{sym_name = "kernel_c6_nothing", param_names = []}> ({
^bb0:
}) : () -> ()

// -----

// expected-error @below {{'enigma.kernel' op max_threads must be from 1 to 1024, got 0}}
enigma.kernel @kernel_c7_zero() max_threads 0 fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op max_threads must be from 1 to 1024, got -1}}
enigma.kernel @kernel_c7_negative() max_threads -1 fast {
  enigma.return
}

// -----

// expected-error @below {{'enigma.kernel' op max_threads must be from 1 to 1024, got 1025}}
enigma.kernel @kernel_c7_large() max_threads 1025 fast {
  enigma.return
}

// -----

func.func @return_outside() {
  // expected-error @below {{'enigma.return' op expects parent op 'enigma.kernel'}}
  enigma.return
}

// -----

// expected-error @below {{custom op 'enigma.kernel' expected valid '@'-identifier for symbol name}}
enigma.kernel fast {
  enigma.return
}

// -----

// expected-error @below {{expected integer value}}
enigma.kernel @grid_syntax() grid [x] fast {
  enigma.return
}

// -----

// expected-error @below {{expected integer value}}
enigma.kernel @max_threads_syntax() max_threads all fast {
  enigma.return
}

// -----

// expected-error @below {{invalid kind of attribute specified}}
enigma.kernel @python_syntax() python 3 fast {
  enigma.return
}

// -----

// expected-error @below {{attribute 'param_names' failed to satisfy constraint: string array attribute}}
enigma.kernel @param_names_type(%A: !enigma.scalar<f32>) fast attributes {param_names = [1]} {
  enigma.return
}

// -----

// expected-note @below {{see existing symbol definition here}}
enigma.kernel @same_name() fast {
  enigma.return
}
// expected-error @below {{redefinition of symbol named 'same_name'}}
enigma.kernel @same_name() fast {
  enigma.return
}
