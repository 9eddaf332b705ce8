// libenigma through its C interface: what works, what is refused and why, and
// that any number of threads may use it.
#include "CClient.h"
#include "SampleLibrary.h"
#include "enigma.h"
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

struct Destroy {
  void operator()(enigma_device *device) { enigma_device_destroy(device); }
  void operator()(enigma_library *library) { enigma_library_destroy(library); }
  void operator()(enigma_kernel *kernel) { enigma_kernel_destroy(kernel); }
  void operator()(enigma_reflection *reflection) {
    enigma_reflection_destroy(reflection);
  }
};
template <typename T> using Owned = std::unique_ptr<T, Destroy>;

/// What a failed call said; the code is 0 when it did not fail.
struct Failure {
  int code = 0;
  std::string message;
};

Failure take(enigma_error *error) {
  if (!error)
    return {};
  Failure failure{enigma_error_get_code(error), enigma_error_message(error)};
  enigma_error_destroy(error);
  return failure;
}

Owned<enigma_device> makeDevice() {
  return Owned<enigma_device>(enigma_device_create(nullptr));
}

Owned<enigma_library> makeLibrary() {
  std::vector<uint8_t> bytes = sampleLibrary();
  enigma_error *error = nullptr;
  Owned<enigma_library> library(enigma_library_create(
      makeDevice().get(), bytes.data(), bytes.size(), &error));
  INFO(take(error).message);
  REQUIRE(library);
  return library;
}

constexpr enigma_constant biasOf(int64_t value) {
  return {nullptr, 3, ENIGMA_CONSTANT_INT, {.as_int = value}};
}

Owned<enigma_kernel> makeKernel(const char *name,
                                std::vector<enigma_constant> constants = {}) {
  enigma_error *error = nullptr;
  // The library is gone before the kernel is used.
  Owned<enigma_kernel> kernel(enigma_kernel_create(
      makeLibrary().get(), name, constants.data(), constants.size(), &error));
  INFO(take(error).message);
  REQUIRE(kernel);
  return kernel;
}

Failure kernelFailure(const char *name,
                      std::vector<enigma_constant> constants = {}) {
  enigma_error *error = nullptr;
  Owned<enigma_kernel> kernel(enigma_kernel_create(
      makeLibrary().get(), name, constants.data(), constants.size(), &error));
  CHECK_FALSE(kernel);
  return take(error);
}

enigma_dispatch launchOf(uint32_t grid, uint32_t threadgroup,
                         const std::vector<enigma_buffer_binding> &buffers) {
  enigma_dispatch launch = {};
  launch.struct_size = sizeof launch;
  std::fill_n(launch.grid, 3, 1);
  std::fill_n(launch.threadgroup, 3, 1);
  launch.grid[0] = grid;
  launch.threadgroup[0] = threadgroup;
  launch.buffers = buffers.data();
  launch.buffer_count = buffers.size();
  return launch;
}

Failure dispatch(const Owned<enigma_kernel> &kernel,
                 const enigma_dispatch &launch) {
  enigma_error *error = nullptr;
  bool done = enigma_kernel_dispatch(kernel.get(), &launch, &error);
  CHECK(done == !error);
  return take(error);
}

std::vector<float> countUp(size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0f);
  return values;
}

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the library says what it is") {
  CHECK(enigma_abi_version() == ENIGMA_ABI_VERSION);
  CHECK(std::string(enigma_version()) == ENIGMA_VERSION);
  auto device = makeDevice();
  CHECK(contains(enigma_device_name(device.get()), "CPU ("));
  const enigma_device_limits *limits = enigma_device_get_limits(device.get());
  CHECK(limits->simdgroup_width == 32);
  CHECK(limits->max_threads_per_threadgroup == 1024);
  CHECK(limits->max_threadgroup_memory == 32768);
  CHECK(limits->workers >= 1);
}

TEST_CASE("SHA-256 of the standard's examples") {
  auto hash = [](const std::string &text) {
    std::array<uint8_t, 32> digest;
    enigma_sha256(text.data(), text.size(), digest.data());
    std::string hex;
    for (uint8_t byte : digest) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", byte);
      hex += digits;
    }
    return hex;
  };
  CHECK(hash("") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a library lists its functions") {
  auto library = makeLibrary();
  REQUIRE(enigma_library_function_count(library.get()) == 2);
  CHECK(std::string(enigma_library_function_name(library.get(), 0)) == "scale");
  CHECK(std::string(enigma_library_function_name(library.get(), 1)) ==
        "reverse");
  CHECK(std::string(enigma_library_function_type(library.get(), 1)) ==
        "kernel");
  CHECK(enigma_library_function_name(library.get(), 2) == nullptr);
  CHECK(enigma_library_function_type(library.get(), 2) == nullptr);
}

