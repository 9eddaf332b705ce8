// Threads of a threadgroup: barriers, simdgroup operations, divergence, ragged
// groups.
#include "AirText.h"
#include <numeric>

using namespace enigma::simulator;
using namespace enigma::simulator::test;

static const char *declarations = R"(
declare void @air.wg.barrier(i32, i32) convergent
declare void @air.simdgroup.barrier(i32, i32) convergent
declare i32 @air.simd_sum.u.i32(i32) convergent
declare float @air.simd_sum.f32(float) convergent
declare i32 @air.atomic.local.add.u.i32(ptr addrspace(3) nocapture, i32, i32, i32, i1)
declare i32 @air.atomic.global.add.u.i32(ptr addrspace(1) nocapture, i32, i32, i32, i1)
)";

TEST_CASE("a kernel without cooperation is a loop over the grid, ragged at its "
          "edges") {
  auto kernel = load(airModule(
      R"(
define void @k(ptr addrspace(1) %out, <3 x i32> %p, <3 x i32> %size) {
  %x = extractelement <3 x i32> %p, i64 0
  %y = extractelement <3 x i32> %p, i64 1
  %z = extractelement <3 x i32> %p, i64 2
  %sx = extractelement <3 x i32> %size, i64 0
  %zy = mul i32 %z, 3
  %row = add i32 %zy, %y
  %start = mul i32 %row, 7
  %i = add i32 %start, %x
  %wide = zext i32 %i to i64
  %at = getelementptr i32, ptr addrspace(1) %out, i64 %wide
  %v = shl i32 %sx, 16
  %w = or i32 %v, %i
  store i32 %w, ptr addrspace(1) %at
  ret void
})",
      {"device 0", "thread_position_in_grid", "threads_per_threadgroup"}));
  CHECK(!kernel->isCooperative());
  std::vector<uint32_t> out(7 * 3 * 2);
  Dispatch dispatch;
  dispatch.grid = {7, 3, 2};
  dispatch.threadgroup = {4, 2, 1};
  dispatch.buffers = {bind(0, out)};
  REQUIRE(message(kernel->dispatch(dispatch)) == "");
  for (uint32_t i = 0; i < out.size(); ++i)
    CHECK(out[i] == ((i % 7 < 4 ? 4u : 3u) << 16 | i));
}

TEST_CASE(
    "barriers in a loop: threadgroup memory is exchanged in every round") {
  auto kernel = load(airModule(
      std::string(declarations) + R"(
@shared = internal addrspace(3) global [64 x i32] undef, align 4
define void @k(ptr addrspace(1) %out, i32 %tid, i32 %n) {
entry:
  %own = getelementptr [64 x i32], ptr addrspace(3) @shared, i64 0, i32 %tid
  store i32 %tid, ptr addrspace(3) %own
  br label %loop
loop:
  %round = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @air.wg.barrier(i32 2, i32 1)
  %neighbour = add i32 %tid, 1
  %wrapped = urem i32 %neighbour, %n
  %other = getelementptr [64 x i32], ptr addrspace(3) @shared, i64 0, i32 %wrapped
  %v = load i32, ptr addrspace(3) %other
  call void @air.wg.barrier(i32 2, i32 1)
  store i32 %v, ptr addrspace(3) %own
  %next = add i32 %round, 1
  %more = icmp ult i32 %next, 5
  br i1 %more, label %loop, label %done
done:
  %last = load i32, ptr addrspace(3) %own
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %last, ptr addrspace(1) %at
  ret void
})",
      {"device 0", "thread_index_in_threadgroup", "threads_per_threadgroup"}));
  CHECK(kernel->isCooperative());
  CHECK(kernel->reflection().staticThreadgroupMemory == 256);
  for (uint32_t n : {1u, 32u, 50u, 64u}) {
    std::vector<uint32_t> out(n);
    run(*kernel, n, n, {bind(0, out)});
    for (uint32_t i = 0; i < n; ++i)
      CHECK(out[i] == (i + 5) % n);
  }
}

