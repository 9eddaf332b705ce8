// Rewrites instructions that AIR spells differently (reference
// sections 2.5, 3.3, 3.7, 4.2, 4.3).
#include "LegalizeSteps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// The type that stands for `type` in memory: a bool is a byte there, because a
/// pointer to i1 crashes Apple's compiler service. The layout stays the same.
Type *memoryType(Type *type) {
  LLVMContext &context = type->getContext();
  if (type->isIntegerTy(1))
    return Type::getInt8Ty(context);
  if (auto *array = dyn_cast<ArrayType>(type))
    return ArrayType::get(memoryType(array->getElementType()),
                          array->getNumElements());
  if (auto *structure = dyn_cast<StructType>(type)) {
    SmallVector<Type *> members;
    for (Type *member : structure->elements())
      members.push_back(memoryType(member));
    if (ArrayRef<Type *>(members) != structure->elements())
      return StructType::get(context, members, structure->isPacked());
  }
  return type;
}

/// "f" float, "s"/"u" integer: the kinds of air.convert (reference
/// section 3.3).
CallInst *convert(IRBuilder<> &builder, Value *value, StringRef fromKind,
                  Type *to, StringRef toKind) {
  return callAir(builder,
                 ("air.convert." + toKind + "." + airTypeSuffix(to) + "." +
                  fromKind + "." + airTypeSuffix(value->getType()))
                     .str(),
                 to, {value}, AirEffects::Pure);
}

/// Rewrites the instructions of one function. Each method returns the value
/// that replaces its instruction, or null when the instruction stays.
class InstructionLegalizer {
public:
  InstructionLegalizer(Function &function, const Target &target)
      : function(function), target(target), builder(function.getContext()) {}

  void run();

private:
  Value *rewrite(Instruction &instruction);
  Value *rewriteCast(CastInst &cast);
  Value *rewriteLoad(LoadInst &load);
  Value *rewriteStore(StoreInst &store);
  Value *rewriteAtomic(AtomicRMWInst &atomic);
  Value *loadParts(Type *type, Value *pointer, Align alignment, Value *into,
                   SmallVectorImpl<unsigned> &path);
  void storeParts(Value *value, Value *pointer, Align alignment);
  void memoryShapes(Instruction &instruction);
  Value *partAddress(Type *aggregate, Value *pointer, unsigned index);
  Align partAlignment(Type *aggregate, unsigned index, Align alignment);

  Function &function;
  const Target &target;
  IRBuilder<> builder;
};

void InstructionLegalizer::run() {
  SmallVector<Instruction *> all(make_pointer_range(instructions(function)));
  for (Instruction *instruction : all) {
    memoryShapes(*instruction);
    builder.SetInsertPoint(instruction);
    builder.clearFastMathFlags();
    Value *value = rewrite(*instruction);
    if (!value)
      continue;
    if (!instruction->getType()->isVoidTy())
      instruction->replaceAllUsesWith(value);
    instruction->eraseFromParent();
  }
}

Value *InstructionLegalizer::rewrite(Instruction &instruction) {
  bool old = target.dialect == BitcodeDialect::Old;
  switch (instruction.getOpcode()) {
  case Instruction::Load:
    return rewriteLoad(cast<LoadInst>(instruction));
  case Instruction::Store:
    return rewriteStore(cast<StoreInst>(instruction));
  case Instruction::AtomicRMW:
    return rewriteAtomic(cast<AtomicRMWInst>(instruction));
  case Instruction::FRem: {
    Type *type = instruction.getType();
    if (type->getScalarType()->isBFloatTy())
      return nullptr;
    CallInst *call = callAir(
        builder, airMathName("fmod", type, instruction.getFastMathFlags()),
        type, {instruction.getOperand(0), instruction.getOperand(1)},
        AirEffects::Pure);
    call->copyFastMathFlags(&instruction);
    return call;
  }
  case Instruction::FNeg:
    if (!old)
      return nullptr;
    builder.setFastMathFlags(instruction.getFastMathFlags());
    return builder.CreateFSub(
        ConstantFP::getNegativeZero(instruction.getType()),
        instruction.getOperand(0));
  case Instruction::Freeze:
    return old ? instruction.getOperand(0) : nullptr;
  case Instruction::Unreachable: {
    // Never executed, so returning is as good as anything.
    Type *type = function.getReturnType();
    return type->isVoidTy() ? builder.CreateRetVoid()
                            : builder.CreateRet(UndefValue::get(type));
  }
  default:
    if (auto *cast = dyn_cast<CastInst>(&instruction))
      return rewriteCast(*cast);
    return nullptr;
  }
}

