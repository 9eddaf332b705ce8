// Every simdgroup and quadgroup operation against a plain loop over the lanes,
// with all lanes, a partial simdgroup and scattered active lanes.
#include "AirText.h"
#include <cmath>
#include <functional>

using namespace enigma::simulator;
using namespace enigma::simulator::test;

namespace {

/// One operation to test: operands come from arrays, `index` is what shuffles
/// add.
struct Operation {
  std::string name;
  std::string type; ///< of the operand and, unless `result` says otherwise, of
                    ///< the result
  std::string
      operands; ///< as LLVM text; %x is the lane's value, %d the second operand
  std::string result;
};

/// What a lane sees of its group (simdgroup or quadgroup).
struct Group {
  std::vector<unsigned>
      active; ///< lanes of the group that take part, ascending
  unsigned start, width;
  bool has(unsigned lane) const {
    return std::find(active.begin(), active.end(), lane) != active.end();
  }
};

} // namespace

/// Lanes with their bit set in `mask` carry the operation out; the others keep
/// ~0.
static std::unique_ptr<Kernel> operationKernel(const Operation &op,
                                               uint32_t mask) {
  std::string result = op.result.empty() ? op.type : op.result;
  std::string declared = op.operands;
  for (const char *name : {" %x", " %d"})
    for (size_t at; (at = declared.find(name)) != std::string::npos;)
      declared.erase(at, 3);
  std::string stored = result == "i1" ? "i8" : result;
  std::string store = result == "i1" ? "  %s = zext i1 %r to i8\n" : "";
  std::string load =
      op.type == "i1"
          ? "  %w = load i32, ptr addrspace(1) %px\n  %x = trunc i32 %w to i1\n"
          : "  %x = load " + op.type + ", ptr addrspace(1) %px\n";
  std::string element = op.type == "i1" ? "i32" : op.type;
  return test::load(airModule(
      "declare " + result + " @air." + op.name + "(" + declared +
          ") convergent\n" +
          "define void @k(ptr addrspace(1) %out, ptr addrspace(1) %in, ptr "
          "addrspace(1) %second, i32 %tid, i32 %lane) {\n" +
          "  %px = getelementptr " + element +
          ", ptr addrspace(1) %in, i32 %tid\n" + load +
          "  %pd = getelementptr i16, ptr addrspace(1) %second, i32 %tid\n  %d "
          "= load i16, ptr addrspace(1) %pd\n" +
          "  %bit = lshr i32 " + std::to_string(int32_t(mask)) +
          ", %lane\n  %on = trunc i32 %bit to i1\n" +
          "  br i1 %on, label %yes, label %no\nyes:\n" + "  %r = call " +
          result + " @air." + op.name + "(" + op.operands + ")\n" + store +
          "  %po = getelementptr " + stored +
          ", ptr addrspace(1) %out, i32 %tid\n  store " + stored +
          (store.empty() ? " %r" : " %s") +
          ", ptr addrspace(1) %po\n  br label %no\nno:\n  ret void\n}",
      {"device 0", "device 1", "device 2", "thread_position_in_grid",
       "thread_index_in_simdgroup"}));
}

