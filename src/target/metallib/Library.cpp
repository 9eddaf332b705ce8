// Questions that a library answers about itself, and the ways to make it
// smaller.
#include "enigma/metallib/Library.h"
#include "ReaderParts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

const Tag *findIn(ArrayRef<Tag> tags, uint32_t letters) {
  auto found =
      find_if(tags, [&](const Tag &each) { return each.letters == letters; });
  return found == tags.end() ? nullptr : &*found;
}

/// Moving what follows a section must not leave a pointer behind: whether a tag
/// may hold one is only known for known tags.
Error refuseUnknownParts(const Library &library, StringRef what) {
  if (!library.irregularities.empty())
    return createStringError("cannot drop the " + what + ": " +
                             library.irregularities.front());
  for (const Tag &each : library.extension)
    if (!findTag(each.letters))
      return createStringError("cannot drop the " + what +
                               ": the unknown tag " + spell(each.letters) +
                               " of the header extension may point at what "
                               "would move");
  return Error::success();
}

/// Leaves out a section, the tag of the header extension that points at it and
/// the functions' tag that points into it.
void dropSection(Library &library, uint32_t section, uint32_t pointer) {
  auto is = [](uint32_t letters) {
    return [letters](const auto &each) { return each.letters == letters; };
  };
  erase_if(library.extension, is(section));
  erase_if(library.sections, is(section));
  for (Function &function : library.functions)
    erase_if(function.groupTags, is(pointer));
}

/// A UUID that says what the library holds; the version and variant bits of a
/// random one, as Metal's readers expect.
std::vector<uint8_t> uuidOf(const Library &library) {
  SHA256 hasher;
  for (const Function &function : library.functions) {
    hasher.update(function.name);
    hasher.update(ArrayRef<uint8_t>(function.computeHash()));
  }
  std::array<uint8_t, 32> digest = hasher.final();
  std::vector<uint8_t> uuid(digest.begin(), digest.begin() + 16);
  uuid[6] = (uuid[6] & 0x0f) | 0x40;
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  return uuid;
}

} // namespace

std::array<uint8_t, 32> Function::computeHash() const {
  return SHA256::hash(module);
}

std::optional<SourceLocation> Function::debugLocation() const {
  const Tag *tag = findIn(privateTags, tagDebugLocation);
  if (!tag)
    return std::nullopt;
  ByteCursor cursor(tag->payload, 0, "DEBI");
  SourceLocation location;
  location.line = cursor.read<uint32_t>("line");
  location.file = cursor.takeCString("path").str();
  if (errorToBool(cursor.takeError()))
    return std::nullopt;
  return location;
}

void Function::setDebugLocation(const SourceLocation &location) {
  erase_if(privateTags,
           [](const Tag &tag) { return tag.letters == tagDebugLocation; });
  std::vector<uint8_t> payload(sizeof(uint32_t));
  support::endian::write32le(payload.data(), location.line);
  payload.insert(payload.end(), location.file.begin(), location.file.end());
  payload.push_back(0);
  privateTags.push_back({tagDebugLocation, std::move(payload)});
}

std::optional<std::string> Function::objectFile() const {
  const Tag *tag = findIn(privateTags, tagDependency);
  if (!tag)
    return std::nullopt;
  ByteCursor cursor(tag->payload, 0, "DEPF");
  std::string path = cursor.takeCString("path").str();
  if (errorToBool(cursor.takeError()))
    return std::nullopt;
  return path;
}

const Function *Library::find(StringRef name) const {
  auto found = find_if(functions,
                       [&](const Function &each) { return each.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

std::optional<std::array<uint8_t, 16>> Library::uuid() const {
  const Tag *tag = findIn(extension, tagUUID);
  if (!tag || tag->payload.size() != 16)
    return std::nullopt;
  std::array<uint8_t, 16> bytes;
  copy(tag->payload, bytes.begin());
  return bytes;
}

std::string Library::installName() const {
  for (const Section &section : sections) {
    if (section.letters != tagDynamicHeader || !section.bytes)
      continue;
    ByteCursor cursor(*section.bytes, 0, "dynamic header");
    uint32_t letters;
    ArrayRef<uint8_t> payload = takeTag(cursor, letters);
    if (!errorToBool(cursor.takeError()) && letters == tagName)
      return toStringRef(payload).take_until([](char c) { return !c; }).str();
  }
  return "";
}

Error dropReflection(Library &library) {
  if (!findIn(library.extension, tagReflectionList))
    return Error::success();
  if (Error error = refuseUnknownParts(library, "reflection"))
    return error;
  dropSection(library, tagReflectionList, tagReflectionOffset);
  for (Function &function : library.functions)
    function.reflection.reset();
  return Error::success();
}

Error dropSources(Library &library) {
  if (!library.sources)
    return Error::success();
  if (Error error = refuseUnknownParts(library, "sources"))
    return error;
  dropSection(library, tagSources, tagSourceOffset);
  dropSection(library, tagSourcesWithFolder, tagSourceOffset);
  library.sources.reset();
  for (Function &function : library.functions)
    function.sourceArchive.reset();
  return Error::success();
}

Error keepFunctions(Library &library,
                    function_ref<bool(const Function &)> keep) {
  if (all_of(library.functions, keep))
    return Error::success();
  if (Error error = refuseUnknownParts(library, "other functions"))
    return error;
  llvm::erase_if(library.functions,
                 [&](const Function &each) { return !keep(each); });
  for (Tag &each : library.extension)
    if (each.letters == tagUUID)
      each.payload = uuidOf(library);
  return Error::success();
}

} // namespace enigma::metallib
