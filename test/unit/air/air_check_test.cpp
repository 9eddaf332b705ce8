// The checker of bitcode: silent about Apple's modules, and one test per kind
// of complaint.
#include "AirTesting.h"
#include "AppleLibraries.h"
#include "enigma/air/Check.h"
#include "enigma/metallib/Library.h"
#include "llvm/Bitcode/BitcodeWriter.h"

using namespace airtest;
using enigma::air::Complaint;
using enigma::air::StatedVersions;

namespace {

std::string complaints(llvm::ArrayRef<uint8_t> bytes,
                       std::optional<StatedVersions> stated = std::nullopt) {
  std::string text;
  for (const Complaint &complaint : enigma::air::checkBitcode(bytes, stated))
    text += complaint.path + ": " + complaint.message + "\n";
  return text;
}

/// A module with everything a kernel needs; `body` and `rest` vary.
std::string moduleText(const std::string &body, const std::string &rest = "",
                       const std::string &attributes =
                           "convergent mustprogress nounwind willreturn") {
  return R"(
target datalayout = ")" +
         std::string(enigma::air::airDataLayout) + R"("
target triple = "air64-apple-macosx14.0.0"
define void @k(ptr addrspace(1) noundef captures(none) %a, i32 noundef %i) local_unnamed_addr )" +
         attributes + " {\n" + body + "\n  ret void\n}\n" + rest + R"(
!llvm.module.flags = !{!10, !11, !12, !13, !14, !15, !16, !17, !18}
!llvm.ident = !{!9}
!air.version = !{!20}
!air.language_version = !{!21}
!air.compile_options = !{!22, !23, !24}
!air.kernel = !{!0}
!0 = !{ptr @k, !1, !2}
!1 = !{}
!2 = !{!3, !4}
!3 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"a"}
!4 = !{i32 1, !"air.thread_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"i"}
!9 = !{!"text"}
!10 = !{i32 2, !"SDK Version", [2 x i32] [i32 14, i32 0]}
!11 = !{i32 1, !"wchar_size", i32 4}
!12 = !{i32 7, !"frame-pointer", i32 2}
!13 = !{i32 7, !"air.max_device_buffers", i32 31}
!14 = !{i32 7, !"air.max_constant_buffers", i32 31}
!15 = !{i32 7, !"air.max_threadgroup_buffers", i32 31}
!16 = !{i32 7, !"air.max_textures", i32 128}
!17 = !{i32 7, !"air.max_read_write_textures", i32 8}
!18 = !{i32 7, !"air.max_samplers", i32 16}
!20 = !{i32 2, i32 6, i32 0}
!21 = !{!"Metal", i32 3, i32 1, i32 0}
!22 = !{!"air.compile.denorms_disable"}
!23 = !{!"air.compile.fast_math_enable"}
!24 = !{!"air.compile.framebuffer_fetch_enable"}
)";
}

std::string replaced(std::string text, const std::string &from,
                     const std::string &to) {
  size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

/// What our writer makes of `text`, for a row of the table or one of the test.
std::vector<uint8_t> written(const std::string &text,
                             const enigma::Target &row) {
  llvm::LLVMContext context;
  auto module = parse(context, text);
  auto bytes = enigma::air::emitAIR(*module, row);
  if (!bytes)
    FAIL(llvm::toString(bytes.takeError()));
  return *bytes;
}

std::vector<uint8_t> written(const std::string &text) {
  return written(text, target("macos14"));
}

/// What LLVM 22 itself writes: opaque pointers and records of today.
std::vector<uint8_t> writtenByLLVM(const std::string &text) {
  llvm::LLVMContext context;
  auto module = parse(context, text);
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  llvm::WriteBitcodeToFile(*module, out);
  return {bytes.begin(), bytes.end()};
}

const char *const pure = " local_unnamed_addr nofree nosync nounwind "
                         "willreturn mustprogress memory(none)\n";

} // namespace

TEST_CASE("the checker has nothing to say about Apple's modules",
          "[air][check]") {
  size_t modules = 0;
  for (const std::string &path : appleLibraries()) {
    auto library = enigma::metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    for (const auto &function : library->functions) {
      INFO(path << ": " << function.name);
      CHECK(complaints(function.module,
                       StatedVersions{function.air, function.msl}) == "");
      ++modules;
    }
  }
  if (modules)
    CHECK(modules == 469);
}

