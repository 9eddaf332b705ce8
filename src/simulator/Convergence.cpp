// Numbers the sites of a kernel; see the header for why this order.
#include "Convergence.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

namespace {

class SiteOrder {
public:
  explicit SiteOrder(Function &kernel)
      : kernel(kernel), dominators(kernel), loops(dominators) {}
  SmallVector<Site> run();

private:
  void visitRegion(Loop *loop);
  void visitBlock(BasicBlock &block);
  /// What `block` is seen as from inside `loop`: itself, or the header of the
  /// loop around it.
  BasicBlock *nodeOf(BasicBlock *block, Loop *loop);
  SmallVector<BasicBlock *> topologicalOrder(Loop *loop);
  bool meetsEveryIteration(const Loop &loop, size_t firstSite);
  void addMeeting(const Loop &loop);

  Function &kernel;
  DominatorTree dominators;
  LoopInfo loops;
  SmallVector<Site> sites;
};

} // namespace

BasicBlock *SiteOrder::nodeOf(BasicBlock *block, Loop *loop) {
  Loop *inner = loops.getLoopFor(block);
  if (inner == loop)
    return block;
  while (inner && inner->getParentLoop() != loop)
    inner = inner->getParentLoop();
  return inner ? inner->getHeader()
               : nullptr; // null: `block` lies outside of `loop`
}

/// Reverse postorder of the region with its inner loops collapsed.
SmallVector<BasicBlock *> SiteOrder::topologicalOrder(Loop *loop) {
  BasicBlock *entry = loop ? loop->getHeader() : &kernel.getEntryBlock();
  struct Frame {
    BasicBlock *node;
    SmallVector<BasicBlock *> successors;
  };
  auto successorsOf = [&](BasicBlock *node) {
    SmallVector<BasicBlock *> found;
    Loop *inner = loops.getLoopFor(node);
    auto visit = [&](BasicBlock *block) {
      for (BasicBlock *successor : successors(block)) {
        BasicBlock *target = nodeOf(successor, loop);
        if (target && target != node && target != entry)
          found.push_back(target);
      }
    };
    if (inner == loop)
      visit(node);
    else
      for (BasicBlock *block : loops.getLoopFor(node)->blocks())
        visit(block);
    return found;
  };
  SmallVector<BasicBlock *> postorder;
  DenseSet<BasicBlock *> seen{entry};
  SmallVector<Frame> stack;
  stack.push_back({entry, successorsOf(entry)});
  while (!stack.empty()) {
    if (stack.back().successors.empty()) {
      postorder.push_back(stack.pop_back_val().node);
      continue;
    }
    BasicBlock *next = stack.back().successors.pop_back_val();
    if (seen.insert(next).second)
      stack.push_back({next, successorsOf(next)});
  }
  return {postorder.rbegin(), postorder.rend()};
}

void SiteOrder::visitBlock(BasicBlock &block) {
  for (Instruction &instruction : block)
    if (auto *call = dyn_cast<CallInst>(&instruction))
      if (Function *callee = call->getCalledFunction();
          callee && callee->isDeclaration())
        if (auto intrinsic = findIntrinsic(callee->getName());
            intrinsic && intrinsic->group)
          sites.push_back({{call}, *intrinsic});
}

bool SiteOrder::meetsEveryIteration(const Loop &loop, size_t firstSite) {
  SmallVector<BasicBlock *> latches;
  loop.getLoopLatches(latches);
  auto always = [&](const Site &site) {
    return all_of(latches, [&](BasicBlock *latch) {
      return dominators.dominates(site.calls.front()->getParent(), latch);
    });
  };
  // The last site suffices, because nobody waits behind it; so does any
  // barrier, because nobody passes it alone.
  for (size_t i = firstSite; i < sites.size(); ++i) {
    bool isBarrier = sites[i].intrinsic.group->operation ==
                     GroupOperation::ThreadgroupBarrier;
    if ((isBarrier || i + 1 == sites.size()) && always(sites[i]))
      return true;
  }
  return false;
}

void SiteOrder::addMeeting(const Loop &loop) {
  Module &module = *kernel.getParent();
  Type *i32 = Type::getInt32Ty(module.getContext());
  FunctionCallee meet = module.getOrInsertFunction(
      "air.simdgroup.barrier", Type::getVoidTy(module.getContext()), i32, i32);
  SmallVector<BasicBlock *> latches;
  loop.getLoopLatches(latches);
  Site site;
  site.intrinsic = *findIntrinsic("air.simdgroup.barrier");
  for (BasicBlock *latch : latches) {
    IRBuilder<> builder(latch->getTerminator());
    site.calls.push_back(
        builder.CreateCall(meet, {builder.getInt32(0), builder.getInt32(0)}));
  }
  sites.push_back(site);
}

void SiteOrder::visitRegion(Loop *loop) {
  size_t firstSite = sites.size();
  for (BasicBlock *node : topologicalOrder(loop)) {
    Loop *inner = loops.getLoopFor(node);
    if (inner == loop)
      visitBlock(*node);
    else
      visitRegion(inner);
  }
  if (loop && sites.size() > firstSite &&
      !meetsEveryIteration(*loop, firstSite))
    addMeeting(*loop);
}

SmallVector<Site> SiteOrder::run() {
  visitRegion(nullptr);
  return std::move(sites);
}

SmallVector<Site> simulator::orderSites(Function &kernel) {
  return SiteOrder(kernel).run();
}
