// Looks intrinsics up by the longest prefix of their name that the table has.
#include "Intrinsics.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

using namespace enigma;
using namespace enigma::simulator;
using llvm::StringRef;

static llvm::StringMap<IntrinsicRow> makeTable() {
  llvm::StringMap<IntrinsicRow> table;
  auto add = [&](std::string name, unsigned operands, Lowering lowering,
                 std::optional<GroupIntrinsic> group) {
    IntrinsicRow row;
    row.operands = operands;
    row.lowering = lowering;
    row.group = group;
    table[name] = row;
  };
  auto addGroup = [&](StringRef name, unsigned operands,
                      GroupOperation operation) {
    if (name.contains('.') || name.contains("simdgroup"))
      return add(name.str(), operands, nullptr,
                 GroupIntrinsic{operation, simdgroupWidth});
    add(("simd_" + name).str(), operands, nullptr,
        GroupIntrinsic{operation, simdgroupWidth});
    add(("quad_" + name).str(), operands, nullptr,
        GroupIntrinsic{operation, 4});
  };
#define ENIGMA_INTRINSIC(NAME, OPERANDS, SHAPE, EFFECTS, SINCE, LOWERING)      \
  add(NAME, OPERANDS, LOWERING, std::nullopt);
#define ENIGMA_GROUP_INTRINSIC(NAME, OPERANDS, SHAPE, SINCE, OPERATION)        \
  addGroup(NAME, OPERANDS, GroupOperation::OPERATION);
#define ENIGMA_DEVICE_INTRINSIC(NAME, OPERANDS, LOWERING)                      \
  add(NAME, OPERANDS, LOWERING, std::nullopt);
// KernelModule.cpp answers these.
#define ENIGMA_LOADER_INTRINSIC(NAME, OPERANDS, SHAPE, EFFECTS, SINCE)
#include "enigma/target/AirIntrinsics.def"
#undef ENIGMA_INTRINSIC
#undef ENIGMA_GROUP_INTRINSIC
#undef ENIGMA_DEVICE_INTRINSIC
#undef ENIGMA_LOADER_INTRINSIC
  return table;
}

std::optional<IntrinsicRow> simulator::findIntrinsic(StringRef name) {
  static const llvm::StringMap<IntrinsicRow> table = makeTable();
  if (name.consume_front("air."))
    name.consume_front("fast_");
  llvm::SmallVector<StringRef, 6> parts;
  for (StringRef base = name; !base.empty();) {
    if (auto row = table.find(base); row != table.end()) {
      IntrinsicRow found = row->second;
      found.base = base;
      found.parts.assign(parts.rbegin(), parts.rend());
      return found;
    }
    size_t dot = base.rfind('.');
    if (dot == StringRef::npos)
      break;
    parts.push_back(base.substr(dot + 1));
    base = base.substr(0, dot);
  }
  return std::nullopt;
}
