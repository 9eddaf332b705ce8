// The public face of the CPU device: loading and dispatching kernels.
#include "Debugging.h"
#include "HostCompiler.h"
#include "HostLegalize.h"
#include "KernelModule.h"
#include "Metadata.h"
#include "Scheduler.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"
#include <atomic>
#include <mutex>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

namespace {
struct Launch;
}

struct Kernel::State {
  Reflection reflection;
  std::vector<std::string> siteDescriptions;
  std::vector<DebugSite> debugSites;
  std::optional<HostCode> code;
  RunThreadgroup runThreadgroup = nullptr; ///< null in cooperative kernels
  CooperativeCode cooperative;

  void work(Launch &launch) const;
};

Kernel::Kernel(std::unique_ptr<State> state) : state(std::move(state)) {}
Kernel::~Kernel() = default;
const Reflection &Kernel::reflection() const { return state->reflection; }
bool Kernel::isCooperative() const { return !state->runThreadgroup; }

//===-------------------------------------------------------------------------------------------===//
// Loading
//===-------------------------------------------------------------------------------------------===//

static Expected<std::unique_ptr<Module>>
readModule(const metallib::Library &library, StringRef name,
           LLVMContext &context) {
  const metallib::Function *function = library.find(name);
  if (!function)
    return failure("the library has no function '" + name + "'");
  if (function->type != metallib::FunctionType::Kernel)
    return failure("function '" + name + "' is not a kernel");
  if (function->hash != function->computeHash())
    return failure("function '" + name +
                   "': the module does not match its hash");
  StringRef bytes(reinterpret_cast<const char *>(function->module.data()),
                  function->module.size());
  auto module = parseBitcodeFile(MemoryBufferRef(bytes, name), context);
  if (!module)
    return failure("function '" + name + "': " + toString(module.takeError()));
  return module;
}

Expected<std::unique_ptr<Kernel>>
Kernel::load(const metallib::Library &library, StringRef function,
             ArrayRef<ConstantValue> constants) {
  auto context = std::make_unique<LLVMContext>();
  auto module = readModule(library, function, *context);
  if (!module)
    return module.takeError();
  return loadModule(std::move(context), std::move(*module), function,
                    constants);
}

Expected<Reflection> simulator::reflect(const metallib::Library &library,
                                        StringRef function) {
  LLVMContext context;
  auto module = readModule(library, function, context);
  if (!module)
    return module.takeError();
  auto kernel = findKernel(**module, function);
  if (!kernel)
    return kernel.takeError();
  isolateKernel(**kernel);
  return readReflection(**kernel);
}

Expected<std::unique_ptr<Kernel>>
Kernel::loadModule(std::unique_ptr<LLVMContext> givenContext,
                   std::unique_ptr<Module> givenModule, StringRef name,
                   ArrayRef<ConstantValue> constants) {
  // In this order, because parameters may be destroyed in any: the module needs
  // its context.
  std::unique_ptr<LLVMContext> context = std::move(givenContext);
  std::unique_ptr<Module> module = std::move(givenModule);
  auto state = std::make_unique<State>();
  auto kernel = findKernel(*module, name);
  if (!kernel)
    return kernel.takeError();
  isolateKernel(**kernel);
  auto reflection = readReflection(**kernel);
  if (!reflection)
    return reflection.takeError();
  state->reflection = std::move(*reflection);
  if (Error error = retargetToHost(*module))
    return error;
  if (Error error = setFunctionConstants(*module, state->reflection, constants))
    return error;
  if (Error error = flattenCalls(**kernel))
    return error;
  auto debugSites = readDebugSites(**kernel);
  if (!debugSites)
    return debugSites.takeError();
  state->debugSites = std::move(*debugSites);
  legalizeForHost(**kernel);
  auto entry = buildThreadEntry(**kernel, state->reflection);
  if (!entry)
    return entry.takeError();
  state->siteDescriptions = std::move(entry->siteDescriptions);
  state->reflection.staticThreadgroupMemory = entry->staticThreadgroupMemory;
  auto code = HostCode::compile(std::move(context), std::move(module));
  if (!code)
    return code.takeError();
  state->code.emplace(std::move(*code));

  auto find = [&](StringRef symbol, auto &pointer) -> Error {
    auto found =
        state->code->lookUp<std::remove_reference_t<decltype(pointer)>>(symbol);
    if (!found)
      return found.takeError();
    pointer = *found;
    return Error::success();
  };
  if (state->siteDescriptions.empty()) {
    if (Error error = find(runThreadgroupName, state->runThreadgroup))
      return error;
  } else {
    if (Error error = find(startThreadName, state->cooperative.start))
      return error;
    if (Error error = find(resumeName, state->cooperative.resume))
      return error;
    if (Error error = find(operationsName, state->cooperative.operations))
      return error;
  }
  return std::unique_ptr<Kernel>(new Kernel(std::move(state)));
}

