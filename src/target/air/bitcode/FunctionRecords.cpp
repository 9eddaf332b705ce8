// The records of constants and function bodies (reference section 4.4).
#include "RecordWriter.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Sign in bit 0, magnitude above it.
uint64_t encodedSigned(int64_t value) {
  return value >= 0 ? uint64_t(value) << 1 : (-uint64_t(value) << 1) | 1;
}

unsigned encodedCast(unsigned opcode) {
  switch (opcode) {
  case Instruction::Trunc:
    return bitc::CAST_TRUNC;
  case Instruction::ZExt:
    return bitc::CAST_ZEXT;
  case Instruction::SExt:
    return bitc::CAST_SEXT;
  case Instruction::FPTrunc:
    return bitc::CAST_FPTRUNC;
  case Instruction::FPExt:
    return bitc::CAST_FPEXT;
  case Instruction::PtrToInt:
    return bitc::CAST_PTRTOINT;
  case Instruction::IntToPtr:
    return bitc::CAST_INTTOPTR;
  case Instruction::BitCast:
    return bitc::CAST_BITCAST;
  case Instruction::AddrSpaceCast:
    return bitc::CAST_ADDRSPACECAST;
  default:
    llvm_unreachable("refused by the legaliser");
  }
}

unsigned encodedBinaryOperator(unsigned opcode) {
  switch (opcode) {
  case Instruction::Add:
  case Instruction::FAdd:
    return bitc::BINOP_ADD;
  case Instruction::Sub:
  case Instruction::FSub:
    return bitc::BINOP_SUB;
  case Instruction::Mul:
  case Instruction::FMul:
    return bitc::BINOP_MUL;
  case Instruction::UDiv:
    return bitc::BINOP_UDIV;
  case Instruction::SDiv:
  case Instruction::FDiv:
    return bitc::BINOP_SDIV;
  case Instruction::URem:
    return bitc::BINOP_UREM;
  case Instruction::SRem:
    return bitc::BINOP_SREM;
  case Instruction::Shl:
    return bitc::BINOP_SHL;
  case Instruction::LShr:
    return bitc::BINOP_LSHR;
  case Instruction::AShr:
    return bitc::BINOP_ASHR;
  case Instruction::And:
    return bitc::BINOP_AND;
  case Instruction::Or:
    return bitc::BINOP_OR;
  case Instruction::Xor:
    return bitc::BINOP_XOR;
  default:
    llvm_unreachable("refused by the legaliser");
  }
}

/// The optional last operand of arithmetic: wrap, exact and fast-math flags.
uint64_t encodedFlags(const Instruction &instruction) {
  uint64_t flags = 0;
  if (auto *wrapping = dyn_cast<OverflowingBinaryOperator>(&instruction)) {
    flags |= uint64_t(wrapping->hasNoUnsignedWrap())
             << bitc::OBO_NO_UNSIGNED_WRAP;
    flags |= uint64_t(wrapping->hasNoSignedWrap()) << bitc::OBO_NO_SIGNED_WRAP;
  } else if (auto *exact = dyn_cast<PossiblyExactOperator>(&instruction)) {
    flags |= uint64_t(exact->isExact()) << bitc::PEO_EXACT;
  } else if (auto *math = dyn_cast<FPMathOperator>(&instruction)) {
    FastMathFlags fast = math->getFastMathFlags();
    flags |= fast.noNaNs() ? bitc::NoNaNs : 0;
    flags |= fast.noInfs() ? bitc::NoInfs : 0;
    flags |= fast.noSignedZeros() ? bitc::NoSignedZeros : 0;
    flags |= fast.allowReciprocal() ? bitc::AllowReciprocal : 0;
    flags |= fast.allowContract() ? bitc::AllowContract : 0;
    flags |= fast.approxFunc() ? bitc::ApproxFunc : 0;
    flags |= fast.allowReassoc() ? bitc::AllowReassoc : 0;
  }
  return flags;
}

