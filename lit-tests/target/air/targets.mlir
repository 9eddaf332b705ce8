// What the rows of the target table change (reference sections 2.2, 2.4 and 3.6).
// RUN: enigma-translate --mlir-to-llvmir --target=macos13 %s | FileCheck %s --check-prefix=MACOS13
// RUN: enigma-translate --mlir-to-llvmir --target=macos15 %s | FileCheck %s --check-prefix=MACOS15
// RUN: enigma-translate --mlir-to-llvmir --target=macos26 %s | FileCheck %s --check-prefix=MACOS26
// RUN: enigma-translate --mlir-to-llvmir --target=ios17 %s | FileCheck %s --check-prefix=IOS17
// RUN: enigma-translate --mlir-to-llvmir --target=ios26-simulator %s | FileCheck %s --check-prefix=IOSSIM
// RUN: not enigma-translate --mlir-to-llvmir --target=beos5 %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown target 'beos5'

enigma.kernel @k() {
  enigma.simd_barrier mem_none
  enigma.return
}

// MACOS13: target triple = "air64-apple-macosx13.0.0"
// MACOS13: call void @air.simdgroup.barrier(i32 0, i32 1)
// MACOS13: [2 x i32] [i32 13, i32 0]
// MACOS13-NOT: frame-pointer", i32 2
// MACOS13: !{i32 2, i32 5, i32 0}
// MACOS13: !{!"Metal", i32 3, i32 0, i32 0}

// MACOS15: target triple = "air64-apple-macosx15.0.0"
// MACOS15: call void @air.simdgroup.barrier(i32 0, i32 4)
// MACOS15: !{i32 7, !"frame-pointer", i32 2}
// MACOS15: !{i32 2, i32 7, i32 0}
// MACOS15: !{!"Metal", i32 3, i32 2, i32 0}

// MACOS26: target triple = "air64_v28-apple-macosx26.0.0"
// MACOS26: call void @air.simdgroup.barrier(i32 0, i32 4)
// MACOS26: !{i32 2, i32 8, i32 0}
// MACOS26: !{!"Metal", i32 4, i32 0, i32 0}

// IOS17: target triple = "air64-apple-ios17.0.0"
// IOS17: call void @air.simdgroup.barrier(i32 0, i32 1)
// IOS17: [2 x i32] [i32 17, i32 0]

// IOSSIM: target triple = "air64_v28-apple-ios26.0.0-simulator"
// IOSSIM: [2 x i32] [i32 26, i32 0]
// IOSSIM: !{i32 2, i32 8, i32 0}
