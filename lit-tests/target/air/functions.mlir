// Functions of the op table: fast and precise names, suffixes, attributes (reference sections 3.1, 3.2).
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @fast(
// CHECK: tail call reassoc nsz arcp contract afn float @air.fast_sqrt.f32(float %{{.*}}) [[CALL:#[0-9]+]]
// CHECK: tail call reassoc nsz arcp contract afn <2 x float> @air.fast_exp.v2f32(<2 x float>
// f16 has one form.
// CHECK: tail call reassoc nsz arcp contract afn half @air.pow.f16(half
// CHECK: tail call reassoc nsz arcp contract afn float @air.fast_clamp.f32(float
// CHECK: tail call reassoc nsz arcp contract afn float @air.fma.f32(float
// CHECK: tail call i32 @air.abs.s.i32(i32
// CHECK: tail call i32 @air.abs.u.i32(i32
// CHECK: declare float @air.fast_sqrt.f32(float) local_unnamed_addr [[DECLARATION:#[0-9]+]]
// CHECK: attributes [[DECLARATION]] = { mustprogress nofree nosync nounwind willreturn memory(none) }
// CHECK: attributes [[CALL]] = { nounwind willreturn memory(none) }
enigma.kernel @fast(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<vector<2xf32>, device>,
                    %C: !enigma.buffer<f16, device>, %D: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %b = enigma.load %B[%at] : !enigma.buffer<vector<2xf32>, device>
  %c = enigma.load %C[%at] : !enigma.buffer<f16, device>
  %d = enigma.load %D[%at] : !enigma.buffer<si32, device>
  %0 = enigma.sqrt %a : f32
  %1 = enigma.exp %b : vector<2xf32>
  %2 = enigma.pow %c, %c : f16
  %3 = enigma.clamp %0, %a, %a : f32
  %4 = enigma.fma %3, %a, %0 : f32
  %5 = enigma.iabs %d : i32
  %6 = enigma.iabs unsigned %5 : i32
  enigma.store %4, %A[%at] : !enigma.buffer<f32, device>
  enigma.store %1, %B[%at] : !enigma.buffer<vector<2xf32>, device>
  enigma.store %2, %C[%at] : !enigma.buffer<f16, device>
  enigma.store %6, %D[%at] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @precise(
// CHECK: tail call float @air.sqrt.f32(
// CHECK: = fadd float
// CHECK: "approx-func-fp-math"="false"
// CHECK-SAME: "no-infs-fp-math"="false" "no-nans-fp-math"="false" "no-signed-zeros-fp-math"="false" "no-trapping-math"="true"
// CHECK-SAME: "unsafe-fp-math"="false"
// CHECK: !{!"air.compile.fast_math_disable"}
enigma.kernel @precise(%A: !enigma.buffer<f32, device>) precise {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<f32, device>
  %0 = enigma.sqrt %a : f32
  %1 = arith.addf %0, %a fastmath<fast> : f32
  enigma.store %1, %A[%at] : !enigma.buffer<f32, device>
  enigma.return
}
