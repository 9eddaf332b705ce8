// The decisions of Folding, taken from the last op to the first so that users
// come before definitions.
#include "Folding.h"
#include "Names.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::msl {

/// A statement holds at most so many folded ops; beyond that a person would
/// name a part of it, and what already has a name in Python comes first.
static constexpr unsigned maxOps = 12, maxOpsWithName = 6;
/// How many ops a load is checked against when it moves to its user.
static constexpr unsigned maxDistance = 512;

namespace {
/// How the text at an operand is evaluated.
enum Context : unsigned {
  Once = 0,
  Conditionally = 1, ///< an arm of `?:`, the right side of `&&`
  Repeatedly = 2,    ///< the bound or step of a `for`
  Twice = 4,         ///< the text is duplicated
};

/// What an op and its regions do beyond computing.
struct Effects {
  bool readsDevice = false, readsThreadgroup = false, readsThread = false;
  bool writesDevice = false, writesThreadgroup = false, writesThread = false;
  bool convergent = false;

  bool none() const {
    return !readsDevice && !readsThreadgroup && !readsThread && !writes() &&
           !convergent;
  }
  bool writes() const {
    return writesDevice || writesThreadgroup || writesThread;
  }

  static Effects of(Operation *op) {
    Effects effects;
    op->walk([&](Operation *inner) { effects.add(inner); });
    return effects;
  }

  /// True if this op may not be exchanged with one that has the effects
  /// `other`.
  bool conflicts(const Effects &other) const {
    return (readsDevice && other.writesDevice) ||
           (readsThreadgroup && other.writesThreadgroup) ||
           (readsThread && other.writesThread) ||
           (convergent && (other.convergent || other.writes())) || writes();
  }

private:
  void add(Operation *op) {
    if (auto access = dyn_cast<BufferAccessOpInterface>(op)) {
      // Two device buffers may be the same memory; threadgroup and thread
      // memory are never device memory. An atomic load stays where it is among
      // other atomic loads.
      auto space =
          cast<BufferType>(access.getAccessedBuffer().getType()).getSpace();
      auto choose = [&](bool &device, bool &threadgroup,
                        bool &thread) -> bool & {
        return space == AddressSpace::threadgroup ? threadgroup
               : space == AddressSpace::thread    ? thread
                                                  : device;
      };
      if (access.readsElement())
        choose(readsDevice, readsThreadgroup, readsThread) = true;
      if (access.writesElement() || access.isAtomicAccess())
        choose(writesDevice, writesThreadgroup, writesThread) = true;
      convergent |= isa<SimdgroupMatrixLoadOp, SimdgroupMatrixStoreOp>(op);
      return;
    }
    if (auto function = dyn_cast<MetalFunctionOpInterface>(op);
        function && function.isConvergent()) {
      convergent = true;
      return;
    }
    if (isa<MakeFilledSimdgroupMatrixOp, SimdgroupMultiplyOp,
            SimdgroupMultiplyAccumulateOp>(op)) {
      convergent = true;
      return;
    }
    if (isa<ThreadgroupAllocOp, ThreadAllocOp>(op) ||
        op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() ||
        isMemoryEffectFree(op))
      return;
    readsDevice = readsThreadgroup = readsThread = true;
    writesDevice = writesThreadgroup = writesThread = true;
    convergent = true;
  }
};
} // namespace

struct Folding::Use {
  Operation *user;
  unsigned context;
};

bool isRepeatable(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() ||
         isa<LoadScalarOp, GetFunctionConstantOp, ThreadQueryOpInterface,
             arith::IndexCastOp, arith::IndexCastUIOp>(op);
}

static bool isIndexCast(Operation *op) {
  return isa<arith::IndexCastOp, arith::IndexCastUIOp>(op);
}

static unsigned contextOf(OpOperand &use) {
  Operation *user = use.getOwner();
  unsigned number = use.getOperandNumber();
  if (isa<scf::ForOp>(user))
    return number == 1 || number == 2 ? Repeatedly : Once;
  if (isa<arith::SelectOp>(user))
    return number == 0 ? Once : Conditionally;
  if (isa<arith::AndIOp, arith::OrIOp>(user))
    return number == 1 && user->getResult(0).getType().isInteger(1)
               ? Conditionally
               : Once;
  if (auto compare = dyn_cast<arith::CmpFOp>(user)) {
    using enum arith::CmpFPredicate;
    if (llvm::is_contained({ONE, UEQ, ORD, UNO}, compare.getPredicate()))
      return Twice;
  }
  return Once;
}