template <typename In, typename Out>
static void
check(const Operation &op,
      std::function<Out(const std::vector<In> &, const std::vector<uint16_t> &,
                        unsigned lane, const Group &)>
          exact,
      unsigned maxSecond = 40) {
  unsigned width = op.name.substr(0, 5) == "quad_" ? 4 : 32;
  for (uint32_t mask : {0xffffffffu, 0xa5c3f01eu, 0x00010000u}) {
    auto kernel = operationKernel(op, mask);
    for (unsigned threads : {32u, 23u, 64u}) {
      std::vector<In> in(threads);
      std::vector<uint16_t> second(threads);
      std::vector<Out> out(threads, Out(~0));
      for (unsigned i = 0; i < threads; ++i)
        in[i] = In(std::is_floating_point_v<In>
                       ? std::fmod(i * 0.37 + 0.5, 3) - 0.75
                       : i * 2654435761u >> 7),
        second[i] = i * 7 % maxSecond;
      run(*kernel, threads, threads,
          {bind(0, out), bind(1, in), bind(2, second)});
      for (unsigned i = 0; i < threads; ++i) {
        unsigned base = i / 32 * 32, lane = i % 32;
        Group group{{}, lane / width * width, width};
        for (unsigned other = group.start; other < group.start + width; ++other)
          if (mask >> other & 1 && base + other < threads)
            group.active.push_back(other);
        std::vector<In> values(32);
        std::vector<uint16_t> seconds(32);
        for (unsigned l = 0; l < 32 && base + l < threads; ++l)
          values[l] = in[base + l], seconds[l] = second[base + l];
        Out expected =
            mask >> lane & 1 ? exact(values, seconds, lane, group) : Out(~0);
        INFO(op.name << " lane " << lane << " of " << threads << ", mask "
                     << std::hex << mask);
        if constexpr (std::is_floating_point_v<Out>)
          CHECK(out[i] == Approx(expected).epsilon(1e-5).margin(1e-6));
        else if (out[i] != expected)
          CHECK(+out[i] == +expected);
      }
    }
  }
}

template <typename T>
using Exact =
    std::function<T(const std::vector<T> &, const std::vector<uint16_t> &,
                    unsigned, const Group &)>;

template <typename T> static Exact<T> fold(std::function<T(T, T)> combine) {
  return [combine](const std::vector<T> &x, const std::vector<uint16_t> &,
                   unsigned, const Group &group) {
    T result = x[group.active[0]];
    for (size_t i = 1; i < group.active.size(); ++i)
      result = combine(result, x[group.active[i]]);
    return result;
  };
}

template <typename T>
static Exact<T> scan(std::function<T(T, T)> combine, T identity,
                     bool inclusive) {
  return [=](const std::vector<T> &x, const std::vector<uint16_t> &,
             unsigned lane, const Group &group) {
    T result = identity;
    for (unsigned other : group.active)
      if (other < lane || (inclusive && other == lane))
        result = combine(result, x[other]);
    return result;
  };
}

TEST_CASE("reductions and scans") {
  for (std::string family : {"simd_", "quad_"}) {
    check<float, float>({family + "sum.f32", "float", "float %x", ""},
                        fold<float>(std::plus<>()));
    check<float, float>({family + "product.f32", "float", "float %x", ""},
                        fold<float>(std::multiplies<>()));
    check<float, float>(
        {family + "min.f32", "float", "float %x", ""},
        fold<float>([](float a, float b) { return std::fmin(a, b); }));
    check<float, float>(
        {family + "max.f32", "float", "float %x", ""},
        fold<float>([](float a, float b) { return std::fmax(a, b); }));
    check<uint32_t, uint32_t>({family + "sum.u.i32", "i32", "i32 %x", ""},
                              fold<uint32_t>(std::plus<>()));
    check<uint32_t, uint32_t>({family + "product.u.i32", "i32", "i32 %x", ""},
                              fold<uint32_t>(std::multiplies<>()));
    check<uint32_t, uint32_t>(
        {family + "min.u.i32", "i32", "i32 %x", ""},
        fold<uint32_t>([](auto a, auto b) { return std::min(a, b); }));
    check<int32_t, int32_t>(
        {family + "min.s.i32", "i32", "i32 %x", ""},
        fold<int32_t>([](auto a, auto b) { return std::min(a, b); }));
    check<int16_t, int16_t>(
        {family + "max.s.i16", "i16", "i16 %x", ""},
        fold<int16_t>([](auto a, auto b) { return std::max(a, b); }));
    check<uint8_t, uint8_t>(
        {family + "max.u.i8", "i8", "i8 %x", ""},
        fold<uint8_t>([](auto a, auto b) { return std::max(a, b); }));
    check<uint32_t, uint32_t>({family + "and.u.i32", "i32", "i32 %x", ""},
                              fold<uint32_t>(std::bit_and<>()));
    check<uint32_t, uint32_t>({family + "or.u.i32", "i32", "i32 %x", ""},
                              fold<uint32_t>(std::bit_or<>()));
    check<uint32_t, uint32_t>({family + "xor.u.i32", "i32", "i32 %x", ""},
                              fold<uint32_t>(std::bit_xor<>()));
    check<uint32_t, uint32_t>(
        {family + "prefix_inclusive_sum.u.i32", "i32", "i32 %x", ""},
        scan<uint32_t>(std::plus<>(), 0, true));
    check<uint32_t, uint32_t>(
        {family + "prefix_exclusive_sum.u.i32", "i32", "i32 %x", ""},
        scan<uint32_t>(std::plus<>(), 0, false));
    check<float, float>(
        {family + "prefix_inclusive_product.f32", "float", "float %x", ""},
        scan<float>(std::multiplies<>(), 1, true));
    check<float, float>(
        {family + "prefix_exclusive_product.f32", "float", "float %x", ""},
        scan<float>(std::multiplies<>(), 1, false));
  }
}

