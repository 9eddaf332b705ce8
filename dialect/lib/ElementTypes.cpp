// MLIR types as rows of the dtype table.
#include "enigma/IR/ElementTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace enigma;

static DTypeKind kindOf(IntegerType type, bool isUnsigned) {
  if (type.getWidth() == 1)
    return DTypeKind::Bool;
  if (!type.isSignless())
    isUnsigned = type.isUnsigned();
  return isUnsigned ? DTypeKind::UnsignedInt : DTypeKind::SignedInt;
}

std::optional<DType> enigma::dtypeOf(Type type, bool isUnsigned) {
  Type scalar = getElementTypeOrSelf(type);
  DTypeKind kind;
  if (scalar.isBF16())
    kind = DTypeKind::BFloat;
  else if (isa<Float16Type, Float32Type>(scalar))
    kind = DTypeKind::Float;
  else if (auto integer = dyn_cast<IntegerType>(scalar))
    kind = kindOf(integer, isUnsigned);
  else
    return std::nullopt;
  uint32_t bytes = llvm::divideCeil(scalar.getIntOrFloatBitWidth(), 8);
  for (const DTypeRow &row : dtypeTable)
    if (row.kind == kind && row.bytes == bytes &&
        (kind == DTypeKind::Bool || scalar.getIntOrFloatBitWidth() % 8 == 0))
      return row.dtype;
  return std::nullopt;
}

static Type vectorOf(Type scalar, unsigned width) {
  return width == 1 ? scalar : VectorType::get(width, scalar);
}

Type enigma::memoryType(MLIRContext *context, DType dtype, unsigned width) {
  const DTypeRow &row = dtypeRow(dtype);
  if (!isInteger(row.kind))
    return valueType(context, dtype, width);
  auto signedness = row.kind == DTypeKind::SignedInt ? IntegerType::Signed
                                                     : IntegerType::Unsigned;
  return vectorOf(IntegerType::get(context, row.bytes * 8, signedness), width);
}

Type enigma::valueType(MLIRContext *context, DType dtype, unsigned width) {
  const DTypeRow &row = dtypeRow(dtype);
  Type scalar;
  switch (row.kind) {
  case DTypeKind::Float:
    scalar = row.bytes == 4 ? Type(Float32Type::get(context))
                            : Type(Float16Type::get(context));
    break;
  case DTypeKind::BFloat:
    scalar = BFloat16Type::get(context);
    break;
  case DTypeKind::Bool:
    scalar = IntegerType::get(context, 1);
    break;
  case DTypeKind::SignedInt:
  case DTypeKind::UnsignedInt:
    scalar = IntegerType::get(context, row.bytes * 8);
    break;
  }
  return vectorOf(scalar, width);
}

unsigned enigma::widthOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getNumElements() : 1;
}

std::string enigma::metalTypeName(DType dtype, unsigned width) {
  std::string name(dtypeRow(dtype).metal);
  return width == 1 ? name : name + std::to_string(width);
}

ElementType enigma::elementTypeOf(Type element) {
  return {*dtypeOf(element), uint8_t(widthOf(element))};
}
