// Declarations against the table of intrinsics (reference section 3).
#include "ModuleFacts.h"
#include "enigma/air/Legalize.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Bitcode/LLVMBitCodes.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Attribute sets of declarations.
enum class Effects {
  Pure,
  Convergent,
  Atomic,
  AtomicLoad,
  AtomicStore,
  ArgumentMemory,
  MatrixLoad,
  MatrixStore,
};

struct Row {
  StringRef shape;
  Effects effects;
  unsigned since;
};

const StringMap<Row> &table() {
  static const StringMap<Row> rows = [] {
    StringMap<Row> rows;
    auto addGroup = [&](StringRef name, Row row) {
      if (name.contains('.') || name.contains("matrix")) {
        rows[name] = row;
        return;
      }
      rows[("simd_" + name).str()] = row;
      rows[("quad_" + name).str()] = row;
    };
#define ENIGMA_INTRINSIC(NAME, OPERANDS, SHAPE, EFFECTS, SINCE, LOWERING)      \
  rows[NAME] = {SHAPE, Effects::EFFECTS, SINCE};
#define ENIGMA_LOADER_INTRINSIC(NAME, OPERANDS, SHAPE, EFFECTS, SINCE)         \
  rows[NAME] = {SHAPE, Effects::EFFECTS, SINCE};
#define ENIGMA_GROUP_INTRINSIC(NAME, OPERANDS, SHAPE, SINCE, OPERATION)        \
  addGroup(NAME, {SHAPE, Effects::Convergent, SINCE});
#define ENIGMA_DEVICE_INTRINSIC(NAME, OPERANDS, LOWERING)
#include "enigma/target/AirIntrinsics.def"
#undef ENIGMA_INTRINSIC
#undef ENIGMA_LOADER_INTRINSIC
#undef ENIGMA_GROUP_INTRINSIC
#undef ENIGMA_DEVICE_INTRINSIC
    return rows;
  }();
  return rows;
}

/// A type suffix such as "v4f32".
struct Suffix {
  unsigned count = 1;
  bool isFloat = false;
  unsigned bits = 0;
  bool isBFloat = false;

  std::string element() const {
    if (!isFloat)
      return "i" + utostr(bits);
    return isBFloat ? "bfloat" : bits == 16 ? "half" : "float";
  }
  std::string shaped(const std::string &scalar) const {
    return count == 1 ? scalar : "<" + utostr(count) + "x" + scalar + ">";
  }
  std::string type() const { return shaped(element()); }
};

std::optional<Suffix> parseSuffix(StringRef text) {
  Suffix suffix;
  if (text.consume_front("v") &&
      (text.consumeInteger(10, suffix.count) || suffix.count < 2))
    return std::nullopt;
  suffix.isBFloat = text == "bf16";
  suffix.isFloat = suffix.isBFloat || text == "f16" || text == "f32";
  if (suffix.isFloat) {
    suffix.bits = text == "f32" ? 32 : 16;
    return suffix;
  }
  if (!text.consume_front("i") || text.getAsInteger(10, suffix.bits) ||
      !is_contained({1u, 8u, 16u, 32u, 64u}, suffix.bits))
    return std::nullopt;
  return suffix;
}

/// A name taken apart against the table.
struct Callee {
  StringRef base;
  bool isFast = false;
  SmallVector<StringRef, 6> parts;
  const Row *row = nullptr;
};

Callee takeApart(StringRef name) {
  Callee callee;
  callee.isFast = name.consume_front("fast_");
  for (StringRef base = name;;) {
    if (auto row = table().find(base); row != table().end()) {
      callee.base = base;
      callee.row = &row->second;
      std::reverse(callee.parts.begin(), callee.parts.end());
      return callee;
    }
    auto [head, tail] = base.rsplit('.');
    if (tail.empty())
      return callee;
    callee.parts.push_back(tail);
    base = head;
  }
}

bool isSign(StringRef part) { return part == "s" || part == "u"; }

bool isVectorOrScalar(const Suffix &suffix) { return suffix.count <= 4; }