TEST_CASE("a library opens from a file") {
  std::vector<uint8_t> bytes = sampleLibrary();
  char path[] = "/tmp/enigma-capi-XXXXXX";
  int descriptor = mkstemp(path);
  REQUIRE(write(descriptor, bytes.data(), bytes.size()) ==
          ssize_t(bytes.size()));
  close(descriptor);
  Owned<enigma_library> library(
      enigma_library_open(makeDevice().get(), path, nullptr));
  CHECK(library);
  REQUIRE(truncate(path, off_t(bytes.size() / 2)) == 0);
  enigma_error *error = nullptr;
  CHECK_FALSE(enigma_library_open(makeDevice().get(), path, &error));
  Failure failure = take(error);
  CHECK(failure.code == ENIGMA_ERROR_INVALID_LIBRARY);
  CHECK(contains(failure.message, path));
  unlink(path);
  CHECK_FALSE(enigma_library_open(makeDevice().get(), path, &error));
  failure = take(error);
  CHECK(failure.code == ENIGMA_ERROR_FILE);
  CHECK(contains(failure.message, path));
}

TEST_CASE("a metallib cut off anywhere is refused") {
  std::vector<uint8_t> bytes = sampleLibrary();
  auto device = makeDevice();
  for (size_t size = 0; size < bytes.size(); ++size) {
    enigma_error *error = nullptr;
    Owned<enigma_library> library(
        enigma_library_create(device.get(), bytes.data(), size, &error));
    Failure failure = take(error);
    INFO(size);
    REQUIRE_FALSE(library);
    REQUIRE(failure.code == ENIGMA_ERROR_INVALID_LIBRARY);
    REQUIRE_FALSE(failure.message.empty());
  }
}

TEST_CASE("a damaged module is refused when its kernel is made") {
  std::vector<uint8_t> bytes = sampleLibrary();
  bytes[bytes.size() - 100] ^= 1; // in the last module
  Owned<enigma_library> library(enigma_library_create(
      makeDevice().get(), bytes.data(), bytes.size(), nullptr));
  REQUIRE(library);
  enigma_error *error = nullptr;
  CHECK_FALSE(
      enigma_kernel_create(library.get(), "reverse", nullptr, 0, &error));
  Failure failure = take(error);
  CHECK(failure.code == ENIGMA_ERROR_INVALID_KERNEL);
  CHECK(contains(failure.message, "does not match its hash"));
}

TEST_CASE("reflection describes arguments and constants without compiling") {
  enigma_error *error = nullptr;
  Owned<enigma_reflection> scale(
      enigma_library_reflect(makeLibrary().get(), "scale", &error));
  INFO(take(error).message);
  REQUIRE(scale);
  CHECK(std::string(enigma_reflection_name(scale.get())) == "scale");
  REQUIRE(enigma_reflection_argument_count(scale.get()) == 3);
  const enigma_argument *values = enigma_reflection_argument(scale.get(), 0);
  CHECK(values->kind == ENIGMA_ARGUMENT_BUFFER);
  CHECK(values->location == 0);
  CHECK(std::string(values->name) == "values");
  CHECK(std::string(values->type_name) == "float");
  CHECK(values->type_size == 4);
  CHECK(values->type_alignment == 4);
  CHECK(values->minimum_size == 0);
  CHECK(values->access == ENIGMA_ACCESS_READ_WRITE);
  CHECK_FALSE(values->is_optional);
  CHECK(std::string(values->builtin) == "");
  const enigma_argument *factor = enigma_reflection_argument(scale.get(), 1);
  CHECK(factor->location == 1);
  CHECK(factor->minimum_size == 4);
  CHECK(factor->access == ENIGMA_ACCESS_READ);
  const enigma_argument *i = enigma_reflection_argument(scale.get(), 2);
  CHECK(i->kind == ENIGMA_ARGUMENT_BUILTIN);
  CHECK(i->access == ENIGMA_ACCESS_NONE);
  CHECK(std::string(i->builtin) == "thread_position_in_grid");
  CHECK(enigma_reflection_argument(scale.get(), 3) == nullptr);
  REQUIRE(enigma_reflection_constant_count(scale.get()) == 1);
  const enigma_constant_description *bias =
      enigma_reflection_constant(scale.get(), 0);
  CHECK(std::string(bias->name) == "bias");
  CHECK(bias->index == 3);
  CHECK(std::string(bias->dtype) == "i32");
  CHECK(bias->is_required);
  CHECK(enigma_reflection_constant(scale.get(), 1) == nullptr);
  CHECK(enigma_reflection_max_threads_per_threadgroup(scale.get()) == 1024);

  auto reverse = makeKernel("reverse");
  const enigma_reflection *reflection =
      enigma_kernel_get_reflection(reverse.get());
  CHECK(enigma_reflection_max_threads_per_threadgroup(reflection) == 64);
  CHECK(enigma_reflection_static_threadgroup_memory(reflection) == 0);
  CHECK(enigma_reflection_argument(reflection, 1)->kind ==
        ENIGMA_ARGUMENT_THREADGROUP);
}

