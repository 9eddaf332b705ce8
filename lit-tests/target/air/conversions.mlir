// Conversions between integers and floats are intrinsics, scalar float to float is not (reference section 3.3).
// RUN: enigma-translate --mlir-to-llvmir -O0 %s | FileCheck %s

// CHECK-LABEL: define void @convert(
// CHECK: tail call reassoc nsz arcp contract afn float @air.convert.f.f32.s.i32(i32
// CHECK: tail call reassoc nsz arcp contract afn half @air.convert.f.f16.u.i32(i32
// CHECK: tail call reassoc nsz arcp contract afn float @air.convert.f.f32.u.i1(i1
// CHECK: tail call i32 @air.convert.s.i32.f.f32(float
// CHECK: tail call i8 @air.convert.u.i8.f.f32(float
// CHECK: = fptrunc float %{{.*}} to half
// CHECK: = fpext half %{{.*}} to float
// CHECK: tail call reassoc nsz arcp contract afn <4 x half> @air.convert.f.v4f16.f.v4f32(<4 x float>
// CHECK: tail call reassoc nsz arcp contract afn <4 x float> @air.convert.f.v4f32.f.v4f16(<4 x half>
// CHECK: tail call <4 x i32> @air.convert.s.v4i32.f.v4f32(<4 x float>
// CHECK: = trunc i32 %{{.*}} to i8
// CHECK: = sext i8 %{{.*}} to i64
// CHECK: = zext i8 %{{.*}} to i64
// CHECK: = bitcast i32 %{{.*}} to float
// CHECK-NOT: {{[su]itofp|fpto[su]i}}
enigma.kernel @convert(%I: !enigma.buffer<si32, device>, %F: !enigma.buffer<f32, device>,
                       %V: !enigma.buffer<vector<4xf32>, device>, %L: !enigma.buffer<si64, device>) {
  %at = arith.constant 0 : index
  %i = enigma.load %I[%at] : !enigma.buffer<si32, device>
  %f = enigma.load %F[%at] : !enigma.buffer<f32, device>
  %v = enigma.load %V[%at] : !enigma.buffer<vector<4xf32>, device>
  %b = arith.cmpi eq, %i, %i : i32
  %0 = arith.sitofp %i : i32 to f32
  %1 = arith.uitofp %i : i32 to f16
  %2 = arith.uitofp %b : i1 to f32
  %3 = arith.fptosi %f : f32 to i32
  %4 = arith.fptoui %f : f32 to i8
  %5 = arith.truncf %f : f32 to f16
  %6 = arith.extf %5 : f16 to f32
  %7 = arith.truncf %v : vector<4xf32> to vector<4xf16>
  %8 = arith.extf %7 : vector<4xf16> to vector<4xf32>
  %9 = arith.fptosi %8 : vector<4xf32> to vector<4xi32>
  %10 = arith.trunci %i : i32 to i8
  %11 = arith.extsi %10 : i8 to i64
  %12 = arith.extui %10 : i8 to i64
  %13 = arith.bitcast %i : i32 to f32
  enigma.return
}
