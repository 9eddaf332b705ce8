// The records of debug information, with the operands of LLVM 14 (its
// BitcodeWriter is the reference; Apple's debug builds have the same).
#include "RecordWriter.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;

namespace enigma::air {

void RecordWriter::writeDebugNode(const MDNode *node,
                                  unsigned &locationAbbreviation) {
  uint64_t distinct = node->isDistinct();
  auto operand = [&](unsigned i) { return idOrNull(node->getOperand(i)); };
  if (auto *scope = dyn_cast<DIScope>(node))
    return writeDebugScope(scope);
  if (auto *variable = dyn_cast<DILocalVariable>(node))
    return writeVariable(variable);
  if (auto *place = dyn_cast<DILocation>(node)) {
    if (!locationAbbreviation)
      locationAbbreviation = defineLocationAbbreviation();
    return emit(bitc::METADATA_LOCATION,
                {distinct, place->getLine(), place->getColumn(),
                 numbering.metadata.idOf(place->getScope()),
                 idOrNull(place->getInlinedAt()), place->isImplicitCode()},
                locationAbbreviation);
  }
  if (auto *expression = dyn_cast<DIExpression>(node)) {
    constexpr uint64_t version = 3;
    Record record{distinct | version << 1};
    append_range(record, expression->getElements());
    return emit(bitc::METADATA_EXPRESSION, record);
  }
  if (isa<DISubrange>(node)) {
    constexpr uint64_t version = 2;
    // Count, lower and upper bound, stride.
    return emit(bitc::METADATA_SUBRANGE, {distinct | version << 1, operand(0),
                                          operand(1), operand(2), operand(3)});
  }
  auto *entity = cast<DIImportedEntity>(node);
  emit(bitc::METADATA_IMPORTED_ENTITY,
       {distinct, entity->getTag(), idOrNull(entity->getScope()),
        idOrNull(entity->getEntity()), entity->getLine(),
        idOrNull(entity->getRawName()), idOrNull(entity->getRawFile()),
        idOrNull(entity->getRawElements())});
}

void RecordWriter::writeDebugType(const DIType *type) {
  uint64_t distinct = type->isDistinct();
  constexpr uint64_t notOldReference = 2;
  uint64_t name = idOrNull(type->getRawName());
  uint64_t file = idOrNull(type->getFile()), line = type->getLine();
  uint64_t scope = idOrNull(type->getScope());
  uint64_t size = type->getSizeInBits(), align = type->getAlignInBits();
  uint64_t offset = type->getOffsetInBits(), flags = type->getFlags();
  if (auto *basic = dyn_cast<DIBasicType>(type))
    return emit(bitc::METADATA_BASIC_TYPE,
                {distinct, basic->getTag(), name, size, align,
                 basic->getEncoding(), flags});
  if (auto *routine = dyn_cast<DISubroutineType>(type))
    return emit(bitc::METADATA_SUBROUTINE_TYPE,
                {distinct | notOldReference, flags,
                 idOrNull(routine->getTypeArray().get()), routine->getCC()});
  if (auto *derived = dyn_cast<DIDerivedType>(type)) {
    std::optional<unsigned> space = derived->getDWARFAddressSpace();
    return emit(bitc::METADATA_DERIVED_TYPE,
                {distinct, derived->getTag(), name, file, line, scope,
                 idOrNull(derived->getBaseType()), size, align, offset, flags,
                 idOrNull(derived->getExtraData()), space ? *space + 1u : 0u,
                 idOrNull(derived->getAnnotations().get())});
  }
  auto *composite = cast<DICompositeType>(type);
  emit(bitc::METADATA_COMPOSITE_TYPE,
       {distinct | notOldReference,
        composite->getTag(),
        name,
        file,
        line,
        scope,
        idOrNull(composite->getBaseType()),
        size,
        align,
        offset,
        flags,
        idOrNull(composite->getElements().get()),
        composite->getRuntimeLang(),
        idOrNull(composite->getVTableHolder()),
        idOrNull(composite->getTemplateParams().get()),
        idOrNull(composite->getRawIdentifier()),
        idOrNull(composite->getDiscriminator()),
        idOrNull(composite->getRawDataLocation()),
        idOrNull(composite->getRawAssociated()),
        idOrNull(composite->getRawAllocated()),
        idOrNull(composite->getRawRank()),
        idOrNull(composite->getAnnotations().get())});
}

void RecordWriter::writeDebugScope(const DIScope *scope) {
  uint64_t distinct = scope->isDistinct();
  if (auto *type = dyn_cast<DIType>(scope))
    return writeDebugType(type);
  if (auto *file = dyn_cast<DIFile>(scope)) {
    auto checksum = file->getRawChecksum();
    Record record{distinct, idOrNull(file->getRawFilename()),
                  idOrNull(file->getRawDirectory()),
                  checksum ? uint64_t(checksum->Kind) : 0,
                  checksum ? idOrNull(checksum->Value) : 0};
    if (MDString *source = file->getRawSource())
      record.push_back(idOrNull(source));
    return emit(bitc::METADATA_FILE, record);
  }
  if (auto *unit = dyn_cast<DICompileUnit>(scope))
    return emit(bitc::METADATA_COMPILE_UNIT,
                {distinct,
                 unit->getSourceLanguage().getUnversionedName(),
                 idOrNull(unit->getFile()),
                 idOrNull(unit->getRawProducer()),
                 unit->isOptimized(),
                 idOrNull(unit->getRawFlags()),
                 unit->getRuntimeVersion(),
                 idOrNull(unit->getRawSplitDebugFilename()),
                 uint64_t(unit->getEmissionKind()),
                 idOrNull(unit->getEnumTypes().get()),
                 idOrNull(unit->getRetainedTypes().get()),
                 /*subprograms=*/0,
                 idOrNull(unit->getGlobalVariables().get()),
                 idOrNull(unit->getImportedEntities().get()),
                 unit->getDWOId(),
                 idOrNull(unit->getMacros().get()),
                 unit->getSplitDebugInlining(),
                 unit->getDebugInfoForProfiling(),
                 uint64_t(unit->getNameTableKind()),
                 unit->getRangesBaseAddress(),
                 idOrNull(unit->getRawSysRoot()),
                 idOrNull(unit->getRawSDK())});
  if (auto *function = dyn_cast<DISubprogram>(scope)) {
    constexpr uint64_t hasUnit = 2, hasFlags = 4;
    return emit(bitc::METADATA_SUBPROGRAM,
                {distinct | hasUnit | hasFlags,
                 idOrNull(function->getScope()),
                 idOrNull(function->getRawName()),
                 idOrNull(function->getRawLinkageName()),
                 idOrNull(function->getFile()),
                 function->getLine(),
                 idOrNull(function->getType()),
                 function->getScopeLine(),
                 idOrNull(function->getContainingType()),
                 function->getSPFlags(),
                 function->getVirtualIndex(),
                 function->getFlags(),
                 idOrNull(function->getRawUnit()),
                 idOrNull(function->getTemplateParams().get()),
                 idOrNull(function->getDeclaration()),
                 idOrNull(function->getRetainedNodes().get()),
                 uint64_t(int64_t(function->getThisAdjustment())),
                 idOrNull(function->getThrownTypes().get()),
                 idOrNull(function->getAnnotations().get()),
                 idOrNull(function->getRawTargetFuncName())});
  }
  if (auto *block = dyn_cast<DILexicalBlock>(scope))
    return emit(bitc::METADATA_LEXICAL_BLOCK,
                {distinct, idOrNull(block->getScope()),
                 idOrNull(block->getFile()), block->getLine(),
                 block->getColumn()});
  if (auto *block = dyn_cast<DILexicalBlockFile>(scope))
    return emit(bitc::METADATA_LEXICAL_BLOCK_FILE,
                {distinct, idOrNull(block->getScope()),
                 idOrNull(block->getFile()), block->getDiscriminator()});
  if (auto *space = dyn_cast<DINamespace>(scope))
    return emit(bitc::METADATA_NAMESPACE,
                {distinct | uint64_t(space->getExportSymbols()) << 1,
                 idOrNull(space->getScope()), idOrNull(space->getRawName())});
  auto *imported = cast<DIModule>(scope);
  Record record{distinct};
  for (const MDOperand &operand : imported->operands())
    record.push_back(idOrNull(operand));
  record.append({imported->getLineNo(), uint64_t(imported->getIsDecl())});
  emit(bitc::METADATA_MODULE, record);
}

void RecordWriter::writeVariable(const DILocalVariable *variable) {
  constexpr uint64_t hasAlignment = 2;
  emit(bitc::METADATA_LOCAL_VAR,
       {uint64_t(variable->isDistinct()) | hasAlignment,
        idOrNull(variable->getScope()), idOrNull(variable->getRawName()),
        idOrNull(variable->getFile()), variable->getLine(),
        idOrNull(variable->getType()), variable->getArg(), variable->getFlags(),
        variable->getAlignInBits(),
        idOrNull(variable->getAnnotations().get())});
}

} // namespace enigma::air
