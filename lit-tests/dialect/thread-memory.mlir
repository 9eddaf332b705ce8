// Memory of one thread: syntax, where it may stand, its effects.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --canonicalize --cse | FileCheck %s --check-prefix=OPT

// CHECK-LABEL: enigma.kernel @registers(
// OPT-LABEL: enigma.kernel @registers(
enigma.kernel @registers(%A: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.0 : f32
  // CHECK: %acc = enigma.thread_alloc "acc" : !enigma.buffer<f32, thread, 2x3>
  %acc = enigma.thread_alloc "acc" : !enigma.buffer<f32, thread, 2x3>
  // OPT-NOT: enigma.thread_alloc "unused"
  %unused = enigma.thread_alloc "unused" : !enigma.buffer<f32, thread, 4>
  // OPT: enigma.load %acc[%c0, %c1]
  // OPT: enigma.store %{{.*}}, %acc[%c0, %c1]
  // OPT: %[[AFTER:.*]] = enigma.load %acc[%c0, %c1]
  // OPT: enigma.store %[[AFTER]], %A
  %0 = enigma.load %acc[%c0, %c1] : !enigma.buffer<f32, thread, 2x3>
  enigma.store %x, %acc[%c0, %c1] : !enigma.buffer<f32, thread, 2x3>
  %1 = enigma.load %acc[%c0, %c1] : !enigma.buffer<f32, thread, 2x3>
  %2 = arith.addf %0, %1 : f32
  enigma.store %1, %A[%c0] : !enigma.buffer<f32, device>
  enigma.store %2, %A[%c1] : !enigma.buffer<f32, device>
  %yes = arith.constant true
  scf.if %yes {
    // CHECK: enigma.thread_alloc : !enigma.buffer<i1, thread, 4>
    %inner = enigma.thread_alloc : !enigma.buffer<i1, thread, 4>
    enigma.store %yes, %inner[%c0] : !enigma.buffer<i1, thread, 4>
  }
  enigma.return
}
