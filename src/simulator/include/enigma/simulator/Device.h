// The CPU device: loads one kernel of a metallib, compiles it for the host,
// runs grids of it.
//
// The device reads what was shipped and nothing else; it knows neither the
// dialect, the trace nor Python. Meanings of the `air.*` intrinsics are Metal's
// (see docs: the kernel language).
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "enigma/metallib/Library.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
class raw_ostream;
} // namespace llvm

namespace enigma::simulator {

/// Lanes of a simdgroup on every Apple GPU.
inline constexpr unsigned simdgroupWidth = 32;
/// Metal's limits for a threadgroup.
inline constexpr unsigned maxThreadsPerThreadgroup = 1024;
inline constexpr unsigned maxThreadgroupMemory = 32768;

enum class ArgumentKind : uint8_t {
  Buffer,      ///< device or constant pointer, bound by `[[buffer(N)]]` index
  Threadgroup, ///< threadgroup pointer, sized by the host by
               ///< `[[threadgroup(N)]]` index
  Builtin,     ///< a value that the device computes
};

/// One parameter of the Metal function, as its metadata describes it (reference
/// section 2.5).
struct KernelArgument {
  ArgumentKind kind = ArgumentKind::Builtin;
  /// `[[buffer(N)]]` or `[[threadgroup(N)]]`.
  uint32_t location = 0;
  /// Argument name in the source; may be empty.
  std::string name;
  /// Type name in the source, "float" or a struct's.
  std::string typeName;
  /// Size and alignment of the type; 0 where the metadata says nothing.
  uint32_t typeSize = 0;
  uint32_t typeAlignment = 0;
  /// Bytes that a `constant T&` reads; 0 for unbounded buffers.
  uint64_t bufferSize = 0;
  uint32_t addressSpace = 0;
  bool writable = false;
  /// Not read by the kernel, or present only under a function constant: may
  /// stay unbound.
  bool optional = false;
  /// "air.thread_position_in_grid", ... for built-in values.
  std::string builtin;
};

struct FunctionConstant {
  std::string name;
  uint32_t index = 0;
  DType dtype = DType::f32;
  bool required = false;
};

/// What a kernel's metadata says about it.
struct Reflection {
  std::string name;
  std::vector<KernelArgument> arguments;
  std::vector<FunctionConstant> constants;
  uint32_t maxThreadsPerThreadgroup = simulator::maxThreadsPerThreadgroup;
  uint64_t staticThreadgroupMemory = 0;

  /// The argument of `kind` at `location`, or null.
  const KernelArgument *find(ArgumentKind kind, uint32_t location) const;
};

/// A function constant's value by index or by name; converted to the constant's
/// type when it fits.
struct ConstantValue {
  std::variant<uint32_t, std::string> key;
  std::variant<bool, int64_t, uint64_t, double> value;
};

struct BufferBinding {
  uint32_t location = 0;
  llvm::MutableArrayRef<uint8_t> bytes;
};

struct ThreadgroupMemory {
  uint32_t location = 0;
  uint32_t bytes = 0;
};

/// One launch, as `dispatchThreads:threadsPerThreadgroup:` (ragged last
/// threadgroups allowed).
struct Dispatch {
  std::array<uint32_t, 3> grid = {1, 1, 1};
  std::array<uint32_t, 3> threadgroup = {1, 1, 1};
  llvm::SmallVector<BufferBinding, 8> buffers;
  llvm::SmallVector<ThreadgroupMemory, 2> threadgroupMemory;
  /// Host threads; 0 means one per core. A kernel with debugging calls has one.
  unsigned workers = 0;
  /// Where the lines of `device_print` go when the dispatch is done; null means
  /// standard error.
  llvm::raw_ostream *log = nullptr;
};

/// A kernel compiled for the host. `dispatch` may be called from several
/// threads at once.
class Kernel {
public:
  /// Fails, naming the cause, on: no such kernel, a hash that does not match,
  /// unset required constants, arguments or intrinsics that the device does not
  /// know.
  static llvm::Expected<std::unique_ptr<Kernel>>
  load(const metallib::Library &library, llvm::StringRef function,
       llvm::ArrayRef<ConstantValue> constants = {});

  /// The same for a bare AIR module; `module` must live in `context`.
  static llvm::Expected<std::unique_ptr<Kernel>>
  loadModule(std::unique_ptr<llvm::LLVMContext> context,
             std::unique_ptr<llvm::Module> module, llvm::StringRef function,
             llvm::ArrayRef<ConstantValue> constants = {});

  ~Kernel();

  const Reflection &reflection() const;

  /// Whether threads can wait for each other (barriers, simdgroup operations).
  bool isCooperative() const;

  /// Runs the grid and returns when it is done. Fails without running anything
  /// when a binding is missing or too small; fails after the fact on barrier
  /// divergence and where a `device_assert` did not hold.
  llvm::Error dispatch(const Dispatch &launch) const;

private:
  struct State;
  explicit Kernel(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

/// A kernel's metadata without compiling it.
llvm::Expected<Reflection> reflect(const metallib::Library &library,
                                   llvm::StringRef function);

} // namespace enigma::simulator
