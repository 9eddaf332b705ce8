// Ops as expressions. Every op has a case or is refused.
#include "KernelEmitter.h"
#include "enigma/diagnostics/InFlight.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::msl {

Expression KernelEmitter::refuse(Operation *op, const Twine &why) {
  failed = true;
  std::string reason = why.str();
  (void)diag::emit(
      op->getLoc(),
      diag::E0724{.form = "Metal",
                  .what = "'" + op->getName().getStringRef().str() + "'",
                  .reason = reason.empty() ? "" : ": " + reason});
  return Expression::primary("0", DType::i32);
}

Expression KernelEmitter::expression(Value value) {
  auto bound = bindings.find(value);
  if (bound != bindings.end())
    return bound->second;
  return compute(value.getDefiningOp());
}

Expression KernelEmitter::typed(Value value, bool isUnsigned) {
  Expression result = expression(value);
  if (!isIntegerValue(value.getType()))
    return result;
  return asType(result, integerType(integerWidth(value.getType()), isUnsigned));
}

Expression KernelEmitter::valued(Value value, bool isUnsigned) {
  Expression result = expression(value);
  if (!isIntegerValue(value.getType()))
    return result;
  return asValue(result,
                 integerType(integerWidth(value.getType()), isUnsigned));
}

static std::optional<Operator> floatOperator(Operation *op) {
  return TypeSwitch<Operation *, std::optional<Operator>>(op)
      .Case([](arith::AddFOp) { return op::add; })
      .Case([](arith::SubFOp) { return op::sub; })
      .Case([](arith::MulFOp) { return op::mul; })
      .Case([](arith::DivFOp) { return op::div; })
      .Default(std::nullopt);
}

static bool isVector(Type type) { return isa<VectorType>(type); }

Expression KernelEmitter::compute(Operation *op) {
  // What is the same for scalars and vectors follows below.
  bool hasVectors = llvm::any_of(op->getOperandTypes(), isVector) ||
                    llvm::any_of(op->getResultTypes(), isVector);
  if (hasVectors &&
      !isa<LoadOp, LoadScalarOp, MetalFunctionOpInterface, scf::IfOp>(op))
    return vectorValue(op);
  if (std::optional<Operator> symbol = floatOperator(op)) {
    DType type = *scalarType(op->getResult(0).getType());
    return binary(*symbol, expression(op->getOperand(0)),
                  expression(op->getOperand(1)), type, type);
  }
  return TypeSwitch<Operation *, Expression>(op)
      .Case([&](arith::ConstantOp op) { return constant(op); })
      .Case([&](arith::AddIOp op) { return integerArithmetic(op, op::add); })
      .Case([&](arith::SubIOp op) { return integerArithmetic(op, op::sub); })
      .Case([&](arith::MulIOp op) { return integerArithmetic(op, op::mul); })
      .Case([&](arith::DivSIOp op) { return division(op, false, false); })
      .Case([&](arith::DivUIOp op) { return division(op, true, false); })
      .Case([&](arith::RemSIOp op) { return division(op, false, true); })
      .Case([&](arith::RemUIOp op) { return division(op, true, true); })
      .Case([&](arith::AndIOp op) { return bitOperation(op, op::bitAnd); })
      .Case([&](arith::OrIOp op) { return bitOperation(op, op::bitOr); })
      .Case([&](arith::XOrIOp op) { return bitOperation(op, op::bitXor); })
      .Case<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(
          [&](auto op) { return shift(op); })
      .Case<arith::CmpIOp, arith::CmpFOp>([&](auto op) { return compare(op); })
      .Case([&](arith::MinSIOp op) { return minMax(op, "min", false); })
      .Case([&](arith::MaxSIOp op) { return minMax(op, "max", false); })
      .Case([&](arith::MinUIOp op) { return minMax(op, "min", true); })
      .Case([&](arith::MaxUIOp op) { return minMax(op, "max", true); })
      .Case([&](arith::MinNumFOp op) { return minMax(op, "fmin", false); })
      .Case([&](arith::MaxNumFOp op) { return minMax(op, "fmax", false); })
      .Case([&](arith::RemFOp op) { return minMax(op, "fmod", false); })
      .Case([&](arith::NegFOp op) {
        DType type = *scalarType(op.getType());
        return unary("-", expression(op.getOperand()), type, type);
      })
      .Case([&](arith::SelectOp op) {
        return choose(expression(op.getCondition()), op.getTrueValue(),
                      op.getFalseValue(), op.getResult());
      })
      .Case([&](scf::IfOp op) {
        return choose(expression(op.getCondition()),
                      op.thenYield().getOperand(0),
                      op.elseYield().getOperand(0), op.getResult(0));
      })
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::ExtFOp,
            arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp,
            arith::FPToUIOp, arith::BitcastOp, arith::IndexCastOp,
            arith::IndexCastUIOp>([&](auto op) { return convert(op); })
      .Case([&](ThreadQueryOpInterface op) { return query(op); })
      .Case([&](LoadScalarOp op) {
        enigma::ScalarType type = op.getScalar().getType();
        return Expression::primary(buffers.lookup(op.getScalar()),
                                   *scalarType(type.getElementType()),
                                   widthOf(type.getElementType()));
      })
      .Case([&](GetFunctionConstantOp op) {
        return Expression::primary(constants.values.lookup(op.getConstant()),
                                   *scalarType(op.getElementType()));
      })
      .Case([&](LoadOp op) { return element(op.getBuffer(), op.getIndices()); })
      .Case<AtomicLoadOp, AtomicRMWOp>([&](auto op) { return atomic(op); })
      .Case([&](MetalFunctionOpInterface op) { return function(op); })
      .Default([&](Operation *op) { return refuse(op); });
}

