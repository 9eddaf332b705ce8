// Kernels of the dialect as manifest entries.
#include "DescribeModule.h"
#include "enigma/IR/ElementTypes.h"
#include "enigma/IR/Launches.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace enigma;
using namespace enigma::driver;

std::optional<FileLineColRange> driver::findPlace(Location loc) {
  std::optional<FileLineColRange> place;
  loc->walk([&](Location part) {
    if (auto range = dyn_cast<FileLineColRange>(part)) {
      place = range;
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return place;
}

static manifest::Parameter describeParameter(KernelOp kernel,
                                             BlockArgument argument) {
  manifest::Parameter parameter;
  parameter.index = argument.getArgNumber();
  parameter.name = kernel.getParamName(parameter.index).str();
  if (auto scalar = dyn_cast<enigma::ScalarType>(argument.getType())) {
    parameter.kind = manifest::ParameterKind::Scalar;
    parameter.type = elementTypeOf(scalar.getElementType());
    parameter.bytes = parameter.type.bytes();
    return parameter;
  }
  auto buffer = cast<BufferType>(argument.getType());
  Type element = buffer.getElementType();
  parameter.type = elementTypeOf(element);
  parameter.alignment = parameter.type.bytes();
  parameter.access =
      buffer.getAccess() == Access::write  ? manifest::Access::Write
      : buffer.getAccess() == Access::read ? manifest::Access::Read
                                           : manifest::Access::ReadWrite;
  if (std::optional<int64_t> elements = buffer.getNumElements()) {
    parameter.shape.emplace(buffer.getShape().begin(), buffer.getShape().end());
    parameter.stride.emplace(buffer.getRank(), 1);
    for (size_t i = buffer.getRank(); i-- > 1;)
      (*parameter.stride)[i - 1] =
          (*parameter.stride)[i] * buffer.getShape()[i];
    parameter.bytes = *elements * parameter.type.bytes();
  }
  return parameter;
}

static manifest::FunctionConstant describeConstant(FunctionConstantOp op) {
  manifest::FunctionConstant constant{op.getIndex(), op.getSymName().str(),
                                      *dtypeOf(op.getElementType()),
                                      std::nullopt};
  TypedAttr value = op.getDefaultValueAttr();
  if (!value)
    return constant;
  if (auto number = dyn_cast<FloatAttr>(value))
    constant.defaultValue = number.getValueAsDouble();
  else if (constant.dtype == DType::b1)
    constant.defaultValue = !cast<IntegerAttr>(value).getValue().isZero();
  else if (op.isUnsigned())
    constant.defaultValue = cast<IntegerAttr>(value).getValue().getZExtValue();
  else
    constant.defaultValue = cast<IntegerAttr>(value).getValue().getSExtValue();
  return constant;
}

/// Those that the kernel reads, by index.
static std::vector<manifest::FunctionConstant>
describeConstants(KernelOp kernel) {
  llvm::StringSet<> used;
  kernel.walk([&](GetFunctionConstantOp op) { used.insert(op.getConstant()); });
  std::vector<manifest::FunctionConstant> constants;
  for (auto op :
       kernel->getParentOfType<ModuleOp>().getOps<FunctionConstantOp>())
    if (used.contains(op.getSymName()))
      constants.push_back(describeConstant(op));
  llvm::sort(constants,
             [](const auto &a, const auto &b) { return a.index < b.index; });
  return constants;
}

static Type elementOf(Type type) {
  if (auto buffer = dyn_cast<BufferType>(type))
    return buffer.getElementType();
  if (auto scalar = dyn_cast<enigma::ScalarType>(type))
    return scalar.getElementType();
  if (auto matrix = dyn_cast<SimdgroupMatrixType>(type))
    return matrix.getElementType();
  return type;
}

std::optional<Location> driver::findBFloat(KernelOp kernel) {
  auto isBFloat = [](Type type) {
    return getElementTypeOrSelf(elementOf(type)).isBF16();
  };
  for (BlockArgument argument : kernel.getEntryBlock().getArguments())
    if (isBFloat(argument.getType()))
      return argument.getLoc();
  std::optional<Location> place;
  kernel.walk([&](Operation *op) {
    if (!llvm::any_of(op->getResultTypes(), isBFloat))
      return WalkResult::advance();
    place = op->getLoc();
    return WalkResult::interrupt();
  });
  return place;
}

/// Hardware features beyond the target's baseline that the kernel's types need.
static std::vector<std::string> requiredFeatures(KernelOp kernel,
                                                 bool isNative) {
  bool simdgroupMatrix = false;
  kernel.walk([&](Operation *op) {
    simdgroupMatrix |= llvm::any_of(op->getResultTypes(), [](Type type) {
      return isa<SimdgroupMatrixType>(type);
    });
  });
  std::vector<std::string> features;
  if (simdgroupMatrix)
    features.push_back("simdgroup_matrix");
  if (findBFloat(kernel))
    features.push_back("bfloat");
  // No GPU has what AIR calls for these.
  bool debugging = kernel
                       .walk([](Operation *op) {
                         return isa<DevicePrintOp, DeviceAssertOp>(op)
                                    ? WalkResult::interrupt()
                                    : WalkResult::advance();
                       })
                       .wasInterrupted();
  if (debugging && isNative)
    features.push_back("cpu_device");
  return features;
}

static std::optional<manifest::Extent>
extent(std::optional<ArrayRef<int32_t>> list) {
  if (!list)
    return std::nullopt;
  return manifest::Extent{uint32_t((*list)[0]), uint32_t((*list)[1]),
                          uint32_t((*list)[2])};
}

static manifest::Kernel describeKernel(KernelOp op, bool isNative) {
  manifest::Kernel kernel;
  kernel.name = op.getSymName().str();
  kernel.pythonName = op.getPythonName().value_or(op.getSymName()).str();
  if (std::optional<FileLineColRange> place = findPlace(op.getLoc()))
    kernel.source = {place->getFilename().str(), place->getStartLine()};
  kernel.grid = extent(op.getGrid());
  kernel.block = extent(op.getBlock());
  kernel.maxThreadsPerThreadgroup =
      op.getMaxThreads().value_or(maxThreadsPerThreadgroup);
  for (BlockArgument argument : op.getEntryBlock().getArguments())
    kernel.buffers.push_back(describeParameter(op, argument));
  kernel.functionConstants = describeConstants(op);
  op.walk([&](ThreadgroupAllocOp alloc) {
    BufferType type = alloc.getResult().getType();
    kernel.threadgroupMemoryBytes +=
        *type.getNumElements() * elementTypeOf(type.getElementType()).bytes();
  });
  kernel.required = requiredFeatures(op, isNative);
  return kernel;
}

std::vector<manifest::Kernel> driver::describeKernels(ModuleOp module,
                                                      bool isNative) {
  std::vector<manifest::Kernel> kernels;
  for (KernelOp op : module.getOps<KernelOp>())
    kernels.push_back(describeKernel(op, isNative));
  return kernels;
}

std::vector<manifest::Launch> driver::describeLaunches(ModuleOp module) {
  std::vector<manifest::Launch> launches;
  for (LaunchOp op : module.getOps<LaunchOp>()) {
    manifest::Launch &launch = launches.emplace_back();
    launch.kernel = op.getKernel().str();
    launch.program = op.getProgram().str();
    for (auto [i, name] :
         llvm::enumerate(op.getArgs().getAsValueRange<StringAttr>()))
      launch.bindings.emplace_back(name.str(), i);
    if (op.getIntermediates())
      for (StringRef name :
           op.getIntermediates()->getAsValueRange<StringAttr>())
        launch.intermediates.push_back(name.str());
    launch.grid = extent(op.getGrid());
    launch.block = extent(op.getBlock());
  }
  return launches;
}

manifest::TargetFacts driver::describeTarget(const Target &target,
                                             bool fastMath, unsigned level,
                                             StringRef toolchain) {
  auto dotted = [](Version version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor);
  };
  manifest::TargetFacts facts;
  facts.triple = target.triple;
  facts.platform = platformName(target.platform);
  facts.minOS = dotted(target.os);
  facts.air = dotted(target.air);
  facts.msl = dotted(target.msl);
  facts.fastMath = fastMath;
  facts.opt = level;
  facts.toolchain = toolchain.str();
  return facts;
}
