// The attribute lists of a module in LLVM 14's kinds (reference sections 2.6,
// 3, 4.3, 4.4).
#include "AttributeTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/LLVMBitCodes.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/Support/ModRef.h"
#include <optional>

using namespace llvm;

namespace enigma::air {

namespace {

/// The last kind readers of the old dialect know.
constexpr unsigned lastOldKind = bitc::ATTR_KIND_WRITEONLY;

struct EnumAttribute {
  Attribute::AttrKind kind;
  unsigned code;
};

/// Attributes of LLVM 22 that LLVM 14 spells the same way.
constexpr EnumAttribute enumAttributes[] = {
    {Attribute::AlwaysInline, bitc::ATTR_KIND_ALWAYS_INLINE},
    {Attribute::InlineHint, bitc::ATTR_KIND_INLINE_HINT},
    {Attribute::NoAlias, bitc::ATTR_KIND_NO_ALIAS},
    {Attribute::NoBuiltin, bitc::ATTR_KIND_NO_BUILTIN},
    {Attribute::NoInline, bitc::ATTR_KIND_NO_INLINE},
    {Attribute::NoUnwind, bitc::ATTR_KIND_NO_UNWIND},
    {Attribute::ReadNone, bitc::ATTR_KIND_READ_NONE},
    {Attribute::ReadOnly, bitc::ATTR_KIND_READ_ONLY},
    {Attribute::Returned, bitc::ATTR_KIND_RETURNED},
    {Attribute::SExt, bitc::ATTR_KIND_S_EXT},
    {Attribute::ZExt, bitc::ATTR_KIND_Z_EXT},
    {Attribute::NonNull, bitc::ATTR_KIND_NON_NULL},
    {Attribute::Convergent, bitc::ATTR_KIND_CONVERGENT},
    {Attribute::NoRecurse, bitc::ATTR_KIND_NO_RECURSE},
    {Attribute::WriteOnly, bitc::ATTR_KIND_WRITEONLY},
    {Attribute::Speculatable, bitc::ATTR_KIND_SPECULATABLE},
    {Attribute::ImmArg, bitc::ATTR_KIND_IMMARG},
    {Attribute::WillReturn, bitc::ATTR_KIND_WILLRETURN},
    {Attribute::NoFree, bitc::ATTR_KIND_NOFREE},
    {Attribute::NoSync, bitc::ATTR_KIND_NOSYNC},
    {Attribute::NoUndef, bitc::ATTR_KIND_NOUNDEF},
    {Attribute::MustProgress, bitc::ATTR_KIND_MUSTPROGRESS},
    {Attribute::NoCallback, bitc::ATTR_KIND_NO_CALLBACK},
};

constexpr EnumAttribute integerAttributes[] = {
    {Attribute::Alignment, bitc::ATTR_KIND_ALIGNMENT},
    {Attribute::Dereferenceable, bitc::ATTR_KIND_DEREFERENCEABLE},
    {Attribute::DereferenceableOrNull, bitc::ATTR_KIND_DEREFERENCEABLE_OR_NULL},
};

/// The order of enum attributes within a group: that of LLVM 14's enumeration.
/// Those with an integer follow, then strings.
constexpr unsigned enumOrder[] = {
    bitc::ATTR_KIND_ALWAYS_INLINE,
    bitc::ATTR_KIND_ARGMEMONLY,
    bitc::ATTR_KIND_CONVERGENT,
    bitc::ATTR_KIND_IMMARG,
    bitc::ATTR_KIND_INACCESSIBLEMEM_ONLY,
    bitc::ATTR_KIND_INACCESSIBLEMEM_OR_ARGMEMONLY,
    bitc::ATTR_KIND_INLINE_HINT,
    bitc::ATTR_KIND_MUSTPROGRESS,
    bitc::ATTR_KIND_NO_ALIAS,
    bitc::ATTR_KIND_NO_BUILTIN,
    bitc::ATTR_KIND_NO_CALLBACK,
    bitc::ATTR_KIND_NO_CAPTURE,
    bitc::ATTR_KIND_NOFREE,
    bitc::ATTR_KIND_NO_INLINE,
    bitc::ATTR_KIND_NO_RECURSE,
    bitc::ATTR_KIND_NOSYNC,
    bitc::ATTR_KIND_NOUNDEF,
    bitc::ATTR_KIND_NO_UNWIND,
    bitc::ATTR_KIND_NON_NULL,
    bitc::ATTR_KIND_READ_NONE,
    bitc::ATTR_KIND_READ_ONLY,
    bitc::ATTR_KIND_RETURNED,
    bitc::ATTR_KIND_S_EXT,
    bitc::ATTR_KIND_SPECULATABLE,
    bitc::ATTR_KIND_WILLRETURN,
    bitc::ATTR_KIND_WRITEONLY,
    bitc::ATTR_KIND_Z_EXT,
};

/// The string attributes Apple's compiler writes (reference section 2.6).
constexpr StringRef stringAttributes[] = {
    "air-buffer-no-alias",
    "approx-func-fp-math",
    "frame-pointer",
    "max-work-group-size",
    "min-legal-vector-width",
    "no-builtins",
    "no-infs-fp-math",
    "no-nans-fp-math",
    "no-signed-zeros-fp-math",
    "no-trapping-math",
    "stack-protector-buffer-size",
    "unsafe-fp-math",
};

std::optional<unsigned> codeOf(ArrayRef<EnumAttribute> table,
                               Attribute::AttrKind kind) {
  for (const EnumAttribute &row : table)
    if (row.kind == kind)
      return row.code;
  return std::nullopt;
}

/// `memory(...)` as the attributes of LLVM 14; effects it cannot say are left
/// open.
SmallVector<unsigned, 2> memoryCodes(MemoryEffects effects) {
  SmallVector<unsigned, 2> codes;
  if (effects.doesNotAccessMemory())
    return {bitc::ATTR_KIND_READ_NONE};
  if (effects.onlyReadsMemory())
    codes.push_back(bitc::ATTR_KIND_READ_ONLY);
  else if (effects.onlyWritesMemory())
    codes.push_back(bitc::ATTR_KIND_WRITEONLY);
  if (effects.onlyAccessesArgPointees())
    codes.push_back(bitc::ATTR_KIND_ARGMEMONLY);
  else if (effects.onlyAccessesInaccessibleMem())
    codes.push_back(bitc::ATTR_KIND_INACCESSIBLEMEM_ONLY);
  else if (effects.onlyAccessesInaccessibleOrArgMem())
    codes.push_back(bitc::ATTR_KIND_INACCESSIBLEMEM_OR_ARGMEMONLY);
  return codes;
}

void appendCString(AttributeTable::Record &record, StringRef text) {
  record.insert(record.end(), text.bytes_begin(), text.bytes_end());
  record.push_back(0);
}

/// The attributes of one group, apart by how they are written.
struct GroupContents {
  SmallVector<unsigned> enums;
  SmallVector<std::pair<unsigned, uint64_t>> integers;
  SmallVector<std::pair<StringRef, StringRef>> strings;
};

/// Adds what the dialect has of `attribute`.
void addAttribute(GroupContents &contents, Attribute attribute,
                  BitcodeDialect dialect) {
  auto addEnum = [&](unsigned code) {
    if (dialect == BitcodeDialect::New || code <= lastOldKind)
      contents.enums.push_back(code);
  };
  if (attribute.isStringAttribute()) {
    StringRef key = attribute.getKindAsString();
    StringRef value = attribute.getValueAsString();
    if (dialect == BitcodeDialect::Old && key == "frame-pointer") {
      // What came before "frame-pointer"="all".
      contents.strings.push_back({"no-frame-pointer-elim", "true"});
      contents.strings.push_back({"no-frame-pointer-elim-non-leaf", "true"});
    } else if (is_contained(stringAttributes, key)) {
      contents.strings.push_back({key, value});
    }
    return;
  }
  if (attribute.isTypeAttribute() || attribute.isConstantRangeAttribute() ||
      attribute.isConstantRangeListAttribute())
    return;
  Attribute::AttrKind kind = attribute.getKindAsEnum();
  if (kind == Attribute::Memory) {
    for_each(memoryCodes(attribute.getMemoryEffects()), addEnum);
  } else if (kind == Attribute::Captures) {
    if (capturesNothing(attribute.getCaptureInfo()))
      addEnum(bitc::ATTR_KIND_NO_CAPTURE);
  } else if (std::optional<unsigned> code = codeOf(integerAttributes, kind)) {
    contents.integers.push_back({*code, attribute.getValueAsInt()});
  } else if (std::optional<unsigned> code = codeOf(enumAttributes, kind)) {
    addEnum(*code);
  }
}

/// Appends the attributes in the forms of PARAMATTR_GRP_CODE_ENTRY.
void appendContents(AttributeTable::Record &record, GroupContents contents) {
  sort(contents.enums, [](unsigned a, unsigned b) {
    return find(enumOrder, a) < find(enumOrder, b);
  });
  for (unsigned code : contents.enums)
    record.insert(record.end(), {0, code});
  for (auto [code, value] : contents.integers)
    record.insert(record.end(), {1, code, value});
  sort(contents.strings);
  for (auto [key, value] : contents.strings) {
    record.push_back(value.empty() ? 3 : 4);
    appendCString(record, key);
    if (!value.empty())
      appendCString(record, value);
  }
}

} // namespace

AttributeTable::AttributeTable(const Module &module, const Target &target)
    : dialect(target.dialect) {
  for (const Function &function : module)
    add(function.getAttributes());
  for (const Function &function : module)
    for (const Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<CallBase>(&instruction))
        add(call->getAttributes());
}

unsigned AttributeTable::idOf(AttributeList attributes) const {
  return ids.lookup(attributes.getRawPointer());
}

void AttributeTable::addGroup(unsigned index, AttributeSet set, Record &list) {
  Record record{index};
  GroupContents contents;
  for (Attribute attribute : set)
    addAttribute(contents, attribute, dialect);
  appendContents(record, std::move(contents));
  if (record.size() == 1)
    return;
  auto [group, isNew] = groupIds.try_emplace(record, groupRecords.size() + 1);
  if (isNew) {
    record.insert(record.begin(), group->second);
    groupRecords.push_back(std::move(record));
  }
  list.push_back(group->second);
}

void AttributeTable::add(AttributeList attributes) {
  if (attributes.isEmpty() || ids.contains(attributes.getRawPointer()))
    return;
  Record list;
  for (unsigned index : attributes.indexes())
    addGroup(index, attributes.getAttributes(index), list);
  unsigned id = 0;
  if (!list.empty()) {
    auto [found, isNew] = listIds.try_emplace(list, listRecords.size() + 1);
    if (isNew)
      listRecords.push_back(list);
    id = found->second;
  }
  ids[attributes.getRawPointer()] = id;
}

} // namespace enigma::air