Expression KernelEmitter::constant(arith::ConstantOp op) {
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    return floatLiteral(number.getValue(), *scalarType(op.getType()));
  auto number = dyn_cast<IntegerAttr>(op.getValue());
  if (!number)
    return refuse(op);
  if (op.getType().isInteger(1))
    return Expression::primary(number.getValue().isZero() ? "false" : "true",
                               DType::b1);
  return Expression::integer(number.getValue().getZExtValue(),
                             integerType(integerWidth(op.getType()), false));
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Expression KernelEmitter::integerArithmetic(Operation *op, Operator symbol) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (op->getResult(0).getType().isInteger(1)) // arithmetic modulo 2
    return symbol.symbol == op::mul.symbol
               ? binary(op::logicalAnd, expression(left), expression(right),
                        DType::b1, DType::b1)
               : binary(op::ne, expression(left), expression(right), DType::b1,
                        DType::b1);
  unsigned width = integerWidth(op->getResult(0).getType());
  DType type = integerType(width, true);
  if (symbol.symbol == op::sub.symbol && matchPattern(left, m_Zero())) {
    Expression operand = width < 32 ? valued(right, false) : typed(right, true);
    DType result = promoted(type);
    return unary("-", operand, result, result);
  }
  auto overflow = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  if (overflow && overflow.hasNoSignedWrap() && width >= 32 &&
      !signedness.prefersUnsigned(op->getResult(0))) {
    DType signedType = integerType(width, false);
    Expression a = valued(left, false);
    Expression b = valued(right, false);
    // Literals and index casts may both be narrower than the result.
    auto suppliesType = [&](Value value) {
      Expression operand = expression(value);
      return !operand.literal && operand.type == signedType;
    };
    if (!suppliesType(left) && !suppliesType(right))
      a = typed(left, false);
    return binary(symbol, a, b, signedType, signedType);
  }
  return wrapping(symbol, expression(left), expression(right), type);
}