TEST_CASE("shuffles") {
  // From an inactive lane or one outside of the group a lane gets its own value
  // back.
  auto from = [](auto source) {
    return
        [source](const std::vector<uint32_t> &x, const std::vector<uint16_t> &d,
                 unsigned lane, const Group &g) {
          int at = source(int(lane - g.start), int(d[lane]), int(g.width));
          return at >= 0 && at < int(g.width) && g.has(g.start + at)
                     ? x[g.start + at]
                     : x[lane];
        };
  };
  for (std::string family : {"simd_", "quad_"}) {
    auto shuffle = [&](const char *name, auto source) {
      check<uint32_t, uint32_t>(
          {family + name + ".u.i32", "i32", "i32 %x, i16 %d", ""},
          from(source));
    };
    shuffle("shuffle", [](int, int d, int) { return d; });
    shuffle("broadcast", [](int, int d, int) { return d; });
    shuffle("shuffle_up", [](int l, int d, int) { return l - d; });
    shuffle("shuffle_down", [](int l, int d, int) { return l + d; });
    shuffle("shuffle_xor", [](int l, int d, int) { return l ^ d; });
    shuffle("shuffle_rotate_up",
            [](int l, int d, int w) { return (l - d) & (w - 1); });
    shuffle("shuffle_rotate_down",
            [](int l, int d, int w) { return (l + d) & (w - 1); });
    check<uint32_t, uint32_t>(
        {family + "broadcast_first.u.i32", "i32", "i32 %x", ""},
        [](const auto &x, const auto &, unsigned, const Group &g) {
          return x[g.active[0]];
        });
  }
}

TEST_CASE("shuffles that fill") {
  for (std::string family : {"simd_", "quad_"}) {
    unsigned modulo = family == "simd_" ? 8 : 4;
    for (bool up : {true, false}) {
      // The filling values are the complement's bits: x + 1000000 in the
      // kernel's own terms.
      std::string name =
          family + "shuffle_and_fill_" + (up ? "up" : "down") + ".u.i32";
      auto kernel = load(airModule(
          "declare i32 @air." + name +
              "(i32, i32, i16, i16) convergent\n"
              "define void @k(ptr addrspace(1) %out, i32 %lane, ptr "
              "addrspace(1) %by) {\n"
              "  %fill = add i32 %lane, 1000\n  %d = load i16, ptr "
              "addrspace(1) %by\n"
              "  %r = call i32 @air." +
              name + "(i32 %lane, i32 %fill, i16 %d, i16 " +
              std::to_string(modulo) +
              ")\n"
              "  %p = getelementptr i32, ptr addrspace(1) %out, i32 %lane\n  "
              "store i32 %r, ptr addrspace(1) %p\n  ret void\n}",
          {"device 0", "thread_index_in_simdgroup", "device 1"}));
      for (uint16_t by : {0, 1, 3}) {
        std::vector<uint32_t> out(32);
        std::vector<uint16_t> distance{by};
        run(*kernel, 32, 32, {bind(0, out), bind(1, distance)});
        for (uint32_t lane = 0; lane < 32; ++lane) {
          int start = lane / modulo * modulo,
              at = int(lane - start) + (up ? -by : by);
          uint32_t expected = at < 0              ? 1000 + start + at + modulo
                              : at >= int(modulo) ? 1000 + start + at - modulo
                                                  : start + at;
          INFO(name << " by " << by << ", lane " << lane);
          CHECK(out[lane] == expected);
        }
      }
    }
  }
}

