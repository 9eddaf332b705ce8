// The indices of an element that is counted from the start of a buffer.
#pragma once

#include "enigma/IR/Enigma.h"

namespace enigma {

/// One index for each dimension of `buffer`, for the element that is `linear`
/// elements from its start in row-major order. Memory that becomes an array of
/// arrays in Metal gets rows and columns, because an index past a row is
/// undefined there; a device buffer is one array.
llvm::SmallVector<mlir::Value> indicesOfElement(mlir::OpBuilder &builder,
                                                mlir::Location loc,
                                                BufferType buffer,
                                                mlir::Value linear);

} // namespace enigma
