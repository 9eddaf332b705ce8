// Which ops are written into the statement that uses them, and which become
// statements of their own.
#pragma once

#include "enigma/IR/Enigma.h"
#include "llvm/ADT/DenseMap.h"

namespace enigma::msl {

/// The decisions for one kernel. An op folds if its text can stand where its
/// only user's statement stands without changing what the kernel does: no load
/// crosses a write, nothing moves into a loop, no simdgroup function moves into
/// or out of control flow.
class Folding {
public:
  explicit Folding(KernelOp kernel);

  /// True if the op has no statement: its text is part of `rootOf(op)`, or of
  /// all its users.
  bool folds(mlir::Operation *op) const { return roots.contains(op); }
  /// The statement that a folded op ends up in; null for values that are
  /// repeated at every use.
  mlir::Operation *rootOf(mlir::Operation *op) const {
    return roots.lookup(op);
  }
  /// The op with whose statement the text of `op` is printed; null if repeated.
  mlir::Operation *placeOf(mlir::Operation *op) const;
  /// True if the op, an `scf.if`, is written `c ? a : b`.
  bool isConditional(mlir::Operation *op) const {
    return conditionals.contains(op);
  }

private:
  struct Use;
  void decide(mlir::Block &block);
  void decide(mlir::Operation *op);
  bool isConditionalIf(mlir::scf::IfOp op);
  bool canMove(mlir::Operation *op, const Use &use);
  void printedUses(mlir::Value value, llvm::SmallVectorImpl<Use> &uses) const;

  llvm::DenseMap<mlir::Operation *, mlir::Operation *> roots;
  /// Where the text of a folded op may not be evaluated, or more than once.
  llvm::DenseMap<mlir::Operation *, unsigned> contexts;
  llvm::DenseMap<mlir::Operation *, unsigned> sizes;
  llvm::DenseSet<mlir::Operation *> conditionals;
};

/// True for values that cost nothing to repeat: constants, function constants,
/// scalar parameters, thread queries, index casts.
bool isRepeatable(mlir::Operation *op);

/// True if leaving the op out changes nothing: no result is used and nothing is
/// written.
bool isDead(mlir::Operation *op);

} // namespace enigma::msl
