// Syntax and verifiers of the debugging ops; constraint labels as in
// EnigmaDebug.td.
#include "enigma/IR/Enigma.h"
#include "enigma/debugformat/DebugFormat.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace enigma;

ParseResult DevicePrintOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr format;
  SmallVector<OpAsmParser::UnresolvedOperand> values;
  SmallVector<Type> types;
  SMLoc at;
  if (parser.parseAttribute(format, getFormatAttrName(result.name),
                            result.attributes))
    return failure();
  if (succeeded(parser.parseOptionalLParen()) &&
      (parser.getCurrentLocation(&at) || parser.parseOperandList(values) ||
       parser.parseColonTypeList(types) || parser.parseRParen()))
    return failure();
  if (parser.parseOptionalAttrDict(result.attributes))
    return failure();
  SmallVector<Type> valueTypes;
  for (Type type : types) {
    auto scalar = enigma::ScalarType::getChecked(
        [&] { return parser.emitError(at); }, type.getContext(), type);
    if (!scalar)
      return failure();
    valueTypes.push_back(scalar.getValueType());
  }
  result.addAttribute(getTypesAttrName(result.name),
                      builder.getTypeArrayAttr(types));
  return parser.resolveOperands(values, valueTypes, at, result.operands);
}

void DevicePrintOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printAttribute(getFormatAttr());
  if (!getValues().empty()) {
    printer << " (" << getValues() << " : ";
    llvm::interleaveComma(getTypes().getAsValueRange<TypeAttr>(), printer);
    printer << ')';
  }
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {getFormatAttrName(), getTypesAttrName()});
}

SmallVector<DType> DevicePrintOp::getDTypes() {
  return llvm::map_to_vector(
      getTypes().getAsValueRange<TypeAttr>(), [](Type type) {
        if (type.isF32())
          return DType::f32;
        if (type.isF16())
          return DType::f16;
        if (type.isBF16())
          return DType::bf16;
        if (type.isInteger(1))
          return DType::b1;
        std::string name = (type.isUnsignedInteger() ? "u" : "i") +
                           std::to_string(type.getIntOrFloatBitWidth());
        return *parseDType(name);
      });
}

LogicalResult DevicePrintOp::verify() {
  if (getTypes().size() != getValues().size())
    return emitOpError() << "has " << getValues().size() << " values but "
                         << getTypes().size() << " types";
  for (auto [value, type] :
       llvm::zip_equal(getValues(), getTypes().getAsValueRange<TypeAttr>())) {
    if (isa<VectorType>(type))
      return emitOpError() << "prints scalars, got " << type;
    if (failed(enigma::ScalarType::verify([&] { return emitOpError(); }, type)))
      return failure();
    if (value.getType() != enigma::ScalarType::get(type).getValueType())
      return emitOpError() << "value of type " << value.getType()
                           << " is not a " << type;
  }
  if (llvm::Error error = checkDebugFormat(getFormat(), getDTypes()))
    return emitOpError() << llvm::toString(std::move(error));
  return success();
}
