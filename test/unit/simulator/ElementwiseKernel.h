// Kernels that apply one intrinsic to arrays, for comparing it with a
// reference.
#pragma once

#include "AirText.h"

namespace enigma::simulator::test {

/// `out[i] = @NAME(in0[i], in1[i], ...)`; types are LLVM's, `constants` are
/// appended as operands. Booleans are stored as i8.
std::unique_ptr<Kernel>
elementwise(const std::string &name, const std::string &resultType,
            const std::vector<std::string> &operandTypes,
            const std::string &constants = "");

/// The kernel applied to the arrays, all of one length.
template <typename Result, typename... Operands>
std::vector<Result> apply(const Kernel &kernel,
                          std::vector<Operands>... operands) {
  size_t count = std::max({operands.size()...});
  std::vector<Result> out(count);
  std::vector<BufferBinding> buffers = {bind(0, out)};
  uint32_t location = 1;
  (buffers.push_back(bind(location++, operands)), ...);
  run(kernel, count, 256, buffers);
  return out;
}

} // namespace enigma::simulator::test
