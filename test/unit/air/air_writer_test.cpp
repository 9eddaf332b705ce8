// The bytes of AIR: form, pointer types and views, dialects, determinism.
#include "AirTesting.h"
#include "llvm/Bitcode/BitcodeAnalyzer.h"

using namespace airtest;
using enigma::air::ModuleForm;

namespace {

/// A kernel with the parameter kinds of reference section 2.5.
const std::string kernelText = R"(
source_filename = "kernel.metal"
%S = type { i32, float }
@tile = internal unnamed_addr addrspace(3) global [4 x float] undef, align 4
@llvm.compiler.used = appending global [1 x ptr] [ptr addrspacecast (ptr addrspace(3) @tile to ptr)], section "llvm.metadata"

declare float @air.atomic.global.add.f32(ptr addrspace(1) captures(none), float, i32, i32, i1) local_unnamed_addr

define void @k(ptr addrspace(1) noundef captures(none) "air-buffer-no-alias" %a,
               ptr addrspace(1) noundef %sum, ptr addrspace(2) noundef %s,
               ptr addrspace(1) %raw, i32 noundef %i) local_unnamed_addr mustprogress nounwind willreturn memory(argmem: readwrite) {
  %wide = zext i32 %i to i64
  %p = getelementptr inbounds float, ptr addrspace(1) %a, i64 %wide
  %x = load float, ptr addrspace(1) %p, align 4
  %f = getelementptr inbounds %S, ptr addrspace(2) %s, i64 0, i32 1
  %y = load float, ptr addrspace(2) %f, align 4
  %t = getelementptr inbounds [4 x float], ptr addrspace(3) @tile, i64 0, i64 %wide
  store float %y, ptr addrspace(3) %t, align 4
  %bits = load i32, ptr addrspace(1) %p, align 4
  %again = load i32, ptr addrspace(1) %p, align 4
  %z = fadd fast float %x, %y
  %old = call float @air.atomic.global.add.f32(ptr addrspace(1) %sum, float %z, i32 0, i32 2, i1 true)
  ret void
}

!air.kernel = !{!0}
!air.source_file_name = !{!9}
!llvm.ident = !{!9}
!llvm.module.flags = !{!10}
!0 = !{ptr @k, !1, !2}
!1 = !{}
!2 = !{!3, !4, !5, !6, !7}
!3 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_name", !"float", !"air.arg_name", !"a"}
!4 = !{i32 1, !"air.buffer", !"air.location_index", i32 1, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.struct_type_info", !8, !"air.arg_type_name", !"metal::_atomic", !"air.arg_name", !"sum"}
!5 = !{i32 2, !"air.buffer", !"air.location_index", i32 2, i32 1, !"air.read", !"air.address_space", i32 2, !"air.arg_type_name", !"S", !"air.arg_name", !"s"}
!6 = !{i32 3, !"air.buffer", !"air.location_index", i32 3, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_name", !"half4", !"air.arg_name", !"raw"}
!7 = !{i32 4, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"i"}
!8 = !{i32 0, i32 4, i32 0, !"float", !"__s"}
!9 = !{!"text"}
!10 = !{i32 2, !"SDK Version", [2 x i32] [i32 14, i32 0]}
)";

std::vector<uint8_t> emitText(const std::string &text, const char *targetName,
                              ModuleForm form = ModuleForm::LibraryModule) {
  llvm::LLVMContext context;
  auto module = parse(context, text);
  return emit(*module, targetName, form);
}

uint32_t word(const std::vector<uint8_t> &bytes, size_t offset) {
  return uint32_t(bytes[offset]) | uint32_t(bytes[offset + 1]) << 8 |
         uint32_t(bytes[offset + 2]) << 16 | uint32_t(bytes[offset + 3]) << 24;
}

} // namespace

TEST_CASE("a module is wrapped once and padded to 16", "[air]") {
  std::vector<uint8_t> bytes = emitText(kernelText, "macos14");
  CHECK(bytes.size() % 16 == 0);
  CHECK(word(bytes, 0) == 0x0b17c0de);
  CHECK(word(bytes, 4) == 0);
  CHECK(word(bytes, 8) == 20);
  CHECK(word(bytes, 12) <= bytes.size() - 20);
  CHECK(word(bytes, 12) > bytes.size() - 20 - 16);
  CHECK(word(bytes, 16) == 0xffffffff);
  CHECK(word(bytes, 20) == 0xdec04342);
}

TEST_CASE("equal modules give equal bytes in any context", "[air]") {
  llvm::LLVMContext used;
  // A context that has seen the names before would rename the structs of a
  // second module.
  auto first = parse(used, kernelText);
  std::vector<uint8_t> bytes = emit(*first, "macos14");
  CHECK(emitText(kernelText, "macos14") == bytes);
  CHECK(emitText(kernelText, "macos14") == bytes);
  auto again = enigma::air::writeAIRBitcode(*first, target("macos14"));
  REQUIRE(bool(again));
  CHECK(*again == bytes);
}

TEST_CASE("pointers have Apple's types", "[air]") {
  if (!haveOracle())
    return;
  std::string text = disassemble14(emitText(kernelText, "macos14"));
  INFO(text);
  CHECK(contains(text,
                 "define void @k(float addrspace(1)* nocapture noundef "
                 "\"air-buffer-no-alias\" %0, %\"struct.metal::_atomic\" "
                 "addrspace(1)* noundef %1, i8 addrspace(2)* noundef %2, <4 x "
                 "half> addrspace(1)* %3, i32 noundef %4)"));
  CHECK(contains(text, "%\"struct.metal::_atomic\" = type { float }"));
  CHECK(contains(text, "declare float @air.atomic.global.add.f32(float "
                       "addrspace(1)* nocapture, float, i32, i32, i1)"));
  CHECK(contains(text, "!{void (float addrspace(1)*, "));
  // LLVM 14 spells our one cast as two when it prints it.
  CHECK(contains(text, "[1 x i8*] [i8* addrspacecast (i8 addrspace(3)* bitcast "
                       "([4 x float] addrspace(3)* @tile to i8 addrspace(3)*) "
                       "to i8*)]"));
}

TEST_CASE("a bfloat buffer holds bits where bfloat does not exist", "[air]") {
  if (!haveOracle())
    return;
  std::string text = kernelText;
  text.replace(text.find("half4"), 5, "bfloat");
  CHECK(contains(disassemble14(emitText(text, "macos13")),
                 "i16 addrspace(1)* %3"));
  CHECK(contains(disassemble14(emitText(text, "macos14")),
                 "bfloat addrspace(1)* %3"));
}

TEST_CASE("a view stands in front of a use of another type, once", "[air]") {
  if (!haveOracle())
    return;
  std::string text = disassemble14(emitText(kernelText, "macos14"));
  INFO(text);
  CHECK(contains(text, "bitcast i8 addrspace(2)* %2 to %S addrspace(2)*"));
  CHECK(contains(text, "bitcast %\"struct.metal::_atomic\" addrspace(1)* %1 "
                       "to float addrspace(1)*"));
  size_t view = text.find("to i32 addrspace(1)*");
  REQUIRE(view != std::string::npos);
  CHECK(text.find("to i32 addrspace(1)*", view + 1) == std::string::npos);
}

TEST_CASE("the two forms differ as Apple's do", "[air]") {
  if (!haveOracle())
    return;
  std::string library = disassemble14(emitText(kernelText, "macos14"));
  std::string object =
      disassemble14(emitText(kernelText, "macos14", ModuleForm::Object));
  CHECK(contains(library, "source_filename = \"k\""));
  CHECK(contains(object, "source_filename = \"kernel.metal\""));
  CHECK_FALSE(contains(library, "air.source_file_name"));
  CHECK(contains(object, "air.source_file_name"));
  CHECK(library.find("!llvm.ident") < library.find("!air.kernel"));
  CHECK(object.find("!air.kernel") < object.find("!llvm.ident"));
}

TEST_CASE("the old dialect has none of the newer parts", "[air]") {
  if (!haveOracle())
    return;
  const std::string text = R"(
define float @f(float noundef %x, i1 %c) mustprogress nofree nosync nounwind willreturn memory(none) {
  %n = fneg fast float %x
  %z = freeze float %n
  %s = select i1 %c, float %z, float poison
  %v = insertelement <2 x float> poison, float %s, i64 0
  %w = shufflevector <2 x float> %v, <2 x float> poison, <2 x i32> <i32 0, i32 poison>
  %r = extractelement <2 x float> %w, i64 0
  ret float %r
})";
  std::string old = disassemble14(emitText(text, "macos13"));
  INFO(old);
  for (const char *part : {"noundef", "mustprogress", "willreturn", "nofree",
                           "nosync", "fneg", "freeze", "poison"})
    CHECK_FALSE(contains(old, part));
  CHECK(contains(old, "fsub fast float -0.000000e+00, %0"));
  CHECK(contains(old, "nounwind readnone"));
  std::string fresh = disassemble14(emitText(text, "macos14"));
  for (const char *part :
       {"noundef", "mustprogress", "willreturn", "fneg fast", "freeze"})
    CHECK(contains(fresh, part));
}

