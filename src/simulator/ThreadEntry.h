// Turns a kernel, which is one GPU thread, into host functions that run a
// threadgroup.
//
// Without cooperation between threads: `enigma.run_threadgroup(GroupState *)`,
// a loop over the threads, x innermost, annotated as parallel because a GPU
// promises no order either.
//
// With barriers or simdgroup operations: `enigma.start_thread(...)`, a
// coroutine that is one thread; `enigma.resume(SimdgroupState *, i32 lanes)`;
// and `enigma.operations`, the operation of every site. The scheduler does the
// rest.
#pragma once

#include "GroupState.h"
#include "llvm/IR/Module.h"

namespace enigma::simulator {

inline constexpr llvm::StringLiteral runThreadgroupName =
    "enigma.run_threadgroup";
inline constexpr llvm::StringLiteral startThreadName = "enigma.start_thread";
inline constexpr llvm::StringLiteral resumeName = "enigma.resume";
inline constexpr llvm::StringLiteral operationsName = "enigma.operations";

using RunThreadgroup = void (*)(GroupState *);
using StartThread = void (*)(GroupState *, SimdgroupState *, uint32_t x,
                             uint32_t y, uint32_t z,
                             uint32_t indexInThreadgroup);
using Resume = void (*)(SimdgroupState *, uint32_t lanes);

struct ThreadEntry {
  /// One line for each site, for reports; empty when threads do not cooperate.
  std::vector<std::string> siteDescriptions;
  uint64_t staticThreadgroupMemory = 0;
  /// In which order lanes run between meeting points, see ThreadgroupScheduler.
  bool highestLaneFirst = false;
};

/// Consumes the kernel's body. Fails on an intrinsic or built-in argument that
/// the device lacks.
llvm::Expected<ThreadEntry> buildThreadEntry(llvm::Function &kernel,
                                             const Reflection &reflection);

} // namespace enigma::simulator
