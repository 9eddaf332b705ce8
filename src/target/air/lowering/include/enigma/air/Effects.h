// Counts what a kernel does to the world, before and after lowering.
#pragma once

#include "enigma/IR/Enigma.h"

namespace llvm {
class Module;
class raw_ostream;
} // namespace llvm

namespace enigma::air {

struct SideEffectCounts {
  unsigned stores = 0;
  unsigned atomics = 0;
  unsigned barriers = 0;
  /// Simdgroup and quadgroup functions.
  unsigned lanes = 0;
  /// Calls for lines, their values and checked conditions.
  unsigned debugging = 0;
  friend bool operator==(const SideEffectCounts &,
                         const SideEffectCounts &) = default;
};

llvm::raw_ostream &operator<<(llvm::raw_ostream &out,
                              const SideEffectCounts &counts);

SideEffectCounts countEffects(KernelOp kernel);

/// Before optimisation the numbers are those of the kernel; LLVM may then
/// remove dead stores, unroll loops and so on.
SideEffectCounts countEffects(const llvm::Module &module);

} // namespace enigma::air
