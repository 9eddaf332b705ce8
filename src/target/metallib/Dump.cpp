// The reports of metallib-dump: text, JSON, disassembly, extracted modules.
#include "enigma/metallib/Dump.h"
#include "enigma/metallib/Describe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

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

/// How the parameter is declared in Metal, as far as the metadata tells.
std::string declaration(const Argument &argument) {
  std::string text = argument.addressSpace;
  if (!text.empty())
    text += ' ';
  if (argument.access == "read" && argument.addressSpace == "device")
    text += "const ";
  text += argument.type;
  if (argument.kind == "buffer")
    text += argument.bufferSize ? " &" : " *";
  else
    text += ' ';
  text += argument.name;
  StringRef attribute =
      argument.kind == "buffer" && argument.addressSpace == "threadgroup"
          ? StringRef("threadgroup")
          : StringRef(argument.kind);
  text += " [[" + attribute.str();
  if (argument.location)
    text += "(" + utostr(*argument.location) + ")";
  return text + "]]";
}

void printMembers(const std::vector<StructMember> &members, unsigned indent,
                  raw_ostream &out) {
  for (const StructMember &member : members) {
    out.indent(indent) << formatv("{0,5} {1} {2}", member.offset, member.type,
                                  member.name);
    if (member.arrayLength)
      out << "[" << member.arrayLength << "]";
    out << "\n";
    printMembers(member.members, indent + 2, out);
  }
}

void printArgument(const Argument &argument, raw_ostream &out) {
  out << "  " << declaration(argument);
  if (!argument.access.empty())
    out << "  " << argument.access;
  if (argument.bufferSize)
    out << ", " << *argument.bufferSize << " bytes";
  if (!argument.functionConstant.empty())
    out << ", if " << argument.functionConstant;
  if (argument.unused)
    out << ", unused";
  out << "\n";
  printMembers(argument.members, 4, out);
}

void printFunction(const Function &function,
                   const FunctionDescription *description, raw_ostream &out) {
  out << "\n"
      << functionTypeName(function.type) << " " << function.name << "\n"
      << formatv("  AIR {0}, Metal {1}", spell(function.air),
                 spell(function.msl));
  if (description)
    out << ", " << description->triple;
  bool hashIsRight = function.hash == function.computeHash();
  out << formatv("\n  module of {0} bytes, SHA-256 {1}{2}\n",
                 function.module.size(), spellHash(function),
                 hashIsRight ? " (matches)" : " (DOES NOT MATCH)");
  for (const FunctionConstant &constant : function.constants)
    out << formatv("  {0} {1} [[function_constant({2})]]{3}\n",
                   dataTypeName(constant.mtlDataType), constant.name,
                   constant.index, constant.required ? "" : ", optional");
  if (description)
    for (const Argument &argument : description->arguments)
      printArgument(argument, out);
}

/// Attributes of a JSON object, in the order in which they are written here.
class JSONReport {
public:
  explicit JSONReport(raw_ostream &out) : json(out, 2) {}

  Error write(const Library &library, StringRef file);

private:
  void text(StringRef key, StringRef value) {
    json.attribute(key, json::fixUTF8(value));
  }
  void number(StringRef key, std::optional<uint32_t> value) {
    if (value)
      json.attribute(key, int64_t(*value));
    else
      json.attribute(key, nullptr);
  }
  void textOrNull(StringRef key, StringRef value) {
    if (value.empty())
      json.attribute(key, nullptr);
    else
      text(key, value);
  }
  void function(const Function &function,
                const FunctionDescription *description);
  void argument(const Argument &argument);
  void members(const std::vector<StructMember> &members);
  void constant(const FunctionConstant &constant);

  json::OStream json;
};

void JSONReport::members(const std::vector<StructMember> &members) {
  json.attributeArray("members", [&] {
    for (const StructMember &member : members)
      json.object([&] {
        text("name", member.name);
        text("type", member.type);
        number("offset", member.offset);
        number("size", member.size);
        number("array_length", member.arrayLength);
        this->members(member.members);
      });
  });
}