/// Does what follows the name fit the pattern? If so, `suffix` is its type.
bool matchSuffix(StringRef pattern, ArrayRef<StringRef> parts,
                 std::optional<Suffix> &suffix) {
  if (pattern == "-")
    return parts.empty();
  bool isSigned = pattern.starts_with("G");
  if (isSigned && (parts.empty() || !isSign(parts[0])))
    return false;
  parts = parts.drop_front(isSigned);
  if (parts.empty())
    return false;
  suffix = parseSuffix(parts[0]);
  if (!suffix)
    return false;
  bool isInteger = !suffix->isFloat && suffix->bits > 1;
  auto [first, second] = pattern.split('.');
  if (first == "M") {
    std::string element = parts[0].substr(parts[0].find_first_of("fb")).str();
    if (suffix->count != 64 || !suffix->isFloat || parts.size() != 2)
      return false;
    return second == "E"
               ? parts[1] == element
               : parts[1] == "p1" + element || parts[1] == "p3" + element;
  }
  if (parts.size() != 1 || !isVectorOrScalar(*suffix))
    return false;
  return StringSwitch<bool>(pattern)
      .Case("F", suffix->isFloat && !suffix->isBFloat)
      .Cases({"I", "G"}, isInteger)
      .Case("GL", isInteger && suffix->bits <= 32)
      .Case("G32", isInteger && suffix->bits == 32 && suffix->count == 1)
      .Case("B", suffix->count > 1 && !suffix->isFloat && suffix->bits == 1)
      .Default(pattern == parts[0]);
}

/// The memory that atomics and matrices of this name are about.
StringRef pointerSuffix(const Callee &callee) {
  if (callee.base.contains(".local.") ||
      (!callee.parts.empty() && callee.parts.back().starts_with("p3")))
    return "*3";
  return "*1";
}

/// One type of a shape, spelled as in the type table.
std::string spellType(StringRef token, const std::optional<Suffix> &suffix,
                      const Callee &callee) {
  if (!suffix)
    return token.str();
  if (token == "T")
    return suffix->type();
  if (token == "T*0")
    return suffix->type() + "*";
  if (token == "E")
    return suffix->element();
  if (token == "N")
    return suffix->shaped("i32");
  if (token == "P")
    return suffix->element() + pointerSuffix(callee).str();
  return token.str();
}

bool guardHolds(StringRef guard, StringRef base, unsigned airMinor) {
  return StringSwitch<bool>(guard)
      .Case("air27", airMinor <= 7)
      .Case("air28", airMinor >= 8)
      .Case("simd", base.starts_with("simd_"))
      .Case("quad", base.starts_with("quad_"))
      .Case("global", base.contains(".global."))
      .Case("local", base.contains(".local."))
      .Default(false);
}

/// The function types that the row allows for this name; none if the name does
/// not fit.
SmallVector<std::string, 2> allowedTypes(const Callee &callee,
                                         unsigned airMinor) {
  SmallVector<std::string, 2> types;
  SmallVector<StringRef, 4> alternatives;
  callee.row->shape.split(alternatives, '|');
  for (StringRef alternative : alternatives) {
    if (alternative.contains(':')) {
      auto [guard, tail] = alternative.split(':');
      if (!guardHolds(guard, callee.base, airMinor))
        continue;
      alternative = tail;
    }
    bool mayBeFast = alternative.consume_front("fast ");
    auto [pattern, signature] = alternative.split(' ');
    std::optional<Suffix> suffix;
    if (!matchSuffix(pattern, callee.parts, suffix))
      continue;
    if (callee.isFast &&
        (!mayBeFast || !suffix || suffix->bits != 32 || !suffix->isFloat))
      continue;
    auto [result, list] = signature.split('(');
    std::string type = spellType(result, suffix, callee) + "(";
    // Vectors have no commas inside.
    SmallVector<StringRef, 8> parameters;
    list.drop_back().split(parameters, ',', -1, /*KeepEmpty=*/false);
    for (auto [i, parameter] : enumerate(parameters))
      type += (i ? "," : "") + spellType(parameter, suffix, callee);
    types.push_back(type + ")");
  }
  return types;
}

/// air.convert.<kind>.<type>.<kind>.<type>[.<rounding>]
std::string convertType(ArrayRef<StringRef> parts) {
  if (parts.size() == 5 &&
      is_contained({"rtz", "rte", "rtn", "rtp"}, parts.back()))
    parts = parts.drop_back();
  if (parts.size() != 4)
    return "";
  std::optional<Suffix> to = parseSuffix(parts[1]);
  std::optional<Suffix> from = parseSuffix(parts[3]);
  auto fits = [](StringRef kind, const std::optional<Suffix> &suffix) {
    return suffix && isVectorOrScalar(*suffix) &&
           (suffix->isFloat ? kind == "f" : isSign(kind));
  };
  if (!fits(parts[0], to) || !fits(parts[2], from) || to->count != from->count)
    return "";
  return to->type() + "(" + from->type() + ")";
}

