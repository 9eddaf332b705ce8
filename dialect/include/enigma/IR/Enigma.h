// Public header of the dialect: types, attributes, interfaces and ops.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "enigma/IR/EnigmaEnums.h.inc"

#include "enigma/IR/EnigmaDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "enigma/IR/EnigmaAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "enigma/IR/EnigmaTypes.h.inc"

namespace enigma {
/// i1, or a vector of as many i1 as `type` has components.
mlir::Type booleansOf(mlir::Type type);

/// What simdgroup functions read and write: the set of lanes that execute
/// together.
struct LanesResource : mlir::SideEffects::Resource::Base<LanesResource> {
  llvm::StringRef getName() final { return "lanes"; }
};

/// Limits of a Metal compute kernel.
inline constexpr unsigned maxBuffers = 31;
inline constexpr unsigned maxThreadsPerThreadgroup = 1024;
/// Memory of one array of one thread; more would not be kept near the thread.
inline constexpr int64_t maxThreadBytes = 32768;
/// Function constants are numbered with 16 bits (reference section 1.6).
inline constexpr unsigned maxFunctionConstantIndex = 65535;
/// Elements of a shaped buffer, so that sizes and linear indices fit in 63
/// bits.
inline constexpr int64_t maxBufferElements = int64_t(1) << 40;
} // namespace enigma

#include "enigma/IR/EnigmaInterfaces.h.inc"

#define GET_OP_CLASSES
#include "enigma/IR/EnigmaOps.h.inc"
