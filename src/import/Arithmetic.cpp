// Operators, conversions and constants of the trace as arith ops.
#include "Arithmetic.h"
#include "enigma/IR/Enigma.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace enigma;
using trace::Constant;

static Type scalarType(Builder &builder, DType dtype) {
  switch (dtype) {
  case DType::f32:
    return builder.getF32Type();
  case DType::f16:
    return builder.getF16Type();
  case DType::bf16:
    return builder.getBF16Type();
  case DType::b1:
    return builder.getI1Type();
  default:
    return builder.getIntegerType(dtypeRow(dtype).bytes * 8);
  }
}

Type enigma::valueType(Builder &builder, const trace::Type &type) {
  Type scalar = scalarType(builder, type.dtype);
  if (type.simdgroupMatrix)
    return SimdgroupMatrixType::get(scalar);
  return type.width == 1 ? scalar : VectorType::get({type.width}, scalar);
}

static TypedAttr splat(Type type, Attribute scalar) {
  if (auto vector = dyn_cast<VectorType>(type))
    return DenseElementsAttr::get(vector, scalar);
  return cast<TypedAttr>(scalar);
}

Value enigma::buildInteger(OpBuilder &builder, Location loc, Type type,
                           int64_t value) {
  Attribute scalar = builder.getIntegerAttr(getElementTypeOrSelf(type), value);
  return arith::ConstantOp::create(builder, loc, splat(type, scalar));
}

static Value buildFloat(OpBuilder &builder, Location loc, Type type,
                        double value) {
  Attribute scalar = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  return arith::ConstantOp::create(builder, loc, splat(type, scalar));
}

Type enigma::memoryType(Builder &builder, DType dtype) {
  const DTypeRow &row = dtypeRow(dtype);
  if (!isInteger(row.kind))
    return valueType(builder, trace::Type{dtype});
  return IntegerType::get(builder.getContext(), row.bytes * 8,
                          row.kind == DTypeKind::SignedInt
                              ? IntegerType::Signed
                              : IntegerType::Unsigned);
}

TypedAttr enigma::memoryConstant(Builder &builder, const Constant &constant,
                                 DType dtype) {
  Type type = memoryType(builder, dtype);
  if (isa<FloatType>(type))
    return builder.getFloatAttr(
        type, std::visit([](auto v) { return double(v); }, constant));
  uint64_t bits = std::visit([](auto v) { return uint64_t(v); }, constant);
  APInt number(type.getIntOrFloatBitWidth(), bits, /*isSigned=*/false,
               /*implicitTrunc=*/true);
  return IntegerAttr::get(
      type, APSInt(number, dtypeRow(dtype).kind != DTypeKind::SignedInt));
}

