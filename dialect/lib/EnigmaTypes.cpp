// Buffer and scalar types: syntax, verification, what a loaded element becomes.
#include "enigma/IR/Enigma.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace enigma;

#define GET_TYPEDEF_CLASSES
#include "enigma/IR/EnigmaTypes.cpp.inc"

void EnigmaDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "enigma/IR/EnigmaTypes.cpp.inc"
      >();
}

/// True for the scalars of the dtype table: signed integers say so, `i1` is
/// bool.
static bool isMemoryScalar(Type type) {
  if (type.isF32() || type.isF16() || type.isBF16() ||
      type.isSignlessInteger(1))
    return true;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && !integer.isSignless() &&
         llvm::is_contained({8u, 16u, 32u, 64u}, integer.getWidth());
}

static LogicalResult
verifyElement(llvm::function_ref<InFlightDiagnostic()> emitError, Type type) {
  Type scalar = type;
  if (auto vector = dyn_cast<VectorType>(type)) {
    if (vector.getRank() != 1 || vector.isScalable() ||
        vector.getNumElements() < 2 || vector.getNumElements() > 4)
      return emitError() << "a vector element has 2, 3 or 4 components, got "
                         << type;
    scalar = vector.getElementType();
  }
  if (!isMemoryScalar(scalar))
    return emitError() << "element type must be f32, f16, bf16, i1 or an "
                          "integer of 8 to 64 bits with signedness, got "
                       << type;
  return success();
}

/// Size of an element in memory: a bool is a byte, a vector of 3 takes the room
/// of 4.
static int64_t elementBytes(Type type) {
  int64_t bytes =
      llvm::divideCeil(getElementTypeOrSelf(type).getIntOrFloatBitWidth(), 8);
  if (auto vector = dyn_cast<VectorType>(type))
    bytes *= llvm::PowerOf2Ceil(vector.getNumElements());
  return bytes;
}

static Type withoutSign(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return VectorType::get(vector.getShape(),
                           withoutSign(vector.getElementType()));
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), integer.getWidth());
  return type;
}

//===----------------------------------------------------------------------===//
// BufferType
//===----------------------------------------------------------------------===//

Type BufferType::getValueType() const { return withoutSign(getElementType()); }

bool BufferType::isUnsigned() const {
  return getElementTypeOrSelf(getElementType()).isUnsignedInteger();
}

BufferType BufferType::withAccess(Access access) const {
  return get(getElementType(), getSpace(), access, getShape());
}

std::optional<int64_t> BufferType::getNumElements() const {
  if (getShape().empty())
    return std::nullopt;
  return ShapedType::getNumElements(getShape());
}

LogicalResult
BufferType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   Type elementType, AddressSpace space, Access access,
                   ArrayRef<int64_t> shape) {
  if (failed(verifyElement(emitError, elementType)))
    return failure();
  int64_t elements = 1;
  for (int64_t extent : shape) {
    if (extent <= 0)
      return emitError() << "extents must be positive, got " << extent;
    if (extent > maxBufferElements / elements)
      return emitError() << "a buffer has at most " << maxBufferElements
                         << " elements";
    elements *= extent;
  }
  bool isAllocated =
      space == AddressSpace::threadgroup || space == AddressSpace::thread;
  if (isAllocated && shape.empty())
    return emitError() << stringifyAddressSpace(space)
                       << " memory needs a shape";
  int64_t bytes = elements * elementBytes(elementType);
  if (space == AddressSpace::thread && bytes > maxThreadBytes)
    return emitError() << "thread memory has at most " << maxThreadBytes
                       << " bytes, got " << bytes;
  if (space == AddressSpace::constant && access != Access::unknown &&
      access != Access::read)
    return emitError() << "constant memory can only be read";
  return success();
}

Type BufferType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  Type element;
  StringRef keyword;
  if (parser.parseLess() || parser.parseType(element) || parser.parseComma())
    return {};
  SMLoc spaceLoc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return {};
  std::optional<AddressSpace> space = symbolizeAddressSpace(keyword);
  if (!space) {
    parser.emitError(spaceLoc,
                     "expected device, constant, threadgroup or thread");
    return {};
  }
  Access access = Access::unknown;
  SmallVector<int64_t> shape;
  bool more = succeeded(parser.parseOptionalComma());
  SMLoc accessLoc = parser.getCurrentLocation();
  if (more && succeeded(parser.parseOptionalKeyword(&keyword))) {
    std::optional<Access> symbol = symbolizeAccess(keyword);
    if (!symbol || *symbol == Access::unknown) {
      parser.emitError(accessLoc,
                       "expected read, write, read_write or a shape");
      return {};
    }
    access = *symbol;
    more = succeeded(parser.parseOptionalComma());
  }
  if (more && parser.parseDimensionList(shape, /*allowDynamic=*/false,
                                        /*withTrailingX=*/false))
    return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<BufferType>(loc, parser.getContext(), element,
                                       *space, access, shape);
}

void BufferType::print(AsmPrinter &printer) const {
  printer << "<" << getElementType() << ", "
          << stringifyAddressSpace(getSpace());
  if (getAccess() != Access::unknown)
    printer << ", " << stringifyAccess(getAccess());
  if (!getShape().empty()) {
    printer << ", ";
    llvm::interleave(getShape(), printer.getStream(), "x");
  }
  printer << ">";
}

//===----------------------------------------------------------------------===//
// ScalarType
//===----------------------------------------------------------------------===//

Type enigma::ScalarType::getValueType() const {
  return withoutSign(getElementType());
}

bool enigma::ScalarType::isUnsigned() const {
  return getElementTypeOrSelf(getElementType()).isUnsignedInteger();
}

LogicalResult
enigma::ScalarType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                           Type elementType) {
  return verifyElement(emitError, elementType);
}
