// Decodes a function's reflection from the metadata of its module (reference
// section 2.5).
#include "enigma/metallib/Describe.h"
#include "enigma/dtypes/DTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Metadata.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Struct types nest as deep as a program wrote them; a cycle in bad metadata
/// must end as well.
constexpr unsigned maxStructDepth = 32;

std::optional<uint32_t> integerAt(const MDNode &node, unsigned index) {
  if (index >= node.getNumOperands())
    return std::nullopt;
  auto *value =
      mdconst::dyn_extract_or_null<ConstantInt>(node.getOperand(index));
  if (!value || value->getBitWidth() > 64)
    return std::nullopt;
  return uint32_t(value->getZExtValue());
}

StringRef stringAt(const MDNode &node, unsigned index) {
  if (index >= node.getNumOperands())
    return "";
  auto *text = dyn_cast_or_null<MDString>(node.getOperand(index).get());
  return text ? text->getString() : "";
}

const MDNode *nodeAt(const MDNode &node, unsigned index) {
  return index < node.getNumOperands()
             ? dyn_cast_or_null<MDNode>(node.getOperand(index).get())
             : nullptr;
}

StringRef addressSpaceName(uint32_t addressSpace) {
  switch (addressSpace) {
  case 1:
    return "device";
  case 2:
    return "constant";
  case 3:
    return "threadgroup";
  default:
    return "";
  }
}

/// `offset, size, array length, type, name` per member, each perhaps followed
/// by the nested list.
std::vector<StructMember> decodeMembers(const MDNode &node, unsigned depth) {
  std::vector<StructMember> members;
  unsigned i = 0;
  while (depth < maxStructDepth && i + 5 <= node.getNumOperands()) {
    StructMember member;
    member.offset = integerAt(node, i).value_or(0);
    member.size = integerAt(node, i + 1).value_or(0);
    member.arrayLength = integerAt(node, i + 2).value_or(0);
    member.type = stringAt(node, i + 3).str();
    member.name = stringAt(node, i + 4).str();
    i += 5;
    if (stringAt(node, i) == "air.struct_type_info") {
      if (const MDNode *nested = nodeAt(node, i + 1))
        member.members = decodeMembers(*nested, depth + 1);
      i += 2;
    }
    members.push_back(std::move(member));
  }
  return members;
}

/// A node that a key refers to: a struct's layout or the constant that gates
/// the argument.
void decodeNode(StringRef key, const MDNode &node, Argument &argument) {
  if (key == "air.struct_type_info")
    argument.members = decodeMembers(node, 0);
  else if (key == "air.function_constant")
    argument.functionConstant = stringAt(node, 2).str();
}

/// The keys of an argument node come in one order, but not every node has every
/// key: each consumes the operands it is known to have.
Argument decodeArgument(const MDNode &node) {
  Argument argument;
  argument.index = integerAt(node, 0).value_or(0);
  for (unsigned i = 1; i < node.getNumOperands(); ++i) {
    StringRef key = stringAt(node, i);
    auto integer = [&] { return integerAt(node, ++i); };
    if (const MDNode *operand = nodeAt(node, i + 1); operand && !key.empty()) {
      decodeNode(key, *operand, argument);
      ++i;
    } else if (key == "air.location_index") {
      argument.location = integer();
      ++i; // the array length
    } else if (key == "air.buffer_size") {
      argument.bufferSize = integer();
    } else if (key == "air.arg_type_size") {
      argument.size = integer();
    } else if (key == "air.arg_type_align_size") {
      argument.alignment = integer();
    } else if (key == "air.address_space") {
      argument.addressSpace = addressSpaceName(integer().value_or(0)).str();
    } else if (key == "air.arg_type_name") {
      argument.type = stringAt(node, ++i).str();
    } else if (key == "air.arg_name") {
      argument.name = stringAt(node, ++i).str();
    } else if (key == "air.arg_unused") {
      argument.unused = true;
    } else if (key == "air.read" || key == "air.write" ||
               key == "air.read_write") {
      argument.access = key.drop_front(4).str();
    } else if (key.starts_with("air.") && argument.kind.empty()) {
      argument.kind = key.drop_front(4).str();
    }
  }
  return argument;
}

