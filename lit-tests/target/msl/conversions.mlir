// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void k(
enigma.kernel @k(%f: !enigma.buffer<f32, device>, %h: !enigma.buffer<f16, device>, %i: !enigma.buffer<si32, device>,
                 %u: !enigma.buffer<ui32, device>, %c: !enigma.buffer<si8, device>, %l: !enigma.buffer<si64, device>,
                 %b: !enigma.buffer<i1, device>) fast {
  %c0 = arith.constant 0 : index
  %x = enigma.load %f[%c0] : !enigma.buffer<f32, device> loc("x")
  %n = enigma.load %i[%c0] : !enigma.buffer<si32, device> loc("n")
  %m = enigma.load %u[%c0] : !enigma.buffer<ui32, device> loc("m")
  %s = enigma.load %c[%c0] : !enigma.buffer<si8, device> loc("s")
  %flag = enigma.load %b[%c0] : !enigma.buffer<i1, device> loc("flag")
  // CHECK: i[0] = int(x);
  %0 = arith.fptosi %x : f32 to i32
  enigma.store %0, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: u[0] = uint(x);
  %1 = arith.fptoui %x : f32 to i32
  enigma.store %1, %u[%c0] : !enigma.buffer<ui32, device>
  // CHECK: f[0] = float(n);
  %2 = arith.sitofp %n : i32 to f32
  enigma.store %2, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: f[0] = float(int(m));
  %3 = arith.sitofp %m : i32 to f32
  enigma.store %3, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: f[0] = float(m);
  %4 = arith.uitofp %m : i32 to f32
  enigma.store %4, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: h[0] = half(x);
  %5 = arith.truncf %x : f32 to f16
  enigma.store %5, %h[%c0] : !enigma.buffer<f16, device>
  // CHECK: l[0] = long(n);
  %6 = arith.extsi %n : i32 to i64
  enigma.store %6, %l[%c0] : !enigma.buffer<si64, device>
  // CHECK: i[0] = uint(uchar(s));
  %7 = arith.extui %s : i8 to i32
  enigma.store %7, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: c[0] = char(n);
  %8 = arith.trunci %n : i32 to i8
  enigma.store %8, %c[%c0] : !enigma.buffer<si8, device>
  // CHECK: u[0] = as_type<uint>(x);
  %9 = arith.bitcast %x : f32 to i32
  enigma.store %9, %u[%c0] : !enigma.buffer<ui32, device>
  // CHECK: f[0] = as_type<float>(n + 1u);
  %one = arith.constant 1 : i32
  %10 = arith.addi %n, %one : i32
  %11 = arith.bitcast %10 : i32 to f32
  enigma.store %11, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: u[0] = uint(flag);
  %12 = arith.extui %flag : i1 to i32
  enigma.store %12, %u[%c0] : !enigma.buffer<ui32, device>
  // CHECK: i[0] = flag ? -1 : 0;
  %13 = arith.extsi %flag : i1 to i32
  enigma.store %13, %i[%c0] : !enigma.buffer<si32, device>
  // CHECK: f[0] = float(flag);
  %14 = arith.uitofp %flag : i1 to f32
  enigma.store %14, %f[%c0] : !enigma.buffer<f32, device>
  // CHECK: b[0] = (m & 1) != 0;
  %15 = arith.trunci %m : i32 to i1
  enigma.store %15, %b[%c0] : !enigma.buffer<i1, device>
  enigma.return
}
