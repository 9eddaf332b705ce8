// What the legaliser rewrites, and what it refuses.
#include "AirTesting.h"

using namespace airtest;

namespace {

/// The text of `module` after legalising.
std::string legalised(const std::string &text, const char *targetName) {
  llvm::LLVMContext context;
  auto module = parse(context, text);
  (void)emit(*module, targetName);
  return print(*module);
}

} // namespace

TEST_CASE("intrinsics become air.* calls", "[air]") {
  std::string text = legalised(R"(
declare float @llvm.sin.f32(float)
declare half @llvm.pow.f16(half, half)
declare <2 x float> @llvm.nearbyint.v2f32(<2 x float>)
declare i32 @llvm.vector.reduce.smax.v2i32(<2 x i32>)
declare float @llvm.vector.reduce.fadd.v2f32(float, <2 x float>)
declare i32 @llvm.fshr.i32(i32, i32, i32)
declare i8 @llvm.scmp.i8.i32(i32, i32)
declare float @llvm.sqrt.f32(float)
declare void @llvm.assume(i1)
define float @f(float %x, half %h, <2 x float> %v, <2 x i32> %w, i32 %i, i1 %c) {
  call void @llvm.assume(i1 %c) [ "align"(i32 4) ]
  %a = call float @llvm.sin.f32(float %x)
  %b = call fast float @llvm.sin.f32(float %x)
  %h2 = call fast half @llvm.pow.f16(half %h, half %h)
  %n = call <2 x float> @llvm.nearbyint.v2f32(<2 x float> %v)
  %m = call i32 @llvm.vector.reduce.smax.v2i32(<2 x i32> %w)
  %s = call float @llvm.vector.reduce.fadd.v2f32(float %a, <2 x float> %n)
  %r = call i32 @llvm.fshr.i32(i32 %i, i32 %m, i32 3)
  %k = call i8 @llvm.scmp.i8.i32(i32 %r, i32 %i)
  %q = call float @llvm.sqrt.f32(float %s)
  %t = sitofp i8 %k to float
  %u = fadd float %q, %t
  %he = fpext half %h2 to float
  %g = fadd float %u, %he
  %j = frem float %g, %b
  ret float %j
})",
                               "macos14");
  INFO(text);
  for (const char *part :
       {"call float @air.sin.f32", "call fast float @air.fast_sin.f32",
        "call fast half @air.pow.f16", "@air.rint.v2f32", "@llvm.smax.i32",
        "@llvm.sqrt.f32", "@air.convert.f.f32.s.i8", "@air.fmod.f32"})
    CHECK(contains(text, part));
  for (const char *part : {"llvm.sin", "llvm.pow", "nearbyint", "vector.reduce",
                           "fshr", "scmp", "sitofp", "frem", "llvm.assume"})
    CHECK_FALSE(contains(text, part));
  CHECK(contains(text, "mustprogress nofree nosync nounwind willreturn "
                       "memory(none)"));
}

TEST_CASE("questions about floats become questions about bits", "[air]") {
  std::string text = legalised(R"(
declare i1 @llvm.is.fpclass.f32(float, i32)
declare <2 x i1> @llvm.is.fpclass.v2f16(<2 x half>, i32)
declare bfloat @llvm.fabs.bf16(bfloat)
declare bfloat @llvm.copysign.bf16(bfloat, bfloat)
declare float @llvm.fabs.f32(float)
define i1 @f(float %x, <2 x half> %h, bfloat %b, ptr addrspace(1) %out) {
  %normal = call i1 @llvm.is.fpclass.f32(float %x, i32 264)
  %v = call <2 x i1> @llvm.is.fpclass.v2f16(<2 x half> %h, i32 3)
  %e = extractelement <2 x i1> %v, i32 0
  %a = call bfloat @llvm.fabs.bf16(bfloat %b)
  %c = call bfloat @llvm.copysign.bf16(bfloat %a, bfloat %b)
  store bfloat %c, ptr addrspace(1) %out
  %y = call float @llvm.fabs.f32(float %x)
  %big = fcmp ogt float %y, 1.0
  %r = and i1 %normal, %e
  %s = and i1 %r, %big
  ret i1 %s
})",
                               "macos14");
  INFO(text);
  CHECK_FALSE(contains(text, "is.fpclass"));
  CHECK_FALSE(contains(text, "fabs.bf16"));
  CHECK_FALSE(contains(text, "copysign"));
  // What is accepted on f32 stays.
  CHECK(contains(text, "@llvm.fabs.f32"));
  // Normal: from 0x00800000 up to infinity.
  CHECK(contains(text, "8388608"));
  CHECK(contains(text, "2130706432"));
}

