// Decodes a function's reflection from the metadata of its module (reference
// section 2.5) and counts what its code does.
#include "enigma/metallib/Describe.h"
#include "ModuleReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"
#include "llvm/Support/Parallel.h"
#include <set>

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Struct types nest as deep as a program wrote them and list as much; bad
/// metadata, which may share and repeat nodes, must end as well.
constexpr unsigned maxStructDepth = 32;
constexpr unsigned maxMembers = 1u << 16;

/// The named metadata in which a module lists its functions, one a stage.
constexpr StringRef stageLists[] = {
    "air.kernel", "air.vertex",  "air.fragment",    "air.mesh",
    "air.object", "air.visible", "air.intersection"};

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

/// Decodes argument nodes; one object a function, so that the members it lists
/// have a limit in total.
class ArgumentDecoder {
public:
  std::vector<Argument> list(const MDNode &nodes);

private:
  Argument argument(const MDNode &node, unsigned depth);
  bool integerKey(StringRef key, const MDNode &node, unsigned operand,
                  Argument &argument);
  void nodeKey(StringRef key, const MDNode &node, unsigned depth,
               Argument &argument);
  void flagKey(StringRef key, Argument &argument);
  std::vector<StructMember> members(const MDNode &node, unsigned depth);
  void memberKey(StringRef key, const MDNode &node, unsigned depth,
                 StructMember &member);

  unsigned memberCount = 0;
};

void ArgumentDecoder::memberKey(StringRef key, const MDNode &node,
                                unsigned depth, StructMember &member) {
  if (key == "air.struct_type_info") {
    member.members = members(node, depth + 1);
  } else if (key == "air.indirect_argument") {
    Argument inner = argument(node, depth + 1);
    member.kind = inner.kind;
    member.id = inner.location;
    if (member.members.empty())
      member.members = std::move(inner.members);
  }
}

/// `offset, size, array length, type, name` per member, then perhaps keys with
/// a node each.
std::vector<StructMember> ArgumentDecoder::members(const MDNode &node,
                                                   unsigned depth) {
  std::vector<StructMember> members;
  unsigned i = 0;
  while (depth < maxStructDepth && i + 5 <= node.getNumOperands() &&
         memberCount < maxMembers) {
    ++memberCount;
    StructMember member;
    member.offset = integerAt(node, i).value_or(0);
    member.size = integerAt(node, i + 1).value_or(0);
    member.arrayLength = integerAt(node, i + 2).value_or(0);
    member.type = stringAt(node, i + 3).str();
    member.name = stringAt(node, i + 4).str();
    for (i += 5; !stringAt(node, i).empty(); i += 2)
      if (const MDNode *nested = nodeAt(node, i + 1))
        memberKey(stringAt(node, i), *nested, depth, member);
    members.push_back(std::move(member));
  }
  return members;
}

/// A key with a node: a struct's layout or the constant that gates the
/// argument.
void ArgumentDecoder::nodeKey(StringRef key, const MDNode &node, unsigned depth,
                              Argument &argument) {
  if (key == "air.struct_type_info")
    argument.members = members(node, depth);
  else if (key == "air.function_constant")
    argument.functionConstant = stringAt(node, 2).str();
  else if (argument.kind.empty())
    argument.kind = key.drop_front(4).str(); // "air.mesh" and its description
}

/// A key whose value is the integer at `operand`. False: it is another key.
bool ArgumentDecoder::integerKey(StringRef key, const MDNode &node,
                                 unsigned operand, Argument &argument) {
  std::optional<uint32_t> value = integerAt(node, operand);
  if (key == "air.location_index")
    argument.location = value;
  else if (key == "air.buffer_size")
    argument.bufferSize = value;
  else if (key == "air.arg_type_size")
    argument.size = value;
  else if (key == "air.arg_type_align_size")
    argument.alignment = value;
  else if (key == "air.address_space")
    argument.addressSpace = addressSpaceName(value.value_or(0)).str();
  else
    return false;
  return true;
}

/// A key without a value. The first that says nothing else is the argument's
/// kind.
void ArgumentDecoder::flagKey(StringRef key, Argument &argument) {
  bool isAir = key.consume_front("air.");
  if (isAir && key == "arg_unused")
    argument.unused = true;
  else if (isAir &&
           is_contained({"read", "write", "read_write", "sample"}, key))
    argument.access = key.str();
  else if (isAir && argument.kind.empty())
    argument.kind = key.str();
  else
    argument.qualifiers.push_back(key.str());
}

