// Function constants as Apple's modules have them (reference section 2.8).
#include "enigma/air/FunctionConstants.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace enigma::air {

static constexpr unsigned constantSpace = 2;

/// The letter of the Itanium ABI, by which Apple tells initialisers of one
/// index apart.
static StringRef mangled(DType dtype) {
  switch (dtype) {
  case DType::f32:
    return "f";
  case DType::f16:
    return "Dh";
  case DType::bf16:
    return "DF16b";
  case DType::i8:
    return "c";
  case DType::u8:
    return "h";
  case DType::i16:
    return "s";
  case DType::u16:
    return "t";
  case DType::i32:
    return "i";
  case DType::u32:
    return "j";
  case DType::i64:
    return "l";
  case DType::u64:
    return "m";
  case DType::b1:
    return "b";
  }
  llvm_unreachable("every dtype has a letter");
}

static std::string lengthAndName(const FunctionConstant &constant) {
  return std::to_string(constant.name.size()) + constant.name;
}

std::string functionConstantVariable(const FunctionConstant &constant) {
  return "_ZL" + lengthAndName(constant);
}

static std::string initializerName(const FunctionConstant &constant) {
  return ("_Z" + lengthAndName(constant) + ".MTL_FC_INIT_" +
          Twine(constant.index) + "_" + mangled(constant.dtype))
      .str();
}

static Type *memoryType(LLVMContext &context, DType dtype) {
  switch (dtype) {
  case DType::f32:
    return Type::getFloatTy(context);
  case DType::f16:
    return Type::getHalfTy(context);
  case DType::bf16:
    return Type::getBFloatTy(context);
  default:
    return Type::getIntNTy(context, dtypeRow(dtype).bytes * 8);
  }
}

static Constant *valueOf(Type *type, uint64_t bits) {
  APInt number(type->getScalarSizeInBits(), bits, /*isSigned=*/false,
               /*implicitTrunc=*/true);
  if (type->isFloatingPointTy())
    return ConstantFP::get(type->getContext(),
                           APFloat(type->getFltSemantics(), number));
  return ConstantInt::get(type, number);
}

static GlobalVariable *makeGlobal(Module &module, Type *type, bool isConstant,
                                  const Twine &name, DType dtype) {
  auto *global =
      new GlobalVariable(module, type, isConstant, GlobalValue::InternalLinkage,
                         UndefValue::get(type), name, nullptr,
                         GlobalValue::NotThreadLocal, constantSpace);
  global->setAlignment(Align(dtypeRow(dtype).bytes));
  return global;
}

/// `i1 @air.is_function_constant_defined(i8 addrspace(2)* nocapture)`.
static Function *isDefinedQuery(Module &module) {
  const char *name = "air.is_function_constant_defined";
  if (Function *known = module.getFunction(name))
    return known;
  LLVMContext &context = module.getContext();
  auto *type =
      FunctionType::get(Type::getInt1Ty(context),
                        {PointerType::get(context, constantSpace)}, false);
  Function *query =
      Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  query->setUnnamedAddr(GlobalValue::UnnamedAddr::Local);
  for (Attribute::AttrKind kind :
       {Attribute::MustProgress, Attribute::NoFree, Attribute::NoSync,
        Attribute::NoUnwind, Attribute::WillReturn})
    query->addFnAttr(kind);
  query->setMemoryEffects(MemoryEffects::none());
  query->addParamAttr(
      0, Attribute::getWithCaptureInfo(context, CaptureInfo::none()));
  return query;
}

static Value *isDefined(IRBuilder<> &b, GlobalVariable &initializer) {
  Function *query = isDefinedQuery(*initializer.getParent());
  CallInst *call = b.CreateCall(query, {&initializer});
  call->setTailCall();
  call->addFnAttr(Attribute::NoUnwind);
  call->addFnAttr(Attribute::WillReturn);
  call->setMemoryEffects(MemoryEffects::none());
  call->addParamAttr(
      0, Attribute::getWithCaptureInfo(b.getContext(), CaptureInfo::none()));
  return call;
}

