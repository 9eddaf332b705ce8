// enigma-translate: mlir-translate conventions over the importer and the emitters.
#include "enigma/msl/EmitMSL.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  enigma::registerToMSLTranslation();
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "Translations of enigmac\n"));
}
