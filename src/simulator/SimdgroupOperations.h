// Operations that exchange values between the lanes of a simdgroup or
// quadgroup.
//
// A lane stores its operands, waits, and loads its result; in between one
// compiled function per operation and type works on all 32 lanes at once.
#pragma once

#include "GroupState.h"
#include "Lowering.h"
#include "llvm/ADT/StringMap.h"

namespace enigma::simulator {

enum class GroupOperation : uint8_t {
  ThreadgroupBarrier,
  Meet, ///< simdgroup barrier; also where lanes reconverge
  Sum,
  Product,
  Min,
  Max,
  And,
  Or,
  Xor,
  InclusiveSum,
  InclusiveProduct,
  ExclusiveSum,
  ExclusiveProduct,
  Shuffle,
  ShuffleUp,
  ShuffleDown,
  ShuffleXor,
  RotateUp,
  RotateDown,
  FillUp,
  FillDown,
  BroadcastFirst,
  Ballot,
  ActiveMask,
  VoteAll,
  VoteAny,
  All,
  Any,
  IsFirst,
  MatrixMultiply,
};

/// A cooperative intrinsic: what it does and over how many neighbouring lanes
/// (32 or 4).
struct GroupIntrinsic {
  GroupOperation operation;
  unsigned width;
};

/// Emits, before `c.inst`, the stores of this lane's operands.
void storeLaneOperands(Call &c, GroupIntrinsic intrinsic);

/// Emits the load of this lane's result; null for void.
llvm::Value *loadLaneResult(Call &c, GroupIntrinsic intrinsic);

/// The function that carries the operation out for all lanes; null when there
/// is nothing to do. Made once per operation and type. `c` may be any call of
/// that operation.
llvm::Function *simdgroupFunction(llvm::Module &module, const Call &c,
                                  GroupIntrinsic intrinsic);

} // namespace enigma::simulator
