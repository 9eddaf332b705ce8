// bf16 where AIR has none: bits in i16, arithmetic in f32, rounded to nearest even.
// RUN: enigma-translate --mlir-to-llvmir -O0 --target=macos13 %s -o %t.ll
// RUN: enigma-translate --llvmir-to-air --target=macos13 %t.ll -o %t.air
// RUN: enigma-translate --check-air %t.air | count 0
// RUN: enigma-translate --air-to-llvmir %t.air | FileCheck %s --implicit-check-not=bfloat
// RUN: enigma-translate --mlir-to-llvmir -O0 --target=ios16 %s | enigma-translate --llvmir-to-air --target=ios16 -o %t.ios.air
// RUN: enigma-translate --check-air %t.ios.air | count 0
// RUN: FileCheck %s --check-prefix=LOWERED < %t.ll

// Until the legaliser the module has the type, but says of its buffers what they are on this target.
// LOWERED: fadd {{.*}}bfloat
// LOWERED: !"air.arg_type_name", !"ushort", !"air.arg_name", !"A"
// LOWERED: !"air.arg_type_name", !"ushort4", !"air.arg_name", !"V"

// CHECK: @{{.*}} = internal {{.*}}addrspace(3) global [32 x i16]
// CHECK-LABEL: define void @sum(
// CHECK: [[BITS:%[0-9]+]] = load i16, ptr addrspace(1)
// CHECK: [[WIDE:%[0-9]+]] = zext i16 [[BITS]] to i32
// CHECK: [[HIGH:%[0-9]+]] = shl i32 [[WIDE]], 16
// CHECK: [[X:%[0-9]+]] = bitcast i32 [[HIGH]] to float
// CHECK: [[SUM:%[0-9]+]] = fadd {{.*}}float [[X]],
// CHECK: [[ALL:%[0-9]+]] = bitcast float [[SUM]] to i32
// CHECK: [[TOP:%[0-9]+]] = lshr i32 [[ALL]], 16
// CHECK: [[ODD:%[0-9]+]] = and i32 [[TOP]], 1
// CHECK: [[HALF:%[0-9]+]] = add i32 [[ODD]], 32767
// CHECK: [[UP:%[0-9]+]] = add i32 [[ALL]], [[HALF]]
// CHECK: [[NEAREST:%[0-9]+]] = lshr i32 [[UP]], 16
// CHECK: [[QUIET:%[0-9]+]] = or i32 [[TOP]], 64
// CHECK: [[MAGNITUDE:%[0-9]+]] = and i32 [[ALL]], 2147483647
// CHECK: [[NAN:%[0-9]+]] = icmp ugt i32 [[MAGNITUDE]], 2139095040
// CHECK: [[CHOSEN:%[0-9]+]] = select i1 [[NAN]], i32 [[QUIET]], i32 [[NEAREST]]
// CHECK: [[RESULT:%[0-9]+]] = trunc i32 [[CHOSEN]] to i16
// CHECK: store i16 [[RESULT]], ptr addrspace(3)
// CHECK: xor i16 %{{[0-9]+}}, -32768
// CHECK: fcmp {{.*}}olt float
// CHECK: select i1 %{{[0-9]+}}, i16
// CHECK: load <4 x i16>
// CHECK: fmul {{.*}}<4 x float>
// CHECK: store <4 x i16>
// An integer is rounded once.
// CHECK: call i32 @air.clz.i32(
// CHECK: call float @air.convert.f.f32.u.i32(
enigma.kernel @sum(%A: !enigma.buffer<bf16, device>, %V: !enigma.buffer<vector<4xbf16>, device>, %n: !enigma.scalar<si32>) {
  %at = arith.constant 0 : index
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<bf16, threadgroup, 32>
  %a = enigma.load %A[%at] : !enigma.buffer<bf16, device>
  %b = arith.addf %a, %a : bf16
  enigma.store %b, %tile[%at] : !enigma.buffer<bf16, threadgroup, 32>
  %c = arith.negf %a : bf16
  %less = arith.cmpf olt, %a, %b : bf16
  %d = arith.select %less, %c, %b : bf16
  enigma.store %d, %A[%at] : !enigma.buffer<bf16, device>
  %v = enigma.load %V[%at] : !enigma.buffer<vector<4xbf16>, device>
  %w = arith.mulf %v, %v : vector<4xbf16>
  enigma.store %w, %V[%at] : !enigma.buffer<vector<4xbf16>, device>
  %i = enigma.load_scalar %n : !enigma.scalar<si32>
  %e = arith.sitofp %i : i32 to bf16
  enigma.store %e, %A[%at] : !enigma.buffer<bf16, device>
  enigma.return
}
