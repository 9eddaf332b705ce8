// Gives every pointer of a module a pointee type and inserts the views
// (reference section 4.2).
#include "Typing.h"
#include "PointeeTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"
#include "llvm/IR/TypedPointerType.h"

using namespace llvm;

namespace enigma::air {

Type *typed(Type *type) {
  if (auto *pointer = dyn_cast<PointerType>(type))
    return TypedPointerType::get(Type::getInt8Ty(type->getContext()),
                                 pointer->getAddressSpace());
  return type;
}

std::string typedIntrinsicName(StringRef name) {
  if (!name.starts_with("llvm."))
    return name.str();
  SmallVector<StringRef, 8> parts;
  name.split(parts, '.');
  std::string result;
  for (StringRef part : parts) {
    if (!result.empty())
      result += '.';
    result += part;
    if (part.size() >= 2 && part.front() == 'p' &&
        all_of(part.drop_front(), isDigit))
      result += "i8";
  }
  return result;
}

/// Builds a Typing; the class's friend.
class TypeAssigner {
public:
  TypeAssigner(Module &module, const Target &target)
      : module(module), target(target), context(module.getContext()) {}

  Expected<Typing> run() {
    assignGlobals();
    if (Error error = assignFunctions())
      return error;
    for (Function &function : module)
      if (Error error = insertViews(function))
        return error;
    return std::move(typing);
  }

private:
  Type *pointerTo(Type *pointee, unsigned addressSpace) {
    return TypedPointerType::get(typed(pointee), addressSpace);
  }
  void assignGlobals();
  Error assignFunctions();
  Error assignKernelTypes(DenseMap<const Function *, FunctionType *> &kernels);
  Type *kernelPointee(const MDNode *argument);
  Type *atomicStruct(const MDNode *argument);
  Expected<FunctionType *> declarationType(const Function &function);
  FunctionType *canonicalType(const Function &function);
  Error insertViews(Function &function);
  Expected<Type *> wantedType(const Instruction &user, unsigned operand);
  Value *viewOf(Value *value, Type *type, Function &function);

