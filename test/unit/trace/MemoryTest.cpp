// The trace verifier and printer on atomics, thread memory and copies by a
// simdgroup.
#include "TraceTesting.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

/// What the ops under test use; they come after it.
static const std::string values =
    constant("f", "f32", "1.5") + ", " + constant("u", "u32", "1") + ", " +
    constant("c", "b1", "true") + ", " +
    op("threadgroup_alloc", R"("out": [["%t", "threadgroup<f32,4>"]])") + ", " +
    op("threadgroup_alloc", R"("out": [["%s", "threadgroup<i32,2x2>"]])") +
    ", " + op("thread_alloc", R"("out": [["%r", "thread<u32,2x2>"]])") + ", ";

/// The error of one op after `values`, relative to it.
static std::string opError(const std::string &name,
                           const std::string &members) {
  std::string message = bodyError(values + op(name, members));
  const std::string start = "[6].";
  return message.substr(0, start.size()) == start ? message.substr(start.size())
                                                  : message;
}

static std::string relaxed(const std::string &in, const std::string &out) {
  return R"("in": [)" + in + R"(], "out": [)" + out +
         R"(], "attrs": {"order": "relaxed"})";
}

TEST_CASE("atomic loads, stores and exchanges") {
  auto error = [](const char *name, const char *in, const char *out) {
    return opError(name, relaxed(in, out));
  };
  CHECK(error("atomic_load", R"("A", "%u")", R"(["%1", "f32"])") == "");
  CHECK(error("atomic_load", R"("%s", "%u", "%u")", R"(["%1", "i32"])") == "");
  CHECK(error("atomic_store", R"("I", "%u", "%u")", "") == "");
  CHECK(error("atomic_exchange", R"("A", "%u", "%f")", R"(["%1", "f32"])") ==
        "");
  CHECK(error("atomic_load", R"("%t", "%u")", R"(["%1", "f32"])") ==
        "in[0]: Metal has no atomic_load on f32 in this memory");
  CHECK(error("atomic_load", R"("%r", "%u")", R"(["%1", "u32"])") ==
        "in[0]: Metal has no atomic_load on u32 in this memory");
  CHECK(error("atomic_load", R"("A", "%u")", "") ==
        "out: 'atomic_load' expects 1, got 0");
  CHECK(error("atomic_load", R"("A", "%u")", R"(["%1", "u32"])") ==
        "out[0]: expected f32, got u32");
  CHECK(error("atomic_store", R"("A", "%u", "%u")", "") ==
        "in[2]: expected f32, got u32");
  CHECK(error("atomic_store", R"("A", "%u", "%f")", R"(["%1", "f32"])") ==
        "out: 'atomic_store' expects 0, got 1");
  CHECK(error("atomic_store", R"("A", "%f", "%f")", "") ==
        "in[1]: an index is an integer, got f32");
}

TEST_CASE("compare-exchange") {
  for (const char *name :
       {"atomic_compare_exchange", "atomic_compare_exchange_weak"}) {
    auto error = [&](const char *in, const char *out) {
      return opError(name, relaxed(in, out));
    };
    const char *results = R"(["%1", "b1"], ["%2", "f32"])";
    CHECK(error(R"("A", "%u", "%f", "%f")", results) == "");
    CHECK(error(R"("I", "%u", "%u", "%u", "%u")",
                R"(["%1", "b1"], ["%2", "u32"])") == "");
    CHECK(error(R"("A", "%u", "%f", "%u")", results) ==
          "in[3]: expected f32, got u32");
    CHECK(
        error(R"("A", "%u", "%f", "%f")", R"(["%1", "f32"], ["%2", "f32"])") ==
        "out[0]: expected b1, got f32");
    CHECK(error(R"("A", "%u", "%f", "%f")", R"(["%1", "b1"], ["%2", "b1"])") ==
          "out[1]: expected f32, got b1");
    CHECK(error(R"("A", "%u", "%f", "%f")", R"(["%1", "b1"])") ==
          std::string("out: '") + name + "' expects 2, got 1");
    CHECK(opError(name, R"("in": ["A", "%u", "%f", "%f"], "out": [)" +
                            std::string(results) +
                            R"(], "attrs": {"order": "acquire"})") ==
          "attrs.order: expected \"relaxed\", got \"acquire\"");
  }
}

