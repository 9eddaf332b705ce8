// Decodes the AIR metadata of a module (reference sections 2.5 and 2.8).
#include "Metadata.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Metadata.h"
#include "llvm/Support/Errc.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

Error simulator::failure(const Twine &message) {
  return createStringError(llvm::make_error_code(llvm::errc::invalid_argument),
                           message);
}

const KernelArgument *Reflection::find(ArgumentKind kind,
                                       uint32_t location) const {
  for (const KernelArgument &argument : arguments)
    if (argument.kind == kind && argument.location == location)
      return &argument;
  return nullptr;
}

static StringRef stringOperand(const MDNode &node, unsigned i) {
  if (i < node.getNumOperands())
    if (auto *text = dyn_cast_or_null<MDString>(node.getOperand(i)))
      return text->getString();
  return {};
}

static std::optional<uint64_t> integerOperand(const MDNode &node, unsigned i) {
  if (i < node.getNumOperands())
    if (auto *value =
            mdconst::dyn_extract_or_null<ConstantInt>(node.getOperand(i)))
      return value->getZExtValue();
  return std::nullopt;
}

static const MDNode *kernelNode(const Module &module, StringRef name) {
  const NamedMDNode *kernels = module.getNamedMetadata("air.kernel");
  if (!kernels)
    return nullptr;
  for (const MDNode *node : kernels->operands())
    if (node->getNumOperands() >= 3)
      if (auto *function =
              mdconst::dyn_extract_or_null<Function>(node->getOperand(0)))
        if (function->getName() == name)
          return node;
  return nullptr;
}

Expected<Function *> simulator::findKernel(Module &module, StringRef name) {
  const MDNode *node = kernelNode(module, name);
  if (!node)
    return failure("the module has no kernel '" + name + "'");
  auto *function = mdconst::extract<Function>(node->getOperand(0));
  if (function->isDeclaration())
    return failure("kernel '" + name + "' has no body");
  return function;
}

namespace {
/// Walks the flat key-value list of one argument node.
class ArgumentReader {
public:
  ArgumentReader(const MDNode &node) : node(node) {}
  Expected<KernelArgument> read();

private:
  Error readKey(StringRef key);
  Error readCount(StringRef key, auto &out);

  const MDNode &node;
  KernelArgument argument;
  unsigned next = 1;
};
} // namespace

Error ArgumentReader::readCount(StringRef key, auto &out) {
  std::optional<uint64_t> value = integerOperand(node, next++);
  if (!value)
    return failure("argument metadata: '" + key +
                   "' is not followed by an integer");
  out = *value;
  return Error::success();
}

Error ArgumentReader::readKey(StringRef key) {
  if (key == "air.buffer") {
    argument.kind = ArgumentKind::Buffer;
  } else if (key == "air.location_index") {
    if (Error error = readCount(key, argument.location))
      return error;
    ++next; // array length, always 1
  } else if (key == "air.buffer_size") {
    return readCount(key, argument.bufferSize);
  } else if (key == "air.address_space") {
    return readCount(key, argument.addressSpace);
  } else if (key == "air.arg_type_size") {
    return readCount(key, argument.typeSize);
  } else if (key == "air.arg_type_align_size") {
    return readCount(key, argument.typeAlignment);
  } else if (key == "air.arg_type_name") {
    argument.typeName = stringOperand(node, next++).str();
  } else if (key == "air.arg_name") {
    argument.name = stringOperand(node, next++).str();
  } else if (key == "air.arg_unused") {
    argument.unused = argument.optional = true;
  } else if (key == "air.function_constant") {
    argument.optional = true;
    ++next;
  } else if (key == "air.read_write" || key == "air.write") {
    argument.writable = true;
  } else if (key == "air.struct_type_info") {
    ++next;
  } else if (key != "air.read") {
    argument.builtin = key.str();
  }
  return Error::success();
}

Expected<KernelArgument> ArgumentReader::read() {
  while (next < node.getNumOperands()) {
    StringRef key = stringOperand(node, next++);
    if (key.empty())
      continue; // an operand of a key that is not read here
    if (Error error = readKey(key))
      return error;
  }
  // AIR 2.4 and older have no address space key; the parameter's type decides
  // in any case.
  return argument;
}

