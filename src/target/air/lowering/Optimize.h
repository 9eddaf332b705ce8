// LLVM's optimiser, limited to what AIR's readers take.
#pragma once

namespace llvm {
class Module;
}

namespace enigma::air {

/// Optimises a module of AIR at level 1 to 3; level 0 does nothing.
void optimize(llvm::Module &module, unsigned level);

} // namespace enigma::air
