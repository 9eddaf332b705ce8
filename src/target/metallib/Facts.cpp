// What a report says of a library or a function, as pairs of text.
#include "Facts.h"
#include "Tags.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace enigma::metallib {

std::string spell(Version version) {
  return formatv("{0}.{1}", version.major, version.minor);
}

std::string formatVersion(const Header &header) {
  return formatv("{0}.{1}.{2}", header.formatMajor, header.formatMinor,
                 header.formatPatch);
}

std::string osVersion(const Header &header) {
  std::string text = formatv("{0}.{1}", header.osMajor, header.osMinor);
  return header.osPatch ? text + "." + utostr(header.osPatch) : text;
}

std::string spellHash(const Function &function) {
  return toHex(function.hash, /*LowerCase=*/true);
}

std::string spellUUID(const std::array<uint8_t, 16> &uuid) {
  std::string digits = toHex(uuid);
  for (size_t at : {20, 16, 12, 8})
    digits.insert(at, "-");
  return digits;
}

StringRef styleName(Style style) {
  return style == Style::Tool ? "tool" : "linker";
}

std::string counted(uint64_t count, StringRef what) {
  return (utostr(count) + " " + what + (count == 1 ? "" : "s")).str();
}

std::string declaration(const StructMember &member) {
  std::string text = member.type + " " + member.name;
  if (member.arrayLength)
    text += "[" + utostr(member.arrayLength) + "]";
  if (member.id)
    text += " [[id(" + utostr(*member.id) + ")]]";
  return text;
}

std::string declaration(const FunctionConstant &constant) {
  return dataTypeName(constant.mtlDataType) + " " + constant.name;
}

std::string compiledFor(const DescribedFunction &described) {
  std::string text = described.description
                         ? described.description->triple + ", "
                         : std::string();
  return text + "AIR " + spell(described.function->air) + ", Metal " +
         spell(described.function->msl);
}

namespace {

/// Distinct values and how many functions have each.
class Census {
public:
  void add(const std::string &value) { ++counts[value]; }

  /// The values; the counts as well where functions differ.
  std::string text() const {
    std::string text;
    for (const auto &[value, count] : counts) {
      text += text.empty() ? "" : "; ";
      text += value;
      if (counts.size() > 1)
        text += " (" + counted(count, "function") + ")";
    }
    return text;
  }

private:
  MapVector<std::string, size_t, std::map<std::string, unsigned>> counts;
};

/// Files of format 1.2.5 and older say only whether they are for macOS.
std::string target(const Header &header) {
  if (header.platform == 0 && header.osMajor == 0)
    return std::string(header.macOS ? "macOS" : "iOS or its kin") +
           ", version not stated";
  return platformName(header.platform) + " " + osVersion(header);
}

/// "3 kernels, 1 vertex function"
std::string functionTypes(const Library &library) {
  MapVector<FunctionType, size_t> counts;
  for (const Function &function : library.functions)
    ++counts[function.type];
  std::string text;
  for (const auto &[type, count] : counts) {
    text += text.empty() ? "" : ", ";
    text += counted(count, type == FunctionType::Kernel
                               ? "kernel"
                               : functionTypeName(type).str() + " function");
  }
  return text.empty() ? "none" : text;
}

std::string moduleBytes(const Library &library,
                        ArrayRef<DescribedFunction> functions) {
  uint64_t bytes = 0;
  size_t wrong = 0;
  for (const DescribedFunction &each : functions) {
    bytes += each.function->module.size();
    wrong += !each.hashMatches;
  }
  std::string text = counted(bytes, "byte");
  if (library.sharesModules)
    text += " before sharing";
  if (functions.empty())
    return text;
  return text + (wrong ? ", " + utostr(wrong) + " of " +
                             utostr(functions.size()) + " hashes DO NOT MATCH"
                       : ", every hash matches");
}

/// The sections behind the modules, in their order.
std::string sectionNames(const Library &library) {
  std::string text;
  for (const Section &section : library.sections) {
    text += text.empty() ? "" : ", ";
    if (!section.letters) {
      text += counted(section.bytes->size(), "byte") + " of no known meaning";
      continue;
    }
    text += spell(section.letters) + " (" + meaningOf(section.letters).str();
    if (section.bytes)
      text += ", " + counted(section.bytes->size(), "byte");
    text += ")";
  }
  return text;
}

/// Tags that the reader has no row for, wherever they stand.
std::string unknownTags(const Library &library) {
  Census unknown;
  auto look = [&](ArrayRef<Tag> tags) {
    for (const Tag &each : tags)
      if (!findTag(each.letters))
        unknown.add(spell(each.letters));
  };
  look(library.extension);
  for (const Function &function : library.functions)
    for (ArrayRef<Tag> tags :
         {ArrayRef<Tag>(function.groupTags), ArrayRef<Tag>(function.publicTags),
          ArrayRef<Tag>(function.privateTags)})
      look(tags);
  return unknown.text();
}

} // namespace

