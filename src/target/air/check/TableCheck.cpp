// Types, attributes, globals and functions of a module (reference section 4.4).
#include "ModuleFacts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// The last attribute kind that readers of each dialect know.
constexpr unsigned lastOldKind = bitc::ATTR_KIND_WRITEONLY;
constexpr unsigned lastNewKind = bitc::ATTR_KIND_NO_CALLBACK;

/// Thread, device, constant and threadgroup memory (reference section 2.3).
constexpr uint64_t lastAddressSpace = 3;

constexpr size_t maxTypeText = 1 << 14;

std::string addressSpaceSuffix(uint64_t space) {
  return space == 0 ? "*" : "*" + utostr(space);
}

/// Reads one TYPE record; false if it is malformed or unknown.
bool readType(ModuleFacts &facts, const BitcodeRecord &record,
              const std::string &structName, const std::string &path,
              TypeFacts &type) {
  const std::vector<uint64_t> &operands = record.operands;
  type.code = record.code;
  auto has = [&](size_t count) {
    if (operands.size() >= count)
      return true;
    facts.complain(path,
                   "a type record of " + Twine(operands.size()) + " operands");
    return false;
  };
  auto part = [&](size_t i) {
    type.parts.push_back(operands[i]);
    return facts.typeText(operands[i]);
  };
  auto list = [&](size_t first) {
    std::string text;
    for (size_t i = first; i < operands.size(); ++i)
      text += (i == first ? "" : ",") + part(i);
    return text;
  };
  switch (record.code) {
  case bitc::TYPE_CODE_VOID:
    type.text = "void";
    return true;
  case bitc::TYPE_CODE_FLOAT:
    type.text = "float";
    return true;
  case bitc::TYPE_CODE_HALF:
    type.text = "half";
    return true;
  case bitc::TYPE_CODE_LABEL:
    type.text = "label";
    return true;
  case bitc::TYPE_CODE_METADATA:
    type.text = "metadata";
    return true;
  case bitc::TYPE_CODE_BFLOAT:
    type.text = "bfloat";
    if (facts.isOld())
      facts.complain(path, "bfloat does not exist before AIR 2.6");
    return true;
  case bitc::TYPE_CODE_OPAQUE:
    type.text = "%" + structName;
    return true;
  case bitc::TYPE_CODE_INTEGER:
    if (!has(1))
      return false;
    type.number = operands[0];
    type.text = "i" + utostr(operands[0]);
    if (!is_contained({1, 8, 16, 32, 64}, operands[0]))
      facts.complain(path, "integer type " + type.text);
    return true;
  case bitc::TYPE_CODE_POINTER: {
    if (!has(2))
      return false;
    type.number = operands[1];
    type.text = part(0) + addressSpaceSuffix(operands[1]);
    if (operands[1] > lastAddressSpace)
      facts.complain(path, "address space " + Twine(operands[1]));
    const TypeFacts *pointee = facts.type(operands[0]);
    if (pointee && pointee->text == "i1")
      facts.complain(path, "a pointer to i1");
    if (pointee && pointee->text == "{}")
      facts.complain(path, "a pointer to an empty struct");
    return true;
  }
  case bitc::TYPE_CODE_ARRAY:
    if (!has(2))
      return false;
    type.number = operands[0];
    type.text = "[" + utostr(operands[0]) + "x" + part(1) + "]";
    return true;
  case bitc::TYPE_CODE_VECTOR:
    if (!has(2))
      return false;
    type.number = operands[0];
    type.text = "<" + utostr(operands[0]) + "x" + part(1) + ">";
    if (operands.size() > 2)
      facts.complain(path, "a scalable vector");
    return true;
  case bitc::TYPE_CODE_STRUCT_ANON:
    if (!has(1))
      return false;
    type.text = "{" + list(1) + "}";
    return true;
  case bitc::TYPE_CODE_STRUCT_NAMED:
    if (!has(1))
      return false;
    (void)list(1);
    type.text = "%" + structName;
    return true;
  case bitc::TYPE_CODE_FUNCTION: {
    if (!has(2))
      return false;
    if (operands[0])
      facts.complain(path, "a function of variable arguments");
    std::string result = part(1);
    type.text = result + "(" + list(2) + ")";
    return true;
  }
  case bitc::TYPE_CODE_OPAQUE_POINTER:
    facts.complain(path, "an opaque pointer");
    type.text = "ptr" + addressSpaceSuffix(operands.empty() ? 0 : operands[0]);
    return true;
  default:
    facts.complain(path, "type code " + Twine(record.code) +
                             " is not one of Apple's");
    return false;
  }
}

/// The rest of a string that ends in 0; moves `i` behind it.
std::string cString(ArrayRef<uint64_t> operands, size_t &i) {
  std::string text;
  while (i < operands.size() && operands[i])
    text += char(operands[i++]);
  ++i;
  return text;
}

bool isKnownLinkage(uint64_t linkage) {
  // external, appending, internal, private, weak, linkonce and their ODR forms
  return is_contained({0, 2, 3, 9, 16, 17, 18, 19}, linkage);
}

std::string nameIn(ModuleFacts &facts, const BitcodeRecord &record,
                   const std::string &path) {
  uint64_t offset = record.operands[0], size = record.operands[1];
  if (offset > facts.strings.size() || size > facts.strings.size() - offset) {
    facts.complain(path, "a name outside the string table");
    return "";
  }
  return facts.strings.substr(offset, size);
}

} // namespace

