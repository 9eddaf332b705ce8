// Debug information through the legaliser and the writer, in LLVM 14's form.
#include "AirTesting.h"

using namespace airtest;

namespace {

/// A kernel with every kind of node that the writer knows.
const std::string everyNode = R"(
define void @k(ptr addrspace(1) %a, i32 %i) !dbg !5 {
    #dbg_value(ptr addrspace(1) %a, !9, !DIExpression(), !20)
    #dbg_value(i32 %i, !10, !DIExpression(DW_OP_plus_uconst, 4, DW_OP_stack_value), !20)
    #dbg_value(i32 7, !11, !DIExpression(), !20)
  %p = getelementptr float, ptr addrspace(1) %a, i32 %i, !dbg !20
  %x = load float, ptr addrspace(1) %p, align 4, !dbg !20
    #dbg_value(float %x, !12, !DIExpression(), !21)
  %y = fadd float %x, %x, !dbg !22
  store float %y, ptr addrspace(1) %p, align 4
  ret void, !dbg !23
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!30, !31}
!air.kernel = !{!40}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !1, producer: "p", isOptimized: true, flags: "f", runtimeVersion: 2, emissionKind: FullDebug, retainedTypes: !2, imports: !3, splitDebugInlining: false, debugInfoForProfiling: true, nameTableKind: None, sysroot: "/s", sdk: "t")
!1 = !DIFile(filename: "k.py", directory: "", checksumkind: CSK_MD5, checksum: "00112233445566778899aabbccddeeff")
!2 = !{!14, !15, !16}
!3 = !{!4}
!4 = !DIImportedEntity(tag: DW_TAG_imported_declaration, scope: !0, entity: !18, file: !1, line: 9)
!5 = distinct !DISubprogram(name: "k", linkageName: "l", scope: !17, file: !1, line: 3, type: !6, scopeLine: 4, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !0, retainedNodes: !8)
!6 = !DISubroutineType(types: !7)
!7 = !{null, !14}
!8 = !{}
!9 = !DILocalVariable(name: "a", arg: 1, scope: !5, file: !1, line: 3, type: !14)
!10 = !DILocalVariable(name: "i", arg: 2, scope: !5, file: !1, line: 3, type: !13, flags: DIFlagArtificial, align: 32)
!11 = !DILocalVariable(name: "c", scope: !24, file: !1, line: 5, type: !13)
!12 = !DILocalVariable(name: "x", scope: !25, file: !1, line: 6)
!13 = !DIBasicType(name: "uint", size: 32, encoding: DW_ATE_unsigned)
!14 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !13, size: 64, dwarfAddressSpace: 1)
!15 = !DICompositeType(tag: DW_TAG_array_type, name: "uint3", baseType: !13, size: 128, flags: DIFlagVector, elements: !27)
!16 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "S", scope: !17, file: !1, line: 1, size: 32, elements: !28, identifier: "id")
!17 = !DINamespace(name: "n", scope: null, exportSymbols: true)
!18 = !DIModule(scope: null, name: "m", includePath: "/i")
!20 = !DILocation(line: 3, column: 5, scope: !5)
!21 = !DILocation(line: 6, column: 7, scope: !25)
!22 = !DILocation(line: 2, column: 1, scope: !26, inlinedAt: !29)
!23 = !DILocation(line: 0, scope: !5)
!24 = distinct !DILexicalBlock(scope: !5, file: !1, line: 5, column: 2)
!25 = !DILexicalBlockFile(scope: !24, file: !1, discriminator: 0)
!26 = distinct !DISubprogram(name: "inlined", scope: !1, file: !1, line: 1, type: !6, spFlags: DISPFlagDefinition, unit: !0)
!27 = !{!32}
!28 = !{!33}
!29 = distinct !DILocation(line: 7, column: 9, scope: !24)
!30 = !{i32 7, !"Dwarf Version", i32 4}
!31 = !{i32 2, !"Debug Info Version", i32 3}
!32 = !DISubrange(count: 3)
!33 = !DIDerivedType(tag: DW_TAG_member, name: "f", scope: !16, file: !1, line: 1, baseType: !13, size: 32, offset: 64)
!40 = !{ptr @k, !8, !41}
!41 = !{!42, !43}
!42 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"a"}
!43 = !{i32 1, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"i"}
)";

/// The module that LLVM 22 reads from `bytes`.
std::unique_ptr<llvm::Module> read(llvm::LLVMContext &context,
                                   const std::vector<uint8_t> &bytes) {
  llvm::StringRef text(reinterpret_cast<const char *>(bytes.data()),
                       bytes.size());
  auto module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(text, "module"), context);
  if (!module)
    FAIL(llvm::toString(module.takeError()));
  CHECK_FALSE(llvm::verifyModule(**module, &llvm::errs()));
  return std::move(*module);
}

std::string written(const std::string &text, const char *target) {
  llvm::LLVMContext context, again;
  auto module = parse(context, text);
  return print(*read(again, emit(*module, target)));
}

/// What `text` says of one node, without its number.
std::vector<std::string> nodes(llvm::StringRef text, llvm::StringRef kind) {
  std::vector<std::string> found;
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n');
  for (llvm::StringRef line : lines)
    if (line.starts_with("!") && line.contains(("!" + kind + "(").str()))
      found.push_back(line.split(" = ").second.str());
  return found;
}

} // namespace

