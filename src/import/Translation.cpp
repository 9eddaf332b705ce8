// enigma-translate --import-trace.
#include "mlir/Tools/mlir-translate/Translation.h"
#include "enigma/import/Import.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace enigma;

void enigma::registerImportTraceTranslation() {
  TranslateToMLIRRegistration registration(
      "import-trace", "read an enigma-trace/1 document",
      [](StringRef document, MLIRContext *context) -> OwningOpRef<Operation *> {
        llvm::Expected<trace::Trace> trace = trace::readTrace(document);
        if (!trace) {
          emitError(UnknownLoc::get(context))
              << llvm::toString(trace.takeError());
          return {};
        }
        return importTrace(*context, *trace);
      },
      [](DialectRegistry &registry) {
        registry.insert<EnigmaDialect, arith::ArithDialect, scf::SCFDialect>();
      });
}
