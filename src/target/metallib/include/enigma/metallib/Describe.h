// What a metallib says about its functions: reflection decoded from the AIR
// metadata (reference section 2.5) and figures of the code.
#pragma once

#include "enigma/metallib/Library.h"
#include "llvm/Support/Error.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace enigma::metallib {

/// One entry of an `air.struct_type_info` list.
struct StructMember {
  uint32_t offset = 0;
  uint32_t size = 0;
  uint32_t arrayLength = 0; ///< 0 when the member is not an array
  std::string type;
  std::string name;
  /// In an argument buffer: what the member is ("buffer", "texture",
  /// "indirect_constant") and its `[[id(N)]]`.
  std::string kind;
  std::optional<uint32_t> id;
  std::vector<StructMember> members; ///< of a nested struct
};

/// One parameter of a function, or one output of a vertex, fragment or visible
/// function.
struct Argument {
  uint32_t index = 0; ///< LLVM parameter
  std::string kind;   ///< "buffer", "thread_position_in_grid", ...
  std::string name;
  std::string type; ///< Metal type name; of a buffer, of what it points to
  std::optional<uint32_t> location; ///< N of `[[buffer(N)]]`, `[[texture(N)]]`
  std::string addressSpace; ///< "device", "constant", "threadgroup" or empty
  std::string access;       ///< "read", "read_write", "sample", ... or empty
  std::optional<uint32_t> size;       ///< of one element
  std::optional<uint32_t> alignment;  ///< of one element
  std::optional<uint32_t> bufferSize; ///< known for `constant T &`
  std::string functionConstant;       ///< name of the constant that enables the
                                      ///< argument, or empty
  bool unused = false;
  /// What else the metadata says: "user(texcoord0)", "center", "perspective".
  std::vector<std::string> qualifiers;
  std::vector<StructMember> members;

  /// How Metal attributes it: "buffer(2)", "thread_position_in_grid".
  std::string attribute() const;
  /// How Metal declares it, without its attribute: "device const float *a".
  std::string declaration() const;
  /// What the declaration leaves open: "read", "24 bytes", "unused".
  std::vector<std::string> notes() const;
};

/// Debug information of a module: which source its instructions come from.
struct LineTable {
  /// Sorted, each once.
  std::vector<std::string> files;
  /// Different lines of these files.
  uint64_t lines = 0;
  /// Names of variables, sorted, each once.
  std::vector<std::string> variables;
};

/// What the module of a function says about it.
struct FunctionDescription {
  std::string triple;
  std::string compiler; ///< `llvm.ident`
  std::string sdk;      ///< "14.2", or empty
  /// "denorms_disable", "fast_math_enable", ...
  std::vector<std::string> options;
  std::vector<Argument> arguments;
  std::vector<Argument> outputs;
  /// `[[max_total_threads_per_threadgroup(N)]]`
  std::optional<uint32_t> maxThreads;
  /// Threadgroup memory that the function itself declares.
  uint64_t threadgroupMemory = 0;
  uint64_t instructions = 0;
  std::optional<LineTable> lineTable;
  /// Calls of functions that the module does not define, by name: AIR's and
  /// LLVM's intrinsics, symbols of other libraries.
  std::map<std::string, uint64_t> calls;
};

/// Reads the metadata of a function's module. The module's hash must be right:
/// LLVM's reader is not made for damaged bitcode.
llvm::Expected<FunctionDescription> describe(const Function &function);

/// A function of a library and what could be learned of it.
struct DescribedFunction {
  const Function *function = nullptr;
  bool hashMatches = false;
  std::optional<FunctionDescription> description;
  std::string problem; ///< why there is no description
};

/// Describes every function of a library, in its order, on all processors.
std::vector<DescribedFunction> describeAll(const Library &library);

/// The module as LLVM 22 prints it (pointers are opaque there), under a comment
/// that declares the function; its parameters have their names in Metal.
llvm::Expected<std::string> disassemble(const Function &function);

/// "kernel", "vertex", ...; "unknown" for types of later systems.
llvm::StringRef functionTypeName(FunctionType type);
/// "executable", "dynamic library", ...
std::string fileTypeName(uint8_t fileType);
/// "macOS", "iOS", ...; "unknown" for files older than format 1.2.6.
std::string platformName(uint8_t platform);
/// The Metal type of an MTLDataType code, or its number in hexadecimal.
std::string dataTypeName(uint8_t mtlDataType);

} // namespace enigma::metallib
