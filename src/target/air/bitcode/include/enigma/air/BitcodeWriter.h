// Writes a legalised module as AIR: typed pointers, LLVM 14's records
// (reference section 4).
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <vector>

namespace enigma::air {

/// The two forms Apple's tools write; they differ in the source name, in the
/// order of the named metadata and in what the library tool strips or adds
/// (reference section 2.1).
enum class ModuleForm {
  /// A `.air` file: any number of kernels.
  Object,
  /// The module of one function of a metallib, named after that function.
  LibraryModule,
};

/// The bytes of a `.air` file or of a metallib's module: Darwin wrapper,
/// bitcode, zeros up to a multiple of 16. `module` must have passed
/// legalizeForAIR for the same target. Equal modules give equal bytes.
llvm::Expected<std::vector<uint8_t>>
writeAIRBitcode(const llvm::Module &module, const Target &target,
                ModuleForm form = ModuleForm::LibraryModule);

/// legalizeForAIR and writeAIRBitcode.
llvm::Expected<std::vector<uint8_t>>
emitAIR(llvm::Module &module, const Target &target,
        ModuleForm form = ModuleForm::LibraryModule);

} // namespace enigma::air
