// Atomic loads, stores and compare-exchange, and thread memory (reference sections 2.7 and 3.7).
// RUN: enigma-translate --mlir-to-llvmir -O0 %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O2 %s | FileCheck %s --check-prefix=OPT

// CHECK-LABEL: define void @access(
// CHECK-SAME: ptr addrspace(1) noundef readonly captures(none) %0,
// CHECK: %[[FLOATS:.*]] = alloca float, align 4
// CHECK: %[[BOX:.*]] = alloca i32, align 4
// CHECK: call i32 @air.atomic.global.load.i32(ptr addrspace(1) captures(none) %{{.*}}, i32 0, i32 2, i1 true)
// CHECK: call void @air.atomic.global.store.f32(ptr addrspace(1) captures(none) %{{.*}}, float 1.000000e+00, i32 0, i32 2, i1 true)
// CHECK: call void @air.atomic.local.store.i32(ptr addrspace(3) captures(none) @access.t, i32 %{{.*}}, i32 0, i32 1, i1 true)
// CHECK: store i32 3, ptr %[[BOX]], align 4
// The callee reads and writes a variable of the kernel: no tail call.
// CHECK-NEXT: %{{[0-9]+}} = call i32 @air.atomic.local.cmpxchg.weak.i32(ptr addrspace(3) captures(none) @access.t, ptr captures(none) %[[BOX]], i32 4, i32 0, i32 0, i32 1, i1 true)
// CHECK-NEXT: %[[SEEN:.*]] = load i32, ptr %[[BOX]], align 4
// CHECK-NEXT: icmp eq i32 %[[SEEN]], 3
// Floats are compared bit by bit.
// CHECK: call float @air.atomic.global.cmpxchg.weak.f32(ptr addrspace(1) captures(none) %{{.*}}, ptr captures(none) %[[FLOATS]], float 2.000000e+00, i32 0, i32 0, i32 2, i1 true)
// CHECK-NEXT: %[[WAS:.*]] = load float, ptr %[[FLOATS]], align 4
// CHECK-NEXT: %[[BITS:.*]] = bitcast float %[[WAS]] to i32
// CHECK-NEXT: icmp eq i32 %[[BITS]], 1065353216
// CHECK: declare i32 @air.atomic.local.cmpxchg.weak.i32(ptr addrspace(3) captures(none), ptr captures(none), i32, i32, i32, i32, i1)
// OPT-LABEL: define void @access(
// OPT: store i32 3, ptr %[[BOX:.*]], align 4
// OPT-NEXT: %{{[0-9]+}} = call i32 @air.atomic.local.cmpxchg.weak.i32(
enigma.kernel @access(%U: !enigma.buffer<ui32, device, read>, %F: !enigma.buffer<f32, device>, %Out: !enigma.buffer<si32, device>) {
  %t = enigma.threadgroup_alloc "t" : !enigma.buffer<si32, threadgroup, 4>
  %at = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3 : i32
  %four = arith.constant 4 : i32
  %0 = enigma.atomic_load relaxed %U[%at] : !enigma.buffer<ui32, device, read>
  enigma.atomic_store relaxed %one, %F[%at] : !enigma.buffer<f32, device>
  enigma.atomic_store relaxed %0, %t[%at] : !enigma.buffer<si32, threadgroup, 4>
  %done, %seen = enigma.atomic_compare_exchange_weak relaxed %three, %four, %t[%at] : !enigma.buffer<si32, threadgroup, 4>
  scf.if %done {
    enigma.store %seen, %Out[%at] : !enigma.buffer<si32, device>
  }
  %fdone, %fseen = enigma.atomic_compare_exchange_weak relaxed %one, %two, %F[%at] : !enigma.buffer<f32, device>
  scf.if %fdone {
    enigma.atomic_store relaxed %fseen, %F[%at] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// The array is in the entry block also when a loop makes it; with constant indices it becomes registers.
// CHECK-LABEL: define void @registers(
// CHECK-NEXT: %{{.*}} = alloca [6 x float], align 4
// CHECK-NEXT: %{{.*}} = alloca [2 x i8], align 1
// CHECK-NOT: alloca
// OPT-LABEL: define void @registers(
// OPT-NOT: alloca
// OPT: store float 3.000000e+00, ptr addrspace(1)
enigma.kernel @registers(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %x = arith.constant 3.0 : f32
  %yes = arith.constant true
  scf.for %i = %c0 to %c9 step %c1 {
    %b = enigma.thread_alloc : !enigma.buffer<i1, thread, 2>
    enigma.store %yes, %b[%c1] : !enigma.buffer<i1, thread, 2>
    %acc = enigma.thread_alloc "acc" : !enigma.buffer<f32, thread, 2x3>
    enigma.store %x, %acc[%c1, %c0] : !enigma.buffer<f32, thread, 2x3>
    %0 = enigma.load %acc[%c1, %c0] : !enigma.buffer<f32, thread, 2x3>
    enigma.store %0, %A[%i] : !enigma.buffer<f32, device>
  }
  enigma.return
}
