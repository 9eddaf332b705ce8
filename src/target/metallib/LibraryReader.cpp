// Reads a metallib of either of Apple's styles; every offset and size is
// checked (reference section 1).
#include "ByteCursor.h"
#include "Tags.h"
#include "enigma/metallib/Library.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Functions may share a module, so a small file could ask for any amount of
/// memory.
constexpr uint64_t maxTotalModuleBytes = uint64_t(1) << 30;

/// A (offset, size) pair of the header, checked against the file.
struct Section {
  uint64_t offset = 0;
  uint64_t size = 0;
};

struct Sections {
  Section functions, publicMetadata, privateMetadata, modules;
};

/// A function group as stored, before its offsets are followed.
struct FunctionGroup {
  Function function;
  uint64_t moduleSize = 0;
  uint64_t publicOffset = 0;
  uint64_t privateOffset = 0;
  uint64_t moduleOffset = 0;
  /// The required tags that were present, to tell a missing one from a zero.
  SmallVector<uint32_t, 8> present;
};

std::string spell(uint32_t letters) {
  std::string text;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    char letter = char(letters >> shift);
    text += isPrint(letter) ? letter : '?';
  }
  return text;
}

/// Steps to the next tag. Returns its payload and sets `letters`; at ENDT the
/// payload is empty.
ArrayRef<uint8_t> takeTag(ByteCursor &cursor, uint32_t &letters) {
  letters = cursor.read<uint32_t>("tag");
  if (letters == tagEnd)
    return {};
  bool wide = letters == tagReflectionBuffer || letters == tagScriptBuffer;
  uint64_t length = wide ? cursor.read<uint32_t>("tag length")
                         : cursor.read<uint16_t>("tag length");
  return cursor.take(length, "payload of tag " + spell(letters));
}

Expected<Section> readSection(ByteCursor &cursor, uint64_t fileSize,
                              StringRef name) {
  Section section;
  section.offset = cursor.read<uint64_t>(name);
  section.size = cursor.read<uint64_t>(name);
  if (Error error = cursor.takeError())
    return error;
  if (section.offset < headerSize || section.offset > fileSize ||
      section.size > fileSize - section.offset)
    return cursor.error(formatv("{0} at {1:x}, {2:x} bytes, is not inside the "
                                "file of {3:x} bytes",
                                name, section.offset, section.size, fileSize)
                            .str());
  return section;
}

Expected<Header> readHeader(ByteCursor &cursor, uint64_t fileSize) {
  Header header;
  uint32_t magic = cursor.read<uint32_t>("magic");
  uint16_t major = cursor.read<uint16_t>("format major");
  header.formatMinor = cursor.read<uint16_t>("format minor");
  header.formatPatch = cursor.read<uint16_t>("format patch");
  header.fileType = cursor.read<uint8_t>("file type");
  header.platform = cursor.read<uint8_t>("platform");
  header.osMajor = cursor.read<uint16_t>("OS major");
  header.osMinor = cursor.read<uint8_t>("OS minor");
  header.osPatch = cursor.read<uint8_t>("OS patch");
  uint64_t statedSize = cursor.read<uint64_t>("file size");
  if (Error error = cursor.takeError())
    return error;
  header.macOS = major & macOSFlag;
  header.formatMajor = major & ~macOSFlag;
  if (magic != tagMagic)
    return createStringError("header: not a metallib, the magic is not MTLB");
  if (header.formatMajor != 1)
    return cursor.error(
        formatv("format version {0} is unknown", header.formatMajor).str());
  if (statedSize != fileSize)
    return cursor.error(formatv("states a file size of {0} bytes, the file has "
                                "{1}",
                                statedSize, fileSize)
                            .str());
  return header;
}

Expected<Sections> readSections(ByteCursor &cursor, uint64_t fileSize) {
  Sections sections;
  struct {
    StringRef name;
    Section *section;
  } const fields[] = {{"function list", &sections.functions},
                      {"public metadata section", &sections.publicMetadata},
                      {"private metadata section", &sections.privateMetadata},
                      {"module section", &sections.modules}};
  for (const auto &field : fields) {
    Expected<Section> section = readSection(cursor, fileSize, field.name);
    if (!section)
      return section.takeError();
    *field.section = *section;
  }
  // The list's size leaves out its leading count (reference section 1.1).
  if (fileSize - sections.functions.offset < 4 ||
      sections.functions.size > fileSize - sections.functions.offset - 4)
    return cursor.error("function list and its count are not inside the file");
  return sections;
}

