// The parameters of a kernel's AIR function: buffers, scalars, then thread
// queries.
#include "KernelSignature.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace enigma::air {

static BufferParameter readBuffer(KernelOp kernel, BlockArgument argument) {
  BufferParameter parameter;
  parameter.name = kernel.getParamName(argument.getArgNumber());
  parameter.isUsed = !argument.use_empty();
  if (auto scalar = dyn_cast<enigma::ScalarType>(argument.getType())) {
    parameter.element = scalar.getElementType();
    parameter.space = AddressSpace::constant;
    parameter.access = Access::read;
    parameter.isScalar = true;
    return parameter;
  }
  auto buffer = cast<BufferType>(argument.getType());
  parameter.element = buffer.getElementType();
  parameter.space = buffer.getSpace();
  parameter.access = buffer.getSpace() == AddressSpace::constant
                         ? Access::read
                         : buffer.getAccess();
  parameter.isScalar = false;
  return parameter;
}

KernelSignature readSignature(KernelOp kernel) {
  KernelSignature signature;
  for (BlockArgument argument : kernel.getEntryBlock().getArguments())
    signature.buffers.push_back(readBuffer(kernel, argument));
  // Metal wants the positions and sizes of one kernel to have the same number
  // of components (MSL specification, section 5.2.3.6), so one that needs z
  // makes all of them uint3.
  unsigned width = 1;
  llvm::SmallVector<QueryParameter> &queries = signature.queries;
  auto add = [&](StringRef name, bool isScalar) {
    auto sameName = [&](const QueryParameter &parameter) {
      return parameter.name == name;
    };
    // 0 stands for the common width, which is not known yet.
    if (llvm::none_of(queries, sameName))
      queries.push_back({name, isScalar ? 1u : 0u});
  };
  kernel.walk([&](Operation *op) {
    // The elements of a matrix that a lane reads depend on the lane.
    if (isa<SimdgroupMatrixLoadOp, SimdgroupMatrixStoreOp>(op))
      add(ThreadIndexInSimdgroupOp::getQueryName(), /*isScalar=*/true);
    auto query = dyn_cast<ThreadQueryOpInterface>(op);
    if (!query)
      return;
    bool isScalar = !query.getQueryDimension();
    if (!isScalar)
      width = std::max(width, unsigned(*query.getQueryDimension()) + 1);
    add(query.getQueryName(), isScalar);
  });
  for (QueryParameter &query : queries)
    if (query.width == 0)
      query.width = width;
  return signature;
}

void replaceQueriesByArguments(KernelOp kernel,
                               const KernelSignature &signature) {
  Block &entry = kernel.getEntryBlock();
  OpBuilder builder = OpBuilder::atBlockBegin(&entry);
  Type i32 = builder.getI32Type();
  llvm::StringMap<BlockArgument> arguments;
  for (const QueryParameter &query : signature.queries)
    arguments[query.name] = entry.addArgument(
        query.width == 1 ? i32 : VectorType::get(query.width, i32),
        kernel.getLoc());
  kernel.walk([&](ThreadQueryOpInterface query) {
    Value argument = arguments[query.getQueryName()];
    if (isa<VectorType>(argument.getType())) {
      builder.setInsertionPoint(query);
      Value component = LLVM::ConstantOp::create(
          builder, query.getLoc(), builder.getI64Type(),
          int64_t(*query.getQueryDimension()));
      argument = LLVM::ExtractElementOp::create(builder, query.getLoc(),
                                                argument, component);
    }
    query->getResult(0).replaceAllUsesWith(argument);
    query.erase();
  });
}

} // namespace enigma::air
