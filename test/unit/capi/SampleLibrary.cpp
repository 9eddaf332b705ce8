// A metallib made for the tests of the C interface.
#include "SampleLibrary.h"
#include "enigma/metallib/Library.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include <catch2/catch.hpp>

using namespace enigma;

static const char *scaleText = R"(
target triple = "air64-apple-macosx14.0.0"
@init = internal addrspace(2) externally_initialized constant i32 undef, section "air.fc_initializer"
@bias = internal addrspace(2) global i32 undef
@llvm.global_ctors = appending global [1 x {i32, ptr, ptr}] [{i32, ptr, ptr} {i32 65535, ptr @ctor, ptr null}]
define internal void @ctor() section "air.static_init" {
  %v = load i32, ptr addrspace(2) @init
  store i32 %v, ptr addrspace(2) @bias
  ret void
}
define void @scale(ptr addrspace(1) %values, ptr addrspace(2) %factor, i32 %i) {
  %at = getelementptr float, ptr addrspace(1) %values, i32 %i
  %old = load float, ptr addrspace(1) %at
  %f = load float, ptr addrspace(2) %factor
  %b = load i32, ptr addrspace(2) @bias
  %bf = sitofp i32 %b to float
  %scaled = fmul float %old, %f
  %new = fadd float %scaled, %bf
  store float %new, ptr addrspace(1) %at
  ret void
}
!air.kernel = !{!0}
!air.function_constants = !{!50}
!0 = !{ptr @scale, !1, !2}
!1 = !{}
!2 = !{!10, !11, !12}
!10 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"values"}
!11 = !{i32 1, !"air.buffer", !"air.buffer_size", i32 4, !"air.location_index", i32 1, i32 1, !"air.read", !"air.address_space", i32 2, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"factor"}
!12 = !{i32 2, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"i"}
!50 = !{ptr addrspace(2) @init, !"int", !"bias", i32 3, i1 true}
)";

static const char *reverseText = R"(
target triple = "air64-apple-macosx14.0.0"
declare void @air.wg.barrier(i32, i32)
define void @reverse(ptr addrspace(1) %values, ptr addrspace(3) %scratch, i32 %i, i32 %t, i32 %n) {
  %at = getelementptr i32, ptr addrspace(1) %values, i32 %i
  %old = load i32, ptr addrspace(1) %at
  %own = getelementptr i32, ptr addrspace(3) %scratch, i32 %t
  store i32 %old, ptr addrspace(3) %own
  call void @air.wg.barrier(i32 2, i32 1)
  %last = sub i32 %n, 1
  %mirror = sub i32 %last, %t
  %other = getelementptr i32, ptr addrspace(3) %scratch, i32 %mirror
  %new = load i32, ptr addrspace(3) %other
  store i32 %new, ptr addrspace(1) %at
  ret void
}
!air.kernel = !{!0}
!0 = !{ptr @reverse, !1, !2, !3}
!1 = !{}
!2 = !{!10, !11, !12, !13, !14}
!3 = !{!"air.max_work_group_size", i32 64}
!10 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"int", !"air.arg_name", !"values"}
!11 = !{i32 1, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 3, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"int", !"air.arg_name", !"scratch"}
!12 = !{i32 2, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"i"}
!13 = !{i32 3, !"air.thread_position_in_threadgroup", !"air.arg_type_name", !"uint", !"air.arg_name", !"t"}
!14 = !{i32 4, !"air.threads_per_threadgroup", !"air.arg_type_name", !"uint", !"air.arg_name", !"n"}
)";

static metallib::Function assemble(const char *name, const char *text) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  if (!module)
    FAIL(name << ": " << diagnostic.getMessage().str());
  llvm::SmallVector<char, 0> bitcode;
  llvm::BitcodeWriter writer(bitcode);
  writer.writeModule(*module);
  writer.writeSymtab();
  writer.writeStrtab();
  metallib::Function function;
  function.name = name;
  function.air = {2, 6};
  function.msl = {3, 1};
  function.module.assign(bitcode.begin(), bitcode.end());
  return function;
}

std::vector<uint8_t> sampleLibrary() {
  metallib::Library library;
  library.header = metallib::Header::forTarget(*findTarget("macos14"));
  library.functions.push_back(assemble("scale", scaleText));
  library.functions.push_back(assemble("reverse", reverseText));
  return llvm::cantFail(metallib::writeLibrary(library));
}
