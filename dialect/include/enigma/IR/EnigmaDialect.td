// The enigma dialect itself: name, dependencies, what it is for.
#ifndef ENIGMA_DIALECT_TD
#define ENIGMA_DIALECT_TD

include "mlir/IR/OpBase.td"

def Enigma_Dialect : Dialect {
  let name = "enigma";
  let cppNamespace = "::enigma";
  let summary = "Metal compute kernels";
  let description = [{
    A GPU kernel as Metal sees it: buffers in address spaces, thread queries, threadgroup memory,
    barriers, simdgroup functions, atomics and Metal's math functions. Scalar and vector arithmetic
    is `arith`, control flow is `scf`.

    Signedness lives in memory: buffer element types say `ui32` or `si32`, values are signless and
    the operation says what it means (`arith.divui`, `enigma.simd_min unsigned`). Nothing is carried
    in discardable attributes.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    void registerTypes();
  }];
}

#endif
