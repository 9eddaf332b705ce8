// Metadata: its records, and what AIR says with it (reference
// sections 2.2, 2.4, 2.5 and 2.8).
#include "ModuleFacts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Kinds with fixed ids that LLVM 14 has; what a producer adds comes behind
/// them.
constexpr unsigned fixedKinds = 31;
constexpr const char *addedKinds[] = {"heapallocsite", "air.function_groups"};

/// Of METADATA_STRINGS: the lengths are VBR6 fields at the front of the blob.
void readStrings(ModuleFacts &facts, const BitcodeRecord &record,
                 const std::string &path) {
  uint64_t count = record.operands.size() == 2 ? record.operands[0] : 0;
  uint64_t offset = record.operands.size() == 2 ? record.operands[1] : 0;
  if (record.operands.size() != 2 || offset > record.blob.size())
    return facts.complain(path, "damaged metadata strings");
  uint64_t bit = 0;
  auto nextBits = [&]() -> uint64_t {
    uint64_t value = 0;
    for (unsigned i = 0; i != 6; ++i, ++bit)
      if (bit / 8 < offset)
        value |= uint64_t(uint8_t(record.blob[bit / 8]) >> (bit % 8) & 1) << i;
    return value;
  };
  for (uint64_t i = 0; i != count; ++i) {
    uint64_t length = 0;
    for (unsigned shift = 0; shift < 60; shift += 5) {
      uint64_t part = nextBits();
      length |= (part & 31) << shift;
      if (!(part & 32))
        break;
    }
    if (length > record.blob.size() - offset || bit / 8 > offset)
      return facts.complain(path, "damaged metadata strings");
    MetadataFacts text;
    text.kind = MetadataFacts::String;
    text.text = record.blob.substr(offset, length);
    offset += length;
    facts.metadata.push_back(std::move(text));
  }
}

/// Walks the parts of AIR's metadata.
class MetadataChecker {
public:
  explicit MetadataChecker(ModuleFacts &facts) : facts(facts) {}

  void run();
  std::optional<std::array<int64_t, 3>> version(const char *name,
                                                unsigned first);

private:
  const MetadataFacts *at(std::optional<uint64_t> id) const {
    return id && *id < facts.metadata.size() ? &facts.metadata[*id] : nullptr;
  }
  /// Operand `i` of a node as a string, an integer, or a node; nothing if it is
  /// something else.
  const std::string *text(const MetadataFacts &node, size_t i) const;
  std::optional<int64_t> integer(const MetadataFacts &node, size_t i) const;
  const MetadataFacts *node(const MetadataFacts &parent, size_t i) const;
  const ValueFacts *value(const MetadataFacts &node, size_t i) const;

  void checkFlags();
  void checkOptions();
  void checkVersions();
  void checkKernel(const MetadataFacts &kernel, const std::string &path);
  void checkArgument(const MetadataFacts &argument, size_t index,
                     const std::string &type, const std::string &path);
  void checkBuffer(const MetadataFacts &argument, size_t at,
                   const std::string &type, const std::string &path);

  ModuleFacts &facts;
};

const std::string *MetadataChecker::text(const MetadataFacts &node,
                                         size_t i) const {
  const MetadataFacts *operand =
      i < node.operands.size() ? at(node.operands[i]) : nullptr;
  return operand && operand->kind == MetadataFacts::String ? &operand->text
                                                           : nullptr;
}

const ValueFacts *MetadataChecker::value(const MetadataFacts &node,
                                         size_t i) const {
  const MetadataFacts *operand =
      i < node.operands.size() ? at(node.operands[i]) : nullptr;
  if (!operand || operand->kind != MetadataFacts::Value ||
      operand->value >= facts.values.size())
    return nullptr;
  return &facts.values[operand->value];
}

std::optional<int64_t> MetadataChecker::integer(const MetadataFacts &node,
                                                size_t i) const {
  const ValueFacts *found = value(node, i);
  return found ? found->integer : std::nullopt;
}

const MetadataFacts *MetadataChecker::node(const MetadataFacts &parent,
                                           size_t i) const {
  const MetadataFacts *operand =
      i < parent.operands.size() ? at(parent.operands[i]) : nullptr;
  return operand && operand->kind == MetadataFacts::Node ? operand : nullptr;
}

