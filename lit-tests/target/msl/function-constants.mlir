// Function constants stand at file scope, once, with a second constant for a default (MSL section 5.8).
// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK: using namespace metal;
// CHECK-EMPTY:
// CHECK-NEXT: constant uint n {{\[\[}}function_constant(0)]];
// CHECK-NEXT: constant float gain {{\[\[}}function_constant(1)]];
// CHECK-NEXT: constant float gain_value_2 = is_function_constant_defined(gain) ? gain : 1.5f;
// CHECK-NEXT: constant bool flag {{\[\[}}function_constant(2)]];
// CHECK-NEXT: constant bool flag_value = is_function_constant_defined(flag) ? flag : true;
// CHECK-NEXT: constant char low {{\[\[}}function_constant(3)]];
// CHECK-NEXT: constant char low_value = is_function_constant_defined(low) ? low : char(-128);
// CHECK-NEXT: constant ulong mask {{\[\[}}function_constant(4)]];
// CHECK-NEXT: constant ulong mask_value = is_function_constant_defined(mask) ? mask : 18446744073709551615ul;
// A name of Metal's own, and one that the default of another would take.
// CHECK-NEXT: constant int half_ {{\[\[}}function_constant(5)]];
// CHECK-NEXT: constant int gain_value {{\[\[}}function_constant(6)]];
// CHECK-NOT: unused
enigma.function_constant @n index 0 : ui32
enigma.function_constant @gain index 1 : f32 default 1.5
enigma.function_constant @flag index 2 : i1 default true
enigma.function_constant @low index 3 : si8 default -128
enigma.function_constant @mask index 4 : ui64 default 18446744073709551615
enigma.function_constant @half index 5 : si32
enigma.function_constant @gain_value index 6 : si32
enigma.function_constant @unused index 7 : si32

// A parameter with the name of a constant that the kernel reads gives way.
// CHECK: kernel void first(
// CHECK-NEXT: device float* n_2
// CHECK: if (flag_value)
// CHECK-NEXT: n_2[n] = gain_value_2;
enigma.kernel @first(%n: !enigma.buffer<f32, device>) fast {
  %0 = enigma.get_function_constant @n : ui32
  %1 = enigma.get_function_constant @gain : f32
  %2 = enigma.get_function_constant @flag : i1
  %at = arith.index_castui %0 : i32 to index
  scf.if %2 {
    enigma.store %1, %n[%at] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// One that it does not read may be hidden.
// CHECK: kernel void second(
// CHECK-NEXT: device int* n {{\[\[}}buffer(0)]],
// CHECK-NEXT: device char* low {{\[\[}}buffer(1)]],
// CHECK-NEXT: device ulong* m {{\[\[}}buffer(2)]]
// CHECK: n[0] = half_ < gain_value ? half_ : gain_value;
// CHECK: low[0] = low_value;
// CHECK: m[0] = mask_value;
enigma.kernel @second(%n: !enigma.buffer<si32, device>, %low: !enigma.buffer<si8, device>, %m: !enigma.buffer<ui64, device>) fast {
  %c0 = arith.constant 0 : index
  %0 = enigma.get_function_constant @half : si32
  %1 = enigma.get_function_constant @gain_value : si32
  %2 = arith.cmpi slt, %0, %1 : i32
  %3 = arith.select %2, %0, %1 : i32
  enigma.store %3, %n[%c0] : !enigma.buffer<si32, device>
  %4 = enigma.get_function_constant @low : si8
  enigma.store %4, %low[%c0] : !enigma.buffer<si8, device>
  %5 = enigma.get_function_constant @mask : ui64
  enigma.store %5, %m[%c0] : !enigma.buffer<ui64, device>
  enigma.return
}