//===-------------------------------------------------------------------------------------------===//
// Dispatching
//===-------------------------------------------------------------------------------------------===//

namespace {

/// What all workers of one dispatch share.
struct Launch {
  Launch(const Dispatch &dispatch, ArrayRef<DebugSite> debugSites)
      : dispatch(dispatch), debugLog(debugSites) {}

  const Dispatch &dispatch;
  std::array<uint32_t, 3> groups{};
  uint64_t groupCount = 0;
  std::vector<void *> arguments;
  /// Parameter number and offset of each sized threadgroup argument.
  SmallVector<std::pair<unsigned, uint64_t>, 2> threadgroupArguments;
  uint64_t threadgroupMemoryBytes = 0;

  DebugLog debugLog;
  std::atomic<uint64_t> nextGroup = 0;
  std::mutex lock;
  std::string message;
};

} // namespace

static std::string argumentText(const KernelArgument &argument) {
  return (argument.kind == ArgumentKind::Threadgroup ? "threadgroup argument "
                                                     : "buffer ") +
         std::to_string(argument.location) +
         (argument.name.empty() ? "" : " ('" + argument.name + "')");
}

static Error checkExtents(const Reflection &reflection,
                          const Dispatch &dispatch) {
  uint64_t threads = 1;
  for (unsigned i = 0; i < 3; ++i) {
    if (!dispatch.grid[i] || !dispatch.threadgroup[i])
      return failure("grid and threadgroup sizes must be positive");
    threads *= std::min<uint64_t>(dispatch.threadgroup[i], 1 << 21);
  }
  if (threads > reflection.maxThreadsPerThreadgroup)
    return failure("kernel '" + reflection.name + "' allows " +
                   Twine(reflection.maxThreadsPerThreadgroup) +
                   " threads per threadgroup, not " + Twine(threads));
  return Error::success();
}

static Error bindBuffer(const KernelArgument &argument,
                        const Dispatch &dispatch, void *&slot) {
  auto binding = find_if(dispatch.buffers, [&](const BufferBinding &b) {
    return b.location == argument.location;
  });
  if (binding == dispatch.buffers.end()) {
    if (argument.optional)
      return Error::success();
    return failure(argumentText(argument) + " is not bound");
  }
  uint64_t needed = std::max<uint64_t>(argument.bufferSize, 1);
  if (binding->bytes.size() < needed)
    return failure(argumentText(argument) + " has " +
                   Twine(binding->bytes.size()) + " bytes, the kernel reads " +
                   Twine(needed));
  slot = binding->bytes.data();
  return Error::success();
}

static Error placeThreadgroupArgument(const KernelArgument &argument,
                                      unsigned parameter, Launch &launch) {
  auto size = find_if(launch.dispatch.threadgroupMemory,
                      [&](const ThreadgroupMemory &m) {
                        return m.location == argument.location;
                      });
  if (size == launch.dispatch.threadgroupMemory.end()) {
    if (argument.optional)
      return Error::success();
    return failure(argumentText(argument) + " has no size");
  }
  uint64_t offset = alignTo(launch.threadgroupMemoryBytes, 64);
  launch.threadgroupArguments.push_back({parameter, offset});
  launch.threadgroupMemoryBytes = offset + size->bytes;
  return Error::success();
}

static Error prepare(const Reflection &reflection, Launch &launch) {
  const Dispatch &dispatch = launch.dispatch;
  if (Error error = checkExtents(reflection, dispatch))
    return error;
  launch.groupCount = 1;
  for (unsigned i = 0; i < 3; ++i) {
    launch.groups[i] = divideCeil(dispatch.grid[i], dispatch.threadgroup[i]);
    if (__builtin_mul_overflow(launch.groupCount, launch.groups[i],
                               &launch.groupCount))
      return failure("the grid has too many threadgroups");
  }
  launch.arguments.resize(reflection.arguments.size());
  launch.threadgroupMemoryBytes = reflection.staticThreadgroupMemory;
  for (unsigned i = 0; i < reflection.arguments.size(); ++i) {
    const KernelArgument &argument = reflection.arguments[i];
    Error error = argument.kind == ArgumentKind::Buffer
                      ? bindBuffer(argument, dispatch, launch.arguments[i])
                  : argument.kind == ArgumentKind::Threadgroup
                      ? placeThreadgroupArgument(argument, i, launch)
                      : Error::success();
    if (error)
      return error;
  }
  if (launch.threadgroupMemoryBytes > maxThreadgroupMemory)
    return failure("kernel '" + reflection.name + "' needs " +
                   Twine(launch.threadgroupMemoryBytes) +
                   " bytes of threadgroup memory; " +
                   Twine(maxThreadgroupMemory) + " are available");
  return Error::success();
}