/// air.pack.<format>.<vector> and its inverse; the bits follow from the format.
std::string packType(ArrayRef<StringRef> parts, bool isPack) {
  if (parts.size() < 2)
    return "";
  std::string format = join(parts.drop_back(), ".");
  std::optional<Suffix> vector = parseSuffix(parts.back());
  struct Format {
    StringRef name;
    unsigned lanes;
    unsigned bits;
  };
  static constexpr Format formats[] = {
      {"unorm4x8", 4, 32},      {"snorm4x8", 4, 32},
      {"unorm2x16", 2, 32},     {"snorm2x16", 2, 32},
      {"unorm4x8.srgb", 4, 32}, {"unorm.rgb10a2", 4, 32},
      {"snorm.rgb10a2", 4, 32}, {"unorm.rgb565", 3, 16},
      {"unorm1x8", 1, 8},       {"snorm1x8", 1, 8},
      {"unorm1x16", 1, 16},     {"snorm1x16", 1, 16},
      {"unorm2x8", 2, 16},      {"snorm2x8", 2, 16},
      {"unorm4x16", 4, 64},     {"snorm4x16", 4, 64},
      {"rg11b10f", 3, 32},      {"rgb9e5", 3, 32},
  };
  const Format *found =
      find_if(formats, [&](const Format &row) { return row.name == format; });
  if (found == std::end(formats) || !vector || !vector->isFloat ||
      vector->isBFloat || vector->count != found->lanes)
    return "";
  std::string integer = "i" + utostr(found->bits);
  return isPack ? integer + "(" + vector->type() + ")"
                : vector->type() + "(" + integer + ")";
}

/// Four types of 64 elements: result, then the operands.
std::string multiplyType(ArrayRef<StringRef> parts) {
  SmallVector<std::string, 4> types;
  for (StringRef part : parts) {
    std::optional<Suffix> suffix = parseSuffix(part);
    if (!suffix || suffix->count != 64 || !suffix->isFloat)
      return "";
    types.push_back(suffix->type());
  }
  if (types.size() != 4)
    return "";
  return types[0] + "(" + types[1] + "," + types[2] + "," + types[3] + ")";
}

SmallVector<std::string, 2> typesOf(const Callee &callee, unsigned airMinor) {
  std::string special;
  StringRef shape = callee.row->shape;
  if (shape == "convert")
    special = convertType(callee.parts);
  else if (shape == "pack" || shape == "unpack")
    special = packType(callee.parts, shape == "pack");
  else if (shape == "multiply")
    special = multiplyType(callee.parts);
  else
    return allowedTypes(callee, airMinor);
  if (special.empty() || callee.isFast)
    return {};
  return {special};
}

/// The function attributes of a declaration (reference section 3).
std::set<unsigned> attributesOf(Effects effects, bool isOld) {
  using namespace bitc;
  std::set<unsigned> kinds = {ATTR_KIND_NO_UNWIND};
  if (!isOld)
    kinds.insert({ATTR_KIND_MUSTPROGRESS, ATTR_KIND_WILLRETURN});
  switch (effects) {
  case Effects::Pure:
    kinds.insert(ATTR_KIND_READ_NONE);
    if (!isOld)
      kinds.insert({ATTR_KIND_NOFREE, ATTR_KIND_NOSYNC});
    return kinds;
  case Effects::Convergent:
    kinds.insert(ATTR_KIND_CONVERGENT);
    return kinds;
  case Effects::Atomic:
  case Effects::AtomicLoad:
  case Effects::AtomicStore:
    if (isOld) {
      kinds.insert(ATTR_KIND_ARGMEMONLY);
      if (effects == Effects::AtomicLoad)
        kinds.insert(ATTR_KIND_READ_ONLY);
      if (effects == Effects::AtomicStore)
        kinds.insert(ATTR_KIND_WRITEONLY);
    }
    return kinds;
  case Effects::ArgumentMemory:
    kinds.insert(ATTR_KIND_ARGMEMONLY);
    return kinds;
  case Effects::MatrixLoad:
    kinds.insert({ATTR_KIND_CONVERGENT, ATTR_KIND_READ_ONLY});
    if (!isOld)
      kinds.insert(ATTR_KIND_NOFREE);
    return kinds;
  case Effects::MatrixStore:
    kinds.insert({ATTR_KIND_CONVERGENT, ATTR_KIND_WRITEONLY});
    return kinds;
  }
  llvm_unreachable("every set of effects has its attributes");
}

