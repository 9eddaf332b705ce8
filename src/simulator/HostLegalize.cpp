// Makes AIR's plain LLVM instructions safe and meaningful on the host.
#include "HostLegalize.h"
#include "NarrowFloats.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/PatternMatch.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

/// x / 0 = 0, x % 0 = 0, INT_MIN / -1 = INT_MIN, INT_MIN % -1 = 0; nothing
/// traps.
static Value *guardedDivision(BinaryOperator &division) {
  IRBuilder<> b(&division);
  Expr x = {b, division.getOperand(0)}, y = {b, division.getOperand(1)};
  bool isSigned = division.getOpcode() == Instruction::SDiv ||
                  division.getOpcode() == Instruction::SRem;
  Expr isZero = y.eq(0);
  Expr unsafe = isZero;
  if (isSigned) {
    unsigned width = x.type()->getScalarSizeInBits();
    Expr smallest =
        x.make(ConstantInt::get(x.type(), APInt::getSignedMinValue(width)));
    unsafe = isZero | (x.eq(smallest) & y.eq(-1));
  }
  // Dividing by 1 gives INT_MIN / -1 and INT_MIN % -1 the values they should
  // have.
  Value *result = b.CreateBinOp(division.getOpcode(), x, unsafe.select(1, y));
  return isZero.select(0, x.make(result));
}

static bool isSafeDivisor(const Value *divisor) {
  using namespace PatternMatch;
  const APInt *constant;
  return match(divisor, m_APInt(constant)) && !constant->isZero() &&
         !constant->isAllOnes();
}

/// The count modulo the width, as the language has it.
static void maskShiftCount(BinaryOperator &shift) {
  IRBuilder<> b(&shift);
  Expr count = {b, shift.getOperand(1)};
  if (!isa<Constant>(shift.getOperand(1)))
    shift.setOperand(
        1, count & count.bits(count.type()->getScalarSizeInBits() - 1));
}

static Value *saturatingConversion(CastInst &cast) {
  IRBuilder<> b(&cast);
  bool isSigned = cast.getOpcode() == Instruction::FPToSI;
  Expr x = toSingle({b, cast.getOperand(0)});
  return b.CreateIntrinsic(isSigned ? llvm::Intrinsic::fptosi_sat
                                    : llvm::Intrinsic::fptoui_sat,
                           {cast.getType(), x.type()}, {x});
}

static bool isBFloat(const Value *value) {
  return value->getType()->getScalarType()->isBFloatTy();
}

/// bf16 operations in f32: hosts without bf16 arithmetic would call library
/// functions.
static Value *widenedBFloat(Instruction &instruction) {
  IRBuilder<> b(&instruction);
  auto operand = [&](unsigned i) {
    return toSingle({b, instruction.getOperand(i)});
  };
  Type *type = instruction.getType();
  if (auto *binary = dyn_cast<BinaryOperator>(&instruction);
      binary && isBFloat(binary))
    return fromSingle(
        {b, b.CreateBinOp(binary->getOpcode(), operand(0), operand(1))}, type);
  if (auto *negation = dyn_cast<UnaryOperator>(&instruction);
      negation && isBFloat(negation)) {
    Expr bits = Expr(b, negation->getOperand(0))
                    .bitcast(withScalar(type, b.getInt16Ty()));
    return (bits ^ bits.bits(0x8000)).bitcast(type);
  }
  if (auto *compare = dyn_cast<FCmpInst>(&instruction);
      compare && isBFloat(compare->getOperand(0)))
    return b.CreateFCmp(compare->getPredicate(), operand(0), operand(1));
  if (auto *narrowing = dyn_cast<FPTruncInst>(&instruction);
      narrowing && isBFloat(narrowing))
    return fromDouble(toDouble({b, narrowing->getOperand(0)}), type);
  if (isa<SIToFPInst, UIToFPInst>(instruction) && isBFloat(&instruction)) {
    Type *wide = withScalar(type, b.getDoubleTy());
    auto opcode = cast<CastInst>(instruction).getOpcode();
    Expr x = {b, instruction.getOperand(0)};
    x = exactInDouble(x, opcode == Instruction::SIToFP);
    return fromDouble({b, b.CreateCast(opcode, x, wide)}, type);
  }
  auto *call = dyn_cast<IntrinsicInst>(&instruction);
  if (!call || !isBFloat(call) || !all_of(call->args(), isBFloat))
    return nullptr;
  SmallVector<Value *> operands;
  for (unsigned i = 0; i < call->arg_size(); ++i)
    operands.push_back(operand(i));
  Value *wide = b.CreateIntrinsic(call->getIntrinsicID(),
                                  {operands.front()->getType()}, operands);
  return fromSingle({b, wide}, type);
}

/// Host buffers are aligned to their elements only: a NumPy array of floats is
/// not a float4 array.
static void relaxAlignment(Instruction &access) {
  Align natural(std::max<uint64_t>(
      1, getLoadStoreType(&access)->getScalarSizeInBits() / 8));
  if (auto *load = dyn_cast<LoadInst>(&access); load && !load->isAtomic())
    load->setAlignment(std::min(load->getAlign(), natural));
  if (auto *store = dyn_cast<StoreInst>(&access); store && !store->isAtomic())
    store->setAlignment(std::min(store->getAlign(), natural));
}

static Value *replacement(Instruction &instruction) {
  switch (instruction.getOpcode()) {
  case Instruction::SDiv:
  case Instruction::SRem:
  case Instruction::UDiv:
  case Instruction::URem:
    return isSafeDivisor(instruction.getOperand(1))
               ? nullptr
               : guardedDivision(cast<BinaryOperator>(instruction));
  case Instruction::FPToSI:
  case Instruction::FPToUI:
    return saturatingConversion(cast<CastInst>(instruction));
  default:
    return widenedBFloat(instruction);
  }
}

void simulator::legalizeForHost(Function &function) {
  for (Instruction &instruction :
       make_early_inc_range(instructions(function))) {
    if (isa<LoadInst, StoreInst>(instruction) &&
        getLoadStoreType(&instruction)->isSingleValueType())
      relaxAlignment(instruction);
    if (auto *copy = dyn_cast<AnyMemIntrinsic>(&instruction))
      copy->setDestAlignment(Align(1));
    if (auto *copy = dyn_cast<AnyMemTransferInst>(&instruction))
      copy->setSourceAlignment(Align(1));
    if (instruction.isShift())
      maskShiftCount(cast<BinaryOperator>(instruction));
    if (isa<FPMathOperator>(instruction)) {
      instruction.setHasNoNaNs(false);
      instruction.setHasNoInfs(false);
    }
    if (Value *value = replacement(instruction)) {
      instruction.replaceAllUsesWith(value);
      instruction.eraseFromParent();
    }
  }
}
