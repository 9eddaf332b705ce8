// Verifiers, syntax and type inference of atomics; constraint labels as in
// EnigmaAtomics.td.
#include "MemoryAccess.h"

using namespace mlir;
using namespace enigma;

//===----------------------------------------------------------------------===//
// What Metal has
//===----------------------------------------------------------------------===//

/// Metal has 32-bit integer atomics everywhere and, in device memory, those on
/// floats that need no order: `hasFloat` says whether this is one of them.
static LogicalResult verifyAtomic(BufferAccessOpInterface op, StringRef what,
                                  bool hasFloat) {
  auto buffer = cast<BufferType>(op.getAccessedBuffer().getType());
  Type element = buffer.getElementType();
  bool isShared = buffer.getSpace() != AddressSpace::thread;
  bool isInteger = element.isSignedInteger(32) || element.isUnsignedInteger(32);
  bool isFloat = element.isF32() && hasFloat &&
                 buffer.getSpace() != AddressSpace::threadgroup;
  if (!isShared || !(isInteger || isFloat))
    return op->emitOpError()
           << "Metal has no atomic " << what << " on " << buffer;
  return verifyIndexCount(op);
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

template <typename Symbolize, typename Enum>
static ParseResult parseEnum(OpAsmParser &parser, Symbolize symbolize,
                             StringRef what, Enum &value) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<Enum> symbol = symbolize(keyword);
  if (!symbol)
    return parser.emitError(loc)
           << "unknown " << what << " '" << keyword << "'";
  value = *symbol;
  return success();
}

/// `order %value, ..., %buffer[%i, ...] : type(buffer)`.
static ParseResult parseAtomic(OpAsmParser &parser, OperationState &result,
                               unsigned values, BufferType &buffer) {
  MemoryOrder order;
  if (parseEnum(
          parser, [](StringRef s) { return symbolizeMemoryOrder(s); },
          "memory order", order) ||
      parseValuesIntoBuffer(parser, result, values, buffer))
    return failure();
  result.addAttribute("order",
                      MemoryOrderAttr::get(parser.getContext(), order));
  return success();
}

//===----------------------------------------------------------------------===//
// AtomicLoadOp
//===----------------------------------------------------------------------===//

LogicalResult AtomicLoadOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             AtomicLoadOp::Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  Type memory = adaptor.getBuffer().getType();
  auto buffer = dyn_cast<BufferType>(memory);
  if (!buffer)
    return emitOptionalError(
        location, "'enigma.atomic_load' needs a buffer, got ", memory);
  types.push_back(buffer.getValueType());
  return success();
}

LogicalResult AtomicLoadOp::verify() {
  BufferType buffer = getBuffer().getType();
  if (buffer.getSpace() == AddressSpace::constant)
    return emitOpError() << "Metal has no atomic load on " << buffer;
  return verifyAtomic(*this, "load", /*hasFloat=*/true);
}

//===----------------------------------------------------------------------===//
// AtomicStoreOp
//===----------------------------------------------------------------------===//

ParseResult AtomicStoreOp::parse(OpAsmParser &parser, OperationState &result) {
  BufferType buffer;
  return parseAtomic(parser, result, /*values=*/1, buffer);
}

void AtomicStoreOp::print(OpAsmPrinter &printer) {
  printer << ' ' << stringifyMemoryOrder(getOrder());
  printValuesIntoBuffer(printer, *this, getValue(), getBuffer(), getIndices(),
                        {"order"});
}

LogicalResult AtomicStoreOp::verify() {
  BufferType buffer = getBuffer().getType();
  return failure(failed(verifyAtomic(*this, "store", /*hasFloat=*/true)) ||
                 failed(verifyValueType(*this, getValue(), buffer)) ||
                 failed(verifyWritable(*this, buffer)));
}

//===----------------------------------------------------------------------===//
// AtomicRMWOp
//===----------------------------------------------------------------------===//

ParseResult AtomicRMWOp::parse(OpAsmParser &parser, OperationState &result) {
  AtomicKind kind;
  BufferType buffer;
  if (parseEnum(
          parser, [](StringRef s) { return symbolizeAtomicKind(s); },
          "atomic operation", kind) ||
      parseAtomic(parser, result, /*values=*/1, buffer))
    return failure();
  result.addAttribute("kind", AtomicKindAttr::get(parser.getContext(), kind));
  result.addTypes(buffer.getValueType());
  return success();
}

void AtomicRMWOp::print(OpAsmPrinter &printer) {
  printer << ' ' << stringifyAtomicKind(getKind()) << ' '
          << stringifyMemoryOrder(getOrder());
  printValuesIntoBuffer(printer, *this, getValue(), getBuffer(), getIndices(),
                        {"kind", "order"});
}

LogicalResult AtomicRMWOp::verify() {
  BufferType buffer = getBuffer().getType();
  bool hasFloat = llvm::is_contained(
      {AtomicKind::exchange, AtomicKind::add, AtomicKind::sub}, getKind());
  return failure(
      failed(verifyAtomic(*this, stringifyAtomicKind(getKind()), hasFloat)) ||
      failed(verifyValueType(*this, getValue(), buffer)) ||
      failed(verifyWritable(*this, buffer)));
}

//===----------------------------------------------------------------------===//
// AtomicCompareExchangeWeakOp
//===----------------------------------------------------------------------===//

ParseResult AtomicCompareExchangeWeakOp::parse(OpAsmParser &parser,
                                               OperationState &result) {
  BufferType buffer;
  if (parseAtomic(parser, result, /*values=*/2, buffer))
    return failure();
  result.addTypes({parser.getBuilder().getI1Type(), buffer.getValueType()});
  return success();
}

void AtomicCompareExchangeWeakOp::print(OpAsmPrinter &printer) {
  printer << ' ' << stringifyMemoryOrder(getOrder());
  printValuesIntoBuffer(printer, *this, {getExpected(), getDesired()},
                        getBuffer(), getIndices(), {"order"});
}

LogicalResult AtomicCompareExchangeWeakOp::verify() {
  BufferType buffer = getBuffer().getType();
  return failure(
      failed(verifyAtomic(*this, "compare_exchange", /*hasFloat=*/true)) ||
      failed(verifyValueType(*this, getExpected(), buffer)) ||
      failed(verifyWritable(*this, buffer)));
}
