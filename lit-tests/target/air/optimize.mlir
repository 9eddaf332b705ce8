// What the optimiser does and must not do.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O2 %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O1 %s | FileCheck %s --check-prefix=O1
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O3 %s | FileCheck %s --check-prefix=NEVER

// NEVER-NOT: {{llvm\.(mem|vector|minimum|maximum)|fence|atomicrmw}}

// A call on each side of a branch stays on its side: the lanes that meet there differ.
// CHECK-LABEL: define void @divergent(
// CHECK: br i1
// CHECK: call reassoc nsz arcp contract afn float @air.simd_sum.f32(
// CHECK: br label
// CHECK: call reassoc nsz arcp contract afn float @air.simd_sum.f32(
// O1-LABEL: define void @divergent(
// O1-COUNT-2: call reassoc nsz arcp contract afn float @air.simd_sum.f32(
enigma.kernel @divergent(%A: !enigma.buffer<f32, device>) {
  %i = enigma.thread_position_in_grid x
  %at = arith.index_castui %i : i32 to index
  %four = arith.constant 4 : i32
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %low = arith.cmpi ult, %i, %four : i32
  %sum = scf.if %low -> (f32) {
    %s = enigma.simd_sum %a : f32
    scf.yield %s : f32
  } else {
    %s = enigma.simd_sum %a : f32
    scf.yield %s : f32
  }
  enigma.store %sum, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

// A fill stays a loop, not a memset.
// CHECK-LABEL: define void @fill(
// CHECK: store i8 0
// CHECK: br i1
enigma.kernel @fill(%A: !enigma.buffer<ui8, device>, %n: !enigma.scalar<si32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %x = arith.constant 0 : i8
  %n_value = enigma.load_scalar %n : !enigma.scalar<si32>
  scf.for %i = %zero to %n_value step %one : i32 {
    %at = arith.index_cast %i : i32 to index
    enigma.store %x, %A[%at] : !enigma.buffer<ui8, device>
  }
  enigma.return
}

// -----

// A store to threadgroup memory is not forwarded to a load behind a barrier, and a short loop unrolls.
// CHECK-LABEL: define void @reduce(
// CHECK-COUNT-3: tail call void @air.wg.barrier(i32 2, i32 1)
// CHECK: load float, ptr addrspace(3)
// CHECK-NOT: br i1
// CHECK: ret void
// O1-LABEL: define void @reduce(
// O1: br i1
enigma.kernel @reduce(%A: !enigma.buffer<f32, device>) {
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 8>
  %i = enigma.thread_index_in_threadgroup
  %at = arith.index_castui %i : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %sum = scf.for %k = %c0 to %c3 step %c1 iter_args(%acc = %a) -> (f32) {
    enigma.store %acc, %tile[%at] : !enigma.buffer<f32, threadgroup, 8>
    enigma.barrier mem_threadgroup
    %b = enigma.load %tile[%k] : !enigma.buffer<f32, threadgroup, 8>
    %next = arith.addf %acc, %b : f32
    scf.yield %next : f32
  }
  enigma.store %sum, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}