Value *InstructionLegalizer::rewriteCast(CastInst &cast) {
  Value *value = cast.getOperand(0);
  Type *to = cast.getType();
  switch (cast.getOpcode()) {
  case Instruction::SIToFP:
    return convert(builder, value, "s", to, "f");
  case Instruction::UIToFP:
    return convert(builder, value, "u", to, "f");
  case Instruction::FPToSI:
    return convert(builder, value, "f", to, "s");
  case Instruction::FPToUI:
    return convert(builder, value, "f", to, "u");
  case Instruction::FPExt:
  case Instruction::FPTrunc:
    return to->isVectorTy() ? convert(builder, value, "f", to, "f") : nullptr;
  case Instruction::BitCast:
    // What is left of a cast between typed pointers; the writer puts its own
    // where it needs them.
    return to->isPointerTy() ? value : nullptr;
  default:
    return nullptr;
  }
}

/// Bools leave the types that describe memory.
void InstructionLegalizer::memoryShapes(Instruction &instruction) {
  if (auto *alloca = dyn_cast<AllocaInst>(&instruction)) {
    alloca->setAllocatedType(memoryType(alloca->getAllocatedType()));
  } else if (auto *gep = dyn_cast<GetElementPtrInst>(&instruction)) {
    gep->setSourceElementType(memoryType(gep->getSourceElementType()));
    gep->setResultElementType(memoryType(gep->getResultElementType()));
  }
}

Value *InstructionLegalizer::partAddress(Type *aggregate, Value *pointer,
                                         unsigned index) {
  return builder.CreateConstInBoundsGEP2_32(memoryType(aggregate), pointer, 0,
                                            index);
}

Align InstructionLegalizer::partAlignment(Type *aggregate, unsigned index,
                                          Align alignment) {
  const DataLayout &layout = function.getDataLayout();
  uint64_t offset =
      isa<StructType>(aggregate)
          ? layout.getStructLayout(cast<StructType>(aggregate))
                ->getElementOffset(index)
                .getFixedValue()
          : index * layout.getTypeAllocSize(aggregate->getArrayElementType())
                        .getFixedValue();
  return commonAlignment(alignment, offset);
}

/// Loads an aggregate member by member: wide aggregate accesses crash the
/// compiler service.
Value *InstructionLegalizer::loadParts(Type *type, Value *pointer,
                                       Align alignment, Value *into,
                                       SmallVectorImpl<unsigned> &path) {
  if (!type->isAggregateType()) {
    Type *stored = memoryType(type);
    Value *part = builder.CreateAlignedLoad(stored, pointer, alignment);
    if (stored != type)
      part = builder.CreateTrunc(part, type);
    return builder.CreateInsertValue(into, part, path);
  }
  unsigned count = type->isStructTy() ? type->getStructNumElements()
                                      : type->getArrayNumElements();
  for (unsigned i = 0; i != count; ++i) {
    path.push_back(i);
    into = loadParts(GetElementPtrInst::getTypeAtIndex(type, uint64_t(i)),
                     partAddress(type, pointer, i),
                     partAlignment(type, i, alignment), into, path);
    path.pop_back();
  }
  return into;
}

void InstructionLegalizer::storeParts(Value *value, Value *pointer,
                                      Align alignment) {
  Type *type = value->getType();
  if (!type->isAggregateType()) {
    if (type->isIntegerTy(1))
      value = builder.CreateZExt(value, memoryType(type));
    builder.CreateAlignedStore(value, pointer, alignment);
    return;
  }
  unsigned count = type->isStructTy() ? type->getStructNumElements()
                                      : type->getArrayNumElements();
  for (unsigned i = 0; i != count; ++i)
    storeParts(builder.CreateExtractValue(value, i),
               partAddress(type, pointer, i),
               partAlignment(type, i, alignment));
}

