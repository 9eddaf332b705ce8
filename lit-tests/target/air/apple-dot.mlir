// A dot product as an Apple toolchain compiled it for macOS 26 (reference section 2, sample
// macos26-dot-simdsum-atomic): the same parameters, calls, attributes and metadata; left out are the
// alias and TBAA nodes and the claim that buffers never overlap.
// RUN: enigma-translate --mlir-to-llvmir --target=macos26 %s | FileCheck %s

// CHECK: target triple = "air64_v28-apple-macosx26.0.0"
// CHECK: define void @dot_float32(
// CHECK-SAME: ptr addrspace(1) noundef readonly captures(none) %0, ptr addrspace(1) noundef readonly captures(none) %1,
// CHECK-SAME: ptr addrspace(1) noundef captures(none) %2,
// CHECK-SAME: ptr addrspace(2) noundef readonly align 4 captures(none) dereferenceable(4) %3,
// CHECK-SAME: i32 noundef %4, i32 noundef %5, i32 noundef %6) local_unnamed_addr #0 {
// CHECK: load i32, ptr addrspace(2) %3, align 4
// CHECK: getelementptr inbounds {{.*}}float, ptr addrspace(1) %0, i64
// CHECK: fmul reassoc nsz arcp contract afn float
// CHECK: fadd reassoc nsz arcp contract afn float
// CHECK: tail call reassoc nsz arcp contract afn float @air.simd_sum.f32(float %{{[0-9]+}}) #3
// CHECK: icmp eq i32 %6, 0
// CHECK: tail call reassoc nsz arcp contract afn float @air.atomic.global.add.f32(ptr addrspace(1) captures(none) %2, float %{{[0-9]+}}, i32 0, i32 2, i1 true) #4
// CHECK: declare float @air.simd_sum.f32(float) local_unnamed_addr #1
// CHECK: declare float @air.atomic.global.add.f32(ptr addrspace(1) captures(none), float, i32, i32, i1) local_unnamed_addr #2
// CHECK: attributes #0 = { convergent mustprogress nounwind "approx-func-fp-math"="true" "frame-pointer"="all" "min-legal-vector-width"="0" "no-builtins" "no-infs-fp-math"="true" "no-nans-fp-math"="true" "no-signed-zeros-fp-math"="true" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "unsafe-fp-math"="true" }
// CHECK: attributes #1 = { convergent mustprogress nounwind willreturn }
// CHECK: attributes #2 = { mustprogress nounwind willreturn }
// CHECK: attributes #3 = { convergent nounwind willreturn }
// CHECK: attributes #4 = { nounwind willreturn }
// CHECK: !{i32 3, !"air.buffer", !"air.buffer_size", i32 4, !"air.location_index", i32 3, i32 1, !"air.read", !"air.address_space", i32 2, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"uint", !"air.arg_name", !"count"}
// CHECK: !{i32 4, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name",
// CHECK: !{i32 5, !"air.threads_per_grid", !"air.arg_type_name", !"uint", !"air.arg_name",
// CHECK: !{i32 6, !"air.thread_index_in_simdgroup", !"air.arg_type_name", !"uint", !"air.arg_name",
enigma.kernel @dot_float32(%left: !enigma.buffer<f32, device, read>, %right: !enigma.buffer<f32, device, read>,
                           %out: !enigma.buffer<f32, device, read_write>, %count: !enigma.scalar<ui32>) {
  %index = enigma.thread_position_in_grid x
  %stride = enigma.threads_per_grid x
  %lane = enigma.thread_index_in_simdgroup
  %zero_f = arith.constant 0.0 : f32
  %zero_i = arith.constant 0 : i32
  %zero = arith.constant 0 : index
  %n = enigma.load_scalar %count : !enigma.scalar<ui32>
  %part = scf.for unsigned %i = %index to %n step %stride iter_args(%acc = %zero_f) -> (f32) : i32 {
    %at = arith.index_castui %i : i32 to index
    %l = enigma.load %left[%at] : !enigma.buffer<f32, device, read>
    %r = enigma.load %right[%at] : !enigma.buffer<f32, device, read>
    %product = arith.mulf %l, %r : f32
    %next = arith.addf %acc, %product : f32
    scf.yield %next : f32
  }
  %sum = enigma.simd_sum %part : f32
  %is_first = arith.cmpi eq, %lane, %zero_i : i32
  scf.if %is_first {
    %old = enigma.atomic_rmw add relaxed %sum, %out[%zero] : !enigma.buffer<f32, device, read_write>
  }
  enigma.return
}
