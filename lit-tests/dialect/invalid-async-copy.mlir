// What copies by a simdgroup refuse; each case is named after its constraint.
// RUN: enigma-opt %s -split-input-file -verify-diagnostics

enigma.kernel @async_copy_1d_c1(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 5 : i32
  // expected-error @below {{'enigma.async_copy_1d' op copies between device and threadgroup memory, got '!enigma.buffer<f32, device>' to '!enigma.buffer<f32, device>'}}
  enigma.async_copy_1d %A[%c0] to %B[%c0] count %n : !enigma.buffer<f32, device> to !enigma.buffer<f32, device>
  enigma.return
}

// -----

enigma.kernel @async_copy_1d_c2(%A: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 5 : i32
  %t = enigma.threadgroup_alloc : !enigma.buffer<ui32, threadgroup, 64>
  // expected-error @below {{'enigma.async_copy_1d' op does not convert 'si32' to 'ui32'}}
  enigma.async_copy_1d %A[%c0] to %t[%c0] count %n : !enigma.buffer<si32, device> to !enigma.buffer<ui32, threadgroup, 64>
  enigma.return
}

// -----

enigma.kernel @async_copy_1d_c3(%A: !enigma.buffer<si32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 5 : i32
  %t = enigma.threadgroup_alloc : !enigma.buffer<si32, threadgroup, 64>
  // expected-error @below {{'enigma.async_copy_1d' op cannot write to read-only '!enigma.buffer<si32, device, read>'}}
  enigma.async_copy_1d %t[%c0] to %A[%c0] count %n : !enigma.buffer<si32, threadgroup, 64> to !enigma.buffer<si32, device, read>
  enigma.return
}

// -----

enigma.kernel @async_copy_2d_c1() fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 5 : i32
  %t = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 64>
  // expected-error @below {{'enigma.async_copy_2d' op copies between device and threadgroup memory, got '!enigma.buffer<f32, threadgroup, 64>' to '!enigma.buffer<f32, threadgroup, 64>'}}
  enigma.async_copy_2d %t[%c0] rows by %c0 to %t[%c0] rows by %c0 size %n, %n : !enigma.buffer<f32, threadgroup, 64> to !enigma.buffer<f32, threadgroup, 64>
  enigma.return
}

// -----

enigma.kernel @async_copy_2d_c2(%A: !enigma.buffer<f16, device>) fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 5 : i32
  %t = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 64>
  // expected-error @below {{'enigma.async_copy_2d' op does not convert 'f16' to 'f32'}}
  enigma.async_copy_2d %A[%c0] rows by %c0 to %t[%c0] rows by %c0 size %n, %n : !enigma.buffer<f16, device> to !enigma.buffer<f32, threadgroup, 64>
  enigma.return
}

// -----

enigma.kernel @async_copy_2d_c3(%A: !enigma.buffer<f32, device, read>) fast {
  %c0 = arith.constant 0 : index
  %n = arith.constant 5 : i32
  %t = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 64>
  // expected-error @below {{'enigma.async_copy_2d' op cannot write to read-only '!enigma.buffer<f32, device, read>'}}
  enigma.async_copy_2d %t[%c0] rows by %c0 to %A[%c0] rows by %c0 size %n, %n : !enigma.buffer<f32, threadgroup, 64> to !enigma.buffer<f32, device, read>
  enigma.return
}
