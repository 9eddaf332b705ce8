// The format strings of `device_print`: Python's, as far as a GPU's log can
// follow (docs/debugging.md).
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace enigma {

/// How one value is written: `{}`, `{:x}`, `{:.3f}`.
struct ValueFormat {
  /// d, x, X, f, e or g; 0 is the plain form of the value's type.
  char kind = 0;
  /// Digits after the point (f, e) or in all (g).
  std::optional<unsigned> precision;
};

/// Text, and the value that follows it; the last piece has none.
struct FormatPiece {
  std::string text;
  std::optional<ValueFormat> value;
};

/// Digits beyond which a precision is refused.
inline constexpr unsigned maxDebugPrecision = 99;

llvm::Expected<std::vector<FormatPiece>> parseDebugFormat(llvm::StringRef text);

/// That the text is a format with one placeholder for each value, each of
/// which suits the value's dtype.
llvm::Error checkDebugFormat(llvm::StringRef text,
                             llvm::ArrayRef<DType> dtypes);

/// One value as text; `bits` are those of the dtype, the rest is not read.
std::string formatValue(ValueFormat format, DType dtype, uint64_t bits);

/// The whole line; `pieces` were checked against `dtypes`.
std::string formatLine(llvm::ArrayRef<FormatPiece> pieces,
                       llvm::ArrayRef<DType> dtypes,
                       llvm::ArrayRef<uint64_t> bits);

} // namespace enigma
