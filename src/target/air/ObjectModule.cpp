// Links the kernels' modules into the module of a `.air` file.
#include "enigma/air/ObjectModule.h"
#include "llvm/IR/Constants.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

/// Linking appends named metadata; only the list of kernels may have several
/// entries.
static void sayOnce(Module &module) {
  for (NamedMDNode &node : module.named_metadata()) {
    if (node.getName() == "air.kernel" || node.getName() == "llvm.module.flags")
      continue;
    SmallVector<MDNode *> unique;
    for (MDNode *operand : node.operands())
      if (!is_contained(unique, operand))
        unique.push_back(operand);
    node.clearOperands();
    for (MDNode *operand : unique)
      node.addOperand(operand);
  }
}

/// The first kernel: what belongs to all of them has its attributes.
static const Function *firstKernel(const Module &module) {
  const NamedMDNode *kernels = module.getNamedMetadata("air.kernel");
  return mdconst::extract<Function>(kernels->getOperand(0)->getOperand(0));
}

std::unique_ptr<Module> enigma::air::linkObjectModule(
    ArrayRef<std::unique_ptr<Module>> kernels, StringRef source,
    ArrayRef<FunctionConstant> constants, StringRef stem) {
  if (kernels.empty())
    return nullptr;
  auto copyOf = [&](const std::unique_ptr<Module> &kernel) {
    std::unique_ptr<Module> copy = CloneModule(*kernel);
    openFunctionConstants(*copy, constants);
    return copy;
  };
  std::unique_ptr<Module> object = copyOf(kernels.front());
  Linker linker(*object);
  for (const std::unique_ptr<Module> &kernel : kernels.drop_front())
    if (linker.linkInModule(copyOf(kernel)))
      return nullptr;
  sayOnce(*object);
  addFunctionConstants(*object, constants, stem, *firstKernel(*object));
  object->setModuleIdentifier(source);
  object->setSourceFileName(source);
  LLVMContext &context = object->getContext();
  object->getOrInsertNamedMetadata("air.source_file_name")
      ->addOperand(MDNode::get(context, MDString::get(context, source)));
  return object;
}