/// Three integers from operand `first` on of the one node called `name`.
std::optional<std::array<int64_t, 3>> MetadataChecker::version(const char *name,
                                                               unsigned first) {
  auto found = facts.namedMetadata.find(name);
  if (found == facts.namedMetadata.end() || found->second.size() != 1)
    return std::nullopt;
  const MetadataFacts *node = at(found->second[0]);
  std::array<int64_t, 3> numbers;
  for (unsigned i = 0; i != 3; ++i) {
    std::optional<int64_t> number =
        node ? integer(*node, first + i) : std::nullopt;
    if (!number)
      return std::nullopt;
    numbers[i] = *number;
  }
  return numbers;
}

/// Module flags in Apple's order; a debug build has two of its own.
void MetadataChecker::checkFlags() {
  struct Flag {
    StringRef name;
    int64_t behaviour;
    std::optional<int64_t> value;
    bool isNew = false;
  };
  static const Flag flags[] = {
      {"SDK Version", 2, std::nullopt},
      {"wchar_size", 1, 4},
      {"frame-pointer", 7, 2, true},
      {"air.max_device_buffers", 7, 31},
      {"air.max_constant_buffers", 7, 31},
      {"air.max_threadgroup_buffers", 7, 31},
      {"air.max_textures", 7, 128},
      {"air.max_read_write_textures", 7, 8},
      {"air.max_samplers", 7, 16},
  };
  static const Flag debugFlags[] = {
      {"Dwarf Version", 7, 4},
      {"Debug Info Version", 2, 3},
  };
  const std::string path = "!llvm.module.flags";
  SmallVector<const Flag *> expected;
  for (const Flag &flag : flags)
    if (!flag.isNew || !facts.isOld())
      expected.push_back(&flag);
  size_t next = 0;
  for (uint64_t id : facts.namedMetadata["llvm.module.flags"]) {
    const MetadataFacts *flag = at(id);
    const std::string *name = flag ? text(*flag, 1) : nullptr;
    if (!name || flag->operands.size() != 3) {
      facts.complain(path, "a node that is no module flag");
      continue;
    }
    const Flag *ofDebug = find_if(
        debugFlags, [&](const Flag &each) { return each.name == *name; });
    if (ofDebug != std::end(debugFlags)) {
      if (integer(*flag, 0) != ofDebug->behaviour ||
          integer(*flag, 2) != ofDebug->value)
        facts.complain(path, "'" + *name + "' differs from Apple's");
      continue;
    }
    if (next == expected.size() || expected[next]->name != *name) {
      facts.complain(path, "'" + *name + "' where Apple has " +
                               (next == expected.size()
                                    ? Twine("nothing")
                                    : "'" + expected[next]->name + "'"));
      continue;
    }
    const Flag &row = *expected[next++];
    if (integer(*flag, 0) != row.behaviour ||
        (row.value && integer(*flag, 2) != row.value))
      facts.complain(path, "'" + *name + "' differs from Apple's");
  }
  for (; next < expected.size(); ++next)
    facts.complain(path, "'" + expected[next]->name + "' is missing");
}

void MetadataChecker::checkOptions() {
  static const StringRef options[] = {
      "air.compile.denorms_disable",
      "air.compile.denorms_enable",
      "air.compile.fast_math_enable",
      "air.compile.fast_math_disable",
      "air.compile.framebuffer_fetch_enable",
      "air.compile.framebuffer_fetch_disable",
  };
  auto found = facts.namedMetadata.find("air.compile_options");
  if (found == facts.namedMetadata.end())
    return facts.complain("!air.compile_options", "missing");
  for (uint64_t id : found->second) {
    const MetadataFacts *option = at(id);
    const std::string *name = option ? text(*option, 0) : nullptr;
    if (!name || !is_contained(options, *name))
      facts.complain("!air.compile_options", "an unknown option");
  }
}

/// The platform word and OS major version of a triple.
std::pair<StringRef, unsigned> osOf(StringRef triple) {
  StringRef os = triple.split("-apple-").second.split('-').first;
  StringRef name = os.take_until(isDigit);
  unsigned major = 0;
  os.drop_front(name.size()).split('.').first.getAsInteger(10, major);
  return {name, major};
}

