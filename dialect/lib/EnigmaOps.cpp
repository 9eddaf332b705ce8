// Verifiers, syntax and type inference of the dialect's ops; constraint labels
// as in EnigmaOps.td.
#include "MemoryAccess.h"
#include "enigma/IR/Enigma.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace enigma;

#define GET_OP_CLASSES
#include "enigma/IR/EnigmaOps.cpp.inc"

Type enigma::booleansOf(Type type) {
  Type boolean = IntegerType::get(type.getContext(), 1);
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.clone(boolean) : boolean;
}

//===----------------------------------------------------------------------===//
// KernelOp
//===----------------------------------------------------------------------===//

/// True if `name` can be an SSA name as it is, so that it need not be written
/// twice.
static bool isPlainName(StringRef name) {
  if (name.empty() || (!llvm::isAlpha(name[0]) && name[0] != '_'))
    return false;
  return llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

void KernelOp::getAsmBlockArgumentNames(Region &region,
                                        OpAsmSetValueNameFn setName) {
  if (region.empty())
    return;
  ArrayAttr names = getParamNamesAttr();
  for (auto [index, argument] : llvm::enumerate(region.getArguments()))
    if (names && index < names.size())
      if (auto name = dyn_cast<StringAttr>(names[index]);
          name && isPlainName(name.getValue()))
        setName(argument, name.getValue());
}

/// Parses `keyword [a, b, c]` into `attributes` under `name`.
static ParseResult parseExtents(OpAsmParser &parser, NamedAttrList &attributes,
                                StringRef name) {
  if (failed(parser.parseOptionalKeyword(name)))
    return success();
  SmallVector<int32_t> extents;
  auto parseExtent = [&] {
    return parser.parseInteger(extents.emplace_back());
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                     parseExtent))
    return failure();
  attributes.set(name, parser.getBuilder().getDenseI32ArrayAttr(extents));
  return success();
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr symbol;
  SmallVector<OpAsmParser::Argument> arguments;
  if (parser.parseSymbolName(symbol, SymbolTable::getSymbolAttrName(),
                             result.attributes) ||
      parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren,
                               /*allowType=*/true))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("python"))) {
    StringAttr pythonName;
    if (parser.parseAttribute(pythonName, "python_name", result.attributes))
      return failure();
  }
  if (parseExtents(parser, result.attributes, "grid") ||
      parseExtents(parser, result.attributes, "block"))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("max_threads"))) {
    int32_t maxThreads;
    if (parser.parseInteger(maxThreads))
      return failure();
    result.addAttribute("max_threads", builder.getI32IntegerAttr(maxThreads));
  }
  StringRef math = "fast";
  if (succeeded(parser.parseOptionalKeyword(&math, {"fast", "precise"})))
    result.addAttribute("math", MathModeAttr::get(builder.getContext(),
                                                  *symbolizeMathMode(math)));
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  if (!result.attributes.get("param_names")) {
    SmallVector<StringRef> names;
    for (const OpAsmParser::Argument &argument : arguments)
      names.push_back(argument.ssaName.name.drop_front());
    result.addAttribute("param_names", builder.getStrArrayAttr(names));
  }
  return parser.parseRegion(*result.addRegion(), arguments);
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << '(';
  if (!getBody().empty())
    llvm::interleaveComma(
        getBody().getArguments(), printer,
        [&](BlockArgument argument) { printer.printRegionArgument(argument); });
  printer << ')';
  if (std::optional<StringRef> name = getPythonName()) {
    printer << " python ";
    printer.printAttribute(getPythonNameAttr());
  }
  auto printExtents = [&](StringRef keyword,
                          std::optional<ArrayRef<int32_t>> extents) {
    if (!extents)
      return;
    printer << ' ' << keyword << " [";
    llvm::interleaveComma(*extents, printer);
    printer << ']';
  };
  printExtents("grid", getGrid());
  printExtents("block", getBlock());
  if (std::optional<uint32_t> maxThreads = getMaxThreads())
    printer << " max_threads " << *maxThreads;
  printer << ' ' << stringifyMathMode(getMath());
  SmallVector<StringRef> elided = {"sym_name", "python_name", "grid",
                                   "block",    "max_threads", "math"};
  if (llvm::all_of(getParamNames().getAsValueRange<StringAttr>(), isPlainName))
    elided.push_back("param_names");
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), elided);
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/true);
}

static LogicalResult verifyExtents(KernelOp kernel, StringRef name,
                                   std::optional<ArrayRef<int32_t>> extents) {
  if (!extents)
    return success();
  if (extents->size() != 3)
    return kernel.emitOpError()
           << name << " needs 3 components, has " << extents->size();
  for (int32_t extent : *extents)
    if (extent <= 0)
      return kernel.emitOpError()
             << name << " components must be positive, got " << extent;
  return success();
}

