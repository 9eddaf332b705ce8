// What no Apple GPU has enough of, as errors at the operations.
#include "enigma/target/Limits.h"
#include "enigma/IR/ElementTypes.h"
#include "enigma/diagnostics/InFlight.h"

using namespace mlir;
using namespace enigma;

LogicalResult enigma::checkThreadgroupMemory(KernelOp kernel) {
  uint64_t total = 0;
  WalkResult result = kernel.walk([&](ThreadgroupAllocOp op) {
    BufferType buffer = op.getResult().getType();
    uint32_t bytes = elementTypeOf(buffer.getElementType()).bytes();
    total = llvm::alignTo(total, bytes) +
            uint64_t(bytes) * *buffer.getNumElements();
    if (total <= maxThreadgroupBytes)
      return WalkResult::advance();
    (void)diag::emit(
        op.getLoc(),
        diag::E0720{
            .kernel =
                kernel.getPythonName().value_or(kernel.getSymName()).str(),
            .bytes = std::to_string(total),
            .limit = std::to_string(maxThreadgroupBytes)});
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}
