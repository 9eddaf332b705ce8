// Attributes of kernels, parameters, intrinsics and calls (reference
// sections 2.5, 2.6 and 3).
#include "Conventions.h"
#include "Intrinsics.h"
#include "TypeNames.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace enigma::air {

static AttrBuilder parameterAttributes(LLVMContext &context,
                                       const BufferParameter &buffer) {
  AttrBuilder attributes(context);
  attributes.addCapturesAttr(CaptureInfo::none());
  attributes.addAttribute(Attribute::NoUndef);
  if (buffer.access == Access::read)
    attributes.addAttribute(Attribute::ReadOnly);
  else if (buffer.access == Access::write)
    attributes.addAttribute(Attribute::WriteOnly);
  if (buffer.isScalar) {
    ElementLayout layout = layoutOf(buffer.element);
    attributes.addAlignmentAttr(layout.alignment);
    attributes.addDereferenceableAttr(layout.size);
  }
  // No "air-buffer-no-alias": a caller may bind one buffer twice.
  return attributes;
}

/// The widest vector that crosses a call, in bits, as clang writes it.
static unsigned minLegalVectorWidth(const Module &module) {
  unsigned width = 0;
  auto see = [&](Type *type) {
    if (auto *vector = dyn_cast<FixedVectorType>(type))
      width = std::max<unsigned>(width, vector->getPrimitiveSizeInBits());
  };
  for (const Function &function : module) {
    see(function.getReturnType());
    for (Type *parameter : function.getFunctionType()->params())
      see(parameter);
  }
  return width;
}

static AttrBuilder kernelAttributes(const Module &module,
                                    const KernelFacts &facts) {
  AttrBuilder attributes(module.getContext());
  bool isConvergent = facts.effects.barriers || facts.effects.lanes;
  attributes.addAttribute(Attribute::MustProgress);
  attributes.addAttribute(Attribute::NoUnwind);
  // A loop may go on until another thread ends it; Apple leaves the claim out
  // as well.
  if (!facts.hasLoops)
    attributes.addAttribute(Attribute::WillReturn);
  if (isConvergent)
    attributes.addAttribute(Attribute::Convergent);
  if (!isConvergent && !facts.effects.atomics && !facts.effects.debugging) {
    attributes.addAttribute(Attribute::NoFree);
    attributes.addAttribute(Attribute::NoRecurse);
    attributes.addAttribute(Attribute::NoSync);
  }

  StringRef fast = facts.fastMath ? "true" : "false";
  attributes.addAttribute("approx-func-fp-math", fast);
  attributes.addAttribute("frame-pointer", "all");
  if (facts.maxThreads)
    attributes.addAttribute("max-work-group-size", utostr(*facts.maxThreads));
  attributes.addAttribute("min-legal-vector-width",
                          utostr(minLegalVectorWidth(module)));
  attributes.addAttribute("no-builtins");
  attributes.addAttribute("no-infs-fp-math", fast);
  attributes.addAttribute("no-nans-fp-math", fast);
  attributes.addAttribute("no-signed-zeros-fp-math", fast);
  attributes.addAttribute("no-trapping-math", "true");
  attributes.addAttribute("stack-protector-buffer-size", "8");
  attributes.addAttribute("unsafe-fp-math", fast);
  return attributes;
}

/// What a declaration and its calls share; a declaration says more.
static AttrBuilder intrinsicAttributes(LLVMContext &context,
                                       IntrinsicClass kind,
                                       bool isDeclaration) {
  AttrBuilder attributes(context);
  attributes.addAttribute(Attribute::NoUnwind);
  // A thread may end where a condition is checked: what follows must stay
  // behind it.
  if (kind == IntrinsicClass::Debug)
    return attributes;
  attributes.addAttribute(Attribute::WillReturn);
  if (isDeclaration)
    attributes.addAttribute(Attribute::MustProgress);
  switch (kind) {
  case IntrinsicClass::Pure:
    attributes.addMemoryAttr(MemoryEffects::none());
    if (isDeclaration) {
      attributes.addAttribute(Attribute::NoFree);
      attributes.addAttribute(Attribute::NoSync);
    }
    break;
  case IntrinsicClass::Barrier:
  case IntrinsicClass::Lanes:
    attributes.addAttribute(Attribute::Convergent);
    break;
  case IntrinsicClass::Atomic:
  case IntrinsicClass::Debug:
    break;
  }
  return attributes;
}

static void addIntrinsicAttributes(Function &function) {
  LLVMContext &context = function.getContext();
  IntrinsicClass kind = classifyIntrinsic(function);
  function.setUnnamedAddr(GlobalValue::UnnamedAddr::Local);
  function.setAttributes(AttributeList::get(
      context, AttributeList::FunctionIndex,
      intrinsicAttributes(context, kind, /*isDeclaration=*/true)));
  AttrBuilder notCaptured(context);
  notCaptured.addCapturesAttr(CaptureInfo::none());
  for (Argument &argument : function.args())
    if (argument.getType()->isPointerTy())
      argument.addAttrs(notCaptured);

  AttributeList onCall = AttributeList::get(
      context, AttributeList::FunctionIndex,
      intrinsicAttributes(context, kind, /*isDeclaration=*/false));
  for (User *user : function.users()) {
    auto *call = cast<CallInst>(user);
    call->setAttributes(onCall);
    for (unsigned i = 0; i < call->arg_size(); ++i)
      if (call->getArgOperand(i)->getType()->isPointerTy())
        call->addParamAttrs(i, notCaptured);
    // A tail call does not touch the caller's variables.
    call->setTailCall(llvm::none_of(call->args(), [](const Use &argument) {
      Type *type = argument->getType();
      return type->isPointerTy() && type->getPointerAddressSpace() == 0;
    }));
  }
}

void addAttributes(Function &kernel, const KernelFacts &facts) {
  Module &module = *kernel.getParent();
  for (Function &function : module)
    if (function.isDeclaration())
      addIntrinsicAttributes(function);
  kernel.setUnnamedAddr(GlobalValue::UnnamedAddr::Local);
  kernel.addFnAttrs(kernelAttributes(module, facts));
  LLVMContext &context = module.getContext();
  unsigned index = 0;
  for (const BufferParameter &buffer : facts.signature.buffers)
    kernel.addParamAttrs(index++, parameterAttributes(context, buffer));
  while (index < kernel.arg_size())
    kernel.addParamAttr(index++, Attribute::NoUndef);
}

} // namespace enigma::air
