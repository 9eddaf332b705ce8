// Float flags by math mode; minima, maxima and remainders are functions of AIR.
// RUN: enigma-translate --mlir-to-llvmir -O0 %s | FileCheck %s

// CHECK-LABEL: define void @arithmetic(
// CHECK: = fadd reassoc nsz arcp contract afn float
// CHECK: = fsub reassoc nsz arcp contract afn float
// CHECK: = fmul reassoc nsz arcp contract afn float
// CHECK: = fdiv reassoc nsz arcp contract afn float
// CHECK: = fneg reassoc nsz arcp contract afn float
// CHECK: = fcmp reassoc nsz arcp contract afn olt float
// CHECK: = select i1 %{{.*}}, float
// CHECK: tail call reassoc nsz arcp contract afn float @air.fast_fmod.f32(
// CHECK: tail call reassoc nsz arcp contract afn float @air.fast_fmin.f32(
// CHECK: tail call reassoc nsz arcp contract afn float @air.fast_fmax.f32(
// CHECK: tail call i32 @air.min.s.i32(
// CHECK: tail call i32 @air.max.u.i32(
// CHECK: = add i32
// CHECK: = shl i32
// CHECK: = ashr i32
// CHECK: = xor i32
enigma.kernel @arithmetic(%F: !enigma.buffer<f32, device>, %I: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %two = arith.constant 2 : i32
  %x = enigma.load %F[%at] : !enigma.buffer<f32, device>
  %i = enigma.load %I[%at] : !enigma.buffer<si32, device>
  %0 = arith.addf %x, %x : f32
  %1 = arith.subf %0, %x : f32
  %2 = arith.mulf %1, %x : f32
  %3 = arith.divf %2, %x : f32
  %4 = arith.negf %3 : f32
  %5 = arith.cmpf olt, %4, %x : f32
  %6 = arith.select %5, %4, %x : f32
  %7 = arith.remf %6, %x : f32
  %8 = arith.minnumf %7, %x : f32
  %9 = arith.maxnumf %8, %x : f32
  %10 = arith.minsi %i, %two : i32
  %11 = arith.maxui %10, %i : i32
  %12 = arith.addi %11, %i : i32
  %13 = arith.shli %12, %two : i32
  %14 = arith.shrsi %13, %two : i32
  %15 = arith.xori %14, %i : i32
  enigma.store %9, %F[%at] : !enigma.buffer<f32, device>
  enigma.store %15, %I[%at] : !enigma.buffer<si32, device>
  enigma.return
}

// What a fold leaves undefined stays so.
// CHECK-LABEL: define void @undefined(
// CHECK: store i32 poison
enigma.kernel @undefined(%I: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %x = ub.poison : i32
  enigma.store %x, %I[%at] : !enigma.buffer<si32, device>
  enigma.return
}
