// Integer intrinsics, conversions, guarded division, atomics and packing.
#include "ElementwiseKernel.h"
#include <bit>
#include <cmath>
#include <random>

using namespace enigma::simulator;
using namespace enigma::simulator::test;

template <typename T> static std::vector<T> values(unsigned seed) {
  std::vector<T> result;
  const T corners[] = {
      0, 1, T(-1), std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
      7};
  std::mt19937_64 random(seed);
  for (int i = 0; i < 36; ++i)
    result.push_back(corners[seed % 2 ? i % 6 : i / 6]);
  for (int i = 0; i < 300; ++i)
    result.push_back(static_cast<T>(random() >> (random() % 64)));
  return result;
}

template <typename T> static std::string typeName() {
  return "i" + std::to_string(sizeof(T) * 8);
}
template <typename T> static std::string sign() {
  return std::is_signed_v<T> ? ".s." : ".u.";
}

template <typename T, typename F>
static void checkUnary(const std::string &name, F exact,
                       const char *constant = "") {
  auto kernel = elementwise(name, typeName<T>(), {typeName<T>()}, constant);
  std::vector<T> x = values<T>(1), got = apply<T>(*kernel, x);
  INFO(name);
  for (size_t i = 0; i < x.size(); ++i)
    if (got[i] != static_cast<T>(exact(x[i])))
      CHECK(+got[i] == +static_cast<T>(exact(x[i])));
}

template <typename T, typename F>
static void checkBinary(const std::string &name, F exact) {
  auto kernel =
      elementwise(name, typeName<T>(), {typeName<T>(), typeName<T>()});
  std::vector<T> x = values<T>(1), y = values<T>(2),
                 got = apply<T>(*kernel, x, y);
  INFO(name);
  for (size_t i = 0; i < x.size(); ++i)
    if (got[i] != static_cast<T>(exact(x[i], y[i])))
      CHECK(+got[i] == +static_cast<T>(exact(x[i], y[i])));
}

template <typename T, typename F>
static void checkTernary(const std::string &name, F exact) {
  std::string type = typeName<T>();
  auto kernel = elementwise(name, type, {type, type, type});
  std::vector<T> x = values<T>(1), y = values<T>(2), z = values<T>(3),
                 got = apply<T>(*kernel, x, y, z);
  INFO(name);
  for (size_t i = 0; i < x.size(); ++i)
    if (got[i] != static_cast<T>(exact(x[i], y[i], z[i])))
      CHECK(+got[i] == +static_cast<T>(exact(x[i], y[i], z[i])));
}

template <typename T> static T saturate(__int128 x) {
  return std::max<__int128>(
      std::min<__int128>(x, std::numeric_limits<T>::max()),
      std::numeric_limits<T>::min());
}

