// Constants and instructions (reference sections 4.2 to 4.4).
#include "ModuleFacts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"

using namespace llvm;

namespace enigma::air {

namespace {

const char *codeName(unsigned code) {
  switch (code) {
  case bitc::FUNC_CODE_DECLAREBLOCKS:
    return "DECLAREBLOCKS";
  case bitc::FUNC_CODE_INST_BINOP:
    return "BINOP";
  case bitc::FUNC_CODE_INST_CAST:
    return "CAST";
  case bitc::FUNC_CODE_INST_EXTRACTELT:
    return "EXTRACTELT";
  case bitc::FUNC_CODE_INST_INSERTELT:
    return "INSERTELT";
  case bitc::FUNC_CODE_INST_SHUFFLEVEC:
    return "SHUFFLEVEC";
  case bitc::FUNC_CODE_INST_RET:
    return "RET";
  case bitc::FUNC_CODE_INST_BR:
    return "BR";
  case bitc::FUNC_CODE_INST_SWITCH:
    return "SWITCH";
  case bitc::FUNC_CODE_INST_UNREACHABLE:
    return "UNREACHABLE";
  case bitc::FUNC_CODE_INST_PHI:
    return "PHI";
  case bitc::FUNC_CODE_INST_ALLOCA:
    return "ALLOCA";
  case bitc::FUNC_CODE_INST_LOAD:
    return "LOAD";
  case bitc::FUNC_CODE_INST_EXTRACTVAL:
    return "EXTRACTVAL";
  case bitc::FUNC_CODE_INST_INSERTVAL:
    return "INSERTVAL";
  case bitc::FUNC_CODE_INST_CMP2:
    return "CMP2";
  case bitc::FUNC_CODE_INST_VSELECT:
    return "VSELECT";
  case bitc::FUNC_CODE_INST_CALL:
    return "CALL";
  case bitc::FUNC_CODE_DEBUG_LOC:
    return "DEBUG_LOC";
  case bitc::FUNC_CODE_DEBUG_LOC_AGAIN:
    return "DEBUG_LOC_AGAIN";
  case bitc::FUNC_CODE_INST_GEP:
    return "GEP";
  case bitc::FUNC_CODE_INST_STORE:
    return "STORE";
  case bitc::FUNC_CODE_INST_UNOP:
    return "UNOP";
  case bitc::FUNC_CODE_INST_FREEZE:
    return "FREEZE";
  // What readers know but AIR never has.
  case bitc::FUNC_CODE_INST_FENCE:
    return "FENCE";
  case bitc::FUNC_CODE_INST_CMPXCHG:
  case bitc::FUNC_CODE_INST_CMPXCHG_OLD:
    return "CMPXCHG";
  case bitc::FUNC_CODE_INST_ATOMICRMW:
  case bitc::FUNC_CODE_INST_ATOMICRMW_OLD:
    return "ATOMICRMW";
  case bitc::FUNC_CODE_INST_LOADATOMIC:
    return "LOADATOMIC";
  case bitc::FUNC_CODE_INST_STOREATOMIC:
    return "STOREATOMIC";
  case bitc::FUNC_CODE_OPERAND_BUNDLE:
    return "OPERAND_BUNDLE";
  default:
    return "RECORD";
  }
}

bool isBools(StringRef type) {
  return type.starts_with("<") && type.ends_with("xi1>");
}

/// The instructions of one function.
class BodyChecker {
public:
  BodyChecker(ModuleFacts &facts, size_t function, const std::string &path)
      : facts(facts), function(facts.functions[function]), path(path) {}

  void run(const BitcodeBlock &block);

private:
  void checkInstruction(const BitcodeRecord &record);
  void checkCall();
  void checkCast();
  void checkCompare();
  void complain(const Twine &message) { facts.complain(here, message); }

  /// Takes the next operand, which is a relative value id, with its type when
  /// it is a forward reference.
  struct Operand {
    std::string type;
    const FunctionFacts *function = nullptr;
  };
  Operand takeValue(bool isTyped);
  uint64_t take() {
    return next < operands.size() ? operands[next++] : (tooShort = true, 0);
  }
  size_t rest() const { return operands.size() - next; }
  void define(std::string type) {
    ValueFacts value;
    value.type = std::move(type);
    facts.values.push_back(std::move(value));
  }
  /// At most `count` operands may follow.
  void expectRest(size_t count) {
    if (rest() > count)
      complain(Twine(rest() - count) +
               " operands more than readers of this age know");
  }

