// Atomic loads, stores and exchanges; thread memory. A buffer with atomic accesses alone is declared atomic.
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void k(
// CHECK-NEXT: const device atomic_uint* flags {{\[\[}}buffer(0)]],
// CHECK-NEXT: const device int* mixed {{\[\[}}buffer(1)]],
// CHECK-NEXT: device atomic_float* sums {{\[\[}}buffer(2)]],
// CHECK-NEXT: device int* both {{\[\[}}buffer(3)]]) {
enigma.kernel @k(%flags: !enigma.buffer<ui32, device, read>, %mixed: !enigma.buffer<si32, device, read>,
                 %sums: !enigma.buffer<f32, device, 2x3>, %both: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // CHECK-NEXT: threadgroup atomic_int counts[2][4];
  %counts = enigma.threadgroup_alloc "counts" : !enigma.buffer<si32, threadgroup, 2x4>
  %zero = arith.constant 0 : i32
  // CHECK-NEXT: atomic_store_explicit(&counts[0][1], 0, memory_order_relaxed);
  enigma.atomic_store relaxed %zero, %counts[%c0, %c1] : !enigma.buffer<si32, threadgroup, 2x4>
  // Two loads of one element stay in order.
  // CHECK-NEXT: uint flags_value = atomic_load_explicit(&flags[0], memory_order_relaxed);
  // CHECK-NEXT: uint flags_value_2 = atomic_load_explicit(&flags[0], memory_order_relaxed);
  %a = enigma.atomic_load relaxed %flags[%c0] : !enigma.buffer<ui32, device, read>
  %b = enigma.atomic_load relaxed %flags[%c0] : !enigma.buffer<ui32, device, read>
  // CHECK-NEXT: int mixed_value = atomic_load_explicit((const device atomic_int*)&mixed[1], memory_order_relaxed);
  %m = enigma.atomic_load relaxed %mixed[%c1] : !enigma.buffer<si32, device, read>
  // CHECK-NEXT: both[0] = flags_value_2 - flags_value;
  %d = arith.subi %b, %a : i32
  enigma.store %d, %both[%c0] : !enigma.buffer<si32, device>
  %p = enigma.load %mixed[%c2] : !enigma.buffer<si32, device, read>
  // CHECK-NEXT: int observed = mixed[2];
  // CHECK-NEXT: bool exchanged = atomic_compare_exchange_weak_explicit((device atomic_int*)&both[1], &observed, mixed_value, memory_order_relaxed, memory_order_relaxed);
  %done, %seen = enigma.atomic_compare_exchange_weak relaxed %p, %m, %both[%c1] : !enigma.buffer<si32, device>
  // CHECK-NEXT: if (exchanged) {
  // CHECK-NEXT: both[2] = observed;
  scf.if %done {
    enigma.store %seen, %both[%c2] : !enigma.buffer<si32, device>
  }
  %f = arith.constant 1.5 : f32
  // The value that was there is used alone, then nothing is.
  // CHECK: float observed_2 = 1.5f;
  // CHECK-NEXT: atomic_compare_exchange_weak_explicit(&sums[3 + 2], &observed_2, 1.5f, memory_order_relaxed, memory_order_relaxed);
  // CHECK-NEXT: atomic_store_explicit(&sums[1], observed_2, memory_order_relaxed);
  %unused, %was = enigma.atomic_compare_exchange_weak relaxed %f, %f, %sums[%c1, %c2] : !enigma.buffer<f32, device, 2x3>
  enigma.atomic_store relaxed %was, %sums[%c0, %c1] : !enigma.buffer<f32, device, 2x3>
  enigma.return
}

// CHECK-LABEL: kernel void registers(
enigma.kernel @registers(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 2.0 : f32
  // CHECK: float acc[2][3];
  // CHECK-NEXT: acc[1][0] = 2.0f;
  // CHECK-NEXT: A[0] = acc[1][0];
  %acc = enigma.thread_alloc "acc" : !enigma.buffer<f32, thread, 2x3>
  enigma.store %x, %acc[%c1, %c0] : !enigma.buffer<f32, thread, 2x3>
  %0 = enigma.load %acc[%c1, %c0] : !enigma.buffer<f32, thread, 2x3>
  enigma.store %0, %A[%c0] : !enigma.buffer<f32, device>
  // A store to device memory does not change it; a store to it does.
  // CHECK-NEXT: float acc_value = acc[0][1];
  // CHECK-NEXT: acc[0][1] = 2.0f;
  // CHECK-NEXT: A[1] = acc_value;
  %1 = enigma.load %acc[%c0, %c1] : !enigma.buffer<f32, thread, 2x3>
  enigma.store %x, %acc[%c0, %c1] : !enigma.buffer<f32, thread, 2x3>
  enigma.store %1, %A[%c1] : !enigma.buffer<f32, device>
  %yes = enigma.thread_index_in_simdgroup
  %two = arith.constant 2 : i32
  %cond = arith.cmpi ult, %yes, %two : i32
  scf.if %cond {
    // CHECK: uchar registers[4];
    // CHECK-NEXT: registers[1] = 2;
    %inner = enigma.thread_alloc : !enigma.buffer<ui8, thread, 4>
    %byte = arith.constant 2 : i8
    enigma.store %byte, %inner[%c1] : !enigma.buffer<ui8, thread, 4>
  }
  enigma.return
}
