// One module from its first byte to its last: wrapper, blocks, tables.
#include "enigma/air/Check.h"
#include "ModuleFacts.h"
#include "enigma/air/Legalize.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace enigma::air {

namespace {

constexpr uint32_t wrapperMagic = 0x0b17c0de;
constexpr uint32_t bitcodeMagic = 0xdec04342;
constexpr uint32_t wrapperSize = 20;

const char *blockName(unsigned id) {
  switch (id) {
  case bitc::BLOCKINFO_BLOCK_ID:
    return "BLOCKINFO_BLOCK";
  case bitc::MODULE_BLOCK_ID:
    return "MODULE_BLOCK";
  case bitc::PARAMATTR_BLOCK_ID:
    return "PARAMATTR_BLOCK";
  case bitc::PARAMATTR_GROUP_BLOCK_ID:
    return "PARAMATTR_GROUP_BLOCK";
  case bitc::CONSTANTS_BLOCK_ID:
    return "CONSTANTS_BLOCK";
  case bitc::FUNCTION_BLOCK_ID:
    return "FUNCTION_BLOCK";
  case bitc::IDENTIFICATION_BLOCK_ID:
    return "IDENTIFICATION_BLOCK";
  case bitc::VALUE_SYMTAB_BLOCK_ID:
    return "VALUE_SYMTAB_BLOCK";
  case bitc::METADATA_BLOCK_ID:
    return "METADATA_BLOCK";
  case bitc::TYPE_BLOCK_ID_NEW:
    return "TYPE_BLOCK";
  case bitc::OPERAND_BUNDLE_TAGS_BLOCK_ID:
    return "OPERAND_BUNDLE_TAGS_BLOCK";
  case bitc::METADATA_KIND_BLOCK_ID:
    return "METADATA_KIND_BLOCK";
  case bitc::STRTAB_BLOCK_ID:
    return "STRTAB_BLOCK";
  case bitc::SYMTAB_BLOCK_ID:
    return "SYMTAB_BLOCK";
  case bitc::SYNC_SCOPE_NAMES_BLOCK_ID:
    return "SYNC_SCOPE_NAMES_BLOCK";
  default:
    return "BLOCK";
  }
}

/// The blocks of a module in Apple's order; a file may lack some of them.
constexpr unsigned moduleBlocks[] = {
    bitc::BLOCKINFO_BLOCK_ID,        bitc::TYPE_BLOCK_ID_NEW,
    bitc::PARAMATTR_GROUP_BLOCK_ID,  bitc::PARAMATTR_BLOCK_ID,
    bitc::CONSTANTS_BLOCK_ID,        bitc::METADATA_KIND_BLOCK_ID,
    bitc::METADATA_BLOCK_ID,         bitc::OPERAND_BUNDLE_TAGS_BLOCK_ID,
    bitc::SYNC_SCOPE_NAMES_BLOCK_ID, bitc::FUNCTION_BLOCK_ID,
    bitc::VALUE_SYMTAB_BLOCK_ID};

constexpr unsigned topBlocks[] = {bitc::IDENTIFICATION_BLOCK_ID,
                                  bitc::MODULE_BLOCK_ID, bitc::SYMTAB_BLOCK_ID,
                                  bitc::STRTAB_BLOCK_ID};

/// Unwraps, and checks the wrapper and the padding (reference section 2.1).
ArrayRef<uint8_t> unwrap(ModuleFacts &facts, ArrayRef<uint8_t> bytes) {
  auto word = [&](size_t offset) {
    return support::endian::read32le(bytes.data() + offset);
  };
  if (bytes.size() < wrapperSize || word(0) != wrapperMagic)
    return bytes;
  const char *path = "WRAPPER";
  uint32_t offset = word(8), size = word(12);
  if (word(4) != 0)
    facts.complain(path, "version " + Twine(word(4)));
  if (offset != wrapperSize)
    facts.complain(path, "the bitcode begins at " + Twine(offset));
  if (word(16) != 0xffffffff)
    facts.complain(path, "CPU type " + Twine(word(16)));
  if (offset > bytes.size() || size > bytes.size() - offset) {
    facts.complain(path, "the bitcode ends behind the file");
    return {};
  }
  if (bytes.size() % 16)
    facts.complain(path, "the size is " + Twine(bytes.size()) +
                             ", not a multiple of 16");
  ArrayRef<uint8_t> padding = bytes.drop_front(offset + size);
  if (padding.size() >= 16)
    facts.complain(path, Twine(padding.size()) + " bytes of padding");
  if (any_of(padding, [](uint8_t byte) { return byte != 0; }))
    facts.complain(path, "padding that is not zero");
  return bytes.slice(offset, size);
}

void checkOrder(ModuleFacts &facts, const BitcodeBlock &parent,
                ArrayRef<unsigned> order, const std::string &path) {
  size_t last = 0;
  for (const BitcodeBlock &block : parent.blocks) {
    size_t place = find(order, block.id) - order.begin();
    std::string here = path + blockName(block.id);
    if (place == order.size())
      facts.complain(here,
                     "block " + Twine(block.id) + " is not one of Apple's");
    else if (place < last)
      facts.complain(here, "comes behind " + Twine(blockName(order[last])));
    else
      last = place;
  }
}

const BitcodeBlock *findBlock(const BitcodeBlock &parent, unsigned id) {
  auto found = find_if(
      parent.blocks, [&](const BitcodeBlock &block) { return block.id == id; });
  return found == parent.blocks.end() ? nullptr : &*found;
}

/// Where the function blocks and the symbol table are, in words from the magic.
void checkPositions(ModuleFacts &facts, const BitcodeBlock &module) {
  const BitcodeBlock *symbols = findBlock(module, bitc::VALUE_SYMTAB_BLOCK_ID);
  std::set<uint64_t> bodies;
  for (const BitcodeBlock &block : module.blocks)
    if (block.id == bitc::FUNCTION_BLOCK_ID)
      bodies.insert(block.position / 32);
  for (const BitcodeRecord &record : module.records)
    if (record.code == bitc::MODULE_CODE_VSTOFFSET &&
        (!symbols || record.operands.empty() ||
         record.operands[0] != symbols->position / 32))
      facts.complain("MODULE_BLOCK/VSTOFFSET",
                     "is not where the symbol table is");
  if (!symbols)
    return;
  for (const auto &[i, record] : enumerate(symbols->records))
    if (record.code == bitc::VST_CODE_FNENTRY &&
        (record.operands.size() < 2 || !bodies.count(record.operands[1])))
      facts.complain("MODULE_BLOCK/VALUE_SYMTAB_BLOCK/FNENTRY[" + Twine(i) +
                         "]",
                     "is not where a function is");
}

/// Records of the module itself, then what is in its blocks. The version stands
/// behind what depends on it, so the metadata is read twice.
void checkModule(ModuleFacts &facts, const BitcodeBlock &module) {
  const std::string path = "MODULE_BLOCK/";
  checkOrder(facts, module, moduleBlocks, path);
  size_t globals = 0, bodies = 0;
  std::vector<size_t> definitions;
  auto checkRecord = [&](const BitcodeRecord &record) {
    std::string text(record.operands.begin(), record.operands.end());
    switch (record.code) {
    case bitc::MODULE_CODE_VERSION:
      if (record.operands != std::vector<uint64_t>{2})
        facts.complain(path + "VERSION", "is not 2");
      return;
    case bitc::MODULE_CODE_TRIPLE:
      facts.triple = text;
      return;
    case bitc::MODULE_CODE_DATALAYOUT:
      if (text != airDataLayout)
        facts.complain(path + "DATALAYOUT", "is not AIR's");
      return;
    case bitc::MODULE_CODE_SECTIONNAME:
    case bitc::MODULE_CODE_SOURCE_FILENAME:
    case bitc::MODULE_CODE_VSTOFFSET:
      return;
    case bitc::MODULE_CODE_GLOBALVAR:
      return checkGlobal(facts, record,
                         path + "GLOBALVAR[" + std::to_string(globals++) + "]");
    case bitc::MODULE_CODE_FUNCTION:
      checkFunctionRecord(facts, record,
                          path + "FUNCTION[" +
                              std::to_string(facts.functions.size()) + "]");
      if (!facts.functions.back().isDeclaration)
        definitions.push_back(facts.functions.size() - 1);
      return;
    default:
      facts.complain(path + "RECORD",
                     "code " + Twine(record.code) + " is not one of Apple's");
    }
  };
  auto checkBlock = [&](const BitcodeBlock &block) {
    std::string here = path + blockName(block.id);
    switch (block.id) {
    case bitc::TYPE_BLOCK_ID_NEW:
      return checkTypes(facts, block, here);
    case bitc::PARAMATTR_BLOCK_ID:
    case bitc::PARAMATTR_GROUP_BLOCK_ID:
      return checkAttributes(facts, block, here);
    case bitc::CONSTANTS_BLOCK_ID:
      return checkConstants(facts, block, here);
    case bitc::METADATA_BLOCK_ID:
      return readMetadata(facts, block, here);
    case bitc::METADATA_KIND_BLOCK_ID:
      return checkMetadataKinds(facts, block, here);
    case bitc::FUNCTION_BLOCK_ID: {
      here += "[" + std::to_string(bodies) + "]";
      if (bodies == definitions.size())
        return facts.complain(here, "a body without its function");
      return checkFunctionBody(facts, block, definitions[bodies++], here);
    }
    default: // names of scopes and tags, abbreviations, positions
      return;
    }
  };
  for (int place : module.order) {
    if (place < 0)
      checkBlock(module.blocks[-1 - place]);
    else
      checkRecord(module.records[place]);
  }
  if (bodies != definitions.size())
    facts.complain(path + "FUNCTION_BLOCK", Twine(bodies) + " bodies of " +
                                                Twine(definitions.size()) +
                                                " functions");
  for (const FunctionFacts &function : facts.functions)
    if (function.isDeclaration)
      checkDeclaration(facts, function);
  checkPositions(facts, module);
  checkNamedMetadata(facts);
}

void checkFile(ModuleFacts &facts, const BitcodeBlock &file) {
  checkOrder(facts, file, topBlocks, "");
  if (const BitcodeBlock *names = findBlock(file, bitc::STRTAB_BLOCK_ID);
      names && !names->records.empty())
    facts.strings = names->records[0].blob;
  if (const BitcodeBlock *symbols = findBlock(file, bitc::SYMTAB_BLOCK_ID)) {
    StringRef blob;
    if (!symbols->records.empty())
      blob = symbols->records[0].blob;
    constexpr uint32_t symbolTableVersion = 3;
    if (blob.size() < 4 ||
        support::endian::read32le(blob.data()) != symbolTableVersion)
      facts.complain("SYMTAB_BLOCK", "is not of version 3");
  }
  const BitcodeBlock *module = findBlock(file, bitc::MODULE_BLOCK_ID);
  if (!module)
    return facts.complain("MODULE_BLOCK", "missing");
  // What a record may hold depends on the version, which comes last.
  ModuleFacts first = facts;
  checkModule(first, *module);
  readVersion(first);
  facts.airMinor = first.airMinor;
  facts.dialect = first.dialect;
  checkModule(facts, *module);
}

} // namespace

std::vector<Complaint> checkBitcode(ArrayRef<uint8_t> bytes,
                                    std::optional<StatedVersions> stated) {
  ModuleFacts facts;
  facts.stated = stated;
  ArrayRef<uint8_t> stream = unwrap(facts, bytes);
  if (stream.size() < 4 ||
      support::endian::read32le(stream.data()) != bitcodeMagic) {
    facts.complain("FILE", "is no bitcode");
    return facts.complaints;
  }
  Expected<BitcodeBlock> file = readRecordTree(stream);
  if (!file)
    facts.complain("FILE", toString(file.takeError()));
  else
    checkFile(facts, *file);
  return facts.complaints;
}

} // namespace enigma::air
