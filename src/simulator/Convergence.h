// Where the threads of a simdgroup meet, in the order in which the scheduler
// lets them proceed.
//
// Lanes run on their own until each waits at a site (a barrier, a simdgroup
// operation). The scheduler always carries out the smallest site. Sites are
// numbered so that this lets lanes reconverge as structured control flow would:
// topologically, with every loop in one piece, so a lane that can still reach a
// site in this iteration waits at a smaller one. A lane must not run ahead into
// the next iteration either: where a loop does not already make its lanes meet
// once in every iteration, a meeting point is added at its end.
#pragma once

#include "Intrinsics.h"
#include "llvm/IR/Function.h"

namespace enigma::simulator {

/// The calls that share one site number: one intrinsic call, or all ends of one
/// loop.
struct Site {
  llvm::SmallVector<llvm::CallInst *, 1> calls;
  IntrinsicRow intrinsic;
};

/// Adds the missing meeting points and returns all sites, smallest first.
llvm::SmallVector<Site> orderSites(llvm::Function &kernel);

} // namespace enigma::simulator