uint64_t encodedAlignment(Align alignment) { return Log2(alignment) + 1; }

} // namespace

void RecordWriter::writeModuleConstants() {
  if (numbering.moduleConstants.empty())
    return;
  stream.EnterSubblock(bitc::CONSTANTS_BLOCK_ID, 4);
  auto text = [&](unsigned code, BitCodeAbbrevOp character) {
    return defineAbbreviation({BitCodeAbbrevOp(code), array(), character});
  };
  ConstantAbbreviations own;
  own.aggregate = text(bitc::CST_CODE_AGGREGATE,
                       fixed(Log2_32_Ceil(numbering.moduleValueCount + 1)));
  own.string = text(bitc::CST_CODE_STRING, fixed(8));
  own.cString7 = text(bitc::CST_CODE_CSTRING, fixed(7));
  own.cString6 = text(bitc::CST_CODE_CSTRING, char6());
  writeConstants(numbering.moduleConstants, own);
  stream.ExitBlock();
}

void RecordWriter::writeConstants(ArrayRef<TypedConstant> constants,
                                  const ConstantAbbreviations &own) {
  Type *current = nullptr;
  for (const TypedConstant &constant : constants) {
    if (constant.type != current)
      emit(bitc::CST_CODE_SETTYPE, {typeId(constant.type)},
           abbreviations.setType);
    current = constant.type;
    writeConstant(constant, own);
  }
}

/// An array or vector of numbers; bytes are STRING, or CSTRING without their
/// final zero.
void RecordWriter::writeSequence(const ConstantDataSequential &sequence,
                                 const ConstantAbbreviations &own) {
  Record record;
  if (sequence.isString()) {
    StringRef text = sequence.getAsString();
    if (!sequence.isCString())
      return emitString(bitc::CST_CODE_STRING, text, own.string);
    text = text.drop_back();
    unsigned abbreviation = all_of(text, BitCodeAbbrevOp::isChar6)
                                ? own.cString6
                            : isASCII(text) ? own.cString7
                                            : 0;
    return emitString(bitc::CST_CODE_CSTRING, text, abbreviation);
  }
  bool isInteger = sequence.getElementType()->isIntegerTy();
  for (uint64_t i = 0; i != sequence.getNumElements(); ++i)
    record.push_back(
        isInteger
            ? sequence.getElementAsInteger(i)
            : sequence.getElementAsAPFloat(i).bitcastToAPInt().getZExtValue());
  emit(bitc::CST_CODE_DATA, record);
}

void RecordWriter::writeConstant(const TypedConstant &typedConstant,
                                 const ConstantAbbreviations &own) {
  const Constant *constant = typedConstant.constant;
  SmallVector<TypedConstant> operands = operandsOf(typing, typedConstant);
  if (isGlobalView(typing, typedConstant))
    return emit(bitc::CST_CODE_CE_CAST,
                {bitc::CAST_BITCAST, typeId(operands[0].type),
                 numbering.constantId(operands[0])},
                abbreviations.castConstant);
  if (constant->isNullValue())
    return emit(bitc::CST_CODE_NULL, {});
  if (isa<PoisonValue>(constant))
    // The old dialect has no poison; undef is one of the values it may take.
    return emit(target.dialect == BitcodeDialect::Old ? bitc::CST_CODE_UNDEF
                                                      : bitc::CST_CODE_POISON,
                {});
  if (isa<UndefValue>(constant))
    return emit(bitc::CST_CODE_UNDEF, {});
  if (auto *integer = dyn_cast<ConstantInt>(constant))
    return emit(bitc::CST_CODE_INTEGER,
                {encodedSigned(integer->getSExtValue())},
                abbreviations.integer);
  if (auto *number = dyn_cast<ConstantFP>(constant))
    return emit(bitc::CST_CODE_FLOAT,
                {number->getValueAPF().bitcastToAPInt().getZExtValue()});
  if (auto *sequence = dyn_cast<ConstantDataSequential>(constant))
    return writeSequence(*sequence, own);
  if (auto *expression = dyn_cast<ConstantExpr>(constant))
    return emit(bitc::CST_CODE_CE_CAST,
                {encodedCast(expression->getOpcode()), typeId(operands[0].type),
                 numbering.constantId(operands[0])},
                abbreviations.castConstant);
  Record record;
  for (const TypedConstant &operand : operands)
    record.push_back(numbering.constantId(operand));
  emit(bitc::CST_CODE_AGGREGATE, record, own.aggregate);
}

