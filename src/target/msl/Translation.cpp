// enigma-translate --mlir-to-msl.
#include "mlir/Tools/mlir-translate/Translation.h"
#include "enigma/IR/Enigma.h"
#include "enigma/msl/EmitMSL.h"
#include "enigma/target/TargetOption.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "llvm/Support/CommandLine.h"

using namespace mlir;

void enigma::registerToMSLTranslation() {
  registerTargetOption();
  static llvm::cl::opt<bool> noComments(
      "no-comments", llvm::cl::desc("Leave out file and line in Metal source"));
  static TranslateFromMLIRRegistration registration(
      "mlir-to-msl", "the enigma dialect to Metal Shading Language",
      [](Operation *op, raw_ostream &os) -> LogicalResult {
        const Target *target = targetFromCommandLine(op);
        if (!target)
          return failure();
        auto module = dyn_cast<ModuleOp>(op);
        if (!module)
          return op->emitError() << "expected a module";
        return emitMSL(module, *target, {.comments = !noComments}, os);
      },
      [](DialectRegistry &registry) {
        registry.insert<EnigmaDialect, arith::ArithDialect, scf::SCFDialect,
                        ub::UBDialect>();
      });
}
