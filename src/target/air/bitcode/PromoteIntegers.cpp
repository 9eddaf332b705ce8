// Rewrites integers of odd widths, which the optimiser makes (i33 for trip
// counts), to widths Metal has.
#include "LegalizeSteps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Integers that are neither Metal's nor too wide to promote.
bool isOdd(Type *type) {
  if (!type->isIntegerTy())
    return false;
  unsigned width = type->getIntegerBitWidth();
  return width > 1 && width < 64 && (width < 8 || !isPowerOf2_32(width));
}

bool hasOddPart(const Instruction &instruction) {
  return isOdd(instruction.getType()) ||
         any_of(instruction.operands(),
                [](const Use &use) { return isOdd(use->getType()); });
}

/// Instructions that `OddIntegerPromoter::promote` has a case for.
bool isPromotable(const Instruction &instruction) {
  switch (instruction.getOpcode()) {
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::UIToFP:
  case Instruction::SIToFP:
  case Instruction::ICmp:
  case Instruction::Select:
  case Instruction::PHI:
  case Instruction::Freeze:
  case Instruction::Switch:
    return true;
  default:
    return instruction.isBinaryOp();
  }
}

/// Gives every odd value of a function a promoted one whose upper bits are
/// anything; operations that look at the upper bits clear them or copy the sign
/// first.
class OddIntegerPromoter {
public:
  explicit OddIntegerPromoter(Function &function)
      : function(function), builder(function.getContext()) {}

  void run();

private:
  Type *promotedType(Type *type) {
    return builder.getIntNTy(
        std::max(8u, unsigned(PowerOf2Ceil(type->getIntegerBitWidth()))));
  }
  Value *promoted(Value *value);
  Value *zeroExtended(Value *value);
  Value *signExtended(Value *value);
  Value *promote(Instruction &instruction);
  Value *promoteBinary(BinaryOperator &operation);
  Value *promoteSwitch(SwitchInst &branch);

  Function &function;
  IRBuilder<> builder;
  DenseMap<Value *, Value *> values;
};

/// The value at its promoted width, upper bits unspecified; Metal's own
/// integers as they are.
Value *OddIntegerPromoter::promoted(Value *value) {
  if (!isOdd(value->getType()))
    return value;
  Type *type = promotedType(value->getType());
  if (auto *constant = dyn_cast<ConstantInt>(value))
    return ConstantInt::get(
        type, constant->getValue().zext(type->getIntegerBitWidth()));
  if (isa<PoisonValue>(value))
    return PoisonValue::get(type);
  if (isa<UndefValue>(value))
    return UndefValue::get(type);
  return values.lookup(value);
}

Value *OddIntegerPromoter::zeroExtended(Value *value) {
  Value *wide = promoted(value);
  if (!isOdd(value->getType()))
    return wide;
  unsigned width = value->getType()->getIntegerBitWidth();
  return builder.CreateAnd(
      wide,
      ConstantInt::get(
          wide->getType(),
          APInt::getLowBitsSet(wide->getType()->getIntegerBitWidth(), width)));
}

Value *OddIntegerPromoter::signExtended(Value *value) {
  Value *wide = promoted(value);
  if (!isOdd(value->getType()))
    return wide;
  unsigned shift = wide->getType()->getIntegerBitWidth() -
                   value->getType()->getIntegerBitWidth();
  return builder.CreateAShr(builder.CreateShl(wide, shift), shift);
}

/// Wrap flags go: they were about the odd width.
Value *OddIntegerPromoter::promoteBinary(BinaryOperator &operation) {
  Value *a = operation.getOperand(0), *b = operation.getOperand(1);
  Instruction::BinaryOps opcode = operation.getOpcode();
  switch (opcode) {
  case Instruction::Shl:
    return builder.CreateShl(promoted(a), zeroExtended(b));
  case Instruction::AShr:
    return builder.CreateAShr(signExtended(a), zeroExtended(b));
  case Instruction::SDiv:
  case Instruction::SRem:
    return builder.CreateBinOp(opcode, signExtended(a), signExtended(b));
  case Instruction::LShr:
  case Instruction::UDiv:
  case Instruction::URem:
    return builder.CreateBinOp(opcode, zeroExtended(a), zeroExtended(b));
  default:
    return builder.CreateBinOp(opcode, promoted(a), promoted(b));
  }
}

