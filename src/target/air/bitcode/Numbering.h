// Numbers types, values and metadata in the order in which the writer emits
// them.
#pragma once

#include "Typing.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"
#include "llvm/Support/ErrorHandling.h"
#include <vector>

namespace enigma::air {

/// The number of `key`. A missing one is our own mistake, and must not become a
/// wrong file.
template <typename Map, typename Key>
unsigned numberIn(const Map &numbers, const Key &key) {
  auto found = numbers.find(key);
  if (found == numbers.end())
    llvm::report_fatal_error("AIR writer: a reference to what has no number");
  return found->second;
}

/// Types in the order of their ids: each one behind those it is made of.
class TypeTable {
public:
  void add(llvm::Type *type);
  unsigned idOf(llvm::Type *type) const;
  const std::vector<llvm::Type *> &types() const { return order; }

private:
  std::vector<llvm::Type *> order;
  llvm::DenseMap<llvm::Type *, unsigned> ids;
};

/// A constant seen as a type: pointers inside initialisers take the type their
/// place asks for.
struct TypedConstant {
  const llvm::Constant *constant;
  llvm::Type *type;

  friend bool operator==(const TypedConstant &,
                         const TypedConstant &) = default;
};

/// The typed operands of an aggregate or of a constant cast.
llvm::SmallVector<TypedConstant> operandsOf(const Typing &typing,
                                            TypedConstant constant);

/// True for a global that its place wants with another type than its own: it is
/// written as a constant bitcast of the global.
bool isGlobalView(const Typing &typing, TypedConstant constant);

/// The mask of a shuffle as the constant operand LLVM 14 gives it.
llvm::Constant *shuffleMask(const llvm::ShuffleVectorInst &shuffle);

/// Metadata by id: strings, then constants, then nodes with operands before
/// their users.
class MetadataTable {
public:
  void add(const llvm::Metadata *metadata);
  /// Fixes the ids; nothing may be added afterwards.
  void seal();
  unsigned idOf(const llvm::Metadata *metadata) const {
    return numberIn(ids, metadata);
  }

  std::vector<const llvm::MDString *> strings;
  std::vector<const llvm::ConstantAsMetadata *> constants;
  std::vector<const llvm::MDNode *> nodes;

private:
  llvm::DenseMap<const llvm::Metadata *, unsigned> ids;
};

/// All numbers of a module. Function-local values are numbered while their
/// function is entered.
class Numbering {
public:
  Numbering(const llvm::Module &module, const Typing &typing);

  void enter(const llvm::Function &function);
  void leave();

  unsigned valueId(const llvm::Value *value) const;
  unsigned constantId(TypedConstant constant) const;
  unsigned blockId(const llvm::BasicBlock *block) const {
    return numberIn(blockIds, block);
  }

  TypeTable types;
  MetadataTable metadata;
  /// Sorted so that constants of one type stand together.
  std::vector<TypedConstant> moduleConstants;
  std::vector<TypedConstant> functionConstants;
  /// The id the first instruction of the entered function gets.
  unsigned firstInstructionId = 0;

private:
  void addModuleTypes();
  void addModuleMetadata();
  void addInstructionTypes(const llvm::Instruction &instruction);
  void collect(TypedConstant constant, std::vector<TypedConstant> &into);
  void numberConstants(std::vector<TypedConstant> &constants);
  void collectOperands(const llvm::Instruction &instruction,
                       std::vector<TypedConstant> &into);

  const llvm::Module &module;
  const Typing &typing;
  llvm::DenseMap<const llvm::Value *, unsigned> globalIds;
  llvm::DenseMap<const llvm::Value *, unsigned> localIds;
  llvm::DenseMap<const llvm::BasicBlock *, unsigned> blockIds;
  llvm::DenseMap<std::pair<const llvm::Constant *, llvm::Type *>, unsigned>
      constantIds;
  unsigned nextId = 0;
  unsigned moduleValueCount = 0;
};

} // namespace enigma::air
