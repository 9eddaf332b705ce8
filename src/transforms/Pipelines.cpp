// The default pipeline, as a named pipeline of enigma-opt and as what enigmac
// runs.
#include "enigma/transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace enigma;

/// Without upstream's pattern that takes loops away which it thinks never run:
/// it computes trip counts of constant bounds in signed arithmetic of the
/// counter's own width, where 2^31 - -2^31 is negative and so is a step of
/// 3e9. LLVM removes such loops later.
static std::unique_ptr<Pass> createSoundCanonicalizer() {
  return createCanonicalizerPass(
      GreedyRewriteConfig(),
      /*disabledPatterns=*/{"(anonymous namespace)::SimplifyTrivialLoops"});
}

void enigma::buildDefaultPipeline(OpPassManager &manager, unsigned level) {
  OpPassManager &kernels = manager.nest<KernelOp>();
  kernels.addPass(createEnigmaExpandAsyncCopy());
  if (level > 0) {
    kernels.addPass(createSoundCanonicalizer());
    kernels.addPass(createCSEPass());
    kernels.addPass(createLoopInvariantCodeMotionPass());
    kernels.addPass(createSoundCanonicalizer());
  }
  kernels.addPass(createEnigmaInferAccess());
}

namespace {
struct DefaultPipelineOptions
    : public PassPipelineOptions<DefaultPipelineOptions> {
  Option<unsigned> level{*this, "level",
                         llvm::cl::desc("Optimisation level, 0 to 3"),
                         llvm::cl::init(2)};
};
} // namespace

void enigma::registerEnigmaPipelines() {
  PassPipelineRegistration<DefaultPipelineOptions>(
      "enigma-default-pipeline",
      "What enigmac runs between import and the emitters",
      [](OpPassManager &manager, const DefaultPipelineOptions &options) {
        buildDefaultPipeline(manager, options.level);
      });
}