TEST_CASE("integer minimum is AIR's own in the old dialect", "[air]") {
  const std::string text = R"(
declare i32 @llvm.umin.i32(i32, i32)
define i32 @f(i32 %a, i32 %b) {
  %r = call i32 @llvm.umin.i32(i32 %a, i32 %b)
  ret i32 %r
})";
  CHECK(contains(legalised(text, "macos13"), "call i32 @air.min.u.i32"));
  CHECK(contains(legalised(text, "macos14"), "call i32 @llvm.umin.i32"));
}

TEST_CASE("bools leave memory", "[air]") {
  std::string text = legalised(R"(
define i1 @f(ptr addrspace(1) %p, i1 %x, i64 %i) {
  %a = alloca [4 x i1], align 1
  %e = getelementptr inbounds [4 x i1], ptr %a, i64 0, i64 %i
  store i1 %x, ptr %e, align 1
  %q = getelementptr inbounds i1, ptr addrspace(1) %p, i64 %i
  %y = load i1, ptr addrspace(1) %q, align 1, !range !0
  ret i1 %y
}
!0 = !{i1 false, i1 true}
)",
                               "macos14");
  INFO(text);
  CHECK(contains(text, "alloca [4 x i8]"));
  CHECK(contains(text, "getelementptr inbounds [4 x i8]"));
  CHECK(contains(text, "getelementptr inbounds i8"));
  CHECK(contains(text, "zext i1 %x to i8"));
  CHECK(contains(text, "to i1"));
  CHECK_FALSE(contains(text, "!range"));
}

TEST_CASE("aggregates are accessed member by member", "[air]") {
  std::string text = legalised(R"(
%P = type { float, [2 x i32] }
define void @f(ptr addrspace(1) %p, ptr addrspace(1) %q) {
  %x = load %P, ptr addrspace(1) %p, align 8
  store %P %x, ptr addrspace(1) %q, align 4
  ret void
})",
                               "macos14");
  INFO(text);
  CHECK_FALSE(contains(text, "load %P"));
  CHECK_FALSE(contains(text, "store %P"));
  CHECK(contains(text, "load float, ptr addrspace(1)"));
  CHECK(contains(text, "align 8"));
  CHECK(contains(text, "store i32"));
}

TEST_CASE("atomics and constant expressions", "[air]") {
  std::string text = legalised(R"(
@tile = internal addrspace(3) global [4 x i32] undef, align 4
define i32 @f(ptr addrspace(1) %p, float %x) {
  %a = atomicrmw add ptr addrspace(3) getelementptr inbounds ([4 x i32], ptr addrspace(3) @tile, i64 0, i64 2), i32 1 monotonic
  %b = atomicrmw fadd ptr addrspace(1) %p, float %x monotonic
  %c = load atomic i32, ptr addrspace(1) %p monotonic, align 4
  ret i32 %c
})",
                               "macos14");
  INFO(text);
  CHECK(contains(text, "getelementptr inbounds"));
  CHECK(contains(text, "@air.atomic.local.add.u.i32(ptr addrspace(3)"));
  CHECK(contains(text, ", i32 1, i32 0, i32 1, i1 true)"));
  CHECK(contains(text, "@air.atomic.global.add.f32"));
  CHECK(contains(text, "@air.atomic.global.load.i32"));
}

TEST_CASE("odd integers are promoted", "[air]") {
  // The closed form of a sum, as the optimiser writes it, and a narrow switch
  // in a loop.
  std::string text = legalised(R"(
define i32 @f(i32 %n, i8 %c) {
entry:
  %w = zext i32 %n to i33
  %a = add nuw i33 %w, -1
  %m = mul i33 %w, %a
  %h = lshr i33 %m, 1
  %s = ashr i33 %m, 2
  %k = icmp slt i33 %s, %h
  %r = select i1 %k, i33 %h, i33 %s
  %t = trunc i33 %r to i32
  %x = uitofp i33 %h to float
  %y = fptoui float %x to i32
  %d = trunc i8 %c to i3
  br label %loop
loop:
  %p = phi i3 [ %d, %entry ], [ %q, %next ]
  switch i3 %p, label %out [ i3 -1, label %next
                             i3 2, label %next ]
next:
  %q = add i3 %p, 1
  br label %loop
out:
  %z = sext i3 %p to i32
  %u = add i32 %z, %t
  %v = add i32 %u, %y
  ret i32 %v
})",
                               "macos14");
  INFO(text);
  CHECK_FALSE(contains(text, "i33"));
  CHECK_FALSE(contains(text, "i3 "));
  // Unsigned uses clear the upper bits, signed ones copy the sign.
  CHECK(contains(text, ", 8589934591"));
  CHECK(contains(text, ", 31\n"));
  CHECK(contains(text, "i8 7, label %next"));
  CHECK(contains(text, "@air.convert.f.f32.u.i64"));
}