TEST_CASE("votes and masks") {
  auto bits = [](const Group &g, auto set) {
    uint64_t mask = 0;
    for (unsigned lane : g.active)
      if (set(lane))
        mask |= uint64_t(1) << (lane - g.start);
    return mask;
  };
  auto odd = [](const std::vector<uint32_t> &x) {
    return [&x](unsigned lane) { return x[lane] & 1; };
  };
  auto always = [](unsigned) { return true; };
  check<uint32_t, uint64_t>({"simd_ballot.i64", "i1", "i1 %x", "i64"},
                            [&](const auto &x, const auto &, unsigned,
                                const Group &g) { return bits(g, odd(x)); });
  check<uint32_t, uint16_t>(
      {"quad_ballot", "i1", "i1 %x", "i16"},
      [&](const auto &x, const auto &, unsigned, const Group &g) {
        return uint16_t(bits(g, odd(x)));
      });
  check<uint32_t, uint64_t>({"simd_active_threads_mask.i64", "i1", "", "i64"},
                            [&](const auto &, const auto &, unsigned,
                                const Group &g) { return bits(g, always); });
  check<uint32_t, uint16_t>(
      {"quad_active_threads_mask", "i1", "", "i16"},
      [&](const auto &, const auto &, unsigned, const Group &g) {
        return uint16_t(bits(g, always));
      });
  for (std::string family : {"simd_", "quad_"}) {
    check<uint32_t, uint8_t>(
        {family + "all", "i1", "i1 %x", "i1"},
        [&](const auto &x, const auto &, unsigned, const Group &g) {
          return bits(g, odd(x)) == bits(g, always);
        });
    check<uint32_t, uint8_t>(
        {family + "any", "i1", "i1 %x", "i1"},
        [&](const auto &x, const auto &, unsigned, const Group &g) {
          return bits(g, odd(x)) != 0;
        });
    check<uint32_t, uint8_t>(
        {family + "is_first", "i1", "", "i1"},
        [&](const auto &, const auto &, unsigned lane, const Group &g) {
          return g.active[0] == lane;
        });
  }
  check<uint64_t, uint8_t>(
      {"simd_vote_all.i64", "i64", "i64 %x", "i1"},
      [&](const auto &x, const auto &, unsigned lane, const Group &g) {
        return (x[lane] & bits(g, always)) == bits(g, always);
      });
  check<uint64_t, uint8_t>(
      {"simd_vote_any.i64", "i64", "i64 %x", "i1"},
      [&](const auto &x, const auto &, unsigned lane, const Group &g) {
        return (x[lane] & bits(g, always)) != 0;
      });
}

TEST_CASE("vectors and f16 through a reduction") {
  auto kernel = load(airModule(R"(
declare <4 x float> @air.simd_sum.v4f32(<4 x float>) convergent
declare half @air.simd_max.f16(half) convergent
define void @k(ptr addrspace(1) %out, i32 %lane) {
  %f = uitofp i32 %lane to float
  %v0 = insertelement <4 x float> <float poison, float 1.0, float 2.0, float 3.0>, float %f, i32 0
  %s = call <4 x float> @air.simd_sum.v4f32(<4 x float> %v0)
  %h = fptrunc float %f to half
  %m = call half @air.simd_max.f16(half %h)
  %mf = fpext half %m to float
  %r = insertelement <4 x float> %s, float %mf, i32 3
  %p = getelementptr <4 x float>, ptr addrspace(1) %out, i32 %lane
  store <4 x float> %r, ptr addrspace(1) %p
  ret void
})",
                               {"device 0", "thread_index_in_simdgroup"}));
  std::vector<float> out(128);
  run(*kernel, 32, 32, {bind(0, out)});
  for (unsigned lane = 0; lane < 32; ++lane)
    CHECK(std::vector<float>(out.begin() + 4 * lane,
                             out.begin() + 4 * lane + 4) ==
          std::vector<float>{496, 32, 64, 31});
}