TEST_CASE("threads waiting at different barriers are an error, not a hang") {
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %low = icmp ult i32 %tid, 10
  br i1 %low, label %a, label %b
a:
  call void @air.wg.barrier(i32 2, i32 1)
  br label %c
b:
  call void @air.wg.barrier(i32 1, i32 1)
  br label %c
c:
  ret void
})",
                               {"device 0", "thread_index_in_threadgroup"}));
  std::vector<uint32_t> out(1);
  Dispatch dispatch;
  dispatch.grid = {40, 1, 1};
  dispatch.threadgroup = {40, 1, 1};
  dispatch.buffers = {bind(0, out)};
  std::string text = message(kernel->dispatch(dispatch));
  INFO(text);
  CHECK(text.find("barrier divergence in threadgroup (0, 0, 0)") == 0);
  CHECK(text.find("10 threads wait") != std::string::npos);
  CHECK(text.find("30 at") != std::string::npos);
}

TEST_CASE("threads that have returned do not hold up a barrier") {
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %early = icmp uge i32 %tid, 20
  br i1 %early, label %leave, label %stay
stay:
  call void @air.wg.barrier(i32 2, i32 1)
  %sum = call i32 @air.simd_sum.u.i32(i32 1)
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %sum, ptr addrspace(1) %at
  br label %leave
leave:
  ret void
})",
                               {"device 0", "thread_index_in_threadgroup"}));
  std::vector<uint32_t> out(64);
  run(*kernel, 64, 64, {bind(0, out)});
  for (uint32_t i = 0; i < 64; ++i)
    CHECK(out[i] == (i < 20 ? 20u : 0u));
}

TEST_CASE("a partial last simdgroup works over its lanes") {
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %sum = call i32 @air.simd_sum.u.i32(i32 %tid)
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %sum, ptr addrspace(1) %at
  ret void
})",
                               {"device 0", "thread_position_in_grid"}));
  std::vector<uint32_t> out(100);
  run(*kernel, 100, 64, {bind(0, out)});
  for (uint32_t i = 0; i < 100; ++i) {
    uint32_t first = i / 32 * 32, last = std::min(first + 32, 100u), sum = 0;
    for (uint32_t lane = first; lane < last; ++lane)
      sum += lane;
    CHECK(out[i] == sum);
  }
}

TEST_CASE(
    "simdgroup operations in both arms of a branch see the lanes of that arm") {
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %low = icmp ult i32 %tid, 10
  br i1 %low, label %a, label %b
a:
  %sa = call i32 @air.simd_sum.u.i32(i32 1)
  br label %c
b:
  %sb = call i32 @air.simd_sum.u.i32(i32 1)
  br label %c
c:
  %part = phi i32 [ %sa, %a ], [ %sb, %b ]
  %all = call i32 @air.simd_sum.u.i32(i32 %part)
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %all, ptr addrspace(1) %at
  ret void
})",
                               {"device 0", "thread_position_in_grid"}));
  std::vector<uint32_t> out(32);
  run(*kernel, 32, 32, {bind(0, out)});
  for (uint32_t v : out)
    CHECK(v == 10 * 10 + 22 * 22);
}

TEST_CASE("lanes leave a loop at different times and meet behind it") {
  // Lane t runs t % 4 + 1 rounds, each with a simd_sum of the lanes still in
  // the loop.
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, i32 %tid) {
entry:
  %rest = and i32 %tid, 3
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %acc = phi i32 [ 0, %entry ], [ %total, %loop ]
  %here = call i32 @air.simd_sum.u.i32(i32 1)
  %total = add i32 %acc, %here
  %next = add i32 %i, 1
  %more = icmp ule i32 %next, %rest
  br i1 %more, label %loop, label %done
done:
  %met = call i32 @air.simd_sum.u.i32(i32 1)
  %scaled = mul i32 %met, 1000
  %result = add i32 %scaled, %total
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %result, ptr addrspace(1) %at
  ret void
})",
                               {"device 0", "thread_position_in_grid"}));
  std::vector<uint32_t> out(32);
  run(*kernel, 32, 32, {bind(0, out)});
  const uint32_t expected[4] = {32, 32 + 24, 32 + 24 + 16, 32 + 24 + 16 + 8};
  for (uint32_t i = 0; i < 32; ++i)
    CHECK(out[i] == 32000 + expected[i % 4]);
}

TEST_CASE("lanes that skip a conditional operation wait for the others before "
          "the next round") {
  // Odd lanes do an extra simd_sum in odd rounds; the sum at the start of each
  // round has all lanes.
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, i32 %tid) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %latch ]
  %acc = phi i32 [ 0, %entry ], [ %joined, %latch ]
  %all = call i32 @air.simd_sum.u.i32(i32 1)
  %with = add i32 %acc, %all
  %both = and i32 %i, %tid
  %bit = and i32 %both, 1
  %extra = icmp ne i32 %bit, 0
  br i1 %extra, label %more, label %latch
