// Composition of expressions: minimal parentheses and integer coercions.
#include "Expression.h"

namespace enigma::msl {

/// True where the grammar needs no parentheses but clang warns without them,
/// and a person writes them.
static bool isConfusing(Precedence inner, Precedence outer) {
  switch (outer) {
  case Precedence::Shift:
    return inner == Precedence::Additive;
  case Precedence::Equality:
    return inner == Precedence::Relational || inner == Precedence::Equality;
  case Precedence::Relational:
    return inner == Precedence::Relational;
  case Precedence::BitAnd:
  case Precedence::BitXor:
  case Precedence::BitOr:
    return inner != outer && inner >= Precedence::Additive;
  case Precedence::LogicalOr:
    return inner == Precedence::LogicalAnd;
  default:
    return false;
  }
}

static std::string parenthesized(const Expression &operand, Precedence outer,
                                 bool isRight) {
  Precedence inner = operand.precedence;
  // Clang warns of shifts beside comparisons where they are overloaded.
  bool isVectorShift = operand.width > 1 && inner == Precedence::Shift &&
                       outer == Precedence::Relational;
  if (inner > outer || (isRight && inner == outer) ||
      isConfusing(inner, outer) || isVectorShift)
    return "(" + operand.text + ")";
  return operand.text;
}

Expression binary(Operator op, const Expression &left, const Expression &right,
                  DType type, DType value) {
  Expression result;
  result.left = parenthesized(left, op.precedence, false);
  result.symbol = op.symbol;
  result.right = parenthesized(right, op.precedence, true);
  result.text = result.left + " " + op.symbol + " " + result.right;
  // `a += b` needs no parentheses around b.
  result.right = right.text;
  result.precedence = op.precedence;
  result.type = type;
  result.value = value;
  result.width = std::max(left.width, right.width);
  return result;
}

Expression unary(const char *symbol, const Expression &operand, DType type,
                 DType value) {
  bool parentheses = operand.precedence > Precedence::Unary ||
                     operand.text.front() == symbol[0];
  Expression result{parentheses ? symbol + ("(" + operand.text + ")")
                                : symbol + operand.text,
                    Precedence::Unary, type, value};
  result.width = operand.width;
  return result;
}

Expression conditional(const Expression &condition, const Expression &whenTrue,
                       const Expression &whenFalse, DType type, DType value) {
  auto operand = [](const Expression &e) {
    return e.precedence == Precedence::Conditional ? "(" + e.text + ")"
                                                   : e.text;
  };
  Expression result{operand(condition) + " ? " + operand(whenTrue) + " : " +
                        operand(whenFalse),
                    Precedence::Conditional, type, value};
  result.width = whenTrue.width;
  return result;
}

Expression call(llvm::StringRef function, llvm::ArrayRef<Expression> arguments,
                DType type, unsigned width) {
  std::string text = function.str() + "(";
  for (const Expression &argument : arguments) {
    if (&argument != arguments.begin())
      text += ", ";
    text += argument.text;
  }
  return Expression::primary(text + ")", type, width);
}

Expression cast(const Expression &operand, DType type) {
  return call(metalTypeName(type, operand.width), operand, type, operand.width);
}

Expression component(const Expression &vector, llvm::ArrayRef<int64_t> lanes) {
  std::string text = vector.precedence == Precedence::Primary
                         ? vector.text
                         : "(" + vector.text + ")";
  text += '.';
  for (int64_t lane : lanes)
    text += "xyzw"[lane];
  return Expression::primary(text, vector.type, lanes.size());
}

//===----------------------------------------------------------------------===//
// Integer coercions
//===----------------------------------------------------------------------===//

/// True if every value of `inner` is a value of `outer`.
static bool contains(DType outer, DType inner) {
  if (outer == inner)
    return true;
  if (!isInteger(outer) || !isInteger(inner) ||
      bitWidth(inner) >= bitWidth(outer))
    return false;
  return isUnsigned(inner) || !isUnsigned(outer);
}

Expression asType(const Expression &operand, DType type) {
  if (operand.literal)
    return typedLiteral(*operand.literal, type);
  return operand.type == type ? operand : cast(operand, type);
}

Expression asValue(const Expression &operand, DType type) {
  if (operand.literal)
    return plainLiteral(*operand.literal, type);
  if (operand.width > 1)
    return asType(operand, type);
  // Narrow operands become int, which holds them all.
  if (promoted(type) != type)
    return contains(type, operand.value) ? operand : cast(operand, type);
  bool fits = isUnsigned(operand.type) == isUnsigned(type) &&
              bitWidth(operand.type) <= bitWidth(type) &&
              contains(type, operand.value);
  return fits ? operand : cast(operand, type);
}

Expression asBits(const Expression &operand, DType type, bool hexadecimal) {
  if (operand.literal)
    return plainLiteral(*operand.literal, type, hexadecimal);
  return operand;
}

Expression asInitializer(const Expression &operand, DType type) {
  if (operand.literal)
    return plainLiteral(*operand.literal, type);
  // Vectors convert only when told to.
  if (operand.width > 1)
    return asType(operand, type);
  return operand;
}

static Expression narrowWrapping(Operator op, Expression left, Expression right,
                                 DType type) {
  // In range, so that int holds the exact result of `+ - *` for all but ushort
  // * ushort.
  auto inRange = [&](Expression &operand) {
    if (operand.literal)
      operand = plainLiteral(*operand.literal, type);
    else if (bitWidth(operand.value) > bitWidth(type))
      operand = cast(operand, type);
  };
  inRange(left);
  inRange(right);
  if (op.symbol == op::mul.symbol && bitWidth(type) == 16) {
    left = cast(left, DType::u32);
    return binary(op, left, right, DType::u32, DType::u32);
  }
  return binary(op, left, right, DType::i32, DType::i32);
}

Expression wrapping(Operator op, const Expression &left,
                    const Expression &right, DType type) {
  if (promoted(type) != type)
    return narrowWrapping(op, left, right, type);
  DType wide = integerType(bitWidth(type), /*isUnsigned=*/true);
  // `x + -1` reads as `x - 1`.
  if (right.literal && op.precedence == Precedence::Additive) {
    int64_t addend = signedLiteral(*right.literal, type);
    if (addend < 0 && addend != std::numeric_limits<int64_t>::min() &&
        -addend <= std::numeric_limits<int32_t>::max()) {
      Operator opposite = op.symbol == op::add.symbol ? op::sub : op::add;
      return wrapping(opposite, left,
                      Expression::integer(uint64_t(-addend), right.type), type);
    }
  }
  // One unsigned operand makes the whole operation unsigned, and unsigned
  // arithmetic wraps.
  auto suppliesType = [&](const Expression &e) {
    return !e.literal && e.type == wide;
  };
  Expression a = asBits(left, wide), b = asBits(right, wide);
  if (!suppliesType(left) && !suppliesType(right)) {
    if (right.literal)
      b = typedLiteral(*right.literal, wide);
    else if (left.literal)
      a = typedLiteral(*left.literal, wide);
    else
      a = cast(a, wide);
  }
  return binary(op, a, b, wide, wide);
}

} // namespace enigma::msl
