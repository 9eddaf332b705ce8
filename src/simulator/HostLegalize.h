// Makes AIR's plain LLVM instructions safe and meaningful on the host.
#pragma once

#include "llvm/IR/Function.h"

namespace enigma::simulator {

/// Rewrites, in one function: division that could trap, shifts and
/// float-to-integer conversions that would be poison, bf16 arithmetic,
/// alignments a host pointer may not have, and the fast-math flags that would
/// make infinities and NaNs poison.
void legalizeForHost(llvm::Function &function);

} // namespace enigma::simulator
