// The METADATA blocks of the module and of its functions (reference
// section 4.4).
#include "RecordWriter.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/IR/Constants.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// LLVM writes an index only from this many records on.
constexpr size_t indexThreshold = 25;

/// The fixed metadata kinds Apple writes, by id (reference section 4.4).
constexpr StringRef metadataKinds[] = {
    "dbg",
    "tbaa",
    "prof",
    "fpmath",
    "range",
    "tbaa.struct",
    "invariant.load",
    "alias.scope",
    "noalias",
    "nontemporal",
    "llvm.mem.parallel_loop_access",
    "nonnull",
    "dereferenceable",
    "dereferenceable_or_null",
    "make.implicit",
    "unpredictable",
    "invariant.group",
    "align",
    "llvm.loop",
    "type",
    "section_prefix",
    "absolute_symbol",
    "associated",
    "callees",
    "irr_loop",
    "llvm.access.group",
    "callback",
    "llvm.preserve.access.index",
    "vcall_visibility",
    "noundef",
    "annotation",
};

} // namespace

void RecordWriter::writeMetadataKinds() {
  stream.EnterSubblock(bitc::METADATA_KIND_BLOCK_ID, 3);
  for (auto [id, name] : enumerate(metadataKinds)) {
    Record record{id};
    record.append(name.bytes_begin(), name.bytes_end());
    emit(bitc::METADATA_KIND, record);
  }
  stream.ExitBlock();
}

/// METADATA_STRINGS: the lengths as a bit stream of its own, then the
/// characters.
void RecordWriter::writeMetadataStrings(ArrayRef<const MDString *> strings) {
  if (strings.empty())
    return;
  unsigned abbreviation = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::METADATA_STRINGS), vbr(6), vbr(6), blob()});
  SmallString<256> contents;
  {
    BitstreamWriter lengths(contents);
    for (const MDString *text : strings)
      lengths.EmitVBR(text->getLength(), 6);
    lengths.FlushToWord();
  }
  uint64_t charactersOffset = contents.size();
  for (const MDString *text : strings)
    contents += text->getString();
  stream.EmitRecordWithBlob(abbreviation,
                            ArrayRef<uint64_t>{bitc::METADATA_STRINGS,
                                               strings.size(),
                                               charactersOffset},
                            contents);
}

void RecordWriter::writeMetadataRecord(const Metadata *metadata,
                                       unsigned &locationAbbreviation) {
  if (auto *named = dyn_cast<ValueAsMetadata>(metadata)) {
    const Value *value = named->getValue();
    return emit(bitc::METADATA_VALUE,
                {typeId(typing.typeOf(value)), numbering.valueId(value)});
  }
  auto *node = cast<MDNode>(metadata);
  if (!isa<MDTuple>(node))
    return writeDebugNode(node, locationAbbreviation);
  Record record;
  for (const MDOperand &operand : node->operands())
    record.push_back(idOrNull(operand));
  emit(node->isDistinct() ? bitc::METADATA_DISTINCT_NODE : bitc::METADATA_NODE,
       record);
}

/// DILocation: distinct, line, column, scope, inlined at, implicit code.
unsigned RecordWriter::defineLocationAbbreviation() {
  return defineAbbreviation({BitCodeAbbrevOp(bitc::METADATA_LOCATION), fixed(1),
                             vbr(6), vbr(8), vbr(6), vbr(6), fixed(1)});
}

/// The abbreviations LLVM 14 defines for debug info, whether it has any or not.
/// Gives that of DILocation.
unsigned RecordWriter::defineDebugAbbreviations() {
  unsigned location = defineLocationAbbreviation();
  // GenericDINode: distinct, tag, version, operands
  defineAbbreviation({BitCodeAbbrevOp(bitc::METADATA_GENERIC_DEBUG), fixed(1),
                      vbr(6), fixed(1), vbr(6), array(), vbr(6)});
  return location;
}

void RecordWriter::writeMetadata() {
  const MetadataRange &range = numbering.metadata.ofModule();
  if (range.empty() && module.named_metadata_empty())
    return;
  stream.EnterSubblock(bitc::METADATA_BLOCK_ID, 4);
  unsigned locationAbbreviation = 0;
  if (target.dialect == BitcodeDialect::New)
    locationAbbreviation = defineDebugAbbreviations();
  unsigned offsetAbbreviation = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::METADATA_INDEX_OFFSET), fixed(32), fixed(32)});
  unsigned indexAbbreviation = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::METADATA_INDEX), array(), vbr(6)});
  writeMetadataStrings(range.strings);

  bool hasIndex = range.records.size() > indexThreshold;
  if (hasIndex)
    emit(bitc::METADATA_INDEX_OFFSET, {0, 0}, offsetAbbreviation);
  uint64_t start = stream.GetCurrentBitNo(), previous = start;
  Record distances;
  for (const Metadata *metadata : range.records) {
    uint64_t position = stream.GetCurrentBitNo();
    distances.push_back(position - previous);
    previous = position;
    writeMetadataRecord(metadata, locationAbbreviation);
  }
  if (hasIndex) {
    stream.BackpatchWord64(start - 64, stream.GetCurrentBitNo() - start);
    emit(bitc::METADATA_INDEX, distances, indexAbbreviation);
  }
  writeNamedMetadata();
  stream.ExitBlock();
}

void RecordWriter::writeNamedMetadata() {
  if (module.named_metadata_empty())
    return;
  unsigned abbreviation = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::METADATA_NAME), array(), fixed(8)});
  for (const NamedMDNode &named : module.named_metadata()) {
    emitString(bitc::METADATA_NAME, named.getName(), abbreviation);
    Record record;
    for (const MDNode *node : named.operands())
      record.push_back(numbering.metadata.idOf(node));
    emit(bitc::METADATA_NAMED_NODE, record);
  }
}

void RecordWriter::writeFunctionMetadata(const Function &function) {
  const MetadataRange &range = numbering.metadataOf(function);
  ArrayRef<const LocalAsMetadata *> locals = numbering.metadata.locals();
  if (range.empty() && locals.empty())
    return;
  stream.EnterSubblock(bitc::METADATA_BLOCK_ID, 3);
  writeMetadataStrings(range.strings);
  unsigned locationAbbreviation = 0;
  for (const Metadata *metadata : range.records)
    writeMetadataRecord(metadata, locationAbbreviation);
  for (const LocalAsMetadata *local : locals)
    writeMetadataRecord(local, locationAbbreviation);
  stream.ExitBlock();
}

/// METADATA_ATTACHMENT: [kind, node]* for the function, [instruction, (kind,
/// node)*] below it.
void RecordWriter::writeAttachments(const Function &function) {
  std::vector<Record> records;
  SmallVector<std::pair<unsigned, MDNode *>> attachments;
  auto append = [&](Record record) {
    for (const auto &[kind, node] : attachments)
      record.append({kind, numbering.metadata.idOf(node)});
    if (!attachments.empty())
      records.push_back(std::move(record));
  };
  attachments.clear();
  function.getAllMetadata(attachments);
  append({});
  uint64_t index = 0;
  for (const BasicBlock &block : function)
    for (const Instruction &instruction : block) {
      attachments.clear();
      instruction.getAllMetadataOtherThanDebugLoc(attachments);
      append({index++});
    }
  if (records.empty())
    return;
  stream.EnterSubblock(bitc::METADATA_ATTACHMENT_ID, 3);
  for (const Record &record : records)
    emit(bitc::METADATA_ATTACHMENT, record);
  stream.ExitBlock();
}

} // namespace enigma::air
