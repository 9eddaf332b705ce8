// Common subexpressions: pure ops merge; what depends on memory or on other lanes does not.
// RUN: enigma-opt %s --cse | FileCheck %s

// CHECK-LABEL: enigma.kernel @pure(
// CHECK-COUNT-1: enigma.thread_position_in_grid x
// CHECK-NOT: enigma.thread_position_in_grid x
// CHECK-COUNT-1: enigma.load_scalar
// CHECK-NOT: enigma.load_scalar
// CHECK-COUNT-1: enigma.exp
// CHECK-NOT: enigma.exp
// CHECK: enigma.return
enigma.kernel @pure(%A: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>) fast {
  %i = enigma.thread_position_in_grid x
  %j = enigma.thread_position_in_grid x
  %a = arith.index_cast %i : i32 to index
  %b = arith.index_cast %j : i32 to index
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %y = enigma.load_scalar %s : !enigma.scalar<f32>
  %0 = enigma.exp %x : f32
  %1 = enigma.exp %y : f32
  enigma.store %0, %A[%a] : !enigma.buffer<f32, device>
  enigma.store %1, %A[%b] : !enigma.buffer<f32, device>
  enigma.return
}

// Queries of another dimension or signedness are other values.
// CHECK-LABEL: enigma.kernel @attributes(
// CHECK-DAG: enigma.thread_position_in_grid x
// CHECK-DAG: enigma.thread_position_in_grid y
// CHECK-DAG: enigma.iabs %
// CHECK-DAG: enigma.iabs unsigned %
enigma.kernel @attributes(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %i = enigma.thread_position_in_grid x
  %j = enigma.thread_position_in_grid y
  %0 = enigma.iabs %i : i32
  %1 = enigma.iabs unsigned %i : i32
  enigma.store %j, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.store %0, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.store %1, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// Nothing is written between these loads.
// CHECK-LABEL: enigma.kernel @loads(
// CHECK: %[[X:.*]] = enigma.load %A
// CHECK-NOT: enigma.load
// CHECK: enigma.store %[[X]], %B
// CHECK: enigma.return
enigma.kernel @loads(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %y, %B[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Two buffers may be the same memory.
// CHECK-LABEL: enigma.kernel @across_store(
// CHECK: %[[X:.*]] = enigma.load %A
// CHECK: enigma.store %[[X]], %B
// CHECK: %[[Y:.*]] = enigma.load %A
// CHECK: enigma.store %[[Y]], %B
enigma.kernel @across_store(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %x, %B[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %y, %B[%c1] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @across_nested_store(
// CHECK: enigma.load %A
// CHECK: scf.if
// CHECK: %[[Y:.*]] = enigma.load %A
// CHECK: enigma.store %[[Y]], %A
enigma.kernel @across_nested_store(%A: !enigma.buffer<f32, device>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  scf.if %cond {
    enigma.store %x, %A[%c1] : !enigma.buffer<f32, device>
  }
  %y = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %y, %A[%c1] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @across_barrier(
// CHECK: enigma.load
// CHECK: enigma.barrier mem_threadgroup
// CHECK: enigma.load
// CHECK: enigma.simd_barrier mem_threadgroup
// CHECK: %[[Z:.*]] = enigma.load
// CHECK: enigma.store %[[Z]]
enigma.kernel @across_barrier(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %T = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  %x = enigma.load %T[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.barrier mem_threadgroup
  %y = enigma.load %T[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.simd_barrier mem_threadgroup
  %z = enigma.load %T[%c0] : !enigma.buffer<f32, threadgroup, 4>
  %0 = arith.addf %x, %y : f32
  %1 = arith.addf %0, %z : f32
  enigma.store %z, %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %1, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @across_atomic(
// CHECK: enigma.load
// CHECK: enigma.atomic_rmw
// CHECK: enigma.load
// CHECK: enigma.atomic_rmw
// CHECK: enigma.return
enigma.kernel @across_atomic(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<ui32, device>
  %0 = enigma.atomic_rmw add relaxed %x, %A[%c0] : !enigma.buffer<ui32, device>
  %y = enigma.load %A[%c0] : !enigma.buffer<ui32, device>
  %1 = enigma.atomic_rmw add relaxed %y, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// Equal atomics are two atomics.
// CHECK-LABEL: enigma.kernel @atomics(
// CHECK-COUNT-2: enigma.atomic_rmw add
enigma.kernel @atomics(%A: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %0 = enigma.atomic_rmw add relaxed %one, %A[%c0] : !enigma.buffer<ui32, device>
  %1 = enigma.atomic_rmw add relaxed %one, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// Other lanes are active inside the branch.
// CHECK-LABEL: enigma.kernel @simdgroup(
// CHECK: %[[OUT:.*]] = enigma.simd_sum
// CHECK: scf.if
// CHECK-NEXT: %[[IN:.*]] = enigma.simd_sum
// CHECK-NEXT: enigma.store %[[IN]]
enigma.kernel @simdgroup(%A: !enigma.buffer<f32, device>, %s: !enigma.scalar<f32>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %0 = enigma.simd_sum %x : f32
  scf.if %cond {
    %1 = enigma.simd_sum %x : f32
    enigma.store %1, %A[%c0] : !enigma.buffer<f32, device>
  }
  enigma.store %0, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Two pieces of threadgroup memory stay two.
// CHECK-LABEL: enigma.kernel @allocations(
// CHECK-COUNT-2: enigma.threadgroup_alloc
enigma.kernel @allocations() fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 0.0 : f32
  %0 = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  %1 = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 4>
  enigma.store %x, %0[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.store %x, %1[%c0] : !enigma.buffer<f32, threadgroup, 4>
  enigma.return
}

// Nor do votes merge, or what asks nothing of its lane but whether it is the first.
// CHECK-LABEL: enigma.kernel @votes(
// CHECK: %[[MASK:.*]] = enigma.quad_ballot
// CHECK: %[[FIRST:.*]] = enigma.simd_is_first
// CHECK: scf.if
// CHECK-NEXT: %[[INNER_MASK:.*]] = enigma.quad_ballot
// CHECK-NEXT: %[[INNER_FIRST:.*]] = enigma.simd_is_first
// CHECK-NEXT: enigma.store %[[INNER_MASK]]
enigma.kernel @votes(%A: !enigma.buffer<ui32, device>, %B: !enigma.buffer<i1, device>, %c: !enigma.scalar<i1>) fast {
  %c0 = arith.constant 0 : index
  %cond = enigma.load_scalar %c : !enigma.scalar<i1>
  %0 = enigma.quad_ballot %cond
  %1 = enigma.simd_is_first
  scf.if %cond {
    %2 = enigma.quad_ballot %cond
    %3 = enigma.simd_is_first
    enigma.store %2, %A[%c0] : !enigma.buffer<ui32, device>
    enigma.store %3, %B[%c0] : !enigma.buffer<i1, device>
  }
  enigma.store %0, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.store %1, %B[%c0] : !enigma.buffer<i1, device>
  enigma.return
}

// Predicates, distances and bit fields are pure.
// CHECK-LABEL: enigma.kernel @pure_functions(
// CHECK-COUNT-1: enigma.isnan
// CHECK-NOT: enigma.isnan
// CHECK-COUNT-1: enigma.extract_bits
// CHECK-NOT: enigma.extract_bits
// CHECK: enigma.return
enigma.kernel @pure_functions(%A: !enigma.buffer<ui32, device>, %B: !enigma.buffer<i1, device>, %s: !enigma.scalar<f32>, %n: !enigma.scalar<ui32>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = enigma.load_scalar %s : !enigma.scalar<f32>
  %i = enigma.load_scalar %n : !enigma.scalar<ui32>
  %0 = enigma.isnan %x : f32
  %1 = enigma.isnan %x : f32
  %2 = enigma.extract_bits unsigned %i, %i, %i : i32
  %3 = enigma.extract_bits unsigned %i, %i, %i : i32
  enigma.store %0, %B[%c0] : !enigma.buffer<i1, device>
  enigma.store %1, %B[%c1] : !enigma.buffer<i1, device>
  enigma.store %2, %A[%c0] : !enigma.buffer<ui32, device>
  enigma.store %3, %A[%c1] : !enigma.buffer<ui32, device>
  enigma.return
}
