// The option `--target=` of enigma-translate, which several translations share.
#pragma once

#include "enigma/target/Targets.h"

namespace mlir {
class Operation;
}

namespace enigma {

/// Adds `--target=` to the command line; further calls do nothing.
void registerTargetOption();

/// The row that the command line names. An unknown name is an error at `op`,
/// and null.
const Target *targetFromCommandLine(mlir::Operation *op);

} // namespace enigma
