// Folds: exact or correctly rounded results only, the same on every host.
// RUN: enigma-opt %s --canonicalize | FileCheck %s

// Halfway cases away from zero; the sign of zero stays.
// CHECK-LABEL: enigma.kernel @round_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 3.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @round_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 2.5 : f32
  %r = enigma.round %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @round_1(
// CHECK-DAG: %[[R:.*]] = arith.constant -3.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @round_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -2.5 : f32
  %r = enigma.round %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @round_2(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @round_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0.5 : f32
  %r = enigma.round %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @round_3(
// CHECK-DAG: %[[R:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @round_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.25 : f32
  %r = enigma.round %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @round_4(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x4B000001 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @round_4(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 8388609.0 : f32
  %r = enigma.round %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Halfway cases to even.
// CHECK-LABEL: enigma.kernel @rint_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @rint_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 2.5 : f32
  %r = enigma.rint %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @rint_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 4.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @rint_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 3.5 : f32
  %r = enigma.rint %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @rint_2(
// CHECK-DAG: %[[R:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @rint_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.5 : f32
  %r = enigma.rint %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @rint_3(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @rint_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0.75 : f32
  %r = enigma.rint %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Downwards; infinities and NaN stay.
// CHECK-LABEL: enigma.kernel @floor_0(
// CHECK-DAG: %[[R:.*]] = arith.constant -2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @floor_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -1.5 : f32
  %r = enigma.floor %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @floor_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @floor_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 1.5 : f32
  %r = enigma.floor %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @floor_2(
// CHECK-DAG: %[[R:.*]] = arith.constant 0xFF800000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @floor_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0xFF800000 : f32
  %r = enigma.floor %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @floor_3(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @floor_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7FC00000 : f32
  %r = enigma.floor %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Upwards.
// CHECK-LABEL: enigma.kernel @ceil_0(
// CHECK-DAG: %[[R:.*]] = arith.constant -1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @ceil_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -1.5 : f32
  %r = enigma.ceil %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @ceil_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @ceil_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 1.5 : f32
  %r = enigma.ceil %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @ceil_2(
// CHECK-DAG: %[[R:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @ceil_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.5 : f32
  %r = enigma.ceil %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Towards zero.
// CHECK-LABEL: enigma.kernel @trunc_0(
// CHECK-DAG: %[[R:.*]] = arith.constant -1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @trunc_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -1.75 : f32
  %r = enigma.trunc %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @trunc_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @trunc_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 1.75 : f32
  %r = enigma.trunc %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Only the sign bit goes, also of a NaN.
// CHECK-LABEL: enigma.kernel @fabs_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.500000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fabs_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -1.5 : f32
  %r = enigma.fabs %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fabs_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fabs_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.0 : f32
  %r = enigma.fabs %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fabs_2(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7F800000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fabs_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0xFF800000 : f32
  %r = enigma.fabs %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fabs_3(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fabs_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0xFFC00000 : f32
  %r = enigma.fabs %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Correctly rounded; the root of a negative number is the same NaN on every host.
// CHECK-LABEL: enigma.kernel @sqrt_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 4.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 16.0 : f32
  %r = enigma.sqrt %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @sqrt_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.41421354 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 2.0 : f32
  %r = enigma.sqrt %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @sqrt_2(
// CHECK-DAG: %[[R:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.0 : f32
  %r = enigma.sqrt %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @sqrt_3(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -1.0 : f32
  %r = enigma.sqrt %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @sqrt_4(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7F800000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_4(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7F800000 : f32
  %r = enigma.sqrt %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @sqrt_5(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_5(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7FC00000 : f32
  %r = enigma.sqrt %x0 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Also f16, also subnormal.
// CHECK-LABEL: enigma.kernel @sqrt_half_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.414060e+00 : f16
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_half_0(%A: !enigma.buffer<f16, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 2.0 : f16
  %r = enigma.sqrt %x0 : f16
  enigma.store %r, %A[%c0] : !enigma.buffer<f16, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @sqrt_half_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 2.441410e-04 : f16
// CHECK: enigma.store %[[R]],
enigma.kernel @sqrt_half_1(%A: !enigma.buffer<f16, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x0001 : f16
  %r = enigma.sqrt %x0 : f16
  enigma.store %r, %A[%c0] : !enigma.buffer<f16, device>
  enigma.return
}

// A NaN loses against a number.
// CHECK-LABEL: enigma.kernel @fmin_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmin_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 1.0 : f32
  %x1 = arith.constant 2.0 : f32
  %r = enigma.fmin %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmin_1(
// CHECK-DAG: %[[R:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmin_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.0 : f32
  %x1 = arith.constant 0.0 : f32
  %r = enigma.fmin %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmin_2(
// CHECK-DAG: %[[R:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmin_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7FC00000 : f32
  %x1 = arith.constant 2.0 : f32
  %r = enigma.fmin %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmin_3(
// CHECK-DAG: %[[R:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmin_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 2.0 : f32
  %x1 = arith.constant 0x7FC00000 : f32
  %r = enigma.fmin %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmin_4(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmin_4(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7FC00000 : f32
  %x1 = arith.constant 0x7FC00000 : f32
  %r = enigma.fmin %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// CHECK-LABEL: enigma.kernel @fmax_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmax_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 1.0 : f32
  %x1 = arith.constant 2.0 : f32
  %r = enigma.fmax %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmax_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmax_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -0.0 : f32
  %x1 = arith.constant 0.0 : f32
  %r = enigma.fmax %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmax_2(
// CHECK-DAG: %[[R:.*]] = arith.constant -2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmax_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7FC00000 : f32
  %x1 = arith.constant -2.0 : f32
  %r = enigma.fmax %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmax_3(
// CHECK-DAG: %[[R:.*]] = arith.constant -2.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmax_3(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant -2.0 : f32
  %x1 = arith.constant 0x7FC00000 : f32
  %r = enigma.fmax %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fmax_4(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fmax_4(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7FC00000 : f32
  %x1 = arith.constant 0x7FC00000 : f32
  %r = enigma.fmax %x0, %x1 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// One rounding: the low bits of the product survive.
// CHECK-LABEL: enigma.kernel @fma_0(
// CHECK-DAG: %[[R:.*]] = arith.constant 7.000000e+00 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fma_0(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 2.0 : f32
  %x1 = arith.constant 3.0 : f32
  %x2 = arith.constant 1.0 : f32
  %r = enigma.fma %x0, %x1, %x2 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fma_1(
// CHECK-DAG: %[[R:.*]] = arith.constant 1.42108547E-14 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fma_1(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 1.00000012 : f32
  %x1 = arith.constant 1.00000012 : f32
  %x2 = arith.constant -1.00000024 : f32
  %r = enigma.fma %x0, %x1, %x2 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
// CHECK-LABEL: enigma.kernel @fma_2(
// CHECK-DAG: %[[R:.*]] = arith.constant 0x7FC00000 : f32
// CHECK: enigma.store %[[R]],
enigma.kernel @fma_2(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x0 = arith.constant 0x7F800000 : f32
  %x1 = arith.constant 0.0 : f32
  %x2 = arith.constant 1.0 : f32
  %r = enigma.fma %x0, %x1, %x2 : f32
  enigma.store %r, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// A value against itself, without knowing it.
// CHECK-LABEL: enigma.kernel @same(
// CHECK: %[[X:.*]] = enigma.load %A
// CHECK-NEXT: enigma.store %[[X]], %A[%c0]
// CHECK-NEXT: enigma.store %[[X]], %A[%c0]
enigma.kernel @same(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %0 = enigma.fmin %x, %x : f32
  %1 = enigma.fmax %x, %x : f32
  enigma.store %0, %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %1, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// One constant is not enough.
// CHECK-LABEL: enigma.kernel @partial(
// CHECK: enigma.fmin
// CHECK: enigma.fmax
// CHECK: enigma.fma
enigma.kernel @partial(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %nan = arith.constant 0x7FC00000 : f32
  %one = arith.constant 1.0 : f32
  %x = enigma.load %A[%c0] : !enigma.buffer<f32, device>
  %0 = enigma.fmin %x, %nan : f32
  %1 = enigma.fmax %0, %nan : f32
  %2 = enigma.fma %1, %one, %one : f32
  enigma.store %2, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}

// Vectors fold by component.
// CHECK-LABEL: enigma.kernel @vector(
// CHECK-DAG: %[[S:.*]] = arith.constant dense<3.000000e+00> : vector<4xf32>
// CHECK-DAG: %[[F:.*]] = arith.constant dense<[-2.000000e+00, 0.000000e+00, 1.000000e+00, 2.000000e+00]> : vector<4xf32>
// CHECK: enigma.store %[[S]],
// CHECK: enigma.store %[[F]],
enigma.kernel @vector(%A: !enigma.buffer<vector<4xf32>, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant dense<2.5> : vector<4xf32>
  %y = arith.constant dense<[-1.5, 0.5, 1.5, 2.5]> : vector<4xf32>
  %0 = enigma.round %x : vector<4xf32>
  %1 = enigma.floor %y : vector<4xf32>
  enigma.store %0, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  enigma.store %1, %A[%c0] : !enigma.buffer<vector<4xf32>, device>
  enigma.return
}

// Functions whose last bit is the implementation's are left to the GPU.
// CHECK-LABEL: enigma.kernel @no_fold(
// CHECK: enigma.exp %
// CHECK: enigma.rsqrt %
// CHECK: enigma.pow %
enigma.kernel @no_fold(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %x = arith.constant 4.0 : f32
  %0 = enigma.exp %x : f32
  %1 = enigma.rsqrt %x : f32
  %2 = enigma.pow %x, %x : f32
  enigma.store %0, %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %1, %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %2, %A[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
