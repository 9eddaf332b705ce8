// The built-in kernel arguments of AIR (reference section 2.5) as values of the
// running thread.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/IRBuilder.h"
#include <array>

namespace enigma::simulator {

struct BuiltinArguments {
  using Triple = std::array<llvm::Value *, 3>;
  Triple threadsPerGrid{}, threadgroupsPerGrid{},
      dispatchThreadsPerThreadgroup{};
  Triple threadgroupPosition{}, threadsPerThreadgroup{};
  Triple positionInThreadgroup{}, positionInGrid{};
  llvm::Value *index = nullptr; ///< in the threadgroup
  llvm::Value *lane = nullptr;  ///< in the simdgroup

  /// Loads what GroupState says, once per function.
  void loadGroupFacts(llvm::IRBuilder<> &b, llvm::Value *group);
  /// Computes the thread's own values; a null index is derived from the
  /// position.
  void computeThread(llvm::IRBuilder<> &b, llvm::Value *knownIndex);

  /// The value of built-in argument `name` as `type`; null when there is none.
  llvm::Value *find(llvm::IRBuilder<> &b, llvm::StringRef name,
                    llvm::Type *type) const;

private:
  llvm::Value *scalar(llvm::IRBuilder<> &b, llvm::StringRef name) const;
  const Triple *triple(llvm::StringRef name) const;
};

} // namespace enigma::simulator
