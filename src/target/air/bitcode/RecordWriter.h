// Writes the records of one module; every decision was taken before (reference
// section 4.4).
#pragma once

#include "AttributeTable.h"
#include "Numbering.h"
#include "StringTable.h"
#include "Typing.h"
#include "enigma/target/Targets.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Bitstream/BitstreamWriter.h"
#include "llvm/IR/Constants.h"
#include <initializer_list>

namespace enigma::air {

/// The operands abbreviations are made of.
inline llvm::BitCodeAbbrevOp fixed(unsigned bits) {
  return llvm::BitCodeAbbrevOp(llvm::BitCodeAbbrevOp::Fixed, bits);
}
inline llvm::BitCodeAbbrevOp vbr(unsigned bits) {
  return llvm::BitCodeAbbrevOp(llvm::BitCodeAbbrevOp::VBR, bits);
}
inline llvm::BitCodeAbbrevOp array() {
  return llvm::BitCodeAbbrevOp(llvm::BitCodeAbbrevOp::Array);
}
inline llvm::BitCodeAbbrevOp char6() {
  return llvm::BitCodeAbbrevOp(llvm::BitCodeAbbrevOp::Char6);
}
inline llvm::BitCodeAbbrevOp blob() {
  return llvm::BitCodeAbbrevOp(llvm::BitCodeAbbrevOp::Blob);
}

/// Emits a typed module as bitcode without wrapper. Blocks, records and
/// abbreviations are those of Apple's files.
class RecordWriter {
public:
  RecordWriter(const llvm::Module &module, const Target &target,
               const Typing &typing, Numbering &numbering,
               const AttributeTable &attributes,
               llvm::SmallVectorImpl<char> &out);

  void write();

private:
  using Record = llvm::SmallVector<uint64_t, 64>;

  /// Ids of the abbreviations that BLOCKINFO defines; 0 where the dialect has
  /// none, which is the id of an unabbreviated record to EmitRecord.
  struct Abbreviations {
    unsigned setType = 0, integer = 0, castConstant = 0;
    unsigned load = 0, unary = 0, unaryWithFlags = 0, binary = 0;
    unsigned binaryWithFlags = 0, cast = 0, returnVoid = 0, returnValue = 0;
    unsigned unreachable = 0, elementPointer = 0;
  };
  struct TypeAbbreviations {
    unsigned pointer, function, literalStruct, structName, namedStruct, array;
  };
  /// Those of the module's own constants; 0 in functions.
  struct ConstantAbbreviations {
    unsigned aggregate = 0, string = 0, cString7 = 0, cString6 = 0;
  };

  void emit(unsigned code, llvm::ArrayRef<uint64_t> record,
            unsigned abbreviation = 0);
  void emitString(unsigned code, llvm::StringRef text,
                  unsigned abbreviation = 0);
  unsigned defineAbbreviation(std::initializer_list<llvm::BitCodeAbbrevOp> ops);
  unsigned defineAbbreviation(unsigned blockId,
                              std::initializer_list<llvm::BitCodeAbbrevOp> ops);

  void writeIdentification();
  void writeModule();
  void writeBlockInfo();
  void writeTypes();
  void writeType(llvm::Type *type, const TypeAbbreviations &types);
  void writeAttributes();
  void writeSections();
  void writeGlobals();
  unsigned defineGlobalAbbreviation();
  void writeGlobal(const llvm::GlobalVariable &global, unsigned abbreviation);
  void writeFunctionRecord(const llvm::Function &function);
  void writeSymbolTable();
  void writeBlob(unsigned block, unsigned code, llvm::StringRef contents);
  /// Offset and length of a name in the string table.
  void appendName(Record &record, llvm::StringRef name);

  void writeModuleConstants();
  void writeConstants(llvm::ArrayRef<TypedConstant> constants,
                      const ConstantAbbreviations &own);
  void writeConstant(const TypedConstant &constant,
                     const ConstantAbbreviations &own);
  void writeSequence(const llvm::ConstantDataSequential &sequence,
                     const ConstantAbbreviations &own);
  void writeMetadataKinds();
  void writeMetadata();
  unsigned defineDebugAbbreviations();
  void writeMetadataStrings(llvm::ArrayRef<const llvm::MDString *> strings);
  void writeMetadataRecord(const llvm::Metadata *metadata,
                           unsigned &locationAbbreviation);
  unsigned defineLocationAbbreviation();
  /// One of LLVM's own kinds of node, of debug information.
  void writeDebugNode(const llvm::MDNode *node, unsigned &locationAbbreviation);
  void writeDebugType(const llvm::DIType *type);
  void writeDebugScope(const llvm::DIScope *scope);
  void writeVariable(const llvm::DILocalVariable *variable);
  /// The id of a node plus one; 0 for none.
  uint64_t idOrNull(const llvm::Metadata *metadata) const {
    return metadata ? numbering.metadata.idOf(metadata) + 1 : 0;
  }
  void writeNamedMetadata();
  void writeFunctionMetadata(const llvm::Function &function);
  void writeBundleTags();
  void writeSyncScopes();

  void writeFunction(const llvm::Function &function);
  void writePlace(const llvm::Instruction &instruction,
                  const llvm::DILocation *&last);
  void writeInstruction(const llvm::Instruction &instruction);
  void writeCall(const llvm::CallInst &call);
  void writeTerminator(const llvm::Instruction &instruction);
  void writePhi(const llvm::PHINode &phi);
  void writeAttachments(const llvm::Function &function);
  void pushValue(Record &record, const llvm::Value *value) const;
  /// False for a forward reference, which takes a second operand for its type
  /// and so does not fit the abbreviations.
  bool pushTypedValue(Record &record, const llvm::Value *value) const;
  uint64_t typeId(llvm::Type *type) const { return numbering.types.idOf(type); }

  const llvm::Module &module;
  const Target &target;
  const Typing &typing;
  Numbering &numbering;
  const AttributeTable &attributes;
  llvm::BitstreamWriter stream;
  StringTable strings;
  Abbreviations abbreviations;
  /// Id that the instruction at hand gets if it has a value; operands are
  /// relative to it.
  unsigned instructionId = 0;
  /// Word position of each function block, in module order.
  llvm::SmallVector<std::pair<unsigned, uint64_t>, 4> functionPositions;
  uint64_t symbolTablePlaceholder = 0;
};

} // namespace enigma::air