Expression KernelEmitter::division(Operation *op, bool isUnsigned,
                                   bool isRemainder) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (op->getResult(0).getType().isInteger(1))
    return refuse(op, "division of booleans");
  DType type =
      integerType(integerWidth(op->getResult(0).getType()), isUnsigned);
  DType wide = promoted(type);
  // Only INT8_MIN / -1 and its like leave the range of a narrow type.
  DType range = isRemainder || isUnsigned ? type : wide;
  llvm::APInt divisor;
  bool isSafe = matchPattern(right, m_ConstantInt(&divisor)) &&
                !divisor.isZero() && (isUnsigned || !divisor.isAllOnes());
  if (isSafe) {
    Expression a = valued(left, isUnsigned);
    // Two literals, or a literal and an index cast, would compute in a narrower
    // type.
    if (wide == type && (expression(left).literal || a.type != wide))
      a = typed(left, isUnsigned);
    return binary(isRemainder ? op::rem : op::div, a, valued(right, isUnsigned),
                  wide, range);
  }
  needed.insert({1, isRemainder ? "rem" : "div", wide});
  // Both arguments select the overload; narrow ones become int by themselves.
  auto argument = [&](Value value) {
    return wide == type ? typed(value, isUnsigned) : valued(value, isUnsigned);
  };
  Expression result = call(isRemainder ? "enigma_rem" : "enigma_div",
                           {argument(left), argument(right)}, wide);
  result.value = range;
  return result;
}

Expression KernelEmitter::logical(Operation *op) {
  Expression left = expression(op->getOperand(0)),
             right = expression(op->getOperand(1));
  if (isa<arith::AndIOp>(op))
    return binary(op::logicalAnd, left, right, DType::b1, DType::b1);
  if (isa<arith::OrIOp>(op))
    return binary(op::logicalOr, left, right, DType::b1, DType::b1);
  if (matchPattern(op->getOperand(1), m_One()))
    return unary("!", left, DType::b1, DType::b1);
  return binary(op::ne, left, right, DType::b1, DType::b1);
}

Expression KernelEmitter::bitOperation(Operation *op, Operator symbol) {
  if (op->getResult(0).getType().isInteger(1))
    return logical(op);
  Expression left = expression(op->getOperand(0)),
             right = expression(op->getOperand(1));
  unsigned width = integerWidth(op->getResult(0).getType());
  DType type = integerType(width, true), wide = promoted(type);
  if (left.literal && right.literal)
    left = typedLiteral(*left.literal, type);
  // Index casts may be narrower than the result; a bit operator on them alone
  // would be too.
  auto hasWidth = [&](const Expression &e) {
    return !e.literal && bitWidth(e.type) >= width;
  };
  if (!hasWidth(left) && !hasWidth(right))
    (left.literal ? right : left) = cast(left.literal ? right : left, type);
  if (symbol.symbol == op::bitXor.symbol && right.literal &&
      signedLiteral(*right.literal, type) == -1) {
    DType result = promoted(left.type);
    return unary("~", left, result, result);
  }
  if (width < 32) {
    const Expression &typing = left.literal ? right : left;
    bool isMixed = !left.literal && !right.literal && left.value != right.value;
    // A literal reads like the operand beside it, so that the result stays in
    // its range.
    DType reading = bitWidth(typing.value) == width ? typing.value : type;
    return binary(symbol, asBits(left, reading, true),
                  asBits(right, reading, true), wide,
                  isMixed ? wide : typing.value);
  }
  auto makesUnsigned = [&](const Expression &e) {
    return hasWidth(e) && isUnsigned(e.type);
  };
  DType result =
      integerType(width, makesUnsigned(left) || makesUnsigned(right));
  return binary(symbol, asBits(left, result, true), asBits(right, result, true),
                result, result);
}