std::vector<Fact> libraryFacts(const Library &library,
                               ArrayRef<DescribedFunction> functions) {
  Census targets, compilers, sdks, options;
  for (const DescribedFunction &each : functions) {
    const auto &description = each.description;
    targets.add(compiledFor(each));
    if (!description)
      continue;
    compilers.add(description->compiler);
    sdks.add(description->sdk);
    options.add(join(description->options, " "));
  }
  const Header &header = library.header;
  std::vector<Fact> facts;
  auto add = [&](StringRef what, std::string value) {
    if (!value.empty())
      facts.push_back({what.str(), std::move(value)});
  };
  add("format", formatVersion(header));
  add("style", styleName(library.style).str());
  add("type", fileTypeName(header.fileType));
  add("target", target(header));
  add("functions", functionTypes(library));
  add("compiled for", targets.text());
  add("compiler", compilers.text());
  add("SDK", sdks.text());
  add("options", options.text());
  add("modules", moduleBytes(library, functions));
  add("sections", sectionNames(library));
  add("install name", library.installName());
  if (auto uuid = library.uuid())
    add("UUID", spellUUID(*uuid));
  if (library.sources) {
    add("sources", counted(library.sources->archives.size(), "archive"));
    add("linked by", library.sources->linkCommand);
    add("linked in", library.sources->folder);
  }
  add("unknown tags", unknownTags(library));
  for (const std::string &each : library.irregularities)
    add("layout", each);
  return facts;
}

namespace {

void addMembers(const std::vector<StructMember> &members,
                const std::string &prefix, std::vector<Fact> &facts) {
  for (const StructMember &member : members) {
    std::string path = prefix + "." + member.name;
    facts.push_back({path, formatv("{0} at offset {1}", declaration(member),
                                   member.offset)});
    addMembers(member.members, path, facts);
  }
}

void addArguments(const FunctionDescription &description,
                  std::vector<Fact> &facts) {
  for (const Argument &argument : description.arguments) {
    std::string attribute = "[[" + argument.attribute() + "]]";
    std::vector<std::string> parts = argument.notes();
    parts.insert(parts.begin(), argument.declaration());
    facts.push_back({attribute, join(parts, ", ")});
    addMembers(argument.members, attribute + " " + argument.name, facts);
  }
  for (const Argument &output : description.outputs) {
    std::vector<std::string> parts = output.notes();
    parts.insert(parts.begin(), output.declaration());
    facts.push_back({"output " + output.attribute(), join(parts, ", ")});
  }
}

} // namespace

std::vector<Fact> functionFacts(const DescribedFunction &described) {
  const Function &function = *described.function;
  std::vector<Fact> facts = {
      {"type", functionTypeName(function.type).str()},
      {"module", counted(function.module.size(), "byte")},
  };
  if (const auto &description = described.description) {
    facts.push_back({"instructions", utostr(description->instructions)});
    if (description->maxThreads)
      facts.push_back({"[[max_total_threads_per_threadgroup]]",
                       utostr(*description->maxThreads)});
    if (description->threadgroupMemory)
      facts.push_back({"threadgroup memory",
                       counted(description->threadgroupMemory, "byte")});
    addArguments(*description, facts);
  }
  for (const FunctionConstant &constant : function.constants)
    facts.push_back(
        {formatv("[[function_constant({0})]]", constant.index),
         declaration(constant) + (constant.required ? "" : ", optional")});
  if (auto location = function.debugLocation())
    facts.push_back({"source", location->file + ":" + utostr(location->line)});
  if (described.description && described.description->lineTable) {
    const LineTable &table = *described.description->lineTable;
    facts.push_back({"line table", counted(table.lines, "line") + " of " +
                                       join(table.files, ", ")});
  }
  if (described.description)
    for (const auto &[name, count] : described.description->calls)
      facts.push_back({"calls of " + name, utostr(count)});
  return facts;
}

} // namespace enigma::metallib