/// Triple, !air.version, !air.language_version and VERS say the same.
void MetadataChecker::checkVersions() {
  StringRef triple = facts.triple;
  auto [os, major] = osOf(triple);
  if (!triple.starts_with("air64") || major == 0)
    return facts.complain("MODULE_BLOCK/TRIPLE",
                          "'" + triple + "' is no triple of AIR");
  std::optional<std::array<int64_t, 3>> air = version("air.version", 0);
  if (!air || (*air)[0] != 2)
    return facts.complain("!air.version", "missing, or not AIR 2");
  StringRef suffix = triple.split('-').first;
  unsigned inTriple = 0;
  if (suffix.consume_front("air64_v") && (suffix.getAsInteger(10, inTriple) ||
                                          inTriple != unsigned(20 + (*air)[1])))
    facts.complain("!air.version", "AIR 2." + Twine((*air)[1]) +
                                       ", but the triple is '" + triple + "'");
  // Releases without a row of their own have nothing to compare with.
  for (const Target &target : targetTable)
    if (osOf(target.triple).first == os && target.os.major == major &&
        target.air.minor != (*air)[1])
      facts.complain("!air.version", "AIR 2." + Twine((*air)[1]) + "; " +
                                         target.name + " has AIR 2." +
                                         Twine(target.air.minor));
  std::optional<std::array<int64_t, 3>> language =
      version("air.language_version", 1);
  if (!language)
    return facts.complain("!air.language_version", "missing or malformed");
  if ((*language)[0] >= 4 && (*air)[1] < 8)
    facts.complain("!air.language_version", "Metal 4 needs AIR 2.8");
  if (!facts.stated)
    return;
  const StatedVersions &stated = *facts.stated;
  if (stated.air.major != (*air)[0] || stated.air.minor != (*air)[1])
    facts.complain("!air.version",
                   "AIR " + Twine((*air)[0]) + "." + Twine((*air)[1]) +
                       "; the library's VERS says " + Twine(stated.air.major) +
                       "." + Twine(stated.air.minor));
  if (stated.msl.major != (*language)[0] || stated.msl.minor != (*language)[1])
    facts.complain("!air.language_version",
                   "Metal " + Twine((*language)[0]) + "." +
                       Twine((*language)[1]) + "; the library's VERS says " +
                       Twine(stated.msl.major) + "." + Twine(stated.msl.minor));
}

/// What follows the kind of a buffer argument, key by key.
void MetadataChecker::checkBuffer(const MetadataFacts &argument, size_t at,
                                  const std::string &type,
                                  const std::string &path) {
  auto key = [&](const char *name) {
    const std::string *found = text(argument, at);
    if (!found || *found != name)
      return false;
    ++at;
    return true;
  };
  auto number = [&](const char *what) {
    std::optional<int64_t> found = integer(argument, at);
    if (found)
      ++at;
    else
      facts.complain(path, "no number for " + Twine(what));
    return found;
  };
  auto string = [&](const char *what) {
    if (text(argument, at))
      ++at;
    else
      facts.complain(path, "no string for " + Twine(what));
  };
  if (key("air.buffer_size"))
    (void)number("air.buffer_size");
  if (!key("air.location_index"))
    return facts.complain(path, "no air.location_index");
  (void)number("air.location_index");
  if (number("the number of bindings") != 1)
    facts.complain(path, "a buffer argument of several bindings");
  if (!key("air.read") && !key("air.read_write") && !key("air.write"))
    facts.complain(path, "neither air.read nor air.read_write");
  constexpr unsigned firstAIRWithAddressSpace = 5;
  if (key("air.address_space")) {
    std::optional<int64_t> space = number("air.address_space");
    auto [pointee, inType] = StringRef(type).rsplit('*');
    if (space && (type.find('*') == std::string::npos ||
                  inType != (*space ? utostr(*space) : "")))
      facts.complain(path, "address space " + Twine(*space) +
                               " of a parameter of type " + type);
  } else if (facts.airMinor >= firstAIRWithAddressSpace) {
    facts.complain(path, "no air.address_space");
  }
  if (key("air.struct_type_info")) {
    if (node(argument, at))
      ++at;
    else
      facts.complain(path, "no node for air.struct_type_info");
  }
  if (key("air.arg_type_size")) {
    (void)number("air.arg_type_size");
    if (!key("air.arg_type_align_size"))
      facts.complain(path, "no air.arg_type_align_size");
    else
      (void)number("air.arg_type_align_size");
  }
  if (!key("air.arg_type_name"))
    facts.complain(path, "no air.arg_type_name");
  else
    string("air.arg_type_name");
  if (!key("air.arg_name"))
    facts.complain(path, "no air.arg_name");
  else
    string("air.arg_name");
  (void)key("air.arg_unused");
  if (at != argument.operands.size())
    facts.complain(path, "operand " + Twine(at) + " is not one of Apple's");
}

