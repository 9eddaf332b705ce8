// Module flags and named metadata (reference sections 2.4 and 2.5).
#include "Conventions.h"
#include "Refusals.h"
#include "enigma/IR/ElementTypes.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Builds nodes of strings and i32 constants.
class Nodes {
public:
  explicit Nodes(Module &module) : module(module) {}

  Metadata *text(StringRef string) const {
    return MDString::get(module.getContext(), string);
  }
  Metadata *number(uint32_t value) const {
    return ConstantAsMetadata::get(
        ConstantInt::get(Type::getInt32Ty(module.getContext()), value));
  }
  MDNode *node(ArrayRef<Metadata *> operands) const {
    return MDNode::get(module.getContext(), operands);
  }
  void append(StringRef name, ArrayRef<Metadata *> operands) const {
    module.getOrInsertNamedMetadata(name)->addOperand(node(operands));
  }

private:
  Module &module;
};

std::string metalQueryType(unsigned width) {
  std::string name(dtypeRow(DType::u32).metal);
  return width == 1 ? name : name + std::to_string(width);
}

/// `ushort` for a bfloat where there is none.
std::string bufferTypeName(mlir::Type element, const Target &target) {
  DType dtype = *dtypeOf(element);
  if (dtype == DType::bf16 && target.air < firstAIRWithBFloat)
    dtype = DType::u16;
  return metalTypeName(dtype, widthOf(element));
}

MDNode *bufferNode(const Nodes &nodes, const BufferParameter &buffer,
                   uint32_t index, const Target &target) {
  uint32_t bytes = elementTypeOf(buffer.element).bytes();
  SmallVector<Metadata *> keys = {nodes.number(index),
                                  nodes.text("air.buffer")};
  auto add = [&](StringRef key, Metadata *value) {
    keys.push_back(nodes.text(key));
    keys.push_back(value);
  };
  if (buffer.isScalar)
    add("air.buffer_size", nodes.number(bytes));
  add("air.location_index", nodes.number(index));
  keys.push_back(nodes.number(1)); // an array of one binding
  // Apple says read_write of a buffer that is only written, too.
  keys.push_back(nodes.text(buffer.access == Access::read ? "air.read"
                                                          : "air.read_write"));
  if (target.air >= Version{2, 5})
    add("air.address_space", nodes.number(unsigned(buffer.space)));
  add("air.arg_type_size", nodes.number(bytes));
  add("air.arg_type_align_size", nodes.number(bytes));
  add("air.arg_type_name", nodes.text(bufferTypeName(buffer.element, target)));
  add("air.arg_name", nodes.text(buffer.name));
  if (!buffer.isUsed)
    keys.push_back(nodes.text("air.arg_unused"));
  return nodes.node(keys);
}

MDNode *queryNode(const Nodes &nodes, const QueryParameter &query,
                  uint32_t index) {
  return nodes.node(
      {nodes.number(index), nodes.text(("air." + query.name).str()),
       nodes.text("air.arg_type_name"), nodes.text(metalQueryType(query.width)),
       nodes.text("air.arg_name"), nodes.text(query.name)});
}

void addModuleFlags(Module &module, const Target &target, bool debugInfo) {
  // What the translation from the LLVM dialect may have left.
  if (NamedMDNode *flags = module.getModuleFlagsMetadata())
    module.eraseNamedMetadata(flags);
  LLVMContext &context = module.getContext();
  uint32_t sdk[] = {target.os.major, target.os.minor};
  module.addModuleFlag(Module::Warning, "SDK Version",
                       ConstantDataArray::get(context, sdk));
  if (debugInfo) {
    module.addModuleFlag(Module::Max, "Dwarf Version", 4);
    module.addModuleFlag(Module::Warning, "Debug Info Version",
                         DEBUG_METADATA_VERSION);
  }
  module.addModuleFlag(Module::Error, "wchar_size", 4);
  if (target.air >= Version{2, 6})
    module.addModuleFlag(Module::Max, "frame-pointer", 2);
  // Sizes of Metal's argument tables.
  module.addModuleFlag(Module::Max, "air.max_device_buffers", maxBuffers);
  module.addModuleFlag(Module::Max, "air.max_constant_buffers", maxBuffers);
  module.addModuleFlag(Module::Max, "air.max_threadgroup_buffers", maxBuffers);
  module.addModuleFlag(Module::Max, "air.max_textures", 128);
  module.addModuleFlag(Module::Max, "air.max_read_write_textures", 8);
  module.addModuleFlag(Module::Max, "air.max_samplers", 16);
}

} // namespace

void addMetadata(Function &kernel, const KernelFacts &facts,
                 const Target &target) {
  Module &module = *kernel.getParent();
  Nodes nodes(module);
  addModuleFlags(module, target, facts.debugInfo);
  nodes.append("llvm.ident", nodes.text("enigmac 0.1.0"));
  nodes.append("air.version",
               {nodes.number(target.air.major), nodes.number(target.air.minor),
                nodes.number(0)});
  nodes.append("air.language_version",
               {nodes.text("Metal"), nodes.number(target.msl.major),
                nodes.number(target.msl.minor), nodes.number(0)});
  nodes.append("air.compile_options",
               nodes.text("air.compile.denorms_disable"));
  nodes.append("air.compile_options",
               nodes.text(facts.fastMath ? "air.compile.fast_math_enable"
                                         : "air.compile.fast_math_disable"));
  nodes.append("air.compile_options",
               nodes.text("air.compile.framebuffer_fetch_enable"));

  SmallVector<Metadata *> arguments;
  for (const BufferParameter &buffer : facts.signature.buffers)
    arguments.push_back(bufferNode(nodes, buffer, arguments.size(), target));
  for (const QueryParameter &query : facts.signature.queries)
    arguments.push_back(queryNode(nodes, query, arguments.size()));
  SmallVector<Metadata *> operands = {ConstantAsMetadata::get(&kernel),
                                      nodes.node({}), nodes.node(arguments)};
  if (facts.maxThreads)
    operands.push_back(nodes.node({nodes.text("air.max_work_group_size"),
                                   nodes.number(*facts.maxThreads)}));
  nodes.append("air.kernel", operands);
}

} // namespace enigma::air