std::set<unsigned> ModuleFacts::kindsAt(uint64_t attributes,
                                        uint32_t index) const {
  std::set<unsigned> kinds;
  if (attributes == 0 || attributes > lists.size())
    return kinds;
  for (uint64_t id : lists[attributes - 1]) {
    auto group = groups.find(id);
    if (group != groups.end() && group->second.index == index)
      kinds.insert(group->second.kinds.begin(), group->second.kinds.end());
  }
  return kinds;
}

void checkTypes(ModuleFacts &facts, const BitcodeBlock &block,
                const std::string &path) {
  std::string structName;
  for (const auto &[i, record] : enumerate(block.records)) {
    std::string here = path + "[" + std::to_string(i) + "]";
    if (record.code == bitc::TYPE_CODE_NUMENTRY)
      continue;
    if (record.code == bitc::TYPE_CODE_STRUCT_NAME) {
      structName.assign(record.operands.begin(), record.operands.end());
      continue;
    }
    TypeFacts type;
    (void)readType(facts, record, structName, here, type);
    // Literal structs of literal structs grow without bound.
    if (type.text.size() > maxTypeText) {
      facts.complain(here, "a type too large to describe");
      type.text = "?";
    }
    for (unsigned part : type.parts)
      if (part >= facts.types.size() &&
          record.code != bitc::TYPE_CODE_STRUCT_NAMED)
        facts.complain(here, "a reference to a type that comes later");
    facts.types.push_back(std::move(type));
  }
}

void checkAttributes(ModuleFacts &facts, const BitcodeBlock &block,
                     const std::string &path) {
  unsigned last = facts.isOld() ? lastOldKind : lastNewKind;
  for (const auto &[number, record] : enumerate(block.records)) {
    std::string here = path + "/ENTRY[" + std::to_string(number) + "]";
    ArrayRef<uint64_t> operands = record.operands;
    if (block.id == bitc::PARAMATTR_BLOCK_ID) {
      facts.lists.push_back(record.operands);
      continue;
    }
    if (record.code != bitc::PARAMATTR_GRP_CODE_ENTRY || operands.size() < 2) {
      facts.complain(here, "not an attribute group");
      continue;
    }
    AttributeGroup &group = facts.groups[operands[0]];
    group.index = operands[1];
    for (size_t i = 2; i < operands.size();) {
      uint64_t form = operands[i++];
      if (form == 3 || form == 4) {
        (void)cString(operands, i);
        if (form == 4)
          (void)cString(operands, i);
        continue;
      }
      if (form > 1 || i >= operands.size()) {
        facts.complain(here, "an attribute of form " + Twine(form) +
                                 ", which readers of this age do not know");
        break;
      }
      uint64_t kind = operands[i++];
      if (form == 1)
        ++i; // its value
      if (kind > last)
        facts.complain(here, "attribute kind " + Twine(kind) + "; AIR 2." +
                                 Twine(facts.airMinor) + " knows up to " +
                                 Twine(last));
      group.kinds.insert(kind);
    }
  }
}

void checkGlobal(ModuleFacts &facts, const BitcodeRecord &record,
                 const std::string &path) {
  const std::vector<uint64_t> &operands = record.operands;
  size_t full = facts.isOld() ? 16 : 18;
  constexpr size_t simple = 8;
  ValueFacts value;
  if (operands.size() != simple && operands.size() != full)
    facts.complain(path, "GLOBALVAR of " + Twine(operands.size()) +
                             " operands; AIR 2." + Twine(facts.airMinor) +
                             " has " + Twine(simple) + " or " + Twine(full));
  if (operands.size() < simple) {
    facts.values.push_back(value);
    return;
  }
  std::string name = nameIn(facts, record, path);
  uint64_t space = operands[3] >> 2;
  value.type = facts.typeText(operands[2]) + addressSpaceSuffix(space);
  if (!(operands[3] & 2))
    facts.complain(path, "'" + name + "' without an explicit type");
  if (space == 0 && !StringRef(name).starts_with("llvm."))
    facts.complain(path, "'" + name + "' is data in address space 0");
  if (!isKnownLinkage(operands[5]))
    facts.complain(path, "'" + name + "' has linkage " + Twine(operands[5]));
  facts.values.push_back(std::move(value));
}

void checkFunctionRecord(ModuleFacts &facts, const BitcodeRecord &record,
                         const std::string &path) {
  const std::vector<uint64_t> &operands = record.operands;
  size_t full = facts.isOld() ? 18 : 21;
  ValueFacts value;
  value.function = facts.functions.size();
  FunctionFacts function;
  function.path = path;
  if (operands.size() != full)
    facts.complain(path, "FUNCTION of " + Twine(operands.size()) +
                             " operands; AIR 2." + Twine(facts.airMinor) +
                             " has " + Twine(full));
  if (operands.size() > 6) {
    function.name = nameIn(facts, record, path);
    function.type = operands[2];
    function.isDeclaration = operands[4];
    function.attributes = operands[6];
    value.type = facts.typeText(operands[2]) + "*";
    if (!facts.type(operands[2]) ||
        facts.type(operands[2])->code != bitc::TYPE_CODE_FUNCTION)
      facts.complain(path, "'" + function.name + "' is no function type");
    // 8 is fastcc, which Apple's compiler gives internal functions.
    if (operands[3] != 0 && operands[3] != 8)
      facts.complain(path, "'" + function.name + "' has calling convention " +
                               Twine(operands[3]));
    if (!isKnownLinkage(operands[5]))
      facts.complain(path, "'" + function.name + "' has linkage " +
                               Twine(operands[5]));
    if (operands[6] > facts.lists.size())
      facts.complain(path, "'" + function.name +
                               "' refers to an attribute list that is not "
                               "there");
  }
  facts.values.push_back(std::move(value));
  facts.functions.push_back(std::move(function));
}

} // namespace enigma::air
