// Launches round trip, and are no part of the Metal source (EnigmaLaunch.td).
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-translate --mlir-to-msl %s | FileCheck %s --check-prefix=MSL

// MSL: kernel void k(
// MSL-NOT: heat
enigma.kernel @k(%A: !enigma.buffer<f32, device, read, 8>, %B: !enigma.buffer<f32, device, write, 8>, %n: !enigma.scalar<ui32>) fast {
  enigma.return
}

// CHECK: enigma.launch @k of "heat" ["U", "V", "n"] intermediates ["V"] grid [1024, 1, 1] block [256, 1, 1]
enigma.launch @k of "heat" ["U", "V", "n"] intermediates ["V"] grid [1024, 1, 1] block [256, 1, 1]
// CHECK-NEXT: enigma.launch @k of "heat" ["V", "U", "n"]{{$}}
enigma.launch @k of "heat" ["V", "U", "n"]
