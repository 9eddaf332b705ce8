// Function constants round trip, and reads of one constant are one value (EnigmaConstants.td).
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s -cse | FileCheck %s --check-prefix=CSE

// CHECK: enigma.function_constant @n index 0 : ui32
// CHECK-NEXT: enigma.function_constant @gain index 65535 : f32 default 1.500000e+00
// CHECK-NEXT: enigma.function_constant @flag index 2 : i1 default true
// CHECK-NEXT: enigma.function_constant @low index 3 : si8 default -128
// CHECK-NEXT: enigma.function_constant @mask index 4 : ui64 default 18446744073709551615
// CHECK-NEXT: enigma.function_constant @scale index 5 : bf16
enigma.function_constant @n index 0 : ui32
enigma.function_constant @gain index 65535 : f32 default 1.5
enigma.function_constant @flag index 2 : i1 default true
enigma.function_constant @low index 3 : si8 default -128
enigma.function_constant @mask index 4 : ui64 default 18446744073709551615
enigma.function_constant @scale index 5 : bf16

// CHECK-LABEL: enigma.kernel @reads
// CSE-LABEL: enigma.kernel @reads
enigma.kernel @reads(%out: !enigma.buffer<ui32, device>) fast {
  %c0 = arith.constant 0 : index
  // CHECK: %[[N:.+]] = enigma.get_function_constant @n : ui32
  // CHECK-NEXT: %[[AGAIN:.+]] = enigma.get_function_constant @n : ui32
  // CHECK-NEXT: arith.addi %[[N]], %[[AGAIN]] : i32
  // CSE: %[[N:.+]] = enigma.get_function_constant @n : ui32
  // CSE-NEXT: arith.addi %[[N]], %[[N]] : i32
  %0 = enigma.get_function_constant @n : ui32
  %1 = enigma.get_function_constant @n : ui32
  %2 = arith.addi %0, %1 : i32
  enigma.store %2, %out[%c0] : !enigma.buffer<ui32, device>
  enigma.return
}
