// Simdgroup matrices: each lane's two elements by plain loads and stores, products by an intrinsic
// (reference section 3.8). The same for every AIR version.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 --target=macos26 %s | FileCheck %s

// The lane's row is (q & 4) + ((lane >> 1) & 3), its column ((q << 1) & 4) + ((lane << 1) & 2), with q
// = lane >> 2.
// CHECK-LABEL: define void @places(
// CHECK-SAME: ptr addrspace(1){{.*}} %0, ptr addrspace(2){{.*}} %1, i32 noundef %2)
// CHECK: [[Q4:%.*]] = lshr i32 %2, 2
// CHECK: [[A:%.*]] = and i32 [[Q4]], 4
// CHECK: [[H:%.*]] = lshr i32 %2, 1
// CHECK: [[B:%.*]] = and i32 [[H]], 3
// CHECK: [[Q2:%.*]] = lshr i32 %2, 1
// CHECK: [[C:%.*]] = and i32 [[Q2]], 4
// CHECK: [[L:%.*]] = shl i32 %2, 1
// CHECK: [[D:%.*]] = and i32 [[L]], 2
// CHECK: [[R32:%.*]] = or i32 [[A]], [[B]]
// CHECK: [[C32:%.*]] = or i32 [[C]], [[D]]
// CHECK: [[ROW:%.*]] = zext i32 [[R32]] to i64
// CHECK: [[COLUMN:%.*]] = zext i32 [[C32]] to i64
// CHECK: [[Y:%.*]] = add i64 0, [[ROW]]
// CHECK: [[X:%.*]] = add i64 [[I:%.*]], [[COLUMN]]
// CHECK: [[UP:%.*]] = mul i64 [[Y]], [[I]]
// CHECK: [[START:%.*]] = add i64 0, [[UP]]
// CHECK: [[AT:%.*]] = add i64 [[START]], [[X]]
// CHECK: [[NEXT:%.*]] = add i64 [[AT]], 1
// CHECK: [[FIRST:%.*]] = getelementptr inbounds half, ptr addrspace(1) %0, i64 [[AT]]
// CHECK: [[SECOND:%.*]] = getelementptr inbounds half, ptr addrspace(1) %0, i64 [[NEXT]]
// CHECK: load half, ptr addrspace(1) [[FIRST]], align 2
// CHECK: insertelement <64 x half> undef, half %{{.*}}, i64 0
// CHECK: load half, ptr addrspace(1) [[SECOND]], align 2
// CHECK: [[M:%.*]] = insertelement <64 x half> %{{.*}}, half %{{.*}}, i64 1
// CHECK: extractelement <64 x half> [[M]], i64 0
// CHECK: store half %{{.*}}, ptr addrspace(3) %{{.*}}, align 2
// CHECK: extractelement <64 x half> [[M]], i64 1
// CHECK: store half %{{.*}}, ptr addrspace(3) %{{.*}}, align 2
// CHECK-NOT: air.simdgroup_matrix
// CHECK: !{i32 2, !"air.thread_index_in_simdgroup"
enigma.kernel @places(%A: !enigma.buffer<f16, device>, %n: !enigma.scalar<ui32>) {
  %T = enigma.threadgroup_alloc "T" : !enigma.buffer<f16, threadgroup, 16x16>
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %v = enigma.load_scalar %n : !enigma.scalar<ui32>
  %i = arith.index_castui %v : i32 to index
  %m = enigma.simdgroup_matrix_load %A[%c0] origin(%i, %c0) elements_per_row %i : !enigma.buffer<f16, device>
  enigma.simdgroup_matrix_store %m, %T[%i] origin(%c0, %c0) elements_per_row %c16 transpose : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.buffer<f16, threadgroup, 16x16>
  enigma.return
}

// -----

// CHECK-LABEL: define void @products(
// CHECK-SAME: [[KERNEL:#[0-9]+]]
// CHECK: [[Z:%.*]] = tail call {{.*}}<64 x float> @air.simdgroup_matrix_8x8_init_filled.v64f32.f32(float 0.000000e+00) [[CALL:#[0-9]+]]
// CHECK: [[B:%.*]] = tail call {{.*}}<64 x bfloat> @air.simdgroup_matrix_8x8_init_filled.v64bf16.bf16(bfloat
// CHECK: [[D:%.*]] = tail call {{.*}}<64 x float> @air.simdgroup_matrix_8x8_multiply_accumulate.v64f32.v64bf16.v64bf16.v64f32(<64 x bfloat> [[B]], <64 x bfloat> [[B]], <64 x float> [[Z]])
// CHECK: tail call {{.*}}<64 x half> @air.simdgroup_matrix_8x8_multiply_accumulate.v64f16.v64f32.v64bf16.v64f16(<64 x float> [[D]], <64 x bfloat> [[B]], <64 x half> zeroinitializer)
// CHECK: declare <64 x float> @air.simdgroup_matrix_8x8_init_filled.v64f32.f32(float) local_unnamed_addr [[DECLARATION:#[0-9]+]]
// CHECK: declare <64 x float> @air.simdgroup_matrix_8x8_multiply_accumulate.v64f32.v64bf16.v64bf16.v64f32(<64 x bfloat>, <64 x bfloat>, <64 x float>) local_unnamed_addr [[DECLARATION]]
// CHECK: attributes [[KERNEL]] = { convergent mustprogress nounwind willreturn {{.*}}"min-legal-vector-width"="2048"
// CHECK: attributes [[DECLARATION]] = { convergent mustprogress nounwind willreturn }
// CHECK: attributes [[CALL]] = { convergent nounwind willreturn }
enigma.kernel @products(%A: !enigma.buffer<f16, device>) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %x = arith.constant 0.0 : f32
  %y = arith.constant 1.0 : bf16
  %z = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %b = enigma.make_filled_simdgroup_matrix %y : bf16 -> !enigma.simdgroup_matrix<bf16, 8x8>
  %d = enigma.simdgroup_multiply_accumulate %b, %b, %z : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  %p = enigma.simdgroup_multiply %d, %b : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8> -> !enigma.simdgroup_matrix<f16, 8x8>
  enigma.simdgroup_matrix_store %p, %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.buffer<f16, device>
  enigma.return
}

// -----

// Carried matrices are phis; a choice between two is a select.
// CHECK-LABEL: define void @carried(
// CHECK: phi <64 x float>
// CHECK: select i1 %{{.*}}, <64 x float> %{{.*}}, <64 x float> %{{.*}}
enigma.kernel @carried(%A: !enigma.buffer<f32, device>, %c: !enigma.scalar<i1>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %x = arith.constant 0.0 : f32
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %z = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%acc = %z) -> (!enigma.simdgroup_matrix<f32, 8x8>) {
    %n = enigma.simdgroup_multiply %acc, %acc : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    scf.yield %n : !enigma.simdgroup_matrix<f32, 8x8>
  }
  %s = arith.select %cond, %r, %z : !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %s, %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}
