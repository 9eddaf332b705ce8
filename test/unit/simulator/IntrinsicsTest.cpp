// Float intrinsics against libm in double, within the language's accuracy
// contract.
#include "ElementwiseKernel.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <numbers>
#include <random>

using namespace enigma::simulator;
using namespace enigma::simulator::test;

/// Distance from the exact value in units of f32's last place there; infinite
/// on a wrong special.
static double ulpError(float got, double exact) {
  float nearest = static_cast<float>(exact);
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) && std::isnan(got) ? 0 : INFINITY;
  if (std::isinf(nearest) || std::isinf(got)) {
    // One ULP beyond the largest number may already be infinite.
    if (got == nearest || std::abs(exact) > 0x1.fffff0p127)
      return std::signbit(got) == std::signbit(nearest) ? 0 : INFINITY;
    return INFINITY;
  }
  int exponent = std::max(std::ilogb(exact == 0 ? 0x1p-149 : exact), -126);
  return std::abs(got - exact) / std::ldexp(1, exponent - 23);
}

static const std::vector<float> &specials() {
  static const std::vector<float> values = {
      0.0f,      -0.0f,       1.0f,       -1.0f,      0.5f,       -0.5f,
      1.5f,      2.5f,        -2.5f,      1e-40f,     -1e-40f,    1e-30f,
      1e30f,     -1e30f,      3e38f,      88.7f,      -88.f,      103.9f,
      -104.5f,   0.99999994f, 1.0000001f, 0x1p-24f,   16777217.f, 1e22f,
      NAN,       INFINITY,    -INFINITY,  6.2831855f, 3.1415927f, 1.5707964f,
      105615.0f, 0.7071068f};
  return values;
}

/// Special values, numbers spread over [low, high], and any bit pattern.
static std::vector<float> inputs(double low, double high, unsigned seed) {
  std::vector<float> values = specials();
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> spread(low, high);
  for (int i = 0; i < 3000; ++i)
    values.push_back(spread(random));
  for (int i = 0; i < 3000; ++i)
    values.push_back(llvm::bit_cast<float>(static_cast<uint32_t>(random())));
  return values;
}

namespace {
struct UnaryCase {
  const char *name;
  double (*exact)(double);
  double low, high;
  double ulp;
};
} // namespace

static double sinpi(double x) {
  double r = std::remainder(x, 2);
  if (std::abs(r) > 0.5)
    r = std::copysign(1, r) - r;
  return std::sin(std::numbers::pi * r);
}
static double cospi(double x) {
  double r = std::abs(std::remainder(x, 2));
  return std::sin(std::numbers::pi * (0.5 - r));
}
/// Nobody says which infinity a pole is.
static double tanpi(double x) {
  return cospi(x) == 0 ? -INFINITY : sinpi(x) / cospi(x);
}
static double fractionBelowOne(double x) {
  return std::min(x - std::floor(x), 0x1.fffffep-1);
}
static double sign(double x) {
  return std::isnan(x) ? 0 : x > 0 ? 1 : x < 0 ? -1 : x;
}