  Module &module;
  const Target &target;
  LLVMContext &context;
  Typing typing;
  /// Views of the function at hand, one per value and type.
  DenseMap<std::pair<Value *, Type *>, Value *> views;
  DenseMap<Type *, StructType *> atomicStructs;
};

/// A string operand, or nothing.
static StringRef stringOperand(const MDNode *node, unsigned index) {
  auto *text = dyn_cast_or_null<MDString>(node->getOperand(index).get());
  return text ? text->getString() : StringRef();
}

/// The operand that follows the key `key`, or null.
static const MDOperand *operandAfter(const MDNode *node, StringRef key) {
  for (unsigned i = 0; i + 1 < node->getNumOperands(); ++i)
    if (stringOperand(node, i) == key)
      return &node->getOperand(i + 1);
  return nullptr;
}

void TypeAssigner::assignGlobals() {
  for (GlobalVariable &global : module.globals()) {
    Type *content = global.getValueType();
    if (global.getName() == "llvm.global_ctors")
      // [N x {i32, void ()*, i8*}] (reference section 2.8)
      content = ArrayType::get(
          StructType::get(
              Type::getInt32Ty(context),
              pointerTo(FunctionType::get(Type::getVoidTy(context), false), 0),
              pointerTo(Type::getInt8Ty(context), 0)),
          cast<ArrayType>(content)->getNumElements());
    typing.contentTypes[&global] = typed(content);
  }
}

/// `%"struct.metal::_atomic"`, a struct of the one member its type node names.
Type *TypeAssigner::atomicStruct(const MDNode *argument) {
  const MDOperand *layout = operandAfter(argument, "air.struct_type_info");
  auto *node = layout ? dyn_cast_or_null<MDNode>(layout->get()) : nullptr;
  if (!node || node->getNumOperands() < 5)
    return nullptr;
  Type *member = metalPointeeType(context, stringOperand(node, 3));
  if (!member)
    return nullptr;
  StructType *&type = atomicStructs[member];
  if (!type) {
    type = StructType::create(context, {member});
    std::string name = "struct.metal::_atomic";
    if (atomicStructs.size() > 1)
      name += "." + utostr(atomicStructs.size() - 2);
    typing.structNames[type] = name;
  }
  return type;
}

/// What a kernel's buffer argument points to. Structs stay bytes: their fields
/// are reached by views, and which LLVM struct stands for the Metal name is not
/// recorded anywhere.
Type *TypeAssigner::kernelPointee(const MDNode *argument) {
  Type *byte = Type::getInt8Ty(context);
  const MDOperand *name = operandAfter(argument, "air.arg_type_name");
  auto *text = name ? dyn_cast_or_null<MDString>(name->get()) : nullptr;
  if (!text)
    return byte;
  Type *pointee = text->getString() == "metal::_atomic"
                      ? atomicStruct(argument)
                      : metalPointeeType(context, text->getString());
  if (!pointee)
    return byte;
  // Where bfloat does not exist a buffer of them holds their bits (reference
  // section 3.3).
  if (pointee->getScalarType()->isBFloatTy() &&
      target.dialect == BitcodeDialect::Old)
    return pointee->getWithNewType(Type::getInt16Ty(context));
  return pointee;
}

/// Reads `!air.kernel`: operand 0 is the function, operand 2 its argument nodes
/// in parameter order.
Error TypeAssigner::assignKernelTypes(
    DenseMap<const Function *, FunctionType *> &kernels) {
  NamedMDNode *nodes = module.getNamedMetadata("air.kernel");
  if (!nodes)
    return Error::success();
  for (const MDNode *kernel : nodes->operands()) {
    auto *function =
        kernel->getNumOperands() >= 3
            ? mdconst::dyn_extract_or_null<Function>(kernel->getOperand(0))
            : nullptr;
    auto *arguments =
        function ? dyn_cast_or_null<MDNode>(kernel->getOperand(2).get())
                 : nullptr;
    if (!arguments || arguments->getNumOperands() != function->arg_size())
      return createStringError(
          "air.kernel: a node does not list one argument per parameter" +
          (function ? " of '" + function->getName().str() + "'" : ""));
    SmallVector<Type *> parameters;
    for (const Argument &argument : function->args()) {
      Type *type = argument.getType();
      auto *node = dyn_cast_or_null<MDNode>(
          arguments->getOperand(argument.getArgNo()).get());
      if (type->isPointerTy() && node)
        type = pointerTo(kernelPointee(node), type->getPointerAddressSpace());
      parameters.push_back(typed(type));
    }
    kernels[function] =
        FunctionType::get(typed(function->getReturnType()), parameters, false);
  }
  return Error::success();
}

Expected<FunctionType *>
TypeAssigner::declarationType(const Function &function) {
  SmallVector<Type *> parameters;
  for (const Argument &argument : function.args()) {
    Type *type = argument.getType();
    if (type->isPointerTy()) {
      Type *pointee = intrinsicPointeeType(context, function.getName(),
                                           argument.getArgNo());
      if (!pointee)
        return createStringError("no pointer type is known for parameter " +
                                 utostr(argument.getArgNo()) + " of '" +
                                 function.getName().str() + "'");
      type = pointerTo(pointee, type->getPointerAddressSpace());
    }
    parameters.push_back(type);
  }
  return FunctionType::get(typed(function.getReturnType()), parameters, false);
}

FunctionType *TypeAssigner::canonicalType(const Function &function) {
  SmallVector<Type *> parameters;
  for (const Argument &argument : function.args())
    parameters.push_back(typed(argument.getType()));
  return FunctionType::get(typed(function.getReturnType()), parameters, false);
}

Error TypeAssigner::assignFunctions() {
  DenseMap<const Function *, FunctionType *> kernels;
  if (Error error = assignKernelTypes(kernels))
    return error;
  for (Function &function : module) {
    FunctionType *type = kernels.lookup(&function);
    if (!type && !function.isDeclaration())
      type = canonicalType(function);
    if (!type) {
      Expected<FunctionType *> declared = declarationType(function);
      if (!declared)
        return declared.takeError();
      type = *declared;
    }
    typing.functionTypes[&function] = type;
  }
  return Error::success();
}

/// The pointer type that operand `operand` of `user` has to have; null when any
/// will do.
Expected<Type *> TypeAssigner::wantedType(const Instruction &user,
                                          unsigned operand) {
  unsigned addressSpace =
      user.getOperand(operand)->getType()->getPointerAddressSpace();
  Type *canonical = pointerTo(Type::getInt8Ty(context), addressSpace);
  switch (user.getOpcode()) {
  case Instruction::Load:
    return pointerTo(user.getType(), addressSpace);
  case Instruction::Store:
    if (operand == StoreInst::getPointerOperandIndex())
      return pointerTo(user.getOperand(0)->getType(), addressSpace);
    return canonical;
  case Instruction::GetElementPtr:
    return pointerTo(cast<GetElementPtrInst>(user).getSourceElementType(),
                     addressSpace);
  case Instruction::PtrToInt:
    return nullptr;
  case Instruction::Call: {
    const auto &call = cast<CallInst>(user);
    const Function *callee = call.getCalledFunction();
    if (&user.getOperandUse(operand) == &call.getCalledOperandUse())
      return nullptr;
    return typing.functionTypeOf(callee)->getParamType(operand);
  }
  case Instruction::PHI:
  case Instruction::Select:
  case Instruction::ICmp:
  case Instruction::Ret:
  case Instruction::Freeze:
  case Instruction::AddrSpaceCast:
  case Instruction::InsertValue:
    return canonical;
  default:
    return createStringError(StringRef("'") + user.getOpcodeName() +
                             "' with a pointer operand in '" +
                             user.getFunction()->getName() + "'");
  }
}

/// Where a view of `value` goes: right behind its definition, so that it
/// dominates every use and one view serves them all.
static BasicBlock::iterator viewPosition(Value *value, Function &function) {
  BasicBlock::iterator position = function.getEntryBlock().begin();
  if (auto *definition = dyn_cast<Instruction>(value))
    position = isa<PHINode>(definition)
                   ? definition->getParent()->getFirstInsertionPt()
                   : std::next(definition->getIterator());
  while (isa<AllocaInst>(*position))
    ++position;
  return position;
}

Value *TypeAssigner::viewOf(Value *value, Type *type, Function &function) {
  Value *&view = views[{value, type}];
  if (!view) {
    // A bitcast of an opaque pointer to itself: LLVM 22 keeps it as an
    // instruction, and the writer finds its typed result in `viewTypes`.
    view = new BitCastInst(value, value->getType(), "",
                           viewPosition(value, function));
    typing.viewTypes[view] = type;
  }
  return view;
}

/// An argument that is a global of the constant address space; see
/// Typing::argumentType.
static bool isConstantArgument(const Use &use) {
  auto *global = dyn_cast<GlobalVariable>(use);
  return global && global->getAddressSpace() == 2 &&
         isa<CallInst>(use.getUser());
}

Error TypeAssigner::insertViews(Function &function) {
  views.clear();
  SmallVector<Instruction *> users(make_pointer_range(instructions(function)));
  for (Instruction *user : users)
    for (Use &use : user->operands()) {
      if (!use->getType()->isPointerTy() || isConstantArgument(use))
        continue;
      Expected<Type *> wanted = wantedType(*user, use.getOperandNo());
      if (!wanted)
        return wanted.takeError();
      if (*wanted && *wanted != typing.typeOf(use))
        use.set(viewOf(use, *wanted, function));
    }
  return Error::success();
}

Expected<Typing> Typing::create(Module &module, const Target &target) {
  return TypeAssigner(module, target).run();
}

Type *Typing::argumentType(const CallInst &call, unsigned index) const {
  if (isConstantArgument(call.getArgOperandUse(index)))
    return functionTypeOf(call.getCalledFunction())->getParamType(index);
  return typeOf(call.getArgOperand(index));
}

FunctionType *Typing::functionTypeOf(const Function *function) const {
  return functionTypes.lookup(function);
}

Type *Typing::contentTypeOf(const GlobalVariable *global) const {
  return contentTypes.lookup(global);
}

StringRef Typing::structName(const StructType *type) const {
  auto found = structNames.find(type);
  if (found != structNames.end())
    return found->second;
  return type->hasName() ? type->getName() : StringRef();
}

Type *Typing::typeOf(const Value *value) const {
  Type *type = value->getType();
  auto *pointer = dyn_cast<PointerType>(type);
  if (!pointer)
    return type;
  unsigned addressSpace = pointer->getAddressSpace();
  if (auto *argument = dyn_cast<Argument>(value))
    return functionTypeOf(argument->getParent())
        ->getParamType(argument->getArgNo());
  if (auto *function = dyn_cast<Function>(value))
    return TypedPointerType::get(functionTypeOf(function), addressSpace);
  if (auto *global = dyn_cast<GlobalVariable>(value))
    return TypedPointerType::get(contentTypeOf(global), addressSpace);
  if (auto *alloca = dyn_cast<AllocaInst>(value))
    return TypedPointerType::get(typed(alloca->getAllocatedType()),
                                 addressSpace);
  if (auto *gep = dyn_cast<GetElementPtrInst>(value))
    return TypedPointerType::get(typed(gep->getResultElementType()),
                                 addressSpace);
  if (auto *call = dyn_cast<CallInst>(value))
    return functionTypeOf(call->getCalledFunction())->getReturnType();
  if (Type *view = viewTypes.lookup(value))
    return view;
  return typed(type);
}

} // namespace enigma::air
