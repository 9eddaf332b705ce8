// Functions between lanes: what Metal takes as it is, and what goes as another type.
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void numbers(
enigma.kernel @numbers(%f: !enigma.buffer<f32, device>, %i: !enigma.buffer<si32, device>, %s: !enigma.scalar<f32>, %n: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %m = enigma.load_scalar %n : !enigma.scalar<ui32>
  %d = arith.constant 2 : i16
  // CHECK: f[0] = simd_prefix_exclusive_product(s);
  %0 = enigma.simd_prefix_exclusive_product %x : f32
  enigma.store %0, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: i[0] = quad_xor(n);
  %1 = enigma.quad_xor unsigned %m : i32
  enigma.store %1, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: i[0] = quad_min(int(n));
  %2 = enigma.quad_min %m : i32
  enigma.store %2, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: f[0] = simd_shuffle_rotate_up(s, 2);
  %3 = enigma.simd_shuffle_rotate_up %x, %d : f32
  enigma.store %3, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: f[0] = quad_broadcast_first(s);
  %4 = enigma.quad_broadcast_first %x : f32
  enigma.store %4, %f[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Metal's functions take no bool, no bfloat and no 64-bit integers.
// CHECK-LABEL: kernel void other_types(
enigma.kernel @other_types(%b: !enigma.buffer<i1, device>, %h: !enigma.buffer<bf16, device>, %l: !enigma.buffer<si64, device>, %u: !enigma.buffer<ui64, device>) fast {
  %c0 = arith.constant 0 : index
  %d = arith.constant 1 : i16
  %p = enigma.load %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = bool(simd_shuffle_xor(ushort(b[0]), 1));
  %0 = enigma.simd_shuffle_xor %p, %d : i1
  enigma.store %0, %b[%c0] : !enigma.buffer<i1, device>
  // Bits that only move stay as they are.
  // CHECK: h[0] = as_type<bfloat>(quad_shuffle_down(as_type<ushort>(h[0]), 1));
  %x = enigma.load %h[%c0] : !enigma.buffer<bf16, device>
  %1 = enigma.quad_shuffle_down %x, %d : bf16
  enigma.store %1, %h[%c0] : !enigma.buffer<bf16, device>
  // CHECK: h[0] = bfloat(simd_max(float(h[0])));
  %y = enigma.load %h[%c0] : !enigma.buffer<bf16, device>
  %2 = enigma.simd_max %y : bf16
  enigma.store %2, %h[%c0] : !enigma.buffer<bf16, device>
  // CHECK: l[0] = as_type<long>(simd_shuffle(as_type<uint2>(l[0]), 1));
  %z = enigma.load %l[%c0] : !enigma.buffer<si64, device>
  %3 = enigma.simd_shuffle %z, %d : i64
  enigma.store %3, %l[%c0] : !enigma.buffer<si64, device>
  // CHECK: u[0] = as_type<ulong>(quad_broadcast_first(as_type<uint2>(u[0])));
  %w = enigma.load %u[%c0] : !enigma.buffer<ui64, device>
  %4 = enigma.quad_broadcast_first unsigned %w : i64
  enigma.store %4, %u[%c0] : !enigma.buffer<ui64, device>
  enigma.return
}

// CHECK-LABEL: kernel void votes(
enigma.kernel @votes(%u: !enigma.buffer<ui64, device>, %i: !enigma.buffer<ui32, device>, %b: !enigma.buffer<i1, device>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %p = enigma.load_scalar %c : !enigma.scalar<i1>
  // CHECK: u[0] = simd_vote::vote_t(simd_ballot(c));
  %0 = enigma.simd_ballot %p
  enigma.store %0, %u[%c0] : !enigma.buffer<ui64, device>
  // CHECK: i[0] = uint(quad_vote::vote_t(quad_ballot(c)));
  %1 = enigma.quad_ballot %p
  enigma.store %1, %i[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = quad_all(c);
  %2 = enigma.quad_all %p
  enigma.store %2, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = simd_any(c);
  %3 = enigma.simd_any %p
  enigma.store %3, %b[%c0] : !enigma.buffer<i1, device>
  // CHECK: b[0] = simd_is_first();
  %4 = enigma.simd_is_first
  enigma.store %4, %b[%c0] : !enigma.buffer<i1, device>
  enigma.return
}
