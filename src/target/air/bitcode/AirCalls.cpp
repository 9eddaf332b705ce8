// Names, attributes and calls of air.* intrinsics that the legaliser introduces
// (reference section 3).
#include "LegalizeSteps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DerivedTypes.h"

using namespace llvm;

namespace enigma::air {

std::string airTypeSuffix(Type *type) {
  if (auto *vector = dyn_cast<FixedVectorType>(type)) {
    std::string element = airTypeSuffix(vector->getElementType());
    return element.empty() ? ""
                           : "v" + utostr(vector->getNumElements()) + element;
  }
  switch (type->getTypeID()) {
  case Type::FloatTyID:
    return "f32";
  case Type::HalfTyID:
    return "f16";
  case Type::BFloatTyID:
    return "bf16";
  case Type::IntegerTyID:
    return "i" + utostr(type->getIntegerBitWidth());
  default:
    return "";
  }
}

std::string airMathName(StringRef name, Type *type, FastMathFlags flags) {
  bool fast = flags.approxFunc() && type->getScalarType()->isFloatTy();
  return ("air." + Twine(fast ? "fast_" : "") + name + "." +
          airTypeSuffix(type))
      .str();
}

CallInst *callAir(IRBuilderBase &builder, StringRef name, Type *result,
                  ArrayRef<Value *> arguments, AirEffects effects) {
  Module &module = *builder.GetInsertBlock()->getModule();
  LLVMContext &context = module.getContext();
  SmallVector<Type *> parameters;
  for (Value *argument : arguments)
    parameters.push_back(argument->getType());
  AttrBuilder call(context);
  call.addAttribute(Attribute::NoUnwind).addAttribute(Attribute::WillReturn);
  if (effects == AirEffects::Pure)
    call.addMemoryAttr(MemoryEffects::none());
  AttrBuilder declaration(context, AttributeSet::get(context, call));
  declaration.addAttribute(Attribute::MustProgress);
  if (effects == AirEffects::Pure)
    declaration.addAttribute(Attribute::NoFree).addAttribute(Attribute::NoSync);

  Function *function = module.getFunction(name);
  if (!function) {
    function = Function::Create(FunctionType::get(result, parameters, false),
                                GlobalValue::ExternalLinkage, name, module);
    function->setUnnamedAddr(GlobalValue::UnnamedAddr::Local);
    function->addFnAttrs(declaration);
    for (Argument &parameter : function->args())
      if (parameter.getType()->isPointerTy())
        parameter.addAttr(
            Attribute::getWithCaptureInfo(context, CaptureInfo::none()));
  }
  CallInst *instruction = builder.CreateCall(function, arguments);
  instruction->setTailCall();
  instruction->setAttributes(
      AttributeList::get(context, AttributeList::FunctionIndex, call));
  return instruction;
}

} // namespace enigma::air
