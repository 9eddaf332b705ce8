// Functions between lanes: names, signs, votes (reference section 3.5).
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @numbers(
// CHECK: tail call reassoc nsz arcp contract afn float @air.simd_prefix_inclusive_sum.f32(float
// CHECK: tail call reassoc nsz arcp contract afn float @air.quad_prefix_exclusive_product.f32(float
// CHECK: tail call i32 @air.simd_and.s.i32(i32
// CHECK: tail call i32 @air.quad_or.u.i32(i32
// CHECK: tail call i32 @air.simd_shuffle_rotate_down.s.i32(i32 %{{.*}}, i16 1)
// CHECK: tail call i32 @air.quad_shuffle_rotate_up.u.i32(i32 %{{.*}}, i16 1)
// CHECK: tail call i32 @air.quad_broadcast_first.s.i32(i32
enigma.kernel @numbers(%A: !enigma.buffer<f32, device>, %I: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %one = arith.constant 1 : i16
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %i = enigma.load %I[%at] : !enigma.buffer<si32, device>
  %0 = enigma.simd_prefix_inclusive_sum %a : f32
  %1 = enigma.quad_prefix_exclusive_product %0 : f32
  %2 = enigma.simd_and %i : i32
  %3 = enigma.quad_or unsigned %2 : i32
  %4 = enigma.simd_shuffle_rotate_down %3, %one : i32
  %5 = enigma.quad_shuffle_rotate_up unsigned %4, %one : i32
  %6 = enigma.quad_broadcast_first %5 : i32
  enigma.store %1, %A[%at] : !enigma.buffer<f32, device>
  enigma.store %6, %I[%at] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @votes(
// CHECK: tail call i64 @air.simd_ballot.i64(i1 %{{.*}}) [[CALL:#[0-9]+]]
// The library's function for quadgroups gives 16 bits, of which four count.
// CHECK: [[LANES:%[0-9]+]] = tail call i16 @air.quad_ballot(i1
// CHECK: [[MASK:%[0-9]+]] = and i16 [[LANES]], 15
// CHECK: zext i16 [[MASK]] to i32
// CHECK: tail call i1 @air.simd_all(i1
// CHECK: tail call i1 @air.quad_any(i1
// CHECK: tail call i1 @air.simd_is_first()
// CHECK: declare i64 @air.simd_ballot.i64(i1) local_unnamed_addr [[DECLARATION:#[0-9]+]]
// CHECK: attributes [[DECLARATION]] = { convergent mustprogress nounwind willreturn }
// CHECK: attributes [[CALL]] = { convergent nounwind willreturn }
enigma.kernel @votes(%U: !enigma.buffer<ui64, device>, %I: !enigma.buffer<ui32, device>,
                     %B: !enigma.buffer<i1, device>) {
  %at = arith.constant 0 : index
  %b = enigma.load %B[%at] : !enigma.buffer<i1, device>
  %0 = enigma.simd_ballot %b
  %1 = enigma.quad_ballot %b
  %2 = enigma.simd_all %b
  %3 = enigma.quad_any %2
  %4 = enigma.simd_is_first
  %5 = arith.andi %3, %4 : i1
  enigma.store %0, %U[%at] : !enigma.buffer<ui64, device>
  enigma.store %1, %I[%at] : !enigma.buffer<ui32, device>
  enigma.store %5, %B[%at] : !enigma.buffer<i1, device>
  enigma.return
}
