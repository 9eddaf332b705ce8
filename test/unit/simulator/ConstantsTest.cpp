// What a kernel is given: function constants, bindings, and what loading
// refuses.
#include "AirText.h"

using namespace enigma::simulator;
using namespace enigma::simulator::test;

static const char *constantModule = R"(
@init = internal addrspace(2) externally_initialized constant i32 undef, section "air.fc_initializer"
@n = internal addrspace(2) global i32 undef
@initflag = internal addrspace(2) externally_initialized constant i8 undef, section "air.fc_initializer"
@flag = internal addrspace(2) global i8 undef
@llvm.global_ctors = appending global [1 x {i32, ptr, ptr}] [{i32, ptr, ptr} {i32 65535, ptr @ctor, ptr null}]
declare i1 @air.is_function_constant_defined(ptr addrspace(2) nocapture)
define internal void @ctor() section "air.static_init" {
  %v = load i32, ptr addrspace(2) @init
  store i32 %v, ptr addrspace(2) @n
  %f = load i8, ptr addrspace(2) @initflag
  %d = call i1 @air.is_function_constant_defined(ptr addrspace(2) @initflag)
  %s = select i1 %d, i8 %f, i8 7
  store i8 %s, ptr addrspace(2) @flag
  ret void
}
define void @k(ptr addrspace(1) %out) {
  %v = load i32, ptr addrspace(2) @n
  store i32 %v, ptr addrspace(1) %out
  %f = load i8, ptr addrspace(2) @flag
  %w = zext i8 %f to i32
  %second = getelementptr i32, ptr addrspace(1) %out, i64 1
  store i32 %w, ptr addrspace(1) %second
  ret void
})";
static const char *constantNodes = R"(
!air.function_constants = !{!50, !51}
!50 = !{ptr addrspace(2) @init, !"int", !"n", i32 3, i1 true}
!51 = !{ptr addrspace(2) @initflag, !"bool", !"flag", i32 4, i1 false}
)";

TEST_CASE("function constants are set by index or name and checked") {
  std::string text = airModule(constantModule, {"device 0"}, constantNodes);
  auto values = [&](std::vector<ConstantValue> constants) {
    auto kernel = load(text, constants);
    std::vector<int32_t> out(2);
    run(*kernel, 1, 1, {bind(0, out)});
    return out;
  };
  CHECK(values({{uint32_t(3), int64_t(-5)}}) == std::vector<int32_t>{-5, 7});
  CHECK(values({{std::string("n"), uint64_t(9)}, {uint32_t(4), true}}) ==
        std::vector<int32_t>{9, 1});
  CHECK(loadError(text) ==
        "function constant 'n' (index 3, i32) is required and not set");
  ConstantValue wrong[] = {{uint32_t(8), int64_t(1)}};
  CHECK(loadError(text, wrong) == "there is no function constant 8");
  ConstantValue large[] = {{uint32_t(3), uint64_t(1) << 40}};
  CHECK(loadError(text, large) ==
        "function constant 'n': 1099511627776 is not a value of i32");
  ConstantValue real[] = {{uint32_t(3), 2.5}};
  CHECK(loadError(text, real) ==
        "function constant 'n': 2.500000 is not a value of i32");
  ConstantValue notBool[] = {{uint32_t(3), int64_t(1)},
                             {uint32_t(4), int64_t(2)}};
  CHECK(loadError(text, notBool) ==
        "function constant 'flag': 2 is not a value of b1");
  ConstantValue truth[] = {{uint32_t(3), true}};
  CHECK(loadError(text, truth) ==
        "function constant 'n': true is not a value of i32");
  ConstantValue huge[] = {{uint32_t(3), int64_t(1)}};
  std::string half = text;
  for (auto [from, to] :
       {std::pair("i32 undef, section", "half undef, section"),
        {"i32 undef\n", "half undef\n"},
        {"%v = load i32, ptr addrspace(2) @init",
         "%v = load half, ptr addrspace(2) @init"},
        {"store i32 %v, ptr addrspace(2) @n",
         "store half %v, ptr addrspace(2) @n"},
        {"!\"int\"", "!\"half\""}})
    half.replace(half.find(from), strlen(from), to);
  huge[0].value = 65520.0;
  CHECK(loadError(half, huge) ==
        "function constant 'n': 65520 is not a value of f16");
  huge[0].value = 65519.0;
  CHECK(loadError(half, huge) == "");
}

