// Calls of `air.*` intrinsics in the LLVM dialect, and what kinds of intrinsics
// there are.
#pragma once

#include "mlir/IR/Builders.h"

namespace llvm {
class Function;
}

namespace enigma::air {

/// The attribute sets of reference section 3: PURE, ATOM, and CONV in its two
/// uses; and the CPU device's own for debugging.
enum class IntrinsicClass { Pure, Atomic, Barrier, Lanes, Debug };

/// The class of an AIR intrinsic by its name and, for what CONV covers, its
/// convergence.
IntrinsicClass classifyIntrinsic(const llvm::Function &function);

struct IntrinsicCall {
  std::string name;
  /// Null: no result.
  mlir::Type result;
  bool convergent = false;
  /// Puts the fast-math flags on a call with a float result.
  bool fast = false;
};

/// Calls an intrinsic, declaring it on first use. The result, or null.
mlir::Value callIntrinsic(mlir::OpBuilder &builder, mlir::Location loc,
                          const IntrinsicCall &call, mlir::ValueRange operands);

} // namespace enigma::air
