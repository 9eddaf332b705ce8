// bfloat where the dialect has none: its bits in an i16, arithmetic in f32,
// rounded to nearest even after each operation (reference section 3.3).
//
// It works on the finished module, so that the numbers are those of the targets
// that have the type: each operation there rounds to bfloat as well.
#include "LegalizeSteps.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// `type` with i16 for bfloat in vectors and arrays; other types as they are.
Type *bitsType(Type *type) {
  if (auto *array = dyn_cast<ArrayType>(type))
    return ArrayType::get(bitsType(array->getElementType()),
                          array->getNumElements());
  if (!type->getScalarType()->isBFloatTy())
    return type;
  return type->getWithNewType(Type::getInt16Ty(type->getContext()));
}

bool holdsBFloat(Type *type) { return bitsType(type) != type; }

bool touchesBFloat(const Instruction &instruction) {
  auto *gep = dyn_cast<GetElementPtrInst>(&instruction);
  auto *alloca = dyn_cast<AllocaInst>(&instruction);
  return holdsBFloat(instruction.getType()) ||
         any_of(instruction.operands(),
                [](const Use &use) { return holdsBFloat(use->getType()); }) ||
         (gep && holdsBFloat(gep->getSourceElementType())) ||
         (alloca && holdsBFloat(alloca->getAllocatedType()));
}

Constant *bitsOfConstant(Constant *constant) {
  Type *type = bitsType(constant->getType());
  if (isa<PoisonValue>(constant))
    return PoisonValue::get(type);
  if (isa<UndefValue>(constant))
    return UndefValue::get(type);
  if (auto *number = dyn_cast<ConstantFP>(constant))
    return ConstantInt::get(type, number->getValueAPF().bitcastToAPInt());
  if (constant->isNullValue())
    return Constant::getNullValue(type);
  SmallVector<Constant *> parts;
  if (auto *array = dyn_cast<ArrayType>(type)) {
    for (uint64_t i = 0; i != array->getNumElements(); ++i)
      parts.push_back(bitsOfConstant(constant->getAggregateElement(i)));
    return ConstantArray::get(array, parts);
  }
  for (unsigned i = 0; i != cast<FixedVectorType>(type)->getNumElements(); ++i)
    parts.push_back(bitsOfConstant(constant->getAggregateElement(i)));
  return ConstantVector::get(parts);
}

/// Replaces the bfloats of one function.
class Emulator {
public:
  explicit Emulator(Function &function)
      : function(function), builder(function.getContext()) {}

  Error run();

private:
  Value *bits(Value *value);
  Value *wide(Value *value);
  Value *rounded(Value *value);
  Value *fromInteger(Value *value, bool isSigned);
  Value *number(uint64_t value, Type *like) {
    return ConstantInt::get(like, value);
  }
  Type *wideType(Type *type) {
    return type->getWithNewType(builder.getFloatTy());
  }
  /// The value that stands for the instruction's: bits where it was a bfloat.
  /// Null when there is no way.
  Value *rewrite(Instruction &instruction);
  Value *rewriteCast(CastInst &cast);
  Value *rewriteCall(CallInst &call);

  Function &function;
  IRBuilder<> builder;
  DenseMap<Value *, Value *> replacements;
  SmallVector<std::pair<PHINode *, PHINode *>> phis;
};

Value *Emulator::bits(Value *value) {
  if (auto *constant = dyn_cast<Constant>(value);
      constant && holdsBFloat(value->getType()))
    return bitsOfConstant(constant);
  auto found = replacements.find(value);
  return found == replacements.end() ? value : found->second;
}

/// As f32, which holds every bfloat.
Value *Emulator::wide(Value *value) {
  if (!holdsBFloat(value->getType()))
    return bits(value);
  Type *type = wideType(value->getType());
  Type *integer = type->getWithNewType(builder.getInt32Ty());
  Value *shifted = builder.CreateShl(builder.CreateZExt(bits(value), integer),
                                     number(16, integer));
  return builder.CreateBitCast(shifted, type);
}

/// f32 to the nearest bfloat, ties to even; a NaN stays one and becomes quiet.
Value *Emulator::rounded(Value *value) {
  Type *integer = value->getType()->getWithNewType(builder.getInt32Ty());
  Value *all = builder.CreateBitCast(value, integer);
  Value *high = builder.CreateLShr(all, number(16, integer));
  Value *odd = builder.CreateAnd(high, number(1, integer));
  Value *up =
      builder.CreateAdd(all, builder.CreateAdd(odd, number(0x7fff, integer)));
  Value *nearest = builder.CreateLShr(up, number(16, integer));
  Value *quiet = builder.CreateOr(high, number(0x40, integer));
  Value *magnitude = builder.CreateAnd(all, number(0x7fffffff, integer));
  Value *isNaN = builder.CreateICmpUGT(magnitude, number(0x7f800000, integer));
  return builder.CreateTrunc(builder.CreateSelect(isNaN, quiet, nearest),
                             integer->getWithNewType(builder.getInt16Ty()));
}