LogicalResult KernelOp::verify() {
  if (!getBody().hasOneBlock())
    return emitOpError("body must be one block");
  Block &entry = getEntryBlock();
  if (entry.empty() || !isa<ReturnOp>(entry.back()))
    return emitOpError("body must end in enigma.return");
  if (getParamNames().size() != entry.getNumArguments())
    return emitOpError() << "has " << entry.getNumArguments()
                         << " arguments but " << getParamNames().size()
                         << " param_names";
  llvm::StringSet<> seen;
  for (StringRef name : getParamNames().getAsValueRange<StringAttr>()) {
    if (name.empty())
      return emitOpError("parameter names must not be empty");
    if (!seen.insert(name).second)
      return emitOpError() << "two parameters are called '" << name << "'";
  }
  for (BlockArgument argument : entry.getArguments()) {
    auto buffer = dyn_cast<BufferType>(argument.getType());
    if (!buffer && !isa<enigma::ScalarType>(argument.getType()))
      return emitOpError() << "argument " << argument.getArgNumber()
                           << " must be a buffer or a scalar, got "
                           << argument.getType();
    if (buffer && buffer.isAllocated())
      return emitOpError() << "argument " << argument.getArgNumber()
                           << " cannot be "
                           << stringifyAddressSpace(buffer.getSpace())
                           << " memory";
  }
  if (entry.getNumArguments() > maxBuffers)
    return emitOpError() << "has " << entry.getNumArguments()
                         << " buffers; Metal allows " << maxBuffers;
  if (failed(verifyExtents(*this, "grid", getGrid())) ||
      failed(verifyExtents(*this, "block", getBlock())))
    return failure();
  if (auto block = getBlock()) {
    for (int32_t extent : *block)
      if (extent > int32_t(maxThreadsPerThreadgroup))
        return emitOpError() << "block components must be at most "
                             << maxThreadsPerThreadgroup << ", got " << extent;
    int64_t threads = int64_t((*block)[0]) * (*block)[1] * (*block)[2];
    if (threads > maxThreadsPerThreadgroup)
      return emitOpError() << "block has " << threads
                           << " threads; Metal allows "
                           << maxThreadsPerThreadgroup;
  }
  if (std::optional<uint32_t> limit = getMaxThreads();
      limit && (*limit == 0 || *limit > maxThreadsPerThreadgroup))
    return emitOpError() << "max_threads must be from 1 to "
                         << maxThreadsPerThreadgroup << ", got "
                         << int32_t(*limit);
  return success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

LogicalResult LoadOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> location,
                                       LoadOp::Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  Type memory = adaptor.getBuffer().getType();
  auto buffer = dyn_cast<BufferType>(memory);
  if (!buffer)
    return emitOptionalError(location, "'enigma.load' needs a buffer, got ",
                             memory);
  types.push_back(buffer.getValueType());
  return success();
}

LogicalResult LoadOp::verify() { return verifyIndexCount(*this); }

LogicalResult LoadScalarOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             LoadScalarOp::Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  Type memory = adaptor.getScalar().getType();
  auto scalar = dyn_cast<enigma::ScalarType>(memory);
  if (!scalar)
    return emitOptionalError(
        location, "'enigma.load_scalar' needs a scalar, got ", memory);
  types.push_back(scalar.getValueType());
  return success();
}

ParseResult StoreOp::parse(OpAsmParser &parser, OperationState &result) {
  BufferType buffer;
  return parseValuesIntoBuffer(parser, result, /*values=*/1, buffer);
}

void StoreOp::print(OpAsmPrinter &printer) {
  printValuesIntoBuffer(printer, *this, getValue(), getBuffer(), getIndices(),
                        {});
}

LogicalResult StoreOp::verify() {
  BufferType buffer = getBuffer().getType();
  return failure(failed(verifyIndexCount(*this)) ||
                 failed(verifyValueType(*this, getValue(), buffer)) ||
                 failed(verifyWritable(*this, buffer)));
}

void ThreadgroupAllocOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  if (std::optional<StringRef> name = getNameHint())
    setName(getResult(), *name);
}

LogicalResult ThreadgroupAllocOp::verify() {
  if (getResult().getType().getSpace() != AddressSpace::threadgroup)
    return emitOpError() << "must allocate threadgroup memory, got "
                         << getResult().getType();
  return success();
}

void ThreadAllocOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  if (std::optional<StringRef> name = getNameHint())
    setName(getResult(), *name);
}

LogicalResult ThreadAllocOp::verify() {
  if (getResult().getType().getSpace() != AddressSpace::thread)
    return emitOpError() << "must allocate thread memory, got "
                         << getResult().getType();
  return success();
}