Value enigma::buildConstant(OpBuilder &builder, Location loc,
                            const Constant &constant, DType dtype) {
  Type type = scalarType(builder, dtype);
  if (isa<FloatType>(type)) {
    double value = std::visit([](auto v) { return double(v); }, constant);
    return buildFloat(builder, loc, type, value);
  }
  // The bits of an unsigned literal are what counts; the verifier has checked
  // the range.
  int64_t bits = std::visit([](auto v) { return int64_t(v); }, constant);
  return arith::ConstantOp::create(
      builder, loc,
      builder.getIntegerAttr(
          type, APInt(type.getIntOrFloatBitWidth(), uint64_t(bits),
                      /*isSigned=*/false, /*implicitTrunc=*/true)));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Value enigma::buildCast(OpBuilder &builder, Location loc, Value value,
                        const trace::Type &from, const trace::Type &to) {
  if (from.dtype == to.dtype)
    return value;
  DTypeKind source = dtypeRow(from.dtype).kind,
            target = dtypeRow(to.dtype).kind;
  Type type = valueType(builder, to);
  if (target == DTypeKind::Bool) {
    if (isFloat(source))
      return arith::CmpFOp::create(
          builder, loc, arith::CmpFPredicate::UNE, value,
          buildFloat(builder, loc, value.getType(), 0));
    return arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ne, value,
        buildInteger(builder, loc, value.getType(), 0));
  }
  bool sourceSigned = source == DTypeKind::SignedInt;
  if (isFloat(source) && isFloat(target)) {
    unsigned sourceBytes = dtypeRow(from.dtype).bytes;
    unsigned targetBytes = dtypeRow(to.dtype).bytes;
    if (sourceBytes < targetBytes)
      return arith::ExtFOp::create(builder, loc, type, value);
    if (sourceBytes > targetBytes)
      return arith::TruncFOp::create(builder, loc, type, value);
    // f16 and bf16 meet in f32, which holds both exactly.
    trace::Type wide = to;
    wide.dtype = DType::f32;
    value = buildCast(builder, loc, value, from, wide);
    return buildCast(builder, loc, value, wide, to);
  }
  if (isFloat(target))
    return sourceSigned
               ? Value(arith::SIToFPOp::create(builder, loc, type, value))
               : Value(arith::UIToFPOp::create(builder, loc, type, value));
  if (isFloat(source))
    return target == DTypeKind::SignedInt
               ? Value(arith::FPToSIOp::create(builder, loc, type, value))
               : Value(arith::FPToUIOp::create(builder, loc, type, value));
  unsigned sourceBits =
      getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  unsigned targetBits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (sourceBits == targetBits)
    return value;
  if (sourceBits > targetBits)
    return arith::TruncIOp::create(builder, loc, type, value);
  return sourceSigned
             ? Value(arith::ExtSIOp::create(builder, loc, type, value))
             : Value(arith::ExtUIOp::create(builder, loc, type, value));
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

static Value buildFloatOperator(OpBuilder &builder, Location loc,
                                StringRef name, ValueRange in) {
  if (name == "add")
    return arith::AddFOp::create(builder, loc, in[0], in[1]);
  if (name == "sub")
    return arith::SubFOp::create(builder, loc, in[0], in[1]);
  if (name == "mul")
    return arith::MulFOp::create(builder, loc, in[0], in[1]);
  if (name == "div")
    return arith::DivFOp::create(builder, loc, in[0], in[1]);
  if (name == "rem")
    return arith::RemFOp::create(builder, loc, in[0], in[1]);
  if (name == "neg")
    return arith::NegFOp::create(builder, loc, in[0]);
  return {};
}

/// Shift counts are taken modulo the width; the mask folds where the count is a
/// constant.
static Value maskedCount(OpBuilder &builder, Location loc, Value count) {
  Type type = count.getType();
  int64_t mask = getElementTypeOrSelf(type).getIntOrFloatBitWidth() - 1;
  return arith::AndIOp::create(builder, loc, count,
                               buildInteger(builder, loc, type, mask));
}

static Value buildIntegerOperator(OpBuilder &builder, Location loc,
                                  StringRef name, bool isSigned,
                                  ValueRange in) {
  Type type = in[0].getType();
  if (name == "add")
    return arith::AddIOp::create(builder, loc, in[0], in[1]);
  if (name == "sub")
    return arith::SubIOp::create(builder, loc, in[0], in[1]);
  if (name == "mul")
    return arith::MulIOp::create(builder, loc, in[0], in[1]);
  if (name == "div")
    return isSigned ? Value(arith::DivSIOp::create(builder, loc, in[0], in[1]))
                    : Value(arith::DivUIOp::create(builder, loc, in[0], in[1]));
  if (name == "rem")
    return isSigned ? Value(arith::RemSIOp::create(builder, loc, in[0], in[1]))
                    : Value(arith::RemUIOp::create(builder, loc, in[0], in[1]));
  if (name == "neg")
    return arith::SubIOp::create(builder, loc,
                                 buildInteger(builder, loc, type, 0), in[0]);
  if (name == "and")
    return arith::AndIOp::create(builder, loc, in[0], in[1]);
  if (name == "or")
    return arith::OrIOp::create(builder, loc, in[0], in[1]);
  if (name == "xor")
    return arith::XOrIOp::create(builder, loc, in[0], in[1]);
  if (name == "not")
    return arith::XOrIOp::create(builder, loc, in[0],
                                 buildInteger(builder, loc, type, -1));
  if (name == "shl")
    return arith::ShLIOp::create(builder, loc, in[0],
                                 maskedCount(builder, loc, in[1]));
  if (name == "shr") {
    Value count = maskedCount(builder, loc, in[1]);
    return isSigned ? Value(arith::ShRSIOp::create(builder, loc, in[0], count))
                    : Value(arith::ShRUIOp::create(builder, loc, in[0], count));
  }
  return {};
}

static arith::CmpIPredicate integerPredicate(StringRef name, bool isSigned) {
  using P = arith::CmpIPredicate;
  return llvm::StringSwitch<P>(name)
      .Case("cmp_eq", P::eq)
      .Case("cmp_ne", P::ne)
      .Case("cmp_lt", isSigned ? P::slt : P::ult)
      .Case("cmp_le", isSigned ? P::sle : P::ule)
      .Case("cmp_gt", isSigned ? P::sgt : P::ugt)
      .Case("cmp_ge", isSigned ? P::sge : P::uge)
      .Case("cmp_ult", P::ult)
      .Case("cmp_ule", P::ule)
      .Case("cmp_ugt", P::ugt)
      .Case("cmp_uge", P::uge);
}

/// As IEEE and Python: every comparison with a NaN is false but `!=`.
static arith::CmpFPredicate floatPredicate(StringRef name) {
  using P = arith::CmpFPredicate;
  return llvm::StringSwitch<P>(name)
      .Case("cmp_eq", P::OEQ)
      .Case("cmp_ne", P::UNE)
      .Case("cmp_lt", P::OLT)
      .Case("cmp_le", P::OLE)
      .Case("cmp_gt", P::OGT)
      .Case("cmp_ge", P::OGE);
}

Value enigma::buildOperator(OpBuilder &builder, Location loc, StringRef name,
                            const trace::Type &type, ValueRange operands) {
  DTypeKind kind = dtypeRow(type.dtype).kind;
  bool isSigned = kind == DTypeKind::SignedInt;
  if (name == "select")
    return arith::SelectOp::create(builder, loc, operands[0], operands[1],
                                   operands[2]);
  if (name.starts_with("cmp_")) {
    if (isFloat(kind))
      return arith::CmpFOp::create(builder, loc, floatPredicate(name),
                                   operands[0], operands[1]);
    return arith::CmpIOp::create(builder, loc, integerPredicate(name, isSigned),
                                 operands[0], operands[1]);
  }
  return isFloat(kind)
             ? buildFloatOperator(builder, loc, name, operands)
             : buildIntegerOperator(builder, loc, name, isSigned, operands);
}
