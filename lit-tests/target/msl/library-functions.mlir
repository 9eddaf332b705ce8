// What Metal calls the functions of the library, by the signedness of integers.
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void floats(
enigma.kernel @floats(%a: !enigma.buffer<f32, device>, %f: !enigma.scalar<f32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  // CHECK: a[0] = sinpi(f);
  %0 = enigma.sinpi %x : f32
  enigma.store %0, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = cospi(f);
  %1 = enigma.cospi %x : f32
  enigma.store %1, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = asin(f);
  %2 = enigma.asin %x : f32
  enigma.store %2, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = acos(f);
  %3 = enigma.acos %x : f32
  enigma.store %3, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = atan(f);
  %4 = enigma.atan %x : f32
  enigma.store %4, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = sinh(f);
  %5 = enigma.sinh %x : f32
  enigma.store %5, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = cosh(f);
  %6 = enigma.cosh %x : f32
  enigma.store %6, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = asinh(f);
  %7 = enigma.asinh %x : f32
  enigma.store %7, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = acosh(f);
  %8 = enigma.acosh %x : f32
  enigma.store %8, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = atanh(f);
  %9 = enigma.atanh %x : f32
  enigma.store %9, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = saturate(f);
  %10 = enigma.saturate %x : f32
  enigma.store %10, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = sign(f);
  %11 = enigma.sign %x : f32
  enigma.store %11, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = fract(f);
  %12 = enigma.fract %x : f32
  enigma.store %12, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = powr(f, f);
  %13 = enigma.powr %x, %x : f32
  enigma.store %13, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = fmod(f, f);
  %14 = enigma.fmod %x, %x : f32
  enigma.store %14, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = atan2(f, f);
  %15 = enigma.atan2 %x, %x : f32
  enigma.store %15, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = mix(f, f, f);
  %16 = enigma.mix %x, %x, %x : f32
  enigma.store %16, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = step(f, f);
  %17 = enigma.step %x, %x : f32
  enigma.store %17, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = copysign(f, f);
  %18 = enigma.copysign %x, %x : f32
  enigma.store %18, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = fdim(f, f);
  %19 = enigma.fdim %x, %x : f32
  enigma.store %19, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = smoothstep(f, f, f);
  %20 = enigma.smoothstep %x, %x, %x : f32
  enigma.store %20, %a[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: kernel void strict(
enigma.kernel @strict(%a: !enigma.buffer<f32, device>, %f: !enigma.scalar<f32>) precise {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %f : !enigma.scalar<f32>
  // CHECK: a[0] = precise::sinpi(f);
  %0 = enigma.sinpi %x : f32
  enigma.store %0, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = precise::fract(f);
  %1 = enigma.fract %x : f32
  enigma.store %1, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = sign(f);
  %2 = enigma.sign %x : f32
  enigma.store %2, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = mix(f, f, f);
  %3 = enigma.mix %x, %x, %x : f32
  enigma.store %3, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = step(f, f);
  %4 = enigma.step %x, %x : f32
  enigma.store %4, %a[%c0] : !enigma.buffer<f32, device>
  // CHECK: a[0] = smoothstep(f, f, f);
  %5 = enigma.smoothstep %x, %x, %x : f32
  enigma.store %5, %a[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: kernel void integers(
enigma.kernel @integers(%a: !enigma.buffer<si32, device>, %i: !enigma.scalar<si32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %i : !enigma.scalar<si32>
  // CHECK: a[0] = min(i, i);
  %0 = enigma.imin %x, %x : i32
  enigma.store %0, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = min(uint(i), uint(i));
  %1 = enigma.imin unsigned %x, %x : i32
  enigma.store %1, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = max(i, i);
  %2 = enigma.imax %x, %x : i32
  enigma.store %2, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = max(uint(i), uint(i));
  %3 = enigma.imax unsigned %x, %x : i32
  enigma.store %3, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = clamp(i, i, i);
  %4 = enigma.iclamp %x, %x, %x : i32
  enigma.store %4, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = clamp(uint(i), uint(i), uint(i));
  %5 = enigma.iclamp unsigned %x, %x, %x : i32
  enigma.store %5, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = addsat(i, i);
  %6 = enigma.add_sat %x, %x : i32
  enigma.store %6, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = addsat(uint(i), uint(i));
  %7 = enigma.add_sat unsigned %x, %x : i32
  enigma.store %7, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = subsat(i, i);
  %8 = enigma.sub_sat %x, %x : i32
  enigma.store %8, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = subsat(uint(i), uint(i));
  %9 = enigma.sub_sat unsigned %x, %x : i32
  enigma.store %9, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = mulhi(i, i);
  %10 = enigma.mul_hi %x, %x : i32
  enigma.store %10, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = mulhi(uint(i), uint(i));
  %11 = enigma.mul_hi unsigned %x, %x : i32
  enigma.store %11, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = madhi(i, i, i);
  %12 = enigma.mad_hi %x, %x, %x : i32
  enigma.store %12, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = madhi(uint(i), uint(i), uint(i));
  %13 = enigma.mad_hi unsigned %x, %x, %x : i32
  enigma.store %13, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = madsat(i, i, i);
  %14 = enigma.mad_sat %x, %x, %x : i32
  enigma.store %14, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = madsat(uint(i), uint(i), uint(i));
  %15 = enigma.mad_sat unsigned %x, %x, %x : i32
  enigma.store %15, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = rotate(i, i);
  %16 = enigma.rotate %x, %x : i32
  enigma.store %16, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = rotate(uint(i), uint(i));
  %17 = enigma.rotate unsigned %x, %x : i32
  enigma.store %17, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = popcount(i);
  %18 = enigma.popcount %x : i32
  enigma.store %18, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = popcount(uint(i));
  %19 = enigma.popcount unsigned %x : i32
  enigma.store %19, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = clz(i);
  %20 = enigma.clz %x : i32
  enigma.store %20, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = clz(uint(i));
  %21 = enigma.clz unsigned %x : i32
  enigma.store %21, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = ctz(i);
  %22 = enigma.ctz %x : i32
  enigma.store %22, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = ctz(uint(i));
  %23 = enigma.ctz unsigned %x : i32
  enigma.store %23, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = reverse_bits(i);
  %24 = enigma.reverse_bits %x : i32
  enigma.store %24, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = reverse_bits(uint(i));
  %25 = enigma.reverse_bits unsigned %x : i32
  enigma.store %25, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = absdiff(i, i);
  %26 = enigma.abs_diff %x, %x : i32
  enigma.store %26, %a[%c0] : !enigma.buffer<si32, device>
  // CHECK: a[0] = absdiff(uint(i), uint(i));
  %27 = enigma.abs_diff unsigned %x, %x : i32
  enigma.store %27, %a[%c0] : !enigma.buffer<si32, device>
  enigma.return
}
