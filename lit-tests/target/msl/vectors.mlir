// Vectors in Metal: constructors, swizzles, no implicit conversions, no overflow of signed components.
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// Division a component at a time; the scalar's function comes first.
// CHECK: inline int enigma_div(int a, int b) {
// CHECK: inline char2 enigma_div(char2 a, char2 b) {
// CHECK-NEXT: return char2(enigma_div(a.x, b.x), enigma_div(a.y, b.y));

// CHECK-LABEL: kernel void floats(
// CHECK-NEXT: device float4* A {{\[\[}}buffer(0)]],
// CHECK-NEXT: constant float4& v {{\[\[}}buffer(1)]],
// CHECK-NEXT: constant float& s {{\[\[}}buffer(2)]]) {
enigma.kernel @floats(%A: !enigma.buffer<vector<4xf32>, device>, %v: !enigma.scalar<vector<4xf32>>, %s: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %v : !enigma.scalar<vector<4xf32>>
  %y = enigma.load_scalar %s : !enigma.scalar<f32>
  %two = arith.constant dense<2.0> : vector<4xf32>
  %ramp = arith.constant dense<[0.0, 1.0, 2.0, 3.0]> : vector<4xf32>
  // CHECK-NEXT: A[0] = v * 2.0f + float4(0.0f, 1.0f, 2.0f, 3.0f);
  %0 = arith.mulf %x, %two : vector<4xf32>
  %1 = arith.addf %0, %ramp : vector<4xf32>
  enigma.store %1, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: A[0] = v / s;
  %splat = enigma.make_vec %y, %y, %y, %y : vector<4xf32>
  %2 = arith.divf %x, %splat : vector<4xf32>
  enigma.store %2, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: A[0] = float4(s);
  %splat2 = enigma.make_vec %y, %y, %y, %y : vector<4xf32>
  enigma.store %splat2, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: A[0] = v.wzyx;
  %3 = enigma.vec_swizzle %x [3, 2, 1, 0] : vector<4xf32>
  enigma.store %3, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: A[0] = float4(v.x, s, v.zw);
  %4 = enigma.vec_insert %y, %x[1] : vector<4xf32>
  enigma.store %4, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: A[0] = select(v, -v, v < float4(2.0f));
  %less = arith.cmpf olt, %x, %two : vector<4xf32>
  %minus = arith.negf %x : vector<4xf32>
  %5 = arith.select %less, %minus, %x : vector<4xi1>, vector<4xf32>
  enigma.store %5, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: A[0] = any(v < float4(2.0f)) ? clamp(v, float4(2.0f), v) : v;
  %less2 = arith.cmpf olt, %x, %two : vector<4xf32>
  %any = enigma.any %less2 : vector<4xi1>
  %clamped = enigma.clamp %x, %two, %x : vector<4xf32>
  %6 = arith.select %any, %clamped, %x : vector<4xf32>
  enigma.store %6, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  // CHECK-NEXT: float component = (v + v).y;
  // CHECK-NEXT: A[0] = float4(component);
  %sum = arith.addf %x, %x : vector<4xf32>
  %7 = enigma.vec_extract %sum[1] : vector<4xf32>
  %8 = enigma.make_vec %7, %7, %7, %7 : vector<4xf32>
  enigma.store %8, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  enigma.return
}