  ModuleFacts &facts;
  const FunctionFacts &function;
  const std::string &path;
  std::string here;
  ArrayRef<uint64_t> operands;
  size_t next = 0;
  bool tooShort = false;
};

BodyChecker::Operand BodyChecker::takeValue(bool isTyped) {
  uint32_t id = uint32_t(facts.values.size()) - uint32_t(take());
  Operand operand;
  if (id >= facts.values.size()) {
    if (isTyped)
      operand.type = facts.typeText(take());
    return operand;
  }
  operand.type = facts.values[id].type;
  if (facts.values[id].function)
    operand.function = &facts.functions[*facts.values[id].function];
  return operand;
}

void BodyChecker::checkCast() {
  std::string from = takeValue(true).type;
  uint64_t to = take();
  uint64_t opcode = take();
  std::string type = facts.typeText(to);
  if (opcode > bitc::CAST_ADDRSPACECAST)
    complain("cast opcode " + Twine(opcode));
  if (opcode == bitc::CAST_BITCAST && isBools(from) != isBools(type) &&
      !from.empty())
    complain("a bitcast of " + from + " to " + type +
             ", which ends the compiler service");
  if (rest() != 0)
    complain("a cast with flags (nneg, nuw or nsw)");
  define(type);
}

void BodyChecker::checkCompare() {
  std::string type = takeValue(true).type;
  (void)takeValue(false);
  constexpr uint64_t firstInteger = 32;
  uint64_t predicate = take();
  if (predicate >= firstInteger && rest() != 0)
    complain("an integer comparison with flags (samesign)");
  expectRest(1);
  StringRef text(type);
  define(text.starts_with("<") ? (text.split('x').first + "xi1>").str() : "i1");
}

void BodyChecker::checkCall() {
  uint64_t attributes = take();
  uint64_t convention = take();
  constexpr uint64_t explicitType = uint64_t(1) << bitc::CALL_EXPLICIT_TYPE;
  if (convention >> bitc::CALL_FMF & 1)
    (void)take();
  if (!(convention & explicitType))
    complain("a call without its function type");
  const TypeFacts *type = facts.type(take());
  Operand callee = takeValue(true);
  if (!type || type->code != bitc::TYPE_CODE_FUNCTION || type->parts.empty()) {
    complain("a call whose type is no function");
    return define("");
  }
  if (callee.type != type->text + "*" && !callee.type.empty())
    complain("a call as " + type->text + " of " + callee.type);
  if (rest() < type->parts.size() - 1)
    complain("a call with too few arguments");
  if (attributes > facts.lists.size())
    complain("an attribute list that is not there");
  std::string result = facts.typeText(type->parts[0]);
  if (result != "void")
    define(result);
  if (!callee.function)
    return;
  // What other threads see must not move: the claim has to be made at all three
  // places.
  auto isConvergent = [&](uint64_t list) {
    return facts.kindsAt(list, functionIndex).count(bitc::ATTR_KIND_CONVERGENT);
  };
  if (!callee.function->isDeclaration ||
      !isConvergent(callee.function->attributes))
    return;
  if (!isConvergent(attributes))
    complain("a call of '" + callee.function->name +
             "' that is not convergent");
  if (!isConvergent(function.attributes))
    complain("'" + function.name + "' calls '" + callee.function->name +
             "' and is not convergent");
}

void BodyChecker::checkInstruction(const BitcodeRecord &record) {
  switch (record.code) {
  case bitc::FUNC_CODE_DECLAREBLOCKS:
  case bitc::FUNC_CODE_DEBUG_LOC:
  case bitc::FUNC_CODE_DEBUG_LOC_AGAIN:
  case bitc::FUNC_CODE_INST_RET:
  case bitc::FUNC_CODE_INST_BR:
  case bitc::FUNC_CODE_INST_SWITCH:
  case bitc::FUNC_CODE_INST_UNREACHABLE:
    return;
  case bitc::FUNC_CODE_INST_BINOP: {
    std::string type = takeValue(true).type;
    (void)takeValue(false);
    uint64_t opcode = take();
    bool isLogic = opcode == bitc::BINOP_AND || opcode == bitc::BINOP_OR ||
                   opcode == bitc::BINOP_XOR;
    if (isLogic && rest() != 0)
      complain("a logical operation with flags (disjoint)");
    expectRest(1);
    return define(type);
  }
  case bitc::FUNC_CODE_INST_UNOP:
  case bitc::FUNC_CODE_INST_FREEZE: {
    if (facts.isOld())
      complain("not in AIR 2." + Twine(facts.airMinor));
    return define(takeValue(true).type);
  }
  case bitc::FUNC_CODE_INST_CAST:
    return checkCast();
  case bitc::FUNC_CODE_INST_CMP2:
    return checkCompare();
  case bitc::FUNC_CODE_INST_CALL:
    return checkCall();
  case bitc::FUNC_CODE_INST_PHI:
    return define(facts.typeText(take()));
  case bitc::FUNC_CODE_INST_ALLOCA: {
    if (operands.size() != 4)
      complain("an alloca of " + Twine(operands.size()) + " operands");
    return define(facts.typeText(take()) + "*");
  }
  case bitc::FUNC_CODE_INST_LOAD: {
    (void)takeValue(true);
    std::string type = facts.typeText(take());
    (void)take(); // alignment
    (void)take(); // volatile
    expectRest(0);
    return define(type);
  }
  case bitc::FUNC_CODE_INST_STORE:
    (void)takeValue(true);
    (void)takeValue(true);
    (void)take(); // alignment
    (void)take(); // volatile
    return expectRest(0);
  case bitc::FUNC_CODE_INST_GEP:
    if (take() > 1)
      complain("an address with flags other than inbounds (nusw or nuw)");
    next = operands.size();
    return define("");
  case bitc::FUNC_CODE_INST_VSELECT: {
    std::string type = takeValue(true).type;
    next = operands.size();
    return define(type);
  }
  case bitc::FUNC_CODE_INST_INSERTELT:
  case bitc::FUNC_CODE_INST_INSERTVAL: {
    std::string type = takeValue(true).type;
    next = operands.size();
    return define(type);
  }
  case bitc::FUNC_CODE_INST_SHUFFLEVEC:
  case bitc::FUNC_CODE_INST_EXTRACTELT:
  case bitc::FUNC_CODE_INST_EXTRACTVAL:
    next = operands.size();
    return define("");
  case bitc::FUNC_CODE_INST_STOREATOMIC:
  case bitc::FUNC_CODE_INST_FENCE:
  case bitc::FUNC_CODE_OPERAND_BUNDLE:
    return complain("AIR has no such record");
  default:
    complain("AIR has no such record (code " + Twine(record.code) + ")");
    return define("");
  }
}

void BodyChecker::run(const BitcodeBlock &block) {
  size_t moduleValues = facts.values.size();
  if (const TypeFacts *type = facts.type(function.type))
    for (size_t i = 1; i < type->parts.size(); ++i)
      define(facts.typeText(type->parts[i]));
  size_t blocks = 0;
  for (int place : block.order) {
    if (place < 0) {
      const BitcodeBlock &inner = block.blocks[-1 - place];
      if (inner.id == bitc::CONSTANTS_BLOCK_ID)
        checkConstants(facts, inner, path + "/CONSTANTS_BLOCK");
      else if (inner.id == bitc::METADATA_BLOCK_ID)
        readMetadata(facts, inner, path + "/METADATA_BLOCK");
      else if (inner.id != bitc::METADATA_ATTACHMENT_ID &&
               inner.id != bitc::VALUE_SYMTAB_BLOCK_ID)
        facts.complain(path + "/BLOCK[" + Twine(blocks) + "]",
                       "block " + Twine(inner.id) + " inside a function");
      ++blocks;
      continue;
    }
    const BitcodeRecord &record = block.records[place];
    here =
        path + "/" + codeName(record.code) + "[" + std::to_string(place) + "]";
    operands = record.operands;
    next = 0;
    tooShort = false;
    checkInstruction(record);
    if (tooShort)
      complain("a record of only " + Twine(operands.size()) + " operands");
  }
  facts.values.resize(moduleValues);
}

/// Sign in bit 0, magnitude above it.
int64_t decodeSigned(uint64_t operand) {
  return operand & 1 ? -int64_t(operand >> 1) : int64_t(operand >> 1);
}

} // namespace

void checkConstants(ModuleFacts &facts, const BitcodeBlock &block,
                    const std::string &path) {
  std::string type;
  for (const auto &[i, record] : enumerate(block.records)) {
    std::string here = path + "[" + std::to_string(i) + "]";
    ValueFacts value;
    switch (record.code) {
    case bitc::CST_CODE_SETTYPE:
      type = record.operands.empty() ? "" : facts.typeText(record.operands[0]);
      continue;
    case bitc::CST_CODE_INTEGER:
      if (!record.operands.empty())
        value.integer = decodeSigned(record.operands[0]);
      break;
    case bitc::CST_CODE_NULL:
      value.integer = 0;
      break;
    case bitc::CST_CODE_UNDEF:
    case bitc::CST_CODE_FLOAT:
    case bitc::CST_CODE_AGGREGATE:
    case bitc::CST_CODE_STRING:
    case bitc::CST_CODE_CSTRING:
    case bitc::CST_CODE_CE_CAST:
    case bitc::CST_CODE_DATA:
    case bitc::CST_CODE_CE_INBOUNDS_GEP:
      break;
    case bitc::CST_CODE_POISON:
      if (facts.isOld())
        facts.complain(here, "poison is not in AIR 2." + Twine(facts.airMinor));
      break;
    default:
      facts.complain(here, "constant code " + Twine(record.code) +
                               " is not one of Apple's");
    }
    value.type = type;
    facts.values.push_back(std::move(value));
  }
}

void checkFunctionBody(ModuleFacts &facts, const BitcodeBlock &block,
                       size_t function, const std::string &path) {
  BodyChecker(facts, function, path).run(block);
}

} // namespace enigma::air