more:
  %some = call i32 @air.simd_sum.u.i32(i32 100)
  %plus = add i32 %with, %some
  br label %latch
latch:
  %joined = phi i32 [ %with, %loop ], [ %plus, %more ]
  %next = add i32 %i, 1
  %again = icmp ult i32 %next, 4
  br i1 %again, label %loop, label %done
done:
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %joined, ptr addrspace(1) %at
  ret void
})",
                               {"device 0", "thread_position_in_grid"}));
  std::vector<uint32_t> out(32);
  run(*kernel, 32, 32, {bind(0, out)});
  for (uint32_t i = 0; i < 32; ++i)
    CHECK(out[i] == 4 * 32 + (i % 2 ? 2 * 1600 : 0));
}

TEST_CASE("operations inside a called function and a simdgroup barrier") {
  auto kernel = load(airModule(std::string(declarations) + R"(
@shared = internal addrspace(3) global [64 x i32] undef, align 4
define internal i32 @total(i32 %x) {
  %sum = call i32 @air.simd_sum.u.i32(i32 %x)
  ret i32 %sum
}
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %own = getelementptr [64 x i32], ptr addrspace(3) @shared, i64 0, i32 %tid
  store i32 %tid, ptr addrspace(3) %own
  call void @air.simdgroup.barrier(i32 2, i32 1)
  %partner = xor i32 %tid, 31
  %theirs = getelementptr [64 x i32], ptr addrspace(3) @shared, i64 0, i32 %partner
  %v = load i32, ptr addrspace(3) %theirs
  %a = call i32 @total(i32 1)
  %b = call i32 @total(i32 %a)
  %r = add i32 %b, %v
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %r, ptr addrspace(1) %at
  ret void
})",
                               {"device 0", "thread_index_in_threadgroup"}));
  std::vector<uint32_t> out(64);
  run(*kernel, 64, 64, {bind(0, out)});
  for (uint32_t i = 0; i < 64; ++i)
    CHECK(out[i] == 1024 + (i ^ 31));
}

TEST_CASE("atomics on device and threadgroup memory from many groups") {
  auto kernel = load(airModule(std::string(declarations) + R"(
@counter = internal addrspace(3) global i32 undef, align 4
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %first = icmp eq i32 %tid, 0
  br i1 %first, label %clear, label %count
clear:
  store i32 0, ptr addrspace(3) @counter
  br label %count
count:
  call void @air.wg.barrier(i32 2, i32 1)
  %a = call i32 @air.atomic.local.add.u.i32(ptr addrspace(3) @counter, i32 1, i32 0, i32 1, i1 true)
  %b = call i32 @air.atomic.global.add.u.i32(ptr addrspace(1) %out, i32 1, i32 0, i32 2, i1 true)
  call void @air.wg.barrier(i32 2, i32 1)
  br i1 %first, label %add, label %done
add:
  %n = load i32, ptr addrspace(3) @counter
  %second = getelementptr i32, ptr addrspace(1) %out, i32 1
  %c = call i32 @air.atomic.global.add.u.i32(ptr addrspace(1) %second, i32 %n, i32 0, i32 2, i1 true)
  br label %done
done:
  ret void
})",
                               {"device 0", "thread_index_in_threadgroup"}));
  std::vector<uint32_t> out(2);
  run(*kernel, 100000, 128, {bind(0, out)});
  CHECK(out[0] == 100000);
  CHECK(out[1] == 100000);
}

TEST_CASE("atomics in a kernel without cooperation count every thread") {
  auto kernel = load(
      airModule(std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, ptr addrspace(3) %local, i32 %tid) {
  %b = call i32 @air.atomic.global.add.u.i32(ptr addrspace(1) %out, i32 1, i32 0, i32 2, i1 true)
  %c = call i32 @air.atomic.local.add.u.i32(ptr addrspace(3) %local, i32 1, i32 0, i32 1, i1 true)
  ret void
})",
                {"device 0", "threadgroup 0", "thread_index_in_threadgroup"}));
  std::vector<uint32_t> out(1);
  Dispatch dispatch;
  dispatch.grid = {5000, 1, 1};
  dispatch.threadgroup = {256, 1, 1};
  dispatch.buffers = {bind(0, out)};
  CHECK(message(kernel->dispatch(dispatch)) ==
        "threadgroup argument 0 ('b1') has no size");
  dispatch.threadgroupMemory = {{0, 16}};
  REQUIRE(message(kernel->dispatch(dispatch)) == "");
  CHECK(out[0] == 5000);
}

