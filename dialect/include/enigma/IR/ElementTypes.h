// MLIR types as rows of the dtype table: the one place where a type's name and
// layout come from.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>
#include <string>

namespace enigma {

/// The dtype of a scalar, or of a vector's components. Integers without
/// signedness take `isUnsigned`; other types have no dtype.
std::optional<DType> dtypeOf(mlir::Type type, bool isUnsigned = false);

/// The type of memory that holds elements of a dtype: integers carry their
/// signedness.
mlir::Type memoryType(mlir::MLIRContext *context, DType dtype,
                      unsigned width = 1);

/// The type of a value: integers without signedness.
mlir::Type valueType(mlir::MLIRContext *context, DType dtype,
                     unsigned width = 1);

/// Components of a vector; 1 for a scalar.
unsigned widthOf(mlir::Type type);

/// Metal's name: "float", "uint3".
std::string metalTypeName(DType dtype, unsigned width);

/// The row and width of a memory element. Its size and its alignment are the
/// same number.
ElementType elementTypeOf(mlir::Type element);

} // namespace enigma