TEST_CASE("what the device does not know is refused when loading, by name") {
  CHECK(loadError(airModule(R"(
declare i32 @air.frobnicate.i32(i32)
define void @k(ptr addrspace(1) %out) {
  %v = call i32 @air.frobnicate.i32(i32 1)
  store i32 %v, ptr addrspace(1) %out
  ret void
})",
                            {"device 0"})) ==
        "kernel 'k' uses 'air.frobnicate.i32', which the CPU device does not "
        "know");
  CHECK(loadError(airModule(R"(
declare float @air.exp.f32(float, float)
define void @k(ptr addrspace(1) %out) {
  %v = call float @air.exp.f32(float 1.0, float 1.0)
  store float %v, ptr addrspace(1) %out
  ret void
})",
                            {"device 0"})) ==
        "kernel 'k': 'air.exp.f32' has 2 operands, the CPU device knows it "
        "with 1");
  CHECK(loadError(airModule("define void @k(i32 %x) { ret void }",
                            {"amplification_count"})) ==
        "kernel 'k': argument 'p0' (air.amplification_count) is not supported "
        "by the CPU device");
  CHECK(loadError(airModule("define void @k(i32 %x) { ret void }", {})) ==
        "kernel 'k': metadata does not describe its 1 parameters");
}

TEST_CASE("bindings are checked before anything runs") {
  auto kernel = load(airModule(R"(
define void @k(ptr addrspace(1) %out, ptr addrspace(2) %scalar) {
  %v = load i32, ptr addrspace(2) %scalar
  store i32 %v, ptr addrspace(1) %out
  ret void
})",
                               {"device 0", "constant 3 4"}));
  std::vector<uint32_t> out(1), scalar{42};
  std::vector<uint8_t> tooSmall(3);
  Dispatch dispatch;
  CHECK(message(kernel->dispatch(dispatch)) == "buffer 0 ('b0') is not bound");
  dispatch.buffers = {bind(0, out), bind(3, tooSmall)};
  CHECK(message(kernel->dispatch(dispatch)) ==
        "buffer 3 ('b1') has 3 bytes, the kernel reads 4");
  dispatch.buffers = {bind(0, out), bind(3, scalar)};
  CHECK(message(kernel->dispatch(dispatch)) == "");
  CHECK(out[0] == 42);
  dispatch.threadgroup = {1024, 2, 1};
  CHECK(message(kernel->dispatch(dispatch)) ==
        "kernel 'k' allows 1024 threads per threadgroup, not 2048");
  dispatch.threadgroup = {1, 0, 1};
  CHECK(message(kernel->dispatch(dispatch)) ==
        "grid and threadgroup sizes must be positive");
}

