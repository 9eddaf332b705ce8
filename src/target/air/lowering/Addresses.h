// What the patterns on memory share: the pattern class, addresses, variables of
// the thread.
#pragma once

#include "Patterns.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"

namespace enigma::air {

/// A pattern that knows the target and the math mode.
template <typename Op> struct AIRPattern : mlir::ConvertOpToLLVMPattern<Op> {
  AIRPattern(const mlir::LLVMTypeConverter &converter,
             const PatternContext &context)
      : mlir::ConvertOpToLLVMPattern<Op>(converter), context(context) {}
  PatternContext context;
};

mlir::Value constant(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Type type, int64_t value);

/// The address of an element: row-major, in i64. `inbounds` holds because the
/// access that follows would be undefined otherwise.
mlir::Value addressOf(mlir::OpBuilder &builder, mlir::Location loc,
                      BufferType buffer, mlir::Value base,
                      mlir::ValueRange indices);

/// An alloca in the entry block of the function that `op` is in.
mlir::Value threadVariable(mlir::ConversionPatternRewriter &rewriter,
                           mlir::Operation *op, mlir::Type type,
                           unsigned alignment);

} // namespace enigma::air