Value *OddIntegerPromoter::promoteSwitch(SwitchInst &branch) {
  Value *condition = zeroExtended(branch.getCondition());
  SwitchInst *wide = builder.CreateSwitch(condition, branch.getDefaultDest(),
                                          branch.getNumCases());
  wide->copyMetadata(branch);
  for (const auto &each : branch.cases())
    wide->addCase(cast<ConstantInt>(promoted(each.getCaseValue())),
                  each.getCaseSuccessor());
  return wide;
}

/// The replacement of an instruction with an odd result or operand.
Value *OddIntegerPromoter::promote(Instruction &instruction) {
  Value *operand = instruction.getOperand(0);
  Type *type = isOdd(instruction.getType())
                   ? promotedType(instruction.getType())
                   : instruction.getType();
  switch (instruction.getOpcode()) {
  case Instruction::Trunc:
    return builder.CreateTrunc(promoted(operand), type);
  case Instruction::ZExt:
    return builder.CreateZExt(zeroExtended(operand), type);
  case Instruction::SExt:
    return builder.CreateSExt(signExtended(operand), type);
  case Instruction::UIToFP:
    return builder.CreateUIToFP(zeroExtended(operand), type);
  case Instruction::SIToFP:
    return builder.CreateSIToFP(signExtended(operand), type);
  case Instruction::ICmp: {
    auto &compare = cast<ICmpInst>(instruction);
    auto extended = [&](Value *value) {
      return compare.isSigned() ? signExtended(value) : zeroExtended(value);
    };
    return builder.CreateICmp(compare.getPredicate(), extended(operand),
                              extended(instruction.getOperand(1)));
  }
  case Instruction::Select:
    return builder.CreateSelect(operand, promoted(instruction.getOperand(1)),
                                promoted(instruction.getOperand(2)));
  case Instruction::PHI:
    // Operands come when every block has been seen.
    return builder.CreatePHI(type, instruction.getNumOperands());
  case Instruction::Freeze:
    return builder.CreateFreeze(promoted(operand));
  case Instruction::Switch:
    return promoteSwitch(cast<SwitchInst>(instruction));
  default:
    return promoteBinary(cast<BinaryOperator>(instruction));
  }
}

void OddIntegerPromoter::run() {
  SmallVector<Instruction *> odd;
  for (BasicBlock *block : ReversePostOrderTraversal<Function *>(&function))
    for (Instruction &instruction : *block)
      if (hasOddPart(instruction))
        odd.push_back(&instruction);
  // All or nothing: what stays is then named by the check at the end.
  if (!all_of(odd, [](Instruction *each) { return isPromotable(*each); }))
    return;
  for (Instruction *instruction : odd) {
    builder.SetInsertPoint(instruction);
    values[instruction] = promote(*instruction);
  }
  for (Instruction *instruction : odd) {
    if (auto *phi = dyn_cast<PHINode>(instruction))
      for (auto [value, block] :
           zip_equal(phi->incoming_values(), phi->blocks()))
        cast<PHINode>(values[phi])->addIncoming(promoted(value), block);
  }
  for (Instruction *instruction : odd) {
    Value *replacement = isOdd(instruction->getType())
                             ? PoisonValue::get(instruction->getType())
                             : values[instruction];
    if (!instruction->getType()->isVoidTy())
      instruction->replaceAllUsesWith(replacement);
    instruction->eraseFromParent();
  }
}

} // namespace

void promoteOddIntegers(Module &module) {
  for (Function &function : module)
    if (!function.isDeclaration())
      OddIntegerPromoter(function).run();
}

} // namespace enigma::air
