// C++ expressions under construction: text, precedence and the type that C++
// gives it.
#pragma once

#include "Types.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>

namespace enigma::msl {

/// C++ operator precedence, tightest first.
enum class Precedence : uint8_t {
  Primary, // names, literals, calls, subscripts, functional casts
  Unary,
  Multiplicative,
  Additive,
  Shift,
  Relational,
  Equality,
  BitAnd,
  BitXor,
  BitOr,
  LogicalAnd,
  LogicalOr,
  Conditional,
};

/// What a sub-expression turned out to be.
///
/// `type` is the type that C++ gives to the text, promotions included; `value`
/// is a type in whose range the value is known to lie. `a + b` of two uchars
/// has type int and value int (it may be 300); `a & b` of them has type int and
/// value uchar. Integer literals have no digits until the context has said how
/// they are to be read.
struct Expression {
  std::string text;
  Precedence precedence = Precedence::Primary;
  DType type = DType::i32;
  DType value = DType::i32;
  /// Bits of an integer literal, zero-extended.
  std::optional<uint64_t> literal = std::nullopt;
  /// The parts of a binary expression, for `a += b`.
  std::string left = {}, symbol = {}, right = {};
  /// Components of a vector; `type` and `value` are theirs. Vectors have
  /// neither promotions nor literals: both types are what the text has.
  unsigned width = 1;

  static Expression primary(std::string text, DType type, unsigned width = 1) {
    Expression result{std::move(text), Precedence::Primary, type, type};
    result.width = width;
    return result;
  }
  static Expression integer(uint64_t bits, DType type) {
    return {{}, Precedence::Primary, type, type, bits};
  }
};

/// A binary operator.
struct Operator {
  const char *symbol;
  Precedence precedence;
};

namespace op {
inline constexpr Operator mul{"*", Precedence::Multiplicative};
inline constexpr Operator div{"/", Precedence::Multiplicative};
inline constexpr Operator rem{"%", Precedence::Multiplicative};
inline constexpr Operator add{"+", Precedence::Additive};
inline constexpr Operator sub{"-", Precedence::Additive};
inline constexpr Operator shl{"<<", Precedence::Shift};
inline constexpr Operator shr{">>", Precedence::Shift};
inline constexpr Operator lt{"<", Precedence::Relational};
inline constexpr Operator le{"<=", Precedence::Relational};
inline constexpr Operator gt{">", Precedence::Relational};
inline constexpr Operator ge{">=", Precedence::Relational};
inline constexpr Operator eq{"==", Precedence::Equality};
inline constexpr Operator ne{"!=", Precedence::Equality};
inline constexpr Operator bitAnd{"&", Precedence::BitAnd};
inline constexpr Operator bitXor{"^", Precedence::BitXor};
inline constexpr Operator bitOr{"|", Precedence::BitOr};
inline constexpr Operator logicalAnd{"&&", Precedence::LogicalAnd};
inline constexpr Operator logicalOr{"||", Precedence::LogicalOr};
} // namespace op

// Text, for operands whose types already fit. Literals must have been given
// digits.

Expression binary(Operator op, const Expression &left, const Expression &right,
                  DType type, DType value);
Expression unary(const char *symbol, const Expression &operand, DType type,
                 DType value);
Expression conditional(const Expression &condition, const Expression &whenTrue,
                       const Expression &whenFalse, DType type, DType value);
Expression call(llvm::StringRef function, llvm::ArrayRef<Expression> arguments,
                DType type, unsigned width = 1);
Expression cast(const Expression &operand, DType type);
/// `v.x`, `v.zyx`: lanes of a vector.
Expression component(const Expression &vector, llvm::ArrayRef<int64_t> lanes);

// Literals.

/// The shortest digits that read back as `bits`, with the suffix of `type`.
Expression floatLiteral(const llvm::APFloat &value, DType type);
/// A literal whose C++ type is `type`.
Expression typedLiteral(uint64_t bits, DType type);
/// A literal whose value is that of `type`; the other operand supplies the
/// type.
Expression plainLiteral(uint64_t bits, DType type, bool hexadecimal = false);
/// The literal's bits as a signed number of `type`'s width.
int64_t signedLiteral(uint64_t bits, DType type);

// Coercions: what the context demands of an integer operand.

/// The C++ type must be `type`, as for overloaded functions.
Expression asType(const Expression &operand, DType type);
/// The value must be that of `type` and survive the usual arithmetic
/// conversions beside another such operand: comparisons, division, minimum.
Expression asValue(const Expression &operand, DType type);
/// Only the low bits of `type`'s width matter: wrapping arithmetic, bit
/// operators.
Expression asBits(const Expression &operand, DType type,
                  bool hexadecimal = false);
/// The value goes into an object of `type` by `=`, which converts by itself.
Expression asInitializer(const Expression &operand, DType type);

/// `+ - *` that wrap in `type`'s width, free of signed overflow.
Expression wrapping(Operator op, const Expression &left,
                    const Expression &right, DType type);

} // namespace enigma::msl
