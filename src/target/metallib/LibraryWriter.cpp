// Writes a metallib in either of Apple's styles; every offset, size and hash is
// computed (reference sections 1.1 to 1.7).
#include "Tags.h"
#include "enigma/metallib/Library.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <concepts>
#include <limits>
#include <map>

using namespace llvm;

namespace enigma::metallib {

namespace {

using Bytes = std::vector<uint8_t>;
using Hash = std::array<uint8_t, 32>;

template <std::integral T> void append(Bytes &out, T value) {
  uint8_t raw[sizeof(T)];
  support::endian::write<T, endianness::little>(raw, value);
  out.insert(out.end(), raw, raw + sizeof(T));
}

void append(Bytes &out, ArrayRef<uint8_t> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// What a function group says of other parts of the file.
struct GroupFields {
  Hash hash;
  uint64_t publicOffset = 0;
  uint64_t privateOffset = 0;
  uint64_t moduleOffset = 0;
  uint64_t sourceOffset = 0;
  uint64_t reflectionOffset = 0;
};

/// Lays a library out. The first thing that does not fit is remembered; `write`
/// reports it.
class LibraryWriter {
public:
  explicit LibraryWriter(const Library &library) : library(library) {}

  Expected<Bytes> write();

private:
  void writeFunctionParts();
  void placeModule(const Function &function, GroupFields &group);
  void writeSections();
  Bytes reflectionSection(uint64_t offset);
  Bytes sourcesSection(const Section &section);
  Bytes functionList();
  Bytes functionGroup(const Function &function, const GroupFields &group);
  Bytes groupPayload(uint32_t letters, const Function &function,
                     const GroupFields &group);
  Bytes constants(const Function &function);
  Bytes metadataGroup(const Function &function, ArrayRef<Tag> tags,
                      StringRef kind);
  Bytes extension();
  Bytes header(uint64_t fileSize);

  void refuse(const Twine &what) {
    if (failure.empty())
      failure = what.str();
  }
  /// `value` as a field of type T of `what`.
  template <typename T>
  void appendSize(Bytes &out, uint64_t value, const Twine &what) {
    if (value > std::numeric_limits<T>::max())
      refuse(formatv("{0}: {1} does not fit its field of {2} bits", what.str(),
                     value, sizeof(T) * 8)
                 .str());
    append<T>(out, T(value));
  }
  void appendTag(Bytes &out, uint32_t letters, ArrayRef<uint8_t> payload,
                 const Twine &owner);
  void appendCString(Bytes &out, StringRef text, const Twine &what) {
    if (text.contains('\0'))
      refuse(what + " contains a NUL");
    append(out, ArrayRef(text.bytes_begin(), text.bytes_end()));
    out.push_back(0);
  }
  static std::string nameOf(const Function &function) {
    return "function " + StringRef(function.name).take_front(80).str();
  }

  const Library &library;
  std::string failure;
  std::vector<GroupFields> groups;
  Bytes publicSection, privateSection, modules;
  /// Where each distinct module went, by hash; used where they are shared.
  std::map<Hash, uint64_t> placedModules;
  /// The sections' bytes and their offsets in the file.
  std::vector<Bytes> sections;
  std::vector<uint64_t> sectionOffsets;
};

/// A tag, its length and its payload.
void LibraryWriter::appendTag(Bytes &out, uint32_t letters,
                              ArrayRef<uint8_t> payload, const Twine &owner) {
  append<uint32_t>(out, letters);
  const TagRow *row = findTag(letters);
  std::string what = (owner + ": length of " + spell(letters)).str();
  if (row && row->wideLength)
    appendSize<uint32_t>(out, payload.size(), what);
  else
    appendSize<uint16_t>(out, payload.size(), what);
  append(out, payload);
}

/// CNST: the function constants in the order of `air.function_constants`
/// (reference section 1.6).
Bytes LibraryWriter::constants(const Function &function) {
  Bytes out;
  appendSize<uint16_t>(out, function.constants.size(),
                       nameOf(function) + ": number of function constants");
  for (const FunctionConstant &constant : function.constants) {
    appendCString(out, constant.name,
                  nameOf(function) + ": name of a function constant");
    out.push_back(constant.mtlDataType);
    append(out, constant.index);
    out.push_back(constant.required);
  }
  return out;
}

/// A public or private group. Whether its size counts its own four bytes is a
/// matter of style (section 1.4).
Bytes LibraryWriter::metadataGroup(const Function &function,
                                   ArrayRef<Tag> given, StringRef kind) {
  SmallVector<Tag> tags(given);
  if (kind == "public" && !function.constants.empty() &&
      none_of(tags,
              [](const Tag &each) { return each.letters == tagConstants; }))
    tags.push_back({tagConstants, {}});
  Bytes body;
  for (const Tag &each : tags)
    appendTag(body, each.letters,
              each.letters == tagConstants && kind == "public"
                  ? constants(function)
                  : each.payload,
              nameOf(function));
  append(body, tagEnd);
  Bytes out;
  appendSize<uint32_t>(out,
                       body.size() + (library.style == Style::Linker ? 4 : 0),
                       nameOf(function) + ": size of the " + kind + " group");
  append(out, body);
  return out;
}

void LibraryWriter::placeModule(const Function &function, GroupFields &group) {
  group.moduleOffset = modules.size();
  if (library.sharesModules) {
    auto [placed, isNew] =
        placedModules.try_emplace(group.hash, group.moduleOffset);
    group.moduleOffset = placed->second;
    if (!isNew)
      return;
  }
  append(modules, function.module);
}

/// What the functions' offsets lead to.
void LibraryWriter::writeFunctionParts() {
  for (const Function &function : library.functions) {
    GroupFields group;
    group.hash = function.computeHash();
    group.publicOffset = publicSection.size();
    group.privateOffset = privateSection.size();
    append(publicSection,
           metadataGroup(function, function.publicTags, "public"));
    append(privateSection,
           metadataGroup(function, function.privateTags, "private"));
    placeModule(function, group);
    groups.push_back(group);
  }
}

/// RLST at `offset` of the file; each buffer is padded to its alignment in the
/// file (section 1.5).
Bytes LibraryWriter::reflectionSection(uint64_t offset) {
  Bytes out;
  appendSize<uint32_t>(out,
                       count_if(library.functions,
                                [](const Function &each) {
                                  return each.reflection.has_value();
                                }),
                       "number of reflection groups");
  for (auto [function, group] : zip_equal(library.functions, groups)) {
    if (!function.reflection)
      continue;
    group.reflectionOffset = out.size();
    // The payload follows the group's size, the tag and its length.
    uint64_t payloadOffset = offset + out.size() + 12;
    Bytes payload(alignTo(payloadOffset, reflectionAlignment) - payloadOffset);
    append(payload, *function.reflection);
    Bytes body;
    appendTag(body, tagReflectionBuffer, payload, nameOf(function));
    append(body, tagEnd);
    appendSize<uint32_t>(out, body.size() + 4,
                         nameOf(function) + ": size of the reflection group");
    append(out, body);
  }
  return out;
}

/// HSRC or HSRD.
Bytes LibraryWriter::sourcesSection(const Section &section) {
  if (!library.sources) {
    refuse(spell(section.letters) + ": the library has no sources to write");
    return {};
  }
  const Sources &sources = *library.sources;
  Bytes out;
  std::vector<uint64_t> offsets;
  appendSize<uint32_t>(out, sources.archives.size(), "number of archives");
  appendCString(out, sources.linkCommand, "link command of the sources");
  if (section.letters == tagSourcesWithFolder)
    appendCString(out, sources.folder, "folder of the sources");
  for (const SourceArchive &archive : sources.archives) {
    Bytes payload, body;
    appendCString(payload, archive.id, "id of a source archive");
    append(payload, archive.bytes);
    appendTag(body, tagSourceArchive, payload, "embedded sources");
    append(body, tagEnd);
    appendSize<uint32_t>(out, body.size(), "size of a source archive");
    offsets.push_back(out.size());
    append(out, body);
  }
  for (auto [function, group] : zip_equal(library.functions, groups))
    if (function.sourceArchive) {
      if (*function.sourceArchive < offsets.size())
        group.sourceOffset = offsets[*function.sourceArchive];
      else
        refuse(nameOf(function) + ": there is no source archive " +
               Twine(*function.sourceArchive));
    }
  return out;
}

Bytes LibraryWriter::groupPayload(uint32_t letters, const Function &function,
                                  const GroupFields &group) {
  Bytes out;
  switch (letters) {
  case tagName:
    if (function.name.empty())
      refuse("a function has no name");
    appendCString(out, function.name, nameOf(function) + ": the name");
    return out;
  case tagType:
    return {uint8_t(function.type)};
  case tagHash:
    return {group.hash.begin(), group.hash.end()};
  case tagModuleSize:
    append<uint64_t>(out, function.module.size());
    return out;
  case tagOffsets:
    append(out, group.publicOffset);
    append(out, group.privateOffset);
    append(out, group.moduleOffset);
    return out;
  case tagVersions:
    for (unsigned field : {function.air.major, function.air.minor,
                           function.msl.major, function.msl.minor})
      appendSize<uint16_t>(out, field, nameOf(function) + ": version");
    return out;
  case tagSourceOffset:
    append(out, group.sourceOffset);
    return out;
  case tagReflectionOffset:
    append(out, group.reflectionOffset);
    return out;
  default:
    return out; // an unknown tag without payload
  }
}

/// The tags of a group in the order of the library's style.
std::vector<Tag> defaultTags(const Function &function, Style style) {
  std::vector<Tag> tags = {{tagName, {}}, {tagType, {}}, {tagHash, {}}};
  if (style == Style::Tool)
    append_range(tags, std::initializer_list<Tag>{{tagModuleSize, {}},
                                                  {tagOffsets, {}},
                                                  {tagVersions, {}}});
  else
    append_range(tags, std::initializer_list<Tag>{{tagOffsets, {}},
                                                  {tagVersions, {}},
                                                  {tagModuleSize, {}}});
  if (function.sourceArchive)
    tags.push_back({tagSourceOffset, {}});
  if (function.reflection)
    tags.push_back({tagReflectionOffset, {}});
  return tags;
}

Bytes LibraryWriter::functionGroup(const Function &function,
                                   const GroupFields &group) {
  Bytes body;
  for (const Tag &each : function.groupTags.empty()
                             ? defaultTags(function, library.style)
                             : function.groupTags)
    appendTag(body, each.letters,
              each.payload.empty() ? groupPayload(each.letters, function, group)
                                   : each.payload,
              nameOf(function));
  append(body, tagEnd);
  Bytes out;
  appendSize<uint32_t>(out, body.size() + 4,
                       nameOf(function) + ": size of the group");
  append(out, body);
  return out;
}

Bytes LibraryWriter::functionList() {
  Bytes out;
  for (auto [function, group] : zip_equal(library.functions, groups))
    append(out, functionGroup(function, group));
  return out;
}

/// The header extension. Before the sections have their places it comes out
/// with zeros, but of the right size.
Bytes LibraryWriter::extension() {
  Bytes out;
  if (!library.hasExtension)
    return out;
  for (const Tag &each : library.extension) {
    const TagRow *row = findTag(each.letters);
    Bytes payload = each.payload;
    if (row && row->section && payload.empty()) {
      uint64_t offset = 0, size = 0;
      auto found = find_if(library.sections, [&](const Section &section) {
        return section.letters == each.letters;
      });
      if (found == library.sections.end()) {
        refuse("header extension: there is no section " + spell(each.letters));
      } else if (size_t index = found - library.sections.begin();
                 index < sectionOffsets.size()) {
        offset = sectionOffsets[index];
        size = sections[index].size();
      }
      append(payload, offset);
      append(payload, size);
    }
    appendTag(out, each.letters, payload, "header extension");
  }
  append(out, tagEnd);
  return out;
}

/// What lies behind the modules. The sizes of everything before are known, for
/// the offsets that are still to come take the same room.
void LibraryWriter::writeSections() {
  uint64_t offset = headerSize + 4 + functionList().size() +
                    extension().size() + publicSection.size() +
                    privateSection.size() + modules.size();
  for (const Section &section : library.sections) {
    Bytes bytes;
    if (section.bytes)
      bytes = *section.bytes;
    else if (section.letters == tagReflectionList)
      bytes = reflectionSection(offset);
    else if (section.letters == tagSources ||
             section.letters == tagSourcesWithFolder)
      bytes = sourcesSection(section);
    else
      refuse("section " + spell(section.letters) + " has no bytes");
    sectionOffsets.push_back(offset);
    offset += bytes.size();
    sections.push_back(std::move(bytes));
  }
}

Bytes LibraryWriter::header(uint64_t fileSize) {
  const Header &fields = library.header;
  Bytes out;
  append(out, tagMagic);
  append<uint16_t>(out, fields.formatMajor | (fields.macOS ? macOSFlag : 0));
  append(out, fields.formatMinor);
  append(out, fields.formatPatch);
  out.push_back(fields.fileType);
  out.push_back(fields.platform);
  append(out, fields.osMajor);
  out.push_back(fields.osMinor);
  out.push_back(fields.osPatch);
  append(out, fileSize);
  return out;
}

Expected<Bytes> LibraryWriter::write() {
  for (const Function &function : library.functions) {
    auto has = [&](uint32_t letters) {
      return any_of(library.sections, [&](const Section &each) {
        return each.letters == letters;
      });
    };
    if (function.reflection && !has(tagReflectionList))
      refuse(nameOf(function) +
             ": has reflection, but the library has no section RLST");
    if (function.sourceArchive && !has(tagSources) &&
        !has(tagSourcesWithFolder))
      refuse(nameOf(function) +
             ": has a source archive, but the library has no section HSRD");
  }
  writeFunctionParts();
  writeSections();
  Bytes list = functionList(), tags = extension();
  uint64_t publicOffset = headerSize + 4 + list.size() + tags.size();
  uint64_t privateOffset = publicOffset + publicSection.size();
  uint64_t moduleOffset = privateOffset + privateSection.size();
  uint64_t fileSize = moduleOffset + modules.size();
  for (const Bytes &section : sections)
    fileSize += section.size();

  Bytes out = header(fileSize);
  for (uint64_t field : {headerSize, uint64_t(list.size()), publicOffset,
                         uint64_t(publicSection.size()), privateOffset,
                         uint64_t(privateSection.size()), moduleOffset,
                         uint64_t(modules.size())})
    append(out, field);
  appendSize<uint32_t>(out, library.functions.size(), "number of functions");
  out.reserve(fileSize);
  for (const Bytes *part :
       {&list, &tags, &publicSection, &privateSection, &modules})
    append(out, *part);
  for (const Bytes &section : sections)
    append(out, section);
  if (!failure.empty())
    return createStringError(failure);
  return out;
}

} // namespace

Header Header::forTarget(const Target &target) {
  Header header;
  header.macOS = target.platform == Platform::MacOS;
  header.formatPatch = target.containerPatch;
  header.platform = platform64Bit | uint8_t(target.platform);
  header.osMajor = target.os.major;
  header.osMinor = uint8_t(target.os.minor);
  return header;
}

Expected<std::vector<uint8_t>> writeLibrary(const Library &library) {
  return LibraryWriter(library).write();
}

} // namespace enigma::metallib
