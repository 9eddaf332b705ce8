// Numbers types, values and metadata in the order in which the writer emits
// them, which is that of LLVM 14's value enumerator and so of Apple's files.
#pragma once

#include "Typing.h"
#include "llvm/ADT/ArrayRef.h"
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
  /// Bits of a fixed field that holds any type id, as LLVM 14 computes them.
  unsigned idBits() const;

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

/// The metadata that one METADATA block holds.
struct MetadataRange {
  std::vector<const llvm::MDString *> strings;
  /// Constants, distinct nodes, other nodes.
  std::vector<const llvm::Metadata *> records;

  bool empty() const { return strings.empty() && records.empty(); }
};

/// Metadata by id. What only one function refers to stands in that function's
/// block and shares its numbers with that of the other functions.
class MetadataTable {
public:
  /// Adds `root` and what it refers to, operands before users. `user` is 0 for
  /// the module, else the function's number. `seeConstant` is told each
  /// constant that is new.
  void add(const llvm::Metadata *root, unsigned user,
           llvm::function_ref<void(const llvm::Constant *)> seeConstant);
  /// Fixes the ids; nothing may be added to the blocks afterwards.
  void organize();
  /// Numbers what names a value of the function `user`, behind its other
  /// metadata, until leave().
  void addLocal(const llvm::LocalAsMetadata *local, unsigned user);
  void leave();
  unsigned idOf(const llvm::Metadata *metadata) const {
    return numberIn(ids, metadata);
  }
  const MetadataRange &ofModule() const { return moduleRange; }
  const MetadataRange &ofFunction(unsigned user) const;
  /// Of the function that is entered.
  llvm::ArrayRef<const llvm::LocalAsMetadata *> locals() const {
    return localValues;
  }

private:
  const llvm::MDNode *
  visit(const llvm::Metadata *metadata, unsigned user,
        llvm::function_ref<void(const llvm::Constant *)> seeConstant);
  void moveToModule(const llvm::Metadata *metadata);

  /// In the order of the walk; `users` says who refers to each.
  std::vector<const llvm::Metadata *> order;
  llvm::DenseMap<const llvm::Metadata *, unsigned> users;
  llvm::DenseMap<const llvm::Metadata *, unsigned> ids;
  MetadataRange moduleRange;
  std::vector<MetadataRange> functionRanges;
  std::vector<const llvm::LocalAsMetadata *> localValues;
};

/// False for operands that LLVM 14 has as plain fields of the node: the sizes
/// and offsets of types.
bool isWrittenOperand(const llvm::MDNode *node, unsigned index);

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
  const MetadataRange &metadataOf(const llvm::Function &function) const {
    return metadata.ofFunction(numberIn(functionNumbers, &function));
  }

  TypeTable types;
  MetadataTable metadata;
  /// Integers first, constants of one type together, the most used ones first.
  std::vector<TypedConstant> moduleConstants;
  std::vector<TypedConstant> functionConstants;
  /// Globals, functions and module constants.
  unsigned moduleValueCount = 0;
  /// The id the first instruction of the entered function gets.
  unsigned firstInstructionId = 0;

private:
  using ConstantKey = std::pair<const llvm::Constant *, llvm::Type *>;

  void addModuleTypes();
  void addModuleMetadata();
  void addFunctionTypesAndMetadata(const llvm::Function &function);
  void addInstructionTypes(const llvm::Instruction &instruction);
  void addOperandType(TypedConstant constant);
  void addMetadata(const llvm::Metadata *node, unsigned user);
  void collect(TypedConstant constant, std::vector<TypedConstant> &into);
  void numberConstants(std::vector<TypedConstant> &constants);
  void collectOperands(const llvm::Instruction &instruction,
                       std::vector<TypedConstant> &into);

  const llvm::Module &module;
  const Typing &typing;
  llvm::DenseMap<const llvm::Value *, unsigned> globalIds;
  llvm::DenseMap<const llvm::Value *, unsigned> localIds;
  llvm::DenseMap<const llvm::BasicBlock *, unsigned> blockIds;
  llvm::DenseMap<const llvm::Function *, unsigned> functionNumbers;
  llvm::DenseMap<ConstantKey, unsigned> constantIds;
  /// Uses of the constants that are being collected.
  llvm::DenseMap<ConstantKey, unsigned> useCounts;
  unsigned nextId = 0;
};

} // namespace enigma::air
