// Atomics: names, signs, order, scope and attributes (reference section 3.7).
// RUN: enigma-translate --mlir-to-llvmir -O2 %s | FileCheck %s

// CHECK-LABEL: define void @atomics(
// CHECK-SAME: [[KERNEL:#[0-9]+]]
// CHECK: tail call i32 @air.atomic.global.add.u.i32(ptr addrspace(1) captures(none) %{{.*}}, i32 1, i32 0, i32 2, i1 true) [[CALL:#[0-9]+]]
// CHECK: @air.atomic.global.sub.s.i32(
// CHECK: @air.atomic.global.min.s.i32(
// CHECK: @air.atomic.global.max.u.i32(
// CHECK: @air.atomic.global.and.u.i32(
// CHECK: @air.atomic.global.or.u.i32(
// CHECK: @air.atomic.global.xor.s.i32(
// CHECK: @air.atomic.global.xchg.i32(
// CHECK: tail call i32 @air.atomic.local.max.s.i32(ptr addrspace(3) captures(none) @atomics.t, i32 1, i32 0, i32 1, i1 true) [[CALL]]
// CHECK: tail call reassoc nsz arcp contract afn float @air.atomic.global.add.f32(ptr addrspace(1) captures(none) %{{.*}}, float 1.000000e+00, i32 0, i32 2, i1 true) [[CALL]]
// CHECK: @air.atomic.global.sub.f32(
// CHECK: @air.atomic.global.xchg.f32(
// CHECK: declare i32 @air.atomic.global.add.u.i32(ptr addrspace(1) captures(none), i32, i32, i32, i1) local_unnamed_addr [[DECLARATION:#[0-9]+]]
// CHECK: attributes [[KERNEL]] = { mustprogress nounwind willreturn "approx
// CHECK: attributes [[DECLARATION]] = { mustprogress nounwind willreturn }
// CHECK: attributes [[CALL]] = { nounwind willreturn }
enigma.kernel @atomics(%U: !enigma.buffer<ui32, device>, %S: !enigma.buffer<si32, device>,
                       %F: !enigma.buffer<f32, device>) {
  %t = enigma.threadgroup_alloc "t" : !enigma.buffer<si32, threadgroup, 4>
  %at = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %one_f = arith.constant 1.0 : f32
  %0 = enigma.atomic_rmw add relaxed %one, %U[%at] : !enigma.buffer<ui32, device>
  %1 = enigma.atomic_rmw sub relaxed %one, %S[%at] : !enigma.buffer<si32, device>
  %2 = enigma.atomic_rmw min relaxed %one, %S[%at] : !enigma.buffer<si32, device>
  %3 = enigma.atomic_rmw max relaxed %one, %U[%at] : !enigma.buffer<ui32, device>
  %4 = enigma.atomic_rmw and relaxed %one, %U[%at] : !enigma.buffer<ui32, device>
  %5 = enigma.atomic_rmw or relaxed %one, %U[%at] : !enigma.buffer<ui32, device>
  %6 = enigma.atomic_rmw xor relaxed %one, %S[%at] : !enigma.buffer<si32, device>
  %7 = enigma.atomic_rmw exchange relaxed %one, %S[%at] : !enigma.buffer<si32, device>
  %8 = enigma.atomic_rmw max relaxed %one, %t[%at] : !enigma.buffer<si32, threadgroup, 4>
  %9 = enigma.atomic_rmw add relaxed %one_f, %F[%at] : !enigma.buffer<f32, device>
  %10 = enigma.atomic_rmw sub relaxed %one_f, %F[%at] : !enigma.buffer<f32, device>
  %11 = enigma.atomic_rmw exchange relaxed %one_f, %F[%at] : !enigma.buffer<f32, device>
  enigma.return
}
