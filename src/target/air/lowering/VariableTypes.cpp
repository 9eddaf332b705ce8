// The types of Python variables in debug information: Metal's.
#include "VariableTypes.h"
#include "enigma/IR/ElementTypes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/BinaryFormat/Dwarf.h"

using namespace mlir;

namespace enigma::air {

namespace {

LLVM::DITypeAttr debugType(MLIRContext *context, DType dtype, unsigned width) {
  const DTypeRow &row = dtypeRow(dtype);
  unsigned encoding = 0;
  switch (row.kind) {
  case DTypeKind::Float:
  case DTypeKind::BFloat:
    encoding = llvm::dwarf::DW_ATE_float;
    break;
  case DTypeKind::SignedInt:
    encoding = llvm::dwarf::DW_ATE_signed;
    break;
  case DTypeKind::UnsignedInt:
    encoding = llvm::dwarf::DW_ATE_unsigned;
    break;
  case DTypeKind::Bool:
    encoding = llvm::dwarf::DW_ATE_boolean;
    break;
  }
  uint64_t bits = uint64_t(row.bytes) * 8;
  LLVM::DITypeAttr scalar =
      LLVM::DIBasicTypeAttr::get(context, llvm::dwarf::DW_TAG_base_type,
                                 StringRef(row.metal), bits, encoding);
  if (width == 1)
    return scalar;
  auto count = IntegerAttr::get(IntegerType::get(context, 64), int64_t(width));
  // A vector of three takes the room of four.
  uint64_t lanes = width == 3 ? 4 : width;
  return LLVM::DICompositeTypeAttr::get(
      context, llvm::dwarf::DW_TAG_array_type,
      StringAttr::get(context, metalTypeName(dtype, width)), {}, 0, {}, scalar,
      LLVM::DIFlags::Vector, bits * lanes, 0, {}, {}, {}, {},
      {LLVM::DISubrangeAttr::get(context, count, {}, {}, {})});
}

/// Whether a value of a kernel is read as signed, where an operation says so.
/// Both sides of Metal's arithmetic have one type, so it is enough to find one.
class SignFinder {
public:
  std::optional<bool> find(Value value) {
    if (!visited.insert(value).second)
      return std::nullopt;
    if (auto argument = dyn_cast<BlockArgument>(value))
      return ofArgument(argument);
    Operation *op = value.getDefiningOp();
    if (auto load = dyn_cast<LoadOp>(op))
      return ofMemory(
          cast<BufferType>(load.getBuffer().getType()).getElementType());
    if (auto load = dyn_cast<LoadScalarOp>(op))
      return ofMemory(cast<enigma::ScalarType>(load.getScalar().getType())
                          .getElementType());
    if (isa<ThreadQueryOpInterface>(op))
      return false;
    if (isa<arith::DivSIOp, arith::RemSIOp, arith::ShRSIOp, arith::ExtSIOp,
            arith::FPToSIOp, arith::MaxSIOp, arith::MinSIOp>(op))
      return true;
    if (isa<arith::DivUIOp, arith::RemUIOp, arith::ShRUIOp, arith::ExtUIOp,
            arith::FPToUIOp, arith::MaxUIOp, arith::MinUIOp>(op))
      return false;
    if (isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::AndIOp,
            arith::OrIOp, arith::XOrIOp, arith::ShLIOp>(op))
      return first(op->getOperands());
    if (auto select = dyn_cast<arith::SelectOp>(op))
      return first({select.getTrueValue(), select.getFalseValue()});
    return std::nullopt;
  }

private:
  std::optional<bool> first(ValueRange values) {
    for (Value value : values)
      if (std::optional<bool> isSigned = find(value))
        return isSigned;
    return std::nullopt;
  }
  static std::optional<bool> ofMemory(Type element) {
    std::optional<DType> dtype = dtypeOf(element);
    if (!dtype || !isInteger(dtypeRow(*dtype).kind))
      return std::nullopt;
    return dtypeRow(*dtype).kind == DTypeKind::SignedInt;
  }
  /// What a loop carries has the type it starts with; its counter that of its
  /// bounds.
  std::optional<bool> ofArgument(BlockArgument argument) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop)
      return std::nullopt;
    if (argument == loop.getInductionVar())
      return !loop.getUnsignedCmp();
    return find(loop.getTiedLoopInit(argument)->get());
  }

  llvm::SmallDenseSet<Value> visited;
};

std::optional<DType> integerType(unsigned bits, bool isSigned) {
  switch (bits) {
  case 8:
    return isSigned ? DType::i8 : DType::u8;
  case 16:
    return isSigned ? DType::i16 : DType::u16;
  case 32:
    return isSigned ? DType::i32 : DType::u32;
  case 64:
    return isSigned ? DType::i64 : DType::u64;
  default:
    return std::nullopt;
  }
}

} // namespace

LLVM::DITypeAttr variableType(Value value) {
  Type type = value.getType();
  auto vector = dyn_cast<VectorType>(type);
  if (vector && (vector.getRank() != 1 || vector.getNumElements() > 4))
    return {};
  Type scalar = vector ? vector.getElementType() : type;
  std::optional<DType> dtype;
  if (scalar.isInteger(1)) {
    dtype = DType::b1;
  } else if (isa<FloatType>(scalar)) {
    dtype = dtypeOf(scalar);
  } else if (isa<IntegerType>(scalar)) {
    if (std::optional<bool> isSigned = SignFinder().find(value))
      dtype = integerType(scalar.getIntOrFloatBitWidth(), *isSigned);
  }
  if (!dtype)
    return {};
  return debugType(value.getContext(), *dtype,
                   vector ? unsigned(vector.getNumElements()) : 1);
}

LLVM::DITypeAttr parameterType(MLIRContext *context,
                               const BufferParameter &buffer) {
  std::optional<DType> dtype = dtypeOf(buffer.element);
  LLVM::DITypeAttr element =
      debugType(context, *dtype, widthOf(buffer.element));
  return LLVM::DIDerivedTypeAttr::get(
      context,
      buffer.isScalar ? llvm::dwarf::DW_TAG_reference_type
                      : llvm::dwarf::DW_TAG_pointer_type,
      {}, element, /*sizeInBits=*/64, /*alignInBits=*/0, /*offsetInBits=*/0,
      std::nullopt, {});
}

} // namespace enigma::air
