// Numbers types, values and metadata in the order in which the writer emits
// them, which is that of LLVM 14's value enumerator and so of Apple's files.
#include "Numbering.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
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

unsigned TypeTable::idBits() const { return Log2_32_Ceil(order.size() + 1); }

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

//===----------------------------------------------------------------------===//
// Metadata
//===----------------------------------------------------------------------===//

/// Takes `metadata`, and what it refers to, out of the one function that seemed
/// to be its only user.
void MetadataTable::moveToModule(const Metadata *metadata) {
  SmallVector<const Metadata *> pending{metadata};
  while (!pending.empty()) {
    const Metadata *each = pending.pop_back_val();
    auto user = users.find(each);
    if (user == users.end() || user->second == 0)
      continue;
    user->second = 0;
    if (auto *node = dyn_cast<MDNode>(each))
      for (const MDOperand &operand : node->operands())
        if (operand)
          pending.push_back(operand);
  }
}

bool isWrittenOperand(const MDNode *node, unsigned index) {
  constexpr unsigned sizeInBits = 3, offsetInBits = 4;
  return !isa<DIType>(node) || (index != sizeInBits && index != offsetInBits);
}

/// Registers one piece of metadata. A node that is new is returned, so that its
/// operands come before it.
const MDNode *
MetadataTable::visit(const Metadata *metadata, unsigned user,
                     function_ref<void(const Constant *)> seeConstant) {
  if (!metadata)
    return nullptr;
  auto [found, isNew] = users.try_emplace(metadata, user);
  if (!isNew) {
    if (found->second != user)
      moveToModule(metadata);
    return nullptr;
  }
  if (auto *node = dyn_cast<MDNode>(metadata))
    return node;
  order.push_back(metadata);
  if (auto *constant = dyn_cast<ConstantAsMetadata>(metadata))
    seeConstant(constant->getValue());
  return nullptr;
}

void MetadataTable::add(const Metadata *root, unsigned user,
                        function_ref<void(const Constant *)> seeConstant) {
  struct Visit {
    const MDNode *node;
    unsigned next = 0;
  };
  SmallVector<Visit, 16> path;
  // Distinct operands wait until the uniqued nodes above them are done.
  SmallVector<const MDNode *, 8> delayed;
  if (const MDNode *node = visit(root, user, seeConstant))
    path.push_back({node});
  while (!path.empty()) {
    Visit &top = path.back();
    const MDNode *child = nullptr;
    for (; !child && top.next != top.node->getNumOperands(); ++top.next)
      if (isWrittenOperand(top.node, top.next))
        child = visit(top.node->getOperand(top.next), user, seeConstant);
    if (child) {
      if (child->isDistinct() && !top.node->isDistinct())
        delayed.push_back(child);
      else
        path.push_back({child});
      continue;
    }
    order.push_back(top.node);
    path.pop_back();
    if (path.empty() || path.back().node->isDistinct()) {
      for (const MDNode *node : delayed)
        path.push_back({node});
      delayed.clear();
    }
  }
}

/// Strings, constants, distinct nodes, uniqued nodes.
static unsigned rankOf(const Metadata *metadata) {
  if (isa<MDString>(metadata))
    return 0;
  auto *node = dyn_cast<MDNode>(metadata);
  if (!node)
    return 1;
  return node->isDistinct() ? 2 : 3;
}

void MetadataTable::organize() {
  stable_sort(order, [&](const Metadata *a, const Metadata *b) {
    return std::pair(users.lookup(a), rankOf(a)) <
           std::pair(users.lookup(b), rankOf(b));
  });
  unsigned moduleCount = 0, next = 0, previousUser = 0;
  for (const Metadata *metadata : order) {
    unsigned user = users.lookup(metadata);
    if (user != previousUser) {
      // Each function counts on from the module's.
      if (previousUser == 0)
        moduleCount = next;
      next = moduleCount;
      previousUser = user;
      functionRanges.resize(user);
    }
    MetadataRange &range = user == 0 ? moduleRange : functionRanges[user - 1];
    if (auto *text = dyn_cast<MDString>(metadata))
      range.strings.push_back(text);
    else
      range.records.push_back(metadata);
    ids[metadata] = next++;
  }
}

void MetadataTable::addLocal(const LocalAsMetadata *local, unsigned user) {
  if (ids.contains(local))
    return;
  const MetadataRange &own = ofFunction(user);
  ids[local] = moduleRange.strings.size() + moduleRange.records.size() +
               own.strings.size() + own.records.size() + localValues.size();
  localValues.push_back(local);
}

void MetadataTable::leave() {
  for (const LocalAsMetadata *local : localValues)
    ids.erase(local);
  localValues.clear();
}

const MetadataRange &MetadataTable::ofFunction(unsigned user) const {
  static const MetadataRange none;
  return user <= functionRanges.size() ? functionRanges[user - 1] : none;
}

//===----------------------------------------------------------------------===//
// Types and values
//===----------------------------------------------------------------------===//

Numbering::Numbering(const Module &module, const Typing &typing)
    : module(module), typing(typing) {
  addModuleTypes();
  for (const GlobalVariable &global : module.globals())
    globalIds[&global] = nextId++;
  for (const Function &function : module) {
    globalIds[&function] = nextId++;
    functionNumbers[&function] = functionNumbers.size() + 1;
  }
  for (const GlobalVariable &global : module.globals())
    if (global.hasInitializer())
      collect({global.getInitializer(), typing.contentTypeOf(&global)},
              moduleConstants);
  types.add(Type::getMetadataTy(module.getContext()));
  addModuleMetadata();
  for (const Function &function : module)
    addFunctionTypesAndMetadata(function);
  numberConstants(moduleConstants);
  moduleValueCount = nextId;
  metadata.organize();
}

