// enigma-translate: mlir-translate conventions over the importer and the
// emitters.
#include "AIRTranslations.h"
#include "enigma/air/Lowering.h"
#include "enigma/import/Import.h"
#include "enigma/msl/EmitMSL.h"
#include "enigma/target/Targets.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "llvm/Support/CommandLine.h"

int main(int argc, char **argv) {
  static llvm::cl::opt<std::string> target(
      "target", llvm::cl::desc("row of the target table"),
      llvm::cl::init(std::string(enigma::defaultTargetName)));
  enigma::registerImportTraceTranslation();
  enigma::registerToMSLTranslation(target.getValue());
  enigma::air::registerToLLVMIRTranslation(target.getValue());
  enigma::registerAIRTranslations();
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "Translations of enigmac\n"));
}
