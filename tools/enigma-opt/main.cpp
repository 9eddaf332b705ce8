// enigma-opt: mlir-opt with the enigma dialect, its passes and its pipelines.
#include "enigma/IR/Enigma.h"
#include "enigma/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<enigma::EnigmaDialect, mlir::arith::ArithDialect,
                  mlir::scf::SCFDialect, mlir::func::FuncDialect>();
  mlir::registerTransformsPasses();
  enigma::registerEnigmaPasses();
  enigma::registerEnigmaPipelines();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "Optimiser driver of the enigma dialect\n", registry));
}
