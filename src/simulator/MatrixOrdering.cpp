// Keeps loads and stores of simdgroup matrices in order; see the header.
#include "MatrixOrdering.h"
#include "Intrinsics.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

namespace {

/// A set of accesses: reads and writes of device and of threadgroup memory.
/// Thread and constant memory cannot be in the way.
using Accesses = uint8_t;
constexpr Accesses deviceRead = 1, deviceWrite = 2, groupRead = 4,
                   groupWrite = 8, everyRead = 5, everyWrite = 10;

Accesses accessesOf(unsigned addressSpace, bool reads, bool writes) {
  Accesses mask = addressSpace == 1   ? deviceRead | deviceWrite
                  : addressSpace == 3 ? groupRead | groupWrite
                                      : 0;
  return mask & ((reads ? everyRead : 0) | (writes ? everyWrite : 0));
}

/// Those that must not change places with `access`: writes of the same memory,
/// and if it writes, reads too.
Accesses conflicts(Accesses access) {
  Accesses found = 0;
  for (Accesses space : {deviceRead | deviceWrite, groupRead | groupWrite})
    if (access & space)
      found |=
          space & (access & everyWrite ? everyRead | everyWrite : everyWrite);
  return found;
}

enum class Role : uint8_t { Other, Meeting, Matrix };

/// What an instruction is to the order of accesses.
struct Effect {
  Role role = Role::Other;
  Accesses accesses = 0;
};

Effect effectOf(const Instruction &instruction) {
  if (auto *load = dyn_cast<LoadInst>(&instruction))
    return {Role::Other,
            accessesOf(load->getPointerAddressSpace(), true, false)};
  if (auto *store = dyn_cast<StoreInst>(&instruction))
    return {Role::Other,
            accessesOf(store->getPointerAddressSpace(), false, true)};
  auto *call = dyn_cast<CallInst>(&instruction);
  if (!call || isa<DbgInfoIntrinsic>(call) || call->isLifetimeStartOrEnd())
    return {};
  const Function *callee = call->getCalledFunction();
  if (auto intrinsic = callee ? findIntrinsic(callee->getName())
                              : std::optional<IntrinsicRow>()) {
    if (intrinsic->group)
      return {Role::Meeting, 0};
    bool loads = intrinsic->base == "simdgroup_matrix_8x8_load";
    if (loads || intrinsic->base == "simdgroup_matrix_8x8_store") {
      Type *pointer = call->getArgOperand(loads ? 0 : 1)->getType();
      return {Role::Matrix,
              accessesOf(pointer->getPointerAddressSpace(), loads, !loads)};
    }
  }
  return {Role::Other, Accesses((call->mayReadFromMemory() ? everyRead : 0) |
                                (call->mayWriteToMemory() ? everyWrite : 0))};
}

class MatrixOrdering {
public:
  explicit MatrixOrdering(Function &kernel) : kernel(kernel) {}
  void run();

private:
  /// Accesses since the last meeting at each block's start, and before the next
  /// one at its end.
  void solve();
  void orderBlock(BasicBlock &block);
  void meetBefore(Instruction &instruction);

  Function &kernel;
  DenseMap<BasicBlock *, Accesses> since, before;
};

} // namespace

template <typename Range>
static Accesses through(Range &&instructions, Accesses accesses) {
  for (const Instruction &instruction : instructions) {
    Effect effect = effectOf(instruction);
    accesses = effect.role == Role::Meeting ? 0 : accesses | effect.accesses;
  }
  return accesses;
}

void MatrixOrdering::solve() {
  ReversePostOrderTraversal<Function *> order(&kernel);
  for (bool changed = true; changed;) {
    changed = false;
    auto grow = [&](Accesses &set, Accesses more) {
      changed |= (set | more) != set;
      set |= more;
    };
    for (BasicBlock *block : order) {
      Accesses leaving = through(*block, since[block]);
      for (BasicBlock *successor : successors(block))
        grow(since[successor], leaving);
      Accesses entering = through(reverse(*block), before[block]);
      for (BasicBlock *predecessor : predecessors(block))
        grow(before[predecessor], entering);
    }
  }
}

void MatrixOrdering::meetBefore(Instruction &instruction) {
  IRBuilder<> b(&instruction);
  Type *i32 = b.getInt32Ty();
  FunctionCallee meet = kernel.getParent()->getOrInsertFunction(
      "air.simdgroup.barrier", b.getVoidTy(), i32, i32);
  b.CreateCall(meet, {b.getInt32(0), b.getInt32(0)});
}

void MatrixOrdering::orderBlock(BasicBlock &block) {
  SmallVector<std::pair<Instruction *, Accesses>> following;
  Accesses next = before[&block];
  for (Instruction &instruction : reverse(block)) {
    following.emplace_back(&instruction, next);
    Effect effect = effectOf(instruction);
    next = effect.role == Role::Meeting ? 0 : next | effect.accesses;
  }
  Accesses passed = since[&block];
  for (auto [instruction, later] : reverse(following)) {
    Effect effect = effectOf(*instruction);
    if (effect.role == Role::Matrix && passed & conflicts(effect.accesses)) {
      meetBefore(*instruction);
      passed = 0;
    }
    passed = effect.role == Role::Meeting ? 0 : passed | effect.accesses;
    if (effect.role == Role::Matrix && later & conflicts(effect.accesses)) {
      meetBefore(*instruction->getNextNode());
      passed = 0;
    }
  }
}

void MatrixOrdering::run() {
  if (none_of(instructions(kernel), [](const Instruction &instruction) {
        return effectOf(instruction).role == Role::Matrix;
      }))
    return;
  solve();
  for (BasicBlock &block : kernel)
    orderBlock(block);
}

void simulator::orderMatrixAccesses(Function &kernel) {
  MatrixOrdering(kernel).run();
}
