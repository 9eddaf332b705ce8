// Ops on vectors as expressions. Metal's vectors have neither promotions nor
// implicit conversions, and arithmetic on signed ones may not overflow:
// integers are computed in the type that the op means, with casts where they
// have another.
#include "KernelEmitter.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::msl {

static bool isBoolVector(Type type) {
  return isa<VectorType>(type) && getElementTypeOrSelf(type).isInteger(1);
}

static DType unsignedTypeOf(Type type) {
  return integerType(integerWidth(type), /*isUnsigned=*/true);
}

//===----------------------------------------------------------------------===//
// Components
//===----------------------------------------------------------------------===//

static Expression componentLiteral(Attribute attribute, DType type) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return floatLiteral(number.getValue(), type);
  llvm::APInt bits = cast<IntegerAttr>(attribute).getValue();
  if (type == DType::b1)
    return Expression::primary(bits.isZero() ? "false" : "true", type);
  return typedLiteral(bits.getZExtValue(), type);
}

/// `float4(a)` where all components are the same, else `float4(a, b, c, d)`.
static Expression construct(ArrayRef<Expression> components, DType type) {
  bool isSplat = llvm::all_of(components, [&](const Expression &e) {
    return e.text == components.front().text;
  });
  unsigned width = components.size();
  return call(metalTypeName(type, width),
              isSplat ? components.take_front() : components, type, width);
}

Expression KernelEmitter::vectorConstant(arith::ConstantOp op) {
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!elements)
    return refuse(op);
  DType type = *signedness.typeOf(op.getResult());
  return construct(llvm::map_to_vector(elements.getValues<Attribute>(),
                                       [&](Attribute attribute) {
                                         return componentLiteral(attribute,
                                                                 type);
                                       }),
                   type);
}

/// A vector whose components are of `type`, as an operand beside another
/// vector: a scalar if all components are the same.
Expression KernelEmitter::vectorOperand(Value value, DType type) {
  DenseElementsAttr elements;
  if (matchPattern(value, m_Constant(&elements)))
    return elements.isSplat()
               ? componentLiteral(elements.getSplatValue<Attribute>(), type)
               : construct(llvm::map_to_vector(elements.getValues<Attribute>(),
                                               [&](Attribute attribute) {
                                                 return componentLiteral(
                                                     attribute, type);
                                               }),
                           type);
  auto make = value.getDefiningOp<MakeVecOp>();
  if (make && make.getSplat() && !bindings.contains(value))
    return asType(expression(make.getSplat()), type);
  return asType(expression(value), type);
}

Expression KernelEmitter::makeVector(MakeVecOp op) {
  DType type = *signedness.typeOf(op.getResult());
  return construct(llvm::map_to_vector(op.getValues(),
                                       [&](Value value) {
                                         return asType(expression(value), type);
                                       }),
                   type);
}

/// `float4(v.x, a, v.zw)`.
Expression KernelEmitter::insertComponent(VecInsertOp op) {
  Expression vector = expression(op.getVector());
  int64_t lane = op.getLane(), width = widthOf(op.getType());
  SmallVector<Expression> parts;
  auto keep = [&](int64_t first, int64_t end) {
    if (first != end)
      parts.push_back(
          component(vector, llvm::to_vector(llvm::seq<int64_t>(first, end))));
  };
  keep(0, lane);
  parts.push_back(asType(expression(op.getValue()), vector.type));
  keep(lane + 1, width);
  return call(metalTypeName(vector.type, width), parts, vector.type, width);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Operands with components of `type`; one of them may be written as a scalar.
Expression KernelEmitter::vectorBinary(Operation *op, Operator symbol,
                                       DType type, DType result) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  Expression a = vectorOperand(left, type), b = vectorOperand(right, type);
  if (a.width == 1 && b.width == 1)
    a = asType(expression(left), type);
  return binary(symbol, a, b, result, result);
}

/// The type in which two vectors meet bit by bit: theirs if it is the same,
/// else the unsigned one.
static DType meetingType(const Expression &a, const Expression &b, Type type) {
  return a.type == b.type ? a.type : unsignedTypeOf(type);
}