static const UnaryCase unaryCases[] = {
    {"sqrt", std::sqrt, 0, 100, 0.5},
    {"rsqrt", [](double x) { return 1 / std::sqrt(x); }, 0, 100, 2},
    {"exp", std::exp, -90, 90, 4},
    {"exp2", std::exp2, -130, 130, 4},
    {"exp10", [](double x) { return std::pow(10, x); }, -38, 38, 4},
    {"log", std::log, 0, 10, 4},
    {"log2", std::log2, 0, 10, 4},
    {"log10", std::log10, 0, 10, 4},
    {"sin", std::sin, -100, 100, 4},
    {"cos", std::cos, -100, 100, 4},
    {"tan", std::tan, -10, 10, 6},
    {"sinpi", sinpi, -10, 10, 4},
    {"cospi", cospi, -10, 10, 4},
    {"tanpi", tanpi, -0.4, 0.4, 6},
    {"asin", std::asin, -1, 1, 4},
    {"acos", std::acos, -1, 1, 4},
    {"atan", std::atan, -10, 10, 5},
    {"sinh", std::sinh, -10, 10, 4},
    {"cosh", std::cosh, -10, 10, 4},
    {"tanh", std::tanh, -5, 5, 5},
    {"asinh", std::asinh, -10, 10, 4},
    {"acosh", std::acosh, 1, 10, 4},
    {"atanh", std::atanh, -1, 1, 5},
    {"floor", std::floor, -10, 10, 0},
    {"ceil", std::ceil, -10, 10, 0},
    {"round", std::round, -10, 10, 0},
    {"rint", std::nearbyint, -10, 10, 0},
    {"trunc", std::trunc, -10, 10, 0},
    {"fabs", std::fabs, -10, 10, 0},
    {"fract", fractionBelowOne, -10, 10, 0.5},
    {"sign", sign, -10, 10, 0},
    {"saturate",
     [](double x) { return std::isnan(x) ? 0 : std::clamp(x, 0.0, 1.0); }, -2,
     2, 0},
};

TEST_CASE("unary float functions keep the accuracy contract") {
  for (const UnaryCase &c : unaryCases) {
    for (const char *prefix : {"air.", "air.fast_"}) {
      std::string name = prefix + std::string(c.name) + ".f32";
      auto kernel = elementwise(name, "float", {"float"});
      std::vector<float> x = inputs(c.low, c.high, 1),
                         got = apply<float>(*kernel, x);
      double worst = 0;
      size_t worstAt = 0;
      for (size_t i = 0; i < x.size(); ++i)
        if (double error = ulpError(got[i], c.exact(x[i])); error > worst)
          worst = error, worstAt = i;
      INFO(name << "(" << x[worstAt] << ") = " << got[worstAt] << ", exactly "
                << c.exact(x[worstAt]));
      CHECK(worst <= std::max(c.ulp, 0.0));
      // What the device promises itself: one rounding from double.
      CHECK(worst <= 0.52);
    }
  }
}

namespace {
struct BinaryCase {
  const char *name;
  double (*exact)(double, double);
  double ulp;
};
} // namespace

TEST_CASE("binary float functions") {
  const BinaryCase cases[] = {
      {"pow", std::pow, 16},
      {"powr", [](double x, double y) { return std::exp2(y * std::log2(x)); },
       16},
      {"fmod", std::fmod, 0},
      {"atan2", std::atan2, 6},
      {"fmin", std::fmin, 0},
      {"fmax", std::fmax, 0},
  };
  for (const BinaryCase &c : cases) {
    auto kernel = elementwise("air." + std::string(c.name) + ".f32", "float",
                              {"float", "float"});
    std::vector<float> x, y;
    for (float a : specials())
      for (float b : specials())
        x.push_back(a), y.push_back(b);
    std::vector<float> a = inputs(-3, 10, 2), b = inputs(-20, 20, 3);
    x.insert(x.end(), a.begin(), a.end());
    y.insert(y.end(), b.begin(), b.end());
    std::vector<float> got = apply<float>(*kernel, x, y);
    for (size_t i = 0; i < x.size(); ++i) {
      double error = ulpError(got[i], c.exact(x[i], y[i]));
      if (error > c.ulp) {
        INFO(c.name << "(" << x[i] << ", " << y[i] << ") = " << got[i]
                    << ", exactly " << c.exact(x[i], y[i]));
        CHECK(error <= c.ulp);
      }
    }
  }
}

