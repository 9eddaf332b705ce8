// The attribute lists of a module in LLVM 14's kinds (reference sections 2.6,
// 3, 4.3, 4.4).
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include <map>
#include <vector>

namespace enigma::air {

/// Numbers attribute groups and lists and holds their records. An attribute
/// that the dialect does not have is left out: each of those only promises
/// something, and a promise may be withheld.
class AttributeTable {
public:
  using Record = std::vector<uint64_t>;

  AttributeTable(const llvm::Module &module, const Target &target);

  /// What FUNCTION and CALL records hold: 0 for none, else the list's index
  /// plus one.
  unsigned idOf(llvm::AttributeList attributes) const;
  /// PARAMATTR_GRP entries in the order of their ids, which count from 1.
  const std::vector<Record> &groups() const { return groupRecords; }
  /// PARAMATTR entries: group ids.
  const std::vector<Record> &lists() const { return listRecords; }

private:
  void add(llvm::AttributeList attributes);
  void addGroup(unsigned index, llvm::AttributeSet set, Record &list);

  BitcodeDialect dialect;
  std::vector<Record> groupRecords;
  std::vector<Record> listRecords;
  std::map<Record, unsigned> groupIds;
  std::map<Record, unsigned> listIds;
  llvm::DenseMap<void *, unsigned> ids;
};

} // namespace enigma::air
