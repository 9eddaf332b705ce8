// Kernels with everything bound, ready to run.
#pragma once

#include "Options.h"
#include "enigma/dtypes/DTypes.h"
#include "enigma/metallib/Library.h"
#include "enigma/simulator/Device.h"
#include <map>
#include <memory>
#include <optional>

namespace enigma::run {

struct Buffer {
  /// Absent for raw bytes, whose type nobody said.
  std::optional<ElementType> type;
  /// In elements: an array of vectors has one axis more than its buffer.
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes;
};

/// One dispatch; buffers by name, constants of the command line already loaded
/// into the kernel.
struct Step {
  std::shared_ptr<simulator::Kernel> kernel;
  simulator::Dispatch dispatch;
  std::vector<std::pair<uint32_t, std::string>> bindings;
};

struct Output {
  std::string buffer;
  std::string path;
  ElementType type;
};

struct Session {
  std::map<std::string, Buffer> buffers;
  std::vector<Step> steps;
  std::vector<Output> outputs;
};

/// From a manifest: parameters by name.
Session openManifest(const Options &options);
/// From a bare metallib: parameters by index.
Session openMetallib(const Options &options, const std::vector<uint8_t> &file);

/// Runs all steps `--repeat` times, each time on fresh copies of the buffers,
/// then writes and prints what was asked for.
void runSession(Session &session, const Options &options);

} // namespace enigma::run