TEST_CASE("ternary float functions") {
  std::vector<float> x = inputs(-2, 2, 4), y = inputs(-1, 0, 5),
                     z = inputs(0, 1, 6);
  auto check = [&](const char *name, auto exact) {
    auto kernel = elementwise("air." + std::string(name) + ".f32", "float",
                              {"float", "float", "float"});
    std::vector<float> got = apply<float>(*kernel, x, y, z);
    for (size_t i = specials().size(); i < x.size(); ++i) {
      if (std::isnan(x[i]) || std::isnan(y[i]) || std::isnan(z[i]))
        continue; // only fmin and fmax say what they do with NaN
      float expected = exact(x[i], y[i], z[i]);
      if (got[i] != expected && !(std::isnan(got[i]) && std::isnan(expected))) {
        INFO(name << "(" << x[i] << ", " << y[i] << ", " << z[i] << ")");
        CHECK(got[i] == expected);
      }
    }
  };
  check("clamp", [](float a, float b, float c) {
    return std::fmin(std::fmax(a, b), c);
  });
  check("fma", [](float a, float b, float c) { return std::fma(a, b, c); });
  check("mix", [](float a, float b, float c) { return a + (b - a) * c; });
  check("fmin3", [](float a, float b, float c) {
    return std::fmin(std::fmin(a, b), c);
  });
  check("fmax3", [](float a, float b, float c) {
    return std::fmax(std::fmax(a, b), c);
  });
  check("fmedian3", [](float a, float b, float c) {
    return std::fmax(std::fmin(a, b), std::fmin(std::fmax(a, b), c));
  });
}

TEST_CASE("fmin and fmax ignore NaN") {
  auto kernel = elementwise("air.fast_fmin.f32", "float", {"float", "float"});
  CHECK(apply<float>(*kernel, std::vector<float>{NAN, 3},
                     std::vector<float>{2, NAN}) == std::vector<float>{2, 3});
}

TEST_CASE("ldexp, nextafter and sincos") {
  auto ldexp = elementwise("air.ldexp.f32", "float", {"float", "i32"});
  std::vector<float> x = {1, 1.5f, 1e-40f, 3, -7, 1, 0x1.fffffep0f, 1};
  std::vector<int32_t> n = {3, -149, 30, 200, -140, INT32_MIN, -127, INT32_MAX};
  std::vector<float> got = apply<float>(*ldexp, x, n);
  for (size_t i = 0; i < x.size(); ++i)
    CHECK(got[i] == std::ldexp(x[i], n[i]));

  auto next = elementwise("air.nextafter.f32", "float", {"float", "float"});
  std::vector<float> from = {1,     1, -1,    -1,        0,
                             -0.0f, 5, 3e38f, 0x1p-149f, -0x1p-149f},
                     to = {2, 0, 0, -2, -1, 1, 5, INFINITY, 0, 0};
  got = apply<float>(*next, from, to);
  for (size_t i = 0; i < from.size(); ++i)
    CHECK(got[i] == std::nextafter(from[i], to[i]));

  auto both = load(airModule(R"(
declare float @air.sincos.f32(float, ptr nocapture writeonly)
define void @k(ptr addrspace(1) %out) {
  %box = alloca float
  %s = call float @air.sincos.f32(float 1.0, ptr %box)
  %c = load float, ptr %box
  store float %s, ptr addrspace(1) %out
  %p = getelementptr float, ptr addrspace(1) %out, i64 1
  store float %c, ptr addrspace(1) %p
  ret void
})",
                             {"device 0"}));
  std::vector<float> out(2);
  run(*both, 1, 1, {bind(0, out)});
  CHECK(ulpError(out[0], std::sin(1.0)) <= 4);
  CHECK(ulpError(out[1], std::cos(1.0)) <= 4);
}

