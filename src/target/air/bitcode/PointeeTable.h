// Which types Apple's declarations and kernels point to (reference sections 2.5
// and 3).
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/DerivedTypes.h"
#include <optional>

namespace enigma::air {

/// The type of a Metal type name ("float4", "uint", "bool"), or null for a name
/// that is neither a scalar nor a vector.
llvm::Type *metalPointeeType(llvm::LLVMContext &context, llvm::StringRef name);

/// The type of an intrinsic's type suffix ("i32", "bf16", "v4f32"), or null.
llvm::Type *suffixType(llvm::LLVMContext &context, llvm::StringRef suffix);

/// What the pointer parameter `index` of the intrinsic `name` points to; null
/// when no family of the table has a pointer there.
llvm::Type *intrinsicPointeeType(llvm::LLVMContext &context,
                                 llvm::StringRef name, unsigned index);

} // namespace enigma::air
