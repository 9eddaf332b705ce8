// --check-air says nothing about what we write, and one line per record about what it should not be.
// RUN: enigma-translate --mlir-to-llvmir --target=macos13 %s | enigma-translate --llvmir-to-air -o %t.13.air
// RUN: enigma-translate --check-air %t.13.air | count 0
// RUN: enigma-translate --air-to-metallib %t.13.air -o %t.13.metallib
// RUN: enigma-translate --check-air %t.13.metallib | count 0
// RUN: enigma-translate --mlir-to-llvmir --target=macos26 -O0 %s | enigma-translate --llvmir-to-air -o %t.26.air
// RUN: enigma-translate --check-air %t.26.air | count 0

// The same module as LLVM 22 writes it.
// RUN: enigma-translate --mlir-to-llvmir --target=macos14 %s > %t.ll
// RUN: llvm-as %t.ll -o %t.bc
// RUN: not enigma-translate --check-air %t.bc | FileCheck %s

// Debug information, and what Apple's debug builds do not say.
// RUN: enigma-translate --mlir-to-llvmir -g --target=macos14 %s -o %t.g.ll
// RUN: enigma-translate --llvmir-to-air %t.g.ll -o %t.g.air
// RUN: enigma-translate --check-air %t.g.air | count 0
// RUN: sed -e 's/"Dwarf Version", i32 4/"Dwarf Version", i32 5/' %t.g.ll | enigma-translate --llvmir-to-air -o %t.5.air
// RUN: not enigma-translate --check-air %t.5.air | FileCheck %s --check-prefix=DWARF
// DWARF: !llvm.module.flags: 'Dwarf Version' differs from Apple's
// RUN: sed -e s/macosx14/macosx13/ -e 's/i32 2, i32 6, i32 0/i32 2, i32 5, i32 0/' %t.g.ll > %t.g13.ll
// RUN: llvm-as %t.g13.ll -o %t.g13.bc
// RUN: not enigma-translate --check-air %t.g13.bc | FileCheck %s --check-prefix=EARLY
// EARLY: !llvm.dbg.cu: debug information before AIR 2.6

// In a library each line begins with the function's name.
// RUN: sed -e s/max_samplers/max_sampler/ %t.ll | enigma-translate --llvmir-to-air -o %t.bad.air
// RUN: enigma-translate --air-to-metallib %t.bad.air -o %t.bad.metallib
// RUN: not enigma-translate --check-air %t.bad.metallib | FileCheck %s --check-prefix=LIBRARY

// RUN: echo text > %t.txt
// RUN: not enigma-translate --check-air %t.txt | FileCheck %s --check-prefix=TEXT

// CHECK: MODULE_BLOCK/TYPE_BLOCK[{{[0-9]+}}]: an opaque pointer
// CHECK: MODULE_BLOCK/FUNCTION[{{[0-9]+}}]: 'air.atomic.global.add.u.i32' is i32(ptr*1,i32,i32,i32,i1); AIR has i32(i32*1,i32,i32,i32,i1)
// LIBRARY: k: !llvm.module.flags: 'air.max_sampler' where Apple has 'air.max_samplers'
// TEXT: FILE: is no bitcode

enigma.kernel @k(%sum: !enigma.buffer<ui32, device, read_write>) {
  %zero = arith.constant 0 : index
  %i = enigma.thread_position_in_grid x
  %0 = enigma.atomic_rmw add relaxed %i, %sum[%zero] : !enigma.buffer<ui32, device, read_write>
  enigma.barrier mem_device
  enigma.return
}
