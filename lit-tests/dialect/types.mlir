// Buffer and scalar types of every element, space, access and shape.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @elements(
enigma.kernel @elements(
    // CHECK-SAME: %f32: !enigma.buffer<f32, device>
    %f32: !enigma.buffer<f32, device>,
    // CHECK-SAME: %f16: !enigma.buffer<f16, device>
    %f16: !enigma.buffer<f16, device>,
    // CHECK-SAME: %bf16: !enigma.buffer<bf16, device>
    %bf16: !enigma.buffer<bf16, device>,
    // CHECK-SAME: %b1: !enigma.buffer<i1, device>
    %b1: !enigma.buffer<i1, device>,
    // CHECK-SAME: %i8: !enigma.buffer<si8, device>
    %i8: !enigma.buffer<si8, device>,
    // CHECK-SAME: %u8: !enigma.buffer<ui8, device>
    %u8: !enigma.buffer<ui8, device>,
    // CHECK-SAME: %i16: !enigma.buffer<si16, device>
    %i16: !enigma.buffer<si16, device>,
    // CHECK-SAME: %u16: !enigma.buffer<ui16, device>
    %u16: !enigma.buffer<ui16, device>,
    // CHECK-SAME: %i32: !enigma.buffer<si32, device>
    %i32: !enigma.buffer<si32, device>,
    // CHECK-SAME: %u32: !enigma.buffer<ui32, device>
    %u32: !enigma.buffer<ui32, device>,
    // CHECK-SAME: %i64: !enigma.buffer<si64, device>
    %i64: !enigma.buffer<si64, device>,
    // CHECK-SAME: %u64: !enigma.buffer<ui64, device>
    %u64: !enigma.buffer<ui64, device>,
    // CHECK-SAME: %v2: !enigma.buffer<vector<2xf16>, device>
    %v2: !enigma.buffer<vector<2xf16>, device>,
    // CHECK-SAME: %v3: !enigma.buffer<vector<3xsi32>, device>
    %v3: !enigma.buffer<vector<3xsi32>, device>,
    // CHECK-SAME: %v4: !enigma.buffer<vector<4xui8>, device>
    %v4: !enigma.buffer<vector<4xui8>, device>,
    // CHECK-SAME: %s: !enigma.scalar<ui32>
    %s: !enigma.scalar<ui32>,
    // CHECK-SAME: %sv: !enigma.scalar<vector<4xf32>>
    %sv: !enigma.scalar<vector<4xf32>>) fast {
  enigma.return
}

// CHECK-LABEL: enigma.kernel @spaces(
enigma.kernel @spaces(
    // CHECK-SAME: %r: !enigma.buffer<f32, device, read>
    %r: !enigma.buffer<f32, device, read>,
    // CHECK-SAME: %w: !enigma.buffer<f32, device, write>
    %w: !enigma.buffer<f32, device, write>,
    // CHECK-SAME: %rw: !enigma.buffer<f32, device, read_write>
    %rw: !enigma.buffer<f32, device, read_write>,
    // CHECK-SAME: %c: !enigma.buffer<f32, constant>
    %c: !enigma.buffer<f32, constant>,
    // CHECK-SAME: %cr: !enigma.buffer<f32, constant, read>
    %cr: !enigma.buffer<f32, constant, read>,
    // CHECK-SAME: %s1: !enigma.buffer<f32, device, 7>
    %s1: !enigma.buffer<f32, device, 7>,
    // CHECK-SAME: %s3: !enigma.buffer<f32, device, read, 2x3x4>
    %s3: !enigma.buffer<f32, device, read, 2x3x4>) fast {
  // CHECK: enigma.threadgroup_alloc : !enigma.buffer<vector<2xf32>, threadgroup, 16x17>
  %0 = enigma.threadgroup_alloc : !enigma.buffer<vector<2xf32>, threadgroup, 16x17>
  enigma.return
}
