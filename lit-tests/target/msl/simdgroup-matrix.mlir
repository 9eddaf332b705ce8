// Simdgroup matrices: variables that Metal's functions fill through references (MSL 6.7).
// RUN: enigma-translate --mlir-to-msl --no-comments --split-input-file %s | FileCheck %s

// CHECK-LABEL: kernel void places(
// CHECK: threadgroup half tile[8][17];
// CHECK: threadgroup half flat[64];
// CHECK: simdgroup_half8x8 [[M:.*]];
// CHECK-NEXT: simdgroup_load([[M]], A, 16);
// CHECK-NEXT: simdgroup_store([[M]], A + n, 16, ulong2(8, n));
// CHECK-NEXT: simdgroup_store([[M]], &tile[0][0], 17, ulong2(0, 0), true);
// CHECK-NEXT: simdgroup_store([[M]], &tile[0][0] + 3, 17, ulong2(0, 1));
// CHECK-NEXT: simdgroup_half8x8 [[F:.*]];
// CHECK-NEXT: simdgroup_load([[F]], flat + 8, n, ulong2(1, 0), true);
// CHECK-NEXT: simdgroup_store([[F]], A, 16);
enigma.kernel @places(%A: !enigma.buffer<f16, device>, %n: !enigma.scalar<ui32>) fast {
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f16, threadgroup, 8x17>
  %flat = enigma.threadgroup_alloc "flat" : !enigma.buffer<f16, threadgroup, 64>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %c17 = arith.constant 17 : index
  %v = enigma.load_scalar %n : !enigma.scalar<ui32>
  %i = arith.index_castui %v : i32 to index
  %m = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c16 : !enigma.buffer<f16, device>
  enigma.simdgroup_matrix_store %m, %A[%i] origin(%c8, %i) elements_per_row %c16 : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.buffer<f16, device>
  enigma.simdgroup_matrix_store %m, %tile[%c0] origin(%c0, %c0) elements_per_row %c17 transpose : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.buffer<f16, threadgroup, 8x17>
  enigma.simdgroup_matrix_store %m, %tile[%c3] origin(%c0, %c1) elements_per_row %c17 : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.buffer<f16, threadgroup, 8x17>
  %f = enigma.simdgroup_matrix_load %flat[%c8] origin(%c1, %c0) elements_per_row %i transpose : !enigma.buffer<f16, threadgroup, 64>
  enigma.simdgroup_matrix_store %f, %A[%c0] origin(%c0, %c0) elements_per_row %c16 : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.buffer<f16, device>
  enigma.return
}

// -----

// The sum goes on in the variable of what it adds to, where nobody asks for the old value.
// CHECK-LABEL: kernel void products(
// CHECK: simdgroup_float8x8 [[Z:.*]] = make_filled_simdgroup_matrix<float, 8, 8>(0.5f);
// CHECK-NEXT: simdgroup_bfloat8x8 [[B:.*]] = make_filled_simdgroup_matrix<bfloat, 8, 8>(
// CHECK-NEXT: simdgroup_multiply_accumulate([[Z]], [[B]], [[B]], [[Z]]);
// CHECK-NEXT: simdgroup_half8x8 [[P:.*]];
// CHECK-NEXT: simdgroup_multiply([[P]], [[B]], [[Z]]);
// CHECK-NEXT: simdgroup_half8x8 [[S:.*]];
// CHECK-NEXT: simdgroup_multiply_accumulate([[S]], [[B]], [[B]], [[P]]);
// CHECK-NEXT: simdgroup_float8x8 [[T:.*]];
// CHECK-NEXT: simdgroup_multiply_accumulate([[T]], [[P]], [[P]], [[S]]);
// CHECK-NEXT: simdgroup_store([[T]], A, 8);
enigma.kernel @products(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %x = arith.constant 0.5 : f32
  %y = arith.constant 0.5 : bf16
  %z = enigma.make_filled_simdgroup_matrix %x : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %b = enigma.make_filled_simdgroup_matrix %y : bf16 -> !enigma.simdgroup_matrix<bf16, 8x8>
  %d = enigma.simdgroup_multiply_accumulate %b, %b, %z : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  %p = enigma.simdgroup_multiply %b, %d : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f16, 8x8>
  %s = enigma.simdgroup_multiply_accumulate %b, %b, %p : !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<bf16, 8x8>, !enigma.simdgroup_matrix<f16, 8x8> -> !enigma.simdgroup_matrix<f16, 8x8>
  %t = enigma.simdgroup_multiply_accumulate %p, %p, %s : !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<f16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %t, %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}

// -----

// Carried matrices are one variable; an exchange needs another.
// CHECK-LABEL: kernel void carried(
// CHECK: simdgroup_float8x8 [[X:.*]] = make_filled
// CHECK-NEXT: simdgroup_float8x8 [[Y:.*]] = make_filled
// CHECK-NEXT: for (
// CHECK-NEXT: simdgroup_float8x8 [[A:.*]];
// CHECK-NEXT: simdgroup_load([[A]], A, 8);
// CHECK-NEXT: simdgroup_multiply_accumulate([[X]], [[A]], [[A]], [[X]]);
// CHECK-NEXT: simdgroup_float8x8 [[N:.*]] = [[Y]];
// CHECK-NEXT: [[Y]] = [[X]];
// CHECK-NEXT: [[X]] = [[N]];
// CHECK-NEXT: }
// CHECK-NEXT: simdgroup_float8x8 [[C:.*]];
// CHECK-NEXT: if (condition) {
// CHECK-NEXT: [[C]] = [[X]];
// CHECK-NEXT: } else {
// CHECK: simdgroup_multiply([[P:.*]], [[Y]], [[Y]]);
// CHECK-NEXT: [[C]] = [[P]];
// CHECK-NEXT: }
// CHECK-NEXT: simdgroup_float8x8 [[S:.*]] = condition ? [[X]] : [[C]];
// CHECK-NEXT: simdgroup_store([[S]], A, 8);
enigma.kernel @carried(%A: !enigma.buffer<f32, device>, %condition: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %cond = enigma.load_scalar %condition : !enigma.scalar<i1>
  %x = enigma.make_filled_simdgroup_matrix %zero : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %y = enigma.make_filled_simdgroup_matrix %one : f32 -> !enigma.simdgroup_matrix<f32, 8x8>
  %r:2 = scf.for %i = %c0 to %c8 step %c8 iter_args(%p = %x, %q = %y) -> (!enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>) {
    %a = enigma.simdgroup_matrix_load %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.buffer<f32, device>
    %n = enigma.simdgroup_multiply_accumulate %a, %a, %p : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    scf.yield %q, %n : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>
  }
  %chosen = scf.if %cond -> (!enigma.simdgroup_matrix<f32, 8x8>) {
    scf.yield %r#0 : !enigma.simdgroup_matrix<f32, 8x8>
  } else {
    %p = enigma.simdgroup_multiply %r#1, %r#1 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.simdgroup_matrix<f32, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    scf.yield %p : !enigma.simdgroup_matrix<f32, 8x8>
  }
  %s = arith.select %cond, %r#0, %chosen : !enigma.simdgroup_matrix<f32, 8x8>
  enigma.simdgroup_matrix_store %s, %A[%c0] origin(%c0, %c0) elements_per_row %c8 : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
  enigma.return
}
