// Kernels that Apple's compiler made, which check the device against code we
// did not write.
#include "../AppleLibraries.h"
#include "AirText.h"
#include <cmath>
#include <map>

using namespace enigma;
using namespace enigma::simulator;
using namespace enigma::simulator::test;

TEST_CASE("Apple's vadd with function constants") {
  for (const char *target : {"13", "14", "15", "26"}) {
    auto path = appleLibraryFolder() /
                ("constants." + std::string(target) + ".metallib");
    if (!std::filesystem::exists(path)) {
      WARN("skipped: no " << path.string() << " ($ENIGMA_APPLE_METALLIBS)");
      continue;
    }
    INFO(path.string());
    auto library = metallib::readLibrary(readFile(path.string()));
    REQUIRE(bool(library));
    ConstantValue constants[] = {{uint32_t(0), 2.5},
                                 {std::string("bar"), int64_t(-1)}};
    auto kernel = Kernel::load(*library, "vadd", constants);
    if (!kernel)
      FAIL(message(kernel.takeError()));
    std::vector<float> a(1000), b(1000), c(1000);
    for (unsigned i = 0; i < a.size(); ++i)
      a[i] = i * 0.5f, b[i] = 100.0f - i;
    run(**kernel, 1000, 256, {bind(0, a), bind(1, b), bind(2, c)});
    for (unsigned i = 0; i < a.size(); ++i)
      CHECK(c[i] == a[i] * 2.5f + b[i] - 1);

    auto unset =
        Kernel::load(*library, "vadd", llvm::ArrayRef(constants).drop_back());
    REQUIRE(!unset);
    CHECK(message(unset.takeError()) ==
          "function constant 'bar' (index 2, f32) is required and not set");
  }
}

TEST_CASE("the empty kernels of every target, with debug info and without") {
  for (const std::string &path : appleLibraries()) {
    if (path.find("ggml") != std::string::npos ||
        path.find("constants") != std::string::npos)
      continue;
    INFO(path);
    auto library = metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    for (const metallib::Function &function : library->functions) {
      auto kernel = Kernel::load(*library, function.name);
      if (!kernel)
        FAIL(message(kernel.takeError()));
      CHECK(message((*kernel)->dispatch({})) == "");
    }
  }
}

static std::unique_ptr<Kernel> loadGgml(const char *name) {
  auto path = appleLibraryFolder() / "ggml-llama.ios18.metallib";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " << path.string() << " ($ENIGMA_APPLE_METALLIBS)");
    return nullptr;
  }
  auto library = metallib::readLibrary(readFile(path.string()));
  REQUIRE(bool(library));
  auto kernel = Kernel::load(*library, name);
  if (!kernel)
    FAIL(message(kernel.takeError()));
  return std::move(*kernel);
}

TEST_CASE(
    "Apple-compiled ggml rms_norm: simd_sum, barriers, threadgroup argument") {
  auto kernel = loadGgml("kernel_rms_norm");
  if (!kernel)
    return;
  // ggml_metal_kargs_rms_norm; entry 0 of the fused lists is the input itself.
  struct {
    int32_t columns, columnsBy4;
    uint64_t rowBytes, planeBytes, cubeBytes;
    float epsilon;
    int32_t fusedCounts[3][3];
    uint64_t fusedStrides[3][3];
  } arguments = {};
  constexpr uint32_t rows = 7, columns = 1000;
  arguments.columns = columns;
  arguments.columnsBy4 = columns / 4;
  arguments.rowBytes = columns * 4;
  arguments.planeBytes = arguments.cubeBytes = columns * 4 * rows;
  arguments.epsilon = 1e-5f;
  arguments.fusedStrides[0][0] = arguments.rowBytes;
  REQUIRE(sizeof arguments == 144);
  std::vector<uint8_t> bytes(sizeof arguments);
  std::memcpy(bytes.data(), &arguments, sizeof arguments);
  std::vector<float> in(rows * columns), out(in.size());
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = std::sin(float(i));
  Dispatch dispatch;
  dispatch.grid = {rows * 256, 1, 1};
  dispatch.threadgroup = {256, 1, 1};
  dispatch.threadgroupMemory = {{0, 32 * 4}};
  dispatch.buffers = {bind(0, bytes), bind(1, in), bind(2, in), bind(3, in),
                      bind(4, out)};
  REQUIRE(message(kernel->dispatch(dispatch)) == "");
  for (uint32_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (uint32_t i = 0; i < columns; ++i)
      sum += double(in[row * columns + i]) * in[row * columns + i];
    double scale = 1 / std::sqrt(sum / columns + 1e-5);
    for (uint32_t i = 0; i < columns; ++i)
      REQUIRE(out[row * columns + i] ==
              Approx(in[row * columns + i] * scale).epsilon(1e-5).margin(1e-6));
  }
}