void Numbering::addModuleTypes() {
  for (const GlobalVariable &global : module.globals())
    types.add(typing.typeOf(&global));
  for (const Function &function : module)
    types.add(typing.typeOf(&function));
}

void Numbering::addMetadata(const Metadata *node, unsigned user) {
  metadata.add(node, user, [&](const Constant *constant) {
    collect({constant, typing.typeOf(constant)}, moduleConstants);
  });
}

void Numbering::addModuleMetadata() {
  for (const NamedMDNode &named : module.named_metadata())
    for (const MDNode *node : named.operands())
      addMetadata(node, 0);
}

void Numbering::addFunctionTypesAndMetadata(const Function &function) {
  unsigned user = function.isDeclaration() ? 0 : functionNumbers[&function];
  for (const Argument &argument : function.args())
    types.add(typing.typeOf(&argument));
  SmallVector<std::pair<unsigned, MDNode *>> attachments;
  function.getAllMetadata(attachments);
  for (const auto &attachment : attachments)
    addMetadata(attachment.second, user);
  for (const Instruction &instruction : instructions(function)) {
    for (const Use &operand : instruction.operands())
      // What names a value of the function is numbered when it is entered.
      if (auto *metadata = dyn_cast<MetadataAsValue>(operand);
          metadata && !isa<LocalAsMetadata>(metadata->getMetadata()))
        addMetadata(metadata->getMetadata(), user);
    addInstructionTypes(instruction);
    attachments.clear();
    instruction.getAllMetadataOtherThanDebugLoc(attachments);
    for (const auto &attachment : attachments)
      addMetadata(attachment.second, user);
    // The place itself is a record behind the instruction.
    if (const DILocation *place = instruction.getDebugLoc())
      for (const MDOperand &operand : place->operands())
        addMetadata(operand, user);
  }
}

void Numbering::addOperandType(TypedConstant constant) {
  types.add(constant.type);
  if (isa<GlobalValue>(constant.constant) && !isGlobalView(typing, constant))
    return;
  for (const TypedConstant &operand : operandsOf(typing, constant))
    addOperandType(operand);
}

void Numbering::addInstructionTypes(const Instruction &instruction) {
  for (const Use &operand : instruction.operands()) {
    if (isa<BasicBlock>(operand))
      continue;
    types.add(typing.typeOf(operand));
    if (auto *constant = dyn_cast<Constant>(operand))
      addOperandType({constant, typing.typeOf(constant)});
  }
  if (auto *shuffle = dyn_cast<ShuffleVectorInst>(&instruction))
    types.add(shuffleMask(*shuffle)->getType());
  if (auto *gep = dyn_cast<GetElementPtrInst>(&instruction))
    types.add(gep->getSourceElementType());
  if (auto *alloca = dyn_cast<AllocaInst>(&instruction))
    types.add(alloca->getAllocatedType());
  types.add(typing.typeOf(&instruction));
  if (auto *call = dyn_cast<CallInst>(&instruction))
    types.add(typing.functionTypeOf(call->getCalledFunction()));
}

/// Adds a constant and what it is made of, operands first, or counts one more
/// use. Globals have their numbers already.
void Numbering::collect(TypedConstant constant,
                        std::vector<TypedConstant> &into) {
  if (isa<GlobalValue>(constant.constant) && !isGlobalView(typing, constant))
    return;
  ConstantKey key(constant.constant, constant.type);
  if (constantIds.contains(key))
    return;
  if (auto uses = useCounts.find(key); uses != useCounts.end()) {
    ++uses->second;
    return;
  }
  types.add(constant.type);
  for (const TypedConstant &operand : operandsOf(typing, constant)) {
    types.add(operand.type);
    collect(operand, into);
  }
  into.push_back(constant);
  useCounts[key] = 1;
}

void Numbering::numberConstants(std::vector<TypedConstant> &constants) {
  auto usesOf = [&](const TypedConstant &constant) {
    return useCounts.lookup({constant.constant, constant.type});
  };
  stable_sort(constants, [&](const TypedConstant &a, const TypedConstant &b) {
    if (a.type != b.type)
      return types.idOf(a.type) < types.idOf(b.type);
    return usesOf(a) > usesOf(b);
  });
  std::stable_partition(constants.begin(), constants.end(),
                        [](const TypedConstant &constant) {
                          return constant.type->isIntOrIntVectorTy();
                        });
  for (const TypedConstant &constant : constants)
    constantIds[{constant.constant, constant.type}] = nextId++;
  useCounts.clear();
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
  unsigned user = numberIn(functionNumbers, &function);
  for (const Instruction &instruction : instructions(function))
    for (const Use &operand : instruction.operands())
      if (auto *named = dyn_cast<MetadataAsValue>(operand))
        if (auto *local = dyn_cast<LocalAsMetadata>(named->getMetadata()))
          metadata.addLocal(local, user);
}

void Numbering::leave() {
  metadata.leave();
  for (const TypedConstant &constant : functionConstants)
    constantIds.erase({constant.constant, constant.type});
  functionConstants.clear();
  localIds.clear();
  blockIds.clear();
}

unsigned Numbering::valueId(const Value *value) const {
  if (auto *named = dyn_cast<MetadataAsValue>(value))
    return metadata.idOf(named->getMetadata());
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