TEST_CASE("a kernel runs over the caller's memory") {
  auto kernel = makeKernel("scale", {biasOf(-2)});
  std::vector<float> values = countUp(1003);
  float factor = 0.5;
  Failure failure = dispatch(
      kernel,
      launchOf(1003, 64,
               {{0, values.data(), values.size() * 4}, {1, &factor, 4}}));
  CHECK(failure.message == "");
  for (size_t i = 0; i < values.size(); ++i)
    REQUIRE(values[i] == float(i) * 0.5f - 2);
}

TEST_CASE("threadgroup memory is sized by the dispatch") {
  auto kernel = makeKernel("reverse");
  std::vector<int32_t> values(40);
  std::iota(values.begin(), values.end(), 0);
  std::vector<enigma_buffer_binding> buffers = {
      {0, values.data(), values.size() * 4}};
  enigma_dispatch launch = launchOf(40, 16, buffers);
  Failure failure = dispatch(kernel, launch);
  CHECK(failure.code == ENIGMA_ERROR_DISPATCH);
  CHECK(failure.message == "threadgroup argument 0 ('scratch') has no size");
  enigma_threadgroup_memory scratch = {0, 16 * 4};
  launch.threadgroup_memory = &scratch;
  launch.threadgroup_memory_count = 1;
  CHECK(dispatch(kernel, launch).message == "");
  for (int32_t i = 0; i < 40; ++i) {
    int32_t start = i / 16 * 16, size = std::min(16, 40 - start);
    CHECK(values[i] == start + size - 1 - (i - start));
  }
  scratch.size = 1 << 20;
  failure = dispatch(kernel, launch);
  CHECK(contains(failure.message, "32768 are available"));
}

TEST_CASE("a wrong dispatch is refused and touches nothing") {
  auto kernel = makeKernel("scale", {biasOf(0)});
  alignas(16) std::array<float, 9> values = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  float factor = 2;
  const enigma_buffer_binding whole = {0, values.data(), 32};
  const enigma_buffer_binding scalar = {1, &factor, 4};
  auto refusal = [&](uint32_t grid, uint32_t threadgroup,
                     std::vector<enigma_buffer_binding> buffers) {
    Failure failure = dispatch(kernel, launchOf(grid, threadgroup, buffers));
    CHECK(values == std::array<float, 9>{1, 1, 1, 1, 1, 1, 1, 1, 1});
    return failure;
  };
  CHECK(refusal(8, 8, {whole}).message == "buffer 1 ('factor') is not bound");
  CHECK(refusal(8, 8, {whole, {1, &factor, 2}}).message ==
        "buffer 1 ('factor') has 2 bytes, the kernel reads 4");
  CHECK(refusal(8, 8, {whole, scalar, whole}).message ==
        "buffer 0 is bound twice");
  CHECK(refusal(8, 2048, {whole, scalar}).message ==
        "kernel 'scale' allows 1024 threads per threadgroup, not 2048");
  CHECK(refusal(0, 8, {whole, scalar}).message ==
        "grid and threadgroup sizes must be positive");
  auto *odd = reinterpret_cast<char *>(values.data()) + 1;
  CHECK(refusal(8, 8, {{0, odd, 32}, scalar}).message ==
        "buffer 0 ('values') is not aligned to 4 bytes");
  CHECK(refusal(8, 8, {{0, odd, 32}, scalar}).code == ENIGMA_ERROR_DISPATCH);
  Failure null = refusal(8, 8, {{0, nullptr, 32}, scalar});
  CHECK(null.code == ENIGMA_ERROR_INVALID_CALL);
  CHECK(null.message == "buffer 0 is null");
}

TEST_CASE("function constants are checked") {
  CHECK(contains(kernelFailure("scale").message, "'bias' (index 3, i32) is "
                                                 "required"));
  CHECK(kernelFailure("scale").code == ENIGMA_ERROR_INVALID_KERNEL);
  enigma_constant real = {"bias", 0, ENIGMA_CONSTANT_FLOAT, {.as_float = 2.5}};
  CHECK(contains(kernelFailure("scale", {real}).message, "not a value of i32"));
  enigma_constant unknown = {"gain", 0, ENIGMA_CONSTANT_INT, {.as_int = 1}};
  CHECK(contains(kernelFailure("scale", {unknown}).message, "gain"));
  enigma_constant kindless = {"bias", 0, enigma_constant_kind(9), {}};
  CHECK(kernelFailure("scale", {kindless}).code == ENIGMA_ERROR_INVALID_CALL);
}