Expression KernelEmitter::shift(Operation *op) {
  if (op->getResult(0).getType().isInteger(1))
    return refuse(op, "shift of booleans");
  unsigned width = integerWidth(op->getResult(0).getType());
  bool isLeft = isa<arith::ShLIOp>(op), isUnsigned = !isa<arith::ShRSIOp>(op);
  DType type = integerType(width, isUnsigned), wide = promoted(type);
  Expression value = expression(op->getOperand(0));
  // A left shift of a negative int is undefined before C++20, and so is one
  // that leaves int.
  if (isLeft && width == 16)
    value = asType(value.literal ? value : asValue(value, type), DType::u32),
    wide = DType::u32;
  else
    value = width < 32 && !value.literal ? asValue(value, type)
                                         : asType(value, type);
  Expression count = expression(op->getOperand(1));
  count =
      count.literal
          ? plainLiteral(*count.literal, count.type)
          : asValue(count,
                    integerType(width, enigma::msl::isUnsigned(count.value)));
  return binary(isLeft ? op::shl : op::shr, value, count, wide,
                isLeft ? wide : type);
}

Expression KernelEmitter::minMax(Operation *op, StringRef function,
                                 bool isUnsigned) {
  Type type = op->getResult(0).getType();
  if (type.isInteger(1))
    return refuse(op, "booleans have no order in Metal");
  Expression left = typed(op->getOperand(0), isUnsigned),
             right = typed(op->getOperand(1), isUnsigned);
  DType result = *scalarType(type, isUnsigned);
  if (!type.isBF16())
    return call(function, {left, right}, result);
  // Metal's functions have no bfloat forms; these are exact in float.
  return cast(call(function, {cast(left, DType::f32), cast(right, DType::f32)},
                   DType::f32),
              DType::bf16);
}

//===----------------------------------------------------------------------===//
// Comparison and choice
//===----------------------------------------------------------------------===//

Expression KernelEmitter::compare(arith::CmpIOp op) {
  using enum arith::CmpIPredicate;
  arith::CmpIPredicate predicate = op.getPredicate();
  Value left = op.getLhs(), right = op.getRhs();
  bool isUnsigned = llvm::is_contained({ult, ule, ugt, uge}, predicate);
  // The signed reading of `true` is -1: signed order of booleans is unsigned
  // order upside down.
  if (left.getType().isInteger(1) &&
      llvm::is_contained({slt, sle, sgt, sge}, predicate))
    std::swap(left, right);
  if (predicate == eq || predicate == ne) {
    auto wantsUnsigned = [&](Value value) {
      Expression operand = expression(value);
      return !operand.literal && enigma::msl::isUnsigned(operand.value);
    };
    isUnsigned = wantsUnsigned(left) || wantsUnsigned(right);
  }
  Operator symbol = [&] {
    switch (predicate) {
    case eq:
      return op::eq;
    case ne:
      return op::ne;
    case slt:
    case ult:
      return op::lt;
    case sle:
    case ule:
      return op::le;
    case sgt:
    case ugt:
      return op::gt;
    case sge:
    case uge:
      return op::ge;
    }
    llvm_unreachable("not an integer comparison");
  }();
  Expression a = valued(left, isUnsigned), b = valued(right, isUnsigned);
  if (expression(left).literal && expression(right).literal)
    a = typed(left, isUnsigned), b = typed(right, isUnsigned);
  return binary(symbol, a, b, DType::b1, DType::b1);
}