TEST_CASE("bool vectors are taken apart", "[air]") {
  std::string text = legalised(R"(
define i1 @f(<4 x float> %v, i8 %m) {
  %c = fcmp olt <4 x float> %v, zeroinitializer
  %b = bitcast <4 x i1> %c to i4
  %r = icmp eq i4 %b, -1
  %l = bitcast i8 %m to <8 x i1>
  %e = extractelement <8 x i1> %l, i64 3
  %a = and i1 %r, %e
  ret i1 %a
})",
                               "macos14");
  INFO(text);
  CHECK_FALSE(contains(text, "i4"));
  CHECK_FALSE(contains(text, "bitcast"));
  CHECK(contains(text, "lshr i8 %m, 3"));
  CHECK(contains(text, ", 15"));
}

TEST_CASE("what AIR cannot say is refused by name", "[air]") {
  const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"declare float @llvm.powi.f32.i32(float, i32)\n"
       "define float @f(float %x) { %r = call float @llvm.powi.f32.i32(float "
       "%x, i32 3)\n ret float %r }",
       "'llvm.powi.f32.i32' has no form in AIR"},
      {"declare float @llvm.minimum.f32(float, float)\n"
       "define float @f(float %x) { %r = call float @llvm.minimum.f32(float "
       "%x, float %x)\n ret float %r }",
       "'llvm.minimum.f32' has no form in AIR"},
      {"define void @f() { fence seq_cst\n ret void }",
       "no form in AIR: fence"},
      {"define void @f(ptr addrspace(1) %p) { %r = cmpxchg ptr addrspace(1) "
       "%p, i32 0, i32 1 monotonic monotonic\n ret void }",
       "no form in AIR: %r = cmpxchg"},
      {"define void @f(ptr addrspace(3) %p, float %x) { %r = atomicrmw fadd "
       "ptr addrspace(3) %p, float %x monotonic\n ret void }",
       "no form in AIR: %r = atomicrmw"},
      {"define double @f(double %x) { ret double %x }",
       "type double does not exist in AIR"},
      {"define i128 @f(i128 %x) { ret i128 %x }",
       "type i128 does not exist in AIR"},
      {"define void @f(ptr %g) { call void %g()\n ret void }",
       "an indirect call"},
      {"declare void @ext(i32)\ndefine void @f() { call void @ext(i32 1)\n ret "
       "void }",
       "undefined function ext"},
      {"declare void @air.unknown(ptr)\ndefine void @f(ptr %p) { call void "
       "@air.unknown(ptr %p)\n ret void }",
       "no pointer type is known for parameter 0 of 'air.unknown'"},
      {"@g = internal constant i32 1\ndefine i32 @f() { %r = load i32, ptr "
       "@g\n "
       "ret i32 %r }",
       "cannot write 'g' as AIR: data in address space 0"},
      {"define i32 @f(<4 x i8> %v) { %a = icmp eq <4 x i8> %v, "
       "zeroinitializer\n %w = shufflevector <4 x i1> %a, <4 x i1> %a, <16 x "
       "i32> zeroinitializer\n %b = bitcast <16 x i1> %w to <2 x i8>\n %r = "
       "bitcast <2 x i8> %b to i16\n %z = zext i16 %r to i32\n ret i32 %z }",
       "a bitcast of a vector of bools"},
      {"define void @f(i32 %n) { %a = alloca i8, i32 %n\n ret void }",
       "an alloca outside the entry block or of variable size"},
      {"define void @f(ptr %p) { %v = load <8 x i1>, ptr %p\n ret void }",
       "type <8 x i1> cannot be in memory"},
      {"@a = alias i32, ptr addrspace(1) @g\n@g = internal addrspace(1) global "
       "i32 0",
       "cannot write an alias as AIR"},
      {"define void @f() { call void asm sideeffect \"\", \"\"()\n ret void }",
       "an indirect call"},
  };
  for (const auto &row : rows) {
    INFO(row.text);
    std::string message = refusal(row.text, "macos14");
    INFO(message);
    CHECK(contains(message, row.message));
  }
  CHECK(contains(
      refusal("define bfloat @f(bfloat %x) { ret bfloat %x }", "macos13"),
      "bfloat needs macOS 14 or iOS 17"));
}
