// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void k(
// CHECK-NEXT: device atomic_uint* hist {{\[\[}}buffer(0)]],
// CHECK-NEXT: device int* mixed {{\[\[}}buffer(1)]],
// CHECK-NEXT: device atomic_float* sums {{\[\[}}buffer(2)]],
enigma.kernel @k(%hist: !enigma.buffer<ui32, device>, %mixed: !enigma.buffer<si32, device>,
                 %sums: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>) fast {
  // CHECK: threadgroup atomic_uint bins[8];
  %bins = enigma.threadgroup_alloc "bins" : !enigma.buffer<ui32, threadgroup, 8>
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  // CHECK: atomic_fetch_add_explicit(&hist[0], 1u, memory_order_relaxed);
  %0 = enigma.atomic_rmw add relaxed %one, %hist[%c0] : !enigma.buffer<ui32, device>
  // CHECK: int previous = atomic_fetch_max_explicit((device atomic_int*)&mixed[0], 1, memory_order_relaxed);
  // CHECK: mixed[0] = previous;
  %1 = enigma.atomic_rmw max relaxed %one, %mixed[%c0] : !enigma.buffer<si32, device>
  enigma.store %1, %mixed[%c0] : !enigma.buffer<si32, device>
  // CHECK: atomic_fetch_add_explicit(&sums[0], s, memory_order_relaxed);
  %2 = enigma.atomic_rmw add relaxed %x, %sums[%c0] : !enigma.buffer<f32, device>
  // CHECK: atomic_fetch_and_explicit(&bins[0], 1u, memory_order_relaxed);
  %3 = enigma.atomic_rmw and relaxed %one, %bins[%c0] : !enigma.buffer<ui32, threadgroup, 8>
  // CHECK: atomic_exchange_explicit(&bins[0], 1u, memory_order_relaxed);
  %4 = enigma.atomic_rmw exchange relaxed %one, %bins[%c0] : !enigma.buffer<ui32, threadgroup, 8>
  // CHECK: threadgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup);
  enigma.barrier mem_device_and_threadgroup
  // CHECK: threadgroup_barrier(mem_flags::mem_none);
  enigma.barrier mem_none
  // CHECK: simdgroup_barrier(mem_flags::mem_threadgroup);
  enigma.simd_barrier mem_threadgroup
  enigma.return
}
