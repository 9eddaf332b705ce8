// A declared access that the body contradicts, at the place that does.
// RUN: enigma-opt %s --enigma-infer-access -split-input-file -verify-diagnostics

enigma.kernel @read_of_write(%A: !enigma.buffer<f32, device, write>, %B: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{buffer 'A' is declared Out and cannot be read}}
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device, write>
  enigma.store %x, %B[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @atomic_on_write(%A: !enigma.buffer<ui32, device, write>) fast {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  // expected-error @below {{buffer 'A' is declared Out and cannot be read}}
  %0 = enigma.atomic_rmw add relaxed %one, %A[%c0] : !enigma.buffer<ui32, device, write>
  enigma.return
}

// -----

// What is no access may write: a choice between buffers.
enigma.kernel @write_of_read(%A: !enigma.buffer<f32, device, read>, %B: !enigma.buffer<f32, device, read>, %c: !enigma.scalar<i1>) fast {
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  // expected-error @below {{buffer 'A' is declared In and cannot be written}}
  %0 = arith.select %cond, %A, %B : !enigma.buffer<f32, device, read>
  enigma.return
}
