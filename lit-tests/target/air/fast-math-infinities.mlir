// Fast math lets us reassociate, not assume that there are no infinities: a running maximum starts at -inf.
// RUN: enigma-translate --mlir-to-llvmir -O2 %s | FileCheck %s

// CHECK-LABEL: define void @online
// CHECK-NOT: poison
// CHECK: fsub reassoc nsz arcp contract afn float
// CHECK: store float
enigma.kernel @online(%a: !enigma.buffer<f32, device, read>, %out: !enigma.buffer<f32, device, write>) fast {
  %c0 = arith.constant 0 : index
  %lowest = arith.constant 0xFF800000 : f32
  %x = enigma.load %a[%c0] : !enigma.buffer<f32, device, read>
  %m = enigma.fmax %lowest, %x : f32
  %d = arith.subf %lowest, %m : f32
  %scale = enigma.exp %d : f32
  enigma.store %scale, %out[%c0] : !enigma.buffer<f32, device, write>
  enigma.return
}
