// Reads of function constants as loads of the variables that AIR has for them
// (reference section 2.8).
#include "FunctionConstants.h"
#include "TypeNames.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace enigma::air {

static FunctionConstant describe(FunctionConstantOp op) {
  FunctionConstant constant{op.getSymName().str(), op.getIndex(),
                            dtypeOf(op.getElementType()).dtype};
  if (TypedAttr value = op.getDefaultValueAttr()) {
    auto number = dyn_cast<FloatAttr>(value);
    llvm::APInt bits = number ? number.getValue().bitcastToAPInt()
                              : cast<IntegerAttr>(value).getValue();
    constant.defaultBits = bits.getZExtValue();
  }
  return constant;
}

static std::vector<FunctionConstant>
collect(ModuleOp module, llvm::function_ref<bool(StringRef)> isWanted) {
  std::vector<FunctionConstant> constants;
  for (auto op : module.getOps<FunctionConstantOp>())
    if (isWanted(op.getSymName()))
      constants.push_back(describe(op));
  llvm::sort(constants,
             [](const auto &a, const auto &b) { return a.index < b.index; });
  return constants;
}

std::vector<FunctionConstant> readFunctionConstants(KernelOp kernel) {
  llvm::StringSet<> used;
  kernel.walk([&](GetFunctionConstantOp op) { used.insert(op.getConstant()); });
  if (used.empty())
    return {};
  return collect(kernel->getParentOfType<ModuleOp>(),
                 [&](StringRef name) { return used.contains(name); });
}

std::vector<FunctionConstant> readFunctionConstants(ModuleOp module) {
  llvm::StringSet<> used;
  module.walk([&](GetFunctionConstantOp op) { used.insert(op.getConstant()); });
  return collect(module, [&](StringRef name) { return used.contains(name); });
}

/// The variable, uninitialised here: addFunctionConstants adds the rest.
static LLVM::GlobalOp declareVariable(OpBuilder &builder, KernelOp kernel,
                                      const FunctionConstant &constant,
                                      Type type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(kernel);
  auto global = LLVM::GlobalOp::create(
      builder, kernel.getLoc(), type, /*isConstant=*/false,
      LLVM::Linkage::Internal, functionConstantVariable(constant), Attribute(),
      dtypeRow(constant.dtype).bytes, unsigned(AddressSpace::constant));
  global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
  builder.createBlock(&global.getInitializerRegion());
  Value undefined = LLVM::UndefOp::create(builder, kernel.getLoc(), type);
  LLVM::ReturnOp::create(builder, kernel.getLoc(), undefined);
  return global;
}

void replaceFunctionConstants(KernelOp kernel,
                              llvm::ArrayRef<FunctionConstant> constants) {
  OpBuilder builder(kernel.getContext());
  llvm::StringMap<const FunctionConstant *> byName;
  llvm::StringMap<LLVM::GlobalOp> variables;
  for (const FunctionConstant &constant : constants)
    byName[constant.name] = &constant;
  kernel.walk([&](GetFunctionConstantOp op) {
    const FunctionConstant &constant = *byName.lookup(op.getConstant());
    Type valueType = op.getResult().getType();
    Type type = memoryTypeOf(valueType);
    LLVM::GlobalOp &variable = variables[constant.name];
    if (!variable)
      variable = declareVariable(builder, kernel, constant, type);
    builder.setInsertionPoint(op);
    Value address = LLVM::AddressOfOp::create(builder, op.getLoc(), variable);
    Value value = LLVM::LoadOp::create(builder, op.getLoc(), type, address,
                                       dtypeRow(constant.dtype).bytes);
    if (type != valueType)
      value = LLVM::ICmpOp::create(
          builder, op.getLoc(), LLVM::ICmpPredicate::ne, value,
          LLVM::ZeroOp::create(builder, op.getLoc(), type));
    op.getResult().replaceAllUsesWith(value);
    op.erase();
  });
}

} // namespace enigma::air
