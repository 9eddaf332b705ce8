// Elementwise trace ops as arith: signedness is chosen here and nowhere later.
#pragma once

#include "enigma/trace/Trace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace enigma {

/// The type of a value: signless integers, i1 for b1, vectors of them.
mlir::Type valueType(mlir::Builder &builder, const trace::Type &type);

/// Builds an operator row (`add`, `cmp_lt`, `select`, ...). `type` is the trace
/// type of its operands.
mlir::Value buildOperator(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::StringRef name, const trace::Type &type,
                          mlir::ValueRange operands);

/// Metal's conversion of a value to another dtype of the same width.
mlir::Value buildCast(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value value, const trace::Type &from,
                      const trace::Type &to);

/// What holds values of a dtype in memory: integers with their signedness.
mlir::Type memoryType(mlir::Builder &builder, DType dtype);

/// A number as an attribute of the dtype's memory type; floats are rounded.
mlir::TypedAttr memoryConstant(mlir::Builder &builder,
                               const trace::Constant &constant, DType dtype);

/// A constant of a scalar dtype.
mlir::Value buildConstant(mlir::OpBuilder &builder, mlir::Location loc,
                          const trace::Constant &constant, DType dtype);

/// An integer constant of any integer type, splat over vectors.
mlir::Value buildInteger(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Type type, int64_t value);

} // namespace enigma