Expression KernelEmitter::compare(arith::CmpFOp op) {
  using enum arith::CmpFPredicate;
  Expression left = expression(op.getLhs()), right = expression(op.getRhs());
  auto simple = [&](Operator symbol) {
    return binary(symbol, left, right, DType::b1, DType::b1);
  };
  auto negated = [&](const Expression &e) {
    return unary("!", e, DType::b1, DType::b1);
  };
  auto notEqual = [&] {
    return binary(op::logicalOr, simple(op::lt), simple(op::gt), DType::b1,
                  DType::b1);
  };
  auto always = [&](const char *truth) {
    unsigned width = widthOf(op.getType());
    return width == 1
               ? Expression::primary(truth, DType::b1)
               : call(metalTypeName(DType::b1, width),
                      Expression::primary(truth, DType::b1), DType::b1, width);
  };
  // Metal has isnan for half and float; a bfloat is exactly a float.
  auto isNaN = [&](const Expression &e) {
    return call("isnan", e.type == DType::bf16 ? cast(e, DType::f32) : e,
                DType::b1, e.width);
  };
  auto unordered = [&] {
    return op.getLhs() == op.getRhs()
               ? isNaN(left)
               : binary(op::logicalOr, isNaN(left), isNaN(right), DType::b1,
                        DType::b1);
  };
  switch (op.getPredicate()) {
  case AlwaysFalse:
    return always("false");
  case AlwaysTrue:
    return always("true");
  case OEQ:
    return simple(op::eq);
  case OGT:
    return simple(op::gt);
  case OGE:
    return simple(op::ge);
  case OLT:
    return simple(op::lt);
  case OLE:
    return simple(op::le);
  case UNE:
    return simple(op::ne);
  case ONE:
    return notEqual();
  case UEQ:
    return negated(notEqual());
  case UGT:
    return negated(simple(op::le));
  case UGE:
    return negated(simple(op::lt));
  case ULT:
    return negated(simple(op::ge));
  case ULE:
    return negated(simple(op::gt));
  case ORD:
    return negated(unordered());
  case UNO:
    return unordered();
  }
  llvm_unreachable("not a float comparison");
}

