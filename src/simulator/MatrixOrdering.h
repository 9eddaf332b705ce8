// Keeps loads and stores of simdgroup matrices in order with the other lanes'
// accesses.
#pragma once

#include "llvm/IR/Function.h"

namespace enigma::simulator {

/// Hardware moves a matrix for all lanes in one instruction: what any lane
/// wrote before is in it, what any lane writes later is not. Here each lane
/// moves its own two elements in its own time, so the lanes have to meet
/// wherever another lane's access could come between. Inserts
/// `air.simdgroup.barrier` calls there: before a load that follows a write to
/// the same address space, after one that a write follows, and likewise around
/// stores, unless the lanes meet anyway.
void orderMatrixAccesses(llvm::Function &kernel);

} // namespace enigma::simulator
