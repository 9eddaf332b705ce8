// The kernel's signature: buffers, scalars, thread queries; and what is refused
// before any text is written.
#include "KernelEmitter.h"
#include "enigma/diagnostics/InFlight.h"
#include "enigma/target/Limits.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::msl {

StringRef pythonName(Value value) {
  if (auto result = dyn_cast<OpResult>(value))
    return pythonName(result.getOwner()->getLoc());
  return pythonName(value.getLoc());
}

LogicalResult KernelEmitter::checkName() {
  StringRef name = kernel.getSymName();
  if (legalName(name) == name || name.starts_with("enigma_kernel_"))
    return success();
  return diag::emit(kernel.getLoc(),
                    diag::E0726{.name = name.str(),
                                .problem = isReservedName(name)
                                               ? "a name of Metal's own"
                                               : "not a Metal identifier"});
}

/// `bfloat` is a type of Metal from here on.
static constexpr Version firstMSLWithBFloat = {3, 1};

static StringRef firstTargetWithBFloat(Platform platform) {
  for (const Target &target : targetTable)
    if (target.platform == platform && target.msl >= firstMSLWithBFloat)
      return target.name;
  llvm_unreachable("every platform has a target with bfloat");
}

static std::string dotted(Version version) {
  return "Metal " + std::to_string(version.major) + "." +
         std::to_string(version.minor);
}

static std::string spelled(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << "'" << type << "'";
  return text;
}

