// RUN: enigma-translate --mlir-to-msl --split-input-file --verify-diagnostics %s
// RUN: not enigma-translate --mlir-to-msl --split-input-file %s 2>/dev/null | FileCheck %s --allow-empty --implicit-check-not=kernel

// A refusal writes nothing at all.

enigma.kernel @unknown_op(%a: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %a[%c0] : !enigma.buffer<si32, device>
  // expected-error @below {{no Metal form for 'arith.ceildivsi'}}
  %0 = arith.ceildivsi %x, %x : i32
  enigma.store %0, %a[%c0] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

enigma.kernel @poison(%a: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{no Metal form for 'ub.poison'}}
  %0 = ub.poison : i32
  enigma.store %0, %a[%c0] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

enigma.kernel @several_results(%a: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %a[%c0] : !enigma.buffer<si32, device>
  // expected-error @below {{no Metal form for 'arith.mului_extended'}}
  %low, %high = arith.mului_extended %x, %x : i32
  enigma.store %low, %a[%c0] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

enigma.kernel @vectors(%a: !enigma.buffer<si32, device>) fast {
  // expected-error @below {{no Metal form for values of type 'vector<4xf32>'}}
  %0 = arith.constant dense<1.0> : vector<4xf32>
  enigma.return
}

// -----

enigma.kernel @wide(%a: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %a[%c0] : !enigma.buffer<si32, device>
  // expected-error @below {{no Metal form for values of type 'i128'}}
  %0 = arith.extsi %x : i32 to i128
  enigma.return
}

// -----

enigma.kernel @buffers(%a: !enigma.buffer<f32, device>, %b: !enigma.buffer<f32, device>, %c: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : i32
  %x = enigma.load_scalar %c : !enigma.scalar<ui32>
  %cond = arith.cmpi eq, %x, %c0 : i32
  // expected-error @below {{no Metal form for a choice between buffers}}
  %p = arith.select %cond, %a, %b : !enigma.buffer<f32, device>
  enigma.return
}

// -----

// expected-error @below {{kernel name 'max' is a name of Metal's own}}
enigma.kernel @max() fast {
  enigma.return
}

// -----

// expected-error @below {{kernel name 'a-b' is not a Metal identifier}}
enigma.kernel @"a-b"() fast {
  enigma.return
}
