// Softmax over 4096 x 1024 floats: the CPU device against a plain C++ loop.
//
//   bench-simulator softmax.ll
#include "enigma/simulator/Device.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/SourceMgr.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

using namespace enigma::simulator;

static constexpr uint32_t rows = 4096, columns = 1024;

static void plainSoftmax(const float *in, float *out) {
  for (uint32_t row = 0; row < rows; ++row, in += columns, out += columns) {
    float largest = -INFINITY, sum = 0;
    for (uint32_t i = 0; i < columns; ++i)
      largest = std::max(largest, in[i]);
    for (uint32_t i = 0; i < columns; ++i)
      sum += out[i] = std::exp(in[i] - largest);
    for (uint32_t i = 0; i < columns; ++i)
      out[i] *= 1 / sum;
  }
}

template <typename F> static double bestMilliseconds(F &&run) {
  double best = INFINITY;
  for (int i = 0; i < 5; ++i) {
    auto start = std::chrono::steady_clock::now();
    run();
    std::chrono::duration<double, std::milli> time =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count());
  }
  return best;
}

static int fail(llvm::Error error) {
  std::fprintf(stderr, "%s\n", llvm::toString(std::move(error)).c_str());
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 2)
    return std::fprintf(stderr, "usage: bench-simulator softmax.ll\n"), 2;
  auto start = std::chrono::steady_clock::now();
  auto context = std::make_unique<llvm::LLVMContext>();
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseIRFile(argv[1], diagnostic, *context);
  if (!module)
    return std::fprintf(stderr, "%s\n", diagnostic.getMessage().str().c_str()),
           3;
  auto kernel =
      Kernel::loadModule(std::move(context), std::move(module), "softmax");
  if (!kernel)
    return fail(kernel.takeError());
  std::chrono::duration<double, std::milli> loading =
      std::chrono::steady_clock::now() - start;

  std::vector<float> in(rows * columns), out(in.size()), expected(in.size());
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = std::sin(float(i)) * 4;
  Dispatch dispatch;
  dispatch.grid = {rows * 256, 1, 1};
  dispatch.threadgroup = {256, 1, 1};
  auto bytes = [](std::vector<float> &v) {
    return llvm::MutableArrayRef(reinterpret_cast<uint8_t *>(v.data()),
                                 v.size() * sizeof(float));
  };
  dispatch.buffers = {{0, bytes(in)}, {1, bytes(out)}};
  double plain =
      bestMilliseconds([&] { plainSoftmax(in.data(), expected.data()); });
  std::printf(
      "load and compile        %8.1f ms\nplain C++, one core     %8.1f ms\n",
      loading.count(), plain);
  for (unsigned workers : {1u, 0u}) {
    dispatch.workers = workers;
    bool failed = false;
    double device = bestMilliseconds([&] {
      if (llvm::Error error = (*kernel)->dispatch(dispatch))
        failed = fail(std::move(error));
    });
    if (failed)
      return 1;
    std::printf("CPU device, %s  %8.1f ms   %.2f of plain C++\n",
                workers ? "one core " : "all cores", device, plain / device);
  }
  float worst = 0;
  for (size_t i = 0; i < out.size(); ++i)
    worst = std::max(worst, std::abs(out[i] - expected[i]) / expected[i]);
  std::printf("largest relative difference %.1e\n", worst);
  return worst < 1e-5f ? 0 : 1;
}
