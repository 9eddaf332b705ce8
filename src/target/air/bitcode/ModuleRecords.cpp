// The module-level records: types, attributes, globals, metadata, names
// (reference section 4.4).
#include "RecordWriter.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/TypedPointerType.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// METADATA_STRINGS is not in LLVM's enum of abbreviations: ours are the first
/// of their block.
constexpr unsigned firstAbbreviation = bitc::FIRST_APPLICATION_ABBREV;

unsigned encodedLinkage(GlobalValue::LinkageTypes linkage) {
  switch (linkage) {
  case GlobalValue::ExternalLinkage:
    return 0;
  case GlobalValue::AppendingLinkage:
    return 2;
  case GlobalValue::InternalLinkage:
    return 3;
  case GlobalValue::ExternalWeakLinkage:
    return 7;
  case GlobalValue::CommonLinkage:
    return 8;
  case GlobalValue::PrivateLinkage:
    return 9;
  case GlobalValue::AvailableExternallyLinkage:
    return 12;
  case GlobalValue::WeakAnyLinkage:
    return 16;
  case GlobalValue::WeakODRLinkage:
    return 17;
  case GlobalValue::LinkOnceAnyLinkage:
    return 18;
  case GlobalValue::LinkOnceODRLinkage:
    return 19;
  }
  llvm_unreachable("every linkage has a number");
}

unsigned encodedUnnamedAddress(GlobalValue::UnnamedAddr kind) {
  switch (kind) {
  case GlobalValue::UnnamedAddr::None:
    return 0;
  case GlobalValue::UnnamedAddr::Global:
    return 1;
  case GlobalValue::UnnamedAddr::Local:
    return 2;
  }
  llvm_unreachable("every kind has a number");
}

unsigned encodedAlignment(MaybeAlign alignment) {
  return alignment ? Log2(*alignment) + 1 : 0;
}

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

constexpr StringRef bundleTags[] = {
    "deopt",        "funclet", "gc-transition",          "cfguardtarget",
    "preallocated", "gc-live", "clang.arc.attachedcall", "ptrauth"};

} // namespace

RecordWriter::RecordWriter(const Module &module, const Target &target,
                           const Typing &typing, Numbering &numbering,
                           const AttributeTable &attributes,
                           SmallVectorImpl<char> &out)
    : module(module), target(target), typing(typing), numbering(numbering),
      attributes(attributes), stream(out) {}

void RecordWriter::emit(unsigned code, ArrayRef<uint64_t> record) {
  stream.EmitRecord(code, record);
}

void RecordWriter::emitString(unsigned code, StringRef text) {
  Record record(text.bytes_begin(), text.bytes_end());
  emit(code, record);
}

void RecordWriter::write() {
  for (unsigned byte : {0x42, 0x43, 0xc0, 0xde})
    stream.Emit(byte, 8);
  writeIdentification();
  writeModule();
  writeStringTable();
  stream.FlushToWord();
}

void RecordWriter::writeIdentification() {
  stream.EnterSubblock(bitc::IDENTIFICATION_BLOCK_ID, 5);
  emitString(bitc::IDENTIFICATION_CODE_STRING, "");
  emit(bitc::IDENTIFICATION_CODE_EPOCH, {0});
  stream.ExitBlock();
}

