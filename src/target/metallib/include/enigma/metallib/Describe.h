// What a metallib says about its functions: reflection decoded from the AIR
// metadata (reference section 2.5).
#pragma once

#include "enigma/metallib/Library.h"
#include "llvm/Support/Error.h"
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
  std::vector<StructMember> members; ///< of a nested struct
};

/// One parameter of a kernel.
struct Argument {
  uint32_t index = 0; ///< LLVM parameter
  std::string kind;   ///< "buffer", "thread_position_in_grid", ...
  std::string name;
  std::string type; ///< Metal type name; of a buffer, of what it points to
  std::optional<uint32_t>
      location;             ///< N of `[[buffer(N)]]` or `[[threadgroup(N)]]`
  std::string addressSpace; ///< "device", "constant", "threadgroup" or empty
  std::string access;       ///< "read", "read_write" or empty
  std::optional<uint32_t> size;       ///< of one element
  std::optional<uint32_t> alignment;  ///< of one element
  std::optional<uint32_t> bufferSize; ///< known for `constant T &`
  std::string functionConstant;       ///< name of the constant that enables the
                                      ///< argument, or empty
  bool unused = false;
  std::vector<StructMember> members;
};

/// What the module of a function says about it.
struct FunctionDescription {
  std::string triple;
  std::vector<Argument> arguments;
};

/// Reads the metadata of a function's module. The module's hash must be right:
/// LLVM's reader is not made for damaged bitcode.
llvm::Expected<FunctionDescription> describe(const Function &function);

/// The module as LLVM 22 prints it (pointers are opaque there).
llvm::Expected<std::string> disassemble(const Function &function);

llvm::StringRef functionTypeName(FunctionType type);
/// "executable", "dynamic library", ...
std::string fileTypeName(uint8_t fileType);
/// "macOS", "iOS", ...; "unknown" for files older than format 1.2.6.
std::string platformName(uint8_t platform);
/// The Metal type of an MTLDataType code, or its number in hexadecimal.
std::string dataTypeName(uint8_t mtlDataType);

} // namespace enigma::metallib