/// Operands count backwards from the instruction; a forward reference wraps to
/// 32 bits.
void RecordWriter::pushValue(Record &record, const Value *value) const {
  record.push_back(uint32_t(instructionId - numbering.valueId(value)));
}

/// The same, and the type behind a forward reference, whose type the reader
/// cannot know yet.
bool RecordWriter::pushTypedValue(Record &record, const Value *value) const {
  pushValue(record, value);
  if (numbering.valueId(value) < instructionId)
    return true;
  record.push_back(typeId(typing.typeOf(value)));
  return false;
}

void RecordWriter::writeFunction(const Function &function) {
  numbering.enter(function);
  functionPositions.push_back(
      {numbering.valueId(&function), stream.GetCurrentBitNo() / 32});
  stream.EnterSubblock(bitc::FUNCTION_BLOCK_ID, 4);
  emit(bitc::FUNC_CODE_DECLAREBLOCKS, {function.size()});
  if (!numbering.functionConstants.empty()) {
    stream.EnterSubblock(bitc::CONSTANTS_BLOCK_ID, 4);
    writeConstants(numbering.functionConstants, {});
    stream.ExitBlock();
  }
  writeFunctionMetadata(function);
  instructionId = numbering.firstInstructionId;
  const DILocation *place = nullptr;
  for (const BasicBlock &block : function)
    for (const Instruction &instruction : block) {
      writeInstruction(instruction);
      if (!instruction.getType()->isVoidTy())
        ++instructionId;
      writePlace(instruction, place);
    }
  writeAttachments(function);
  stream.ExitBlock();
  numbering.leave();
}

/// The instruction's place in the source, unless it is the same as `last`.
void RecordWriter::writePlace(const Instruction &instruction,
                              const DILocation *&last) {
  const DILocation *place = instruction.getDebugLoc();
  if (!place)
    return;
  if (place == last)
    return emit(bitc::FUNC_CODE_DEBUG_LOC_AGAIN, {});
  last = place;
  emit(bitc::FUNC_CODE_DEBUG_LOC,
       {place->getLine(), place->getColumn(), idOrNull(place->getScope()),
        idOrNull(place->getInlinedAt()), place->isImplicitCode()});
}

