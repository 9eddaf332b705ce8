// Queries become parameters after the buffers; positions and sizes share one width.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @x_only(
// CHECK-SAME: i32 noundef %1, i32 noundef %2)
// CHECK: "min-legal-vector-width"="0"
// CHECK: !"air.thread_position_in_grid", !"air.arg_type_name", !"uint",
// CHECK: !"air.threads_per_grid", !"air.arg_type_name", !"uint",
enigma.kernel @x_only(%A: !enigma.buffer<ui32, device>) {
  %i = enigma.thread_position_in_grid x
  %n = enigma.threads_per_grid x
  %again = enigma.thread_position_in_grid x
  %sum = arith.addi %i, %n : i32
  %at = arith.index_castui %again : i32 to index
  enigma.store %sum, %A[%at] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @xyz(
// CHECK-SAME: <3 x i32> noundef %1, <3 x i32> noundef %2, i32 noundef %3)
// CHECK: extractelement <3 x i32> %1, i64 0
// CHECK: extractelement <3 x i32> %2, i64 2
// CHECK: "min-legal-vector-width"="96"
// CHECK: !{i32 1, !"air.thread_position_in_threadgroup", !"air.arg_type_name", !"uint3", !"air.arg_name", !"thread_position_in_threadgroup"}
// CHECK: !{i32 2, !"air.threads_per_threadgroup", !"air.arg_type_name", !"uint3",
// CHECK: !{i32 3, !"air.thread_index_in_simdgroup", !"air.arg_type_name", !"uint",
enigma.kernel @xyz(%A: !enigma.buffer<ui32, device>) {
  %x = enigma.thread_position_in_threadgroup x
  %d = enigma.threads_per_threadgroup z
  %lane = enigma.thread_index_in_simdgroup
  %sum = arith.addi %x, %d : i32
  %at = arith.index_castui %lane : i32 to index
  enigma.store %sum, %A[%at] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @scalars(
// CHECK-SAME: i32 noundef %1, i32 noundef %2, i32 noundef %3, i32 noundef %4, i32 noundef %5, i32 noundef %6, i32 noundef %7)
// CHECK: !"air.thread_index_in_threadgroup"
// CHECK: !"air.simdgroup_index_in_threadgroup"
// CHECK: !"air.threads_per_simdgroup"
// CHECK: !"air.simdgroups_per_threadgroup"
// CHECK: !"air.thread_index_in_quadgroup"
// CHECK: !"air.quadgroup_index_in_threadgroup"
// CHECK: !"air.threadgroups_per_grid", !"air.arg_type_name", !"uint",
enigma.kernel @scalars(%A: !enigma.buffer<ui32, device>) {
  %a = enigma.thread_index_in_threadgroup
  %b = enigma.simdgroup_index_in_threadgroup
  %c = enigma.threads_per_simdgroup
  %d = enigma.simdgroups_per_threadgroup
  %e = enigma.thread_index_in_quadgroup
  %f = enigma.quadgroup_index_in_threadgroup
  %g = enigma.threadgroups_per_grid x
  enigma.return
}