std::vector<Argument> decodeArguments(const Module &module, StringRef name) {
  std::vector<Argument> arguments;
  const NamedMDNode *kernels = module.getNamedMetadata("air.kernel");
  if (!kernels)
    return arguments;
  for (const MDNode *kernel : kernels->operands()) {
    auto *function = kernel->getNumOperands() >= 3
                         ? mdconst::dyn_extract_or_null<llvm::Function>(
                               kernel->getOperand(0))
                         : nullptr;
    const MDNode *nodes = nodeAt(*kernel, 2);
    if (!function || function->getName() != name || !nodes)
      continue;
    for (unsigned i = 0; i != nodes->getNumOperands(); ++i)
      if (const MDNode *node = nodeAt(*nodes, i))
        arguments.push_back(decodeArgument(*node));
  }
  return arguments;
}

/// Keeps LLVM's reader from printing warnings of its own.
void ignoreDiagnostic(const DiagnosticInfo *, void *) {}

Expected<std::unique_ptr<Module>> readModule(const Function &function,
                                             LLVMContext &context) {
  if (function.hash != function.computeHash())
    return createStringError("function " + function.name +
                             ": the module does not match its hash");
  context.setDiagnosticHandlerCallBack(ignoreDiagnostic);
  StringRef bytes(reinterpret_cast<const char *>(function.module.data()),
                  function.module.size());
  Expected<std::unique_ptr<Module>> module =
      parseBitcodeFile(MemoryBufferRef(bytes, function.name), context);
  if (!module)
    return createStringError("function " + function.name +
                             ": bitcode: " + toString(module.takeError()));
  return module;
}

} // namespace

Expected<FunctionDescription> describe(const Function &function) {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module = readModule(function, context);
  if (!module)
    return module.takeError();
  FunctionDescription description;
  description.triple = (*module)->getTargetTriple().str();
  description.arguments = decodeArguments(**module, function.name);
  return description;
}

Expected<std::string> disassemble(const Function &function) {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module = readModule(function, context);
  if (!module)
    return module.takeError();
  std::string text;
  raw_string_ostream out(text);
  (*module)->print(out, nullptr);
  return text;
}

StringRef functionTypeName(FunctionType type) {
  switch (type) {
  case FunctionType::Vertex:
    return "vertex";
  case FunctionType::Fragment:
    return "fragment";
  case FunctionType::Kernel:
    return "kernel";
  case FunctionType::Unqualified:
    return "unqualified";
  case FunctionType::Visible:
    return "visible";
  case FunctionType::Extern:
    return "extern";
  case FunctionType::Intersection:
    return "intersection";
  case FunctionType::Mesh:
    return "mesh";
  case FunctionType::Object:
    return "object";
  }
  llvm_unreachable("the reader refuses other types");
}

std::string fileTypeName(uint8_t fileType) {
  constexpr StringRef names[] = {"executable", "Core Image library",
                                 "dynamic library", "symbol companion"};
  uint8_t kind = fileType & 0x7f;
  std::string name = kind < std::size(names) ? names[kind].str()
                                             : "0x" + utohexstr(kind, true);
  return fileType & 0x80 ? name + " stub" : name;
}

std::string platformName(uint8_t platform) {
  constexpr StringRef names[] = {"unknown",
                                 "macOS",
                                 "iOS",
                                 "tvOS",
                                 "watchOS",
                                 "bridgeOS",
                                 "macCatalyst",
                                 "iOS Simulator",
                                 "tvOS Simulator",
                                 "watchOS Simulator",
                                 "DriverKit",
                                 "visionOS"};
  uint8_t kind = platform & 0x7f;
  return kind < std::size(names) ? names[kind].str()
                                 : "0x" + utohexstr(kind, true);
}

std::string dataTypeName(uint8_t mtlDataType) {
  for (const DTypeRow &row : dtypeTable) {
    if (row.mtlDataType == mtlDataType)
      return std::string(row.metal);
    // Vectors of 2, 3 and 4 follow their scalar.
    unsigned lanes = unsigned(mtlDataType) - row.mtlDataType + 1;
    if (mtlDataType > row.mtlDataType && lanes <= 4)
      return std::string(row.metal) + utostr(lanes);
  }
  return "0x" + utohexstr(mtlDataType, true);
}

} // namespace enigma::metallib
