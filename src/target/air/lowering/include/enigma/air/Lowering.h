// Lowers a kernel of the enigma dialect to an LLVM module that follows Apple's
// AIR conventions (reference sections 2 and 3).
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/air/FunctionConstants.h"
#include "enigma/target/Targets.h"
#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace enigma::air {

struct LoweringOptions {
  /// 0: what the kernel says, operation by operation. 1 to 3: optimised by
  /// LLVM.
  unsigned optLevel = 2;
  /// Compare stores, atomics, barriers and simdgroup operations of the kernel
  /// with those of the module before it is optimised; a difference is an
  /// internal error.
  bool checkEffects = true;
  /// Describe Python lines and variables (-g).
  bool debugInfo = false;
};

/// Loads the dialects and translations that the lowering needs.
/// lowerKernelToAIR does it on demand; a caller that lowers several kernels of
/// one context in parallel does it once before.
void loadAIRLowering(mlir::MLIRContext &context);

/// The kernel as one LLVM module: its definition, threadgroup variables,
/// declarations of the AIR intrinsics it calls, module flags and Apple's named
/// metadata. The pointers are opaque; legalizeForAIR and the bitcode writer
/// come next. `kernel` and the module around it stay as they are.
///
/// What AIR or the target cannot express is an error at the operation.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
lowerKernelToAIR(KernelOp kernel, const Target &target,
                 const LoweringOptions &options, llvm::LLVMContext &context);

/// The function constants that a kernel reads, or that any kernel of a module
/// reads, by index.
std::vector<FunctionConstant> readFunctionConstants(KernelOp kernel);
std::vector<FunctionConstant> readFunctionConstants(mlir::ModuleOp module);

/// Registers `enigma-translate --mlir-to-llvmir`, with `--target=` and `-O`.
void registerToLLVMIRTranslation();

} // namespace enigma::air
