// Barriers are convergent calls that order memory, before and after optimisation (reference section 3.6).
// RUN: enigma-translate --mlir-to-llvmir -O0 %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O2 %s | FileCheck %s

// CHECK-LABEL: define void @barriers(
// CHECK-SAME: [[KERNEL:#[0-9]+]]
// CHECK: store float
// CHECK: tail call void @air.wg.barrier(i32 2, i32 1) [[CALL:#[0-9]+]]
// The first load is not taken for the second.
// CHECK: [[FIRST:%[0-9]+]] = load float, ptr addrspace(3)
// CHECK: tail call void @air.wg.barrier(i32 3, i32 1) [[CALL]]
// CHECK: [[SECOND:%[0-9]+]] = load float, ptr addrspace(3)
// CHECK: tail call void @air.wg.barrier(i32 1, i32 1) [[CALL]]
// CHECK: tail call void @air.wg.barrier(i32 0, i32 1) [[CALL]]
// CHECK: tail call void @air.simdgroup.barrier(i32 4, i32 1) [[CALL]]
// CHECK: fadd reassoc nsz arcp contract afn float
// CHECK: declare void @air.wg.barrier(i32, i32) local_unnamed_addr [[DECLARATION:#[0-9]+]]
// CHECK: declare void @air.simdgroup.barrier(i32, i32) local_unnamed_addr [[DECLARATION]]
// CHECK: attributes [[KERNEL]] = { convergent mustprogress nounwind willreturn "approx
// CHECK: attributes [[DECLARATION]] = { convergent mustprogress nounwind willreturn }
// CHECK: attributes [[CALL]] = { convergent nounwind willreturn }
enigma.kernel @barriers(%A: !enigma.buffer<f32, device>) {
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 64>
  %i = enigma.thread_index_in_threadgroup
  %at = arith.index_castui %i : i32 to index
  %zero = arith.constant 0 : index
  %v = enigma.load %A[%at] : !enigma.buffer<f32, device>
  enigma.store %v, %tile[%at] : !enigma.buffer<f32, threadgroup, 64>
  enigma.barrier mem_threadgroup
  %first = enigma.load %tile[%zero] : !enigma.buffer<f32, threadgroup, 64>
  enigma.barrier mem_device_and_threadgroup
  %second = enigma.load %tile[%zero] : !enigma.buffer<f32, threadgroup, 64>
  enigma.barrier mem_device
  enigma.barrier mem_none
  enigma.simd_barrier mem_texture
  %sum = arith.addf %first, %second : f32
  enigma.store %sum, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}