/// An integer as a bfloat, rounded once. f32 has to hold what decides the
/// rounding: of an integer with more bits than f32 has, the lowest bit kept
/// says whether those below it were all zero.
Value *Emulator::fromInteger(Value *value, bool isSigned) {
  constexpr unsigned floatBits = 24;
  Type *type = value->getType();
  Type *real = type->getWithNewType(builder.getFloatTy());
  unsigned width = type->getScalarSizeInBits();
  if (width <= floatBits)
    return rounded(isSigned ? builder.CreateSIToFP(value, real)
                            : builder.CreateUIToFP(value, real));
  Value *isNegative = builder.CreateICmpSLT(value, number(0, type));
  Value *magnitude =
      isSigned
          ? builder.CreateSelect(isNegative, builder.CreateNeg(value), value)
          : value;
  Value *zeros = callAir(builder, "air.clz." + airTypeSuffix(type), type,
                         {magnitude, builder.getFalse()}, AirEffects::Pure);
  Constant *spare = ConstantInt::get(type, width - floatBits);
  Value *isLong = builder.CreateICmpULT(zeros, spare);
  Value *excess = builder.CreateSub(spare, zeros);
  Value *shift = builder.CreateSelect(isLong, excess, number(0, type));
  Value *kept = builder.CreateLShr(magnitude, shift);
  Value *again = builder.CreateShl(kept, shift);
  Value *isInexact =
      builder.CreateZExt(builder.CreateICmpNE(again, magnitude), type);
  Value *sticky = builder.CreateOr(again, builder.CreateShl(isInexact, shift));
  Value *result = rounded(builder.CreateUIToFP(sticky, real));
  if (!isSigned)
    return result;
  return builder.CreateOr(
      result,
      builder.CreateSelect(isNegative, number(0x8000, result->getType()),
                           number(0, result->getType())));
}

Value *Emulator::rewriteCast(CastInst &cast) {
  Value *from = cast.getOperand(0);
  Type *to = cast.getType();
  switch (cast.getOpcode()) {
  case Instruction::BitCast:
    return builder.CreateBitCast(bits(from), bitsType(to));
  case Instruction::FPExt:
    return builder.CreateFPCast(wide(from), to);
  case Instruction::FPTrunc:
    return rounded(builder.CreateFPCast(from, wideType(to)));
  case Instruction::SIToFP:
  case Instruction::UIToFP:
    return fromInteger(from, cast.getOpcode() == Instruction::SIToFP);
  case Instruction::FPToSI:
  case Instruction::FPToUI:
    return builder.CreateCast(cast.getOpcode(), wide(from), to);
  default:
    return nullptr;
  }
}

/// The name of a function with "f32" for "bf16".
std::string wideName(StringRef name) {
  std::string result;
  while (true) {
    auto [before, after] = name.split("bf16");
    result += before;
    if (before.size() == name.size())
      return result;
    result += "f32";
    name = after;
  }
}

Value *Emulator::rewriteCall(CallInst &call) {
  Function *callee = call.getCalledFunction();
  Type *type = call.getType();
  if (!callee || !(type->isVoidTy() || !type->isAggregateType()))
    return nullptr;
  SmallVector<Value *> arguments;
  for (Value *argument : call.args())
    arguments.push_back(wide(argument));
  Type *result = holdsBFloat(type) ? wideType(type) : type;
  Value *value = nullptr;
  if (Intrinsic::ID id = callee->getIntrinsicID()) {
    if (!Intrinsic::isOverloaded(id))
      return nullptr;
    value = builder.CreateIntrinsic(result, id, arguments);
  } else if (callee->getName().starts_with("air.convert.")) {
    std::string name = wideName(callee->getName());
    // The name ends in the kind and the type of the operand.
    Type *source = call.getArgOperand(0)->getType();
    if (source->isIntOrIntVectorTy() && holdsBFloat(type))
      return fromInteger(call.getArgOperand(0),
                         callee->getName().rsplit('.').first.ends_with(".s"));
    // Between float and bfloat it is only the rounding or the extension;
    // between scalar floats it is an instruction (section 3.3).
    Type *from = arguments[0]->getType();
    if (from == result)
      value = arguments[0];
    else if (from->isFloatingPointTy() && result->isFloatingPointTy())
      value = builder.CreateFPCast(arguments[0], result);
    else
      value = callAir(builder, name, result, arguments, AirEffects::Pure);
  } else {
    return nullptr;
  }
  if (auto *made = dyn_cast<CallInst>(value); made && isa<FPMathOperator>(made))
    made->copyFastMathFlags(&call);
  return holdsBFloat(type) ? rounded(value) : value;
}