/// D = A B + C through loads, a product and a store, in the forms before and
/// from AIR 2.8.
static void checkMatrices(const std::string &loadOperands,
                          const std::string &loadTypes, bool transposed) {
  auto kernel = load(airModule(
      "declare <64 x float> @air.simdgroup_matrix_8x8_load.v64f32.p1f32(ptr "
      "addrspace(1) nocapture readonly, " +
          loadTypes +
          ") convergent\n"
          "declare void @air.simdgroup_matrix_8x8_store.v64f32.p1f32(<64 x "
          "float>, ptr addrspace(1) nocapture writeonly, " +
          loadTypes +
          ") convergent\n"
          "declare <64 x float> "
          "@air.simdgroup_matrix_8x8_init_filled.v64f32.f32(float) convergent\n"
          "declare <64 x float> "
          "@air.simdgroup_matrix_8x8_init_diag.v64f32.f32(float) convergent\n"
          "declare <64 x float> "
          "@air.simdgroup_matrix_8x8_multiply_accumulate.v64f32.v64f32.v64f32."
          "v64f32(<64 x float>, <64 x float>, <64 x float>) convergent\n"
          "define void @k(ptr addrspace(1) %d, ptr addrspace(1) %a, ptr "
          "addrspace(1) %b) {\n"
          "  %ma = call <64 x float> "
          "@air.simdgroup_matrix_8x8_load.v64f32.p1f32(ptr addrspace(1) %a, " +
          loadOperands +
          ")\n"
          "  %mb = call <64 x float> "
          "@air.simdgroup_matrix_8x8_load.v64f32.p1f32(ptr addrspace(1) %b, " +
          loadOperands +
          ")\n"
          "  %mc = call <64 x float> "
          "@air.simdgroup_matrix_8x8_init_filled.v64f32.f32(float 0.5)\n"
          "  %mi = call <64 x float> "
          "@air.simdgroup_matrix_8x8_init_diag.v64f32.f32(float 2.0)\n"
          "  %p = call <64 x float> "
          "@air.simdgroup_matrix_8x8_multiply_accumulate.v64f32.v64f32.v64f32."
          "v64f32(<64 x float> %ma, <64 x float> %mb, <64 x float> %mc)\n"
          "  %q = call <64 x float> "
          "@air.simdgroup_matrix_8x8_multiply_accumulate.v64f32.v64f32.v64f32."
          "v64f32(<64 x float> %p, <64 x float> %mi, <64 x float> %mc)\n"
          "  call void @air.simdgroup_matrix_8x8_store.v64f32.p1f32(<64 x "
          "float> %q, ptr addrspace(1) %d, " +
          loadOperands + ")\n  ret void\n}",
      {"device 0", "device 1", "device 2"}));
  constexpr int pitch = 20, column = 3, row = 2;
  std::vector<float> d(pitch * 20), a(d.size()), b(d.size());
  for (size_t i = 0; i < a.size(); ++i)
    a[i] = int(i * 7 % 11) - 5, b[i] = int(i * 5 % 13) - 6;
  run(*kernel, 32, 32, {bind(0, d), bind(1, a), bind(2, b)});
  auto at = [&](int r, int c) {
    return transposed ? (row + c) * pitch + column + r
                      : (row + r) * pitch + column + c;
  };
  for (int r = 0; r < 8; ++r)
    for (int c = 0; c < 8; ++c) {
      float sum = 0.5f;
      for (int k = 0; k < 8; ++k)
        sum += a[at(r, k)] * b[at(k, c)];
      INFO(r << ", " << c);
      CHECK(d[at(r, c)] == sum * 2 + 0.5f);
    }
}

