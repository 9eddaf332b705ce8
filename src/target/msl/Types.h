// The types of Metal's C++, as the emitter reasons about them.
#pragma once

#include "enigma/IR/ElementTypes.h"
#include "mlir/IR/Types.h"
#include "llvm/ADT/StringRef.h"

namespace enigma::msl {

inline llvm::StringRef metalName(DType type) { return dtypeRow(type).metal; }
inline unsigned bitWidth(DType type) { return dtypeRow(type).bytes * 8; }
inline bool isInteger(DType type) { return isInteger(dtypeRow(type).kind); }
inline bool isFloat(DType type) { return isFloat(dtypeRow(type).kind); }
inline bool isUnsigned(DType type) {
  return dtypeRow(type).kind == DTypeKind::UnsignedInt;
}

/// The integer type of `width` bits (8 to 64).
DType integerType(unsigned width, bool isUnsigned);

/// What C++ arithmetic makes of an operand: integers below 32 bits and bool
/// become int.
DType promoted(DType type);

/// Bits of an integer or index value; index is 64 bits wide, as in AIR.
unsigned integerWidth(mlir::Type type);

/// True for integers other than i1, for index, and for vectors of them.
bool isIntegerValue(mlir::Type type);

/// The C++ type of values of `type`, or of their components, if there is one.
/// Integers without signedness take `isUnsigned`.
std::optional<DType> scalarType(mlir::Type type, bool isUnsigned = false);

} // namespace enigma::msl
