// What atomic loads, stores and exchanges refuse; each case is named after its constraint.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @atomic_load_c1_width(%A: !enigma.buffer<ui64, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.atomic_load' op Metal has no atomic load on '!enigma.buffer<ui64, device>'}}
  %0 = enigma.atomic_load relaxed %A[%c0] : !enigma.buffer<ui64, device>
  enigma.return
}

// -----

enigma.kernel @atomic_load_c1_float_threadgroup() fast {
  %c0 = arith.constant 0 : index
  %A = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  // expected-error @below {{'enigma.atomic_load' op Metal has no atomic load on '!enigma.buffer<f32, threadgroup, 4>'}}
  %0 = enigma.atomic_load relaxed %A[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.return
}

// -----

enigma.kernel @atomic_load_c2(%A: !enigma.buffer<ui32, device, 4x4>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.atomic_load' op expected 2 indices, got 1}}
  %0 = enigma.atomic_load relaxed %A[%c0] : !enigma.buffer<ui32, device, 4x4>
  enigma.return
}

// -----

enigma.kernel @atomic_load_c3(%A: !enigma.buffer<ui32, constant>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.atomic_load' op Metal has no atomic load on '!enigma.buffer<ui32, constant>'}}
  %0 = enigma.atomic_load relaxed %A[%c0] : !enigma.buffer<ui32, constant>
  enigma.return
}

// -----

enigma.kernel @atomic_load_c3_thread() fast {
  %c0 = arith.constant 0 : index
  %A = enigma.thread_alloc : !enigma.buffer<ui32, thread, 4>
  // expected-error @below {{'enigma.atomic_load' op Metal has no atomic load on '!enigma.buffer<ui32, thread, 4>'}}
  %0 = enigma.atomic_load relaxed %A[%c0] : !enigma.buffer<ui32, thread, 4>
  enigma.return
}

// -----

enigma.kernel @atomic_load_of_scalar(%n: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'enigma.atomic_load' needs a buffer, got '!enigma.scalar<ui32>'}}
  %0 = enigma.atomic_load relaxed %n[%c0] : !enigma.scalar<ui32>
  enigma.return
}

// -----

enigma.kernel @atomic_store_c1(%A: !enigma.buffer<f16, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f16
  // expected-error @below {{'enigma.atomic_store' op Metal has no atomic store on '!enigma.buffer<f16, device>'}}
  enigma.atomic_store relaxed %x, %A[%c0] : !enigma.buffer<f16, device>
  enigma.return
}

// -----

enigma.kernel @atomic_store_c2(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  // expected-error @below {{'enigma.atomic_store' op value type 'f32' does not match elements of '!enigma.buffer<ui32, device>'}}
  "enigma.atomic_store"(%x, %A, %c0) <{order = #enigma<order relaxed>}> : (f32, !enigma.buffer<ui32, device>, index) -> ()
  enigma.return
}

// -----

enigma.kernel @atomic_store_c3(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_store' op expected 1 indices, got 2}}
  enigma.atomic_store relaxed %x, %A[%c0, %c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

enigma.kernel @atomic_store_c4(%A: !enigma.buffer<ui32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_store' op cannot write to read-only '!enigma.buffer<ui32, device, read>'}}
  enigma.atomic_store relaxed %x, %A[%c0] : !enigma.buffer<ui32, device, read>
  enigma.return
}

// -----

enigma.kernel @atomic_compare_exchange_weak_c1(%A: !enigma.buffer<si64, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i64
  // expected-error @below {{'enigma.atomic_compare_exchange_weak' op Metal has no atomic compare_exchange on '!enigma.buffer<si64, device>'}}
  %0, %1 = enigma.atomic_compare_exchange_weak relaxed %x, %x, %A[%c0] : !enigma.buffer<si64, device>
  enigma.return
}

// -----

enigma.kernel @atomic_compare_exchange_weak_c2(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i16
  // expected-error @below {{'enigma.atomic_compare_exchange_weak' op value type 'i16' does not match elements of '!enigma.buffer<ui32, device>'}}
  %0, %1 = "enigma.atomic_compare_exchange_weak"(%x, %x, %A, %c0) <{order = #enigma<order relaxed>}> : (i16, i16, !enigma.buffer<ui32, device>, index) -> (i1, i16)
  enigma.return
}

// -----

enigma.kernel @atomic_compare_exchange_weak_c2_desired(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  %y = arith.constant 0 : i16
  // expected-error @below {{'enigma.atomic_compare_exchange_weak' op failed to verify that all of {expected, desired, observed} have same type}}
  %0, %1 = "enigma.atomic_compare_exchange_weak"(%x, %y, %A, %c0) <{order = #enigma<order relaxed>}> : (i32, i16, !enigma.buffer<ui32, device>, index) -> (i1, i32)
  enigma.return
}

// -----

enigma.kernel @atomic_compare_exchange_weak_c3(%A: !enigma.buffer<ui32, device, 2x2>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_compare_exchange_weak' op expected 2 indices, got 1}}
  %0, %1 = enigma.atomic_compare_exchange_weak relaxed %x, %x, %A[%c0] : !enigma.buffer<ui32, device, 2x2>
  enigma.return
}

// -----

enigma.kernel @atomic_compare_exchange_weak_c4(%A: !enigma.buffer<ui32, constant>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{'enigma.atomic_compare_exchange_weak' op cannot write to read-only '!enigma.buffer<ui32, constant>'}}
  %0, %1 = enigma.atomic_compare_exchange_weak relaxed %x, %x, %A[%c0] : !enigma.buffer<ui32, constant>
  enigma.return
}

// -----

enigma.kernel @atomic_load_order(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expected ::enigma::MemoryOrder to be one of: relaxed}}
  // expected-error @below {{failed to parse Enigma_MemoryOrderAttr parameter 'value'}}
  %0 = enigma.atomic_load acquire %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

enigma.kernel @atomic_store_order(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0 : i32
  // expected-error @below {{unknown memory order 'release'}}
  enigma.atomic_store release %x, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}