TEST_CASE("the checker has nothing to say about a plain kernel",
          "[air][check]") {
  const std::string body = R"(
  %w = zext i32 %i to i64
  %p = getelementptr inbounds float, ptr addrspace(1) %a, i64 %w
  %x = load float, ptr addrspace(1) %p, align 4
  %y = call fast float @air.fast_sqrt.f32(float %x)
  call void @air.wg.barrier(i32 2, i32 1) convergent nounwind willreturn
  store float %y, ptr addrspace(1) %p, align 4)";
  const std::string rest =
      "declare float @air.fast_sqrt.f32(float)" + std::string(pure) +
      "declare void @air.wg.barrier(i32, i32) local_unnamed_addr convergent "
      "mustprogress nounwind willreturn\n";
  std::string text = moduleText(body, rest);
  CHECK(complaints(written(text)) == "");
  std::vector<uint8_t> raw = written(text);
  raw.erase(raw.begin(), raw.begin() + 20);
  CHECK(complaints(raw) == "");
}

TEST_CASE("complaints about the wrapper", "[air][check]") {
  const std::vector<uint8_t> good = written(moduleText(""));
  auto changed = [&](size_t offset, uint8_t value) {
    std::vector<uint8_t> bytes = good;
    bytes[offset] = value;
    return complaints(bytes);
  };
  CHECK(contains(changed(4, 1), "WRAPPER: version 1"));
  CHECK(contains(changed(16, 0), "WRAPPER: CPU type"));
  CHECK(contains(changed(8, 24), "WRAPPER: the bitcode begins at 24"));
  CHECK(contains(changed(15, 0xff), "WRAPPER: the bitcode ends behind"));
  CHECK(contains(changed(20, 0), "FILE: is no bitcode"));
  CHECK(contains(changed(24, 0xff), "FILE: "));
  std::vector<uint8_t> bytes = good;
  bytes.push_back(0);
  CHECK(contains(complaints(bytes), "not a multiple of 16"));
  bytes.insert(bytes.end(), 15, 1);
  CHECK(contains(complaints(bytes), "padding that is not zero"));
  CHECK(contains(complaints({}), "FILE: is no bitcode"));
}

TEST_CASE("a file cut off anywhere is a complaint, never a crash",
          "[air][check]") {
  std::vector<uint8_t> good = written(moduleText(""));
  good.erase(good.begin(), good.begin() + 20);
  for (size_t size = 0; size + 16 < good.size(); size += 7) {
    INFO(size);
    CHECK(complaints(llvm::ArrayRef(good).take_front(size)) != "");
  }
  for (size_t i = 0; i < good.size(); i += 3) {
    std::vector<uint8_t> bytes = good;
    bytes[i] ^= 0x55;
    (void)complaints(bytes); // whatever it says, it returns
  }
}

TEST_CASE("complaints about what LLVM 22 writes", "[air][check]") {
  const std::string body = R"(
  %z = zext nneg i32 %i to i64
  %o = or disjoint i32 %i, 1
  %c = icmp samesign ult i32 %i, %o
  %p = getelementptr nuw float, ptr addrspace(1) %a, i64 %z
  fence seq_cst
  %r = atomicrmw add ptr addrspace(1) %p, i32 1 monotonic, align 4
  %x = cmpxchg ptr addrspace(1) %p, i32 0, i32 1 monotonic monotonic, align 4)";
  std::string text = complaints(writtenByLLVM(moduleText(body)));
  INFO(text);
  CHECK(contains(text, "MODULE_BLOCK/TYPE_BLOCK[1]: an opaque pointer"));
  CHECK(contains(text, "attribute kind 10"));
  CHECK(contains(text, "a cast with flags (nneg, nuw or nsw)"));
  CHECK(contains(text, "a logical operation with flags (disjoint)"));
  CHECK(contains(text, "an integer comparison with flags (samesign)"));
  CHECK(contains(text, "an address with flags other than inbounds"));
  CHECK(contains(text, "FENCE[5]: AIR has no such record"));
  CHECK(contains(text, "ATOMICRMW[6]: AIR has no such record"));
  CHECK(contains(text, "CMPXCHG[7]: AIR has no such record"));
  CHECK(contains(text, "metadata kind"));
}

TEST_CASE("complaints about types", "[air][check]") {
  auto typed = [](const std::string &global) {
    return complaints(writtenByLLVM(moduleText("", global)));
  };
  CHECK(contains(typed("@x = internal addrspace(3) global i24 undef\n"),
                 "integer type i24"));
  CHECK(contains(typed("@x = internal addrspace(3) global double undef\n"),
                 "type code 4"));
  CHECK(
      contains(typed("@x = external global i32\n"), "data in address space 0"));
}

