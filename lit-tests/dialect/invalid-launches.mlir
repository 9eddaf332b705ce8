// What launches refuse; each case is named after its constraint (EnigmaLaunch.td).
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

// launch_c1
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op there is no kernel @other}}
enigma.launch @other of "p" ["A", "n"]

// -----

// launch_c2_count
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op kernel @k has 2 arguments, and 1 names are given}}
enigma.launch @k of "p" ["A"]

// -----

// launch_c2_twice
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op two arguments are called 'A'}}
enigma.launch @k of "p" ["A", "A"]

// -----

// launch_c2_empty
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op an argument has no name}}
enigma.launch @k of "p" ["A", ""]

// -----

// launch_c3
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op intermediate 'B' is not an argument}}
enigma.launch @k of "p" ["A", "n"] intermediates ["B"]

// -----

// launch_c3_scalar
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op intermediate 'n' is a scalar}}
enigma.launch @k of "p" ["A", "n"] intermediates ["n"]

// -----

// launch_c4_count
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op grid needs 3 components, has 2}}
enigma.launch @k of "p" ["A", "n"] grid [1, 2]

// -----

// launch_c4_zero
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op grid components must be positive, got 0}}
enigma.launch @k of "p" ["A", "n"] grid [1, 0, 1]

// -----

// launch_c4_threads
enigma.kernel @k(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}
// expected-error @below {{'enigma.launch' op block has more than 1024 threads}}
enigma.launch @k of "p" ["A", "n"] block [2147483647, 2147483647, 2]
