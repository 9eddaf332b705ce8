// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// What may move to its user and what may not.

// CHECK-LABEL: kernel void loads(
enigma.kernel @loads(%a: !enigma.buffer<f32, device>, %b: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = enigma.threadgroup_alloc "t" : !enigma.buffer<f32, threadgroup, 4>
  // Device buffers may be the same memory: no load crosses a store.
  // CHECK: float x = a[0];
  // CHECK-NEXT: b[1] = 0.0f;
  // CHECK-NEXT: b[0] = x;
  %zero = arith.constant 0.0 : f32
  %x = enigma.load %a[%c0] : !enigma.buffer<f32, device> loc("x")
  enigma.store %zero, %b[%c1] : !enigma.buffer<f32, device>
  enigma.store %x, %b[%c0] : !enigma.buffer<f32, device>
  // Threadgroup memory is never device memory.
  // CHECK-NEXT: t[0] = 0.0f;
  // CHECK-NEXT: b[0] = a[0];
  %y = enigma.load %a[%c0] : !enigma.buffer<f32, device> loc("y")
  enigma.store %zero, %t[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.store %y, %b[%c0] : !enigma.buffer<f32, device>
  // CHECK-NEXT: float z = t[0];
  // CHECK-NEXT: threadgroup_barrier(
  // CHECK-NEXT: b[0] = z;
  %z = enigma.load %t[%c0] : !enigma.buffer<f32, threadgroup, 4> loc("z")
  enigma.barrier mem_threadgroup
  enigma.store %z, %b[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Nothing is computed again in every iteration.
// CHECK-LABEL: kernel void into_loops(
enigma.kernel @into_loops(%a: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>, %n: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %count = enigma.load_scalar %n : !enigma.scalar<ui32>
  // CHECK: float [[E:exp_value]] = exp(s);
  // CHECK-NEXT: for (uint i = 0; i < n; ++i) {
  // CHECK-NEXT:   a[i] = [[E]];
  %e = enigma.exp %x : f32
  scf.for unsigned %i = %c0 to %count step %c1 : i32 {
    %ii = arith.index_castui %i : i32 to index
    enigma.store %e, %a[%ii] : !enigma.buffer<f32, device>
  }
  // But a branch may have it.
  // CHECK: if (n < 5) {
  // CHECK-NEXT:   a[0] = exp2(s);
  %c5 = arith.constant 5 : i32
  %few = arith.cmpi ult, %count, %c5 : i32
  %f = enigma.exp2 %x : f32
  scf.if %few {
    %i0 = arith.constant 0 : index
    enigma.store %f, %a[%i0] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// Simdgroup functions stay where all lanes arrive.
// CHECK-LABEL: kernel void convergent(
enigma.kernel @convergent(%a: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>, %n: !enigma.scalar<ui32>) fast {
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %count = enigma.load_scalar %n : !enigma.scalar<ui32>
  %c5 = arith.constant 5 : i32
  %i0 = arith.constant 0 : index
  %few = arith.cmpi ult, %count, %c5 : i32
  // CHECK: bool condition = n < 5;
  // CHECK-NEXT: float sum = simd_sum(s);
  // CHECK-NEXT: if (condition) {
  // CHECK-NEXT:   a[0] = sum;
  // CHECK-NEXT: }
  %sum = enigma.simd_sum %x : f32
  scf.if %few {
    enigma.store %sum, %a[%i0] : !enigma.buffer<f32, device>
  }
  // CHECK-NEXT: float max_value = simd_max(s);
  // CHECK-NEXT: a[0] = condition ? max_value : s;
  %max = enigma.simd_max %x : f32
  %chosen = arith.select %few, %max, %x : f32
  enigma.store %chosen, %a[%i0] : !enigma.buffer<f32, device>
  // CHECK-NEXT: a[0] = simd_sum(s) * 2.0f;
  %two = arith.constant 2.0 : f32
  %again = enigma.simd_sum %x : f32
  %p = arith.mulf %again, %two : f32
  enigma.store %p, %a[%i0] : !enigma.buffer<f32, device>
  enigma.return
}