/// Sets the position of group `number` and its size, which shrinks at the
/// grid's far edges.
static void placeGroup(const Launch &launch, uint64_t number,
                       GroupState &group) {
  for (unsigned i = 0; i < 3; ++i) {
    uint32_t position = number % launch.groups[i];
    number /= launch.groups[i];
    group.threadgroupPosition[i] = position;
    uint32_t start = position * launch.dispatch.threadgroup[i];
    group.threadsPerThreadgroup[i] = std::min(launch.dispatch.threadgroup[i],
                                              launch.dispatch.grid[i] - start);
  }
}

static std::string describe(const BarrierDivergence &divergence,
                            const GroupState &group,
                            ArrayRef<std::string> sites) {
  auto site = [&](SiteNumber number) {
    SiteNumber index = number & ~barrierBit;
    return sites[index] + " (site " + std::to_string(index) + ")";
  };
  const uint32_t *at = group.threadgroupPosition;
  return "barrier divergence in threadgroup (" + std::to_string(at[0]) + ", " +
         std::to_string(at[1]) + ", " + std::to_string(at[2]) +
         "): " + std::to_string(divergence.atFirst) + " threads wait at " +
         site(divergence.first) + " and " +
         std::to_string(divergence.atSecond) + " at " + site(divergence.second);
}

/// Takes groups until there are none left or a worker has failed.
void Kernel::State::work(Launch &launch) const {
  std::vector<void *> arguments = launch.arguments;
  // Threadgroup memory is aligned to a cache line, as the offsets in it assume.
  std::vector<uint8_t> memory(launch.threadgroupMemoryBytes + 64);
  auto *base = reinterpret_cast<uint8_t *>(alignAddr(memory.data(), Align(64)));
  for (auto [parameter, offset] : launch.threadgroupArguments)
    arguments[parameter] = base + offset;
  GroupState group;
  group.arguments = arguments.data();
  group.threadgroupMemory = base;
  copy(launch.dispatch.grid, group.threadsPerGrid);
  copy(launch.groups, group.threadgroupsPerGrid);
  copy(launch.dispatch.threadgroup, group.dispatchThreadsPerThreadgroup);
  if (!debugSites.empty())
    launch.debugLog.attach(group);
  ThreadgroupScheduler scheduler(cooperative);
  for (uint64_t number; (number = launch.nextGroup++) < launch.groupCount;) {
    placeGroup(launch, number, group);
    std::string message;
    if (runThreadgroup)
      runThreadgroup(&group);
    else if (auto divergence = scheduler.run(group))
      message = describe(*divergence, group, siteDescriptions);
    if (!debugSites.empty() && !launch.debugLog.failure().empty())
      message = launch.debugLog.failure();
    if (message.empty())
      continue;
    std::lock_guard guard(launch.lock);
    launch.nextGroup = launch.groupCount;
    if (launch.message.empty())
      launch.message = message;
  }
}

static DefaultThreadPool &workerPool() {
  static DefaultThreadPool pool(hardware_concurrency());
  return pool;
}

Error Kernel::dispatch(const Dispatch &dispatch) const {
  Launch launch(dispatch, state->debugSites);
  if (Error error = prepare(state->reflection, launch))
    return error;
  uint64_t workers =
      dispatch.workers ? dispatch.workers : workerPool().getMaxConcurrency();
  workers = std::min(workers, launch.groupCount);
  if (!state->debugSites.empty())
    workers = 1;
  ThreadPoolTaskGroup others(workerPool());
  for (uint64_t i = 1; i < workers; ++i)
    others.async([&] { state->work(launch); });
  state->work(launch);
  others.wait();
  launch.debugLog.print(dispatch.log ? *dispatch.log : errs());
  return launch.message.empty() ? Error::success() : failure(launch.message);
}
