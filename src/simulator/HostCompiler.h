// Optimises a module for this machine and makes its functions callable.
#pragma once

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace enigma::simulator {

/// Gives the module the host's triple and data layout; AIR's sizes and offsets
/// are the same.
llvm::Error retargetToHost(llvm::Module &module);

/// Compiled code, alive as long as this is.
class HostCode {
public:
  static llvm::Expected<HostCode>
  compile(std::unique_ptr<llvm::LLVMContext> context,
          std::unique_ptr<llvm::Module> module);

  template <typename T> llvm::Expected<T> lookUp(llvm::StringRef name) const {
    llvm::Expected<llvm::orc::ExecutorAddr> address = jit->lookup(name);
    if (!address)
      return address.takeError();
    return address->toPtr<T>();
  }

private:
  explicit HostCode(std::unique_ptr<llvm::orc::LLJIT> jit)
      : jit(std::move(jit)) {}
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace enigma::simulator
