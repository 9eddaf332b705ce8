// Functions of Metal's standard library: math, integers and simdgroups.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @math(
enigma.kernel @math(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<vector<4xf16>, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %v = enigma.load %B[%c0] : !enigma.buffer<vector<4xf16>, device>
  // CHECK: %[[X:.*]] = enigma.load %A
  // CHECK: %[[V:.*]] = enigma.load %B
  // CHECK-NEXT: enigma.sqrt %[[X]] : f32
  %0 = enigma.sqrt %x : f32
  // CHECK-NEXT: enigma.sqrt %[[V]] : vector<4xf16>
  %1 = enigma.sqrt %v : vector<4xf16>
  // CHECK-NEXT: enigma.rsqrt %[[X]] : f32
  %2 = enigma.rsqrt %x : f32
  // CHECK-NEXT: enigma.rsqrt %[[V]] : vector<4xf16>
  %3 = enigma.rsqrt %v : vector<4xf16>
  // CHECK-NEXT: enigma.exp %[[X]] : f32
  %4 = enigma.exp %x : f32
  // CHECK-NEXT: enigma.exp %[[V]] : vector<4xf16>
  %5 = enigma.exp %v : vector<4xf16>
  // CHECK-NEXT: enigma.exp2 %[[X]] : f32
  %6 = enigma.exp2 %x : f32
  // CHECK-NEXT: enigma.exp2 %[[V]] : vector<4xf16>
  %7 = enigma.exp2 %v : vector<4xf16>
  // CHECK-NEXT: enigma.exp10 %[[X]] : f32
  %8 = enigma.exp10 %x : f32
  // CHECK-NEXT: enigma.exp10 %[[V]] : vector<4xf16>
  %9 = enigma.exp10 %v : vector<4xf16>
  // CHECK-NEXT: enigma.log %[[X]] : f32
  %10 = enigma.log %x : f32
  // CHECK-NEXT: enigma.log %[[V]] : vector<4xf16>
  %11 = enigma.log %v : vector<4xf16>
  // CHECK-NEXT: enigma.log2 %[[X]] : f32
  %12 = enigma.log2 %x : f32
  // CHECK-NEXT: enigma.log2 %[[V]] : vector<4xf16>
  %13 = enigma.log2 %v : vector<4xf16>
  // CHECK-NEXT: enigma.log10 %[[X]] : f32
  %14 = enigma.log10 %x : f32
  // CHECK-NEXT: enigma.log10 %[[V]] : vector<4xf16>
  %15 = enigma.log10 %v : vector<4xf16>
  // CHECK-NEXT: enigma.sin %[[X]] : f32
  %16 = enigma.sin %x : f32
  // CHECK-NEXT: enigma.sin %[[V]] : vector<4xf16>
  %17 = enigma.sin %v : vector<4xf16>
  // CHECK-NEXT: enigma.cos %[[X]] : f32
  %18 = enigma.cos %x : f32
  // CHECK-NEXT: enigma.cos %[[V]] : vector<4xf16>
  %19 = enigma.cos %v : vector<4xf16>
  // CHECK-NEXT: enigma.tan %[[X]] : f32
  %20 = enigma.tan %x : f32
  // CHECK-NEXT: enigma.tan %[[V]] : vector<4xf16>
  %21 = enigma.tan %v : vector<4xf16>
  // CHECK-NEXT: enigma.tanh %[[X]] : f32
  %22 = enigma.tanh %x : f32
  // CHECK-NEXT: enigma.tanh %[[V]] : vector<4xf16>
  %23 = enigma.tanh %v : vector<4xf16>
  // CHECK-NEXT: enigma.floor %[[X]] : f32
  %24 = enigma.floor %x : f32
  // CHECK-NEXT: enigma.floor %[[V]] : vector<4xf16>
  %25 = enigma.floor %v : vector<4xf16>
  // CHECK-NEXT: enigma.ceil %[[X]] : f32
  %26 = enigma.ceil %x : f32
  // CHECK-NEXT: enigma.ceil %[[V]] : vector<4xf16>
  %27 = enigma.ceil %v : vector<4xf16>
  // CHECK-NEXT: enigma.round %[[X]] : f32
  %28 = enigma.round %x : f32
  // CHECK-NEXT: enigma.round %[[V]] : vector<4xf16>
  %29 = enigma.round %v : vector<4xf16>
  // CHECK-NEXT: enigma.rint %[[X]] : f32
  %30 = enigma.rint %x : f32
  // CHECK-NEXT: enigma.rint %[[V]] : vector<4xf16>
  %31 = enigma.rint %v : vector<4xf16>
  // CHECK-NEXT: enigma.trunc %[[X]] : f32
  %32 = enigma.trunc %x : f32
  // CHECK-NEXT: enigma.trunc %[[V]] : vector<4xf16>
  %33 = enigma.trunc %v : vector<4xf16>
  // CHECK-NEXT: enigma.fabs %[[X]] : f32
  %34 = enigma.fabs %x : f32
  // CHECK-NEXT: enigma.fabs %[[V]] : vector<4xf16>
  %35 = enigma.fabs %v : vector<4xf16>
  // CHECK-NEXT: enigma.fmin %[[X]], %[[X]] : f32
  %36 = enigma.fmin %x, %x : f32
  // CHECK-NEXT: enigma.fmin %[[V]], %[[V]] : vector<4xf16>
  %37 = enigma.fmin %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.fmax %[[X]], %[[X]] : f32
  %38 = enigma.fmax %x, %x : f32
  // CHECK-NEXT: enigma.fmax %[[V]], %[[V]] : vector<4xf16>
  %39 = enigma.fmax %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.pow %[[X]], %[[X]] : f32
  %40 = enigma.pow %x, %x : f32
  // CHECK-NEXT: enigma.pow %[[V]], %[[V]] : vector<4xf16>
  %41 = enigma.pow %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.fma %[[X]], %[[X]], %[[X]] : f32
  %42 = enigma.fma %x, %x, %x : f32
  // CHECK-NEXT: enigma.fma %[[V]], %[[V]], %[[V]] : vector<4xf16>
  %43 = enigma.fma %v, %v, %v : vector<4xf16>
  // CHECK-NEXT: enigma.clamp %[[X]], %[[X]], %[[X]] : f32
  %44 = enigma.clamp %x, %x, %x : f32
  // CHECK-NEXT: enigma.clamp %[[V]], %[[V]], %[[V]] : vector<4xf16>
  %45 = enigma.clamp %v, %v, %v : vector<4xf16>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @integers(
enigma.kernel @integers(%A: !enigma.buffer<si16, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<si16, device>
  // CHECK: enigma.iabs %{{[0-9]+}} : i16
  %0 = enigma.iabs %x : i16
  // CHECK: enigma.iabs unsigned %{{[0-9]+}} : i16
  %1 = enigma.iabs unsigned %x : i16
  enigma.return
}

// CHECK-LABEL: enigma.kernel @simdgroups(
enigma.kernel @simdgroups(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<ui32, device>, %C: !enigma.buffer<vector<2xbf16>, device>) fast {
  %c0 = arith.constant 0 : index
  %lane = arith.constant 3 : i16
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %B[%c0] : !enigma.buffer<ui32, device>
  %z = enigma.load %C[%c0] : !enigma.buffer<vector<2xbf16>, device>
  // CHECK: %[[X:.*]] = enigma.load %A
  // CHECK: %[[Y:.*]] = enigma.load %B
  // CHECK: %[[Z:.*]] = enigma.load %C
  // CHECK-NEXT: enigma.simd_sum %[[X]] : f32
  %0 = enigma.simd_sum %x : f32
  // CHECK-NEXT: enigma.simd_sum %[[Y]] : i32
  %1 = enigma.simd_sum %y : i32
  // CHECK-NEXT: enigma.simd_sum unsigned %[[Y]] : i32
  %2 = enigma.simd_sum unsigned %y : i32
  // CHECK-NEXT: enigma.simd_sum %[[Z]] : vector<2xbf16>
  %3 = enigma.simd_sum %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_product %[[X]] : f32
  %4 = enigma.simd_product %x : f32
  // CHECK-NEXT: enigma.simd_product %[[Y]] : i32
  %5 = enigma.simd_product %y : i32
  // CHECK-NEXT: enigma.simd_product unsigned %[[Y]] : i32
  %6 = enigma.simd_product unsigned %y : i32
  // CHECK-NEXT: enigma.simd_product %[[Z]] : vector<2xbf16>
  %7 = enigma.simd_product %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_min %[[X]] : f32
  %8 = enigma.simd_min %x : f32
  // CHECK-NEXT: enigma.simd_min %[[Y]] : i32
  %9 = enigma.simd_min %y : i32
  // CHECK-NEXT: enigma.simd_min unsigned %[[Y]] : i32
  %10 = enigma.simd_min unsigned %y : i32
  // CHECK-NEXT: enigma.simd_min %[[Z]] : vector<2xbf16>
  %11 = enigma.simd_min %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_max %[[X]] : f32
  %12 = enigma.simd_max %x : f32
  // CHECK-NEXT: enigma.simd_max %[[Y]] : i32
  %13 = enigma.simd_max %y : i32
  // CHECK-NEXT: enigma.simd_max unsigned %[[Y]] : i32
  %14 = enigma.simd_max unsigned %y : i32
  // CHECK-NEXT: enigma.simd_max %[[Z]] : vector<2xbf16>
  %15 = enigma.simd_max %z : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_shuffle %[[X]], %c3_i16 : f32
  %16 = enigma.simd_shuffle %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle unsigned %[[Y]], %c3_i16 : i32
  %17 = enigma.simd_shuffle unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle %[[Z]], %c3_i16 : vector<2xbf16>
  %18 = enigma.simd_shuffle %z, %lane : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_shuffle_down %[[X]], %c3_i16 : f32
  %19 = enigma.simd_shuffle_down %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_down unsigned %[[Y]], %c3_i16 : i32
  %20 = enigma.simd_shuffle_down unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_down %[[Z]], %c3_i16 : vector<2xbf16>
  %21 = enigma.simd_shuffle_down %z, %lane : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_shuffle_up %[[X]], %c3_i16 : f32
  %22 = enigma.simd_shuffle_up %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_up unsigned %[[Y]], %c3_i16 : i32
  %23 = enigma.simd_shuffle_up unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_up %[[Z]], %c3_i16 : vector<2xbf16>
  %24 = enigma.simd_shuffle_up %z, %lane : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_shuffle_xor %[[X]], %c3_i16 : f32
  %25 = enigma.simd_shuffle_xor %x, %lane : f32
  // CHECK-NEXT: enigma.simd_shuffle_xor unsigned %[[Y]], %c3_i16 : i32
  %26 = enigma.simd_shuffle_xor unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_shuffle_xor %[[Z]], %c3_i16 : vector<2xbf16>
  %27 = enigma.simd_shuffle_xor %z, %lane : vector<2xbf16>
  // CHECK-NEXT: enigma.simd_broadcast %[[X]], %c3_i16 : f32
  %28 = enigma.simd_broadcast %x, %lane : f32
  // CHECK-NEXT: enigma.simd_broadcast unsigned %[[Y]], %c3_i16 : i32
  %29 = enigma.simd_broadcast unsigned %y, %lane : i32
  // CHECK-NEXT: enigma.simd_broadcast %[[Z]], %c3_i16 : vector<2xbf16>
  %30 = enigma.simd_broadcast %z, %lane : vector<2xbf16>
  enigma.return
}