template <typename T> static void checkIntegers() {
  using Wide = __int128;
  using U = std::make_unsigned_t<T>;
  constexpr unsigned width = sizeof(T) * 8;
  std::string suffix = sign<T>() + typeName<T>(), plain = "." + typeName<T>();
  if constexpr (std::is_signed_v<T>)
    checkUnary<T>("air.abs" + suffix,
                  [](T x) { return x < 0 ? U(0) - U(x) : U(x); });
  checkBinary<T>("air.abs_diff" + suffix, [](T x, T y) {
    return Wide(std::max(x, y)) - Wide(std::min(x, y));
  });
  checkBinary<T>("air.min" + suffix, [](T x, T y) { return std::min(x, y); });
  checkBinary<T>("air.max" + suffix, [](T x, T y) { return std::max(x, y); });
  checkBinary<T>("air.add_sat" + suffix,
                 [](T x, T y) { return saturate<T>(Wide(x) + Wide(y)); });
  checkBinary<T>("air.sub_sat" + suffix,
                 [](T x, T y) { return saturate<T>(Wide(x) - Wide(y)); });
  checkBinary<T>("air.hadd" + suffix,
                 [](T x, T y) { return (Wide(x) + Wide(y)) >> 1; });
  checkBinary<T>("air.rhadd" + suffix,
                 [](T x, T y) { return (Wide(x) + Wide(y) + 1) >> 1; });
  checkTernary<T>("air.clamp" + suffix,
                  [](T x, T y, T z) { return std::min(std::max(x, y), z); });
  checkTernary<T>("air.min3" + suffix,
                  [](T x, T y, T z) { return std::min({x, y, z}); });
  checkTernary<T>("air.max3" + suffix,
                  [](T x, T y, T z) { return std::max({x, y, z}); });
  checkTernary<T>("air.median3" + suffix, [](T x, T y, T z) {
    return std::max(std::min(x, y), std::min(std::max(x, y), z));
  });
  auto high = [](T x, T y) {
    return static_cast<T>(
        (static_cast<
             std::conditional_t<std::is_signed_v<T>, Wide, unsigned __int128>>(
             x) *
         y) >>
        width);
  };
  checkBinary<T>("air.mul_hi" + suffix, high);
  checkTernary<T>("air.mad_hi" + suffix, [&](T x, T y, T z) {
    return static_cast<U>(high(x, y)) + static_cast<U>(z);
  });
  if constexpr (width < 64)
    checkTernary<T>("air.mad_sat" + suffix,
                    [](T x, T y, T z) { return saturate<T>(Wide(x) * y + z); });
  checkUnary<T>("air.popcount" + plain,
                [](T x) { return std::popcount(U(x)); });
  checkUnary<T>(
      "air.clz" + plain, [](T x) { return std::countl_zero(U(x)); },
      "i1 false");
  checkUnary<T>(
      "air.ctz" + plain, [](T x) { return std::countr_zero(U(x)); },
      "i1 false");
  checkUnary<T>("air.reverse_bits" + plain, [](T x) {
    U result = 0;
    for (unsigned i = 0; i < width; ++i)
      result |= U(U(x) >> i & 1) << (width - 1 - i);
    return result;
  });
  checkBinary<T>("air.rotate" + plain,
                 [](T x, T n) { return std::rotl(U(x), int(U(n) % width)); });
}

TEST_CASE("integer functions in every type") {
  checkIntegers<int8_t>();
  checkIntegers<uint8_t>();
  checkIntegers<int16_t>();
  checkIntegers<uint16_t>();
  checkIntegers<int32_t>();
  checkIntegers<uint32_t>();
  checkIntegers<int64_t>();
  checkIntegers<uint64_t>();
}

TEST_CASE("bit fields") {
  auto extractU =
      elementwise("air.extract_bits.u.i32", "i32", {"i32", "i32", "i32"});
  auto extractS =
      elementwise("air.extract_bits.s.i32", "i32", {"i32", "i32", "i32"});
  auto insert =
      elementwise("air.insert_bits.u.i32", "i32", {"i32", "i32", "i32", "i32"});
  std::vector<uint32_t> x, y, offset, bits;
  for (uint32_t o = 0; o < 32; ++o)
    for (uint32_t b = 0; o + b <= 32; ++b)
      x.push_back(0x9e3779b9 * (o + 3 * b + 1)), y.push_back(~x.back() * 7),
          offset.push_back(o), bits.push_back(b);
  auto u = apply<uint32_t>(*extractU, x, offset, bits);
  auto s = apply<int32_t>(*extractS, x, offset, bits);
  auto inserted = apply<uint32_t>(*insert, x, y, offset, bits);
  for (size_t i = 0; i < x.size(); ++i) {
    uint64_t mask = (uint64_t(1) << bits[i]) - 1;
    uint32_t field = x[i] >> offset[i] & mask;
    int32_t extended =
        bits[i] ? int32_t(field << (32 - bits[i])) >> (32 - bits[i]) : 0;
    CHECK(u[i] == field);
    CHECK(s[i] == extended);
    CHECK(inserted[i] == ((x[i] & ~uint32_t(mask << offset[i])) |
                          uint32_t((y[i] & mask) << offset[i])));
  }
}

