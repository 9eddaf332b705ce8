// What the ops that touch one element of a buffer share: checks and syntax.
#pragma once

#include "enigma/IR/Enigma.h"

namespace enigma {

inline mlir::LogicalResult verifyIndexCount(BufferAccessOpInterface op) {
  auto buffer = llvm::cast<BufferType>(op.getAccessedBuffer().getType());
  if (op.getAccessIndices().size() != buffer.getRank())
    return op->emitOpError()
           << "expected " << buffer.getRank() << " indices, got "
           << op.getAccessIndices().size();
  return mlir::success();
}

inline mlir::LogicalResult
verifyValueType(mlir::Operation *op, mlir::Value value, BufferType buffer) {
  if (value.getType() != buffer.getValueType())
    return op->emitOpError() << "value type " << value.getType()
                             << " does not match elements of " << buffer;
  return mlir::success();
}

inline mlir::LogicalResult verifyWritable(mlir::Operation *op,
                                          BufferType buffer) {
  if (buffer.getSpace() == AddressSpace::constant ||
      buffer.getAccess() == Access::read)
    return op->emitOpError() << "cannot write to read-only " << buffer;
  return mlir::success();
}

/// `%value, ..., %buffer[%i, ...] attr-dict : type(buffer)`; the values' type
/// follows from the buffer's.
inline mlir::ParseResult parseValuesIntoBuffer(mlir::OpAsmParser &parser,
                                               mlir::OperationState &result,
                                               unsigned values,
                                               BufferType &buffer) {
  using Operand = mlir::OpAsmParser::UnresolvedOperand;
  llvm::SmallVector<Operand> stored(values), indices;
  Operand memory;
  for (Operand &value : stored)
    if (parser.parseOperand(value) || parser.parseComma())
      return mlir::failure();
  if (parser.parseOperand(memory) ||
      parser.parseOperandList(indices, mlir::OpAsmParser::Delimiter::Square) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(buffer))
    return mlir::failure();
  mlir::Type index = parser.getBuilder().getIndexType();
  return mlir::failure(
      parser.resolveOperands(stored, buffer.getValueType(), result.operands) ||
      parser.resolveOperand(memory, buffer, result.operands) ||
      parser.resolveOperands(indices, index, result.operands));
}

inline void printValuesIntoBuffer(mlir::OpAsmPrinter &printer,
                                  mlir::Operation *op, mlir::ValueRange values,
                                  mlir::Value buffer,
                                  mlir::OperandRange indices,
                                  llvm::ArrayRef<llvm::StringRef> elided) {
  printer << ' ' << values << ", " << buffer << '[' << indices << ']';
  printer.printOptionalAttrDict(op->getAttrs(), elided);
  printer << " : " << buffer.getType();
}

} // namespace enigma
