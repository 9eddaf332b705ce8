// Names of the container's enumerations.
#include "enigma/dtypes/DTypes.h"
#include "enigma/metallib/Describe.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace enigma::metallib {

StringRef functionTypeName(FunctionType type) {
  switch (type) {
  case FunctionType::Vertex:
    return "vertex";
  case FunctionType::Fragment:
    return "fragment";
  case FunctionType::Kernel:
    return "kernel";
  case FunctionType::Unqualified:
    return "unqualified";
  case FunctionType::Visible:
    return "visible";
  case FunctionType::Extern:
    return "extern";
  case FunctionType::Intersection:
    return "intersection";
  case FunctionType::Mesh:
    return "mesh";
  case FunctionType::Object:
    return "object";
  }
  return "unknown"; // a value that the reader kept
}

std::string fileTypeName(uint8_t fileType) {
  constexpr StringRef names[] = {"executable", "Core Image library",
                                 "dynamic library", "symbol companion"};
  uint8_t kind = fileType & 0x7f;
  std::string name = kind < std::size(names) ? names[kind].str()
                                             : "0x" + utohexstr(kind, true);
  return fileType & 0x80 ? name + " stub" : name;
}

std::string platformName(uint8_t platform) {
  constexpr StringRef names[] = {"unknown",
                                 "macOS",
                                 "iOS",
                                 "tvOS",
                                 "watchOS",
                                 "bridgeOS",
                                 "macCatalyst",
                                 "iOS Simulator",
                                 "tvOS Simulator",
                                 "watchOS Simulator",
                                 "DriverKit",
                                 "visionOS"};
  uint8_t kind = platform & 0x7f;
  return kind < std::size(names) ? names[kind].str()
                                 : "0x" + utohexstr(kind, true);
}

std::string dataTypeName(uint8_t mtlDataType) {
  for (const DTypeRow &row : dtypeTable) {
    if (row.mtlDataType == mtlDataType)
      return std::string(row.metal);
    // Vectors of 2, 3 and 4 follow their scalar.
    unsigned lanes = unsigned(mtlDataType) - row.mtlDataType + 1;
    if (mtlDataType > row.mtlDataType && lanes <= 4)
      return std::string(row.metal) + utostr(lanes);
  }
  return "0x" + utohexstr(mtlDataType, true);
}

} // namespace enigma::metallib