static Expected<KernelArgument>
readArgument(const MDNode &node, const Function &kernel, unsigned position) {
  Expected<KernelArgument> argument = ArgumentReader(node).read();
  if (!argument)
    return argument;
  if (integerOperand(node, 0) != position)
    return failure("kernel '" + kernel.getName() +
                   "': argument metadata out of order at " + Twine(position));
  if (argument->kind != ArgumentKind::Buffer)
    return argument;
  auto *pointer = dyn_cast<PointerType>(kernel.getArg(position)->getType());
  if (!pointer)
    return failure("kernel '" + kernel.getName() + "': buffer argument '" +
                   argument->name + "' is not a pointer");
  argument->addressSpace = pointer->getAddressSpace();
  if (argument->addressSpace == 3)
    argument->kind = ArgumentKind::Threadgroup;
  return argument;
}

static Expected<FunctionConstant> readConstant(const MDNode &node) {
  FunctionConstant constant;
  constant.name = stringOperand(node, 2).str();
  std::optional<uint64_t> index = integerOperand(node, 3);
  std::optional<DType> dtype = parseMetalDType(stringOperand(node, 1));
  if (!index || !dtype)
    return failure("function constant '" + constant.name + "': type '" +
                   stringOperand(node, 1) + "' is not supported");
  constant.index = *index;
  constant.dtype = *dtype;
  // Object files have no flag yet (reference 2.8): then the constant is taken
  // as required.
  constant.required = integerOperand(node, 4).value_or(1) != 0;
  return constant;
}

Expected<Reflection> simulator::readReflection(Function &kernel) {
  Module &module = *kernel.getParent();
  const MDNode *node = kernelNode(module, kernel.getName());
  Reflection reflection;
  reflection.name = kernel.getName().str();
  auto *arguments = dyn_cast_or_null<MDNode>(node->getOperand(2));
  if (!arguments || arguments->getNumOperands() != kernel.arg_size())
    return failure("kernel '" + kernel.getName() +
                   "': metadata does not describe its " +
                   Twine(kernel.arg_size()) + " parameters");
  for (unsigned i = 0; i < kernel.arg_size(); ++i) {
    auto *argumentNode = dyn_cast_or_null<MDNode>(arguments->getOperand(i));
    if (!argumentNode)
      return failure("kernel '" + kernel.getName() + "': argument " + Twine(i) +
                     " has no metadata");
    Expected<KernelArgument> argument = readArgument(*argumentNode, kernel, i);
    if (!argument)
      return argument.takeError();
    reflection.arguments.push_back(std::move(*argument));
  }
  for (unsigned i = 3; i < node->getNumOperands(); ++i)
    if (auto *limit = dyn_cast_or_null<MDNode>(node->getOperand(i)))
      if (stringOperand(*limit, 0) == "air.max_work_group_size")
        reflection.maxThreadsPerThreadgroup =
            integerOperand(*limit, 1).value_or(
                reflection.maxThreadsPerThreadgroup);
  if (const NamedMDNode *constants =
          module.getNamedMetadata("air.function_constants"))
    for (const MDNode *constantNode : constants->operands()) {
      Expected<FunctionConstant> constant = readConstant(*constantNode);
      if (!constant)
        return constant.takeError();
      reflection.constants.push_back(std::move(*constant));
    }
  for (GlobalVariable &global : module.globals())
    if (global.getAddressSpace() == 3)
      reflection.staticThreadgroupMemory +=
          module.getDataLayout().getTypeAllocSize(global.getValueType());
  return reflection;
}

SmallVector<GlobalVariable *> simulator::argumentPredicates(Function &kernel) {
  SmallVector<GlobalVariable *> predicates(kernel.arg_size());
  const MDNode *node = kernelNode(*kernel.getParent(), kernel.getName());
  auto *arguments = cast<MDNode>(node->getOperand(2));
  for (auto [argument, predicate] : zip(arguments->operands(), predicates)) {
    auto *keys = cast<MDNode>(argument);
    for (unsigned i = 1; i + 1 < keys->getNumOperands(); ++i)
      if (stringOperand(*keys, i) == "air.function_constant")
        if (auto *gate = dyn_cast_or_null<MDNode>(keys->getOperand(i + 1));
            gate && gate->getNumOperands())
          predicate =
              mdconst::dyn_extract_or_null<GlobalVariable>(gate->getOperand(0));
  }
  return predicates;
}

SmallVector<GlobalVariable *> simulator::constantInitializers(Module &module) {
  SmallVector<GlobalVariable *> globals;
  if (const NamedMDNode *constants =
          module.getNamedMetadata("air.function_constants"))
    for (const MDNode *node : constants->operands())
      globals.push_back(
          mdconst::dyn_extract_or_null<GlobalVariable>(node->getOperand(0)));
  return globals;
}
