// What Metal and AIR call a type, and what holds it in memory.
#pragma once

#include "enigma/IR/ElementTypes.h"
#include "enigma/IR/Enigma.h"

namespace enigma::air {

/// Metal's name of a memory element: `float`, `uint3`.
std::string metalTypeName(mlir::Type element);

/// The type suffix of an intrinsic: `f32`, `v4f16`, `i1` (reference section 3).
std::string airTypeSuffix(mlir::Type valueType);

/// What holds a value in memory: bool takes a byte (reference section 2.5).
mlir::Type memoryTypeOf(mlir::Type valueType);

} // namespace enigma::air