Value *Emulator::rewrite(Instruction &instruction) {
  auto operand = [&](unsigned i) { return instruction.getOperand(i); };
  Type *type = instruction.getType();
  if (isa<FPMathOperator>(instruction))
    builder.setFastMathFlags(instruction.getFastMathFlags());
  else
    builder.clearFastMathFlags();
  // One after the other: the order of arguments is the host compiler's.
  if (instruction.isBinaryOp()) {
    Value *left = wide(operand(0)), *right = wide(operand(1));
    return rounded(builder.CreateBinOp(
        static_cast<Instruction::BinaryOps>(instruction.getOpcode()), left,
        right));
  }
  if (auto *cast = dyn_cast<CastInst>(&instruction))
    return rewriteCast(*cast);
  switch (instruction.getOpcode()) {
  case Instruction::FNeg:
    return builder.CreateXor(bits(operand(0)), number(0x8000, bitsType(type)));
  case Instruction::FCmp: {
    Value *left = wide(operand(0)), *right = wide(operand(1));
    return builder.CreateFCmp(cast<FCmpInst>(instruction).getPredicate(), left,
                              right);
  }
  case Instruction::Select: {
    builder.clearFastMathFlags();
    return builder.CreateSelect(bits(operand(0)), bits(operand(1)),
                                bits(operand(2)));
  }
  case Instruction::Freeze:
    return builder.CreateFreeze(bits(operand(0)));
  case Instruction::PHI: {
    auto &phi = cast<PHINode>(instruction);
    PHINode *made =
        builder.CreatePHI(bitsType(type), phi.getNumIncomingValues());
    phis.push_back({&phi, made});
    return made;
  }
  case Instruction::ExtractElement:
    return builder.CreateExtractElement(bits(operand(0)), operand(1));
  case Instruction::InsertElement:
    return builder.CreateInsertElement(bits(operand(0)), bits(operand(1)),
                                       operand(2));
  case Instruction::ShuffleVector:
    return builder.CreateShuffleVector(
        bits(operand(0)), bits(operand(1)),
        cast<ShuffleVectorInst>(instruction).getShuffleMask());
  case Instruction::Load: {
    auto &load = cast<LoadInst>(instruction);
    LoadInst *made =
        builder.CreateAlignedLoad(bitsType(type), load.getPointerOperand(),
                                  load.getAlign(), load.isVolatile());
    return load.isSimple() || load.isVolatile() ? made : nullptr;
  }
  case Instruction::Store: {
    auto &store = cast<StoreInst>(instruction);
    return builder.CreateAlignedStore(bits(store.getValueOperand()),
                                      store.getPointerOperand(),
                                      store.getAlign(), store.isVolatile());
  }
  case Instruction::Call:
    return rewriteCall(cast<CallInst>(instruction));
  default:
    return nullptr;
  }
}

Error Emulator::run() {
  SmallVector<Instruction *> found;
  ReversePostOrderTraversal<Function *> blocks(&function);
  for (BasicBlock *block : blocks)
    for (Instruction &instruction : *block)
      if (touchesBFloat(instruction))
        found.push_back(&instruction);
  SmallVector<Instruction *> replaced;
  for (Instruction *instruction : found) {
    // Where an element lies stays the same: only its type's name changes.
    if (auto *gep = dyn_cast<GetElementPtrInst>(instruction)) {
      gep->setSourceElementType(bitsType(gep->getSourceElementType()));
      gep->setResultElementType(bitsType(gep->getResultElementType()));
      continue;
    }
    if (auto *alloca = dyn_cast<AllocaInst>(instruction)) {
      alloca->setAllocatedType(bitsType(alloca->getAllocatedType()));
      continue;
    }
    builder.SetInsertPoint(instruction);
    Value *value = rewrite(*instruction);
    if (!value)
      return refuse(function, "bfloat needs macOS 14 or iOS 17 in '" +
                                  Twine(instruction->getOpcodeName()) + "'");
    replacements[instruction] = value;
    replaced.push_back(instruction);
  }
  for (auto [phi, made] : phis)
    for (unsigned i = 0; i != phi->getNumIncomingValues(); ++i)
      made->addIncoming(bits(phi->getIncomingValue(i)),
                        phi->getIncomingBlock(i));
  for (Instruction *instruction : reverse(replaced)) {
    if (!holdsBFloat(instruction->getType()))
      instruction->replaceAllUsesWith(replacements[instruction]);
    else
      instruction->replaceAllUsesWith(PoisonValue::get(instruction->getType()));
    instruction->eraseFromParent();
  }
  return Error::success();
}

void emulateInGlobals(Module &module) {
  for (GlobalVariable &global : make_early_inc_range(module.globals())) {
    Type *type = bitsType(global.getValueType());
    if (type == global.getValueType())
      continue;
    auto *made = new GlobalVariable(
        module, type, global.isConstant(), global.getLinkage(),
        global.hasInitializer() ? bitsOfConstant(global.getInitializer())
                                : nullptr,
        "", &global, global.getThreadLocalMode(), global.getAddressSpace());
    made->copyAttributesFrom(&global);
    made->takeName(&global);
    global.replaceAllUsesWith(made);
    global.eraseFromParent();
  }
}

} // namespace

Error emulateBFloat(Module &module) {
  emulateInGlobals(module);
  for (Function &function : module)
    if (!function.isDeclaration())
      if (Error error = Emulator(function).run())
        return error;
  return Error::success();
}

} // namespace enigma::air