Expression KernelEmitter::vectorBits(Operation *op, Operator symbol) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  Type type = left.getType();
  DenseElementsAttr mask;
  bool isNot = symbol.symbol == op::bitXor.symbol &&
               matchPattern(right, m_Constant(&mask)) && mask.isSplat() &&
               mask.getSplatValue<APInt>().isAllOnes();
  Expression a = expression(left);
  if (isBoolVector(type)) {
    if (isNot)
      return unary("!", a, DType::b1, DType::b1);
    Operator logical = symbol.symbol == op::bitAnd.symbol  ? op::logicalAnd
                       : symbol.symbol == op::bitOr.symbol ? op::logicalOr
                                                           : op::ne;
    return binary(logical, a, expression(right), DType::b1, DType::b1);
  }
  if (isNot)
    return unary("~", a, a.type, a.type);
  DType meeting = matchPattern(right, m_Constant())
                      ? a.type
                      : meetingType(a, expression(right), type);
  return vectorBinary(op, symbol, meeting, meeting);
}

Expression KernelEmitter::vectorDivision(Operation *op, bool isUnsigned,
                                         bool isRemainder) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  if (isBoolVector(left.getType()))
    return refuse(op, "division of booleans");
  DType type = integerType(integerWidth(left.getType()), isUnsigned);
  DenseElementsAttr divisors;
  bool isSafe = matchPattern(right, m_Constant(&divisors)) &&
                llvm::none_of(divisors.getValues<APInt>(), [&](const APInt &x) {
                  return x.isZero() || (!isUnsigned && x.isAllOnes());
                });
  if (isSafe)
    return vectorBinary(op, isRemainder ? op::rem : op::div, type, type);
  unsigned width = widthOf(left.getType());
  std::string name = isRemainder ? "rem" : "div";
  needed.insert({1, name, promoted(type)});
  needed.insert({width, name, type});
  return call("enigma_" + name,
              {asType(expression(left), type), asType(expression(right), type)},
              type, width);
}

Expression KernelEmitter::vectorCompare(arith::CmpIOp op) {
  using enum arith::CmpIPredicate;
  arith::CmpIPredicate predicate = op.getPredicate();
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
  Expression a = expression(op.getLhs()), b = expression(op.getRhs());
  bool isEquality = predicate == eq || predicate == ne;
  if (isBoolVector(op.getLhs().getType())) {
    if (isEquality)
      return binary(symbol, a, b, DType::b1, DType::b1);
    // The signed reading of `true` is -1: signed order of booleans is unsigned
    // order upside down.
    if (llvm::is_contained({slt, sle, sgt, sge}, predicate))
      std::swap(a, b);
    return binary(symbol, cast(a, DType::u8), cast(b, DType::u8), DType::b1,
                  DType::b1);
  }
  bool isUnsigned = llvm::is_contained({ult, ule, ugt, uge}, predicate);
  Type type = op.getLhs().getType();
  DType reading = isEquality ? meetingType(a, b, type)
                             : integerType(integerWidth(type), isUnsigned);
  return vectorBinary(op, symbol, reading, DType::b1);
}

//===----------------------------------------------------------------------===//
// Choice and conversions
//===----------------------------------------------------------------------===//

Expression KernelEmitter::vectorChoose(const Expression &condition,
                                       Value whenTrue, Value whenFalse,
                                       Value result) {
  DType type = *signedness.typeOf(result);
  unsigned width = widthOf(result.getType());
  Expression a = asType(expression(whenTrue), type),
             b = asType(expression(whenFalse), type);
  if (condition.width == 1)
    return conditional(condition, a, b, type, type);
  if (type != DType::bf16)
    return call("select", {b, a, condition}, type, width);
  // `select` has no bfloat form; its bits are chosen as well.
  auto bits = [&](const Expression &e) {
    return call("as_type<" + metalTypeName(DType::u16, width) + ">", e,
                DType::u16, width);
  };
  return call("as_type<" + metalTypeName(type, width) + ">",
              call("select", {bits(b), bits(a), condition}, DType::u16, width),
              type, width);
}

