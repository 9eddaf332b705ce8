// Lines and checked conditions of a kernel. AIR has nothing for them: the calls
// and the metadata are our own and mean something to the CPU device alone.
#pragma once

#include "enigma/IR/Enigma.h"

namespace llvm {
class Function;
}

namespace enigma::air {

/// One `device_print` or `device_assert`; calls name it by its position.
struct DebugSite {
  bool isAssert = false;
  /// The format, or the message.
  std::string text;
  std::string file;
  uint32_t line = 0;
  llvm::SmallVector<DType> dtypes;
};

/// The kernel's sites, in the order of its ops.
std::vector<DebugSite> readDebugSites(KernelOp kernel);

/// Replaces the ops by calls, whose sites are numbered as readDebugSites does.
void replaceDebugging(KernelOp kernel);

/// Adds `!enigma.debug_sites`: function, number, "print" or "assert", text,
/// file, line, dtypes.
void addDebugMetadata(llvm::Function &kernel, llvm::ArrayRef<DebugSite> sites);

} // namespace enigma::air