// CHECK-LABEL: kernel void integers(
enigma.kernel @integers(%A: !enigma.buffer<vector<2xsi32>, device>, %B: !enigma.buffer<vector<2xui8>, device>, %C: !enigma.buffer<vector<2xsi8>, device>) fast {
  %c0 = arith.constant 0 : index
  // CHECK: int2 a = A[0];
  %a = enigma.load %A[%c0] : !enigma.buffer<vector<2xsi32>, device> loc("a")
  // CHECK-NEXT: uchar2 b = B[0];
  %b = enigma.load %B[%c0] : !enigma.buffer<vector<2xui8>, device> loc("b")
  // CHECK-NEXT: char2 c = C[0];
  %c = enigma.load %C[%c0] : !enigma.buffer<vector<2xsi8>, device> loc("c")
  // CHECK-NEXT: A[0] = int2(uint2(a) + uint2(a));
  %0 = arith.addi %a, %a : vector<2xi32>
  enigma.store %0, %A[%c0] : !enigma.buffer<vector<2xsi32>, device>
  // CHECK-NEXT: B[0] = b * uchar(3);
  %three = arith.constant dense<3> : vector<2xi8>
  %1 = arith.muli %b, %three : vector<2xi8>
  enigma.store %1, %B[%c0] : !enigma.buffer<vector<2xui8>, device>
  // CHECK-NEXT: C[0] = enigma_div(c, char2(b));
  %2 = arith.divsi %c, %b : vector<2xi8>
  enigma.store %2, %C[%c0] : !enigma.buffer<vector<2xsi8>, device>
  // CHECK-NEXT: A[0] = int2(uint2(a) << uint2(a)) >> 3;
  %3 = arith.shli %a, %a : vector<2xi32>
  %c3 = arith.constant dense<3> : vector<2xi32>
  %4 = arith.shrsi %3, %c3 : vector<2xi32>
  enigma.store %4, %A[%c0] : !enigma.buffer<vector<2xsi32>, device>
  // CHECK-NEXT: A[0] = ~a & int2(char2(b));
  %ones = arith.constant dense<-1> : vector<2xi32>
  %5 = arith.xori %a, %ones : vector<2xi32>
  %6 = arith.extsi %b : vector<2xi8> to vector<2xi32>
  %7 = arith.andi %5, %6 : vector<2xi32>
  enigma.store %7, %A[%c0] : !enigma.buffer<vector<2xsi32>, device>
  // CHECK-NEXT: A[0] = int2(uint2(uint2(b) > 9u && a != 0));
  %wide = arith.extui %b : vector<2xi8> to vector<2xi32>
  %nine = arith.constant dense<9> : vector<2xi32>
  %zero = arith.constant dense<0> : vector<2xi32>
  %more = arith.cmpi ugt, %wide, %nine : vector<2xi32>
  %some = arith.cmpi ne, %a, %zero : vector<2xi32>
  %both = arith.andi %more, %some : vector<2xi1>
  %8 = arith.extui %both : vector<2xi1> to vector<2xi32>
  enigma.store %8, %A[%c0] : !enigma.buffer<vector<2xsi32>, device>
  // CHECK-NEXT: A[0] = int2(as_type<float2>(a));
  %bits = arith.bitcast %a : vector<2xi32> to vector<2xf32>
  %9 = arith.fptosi %bits : vector<2xf32> to vector<2xi32>
  enigma.store %9, %A[%c0] : !enigma.buffer<vector<2xsi32>, device>
  enigma.return
}

// bf16 has neither `select` nor functions.
// CHECK-LABEL: kernel void bfloats(
enigma.kernel @bfloats(%A: !enigma.buffer<vector<3xbf16>, device>, %c: !enigma.scalar<vector<3xi1>>) fast {
  %c0 = arith.constant 0 : index
  %which = enigma.load_scalar %c : !enigma.scalar<vector<3xi1>>
  %a = enigma.load %A[%c0] : !enigma.buffer<vector<3xbf16>, device> loc("a")
  %half = arith.constant dense<0.5> : vector<3xbf16>
  // CHECK: A[0] = as_type<bfloat3>(select(as_type<ushort3>(bfloat3(bfloat(0.5f))), as_type<ushort3>(a * bfloat(0.5f)), c));
  %0 = arith.mulf %a, %half : vector<3xbf16>
  %1 = arith.select %which, %0, %half : vector<3xi1>, vector<3xbf16>
  enigma.store %1, %A[%c0] : !enigma.buffer<vector<3xbf16>, device>
  // CHECK-NEXT: A[0] = bfloat3(fmod(float3(a), float3(a)));
  %2 = arith.remf %a, %a : vector<3xbf16>
  enigma.store %2, %A[%c0] : !enigma.buffer<vector<3xbf16>, device>
  enigma.return
}

// CHECK-LABEL: kernel void consecutive(
// CHECK-NEXT: const device float* A
enigma.kernel @consecutive(%A: !enigma.buffer<f32, device, read>, %B: !enigma.buffer<f32, device, write>, %T: !enigma.buffer<i1, device>, %i: !enigma.scalar<ui32>) fast {
  %n = enigma.load_scalar %i : !enigma.scalar<ui32>
  %at = arith.index_castui %n : i32 to index
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 4x8>
  // CHECK: *(device packed_float3*)&B[i] = float3(*(const device packed_float3*)&A[i]);
  %0 = enigma.load_vec %A[%at] : !enigma.buffer<f32, device, read> -> vector<3xf32>
  enigma.store_vec %0, %B[%at] : vector<3xf32>, !enigma.buffer<f32, device, write>
  // CHECK-NEXT: *(threadgroup packed_float2*)((threadgroup float*)tile + i) = float2(1.0f);
  %one = arith.constant dense<1.0> : vector<2xf32>
  enigma.store_vec %one, %tile[%at] : vector<2xf32>, !enigma.buffer<f32, threadgroup, 4x8>
  // CHECK-NEXT: *(device packed_uchar2*)&T[i] = uchar2(!bool2(uchar2(*(device packed_uchar2*)&T[i])));
  %true = arith.constant dense<true> : vector<2xi1>
  %1 = enigma.load_vec %T[%at] : !enigma.buffer<i1, device> -> vector<2xi1>
  %2 = arith.xori %1, %true : vector<2xi1>
  enigma.store_vec %2, %T[%at] : vector<2xi1>, !enigma.buffer<i1, device>
  enigma.return
}