TEST_CASE("an unknown function is named, with those there are") {
  Failure failure = kernelFailure("scael");
  CHECK(failure.code == ENIGMA_ERROR_NO_SUCH_FUNCTION);
  CHECK(failure.message ==
        "the library has no function 'scael'; there are: scale, reverse");
  enigma_error *error = nullptr;
  CHECK_FALSE(enigma_library_reflect(makeLibrary().get(), "scael", &error));
  CHECK(take(error).code == ENIGMA_ERROR_NO_SUCH_FUNCTION);
}

TEST_CASE("null pointers are errors, not crashes") {
  auto device = makeDevice();
  auto library = makeLibrary();
  auto kernel = makeKernel("reverse");
  enigma_error *error = nullptr;
  auto isInvalidCall = [&] {
    Failure failure = take(std::exchange(error, nullptr));
    return failure.code == ENIGMA_ERROR_INVALID_CALL &&
           !failure.message.empty();
  };
  CHECK_FALSE(enigma_library_create(nullptr, "", 0, &error));
  CHECK(isInvalidCall());
  CHECK_FALSE(enigma_library_create(device.get(), nullptr, 8, &error));
  CHECK(isInvalidCall());
  CHECK_FALSE(enigma_library_open(device.get(), nullptr, &error));
  CHECK(isInvalidCall());
  CHECK_FALSE(enigma_library_reflect(nullptr, "scale", &error));
  CHECK(isInvalidCall());
  CHECK_FALSE(enigma_kernel_create(library.get(), nullptr, nullptr, 0, &error));
  CHECK(isInvalidCall());
  CHECK_FALSE(
      enigma_kernel_create(library.get(), "reverse", nullptr, 1, &error));
  CHECK(isInvalidCall());
  CHECK_FALSE(enigma_kernel_dispatch(kernel.get(), nullptr, &error));
  CHECK(isInvalidCall());
  enigma_dispatch launch = launchOf(1, 1, {});
  CHECK_FALSE(enigma_kernel_dispatch(nullptr, &launch, &error));
  CHECK(isInvalidCall());
  launch.buffers = nullptr;
  launch.buffer_count = 1;
  CHECK_FALSE(enigma_kernel_dispatch(kernel.get(), &launch, &error));
  CHECK(isInvalidCall());
  launch = launchOf(1, 1, {});
  launch.threadgroup_memory_count = 1;
  CHECK_FALSE(enigma_kernel_dispatch(kernel.get(), &launch, &error));
  CHECK(isInvalidCall());
  launch = launchOf(1, 1, {});
  launch.struct_size = 8;
  CHECK_FALSE(enigma_kernel_dispatch(kernel.get(), &launch, &error));
  CHECK(isInvalidCall());
  // Errors may be ignored, and nothing may be destroyed.
  CHECK_FALSE(enigma_library_create(nullptr, "", 0, nullptr));
  enigma_error_destroy(nullptr);
  enigma_device_destroy(nullptr);
  enigma_library_destroy(nullptr);
  enigma_reflection_destroy(nullptr);
  enigma_kernel_destroy(nullptr);
}

TEST_CASE("threads make and run kernels of one library at the same time") {
  auto library = makeLibrary();
  auto shared = makeKernel("scale", {biasOf(1)});
  std::array<bool, 4> correct = {};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < correct.size(); ++t)
    threads.emplace_back([&, t] {
      enigma_constant bias = biasOf(1);
      Owned<enigma_kernel> own(
          enigma_kernel_create(library.get(), "scale", &bias, 1, nullptr));
      correct[t] = own != nullptr;
      for (int round = 0; own && round < 20; ++round) {
        std::vector<float> values = countUp(500);
        float factor = float(t);
        std::vector<enigma_buffer_binding> buffers = {
            {0, values.data(), values.size() * 4}, {1, &factor, 4}};
        enigma_dispatch launch = launchOf(500, 32, buffers);
        correct[t] &= enigma_kernel_dispatch(
            round % 2 ? own.get() : shared.get(), &launch, nullptr);
        for (size_t i = 0; i < values.size(); ++i)
          correct[t] &= values[i] == float(i) * factor + 1;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(correct == std::array<bool, 4>{true, true, true, true});
}

TEST_CASE("a C program uses the header as it is") {
  std::vector<uint8_t> bytes = sampleLibrary();
  std::vector<float> values = countUp(100);
  CHECK(run_scale_from_c(bytes.data(), bytes.size(), values.data(), 100) == 0);
  CHECK(values[7] == 15);
  CHECK(run_scale_from_c(bytes.data(), 10, values.data(), 100) == 2);
}