void RecordWriter::writeInstruction(const Instruction &instruction) {
  Record record;
  unsigned opcode = instruction.getOpcode();
  auto operand = [&](unsigned i) { return instruction.getOperand(i); };
  auto pushFlags = [&] {
    uint64_t flags = encodedFlags(instruction);
    if (flags)
      record.push_back(flags);
    return flags != 0;
  };
  const Abbreviations &known = abbreviations;
  if (instruction.isTerminator())
    return writeTerminator(instruction);
  if (instruction.isCast()) {
    bool isPlain = pushTypedValue(record, operand(0));
    record.append({typeId(typing.typeOf(&instruction)), encodedCast(opcode)});
    return emit(bitc::FUNC_CODE_INST_CAST, record, isPlain ? known.cast : 0);
  }
  if (instruction.isBinaryOp()) {
    bool isPlain = pushTypedValue(record, operand(0));
    pushValue(record, operand(1));
    record.push_back(encodedBinaryOperator(opcode));
    unsigned abbreviation = pushFlags() ? known.binaryWithFlags : known.binary;
    return emit(bitc::FUNC_CODE_INST_BINOP, record, isPlain ? abbreviation : 0);
  }
  switch (opcode) {
  case Instruction::FNeg: {
    bool isPlain = pushTypedValue(record, operand(0));
    record.push_back(bitc::UNOP_FNEG);
    unsigned abbreviation = pushFlags() ? known.unaryWithFlags : known.unary;
    return emit(bitc::FUNC_CODE_INST_UNOP, record, isPlain ? abbreviation : 0);
  }
  case Instruction::Freeze:
    pushTypedValue(record, operand(0));
    return emit(bitc::FUNC_CODE_INST_FREEZE, record);
  case Instruction::ICmp:
  case Instruction::FCmp:
    pushTypedValue(record, operand(0));
    pushValue(record, operand(1));
    record.push_back(cast<CmpInst>(instruction).getPredicate());
    pushFlags();
    return emit(bitc::FUNC_CODE_INST_CMP2, record);
  case Instruction::Select:
    pushTypedValue(record, operand(1));
    pushValue(record, operand(2));
    pushTypedValue(record, operand(0));
    pushFlags();
    return emit(bitc::FUNC_CODE_INST_VSELECT, record);
  case Instruction::ExtractElement:
    pushTypedValue(record, operand(0));
    pushTypedValue(record, operand(1));
    return emit(bitc::FUNC_CODE_INST_EXTRACTELT, record);
  case Instruction::InsertElement:
    pushTypedValue(record, operand(0));
    pushValue(record, operand(1));
    pushTypedValue(record, operand(2));
    return emit(bitc::FUNC_CODE_INST_INSERTELT, record);
  case Instruction::ShuffleVector:
    pushTypedValue(record, operand(0));
    pushValue(record, operand(1));
    pushTypedValue(record, shuffleMask(cast<ShuffleVectorInst>(instruction)));
    return emit(bitc::FUNC_CODE_INST_SHUFFLEVEC, record);
  case Instruction::ExtractValue:
    pushTypedValue(record, operand(0));
    append_range(record, cast<ExtractValueInst>(instruction).indices());
    return emit(bitc::FUNC_CODE_INST_EXTRACTVAL, record);
  case Instruction::InsertValue:
    pushTypedValue(record, operand(0));
    pushTypedValue(record, operand(1));
    append_range(record, cast<InsertValueInst>(instruction).indices());
    return emit(bitc::FUNC_CODE_INST_INSERTVAL, record);
  case Instruction::GetElementPtr: {
    const auto &gep = cast<GetElementPtrInst>(instruction);
    record = {uint64_t(gep.isInBounds()), typeId(gep.getSourceElementType())};
    bool isPlain = true;
    for (const Value *each : gep.operand_values())
      isPlain &= pushTypedValue(record, each);
    return emit(bitc::FUNC_CODE_INST_GEP, record,
                isPlain ? known.elementPointer : 0);
  }
  case Instruction::Load: {
    const auto &load = cast<LoadInst>(instruction);
    bool isPlain = pushTypedValue(record, load.getPointerOperand());
    record.append({typeId(load.getType()), encodedAlignment(load.getAlign()),
                   load.isVolatile()});
    return emit(bitc::FUNC_CODE_INST_LOAD, record, isPlain ? known.load : 0);
  }
  case Instruction::Store: {
    const auto &store = cast<StoreInst>(instruction);
    pushTypedValue(record, store.getPointerOperand());
    pushTypedValue(record, store.getValueOperand());
    record.append({encodedAlignment(store.getAlign()), store.isVolatile()});
    return emit(bitc::FUNC_CODE_INST_STORE, record);
  }
  case Instruction::Alloca: {
    const auto &alloca = cast<AllocaInst>(instruction);
    // Bits 0-4 alignment, bit 6 "the type is the allocated one". The count is
    // an absolute id.
    record = {typeId(alloca.getAllocatedType()), typeId(operand(0)->getType()),
              numbering.valueId(operand(0)),
              encodedAlignment(alloca.getAlign()) | 1 << 6};
    return emit(bitc::FUNC_CODE_INST_ALLOCA, record);
  }
  case Instruction::PHI:
    return writePhi(cast<PHINode>(instruction));
  case Instruction::Call:
    return writeCall(cast<CallInst>(instruction));
  default:
    llvm_unreachable("refused by the legaliser");
  }
}

