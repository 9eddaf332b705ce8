// Division never traps: x / 0 = 0, x % 0 = 0, INT_MIN / -1 = INT_MIN; safe constant divisors need no guard.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @signed(
// CHECK: [[A:%[0-9]+]] = load i32
// CHECK: [[B:%[0-9]+]] = load i32
// CHECK: [[ZERO:%[0-9]+]] = icmp eq i32 [[B]], 0
// CHECK-DAG: [[MIN:%[0-9]+]] = icmp eq i32 [[A]], -2147483648
// CHECK-DAG: [[ONES:%[0-9]+]] = icmp eq i32 [[B]], -1
// CHECK: [[OVERFLOW:%[0-9]+]] = and i1 [[MIN]], [[ONES]]
// CHECK: [[UNSAFE:%[0-9]+]] = or i1 [[ZERO]], [[OVERFLOW]]
// CHECK: [[SAFE:%[0-9]+]] = select i1 [[UNSAFE]], i32 1, i32 [[B]]
// CHECK: [[Q:%[0-9]+]] = sdiv i32 [[A]], [[SAFE]]
// CHECK: select i1 [[ZERO]], i32 0, i32 [[Q]]
// CHECK: [[SAFE2:%[0-9]+]] = select i1 %{{.*}}, i32 1, i32 [[B]]
// CHECK: [[R:%[0-9]+]] = srem i32 [[A]], [[SAFE2]]
// CHECK: store i32 [[R]]
enigma.kernel @signed(%A: !enigma.buffer<si32, device>, %B: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<si32, device>
  %b = enigma.load %B[%at] : !enigma.buffer<si32, device>
  %q = arith.divsi %a, %b : i32
  %r = arith.remsi %a, %b : i32
  enigma.store %q, %A[%at] : !enigma.buffer<si32, device>
  enigma.store %r, %B[%at] : !enigma.buffer<si32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @unsigned(
// CHECK: [[A:%[0-9]+]] = load i32
// CHECK: [[ZERO:%[0-9]+]] = icmp eq i32 [[A]], 0
// CHECK: [[SAFE:%[0-9]+]] = select i1 [[ZERO]], i32 1, i32 [[A]]
// CHECK: [[Q:%[0-9]+]] = udiv i32 [[A]], [[SAFE]]
// CHECK: select i1 [[ZERO]], i32 0, i32 [[Q]]
// CHECK: urem i32
enigma.kernel @unsigned(%A: !enigma.buffer<ui32, device>) {
  %at = arith.constant 0 : index
  %a = enigma.load %A[%at] : !enigma.buffer<ui32, device>
  %q = arith.divui %a, %a : i32
  %r = arith.remui %q, %a : i32
  enigma.store %r, %A[%at] : !enigma.buffer<ui32, device>
  enigma.return
}

// -----

// CHECK-LABEL: define void @constants(
// CHECK: [[A:%[0-9]+]] = load i32
// CHECK-NEXT: sdiv i32 [[A]], 7
// CHECK-NEXT: udiv i32 [[A]], -1
// CHECK-NEXT: srem <2 x i32> %{{.*}}, <i32 3, i32 5>
// CHECK-NEXT: [[OVERFLOW:%[0-9]+]] = icmp eq i32 [[A]], -2147483648
// CHECK: select i1 %{{.*}}, i32 1, i32 -1
// CHECK: sdiv i32
enigma.kernel @constants(%A: !enigma.buffer<si32, device>, %V: !enigma.buffer<vector<2xsi32>, device>) {
  %at = arith.constant 0 : index
  %v = enigma.load %V[%at] : !enigma.buffer<vector<2xsi32>, device>
  %a = enigma.load %A[%at] : !enigma.buffer<si32, device>
  %seven = arith.constant 7 : i32
  %ones = arith.constant -1 : i32
  %primes = arith.constant dense<[3, 5]> : vector<2xi32>
  %0 = arith.divsi %a, %seven : i32
  %1 = arith.divui %a, %ones : i32
  %2 = arith.remsi %v, %primes : vector<2xi32>
  %3 = arith.divsi %a, %ones : i32
  enigma.store %0, %A[%at] : !enigma.buffer<si32, device>
  enigma.store %1, %A[%at] : !enigma.buffer<si32, device>
  enigma.store %2, %V[%at] : !enigma.buffer<vector<2xsi32>, device>
  enigma.store %3, %A[%at] : !enigma.buffer<si32, device>
  enigma.return
}