TEST_CASE("complaints about the old dialect", "[air][check]") {
  // The row of macOS 13 with the writer's newer dialect.
  enigma::Target mixed = target("macos13");
  mixed.dialect = enigma::BitcodeDialect::New;
  const std::string body = R"(
  %p = getelementptr inbounds float, ptr addrspace(1) %a, i64 0
  %x = load float, ptr addrspace(1) %p, align 4
  %n = fneg float %x
  %f = freeze float %n
  %v = insertelement <2 x float> poison, float %f, i64 0
  %e = extractelement <2 x float> %v, i64 0
  store float %e, ptr addrspace(1) %p, align 4)";
  std::string source =
      moduleText(body, "@b = internal addrspace(3) global bfloat undef\n");
  source = replaced(source, "!20 = !{i32 2, i32 6", "!20 = !{i32 2, i32 5");
  std::string text = complaints(written(source, mixed));
  INFO(text);
  CHECK(contains(text, "attribute kind 70; AIR 2.5 knows up to 52"));
  CHECK(contains(text, "GLOBALVAR of 18 operands; AIR 2.5 has 8 or 16"));
  CHECK(contains(text, "FUNCTION of 21 operands; AIR 2.5 has 18"));
  CHECK(contains(text, "UNOP[3]: not in AIR 2.5"));
  CHECK(contains(text, "FREEZE[4]: not in AIR 2.5"));
  CHECK(contains(text, "poison is not in AIR 2.5"));
  CHECK(contains(text, "bfloat does not exist before AIR 2.6"));
  CHECK(contains(text, "!llvm.module.flags: 'frame-pointer'"));
  // And the other way round: the records of the old dialect in a new module.
  enigma::Target old = target("macos14");
  old.dialect = enigma::BitcodeDialect::Old;
  CHECK(contains(complaints(written(moduleText(""), old)),
                 "FUNCTION of 18 operands; AIR 2.6 has 21"));
}

TEST_CASE("complaints about intrinsics", "[air][check]") {
  struct Case {
    std::string call;
    std::string declaration;
    std::string complaint;
  };
  const std::string p(pure);
  const std::string conv = " local_unnamed_addr convergent mustprogress "
                           "nounwind willreturn\n";
  const Case cases[] = {
      {"call float @air.erf.f32(float 1.0)",
       "declare float @air.erf.f32(float)" + p, "is no intrinsic of AIR"},
      {"call float @air.fast_sign.f32(float 1.0)",
       "declare float @air.fast_sign.f32(float)" + p,
       "does not exist for this type"},
      {"call half @air.fast_sqrt.f16(half 1.0)",
       "declare half @air.fast_sqrt.f16(half)" + p,
       "does not exist for this type"},
      {"call float @air.sqrt.f16(float 1.0)",
       "declare float @air.sqrt.f16(float)" + p,
       "is float(float); AIR has half(half)"},
      {"call i32 @air.min.i32(i32 %i, i32 1)",
       "declare i32 @air.min.i32(i32, i32)" + p,
       "does not exist for this type"},
      {"call i32 @air.simd_shuffle.u.i32(i32 %i, i32 1) convergent",
       "declare i32 @air.simd_shuffle.u.i32(i32, i32)" + conv,
       "AIR has i32(i32,i16)"},
      {"call i64 @air.simd_sum.u.i64(i64 1) convergent",
       "declare i64 @air.simd_sum.u.i64(i64)" + conv,
       "does not exist for this type"},
      {"call float @air.convert.f.f32.i.i32(i32 %i)",
       "declare float @air.convert.f.f32.i.i32(i32)" + p,
       "does not exist for this type"},
      {"call void @air.atomic.fence(i32 1, i32 5, i32 2) convergent",
       "declare void @air.atomic.fence(i32, i32, i32)" + conv,
       "came with AIR 2.7"},
      {"call float @air.simd_sum.f32(float 1.0) convergent",
       "declare float @air.simd_sum.f32(float)" + p,
       "is declared mustprogress nofree nosync nounwind readnone willreturn"},
      {"call float @air.simd_sum.f32(float 1.0)",
       "declare float @air.simd_sum.f32(float)" + conv,
       "that is not convergent"},
      {"call float @air.atomic.global.add.f32(ptr addrspace(1) %a, float 1.0, "
       "i32 0, i32 2, i1 true)",
       "declare float @air.atomic.global.add.f32(ptr addrspace(1), float, i32, "
       "i32, i1) local_unnamed_addr mustprogress nounwind willreturn\n",
       "captures parameter 0"},
  };
  for (const Case &each : cases) {
    INFO(each.call);
    bool hasResult = each.call.find("void") == std::string::npos;
    std::string text = complaints(written(moduleText(
        (hasResult ? "  %r = " : "  ") + each.call, each.declaration)));
    INFO(text);
    CHECK(contains(text, each.complaint));
  }
  const std::string sine = "declare float @llvm.sin.f32(float)\n";
  CHECK(contains(complaints(writtenByLLVM(moduleText(
                     "  %r = call float @llvm.sin.f32(float 1.0)", sine))),
                 "is not among LLVM's intrinsics that systems accept"));
  CHECK(contains(
      complaints(writtenByLLVM(moduleText(
          "  call void @llvm.memset.p1.i64(ptr addrspace(1) %a, i8 0, i64 4, "
          "i1 false)",
          "declare void @llvm.memset.p1.i64(ptr addrspace(1), i8, i64, i1)"))),
      "is named for opaque pointers"));
  CHECK(contains(complaints(writtenByLLVM(
                     moduleText("  call void @g()", "declare void @g()\n"))),
                 "'g' is not defined"));
  // A barrier in a kernel that does not say so.
  CHECK(contains(
      complaints(written(moduleText(
          "  call void @air.wg.barrier(i32 0, i32 1) convergent",
          "declare void @air.wg.barrier(i32, i32)" + conv, "nounwind"))),
      "calls 'air.wg.barrier' and is not convergent"));
  CHECK(contains(complaints(writtenByLLVM(moduleText(
                     "  %v = insertelement <8 x i1> zeroinitializer, i1 true, "
                     "i32 0\n  %b = bitcast <8 x i1> %v to i8"))),
                 "which ends the compiler service"));
}

