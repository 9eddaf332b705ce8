// -g: places, scopes and variables; without it nothing of them.
// RUN: enigma-translate --mlir-to-llvmir -g -O0 --split-input-file %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O0 --split-input-file %s | FileCheck %s --check-prefix=PLAIN
// RUN: enigma-translate --mlir-to-llvmir -g -O2 --target=macos26 %s -o %t.26.ll --split-input-file
// RUN: FileCheck %s --check-prefix=METAL < %t.26.ll

// PLAIN-NOT: !dbg
// PLAIN-NOT: DICompileUnit
// PLAIN-NOT: Dwarf Version

// CHECK: define void @named({{.*}} !dbg [[KERNEL:![0-9]+]]
// CHECK: #dbg_value(ptr addrspace(1) %0, [[A:![0-9]+]], !DIExpression(), [[HEAD:![0-9]+]])
// CHECK: #dbg_value(ptr addrspace(2) %1, [[N:![0-9]+]], !DIExpression(), [[HEAD]])
// CHECK: #dbg_value(i32 %{{[0-9]+}}, [[I:![0-9]+]], !DIExpression(), [[I_PLACE:![0-9]+]])
// CHECK: load <3 x half>, {{.*}} !dbg [[LOAD:![0-9]+]]
// CHECK: #dbg_value(<3 x half> %{{[0-9]+}}, [[V:![0-9]+]], !DIExpression(), [[LOAD]])
// CHECK: fadd {{.*}} !dbg [[INLINED:![0-9]+]]
// CHECK: fmul {{.*}} !dbg [[OTHER:![0-9]+]]
// CHECK: store <3 x half> {{.*}} !dbg [[NOWHERE:![0-9]+]]
enigma.kernel @named(%A: !enigma.buffer<vector<3xf16>, device>, %n: !enigma.scalar<si16>) {
  %i = enigma.thread_position_in_grid x loc("i"("k.py":4:9 to :30))
  %at = arith.index_castui %i : i32 to index loc("k.py":5:9 to :13)
  %v = enigma.load %A[%at] : !enigma.buffer<vector<3xf16>, device> loc("v"("k.py":5:9 to :13))
  // Of the names inside an inlined function none is the kernel's.
  %t = arith.addf %v, %v : vector<3xf16> loc("t"(callsite(fused<"twice">["lib/h.py":3:12 to :17] at "k.py":6:9 to :17)))
  %u = arith.mulf %t, %v : vector<3xf16> loc("other.py":8:1 to :2)
  enigma.store %u, %A[%at] : !enigma.buffer<vector<3xf16>, device> loc(unknown)
  enigma.return loc("k.py":3:1 to :2)
} loc("k.py":3:1 to :2)

