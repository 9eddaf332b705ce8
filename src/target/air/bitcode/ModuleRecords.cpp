// The module-level records: abbreviations, types, attributes, globals, names
// (reference section 4.4).
#include "RecordWriter.h"
#include "SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/TypedPointerType.h"

using namespace llvm;

namespace enigma::air {

namespace {

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

void RecordWriter::emit(unsigned code, ArrayRef<uint64_t> record,
                        unsigned abbreviation) {
  stream.EmitRecord(code, record, abbreviation);
}

void RecordWriter::emitString(unsigned code, StringRef text,
                              unsigned abbreviation) {
  Record record(text.bytes_begin(), text.bytes_end());
  emit(code, record, abbreviation);
}

unsigned
RecordWriter::defineAbbreviation(std::initializer_list<BitCodeAbbrevOp> ops) {
  return stream.EmitAbbrev(std::make_shared<BitCodeAbbrev>(ops));
}

unsigned
RecordWriter::defineAbbreviation(unsigned blockId,
                                 std::initializer_list<BitCodeAbbrevOp> ops) {
  return stream.EmitBlockInfoAbbrev(blockId,
                                    std::make_shared<BitCodeAbbrev>(ops));
}

void RecordWriter::write() {
  for (unsigned byte : {0x42, 0x43, 0xc0, 0xde})
    stream.Emit(byte, 8);
  writeIdentification();
  writeModule();
  writeBlob(bitc::SYMTAB_BLOCK_ID, bitc::SYMTAB_BLOB,
            symbolTable(module, strings));
  writeBlob(bitc::STRTAB_BLOCK_ID, bitc::STRTAB_BLOB, strings.str());
  stream.FlushToWord();
}

void RecordWriter::writeIdentification() {
  stream.EnterSubblock(bitc::IDENTIFICATION_BLOCK_ID, 5);
  unsigned text = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::IDENTIFICATION_CODE_STRING), array(), char6()});
  emitString(bitc::IDENTIFICATION_CODE_STRING, "", text);
  unsigned epoch = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::IDENTIFICATION_CODE_EPOCH), vbr(6)});
  emit(bitc::IDENTIFICATION_CODE_EPOCH, {0}, epoch);
  stream.ExitBlock();
}

void RecordWriter::writeModule() {
  stream.EnterSubblock(bitc::MODULE_BLOCK_ID, 3);
  emit(bitc::MODULE_CODE_VERSION, {2});
  writeBlockInfo();
  writeTypes();
  writeAttributes();
  emitString(bitc::MODULE_CODE_TRIPLE, module.getTargetTriple().str());
  emitString(bitc::MODULE_CODE_DATALAYOUT, module.getDataLayoutStr());
  writeSections();
  writeGlobals();
  for (const Function &function : module)
    writeFunctionRecord(function);

  // A whole word, so that it can be filled in when the position is known.
  unsigned offset = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::MODULE_CODE_VSTOFFSET), fixed(32)});
  emit(bitc::MODULE_CODE_VSTOFFSET, {0}, offset);
  symbolTablePlaceholder = stream.GetCurrentBitNo() - 32;

  writeModuleConstants();
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

/// The abbreviations of blocks that occur more than once. The old dialect has
/// no UNOP record.
void RecordWriter::writeBlockInfo() {
  auto type = [&] { return fixed(numbering.types.idBits()); };
  auto code = [](unsigned number) { return BitCodeAbbrevOp(number); };
  stream.EnterBlockInfoBlock();
  constexpr unsigned names = bitc::VALUE_SYMTAB_BLOCK_ID;
  defineAbbreviation(names, {fixed(3), vbr(8), array(), fixed(8)});
  defineAbbreviation(names,
                     {code(bitc::VST_CODE_ENTRY), vbr(8), array(), fixed(7)});
  defineAbbreviation(names,
                     {code(bitc::VST_CODE_ENTRY), vbr(8), array(), char6()});
  defineAbbreviation(names,
                     {code(bitc::VST_CODE_BBENTRY), vbr(8), array(), char6()});

  constexpr unsigned constants = bitc::CONSTANTS_BLOCK_ID;
  abbreviations.setType =
      defineAbbreviation(constants, {code(bitc::CST_CODE_SETTYPE), type()});
  abbreviations.integer =
      defineAbbreviation(constants, {code(bitc::CST_CODE_INTEGER), vbr(8)});
  abbreviations.castConstant = defineAbbreviation(
      constants, {code(bitc::CST_CODE_CE_CAST), fixed(4), type(), vbr(8)});
  // LLVM defines one for NULL and does not use it.
  defineAbbreviation(constants, {code(bitc::CST_CODE_NULL)});

  constexpr unsigned function = bitc::FUNCTION_BLOCK_ID;
  abbreviations.load =
      defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_LOAD), vbr(6),
                                    type(), vbr(4), fixed(1)});
  if (target.dialect == BitcodeDialect::New) {
    abbreviations.unary = defineAbbreviation(
        function, {code(bitc::FUNC_CODE_INST_UNOP), vbr(6), fixed(4)});
    abbreviations.unaryWithFlags =
        defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_UNOP), vbr(6),
                                      fixed(4), fixed(8)});
  }
  abbreviations.binary = defineAbbreviation(
      function, {code(bitc::FUNC_CODE_INST_BINOP), vbr(6), vbr(6), fixed(4)});
  abbreviations.binaryWithFlags =
      defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_BINOP), vbr(6),
                                    vbr(6), fixed(4), fixed(8)});
  abbreviations.cast = defineAbbreviation(
      function, {code(bitc::FUNC_CODE_INST_CAST), vbr(6), type(), fixed(4)});
  abbreviations.returnVoid =
      defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_RET)});
  abbreviations.returnValue =
      defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_RET), vbr(6)});
  abbreviations.unreachable =
      defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_UNREACHABLE)});
  abbreviations.elementPointer =
      defineAbbreviation(function, {code(bitc::FUNC_CODE_INST_GEP), fixed(1),
                                    type(), array(), vbr(6)});
  stream.ExitBlock();
}

