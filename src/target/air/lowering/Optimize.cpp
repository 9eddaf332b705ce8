// LLVM's optimiser, limited to what AIR's readers take: a pipeline of its own
// instead of LLVM's default.
//
// Left out: the vectorisers (they make llvm.vector.reduce and wide vectors),
// loop idioms and library calls (memset), lookup tables (constants in address
// space 0 do not link, reference section 2.7), partial and runtime unrolling
// and jump threading (they split up the threads that meet at a convergent
// call), analyses of globals (a threadgroup variable is internal, yet other
// threads write it), and everything that asks about a machine.
#include "Optimize.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/BasicAliasAnalysis.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/GVN.h"
#include "llvm/Transforms/Scalar/IndVarSimplify.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopDeletion.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/LoopUnrollPass.h"
#include "llvm/Transforms/Scalar/Reassociate.h"
#include "llvm/Transforms/Scalar/SCCP.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

using namespace llvm;

namespace enigma::air {

namespace {
/// IndVarSimplify, but for loops that carry 64 bits: it would compute what they
/// leave behind with 65, which Metal does not have.
class NarrowIndVarSimplify : public PassInfoMixin<NarrowIndVarSimplify> {
public:
  PreservedAnalyses run(Loop &loop, LoopAnalysisManager &loops,
                        LoopStandardAnalysisResults &results,
                        LPMUpdater &updater) {
    for (const PHINode &carried : loop.getHeader()->phis())
      if (carried.getType()->isIntegerTy(64))
        return PreservedAnalyses::all();
    return IndVarSimplifyPass().run(loop, loops, results, updater);
  }
};
} // namespace

static void addLoopPasses(FunctionPassManager &passes, unsigned level) {
  LoopPassManager invariant;
  invariant.addPass(LoopRotatePass());
  invariant.addPass(LICMPass(LICMOptions()));
  passes.addPass(createFunctionToLoopPassAdaptor(std::move(invariant),
                                                 /*UseMemorySSA=*/true));
  passes.addPass(InstCombinePass());
  LoopPassManager counted;
  counted.addPass(NarrowIndVarSimplify());
  counted.addPass(LoopDeletionPass());
  counted.addPass(LoopFullUnrollPass(level));
  passes.addPass(createFunctionToLoopPassAdaptor(std::move(counted)));
}

static FunctionPassManager buildPipeline(unsigned level) {
  FunctionPassManager passes;
  passes.addPass(SROAPass(SROAOptions::ModifyCFG));
  passes.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(SimplifyCFGPass());
  passes.addPass(InstCombinePass());
  if (level >= 2) {
    passes.addPass(ReassociatePass());
    addLoopPasses(passes, level);
    // Arrays of a thread whose indices were counters until now.
    passes.addPass(SROAPass(SROAOptions::PreserveCFG));
    passes.addPass(GVNPass());
    passes.addPass(SCCPPass());
    passes.addPass(InstCombinePass());
    passes.addPass(DSEPass());
  }
  passes.addPass(ADCEPass());
  passes.addPass(SimplifyCFGPass());
  return passes;
}

void optimize(Module &module, unsigned level) {
  if (level == 0)
    return;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  // Registered first, so that they win over PassBuilder's.
  functions.registerPass([] {
    AAManager aliases;
    aliases.registerFunctionAnalysis<BasicAA>();
    return aliases;
  });
  functions.registerPass([&] {
    TargetLibraryInfoImpl libraries(module.getTargetTriple());
    libraries.disableAllFunctions();
    return TargetLibraryAnalysis(libraries);
  });
  PassBuilder builder;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);

  FunctionPassManager passes = buildPipeline(level);
  for (Function &function : module)
    if (!function.isDeclaration())
      passes.run(function, functions);
}

} // namespace enigma::air