void RecordWriter::writeModule() {
  stream.EnterSubblock(bitc::MODULE_BLOCK_ID, 3);
  emit(bitc::MODULE_CODE_VERSION, {2});
  writeTypes();
  writeAttributes();
  emitString(bitc::MODULE_CODE_TRIPLE, module.getTargetTriple().str());
  emitString(bitc::MODULE_CODE_DATALAYOUT, module.getDataLayoutStr());
  emitString(bitc::MODULE_CODE_SOURCE_FILENAME, module.getSourceFileName());
  writeSections();
  for (const GlobalVariable &global : module.globals())
    writeGlobal(global);
  for (const Function &function : module)
    writeFunctionRecord(function);

  auto abbreviation = std::make_shared<BitCodeAbbrev>();
  abbreviation->Add(BitCodeAbbrevOp(bitc::MODULE_CODE_VSTOFFSET));
  // A whole word, so that it can be filled in when the position is known.
  abbreviation->Add(BitCodeAbbrevOp(BitCodeAbbrevOp::Fixed, 32));
  unsigned id = stream.EmitAbbrev(std::move(abbreviation));
  stream.EmitRecord(bitc::MODULE_CODE_VSTOFFSET, ArrayRef<uint64_t>{0}, id);
  symbolTablePlaceholder = stream.GetCurrentBitNo() - 32;

  writeConstants(numbering.moduleConstants);
  writeMetadataKinds();
  writeMetadata();
  writeBundleTags();
  writeSyncScopes();
  for (const Function &function : module)
    if (!function.isDeclaration())
      writeFunction(function);
  writeSymbolTable();
  stream.ExitBlock();
}

void RecordWriter::writeTypes() {
  stream.EnterSubblock(bitc::TYPE_BLOCK_ID_NEW, 4);
  emit(bitc::TYPE_CODE_NUMENTRY, {numbering.types.types().size()});
  for (Type *type : numbering.types.types())
    writeType(type);
  stream.ExitBlock();
}

void RecordWriter::writeType(Type *type) {
  Record record;
  switch (type->getTypeID()) {
  case Type::VoidTyID:
    return emit(bitc::TYPE_CODE_VOID, {});
  case Type::HalfTyID:
    return emit(bitc::TYPE_CODE_HALF, {});
  case Type::BFloatTyID:
    return emit(bitc::TYPE_CODE_BFLOAT, {});
  case Type::FloatTyID:
    return emit(bitc::TYPE_CODE_FLOAT, {});
  case Type::MetadataTyID:
    return emit(bitc::TYPE_CODE_METADATA, {});
  case Type::IntegerTyID:
    return emit(bitc::TYPE_CODE_INTEGER, {type->getIntegerBitWidth()});
  case Type::TypedPointerTyID: {
    auto *pointer = cast<TypedPointerType>(type);
    return emit(bitc::TYPE_CODE_POINTER, {typeId(pointer->getElementType()),
                                          pointer->getAddressSpace()});
  }
  case Type::ArrayTyID:
    return emit(bitc::TYPE_CODE_ARRAY, {type->getArrayNumElements(),
                                        typeId(type->getArrayElementType())});
  case Type::FixedVectorTyID: {
    auto *vector = cast<FixedVectorType>(type);
    return emit(bitc::TYPE_CODE_VECTOR,
                {vector->getNumElements(), typeId(vector->getElementType())});
  }
  case Type::FunctionTyID: {
    auto *function = cast<FunctionType>(type);
    record = {0, typeId(function->getReturnType())};
    for (Type *parameter : function->params())
      record.push_back(typeId(parameter));
    return emit(bitc::TYPE_CODE_FUNCTION, record);
  }
  case Type::StructTyID: {
    auto *structure = cast<StructType>(type);
    if (!structure->isLiteral())
      if (StringRef name = typing.structName(structure); !name.empty())
        emitString(bitc::TYPE_CODE_STRUCT_NAME, name);
    if (structure->isOpaque())
      return emit(bitc::TYPE_CODE_OPAQUE, {0});
    record = {uint64_t(structure->isPacked())};
    for (Type *member : structure->elements())
      record.push_back(typeId(member));
    return emit(structure->isLiteral() ? bitc::TYPE_CODE_STRUCT_ANON
                                       : bitc::TYPE_CODE_STRUCT_NAMED,
                record);
  }
  default:
    llvm_unreachable("refused by the legaliser");
  }
}

