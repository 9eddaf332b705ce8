// Refuses what no step could bring into the dialect: right or refused
// (reference sections 4.2, 4.3).
#include "LegalizeSteps.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Thread, device, constant and threadgroup memory (reference section 2.3).
constexpr unsigned lastAddressSpace = 3;

std::string spell(const Type *type) {
  std::string text;
  raw_string_ostream(text) << *type;
  return text;
}

std::string spell(const Value &value) {
  std::string text;
  raw_string_ostream out(text);
  if (isa<Instruction>(value))
    value.print(out);
  else
    value.printAsOperand(out);
  return StringRef(text).trim().str();
}

/// Checks one module. Problems of a function name it and the instruction.
class Checker {
public:
  Checker(const Module &module, const Target &target)
      : module(module), target(target) {}

  Error run();

private:
  Error checkModule();
  Error checkGlobal(const GlobalVariable &global);
  Error checkFunction(const Function &function);
  Error checkInstruction(const Instruction &instruction);
  std::string objectionTo(const Instruction &instruction);
  std::string objectionToCall(const CallInst &call);
  std::string objectionToType(Type *type);
  std::string objectionToMemory(Type *type);
  std::string objectionToConstant(const Constant *constant, bool initialiser);
  std::string objectionToMetadata(const Metadata *metadata);
  std::string objectionToMetadataOf(const Instruction &instruction);

  const Module &module;
  const Target &target;
  DenseSet<const Metadata *> checkedMetadata;
  DenseSet<const Type *> checkedTypes;
};

/// What is wrong with a type; empty when nothing is.
std::string Checker::objectionToType(Type *type) {
  if (checkedTypes.contains(type))
    return "";
  std::string objection = "type " + spell(type) + " does not exist in AIR";
  switch (type->getTypeID()) {
  case Type::VoidTyID:
  case Type::HalfTyID:
  case Type::FloatTyID:
  case Type::LabelTyID:
  case Type::MetadataTyID: // of debug intrinsics; LLVM allows it nowhere else
    break;
  case Type::BFloatTyID:
    if (target.dialect == BitcodeDialect::Old)
      return "bfloat needs macOS 14 or iOS 17";
    break;
  case Type::IntegerTyID:
    if (!is_contained({1u, 8u, 16u, 32u, 64u}, type->getIntegerBitWidth()))
      return objection;
    break;
  case Type::PointerTyID:
    if (type->getPointerAddressSpace() > lastAddressSpace)
      return objection;
    break;
  case Type::FixedVectorTyID:
    if (type->getScalarType()->isPointerTy())
      return objection;
    [[fallthrough]];
  case Type::ArrayTyID:
  case Type::StructTyID:
    for (Type *part : type->subtypes())
      if (std::string inner = objectionToType(part); !inner.empty())
        return inner;
    break;
  default:
    return objection;
  }
  checkedTypes.insert(type);
  return "";
}

/// What is wrong with a type in memory: `{}` and i1 crash the compiler service
/// as pointees.
std::string Checker::objectionToMemory(Type *type) {
  if (type->getScalarType()->isIntegerTy(1))
    return "type " + spell(type) + " cannot be in memory";
  if (type->isStructTy() && type->getStructNumElements() == 0)
    return "a pointer to an empty struct";
  if (type->isAggregateType())
    for (Type *part : type->subtypes())
      if (std::string inner = objectionToMemory(part); !inner.empty())
        return inner;
  return objectionToType(type);
}

std::string Checker::objectionToConstant(const Constant *constant,
                                         bool initialiser) {
  if (std::string type = objectionToType(constant->getType());
      !type.empty() && !isa<GlobalValue>(constant))
    return type;
  if (isa<GlobalValue, UndefValue, ConstantPointerNull, ConstantAggregateZero,
          ConstantDataSequential>(constant))
    return "";
  if (isa<ConstantInt, ConstantFP>(constant))
    return constant->getType()->isVectorTy() ? "a splat constant" : "";
  bool isAddressSpaceCast =
      isa<ConstantExpr>(constant) &&
      cast<ConstantExpr>(constant)->getOpcode() == Instruction::AddrSpaceCast;
  if (isa<ConstantAggregate>(constant) || (initialiser && isAddressSpaceCast)) {
    for (const Use &operand : constant->operands())
      if (std::string inner =
              objectionToConstant(cast<Constant>(operand), initialiser);
          !inner.empty())
        return inner;
    return "";
  }
  return "constant " + spell(*constant);
}

