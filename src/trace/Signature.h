// Signatures of the op table ("T:float, T, u16 -> T"), parsed; see OpTable.td
// for the language.
#pragma once

#include "enigma/trace/Trace.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace enigma::trace {

/// An operand or result: a fixed dtype, or the type variable with the class
/// that restricts it.
struct SignatureType {
  std::optional<DType> dtype;
  llvm::StringRef dtypeClass; ///< of the type variable, where it is introduced
  bool isUnsigned = false;    ///< the unsigned integer of the variable's width
};

struct Signature {
  llvm::SmallVector<SignatureType, 3> operands;
  SignatureType result;
};

/// The parsed signature of a row that has one.
const Signature &signatureOf(const OpRow &row);

/// The unsigned integer dtype of the width of the integer `dtype`.
DType unsignedOf(DType dtype);

/// True if `dtype` belongs to a class ("float", "int", ...).
bool isInClass(DType dtype, llvm::StringRef dtypeClass);

/// The dtypes of a class in words, for messages ("f32, f16").
std::string describeClass(llvm::StringRef dtypeClass);

} // namespace enigma::trace
