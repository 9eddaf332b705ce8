// The compare-exchange that does not fail without reason.
#pragma once

#include "enigma/IR/Enigma.h"

namespace enigma {

/// Repeats the weak compare-exchange while it fails although the element is as
/// expected. Whether it was replaced, and what was there.
mlir::ValueRange buildCompareExchange(mlir::OpBuilder &builder,
                                      mlir::Location loc, MemoryOrder order,
                                      mlir::Value expected, mlir::Value desired,
                                      mlir::Value buffer,
                                      mlir::ValueRange indices);

} // namespace enigma
