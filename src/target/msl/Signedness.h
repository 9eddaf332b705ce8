// Whether an integer reads better as signed or as unsigned. A matter of taste:
// casts keep it right.
#pragma once

#include "Types.h"
#include "mlir/IR/ValueRange.h"
#include "llvm/ADT/DenseMap.h"

namespace enigma::msl {

class Signedness {
public:
  /// True if a variable for `value` is better unsigned.
  bool prefersUnsigned(mlir::Value value) { return opinion(value) > 0; }
  /// The type for a variable that holds `value`, or its components, if it has
  /// one.
  std::optional<DType> typeOf(mlir::Value value) {
    return scalarType(value.getType(), isIntegerValue(value.getType()) &&
                                           prefersUnsigned(value));
  }

private:
  /// Positive for unsigned, negative for signed, 0 for none (also while it is
  /// being formed).
  int opinion(mlir::Value value);
  int producerOpinion(mlir::Value value);
  int carriedOpinion(mlir::ValueRange sources);
  int consumerOpinion(mlir::Value value);

  llvm::DenseMap<mlir::Value, int> known;
  unsigned depth = 0;
};

/// True if the loop counts in unsigned numbers.
bool countsUnsigned(mlir::Operation *forOp);

} // namespace enigma::msl
