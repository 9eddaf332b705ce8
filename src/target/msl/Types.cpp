// MLIR types as Metal's scalar types.
#include "Types.h"
#include "mlir/IR/BuiltinTypes.h"
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
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

bool isIntegerValue(Type type) {
  return type.isIndex() || (isa<IntegerType>(type) && !type.isInteger(1));
}

std::optional<DType> scalarType(Type type, bool isUnsigned) {
  if (type.isF32())
    return DType::f32;
  if (type.isF16())
    return DType::f16;
  if (type.isBF16())
    return DType::bf16;
  if (type.isInteger(1))
    return DType::b1;
  if (type.isIndex())
    return integerType(64, isUnsigned);
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || !llvm::is_contained({8u, 16u, 32u, 64u}, integer.getWidth()))
    return std::nullopt;
  if (!integer.isSignless())
    isUnsigned = integer.isUnsigned();
  return integerType(integer.getWidth(), isUnsigned);
}

} // namespace enigma::msl