void RecordWriter::writeTerminator(const Instruction &instruction) {
  Record record;
  auto block = [&](const BasicBlock *target) {
    return numbering.blockId(target);
  };
  switch (instruction.getOpcode()) {
  case Instruction::Ret: {
    if (instruction.getNumOperands() == 0)
      return emit(bitc::FUNC_CODE_INST_RET, record, abbreviations.returnVoid);
    bool isPlain = pushTypedValue(record, instruction.getOperand(0));
    return emit(bitc::FUNC_CODE_INST_RET, record,
                isPlain ? abbreviations.returnValue : 0);
  }
  case Instruction::Br: {
    const auto &branch = cast<BranchInst>(instruction);
    record.push_back(block(branch.getSuccessor(0)));
    if (branch.isConditional()) {
      record.push_back(block(branch.getSuccessor(1)));
      pushValue(record, branch.getCondition());
    }
    return emit(bitc::FUNC_CODE_INST_BR, record);
  }
  case Instruction::Switch: {
    const auto &branch = cast<SwitchInst>(instruction);
    record.push_back(typeId(branch.getCondition()->getType()));
    pushValue(record, branch.getCondition());
    record.push_back(block(branch.getDefaultDest()));
    for (const auto &each : branch.cases()) {
      record.push_back(numbering.valueId(each.getCaseValue()));
      record.push_back(block(each.getCaseSuccessor()));
    }
    return emit(bitc::FUNC_CODE_INST_SWITCH, record);
  }
  case Instruction::Unreachable:
    return emit(bitc::FUNC_CODE_INST_UNREACHABLE, record,
                abbreviations.unreachable);
  default:
    llvm_unreachable("refused by the legaliser");
  }
}

void RecordWriter::writePhi(const PHINode &phi) {
  Record record{typeId(typing.typeOf(&phi))};
  for (unsigned i = 0; i != phi.getNumIncomingValues(); ++i) {
    int64_t distance = int64_t(instructionId) -
                       int64_t(numbering.valueId(phi.getIncomingValue(i)));
    record.push_back(encodedSigned(distance));
    record.push_back(numbering.blockId(phi.getIncomingBlock(i)));
  }
  if (uint64_t flags = encodedFlags(phi))
    record.push_back(flags);
  emit(bitc::FUNC_CODE_INST_PHI, record);
}

void RecordWriter::writeCall(const CallInst &call) {
  uint64_t flags = encodedFlags(call);
  Record record{attributes.idOf(call.getAttributes()),
                uint64_t(call.isTailCall()) << bitc::CALL_TAIL |
                    uint64_t(1) << bitc::CALL_EXPLICIT_TYPE |
                    uint64_t(flags != 0) << bitc::CALL_FMF};
  if (flags)
    record.push_back(flags);
  record.push_back(typeId(typing.functionTypeOf(call.getCalledFunction())));
  pushTypedValue(record, call.getCalledOperand());
  for (const Use &argument : call.args()) {
    auto *constant = dyn_cast<Constant>(argument);
    Type *type = typing.argumentType(call, call.getArgOperandNo(&argument));
    if (constant && isGlobalView(typing, {constant, type}))
      record.push_back(
          uint32_t(instructionId - numbering.constantId({constant, type})));
    else
      pushValue(record, argument);
  }
  emit(bitc::FUNC_CODE_INST_CALL, record);
}

} // namespace enigma::air