TEST_CASE("thread memory") {
  auto error = [](const char *type) {
    return opError("thread_alloc",
                   R"("out": [["%1", ")" + std::string(type) + R"("]])");
  };
  CHECK(error("thread<f16x3,2x3>") == "");
  CHECK(error("thread<f32,8192>") == "");
  CHECK(error("thread<f32x3,2049>") ==
        "out[0]: thread memory has at most 32768 bytes, got 32784");
  CHECK(error("threadgroup<f32,4>") ==
        "out[0]: expected thread memory, got threadgroup<f32,4>");
  CHECK(error("thread<f32>").find("unknown type") != std::string::npos);
  CHECK(opError("neg", R"("in": ["%r"], "out": [["%1", "u32"]])") ==
        "in[0]: thread memory '%r' is not a value");
  CHECK(opError("load",
                R"("in": ["%r", "%u", "%u"], "out": [["%1", "u32"]])") == "");
  CHECK(opError("cast", R"("in": ["%u"], "out": [["%1", "thread<u32,2>"]])") ==
        "out[0]: cannot convert u32 to thread<u32,2>");
  // Unlike threadgroup memory it may stand in a branch.
  CHECK(opError("if",
                R"("in": ["%c"], "regions": [{"body": [)" +
                    op("thread_alloc", R"("out": [["%1", "thread<b1,4>"]])") +
                    R"(]}, {"body": []}])") == "");
}

TEST_CASE("copies by a simdgroup") {
  auto error = [](const char *name, const char *in) {
    return opError(name, R"("in": [)" + std::string(in) + "]");
  };
  CHECK(error("async_copy_1d_d2t", R"("%t", "%u", "A", "%u", "%u")") == "");
  CHECK(error("async_copy_1d_t2d", R"("A", "%u", "%t", "%u", "%u")") == "");
  CHECK(error("async_copy_2d_d2t",
              R"("%t", "%u", "%u", "A", "%u", "%u", "%u", "%u")") == "");
  CHECK(error("async_copy_2d_t2d",
              R"("A", "%u", "%u", "%t", "%u", "%u", "%u", "%u")") == "");
  CHECK(error("async_copy_1d_d2t", R"("A", "%u", "%t", "%u", "%u")") ==
        "in[0]: expected threadgroup memory");
  CHECK(error("async_copy_1d_d2t", R"("%t", "%u", "%t", "%u", "%u")") ==
        "in[2]: expected device memory");
  CHECK(error("async_copy_1d_t2d", R"("A", "%u", "%r", "%u", "%u")") ==
        "in[2]: expected threadgroup memory");
  CHECK(error("async_copy_1d_d2t", R"("%s", "%u", "A", "%u", "%u")") ==
        "in[2]: expected i32, got f32");
  CHECK(error("async_copy_1d_d2t", R"("%t", "%f", "A", "%u", "%u")") ==
        "in[1]: an index is an integer, got f32");
  CHECK(error("async_copy_1d_d2t", R"("%t", "%u", "n", "%u", "%u")") ==
        "in[2]: parameter 'n' is a scalar, not a buffer");
  CHECK(error("async_copy_1d_d2t", R"("%t", "%u", "%u", "%u", "%u")") ==
        "in[2]: '%u' is not memory");
  CHECK(error("async_copy_1d_d2t", R"("%t", "%u", "A", "%u")") ==
        "in: 'async_copy_1d_d2t' expects 5, got 4");
  CHECK(error("async_copy_2d_t2d", R"("A")") ==
        "in: 'async_copy_2d_t2d' expects 8, got 1");
  CHECK(opError("async_copy_wait", "") == "");
  CHECK(opError("async_copy_wait", R"("in": ["%u"])") ==
        "in: 'async_copy_wait' expects 0, got 1");
}

TEST_CASE("memory ops in readable form") {
  llvm::Expected<Trace> trace = readTrace(document(
      values +
      op("atomic_load", relaxed(R"("I", "%u", "%u")", R"(["%1", "u32"])")) +
      ", " + op("atomic_store", relaxed(R"("A", "%u", "%f")", "")) + ", " +
      op("atomic_compare_exchange",
         relaxed(R"("A", "%u", "%f", "%f")",
                 R"(["%2", "b1"], ["%3", "f32"])"))));
  REQUIRE(bool(trace));
  std::string text;
  llvm::raw_string_ostream stream(text);
  printTrace(*trace, stream);
  auto has = [&](const char *line) {
    return text.find(line) != std::string::npos;
  };
  CHECK(has("%r = thread_alloc : thread<u32,2x2>"));
  CHECK(has("%1 = atomic_load relaxed I[%u, %u] : u32"));
  CHECK(has("  atomic_store relaxed %f, A[%u]"));
  CHECK(
      has("%2, %3 = atomic_compare_exchange relaxed %f, %f, A[%u] : b1, f32"));
}