TEST_CASE("complaints about metadata", "[air][check]") {
  auto with = [](const std::string &from, const std::string &to) {
    return complaints(written(replaced(moduleText(""), from, to)));
  };
  CHECK(contains(with("!20 = !{i32 2, i32 6", "!20 = !{i32 2, i32 7"),
                 "!air.version: AIR 2.7; macos14 has AIR 2.6"));
  CHECK(contains(with("!\"Metal\", i32 3, i32 1", "!\"Metal\", i32 4, i32 0"),
                 "Metal 4 needs AIR 2.8"));
  CHECK(contains(
      with("!\"air.max_samplers\", i32 16", "!\"air.max_samplers\", i32 17"),
      "'air.max_samplers' differs"));
  CHECK(contains(with(", !18}", "}"), "'air.max_samplers' is missing"));
  CHECK(contains(with("!15, !16", "!16, !15"), "'air.max_textures' where"));
  CHECK(contains(with("denorms_disable", "denorms"), "an unknown option"));
  CHECK(contains(with("!air.kernel = !{!0}", "!other = !{!0}"),
                 "!other: is no node of AIR"));
  CHECK(contains(with("!air.kernel = !{!0}", "!other = !{!0}"),
                 "!air.kernel: missing"));
  CHECK(contains(with("i32 1, !\"air.thread_pos", "i32 2, !\"air.thread_pos"),
                 "operand 0 is not the parameter's index"));
  CHECK(contains(with("thread_position_in_grid", "thread_position"),
                 "is no kind of argument"));
  CHECK(contains(
      with("!\"air.location_index\", i32 0", "!\"air.location\", i32 0"),
      "no air.location_index"));
  CHECK(contains(
      with("!\"air.address_space\", i32 1", "!\"air.address_space\", i32 2"),
      "address space 2 of a parameter of type float*1"));
  CHECK(contains(with("!\"air.address_space\", i32 1, ", ""),
                 "no air.address_space"));
  CHECK(contains(with("!\"air.read_write\"", "!\"air.rw\""),
                 "neither air.read nor air.read_write"));
  CHECK(contains(with("!\"air.arg_name\", !\"a\"}",
                      "!\"air.arg_name\", !\"a\", !\"more\"}"),
                 "is not one of Apple's"));
  CHECK(contains(with("!0 = !{ptr @k, !1, !2}", "!0 = !{ptr @k, !1, !2, !22}"),
                 "!air.kernel[0]: operand 3 is not one of Apple's"));
  CHECK(contains(with("!0 = !{ptr @k, !1, !2}", "!0 = !{ptr @k, !22, !2}"),
                 "a kernel with outputs"));
  // The container says another version.
  CHECK(contains(
      complaints(written(moduleText("")), StatedVersions{{2, 7}, {3, 1}}),
      "the library's VERS says 2.7"));
  CHECK(contains(
      complaints(written(moduleText("")), StatedVersions{{2, 6}, {3, 2}}),
      "the library's VERS says 3.2"));
  // A triple whose suffix says another version.
  enigma::Target newer = target("macos14");
  newer.triple = "air64_v28-apple-macosx14.0.0";
  CHECK(contains(complaints(written(moduleText(""), newer)),
                 "AIR 2.6, but the triple is 'air64_v28"));
  newer.triple = "x86_64-apple-macosx14.0.0";
  CHECK(contains(complaints(written(moduleText(""), newer)),
                 "is no triple of AIR"));
}