TEST_CASE("simdgroup matrices") {
  checkMatrices("i64 20, <2 x i64> <i64 3, i64 2>, i1 false",
                "i64, <2 x i64>, i1", false);
  checkMatrices("i64 20, <2 x i64> <i64 3, i64 2>, i1 true",
                "i64, <2 x i64>, i1", true);
  checkMatrices("<2 x i64> <i64 20, i64 8>, <2 x i64> <i64 1, i64 20>, <2 x "
                "i64> <i64 3, i64 2>",
                "<2 x i64>, <2 x i64>, <2 x i64>", false);
  checkMatrices("<2 x i64> <i64 8, i64 20>, <2 x i64> <i64 20, i64 1>, <2 x "
                "i64> <i64 2, i64 3>",
                "<2 x i64>, <2 x i64>, <2 x i64>", true);
}

static const char *transposingDeclarations = R"(
declare <64 x float> @air.simdgroup_matrix_8x8_load.v64f32.p3f32(ptr addrspace(3) nocapture readonly, i64, <2 x i64>, i1) convergent
declare void @air.simdgroup_matrix_8x8_store.v64f32.p3f32(<64 x float>, ptr addrspace(3) nocapture writeonly, i64, <2 x i64>, i1) convergent
declare void @air.simdgroup.barrier(i32, i32) convergent
)";

TEST_CASE("a matrix moves for all lanes at once, without barriers") {
  // Lanes write a tile, load it as a matrix, overwrite the tile, store the
  // matrix transposed, and read what other lanes hold; only then a barrier, and
  // all of it again.
  auto kernel =
      load(airModule(std::string(transposingDeclarations) + R"(
@tile = internal addrspace(3) global [64 x float] undef, align 16
define void @k(ptr addrspace(1) %out, ptr addrspace(1) %in, i32 %lane) {
entry:
  %low = getelementptr float, ptr addrspace(3) @tile, i32 %lane
  %high = getelementptr float, ptr addrspace(3) %low, i32 32
  %mirrored = sub i32 63, %lane
  %far = getelementptr float, ptr addrspace(3) @tile, i32 %mirrored
  br label %loop
loop:
  %round = phi i32 [ 0, %entry ], [ %next, %loop ]
  %start = mul i32 %round, 64
  %at = add i32 %start, %lane
  %from = getelementptr float, ptr addrspace(1) %in, i32 %at
  %a = load float, ptr addrspace(1) %from
  store float %a, ptr addrspace(3) %low
  %from2 = getelementptr float, ptr addrspace(1) %from, i32 32
  %b = load float, ptr addrspace(1) %from2
  store float %b, ptr addrspace(3) %high
  %m = call <64 x float> @air.simdgroup_matrix_8x8_load.v64f32.p3f32(ptr addrspace(3) @tile, i64 8, <2 x i64> zeroinitializer, i1 false)
  store float -1.0, ptr addrspace(3) %low
  store float -1.0, ptr addrspace(3) %high
  call void @air.simdgroup_matrix_8x8_store.v64f32.p3f32(<64 x float> %m, ptr addrspace(3) @tile, i64 8, <2 x i64> zeroinitializer, i1 true)
  %v = load float, ptr addrspace(3) %far
  %to = getelementptr float, ptr addrspace(1) %out, i32 %at
  store float %v, ptr addrspace(1) %to
  %near = load float, ptr addrspace(3) %low
  %to2 = getelementptr float, ptr addrspace(1) %to, i32 32
  store float %near, ptr addrspace(1) %to2
  call void @air.simdgroup.barrier(i32 2, i32 4)
  %next = add i32 %round, 1
  %more = icmp ult i32 %next, 3
  br i1 %more, label %loop, label %done
done:
  ret void
})",
                     {"device 0", "device 1", "thread_index_in_simdgroup"}));
  CHECK(kernel->isCooperative());
  std::vector<float> in(192), out(192);
  for (unsigned i = 0; i < in.size(); ++i)
    in[i] = i;
  run(*kernel, 32, 32, {bind(0, out), bind(1, in)});
  for (unsigned round = 0; round < 3; ++round)
    for (unsigned lane = 0; lane < 32; ++lane) {
      auto transposed = [&](unsigned i) {
        return 64.0f * round + i % 8 * 8 + i / 8;
      };
      CHECK(out[round * 64 + lane] == transposed(63 - lane));
      CHECK(out[round * 64 + 32 + lane] == transposed(lane));
    }
}
