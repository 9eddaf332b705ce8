// Public header of target/msl: the enigma dialect as Metal Shading Language
// text.
#pragma once

#include "enigma/target/Targets.h"
#include "mlir/IR/BuiltinOps.h"

namespace llvm {
class raw_ostream;
}

namespace enigma {

struct MSLOptions {
  /// Names the Python file and line of each group of statements.
  bool comments = true;
};

/// Writes every kernel of `module` as one Metal source file. Whatever has no
/// Metal form on `target` is an error at its location, and then nothing is
/// written.
mlir::LogicalResult emitMSL(mlir::ModuleOp module, const Target &target,
                            const MSLOptions &options, llvm::raw_ostream &os);

/// Registers `--mlir-to-msl` for enigma-translate, with `--target` and
/// `--no-comments`.
void registerToMSLTranslation();

} // namespace enigma
