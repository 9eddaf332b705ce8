// Decodes the AIR metadata of a module: kernels, arguments, function constants.
#pragma once

#include "enigma/simulator/Device.h"
#include "llvm/IR/Module.h"

namespace enigma::simulator {

llvm::Error failure(const llvm::Twine &message);

/// The function that `air.kernel` lists under `name`.
llvm::Expected<llvm::Function *> findKernel(llvm::Module &module,
                                            llvm::StringRef name);

llvm::Expected<Reflection> readReflection(llvm::Function &kernel);

/// The variables that decide whether an argument exists, by parameter number
/// (reference section 2.8); null for arguments that always do.
llvm::SmallVector<llvm::GlobalVariable *>
argumentPredicates(llvm::Function &kernel);

/// The INIT globals of the module's function constants, in the order of
/// Reflection::constants (reference section 2.8).
llvm::SmallVector<llvm::GlobalVariable *>
constantInitializers(llvm::Module &module);

} // namespace enigma::simulator
