// Element types of the kernel language: the scalars as data (see DTypes.def),
// and vectors of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
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

/// What a buffer holds: scalars (width 1) or vectors of 2 to 4.
struct ElementType {
  DType dtype = DType::f32;
  uint8_t width = 1;
  bool operator==(const ElementType &) const = default;

  /// Bytes of an element in memory; vectors of 3 lie as vectors of 4.
  constexpr uint32_t bytes() const {
    return dtypeRow(dtype).bytes * (width == 3 ? 4 : width);
  }
};

/// "f32", "f32x4".
inline std::string elementName(ElementType type) {
  std::string name(dtypeRow(type.dtype).name);
  return type.width == 1 ? name : name + 'x' + char('0' + type.width);
}

/// The element type spelled `name`, if there is one.
constexpr std::optional<ElementType> parseElementType(std::string_view name) {
  uint8_t width = 1;
  if (size_t end = name.size(); end > 2 && name[end - 2] == 'x' &&
                                name[end - 1] >= '2' && name[end - 1] <= '4') {
    width = name[end - 1] - '0';
    name.remove_suffix(2);
  }
  if (std::optional<DType> dtype = parseDType(name))
    return ElementType{*dtype, width};
  return std::nullopt;
}

constexpr bool isInteger(DTypeKind kind) {
  return kind == DTypeKind::SignedInt || kind == DTypeKind::UnsignedInt;
}
constexpr bool isFloat(DTypeKind kind) {
  return kind == DTypeKind::Float || kind == DTypeKind::BFloat;
}

} // namespace enigma
