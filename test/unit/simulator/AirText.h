// Writes small AIR modules as text for the simulator's tests, and runs them.
#pragma once

#include "enigma/simulator/Device.h"
#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace enigma::simulator::test {

/// Parameters of the kernel `k`: "device N", "constant N BYTES", "threadgroup
/// N" or a built-in's name without "air.", in the order of the LLVM parameters.
std::string airModule(const std::string &functions,
                      const std::vector<std::string> &parameters,
                      const std::string &extra = "");

/// Parses and loads kernel `k`; fails the test on an error.
std::unique_ptr<Kernel> load(const std::string &module,
                             llvm::ArrayRef<ConstantValue> constants = {});

/// The message of loading's error; empty when it succeeds.
std::string loadError(const std::string &module,
                      llvm::ArrayRef<ConstantValue> constants = {});

std::string message(llvm::Error error);

template <typename T>
BufferBinding bind(uint32_t location, std::vector<T> &values) {
  return {
      location,
      {reinterpret_cast<uint8_t *>(values.data()), values.size() * sizeof(T)}};
}

/// Runs the kernel over a one-dimensional grid; fails the test on an error.
void run(const Kernel &kernel, uint32_t grid, uint32_t threadgroup,
         std::vector<BufferBinding> buffers);

} // namespace enigma::simulator::test
