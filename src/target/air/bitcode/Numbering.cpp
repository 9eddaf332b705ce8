// Numbers types, values and metadata in the order in which the writer emits
// them.
#include "Numbering.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/TypedPointerType.h"

using namespace llvm;

namespace enigma::air {

void TypeTable::add(Type *type) {
  type = typed(type);
  if (ids.contains(type))
    return;
  // No type contains itself: pointers inside structs are canonical, so this
  // ends.
  if (auto *pointer = dyn_cast<TypedPointerType>(type))
    add(pointer->getElementType());
  for (Type *part : type->subtypes())
    add(part);
  ids[type] = order.size();
  order.push_back(type);
}

unsigned TypeTable::idOf(Type *type) const {
  return numberIn(ids, typed(type));
}

bool isGlobalView(const Typing &typing, TypedConstant constant) {
  return isa<GlobalValue>(constant.constant) &&
         typing.typeOf(constant.constant) != constant.type;
}

SmallVector<TypedConstant> operandsOf(const Typing &typing,
                                      TypedConstant constant) {
  SmallVector<TypedConstant> operands;
  auto addNatural = [&](const Constant *operand) {
    operands.push_back({operand, typing.typeOf(operand)});
  };
  if (isGlobalView(typing, constant)) {
    addNatural(constant.constant);
  } else if (isa<ConstantExpr>(constant.constant)) {
    for (const Use &operand : constant.constant->operands())
      addNatural(cast<Constant>(operand));
  } else if (isa<ConstantAggregate>(constant.constant)) {
    for (auto [i, operand] : enumerate(constant.constant->operands())) {
      Type *part = nullptr;
      if (auto *structure = dyn_cast<StructType>(constant.type))
        part = structure->getElementType(i);
      else if (auto *array = dyn_cast<ArrayType>(constant.type))
        part = array->getElementType();
      else
        part = cast<VectorType>(constant.type)->getElementType();
      operands.push_back({cast<Constant>(operand), typed(part)});
    }
  }
  return operands;
}

Constant *shuffleMask(const ShuffleVectorInst &shuffle) {
  Type *i32 = Type::getInt32Ty(shuffle.getContext());
  SmallVector<Constant *> lanes;
  // LLVM 14 spells an unused lane undef, not poison.
  for (int lane : shuffle.getShuffleMask())
    lanes.push_back(lane < 0 ? static_cast<Constant *>(UndefValue::get(i32))
                             : ConstantInt::get(i32, lane));
  return ConstantVector::get(lanes);
}

void MetadataTable::add(const Metadata *root) {
  if (!root || ids.contains(root))
    return;
  ids[root] = 0; // the number comes with seal()
  if (auto *text = dyn_cast<MDString>(root)) {
    strings.push_back(text);
  } else if (auto *constant = dyn_cast<ConstantAsMetadata>(root)) {
    constants.push_back(constant);
  } else {
    auto *node = cast<MDNode>(root);
    for (const MDOperand &operand : node->operands())
      add(operand.get());
    nodes.push_back(node);
  }
}

void MetadataTable::seal() {
  unsigned next = 0;
  for (const MDString *text : strings)
    ids[text] = next++;
  for (const ConstantAsMetadata *constant : constants)
    ids[constant] = next++;
  for (const MDNode *node : nodes)
    ids[node] = next++;
}

Numbering::Numbering(const Module &module, const Typing &typing)
    : module(module), typing(typing) {
  addModuleTypes();
  for (const GlobalVariable &global : module.globals())
    globalIds[&global] = nextId++;
  for (const Function &function : module)
    globalIds[&function] = nextId++;
  addModuleMetadata();
  for (const GlobalVariable &global : module.globals())
    if (global.hasInitializer())
      collect({global.getInitializer(), typing.contentTypeOf(&global)},
              moduleConstants);
  for (const ConstantAsMetadata *constant : metadata.constants)
    collect({constant->getValue(), typing.typeOf(constant->getValue())},
            moduleConstants);
  numberConstants(moduleConstants);
  moduleValueCount = nextId;
  // Types of function-local constants have to be in the table before any
  // function is entered.
  for (const Function &function : module)
    for (const Instruction &instruction : instructions(function)) {
      addInstructionTypes(instruction);
      std::vector<TypedConstant> locals;
      collectOperands(instruction, locals);
      for (const TypedConstant &constant : locals) {
        types.add(constant.type);
        constantIds.erase({constant.constant, constant.type});
      }
    }
}

void Numbering::addModuleTypes() {
  for (const GlobalVariable &global : module.globals())
    types.add(typing.typeOf(&global));
  for (const Function &function : module)
    types.add(typing.typeOf(&function));
  types.add(Type::getMetadataTy(module.getContext()));
}

void Numbering::addInstructionTypes(const Instruction &instruction) {
  types.add(typing.typeOf(&instruction));
  for (const Use &operand : instruction.operands())
    if (!isa<BasicBlock>(operand))
      types.add(typing.typeOf(operand));
  if (auto *alloca = dyn_cast<AllocaInst>(&instruction))
    types.add(alloca->getAllocatedType());
  if (auto *gep = dyn_cast<GetElementPtrInst>(&instruction))
    types.add(gep->getSourceElementType());
}

void Numbering::addModuleMetadata() {
  for (const NamedMDNode &named : module.named_metadata())
    for (const MDNode *node : named.operands())
      metadata.add(node);
  SmallVector<std::pair<unsigned, MDNode *>> attachments;
  for (const Function &function : module) {
    attachments.clear();
    function.getAllMetadata(attachments);
    for (const auto &attachment : attachments)
      metadata.add(attachment.second);
    for (const Instruction &instruction : instructions(function)) {
      attachments.clear();
      instruction.getAllMetadata(attachments);
      for (const auto &attachment : attachments)
        metadata.add(attachment.second);
    }
  }
  metadata.seal();
}

/// Adds a constant and what it is made of, operands first. Globals have their
/// numbers already.
void Numbering::collect(TypedConstant constant,
                        std::vector<TypedConstant> &into) {
  if (isa<GlobalValue>(constant.constant) && !isGlobalView(typing, constant))
    return;
  if (!constantIds.try_emplace({constant.constant, constant.type}, 0).second)
    return;
  types.add(constant.type);
  for (const TypedConstant &operand : operandsOf(typing, constant)) {
    types.add(operand.type);
    collect(operand, into);
  }
  into.push_back(constant);
}

void Numbering::numberConstants(std::vector<TypedConstant> &constants) {
  stable_sort(constants, [&](const TypedConstant &a, const TypedConstant &b) {
    return types.idOf(a.type) < types.idOf(b.type);
  });
  for (const TypedConstant &constant : constants)
    constantIds[{constant.constant, constant.type}] = nextId++;
}

void Numbering::collectOperands(const Instruction &instruction,
                                std::vector<TypedConstant> &into) {
  auto *call = dyn_cast<CallInst>(&instruction);
  for (const Use &operand : instruction.operands())
    if (auto *constant = dyn_cast<Constant>(operand))
      collect({constant,
               call && call->isArgOperand(&operand)
                   ? typing.argumentType(*call, call->getArgOperandNo(&operand))
                   : typing.typeOf(constant)},
              into);
  // LLVM 22 keeps the case values and the mask beside the operands.
  if (auto *branch = dyn_cast<SwitchInst>(&instruction))
    for (const auto &each : branch->cases())
      collect({each.getCaseValue(), each.getCaseValue()->getType()}, into);
  if (auto *shuffle = dyn_cast<ShuffleVectorInst>(&instruction)) {
    Constant *mask = shuffleMask(*shuffle);
    collect({mask, mask->getType()}, into);
  }
}

void Numbering::enter(const Function &function) {
  nextId = moduleValueCount;
  for (const Argument &argument : function.args())
    localIds[&argument] = nextId++;
  for (const Instruction &instruction : instructions(function))
    collectOperands(instruction, functionConstants);
  numberConstants(functionConstants);
  unsigned nextBlock = 0;
  for (const BasicBlock &block : function)
    blockIds[&block] = nextBlock++;
  firstInstructionId = nextId;
  for (const Instruction &instruction : instructions(function))
    if (!instruction.getType()->isVoidTy())
      localIds[&instruction] = nextId++;
}

void Numbering::leave() {
  for (const TypedConstant &constant : functionConstants)
    constantIds.erase({constant.constant, constant.type});
  functionConstants.clear();
  localIds.clear();
  blockIds.clear();
}

unsigned Numbering::valueId(const Value *value) const {
  if (auto *constant = dyn_cast<Constant>(value))
    return constantId({constant, typing.typeOf(constant)});
  return numberIn(localIds, value);
}

unsigned Numbering::constantId(TypedConstant constant) const {
  if (isa<GlobalValue>(constant.constant) && !isGlobalView(typing, constant))
    return numberIn(globalIds, constant.constant);
  return numberIn(constantIds, std::pair(constant.constant, constant.type));
}

} // namespace enigma::air
