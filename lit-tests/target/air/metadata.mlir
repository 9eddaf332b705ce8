// Module properties, flags and named metadata of the default target (reference sections 2.3 to 2.5).
// RUN: enigma-translate --mlir-to-llvmir %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir %s | llvm-as -o /dev/null

// CHECK: source_filename = "saxpy"
// CHECK: target datalayout = "e-p:64:64:64-i1:8:8-i8:8:8-i16:16:16-i32:32:32-i64:64:64-f32:32:32-f64:64:64-v16:16:16-v24:32:32-v32:32:32-v48:64:64-v64:64:64-v96:128:128-v128:128:128-v192:256:256-v256:256:256-v512:512:512-v1024:1024:1024-n8:16:32"
// CHECK: target triple = "air64-apple-macosx14.0.0"
// CHECK: define void @saxpy(ptr addrspace(1) noundef readonly captures(none) %0,
// CHECK-SAME: ptr addrspace(1) noundef captures(none) %1,
// CHECK-SAME: ptr addrspace(1) noundef writeonly captures(none) %2,
// CHECK-SAME: ptr addrspace(2) noundef readonly align 4 captures(none) dereferenceable(4) %3,
// CHECK-SAME: ptr addrspace(1) noundef readonly captures(none) %4,
// CHECK-SAME: i32 noundef %5) local_unnamed_addr [[KERNEL:#[0-9]+]]
enigma.kernel @saxpy(%x: !enigma.buffer<f32, device, read>,
                     %y: !enigma.buffer<f32, device, read_write>,
                     %out: !enigma.buffer<f32, device, write>,
                     %a: !enigma.scalar<f32>,
                     %unused: !enigma.buffer<vector<3xui16>, device, read>) max_threads 512 {
  %i = enigma.thread_position_in_grid x
  %at = arith.index_castui %i : i32 to index
  %a_value = enigma.load_scalar %a : !enigma.scalar<f32>
  %x_value = enigma.load %x[%at] : !enigma.buffer<f32, device, read>
  %y_value = enigma.load %y[%at] : !enigma.buffer<f32, device, read_write>
  %scaled = arith.mulf %a_value, %x_value : f32
  %sum = arith.addf %scaled, %y_value : f32
  enigma.store %sum, %y[%at] : !enigma.buffer<f32, device, read_write>
  enigma.store %sum, %out[%at] : !enigma.buffer<f32, device, write>
  enigma.return
}

// CHECK: attributes [[KERNEL]] = { mustprogress nofree norecurse nosync nounwind willreturn "approx-func-fp-math"="true" "frame-pointer"="all" "max-work-group-size"="512" "min-legal-vector-width"="0" "no-builtins" "no-infs-fp-math"="true" "no-nans-fp-math"="true" "no-signed-zeros-fp-math"="true" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "unsafe-fp-math"="true" }

// CHECK: !llvm.module.flags = !{!0, !1, !2, !3, !4, !5, !6, !7, !8}
// CHECK-NEXT: !llvm.ident = !{!9}
// CHECK-NEXT: !air.version = !{!10}
// CHECK-NEXT: !air.language_version = !{!11}
// CHECK-NEXT: !air.compile_options = !{!12, !13, !14}
// CHECK-NEXT: !air.kernel = !{!15}
// CHECK: !0 = !{i32 2, !"SDK Version", [2 x i32] [i32 14, i32 0]}
// CHECK-NEXT: !1 = !{i32 1, !"wchar_size", i32 4}
// CHECK-NEXT: !2 = !{i32 7, !"frame-pointer", i32 2}
// CHECK-NEXT: !3 = !{i32 7, !"air.max_device_buffers", i32 31}
// CHECK-NEXT: !4 = !{i32 7, !"air.max_constant_buffers", i32 31}
// CHECK-NEXT: !5 = !{i32 7, !"air.max_threadgroup_buffers", i32 31}
// CHECK-NEXT: !6 = !{i32 7, !"air.max_textures", i32 128}
// CHECK-NEXT: !7 = !{i32 7, !"air.max_read_write_textures", i32 8}
// CHECK-NEXT: !8 = !{i32 7, !"air.max_samplers", i32 16}
// CHECK-NEXT: !9 = !{!"enigmac 0.1.0"}
// CHECK-NEXT: !10 = !{i32 2, i32 6, i32 0}
// CHECK-NEXT: !11 = !{!"Metal", i32 3, i32 1, i32 0}
// CHECK-NEXT: !12 = !{!"air.compile.denorms_disable"}
// CHECK-NEXT: !13 = !{!"air.compile.fast_math_enable"}
// CHECK-NEXT: !14 = !{!"air.compile.framebuffer_fetch_enable"}
// CHECK-NEXT: !15 = !{ptr @saxpy, !16, !17, !24}
// CHECK-NEXT: !16 = !{}
// CHECK-NEXT: !17 = !{!18, !19, !20, !21, !22, !23}
// CHECK-NEXT: !18 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"x"}
// CHECK-NEXT: !19 = {{.*}}, !"air.read_write", {{.*}}, !"air.arg_name", !"y"}
// CHECK-NEXT: !20 = {{.*}}, !"air.read_write", {{.*}}, !"air.arg_name", !"out"}
// CHECK-NEXT: !21 = !{i32 3, !"air.buffer", !"air.buffer_size", i32 4, !"air.location_index", i32 3, i32 1, !"air.read", !"air.address_space", i32 2, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"a"}
// CHECK-NEXT: !22 = !{i32 4, !"air.buffer", !"air.location_index", i32 4, i32 1, !"air.read", !"air.address_space", i32 1, !"air.arg_type_size", i32 8, !"air.arg_type_align_size", i32 8, !"air.arg_type_name", !"ushort3", !"air.arg_name", !"unused", !"air.arg_unused"}
// CHECK-NEXT: !23 = !{i32 5, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"thread_position_in_grid"}
// CHECK-NEXT: !24 = !{!"air.max_work_group_size", i32 512}
