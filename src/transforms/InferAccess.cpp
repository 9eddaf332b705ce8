// enigma-infer-access: which buffers a kernel reads and writes.
#include "enigma/diagnostics/InFlight.h"
#include "enigma/transforms/Passes.h"

namespace enigma {
#define GEN_PASS_DEF_ENIGMAINFERACCESS
#include "enigma/transforms/Passes.h.inc"
} // namespace enigma

using namespace mlir;
using namespace enigma;

namespace {

/// The uses of one buffer argument, as far as they matter for its access.
struct BufferUses {
  Operation *read = nullptr;
  Operation *write = nullptr;

  explicit BufferUses(Value buffer) {
    for (Operation *user : buffer.getUsers()) {
      auto access = dyn_cast<BufferAccessOpInterface>(user);
      // Anything else that takes a buffer may do both.
      if (!access || access.readsElement())
        read = user;
      if (!access || access.writesElement())
        write = user;
    }
  }

  Access access() const {
    if (read && write)
      return Access::read_write;
    return write ? Access::write : Access::read;
  }
};

class InferAccess : public enigma::impl::EnigmaInferAccessBase<InferAccess> {
  void runOnOperation() override {
    KernelOp kernel = getOperation();
    for (BlockArgument argument : kernel.getEntryBlock().getArguments()) {
      auto buffer = dyn_cast<BufferType>(argument.getType());
      if (!buffer)
        continue;
      BufferUses uses(argument);
      if (failed(checkDeclared(kernel, argument, buffer.getAccess(), uses)))
        return signalPassFailure();
      if (buffer.getAccess() == Access::unknown)
        argument.setType(buffer.withAccess(
            buffer.getSpace() == AddressSpace::constant ? Access::read
                                                        : uses.access()));
    }
  }

  static LogicalResult checkDeclared(KernelOp kernel, BlockArgument argument,
                                     Access declared, const BufferUses &uses) {
    Operation *offender = declared == Access::read    ? uses.write
                          : declared == Access::write ? uses.read
                                                      : nullptr;
    if (!offender)
      return success();
    bool written = offender == uses.write && declared == Access::read;
    std::string name = kernel.getParamName(argument.getArgNumber()).str();
    return diag::emit(offender->getLoc(),
                      diag::E0117{.name = name,
                                  .declared = written ? "In" : "Out",
                                  .done = written ? "written" : "read",
                                  .fix = written ? "enigma.Out" : "enigma.In"});
  }
};

} // namespace
