// Copies by a simdgroup.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @copies(
enigma.kernel @copies(%A: !enigma.buffer<f32, device, read>, %B: !enigma.buffer<f32, device, 8x8>) fast {
  %i = arith.constant 3 : index
  %row = arith.constant 8 : index
  %n = arith.constant 5 : i32
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 64>
  // CHECK: enigma.async_copy_1d %A[%c3] to %tile[%c8] count %c5_i32 : !enigma.buffer<f32, device, read> to !enigma.buffer<f32, threadgroup, 64>
  enigma.async_copy_1d %A[%i] to %tile[%row] count %n : !enigma.buffer<f32, device, read> to !enigma.buffer<f32, threadgroup, 64>
  // CHECK-NEXT: enigma.async_copy_wait
  enigma.async_copy_wait
  // CHECK-NEXT: enigma.async_copy_2d %tile[%c3] rows by %c8 to %B[%c8] rows by %c8 size %c5_i32, %c5_i32 : !enigma.buffer<f32, threadgroup, 64> to !enigma.buffer<f32, device, 8x8>
  enigma.async_copy_2d %tile[%i] rows by %row to %B[%row] rows by %row size %n, %n : !enigma.buffer<f32, threadgroup, 64> to !enigma.buffer<f32, device, 8x8>
  enigma.return
}
