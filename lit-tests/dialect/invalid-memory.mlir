// What loads, stores, threadgroup memory and atomics refuse; each case is named after its constraint.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @load_c1(%A: !enigma.buffer<f32, device, 4x4>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.load' op expected 2 indices, got 1}}
  %0 = enigma.load %A[%c0] : !enigma.buffer<f32, device, 4x4>
  enigma.return
}

// -----

enigma.kernel @load_c1_unshaped(%A: !enigma.buffer<f32, device>) fast {
  // expected-error @below {{'enigma.load' op expected 1 indices, got 0}}
  %0 = enigma.load %A[] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @load_result(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.load' op failed to infer returned types}}
  // expected-error @below {{'enigma.load' op inferred type(s) 'i32' are incompatible with return type(s) of operation 'f32'}}
  %0 = "enigma.load"(%A, %c0) : (!enigma.buffer<ui32, device>, index) -> f32
  enigma.return
}

// -----

enigma.kernel @load_index(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : i32
  // expected-error @below {{'enigma.load' op operand #1 must be variadic of index, but got 'i32'}}
  %0 = "enigma.load"(%A, %c0) : (!enigma.buffer<f32, device>, i32) -> f32
  enigma.return
}

// -----

enigma.kernel @load_scalar(%n: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.load' needs a buffer, got '!enigma.scalar<f32>'}}
  %0 = enigma.load %n[%c0] : !enigma.scalar<f32>
  enigma.return
}

// -----

enigma.kernel @load_scalar_result(%n: !enigma.scalar<si8>) fast {
  // expected-error @below {{'enigma.load_scalar' op failed to infer returned types}}
  // expected-error @below {{'enigma.load_scalar' op inferred type(s) 'i8' are incompatible with return type(s) of operation 'si8'}}
  %0 = "enigma.load_scalar"(%n) : (!enigma.scalar<si8>) -> si8
  enigma.return
}

// -----

enigma.kernel @load_scalar_of_buffer(%A: !enigma.buffer<f32, device>) fast {
  // expected-error @below {{'enigma.load_scalar' needs a scalar, got '!enigma.buffer<f32, device>'}}
  %0 = enigma.load_scalar %A : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @store_c1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  // expected-error @below {{'enigma.store' op expected 1 indices, got 2}}
  enigma.store %x, %A[%c0, %c0] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @store_c2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.store' op value type 'i32' does not match elements of '!enigma.buffer<f32, device>'}}
  "enigma.store"(%x, %A, %c0) : (i32, !enigma.buffer<f32, device>, index) -> ()
  enigma.return
}

// -----

// expected-note @below {{prior use here}}
enigma.kernel @store_c2_syntax(%A: !enigma.buffer<f32, device>, %x: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expects different type than prior uses: 'f32' vs '!enigma.scalar<f32>'}}
  enigma.store %x, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @store_c3_constant(%A: !enigma.buffer<f32, constant>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  // expected-error @below {{'enigma.store' op cannot write to read-only '!enigma.buffer<f32, constant>'}}
  enigma.store %x, %A[%c0] : !enigma.buffer<f32, constant>
  enigma.return
}

// -----

enigma.kernel @store_c3_read(%A: !enigma.buffer<f32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  // expected-error @below {{'enigma.store' op cannot write to read-only '!enigma.buffer<f32, device, read>'}}
  enigma.store %x, %A[%c0] : !enigma.buffer<f32, device, read>
  enigma.return
}

// -----

enigma.kernel @threadgroup_alloc_c1() fast {
  // expected-error @below {{'enigma.threadgroup_alloc' op must allocate threadgroup memory, got '!enigma.buffer<f32, device, 4>'}}
  %0 = enigma.threadgroup_alloc : !enigma.buffer<f32, device, 4>
  enigma.return
}

// -----

enigma.kernel @threadgroup_alloc_nested() fast {
  %true = arith.constant true
  scf.if %true {
    // expected-error @below {{'enigma.threadgroup_alloc' op expects parent op 'enigma.kernel'}}
    %0 = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  }
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c1_width(%A: !enigma.buffer<ui64, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i64
  // expected-error @below {{'enigma.atomic_rmw' op Metal has no atomic add on '!enigma.buffer<ui64, device>'}}
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<ui64, device>
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c1_float_max(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  // expected-error @below {{'enigma.atomic_rmw' op Metal has no atomic max on '!enigma.buffer<f32, device>'}}
  %0 = enigma.atomic_rmw max relaxed %x, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c1_float_threadgroup() fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %A = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  // expected-error @below {{'enigma.atomic_rmw' op Metal has no atomic add on '!enigma.buffer<f32, threadgroup, 4>'}}
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c2(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i16
  // expected-error @below {{'enigma.atomic_rmw' op value type 'i16' does not match elements of '!enigma.buffer<ui32, device>'}}
  %0 = "enigma.atomic_rmw"(%x, %A, %c0) <{kind = #enigma<atomic add>, order = #enigma<order relaxed>}> : (i16, !enigma.buffer<ui32, device>, index) -> i16
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c2_result(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_rmw' op failed to verify that all of {value, result} have same type}}
  %0 = "enigma.atomic_rmw"(%x, %A, %c0) <{kind = #enigma<atomic add>, order = #enigma<order relaxed>}> : (i32, !enigma.buffer<ui32, device>, index) -> i16
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c3(%A: !enigma.buffer<ui32, device, 4x4>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_rmw' op expected 2 indices, got 1}}
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<ui32, device, 4x4>
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c4(%A: !enigma.buffer<ui32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_rmw' op cannot write to read-only '!enigma.buffer<ui32, device, read>'}}
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<ui32, device, read>
  enigma.return
}

// -----

enigma.kernel @atomic_rmw_c4_constant(%A: !enigma.buffer<si32, constant>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_rmw' op cannot write to read-only '!enigma.buffer<si32, constant>'}}
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<si32, constant>
  enigma.return
}

// -----

enigma.kernel @atomic_kind(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{custom op 'enigma.atomic_rmw' unknown atomic operation 'nand'}}
  %0 = enigma.atomic_rmw nand relaxed %x, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

enigma.kernel @atomic_order(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{custom op 'enigma.atomic_rmw' unknown memory order 'seq_cst'}}
  %0 = enigma.atomic_rmw add seq_cst %x, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}
