// Asynchronous copies of a simdgroup, in the form that Apple's compiler for
// macOS 13 writes.
#include "AirText.h"
#include <numeric>

using namespace enigma::simulator;
using namespace enigma::simulator::test;

static const char *declarations = R"(
declare ptr @air.simdgroup_async_copy_1d.p3i8.p1i8(i64, i64, ptr addrspace(3) nocapture writeonly, ptr addrspace(1) nocapture readonly, i64) convergent
declare ptr @air.simdgroup_async_copy_1d.p1i8.p3i8(i64, i64, ptr addrspace(1) nocapture writeonly, ptr addrspace(3) nocapture readonly, i64) convergent
declare ptr @air.simdgroup_async_copy_2d.p3i8.p1i8(i64, i64, ptr addrspace(3) nocapture writeonly, i64, i64, <2 x i64>, ptr addrspace(1) nocapture readonly, i64, i64, <2 x i64>, <2 x i64>, i32) convergent
declare ptr @air.simdgroup_async_copy_2d.p1i8.p3i8(i64, i64, ptr addrspace(1) nocapture writeonly, i64, i64, <2 x i64>, ptr addrspace(3) nocapture readonly, i64, i64, <2 x i64>, <2 x i64>, i32) convergent
declare void @air.wait_simdgroup_events(i32, ptr nocapture) convergent
)";

TEST_CASE("a one-dimensional copy there and back") {
  auto kernel =
      load(airModule(std::string(declarations) + R"(
@tile = internal addrspace(3) global [100 x i16] undef, align 2
define void @k(ptr addrspace(1) %out, ptr addrspace(1) %in, i32 %lane) {
  %event = alloca ptr, align 8
  %e = call ptr @air.simdgroup_async_copy_1d.p3i8.p1i8(i64 2, i64 2, ptr addrspace(3) @tile, ptr addrspace(1) %in, i64 70)
  store ptr %e, ptr %event
  call void @air.wait_simdgroup_events(i32 1, ptr %event)
  %other = sub i32 69, %lane
  %at = getelementptr i16, ptr addrspace(3) @tile, i32 %other
  %v = load i16, ptr addrspace(3) %at
  %w = add i16 %v, 1000
  store i16 %w, ptr addrspace(3) %at
  %b = call ptr @air.simdgroup_async_copy_1d.p1i8.p3i8(i64 2, i64 2, ptr addrspace(1) %out, ptr addrspace(3) @tile, i64 70)
  store ptr %b, ptr %event
  call void @air.wait_simdgroup_events(i32 1, ptr %event)
  ret void
})",
                     {"device 0", "device 1", "thread_index_in_simdgroup"}));
  CHECK(kernel->isCooperative());
  std::vector<uint16_t> in(70), out(72, 7);
  std::iota(in.begin(), in.end(), 1);
  run(*kernel, 32, 32, {bind(0, out), bind(1, in)});
  for (unsigned i = 0; i < 70; ++i)
    CHECK(out[i] == i + 1 + (i >= 38 ? 1000 : 0));
  CHECK(out[70] == 7);
}

/// Copies a source tile of 5 x 3 out of rows of 8 into a target tile of 6 x 4
/// in rows of 7.
static std::vector<float> copyTile(const char *mode) {
  auto kernel =
      load(airModule(std::string(declarations) + R"(
@tile = internal addrspace(3) global [28 x float] undef, align 4
define void @k(ptr addrspace(1) %out, ptr addrspace(1) %in, i32 %lane) {
  %event = alloca ptr, align 8
  %own = getelementptr float, ptr addrspace(3) @tile, i32 %lane
  %fits = icmp ult i32 %lane, 28
  br i1 %fits, label %fill, label %copy
fill:
  store float -1.0, ptr addrspace(3) %own
  br label %copy
copy:
  call void @air.wait_simdgroup_events(i32 0, ptr %event)
  %e = call ptr @air.simdgroup_async_copy_2d.p3i8.p1i8(i64 4, i64 4, ptr addrspace(3) @tile, i64 7, i64 1, <2 x i64> <i64 6, i64 4>, ptr addrspace(1) %in, i64 8, i64 1, <2 x i64> <i64 5, i64 3>, <2 x i64> zeroinitializer, i32 )" +
                         mode + R"()
  store ptr %e, ptr %event
  call void @air.wait_simdgroup_events(i32 1, ptr %event)
  %b = call ptr @air.simdgroup_async_copy_2d.p1i8.p3i8(i64 4, i64 4, ptr addrspace(1) %out, i64 7, i64 1, <2 x i64> <i64 7, i64 4>, ptr addrspace(3) @tile, i64 7, i64 1, <2 x i64> <i64 7, i64 4>, <2 x i64> zeroinitializer, i32 0)
  store ptr %b, ptr %event
  call void @air.wait_simdgroup_events(i32 1, ptr %event)
  ret void
})",
                     {"device 0", "device 1", "thread_index_in_simdgroup"}));
  std::vector<float> in(24), out(28);
  std::iota(in.begin(), in.end(), 1.0f);
  run(*kernel, 32, 32, {bind(0, out), bind(1, in)});
  return out;
}

TEST_CASE("a two-dimensional copy fills what lies outside of its source") {
  CHECK(copyTile("0") == std::vector<float>{1,  2,  3,  4,  5,  0, -1,
                                            9,  10, 11, 12, 13, 0, -1,
                                            17, 18, 19, 20, 21, 0, -1,
                                            0,  0,  0,  0,  0,  0, -1});
  CHECK(copyTile("1") == std::vector<float>{1,  2,  3,  4,  5,  5,  -1,
                                            9,  10, 11, 12, 13, 13, -1,
                                            17, 18, 19, 20, 21, 21, -1,
                                            17, 18, 19, 20, 21, 21, -1});
}

TEST_CASE("forms of the copies that nobody has seen are refused") {
  auto refusal = [](const std::string &operands) {
    return loadError(airModule(
        std::string(declarations) +
            "define void @k(ptr addrspace(3) %to, ptr addrspace(1) %from, i64 "
            "%n) {\n  %e = call ptr "
            "@air.simdgroup_async_copy_2d.p3i8.p1i8(" +
            operands + ")\n  ret void\n}",
        {"threadgroup 0", "device 1", "thread_position_in_grid"}));
  };
  std::string known = "the CPU device: ";
  CHECK_THAT(refusal("i64 4, i64 4, ptr addrspace(3) %to, i64 8, i64 2, <2 x "
                     "i64> <i64 8, i64 8>, ptr addrspace(1) %from, i64 8, i64 "
                     "1, <2 x i64> <i64 8, i64 8>, <2 x i64> zeroinitializer, "
                     "i32 0"),
             Catch::EndsWith(known +
                             "only element strides of 1 and an offset of 0 are "
                             "known"));
  CHECK_THAT(refusal("i64 %n, i64 4, ptr addrspace(3) %to, i64 8, i64 1, <2 x "
                     "i64> <i64 8, i64 8>, ptr addrspace(1) %from, i64 8, i64 "
                     "1, <2 x i64> <i64 8, i64 8>, <2 x i64> zeroinitializer, "
                     "i32 0"),
             Catch::EndsWith(known + "the size of its elements must be a "
                                     "constant power of two up to 64"));
}
