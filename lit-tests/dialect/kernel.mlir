// Kernels: parameters, launch and math mode survive printing and parsing, also in generic form.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @empty() fast {
// CHECK-NEXT: enigma.return
enigma.kernel @empty() fast {
  enigma.return
}

// Fast math is the default and is always printed.
// CHECK-LABEL: enigma.kernel @default_math() fast {
enigma.kernel @default_math() {
  enigma.return
}

// CHECK-LABEL: enigma.kernel @precise() precise {
enigma.kernel @precise() precise {
  enigma.return
}

// CHECK-LABEL: enigma.kernel @full(%A: !enigma.buffer<f32, device, read>, %n: !enigma.scalar<ui32>)
// CHECK-SAME: python "add" grid [1024, 2, 3] block [256, 1, 1] max_threads 512 precise {
enigma.kernel @full(%A: !enigma.buffer<f32, device, read>, %n: !enigma.scalar<ui32>) python "add" grid [1024, 2, 3] block [256, 1, 1] max_threads 512 precise {
  enigma.return
}

// CHECK-LABEL: enigma.kernel @grid_only() grid [1, 1, 1] fast {
enigma.kernel @grid_only() grid [1, 1, 1] fast {
  enigma.return
}

// Plain parameter names are the SSA names and are not repeated.
// CHECK-LABEL: enigma.kernel @names(%_a: !enigma.buffer<f32, device>, %B9: !enigma.buffer<f32, device>) fast {
enigma.kernel @names(%_a: !enigma.buffer<f32, device>, %B9: !enigma.buffer<f32, device>) fast {
  enigma.return
}

// A name that is no identifier is kept in the attribute.
// CHECK-LABEL: enigma.kernel @odd_names(%arg0: !enigma.scalar<f32>, %n: !enigma.scalar<f32>) fast attributes {param_names = ["a.b", "n"]} {
enigma.kernel @odd_names(%x: !enigma.scalar<f32>, %y: !enigma.scalar<f32>) fast attributes {param_names = ["a.b", "n"]} {
  enigma.return
}

// CHECK-LABEL: enigma.kernel @numbered(%arg0: !enigma.scalar<f32>) fast attributes {param_names = ["0"]} {
enigma.kernel @numbered(%0: !enigma.scalar<f32>) fast {
  enigma.return
}

// The name of a parameter wins over the names that ops suggest.
// CHECK-LABEL: enigma.kernel @taken(%thread_index_in_simdgroup: !enigma.scalar<f32>) fast {
// CHECK-NEXT: %[[LANE:thread_index_in_simdgroup_[0-9]+]] = enigma.thread_index_in_simdgroup
enigma.kernel @taken(%thread_index_in_simdgroup: !enigma.scalar<f32>) fast {
  %0 = enigma.thread_index_in_simdgroup
  enigma.return
}

// CHECK-LABEL: enigma.kernel @attributes() fast attributes {note = "kept"} {
enigma.kernel @attributes() fast attributes {note = "kept"} {
  enigma.return
}