std::string Checker::objectionToMetadata(const Metadata *metadata) {
  if (!metadata || !checkedMetadata.insert(metadata).second ||
      isa<MDString>(metadata))
    return "";
  if (auto *constant = dyn_cast<ConstantAsMetadata>(metadata))
    return objectionToConstant(constant->getValue(), false);
  auto *node = dyn_cast<MDNode>(metadata);
  if (!node)
    return "metadata that is neither a string, a constant nor a node";
  if (!isa<MDTuple>(node) && !isExpressibleDebugNode(node))
    return "a node of debug information that readers of this age lack";
  for (const MDOperand &operand : node->operands())
    if (std::string inner = objectionToMetadata(operand); !inner.empty())
      return inner;
  return "";
}

std::string Checker::objectionToMetadataOf(const Instruction &instruction) {
  SmallVector<std::pair<unsigned, MDNode *>> attachments;
  instruction.getAllMetadata(attachments);
  for (const auto &attachment : attachments)
    if (std::string inner = objectionToMetadata(attachment.second);
        !inner.empty())
      return inner;
  return "";
}

std::string Checker::objectionToCall(const CallInst &call) {
  const Function *callee = call.getCalledFunction();
  if (!callee)
    return "an indirect call";
  if (call.hasOperandBundles())
    return "a call with operand bundles";
  if (callee->getFunctionType() != call.getFunctionType() || callee->isVarArg())
    return "a call that does not match its function's type";
  for (Attribute::AttrKind kind :
       {Attribute::ByVal, Attribute::StructRet, Attribute::InAlloca,
        Attribute::Preallocated, Attribute::ByRef})
    if (call.getAttributes().hasAttrSomewhere(kind))
      return "a call with parameter attribute " +
             Attribute::getNameFromAttrKind(kind).str();
  if (callee->isIntrinsic() && !isAcceptedIntrinsic(callee->getIntrinsicID()))
    return "intrinsic " + callee->getName().str();
  if (callee->isDeclaration() && !callee->isIntrinsic() &&
      !callee->getName().starts_with("air.") &&
      !callee->getName().starts_with("enigma.device_"))
    return "undefined function " + callee->getName().str();
  return "";
}

/// What is wrong with an instruction apart from its types and operands; empty
/// when nothing is.
std::string Checker::objectionTo(const Instruction &instruction) {
  switch (instruction.getOpcode()) {
  case Instruction::FNeg:
  case Instruction::Freeze:
    return target.dialect == BitcodeDialect::Old ? "not in the old dialect"
                                                 : "";
  case Instruction::FRem:
  case Instruction::UIToFP:
  case Instruction::SIToFP:
  case Instruction::FPToUI:
  case Instruction::FPToSI:
    return "no form in AIR for this type";
  case Instruction::Alloca: {
    const auto &alloca = cast<AllocaInst>(instruction);
    if (!alloca.isStaticAlloca())
      return "an alloca outside the entry block or of variable size";
    if (alloca.getAddressSpace() != 0)
      return "an alloca outside address space 0";
    return objectionToMemory(alloca.getAllocatedType());
  }
  case Instruction::Load:
  case Instruction::Store: {
    Type *type = getLoadStoreType(&instruction);
    if (instruction.isAtomic())
      return "an atomic access without an air.atomic form";
    if (type->isAggregateType())
      return "a volatile access to an aggregate";
    return objectionToMemory(type);
  }
  case Instruction::GetElementPtr: {
    const auto &gep = cast<GetElementPtrInst>(instruction);
    if (gep.getType()->isVectorTy())
      return "a vector of addresses";
    return objectionToMemory(gep.getSourceElementType());
  }
  case Instruction::BitCast: {
    Type *from = instruction.getOperand(0)->getType();
    if (from->getScalarType()->isIntegerTy(1) !=
        instruction.getType()->getScalarType()->isIntegerTy(1))
      return "a bitcast of a vector of bools";
    return "";
  }
  case Instruction::Call:
    return objectionToCall(cast<CallInst>(instruction));
  case Instruction::ICmp:
  case Instruction::FCmp:
  case Instruction::Select:
  case Instruction::PHI:
  case Instruction::ExtractElement:
  case Instruction::InsertElement:
  case Instruction::ShuffleVector:
  case Instruction::ExtractValue:
  case Instruction::InsertValue:
  case Instruction::Ret:
  case Instruction::Br:
  case Instruction::Switch:
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::FPTrunc:
  case Instruction::FPExt:
  case Instruction::PtrToInt:
  case Instruction::IntToPtr:
  case Instruction::AddrSpaceCast:
    return "";
  default:
    return instruction.isBinaryOp() ? "" : "no form in AIR";
  }
}