TEST_CASE("division and shifts never trap") {
  auto kernel = load(airModule(
      R"(
define void @k(ptr addrspace(1) %out, ptr addrspace(1) %a, ptr addrspace(1) %b, i32 %tid) {
  %pa = getelementptr i32, ptr addrspace(1) %a, i32 %tid
  %x = load i32, ptr addrspace(1) %pa
  %pb = getelementptr i32, ptr addrspace(1) %b, i32 %tid
  %y = load i32, ptr addrspace(1) %pb
  %q = sdiv i32 %x, %y
  %r = srem i32 %x, %y
  %uq = udiv i32 %x, %y
  %ur = urem i32 %x, %y
  %l = shl i32 %x, %y
  %s = ashr i32 %x, %y
  %base = mul i32 %tid, 6
  %p0 = getelementptr i32, ptr addrspace(1) %out, i32 %base
  store i32 %q, ptr addrspace(1) %p0
  %p1 = getelementptr i32, ptr addrspace(1) %p0, i32 1
  store i32 %r, ptr addrspace(1) %p1
  %p2 = getelementptr i32, ptr addrspace(1) %p0, i32 2
  store i32 %uq, ptr addrspace(1) %p2
  %p3 = getelementptr i32, ptr addrspace(1) %p0, i32 3
  store i32 %ur, ptr addrspace(1) %p3
  %p4 = getelementptr i32, ptr addrspace(1) %p0, i32 4
  store i32 %l, ptr addrspace(1) %p4
  %p5 = getelementptr i32, ptr addrspace(1) %p0, i32 5
  store i32 %s, ptr addrspace(1) %p5
  ret void
})",
      {"device 0", "device 1", "device 2", "thread_position_in_grid"}));
  std::vector<int32_t> x = values<int32_t>(1), y = values<int32_t>(2),
                       out(6 * x.size());
  run(*kernel, x.size(), 64, {bind(0, out), bind(1, x), bind(2, y)});
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t a = x[i], b = y[i];
    uint32_t ua = x[i], ub = y[i];
    const int32_t expected[] = {
        b ? int32_t(a / b) : 0,    b ? int32_t(a % b) : 0,
        ub ? int32_t(ua / ub) : 0, ub ? int32_t(ua % ub) : 0,
        int32_t(ua << (ub & 31)),  x[i] >> (ub & 31)};
    for (int k = 0; k < 6; ++k) {
      INFO(k << ": " << a << ", " << b);
      if (out[6 * i + k] != expected[k])
        CHECK(out[6 * i + k] == expected[k]);
    }
  }
}

TEST_CASE("float to integer saturates and NaN becomes 0") {
  std::vector<float> x = {0,     -0.9f,  1.9f, -1.9f,    2.5f,     3.5f,
                          -2.5f, 300,    -300, 3e9f,     -3e9f,    5e9f,
                          1e30f, -1e30f, NAN,  INFINITY, -INFINITY};
  auto check = [&](const char *name, auto type, auto round) {
    using T = decltype(type);
    auto kernel = elementwise(name, typeName<T>(), {"float"});
    std::vector<T> got = apply<T>(*kernel, x);
    INFO(name);
    for (size_t i = 0; i < x.size(); ++i) {
      double r = round(double(x[i]));
      T expected = std::isnan(r) ? 0
                   : r >= double(std::numeric_limits<T>::max())
                       ? std::numeric_limits<T>::max()
                   : r <= double(std::numeric_limits<T>::min())
                       ? std::numeric_limits<T>::min()
                       : T(r);
      CHECK(+got[i] == +expected);
    }
  };
  auto toZero = [](double v) { return std::trunc(v); };
  check("air.convert.s.i32.f.f32", int32_t(), toZero);
  check("air.convert.u.i32.f.f32", uint32_t(), toZero);
  check("air.convert.s.i8.f.f32", int8_t(), toZero);
  check("air.convert.u.i8.f.f32", uint8_t(), toZero);
  check("air.convert.u.i16.f.f32.rtz", uint16_t(), toZero);
  check("air.convert.s.i64.f.f32", int64_t(), toZero);
  check("air.convert.s.i32.f.f32.rte", int32_t(),
        [](double v) { return std::nearbyint(v); });
  check("air.convert.s.i32.f.f32.rtn", int32_t(),
        [](double v) { return std::floor(v); });
  check("air.convert.s.i32.f.f32.rtp", int32_t(),
        [](double v) { return std::ceil(v); });
}

