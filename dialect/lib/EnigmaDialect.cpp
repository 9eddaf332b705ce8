// The enigma dialect: registration of its ops, types and attributes, and
// constants.
#include "enigma/IR/Launches.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace enigma;

#include "enigma/IR/EnigmaDialect.cpp.inc"
#include "enigma/IR/EnigmaEnums.cpp.inc"
#include "enigma/IR/EnigmaInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "enigma/IR/EnigmaAttrs.cpp.inc"

void EnigmaDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "enigma/IR/EnigmaOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "enigma/IR/EnigmaLaunch.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "enigma/IR/EnigmaAttrs.cpp.inc"
      >();
  registerTypes();
}

Operation *EnigmaDialect::materializeConstant(OpBuilder &builder,
                                              Attribute value, Type type,
                                              Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
