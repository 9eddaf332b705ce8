// Simdgroup matrices: syntax and verification of the type, verifiers of the
// ops; constraint labels as in EnigmaSimdgroupMatrix.td.
#include "enigma/IR/Enigma.h"

using namespace mlir;
using namespace enigma;

//===----------------------------------------------------------------------===//
// SimdgroupMatrixType
//===----------------------------------------------------------------------===//

static bool isMatrixElement(Type type) {
  return type.isF32() || type.isF16() || type.isBF16();
}

LogicalResult
SimdgroupMatrixType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                            Type elementType, ArrayRef<int64_t> shape) {
  if (!isMatrixElement(elementType))
    return emitError() << "a simdgroup matrix has elements of f32, f16 or "
                          "bf16, got "
                       << elementType;
  if (shape.size() != 2 || shape[0] != extent || shape[1] != extent) {
    InFlightDiagnostic error = emitError();
    error << "a simdgroup matrix is 8x8, got ";
    llvm::interleave(shape, error, "x");
    return error;
  }
  return success();
}

Type SimdgroupMatrixType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  Type element;
  SmallVector<int64_t> shape;
  if (parser.parseLess() || parser.parseType(element) || parser.parseComma() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false,
                                /*withTrailingX=*/false) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<SimdgroupMatrixType>(
      loc, parser.getContext(), element, ArrayRef<int64_t>(shape));
}

void SimdgroupMatrixType::print(AsmPrinter &printer) const {
  printer << "<" << getElementType() << ", ";
  llvm::interleave(getShape(), printer.getStream(), "x");
  printer << ">";
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult MakeFilledSimdgroupMatrixOp::verify() {
  if (getValue().getType() != getResult().getType().getElementType())
    return emitOpError() << "value type " << getValue().getType()
                         << " does not match elements of "
                         << getResult().getType();
  return success();
}

/// Metal reads and writes matrices in these two address spaces only.
static LogicalResult verifySpace(Operation *op, BufferType buffer) {
  if (buffer.getSpace() != AddressSpace::device &&
      buffer.getSpace() != AddressSpace::threadgroup)
    return op->emitOpError()
           << "a simdgroup matrix lies in device or threadgroup memory, got "
           << buffer;
  return success();
}

LogicalResult SimdgroupMatrixLoadOp::inferReturnTypes(
    MLIRContext *, std::optional<Location> location,
    SimdgroupMatrixLoadOp::Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type memory = adaptor.getBuffer().getType();
  auto buffer = dyn_cast<BufferType>(memory);
  if (!buffer || !isMatrixElement(buffer.getElementType()))
    return emitOptionalError(location,
                             "'enigma.simdgroup_matrix_load' needs a buffer of "
                             "f32, f16 or bf16, got ",
                             memory);
  types.push_back(SimdgroupMatrixType::get(buffer.getElementType()));
  return success();
}

LogicalResult SimdgroupMatrixLoadOp::verify() {
  return verifySpace(*this, getBuffer().getType());
}

LogicalResult SimdgroupMatrixStoreOp::verify() {
  BufferType buffer = getBuffer().getType();
  if (failed(verifySpace(*this, buffer)))
    return failure();
  if (getMatrix().getType().getElementType() != buffer.getElementType())
    return emitOpError() << "elements of " << getMatrix().getType()
                         << " do not match elements of " << buffer;
  if (buffer.getAccess() == Access::read)
    return emitOpError() << "cannot write to read-only " << buffer;
  return success();
}
