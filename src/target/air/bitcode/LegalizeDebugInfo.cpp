// Debug information in the form of LLVM 14: places on instructions, variables
// as calls of intrinsics.
#include "LegalizeSteps.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace enigma::air {

/// The newest operation on a variable's value that LLVM 14 knows.
constexpr uint64_t lastOperation = dwarf::DW_OP_LLVM_arg;

/// Whether a variable's value can be said: one value, and operations that LLVM
/// 14 knows on it.
static bool isSayable(const DbgVariableRecord &record) {
  if (record.hasArgList())
    return false;
  return all_of(record.getExpression()->expr_ops(),
                [](const DIExpression::ExprOperand &operation) {
                  return operation.getOp() <= lastOperation;
                });
}

/// Leaves the records that intrinsics of LLVM 14 can say. A variable whose
/// value they cannot is optimised out from there on.
static void keepOldRecords(Instruction &instruction) {
  for (DbgRecord &record :
       make_early_inc_range(instruction.getDbgRecordRange())) {
    auto *variable = dyn_cast<DbgVariableRecord>(&record);
    if (!variable || !(variable->isDbgValue() || variable->isDbgDeclare())) {
      record.eraseFromParent();
      continue;
    }
    if (isSayable(*variable))
      continue;
    variable->setRawLocation(ValueAsMetadata::get(
        PoisonValue::get(Type::getInt1Ty(instruction.getContext()))));
    variable->setExpression(DIExpression::get(instruction.getContext(), {}));
  }
}

bool isExpressibleDebugNode(const MDNode *node) {
  switch (node->getMetadataID()) {
  case Metadata::DILocationKind:
  case Metadata::DIExpressionKind:
  case Metadata::DISubrangeKind:
  case Metadata::DIBasicTypeKind:
  case Metadata::DIDerivedTypeKind:
  case Metadata::DICompositeTypeKind:
  case Metadata::DISubroutineTypeKind:
  case Metadata::DIFileKind:
  case Metadata::DICompileUnitKind:
  case Metadata::DISubprogramKind:
  case Metadata::DILexicalBlockKind:
  case Metadata::DILexicalBlockFileKind:
  case Metadata::DINamespaceKind:
  case Metadata::DIModuleKind:
  case Metadata::DILocalVariableKind:
  case Metadata::DIImportedEntityKind:
    return true;
  default:
    return false;
  }
}

void legalizeDebugInfo(Module &module, const Target &target) {
  // Apple's compiler leaves it out of these modules as well.
  if (target.dialect == BitcodeDialect::Old) {
    StripDebugInfo(module);
    return;
  }
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      keepOldRecords(instruction);
  module.convertFromNewDbgValues();
}

} // namespace enigma::air