Error Checker::checkInstruction(const Instruction &instruction) {
  std::string objection = objectionTo(instruction);
  if (objection.empty())
    objection = objectionToType(instruction.getType());
  for (const Use &operand : instruction.operands()) {
    if (!objection.empty())
      break;
    if (auto *constant = dyn_cast<Constant>(operand))
      objection = objectionToConstant(constant, false);
    else if (auto *named = dyn_cast<MetadataAsValue>(operand))
      objection = isa<LocalAsMetadata>(named->getMetadata())
                      ? ""
                      : objectionToMetadata(named->getMetadata());
    else if (!isa<Instruction, Argument, BasicBlock>(operand))
      objection = "an operand that is not a value";
    bool isCallee =
        isa<CallInst>(instruction) &&
        &operand == &cast<CallInst>(instruction).getCalledOperandUse();
    if (isa<Function>(operand) && !isCallee)
      objection = "the address of a function";
  }
  if (objection.empty())
    objection = objectionToMetadataOf(instruction);
  if (objection.empty())
    return Error::success();
  return refuse(*instruction.getFunction(),
                objection + ": " + spell(instruction));
}

Error Checker::checkFunction(const Function &function) {
  if (function.isVarArg() || function.hasGC() || function.hasPersonalityFn() ||
      function.hasPrefixData() || function.hasPrologueData())
    return refuse(function, "varargs, GC, personality, prefix or prologue");
  for (const Argument &argument : function.args()) {
    if (std::string objection = objectionToType(argument.getType());
        !objection.empty())
      return refuse(function, objection);
    if (argument.hasPassPointeeByValueCopyAttr() || argument.hasStructRetAttr())
      return refuse(function, "parameter passed by value in memory");
  }
  if (std::string objection = objectionToType(function.getReturnType());
      !objection.empty())
    return refuse(function, objection);
  for (const Instruction &instruction : instructions(function))
    if (Error error = checkInstruction(instruction))
      return error;
  return Error::success();
}

Error Checker::checkGlobal(const GlobalVariable &global) {
  std::string objection = objectionToType(global.getValueType());
  // Data in address space 0 is an undefined symbol to the loader (reference
  // section 2.7).
  bool isForLinker = global.getName().starts_with("llvm.");
  if (objection.empty() && !isForLinker && global.getAddressSpace() == 0)
    objection = "data in address space 0";
  if (objection.empty() && global.isThreadLocal())
    objection = "thread-local data";
  if (objection.empty() && !isForLinker)
    objection = objectionToMemory(global.getValueType());
  if (objection.empty() && global.hasInitializer())
    objection = objectionToConstant(global.getInitializer(), true);
  if (objection.empty())
    return Error::success();
  return createStringError("cannot write '" + global.getName() +
                           "' as AIR: " + objection);
}

Error Checker::checkModule() {
  if (!module.alias_empty() || !module.ifunc_empty())
    return createStringError("cannot write an alias as AIR");
  if (!module.getModuleInlineAsm().empty())
    return createStringError("cannot write module-level assembly as AIR");
  for (const NamedMDNode &named : module.named_metadata())
    for (const MDNode *node : named.operands())
      if (std::string objection = objectionToMetadata(node); !objection.empty())
        return createStringError("cannot write !" + named.getName() +
                                 " as AIR: " + objection);
  return Error::success();
}

Error Checker::run() {
  if (Error error = checkModule())
    return error;
  for (const GlobalVariable &global : module.globals())
    if (Error error = checkGlobal(global))
      return error;
  for (const Function &function : module)
    if (Error error = checkFunction(function))
      return error;
  return Error::success();
}

} // namespace

Error checkExpressible(const Module &module, const Target &target) {
  return Checker(module, target).run();
}

} // namespace enigma::air