TEST_CASE("the other conversions") {
  std::vector<int32_t> ints = values<int32_t>(1);
  auto toFloat = apply<float>(
      *elementwise("air.convert.f.f32.s.i32", "float", {"i32"}), ints);
  auto toUnsignedFloat = apply<float>(
      *elementwise("air.convert.f.f32.u.i32", "float", {"i32"}), ints);
  auto toShort = apply<int16_t>(
      *elementwise("air.convert.s.i16.s.i32", "i16", {"i32"}), ints);
  auto toBool = apply<uint8_t>(
      *elementwise("air.convert.u.i1.s.i32", "i1", {"i32"}), ints);
  auto toLong = apply<int64_t>(
      *elementwise("air.convert.s.i64.s.i32", "i64", {"i32"}), ints);
  auto toULong = apply<int64_t>(
      *elementwise("air.convert.u.i64.u.i32", "i64", {"i32"}), ints);
  for (size_t i = 0; i < ints.size(); ++i) {
    CHECK(toFloat[i] == float(ints[i]));
    CHECK(toUnsignedFloat[i] == float(uint32_t(ints[i])));
    CHECK(toShort[i] == int16_t(ints[i]));
    CHECK(toBool[i] == (ints[i] != 0));
    CHECK(toLong[i] == ints[i]);
    CHECK(toULong[i] == uint32_t(ints[i]));
  }
  std::vector<uint8_t> bools = {0, 1};
  CHECK(apply<float>(*elementwise("air.convert.f.f32.u.i1", "float", {"i1"}),
                     bools) == std::vector<float>{0, 1});
  std::vector<float> floats = {0, -0.0f, 0.25f, NAN};
  CHECK(apply<uint8_t>(*elementwise("air.convert.u.i1.f.f32", "i1", {"float"}),
                       floats) == std::vector<uint8_t>{0, 0, 1, 1});
  // 1 + 2^-8 lies between two bf16 values; one bit more must round up, two
  // roundings would not.
  std::vector<int32_t> hard = {(1 << 24) + (1 << 16), (1 << 24) + (1 << 16) + 1,
                               65520};
  CHECK(apply<uint16_t>(
            *elementwise("air.convert.f.bf16.s.i32", "bfloat", {"i32"}),
            hard) == std::vector<uint16_t>{0x4b80, 0x4b81, 0x4780});
  CHECK(
      apply<uint16_t>(*elementwise("air.convert.f.f16.s.i32", "half", {"i32"}),
                      std::vector<int32_t>{65519, 65520, 2049}) ==
      std::vector<uint16_t>{0x7bff, 0x7c00, 0x6800});
  CHECK(loadError(airModule(R"(
declare half @air.convert.f.f16.f.f32.rtz(float)
define void @k(ptr addrspace(1) %out) {
  %v = call half @air.convert.f.f16.f.f32.rtz(float 1.0)
  store half %v, ptr addrspace(1) %out
  ret void
})",
                            {"device 0"})) ==
        "intrinsic 'air.convert.f.f16.f.f32.rtz' is not supported by the CPU "
        "device: rounding mode 'rtz' of a conversion to float");
}

TEST_CASE("all and any of bool vectors") {
  auto kernel = load(airModule(R"(
declare i1 @air.all.v4i1(<4 x i1>)
declare i1 @air.any.v4i1(<4 x i1>)
define void @k(ptr addrspace(1) %out, i32 %tid) {
  %n = trunc i32 %tid to i4
  %v = bitcast i4 %n to <4 x i1>
  %a = call i1 @air.all.v4i1(<4 x i1> %v)
  %b = call i1 @air.any.v4i1(<4 x i1> %v)
  %wa = zext i1 %a to i32
  %wb = zext i1 %b to i32
  %sb = shl i32 %wb, 1
  %r = or i32 %wa, %sb
  %p = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %r, ptr addrspace(1) %p
  ret void
})",
                               {"device 0", "thread_position_in_grid"}));
  std::vector<uint32_t> out(16);
  run(*kernel, 16, 16, {bind(0, out)});
  for (uint32_t i = 0; i < 16; ++i)
    CHECK(out[i] == ((i == 15) | (i != 0) << 1));
}