std::string spellKinds(const std::set<unsigned> &kinds) {
  static const std::pair<unsigned, const char *> names[] = {
      {bitc::ATTR_KIND_ARGMEMONLY, "argmemonly"},
      {bitc::ATTR_KIND_CONVERGENT, "convergent"},
      {bitc::ATTR_KIND_MUSTPROGRESS, "mustprogress"},
      {bitc::ATTR_KIND_NOFREE, "nofree"},
      {bitc::ATTR_KIND_NOSYNC, "nosync"},
      {bitc::ATTR_KIND_NO_UNWIND, "nounwind"},
      {bitc::ATTR_KIND_READ_NONE, "readnone"},
      {bitc::ATTR_KIND_READ_ONLY, "readonly"},
      {bitc::ATTR_KIND_WILLRETURN, "willreturn"},
      {bitc::ATTR_KIND_WRITEONLY, "writeonly"},
  };
  std::string text;
  std::set<unsigned> left = kinds;
  for (auto [kind, name] : names)
    if (left.erase(kind))
      text += (text.empty() ? "" : " ") + std::string(name);
  for (unsigned kind : left)
    text += (text.empty() ? "" : " ") + utostr(kind);
  return text.empty() ? "nothing" : text;
}

void checkAIR(ModuleFacts &facts, const FunctionFacts &function) {
  StringRef name = function.name;
  Callee callee = takeApart(name.drop_front(StringRef("air.").size()));
  if (!callee.row)
    return facts.complain(function.path,
                          "'" + name + "' is no intrinsic of AIR");
  if (facts.airMinor < callee.row->since)
    facts.complain(function.path, "'" + name + "' came with AIR 2." +
                                      Twine(callee.row->since));
  SmallVector<std::string, 2> types = typesOf(callee, facts.airMinor);
  std::string type = facts.typeText(function.type);
  if (types.empty())
    facts.complain(function.path,
                   "'" + name + "' does not exist for this type");
  else if (!is_contained(types, type))
    facts.complain(function.path, "'" + name + "' is " + type + "; AIR has " +
                                      join(types, " or "));
  std::set<unsigned> found = facts.kindsAt(function.attributes, functionIndex);
  std::set<unsigned> expected =
      attributesOf(callee.row->effects, facts.isOld());
  if (found != expected)
    facts.complain(function.path, "'" + name + "' is declared " +
                                      spellKinds(found) + "; AIR's is " +
                                      spellKinds(expected));
  const TypeFacts *functionType = facts.type(function.type);
  for (size_t i = 1; functionType && i < functionType->parts.size(); ++i) {
    bool isPointer =
        StringRef(facts.typeText(functionType->parts[i])).contains('*');
    if (isPointer && !facts.kindsAt(function.attributes, i)
                          .count(bitc::ATTR_KIND_NO_CAPTURE))
      facts.complain(function.path,
                     "'" + name + "' captures parameter " + Twine(i - 1));
  }
}

} // namespace

void checkDeclaration(ModuleFacts &facts, const FunctionFacts &function) {
  StringRef name = function.name;
  if (name.starts_with("air."))
    return checkAIR(facts, function);
  if (!name.starts_with("llvm."))
    return facts.complain(function.path, "'" + name + "' is not defined");
  if (!isAcceptedIntrinsicName(name, facts.dialect))
    facts.complain(function.path, "'" + name +
                                      "' is not among LLVM's intrinsics that "
                                      "systems accept");
  // Typed names have the pointee behind each address space: p1i8, not p1.
  SmallVector<StringRef, 6> parts;
  name.split(parts, '.');
  for (StringRef part : parts)
    if (part.size() > 1 && part.front() == 'p' &&
        all_of(part.drop_front(), isDigit))
      facts.complain(function.path,
                     "'" + name + "' is named for opaque pointers");
}

} // namespace enigma::air