TEST_CASE("vectors and dot") {
  auto exp = elementwise("air.fast_exp.v4f32", "<4 x float>", {"<4 x float>"});
  struct Float4 {
    float v[4];
  };
  std::vector<Float4> in = {{{0, 1, -1, 2}}, {{3, 4, 5, -80}}};
  std::vector<Float4> got = apply<Float4>(*exp, in);
  for (size_t i = 0; i < in.size(); ++i)
    for (int lane = 0; lane < 4; ++lane)
      CHECK(ulpError(got[i].v[lane], std::exp(double(in[i].v[lane]))) <= 4);
  auto sin = elementwise("air.sin.v2f32", "<2 x float>", {"<2 x float>"});
  struct Float2 {
    float v[2];
  };
  std::vector<Float2> angles = {{{1, 1e6f}}};
  Float2 sines = apply<Float2>(*sin, angles)[0];
  CHECK(ulpError(sines.v[1], std::sin(1e6)) <= 4);
  auto dot =
      elementwise("air.dot.v4f32", "float", {"<4 x float>", "<4 x float>"});
  CHECK(apply<float>(*dot, in, in) == std::vector<float>{6, 6450});
}

/// f16 and bf16 as bit patterns.
static float bfloat(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits) << 16);
}
static float half(uint16_t bits) {
  int exponent = bits >> 10 & 31, mantissa = bits & 1023;
  double magnitude = exponent == 31 ? (mantissa ? NAN : INFINITY)
                     : exponent     ? std::ldexp(1024 + mantissa, exponent - 25)
                                    : std::ldexp(mantissa, -24);
  return bits & 0x8000 ? -magnitude : magnitude;
}

TEST_CASE("f16 functions over every value") {
  std::vector<uint16_t> all(65536);
  for (unsigned i = 0; i < all.size(); ++i)
    all[i] = i;
  auto check = [&](const char *name, double (*exact)(double)) {
    auto kernel =
        elementwise("air." + std::string(name) + ".f16", "half", {"half"});
    std::vector<uint16_t> got = apply<uint16_t>(*kernel, all);
    unsigned wrong = 0;
    for (unsigned i = 0; i < all.size(); ++i) {
      double value = exact(half(i)), result = half(got[i]);
      if (std::isnan(value) ? std::isnan(result) : std::abs(value) > 65519)
        continue;
      int exponent = std::max(std::ilogb(value == 0 ? 0x1p-24 : value), -14);
      wrong +=
          !(std::abs(result - value) <= 0.51 * std::ldexp(1, exponent - 10));
    }
    INFO(name);
    CHECK(wrong == 0);
  };
  check("exp", std::exp);
  check("log", std::log);
  check("sin", std::sin);
  check("sqrt", std::sqrt);
  check("tanh", std::tanh);
  check("floor", std::floor);
}

TEST_CASE("bf16 arithmetic rounds to nearest even") {
  auto kernel =
      load(airModule(R"(
define void @k(ptr addrspace(1) %out, ptr addrspace(1) %in, i32 %tid) {
  %p = getelementptr bfloat, ptr addrspace(1) %in, i32 %tid
  %x = load bfloat, ptr addrspace(1) %p
  %y = fadd bfloat %x, 1.0
  %z = fmul bfloat %y, 3.0
  %n = fneg bfloat %z
  %wide = fpext bfloat %n to float
  %third = fdiv float %wide, 3.0
  %back = fptrunc float %third to bfloat
  %less = fcmp olt bfloat %back, 0.0
  %r = select i1 %less, bfloat %back, bfloat %x
  %po = getelementptr bfloat, ptr addrspace(1) %out, i32 %tid
  store bfloat %r, ptr addrspace(1) %po
  ret void
})",
                     {"device 0", "device 1", "thread_position_in_grid"}));
  auto round = [](float x) {
    uint32_t bits = llvm::bit_cast<uint32_t>(x);
    return bfloat((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  };
  std::vector<uint16_t> in(0x7f80), out(in.size());
  for (unsigned i = 0; i < in.size(); ++i)
    in[i] = i;
  run(*kernel, in.size(), 256, {bind(0, out), bind(1, in)});
  unsigned wrong = 0;
  for (unsigned i = 0; i < in.size(); ++i) {
    float z = round(round(bfloat(i) + 1) * 3);
    float expected = round(-z / 3);
    wrong += bfloat(out[i]) != (expected < 0 ? expected : bfloat(i));
  }
  CHECK(wrong == 0);
}
