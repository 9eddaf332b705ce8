// Writes the short "tool" style of a metallib (reference sections 1.1 to 1.7).
#include "Tags.h"
#include "enigma/metallib/Library.h"
#include "llvm/Support/Endian.h"
#include <concepts>

using namespace llvm;

namespace enigma::metallib {

namespace {

using Bytes = std::vector<uint8_t>;

template <std::integral T> void append(Bytes &out, T value) {
  uint8_t raw[sizeof(T)];
  support::endian::write<T, endianness::little>(raw, value);
  out.insert(out.end(), raw, raw + sizeof(T));
}

void append(Bytes &out, ArrayRef<uint8_t> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void appendCString(Bytes &out, StringRef text) {
  append(out, ArrayRef(text.bytes_begin(), text.bytes_end()));
  out.push_back(0);
}

/// A tag, its 16-bit length and its payload.
void appendTag(Bytes &out, uint32_t letters, ArrayRef<uint8_t> payload) {
  append<uint32_t>(out, letters);
  append<uint16_t>(out, payload.size());
  append(out, payload);
}

Bytes offsets(uint64_t publicOffset, uint64_t privateOffset,
              uint64_t moduleOffset) {
  Bytes out;
  append(out, publicOffset);
  append(out, privateOffset);
  append(out, moduleOffset);
  return out;
}

Bytes versions(const Function &function) {
  Bytes out;
  for (uint16_t field : {function.air.major, function.air.minor,
                         function.msl.major, function.msl.minor})
    append(out, field);
  return out;
}

/// CNST: the function constants in the order of `air.function_constants`
/// (reference section 1.6).
Bytes constants(const Function &function) {
  Bytes out;
  append<uint16_t>(out, function.constants.size());
  for (const FunctionConstant &constant : function.constants) {
    appendCString(out, constant.name);
    out.push_back(constant.mtlDataType);
    append(out, constant.index);
    out.push_back(constant.required);
  }
  return out;
}

/// A public or private group; in tool style its size leaves out its own four
/// bytes (section 1.4).
void appendMetadataGroup(Bytes &section, const Bytes &tags) {
  append<uint32_t>(section, tags.size() + 4);
  append(section, tags);
  append(section, tagEnd);
}

void appendFunctionGroup(Bytes &list, const Function &function,
                         const Bytes &offsetsPayload) {
  Bytes tags;
  Bytes name, moduleSize;
  appendCString(name, function.name);
  append<uint64_t>(moduleSize, function.module.size());
  appendTag(tags, tagName, name);
  appendTag(tags, tagType, uint8_t(function.type));
  appendTag(tags, tagHash, function.computeHash());
  appendTag(tags, tagModuleSize, moduleSize);
  appendTag(tags, tagOffsets, offsetsPayload);
  appendTag(tags, tagVersions, versions(function));
  append(tags, tagEnd);
  append<uint32_t>(list, tags.size() + 4);
  append(list, tags);
}

void appendHeader(Bytes &out, const Header &header) {
  append(out, tagMagic);
  append<uint16_t>(out, header.formatMajor | (header.macOS ? macOSFlag : 0));
  append(out, header.formatMinor);
  append(out, header.formatPatch);
  out.push_back(header.fileType);
  out.push_back(header.platform);
  append(out, header.osMajor);
  out.push_back(header.osMinor);
  out.push_back(header.osPatch);
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

std::vector<uint8_t> writeLibrary(const Library &library) {
  Bytes list, publicSection, privateSection, modules;
  for (const Function &function : library.functions) {
    appendFunctionGroup(
        list, function,
        offsets(publicSection.size(), privateSection.size(), modules.size()));
    Bytes publicTags;
    if (!function.constants.empty())
      appendTag(publicTags, tagConstants, constants(function));
    appendMetadataGroup(publicSection, publicTags);
    appendMetadataGroup(privateSection, {});
    append(modules, function.module);
  }

  uint64_t listOffset = headerSize;
  uint64_t publicOffset = listOffset + 4 + list.size() + 4; // count and ENDT
  uint64_t privateOffset = publicOffset + publicSection.size();
  uint64_t moduleOffset = privateOffset + privateSection.size();
  Bytes out;
  appendHeader(out, library.header);
  append<uint64_t>(out, moduleOffset + modules.size());
  for (uint64_t field : {listOffset, uint64_t(list.size()), publicOffset,
                         uint64_t(publicSection.size()), privateOffset,
                         uint64_t(privateSection.size()), moduleOffset,
                         uint64_t(modules.size())})
    append(out, field);
  append<uint32_t>(out, library.functions.size());
  append(out, list);
  append(out, tagEnd);
  append(out, publicSection);
  append(out, privateSection);
  append(out, modules);
  return out;
}

} // namespace enigma::metallib