TEST_CASE(
    "Apple-compiled ggml matrix product: simdgroup matrices at ragged edges") {
  auto kernel = loadGgml("kernel_mul_mm_f32_f32");
  if (!kernel)
    return;
  constexpr int depth = 96, rowsA = 80, rowsB = 40;
  // ggml_metal_kargs_mul_mm: C[b][a] = sum over k of A[a][k] B[b][k].
  struct {
    int32_t depth, planesA;
    uint64_t rowBytesA, planeBytesA, cubeBytesA;
    int32_t planesB;
    uint64_t elementBytesB, rowBytesB, planeBytesB, cubeBytesB;
    int32_t rowsA, rowsB;
    int16_t broadcast2, broadcast3;
  } arguments = {depth,
                 1,
                 depth * 4,
                 depth * 4 * rowsA,
                 depth * 4 * rowsA,
                 1,
                 4,
                 depth * 4,
                 depth * 4 * rowsB,
                 depth * 4 * rowsB,
                 rowsA,
                 rowsB,
                 1,
                 1};
  REQUIRE(sizeof arguments == 88);
  std::vector<uint8_t> bytes(sizeof arguments);
  std::memcpy(bytes.data(), &arguments, sizeof arguments);
  std::vector<float> a(depth * rowsA), b(depth * rowsB), c(rowsA * rowsB);
  for (size_t i = 0; i < a.size(); ++i)
    a[i] = int(i * 7 % 11) - 5;
  for (size_t i = 0; i < b.size(); ++i)
    b[i] = int(i * 5 % 13) - 6;
  Dispatch dispatch;
  dispatch.threadgroup = {128, 1, 1};
  dispatch.grid = {(rowsB + 31) / 32 * 128, (rowsA + 63) / 64, 1};
  dispatch.threadgroupMemory = {{0, 8192}};
  dispatch.buffers = {bind(0, bytes), bind(1, a), bind(2, b), bind(3, c)};
  REQUIRE(message(kernel->dispatch(dispatch)) == "");
  for (int i = 0; i < rowsA; ++i)
    for (int j = 0; j < rowsB; ++j) {
      float sum = 0;
      for (int k = 0; k < depth; ++k)
        sum += a[i * depth + k] * b[j * depth + k];
      REQUIRE(c[j * rowsA + i] == sum);
    }
}

TEST_CASE("every kernel of a large library loads or is refused by name",
          "[.slow]") {
  auto path = appleLibraryFolder() / "ggml-llama.ios18.metallib";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " << path.string() << " ($ENIGMA_APPLE_METALLIBS)");
    return;
  }
  auto library = metallib::readLibrary(readFile(path.string()));
  REQUIRE(bool(library));
  unsigned loaded = 0;
  std::map<std::string, unsigned> refusals;
  for (const metallib::Function &function : library->functions) {
    auto kernel = Kernel::load(*library, function.name);
    if (kernel) {
      ++loaded;
      continue;
    }
    std::string text = message(kernel.takeError());
    ++refusals[text.substr(text.find("uses"))];
  }
  for (const auto &[reason, count] : refusals)
    WARN(count << " x " << reason);
  CHECK(loaded == library->functions.size());
}
