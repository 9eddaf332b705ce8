// A serialized trace in memory (docs/trace.md): what Python recorded, before
// any MLIR.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace enigma::trace {

/// Limits of the format; a document beyond them is refused.
inline constexpr size_t maxDocumentBytes = size_t(64) << 20;
inline constexpr unsigned maxRegionDepth = 200;
inline constexpr size_t maxOpsPerKernel = 1'000'000;
/// Bytes of one array of one thread.
inline constexpr int64_t maxThreadBytes = 32768;
/// Elements of one shape; keeps every linear index within 63 bits.
inline constexpr int64_t maxElements = int64_t(1) << 40;

/// Function constants are numbered with 16 bits.
inline constexpr unsigned maxFunctionConstantIndex = 65535;

/// How the importer treats a row of the op table.
enum class OpKind : uint8_t {
  Structural, ///< its types have rules of their own, known by name
  Operator,   ///< elementwise, becomes arith
  Function,   ///< elementwise, becomes the dialect op of the same name
  Query1,     ///< a thread query with one value
  Query3,     ///< a thread query with a dimension
};

/// One row of the op table, as far as the trace is concerned.
struct OpRow {
  llvm::StringRef name;
  llvm::StringRef signature;
  OpKind kind;
};

/// The row called `name`, or null.
const OpRow *findOp(llvm::StringRef name);
llvm::ArrayRef<OpRow> opTable();

/// Columns count from 0, lines from 1, as in Python's ast.
struct Location {
  uint32_t file = 0, line = 0, column = 0, endLine = 0, endColumn = 0;
};

/// A scalar (width 1), a vector of 2 to 4, memory of the threadgroup or the
/// thread (with a shape), or an 8x8 simdgroup matrix.
struct Type {
  DType dtype = DType::f32;
  uint8_t width = 1;
  llvm::SmallVector<int64_t, 2> shape = {};
  bool threadgroup = false;
  bool thread = false;
  bool simdgroupMatrix = false;

  bool isMemory() const { return threadgroup || thread; }
  bool isScalar() const {
    return width == 1 && !isMemory() && !simdgroupMatrix;
  }
  bool operator==(const Type &) const = default;
};

/// "f32", "f32x4", "threadgroup<f32,16x17>", "thread<f32,4x4>",
/// "simdgroup_matrix<f32,8x8>".
std::string toString(const Type &type);
std::optional<Type> parseType(llvm::StringRef text);

struct Result {
  std::string name;
  Type type;
};

struct Op;

struct Region {
  std::vector<Result> args;
  std::vector<Op> body;
  std::vector<std::string> yield;
};

using Constant = std::variant<bool, int64_t, uint64_t, double>;

/// The function that some code is in, and where it was called.
struct Call {
  std::string function;
  Location loc;
};

struct Op {
  const OpRow *row = nullptr;
  std::vector<std::string> in;
  std::vector<Result> out;
  std::vector<Region> regions;
  Location loc;
  /// The calls that led from the kernel's function to `loc`, the innermost
  /// first; empty where `loc` is in the kernel's function itself.
  std::vector<Call> callers;
  /// The Python variable that takes the result; empty if there is none.
  std::string variable;

  // Attributes; which of them an op has is in docs/trace.md.
  std::string dim, memFlags, order;
  std::optional<Constant> value;
  llvm::SmallVector<int64_t, 4> lanes;
  std::optional<std::string> format, message;
  std::optional<bool> transpose;

  llvm::StringRef name() const { return row->name; }
};

/// Operands of a memory op after its indices: `load_if` brings condition and
/// other value, `store_if` value and condition, a compare-exchange expected and
/// desired value, a load nothing, the rest one value.
size_t valueCount(const Op &op);
/// Number of indices of a memory op; they stand between the buffer and the
/// values.
size_t indexCount(const Op &op);

enum class ParamKind : uint8_t { Buffer, Scalar };
enum class ParamAccess : uint8_t { Infer, Read, Write, ReadWrite };

struct Param {
  std::string name;
  ParamKind kind = ParamKind::Buffer;
  Type type;                           ///< of an element: a scalar or vector
  llvm::SmallVector<int64_t, 2> shape; ///< empty: one dimension of unknown size
  llvm::SmallVector<int64_t, 2> stride; ///< empty: row-major
  ParamAccess access = ParamAccess::Infer;
  std::optional<Location> loc;
};

/// A value that is set when the kernel is loaded.
struct FunctionConstant {
  uint32_t index = 0;
  std::string name;
  DType dtype = DType::f32;
  std::optional<Constant> defaultValue;
  std::optional<Location> loc;
};

using Extents = std::array<int32_t, 3>;

struct Kernel {
  std::string name;
  std::string pythonName;
  Location loc;
  std::vector<Param> params;
  std::optional<Extents> grid, block;
  std::optional<int32_t> maxThreads;
  /// What the kernel reads of the module's function constants.
  std::vector<FunctionConstant> functionConstants;
  std::vector<Op> body;
};

struct Trace {
  std::string module;
  std::vector<std::string> files;
  /// Module constants as `enigma.define` saw them, printed as JSON values.
  std::map<std::string, std::string> defines;
  std::vector<Kernel> kernels;
};

/// Reads and verifies a document. The error says where:
/// `kernels[0].body[12].in[1]: undefined value '%44'`.
llvm::Expected<Trace> readTrace(llvm::StringRef document);

/// The checks a JSON schema cannot make: names, dominance, types. `readTrace`
/// has made them.
llvm::Error verifyTrace(const Trace &trace);

/// The readable form (`--dump-ir`).
void printTrace(const Trace &trace, llvm::raw_ostream &os);

} // namespace enigma::trace
