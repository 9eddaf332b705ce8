// Syntax and verifiers of function constants; constraint labels as in
// EnigmaConstants.td.
#include "enigma/IR/Enigma.h"

using namespace mlir;
using namespace enigma;

//===----------------------------------------------------------------------===//
// FunctionConstantOp
//===----------------------------------------------------------------------===//

ParseResult FunctionConstantOp::parse(OpAsmParser &parser,
                                      OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr symbol;
  int64_t index;
  Type type;
  if (parser.parseSymbolName(symbol, getSymNameAttrName(result.name),
                             result.attributes) ||
      parser.parseKeyword("index"))
    return failure();
  SMLoc at = parser.getCurrentLocation();
  if (parser.parseInteger(index) || parser.parseColonType(type))
    return failure();
  if (!llvm::isInt<32>(index))
    return parser.emitError(at, "index does not fit in 32 bits");
  result.addAttribute(getIndexAttrName(result.name),
                      builder.getI32IntegerAttr(index));
  result.addAttribute(getElementTypeAttrName(result.name), TypeAttr::get(type));
  if (succeeded(parser.parseOptionalKeyword("default"))) {
    Attribute value;
    if (parser.parseAttribute(value, type, getDefaultValueAttrName(result.name),
                              result.attributes))
      return failure();
  }
  return parser.parseOptionalAttrDict(result.attributes);
}

void FunctionConstantOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << " index " << int32_t(getIndex()) << " : " << getElementType();
  if (TypedAttr value = getDefaultValueAttr()) {
    printer << " default ";
    printer.printAttributeWithoutType(value);
  }
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {getSymNameAttrName(), getIndexAttrName(),
                                 getElementTypeAttrName(),
                                 getDefaultValueAttrName()});
}

Type FunctionConstantOp::getValueType() {
  return enigma::ScalarType::get(getElementType()).getValueType();
}

LogicalResult FunctionConstantOp::verify() {
  Type type = getElementType();
  if (isa<VectorType>(type))
    return emitOpError() << "type must be a scalar, got " << type;
  if (failed(enigma::ScalarType::verify([&] { return emitOpError(); }, type)))
    return failure();
  int32_t index = int32_t(getIndex());
  if (index < 0 || index > int32_t(maxFunctionConstantIndex))
    return emitOpError() << "index must be from 0 to "
                         << maxFunctionConstantIndex << ", got " << index;
  if (TypedAttr value = getDefaultValueAttr()) {
    if (value.getType() != type || !isa<IntegerAttr, FloatAttr>(value))
      return emitOpError() << "default must be a number of type " << type
                           << ", got " << value;
    if (auto number = dyn_cast<FloatAttr>(value);
        number && !number.getValue().isFinite())
      return emitOpError() << "default must be finite, got " << value;
  }
  auto module = cast<ModuleOp>((*this)->getParentOp());
  for (auto other : module.getOps<FunctionConstantOp>()) {
    if (other == *this)
      break;
    if (other.getIndex() == getIndex())
      return emitOpError() << "has the index " << index << " of @"
                           << other.getSymName();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// GetFunctionConstantOp
//===----------------------------------------------------------------------===//

LogicalResult GetFunctionConstantOp::inferReturnTypes(
    MLIRContext *, std::optional<Location> location,
    GetFunctionConstantOp::Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getElementType();
  auto emit = [&] {
    return mlir::emitError(
               location.value_or(UnknownLoc::get(type.getContext())))
           << "'enigma.get_function_constant': ";
  };
  if (failed(enigma::ScalarType::verify(emit, type)))
    return failure();
  types.push_back(enigma::ScalarType::get(type).getValueType());
  return success();
}

void GetFunctionConstantOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  setName(getResult(), getConstant());
}

LogicalResult
GetFunctionConstantOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto constant = symbols.lookupNearestSymbolFrom<FunctionConstantOp>(
      *this, getConstantAttr());
  if (!constant)
    return emitOpError() << "there is no function constant @" << getConstant();
  if (constant.getElementType() != getElementType())
    return emitOpError() << "function constant @" << getConstant() << " is "
                         << constant.getElementType() << ", not "
                         << getElementType();
  return success();
}
