// What AIR calls the functions of the library: fast forms, signs, the flag of clz and ctz (reference sections 3.1, 3.2).
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @floats(
enigma.kernel @floats(%a: !enigma.buffer<f32, device>, %f: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  // CHECK: float @air.fast_sinpi.f32(float %{{[0-9]+}})
  %0 = enigma.sinpi %x : f32
  enigma.store %0, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_cospi.f32(float %{{[0-9]+}})
  %1 = enigma.cospi %x : f32
  enigma.store %1, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_asin.f32(float %{{[0-9]+}})
  %2 = enigma.asin %x : f32
  enigma.store %2, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_acos.f32(float %{{[0-9]+}})
  %3 = enigma.acos %x : f32
  enigma.store %3, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_atan.f32(float %{{[0-9]+}})
  %4 = enigma.atan %x : f32
  enigma.store %4, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_sinh.f32(float %{{[0-9]+}})
  %5 = enigma.sinh %x : f32
  enigma.store %5, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_cosh.f32(float %{{[0-9]+}})
  %6 = enigma.cosh %x : f32
  enigma.store %6, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_asinh.f32(float %{{[0-9]+}})
  %7 = enigma.asinh %x : f32
  enigma.store %7, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_acosh.f32(float %{{[0-9]+}})
  %8 = enigma.acosh %x : f32
  enigma.store %8, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_atanh.f32(float %{{[0-9]+}})
  %9 = enigma.atanh %x : f32
  enigma.store %9, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_saturate.f32(float %{{[0-9]+}})
  %10 = enigma.saturate %x : f32
  enigma.store %10, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.sign.f32(float %{{[0-9]+}})
  %11 = enigma.sign %x : f32
  enigma.store %11, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_fract.f32(float %{{[0-9]+}})
  %12 = enigma.fract %x : f32
  enigma.store %12, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_powr.f32(float %{{[0-9]+}}, float %{{[0-9]+}})
  %13 = enigma.powr %x, %x : f32
  enigma.store %13, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_fmod.f32(float %{{[0-9]+}}, float %{{[0-9]+}})
  %14 = enigma.fmod %x, %x : f32
  enigma.store %14, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.fast_atan2.f32(float %{{[0-9]+}}, float %{{[0-9]+}})
  %15 = enigma.atan2 %x, %x : f32
  enigma.store %15, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: float @air.mix.f32(float %{{[0-9]+}}, float %{{[0-9]+}}, float %{{[0-9]+}})
  %16 = enigma.mix %x, %x, %x : f32
  enigma.store %16, %a[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @integers(
enigma.kernel @integers(%a: !enigma.buffer<si32, device>, %i: !enigma.scalar<si32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %i : !enigma.scalar<si32>
  // CHECK: i32 @air.min.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %0 = enigma.imin %x, %x : i32
  enigma.store %0, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.min.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %1 = enigma.imin unsigned %x, %x : i32
  enigma.store %1, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.max.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %2 = enigma.imax %x, %x : i32
  enigma.store %2, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.max.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %3 = enigma.imax unsigned %x, %x : i32
  enigma.store %3, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.clamp.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %4 = enigma.iclamp %x, %x, %x : i32
  enigma.store %4, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.clamp.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %5 = enigma.iclamp unsigned %x, %x, %x : i32
  enigma.store %5, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.add_sat.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %6 = enigma.add_sat %x, %x : i32
  enigma.store %6, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.add_sat.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %7 = enigma.add_sat unsigned %x, %x : i32
  enigma.store %7, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.sub_sat.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %8 = enigma.sub_sat %x, %x : i32
  enigma.store %8, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.sub_sat.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %9 = enigma.sub_sat unsigned %x, %x : i32
  enigma.store %9, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.mul_hi.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %10 = enigma.mul_hi %x, %x : i32
  enigma.store %10, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.mul_hi.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %11 = enigma.mul_hi unsigned %x, %x : i32
  enigma.store %11, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.mad_hi.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %12 = enigma.mad_hi %x, %x, %x : i32
  enigma.store %12, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.mad_hi.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %13 = enigma.mad_hi unsigned %x, %x, %x : i32
  enigma.store %13, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.mad_sat.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %14 = enigma.mad_sat %x, %x, %x : i32
  enigma.store %14, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.mad_sat.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %15 = enigma.mad_sat unsigned %x, %x, %x : i32
  enigma.store %15, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.rotate.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %16 = enigma.rotate %x, %x : i32
  enigma.store %16, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.rotate.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %17 = enigma.rotate unsigned %x, %x : i32
  enigma.store %17, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.popcount.i32(i32 %{{[0-9]+}})
  %18 = enigma.popcount %x : i32
  enigma.store %18, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.popcount.i32(i32 %{{[0-9]+}})
  %19 = enigma.popcount unsigned %x : i32
  enigma.store %19, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.clz.i32(i32 %{{[0-9]+}}, i1 false)
  %20 = enigma.clz %x : i32
  enigma.store %20, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.clz.i32(i32 %{{[0-9]+}}, i1 false)
  %21 = enigma.clz unsigned %x : i32
  enigma.store %21, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.ctz.i32(i32 %{{[0-9]+}}, i1 false)
  %22 = enigma.ctz %x : i32
  enigma.store %22, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.ctz.i32(i32 %{{[0-9]+}}, i1 false)
  %23 = enigma.ctz unsigned %x : i32
  enigma.store %23, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.reverse_bits.i32(i32 %{{[0-9]+}})
  %24 = enigma.reverse_bits %x : i32
  enigma.store %24, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.reverse_bits.i32(i32 %{{[0-9]+}})
  %25 = enigma.reverse_bits unsigned %x : i32
  enigma.store %25, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.abs_diff.s.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %26 = enigma.abs_diff %x, %x : i32
  enigma.store %26, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: i32 @air.abs_diff.u.i32(i32 %{{[0-9]+}}, i32 %{{[0-9]+}})
  %27 = enigma.abs_diff unsigned %x, %x : i32
  enigma.store %27, %a[%c0] : !enigma.buffer<si32, device>
  enigma.return
}
