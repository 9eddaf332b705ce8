// Apple's conventions around a kernel's code: module properties, metadata and
// attributes.
#pragma once

#include "Debugging.h"
#include "KernelSignature.h"
#include "enigma/air/Effects.h"
#include "enigma/air/FunctionConstants.h"
#include "enigma/target/Targets.h"

namespace llvm {
class Function;
} // namespace llvm

namespace enigma::air {

/// What the conventions depend on.
struct KernelFacts {
  KernelSignature signature;
  SideEffectCounts effects;
  std::vector<FunctionConstant> constants;
  std::vector<DebugSite> debugSites;
  std::optional<uint32_t> maxThreads;
  bool fastMath;
  bool hasLoops;
  bool debugInfo = false;
};

/// Attributes of the kernel, its parameters, and of all intrinsics and calls
/// (reference sections 2.5, 2.6 and 3).
void addAttributes(llvm::Function &kernel, const KernelFacts &facts);

/// Module flags, versions, options, ident and the kernel node (reference
/// sections 2.4 and 2.5).
void addMetadata(llvm::Function &kernel, const KernelFacts &facts,
                 const Target &target);

} // namespace enigma::air