Expression KernelEmitter::vectorConvert(Operation *op) {
  Value operand = op->getOperand(0);
  Type from = operand.getType(), to = op->getResult(0).getType();
  unsigned width = widthOf(to);
  auto as = [&](bool isUnsigned) {
    return isBoolVector(from)
               ? expression(operand)
               : asType(expression(operand), *scalarType(from, isUnsigned));
  };
  // The signed reading of `true` is -1.
  auto minusOne = [&](DType type) {
    auto all = [&](const char *number) {
      return call(metalTypeName(type, width), Expression::primary(number, type),
                  type, width);
    };
    return call("select", {all("0"), all("-1"), expression(operand)}, type,
                width);
  };
  return TypeSwitch<Operation *, Expression>(op)
      .Case(
          [&](arith::ExtUIOp) { return cast(as(true), *scalarType(to, true)); })
      .Case([&](arith::ExtSIOp) {
        DType type = *scalarType(to, false);
        return isBoolVector(from) ? minusOne(type) : cast(as(false), type);
      })
      .Case([&](arith::TruncIOp) {
        if (!isBoolVector(to))
          return cast(expression(operand),
                      *signedness.typeOf(op->getResult(0)));
        DType type = unsignedTypeOf(from);
        Expression bit =
            binary(op::bitAnd, as(true), typedLiteral(1, type), type, type);
        return binary(op::ne, bit, typedLiteral(0, type), DType::b1, DType::b1);
      })
      .Case([&](arith::SIToFPOp) {
        return cast(isBoolVector(from) ? minusOne(DType::i32) : as(false),
                    *scalarType(to));
      })
      .Case([&](arith::UIToFPOp) { return cast(as(true), *scalarType(to)); })
      .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) {
        if (isBoolVector(to))
          return refuse(op, "float to boolean");
        return cast(expression(operand),
                    *scalarType(to, isa<arith::FPToUIOp>(op)));
      })
      .Case<arith::ExtFOp, arith::TruncFOp>(
          [&](auto) { return cast(expression(operand), *scalarType(to)); })
      .Case([&](arith::BitcastOp) {
        if (isBoolVector(from) || isBoolVector(to))
          return refuse(op, "bits of a boolean");
        DType type = *signedness.typeOf(op->getResult(0));
        return call("as_type<" + metalTypeName(type, width) + ">",
                    expression(operand), type, width);
      })
      .Default([&](Operation *op) { return refuse(op); });
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Consecutive elements as a packed vector, which has the alignment of a scalar
/// (MSL specification, section 2.2.3).
Expression KernelEmitter::consecutive(Value buffer, Value index,
                                      VectorType type) {
  auto memory = cast<BufferType>(buffer.getType());
  DType scalar = *scalarType(memory.getElementType());
  unsigned width = widthOf(type);
  // Booleans have no packed vectors; their bytes have.
  if (scalar == DType::b1)
    scalar = DType::u8;
  bool isConst = memory.getAccess() == Access::read &&
                 memory.getSpace() == AddressSpace::device;
  std::string name = buffers.lookup(buffer);
  Expression offset = expression(index);
  if (offset.literal)
    offset = plainLiteral(*offset.literal, DType::i64);
  else if (offset.type == DType::i8)
    offset = cast(offset, DType::i32);
  std::string pointer = (Twine("(") + (isConst ? "const " : "") +
                         stringifyAddressSpace(memory.getSpace()) + " packed_" +
                         metalTypeName(scalar, width) + "*)")
                            .str();
  std::string first = "&" + name + "[" + offset.text + "]";
  // An index past a row of an array of arrays is undefined.
  bool isArray = memory.getSpace() == AddressSpace::threadgroup ||
                 memory.getSpace() == AddressSpace::thread;
  if (isArray && memory.getRank() > 1) {
    Expression start{("(" + stringifyAddressSpace(memory.getSpace()) + " " +
                      metalName(scalar) + "*)" + name)
                         .str(),
                     Precedence::Unary};
    first = "(" + binary(op::add, start, offset, scalar, scalar).text + ")";
  }
  return {"*" + pointer + first, Precedence::Unary, scalar, scalar};
}