TEST_CASE("every built-in argument in its types") {
  auto kernel = load(airModule(
      R"(
define void @k(ptr addrspace(1) %out, i32 %x, <2 x i16> %tpt, <3 x i32> %tg, <3 x i16> %size,
               <2 x i32> %grid, i16 %index, i16 %lane, i32 %simd, i16 %simds, i32 %width, i16 %quad,
               i32 %quadindex, <3 x i32> %groups, <3 x i32> %dispatched, i32 %origin) {
  %start = mul i32 %x, 16
  %base = getelementptr i32, ptr addrspace(1) %out, i32 %start
  store i32 %x, ptr addrspace(1) %base
  %p1 = getelementptr i32, ptr addrspace(1) %base, i32 1
  %v1 = extractelement <2 x i16> %tpt, i32 0
  %w1 = zext i16 %v1 to i32
  store i32 %w1, ptr addrspace(1) %p1
  %p2 = getelementptr i32, ptr addrspace(1) %base, i32 2
  %v2 = extractelement <3 x i32> %tg, i32 0
  store i32 %v2, ptr addrspace(1) %p2
  %p3 = getelementptr i32, ptr addrspace(1) %base, i32 3
  %v3 = extractelement <3 x i16> %size, i32 0
  %w3 = zext i16 %v3 to i32
  store i32 %w3, ptr addrspace(1) %p3
  %p4 = getelementptr i32, ptr addrspace(1) %base, i32 4
  %v4 = extractelement <2 x i32> %grid, i32 0
  store i32 %v4, ptr addrspace(1) %p4
  %p5 = getelementptr i32, ptr addrspace(1) %base, i32 5
  %w5 = zext i16 %index to i32
  store i32 %w5, ptr addrspace(1) %p5
  %p6 = getelementptr i32, ptr addrspace(1) %base, i32 6
  %w6 = zext i16 %lane to i32
  store i32 %w6, ptr addrspace(1) %p6
  %p7 = getelementptr i32, ptr addrspace(1) %base, i32 7
  store i32 %simd, ptr addrspace(1) %p7
  %p8 = getelementptr i32, ptr addrspace(1) %base, i32 8
  %w8 = zext i16 %simds to i32
  store i32 %w8, ptr addrspace(1) %p8
  %p9 = getelementptr i32, ptr addrspace(1) %base, i32 9
  store i32 %width, ptr addrspace(1) %p9
  %p10 = getelementptr i32, ptr addrspace(1) %base, i32 10
  %w10 = zext i16 %quad to i32
  store i32 %w10, ptr addrspace(1) %p10
  %p11 = getelementptr i32, ptr addrspace(1) %base, i32 11
  store i32 %quadindex, ptr addrspace(1) %p11
  %p12 = getelementptr i32, ptr addrspace(1) %base, i32 12
  %v12 = extractelement <3 x i32> %groups, i32 0
  store i32 %v12, ptr addrspace(1) %p12
  %p13 = getelementptr i32, ptr addrspace(1) %base, i32 13
  %v13 = extractelement <3 x i32> %dispatched, i32 0
  store i32 %v13, ptr addrspace(1) %p13
  %p14 = getelementptr i32, ptr addrspace(1) %base, i32 14
  store i32 %origin, ptr addrspace(1) %p14
  ret void
})",
      {"device 0", "thread_position_in_grid", "thread_position_in_threadgroup",
       "threadgroup_position_in_grid", "threads_per_threadgroup",
       "threads_per_grid", "thread_index_in_threadgroup",
       "thread_index_in_simdgroup", "simdgroup_index_in_threadgroup",
       "simdgroups_per_threadgroup", "threads_per_simdgroup",
       "thread_index_in_quadgroup", "quadgroup_index_in_threadgroup",
       "threadgroups_per_grid", "dispatch_threads_per_threadgroup",
       "grid_origin"}));
  constexpr uint32_t grid = 150, block = 100;
  std::vector<uint32_t> out(grid * 16);
  run(*kernel, grid, block, {bind(0, out)});
  for (uint32_t x = 0; x < grid; ++x) {
    uint32_t local = x % block, size = x < block ? block : grid - block;
    std::vector<uint32_t> expected = {x,          local,      x / block,
                                      size,       grid,       local,
                                      local % 32, local / 32, (size + 31) / 32,
                                      32,         local % 4,  local / 4,
                                      2,          block,      0};
    INFO(x);
    CHECK(std::vector<uint32_t>(out.begin() + x * 16,
                                out.begin() + x * 16 + 15) == expected);
  }
}
