// Passes and pipelines on the enigma dialect; documented in Passes.td.
#pragma once

#include "enigma/IR/Enigma.h"
#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
}

namespace enigma {

#define GEN_PASS_DECL
#include "enigma/transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "enigma/transforms/Passes.h.inc"

/// What `enigmac` runs between import and the emitters, by optimisation level
/// (0 to 3).
void buildDefaultPipeline(mlir::OpPassManager &manager, unsigned level);

/// Registers `enigma-default-pipeline`.
void registerEnigmaPipelines();

} // namespace enigma
