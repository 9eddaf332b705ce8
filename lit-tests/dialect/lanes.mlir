// Functions between lanes: both families, what they compute with and what they move.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @simd(
enigma.kernel @simd(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<ui32, device>, %C: !enigma.buffer<vector<2xbf16>, device>, %D: !enigma.buffer<si64, device>, %P: !enigma.buffer<i1, device>) fast {
  %c0 = arith.constant 0 : index
  %lane = arith.constant 3 : i16
  // CHECK: %[[X:.*]] = enigma.load %A
  // CHECK: %[[Y:.*]] = enigma.load %B
  // CHECK: %[[Z:.*]] = enigma.load %C
  // CHECK: %[[L:.*]] = enigma.load %D
  // CHECK: %[[P:.*]] = enigma.load %P
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %B[%c0] : !enigma.buffer<ui32, device>
  %z = enigma.load %C[%c0] : !enigma.buffer<vector<2xbf16>, device>
  %l = enigma.load %D[%c0] : !enigma.buffer<si64, device>
  %p = enigma.load %P[%c0] : !enigma.buffer<i1, device>
  // CHECK-NEXT: enigma.simd_sum %[[X]] : f32
  %0 = enigma.simd_sum %x : f32
  // CHECK-NEXT: enigma.simd_sum unsigned %[[Y]] : i32
  %1 = enigma.simd_sum unsigned %y : i32
  // CHECK-NEXT: enigma.simd_sum %[[Z]] : vector<2xbf16>
  %2 = enigma.simd_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_product %[[X]] : f32
  %3 = enigma.simd_product %x : f32
  // CHECK-NEXT: enigma.simd_product unsigned %[[Y]] : i32
  %4 = enigma.simd_product unsigned %y : i32
  // CHECK-NEXT: enigma.simd_product %[[Z]] : vector<2xbf16>
  %5 = enigma.simd_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_min %[[X]] : f32
  %6 = enigma.simd_min %x : f32
  // CHECK-NEXT: enigma.simd_min unsigned %[[Y]] : i32
  %7 = enigma.simd_min unsigned %y : i32
  // CHECK-NEXT: enigma.simd_min %[[Z]] : vector<2xbf16>
  %8 = enigma.simd_min %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_max %[[X]] : f32
  %9 = enigma.simd_max %x : f32
  // CHECK-NEXT: enigma.simd_max unsigned %[[Y]] : i32
  %10 = enigma.simd_max unsigned %y : i32
  // CHECK-NEXT: enigma.simd_max %[[Z]] : vector<2xbf16>
  %11 = enigma.simd_max %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_prefix_inclusive_sum %[[X]] : f32
  %12 = enigma.simd_prefix_inclusive_sum %x : f32
  // CHECK-NEXT: enigma.simd_prefix_inclusive_sum unsigned %[[Y]] : i32
  %13 = enigma.simd_prefix_inclusive_sum unsigned %y : i32
  // CHECK-NEXT: enigma.simd_prefix_inclusive_sum %[[Z]] : vector<2xbf16>
  %14 = enigma.simd_prefix_inclusive_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_prefix_inclusive_product %[[X]] : f32
  %15 = enigma.simd_prefix_inclusive_product %x : f32
  // CHECK-NEXT: enigma.simd_prefix_inclusive_product unsigned %[[Y]] : i32
  %16 = enigma.simd_prefix_inclusive_product unsigned %y : i32
  // CHECK-NEXT: enigma.simd_prefix_inclusive_product %[[Z]] : vector<2xbf16>
  %17 = enigma.simd_prefix_inclusive_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_prefix_exclusive_sum %[[X]] : f32
  %18 = enigma.simd_prefix_exclusive_sum %x : f32
  // CHECK-NEXT: enigma.simd_prefix_exclusive_sum unsigned %[[Y]] : i32
  %19 = enigma.simd_prefix_exclusive_sum unsigned %y : i32
  // CHECK-NEXT: enigma.simd_prefix_exclusive_sum %[[Z]] : vector<2xbf16>
  %20 = enigma.simd_prefix_exclusive_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_prefix_exclusive_product %[[X]] : f32
  %21 = enigma.simd_prefix_exclusive_product %x : f32
  // CHECK-NEXT: enigma.simd_prefix_exclusive_product unsigned %[[Y]] : i32
  %22 = enigma.simd_prefix_exclusive_product unsigned %y : i32
  // CHECK-NEXT: enigma.simd_prefix_exclusive_product %[[Z]] : vector<2xbf16>
  %23 = enigma.simd_prefix_exclusive_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_and %[[Y]] : i32
  %24 = enigma.simd_and %y : i32
  // CHECK-NEXT: enigma.simd_or %[[Y]] : i32
  %25 = enigma.simd_or %y : i32
  // CHECK-NEXT: enigma.simd_xor %[[Y]] : i32
  %26 = enigma.simd_xor %y : i32
  // CHECK-NEXT: enigma.simd_shuffle %[[X]], %c3_i16 : f32
  %27 = enigma.simd_shuffle %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle unsigned %[[Y]], %c3_i16 : i32
  %28 = enigma.simd_shuffle unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle %[[L]], %c3_i16 : i64
  %29 = enigma.simd_shuffle %l, %lane : i64
  // CHECK-NEXT: enigma.simd_shuffle %[[P]], %c3_i16 : i1
  %30 = enigma.simd_shuffle %p, %lane : i1
  // CHECK-NEXT: enigma.simd_shuffle_down %[[X]], %c3_i16 : f32
  %31 = enigma.simd_shuffle_down %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_down unsigned %[[Y]], %c3_i16 : i32
  %32 = enigma.simd_shuffle_down unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_down %[[L]], %c3_i16 : i64
  %33 = enigma.simd_shuffle_down %l, %lane : i64
  // CHECK-NEXT: enigma.simd_shuffle_down %[[P]], %c3_i16 : i1
  %34 = enigma.simd_shuffle_down %p, %lane : i1
  // CHECK-NEXT: enigma.simd_shuffle_up %[[X]], %c3_i16 : f32
  %35 = enigma.simd_shuffle_up %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_up unsigned %[[Y]], %c3_i16 : i32
  %36 = enigma.simd_shuffle_up unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_up %[[L]], %c3_i16 : i64
  %37 = enigma.simd_shuffle_up %l, %lane : i64
  // CHECK-NEXT: enigma.simd_shuffle_up %[[P]], %c3_i16 : i1
  %38 = enigma.simd_shuffle_up %p, %lane : i1
  // CHECK-NEXT: enigma.simd_shuffle_xor %[[X]], %c3_i16 : f32
  %39 = enigma.simd_shuffle_xor %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_xor unsigned %[[Y]], %c3_i16 : i32
  %40 = enigma.simd_shuffle_xor unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_xor %[[L]], %c3_i16 : i64
  %41 = enigma.simd_shuffle_xor %l, %lane : i64
  // CHECK-NEXT: enigma.simd_shuffle_xor %[[P]], %c3_i16 : i1
  %42 = enigma.simd_shuffle_xor %p, %lane : i1
  // CHECK-NEXT: enigma.simd_shuffle_rotate_down %[[X]], %c3_i16 : f32
  %43 = enigma.simd_shuffle_rotate_down %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_rotate_down unsigned %[[Y]], %c3_i16 : i32
  %44 = enigma.simd_shuffle_rotate_down unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_rotate_down %[[L]], %c3_i16 : i64
  %45 = enigma.simd_shuffle_rotate_down %l, %lane : i64
  // CHECK-NEXT: enigma.simd_shuffle_rotate_down %[[P]], %c3_i16 : i1
  %46 = enigma.simd_shuffle_rotate_down %p, %lane : i1
  // CHECK-NEXT: enigma.simd_shuffle_rotate_up %[[X]], %c3_i16 : f32
  %47 = enigma.simd_shuffle_rotate_up %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_rotate_up unsigned %[[Y]], %c3_i16 : i32
  %48 = enigma.simd_shuffle_rotate_up unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_rotate_up %[[L]], %c3_i16 : i64
  %49 = enigma.simd_shuffle_rotate_up %l, %lane : i64
  // CHECK-NEXT: enigma.simd_shuffle_rotate_up %[[P]], %c3_i16 : i1
  %50 = enigma.simd_shuffle_rotate_up %p, %lane : i1
  // CHECK-NEXT: enigma.simd_broadcast %[[X]], %c3_i16 : f32
  %51 = enigma.simd_broadcast %x, %lane : f32
  // CHECK-NEXT: enigma.simd_broadcast unsigned %[[Y]], %c3_i16 : i32
  %52 = enigma.simd_broadcast unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_broadcast %[[L]], %c3_i16 : i64
  %53 = enigma.simd_broadcast %l, %lane : i64
  // CHECK-NEXT: enigma.simd_broadcast %[[P]], %c3_i16 : i1
  %54 = enigma.simd_broadcast %p, %lane : i1
  // CHECK-NEXT: enigma.simd_broadcast_first %[[Z]] : vector<2xbf16>
  %55 = enigma.simd_broadcast_first %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_ballot %[[P]]{{$}}
  %56 = enigma.simd_ballot %p
  // CHECK-NEXT: enigma.simd_all %[[P]]{{$}}
  %57 = enigma.simd_all %p
  // CHECK-NEXT: enigma.simd_any %[[P]]{{$}}
  %58 = enigma.simd_any %p
  // CHECK-NEXT: enigma.simd_is_first{{$}}
  %59 = enigma.simd_is_first
  enigma.return
}