TEST_CASE("blocks come in Apple's order, and no record is newer than LLVM 14",
          "[air]") {
  for (const char *name : {"macos13", "macos26"}) {
    std::vector<uint8_t> bytes = emitText(kernelText, name);
    std::string dump;
    llvm::raw_string_ostream out(dump);
    llvm::BCDumpOptions options(out);
    llvm::BitcodeAnalyzer analyzer(llvm::StringRef(
        reinterpret_cast<const char *>(bytes.data()), bytes.size()));
    REQUIRE_FALSE(bool(analyzer.analyze(options)));
    INFO(dump);
    // LLVM's analyser has no name for SYNC_SCOPE_NAMES, block 26.
    size_t position = 0;
    for (const char *block : {"<IDENTIFICATION_BLOCK_ID",
                              "<MODULE_BLOCK",
                              "<VERSION",
                              "<BLOCKINFO_BLOCK",
                              "<TYPE_BLOCK_ID",
                              "<PARAMATTR_GROUP_BLOCK_ID",
                              "<PARAMATTR_BLOCK",
                              "<TRIPLE",
                              "<DATALAYOUT",
                              "<SECTIONNAME",
                              "<SOURCE_FILENAME",
                              "<GLOBALVAR",
                              "<FUNCTION",
                              "<VSTOFFSET",
                              "<CONSTANTS_BLOCK",
                              "<METADATA_KIND_BLOCK",
                              "<METADATA_BLOCK",
                              "<OPERAND_BUNDLE_TAGS_BLOCK",
                              "<UnknownBlock26",
                              "<FUNCTION_BLOCK",
                              "<VALUE_SYMTAB",
                              "<SYMTAB_BLOCK",
                              "<STRTAB_BLOCK"}) {
      INFO(block);
      size_t found = dump.find(block, position);
      CHECK(found != std::string::npos);
      position = found == std::string::npos ? position : found;
    }
    CHECK_FALSE(contains(dump, "OPAQUE_POINTER"));
  }
}