/// The address-space word of air.atomic names, or empty where there are no
/// atomics.
static StringRef atomicSpace(unsigned addressSpace) {
  return addressSpace == 1 ? "global" : addressSpace == 3 ? "local" : "";
}

/// The operands every air.atomic ends in: relaxed order, scope, volatile
/// (reference section 3.7).
static SmallVector<Value *, 3> atomicOrder(IRBuilder<> &builder,
                                           unsigned addressSpace) {
  return {builder.getInt32(0), builder.getInt32(addressSpace == 1 ? 2 : 1),
          builder.getTrue()};
}

Value *InstructionLegalizer::rewriteLoad(LoadInst &load) {
  Type *type = load.getType();
  Value *pointer = load.getPointerOperand();
  if (load.isAtomic()) {
    unsigned space = load.getPointerAddressSpace();
    if (atomicSpace(space).empty() || !type->isIntegerTy(32) ||
        isStrongerThan(load.getOrdering(), AtomicOrdering::Monotonic))
      return nullptr;
    SmallVector<Value *> arguments{pointer};
    append_range(arguments, atomicOrder(builder, space));
    return callAir(builder,
                   ("air.atomic." + atomicSpace(space) + ".load.i32").str(),
                   type, arguments, AirEffects::Atomic);
  }
  if (type->isAggregateType() && !load.isVolatile()) {
    SmallVector<unsigned> path;
    return loadParts(type, pointer, load.getAlign(), UndefValue::get(type),
                     path);
  }
  if (!type->isIntegerTy(1))
    return nullptr;
  LoadInst *byte = builder.CreateAlignedLoad(
      memoryType(type), pointer, load.getAlign(), load.isVolatile());
  // Ranges and the like were about the bool; aliasing holds for the byte as
  // well.
  byte->setAAMetadata(load.getAAMetadata());
  return builder.CreateTrunc(byte, type);
}

Value *InstructionLegalizer::rewriteStore(StoreInst &store) {
  Value *value = store.getValueOperand();
  Type *type = value->getType();
  if (store.isAtomic()) {
    unsigned space = store.getPointerAddressSpace();
    if (atomicSpace(space).empty() || !type->isIntegerTy(32) ||
        isStrongerThan(store.getOrdering(), AtomicOrdering::Monotonic))
      return nullptr;
    SmallVector<Value *> arguments{store.getPointerOperand(), value};
    append_range(arguments, atomicOrder(builder, space));
    return callAir(builder,
                   ("air.atomic." + atomicSpace(space) + ".store.i32").str(),
                   builder.getVoidTy(), arguments, AirEffects::Atomic);
  }
  if (type->isAggregateType() && !store.isVolatile()) {
    storeParts(value, store.getPointerOperand(), store.getAlign());
    return value;
  }
  if (!type->isIntegerTy(1))
    return nullptr;
  StoreInst *byte = builder.CreateAlignedStore(
      builder.CreateZExt(value, memoryType(type)), store.getPointerOperand(),
      store.getAlign(), store.isVolatile());
  byte->setAAMetadata(store.getAAMetadata());
  return byte;
}

/// The middle of an air.atomic name; empty for an operation AIR does not have.
static StringRef atomicOperation(const AtomicRMWInst &atomic) {
  bool isFloat = atomic.getType()->isFloatTy();
  switch (atomic.getOperation()) {
  case AtomicRMWInst::Xchg:
    return isFloat ? "xchg.f32" : "xchg.i32";
  case AtomicRMWInst::Add:
    return "add.u.i32";
  case AtomicRMWInst::Sub:
    return "sub.u.i32";
  case AtomicRMWInst::And:
    return "and.u.i32";
  case AtomicRMWInst::Or:
    return "or.u.i32";
  case AtomicRMWInst::Xor:
    return "xor.u.i32";
  case AtomicRMWInst::Max:
    return "max.s.i32";
  case AtomicRMWInst::Min:
    return "min.s.i32";
  case AtomicRMWInst::UMax:
    return "max.u.i32";
  case AtomicRMWInst::UMin:
    return "min.u.i32";
  case AtomicRMWInst::FAdd:
    return "add.f32";
  case AtomicRMWInst::FSub:
    return "sub.f32";
  default:
    return "";
  }
}

