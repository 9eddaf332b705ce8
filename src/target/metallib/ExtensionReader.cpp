// Reads the header extension and what it points at: reflection, embedded
// sources and sections that are kept as they are (reference section 1.5).
#include "ReaderParts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// A section as the extension states it.
struct SectionRange {
  uint32_t letters;
  uint64_t offset;
  uint64_t size;

  uint64_t end() const { return offset + size; }
};

std::vector<uint8_t> copyOf(ArrayRef<uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

Expected<SectionRange> readRange(uint32_t letters, ByteCursor payload,
                                 uint64_t fileSize) {
  SectionRange range{letters, payload.read<uint64_t>("offset"),
                     payload.read<uint64_t>("size")};
  if (Error error = payload.takeError())
    return error;
  if (payload.remaining())
    return payload.error(
        formatv("{0} bytes too many", payload.remaining()).str());
  if (range.offset > fileSize || range.size > fileSize - range.offset)
    return payload.error(formatv("at {0:x}, {1:x} bytes, is not inside the "
                                 "file of {2:x} bytes",
                                 range.offset, range.size, fileSize)
                             .str());
  return range;
}

/// The tags of the extension; those that point at sections go to `ranges` too.
Error readExtensionTags(ArrayRef<uint8_t> file, uint64_t begin, uint64_t end,
                        Library &library,
                        SmallVectorImpl<SectionRange> &ranges) {
  ByteCursor cursor(file.slice(begin, end - begin), begin, "header extension");
  while (true) {
    uint32_t letters;
    ArrayRef<uint8_t> payload = takeTag(cursor, letters);
    if (Error error = cursor.takeError())
      return error;
    if (letters == tagEnd)
      break;
    if (any_of(library.extension,
               [&](const Tag &each) { return each.letters == letters; }))
      return cursor.error("tag " + spell(letters) + " appears twice");
    const TagRow *row = findTag(letters);
    if (row && row->section) {
      Expected<SectionRange> range =
          readRange(letters,
                    ByteCursor(payload, cursor.offset() - payload.size(),
                               "header extension: " + spell(letters)),
                    file.size());
      if (!range)
        return range.takeError();
      ranges.push_back(*range);
    }
    if (letters == tagUUID && payload.size() != 16)
      return cursor.error(formatv("UUID of {0} bytes", payload.size()).str());
    library.extension.push_back({letters, copyOf(payload)});
  }
  if (cursor.remaining())
    return cursor.error("ENDT before the end of the extension");
  return Error::success();
}

Tag &extensionTag(Library &library, uint32_t letters) {
  return *find_if(library.extension,
                  [&](const Tag &each) { return each.letters == letters; });
}

/// Splits what lies behind the modules into sections, in the order of the file;
/// their offsets go to `offsets`.
void splitSections(ArrayRef<uint8_t> file, uint64_t modulesEnd,
                   SmallVectorImpl<SectionRange> &ranges,
                   SmallVectorImpl<uint64_t> &offsets, Library &library) {
  stable_sort(ranges, [](const SectionRange &a, const SectionRange &b) {
    return std::pair(a.offset, a.size) < std::pair(b.offset, b.size);
  });
  uint64_t next = modulesEnd;
  auto add = [&](uint32_t letters, uint64_t begin, uint64_t end) {
    library.sections.push_back(
        {letters, copyOf(file.slice(begin, end - begin))});
    offsets.push_back(begin);
    next = std::max(next, end);
  };
  for (const SectionRange &range : ranges) {
    if (range.offset < next)
      library.irregularities.push_back(formatv(
          "section {0} at {1:x} does not lie behind what comes before it",
          spell(range.letters), range.offset));
    if (range.offset > next)
      add(0, next, range.offset);
    add(range.letters, range.offset, range.end());
    extensionTag(library, range.letters).payload.clear();
  }
  if (next < file.size())
    add(0, next, file.size());
}

/// Finds `letters` among the tags of a function group, with its stored offset.
Tag *findOffsetTag(Function &function, uint32_t letters) {
  auto found = find_if(function.groupTags, [&](const Tag &each) {
    return each.letters == letters;
  });
  return found == function.groupTags.end() ? nullptr : &*found;
}

uint64_t offsetIn(const Tag &tag) {
  return support::endian::read64le(tag.payload.data());
}

/// A section whose form is sound, but not the one the writer makes.
void keepAsItIs(Library &library, const ByteCursor &cursor, StringRef why) {
  library.irregularities.push_back(
      (cursor.name() + ": " + why + "; kept as it is").str());
}

/// The FlatBuffer in an RBUF payload at `offset` of the file, or none when the
/// padding before it is not what the writer makes.
ArrayRef<uint8_t> stripPadding(ArrayRef<uint8_t> payload, uint64_t offset) {
  uint64_t padding = alignTo(offset, reflectionAlignment) - offset;
  if (payload.size() < padding + 8 ||
      any_of(payload.take_front(padding), [](uint8_t byte) { return byte; }))
    return {};
  return payload.drop_front(padding);
}

struct ReflectionGroup {
  uint64_t offset; ///< of its size word, from the start of the section
  ArrayRef<uint8_t> buffer;
};

/// RLST: a count, then per function a group of one RBUF. False: sound, but not
/// the form that the writer makes.
Expected<bool> readReflectionGroups(ByteCursor &cursor,
                                    std::vector<ReflectionGroup> &groups) {
  bool canonical = true;
  uint32_t count = cursor.read<uint32_t>("count");
  for (uint32_t i = 0; i != count; ++i) {
    uint64_t start = cursor.consumed();
    uint32_t size = cursor.read<uint32_t>("group size");
    if (Error error = cursor.takeError())
      return error;
    if (size < 8)
      return cursor.error(formatv("group {0} of {1} bytes", i, size).str());
    ArrayRef<uint8_t> bytes =
        cursor.take(size - 4, formatv("group {0}", i).str());
    if (Error error = cursor.takeError())
      return error;
    ByteCursor tags(bytes, cursor.offset() - bytes.size(),
                    formatv("{0}: group {1}", cursor.name(), i).str());
    uint32_t letters;
    ArrayRef<uint8_t> payload = takeTag(tags, letters);
    uint64_t payloadOffset = tags.offset() - payload.size();
    uint32_t last;
    (void)takeTag(tags, last);
    if (Error error = tags.takeError())
      return error;
    ArrayRef<uint8_t> buffer = stripPadding(payload, payloadOffset);
    canonical &= letters == tagReflectionBuffer && last == tagEnd &&
                 tags.remaining() == 0 && !buffer.empty();
    groups.push_back({start, buffer});
  }
  if (Error error = cursor.takeError())
    return error;
  return canonical && cursor.remaining() == 0;
}

/// Gives the functions their reflection; then the writer can derive RLST.
Error readReflection(Section &section, uint64_t offset, Library &library) {
  ByteCursor cursor(*section.bytes, offset, "reflection list");
  std::vector<ReflectionGroup> groups;
  Expected<bool> canonical = readReflectionGroups(cursor, groups);
  if (!canonical)
    return canonical.takeError();
  size_t used = 0;
  for (Function &function : library.functions)
    if (Tag *found = findOffsetTag(function, tagReflectionOffset)) {
      *canonical &=
          used < groups.size() && offsetIn(*found) == groups[used].offset;
      ++used;
    }
  if (!*canonical || used != groups.size()) {
    keepAsItIs(library, cursor, "groups of an unusual form or order");
    return Error::success();
  }
  size_t next = 0;
  for (Function &function : library.functions)
    if (Tag *found = findOffsetTag(function, tagReflectionOffset)) {
      function.reflection = copyOf(groups[next++].buffer);
      found->payload.clear();
    }
  section.bytes.reset();
  return Error::success();
}

/// HSRC or HSRD: count, link command, in HSRD the folder, then archives. The
/// offset of each archive's first tag goes to `offsets`. None: sound, but not
/// the form that the writer makes.
Expected<std::optional<Sources>>
readSourceArchives(uint32_t letters, ByteCursor &cursor,
                   SmallVectorImpl<uint64_t> &offsets) {
  Sources sources;
  bool canonical = true;
  uint32_t count = cursor.read<uint32_t>("count");
  sources.linkCommand = cursor.takeCString("link command").str();
  if (letters == tagSourcesWithFolder)
    sources.folder = cursor.takeCString("folder").str();
  for (uint32_t i = 0; i != count; ++i) {
    uint32_t size = cursor.read<uint32_t>("archive size");
    offsets.push_back(cursor.consumed());
    ArrayRef<uint8_t> bytes =
        cursor.take(size, formatv("archive {0}", i).str());
    if (Error error = cursor.takeError())
      return error;
    ByteCursor tags(bytes, cursor.offset() - size,
                    formatv("{0}: archive {1}", cursor.name(), i).str());
    uint32_t first, last;
    ArrayRef<uint8_t> payload = takeTag(tags, first);
    uint64_t payloadOffset = tags.offset() - payload.size();
    (void)takeTag(tags, last);
    if (Error error = tags.takeError())
      return error;
    if (first != tagSourceArchive || last != tagEnd || tags.remaining()) {
      canonical = false;
      continue;
    }
    ByteCursor archive(payload, payloadOffset, tags.name() + ": SARC");
    StringRef id = archive.takeCString("id");
    if (Error error = archive.takeError())
      return error;
    sources.archives.push_back(
        {id.str(), copyOf(payload.drop_front(archive.consumed()))});
  }
  if (Error error = cursor.takeError())
    return error;
  if (!canonical || cursor.remaining())
    return std::nullopt;
  return sources;
}

Error readSources(Section &section, uint64_t offset, Library &library) {
  ByteCursor cursor(*section.bytes, offset, "embedded sources");
  SmallVector<uint64_t> offsets;
  Expected<std::optional<Sources>> sources =
      readSourceArchives(section.letters, cursor, offsets);
  if (!sources)
    return sources.takeError();
  bool canonical = sources->has_value() && !library.sources;
  for (Function &function : library.functions)
    if (Tag *found = findOffsetTag(function, tagSourceOffset))
      canonical &= is_contained(offsets, offsetIn(*found));
  if (!canonical) {
    keepAsItIs(library, cursor, "archives of an unusual form");
    return Error::success();
  }
  for (Function &function : library.functions)
    if (Tag *found = findOffsetTag(function, tagSourceOffset)) {
      function.sourceArchive =
          uint32_t(find(offsets, offsetIn(*found)) - offsets.begin());
      found->payload.clear();
    }
  library.sources = std::move(**sources);
  section.bytes.reset();
  return Error::success();
}

} // namespace

Error readExtension(ArrayRef<uint8_t> file, uint64_t begin, uint64_t end,
                    uint64_t modulesEnd, Library &library) {
  SmallVector<SectionRange> ranges;
  library.hasExtension = end != begin;
  if (library.hasExtension)
    if (Error error = readExtensionTags(file, begin, end, library, ranges))
      return error;
  SmallVector<uint64_t> offsets;
  splitSections(file, modulesEnd, ranges, offsets, library);
  for (auto [section, offset] : zip_equal(library.sections, offsets)) {
    if (section.letters == tagReflectionList) {
      if (Error error = readReflection(section, offset, library))
        return error;
    } else if (section.letters == tagSources ||
               section.letters == tagSourcesWithFolder) {
      if (Error error = readSources(section, offset, library))
        return error;
    }
  }
  return Error::success();
}

} // namespace enigma::metallib