void MetadataChecker::checkArgument(const MetadataFacts &argument, size_t index,
                                    const std::string &type,
                                    const std::string &path) {
  struct Builtin {
    StringRef name;
    bool isVector; ///< may have 2 or 3 components
  };
  static constexpr Builtin builtins[] = {
      {"thread_position_in_grid", true},
      {"thread_position_in_threadgroup", true},
      {"threadgroup_position_in_grid", true},
      {"threads_per_threadgroup", true},
      {"threads_per_grid", true},
      {"threadgroups_per_grid", true},
      {"dispatch_threads_per_threadgroup", true},
      {"grid_origin", true},
      {"grid_size", true},
      {"thread_index_in_threadgroup", false},
      {"thread_index_in_simdgroup", false},
      {"thread_index_in_quadgroup", false},
      {"simdgroup_index_in_threadgroup", false},
      {"quadgroup_index_in_threadgroup", false},
      {"simdgroups_per_threadgroup", false},
      {"quadgroups_per_threadgroup", false},
      {"threads_per_simdgroup", false},
      {"thread_execution_width", false},
      {"dispatch_simdgroups_per_threadgroup", false},
      {"dispatch_quadgroups_per_threadgroup", false},
  };
  if (integer(argument, 0) != int64_t(index))
    facts.complain(path, "operand 0 is not the parameter's index");
  size_t at = 1;
  if (const std::string *key = text(argument, at);
      key && *key == "air.function_constant")
    at += 2;
  const std::string *kind = text(argument, at);
  if (!kind)
    return facts.complain(path, "no kind of argument");
  if (*kind == "air.buffer")
    return checkBuffer(argument, at + 1, type, path);
  StringRef name = *kind;
  const Builtin *builtin =
      name.consume_front("air.")
          ? find_if(builtins, [&](const Builtin &b) { return b.name == name; })
          : std::end(builtins);
  if (builtin == std::end(builtins))
    return facts.complain(path, "'" + *kind + "' is no kind of argument");
  bool isScalar = type == "i32" || type == "i16";
  bool isVector = type == "<2xi32>" || type == "<3xi32>" || type == "<2xi16>" ||
                  type == "<3xi16>";
  if (!isScalar && !(isVector && builtin->isVector))
    facts.complain(path, "'" + *kind + "' of type " + type);
  static constexpr StringRef keys[] = {"air.arg_type_name", "air.arg_name"};
  for (StringRef key : keys) {
    const std::string *found = text(argument, ++at);
    if (!found || *found != key || !text(argument, ++at))
      return facts.complain(path, "no " + key);
  }
  const std::string *last = text(argument, ++at);
  if (at < argument.operands.size() && (!last || *last != "air.arg_unused" ||
                                        at + 1 != argument.operands.size()))
    facts.complain(path, "operand " + Twine(at) + " is not one of Apple's");
}

void MetadataChecker::checkKernel(const MetadataFacts &kernel,
                                  const std::string &path) {
  const ValueFacts *function = value(kernel, 0);
  const MetadataFacts *outputs = node(kernel, 1);
  const MetadataFacts *arguments = node(kernel, 2);
  if (!function || !function->function || !outputs || !arguments)
    return facts.complain(path, "not a function, its outputs and arguments");
  const FunctionFacts &entry = facts.functions[*function->function];
  if (entry.isDeclaration)
    facts.complain(path, "'" + entry.name + "' is not defined");
  if (!outputs->operands.empty())
    facts.complain(path, "a kernel with outputs");
  const TypeFacts *type = facts.type(entry.type);
  size_t parameters = type && !type->parts.empty() ? type->parts.size() - 1 : 0;
  if (arguments->operands.size() != parameters)
    facts.complain(path, Twine(arguments->operands.size()) +
                             " argument nodes for " + Twine(parameters) +
                             " parameters");
  for (size_t i = 0; i < std::min(arguments->operands.size(), parameters);
       ++i) {
    std::string here = path + "/argument[" + std::to_string(i) + "]";
    if (const MetadataFacts *argument = node(*arguments, i))
      checkArgument(*argument, i, facts.typeText(type->parts[i + 1]), here);
    else
      facts.complain(here, "no node");
  }
  for (size_t i = 3; i < kernel.operands.size(); ++i) {
    const MetadataFacts *extra = node(kernel, i);
    const std::string *name = extra ? text(*extra, 0) : nullptr;
    if (!name || *name != "air.max_work_group_size" ||
        extra->operands.size() != 2 || !integer(*extra, 1))
      facts.complain(path, "operand " + Twine(i) + " is not one of Apple's");
  }
}

