// What Metal and AIR call a type, and how it lies in memory.
#include "TypeNames.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

static DTypeKind kindOf(Type scalar) {
  if (scalar.isBF16())
    return DTypeKind::BFloat;
  if (isa<FloatType>(scalar))
    return DTypeKind::Float;
  if (scalar.isInteger(1))
    return DTypeKind::Bool;
  return scalar.isUnsignedInteger() ? DTypeKind::UnsignedInt
                                    : DTypeKind::SignedInt;
}

const DTypeRow &dtypeOf(Type element) {
  Type scalar = getElementTypeOrSelf(element);
  uint32_t bytes = llvm::divideCeil(scalar.getIntOrFloatBitWidth(), 8);
  const DTypeRow *row = llvm::find_if(dtypeTable, [&](const DTypeRow &row) {
    return row.kind == kindOf(scalar) && row.bytes == bytes;
  });
  assert(row != dtypeTable.end() && "the buffer type verified its element");
  return *row;
}

std::string metalTypeName(Type element) {
  std::string name(dtypeOf(element).metal);
  if (auto vector = dyn_cast<VectorType>(element))
    name += std::to_string(vector.getNumElements());
  return name;
}

ElementLayout layoutOf(Type element) {
  uint32_t bytes = dtypeOf(element).bytes;
  if (auto vector = dyn_cast<VectorType>(element))
    bytes *= llvm::PowerOf2Ceil(vector.getNumElements());
  return {bytes, bytes};
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
