// MLIR types as Metal's types.
#include "Types.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;

namespace enigma::msl {

DType integerType(unsigned width, bool isUnsigned) {
  switch (width) {
  case 8:
    return isUnsigned ? DType::u8 : DType::i8;
  case 16:
    return isUnsigned ? DType::u16 : DType::i16;
  case 32:
    return isUnsigned ? DType::u32 : DType::i32;
  case 64:
    return isUnsigned ? DType::u64 : DType::i64;
  }
  llvm_unreachable("not the width of a Metal integer");
}

DType promoted(DType type) {
  if (type == DType::b1 || (isInteger(type) && bitWidth(type) < 32))
    return DType::i32;
  return type;
}

unsigned integerWidth(Type type) {
  return type.isIndex() ? 64
                        : getElementTypeOrSelf(type).getIntOrFloatBitWidth();
}

bool isIntegerValue(Type type) {
  Type scalar = getElementTypeOrSelf(type);
  return type.isIndex() || (isa<IntegerType>(scalar) && !scalar.isInteger(1));
}

std::optional<DType> scalarType(Type type, bool isUnsigned) {
  if (type.isIndex())
    return integerType(64, isUnsigned);
  if (auto vector = dyn_cast<VectorType>(type))
    if (vector.getRank() != 1 || vector.isScalable() ||
        vector.getNumElements() < 2 || vector.getNumElements() > 4)
      return std::nullopt;
  return dtypeOf(type, isUnsigned);
}

} // namespace enigma::msl