/// The keys of an argument node come in one order, but not every node has every
/// key: each consumes the operands it is known to have. Outputs have no index
/// in front.
Argument ArgumentDecoder::argument(const MDNode &node, unsigned depth) {
  Argument argument;
  argument.index = integerAt(node, 0).value_or(0);
  for (unsigned i = 0; i < node.getNumOperands(); ++i) {
    StringRef key = stringAt(node, i);
    if (key.empty())
      continue; // the index, or a second integer of a key
    if (const MDNode *operand = nodeAt(node, i + 1);
        operand && key.starts_with("air.")) {
      nodeKey(key, *operand, depth, argument);
      ++i;
    } else if (key == "air.arg_type_name") {
      argument.type = stringAt(node, ++i).str();
    } else if (key == "air.arg_name") {
      argument.name = stringAt(node, ++i).str();
    } else if (integerKey(key, node, i + 1, argument)) {
      ++i;
    } else {
      flagKey(key, argument);
      if (key == "air.render_target")
        argument.location = integerAt(node, i + 1);
    }
  }
  return argument;
}

std::vector<Argument> ArgumentDecoder::list(const MDNode &nodes) {
  std::vector<Argument> arguments;
  for (unsigned i = 0; i != nodes.getNumOperands(); ++i)
    if (const MDNode *node = nodeAt(nodes, i))
      arguments.push_back(argument(*node, 0));
  if (memberCount == maxMembers)
    arguments.back().qualifiers.push_back("not every member is listed");
  return arguments;
}

/// The node that describes the function called `name`, whatever its stage.
const MDNode *findStageNode(const Module &module, StringRef name) {
  for (StringRef list : stageLists) {
    const NamedMDNode *nodes = module.getNamedMetadata(list);
    if (!nodes)
      continue;
    for (const MDNode *node : nodes->operands()) {
      auto *function = node->getNumOperands() >= 3
                           ? mdconst::dyn_extract_or_null<llvm::Function>(
                                 node->getOperand(0))
                           : nullptr;
      if (function && function->getName() == name)
        return node;
    }
  }
  return nullptr;
}

void readInterface(const Module &module, StringRef name,
                   FunctionDescription &description) {
  const MDNode *node = findStageNode(module, name);
  if (!node)
    return;
  ArgumentDecoder decoder;
  if (const MDNode *outputs = nodeAt(*node, 1))
    description.outputs = decoder.list(*outputs);
  if (const MDNode *arguments = nodeAt(*node, 2))
    description.arguments = decoder.list(*arguments);
  for (unsigned i = 3; i < node->getNumOperands(); ++i)
    if (const MDNode *limit = nodeAt(*node, i))
      if (stringAt(*limit, 0) == "air.max_work_group_size")
        description.maxThreads = integerAt(*limit, 1);
}

/// The SDK version, which the module flags hold as an array of integers.
std::string sdkVersion(const Module &module) {
  auto *version =
      dyn_cast_or_null<ConstantAsMetadata>(module.getModuleFlag("SDK Version"));
  auto *array =
      version ? dyn_cast<ConstantDataArray>(version->getValue()) : nullptr;
  if (!array || !array->getElementType()->isIntegerTy())
    return "";
  std::string text;
  for (unsigned i = 0; i != array->getNumElements(); ++i)
    text += (i ? "." : "") + utostr(array->getElementAsInteger(i));
  return text;
}

void readCompilation(const Module &module, FunctionDescription &description) {
  description.triple = module.getTargetTriple().str();
  description.sdk = sdkVersion(module);
  if (const NamedMDNode *ident = module.getNamedMetadata("llvm.ident"))
    if (ident->getNumOperands())
      description.compiler = stringAt(*ident->getOperand(0), 0).str();
  if (const NamedMDNode *options =
          module.getNamedMetadata("air.compile_options"))
    for (const MDNode *node : options->operands()) {
      StringRef option = stringAt(*node, 0);
      option.consume_front("air.compile.");
      description.options.push_back(option.str());
    }
}

