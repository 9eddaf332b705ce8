// Debugging calls are the CPU device's own, described by metadata of their own; nothing moves across an assertion.
// RUN: enigma-translate --mlir-to-llvmir %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir %s | llvm-as -o /dev/null

// CHECK: define void @says({{.*}} [[KERNEL:#[0-9]+]]
// CHECK: call void @enigma.device_assert(i1 {{%.+}}, i32 0)
// CHECK: load i32, ptr addrspace(1)
// CHECK: call void @enigma.device_print.value(i64 {{%.+}})
// CHECK: call void @enigma.device_print.value(i64 {{%.+}})
// CHECK: call void @enigma.device_print(i32 1)
// CHECK: declare void @enigma.device_assert(i1, i32) local_unnamed_addr [[DECL:#[0-9]+]]
// CHECK-DAG: attributes [[KERNEL]] = { mustprogress nounwind willreturn "
// CHECK-DAG: attributes [[DECL]] = { nounwind }
// CHECK-DAG: !enigma.debug_sites = !{[[S0:![0-9]+]], [[S1:![0-9]+]]}
// CHECK-DAG: [[S0]] = !{ptr @says, i32 0, !"assert", !"inside", !"k.py", i32 7}
// CHECK-DAG: [[S1]] = !{ptr @says, i32 1, !"print", !"{} {:.2f}", !"k.py", i32 8, !"u32", !"f32"}
enigma.kernel @says(%a: !enigma.buffer<f32, device, read>, %n: !enigma.scalar<ui32>) fast {
  %i = enigma.thread_position_in_grid x
  %count = enigma.load_scalar %n : !enigma.scalar<ui32>
  %inside = arith.cmpi ult, %i, %count : i32
  enigma.device_assert %inside, "inside" loc("k.py":7:5)
  %at = arith.index_castui %i : i32 to index
  %x = enigma.load %a[%at] : !enigma.buffer<f32, device, read>
  enigma.device_print "{} {:.2f}" (%i, %x : ui32, f32) loc("k.py":8:5)
  enigma.return
}