TEST_CASE("packing and unpacking round trip and clamp") {
  struct Float4 {
    float v[4];
  };
  struct Float2 {
    float v[2];
  };
  auto pack8 = elementwise("air.pack.unorm4x8.v4f32", "i32", {"<4 x float>"});
  CHECK(apply<uint32_t>(*pack8, std::vector<Float4>{{{0, 1, 0.5f, 2}},
                                                    {{-1, NAN, 0.2f, 0.6f}}}) ==
        std::vector<uint32_t>{0xff80ff00, 0x99330000});
  auto packS = elementwise("air.pack.snorm4x8.v4f32", "i32", {"<4 x float>"});
  CHECK(apply<uint32_t>(*packS, std::vector<Float4>{{{-1, 1, 0, -3}}}) ==
        std::vector<uint32_t>{0x81007f81});
  auto pack16 = elementwise("air.pack.unorm2x16.v2f32", "i32", {"<2 x float>"});
  CHECK(apply<uint32_t>(*pack16, std::vector<Float2>{{{1, 0.5f}}}) ==
        std::vector<uint32_t>{0x8000ffff});
  auto pack10 =
      elementwise("air.pack.unorm.rgb10a2.v4f32", "i32", {"<4 x float>"});
  CHECK(apply<uint32_t>(*pack10, std::vector<Float4>{{{1, 0, 1, 1}}}) ==
        std::vector<uint32_t>{0xfff003ff});
  for (const char *format :
       {"unorm4x8", "snorm4x8", "unorm4x8.srgb", "unorm.rgb10a2"}) {
    INFO(format);
    std::string name = format;
    auto pack =
        elementwise("air.pack." + name + ".v4f32", "i32", {"<4 x float>"});
    auto unpack =
        elementwise("air.unpack." + name + ".v4f32", "<4 x float>", {"i32"});
    std::vector<uint32_t> bits;
    for (uint32_t i = 0; i < 256; ++i)
      bits.push_back(name[0] == 's' && i == 128 ? 0 : i * 0x01010101);
    CHECK(apply<uint32_t>(*pack, apply<Float4>(*unpack, bits)) == bits);
  }
  auto unpack16 =
      elementwise("air.unpack.snorm2x16.v2f32", "<2 x float>", {"i32"});
  Float2 got = apply<Float2>(*unpack16, std::vector<uint32_t>{0x80007fff})[0];
  CHECK(got.v[0] == 1);
  CHECK(got.v[1] == -1);
}

