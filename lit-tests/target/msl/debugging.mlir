// Lines go to the log of Metal 3.2; before it a comment says what is left out (MSL section 6.19).
// RUN: enigma-translate --mlir-to-msl --no-comments --target=macos15 %s | FileCheck %s
// RUN: enigma-translate --mlir-to-msl --no-comments --target=macos14 %s | FileCheck %s --check-prefix=OLD

// CHECK: // Logs: compile with -fmetal-enable-logging.
// CHECK-NEXT: #include <metal_stdlib>
// CHECK-NEXT: #include <metal_logging>
// OLD-NOT: metal_logging
// OLD-NOT: os_log
enigma.kernel @says(%x: !enigma.scalar<f32>, %h: !enigma.scalar<f16>, %n: !enigma.scalar<ui8>, %l: !enigma.scalar<si64>, %b: !enigma.scalar<i1>) fast {
  %0 = enigma.load_scalar %x : !enigma.scalar<f32>
  %1 = enigma.load_scalar %h : !enigma.scalar<f16>
  %2 = enigma.load_scalar %n : !enigma.scalar<ui8>
  %3 = enigma.load_scalar %l : !enigma.scalar<si64>
  %4 = enigma.load_scalar %b : !enigma.scalar<i1>
  // CHECK: os_log_default.log("100%% \"done\" \\");
  // OLD: // left out, Metal 3.1 has no log: device_print "100% \"done\" \\".
  enigma.device_print "100% \"done\" \\"
  // CHECK-NEXT: os_log_default.log("{%g} %.3f %u %x %ld %d", x, float(h), n, n, l, int(b));
  // OLD-NEXT: // left out, Metal 3.1 has no log: device_print "{{[{][{]}}{}{{[}][}]}} {:.3f} {} {:x} {} {}".
  enigma.device_print "{{{}}} {:.3f} {} {:x} {} {}" (%0, %1, %2, %2, %3, %4 : f32, f16, ui8, ui8, si64, i1)
  // CHECK-NEXT: if (!b)
  // CHECK-NEXT: os_log_default.log_fault("assertion failed: 100%%");
  // OLD-NEXT: // left out, Metal 3.1 has no log: device_assert "100%".
  enigma.device_assert %4, "100%"
  enigma.return
}
