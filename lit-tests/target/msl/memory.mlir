// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void spaces(
// CHECK-NEXT: const device float* a {{\[\[}}buffer(0)]],
// CHECK-NEXT: device half* b {{\[\[}}buffer(1)]],
// CHECK-NEXT: constant uint* c {{\[\[}}buffer(2)]],
// CHECK-NEXT: constant short& d {{\[\[}}buffer(3)]]) {
enigma.kernel @spaces(%a: !enigma.buffer<f32, device, read>, %b: !enigma.buffer<f16, device, write>,
                      %c: !enigma.buffer<ui32, constant>, %d: !enigma.scalar<si16>) fast {
  enigma.return
}

// CHECK-LABEL: kernel void shaped(
enigma.kernel @shaped(%a: !enigma.buffer<f32, device, 8x100>, %b: !enigma.buffer<f32, device, 2x3x4>, %big: !enigma.buffer<f32, device, 65536x65536>) fast {
  // CHECK-NEXT: device float* a
  // CHECK: threadgroup float tile[16][17];
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 16x17>
  %x = enigma.thread_position_in_grid x
  %y = enigma.thread_position_in_grid y
  %xi = arith.index_castui %x : i32 to index
  %yi = arith.index_castui %y : i32 to index
  %c1 = arith.constant 1 : index
  // CHECK: tile[thread_position_in_grid.y][thread_position_in_grid.x] = a[thread_position_in_grid.y * 100 + thread_position_in_grid.x];
  %0 = enigma.load %a[%yi, %xi] : !enigma.buffer<f32, device, 8x100>
  enigma.store %0, %tile[%yi, %xi] : !enigma.buffer<f32, threadgroup, 16x17>
  // CHECK: b[12 + thread_position_in_grid.y * 4 + 1] = 0.0f;
  %zero = arith.constant 0.0 : f32
  enigma.store %zero, %b[%c1, %yi, %c1] : !enigma.buffer<f32, device, 2x3x4>
  // Where 32 bits do not reach, 64 do.
  // CHECK: big[ulong(thread_position_in_grid.y) * 65536 + ulong(thread_position_in_grid.x)] = 0.0f;
  enigma.store %zero, %big[%yi, %xi] : !enigma.buffer<f32, device, 65536x65536>
  // Index arithmetic is 64 bits wide.
  // CHECK: a[thread_position_in_grid.x + 1ul] = 0.0f;
  %next = arith.addi %xi, %c1 : index
  %c0 = arith.constant 0 : index
  enigma.store %zero, %a[%c0, %next] : !enigma.buffer<f32, device, 8x100>
  enigma.return
}
