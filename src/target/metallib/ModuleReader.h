// Loads the module of a function into LLVM.
#pragma once

#include "enigma/metallib/Library.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace enigma::metallib {

/// Gives the function's module to `use`. Its hash must be right. Where the
/// program has called `CrashRecoveryContext::Enable`, bitcode that LLVM's
/// reader cannot stand is an error as any other.
llvm::Error withModule(const Function &function,
                       llvm::function_ref<void(llvm::Module &)> use);

} // namespace enigma::metallib