/// Line 0 is the compiler's own code.
void readLineTable(const Module &module, FunctionDescription &description) {
  std::set<std::pair<std::string, unsigned>> lines;
  std::set<std::string> files, variables;
  for (const llvm::Function &function : module)
    for (const Instruction &instruction : instructions(function)) {
      const DILocation *place = instruction.getDebugLoc();
      if (place && place->getLine()) {
        lines.insert({place->getFilename().str(), place->getLine()});
        files.insert(place->getFilename().str());
      }
      for (const DbgVariableRecord &record :
           filterDbgVars(instruction.getDbgRecordRange()))
        variables.insert(record.getVariable()->getName().str());
    }
  if (lines.empty())
    return;
  description.lineTable = {{files.begin(), files.end()},
                           lines.size(),
                           {variables.begin(), variables.end()}};
}

void countCode(const Module &module, FunctionDescription &description) {
  for (const llvm::Function &function : module)
    for (const Instruction &instruction : instructions(function)) {
      ++description.instructions;
      auto *call = dyn_cast<CallBase>(&instruction);
      const llvm::Function *callee = call ? call->getCalledFunction() : nullptr;
      if (callee && callee->isDeclaration())
        ++description.calls[callee->getName().str()];
    }
  for (const GlobalVariable &global : module.globals())
    if (global.getAddressSpace() == 3 && global.getValueType()->isSized())
      description.threadgroupMemory +=
          module.getDataLayout().getTypeAllocSize(global.getValueType());
}

} // namespace

std::string Argument::attribute() const {
  std::string text = kind == "indirect_buffer" ? "buffer" : kind;
  if (text == "buffer" && addressSpace == "threadgroup")
    text = addressSpace;
  if (location)
    text += "(" + utostr(*location) + ")";
  return text;
}

std::string Argument::declaration() const {
  bool isBuffer = kind == "buffer" || kind == "indirect_buffer";
  std::string text = addressSpace;
  if (!text.empty())
    text += ' ';
  if (access == "read" && addressSpace == "device")
    text += "const ";
  text += type;
  text += isBuffer ? (bufferSize ? " &" : " *") : " ";
  return StringRef(text + name).rtrim(' ').str();
}

std::vector<std::string> Argument::notes() const {
  std::vector<std::string> notes;
  if (!access.empty())
    notes.push_back(access);
  if (bufferSize)
    notes.push_back(utostr(*bufferSize) + " bytes");
  append_range(notes, qualifiers);
  if (!functionConstant.empty())
    notes.push_back("if " + functionConstant);
  if (unused)
    notes.push_back("unused");
  return notes;
}

Expected<FunctionDescription> describe(const Function &function) {
  FunctionDescription description;
  Error error = withModule(function, [&](const Module &module) {
    readInterface(module, function.name, description);
    readCompilation(module, description);
    countCode(module, description);
    readLineTable(module, description);
  });
  if (error)
    return error;
  return description;
}

std::vector<DescribedFunction> describeAll(const Library &library) {
  std::vector<DescribedFunction> all(library.functions.size());
  parallelFor(0, all.size(), [&](size_t i) {
    const Function &function = library.functions[i];
    all[i].function = &function;
    all[i].hashMatches = function.hashMatches();
    Expected<FunctionDescription> description = describe(function);
    if (description)
      all[i].description = std::move(*description);
    else
      all[i].problem = toString(description.takeError());
  });
  return all;
}

namespace {

/// AIR leaves names to the metadata; text reads better with them.
void nameParameters(Module &module, StringRef name,
                    ArrayRef<Argument> arguments) {
  llvm::Function *function = module.getFunction(name);
  for (const Argument &argument : arguments)
    if (function && argument.index < function->arg_size())
      if (llvm::Argument *parameter = function->getArg(argument.index);
          !parameter->hasName())
        parameter->setName(argument.name);
}

} // namespace

Expected<std::string> disassemble(const Function &function) {
  std::string text;
  Error error = withModule(function, [&](Module &module) {
    raw_string_ostream out(text);
    FunctionDescription description;
    readInterface(module, function.name, description);
    nameParameters(module, function.name, description.arguments);
    out << "; " << functionTypeName(function.type) << " " << function.name
        << "\n";
    for (const Argument &argument : description.arguments)
      out << ";   " << argument.declaration() << " [[" << argument.attribute()
          << "]]\n";
    module.print(out, nullptr);
  });
  if (error)
    return error;
  return text;
}

} // namespace enigma::metallib
