// enigma-translate: mlir-translate conventions over the importer and the
// emitters.
#include "AIRTranslations.h"
#include "enigma/air/Lowering.h"
#include "enigma/import/Import.h"
#include "enigma/msl/EmitMSL.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  enigma::registerImportTraceTranslation();
  enigma::registerToMSLTranslation();
  enigma::air::registerToLLVMIRTranslation();
  enigma::registerAIRTranslations();
  enigma::registerCheckTranslation();
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "Translations of enigmac\n"));
}