void RecordWriter::writeAttributes() {
  if (attributes.groups().empty())
    return;
  stream.EnterSubblock(bitc::PARAMATTR_GROUP_BLOCK_ID, 3);
  for (const AttributeTable::Record &group : attributes.groups())
    emit(bitc::PARAMATTR_GRP_CODE_ENTRY, group);
  stream.ExitBlock();
  stream.EnterSubblock(bitc::PARAMATTR_BLOCK_ID, 3);
  for (const AttributeTable::Record &list : attributes.lists())
    emit(bitc::PARAMATTR_CODE_ENTRY, list);
  stream.ExitBlock();
}

void RecordWriter::appendName(Record &record, StringRef name) {
  record.push_back(stringTable.size());
  record.push_back(name.size());
  stringTable += name;
}

/// The position of `section` among the module's SECTIONNAME records, plus one;
/// 0 for none.
static SmallVector<StringRef> sectionNames(const Module &module) {
  SmallVector<StringRef> names;
  for (const GlobalObject &object : module.global_objects())
    if (object.hasSection() && !is_contained(names, object.getSection()))
      names.push_back(object.getSection());
  return names;
}

static unsigned sectionId(const GlobalObject &object) {
  if (!object.hasSection())
    return 0;
  SmallVector<StringRef> names = sectionNames(*object.getParent());
  return unsigned(find(names, object.getSection()) - names.begin()) + 1;
}

void RecordWriter::writeSections() {
  for (StringRef name : sectionNames(module))
    emitString(bitc::MODULE_CODE_SECTIONNAME, name);
}

void RecordWriter::writeGlobal(const GlobalVariable &global) {
  Record record;
  appendName(record, global.getName());
  Type *content = typing.contentTypeOf(&global);
  record.push_back(typeId(content));
  record.push_back(uint64_t(global.getAddressSpace()) << 2 | 2 |
                   global.isConstant());
  record.push_back(
      global.hasInitializer()
          ? numbering.constantId({global.getInitializer(), content}) + 1
          : 0);
  record.push_back(encodedLinkage(global.getLinkage()));
  record.push_back(encodedAlignment(global.getAlign()));
  record.push_back(sectionId(global));
  record.append({0, 0}); // visibility, thread local mode
  record.push_back(encodedUnnamedAddress(global.getUnnamedAddr()));
  record.push_back(global.isExternallyInitialized());
  record.append({0, 0, 0}); // DLL storage class, comdat, attributes
  record.push_back(global.isDSOLocal());
  if (target.dialect == BitcodeDialect::New)
    record.append({0, 0}); // partition
  emit(bitc::MODULE_CODE_GLOBALVAR, record);
}

void RecordWriter::writeFunctionRecord(const Function &function) {
  Record record;
  appendName(record, typedIntrinsicName(function.getName()));
  record.push_back(typeId(typing.functionTypeOf(&function)));
  record.push_back(0); // calling convention C
  record.push_back(function.isDeclaration());
  record.push_back(encodedLinkage(function.getLinkage()));
  record.push_back(attributes.idOf(function.getAttributes()));
  record.push_back(0); // alignment
  record.push_back(sectionId(function));
  record.append({0, 0}); // visibility, garbage collector
  record.push_back(encodedUnnamedAddress(function.getUnnamedAddr()));
  record.append({0, 0, 0, 0, 0}); // prologue, DLL, comdat, prefix, personality
  record.push_back(function.isDSOLocal());
  if (target.dialect == BitcodeDialect::New)
    record.append({0, 0, 0}); // address space, partition
  emit(bitc::MODULE_CODE_FUNCTION, record);
}

void RecordWriter::writeSymbolTable() {
  // Counted in words from the magic, which is where our stream begins.
  uint64_t position = stream.GetCurrentBitNo() / 32;
  stream.BackpatchWord(symbolTablePlaceholder, unsigned(position));
  stream.EnterSubblock(bitc::VALUE_SYMTAB_BLOCK_ID, 4);
  for (const auto &[id, word] : functionPositions)
    emit(bitc::VST_CODE_FNENTRY, {id, word});
  stream.ExitBlock();
}