/// One tag of a function group. The payload's size must be exactly the tag's.
Error readFunctionTag(uint32_t letters, ByteCursor payload,
                      FunctionGroup &group) {
  Function &function = group.function;
  switch (letters) {
  case tagName:
    function.name = payload.takeCString("name").str();
    if (function.name.empty())
      return payload.error("the name is empty");
    break;
  case tagType: {
    uint8_t type = payload.read<uint8_t>("type");
    if (type > uint8_t(FunctionType::Object))
      return payload.error(formatv("function type {0} is unknown", type).str());
    function.type = FunctionType(type);
    break;
  }
  case tagHash:
    copy(payload.take(function.hash.size(), "hash"), function.hash.begin());
    break;
  case tagModuleSize:
    group.moduleSize = payload.read<uint64_t>("module size");
    break;
  case tagOffsets:
    group.publicOffset = payload.read<uint64_t>("public offset");
    group.privateOffset = payload.read<uint64_t>("private offset");
    group.moduleOffset = payload.read<uint64_t>("module offset");
    break;
  case tagVersions:
    function.air.major = payload.read<uint16_t>("AIR major");
    function.air.minor = payload.read<uint16_t>("AIR minor");
    function.msl.major = payload.read<uint16_t>("MSL major");
    function.msl.minor = payload.read<uint16_t>("MSL minor");
    break;
  default:
    // SOFF, RFLT, LAYR, TESS and what later systems add: nothing we need.
    return Error::success();
  }
  if (Error error = payload.takeError())
    return error;
  if (payload.remaining())
    return payload.error(
        formatv("{0} bytes too many", payload.remaining()).str());
  if (is_contained(group.present, letters))
    return payload.error("appears twice");
  group.present.push_back(letters);
  return Error::success();
}

Expected<FunctionGroup> readFunctionGroup(ByteCursor &list, uint32_t index) {
  std::string name = formatv("function {0}", index);
  uint64_t start = list.offset();
  uint32_t size = list.read<uint32_t>(name + " group size");
  if (Error error = list.takeError())
    return error;
  if (size < 8)
    return list.error(formatv("{0} group of {1} bytes", name, size).str());
  ArrayRef<uint8_t> bytes = list.take(size - 4, name + " group");
  if (Error error = list.takeError())
    return error;

  FunctionGroup group;
  ByteCursor tags(bytes, start + 4, name);
  while (true) {
    uint32_t letters;
    ArrayRef<uint8_t> payload = takeTag(tags, letters);
    if (Error error = tags.takeError())
      return error;
    if (letters == tagEnd)
      break;
    if (Error error =
            readFunctionTag(letters,
                            ByteCursor(payload, tags.offset() - payload.size(),
                                       name + ": " + spell(letters)),
                            group))
      return error;
  }
  if (tags.remaining())
    return tags.error("ENDT before the end of the group");
  for (uint32_t required :
       {tagName, tagType, tagHash, tagModuleSize, tagOffsets, tagVersions})
    if (!is_contained(group.present, required))
      return tags.error("tag " + spell(required) + " is missing");
  return group;
}

Error readConstants(ByteCursor payload, Function &function) {
  uint16_t count = payload.read<uint16_t>("count");
  for (uint16_t i = 0; i != count; ++i) {
    FunctionConstant constant;
    constant.name = payload.takeCString("name").str();
    constant.mtlDataType = payload.read<uint8_t>("type");
    constant.index = payload.read<uint16_t>("index");
    uint8_t required = payload.read<uint8_t>("required");
    if (Error error = payload.takeError())
      return error;
    if (required > 1)
      return payload.error(
          formatv("required flag {0} is neither 0 nor 1", required).str());
    constant.required = required;
    function.constants.push_back(std::move(constant));
  }
  if (Error error = payload.takeError())
    return error;
  if (payload.remaining())
    return payload.error("bytes follow the last constant");
  return Error::success();
}

/// Walks one public or private group. `onTag` gets each tag; the group's stated
/// size counts its own four bytes in one of Apple's styles and not in the other
/// (reference section 1.4).
Error readMetadataGroup(ArrayRef<uint8_t> file, Section section,
                        uint64_t offset, const std::string &name,
                        function_ref<Error(uint32_t, ByteCursor)> onTag) {
  if (offset > section.size)
    return createStringError(
        formatv("{0}: offset {1:x} lies outside its section of {2:x} bytes",
                name, offset, section.size)
            .str());
  ByteCursor cursor(file.slice(section.offset + offset, section.size - offset),
                    section.offset + offset, name);
  uint32_t size = cursor.read<uint32_t>("group size");
  while (true) {
    uint32_t letters;
    ArrayRef<uint8_t> payload = takeTag(cursor, letters);
    if (Error error = cursor.takeError())
      return error;
    if (letters == tagEnd)
      break;
    if (Error error =
            onTag(letters, ByteCursor(payload, cursor.offset() - payload.size(),
                                      name + ": " + spell(letters))))
      return error;
  }
  if (size != cursor.consumed() && size != cursor.consumed() - 4)
    return cursor.error(
        formatv("states {0} bytes, holds {1}", size, cursor.consumed()).str());
  return Error::success();
}