/// The function that runs when the module is loaded.
static Function *makeConstructor(Module &module, StringRef stem,
                                 const Function &kernel, bool asksDefined) {
  LLVMContext &context = module.getContext();
  auto *constructor =
      Function::Create(FunctionType::get(Type::getVoidTy(context), false),
                       GlobalValue::InternalLinkage,
                       "_GLOBAL__sub_I_" + stem + ".metal", module);
  constructor->setSection("air.static_init");
  for (Attribute::AttrKind kind :
       {Attribute::MustProgress, Attribute::NoFree, Attribute::NoSync,
        Attribute::NoUnwind, Attribute::WillReturn})
    constructor->addFnAttr(kind);
  // Apple leaves both out where a call is made.
  if (!asksDefined) {
    constructor->addFnAttr(Attribute::NoRecurse);
    constructor->setMemoryEffects(MemoryEffects::writeOnly());
  }
  for (Attribute attribute : kernel.getAttributes().getFnAttrs())
    if (attribute.isStringAttribute() &&
        attribute.getKindAsString() != "max-work-group-size")
      constructor->addFnAttr(attribute);
  BasicBlock::Create(context, "", constructor);

  Type *i32 = Type::getInt32Ty(context);
  PointerType *pointer = PointerType::get(context, 0);
  auto *entry = ConstantStruct::get(
      StructType::get(i32, pointer, pointer),
      {ConstantInt::get(i32, 65535), constructor,
       static_cast<Constant *>(ConstantPointerNull::get(pointer))});
  auto *list = ConstantArray::get(ArrayType::get(entry->getType(), 1), entry);
  new GlobalVariable(module, list->getType(), /*isConstant=*/false,
                     GlobalValue::AppendingLinkage, list, "llvm.global_ctors");
  return constructor;
}

static MDNode *describe(LLVMContext &context, const FunctionConstant &constant,
                        GlobalVariable *initializer) {
  auto number = [&](Type *type, uint64_t value) {
    return ConstantAsMetadata::get(ConstantInt::get(type, value));
  };
  return MDNode::get(context,
                     {ConstantAsMetadata::get(initializer),
                      MDString::get(context, dtypeRow(constant.dtype).metal),
                      MDString::get(context, constant.name),
                      number(Type::getInt32Ty(context), constant.index),
                      number(Type::getInt1Ty(context), !constant.defaultBits)});
}

void addFunctionConstants(Module &module, ArrayRef<FunctionConstant> constants,
                          StringRef stem, const Function &kernel) {
  if (constants.empty())
    return;
  LLVMContext &context = module.getContext();
  bool asksDefined = any_of(
      constants, [](const auto &each) { return bool(each.defaultBits); });
  Function *constructor = makeConstructor(module, stem, kernel, asksDefined);
  IRBuilder<> b(&constructor->getEntryBlock());
  NamedMDNode *list = module.getOrInsertNamedMetadata("air.function_constants");
  for (const FunctionConstant &constant : constants) {
    Type *type = memoryType(context, constant.dtype);
    Align alignment(dtypeRow(constant.dtype).bytes);
    std::string name = functionConstantVariable(constant);
    // LLVM has removed it where the kernel's result does not depend on it.
    GlobalVariable *variable =
        module.getGlobalVariable(name, /*AllowInternal=*/true);
    if (!variable)
      variable = makeGlobal(module, type, false, name, constant.dtype);
    variable->setLinkage(GlobalValue::InternalLinkage);
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);

    GlobalVariable *initializer = makeGlobal(
        module, type, true, initializerName(constant), constant.dtype);
    initializer->setExternallyInitialized(true);
    initializer->setSection("air.fc_initializer");
    // Whether a value is given is asked of its address.
    if (!constant.defaultBits)
      initializer->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);

    Value *value = b.CreateAlignedLoad(type, initializer, alignment);
    if (constant.defaultBits)
      value = b.CreateSelect(isDefined(b, *initializer), value,
                             valueOf(type, *constant.defaultBits));
    b.CreateAlignedStore(value, variable, alignment);
    list->addOperand(describe(context, constant, initializer));
  }
  b.CreateRetVoid();
}

void openFunctionConstants(Module &module,
                           ArrayRef<FunctionConstant> constants) {
  if (NamedMDNode *list = module.getNamedMetadata("air.function_constants"))
    module.eraseNamedMetadata(list);
  if (GlobalVariable *list = module.getNamedGlobal("llvm.global_ctors")) {
    auto *entries = cast<ConstantArray>(list->getInitializer());
    auto *constructor = cast<Function>(entries->getOperand(0)->getOperand(1));
    list->eraseFromParent();
    constructor->eraseFromParent();
  }
  if (Function *query = module.getFunction("air.is_function_constant_defined");
      query && query->use_empty())
    query->eraseFromParent();
  for (const FunctionConstant &constant : constants) {
    if (auto *initializer =
            module.getGlobalVariable(initializerName(constant), true))
      initializer->eraseFromParent();
    if (auto *variable =
            module.getGlobalVariable(functionConstantVariable(constant), true))
      variable->setLinkage(GlobalValue::WeakODRLinkage);
  }
}

} // namespace enigma::air
