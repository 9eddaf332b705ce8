// Writes the records of one module; every decision was taken before (reference
// section 4.4).
#pragma once

#include "AttributeTable.h"
#include "Numbering.h"
#include "Typing.h"
#include "enigma/target/Targets.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Bitstream/BitstreamWriter.h"

namespace enigma::air {

/// Emits a typed module as bitcode without wrapper. Blocks come in the order of
/// Apple's files.
class RecordWriter {
public:
  RecordWriter(const llvm::Module &module, const Target &target,
               const Typing &typing, Numbering &numbering,
               const AttributeTable &attributes,
               llvm::SmallVectorImpl<char> &out);

  void write();

private:
  using Record = llvm::SmallVector<uint64_t, 64>;

  void emit(unsigned code, llvm::ArrayRef<uint64_t> record);
  void emitString(unsigned code, llvm::StringRef text);

  void writeIdentification();
  void writeModule();
  void writeTypes();
  void writeType(llvm::Type *type);
  void writeAttributes();
  void writeSections();
  void writeGlobal(const llvm::GlobalVariable &global);
  void writeFunctionRecord(const llvm::Function &function);
  void writeSymbolTable();
  void writeStringTable();
  /// Offset and length of a name in the string table.
  void appendName(Record &record, llvm::StringRef name);

  void writeConstants(llvm::ArrayRef<TypedConstant> constants);
  void writeConstant(const TypedConstant &constant);
  void writeMetadataKinds();
  void writeMetadata();
  void writeMetadataStrings();
  void writeBundleTags();
  void writeSyncScopes();

  void writeFunction(const llvm::Function &function);
  void writeInstruction(const llvm::Instruction &instruction);
  void writeCall(const llvm::CallInst &call);
  void writeTerminator(const llvm::Instruction &instruction);
  void writePhi(const llvm::PHINode &phi);
  void writeAttachments(const llvm::Function &function);
  void pushValue(Record &record, const llvm::Value *value) const;
  void pushTypedValue(Record &record, const llvm::Value *value) const;
  uint64_t typeId(llvm::Type *type) const { return numbering.types.idOf(type); }

  const llvm::Module &module;
  const Target &target;
  const Typing &typing;
  Numbering &numbering;
  const AttributeTable &attributes;
  llvm::BitstreamWriter stream;
  std::string stringTable;
  /// Id that the instruction at hand gets if it has a value; operands are
  /// relative to it.
  unsigned instructionId = 0;
  /// Word position of each function block, in module order.
  llvm::SmallVector<std::pair<unsigned, uint64_t>, 4> functionPositions;
  uint64_t symbolTablePlaceholder = 0;
};

} // namespace enigma::air