void MetadataChecker::run() {
  static const StringRef names[] = {
      "llvm.module.flags",      "llvm.ident",           "air.version",
      "air.language_version",   "air.compile_options",  "air.kernel",
      "air.function_constants", "air.source_file_name", "llvm.dbg.cu",
  };
  for (const auto &[name, nodes] : facts.namedMetadata)
    if (!is_contained(names, name))
      facts.complain("!" + name, "is no node of AIR");
  if (facts.isOld() && facts.namedMetadata.count("llvm.dbg.cu"))
    facts.complain("!llvm.dbg.cu", "debug information before AIR 2.6");
  checkVersions();
  checkFlags();
  checkOptions();
  auto kernels = facts.namedMetadata.find("air.kernel");
  if (kernels == facts.namedMetadata.end())
    return facts.complain("!air.kernel", "missing");
  for (const auto &[i, id] : enumerate(kernels->second)) {
    std::string path = "!air.kernel[" + std::to_string(i) + "]";
    if (const MetadataFacts *kernel = at(id))
      checkKernel(*kernel, path);
    else
      facts.complain(path, "no node");
  }
}

} // namespace

void readMetadata(ModuleFacts &facts, const BitcodeBlock &block,
                  const std::string &path) {
  // A function's metadata counts on from the module's and goes with it; nothing
  // in it is AIR's.
  bool isModule = !StringRef(path).contains("FUNCTION_BLOCK");
  std::string name;
  for (const auto &[i, record] : enumerate(block.records)) {
    std::string here = path + "[" + std::to_string(i) + "]";
    MetadataFacts entry;
    switch (record.code) {
    case bitc::METADATA_STRINGS:
      if (isModule)
        readStrings(facts, record, here);
      continue;
    case bitc::METADATA_VALUE:
      entry.kind = MetadataFacts::Value;
      entry.value = record.operands.size() == 2 ? record.operands[1] : ~0ull;
      break;
    case bitc::METADATA_NODE:
    case bitc::METADATA_DISTINCT_NODE:
      for (uint64_t operand : record.operands)
        entry.operands.push_back(operand ? std::optional(operand - 1)
                                         : std::nullopt);
      break;
    case bitc::METADATA_NAME:
      name.assign(record.operands.begin(), record.operands.end());
      continue;
    case bitc::METADATA_NAMED_NODE:
      facts.namedMetadata[name] = record.operands;
      continue;
    case bitc::METADATA_INDEX_OFFSET:
    case bitc::METADATA_INDEX:
      continue;
    // Of debug builds.
    case bitc::METADATA_LOCATION:
    case bitc::METADATA_SUBRANGE:
    case bitc::METADATA_BASIC_TYPE:
    case bitc::METADATA_FILE:
    case bitc::METADATA_DERIVED_TYPE:
    case bitc::METADATA_COMPOSITE_TYPE:
    case bitc::METADATA_SUBROUTINE_TYPE:
    case bitc::METADATA_COMPILE_UNIT:
    case bitc::METADATA_SUBPROGRAM:
    case bitc::METADATA_LEXICAL_BLOCK:
    case bitc::METADATA_LEXICAL_BLOCK_FILE:
    case bitc::METADATA_NAMESPACE:
    case bitc::METADATA_TEMPLATE_TYPE:
    case bitc::METADATA_TEMPLATE_VALUE:
    case bitc::METADATA_GLOBAL_VAR:
    case bitc::METADATA_LOCAL_VAR:
    case bitc::METADATA_EXPRESSION:
    case bitc::METADATA_IMPORTED_ENTITY:
    case bitc::METADATA_MODULE:
    case bitc::METADATA_GLOBAL_VAR_EXPR:
      break;
    default:
      facts.complain(here, "metadata code " + Twine(record.code) +
                               " is not one of Apple's");
    }
    if (isModule)
      facts.metadata.push_back(std::move(entry));
  }
}

void checkMetadataKinds(ModuleFacts &facts, const BitcodeBlock &block,
                        const std::string &path) {
  for (const BitcodeRecord &record : block.records) {
    if (record.operands.empty() || record.operands[0] < fixedKinds)
      continue;
    std::string name(record.operands.begin() + 1, record.operands.end());
    if (!is_contained(addedKinds, name))
      facts.complain(path, "metadata kind '" + name +
                               "' is newer than readers of this age");
  }
}

void readVersion(ModuleFacts &facts) {
  if (auto air = MetadataChecker(facts).version("air.version", 0))
    facts.airMinor = (*air)[1];
  facts.dialect =
      facts.airMinor >= firstNewAIR ? BitcodeDialect::New : BitcodeDialect::Old;
}

void checkNamedMetadata(ModuleFacts &facts) { MetadataChecker(facts).run(); }

} // namespace enigma::air
