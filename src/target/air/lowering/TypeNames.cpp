// What Metal and AIR call a type, and what holds it in memory.
#include "TypeNames.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

std::string metalTypeName(Type element) {
  return enigma::metalTypeName(*dtypeOf(element), widthOf(element));
}

std::string airTypeSuffix(Type valueType) {
  std::string suffix;
  if (auto vector = dyn_cast<VectorType>(valueType))
    suffix = "v" + std::to_string(vector.getNumElements());
  Type scalar = getElementTypeOrSelf(valueType);
  suffix += scalar.isBF16() ? "bf" : isa<FloatType>(scalar) ? "f" : "i";
  return suffix + std::to_string(scalar.getIntOrFloatBitWidth());
}

Type memoryTypeOf(Type valueType) {
  if (!getElementTypeOrSelf(valueType).isInteger(1))
    return valueType;
  Type byte = IntegerType::get(valueType.getContext(), 8);
  if (auto vector = dyn_cast<VectorType>(valueType))
    return VectorType::get(vector.getShape(), byte);
  return byte;
}

} // namespace enigma::air
