// Prepares a module: one kernel, constants set, calls inlined.
#include "KernelModule.h"
#include "Intrinsics.h"
#include "Metadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/GlobalOpt.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"
#include <cmath>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

/// Runs one module pass with the analyses that LLVM's passes expect.
template <typename PassT> static void runPass(Module &module, PassT pass) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager passes;
  passes.addPass(std::move(pass));
  passes.run(module, modules);
}

void simulator::isolateKernel(Function &kernel) {
  Module &module = *kernel.getParent();
  for (GlobalValue &value : module.global_values()) {
    bool isSpecial = value.getName().starts_with("llvm.");
    if (!value.isDeclaration() && !isSpecial)
      value.setLinkage(&value == &kernel ? GlobalValue::ExternalLinkage
                                         : GlobalValue::InternalLinkage);
  }
  kernel.setLinkage(GlobalValue::ExternalLinkage);
  // llvm.compiler.used only keeps variables for Apple's loader; the metadata
  // holds other kernels as values, not as users.
  for (const char *name : {"llvm.compiler.used", "llvm.used"})
    if (GlobalVariable *used = module.getNamedGlobal(name))
      used->eraseFromParent();
  runPass(module, GlobalDCEPass());
}

//===-------------------------------------------------------------------------------------------===//
// Function constants
//===-------------------------------------------------------------------------------------------===//

static bool names(const ConstantValue &value,
                  const FunctionConstant &constant) {
  if (const auto *index = std::get_if<uint32_t>(&value.key))
    return *index == constant.index;
  return std::get<std::string>(value.key) == constant.name;
}

static std::string keyText(const ConstantValue &value) {
  if (const auto *index = std::get_if<uint32_t>(&value.key))
    return std::to_string(*index);
  return "'" + std::get<std::string>(value.key) + "'";
}

static Error misfit(const FunctionConstant &constant, const Twine &value) {
  return failure("function constant '" + constant.name + "': " + value +
                 " is not a value of " + dtypeRow(constant.dtype).name.data());
}

static Expected<Constant *> floatConstant(Type *type,
                                          const FunctionConstant &constant,
                                          const ConstantValue &value) {
  double number =
      std::visit([](auto v) { return static_cast<double>(v); }, value.value);
  Constant *made = ConstantFP::get(type, number);
  // A number beyond the largest one rounds to infinity, which nobody has asked
  // for.
  if (std::isfinite(number) && !cast<ConstantFP>(made)->getValue().isFinite())
    return misfit(constant, formatv("{0:g}", number).str());
  return made;
}

static Expected<Constant *> integerConstant(Type *type,
                                            const FunctionConstant &constant,
                                            const ConstantValue &value) {
  const DTypeRow &row = dtypeRow(constant.dtype);
  if (std::holds_alternative<double>(value.value))
    return misfit(constant, std::to_string(std::get<double>(value.value)));
  bool negative = std::holds_alternative<int64_t>(value.value) &&
                  std::get<int64_t>(value.value) < 0;
  uint64_t bits =
      std::visit([](auto v) { return static_cast<uint64_t>(v); }, value.value);
  APInt wide(65, bits);
  if (negative)
    wide.setBit(64);
  bool isSigned = row.kind == DTypeKind::SignedInt;
  unsigned width = row.kind == DTypeKind::Bool ? 1 : row.bytes * 8;
  bool fits = isSigned ? wide.getSignificantBits() <= width
                       : !negative && wide.getActiveBits() <= width;
  if (!fits)
    return misfit(constant,
                  negative ? Twine(static_cast<int64_t>(bits)) : Twine(bits));
  return ConstantInt::get(type, wide.trunc(type->getIntegerBitWidth()));
}

static Expected<Constant *> makeConstant(Type *type,
                                         const FunctionConstant &constant,
                                         const ConstantValue &value) {
  bool isBool = dtypeRow(constant.dtype).kind == DTypeKind::Bool;
  if (const bool *given = std::get_if<bool>(&value.value); given && !isBool)
    return misfit(constant, *given ? "true" : "false");
  if (type->isFloatingPointTy())
    return floatConstant(type, constant, value);
  if (type->isIntegerTy())
    return integerConstant(type, constant, value);
  return failure("function constant '" + constant.name +
                 "' has a type the device cannot set");
}

