// The table of intrinsics and how a callee's name finds its row.
#pragma once

#include "Lowering.h"
#include "SimdgroupOperations.h"
#include <optional>

namespace enigma::simulator {

/// One row of AirIntrinsics.def with the callee it was found for.
struct IntrinsicRow {
  llvm::StringRef base; ///< the name up to the type, e.g. "atomic.global.add"
  llvm::SmallVector<llvm::StringRef, 6> parts;
  unsigned operands = 0;
  /// Exactly one of these is set.
  Lowering lowering = nullptr;
  std::optional<GroupIntrinsic> group;
};

/// The row for a function called `name`, if the table has it.
std::optional<IntrinsicRow> findIntrinsic(llvm::StringRef name);

} // namespace enigma::simulator