Value *InstructionLegalizer::rewriteAtomic(AtomicRMWInst &atomic) {
  unsigned space = atomic.getPointerAddressSpace();
  Type *type = atomic.getType();
  // Threadgroup memory has no float atomics.
  bool hasType = type->isIntegerTy(32) || (type->isFloatTy() && space == 1);
  StringRef operation = atomicOperation(atomic);
  if (atomicSpace(space).empty() || !hasType || operation.empty() ||
      atomic.getOrdering() != AtomicOrdering::Monotonic)
    return nullptr;
  SmallVector<Value *> arguments{atomic.getPointerOperand(),
                                 atomic.getValOperand()};
  append_range(arguments, atomicOrder(builder, space));
  return callAir(builder,
                 ("air.atomic." + atomicSpace(space) + "." + operation).str(),
                 type, arguments, AirEffects::Atomic);
}

} // namespace

void expandConstantExpressions(Module &module) {
  for (Function &function : module) {
    SmallVector<Instruction *> pending(
        make_pointer_range(instructions(function)));
    // A phi that has one block twice must have one value for it.
    DenseMap<std::pair<BasicBlock *, ConstantExpr *>, Instruction *> onEdges;
    while (!pending.empty()) {
      Instruction *user = pending.pop_back_val();
      for (Use &operand : user->operands()) {
        auto *expression = dyn_cast<ConstantExpr>(operand);
        if (!expression)
          continue;
        Instruction *expanded = nullptr;
        if (auto *phi = dyn_cast<PHINode>(user)) {
          BasicBlock *block = phi->getIncomingBlock(operand);
          Instruction *&onEdge = onEdges[{block, expression}];
          if (!onEdge) {
            onEdge = expression->getAsInstruction();
            onEdge->insertBefore(block->getTerminator()->getIterator());
            pending.push_back(onEdge);
          }
          expanded = onEdge;
        } else {
          expanded = expression->getAsInstruction();
          expanded->insertBefore(user->getIterator());
          pending.push_back(expanded);
        }
        operand.set(expanded);
      }
    }
  }
}

/// Lane i of the vector is bit i of the integer.
static Value *boolsToInteger(IRBuilder<> &builder, BitCastInst &cast) {
  Type *type = cast.getType();
  Value *result = ConstantInt::get(type, 0);
  for (unsigned lane = 0; lane != type->getIntegerBitWidth(); ++lane) {
    Value *bit = builder.CreateExtractElement(cast.getOperand(0), lane);
    result = builder.CreateOr(
        result, builder.CreateShl(builder.CreateZExt(bit, type), lane));
  }
  return result;
}

static Value *integerToBools(IRBuilder<> &builder, BitCastInst &bitcast) {
  auto *type = cast<FixedVectorType>(bitcast.getType());
  Value *result = PoisonValue::get(type);
  for (unsigned lane = 0; lane != type->getNumElements(); ++lane) {
    Value *bit = builder.CreateTrunc(
        builder.CreateLShr(bitcast.getOperand(0), lane), builder.getInt1Ty());
    result = builder.CreateInsertElement(result, bit, lane);
  }
  return result;
}

void expandBoolVectorCasts(Module &module) {
  auto isBools = [](Type *type) {
    return isa<FixedVectorType>(type) && type->getScalarType()->isIntegerTy(1);
  };
  for (Function &function : module)
    for (Instruction &instruction :
         make_early_inc_range(instructions(function))) {
      auto *bitcast = dyn_cast<BitCastInst>(&instruction);
      if (!bitcast)
        continue;
      IRBuilder<> builder(bitcast);
      Value *value = nullptr;
      if (isBools(bitcast->getSrcTy()) && bitcast->getType()->isIntegerTy())
        value = boolsToInteger(builder, *bitcast);
      else if (bitcast->getSrcTy()->isIntegerTy() &&
               isBools(bitcast->getType()))
        value = integerToBools(builder, *bitcast);
      if (!value)
        continue;
      bitcast->replaceAllUsesWith(value);
      bitcast->eraseFromParent();
    }
}

void legalizeInstructions(Module &module, const Target &target) {
  for (Function &function : module)
    if (!function.isDeclaration())
      InstructionLegalizer(function, target).run();
}

} // namespace enigma::air
