// What Metal and AIR call a type, and how it lies in memory.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/dtypes/DTypes.h"

namespace enigma::air {

/// The dtype of a memory element's components: `f32`, `ui8`, `i1`, ….
const DTypeRow &dtypeOf(mlir::Type element);

/// Metal's name of a memory element: `float`, `uint3`.
std::string metalTypeName(mlir::Type element);

struct ElementLayout {
  uint32_t size;
  uint32_t alignment;
};
/// Size and alignment of a memory element. Vectors of 3 lie as vectors of 4
/// (reference section 2.5).
ElementLayout layoutOf(mlir::Type element);

/// The type suffix of an intrinsic: `f32`, `v4f16`, `i1` (reference section 3).
std::string airTypeSuffix(mlir::Type valueType);

/// What holds a value in memory: bool takes a byte (reference section 2.5).
mlir::Type memoryTypeOf(mlir::Type valueType);

} // namespace enigma::air