TEST_CASE("every atomic operation, device and threadgroup") {
  struct Case {
    const char *name;
    uint32_t initial, operand, expected;
  };
  const Case cases[] = {{"add.u", 5, 3, 8},
                        {"add.s", 5, uint32_t(-3), 2},
                        {"sub.u", 5, 3, 2},
                        {"sub.s", 1, 3, uint32_t(-2)},
                        {"min.u", 5, uint32_t(-1), 5},
                        {"min.s", 5, uint32_t(-1), uint32_t(-1)},
                        {"max.u", 5, uint32_t(-1), uint32_t(-1)},
                        {"max.s", 5, uint32_t(-1), 5},
                        {"and.u", 12, 10, 8},
                        {"or.u", 12, 10, 14},
                        {"xor.s", 12, 10, 6},
                        {"xchg", 5, 9, 9}};
  for (const char *space : {"global", "local"})
    for (const Case &c : cases) {
      bool isGlobal = space[0] == 'g';
      std::string pointer = isGlobal ? "ptr addrspace(1)" : "ptr addrspace(3)";
      std::string name =
          "@air.atomic." + std::string(space) + "." + c.name + ".i32";
      std::string load_ = "@air.atomic." + std::string(space) + ".load.i32",
                  store = "@air.atomic." + std::string(space) + ".store.i32";
      auto kernel = load(airModule(
          "@cell = internal addrspace(3) global i32 undef\n"
          "declare i32 " +
              name + "(" + pointer + ", i32, i32, i32, i1)\ndeclare i32 " +
              load_ + "(" + pointer +
              ", i32, i32, i1)\n"
              "declare void " +
              store + "(" + pointer +
              ", i32, i32, i32, i1)\n"
              "define void @k(ptr addrspace(1) %out, ptr addrspace(1) %cell) "
              "{\n"
              "  %at = getelementptr i32, " +
              pointer + (isGlobal ? " %cell" : " @cell") +
              ", i32 0\n"
              "  call void " +
              store + "(" + pointer + " %at, i32 " +
              std::to_string(int32_t(c.initial)) +
              ", i32 0, i32 2, i1 true)\n"
              "  %old = call i32 " +
              name + "(" + pointer + " %at, i32 " +
              std::to_string(int32_t(c.operand)) +
              ", i32 0, i32 2, i1 true)\n"
              "  %new = call i32 " +
              load_ + "(" + pointer +
              " %at, i32 0, i32 2, i1 true)\n"
              "  store i32 %old, ptr addrspace(1) %out\n"
              "  %p = getelementptr i32, ptr addrspace(1) %out, i32 1\n  store "
              "i32 %new, ptr addrspace(1) %p\n  ret void\n}",
          {"device 0", "device 1"}));
      std::vector<uint32_t> out(2), cell(1);
      run(*kernel, 1, 1, {bind(0, out), bind(1, cell)});
      INFO(name);
      CHECK(out == std::vector<uint32_t>{c.initial, c.expected});
    }
}

TEST_CASE("compare-exchange and float add from many threadgroups") {
  for (const char *space : {"global", "local"}) {
    bool isGlobal = space[0] == 'g';
    std::string pointer = isGlobal ? "ptr addrspace(1)" : "ptr addrspace(3)";
    std::string exchange =
        "@air.atomic." + std::string(space) + ".cmpxchg.weak.i32";
    // A counter kept by hand: retry until the exchange succeeds.
    auto kernel = load(airModule(
        "declare i32 " + exchange + "(" + pointer +
            ", ptr nocapture, i32, i32, i32, i32, i1)\n"
            "declare float @air.atomic.global.add.f32(ptr addrspace(1) "
            "nocapture, float, i32, i32, i1)\n"
            "declare void @air.atomic.fence(i32, i32, i32)\n"
            "define void @k(ptr addrspace(1) %out, " +
            pointer +
            " %cell) {\nentry:\n  %box = alloca i32\n  store i32 0, ptr %box\n "
            " br label %retry\n"
            "retry:\n  %seen = load i32, ptr %box\n  %next = add i32 %seen, 1\n"
            "  %was = call i32 " +
            exchange + "(" + pointer +
            " %cell, ptr %box, i32 %next, i32 0, i32 0, i32 2, i1 true)\n"
            "  %done = icmp eq i32 %was, %seen\n  br i1 %done, label %leave, "
            "label "
            "%retry\n"
            "leave:\n  call void @air.atomic.fence(i32 1, i32 5, i32 2)\n"
            "  %old = call float @air.atomic.global.add.f32(ptr addrspace(1) "
            "%out, float 0.5, i32 0, i32 2, i1 true)\n  ret void\n}",
        {"device 0", isGlobal ? "device 1" : "threadgroup 0"}));
    std::vector<float> sum(1);
    std::vector<uint32_t> cell(1);
    Dispatch dispatch;
    dispatch.grid = {20000, 1, 1};
    dispatch.threadgroup = {100, 1, 1};
    dispatch.buffers = {bind(0, sum)};
    if (isGlobal)
      dispatch.buffers.push_back(bind(1, cell));
    else
      dispatch.threadgroupMemory = {{0, 4}};
    REQUIRE(message(kernel->dispatch(dispatch)) == "");
    CHECK(sum[0] == 10000);
    if (isGlobal)
      CHECK(cell[0] == 20000);
  }
}