TEST_CASE("control flow, switches and pointer phis", "[air]") {
  if (!haveOracle())
    return;
  const std::string text = R"(
define i32 @f(ptr addrspace(1) %a, ptr addrspace(1) %b, i32 %n) {
entry:
  switch i32 %n, label %loop [ i32 0, label %out
                               i32 -7, label %other ]
other:
  br label %loop
loop:
  %p = phi ptr addrspace(1) [ %a, %entry ], [ %b, %other ], [ %next, %loop ], [ null, %never ]
  %i = phi i32 [ 0, %entry ], [ 1, %other ], [ %j, %loop ], [ 2, %never ]
  %next = getelementptr inbounds i32, ptr addrspace(1) %p, i64 1
  %x = load i32, ptr addrspace(1) %p, align 4
  %j = add nuw nsw i32 %i, %x
  %c = icmp ult ptr addrspace(1) %next, %b
  br i1 %c, label %loop, label %out
never:
  br label %loop
out:
  %r = phi i32 [ 0, %entry ], [ %j, %loop ]
  ret i32 %r
})";
  std::string out = disassemble14(emitText(text, "macos14"));
  INFO(out);
  CHECK(contains(out, "phi i8 addrspace(1)*"));
  CHECK(contains(out, "i32 -7, label"));
  CHECK(contains(out, "add nuw nsw i32"));
}

TEST_CASE("constants of every kind", "[air]") {
  if (!haveOracle())
    return;
  const std::string text = R"(
@table = internal unnamed_addr addrspace(2) constant [3 x i8] c"\00\80\FF", align 1
@pairs = internal addrspace(2) constant [2 x { i32, half }] [{ i32, half } { i32 -5, half 0xH3C00 }, { i32, half } zeroinitializer], align 4
@wide = internal addrspace(2) constant [2 x i64] [i64 -9223372036854775808, i64 9223372036854775807], align 8
@b = internal addrspace(2) constant [2 x bfloat] [bfloat 0xR3F80, bfloat 0xRFF80], align 2
define <4 x float> @f(i64 %i, <4 x float> %v) {
  %p = getelementptr inbounds [3 x i8], ptr addrspace(2) @table, i64 0, i64 %i
  %x = load i8, ptr addrspace(2) %p, align 1
  %y = sext i8 %x to i64
  %q = getelementptr inbounds [2 x i64], ptr addrspace(2) @wide, i64 0, i64 %y
  %z = load i64, ptr addrspace(2) %q, align 8
  %u = icmp eq i64 %z, -1
  %r = select i1 %u, <4 x float> <float 1.0, float 0x7FF0000000000000, float -0.0, float poison>, <4 x float> %v
  ret <4 x float> %r
})";
  std::string out = disassemble14(emitText(text, "macos14"));
  INFO(out);
  CHECK(contains(out, "c\"\\00\\80\\FF\""));
  CHECK(contains(out, "{ i32 -5, half 0xH3C00 }"));
  CHECK(contains(out, "i64 -9223372036854775808, i64 9223372036854775807"));
  CHECK(contains(out, "[bfloat 0xR3F80, bfloat 0xRFF80]"));
  CHECK(contains(out, "<float 1.000000e+00, float 0x7FF0000000000000, float "
                      "-0.000000e+00, float poison>"));
}
