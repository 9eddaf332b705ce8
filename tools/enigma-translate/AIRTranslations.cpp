// Translations between LLVM IR with AIR's conventions, AIR files and metallibs.
#include "AIRTranslations.h"
#include "enigma/air/BitcodeWriter.h"
#include "enigma/metallib/Library.h"
#include "enigma/target/Targets.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace enigma;

static mlir::LogicalResult report(mlir::MLIRContext *context,
                                  const Twine &message) {
  return mlir::emitError(mlir::UnknownLoc::get(context)) << message.str();
}

/// The row whose triple the module names; the module says itself what it was
/// made for.
static const Target *targetOf(const Module &module) {
  for (const Target &target : targetTable)
    if (module.getTargetTriple().str() == target.triple)
      return &target;
  return nullptr;
}

/// Reads text or bitcode of any LLVM generation.
static std::unique_ptr<Module>
readModule(SourceMgr &sources, LLVMContext &context, std::string &message) {
  SMDiagnostic diagnostic;
  auto buffer = sources.getMemoryBuffer(sources.getMainFileID());
  std::unique_ptr<Module> module =
      parseIR(buffer->getMemBufferRef(), diagnostic, context);
  if (!module) {
    raw_string_ostream os(message);
    diagnostic.print("enigma-translate", os, /*ShowColors=*/false);
  }
  return module;
}

static mlir::LogicalResult llvmIRToAIR(SourceMgr &sources, raw_ostream &os,
                                       mlir::MLIRContext *context) {
  LLVMContext llvmContext;
  std::string message;
  std::unique_ptr<Module> module = readModule(sources, llvmContext, message);
  if (!module)
    return report(context, message);
  const Target *target = targetOf(*module);
  if (!target)
    return report(context, "no target has the triple '" +
                               module->getTargetTriple().str() + "'");
  auto bytes = air::emitAIR(*module, *target, air::ModuleForm::Object);
  if (!bytes)
    return report(context, toString(bytes.takeError()));
  os << toStringRef(*bytes);
  return mlir::success();
}

static mlir::LogicalResult airToLLVMIR(SourceMgr &sources, raw_ostream &os,
                                       mlir::MLIRContext *context) {
  LLVMContext llvmContext;
  std::string message;
  std::unique_ptr<Module> module = readModule(sources, llvmContext, message);
  if (!module)
    return report(context, message);
  module->print(os, nullptr);
  return mlir::success();
}

/// A copy of `module` with one of its kernels.
static std::unique_ptr<Module> extractKernel(const Module &module,
                                             StringRef name) {
  std::unique_ptr<Module> copy = CloneModule(module);
  NamedMDNode *kernels = copy->getNamedMetadata("air.kernel");
  SmallVector<MDNode *> kept;
  SmallVector<Function *> others;
  for (MDNode *node : kernels->operands()) {
    auto *function = mdconst::extract<Function>(node->getOperand(0));
    if (function->getName() == name)
      kept.push_back(node);
    else
      others.push_back(function);
  }
  kernels->clearOperands();
  for (MDNode *node : kept)
    kernels->addOperand(node);
  for (Function *function : others)
    function->eraseFromParent();
  for (Function &function : make_early_inc_range(*copy))
    if (function.isDeclaration() && function.use_empty())
      function.eraseFromParent();
  for (GlobalVariable &global : make_early_inc_range(copy->globals()))
    if (global.hasLocalLinkage() && global.use_empty())
      global.eraseFromParent();
  return copy;
}

static mlir::LogicalResult airToMetallib(SourceMgr &sources, raw_ostream &os,
                                         mlir::MLIRContext *context) {
  LLVMContext llvmContext;
  std::string message;
  std::unique_ptr<Module> module = readModule(sources, llvmContext, message);
  if (!module)
    return report(context, message);
  const Target *target = targetOf(*module);
  if (!target)
    return report(context, "no target has the triple '" +
                               module->getTargetTriple().str() + "'");
  NamedMDNode *kernels = module->getNamedMetadata("air.kernel");
  if (!kernels || kernels->getNumOperands() == 0)
    return report(context, "the module has no kernels");
  metallib::Library library;
  library.header = metallib::Header::forTarget(*target);
  for (MDNode *node : kernels->operands()) {
    auto *kernel = mdconst::dyn_extract_or_null<Function>(node->getOperand(0));
    if (!kernel)
      return report(context, "a node of !air.kernel names no function");
    std::unique_ptr<Module> single = extractKernel(*module, kernel->getName());
    auto bytes = air::emitAIR(*single, *target);
    if (!bytes)
      return report(context, toString(bytes.takeError()));
    metallib::Function function;
    function.name = kernel->getName().str();
    function.air = target->air;
    function.msl = target->msl;
    function.module = std::move(*bytes);
    library.functions.push_back(std::move(function));
  }
  auto bytes = metallib::writeLibrary(library);
  if (!bytes)
    return report(context, toString(bytes.takeError()));
  os << toStringRef(*bytes);
  return mlir::success();
}

/// mlir-translate opens its output in text mode, which is no difference on the
/// systems we run on.
void enigma::registerAIRTranslations() {
  using Function =
      mlir::LogicalResult (*)(SourceMgr &, raw_ostream &, mlir::MLIRContext *);
  auto add = [](StringRef flag, StringRef what, Function function) {
    mlir::TranslateRegistration registration(
        flag, what,
        [function](const std::shared_ptr<SourceMgr> &sources, raw_ostream &os,
                   mlir::MLIRContext *context) {
          return function(*sources, os, context);
        });
  };
  add("llvmir-to-air", "LLVM IR with AIR's conventions to an AIR file",
      llvmIRToAIR);
  add("air-to-llvmir", "an AIR file, also Apple's, to LLVM IR text",
      airToLLVMIR);
  add("air-to-metallib", "an AIR file to a metallib of all its kernels",
      airToMetallib);
}