/// Follows the three offsets of a function group.
Error readFunctionParts(ArrayRef<uint8_t> file, const Sections &sections,
                        FunctionGroup &group, uint32_t index) {
  Function &function = group.function;
  std::string name = formatv("function {0} ({1})", index, function.name);
  bool seen = false;
  Error publicError =
      readMetadataGroup(file, sections.publicMetadata, group.publicOffset,
                        name + " public metadata",
                        [&](uint32_t letters, ByteCursor payload) -> Error {
                          if (letters != tagConstants)
                            return Error::success();
                          if (seen)
                            return payload.error("appears twice");
                          seen = true;
                          return readConstants(payload, function);
                        });
  if (publicError)
    return publicError;
  if (Error error = readMetadataGroup(
          file, sections.privateMetadata, group.privateOffset,
          name + " private metadata",
          [](uint32_t, ByteCursor) { return Error::success(); }))
    return error;
  if (group.moduleOffset > sections.modules.size ||
      group.moduleSize > sections.modules.size - group.moduleOffset)
    return createStringError(
        formatv("{0}: MDSZ {1:x} at module offset {2:x} exceeds the module "
                "section of {3:x} bytes",
                name, group.moduleSize, group.moduleOffset,
                sections.modules.size)
            .str());
  ArrayRef<uint8_t> module = file.slice(
      sections.modules.offset + group.moduleOffset, group.moduleSize);
  function.module.assign(module.begin(), module.end());
  return Error::success();
}

/// The extension holds nothing we use, but its tags must be whole (reference
/// section 1.5). Files older than macOS 11 have none.
Error checkExtension(ArrayRef<uint8_t> file, const Sections &sections) {
  uint64_t begin = sections.functions.offset + 4 + sections.functions.size;
  uint64_t end = sections.publicMetadata.offset;
  if (end == begin)
    return Error::success();
  if (end < begin)
    return createStringError(
        formatv("header: public metadata at {0:x} starts inside the function "
                "list that ends at {1:x}",
                end, begin)
            .str());
  ByteCursor cursor(file.slice(begin, end - begin), begin, "header extension");
  for (uint32_t letters = 0; letters != tagEnd;) {
    (void)takeTag(cursor, letters);
    if (Error error = cursor.takeError())
      return error;
  }
  if (cursor.remaining())
    return cursor.error("ENDT before the end of the extension");
  return Error::success();
}

} // namespace

std::array<uint8_t, 32> Function::computeHash() const {
  return SHA256::hash(module);
}

const Function *Library::find(StringRef name) const {
  auto found = find_if(functions,
                       [&](const Function &each) { return each.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

Expected<Library> readLibrary(ArrayRef<uint8_t> file) {
  Library library;
  ByteCursor cursor(file.take_front(headerSize), 0, "header");
  Expected<Header> header = readHeader(cursor, file.size());
  if (!header)
    return header.takeError();
  library.header = *header;
  Expected<Sections> sections = readSections(cursor, file.size());
  if (!sections)
    return sections.takeError();

  const Section &functions = sections->functions;
  ByteCursor list(file.slice(functions.offset, functions.size + 4),
                  functions.offset, "function list");
  uint32_t count = list.read<uint32_t>("count");
  uint64_t totalModuleBytes = 0;
  for (uint32_t i = 0; i != count; ++i) {
    Expected<FunctionGroup> group = readFunctionGroup(list, i);
    if (!group)
      return group.takeError();
    totalModuleBytes += std::min(group->moduleSize, maxTotalModuleBytes);
    if (totalModuleBytes > maxTotalModuleBytes)
      return list.error("the modules of all functions exceed 1 GiB");
    if (Error error = readFunctionParts(file, *sections, *group, i))
      return error;
    library.functions.push_back(std::move(group->function));
  }
  if (list.remaining())
    return list.error(
        formatv("{0} bytes follow the last function", list.remaining()).str());
  if (Error error = checkExtension(file, *sections))
    return error;
  return library;
}

} // namespace enigma::metallib
