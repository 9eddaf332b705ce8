// The report of metallib-dump for programs.
#include "Facts.h"
#include "Tags.h"
#include "enigma/metallib/Dump.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Attributes of a JSON object, in the order in which they are written here.
class JSONReport {
public:
  explicit JSONReport(raw_ostream &out) : json(out, 2) {}

  void write(const Library &library, StringRef file,
             ArrayRef<DescribedFunction> functions);

private:
  void text(StringRef key, StringRef value) {
    json.attribute(key, json::fixUTF8(value));
  }
  void number(StringRef key, std::optional<uint64_t> value) {
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
  void texts(StringRef key, ArrayRef<std::string> values) {
    json.attributeArray(key, [&] {
      for (const std::string &each : values)
        json.value(json::fixUTF8(each));
    });
  }
  void library(const Library &library);
  void function(const DescribedFunction &described);
  void lineTable(const std::optional<LineTable> &table);
  void code(const DescribedFunction &described);
  void arguments(StringRef key, ArrayRef<Argument> list);
  void members(ArrayRef<StructMember> members);
  void constant(const FunctionConstant &constant);

  json::OStream json;
};

void JSONReport::members(ArrayRef<StructMember> members) {
  json.attributeArray("members", [&] {
    for (const StructMember &member : members)
      json.object([&] {
        text("name", member.name);
        text("type", member.type);
        number("offset", member.offset);
        number("size", member.size);
        number("array_length", member.arrayLength);
        textOrNull("kind", member.kind);
        number("id", member.id);
        this->members(member.members);
      });
  });
}

void JSONReport::arguments(StringRef key, ArrayRef<Argument> list) {
  json.attributeArray(key, [&] {
    for (const Argument &argument : list)
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
        texts("qualifiers", argument.qualifiers);
        members(argument.members);
      });
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

/// What the module says beyond the interface; nulls where it is not readable.
void JSONReport::code(const DescribedFunction &described) {
  const FunctionDescription empty;
  bool known = described.description.has_value();
  const FunctionDescription &description =
      known ? *described.description : empty;
  arguments("outputs", description.outputs);
  number("instructions",
         known ? std::optional(description.instructions) : std::nullopt);
  number("threadgroup_memory",
         known ? std::optional(description.threadgroupMemory) : std::nullopt);
  number("max_threads_per_threadgroup", description.maxThreads);
  json.attributeObject("calls", [&] {
    for (const auto &[name, count] : description.calls)
      number(json::fixUTF8(name), count);
  });
  textOrNull("compiler", description.compiler);
  textOrNull("sdk", description.sdk);
  texts("options", description.options);
  textOrNull("problem", described.problem);
}

void JSONReport::lineTable(const std::optional<LineTable> &table) {
  if (!table)
    return json.attribute("line_table", nullptr);
  json.attributeObject("line_table", [&] {
    texts("files", table->files);
    number("lines", table->lines);
    texts("variables", table->variables);
  });
}

void JSONReport::function(const DescribedFunction &described) {
  const Function &function = *described.function;
  const auto &description = described.description;
  json.object([&] {
    text("name", function.name);
    text("type", functionTypeName(function.type));
    text("air", spell(function.air));
    text("msl", spell(function.msl));
    textOrNull("triple", description ? description->triple : "");
    number("size", function.module.size());
    text("hash", spellHash(function));
    json.attribute("hash_ok", described.hashMatches);
    arguments("arguments", description ? ArrayRef(description->arguments)
                                       : ArrayRef<Argument>());
    json.attributeArray("function_constants", [&] {
      for (const FunctionConstant &each : function.constants)
        constant(each);
    });
    code(described);
    auto location = function.debugLocation();
    textOrNull("source_file", location ? location->file : "");
    number("source_line",
           location ? std::optional<uint64_t>(location->line) : std::nullopt);
    lineTable(description ? description->lineTable : std::nullopt);
    textOrNull("object_file", function.objectFile().value_or(""));
  });
}

void JSONReport::library(const Library &library) {
  text("style", styleName(library.style));
  auto uuid = library.uuid();
  textOrNull("uuid", uuid ? spellUUID(*uuid) : "");
  textOrNull("install_name", library.installName());
  json.attributeArray("sections", [&] {
    for (const Section &each : library.sections)
      json.value(each.letters ? json::fixUTF8(spell(each.letters)) : "");
  });
  texts("irregularities", library.irregularities);
}

void JSONReport::write(const Library &library, StringRef file,
                       ArrayRef<DescribedFunction> functions) {
  json.object([&] {
    text("schema", "enigma-metallib-dump/1");
    text("file", file);
    text("format", formatVersion(library.header));
    text("type", fileTypeName(library.header.fileType));
    text("platform", platformName(library.header.platform));
    text("os", osVersion(library.header));
    json.attributeArray("functions", [&] {
      for (const DescribedFunction &each : functions)
        function(each);
    });
    this->library(library);
  });
}

} // namespace

Error dumpJSON(const Library &library, StringRef file, raw_ostream &out) {
  std::vector<DescribedFunction> functions = describeAll(library);
  JSONReport(out).write(library, file, functions);
  out << "\n";
  Error errors = Error::success();
  for (const DescribedFunction &each : functions)
    if (!each.description)
      errors = joinErrors(std::move(errors), createStringError(each.problem));
  return errors;
}

} // namespace enigma::metallib