void KernelEmitter::emitStoreVector(StoreVecOp op) {
  Expression target =
      consecutive(op.getBuffer(), op.getIndices()[0], op.getValue().getType());
  Expression value = asType(expression(op.getValue()), target.type);
  line(target.text + " = " + value.text + ";", op.getLoc());
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

Expression KernelEmitter::vectorValue(Operation *op) {
  if (op->getNumResults() != 1)
    return refuse(op);
  Type result = op->getResult(0).getType();
  unsigned width = widthOf(result);
  auto floats = [&](Operator symbol) {
    DType type = *scalarType(result);
    return vectorBinary(op, symbol, type, type);
  };
  auto wrapping = [&](Operator symbol) {
    if (isBoolVector(result)) // arithmetic modulo 2
      return binary(symbol.symbol == op::mul.symbol ? op::logicalAnd : op::ne,
                    expression(op->getOperand(0)),
                    expression(op->getOperand(1)), DType::b1, DType::b1);
    DType type = unsignedTypeOf(result);
    if (symbol.symbol == op::sub.symbol &&
        matchPattern(op->getOperand(0), m_Zero()))
      return unary("-", asType(expression(op->getOperand(1)), type), type,
                   type);
    return vectorBinary(op, symbol, type, type);
  };
  auto shift = [&](Operator symbol, bool isUnsigned) {
    if (isBoolVector(result))
      return refuse(op, "shift of booleans");
    DType type = integerType(integerWidth(result), isUnsigned);
    return binary(symbol, asType(expression(op->getOperand(0)), type),
                  vectorOperand(op->getOperand(1), type), type, type);
  };
  auto function = [&](StringRef name, bool isUnsigned) {
    if (isBoolVector(result))
      return refuse(op, "booleans have no order in Metal");
    DType type = *scalarType(result, isUnsigned);
    SmallVector<Expression> arguments;
    // Metal's functions have no bfloat forms; these are exact in float.
    DType with = type == DType::bf16 ? DType::f32 : type;
    for (Value operand : op->getOperands())
      arguments.push_back(asType(expression(operand), with));
    return asType(call(name, arguments, with, width), type);
  };
  return TypeSwitch<Operation *, Expression>(op)
      .Case([&](arith::ConstantOp op) { return vectorConstant(op); })
      .Case([&](MakeVecOp op) { return makeVector(op); })
      .Case([&](VecInsertOp op) { return insertComponent(op); })
      .Case([&](VecExtractOp op) {
        return component(expression(op.getVector()), int64_t(op.getLane()));
      })
      .Case([&](VecSwizzleOp op) {
        return component(expression(op.getVector()), op.getLanes());
      })
      .Case([&](LoadVecOp op) {
        Expression packed =
            consecutive(op.getBuffer(), op.getIndices()[0], op.getType());
        packed.width = width;
        Expression value = cast(packed, packed.type);
        return isBoolVector(result) ? cast(value, DType::b1) : value;
      })
      .Case([&](arith::AddFOp) { return floats(op::add); })
      .Case([&](arith::SubFOp) { return floats(op::sub); })
      .Case([&](arith::MulFOp) { return floats(op::mul); })
      .Case([&](arith::DivFOp) { return floats(op::div); })
      .Case([&](arith::NegFOp op) {
        DType type = *scalarType(result);
        return unary("-", expression(op.getOperand()), type, type);
      })
      .Case([&](arith::AddIOp) { return wrapping(op::add); })
      .Case([&](arith::SubIOp) { return wrapping(op::sub); })
      .Case([&](arith::MulIOp) { return wrapping(op::mul); })
      .Case([&](arith::DivSIOp) { return vectorDivision(op, false, false); })
      .Case([&](arith::DivUIOp) { return vectorDivision(op, true, false); })
      .Case([&](arith::RemSIOp) { return vectorDivision(op, false, true); })
      .Case([&](arith::RemUIOp) { return vectorDivision(op, true, true); })
      .Case([&](arith::AndIOp) { return vectorBits(op, op::bitAnd); })
      .Case([&](arith::OrIOp) { return vectorBits(op, op::bitOr); })
      .Case([&](arith::XOrIOp) { return vectorBits(op, op::bitXor); })
      .Case([&](arith::ShLIOp) { return shift(op::shl, true); })
      .Case([&](arith::ShRSIOp) { return shift(op::shr, false); })
      .Case([&](arith::ShRUIOp) { return shift(op::shr, true); })
      .Case([&](arith::CmpIOp op) { return vectorCompare(op); })
      .Case([&](arith::CmpFOp op) { return compare(op); })
      .Case([&](arith::MinSIOp) { return function("min", false); })
      .Case([&](arith::MaxSIOp) { return function("max", false); })
      .Case([&](arith::MinUIOp) { return function("min", true); })
      .Case([&](arith::MaxUIOp) { return function("max", true); })
      .Case([&](arith::MinNumFOp) { return function("fmin", false); })
      .Case([&](arith::MaxNumFOp) { return function("fmax", false); })
      .Case([&](arith::RemFOp) { return function("fmod", false); })
      .Case([&](arith::SelectOp op) {
        return vectorChoose(expression(op.getCondition()), op.getTrueValue(),
                            op.getFalseValue(), op.getResult());
      })
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::ExtFOp,
            arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp,
            arith::FPToUIOp, arith::BitcastOp>(
          [&](auto) { return vectorConvert(op); })
      .Default([&](Operation *op) { return refuse(op); });
}

} // namespace enigma::msl