void RecordWriter::writeTypes() {
  stream.EnterSubblock(bitc::TYPE_BLOCK_ID_NEW, 4);
  auto type = [&] { return fixed(numbering.types.idBits()); };
  auto code = [](unsigned number) { return BitCodeAbbrevOp(number); };
  TypeAbbreviations types;
  // Of address space 0.
  types.pointer =
      defineAbbreviation({code(bitc::TYPE_CODE_POINTER), type(), code(0)});
  // LLVM 14 defines one for opaque pointers; no Apple file has a use of it.
  if (target.dialect == BitcodeDialect::New)
    defineAbbreviation({code(bitc::TYPE_CODE_OPAQUE_POINTER), code(0)});
  types.function = defineAbbreviation(
      {code(bitc::TYPE_CODE_FUNCTION), fixed(1), array(), type()});
  types.literalStruct = defineAbbreviation(
      {code(bitc::TYPE_CODE_STRUCT_ANON), fixed(1), array(), type()});
  types.structName =
      defineAbbreviation({code(bitc::TYPE_CODE_STRUCT_NAME), array(), char6()});
  types.namedStruct = defineAbbreviation(
      {code(bitc::TYPE_CODE_STRUCT_NAMED), fixed(1), array(), type()});
  types.array =
      defineAbbreviation({code(bitc::TYPE_CODE_ARRAY), vbr(8), type()});
  emit(bitc::TYPE_CODE_NUMENTRY, {numbering.types.types().size()});
  for (Type *each : numbering.types.types())
    writeType(each, types);
  stream.ExitBlock();
}

void RecordWriter::writeType(Type *type, const TypeAbbreviations &types) {
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
  case Type::LabelTyID:
    return emit(bitc::TYPE_CODE_LABEL, {});
  case Type::MetadataTyID:
    return emit(bitc::TYPE_CODE_METADATA, {});
  case Type::IntegerTyID:
    return emit(bitc::TYPE_CODE_INTEGER, {type->getIntegerBitWidth()});
  case Type::TypedPointerTyID: {
    auto *pointer = cast<TypedPointerType>(type);
    unsigned addressSpace = pointer->getAddressSpace();
    return emit(bitc::TYPE_CODE_POINTER,
                {typeId(pointer->getElementType()), addressSpace},
                addressSpace == 0 ? types.pointer : 0);
  }
  case Type::ArrayTyID:
    return emit(
        bitc::TYPE_CODE_ARRAY,
        {type->getArrayNumElements(), typeId(type->getArrayElementType())},
        types.array);
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
    return emit(bitc::TYPE_CODE_FUNCTION, record, types.function);
  }
  case Type::StructTyID: {
    auto *structure = cast<StructType>(type);
    if (!structure->isLiteral())
      if (StringRef name = typing.structName(structure); !name.empty())
        emitString(bitc::TYPE_CODE_STRUCT_NAME, name,
                   all_of(name, BitCodeAbbrevOp::isChar6) ? types.structName
                                                          : 0);
    if (structure->isOpaque())
      return emit(bitc::TYPE_CODE_OPAQUE, {0});
    record = {uint64_t(structure->isPacked())};
    for (Type *member : structure->elements())
      record.push_back(typeId(member));
    return structure->isLiteral()
               ? emit(bitc::TYPE_CODE_STRUCT_ANON, record, types.literalStruct)
               : emit(bitc::TYPE_CODE_STRUCT_NAMED, record, types.namedStruct);
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
  auto [offset, size] = strings.add(name);
  record.append({offset, size});
}

