// The reports of metallib-dump: on a library whose one module our own writer
// made, on graphics functions, on two libraries that differ.
#include "ModuleReader.h"
#include "enigma/air/BitcodeWriter.h"
#include "enigma/metallib/Describe.h"
#include "enigma/metallib/Diff.h"
#include "enigma/metallib/Dump.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include <catch2/catch.hpp>

using namespace enigma::metallib;

namespace {

const char *const moduleText = R"(
declare void @air.wg.barrier(i32, i32)
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

Library makeLibrary(const char *text = moduleText) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
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

TEST_CASE("the report reads as Metal declares it", "[metallib]") {
  std::string report = text(makeLibrary());
  INFO(report);
  for (const char *line :
       {"k.metallib\n  format        1.2.8\n  style         tool\n",
        "  target        macOS 15.0\n  functions     1 kernel\n",
        "  modules       ", " bytes, every hash matches\n",
        "\nkernel k\n  AIR 2.7, Metal 3.2, air64-apple-macosx15.0.0\n",
        "(matches)\n  1 instruction\n",
        "  [[buffer(7)]]                device const float *a  read, if "
        "has_a, unused\n",
        "  [[buffer(2)]]                constant S &s          read, 24 "
        "bytes\n          0  int n[3]\n",
        "         16  T inner\n            0  ulong x\n",
        "  [[threadgroup(0)]]           threadgroup half *t    read_write\n",
        "  [[thread_position_in_grid]]  uint i\n",
        "  [[function_constant(3)]]     uint2 n\n"})
    CHECK(report.find(line) != std::string::npos);
}

TEST_CASE("a list has a line for each function", "[metallib]") {
  std::string report;
  llvm::raw_string_ostream out(report);
  CHECK_FALSE(bool(dumpText(makeLibrary(), "k.metallib", out, Detail::List)));
  INFO(report);
  CHECK(report.find("\n\nkernel  k    ") != std::string::npos);
  CHECK(report.find("1 instruction   4 arguments   1 function constant\n") !=
        std::string::npos);
  CHECK(report.find("[[") == std::string::npos);
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

namespace {

/// A fragment function with its interpolated inputs, an argument buffer, a
/// texture, a sampler and a raytracing structure; a vertex function; a mesh
/// function; one of a stage that nobody knows yet.
const char *const graphicsText = R"IR(
target triple = "air64-apple-macosx14.0.0"
declare <4 x float> @air.sample_texture_2d.v4f32(ptr addrspace(1), i32)
define <4 x float> @f(<4 x float> %p, <2 x float> %uv, ptr addrspace(1) %tex, ptr addrspace(2) %s, ptr addrspace(2) %args) {
  %a = call <4 x float> @air.sample_texture_2d.v4f32(ptr addrspace(1) %tex, i32 0)
  %b = call <4 x float> @air.sample_texture_2d.v4f32(ptr addrspace(1) %tex, i32 1)
  %c = fadd <4 x float> %a, %b
  ret <4 x float> %c
}
define <4 x float> @v(i32 %id) {
  ret <4 x float> zeroinitializer
}
define void @m(ptr addrspace(7) %mesh) {
  ret void
}
define void @later() {
  ret void
}
!air.fragment = !{!0}
!air.vertex = !{!20}
!air.mesh = !{!30}
!air.later = !{!40}
!air.compile_options = !{!50}
!0 = !{ptr @f, !1, !2}
!1 = !{!3}
!2 = !{!4, !5, !6, !7, !8}
!3 = !{!"air.render_target", i32 1, i32 0, !"air.arg_type_name", !"float4", !"air.arg_name", !"color"}
!4 = !{i32 0, !"air.position", !"air.center", !"air.no_perspective", !"air.arg_type_name", !"float4", !"air.arg_name", !"p"}
!5 = !{i32 1, !"air.fragment_input", !"user(texcoord0)", !"air.center", !"air.perspective", !"air.arg_type_name", !"float2", !"air.arg_name", !"uv"}
!6 = !{i32 2, !"air.texture", !"air.location_index", i32 3, i32 1, !"air.sample", !"air.arg_type_name", !"texture2d<float, sample>", !"air.arg_name", !"tex"}
!7 = !{i32 3, !"air.sampler", !"air.location_index", i32 1, i32 1, !"air.arg_type_name", !"sampler", !"air.arg_name", !"s"}
!8 = !{i32 4, !"air.indirect_buffer", !"air.buffer_size", i32 16, !"air.location_index", i32 0, i32 1, !"air.read", !"air.address_space", i32 2, !"air.struct_type_info", !9, !"air.arg_type_size", i32 16, !"air.arg_type_align_size", i32 8, !"air.arg_type_name", !"Args", !"air.arg_name", !"args"}
!9 = !{i32 0, i32 8, i32 0, !"float", !"data", !"air.indirect_argument", !10, i32 8, i32 4, i32 2, !"uint", !"n", !"air.indirect_argument", !11}
!10 = !{i32 4, !"air.buffer", !"air.location_index", i32 4, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_name", !"float", !"air.arg_name", !"data"}
!11 = !{i32 5, !"air.indirect_constant", !"air.location_index", i32 5, i32 1, !"air.arg_type_name", !"uint", !"air.arg_name", !"n"}
!20 = !{ptr @v, !21, !22}
!21 = !{!23}
!22 = !{!24}
!23 = !{!"air.position", !"air.arg_type_name", !"float4", !"air.arg_name", !"position"}
!24 = !{i32 0, !"air.vertex_id", !"air.arg_type_name", !"uint", !"air.arg_name", !"id"}
!30 = !{ptr @m, !31, !32}
!31 = !{}
!32 = !{!33}
!33 = !{i32 0, !"air.mesh", !34, !"air.arg_type_name", !"mesh<V, P, 8, 4, triangle>", !"air.arg_name", !"out"}
!34 = !{!"air.mesh_type_info", !31, !31, i32 8, i32 4, !"air.triangle"}
!40 = !{ptr @later, !31, !31}
!50 = !{!"air.compile.denorms_disable"}
)IR";

Library makeGraphicsLibrary() {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(graphicsText, diagnostic, context);
  INFO(diagnostic.getMessage().str());
  REQUIRE(module);
  std::string bitcode;
  llvm::raw_string_ostream out(bitcode);
  llvm::WriteBitcodeToFile(*module, out);
  Library library;
  library.sharesModules = true;
  for (auto [name, type] : {std::pair("f", FunctionType::Fragment),
                            {"v", FunctionType::Vertex},
                            {"m", FunctionType::Mesh},
                            {"later", FunctionType(9)}}) {
    Function function;
    function.name = name;
    function.type = type;
    function.module.assign(bitcode.begin(), bitcode.end());
    function.hash = function.computeHash();
    library.functions.push_back(function);
  }
  return library;
}

} // namespace

TEST_CASE("graphics functions are described as far as they go", "[metallib]") {
  Library library = makeGraphicsLibrary();
  auto written = writeLibrary(library);
  REQUIRE(bool(written));
  auto back = readLibrary(*written);
  REQUIRE(bool(back));
  CHECK(back->sharesModules);
  CHECK(back->irregularities.empty());
  std::string report = text(*back);
  INFO(report);
  for (const char *line :
       {"  functions     1 fragment function, 1 vertex function, 1 mesh "
        "function, 1 unknown function\n",
        "\nfragment f\n", "\nvertex v\n", "\nmesh m\n", "\nunknown (9) later\n",
        "  [[position]]             float4 p                      center, "
        "no_perspective\n",
        "  [[fragment_input]]       float2 uv                     "
        "user(texcoord0), center, perspective\n",
        "  [[texture(3)]]           texture2d<float, sample> tex  sample\n",
        "  [[sampler(1)]]           sampler s\n",
        "  [[buffer(0)]]            constant Args &args           read, 16 "
        "bytes\n          0  float data [[id(4)]]\n          8  uint n[2] "
        "[[id(5)]]\n",
        "  output render_target(1)  float4 color\n",
        "  calls air.sample_texture_2d.v4f32 x2\n",
        "  [[vertex_id]]    uint id\n  output position  float4 position\n",
        "  [[mesh]]  mesh<V, P, 8, 4, triangle> out\n"}) {
    INFO(line);
    CHECK(report.find(line) != std::string::npos);
  }
  std::string json;
  llvm::raw_string_ostream out(json);
  CHECK_FALSE(bool(dumpJSON(*back, "g.metallib", out)));
  CHECK(bool(llvm::json::parse(json)));
}

TEST_CASE("metadata that goes in circles ends", "[metallib]") {
  Library library = makeLibrary();
  std::string circles = moduleText;
  // Both members of !7 are !7 again.
  size_t at = circles.find("!7 = ");
  circles.replace(
      at, circles.find('\n', at) - at,
      "!7 = distinct !{i32 0, i32 4, i32 0, !\"A\", !\"a\", "
      "!\"air.struct_type_info\", !7, i32 0, i32 4, i32 0, !\"B\", !\"b\", "
      "!\"air.struct_type_info\", !7}");
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(circles, diagnostic, context);
  INFO(diagnostic.getMessage().str());
  REQUIRE(module);
  std::string bitcode;
  llvm::raw_string_ostream out(bitcode);
  llvm::WriteBitcodeToFile(*module, out);
  library.functions[0].module.assign(bitcode.begin(), bitcode.end());
  library.functions[0].hash = library.functions[0].computeHash();
  auto description = describe(library.functions[0]);
  REQUIRE(bool(description));
  REQUIRE(description->arguments.size() == 4);
  CHECK(description->arguments[3].notes() ==
        std::vector<std::string>{"not every member is listed"});
}

namespace {

std::string textDiff(const Library &before, const Library &after) {
  auto difference = compareLibraries(before, after);
  if (!difference)
    return llvm::toString(difference.takeError());
  std::string result;
  llvm::raw_string_ostream out(result);
  printText(*difference, "a", "b", out);
  return result;
}

/// The library with another text for its module.
Library withText(const std::string &from, const std::string &to) {
  std::string changed = moduleText;
  size_t at = changed.find(from);
  REQUIRE(at != std::string::npos);
  changed.replace(at, from.size(), to);
  return makeLibrary(changed.c_str());
}

} // namespace

TEST_CASE("equal libraries have no differences", "[metallib]") {
  auto difference = compareLibraries(makeLibrary(), makeLibrary());
  REQUIRE(bool(difference));
  CHECK(difference->empty());
  CHECK(difference->identical == 1);
  CHECK(textDiff(makeLibrary(), makeLibrary()) ==
        "--- a\n+++ b\n0 functions removed, 0 added, 0 changed, 1 "
        "identical\n");
}

TEST_CASE("differences name what changed", "[metallib]") {
  Library before = makeLibrary();
  Library after = withText("!\"int\", !\"n\"", "!\"uint\", !\"n\"");
  std::string report = textDiff(before, after);
  INFO(report);
  CHECK(report.find("~ kernel k\n") != std::string::npos);
  CHECK(report.find("    [[buffer(2)]] s.n: int n[3] at offset 0 -> uint n[3] "
                    "at offset 0\n") != std::string::npos);

  after = makeLibrary();
  after.functions[0].constants[0].required = false;
  after.functions.push_back(after.functions[0]);
  after.functions[1].name = "new";
  report = textDiff(before, after);
  INFO(report);
  CHECK(report.find("    [[function_constant(3)]]: uint2 n -> uint2 n, "
                    "optional\n") != std::string::npos);
  CHECK(report.find("\n+ kernel new\n") != std::string::npos);
  CHECK(textDiff(after, before).find("\n- kernel new\n") != std::string::npos);

  after = withText("  ret void",
                   "  call void @air.wg.barrier(i32 2, i32 1)\n  ret void");
  report = textDiff(before, after);
  INFO(report);
  CHECK(report.find("    instructions: 1 -> 2\n") != std::string::npos);
  CHECK(report.find("  + calls of air.wg.barrier: 1\n") != std::string::npos);

  // Nothing that is counted: the name of a node nobody reads.
  after = withText("!1 = !{}", "!1 = !{null}");
  report = textDiff(before, after);
  INFO(report);
  CHECK(report.find("~ kernel k: other bytes, the same size") !=
        std::string::npos);
  CHECK(report.find("1 changed (1 in bytes alone), 0 identical\n") !=
        std::string::npos);
  // For another target that is no news.
  after.functions[0].msl = {9, 9};
  report = textDiff(before, after);
  INFO(report);
  CHECK(report.find("  compiled for: ") != std::string::npos);
  CHECK(report.find("~ kernel k") == std::string::npos);
  CHECK(report.find("1 changed (1 in bytes alone), 0 identical\n") !=
        std::string::npos);
}

TEST_CASE("a library that cannot be described cannot be compared",
          "[metallib]") {
  Library damaged = makeLibrary();
  damaged.functions[0].module[100] ^= 1;
  CHECK(textDiff(makeLibrary(), damaged) ==
        "function k: the module does not match its hash");
}

TEST_CASE("differences as JSON", "[metallib]") {
  auto difference = compareLibraries(
      makeLibrary(), withText("!\"int\", !\"n\"", "!\"uint\", !\"n\""));
  REQUIRE(bool(difference));
  std::string report;
  llvm::raw_string_ostream out(report);
  printJSON(*difference, "a", "b", out);
  auto parsed = llvm::json::parse(report);
  REQUIRE(bool(parsed));
  const llvm::json::Object &root = *parsed->getAsObject();
  CHECK(root.getString("schema") == "enigma-metallib-diff/1");
  const llvm::json::Object &changed =
      *(*root.getArray("changed"))[0].getAsObject();
  CHECK(changed.getString("name") == "k");
  const llvm::json::Object &entry =
      *(*changed.getArray("differences"))[0].getAsObject();
  CHECK(entry.getString("what") == "[[buffer(2)]] s.n");
  CHECK(entry.getString("after") == "uint n[3] at offset 0");
}

TEST_CASE("a crash of LLVM's reader is an error of that function",
          "[metallib]") {
  llvm::CrashRecoveryContext::Enable();
  Library library = makeLibrary();
  auto crash = [](llvm::Module &) { std::abort(); };
  CHECK(llvm::toString(
            enigma::metallib::withModule(library.functions[0], crash)) ==
        "function k: bitcode: LLVM's reader cannot stand it");
  llvm::CrashRecoveryContext::Disable();
  CHECK(bool(describe(library.functions[0])));
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