Folding::Folding(KernelOp kernel) { decide(kernel.getEntryBlock()); }

void Folding::decide(Block &block) {
  for (Operation &op : llvm::reverse(block)) {
    for (Region &region : llvm::reverse(op.getRegions()))
      for (Block &inner : llvm::reverse(region))
        decide(inner);
    decide(&op);
  }
}

/// The places where the text of `value` appears: index casts add none of their
/// own.
void Folding::printedUses(Value value, SmallVectorImpl<Use> &uses) const {
  for (OpOperand &use : value.getUses())
    if (isIndexCast(use.getOwner()))
      printedUses(use.getOwner()->getResult(0), uses);
    else
      uses.push_back({use.getOwner(), contextOf(use)});
}

void Folding::decide(Operation *op) {
  // Metal's functions give back matrices through a reference to a variable.
  if (op->getNumResults() != 1 || isa<ThreadgroupAllocOp, ThreadAllocOp>(op) ||
      isa<SimdgroupMatrixType>(op->getResult(0).getType()))
    return;
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    if (!isConditionalIf(branch))
      return;
    conditionals.insert(op);
  } else if (op->getNumRegions()) {
    return;
  }
  SmallVector<Use> uses;
  printedUses(op->getResult(0), uses);
  if (isRepeatable(op)) {
    // The context of a cast's operand is that of the cast's uses; see
    // printedUses.
    roots[op] = nullptr;
    return;
  }
  if (uses.size() != 1)
    return;
  Use use = uses.front();
  if (folds(use.user)) {
    use.context |= contexts.lookup(use.user);
    use.user = rootOf(use.user);
  }
  if (!canMove(op, use))
    return;
  unsigned &size = sizes[use.user];
  bool named = !pythonName(op->getLoc()).empty();
  if (size >= (named ? maxOpsWithName : maxOps))
    return;
  ++size;
  roots[op] = use.user;
  contexts[op] = use.context;
}

bool Folding::canMove(Operation *op, const Use &use) {
  Effects effects = Effects::of(op);
  if (effects.writes() || (use.context & Twice))
    return false;
  // `i < n / 4` is fine as a loop's bound; a function call each time round is
  // not.
  if ((use.context & Repeatedly) &&
      (!effects.none() || isa<MetalFunctionOpInterface>(op) ||
       op->getNumRegions()))
    return false;
  if ((use.context & Conditionally) && effects.convergent)
    return false;
  if (op->getBlock() == use.user->getBlock()) {
    if (effects.none())
      return true;
    unsigned distance = 0;
    for (Operation *between = op->getNextNode(); between != use.user;
         between = between->getNextNode())
      if (++distance > maxDistance || effects.conflicts(Effects::of(between)))
        return false;
    return true;
  }
  // Into the branch of an `if`, but not into a loop.
  if (!effects.none())
    return false;
  for (Operation *parent = use.user->getParentOp(); parent != op->getParentOp();
       parent = parent->getParentOp())
    if (!isa<scf::IfOp>(parent))
      return false;
  return true;
}

/// `c ? a : b` reads well for one value and arms of a few ops that all fold
/// into it.
bool Folding::isConditionalIf(scf::IfOp op) {
  if (op.getNumResults() != 1 || !op.elseBlock())
    return false;
  Effects effects = Effects::of(op);
  if (effects.writes() || effects.convergent)
    return false;
  for (Block *arm : {op.thenBlock(), op.elseBlock()}) {
    unsigned count = 0;
    for (Operation &inner : arm->without_terminator()) {
      if (!folds(&inner) || conditionals.contains(&inner))
        return false;
      count += !isRepeatable(&inner);
    }
    if (count > 3)
      return false;
  }
  return true;
}

bool isDead(Operation *op) {
  return op->use_empty() && op->getNumResults() &&
         (isMemoryEffectFree(op) ||
          isa<LoadOp, MetalFunctionOpInterface, SimdgroupMatrixLoadOp,
              MakeFilledSimdgroupMatrixOp, SimdgroupMultiplyOp,
              SimdgroupMultiplyAccumulateOp>(op));
}

Operation *Folding::placeOf(Operation *op) const {
  Operation *place = folds(op) ? rootOf(op) : op;
  while (place && isa<scf::YieldOp>(place) &&
         isConditional(place->getParentOp()))
    place = folds(place->getParentOp()) ? rootOf(place->getParentOp())
                                        : place->getParentOp();
  return place;
}

} // namespace enigma::msl