/// The section names of globals, then those of functions.
static SmallVector<StringRef> sectionNames(const Module &module) {
  SmallVector<StringRef> names;
  auto add = [&](const GlobalObject &object) {
    if (object.hasSection() && !is_contained(names, object.getSection()))
      names.push_back(object.getSection());
  };
  for (const GlobalVariable &global : module.globals())
    add(global);
  for (const Function &function : module)
    add(function);
  return names;
}

/// The position of an object's section among the module's SECTIONNAME records,
/// plus one; 0 for none.
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

/// True where every operand behind the section has its default.
static bool isSimple(const GlobalVariable &global) {
  return global.getUnnamedAddr() == GlobalValue::UnnamedAddr::None &&
         !global.isExternallyInitialized() && !global.isDSOLocal();
}

void RecordWriter::writeGlobals() {
  unsigned simple = module.global_empty() ? 0 : defineGlobalAbbreviation();
  StringRef source = module.getSourceFileName();
  BitCodeAbbrevOp character = all_of(source, BitCodeAbbrevOp::isChar6) ? char6()
                              : isASCII(source) ? fixed(7)
                                                : fixed(8);
  unsigned name = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::MODULE_CODE_SOURCE_FILENAME), array(), character});
  emitString(bitc::MODULE_CODE_SOURCE_FILENAME, source, name);
  for (const GlobalVariable &global : module.globals())
    writeGlobal(global, simple);
}

/// The abbreviation for globals that are simple: fields as wide as this module
/// needs them.
unsigned RecordWriter::defineGlobalAbbreviation() {
  unsigned alignment = 0;
  unsigned lastType = 0;
  for (const GlobalVariable &global : module.globals()) {
    alignment = std::max(alignment, encodedAlignment(global.getAlign()));
    lastType =
        std::max<unsigned>(lastType, typeId(typing.contentTypeOf(&global)));
  }
  size_t sections = sectionNames(module).size();
  auto upTo = [](unsigned last) {
    return last == 0 ? BitCodeAbbrevOp(0) : fixed(Log2_32_Ceil(last + 1));
  };
  return defineAbbreviation({BitCodeAbbrevOp(bitc::MODULE_CODE_GLOBALVAR),
                             vbr(8), vbr(8), fixed(Log2_32_Ceil(lastType + 1)),
                             vbr(6), vbr(6), fixed(5), upTo(alignment),
                             upTo(sections)});
}

void RecordWriter::writeGlobal(const GlobalVariable &global,
                               unsigned abbreviation) {
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
  if (isSimple(global))
    return emit(bitc::MODULE_CODE_GLOBALVAR, record, abbreviation);
  record.append({0, 0}); // visibility, thread local mode
  record.push_back(encodedUnnamedAddress(global.getUnnamedAddr()));
  record.push_back(global.isExternallyInitialized());
  record.append({0, 0, 0}); // DLL storage class, comdat, attributes
  record.push_back(global.isDSOLocal());
  if (target.dialect == BitcodeDialect::New)
    appendName(record, ""); // partition
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
  if (target.dialect == BitcodeDialect::New) {
    record.push_back(0);    // address space
    appendName(record, ""); // partition
  }
  emit(bitc::MODULE_CODE_FUNCTION, record);
}

void RecordWriter::writeSymbolTable() {
  // Counted in words from the magic, which is where our stream begins.
  uint64_t position = stream.GetCurrentBitNo() / 32;
  stream.BackpatchWord(symbolTablePlaceholder, unsigned(position));
  stream.EnterSubblock(bitc::VALUE_SYMTAB_BLOCK_ID, 4);
  unsigned entry = defineAbbreviation(
      {BitCodeAbbrevOp(bitc::VST_CODE_FNENTRY), vbr(8), vbr(8)});
  for (const auto &[id, word] : functionPositions)
    emit(bitc::VST_CODE_FNENTRY, {id, word}, entry);
  stream.ExitBlock();
}

void RecordWriter::writeBlob(unsigned block, unsigned code,
                             StringRef contents) {
  stream.EnterSubblock(block, 3);
  unsigned abbreviation = defineAbbreviation({BitCodeAbbrevOp(code), blob()});
  stream.EmitRecordWithBlob(abbreviation, ArrayRef<uint64_t>{code}, contents);
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
