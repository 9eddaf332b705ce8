// Vectors in AIR: LLVM's own, conversions through air.convert, sizes and names of arguments (reference
// sections 2.5, 3.1, 3.3).
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @components(
// CHECK: %[[V:.*]] = load <3 x float>, ptr addrspace(2) %{{.*}}, align 16
// CHECK: %[[S:.*]] = load float
// CHECK: %[[Z:.*]] = extractelement <3 x float> %[[V]], i64 2
// CHECK: %[[P:.*]] = insertelement <2 x float> poison, float %[[Z]], i64 0
// CHECK: insertelement <2 x float> %[[P]], float %[[S]], i64 1
// CHECK: %[[F:.*]] = insertelement <4 x float> poison, float %[[S]], i64 0
// CHECK: shufflevector <4 x float> %[[F]], <4 x float> poison, <4 x i32> zeroinitializer
// CHECK: shufflevector <3 x float> %[[V]], <3 x float> poison, <2 x i32> <i32 2, i32 0>
// CHECK: insertelement <3 x float> %[[V]], float %[[S]], i64 1
// A bool takes a byte, in vectors too.
// CHECK: load <4 x i8>, ptr addrspace(1) %{{.*}}, align 4
// CHECK: %[[B:.*]] = icmp ne <4 x i8> %{{.*}}, zeroinitializer
// CHECK: call i1 @air.any.v4i1(<4 x i1> %[[B]])
// CHECK: call i1 @air.all.v4i1(<4 x i1> %[[B]])
// CHECK: zext <4 x i1> %[[B]] to <4 x i8>
// CHECK: store <4 x i8> %{{.*}}, ptr addrspace(1) %{{.*}}, align 4
// CHECK: "air.arg_type_size", i32 16, !"air.arg_type_align_size", i32 16, !"air.arg_type_name", !"float3"
// CHECK: "air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"bool4"
enigma.kernel @components(%v: !enigma.scalar<vector<3xf32>>, %s: !enigma.scalar<f32>, %A: !enigma.buffer<vector<2xf32>, device>,
                          %B: !enigma.buffer<vector<4xi1>, device>, %C: !enigma.buffer<vector<4xf32>, device>,
                          %D: !enigma.buffer<vector<3xf32>, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %v : !enigma.scalar<vector<3xf32>>
  %y = enigma.load_scalar %s : !enigma.scalar<f32>
  %z = enigma.vec_extract %x[2] : vector<3xf32>
  %0 = enigma.make_vec %z, %y : vector<2xf32>
  enigma.store %0, %A[%c0] : !enigma.buffer<vector<2xf32>, device>
  %1 = enigma.make_vec %y, %y, %y, %y : vector<4xf32>
  enigma.store %1, %C[%c0] : !enigma.buffer<vector<4xf32>, device>
  %2 = enigma.vec_swizzle %x [2, 0] : vector<3xf32>
  enigma.store %2, %A[%c0] : !enigma.buffer<vector<2xf32>, device>
  %3 = enigma.vec_insert %y, %x[1] : vector<3xf32>
  enigma.store %3, %D[%c0] : !enigma.buffer<vector<3xf32>, device>
  %b = enigma.load %B[%c0] : !enigma.buffer<vector<4xi1>, device>
  %4 = enigma.any %b : vector<4xi1>
  %5 = enigma.all %b : vector<4xi1>
  enigma.store %b, %B[%c0] : !enigma.buffer<vector<4xi1>, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @conversions(
// CHECK: call {{.*}}<2 x float> @air.convert.f.v2f32.f.v2f16(<2 x half>
// CHECK: call {{.*}}<2 x float> @air.convert.f.v2f32.s.v2i32(<2 x i32>
// CHECK: call <2 x i32> @air.convert.u.v2i32.f.v2f32(<2 x float>
// CHECK: call {{.*}}<2 x half> @air.convert.f.v2f16.f.v2f32(<2 x float>
// CHECK: call {{.*}}<2 x float> @air.fast_sin.v2f32(<2 x float>
// CHECK: call {{.*}}<2 x half> @air.sin.v2f16(<2 x half>
// CHECK: fcmp {{.*}}olt <2 x float>
// CHECK: select <2 x i1>
enigma.kernel @conversions(%A: !enigma.buffer<vector<2xf16>, device>, %B: !enigma.buffer<vector<2xsi32>, device>) fast {
  %c0 = arith.constant 0 : index
  %h = enigma.load %A[%c0] : !enigma.buffer<vector<2xf16>, device>
  %0 = arith.extf %h : vector<2xf16> to vector<2xf32>
  %i = enigma.load %B[%c0] : !enigma.buffer<vector<2xsi32>, device>
  %2 = arith.sitofp %i : vector<2xi32> to vector<2xf32>
  %3 = arith.fptoui %0 : vector<2xf32> to vector<2xi32>
  %1 = arith.truncf %2 : vector<2xf32> to vector<2xf16>
  %4 = enigma.sin %2 : vector<2xf32>
  %5 = enigma.sin %1 : vector<2xf16>
  %6 = arith.cmpf olt, %4, %0 : vector<2xf32>
  %7 = arith.select %6, %3, %i : vector<2xi1>, vector<2xi32>
  enigma.store %7, %B[%c0] : !enigma.buffer<vector<2xsi32>, device>
  enigma.store %5, %A[%c0] : !enigma.buffer<vector<2xf16>, device>
  enigma.return
}

// -----

// At the alignment of a component.
// CHECK-LABEL: define void @consecutive(
// CHECK: %[[P:.*]] = getelementptr inbounds float, ptr addrspace(1) %0, i64
// CHECK: load <3 x float>, ptr addrspace(1) %[[P]], align 4
// CHECK: %[[Q:.*]] = getelementptr inbounds float, ptr addrspace(3) @consecutive.tile, i64
// CHECK: store <3 x float> %{{.*}}, ptr addrspace(3) %[[Q]], align 4
// CHECK: load <2 x i8>, ptr addrspace(1) %{{.*}}, align 1
// CHECK: store <2 x i8> %{{.*}}, ptr addrspace(1) %{{.*}}, align 1
enigma.kernel @consecutive(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<i1, device>, %i: !enigma.scalar<ui32>) fast {
  %n = enigma.load_scalar %i : !enigma.scalar<ui32>
  %at = arith.index_castui %n : i32 to index
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 4x8>
  %0 = enigma.load_vec %A[%at] : !enigma.buffer<f32, device> -> vector<3xf32>
  enigma.store_vec %0, %tile[%at] : vector<3xf32>, !enigma.buffer<f32, threadgroup, 4x8>
  %1 = enigma.load_vec %B[%at] : !enigma.buffer<i1, device> -> vector<2xi1>
  enigma.store_vec %1, %B[%at] : vector<2xi1>, !enigma.buffer<i1, device>
  enigma.return
}

// -----

// Only `dot` is an intrinsic.
// CHECK-LABEL: define void @geometry(
// length
// CHECK: %[[D:.*]] = tail call float @air.dot.v3f32(<3 x float> %[[V:.*]], <3 x float> %[[V]])
// CHECK: call float @air.sqrt.f32(float %[[D]])
// length_squared
// CHECK: call float @air.dot.v3f32(<3 x float> %[[V]], <3 x float> %[[V]])
// distance
// CHECK: %[[W:.*]] = fsub <3 x float>
// CHECK: %[[E:.*]] = tail call float @air.dot.v3f32(<3 x float> %[[W]], <3 x float> %[[W]])
// CHECK: call float @air.sqrt.f32(float %[[E]])
// normalize
// CHECK: call float @air.rsqrt.f32(
// CHECK: fmul <3 x float>
// cross
// CHECK: shufflevector <3 x float> %{{.*}} <3 x i32> <i32 1, i32 2, i32 0>
// CHECK: fsub <3 x float>
// reflect
// CHECK: call float @air.dot.v3f32(
// CHECK: fmul float %{{.*}}, 2.000000e+00
// faceforward
// CHECK: fcmp olt float
// CHECK: select i1
// refract
// CHECK: call float @air.sqrt.f32(
// CHECK: select i1
enigma.kernel @geometry(%A: !enigma.buffer<vector<3xf32>, device>, %F: !enigma.buffer<f32, device>, %v: !enigma.scalar<vector<3xf32>>, %s: !enigma.scalar<f32>) precise {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %v : !enigma.scalar<vector<3xf32>>
  %eta = enigma.load_scalar %s : !enigma.scalar<f32>
  %y = enigma.load %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  %0 = enigma.length %x : vector<3xf32>
  enigma.store %0, %F[%c0] : !enigma.buffer<f32, device>
  %1 = enigma.length_squared %x : vector<3xf32>
  enigma.store %1, %F[%c0] : !enigma.buffer<f32, device>
  %2 = enigma.distance %x, %y : vector<3xf32>
  enigma.store %2, %F[%c0] : !enigma.buffer<f32, device>
  %3 = enigma.normalize %x : vector<3xf32>
  enigma.store %3, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  %4 = enigma.cross %x, %y : vector<3xf32>
  enigma.store %4, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  %5 = enigma.reflect %x, %y : vector<3xf32>
  enigma.store %5, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  %6 = enigma.faceforward %x, %y, %x : vector<3xf32>
  enigma.store %6, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  %7 = enigma.refract %x, %y, %eta : vector<3xf32>
  enigma.store %7, %A[%c0] : !enigma.buffer<vector<3xf32>, device>
  enigma.return
}
