// Scalar element types of the kernel language, as data (see DTypes.def).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace enigma {

/// What arithmetic a dtype has; bf16 is apart because many Metal functions
/// exclude it.
enum class DTypeKind : uint8_t { Float, BFloat, SignedInt, UnsignedInt, Bool };

enum class DType : uint8_t {
#define ENIGMA_DTYPE(ID, CLASS, METAL, BYTES, KIND, MTL) ID,
#include "enigma/dtypes/DTypes.def"
#undef ENIGMA_DTYPE
};

/// One row of the dtype table.
struct DTypeRow {
  DType dtype;
  std::string_view name;  ///< "f32"
  std::string_view metal; ///< "float"
  uint32_t bytes;         ///< size and alignment of one element in memory
  DTypeKind kind;
  uint8_t mtlDataType;
};

inline constexpr std::array dtypeTable = {
#define ENIGMA_DTYPE(ID, CLASS, METAL, BYTES, KIND, MTL)                       \
  DTypeRow{DType::ID, #ID, METAL, BYTES, DTypeKind::KIND, MTL},
#include "enigma/dtypes/DTypes.def"
#undef ENIGMA_DTYPE
};

constexpr const DTypeRow &dtypeRow(DType dtype) {
  return dtypeTable[static_cast<size_t>(dtype)];
}

/// The row spelled `name` ("f32"), if there is one.
constexpr std::optional<DType> parseDType(std::string_view name) {
  for (const DTypeRow &row : dtypeTable)
    if (row.name == name)
      return row.dtype;
  return std::nullopt;
}

/// The row whose Metal name is `name` ("float"), if there is one.
constexpr std::optional<DType> parseMetalDType(std::string_view name) {
  for (const DTypeRow &row : dtypeTable)
    if (row.metal == name)
      return row.dtype;
  return std::nullopt;
}

constexpr bool isInteger(DTypeKind kind) {
  return kind == DTypeKind::SignedInt || kind == DTypeKind::UnsignedInt;
}
constexpr bool isFloat(DTypeKind kind) {
  return kind == DTypeKind::Float || kind == DTypeKind::BFloat;
}

} // namespace enigma
