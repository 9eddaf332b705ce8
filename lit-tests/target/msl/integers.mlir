// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s
// Signed arithmetic wraps: one unsigned operand makes C++ compute in unsigned.

// CHECK-LABEL: kernel void signed_operands(
enigma.kernel @signed_operands(%a: !enigma.buffer<si32, device>, %b: !enigma.buffer<si32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %minus = arith.constant -1 : i32
  %zero = arith.constant 0 : i32
  %x = enigma.load %a[%c0] : !enigma.buffer<si32, device> loc("x")
  %y = enigma.load %a[%c1] : !enigma.buffer<si32, device> loc("y")
  // CHECK: b[0] = uint(x) + y;
  %0 = arith.addi %x, %y : i32
  enigma.store %0, %b[%c0] : !enigma.buffer<si32, device>
  // CHECK: b[0] = x + 1u;
  %1 = arith.addi %x, %one : i32
  enigma.store %1, %b[%c0] : !enigma.buffer<si32, device>
  // CHECK: b[0] = x - 1u;
  %2 = arith.addi %x, %minus : i32
  enigma.store %2, %b[%c0] : !enigma.buffer<si32, device>
  // CHECK: b[0] = -uint(x);
  %3 = arith.subi %zero, %x : i32
  enigma.store %3, %b[%c0] : !enigma.buffer<si32, device>
  // CHECK: b[0] = uint(x) * y + x;
  %4 = arith.muli %x, %y : i32
  %5 = arith.addi %4, %x : i32
  enigma.store %5, %b[%c0] : !enigma.buffer<si32, device>
  // CHECK-NOT: uint
  // CHECK: b[0] = x + y;
  %8 = arith.addi %x, %y overflow<nsw> : i32
  enigma.store %8, %b[%c0] : !enigma.buffer<si32, device>
  enigma.return
}

// CHECK-LABEL: kernel void unsigned_operands(
enigma.kernel @unsigned_operands(%a: !enigma.buffer<ui32, device>, %b: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %minus = arith.constant -1 : i32
  %big = arith.constant -2 : i32
  %mask = arith.constant 65535 : i32
  %x = enigma.load %a[%c0] : !enigma.buffer<ui32, device> loc("x")
  %y = enigma.load %a[%c1] : !enigma.buffer<ui32, device> loc("y")
  // CHECK: b[0] = x + y;
  %0 = arith.addi %x, %y : i32
  enigma.store %0, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = x - 1;
  %1 = arith.addi %x, %minus : i32
  enigma.store %1, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = x * 4294967294u;
  %2 = arith.muli %x, %big : i32
  enigma.store %2, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = (x & 0xffff) << 1;
  %3 = arith.andi %x, %mask : i32
  %4 = arith.shli %3, %one : i32
  enigma.store %4, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = ~x | y;
  %5 = arith.xori %x, %minus : i32
  %6 = arith.ori %5, %y : i32
  enigma.store %6, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = int(x) >> 1;
  %7 = arith.shrsi %x, %one : i32
  enigma.store %7, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = x >> 1;
  %8 = arith.shrui %x, %one : i32
  enigma.store %8, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = min(int(x), int(y));
  %9 = arith.minsi %x, %y : i32
  enigma.store %9, %b[%c0] : !enigma.buffer<ui32, device>
  // CHECK: b[0] = max(x, 1u);
  %10 = arith.maxui %x, %one : i32
  enigma.store %10, %b[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}

// C++ promotes narrow integers to int; what leaves the range is cut where it matters.
// CHECK-LABEL: kernel void narrow(
enigma.kernel @narrow(%a: !enigma.buffer<ui8, device>, %s: !enigma.buffer<ui16, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = enigma.load %a[%c0] : !enigma.buffer<ui8, device> loc("x")
  %y = enigma.load %a[%c1] : !enigma.buffer<ui8, device> loc("y")
  %v = enigma.load %s[%c0] : !enigma.buffer<ui16, device> loc("v")
  // CHECK: a[0] = x + y;
  %0 = arith.addi %x, %y : i8
  enigma.store %0, %a[%c0] : !enigma.buffer<ui8, device>
  // CHECK: a[0] = uchar(x + y) / 3;
  %three = arith.constant 3 : i8
  %1 = arith.addi %x, %y : i8
  %2 = arith.divui %1, %three : i8
  enigma.store %2, %a[%c0] : !enigma.buffer<ui8, device>
  // CHECK: s[0] = uint(v) * v;
  %3 = arith.muli %v, %v : i16
  enigma.store %3, %s[%c0] : !enigma.buffer<ui16, device>
  // CHECK: a[0] = char(x) < char(y) ? x : y;
  %4 = arith.cmpi slt, %x, %y : i8
  %5 = arith.select %4, %x, %y : i8
  enigma.store %5, %a[%c0] : !enigma.buffer<ui8, device>
  // CHECK: a[0] = (x & y) >> 3;
  %6 = arith.andi %x, %y : i8
  %7 = arith.shrui %6, %three : i8
  enigma.store %7, %a[%c0] : !enigma.buffer<ui8, device>
  enigma.return
}

// A hexadecimal literal has the sign of the operand beside it, or the result would convert to a float as
// an unsigned number.
// CHECK-LABEL: kernel void wide_masks(
enigma.kernel @wide_masks(%a: !enigma.buffer<si64, device>, %u: !enigma.buffer<ui64, device>, %b: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %mask = arith.constant 9223372036854775807 : i64
  %x = enigma.load %a[%c0] : !enigma.buffer<si64, device> loc("x")
  // CHECK: b[0] = float(a[0] | 0x7fffffffffffffffL);
  %0 = arith.ori %x, %mask : i64
  %1 = arith.sitofp %0 : i64 to f32
  enigma.store %1, %b[%c0] : !enigma.buffer<f32, device>
  %y = enigma.load %u[%c0] : !enigma.buffer<ui64, device> loc("y")
  // CHECK: b[0] = float(u[0] & 0x7ffffffffffffffful);
  %2 = arith.andi %y, %mask : i64
  %3 = arith.uitofp %2 : i64 to f32
  enigma.store %3, %b[%c0] : !enigma.buffer<f32, device>
  enigma.return
}
