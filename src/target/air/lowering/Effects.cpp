// Counts what a kernel does to the world, in the dialect and in LLVM IR.
#include "enigma/air/Effects.h"
#include "Intrinsics.h"
#include "Patterns.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace enigma::air {

llvm::raw_ostream &operator<<(llvm::raw_ostream &out,
                              const SideEffectCounts &counts) {
  return out << counts.stores << " stores, " << counts.atomics << " atomics, "
             << counts.barriers << " barriers, " << counts.lanes
             << " simdgroup operations, " << counts.debugging
             << " debugging calls";
}

SideEffectCounts countEffects(KernelOp kernel) {
  SideEffectCounts counts;
  kernel.walk([&](Operation *op) {
    if (isa<BarrierOp, SimdBarrierOp>(op)) {
      ++counts.barriers;
    } else if (auto print = dyn_cast<DevicePrintOp>(op)) {
      counts.debugging += 1 + print.getValues().size();
    } else if (isa<DeviceAssertOp>(op)) {
      ++counts.debugging;
    } else if (isa<SimdgroupMatrixStoreOp>(op)) {
      counts.stores += matrixElementsPerLane;
    } else if (isa<MakeFilledSimdgroupMatrixOp, SimdgroupMultiplyOp,
                   SimdgroupMultiplyAccumulateOp>(op)) {
      ++counts.lanes;
    } else if (auto access = dyn_cast<BufferAccessOpInterface>(op)) {
      auto buffer = cast<BufferType>(access.getAccessedBuffer().getType());
      if (access.isAtomicAccess())
        ++counts.atomics;
      else if (access.writesElement() &&
               buffer.getSpace() != AddressSpace::thread)
        ++counts.stores;
    } else if (auto function = dyn_cast<MetalFunctionOpInterface>(op)) {
      counts.lanes += function.isConvergent();
    }
  });
  return counts;
}

SideEffectCounts countEffects(const llvm::Module &module) {
  SideEffectCounts counts;
  for (const llvm::Function &function : module) {
    for (const llvm::Instruction &instruction : llvm::instructions(function)) {
      // What a thread writes for itself alone is no effect.
      if (auto *store = dyn_cast<llvm::StoreInst>(&instruction))
        counts.stores += store->getPointerAddressSpace() != 0;
      auto *call = dyn_cast<llvm::CallInst>(&instruction);
      if (!call || !call->getCalledFunction())
        continue;
      switch (classifyIntrinsic(*call->getCalledFunction())) {
      case IntrinsicClass::Atomic:
        ++counts.atomics;
        break;
      case IntrinsicClass::Barrier:
        ++counts.barriers;
        break;
      case IntrinsicClass::Lanes:
        ++counts.lanes;
        break;
      case IntrinsicClass::Debug:
        ++counts.debugging;
        break;
      case IntrinsicClass::Pure:
        break;
      }
    }
  }
  return counts;
}

} // namespace enigma::air
