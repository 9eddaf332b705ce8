// Limits of Metal that hold for every target and every form of the output.
#pragma once

#include "enigma/IR/Enigma.h"

namespace enigma {

/// Threadgroup memory of one threadgroup, in bytes.
inline constexpr uint64_t maxThreadgroupBytes = 32768;

/// Reports the allocation that takes a kernel's threadgroup memory over the
/// limit.
mlir::LogicalResult checkThreadgroupMemory(KernelOp kernel);

} // namespace enigma