void RecordWriter::writeStringTable() {
  stream.EnterSubblock(bitc::STRTAB_BLOCK_ID, 3);
  auto abbreviation = std::make_shared<BitCodeAbbrev>();
  abbreviation->Add(BitCodeAbbrevOp(bitc::STRTAB_BLOB));
  abbreviation->Add(BitCodeAbbrevOp(BitCodeAbbrevOp::Blob));
  unsigned id = stream.EmitAbbrev(std::move(abbreviation));
  stream.EmitRecordWithBlob(id, ArrayRef<uint64_t>{bitc::STRTAB_BLOB},
                            stringTable);
  stream.ExitBlock();
}

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
void RecordWriter::writeMetadataStrings() {
  if (numbering.metadata.strings.empty())
    return;
  SmallString<256> blob;
  {
    BitstreamWriter lengths(blob);
    for (const MDString *text : numbering.metadata.strings)
      lengths.EmitVBR(text->getLength(), 6);
    lengths.FlushToWord();
  }
  uint64_t charactersOffset = blob.size();
  for (const MDString *text : numbering.metadata.strings)
    blob += text->getString();
  auto abbreviation = std::make_shared<BitCodeAbbrev>();
  abbreviation->Add(BitCodeAbbrevOp(bitc::METADATA_STRINGS));
  abbreviation->Add(BitCodeAbbrevOp(BitCodeAbbrevOp::VBR, 6));
  abbreviation->Add(BitCodeAbbrevOp(BitCodeAbbrevOp::VBR, 6));
  abbreviation->Add(BitCodeAbbrevOp(BitCodeAbbrevOp::Blob));
  unsigned id = stream.EmitAbbrev(std::move(abbreviation));
  stream.EmitRecordWithBlob(
      id,
      ArrayRef<uint64_t>{bitc::METADATA_STRINGS,
                         numbering.metadata.strings.size(), charactersOffset},
      blob);
}

void RecordWriter::writeMetadata() {
  const MetadataTable &metadata = numbering.metadata;
  stream.EnterSubblock(bitc::METADATA_BLOCK_ID, 4);
  writeMetadataStrings();
  for (const ConstantAsMetadata *constant : metadata.constants) {
    const Constant *value = constant->getValue();
    emit(bitc::METADATA_VALUE,
         {typeId(typing.typeOf(value)), numbering.valueId(value)});
  }
  for (const MDNode *node : metadata.nodes) {
    Record record;
    for (const MDOperand &operand : node->operands())
      record.push_back(operand ? metadata.idOf(operand) + 1 : 0);
    emit(node->isDistinct() ? bitc::METADATA_DISTINCT_NODE
                            : bitc::METADATA_NODE,
         record);
  }
  for (const NamedMDNode &named : module.named_metadata()) {
    emitString(bitc::METADATA_NAME, named.getName());
    Record record;
    for (const MDNode *node : named.operands())
      record.push_back(metadata.idOf(node));
    emit(bitc::METADATA_NAMED_NODE, record);
  }
  stream.ExitBlock();
}

void RecordWriter::writeBundleTags() {
  stream.EnterSubblock(bitc::OPERAND_BUNDLE_TAGS_BLOCK_ID, 3);
  for (StringRef tag : bundleTags)
    emitString(bitc::OPERAND_BUNDLE_TAG, tag);
  stream.ExitBlock();
}

void RecordWriter::writeSyncScopes() {
  stream.EnterSubblock(bitc::SYNC_SCOPE_NAMES_BLOCK_ID, 2);
  for (StringRef name : {"singlethread", ""})
    emitString(bitc::SYNC_SCOPE_NAME, name);
  stream.ExitBlock();
}

} // namespace enigma::air
