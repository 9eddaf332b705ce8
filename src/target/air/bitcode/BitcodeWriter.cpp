// From a legalised module to the bytes of a .air file or of a metallib's module
// (reference section 2.1).
#include "enigma/air/BitcodeWriter.h"
#include "AttributeTable.h"
#include "Numbering.h"
#include "RecordWriter.h"
#include "Typing.h"
#include "enigma/air/Legalize.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace enigma::air {

namespace {

constexpr size_t wrapperSize = 20;
constexpr size_t moduleAlignment = 16;

/// Named metadata in the order of each form (reference section 2.4).
constexpr StringRef objectOrder[] = {
    "llvm.dbg.cu",         "llvm.module.flags",      "air.kernel",
    "air.compile_options", "air.function_constants", "llvm.ident",
    "air.version",         "air.language_version",   "air.source_file_name"};
constexpr StringRef libraryOrder[] = {
    "llvm.dbg.cu", "llvm.module.flags",     "llvm.ident",
    "air.version", "air.language_version",  "air.compile_options",
    "air.kernel",  "air.function_constants"};

void orderNamedMetadata(Module &module, ArrayRef<StringRef> order) {
  std::vector<std::pair<std::string, SmallVector<MDNode *>>> nodes;
  auto rankOf = [&](StringRef name) {
    return find(order, name) - order.begin();
  };
  for (NamedMDNode &named : module.named_metadata())
    nodes.push_back({named.getName().str(), to_vector(named.operands())});
  stable_sort(nodes, [&](const auto &a, const auto &b) {
    return rankOf(a.first) < rankOf(b.first);
  });
  while (!module.named_metadata_empty())
    module.eraseNamedMetadata(&*module.named_metadata_begin());
  for (const auto &[name, operands] : nodes) {
    NamedMDNode *named = module.getOrInsertNamedMetadata(name);
    for (MDNode *operand : operands)
      named->addOperand(operand);
  }
}

/// A function constant's node ends in "required" in a library and without it in
/// an object.
void dropRequiredFlags(Module &module) {
  NamedMDNode *constants = module.getNamedMetadata("air.function_constants");
  if (!constants)
    return;
  for (unsigned i = 0; i != constants->getNumOperands(); ++i) {
    MDNode *node = constants->getOperand(i);
    if (node->getNumOperands() != 5)
      continue;
    SmallVector<Metadata *> operands(node->op_begin(), node->op_end() - 1);
    constants->setOperand(i, MDNode::get(module.getContext(), operands));
  }
}

/// The function that gives a library module its name.
StringRef kernelName(const Module &module) {
  NamedMDNode *kernels = module.getNamedMetadata("air.kernel");
  if (!kernels || kernels->getNumOperands() == 0)
    return module.getSourceFileName();
  auto *function = mdconst::dyn_extract_or_null<Function>(
      kernels->getOperand(0)->getOperand(0));
  return function ? function->getName() : module.getSourceFileName();
}

void applyForm(Module &module, ModuleForm form) {
  switch (form) {
  case ModuleForm::Object:
    dropRequiredFlags(module);
    orderNamedMetadata(module, objectOrder);
    break;
  case ModuleForm::LibraryModule:
    if (NamedMDNode *source = module.getNamedMetadata("air.source_file_name"))
      module.eraseNamedMetadata(source);
    orderNamedMetadata(module, libraryOrder);
    module.setSourceFileName(kernelName(module).str());
    break;
  }
}

/// Darwin's bitcode wrapper in front, zeros behind.
std::vector<uint8_t> wrap(ArrayRef<char> bitcode) {
  std::vector<uint8_t> out(wrapperSize);
  const uint32_t fields[] = {0x0b17c0de, 0, wrapperSize,
                             uint32_t(bitcode.size()), 0xffffffff};
  for (auto [i, field] : enumerate(fields))
    support::endian::write32le(&out[4 * i], field);
  out.insert(out.end(), bitcode.begin(), bitcode.end());
  out.resize(alignTo(out.size(), moduleAlignment));
  return out;
}

} // namespace

Expected<std::vector<uint8_t>>
writeAIRBitcode(const Module &original, const Target &target, ModuleForm form) {
  // The views go into a copy: the caller's module stays as it is.
  std::unique_ptr<Module> module = CloneModule(original);
  applyForm(*module, form);
  Expected<Typing> typing = Typing::create(*module, target);
  if (!typing)
    return typing.takeError();
  Numbering numbering(*module, *typing);
  AttributeTable attributes(*module, target);
  SmallVector<char, 0> bitcode;
  RecordWriter(*module, target, *typing, numbering, attributes, bitcode)
      .write();
  return wrap(bitcode);
}

Expected<std::vector<uint8_t>> emitAIR(Module &module, const Target &target,
                                       ModuleForm form) {
  if (Error error = legalizeForAIR(module, target))
    return error;
  return writeAIRBitcode(module, target, form);
}

} // namespace enigma::air
