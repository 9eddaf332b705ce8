// The default pipeline, as a named pipeline of enigma-opt and as what enigmac
// runs.
#include "enigma/transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace enigma;

void enigma::buildDefaultPipeline(OpPassManager &manager, unsigned level) {
  OpPassManager &kernels = manager.nest<KernelOp>();
  if (level > 0) {
    kernels.addPass(createCanonicalizerPass());
    kernels.addPass(createCSEPass());
    kernels.addPass(createLoopInvariantCodeMotionPass());
    kernels.addPass(createCanonicalizerPass());
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
