// Optimises a module for this machine and makes its functions callable (LLVM's
// ORC).
#include "HostCompiler.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

static Expected<orc::JITTargetMachineBuilder> hostBuilder() {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  auto builder = orc::JITTargetMachineBuilder::detectHost();
  if (builder)
    builder->setCodeGenOptLevel(CodeGenOptLevel::Default);
  return builder;
}

Error simulator::retargetToHost(Module &module) {
  auto builder = hostBuilder();
  if (!builder)
    return builder.takeError();
  auto layout = builder->getDefaultDataLayoutForTarget();
  if (!layout)
    return layout.takeError();
  module.setTargetTriple(builder->getTargetTriple());
  module.setDataLayout(*layout);
  return Error::success();
}

/// The -O2 pipeline, which also splits the coroutines.
static void optimize(Module &module, TargetMachine &machine) {
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  tuning.LoopInterleaving = true;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder passes(&machine, tuning);
  passes.registerModuleAnalyses(modules);
  passes.registerCGSCCAnalyses(components);
  passes.registerFunctionAnalyses(functions);
  passes.registerLoopAnalyses(loops);
  passes.crossRegisterProxies(loops, functions, components, modules);
  passes.buildPerModuleDefaultPipeline(OptimizationLevel::O2)
      .run(module, modules);
}

/// ENIGMA_SIMULATOR_DUMP=1 shows the module before and after optimisation, for
/// work on the device.
static void dump(const Module &module, const char *stage) {
  static const bool wanted = std::getenv("ENIGMA_SIMULATOR_DUMP");
  if (wanted)
    errs() << "; --- " << stage << " ---\n" << module;
}

Expected<HostCode> HostCode::compile(std::unique_ptr<LLVMContext> givenContext,
                                     std::unique_ptr<Module> givenModule) {
  std::unique_ptr<LLVMContext> context = std::move(givenContext);
  std::unique_ptr<Module> module = std::move(givenModule);
  auto builder = hostBuilder();
  if (!builder)
    return builder.takeError();
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  // The vectoriser warns when a loop that asks for it cannot be vectorised;
  // here it just asks.
  context->setDiagnosticHandlerCallBack([](const DiagnosticInfo *, void *) {});
  dump(*module, "host module");
  std::string problems;
  raw_string_ostream stream(problems);
  if (verifyModule(*module, &stream))
    return createStringError(
        "internal error: the CPU device made an invalid module: " + problems);
  optimize(*module, **machine);
  dump(*module, "optimised");
  auto jit = orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*builder))
                 .setNumCompileThreads(0)
                 .create();
  if (!jit)
    return jit.takeError();
  if (Error error = (*jit)->addIRModule(
          orc::ThreadSafeModule(std::move(module), std::move(context))))
    return error;
  return HostCode(std::move(*jit));
}
