// Brings an LLVM 22 module into the bitcode dialect of a target (reference
// section 4.3).
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace enigma::air {

/// The data layout of every AIR module of every target (reference section 2.3).
extern const char *const airDataLayout;

/// Rewrites `module` until each construct in it can be written in the target's
/// dialect: intrinsics that Apple's compiler service does not take become
/// `air.*` calls or plain instructions, constant expressions become
/// instructions, i1 leaves memory, newer flags and metadata are dropped. The
/// module must follow AIR's conventions already (kernels in `!air.kernel`).
///
/// What cannot be expressed is an error that names the function and the
/// construct; the module is then in an unspecified but valid state.
llvm::Error legalizeForAIR(llvm::Module &module, const Target &target);

/// True for the name of an LLVM intrinsic that systems take at run time
/// (reference section 3.1), `llvm.fabs.f32` say.
bool isAcceptedIntrinsicName(llvm::StringRef name, BitcodeDialect dialect);

} // namespace enigma::air
