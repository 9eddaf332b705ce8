// Bit fields and distances: the value's type selects the overload, offsets and counts are unsigned.
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void fields(
enigma.kernel @fields(%i: !enigma.buffer<si32, device>, %u: !enigma.buffer<ui16, device>, %n: !enigma.scalar<si32>, %k: !enigma.scalar<ui32>, %s: !enigma.scalar<ui16>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %n : !enigma.scalar<si32>
  %o = enigma.load_scalar %k : !enigma.scalar<ui32>
  %y = enigma.load_scalar %s : !enigma.scalar<ui16>
  %c4 = arith.constant 4 : i32
  // CHECK: i[0] = extract_bits(n, k, 4);
  %0 = enigma.extract_bits %x, %o, %c4 : i32
  enigma.store %0, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: u[0] = insert_bits(s, ushort(7), 4, k);
  %c7 = arith.constant 7 : i16
  %1 = enigma.insert_bits unsigned %y, %c7, %c4, %o : i16
  enigma.store %1, %u[%c0] : !enigma.buffer<ui16, device>
  enigma.return
}

// The distance of two ints is a uint: compared as one.
// CHECK-LABEL: kernel void distance_(
enigma.kernel @distance_(%b: !enigma.buffer<i1, device>, %n: !enigma.scalar<si32>, %m: !enigma.scalar<si32>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load_scalar %n : !enigma.scalar<si32>
  %y = enigma.load_scalar %m : !enigma.scalar<si32>
  %c9 = arith.constant 9 : i32
  // CHECK: b[0] = absdiff(n, m) > 9;
  %0 = enigma.abs_diff %x, %y : i32
  %1 = arith.cmpi ugt, %0, %c9 : i32
  enigma.store %1, %b[%c0] : !enigma.buffer<i1, device>
  enigma.return
}
