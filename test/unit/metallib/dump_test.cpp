// The reports of metallib-dump, on a library whose one module our own writer
// made.
#include "enigma/air/BitcodeWriter.h"
#include "enigma/metallib/Describe.h"
#include "enigma/metallib/Dump.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include <catch2/catch.hpp>

using namespace enigma::metallib;

namespace {

const char *const moduleText = R"(
define void @k(ptr addrspace(1) %a, ptr addrspace(2) %s, ptr addrspace(3) %t, i32 %i) {
  ret void
}
!air.kernel = !{!0}
!0 = !{ptr @k, !1, !2}
!1 = !{}
!2 = !{!3, !4, !5, !6}
!3 = !{i32 0, !"air.function_constant", !9, !"air.buffer", !"air.location_index", i32 7, i32 1, !"air.read", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"a", !"air.arg_unused"}
!4 = !{i32 1, !"air.buffer", !"air.buffer_size", i32 24, !"air.location_index", i32 2, i32 1, !"air.read", !"air.address_space", i32 2, !"air.struct_type_info", !7, !"air.arg_type_size", i32 24, !"air.arg_type_align_size", i32 8, !"air.arg_type_name", !"S", !"air.arg_name", !"s"}
!5 = !{i32 2, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 3, !"air.arg_type_size", i32 2, !"air.arg_type_align_size", i32 2, !"air.arg_type_name", !"half", !"air.arg_name", !"t"}
!6 = !{i32 3, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"i"}
!7 = !{i32 0, i32 4, i32 3, !"int", !"n", i32 16, i32 8, i32 0, !"T", !"inner", !"air.struct_type_info", !8}
!8 = !{i32 0, i32 8, i32 0, !"ulong", !"x"}
!9 = !{i32 0, !"bool", !"has_a"}
)";

Library makeLibrary() {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(moduleText, diagnostic, context);
  INFO(diagnostic.getMessage().str());
  REQUIRE(module);
  const enigma::Target &target = *enigma::findTarget("macos15");
  auto bytes = enigma::air::emitAIR(*module, target);
  if (!bytes)
    FAIL(llvm::toString(bytes.takeError()));
  Library library;
  library.header = Header::forTarget(target);
  Function function;
  function.name = "k";
  function.air = target.air;
  function.msl = target.msl;
  function.module = *bytes;
  function.hash = function.computeHash();
  function.constants = {{"n", 0x22, 3, true}};
  library.functions.push_back(function);
  return library;
}

std::string text(const Library &library) {
  std::string result;
  llvm::raw_string_ostream out(result);
  llvm::Error error = dumpText(library, "k.metallib", out);
  CHECK_FALSE(bool(error));
  return result;
}

} // namespace

TEST_CASE("arguments are decoded from the metadata", "[metallib]") {
  auto description = describe(makeLibrary().functions[0]);
  REQUIRE(bool(description));
  CHECK(description->triple == "air64-apple-macosx15.0.0");
  REQUIRE(description->arguments.size() == 4);
  const Argument &a = description->arguments[0];
  CHECK(a.kind == "buffer");
  CHECK(a.location == 7);
  CHECK(a.addressSpace == "device");
  CHECK(a.access == "read");
  CHECK(a.unused);
  CHECK(a.functionConstant == "has_a");
  const Argument &s = description->arguments[1];
  CHECK(s.bufferSize == 24);
  CHECK(s.addressSpace == "constant");
  REQUIRE(s.members.size() == 2);
  CHECK(s.members[0].arrayLength == 3);
  CHECK(s.members[1].offset == 16);
  REQUIRE(s.members[1].members.size() == 1);
  CHECK(s.members[1].members[0].type == "ulong");
  const Argument &i = description->arguments[3];
  CHECK(i.kind == "thread_position_in_grid");
  CHECK(i.type == "uint");
  CHECK_FALSE(i.location);
}

TEST_CASE("the summary reads as Metal declares it", "[metallib]") {
  std::string report = text(makeLibrary());
  INFO(report);
  for (const char *line :
       {"k.metallib: metallib 1.2.8, executable for macOS 15.0, 1 function\n",
        "kernel k\n  AIR 2.7, Metal 3.2, air64-apple-macosx15.0.0\n",
        "(matches)", "uint2 n [[function_constant(3)]]\n",
        "device const float *a [[buffer(7)]]  read, if has_a, unused\n",
        "constant S &s [[buffer(2)]]  read, 24 bytes\n        0 int n[3]\n",
        "threadgroup half *t [[threadgroup(0)]]  read_write\n",
        "uint i [[thread_position_in_grid]]\n"})
    CHECK(report.find(line) != std::string::npos);
}

TEST_CASE("the JSON report has the keys of the contract", "[metallib]") {
  std::string report;
  llvm::raw_string_ostream out(report);
  CHECK_FALSE(bool(dumpJSON(makeLibrary(), "k.metallib", out)));
  INFO(report);
  auto parsed = llvm::json::parse(report);
  REQUIRE(bool(parsed));
  const llvm::json::Object &root = *parsed->getAsObject();
  CHECK(root.getString("schema") == "enigma-metallib-dump/1");
  for (const char *key : {"file", "format", "type", "platform", "os"})
    CHECK(root.getString(key));
  const llvm::json::Object &function =
      *(*root.getArray("functions"))[0].getAsObject();
  for (const char *key : {"name", "type", "air", "msl", "triple", "hash"})
    CHECK(function.getString(key));
  CHECK(function.getInteger("size"));
  CHECK(function.getBoolean("hash_ok") == true);
  CHECK(function.getArray("arguments")->size() == 4);
  CHECK(function.getArray("function_constants")->size() == 1);
}

TEST_CASE("a damaged module is described as far as it goes", "[metallib]") {
  Library library = makeLibrary();
  library.functions[0].module[100] ^= 1;
  std::string report;
  llvm::raw_string_ostream out(report);
  llvm::Error error = dumpText(library, "k.metallib", out);
  CHECK(llvm::toString(std::move(error)) ==
        "function k: the module does not match its hash");
  CHECK(report.find("(DOES NOT MATCH)") != std::string::npos);
  // Bitcode that never was any, with a hash that fits.
  library.functions[0].module.assign(64, 0x5a);
  library.functions[0].hash = library.functions[0].computeHash();
  CHECK(llvm::toString(dumpText(library, "k.metallib", llvm::nulls()))
            .find("function k: bitcode: ") == 0);
  CHECK_FALSE(llvm::toString(dumpDisassembly(library, llvm::nulls())).empty());
}

TEST_CASE("modules are extracted under safe names", "[metallib]") {
  Library library = makeLibrary();
  library.functions.push_back(library.functions[0]);
  library.functions[1].name = "../k";
  library.functions.push_back(library.functions[0]);
  llvm::SmallString<128> folder;
  REQUIRE_FALSE(llvm::sys::fs::createUniqueDirectory("enigma-extract", folder));
  CHECK_FALSE(bool(extractModules(library, folder)));
  for (const char *name : {"/k.air", "/.._k.air", "/k.2.air"}) {
    auto file = llvm::MemoryBuffer::getFile(folder + name);
    REQUIRE(bool(file));
    CHECK((*file)->getBufferSize() == library.functions[0].module.size());
  }
  llvm::sys::fs::remove_directories(folder);
}
