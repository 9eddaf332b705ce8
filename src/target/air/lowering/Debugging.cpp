// `device_print` and `device_assert` as calls of the CPU device's own.
#include "Debugging.h"
#include "Intrinsics.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace enigma::air {

static DebugSite readSite(Operation *op) {
  DebugSite site;
  if (auto print = dyn_cast<DevicePrintOp>(op)) {
    site.text = print.getFormat().str();
    site.dtypes = print.getDTypes();
  } else {
    site.isAssert = true;
    site.text = cast<DeviceAssertOp>(op).getMessage().str();
  }
  op->getLoc()->walk([&](Location part) {
    auto place = dyn_cast<FileLineColLoc>(part);
    if (!place)
      return WalkResult::advance();
    site.file = place.getFilename().str();
    site.line = place.getLine();
    return WalkResult::interrupt();
  });
  return site;
}

std::vector<DebugSite> readDebugSites(KernelOp kernel) {
  std::vector<DebugSite> sites;
  kernel.walk([&](Operation *op) {
    if (isa<DevicePrintOp, DeviceAssertOp>(op))
      sites.push_back(readSite(op));
  });
  return sites;
}

/// The value's bits, widened.
static Value bitsOf(OpBuilder &builder, Location loc, Value value) {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (isa<FloatType>(value.getType()))
    value = LLVM::BitcastOp::create(builder, loc, builder.getIntegerType(width),
                                    value);
  return width == 64
             ? value
             : LLVM::ZExtOp::create(builder, loc, builder.getI64Type(), value)
                   .getResult();
}

void replaceDebugging(KernelOp kernel) {
  OpBuilder builder(kernel.getContext());
  unsigned number = 0;
  kernel.walk([&](Operation *op) {
    if (!isa<DevicePrintOp, DeviceAssertOp>(op))
      return;
    Location loc = op->getLoc();
    builder.setInsertionPoint(op);
    Value site =
        LLVM::ConstantOp::create(builder, loc, builder.getI32Type(),
                                 builder.getI32IntegerAttr(int32_t(number++)));
    if (auto check = dyn_cast<DeviceAssertOp>(op)) {
      callIntrinsic(builder, loc, {"enigma.device_assert", Type()},
                    {check.getCondition(), site});
    } else {
      for (Value value : cast<DevicePrintOp>(op).getValues())
        callIntrinsic(builder, loc, {"enigma.device_print.value", Type()},
                      {bitsOf(builder, loc, value)});
      callIntrinsic(builder, loc, {"enigma.device_print", Type()}, {site});
    }
    op->erase();
  });
}

void addDebugMetadata(llvm::Function &kernel, ArrayRef<DebugSite> sites) {
  if (sites.empty())
    return;
  llvm::Module &module = *kernel.getParent();
  llvm::LLVMContext &context = module.getContext();
  auto text = [&](StringRef string) {
    return llvm::MDString::get(context, string);
  };
  auto number = [&](uint32_t value) {
    return llvm::ConstantAsMetadata::get(
        llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), value));
  };
  llvm::NamedMDNode *list =
      module.getOrInsertNamedMetadata("enigma.debug_sites");
  for (auto [i, site] : llvm::enumerate(sites)) {
    SmallVector<llvm::Metadata *> operands = {
        llvm::ConstantAsMetadata::get(&kernel),
        number(i),
        text(site.isAssert ? "assert" : "print"),
        text(site.text),
        text(site.file),
        number(site.line)};
    for (DType dtype : site.dtypes)
      operands.push_back(text(dtypeRow(dtype).name));
    list->addOperand(llvm::MDNode::get(context, operands));
  }
}

} // namespace enigma::air
