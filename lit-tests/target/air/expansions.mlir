// Functions without an intrinsic (reference section 3.1); bit fields, which have one.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O2 %s | FileCheck %s --check-prefix=OPT

// Bits, which the flags of fast math say nothing of; also after optimisation.
// CHECK-LABEL: define void @predicates(
// CHECK: [[BITS:%[0-9]+]] = bitcast float %{{.*}} to i32
// CHECK: [[MAGNITUDE:%[0-9]+]] = and i32 [[BITS]], 2147483647
// CHECK: icmp ugt i32 [[MAGNITUDE]], 2139095040
// CHECK: icmp eq i32 %{{.*}}, 2139095040
// CHECK: icmp ult i32 %{{.*}}, 2139095040
// CHECK: [[EXPONENT:%[0-9]+]] = and i16 %{{.*}}, 31744
// CHECK: icmp ne i16 [[EXPONENT]], 0
// CHECK: icmp ne i16 [[EXPONENT]], 31744
// CHECK: bitcast bfloat %{{.*}} to i16
// CHECK: icmp slt i16 %{{.*}}, 0
// OPT-LABEL: define void @predicates(
// OPT-NOT: fcmp
// OPT: ret void
enigma.kernel @predicates(%B: !enigma.buffer<i1, device>, %f: !enigma.scalar<f32>,
                          %h: !enigma.scalar<f16>, %g: !enigma.scalar<bf16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  %y = enigma.load_scalar %h : !enigma.scalar<f16>
  %z = enigma.load_scalar %g : !enigma.scalar<bf16>
  %0 = enigma.isnan %x : f32
  %1 = enigma.isinf %x : f32
  %2 = enigma.isfinite %x : f32
  %3 = enigma.isnormal %y : f16
  %4 = enigma.signbit %z : bf16
  enigma.store %0, %B[%c0] : !enigma.buffer<i1, device>
  enigma.store %1, %B[%c1] : !enigma.buffer<i1, device>
  enigma.store %2, %B[%c2] : !enigma.buffer<i1, device>
  enigma.store %3, %B[%c3] : !enigma.buffer<i1, device>
  enigma.store %4, %B[%c4] : !enigma.buffer<i1, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @floats(
// CHECK: and i32 %{{.*}}, 2147483647
// CHECK: and i32 %{{.*}}, -2147483648
// CHECK: or i32
// A NaN is not ordered and stays one.
// CHECK: [[BELOW:%[0-9]+]] = fcmp reassoc nsz arcp contract afn ole float
// CHECK: [[DIFFERENCE:%[0-9]+]] = fsub reassoc nsz arcp contract afn float
// CHECK: select i1 [[BELOW]], float 0.000000e+00, float [[DIFFERENCE]]
// CHECK: [[ONE:%[0-9]+]] = fcmp reassoc nsz arcp contract afn uge float
// CHECK: @air.convert.f.f32.u.i1(i1 [[ONE]])
// CHECK: fsub
// CHECK: fsub
// CHECK: fdiv
// CHECK: float @air.fast_clamp.f32(float %{{.*}}, float 0.000000e+00, float 1.000000e+00)
// CHECK: fmul
enigma.kernel @floats(%A: !enigma.buffer<f32, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %0 = enigma.copysign %a, %a : f32
  %1 = enigma.fdim %0, %a : f32
  %2 = enigma.step %1, %a : f32
  %3 = enigma.smoothstep %2, %1, %a : f32
  enigma.store %3, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

// f16 computes in f32; vectors like scalars.
// CHECK-LABEL: define void @halves(
// CHECK: fpext half
// CHECK: fdiv float
// CHECK: float @air.clamp.f32(float
// CHECK: fptrunc float %{{.*}} to half
// CHECK: icmp ugt <2 x i32> %{{.*}}, splat (i32 2139095040)
enigma.kernel @halves(%A: !enigma.buffer<f16, device>, %V: !enigma.buffer<vector<2xf32>, device>) precise {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f16, device>
  %v = enigma.load %V[%at] : !enigma.buffer<vector<2xf32>, device>
  %0 = enigma.smoothstep %a, %a, %a : f16
  %1 = enigma.isnan %v : vector<2xf32>
  %2 = arith.select %1, %v, %v : vector<2xi1>, vector<2xf32>
  enigma.store %0, %A[%at] : !enigma.buffer<f16, device>
  enigma.store %2, %V[%at] : !enigma.buffer<vector<2xf32>, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @fields(
// CHECK: tail call i32 @air.extract_bits.s.i32(i32 %{{.*}}, i32 3, i32 4)
// CHECK: tail call i32 @air.insert_bits.u.i32(i32 %{{.*}}, i32 %{{.*}}, i32 3, i32 4)
// CHECK: tail call i32 @air.abs_diff.s.i32(i32
enigma.kernel @fields(%I: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  %i = enigma.load %I[%at] : !enigma.buffer<si32, device>
  %0 = enigma.extract_bits %i, %c3, %c4 : i32
  %1 = enigma.insert_bits unsigned %i, %0, %c3, %c4 : i32
  %2 = enigma.abs_diff %1, %0 : i32
  enigma.store %2, %I[%at] : !enigma.buffer<si32, device>
  enigma.return
}
