// Loads, stores and threadgroup variables (reference sections 2.5 and 2.7).
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @elements(
// CHECK: [[AT:%[0-9]+]] = zext i32 %5 to i64
// CHECK: [[A:%[0-9]+]] = getelementptr inbounds half, ptr addrspace(1) %0, i64 [[AT]]
// CHECK: load half, ptr addrspace(1) [[A]], align 2
// CHECK: getelementptr inbounds <3 x float>, ptr addrspace(2) %1, i64 [[AT]]
// CHECK: load <3 x float>, ptr addrspace(2) %{{.*}}, align 16
// CHECK: load i64, ptr addrspace(2) %3, align 8
// CHECK: store i64 %{{.*}}, ptr addrspace(1) %{{.*}}, align 8
// CHECK: store half %{{.*}}, align 2
// CHECK: store <3 x float> %{{.*}}, align 16
enigma.kernel @elements(%A: !enigma.buffer<f16, device>, %B: !enigma.buffer<vector<3xf32>, constant>,
                        %C: !enigma.buffer<ui64, device>, %n: !enigma.scalar<ui64>,
                        %D: !enigma.buffer<vector<3xf32>, device>) {
  %i = enigma.thread_position_in_grid x
  %at = arith.index_castui %i : i32 to index
  %a = enigma.load %A[%at] : !enigma.buffer<f16, device>
  %b = enigma.load %B[%at] : !enigma.buffer<vector<3xf32>, constant>
  %c = enigma.load_scalar %n : !enigma.scalar<ui64>
  enigma.store %c, %C[%at] : !enigma.buffer<ui64, device>
  enigma.store %a, %A[%at] : !enigma.buffer<f16, device>
  enigma.store %b, %D[%at] : !enigma.buffer<vector<3xf32>, device>
  enigma.return
}

// -----

// A bool is a byte in memory.
// CHECK-LABEL: define void @bools(
// CHECK: load i8, ptr addrspace(2) %1, align 1
// CHECK: icmp ne i8 %{{.*}}, 0
// CHECK: [[BYTE:%[0-9]+]] = load i8, ptr addrspace(1) %{{.*}}, align 1
// CHECK: icmp ne i8 [[BYTE]], 0
// CHECK: zext i1 %{{.*}} to i8
// CHECK: store i8 %{{.*}}, ptr addrspace(1) %{{.*}}, align 1
// CHECK: !"air.buffer_size", i32 1, {{.*}} !"air.arg_type_name", !"bool", !"air.arg_name", !"flag"
enigma.kernel @bools(%A: !enigma.buffer<i1, device>, %flag: !enigma.scalar<i1>) {
  %zero = arith.constant 0 : index
  %f = enigma.load_scalar %flag : !enigma.scalar<i1>
  %a = enigma.load %A[%zero] : !enigma.buffer<i1, device>
  %both = arith.andi %f, %a : i1
  enigma.store %both, %A[%zero] : !enigma.buffer<i1, device>
  enigma.return
}

// -----

// CHECK: @tiles.tile = internal unnamed_addr addrspace(3) global [272 x float] undef, align 4
// CHECK: @tiles.threadgroup = internal unnamed_addr addrspace(3) global [8 x i8] undef, align 1
// CHECK: @tiles.tile.1 = internal unnamed_addr addrspace(3) global [4 x <2 x half>] undef, align 4
// CHECK-LABEL: define void @tiles(
// CHECK: [[ROW:%[0-9]+]] = mul i64 [[Y:%[0-9]+]], 17
// CHECK: [[INDEX:%[0-9]+]] = add i64 [[ROW]], [[X:%[0-9]+]]
// CHECK: getelementptr inbounds float, ptr addrspace(3) @tiles.tile, i64 [[INDEX]]
// CHECK: [[PLANE:%[0-9]+]] = mul i64 [[Y]], 3
// CHECK: [[SUM:%[0-9]+]] = add i64 [[PLANE]], [[X]]
// CHECK: [[LINE:%[0-9]+]] = mul i64 [[SUM]], 4
// CHECK: add i64 [[LINE]], [[Y]]
enigma.kernel @tiles(%A: !enigma.buffer<f32, device, 2x3x4>) {
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 16x17>
  %flags = enigma.threadgroup_alloc : !enigma.buffer<i1, threadgroup, 8>
  %other = enigma.threadgroup_alloc "tile" : !enigma.buffer<vector<2xf16>, threadgroup, 4>
  %xi = enigma.thread_position_in_threadgroup x
  %yi = enigma.thread_position_in_threadgroup y
  %x = arith.index_castui %xi : i32 to index
  %y = arith.index_castui %yi : i32 to index
  %v = enigma.load %tile[%y, %x] : !enigma.buffer<f32, threadgroup, 16x17>
  enigma.store %v, %A[%y, %x, %y] : !enigma.buffer<f32, device, 2x3x4>
  enigma.return
}
