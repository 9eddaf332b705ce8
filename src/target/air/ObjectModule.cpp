// Links the kernels' modules into the module of a `.air` file.
#include "enigma/air/ObjectModule.h"
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

std::unique_ptr<Module>
enigma::air::linkObjectModule(ArrayRef<std::unique_ptr<Module>> kernels,
                              StringRef source) {
  if (kernels.empty())
    return nullptr;
  std::unique_ptr<Module> object = CloneModule(*kernels.front());
  Linker linker(*object);
  for (const std::unique_ptr<Module> &kernel : kernels.drop_front())
    if (linker.linkInModule(CloneModule(*kernel)))
      return nullptr;
  sayOnce(*object);
  object->setModuleIdentifier(source);
  object->setSourceFileName(source);
  LLVMContext &context = object->getContext();
  object->getOrInsertNamedMetadata("air.source_file_name")
      ->addOperand(MDNode::get(context, MDString::get(context, source)));
  return object;
}