void JSONReport::argument(const Argument &argument) {
  json.object([&] {
    number("index", argument.index);
    text("kind", argument.kind);
    text("name", argument.name);
    text("type", argument.type);
    number("location", argument.location);
    textOrNull("address_space", argument.addressSpace);
    textOrNull("access", argument.access);
    number("size", argument.size);
    number("alignment", argument.alignment);
    number("buffer_size", argument.bufferSize);
    textOrNull("function_constant", argument.functionConstant);
    json.attribute("unused", argument.unused);
    members(argument.members);
  });
}

void JSONReport::constant(const FunctionConstant &constant) {
  json.object([&] {
    text("name", constant.name);
    text("type", dataTypeName(constant.mtlDataType));
    number("index", constant.index);
    json.attribute("required", constant.required);
  });
}

void JSONReport::function(const Function &function,
                          const FunctionDescription *description) {
  json.object([&] {
    text("name", function.name);
    text("type", functionTypeName(function.type));
    text("air", spell(function.air));
    text("msl", spell(function.msl));
    textOrNull("triple", description ? description->triple : "");
    json.attribute("size", int64_t(function.module.size()));
    text("hash", spellHash(function));
    json.attribute("hash_ok", function.hash == function.computeHash());
    json.attributeArray("arguments", [&] {
      if (description)
        for (const Argument &each : description->arguments)
          argument(each);
    });
    json.attributeArray("function_constants", [&] {
      for (const FunctionConstant &each : function.constants)
        constant(each);
    });
  });
}

Error JSONReport::write(const Library &library, StringRef file) {
  Error errors = Error::success();
  json.object([&] {
    text("schema", "enigma-metallib-dump/1");
    text("file", file);
    text("format", formatVersion(library.header));
    text("type", fileTypeName(library.header.fileType));
    text("platform", platformName(library.header.platform));
    text("os", osVersion(library.header));
    json.attributeArray("functions", [&] {
      for (const Function &each : library.functions) {
        Expected<FunctionDescription> description = describe(each);
        function(each, description ? &*description : nullptr);
        if (!description)
          errors = joinErrors(std::move(errors), description.takeError());
      }
    });
  });
  return errors;
}

/// A file name for a function: what file systems or shells read specially is
/// replaced.
std::string fileStem(StringRef name) {
  std::string stem;
  for (char letter : name)
    stem +=
        isAlnum(letter) || StringRef("_-.$").contains(letter) ? letter : '_';
  return stem;
}

} // namespace

Error dumpText(const Library &library, StringRef file, raw_ostream &out) {
  const Header &header = library.header;
  out << formatv("{0}: metallib {1}, {2} for {3} {4}, {5} function{6}\n", file,
                 formatVersion(header), fileTypeName(header.fileType),
                 platformName(header.platform), osVersion(header),
                 library.functions.size(),
                 library.functions.size() == 1 ? "" : "s");
  Error errors = Error::success();
  for (const Function &function : library.functions) {
    Expected<FunctionDescription> description = describe(function);
    printFunction(function, description ? &*description : nullptr, out);
    if (!description)
      errors = joinErrors(std::move(errors), description.takeError());
  }
  return errors;
}

Error dumpJSON(const Library &library, StringRef file, raw_ostream &out) {
  Error errors = JSONReport(out).write(library, file);
  out << "\n";
  return errors;
}

Error dumpDisassembly(const Library &library, raw_ostream &out) {
  for (const Function &function : library.functions) {
    Expected<std::string> text = disassemble(function);
    if (!text)
      return text.takeError();
    out << "; function " << function.name << "\n" << *text << "\n";
  }
  return Error::success();
}

Error extractModules(const Library &library, StringRef folder) {
  if (std::error_code error = sys::fs::create_directories(folder))
    return createFileError(folder, error);
  StringSet<> taken;
  for (auto [index, function] : enumerate(library.functions)) {
    std::string stem = fileStem(function.name);
    if (!taken.insert(stem).second) {
      stem += "." + utostr(index);
      taken.insert(stem);
    }
    SmallString<256> path(folder);
    sys::path::append(path, stem + ".air");
    std::error_code error;
    raw_fd_ostream out(path, error);
    if (!error) {
      out.write(reinterpret_cast<const char *>(function.module.data()),
                function.module.size());
      out.close();
      error = out.error();
      out.clear_error();
    }
    if (error)
      return createFileError(path, error);
  }
  return Error::success();
}

} // namespace enigma::metallib
