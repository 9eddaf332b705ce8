// Debugging ops round trip and stay, used or not (EnigmaDebug.td).
// RUN: enigma-opt %s | enigma-opt -canonicalize -cse | FileCheck %s

// CHECK-LABEL: enigma.kernel @says
enigma.kernel @says(%x: !enigma.scalar<f32>, %n: !enigma.scalar<ui32>, %b: !enigma.scalar<i1>) fast {
  // CHECK: %[[X:.+]] = enigma.load_scalar %x
  // CHECK: %[[N:.+]] = enigma.load_scalar %n
  // CHECK: %[[B:.+]] = enigma.load_scalar %b
  %0 = enigma.load_scalar %x : !enigma.scalar<f32>
  %1 = enigma.load_scalar %n : !enigma.scalar<ui32>
  %2 = enigma.load_scalar %b : !enigma.scalar<i1>
  // CHECK-NEXT: enigma.device_print "here"
  // CHECK-NEXT: enigma.device_print "here"
  // CHECK-NEXT: enigma.device_print "{{[{][{]}}x{{[}][}]}} is {:.3f}, n {:x}, b {}" (%[[X]], %[[N]], %[[B]] : f32, ui32, i1)
  // CHECK-NEXT: enigma.device_assert %[[B]], "b holds"
  enigma.device_print "here"
  enigma.device_print "here"
  enigma.device_print "{{x}} is {:.3f}, n {:x}, b {}" (%0, %1, %2 : f32, ui32, i1)
  enigma.device_assert %2, "b holds"
  enigma.return
}
