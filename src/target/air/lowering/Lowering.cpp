// The AIR lowering as a whole: enigma dialect, LLVM dialect, LLVM IR,
// conventions, optimisation.
#include "enigma/air/Lowering.h"
#include "Conventions.h"
#include "Debugging.h"
#include "FunctionConstants.h"
#include "LineTables.h"
#include "Optimize.h"
#include "Patterns.h"
#include "Refusals.h"
#include "enigma/air/Legalize.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Target/LLVMIR/LLVMTranslationInterface.h"
#include "mlir/Transforms/DialectConversion.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"

using namespace mlir;

namespace enigma::air {

void loadAIRLowering(MLIRContext &context) {
  auto *llvmDialect = context.getLoadedDialect<LLVM::LLVMDialect>();
  if (llvmDialect &&
      llvmDialect->getRegisteredInterface<LLVMTranslationDialectInterface>() &&
      context.getLoadedDialect<cf::ControlFlowDialect>())
    return;
  DialectRegistry registry;
  registry.insert<LLVM::LLVMDialect, cf::ControlFlowDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  context.appendDialectRegistry(registry);
  context.loadDialect<LLVM::LLVMDialect, cf::ControlFlowDialect>();
}

/// Fast math lets LLVM reassociate, contract and approximate, but not assume
/// that there are no infinities or NaNs: a running maximum starts at -inf, and
/// `-inf - x` would fold to poison, a kernel that is silently wrong.
arith::FastMathFlags fastMathFlags(bool fast) {
  using Flags = arith::FastMathFlags;
  return fast ? Flags::reassoc | Flags::nsz | Flags::arcp | Flags::contract |
                    Flags::afn
              : Flags::none;
}

/// Puts the kernel's math mode on the float operations.
static void setFastMath(KernelOp kernel, bool fast) {
  MLIRContext *context = kernel.getContext();
  auto all = arith::FastMathFlagsAttr::get(context, fastMathFlags(true));
  auto none = arith::FastMathFlagsAttr::get(context, fastMathFlags(false));
  kernel.walk([&](arith::ArithFastMathInterface op) {
    // Other operations, such as extf, have no flags in LLVM 14.
    bool canBeFast = isa<arith::AddFOp, arith::SubFOp, arith::MulFOp,
                         arith::DivFOp, arith::NegFOp, arith::CmpFOp>(*op);
    op->setAttr(op.getFastMathAttrName(), fast && canBeFast ? all : none);
  });
}

static KernelFacts readFacts(KernelOp kernel) {
  KernelFacts facts;
  facts.signature = readSignature(kernel);
  facts.constants = readFunctionConstants(kernel);
  facts.effects = countEffects(kernel);
  facts.debugSites = readDebugSites(kernel);
  facts.maxThreads = kernel.getMaxThreads();
  facts.fastMath = kernel.getMath() == MathMode::fast;
  facts.hasLoops =
      kernel.walk([](LoopLikeOpInterface) { return WalkResult::interrupt(); })
          .wasInterrupted();
  return facts;
}

static std::optional<unsigned> laneArgument(const KernelSignature &signature) {
  for (auto [i, query] : llvm::enumerate(signature.queries))
    if (query.name == ThreadIndexInSimdgroupOp::getQueryName())
      return signature.buffers.size() + i;
  return std::nullopt;
}

/// The kernel in `module`, down to the LLVM dialect.
static LogicalResult convertToLLVMDialect(ModuleOp module, KernelOp kernel,
                                          const KernelFacts &facts,
                                          const Target &target,
                                          LineTable *lines) {
  MLIRContext *context = module.getContext();
  if (lines)
    lines->nameValues(kernel);
  expandGeometry(kernel);
  setFastMath(kernel, facts.fastMath);
  replaceQueriesByArguments(kernel, facts.signature);
  replaceFunctionConstants(kernel, facts.constants);
  replaceDebugging(kernel);
  if (failed(lowerControlFlow(kernel)))
    return failure();

  LowerToLLVMOptions options(context);
  options.overrideIndexBitwidth(64);
  LLVMTypeConverter converter(context, options);
  PatternContext patternContext{target, facts.fastMath,
                                laneArgument(facts.signature)};
  RewritePatternSet patterns(context);
  ConversionTarget conversion(*context);
  conversion.addLegalDialect<LLVM::LLVMDialect>();
  conversion.addLegalOp<ModuleOp>();
  populateMemory(converter, patterns, patternContext);
  populateAtomics(converter, patterns, patternContext);
  populateFunctions(converter, patterns, patternContext);
  populateVectors(converter, patterns);
  populateSimdgroupMatrix(converter, patterns, patternContext);
  populateArithmetic(converter, patterns, conversion, patternContext);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  // Folding leaves poison, as where a constant shift is too wide.
  mlir::ub::populateUBToLLVMConversionPatterns(converter, patterns);
  if (failed(applyPartialConversion(module, conversion, std::move(patterns))))
    return failure();
  if (failed(refuseUnconverted(module)))
    return failure();
  if (lines)
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      if (!function.isExternal())
        lines->attach(function, facts.signature);
  return success();
}

/// What the kernel does must be what the module does.
static LogicalResult checkEffects(KernelOp kernel, const KernelFacts &facts,
                                  const llvm::Module &module) {
  SideEffectCounts counts = countEffects(module);
  if (counts == facts.effects)
    return success();
  std::string expected, found;
  llvm::raw_string_ostream(expected) << facts.effects;
  llvm::raw_string_ostream(found) << counts;
  return kernel.emitError() << "internal error: the kernel has " << expected
                            << ", its AIR has " << found;
}

FailureOr<std::unique_ptr<llvm::Module>>
lowerKernelToAIR(KernelOp kernel, const Target &target,
                 const LoweringOptions &options, llvm::LLVMContext &context) {
  loadAIRLowering(*kernel.getContext());
  if (failed(checkKernel(kernel, target)))
    return failure();
  KernelFacts facts = readFacts(kernel);
  facts.debugInfo = options.debugInfo;

  OwningOpRef<ModuleOp> copy = ModuleOp::create(kernel.getLoc());
  OpBuilder builder = OpBuilder::atBlockBegin(copy->getBody());
  auto clone = cast<KernelOp>(builder.clone(*kernel));
  (*copy)->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                   builder.getStringAttr(airDataLayout));
  (*copy)->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                   builder.getStringAttr(StringRef(target.triple)));
  std::optional<LineTable> lines;
  if (options.debugInfo)
    lines.emplace(kernel, target, options.optLevel != 0);
  if (failed(convertToLLVMDialect(*copy, clone, facts, target,
                                  lines ? &*lines : nullptr)))
    return failure();

  // Apple's modules name functions and variables, never values.
  context.setDiscardValueNames(true);
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(
      *copy, context, kernel.getSymName(), /*disableVerification=*/true);
  if (!module)
    return failure();
  module->setSourceFileName(kernel.getSymName());
  if (options.checkEffects && failed(checkEffects(kernel, facts, *module)))
    return failure();
  llvm::Function &function = *module->getFunction(kernel.getSymName());
  addAttributes(function, facts);
  if (options.debugInfo)
    finishLineTable(function);
  addMetadata(function, facts, target);
  addDebugMetadata(function, facts.debugSites);
  optimize(*module, options.optLevel);
  auto parent = kernel->getParentOfType<ModuleOp>();
  // After the optimiser, so that the initialiser has Apple's form.
  addFunctionConstants(*module, facts.constants,
                       parent && parent.getSymName() ? *parent.getSymName()
                                                     : kernel.getSymName(),
                       function);

  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(*module, &stream))
    return kernel.emitError() << "internal error: invalid LLVM IR: " << problem;
  return module;
}

} // namespace enigma::air
