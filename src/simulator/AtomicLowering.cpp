// Atomics (reference section 3.7).
//
// Threadgroups run on several host threads, so device atomics are the host's.
// The threads of one threadgroup share one host thread and are never
// pre-empted, so threadgroup atomics are plain.
#include "Lowering.h"
#include "llvm/ADT/StringSwitch.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

static bool isThreadgroup(Call &c) { return c.base.contains(".local."); }

static AtomicOrdering ordering(Value *order) {
  auto *constant = dyn_cast<ConstantInt>(order);
  switch (constant ? constant->getZExtValue() : 5) {
  case 0:
    return AtomicOrdering::Monotonic;
  case 2:
    return AtomicOrdering::Acquire;
  case 3:
    return AtomicOrdering::Release;
  case 4:
    return AtomicOrdering::AcquireRelease;
  default:
    return AtomicOrdering::SequentiallyConsistent;
  }
}

static Align naturalAlign(Type *type) {
  return Align(type->getPrimitiveSizeInBits() / 8);
}

Value *lower::atomicLoad(Call &c, std::string &) {
  LoadInst *load =
      c.b.CreateAlignedLoad(c.type(), c[0], naturalAlign(c.type()));
  if (!isThreadgroup(c)) {
    AtomicOrdering order = ordering(c[1]);
    bool releases = isReleaseOrStronger(order) &&
                    order != AtomicOrdering::SequentiallyConsistent;
    load->setAtomic(releases ? AtomicOrdering::Acquire : order);
  }
  return load;
}

Value *lower::atomicStore(Call &c, std::string &) {
  StoreInst *store =
      c.b.CreateAlignedStore(c[1], c[0], naturalAlign(c[1].type()));
  if (!isThreadgroup(c)) {
    AtomicOrdering order = ordering(c[2]);
    bool acquires = isAcquireOrStronger(order) &&
                    order != AtomicOrdering::SequentiallyConsistent;
    store->setAtomic(acquires ? AtomicOrdering::Release : order);
  }
  return nullptr;
}

static AtomicRMWInst::BinOp updateOperation(Call &c) {
  StringRef name = c.base.rsplit('.').second;
  bool isFloat = c[1].isFloat(), isSigned = c.isSigned();
  using Op = AtomicRMWInst;
  return StringSwitch<AtomicRMWInst::BinOp>(name)
      .Case("add", isFloat ? Op::FAdd : Op::Add)
      .Case("sub", isFloat ? Op::FSub : Op::Sub)
      .Case("min", isFloat    ? Op::FMin
                   : isSigned ? Op::Min
                              : Op::UMin)
      .Case("max", isFloat    ? Op::FMax
                   : isSigned ? Op::Max
                              : Op::UMax)
      .Case("and", Op::And)
      .Case("or", Op::Or)
      .Case("xor", Op::Xor)
      .Case("xchg", Op::Xchg)
      .Default(Op::BAD_BINOP);
}

static Value *plainUpdate(Call &c, AtomicRMWInst::BinOp operation) {
  Expr old = c[0].make(
      c.b.CreateAlignedLoad(c[1].type(), c[0], naturalAlign(c[1].type())));
  Expr v = c[1];
  Expr updated = v;
  switch (operation) {
  case AtomicRMWInst::FAdd:
  case AtomicRMWInst::Add:
    updated = old + v;
    break;
  case AtomicRMWInst::FSub:
  case AtomicRMWInst::Sub:
    updated = old - v;
    break;
  case AtomicRMWInst::Min:
    updated = old.binary(Intrinsic::smin, v);
    break;
  case AtomicRMWInst::UMin:
    updated = old.binary(Intrinsic::umin, v);
    break;
  case AtomicRMWInst::FMin:
    updated = old.binary(Intrinsic::minnum, v);
    break;
  case AtomicRMWInst::Max:
    updated = old.binary(Intrinsic::smax, v);
    break;
  case AtomicRMWInst::UMax:
    updated = old.binary(Intrinsic::umax, v);
    break;
  case AtomicRMWInst::FMax:
    updated = old.binary(Intrinsic::maxnum, v);
    break;
  case AtomicRMWInst::And:
    updated = old & v;
    break;
  case AtomicRMWInst::Or:
    updated = old | v;
    break;
  case AtomicRMWInst::Xor:
    updated = old ^ v;
    break;
  default: // Xchg stores the operand itself; BAD_BINOP was refused by the
           // caller
    break;
  }
  c.b.CreateAlignedStore(updated, c[0], naturalAlign(v.type()));
  return old;
}

Value *lower::atomicUpdate(Call &c, std::string &error) {
  AtomicRMWInst::BinOp operation = updateOperation(c);
  if (operation == AtomicRMWInst::BAD_BINOP) {
    error = "atomic operation";
    return nullptr;
  }
  Value *old = isThreadgroup(c) ? plainUpdate(c, operation)
                                : c.b.CreateAtomicRMW(operation, c[0], c[1],
                                                      naturalAlign(c[1].type()),
                                                      ordering(c[2]));
  return c.type()->isVoidTy() ? nullptr : old;
}

/// Operands: pointer, box of the expected value, desired value, two orders,
/// scope, volatile. The result and what is left in the box are what was there;
/// Apple's compiler takes the exchange as done where that is what was expected,
/// so that it must not fail without reason.
Value *lower::atomicCompareExchange(Call &c, std::string &) {
  Type *type = c[2].type();
  Type *bits = c.b.getIntNTy(type->getPrimitiveSizeInBits());
  Align align = naturalAlign(type);
  Expr expected = c[0].make(c.b.CreateAlignedLoad(bits, c[1], align));
  Expr desired = c[2].bitcast(bits);
  Value *observed;
  if (isThreadgroup(c)) {
    Expr current = c[0].make(c.b.CreateAlignedLoad(bits, c[0], align));
    Expr equal = current.eq(expected);
    c.b.CreateAlignedStore(equal.select(desired, current), c[0], align);
    observed = current;
  } else {
    AtomicOrdering failureOrder = ordering(c[4]);
    if (isReleaseOrStronger(failureOrder) &&
        failureOrder != AtomicOrdering::SequentiallyConsistent)
      failureOrder = AtomicOrdering::Acquire;
    auto *exchange = c.b.CreateAtomicCmpXchg(c[0], expected, desired, align,
                                             ordering(c[3]), failureOrder);
    observed = c.b.CreateExtractValue(exchange, 0);
  }
  c.b.CreateAlignedStore(observed, c[1], align);
  return c.b.CreateBitCast(observed, c.type());
}

/// Operands: flags, order, scope. A relaxed fence orders nothing.
Value *lower::atomicFence(Call &c, std::string &) {
  AtomicOrdering order = ordering(c[1]);
  if (order != AtomicOrdering::Monotonic)
    c.b.CreateFence(order);
  return nullptr;
}