/// Emission relies on every value having a type that Metal has on this target.
LogicalResult KernelEmitter::checkTypes() {
  auto checkScalar = [&](Type type, Location loc) -> LogicalResult {
    std::optional<DType> scalar = scalarType(type);
    if (!scalar)
      return diag::emit(loc,
                        diag::E0724{.form = "Metal",
                                    .what = "values of type " + spelled(type),
                                    .reason = ""});
    if (*scalar == DType::bf16 && target.msl < firstMSLWithBFloat)
      return diag::emit(
          loc, diag::E0723{.what = "bf16",
                           .needed = dotted(firstMSLWithBFloat),
                           .target = std::string(target.name),
                           .has = dotted(target.msl),
                           .first = std::string(
                               firstTargetWithBFloat(target.platform))});
    return success();
  };
  auto check = [&](Value value) -> LogicalResult {
    Operation *producer = value.getDefiningOp();
    bool isMemory = producer ? isa<ThreadgroupAllocOp, ThreadAllocOp>(producer)
                             : cast<BlockArgument>(value).getOwner() ==
                                   &kernel.getEntryBlock();
    return TypeSwitch<Type, LogicalResult>(value.getType())
        .Case([&](BufferType type) -> LogicalResult {
          if (!isMemory)
            return diag::emit(value.getLoc(),
                              diag::E0724{.form = "Metal",
                                          .what = "a choice between buffers",
                                          .reason = ""});
          return checkScalar(type.getElementType(), value.getLoc());
        })
        .Case([&](enigma::ScalarType type) {
          return checkScalar(type.getElementType(), value.getLoc());
        })
        .Case([&](SimdgroupMatrixType type) {
          return checkScalar(type.getElementType(), value.getLoc());
        })
        .Default([&](Type type) { return checkScalar(type, value.getLoc()); });
  };
  WalkResult result = kernel.walk([&](Operation *op) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Value argument : block.getArguments())
          if (llvm::failed(check(argument)))
            return WalkResult::interrupt();
    for (Value value : op->getResults())
      if (llvm::failed(check(value)))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// True if every access is atomic, so that the parameter itself can have an
/// atomic type.
bool KernelEmitter::isOnlyAtomic(Value buffer) const {
  return !buffer.use_empty() &&
         llvm::all_of(buffer.getUsers(), [](Operation *op) {
           auto access = dyn_cast<BufferAccessOpInterface>(op);
           return access && access.isAtomicAccess();
         });
}

void KernelEmitter::declareParameters(
    SmallVectorImpl<std::string> &parameters) {
  for (BlockArgument argument : kernel.getEntryBlock().getArguments()) {
    unsigned index = argument.getArgNumber();
    std::string name = scopes.declare(kernel.getParamName(index));
    buffers[argument] = name;
    std::string type;
    if (auto buffer = dyn_cast<BufferType>(argument.getType())) {
      std::string element = metalTypeName(*scalarType(buffer.getElementType()),
                                          widthOf(buffer.getElementType()));
      bool isAtomic = isOnlyAtomic(argument);
      if (isAtomic)
        onlyAtomic.insert(argument);
      bool isReadOnly = buffer.getAccess() == Access::read &&
                        buffer.getSpace() == AddressSpace::device;
      type = ((isReadOnly ? "const " : "") +
              stringifyAddressSpace(buffer.getSpace()) +
              (isAtomic ? " atomic_" : " ") + element + "* ")
                 .str();
    } else {
      auto scalar = cast<enigma::ScalarType>(argument.getType());
      type = "constant " +
             metalTypeName(*scalarType(scalar.getElementType()),
                           widthOf(scalar.getElementType())) +
             "& ";
    }
    parameters.push_back(type + name + " [[buffer(" + std::to_string(index) +
                         ")]]");
  }
}

/// Metal wants all position-like queries of a kernel to have the same number of
/// components.
void KernelEmitter::declareQueries(SmallVectorImpl<std::string> &parameters) {
  // Sorted by name: the order does not depend on the body. The value is the
  // Python name, if all uses agree.
  std::map<std::string, std::pair<bool, StringRef>> used;
  unsigned components = 1;
  kernel.walk([&](ThreadQueryOpInterface op) {
    StringRef name = pythonName(op->getLoc());
    auto [entry, isNew] = used.insert(
        {op.getQueryName().str(), {op.getQueryDimension().has_value(), name}});
    if (!isNew && entry->second.second != name)
      entry->second.second = "";
    if (std::optional<Dimension> dimension = op.getQueryDimension())
      components = std::max(components, unsigned(*dimension) + 1);
  });
  for (auto &[query, use] : used) {
    auto [isPosition, name] = use;
    unsigned width = isPosition ? components : 1;
    std::string parameter =
        scopes.declare(width == 1 && !name.empty() ? name : StringRef(query));
    parameters.push_back("uint" + (width > 1 ? std::to_string(width) : "") +
                         " " + parameter + " [[" + query + "]]");
    queries[query] = {parameter, width};
  }
}

Expression KernelEmitter::query(ThreadQueryOpInterface op) {
  auto &[parameter, width] = queries.at(op.getQueryName().str());
  std::string text = parameter;
  if (width > 1)
    text += ("." + stringifyDimension(*op.getQueryDimension())).str();
  return Expression::primary(text, DType::u32);
}

FailureOr<std::string> KernelEmitter::emit() {
  if (llvm::failed(checkName()) || llvm::failed(checkTypes()) ||
      llvm::failed(checkThreadgroupMemory(kernel)))
    return failure();
  scopes.enter();
  // Nothing in the kernel may hide the constants that it reads.
  kernel.walk([&](GetFunctionConstantOp op) {
    scopes.reserve(constants.values.lookup(op.getConstant()));
  });
  SmallVector<std::string> parameters;
  declareParameters(parameters);
  declareQueries(parameters);
  std::string header = comment(kernel.getLoc());
  emitBlock(kernel.getEntryBlock());
  scopes.leave();
  if (failed)
    return failure();

  std::string text;
  if (std::optional<uint32_t> maxThreads = kernel.getMaxThreads())
    text += "[[max_total_threads_per_threadgroup(" +
            std::to_string(*maxThreads) + ")]]\n";
  text += ("kernel void " + kernel.getSymName() + "(").str();
  for (const std::string &parameter : parameters)
    text +=
        (&parameter == parameters.begin() ? "\n    " : ",\n    ") + parameter;
  text += ") {" + header + "\n";
  if (kernel.getMath() == MathMode::precise && target.msl >= Version{3, 2})
    text += "  #pragma METAL fp math_mode(safe)\n"
            "  #pragma METAL fp contract(off)\n";
  return text + body + "}\n";
}

} // namespace enigma::msl
