// Lines and conditions of a kernel: order, values of every dtype, where a
// failing thread ends, and malformed metadata.
#include "AirText.h"
#include "enigma/debugformat/DebugFormat.h"
#include "llvm/Support/raw_ostream.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace enigma::simulator::test;

static const char *declarations = R"(
declare void @enigma.device_print.value(i64)
declare void @enigma.device_print(i32)
declare void @enigma.device_assert(i1, i32)
declare void @air.wg.barrier(i32, i32) convergent
)";

/// Prints its number, then asserts that it is less than a limit in buffer 1,
/// then writes 1 to buffer 0.
static std::string numbered(const std::string &between) {
  return std::string(declarations) + R"(
define void @k(ptr addrspace(1) %out, ptr addrspace(2) %limit, i32 %i) {
  %wide = zext i32 %i to i64
  call void @enigma.device_print.value(i64 %wide)
  call void @enigma.device_print(i32 0)
  %n = load i32, ptr addrspace(2) %limit
  %holds = icmp ult i32 %i, %n
  call void @enigma.device_assert(i1 %holds, i32 1)
)" + between +
         R"(
  %at = getelementptr i32, ptr addrspace(1) %out, i64 %wide
  store i32 1, ptr addrspace(1) %at
  ret void
})";
}

static const std::vector<std::string> parameters = {"device 0", "constant 1 4",
                                                    "thread_position_in_grid"};
static const char *sites = R"(
!enigma.debug_sites = !{!50, !51}
!50 = !{ptr @k, i32 0, !"print", !"i = {}", !"k.py", i32 7, !"u32"}
!51 = !{ptr @k, i32 1, !"assert", !"i is small", !"k.py", i32 8}
)";

namespace {
struct Outcome {
  std::string log, error;
  std::vector<int32_t> out;
};
} // namespace

static Outcome dispatch(const Kernel &kernel, uint32_t threads, uint32_t group,
                        int32_t limit) {
  Outcome outcome;
  outcome.out.resize(threads);
  std::vector<int32_t> limits = {limit};
  llvm::raw_string_ostream log(outcome.log);
  Dispatch launch;
  launch.grid = {threads, 1, 1};
  launch.threadgroup = {group, 1, 1};
  launch.buffers = {bind(0, outcome.out), bind(1, limits)};
  launch.log = &log;
  outcome.error = message(kernel.dispatch(launch));
  return outcome;
}

TEST_CASE("lines come in the order of the threads, also with barriers") {
  for (const char *between :
       {"", "  call void @air.wg.barrier(i32 2, i32 1) convergent\n"}) {
    auto kernel = load(airModule(numbered(between), parameters, sites));
    Outcome outcome = dispatch(*kernel, 70, 33, 70);
    std::string expected;
    for (int i = 0; i < 70; ++i)
      expected += "k.py:7: thread (" + std::to_string(i) +
                  ", 0, 0): i = " + std::to_string(i) + "\n";
    CHECK(outcome.log == expected);
    CHECK(outcome.error == "");
    CHECK(outcome.out == std::vector<int32_t>(70, 1));
  }
}

TEST_CASE("a thread ends at a condition that does not hold") {
  for (const char *between :
       {"", "  call void @air.wg.barrier(i32 2, i32 1) convergent\n"}) {
    auto kernel = load(airModule(numbered(between), parameters, sites));
    Outcome outcome = dispatch(*kernel, 64, 32, 30);
    CHECK(outcome.error ==
          "k.py:8: thread (30, 0, 0): assertion failed: i is small");
    std::vector<int32_t> expected(64, 0);
    std::fill_n(expected.begin(), 30, 1);
    CHECK(outcome.out == expected);
    // The threadgroup's lines, and none of the next one's.
    CHECK(std::count(outcome.log.begin(), outcome.log.end(), '\n') == 32);
  }
}

TEST_CASE("malformed debugging metadata is refused") {
  auto error = [&](const std::string &from, const std::string &to) {
    std::string text = sites;
    size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    return loadError(airModule(numbered(""), parameters, text));
  };
  const std::string start = "enigma.debug_sites: ";
  CHECK(error("i = {}", "i = {:>3}").find(start + "placeholder {:>3}") == 0);
  CHECK(error("i = {}", "i = ") ==
        start + "the format has 0 placeholders for 1 values");
  CHECK(error("!\"u32\"", "!\"u33\"") == start + "a value has no dtype");
  CHECK(error("\"print\"", "\"shout\"") ==
        start + "a node is not function, number, kind, text, file, line");
  CHECK(error(", !\"k.py\", i32 8}", "}") ==
        start + "a node has too few operands");
  CHECK(error("i32 1, !\"assert\"", "i32 2, !\"assert\"") ==
        start + "sites are not numbered in order");
  CHECK(error("!50, !51", "!50") ==
        start + "'enigma.device_assert' is called without a site of its kind");
}

static std::string value(const char *spec, DType dtype, uint64_t bits) {
  auto pieces = parseDebugFormat(spec);
  REQUIRE(bool(pieces));
  return formatLine(*pieces, {dtype}, {bits});
}

TEST_CASE("values are written as Python would") {
  CHECK(value("{}", DType::i8, 0x80) == "-128");
  CHECK(value("{}", DType::u8, 0xffff) == "255");
  CHECK(value("{:d}", DType::i64, ~uint64_t(0)) == "-1");
  CHECK(value("{}", DType::u64, ~uint64_t(0)) == "18446744073709551615");
  CHECK(value("{:x}/", DType::u16, 0xabcd) == "abcd/");
  CHECK(value("{:X}", DType::u32, 0xabcd) == "ABCD");
  CHECK(value("{}", DType::b1, 1) == "True");
  CHECK(value("{:d}", DType::b1, 0) == "0");
  CHECK(value("{}", DType::f32, 0x3dcccccd) == "0.1");
  CHECK(value("{}", DType::f32, 0x4b800000) == "16777216.0");
  CHECK(value("{}", DType::f32, 0x7f7fffff) == "3.4028235e+38");
  CHECK(value("{}", DType::f32, 0x80000000) == "-0.0");
  CHECK(value("{}", DType::f32, 0x7f800000) == "inf");
  CHECK(value("{:.2f}", DType::f32, 0xff800000) == "-inf");
  CHECK(value("{}", DType::f32, 0x7fc00000) == "nan");
  CHECK(value("{:.2f}", DType::f32, 0x40490fdb) == "3.14");
  CHECK(value("{:e}", DType::f32, 0x40000000) == "2.000000e+00");
  CHECK(value("{:.3g}", DType::f32, 0x40490fdb) == "3.14");
  CHECK(value("{}", DType::f16, 0x3555) == "0.3333");
  CHECK(value("{}", DType::bf16, 0x3eab) == "0.334");
  CHECK(value("{{{}}}", DType::u8, 1) == "{1}");
}
