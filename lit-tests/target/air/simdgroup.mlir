// Simdgroup functions: names, signs, i16 lanes, the types AIR lacks (reference section 3.5).
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @lanes(
// CHECK-SAME: [[KERNEL:#[0-9]+]]
// CHECK: tail call reassoc nsz arcp contract afn float @air.simd_sum.f32(float %{{.*}}) [[CALL:#[0-9]+]]
// CHECK: tail call reassoc nsz arcp contract afn half @air.simd_max.f16(half
// CHECK: tail call i32 @air.simd_min.s.i32(i32
// CHECK: tail call i32 @air.simd_product.u.i32(i32
// CHECK: tail call reassoc nsz arcp contract afn float @air.simd_shuffle_down.f32(float %{{.*}}, i16 1)
// CHECK: tail call i32 @air.simd_shuffle_xor.u.i32(i32 %{{.*}}, i16 1)
// CHECK: tail call i32 @air.simd_shuffle_up.s.i32(i32 %{{.*}}, i16 1)
// CHECK: tail call reassoc nsz arcp contract afn float @air.simd_broadcast.f32(float %{{.*}}, i16 1)
// CHECK: declare float @air.simd_sum.f32(float) local_unnamed_addr [[DECLARATION:#[0-9]+]]
// CHECK: attributes [[KERNEL]] = { convergent mustprogress nounwind willreturn "approx
// CHECK: attributes [[DECLARATION]] = { convergent mustprogress nounwind willreturn }
// CHECK: attributes [[CALL]] = { convergent nounwind willreturn }
enigma.kernel @lanes(%A: !enigma.buffer<f32, device>, %H: !enigma.buffer<f16, device>,
                     %I: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %one = arith.constant 1 : i16
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %h = enigma.load %H[%at] : !enigma.buffer<f16, device>
  %i = enigma.load %I[%at] : !enigma.buffer<si32, device>
  %0 = enigma.simd_sum %a : f32
  %1 = enigma.simd_max %h : f16
  %2 = enigma.simd_min %i : i32
  %3 = enigma.simd_product unsigned %2 : i32
  %4 = enigma.simd_shuffle_down %0, %one : f32
  %5 = enigma.simd_shuffle_xor unsigned %3, %one : i32
  %6 = enigma.simd_shuffle_up %5, %one : i32
  %7 = enigma.simd_broadcast %4, %one : f32
  enigma.store %7, %A[%at] : !enigma.buffer<f32, device>
  enigma.store %1, %H[%at] : !enigma.buffer<f16, device>
  enigma.store %6, %I[%at] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @other_types(
// CHECK: [[WIDE:%[0-9]+]] = zext i1 %{{.*}} to i16
// CHECK: [[NEXT:%[0-9]+]] = tail call i16 @air.simd_shuffle_down.u.i16(i16 [[WIDE]], i16 1)
// CHECK: trunc i16 [[NEXT]] to i1
// CHECK: [[FLOAT:%[0-9]+]] = fpext bfloat %{{.*}} to float
// CHECK: [[SUM:%[0-9]+]] = tail call reassoc nsz arcp contract afn float @air.simd_sum.f32(float [[FLOAT]])
// CHECK: [[NARROW:%[0-9]+]] = fptrunc float [[SUM]] to bfloat
// What only moves keeps its bits, also those of a subnormal.
// CHECK: [[BITS:%[0-9]+]] = bitcast bfloat [[NARROW]] to i16
// CHECK: [[FIRST:%[0-9]+]] = tail call i16 @air.simd_broadcast_first.u.i16(i16 [[BITS]])
// CHECK: bitcast i16 [[FIRST]] to bfloat
// CHECK: [[HALVES:%[0-9]+]] = bitcast i64 %{{.*}} to <2 x i32>
// CHECK: [[MOVED:%[0-9]+]] = tail call <2 x i32> @air.simd_shuffle.u.v2i32(<2 x i32> [[HALVES]], i16 1)
// CHECK: bitcast <2 x i32> [[MOVED]] to i64
enigma.kernel @other_types(%B: !enigma.buffer<i1, device>, %H: !enigma.buffer<bf16, device>,
                           %L: !enigma.buffer<ui64, device>) {
  %at = arith.constant 0 : index
  %one = arith.constant 1 : i16
  %b = enigma.load %B[%at] : !enigma.buffer<i1, device>
  %h = enigma.load %H[%at] : !enigma.buffer<bf16, device>
  %l = enigma.load %L[%at] : !enigma.buffer<ui64, device>
  %0 = enigma.simd_shuffle_down %b, %one : i1
  %3 = enigma.simd_sum %h : bf16
  %1 = enigma.simd_broadcast_first %3 : bf16
  %2 = enigma.simd_shuffle unsigned %l, %one : i64
  enigma.store %0, %B[%at] : !enigma.buffer<i1, device>
  enigma.store %1, %H[%at] : !enigma.buffer<bf16, device>
  enigma.store %2, %L[%at] : !enigma.buffer<ui64, device>
  enigma.return
}
