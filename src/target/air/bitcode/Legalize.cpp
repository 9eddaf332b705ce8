// Brings an LLVM 22 module into the bitcode dialect of a target (reference
// section 4.3).
#include "enigma/air/Legalize.h"
#include "LegalizeSteps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/ModRef.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace enigma::air {

const char *const airDataLayout =
    "e-p:64:64:64-i1:8:8-i8:8:8-i16:16:16-i32:32:32-i64:64:64-f32:32:32-"
    "f64:64:64-v16:16:16-v24:32:32-v32:32:32-v48:64:64-v64:64:64-"
    "v96:128:128-v128:128:128-v192:256:256-v256:256:256-v512:512:512-"
    "v1024:1024:1024-n8:16:32";

Error refuse(const Function &function, const Twine &what) {
  return createStringError("cannot write '" + function.getName() +
                           "' as AIR: " + what);
}

/// The newest metadata kind that LLVM 14 and Apple's files know; newer ones are
/// hints we can drop.
static unsigned lastMetadataKind(const Target &target) {
  return target.dialect == BitcodeDialect::Old
             ? LLVMContext::MD_vcall_visibility
             : LLVMContext::MD_annotation;
}

void dropForeignParts(Module &module, const Target &target) {
  SmallVector<std::pair<unsigned, MDNode *>> attachments;
  for (GlobalObject &object : module.global_objects()) {
    object.setComdat(nullptr);
    attachments.clear();
    object.getAllMetadata(attachments);
    for (const auto &[kind, node] : attachments)
      if (isa<GlobalVariable>(object) || kind > lastMetadataKind(target))
        object.eraseMetadata(kind);
  }
  for (Function &function : module) {
    if (!function.isDeclaration())
      EliminateUnreachableBlocks(function);
    function.setCallingConv(CallingConv::C);
    for (Instruction &instruction : instructions(function)) {
      attachments.clear();
      instruction.getAllMetadata(attachments);
      for (const auto &[kind, node] : attachments)
        if (kind > lastMetadataKind(target))
          instruction.setMetadata(kind, nullptr);
      if (auto *call = dyn_cast<CallBase>(&instruction))
        call->setCallingConv(CallingConv::C);
    }
  }
}

/// Before AIR 2.6 atomics are declared to touch what their arguments point to,
/// later ones are not (reference section 3).
static void limitAtomicEffects(Module &module) {
  for (Function &function : module) {
    StringRef name = function.getName();
    if (!name.consume_front("air.atomic.global.") &&
        !name.consume_front("air.atomic.local."))
      continue;
    ModRefInfo effect = name.starts_with("load.")    ? ModRefInfo::Ref
                        : name.starts_with("store.") ? ModRefInfo::Mod
                                                     : ModRefInfo::ModRef;
    function.setMemoryEffects(MemoryEffects::argMemOnly(effect));
  }
}

/// Declarations that nothing calls any more, as Apple's modules have none.
static void dropUnusedDeclarations(Module &module) {
  for (Function &function : make_early_inc_range(module))
    if (function.isDeclaration() && function.use_empty())
      function.eraseFromParent();
}

Error legalizeForAIR(Module &module, const Target &target) {
  module.setTargetTriple(Triple(StringRef(target.triple)));
  module.setDataLayout(airDataLayout);
  dropForeignParts(module, target);
  expandConstantExpressions(module);
  if (Error error = legalizeIntrinsics(module, target))
    return error;
  if (target.dialect == BitcodeDialect::Old)
    if (Error error = emulateBFloat(module))
      return error;
  expandBoolVectorCasts(module);
  promoteOddIntegers(module);
  legalizeInstructions(module, target);
  legalizeDebugInfo(module, target);
  dropUnusedDeclarations(module);
  if (target.dialect == BitcodeDialect::Old)
    limitAtomicEffects(module);
  return checkExpressible(module, target);
}

} // namespace enigma::air