TEST_CASE("debug information comes back as it was", "[air]") {
  for (const char *target : {"macos14", "macos15", "macos26", "ios18"}) {
    llvm::LLVMContext context, again;
    auto module = parse(context, everyNode);
    std::vector<uint8_t> bytes = emit(*module, target);
    auto back = read(again, bytes);
    // LLVM 22's reader has made records of the calls again.
    std::string text = print(*back);
    INFO(text);
    CHECK(text.find("call void @llvm.dbg") == std::string::npos);
    REQUIRE(enigma::air::emitAIR(*back, ::target(target)).get() == bytes);
    for (const char *part :
         {"#dbg_value(ptr addrspace(1) %0,", "DW_OP_plus_uconst, 4",
          "#dbg_value(i32 7,", "#dbg_value(float %",
          "checksumkind: CSK_MD5, checksum: "
          "\"00112233445566778899aabbccddeeff\"",
          "flags: \"f\", runtimeVersion: 2", "debugInfoForProfiling: true",
          "sysroot: \"/s\", sdk: \"t\"", "dwarfAddressSpace: 1", "offset: 64",
          "exportSymbols: true", "includePath: \"/i\"", "identifier: \"id\"",
          "flags: DIFlagArtificial, align: 32", "elements: !", "inlinedAt: !",
          "!DISubrange(count: 3)", "!DILocation(line: 0, scope: !"})
      CHECK(contains(text, part));
    for (const char *kind :
         {"DILocation", "DISubprogram", "DIFile", "DICompileUnit",
          "DILexicalBlock", "DILexicalBlockFile", "DILocalVariable",
          "DISubroutineType", "DIBasicType", "DIDerivedType", "DICompositeType",
          "DINamespace", "DIModule", "DIImportedEntity"})
      CHECK(nodes(text, kind).size() == nodes(everyNode, kind).size());
    // Only the store has no place.
    size_t store = text.find("  store ");
    REQUIRE(store != std::string::npos);
    CHECK_FALSE(
        contains(text.substr(store, text.find('\n', store) - store), "!dbg"));
  }
}

TEST_CASE("LLVM 14 reads and verifies debug information", "[air]") {
  if (!haveOracle())
    return;
  llvm::LLVMContext context;
  auto module = parse(context, everyNode);
  std::string text = disassemble14(emit(*module, "macos14"));
  INFO(text);
  for (const char *part :
       {"call void @llvm.dbg.value(metadata float addrspace(1)* %0, metadata !",
        "call void @llvm.dbg.value(metadata i32 7, metadata !",
        "declare void @llvm.dbg.value(metadata, metadata, metadata)",
        "!DIExpression(DW_OP_plus_uconst, 4, DW_OP_stack_value)",
        "distinct !DILocation(line: 7, column: 9, scope: !"})
    CHECK(contains(text, part));
}

TEST_CASE("the old dialect has no debug information but says so", "[air]") {
  std::string text = written(everyNode, "macos13");
  INFO(text);
  CHECK(text.find("!DI") == std::string::npos);
  CHECK(text.find("dbg") == std::string::npos);
  CHECK(text.find("\"Dwarf Version\"") != std::string::npos);
}

TEST_CASE("what LLVM 14 cannot say of a variable is left out", "[air]") {
  const std::string head = R"(
define void @k(i32 %i, i32 %j) !dbg !1 {
)";
  const std::string tail = R"(
  ret void, !dbg !6
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!7}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !2, emissionKind: FullDebug)
!1 = distinct !DISubprogram(name: "k", file: !2, line: 3, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!2 = !DIFile(filename: "k.py", directory: "")
!3 = !DISubroutineType(types: !4)
!4 = !{null}
!5 = !DILocalVariable(name: "v", scope: !1, file: !2, line: 4)
!6 = !DILocation(line: 4, scope: !1)
!7 = !{i32 2, !"Debug Info Version", i32 3}
!8 = !DILabel(scope: !1, name: "l", file: !2, line: 4)
)";
  // Several values in one, and an operation of LLVM 18.
  for (const char *record :
       {"#dbg_value(!DIArgList(i32 %i, i32 %j), !5, "
        "!DIExpression(DW_OP_LLVM_arg, 0, DW_OP_LLVM_arg, 1, DW_OP_plus), !6)",
        "#dbg_value(i32 %i, !5, !DIExpression(DW_OP_LLVM_extract_bits_zext, 0, "
        "8, DW_OP_stack_value), !6)"}) {
    std::string text = written(head + record + tail, "macos14");
    INFO(text);
    CHECK(contains(text, "#dbg_value(i1 poison,"));
    CHECK(text.find("DIArgList") == std::string::npos);
    CHECK(text.find("extract_bits") == std::string::npos);
  }
  std::string text = written(head + "#dbg_label(!8, !6)" + tail, "macos14");
  CHECK(text.find("dbg_label") == std::string::npos);
}

TEST_CASE("nodes without a record are refused", "[air]") {
  std::string text = R"(
define void @k() {
  ret void
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!5}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !1, emissionKind: FullDebug, globals: !2)
!1 = !DIFile(filename: "k.py", directory: "")
!2 = !{!3}
!3 = !DIGlobalVariableExpression(var: !4, expr: !DIExpression())
!4 = distinct !DIGlobalVariable(name: "g", scope: !0, file: !1, line: 1, type: !6)
!5 = !{i32 2, !"Debug Info Version", i32 3}
!6 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
)";
  CHECK(contains(refusal(text, "macos14"), "debug information"));
  CHECK(refusal(text, "macos13").empty());
}