/// Replaces `air.is_function_constant_defined` by what the caller of `load`
/// decided.
static void answerIsDefined(Module &module,
                            const SmallPtrSetImpl<GlobalVariable *> &defined) {
  Function *query = module.getFunction("air.is_function_constant_defined");
  if (!query)
    return;
  for (User *user : make_early_inc_range(query->users())) {
    auto *call = cast<CallInst>(user);
    auto *variable =
        dyn_cast<GlobalVariable>(call->getArgOperand(0)->stripPointerCasts());
    call->replaceAllUsesWith(
        ConstantInt::get(call->getType(), defined.contains(variable)));
    call->eraseFromParent();
  }
}

static void lowerPredicateNormalization(Module &module) {
  for (Function &function : module) {
    if (!function.getName().starts_with(
            "air.normalize_function_constant_predicate"))
      continue;
    for (User *user : make_early_inc_range(function.users())) {
      auto *call = cast<CallInst>(user);
      call->replaceAllUsesWith(call->getArgOperand(0));
      call->eraseFromParent();
    }
  }
}

/// LLVM's global optimiser evaluates the initialisers, and the variables become
/// constants.
static Error runStaticInitializers(Module &module) {
  if (!module.getNamedGlobal("llvm.global_ctors"))
    return Error::success();
  runPass(module, GlobalOptPass());
  GlobalVariable *remaining = module.getNamedGlobal("llvm.global_ctors");
  auto *list = remaining ? dyn_cast<ConstantArray>(remaining->getInitializer())
                         : nullptr;
  if (list && list->getNumOperands())
    return failure("a static initialiser of the module cannot be evaluated");
  return Error::success();
}

Error simulator::setFunctionConstants(Module &module,
                                      const Reflection &reflection,
                                      ArrayRef<ConstantValue> values) {
  for (const ConstantValue &value : values)
    if (none_of(reflection.constants,
                [&](const auto &c) { return names(value, c); }))
      return failure("there is no function constant " + keyText(value));
  SmallVector<GlobalVariable *> initializers = constantInitializers(module);
  SmallPtrSet<GlobalVariable *, 8> defined;
  for (auto [constant, variable] : zip(reflection.constants, initializers)) {
    auto value = find_if(
        values, [&](const ConstantValue &v) { return names(v, constant); });
    if (value == values.end() && constant.required)
      return failure("function constant '" + constant.name + "' (index " +
                     Twine(constant.index) + ", " +
                     dtypeRow(constant.dtype).name.data() +
                     ") is required and not set");
    if (!variable)
      continue; // nothing in this kernel reads it
    Constant *initializer = Constant::getNullValue(variable->getValueType());
    if (value != values.end()) {
      Expected<Constant *> made =
          makeConstant(variable->getValueType(), constant, *value);
      if (!made)
        return made.takeError();
      initializer = *made;
      defined.insert(variable);
    }
    variable->setInitializer(initializer);
    variable->setExternallyInitialized(false);
    variable->setConstant(true);
  }
  answerIsDefined(module, defined);
  lowerPredicateNormalization(module);
  return runStaticInitializers(module);
}

//===-------------------------------------------------------------------------------------------===//
// Calls
//===-------------------------------------------------------------------------------------------===//

static CallInst *nextCallToInline(Function &kernel) {
  for (Instruction &instruction : instructions(kernel))
    if (auto *call = dyn_cast<CallInst>(&instruction))
      if (Function *callee = call->getCalledFunction();
          callee && !callee->isDeclaration())
        return call;
  return nullptr;
}

Error simulator::flattenCalls(Function &kernel) {
  // Metal has no recursion; the limit turns a malformed module into an error.
  constexpr unsigned limit = 100000;
  unsigned inlined = 0;
  while (CallInst *call = nextCallToInline(kernel)) {
    Function *callee = call->getCalledFunction();
    InlineFunctionInfo inlining;
    InlineResult result = InlineFunction(*call, inlining);
    if (!result.isSuccess())
      return failure("cannot inline '" + callee->getName() +
                     "': " + result.getFailureReason());
    if (callee == &kernel || ++inlined > limit)
      return failure("kernel '" + kernel.getName() + "' is recursive");
  }
  for (Instruction &instruction : instructions(kernel))
    if (auto *call = dyn_cast<CallBase>(&instruction);
        call && !call->getCalledFunction())
      return failure("kernel '" + kernel.getName() +
                     "' calls through a pointer");
  return Error::success();
}
