// Reads a metallib of either of Apple's styles; every offset and size is
// checked (reference section 1).
#include "ReaderParts.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Functions may share a module, so a small file could ask for any amount of
/// memory: how much more than its own size is allowed.
constexpr uint64_t maxSharedModuleBytes = uint64_t(256) << 20;

/// A (offset, size) pair of the header, checked against the file.
struct Range {
  uint64_t offset = 0;
  uint64_t size = 0;

  uint64_t end() const { return offset + size; }
};

/// The parts that the header states.
struct Ranges {
  Range functions, publicMetadata, privateMetadata, modules;
};

/// A function group as stored, before its offsets are followed.
struct FunctionGroup {
  Function function;
  uint64_t moduleSize = 0;
  uint64_t publicOffset = 0;
  uint64_t privateOffset = 0;
  uint64_t moduleOffset = 0;
};

Expected<Range> readRange(ByteCursor &cursor, uint64_t fileSize,
                          StringRef name) {
  Range range;
  range.offset = cursor.read<uint64_t>(name);
  range.size = cursor.read<uint64_t>(name);
  if (Error error = cursor.takeError())
    return error;
  if (range.offset < headerSize || range.offset > fileSize ||
      range.size > fileSize - range.offset)
    return cursor.error(formatv("{0} at {1:x}, {2:x} bytes, is not inside the "
                                "file of {3:x} bytes",
                                name, range.offset, range.size, fileSize)
                            .str());
  return range;
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

Expected<Ranges> readRanges(ByteCursor &cursor, uint64_t fileSize) {
  Ranges ranges;
  struct {
    StringRef name;
    Range *range;
  } const fields[] = {{"function list", &ranges.functions},
                      {"public metadata section", &ranges.publicMetadata},
                      {"private metadata section", &ranges.privateMetadata},
                      {"module section", &ranges.modules}};
  for (const auto &field : fields) {
    Expected<Range> range = readRange(cursor, fileSize, field.name);
    if (!range)
      return range.takeError();
    *field.range = *range;
  }
  // The list's size leaves out its leading count (reference section 1.1).
  if (fileSize - ranges.functions.offset < 4 ||
      ranges.functions.size > fileSize - ranges.functions.offset - 4)
    return cursor.error("function list and its count are not inside the file");
  return ranges;
}

std::vector<uint8_t> copyOf(ArrayRef<uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

/// One tag of a function group. The payload's size must be exactly the tag's.
Error readFunctionTag(uint32_t letters, ByteCursor payload,
                      FunctionGroup &group) {
  Function &function = group.function;
  std::vector<uint8_t> kept;
  switch (letters) {
  case tagName:
    function.name = payload.takeCString("name").str();
    if (function.name.empty())
      return payload.error("the name is empty");
    break;
  case tagType:
    function.type = FunctionType(payload.read<uint8_t>("type"));
    break;
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
  case tagSourceOffset:
  case tagReflectionOffset:
    // Until the section that they point into has been read.
    kept = copyOf(payload.take(8, "offset"));
    break;
  default:
    kept = copyOf(payload.take(payload.remaining(), "payload"));
  }
  if (Error error = payload.takeError())
    return error;
  if (payload.remaining())
    return payload.error(
        formatv("{0} bytes too many", payload.remaining()).str());
  if (any_of(function.groupTags,
             [&](const Tag &each) { return each.letters == letters; }))
    return payload.error("appears twice");
  function.groupTags.push_back({letters, std::move(kept)});
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
    if (none_of(group.function.groupTags,
                [&](const Tag &each) { return each.letters == required; }))
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

/// How many groups count their own size word, and how many do not: the mark of
/// the two styles (reference section 1.4).
struct SizeRule {
  size_t counted = 0;
  size_t notCounted = 0;
};

/// Walks one public or private group at `offset` of its section; `onTag` gets
/// each tag. Returns the group's size in the file.
Expected<uint64_t>
readMetadataGroup(ArrayRef<uint8_t> file, Range section, uint64_t offset,
                  const std::string &name, SizeRule &rule,
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
  if (size == cursor.consumed())
    ++rule.counted;
  else if (size == cursor.consumed() - 4)
    ++rule.notCounted;
  else
    return cursor.error(
        formatv("states {0} bytes, holds {1}", size, cursor.consumed()).str());
  return cursor.consumed();
}

/// Reads function groups and what their offsets lead to, in the order of the
/// file.
class FunctionsReader {
public:
  FunctionsReader(ArrayRef<uint8_t> file, const Ranges &ranges,
                  Library &library)
      : file(file), ranges(ranges), library(library) {}

  Error read();

private:
  Error readParts(FunctionGroup &group, const std::string &name);
  Error readPublic(FunctionGroup &group, const std::string &name);
  Error readPrivate(FunctionGroup &group, const std::string &name);
  Error readModule(FunctionGroup &group, const std::string &name);
  void noteLayout();

  /// The writer puts every part behind the one before it; another place is an
  /// irregularity.
  void expectAt(uint64_t offset, uint64_t size, uint64_t &next, bool &regular) {
    regular &= offset == next;
    next = offset + size;
  }

  ArrayRef<uint8_t> file;
  const Ranges &ranges;
  Library &library;
  SizeRule rule;
  uint64_t nextPublic = 0, nextPrivate = 0, nextModule = 0;
  bool publicRegular = true, privateRegular = true, modulesRegular = true;
  uint64_t totalModuleBytes = 0;
  DenseSet<std::pair<uint64_t, uint64_t>> modulesSeen;
};

Error FunctionsReader::readPublic(FunctionGroup &group,
                                  const std::string &name) {
  Function &function = group.function;
  bool seen = false;
  auto onTag = [&](uint32_t letters, ByteCursor payload) -> Error {
    if (letters != tagConstants) {
      function.publicTags.push_back(
          {letters, copyOf(payload.take(payload.remaining(), "payload"))});
      return Error::success();
    }
    if (seen)
      return payload.error("appears twice");
    seen = true;
    function.publicTags.push_back({letters, {}});
    return readConstants(payload, function);
  };
  Expected<uint64_t> size =
      readMetadataGroup(file, ranges.publicMetadata, group.publicOffset,
                        name + " public metadata", rule, onTag);
  if (!size)
    return size.takeError();
  expectAt(group.publicOffset, *size, nextPublic, publicRegular);
  return Error::success();
}

Error FunctionsReader::readPrivate(FunctionGroup &group,
                                   const std::string &name) {
  auto onTag = [&](uint32_t letters, ByteCursor payload) -> Error {
    group.function.privateTags.push_back(
        {letters, copyOf(payload.take(payload.remaining(), "payload"))});
    return Error::success();
  };
  Expected<uint64_t> size =
      readMetadataGroup(file, ranges.privateMetadata, group.privateOffset,
                        name + " private metadata", rule, onTag);
  if (!size)
    return size.takeError();
  expectAt(group.privateOffset, *size, nextPrivate, privateRegular);
  return Error::success();
}

Error FunctionsReader::readModule(FunctionGroup &group,
                                  const std::string &name) {
  uint64_t offset = group.moduleOffset, size = group.moduleSize;
  if (offset > ranges.modules.size || size > ranges.modules.size - offset)
    return createStringError(
        formatv("{0}: MDSZ {1:x} at module offset {2:x} exceeds the module "
                "section of {3:x} bytes",
                name, size, offset, ranges.modules.size)
            .str());
  totalModuleBytes += size;
  if (totalModuleBytes > file.size() + maxSharedModuleBytes)
    return createStringError(
        formatv("{0}: the modules of all functions exceed the file by {1} MiB",
                name, maxSharedModuleBytes >> 20)
            .str());
  ArrayRef<uint8_t> module = file.slice(ranges.modules.offset + offset, size);
  group.function.module.assign(module.begin(), module.end());
  if (size && !modulesSeen.insert({offset, size}).second)
    library.sharesModules = true;
  else
    expectAt(offset, size, nextModule, modulesRegular);
  return Error::success();
}

Error FunctionsReader::readParts(FunctionGroup &group,
                                 const std::string &name) {
  if (Error error = readPublic(group, name))
    return error;
  if (Error error = readPrivate(group, name))
    return error;
  return readModule(group, name);
}

/// The style, and whatever the writer would place elsewhere.
void FunctionsReader::noteLayout() {
  library.style = rule.counted ? Style::Linker : Style::Tool;
  auto note = [&](bool regular, const char *what) {
    if (!regular)
      library.irregularities.push_back(what);
  };
  note(!rule.counted || !rule.notCounted,
       "some metadata groups count their own size word and some do not");
  note(ranges.functions.offset == headerSize,
       "the function list does not follow the header");
  note(ranges.privateMetadata.offset == ranges.publicMetadata.end(),
       "the private metadata does not follow the public metadata");
  note(ranges.modules.offset == ranges.privateMetadata.end(),
       "the modules do not follow the private metadata");
  note(publicRegular && nextPublic == ranges.publicMetadata.size,
       "the public groups do not fill their section in order");
  note(privateRegular && nextPrivate == ranges.privateMetadata.size,
       "the private groups do not fill their section in order");
  note(modulesRegular && nextModule == ranges.modules.size,
       "the modules do not fill their section in order");
}

Error FunctionsReader::read() {
  const Range &functions = ranges.functions;
  ByteCursor list(file.slice(functions.offset, functions.size + 4),
                  functions.offset, "function list");
  uint32_t count = list.read<uint32_t>("count");
  for (uint32_t i = 0; i != count; ++i) {
    Expected<FunctionGroup> group = readFunctionGroup(list, i);
    if (!group)
      return group.takeError();
    std::string name = formatv("function {0} ({1})", i, group->function.name);
    if (Error error = readParts(*group, name))
      return error;
    library.functions.push_back(std::move(group->function));
  }
  if (list.remaining())
    return list.error(
        formatv("{0} bytes follow the last function", list.remaining()).str());
  noteLayout();
  return Error::success();
}

} // namespace

Expected<Library> readLibrary(ArrayRef<uint8_t> file) {
  Library library;
  ByteCursor cursor(file.take_front(headerSize), 0, "header");
  Expected<Header> header = readHeader(cursor, file.size());
  if (!header)
    return header.takeError();
  library.header = *header;
  Expected<Ranges> ranges = readRanges(cursor, file.size());
  if (!ranges)
    return ranges.takeError();
  if (Error error = FunctionsReader(file, *ranges, library).read())
    return error;
  uint64_t begin = ranges->functions.end() + 4; // the count
  uint64_t end = ranges->publicMetadata.offset;
  if (end < begin)
    return createStringError(
        formatv("header: public metadata at {0:x} starts inside the function "
                "list that ends at {1:x}",
                end, begin)
            .str());
  if (Error error =
          readExtension(file, begin, end, ranges->modules.end(), library))
    return error;
  return library;
}

} // namespace enigma::metallib