TEST_CASE("barrier divergence says where the barriers are in the source") {
  auto kernel = load(airModule(std::string(declarations) + R"(
define void @k(i32 %tid) !dbg !61 {
  %low = icmp ult i32 %tid, 10, !dbg !64
  br i1 %low, label %a, label %b, !dbg !64
a:
  call void @air.wg.barrier(i32 2, i32 1), !dbg !64
  br label %c, !dbg !64
b:
  call void @air.wg.barrier(i32 2, i32 1), !dbg !65
  br label %c, !dbg !65
c:
  ret void, !dbg !65
}
)",
                               {"thread_index_in_threadgroup"}, R"(
!llvm.dbg.cu = !{!60}
!llvm.module.flags = !{!66}
!66 = !{i32 2, !"Debug Info Version", i32 3}
!60 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !62, emissionKind: FullDebug)
!61 = distinct !DISubprogram(name: "k", file: !62, line: 3, type: !63, unit: !60, spFlags: DISPFlagDefinition)
!62 = !DIFile(filename: "kernel.py", directory: ".")
!63 = !DISubroutineType(types: !67)
!67 = !{null}
!64 = !DILocation(line: 7, column: 5, scope: !61)
!65 = !DILocation(line: 9, column: 5, scope: !61)
)"));
  Dispatch dispatch;
  dispatch.grid = dispatch.threadgroup = {40, 1, 1};
  std::string text = message(kernel->dispatch(dispatch));
  INFO(text);
  CHECK(text.find("air.wg.barrier at kernel.py:7") != std::string::npos);
  CHECK(text.find("air.wg.barrier at kernel.py:9") != std::string::npos);
}

TEST_CASE("lanes that write one place in a strided loop: the later iteration "
          "wins, as in lockstep") {
  // for (i = lane; i < 32; i += 4) shared[i] = lane: lane l and lanes l + 4,
  // l + 8, ... all write shared[l + 28], the latter in an earlier iteration.
  auto kernel = load(airModule(std::string(declarations) + R"(
@shared = internal addrspace(3) global [32 x i32] undef, align 4
define void @k(ptr addrspace(1) %out, i32 %lane) {
entry:
  br label %loop
loop:
  %i = phi i32 [ %lane, %entry ], [ %next, %loop ]
  %at = getelementptr i32, ptr addrspace(3) @shared, i32 %i
  store i32 %lane, ptr addrspace(3) %at
  %next = add i32 %i, 4
  %more = icmp ult i32 %next, 32
  br i1 %more, label %loop, label %done
done:
  call void @air.simdgroup.barrier(i32 2, i32 4)
  %from = getelementptr i32, ptr addrspace(3) @shared, i32 %lane
  %v = load i32, ptr addrspace(3) %from
  call void @air.wg.barrier(i32 2, i32 1)
  store i32 %lane, ptr addrspace(3) %from
  %to = getelementptr i32, ptr addrspace(1) %out, i32 %lane
  store i32 %v, ptr addrspace(1) %to
  br label %again
again:
  %j = phi i32 [ %lane, %done ], [ %k, %again ]
  %there = getelementptr i32, ptr addrspace(3) @shared, i32 %j
  store i32 %lane, ptr addrspace(3) %there
  %k = add i32 %j, 4
  %rest = icmp ult i32 %k, 32
  br i1 %rest, label %again, label %end
end:
  call void @air.simdgroup.barrier(i32 2, i32 4)
  %w = load i32, ptr addrspace(3) %from
  %second = getelementptr i32, ptr addrspace(1) %to, i32 32
  store i32 %w, ptr addrspace(1) %second
  ret void
})",
                               {"device 0", "thread_index_in_simdgroup"}));
  std::vector<uint32_t> out(64);
  run(*kernel, 32, 32, {bind(0, out)});
  for (unsigned i = 0; i < out.size(); ++i)
    CHECK(out[i] == i % 4);
}