// CHECK: !llvm.dbg.cu = !{[[UNIT:![0-9]+]]}
// CHECK: [[UNIT]] = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: [[FILE:![0-9]+]], producer: "enigmac {{[0-9.]+}}", isOptimized: false, runtimeVersion: 0, emissionKind: FullDebug, splitDebugInlining: false, nameTableKind: None)
// CHECK: [[FILE]] = !DIFile(filename: "k.py", directory: "")
// CHECK: {i32 2, !"SDK Version"
// CHECK-NEXT: {i32 7, !"Dwarf Version", i32 4}
// CHECK-NEXT: {i32 2, !"Debug Info Version", i32 3}
// CHECK-NEXT: {i32 1, !"wchar_size", i32 4}
// CHECK-DAG: [[KERNEL]] = distinct !DISubprogram(name: "named", linkageName: "named", scope: [[FILE]], file: [[FILE]], line: 3, {{.*}} spFlags: DISPFlagDefinition, unit: [[UNIT]])
// CHECK-DAG: [[A]] = !DILocalVariable(name: "A", arg: 1, scope: [[KERNEL]], file: [[FILE]], line: 3, type: [[POINTER:![0-9]+]])
// CHECK-DAG: [[POINTER]] = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: [[HALF3:![0-9]+]], size: 64)
// CHECK-DAG: [[HALF3]] = !DICompositeType(tag: DW_TAG_array_type, name: "half3", baseType: [[HALF:![0-9]+]], size: 64, flags: DIFlagVector, elements: [[LANES:![0-9]+]])
// CHECK-DAG: [[HALF]] = !DIBasicType(name: "half", size: 16, encoding: DW_ATE_float)
// CHECK-DAG: [[N]] = !DILocalVariable(name: "n", arg: 2, {{.*}} type: [[REFERENCE:![0-9]+]])
// CHECK-DAG: [[REFERENCE]] = !DIDerivedType(tag: DW_TAG_reference_type, baseType: [[SHORT:![0-9]+]], size: 64)
// CHECK-DAG: [[SHORT]] = !DIBasicType(name: "short", size: 16, encoding: DW_ATE_signed)
// CHECK-DAG: [[I]] = !DILocalVariable(name: "i", scope: [[KERNEL]], file: [[FILE]], line: 4, type: [[UINT:![0-9]+]])
// CHECK-DAG: [[UINT]] = !DIBasicType(name: "uint", size: 32, encoding: DW_ATE_unsigned)
// CHECK-DAG: [[I_PLACE]] = !DILocation(line: 4, column: 9, scope: [[KERNEL]])
// CHECK-DAG: [[V]] = !DILocalVariable(name: "v", {{.*}} line: 5, type: [[HALF3]])
// CHECK-DAG: [[INLINED]] = !DILocation(line: 3, column: 12, scope: [[TWICE:![0-9]+]], inlinedAt: [[SITE:![0-9]+]])
// CHECK-DAG: [[TWICE]] = distinct !DISubprogram(name: "twice", scope: [[HELPERS:![0-9]+]], file: [[HELPERS]], type:
// CHECK-DAG: [[HELPERS]] = !DIFile(filename: "lib/h.py", directory: "")
// CHECK-DAG: [[SITE]] = !DILocation(line: 6, column: 9, scope: [[KERNEL]])
// CHECK-DAG: [[OTHER]] = !DILocation(line: 8, column: 1, scope: [[BLOCK:![0-9]+]])
// CHECK-DAG: [[BLOCK]] = distinct !DILexicalBlockFile(scope: [[KERNEL]], file: [[OTHER_FILE:![0-9]+]], discriminator: 0)
// CHECK-DAG: [[OTHER_FILE]] = !DIFile(filename: "other.py", directory: "")
// CHECK-DAG: [[NOWHERE]] = !DILocation(line: 0, scope: [[KERNEL]])
// CHECK-NOT: !DILocalVariable(name: "t"

// METAL: DICompileUnit(language: DW_LANG_Metal, {{.*}} isOptimized: true

// -----

// Of an absolute path only the last part is in the output. An integer has the signedness of what it is made of; of one
// that has none nothing is said.
// CHECK-LABEL: define void @integers(
// CHECK-NOT: #dbg_value(i32 0
// CHECK: phi i32 {{.*}} !dbg
// CHECK: #dbg_value(i32 %{{[0-9]+}}, [[SUM:![0-9]+]],
// CHECK-NOT: /abs
// CHECK-DAG: !DIFile(filename: "far.py", directory: "")
// CHECK-DAG: [[SUM]] = !DILocalVariable(name: "sum", {{.*}} line: 4, type: [[INT:![0-9]+]])
// CHECK-DAG: [[INT]] = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
// CHECK-NOT: !DILocalVariable(name: "unsure"
enigma.kernel @integers(%A: !enigma.buffer<si32, device>) {
  %at = arith.constant 0 : index loc("/abs/far.py":2:1 to :2)
  %c0 = arith.constant 0 : i32 loc("unsure"("/abs/far.py":2:1 to :2))
  %c1 = arith.constant 1 : i32 loc("/abs/far.py":2:1 to :2)
  %n = enigma.load %A[%at] : !enigma.buffer<si32, device> loc("/abs/far.py":2:1 to :2)
  %end = scf.for %k = %c0 to %n step %c1 iter_args(%carried = %n) -> (i32) : i32 {
    %sum = arith.addi %c1, %carried : i32 loc("sum"("/abs/far.py":4:1 to :2))
    scf.yield %sum : i32 loc("/abs/far.py":4:1 to :2)
  } loc("/abs/far.py":3:1 to :2)
  enigma.store %end, %A[%at] : !enigma.buffer<si32, device> loc("/abs/far.py":5:1 to :2)
  enigma.return loc("/abs/far.py":1:1 to :2)
} loc("/abs/far.py":1:1 to :2)