// CHECK-LABEL: enigma.kernel @quad(
enigma.kernel @quad(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<ui32, device>, %C: !enigma.buffer<vector<2xbf16>, device>, %D: !enigma.buffer<si64, device>, %P: !enigma.buffer<i1, device>) fast {
  %c0 = arith.constant 0 : index
  %lane = arith.constant 3 : i16
  // CHECK: %[[X:.*]] = enigma.load %A
  // CHECK: %[[Y:.*]] = enigma.load %B
  // CHECK: %[[Z:.*]] = enigma.load %C
  // CHECK: %[[L:.*]] = enigma.load %D
  // CHECK: %[[P:.*]] = enigma.load %P
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %B[%c0] : !enigma.buffer<ui32, device>
  %z = enigma.load %C[%c0] : !enigma.buffer<vector<2xbf16>, device>
  %l = enigma.load %D[%c0] : !enigma.buffer<si64, device>
  %p = enigma.load %P[%c0] : !enigma.buffer<i1, device>
  // CHECK-NEXT: enigma.quad_sum %[[X]] : f32
  %0 = enigma.quad_sum %x : f32
  // CHECK-NEXT: enigma.quad_sum unsigned %[[Y]] : i32
  %1 = enigma.quad_sum unsigned %y : i32
  // CHECK-NEXT: enigma.quad_sum %[[Z]] : vector<2xbf16>
  %2 = enigma.quad_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_product %[[X]] : f32
  %3 = enigma.quad_product %x : f32
  // CHECK-NEXT: enigma.quad_product unsigned %[[Y]] : i32
  %4 = enigma.quad_product unsigned %y : i32
  // CHECK-NEXT: enigma.quad_product %[[Z]] : vector<2xbf16>
  %5 = enigma.quad_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_min %[[X]] : f32
  %6 = enigma.quad_min %x : f32
  // CHECK-NEXT: enigma.quad_min unsigned %[[Y]] : i32
  %7 = enigma.quad_min unsigned %y : i32
  // CHECK-NEXT: enigma.quad_min %[[Z]] : vector<2xbf16>
  %8 = enigma.quad_min %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_max %[[X]] : f32
  %9 = enigma.quad_max %x : f32
  // CHECK-NEXT: enigma.quad_max unsigned %[[Y]] : i32
  %10 = enigma.quad_max unsigned %y : i32
  // CHECK-NEXT: enigma.quad_max %[[Z]] : vector<2xbf16>
  %11 = enigma.quad_max %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_prefix_inclusive_sum %[[X]] : f32
  %12 = enigma.quad_prefix_inclusive_sum %x : f32
  // CHECK-NEXT: enigma.quad_prefix_inclusive_sum unsigned %[[Y]] : i32
  %13 = enigma.quad_prefix_inclusive_sum unsigned %y : i32
  // CHECK-NEXT: enigma.quad_prefix_inclusive_sum %[[Z]] : vector<2xbf16>
  %14 = enigma.quad_prefix_inclusive_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_prefix_inclusive_product %[[X]] : f32
  %15 = enigma.quad_prefix_inclusive_product %x : f32
  // CHECK-NEXT: enigma.quad_prefix_inclusive_product unsigned %[[Y]] : i32
  %16 = enigma.quad_prefix_inclusive_product unsigned %y : i32
  // CHECK-NEXT: enigma.quad_prefix_inclusive_product %[[Z]] : vector<2xbf16>
  %17 = enigma.quad_prefix_inclusive_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_prefix_exclusive_sum %[[X]] : f32
  %18 = enigma.quad_prefix_exclusive_sum %x : f32
  // CHECK-NEXT: enigma.quad_prefix_exclusive_sum unsigned %[[Y]] : i32
  %19 = enigma.quad_prefix_exclusive_sum unsigned %y : i32
  // CHECK-NEXT: enigma.quad_prefix_exclusive_sum %[[Z]] : vector<2xbf16>
  %20 = enigma.quad_prefix_exclusive_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_prefix_exclusive_product %[[X]] : f32
  %21 = enigma.quad_prefix_exclusive_product %x : f32
  // CHECK-NEXT: enigma.quad_prefix_exclusive_product unsigned %[[Y]] : i32
  %22 = enigma.quad_prefix_exclusive_product unsigned %y : i32
  // CHECK-NEXT: enigma.quad_prefix_exclusive_product %[[Z]] : vector<2xbf16>
  %23 = enigma.quad_prefix_exclusive_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_and %[[Y]] : i32
  %24 = enigma.quad_and %y : i32
  // CHECK-NEXT: enigma.quad_or %[[Y]] : i32
  %25 = enigma.quad_or %y : i32
  // CHECK-NEXT: enigma.quad_xor %[[Y]] : i32
  %26 = enigma.quad_xor %y : i32
  // CHECK-NEXT: enigma.quad_shuffle %[[X]], %c3_i16 : f32
  %27 = enigma.quad_shuffle %x, %lane : f32
  // CHECK-NEXT: enigma.quad_shuffle unsigned %[[Y]], %c3_i16 : i32
  %28 = enigma.quad_shuffle unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_shuffle %[[L]], %c3_i16 : i64
  %29 = enigma.quad_shuffle %l, %lane : i64
  // CHECK-NEXT: enigma.quad_shuffle %[[P]], %c3_i16 : i1
  %30 = enigma.quad_shuffle %p, %lane : i1
  // CHECK-NEXT: enigma.quad_shuffle_down %[[X]], %c3_i16 : f32
  %31 = enigma.quad_shuffle_down %x, %lane : f32
  // CHECK-NEXT: enigma.quad_shuffle_down unsigned %[[Y]], %c3_i16 : i32
  %32 = enigma.quad_shuffle_down unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_shuffle_down %[[L]], %c3_i16 : i64
  %33 = enigma.quad_shuffle_down %l, %lane : i64
  // CHECK-NEXT: enigma.quad_shuffle_down %[[P]], %c3_i16 : i1
  %34 = enigma.quad_shuffle_down %p, %lane : i1
  // CHECK-NEXT: enigma.quad_shuffle_up %[[X]], %c3_i16 : f32
  %35 = enigma.quad_shuffle_up %x, %lane : f32
  // CHECK-NEXT: enigma.quad_shuffle_up unsigned %[[Y]], %c3_i16 : i32
  %36 = enigma.quad_shuffle_up unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_shuffle_up %[[L]], %c3_i16 : i64
  %37 = enigma.quad_shuffle_up %l, %lane : i64
  // CHECK-NEXT: enigma.quad_shuffle_up %[[P]], %c3_i16 : i1
  %38 = enigma.quad_shuffle_up %p, %lane : i1
  // CHECK-NEXT: enigma.quad_shuffle_xor %[[X]], %c3_i16 : f32
  %39 = enigma.quad_shuffle_xor %x, %lane : f32
  // CHECK-NEXT: enigma.quad_shuffle_xor unsigned %[[Y]], %c3_i16 : i32
  %40 = enigma.quad_shuffle_xor unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_shuffle_xor %[[L]], %c3_i16 : i64
  %41 = enigma.quad_shuffle_xor %l, %lane : i64
  // CHECK-NEXT: enigma.quad_shuffle_xor %[[P]], %c3_i16 : i1
  %42 = enigma.quad_shuffle_xor %p, %lane : i1
  // CHECK-NEXT: enigma.quad_shuffle_rotate_down %[[X]], %c3_i16 : f32
  %43 = enigma.quad_shuffle_rotate_down %x, %lane : f32
  // CHECK-NEXT: enigma.quad_shuffle_rotate_down unsigned %[[Y]], %c3_i16 : i32
  %44 = enigma.quad_shuffle_rotate_down unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_shuffle_rotate_down %[[L]], %c3_i16 : i64
  %45 = enigma.quad_shuffle_rotate_down %l, %lane : i64
  // CHECK-NEXT: enigma.quad_shuffle_rotate_down %[[P]], %c3_i16 : i1
  %46 = enigma.quad_shuffle_rotate_down %p, %lane : i1
  // CHECK-NEXT: enigma.quad_shuffle_rotate_up %[[X]], %c3_i16 : f32
  %47 = enigma.quad_shuffle_rotate_up %x, %lane : f32
  // CHECK-NEXT: enigma.quad_shuffle_rotate_up unsigned %[[Y]], %c3_i16 : i32
  %48 = enigma.quad_shuffle_rotate_up unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_shuffle_rotate_up %[[L]], %c3_i16 : i64
  %49 = enigma.quad_shuffle_rotate_up %l, %lane : i64
  // CHECK-NEXT: enigma.quad_shuffle_rotate_up %[[P]], %c3_i16 : i1
  %50 = enigma.quad_shuffle_rotate_up %p, %lane : i1
  // CHECK-NEXT: enigma.quad_broadcast %[[X]], %c3_i16 : f32
  %51 = enigma.quad_broadcast %x, %lane : f32
  // CHECK-NEXT: enigma.quad_broadcast unsigned %[[Y]], %c3_i16 : i32
  %52 = enigma.quad_broadcast unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.quad_broadcast %[[L]], %c3_i16 : i64
  %53 = enigma.quad_broadcast %l, %lane : i64
  // CHECK-NEXT: enigma.quad_broadcast %[[P]], %c3_i16 : i1
  %54 = enigma.quad_broadcast %p, %lane : i1
  // CHECK-NEXT: enigma.quad_broadcast_first %[[Z]] : vector<2xbf16>
  %55 = enigma.quad_broadcast_first %z : vector<2xbf16>
  // CHECK-NEXT: enigma.quad_ballot %[[P]]{{$}}
  %56 = enigma.quad_ballot %p
  // CHECK-NEXT: enigma.quad_all %[[P]]{{$}}
  %57 = enigma.quad_all %p
  // CHECK-NEXT: enigma.quad_any %[[P]]{{$}}
  %58 = enigma.quad_any %p
  // CHECK-NEXT: enigma.quad_is_first{{$}}
  %59 = enigma.quad_is_first
  enigma.return
}
