// enigma-translate: mlir-translate conventions over the importer and the emitters.
#include "enigma/air/Lowering.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  enigma::air::registerToLLVMIRTranslation();
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "Translations of enigmac\n"));
}
