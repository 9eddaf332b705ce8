// The option `--target=` of enigma-translate.
#include "enigma/target/TargetOption.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "llvm/Support/CommandLine.h"

static llvm::cl::opt<std::string> &targetOption() {
  static llvm::cl::opt<std::string> option(
      "target", llvm::cl::desc("Row of the target table"),
      llvm::cl::init(std::string(enigma::defaultTargetName)));
  return option;
}

void enigma::registerTargetOption() { targetOption(); }

const enigma::Target *enigma::targetFromCommandLine(mlir::Operation *op) {
  const Target *target = findTarget(targetOption().getValue());
  if (!target)
    op->emitError() << "unknown target '" << targetOption().getValue() << "'";
  return target;
}