Expression KernelEmitter::choose(const Expression &condition, Value whenTrue,
                                 Value whenFalse, Value result) {
  if (isVector(result.getType()))
    return vectorChoose(condition, whenTrue, whenFalse, result);
  Expression a = expression(whenTrue), b = expression(whenFalse);
  if (!isIntegerValue(result.getType()))
    return conditional(condition, a, b, a.type, a.type);
  DType type = integerType(integerWidth(result.getType()),
                           signedness.prefersUnsigned(result));
  // One arm with the exact type is enough for the other to be a plain number.
  bool isExact = promoted(type) == type && ((!a.literal && a.type == type) ||
                                            (!b.literal && b.type == type));
  auto arm = [&](const Expression &e) {
    return e.literal && isExact ? plainLiteral(*e.literal, type)
                                : asType(e, type);
  };
  return conditional(condition, arm(a), arm(b), type, type);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Expression KernelEmitter::convert(Operation *op) {
  Value operand = op->getOperand(0);
  Type from = operand.getType(), to = op->getResult(0).getType();
  bool fromBool = from.isInteger(1);
  auto scalar = [&](bool isUnsigned) { return *scalarType(to, isUnsigned); };
  auto fromBoolAs = [&](StringRef one, DType type) {
    return conditional(expression(operand),
                       Expression::primary(one.str(), type),
                       type == DType::f32 ? Expression::primary("0.0f", type)
                                          : Expression::primary("0", type),
                       type, type);
  };
  return TypeSwitch<Operation *, Expression>(op)
      .Case<arith::IndexCastOp, arith::IndexCastUIOp>([&](auto) {
        bool isUnsigned = isa<arith::IndexCastUIOp>(op);
        if (fromBool)
          return isUnsigned ? cast(expression(operand), DType::u64)
                            : asType(fromBoolAs("-1", DType::i32), DType::i64);
        // An index reads its source as it is; 64-bit arithmetic on it asks for
        // a cast.
        if (to.isIndex()) {
          Expression source = expression(operand);
          if (source.literal && !isUnsigned)
            source.literal =
                uint64_t(signedLiteral(*source.literal, source.type));
          return source.literal
                     ? Expression::integer(*source.literal, DType::i64)
                     : valued(operand, isUnsigned);
        }
        return asType(expression(operand), scalar(isUnsigned));
      })
      .Case([&](arith::ExtUIOp) {
        DType type = scalar(true);
        return fromBool ? cast(expression(operand), type)
                        : cast(valued(operand, true), type);
      })
      .Case([&](arith::ExtSIOp) {
        DType type = scalar(false);
        return fromBool ? asType(fromBoolAs("-1", DType::i32), type)
                        : cast(valued(operand, false), type);
      })
      .Case([&](arith::TruncIOp) {
        Expression value = expression(operand);
        if (to.isInteger(1)) {
          DType wide = promoted(integerType(integerWidth(from), true));
          Expression bit = binary(op::bitAnd, asBits(value, wide),
                                  Expression::primary("1", wide), wide, wide);
          return binary(op::ne, bit, Expression::primary("0", wide), DType::b1,
                        DType::b1);
        }
        return asType(value,
                      scalar(signedness.prefersUnsigned(op->getResult(0))));
      })
      .Case([&](arith::SIToFPOp) {
        return fromBool ? asType(fromBoolAs("-1.0f", DType::f32), scalar(false))
                        : cast(valued(operand, false), scalar(false));
      })
      .Case([&](arith::UIToFPOp) {
        return cast(fromBool ? expression(operand) : valued(operand, true),
                    scalar(false));
      })
      .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) {
        if (to.isInteger(1))
          return refuse(op, "float to boolean");
        return cast(expression(operand), scalar(isa<arith::FPToUIOp>(op)));
      })
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [&](auto) { return cast(expression(operand), scalar(false)); })
      .Case([&](arith::BitcastOp) {
        if (fromBool || to.isInteger(1))
          return refuse(op, "bits of a boolean");
        DType type = scalar(isIntegerValue(to) &&
                            signedness.prefersUnsigned(op->getResult(0)));
        Expression source = expression(operand);
        if (isIntegerValue(from))
          source = asType(
              source, integerType(integerWidth(from),
                                  !source.literal && isUnsigned(source.type)));
        return call(("as_type<" + metalName(type) + ">").str(), source, type);
      })
      .Default([&](Operation *op) { return refuse(op); });
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Expression KernelEmitter::element(Value buffer, OperandRange indices) {
  auto type = cast<BufferType>(buffer.getType());
  std::string text = buffers.lookup(buffer);
  auto plain = [](Expression index) {
    if (index.literal)
      return plainLiteral(*index.literal, DType::i64);
    // Clang warns about subscripts of type char.
    return index.type == DType::i8 ? cast(index, DType::i32) : index;
  };
  if (type.isAllocated() || indices.size() == 1)
    for (Value index : indices)
      text += "[" + plain(expression(index)).text + "]";
  else
    text += "[" + linearIndex(type, indices) + "]";
  return Expression::primary(text, *scalarType(type.getElementType()),
                             widthOf(type.getElementType()));
}

/// `i * N + j`, row-major. In 32 bits where no element is out of reach of an
/// int, else in 64.
std::string KernelEmitter::linearIndex(BufferType type, OperandRange indices) {
  bool isSmall = *type.getNumElements() <= std::numeric_limits<int32_t>::max();
  int64_t stride = *type.getNumElements();
  std::optional<Expression> sum;
  for (auto [index, extent] : llvm::zip_equal(indices, type.getShape())) {
    stride /= extent;
    Expression term = expression(index);
    if (term.literal) {
      uint64_t offset = *term.literal * uint64_t(stride);
      if (offset == 0)
        continue;
      term = plainLiteral(offset, DType::i64);
    } else {
      if (!isSmall && bitWidth(term.type) < 64)
        term = cast(term, integerType(64, isUnsigned(term.value)));
      if (stride != 1)
        term = binary(op::mul, term, plainLiteral(stride, DType::i64),
                      term.type, term.value);
    }
    sum = sum ? binary(op::add, *sum, term, term.type, term.value) : term;
  }
  if (!sum)
    return "0";
  return sum->type == DType::i8 ? cast(*sum, DType::i32).text : sum->text;
}

} // namespace enigma::msl
