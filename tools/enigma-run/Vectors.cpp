// Buffers of vectors at the boundary to files and people.
#include "Vectors.h"
#include "Failure.h"
#include "Values.h"
#include <algorithm>

using namespace enigma;
using namespace enigma::run;

/// Copies whole vectors between arrays that give each `from` and `to` bytes.
static std::vector<uint8_t> restride(const std::vector<uint8_t> &bytes,
                                     size_t from, size_t to) {
  size_t count = bytes.size() / from;
  std::vector<uint8_t> result(count * to);
  for (size_t i = 0; i < count; ++i)
    std::copy_n(bytes.begin() + i * from, std::min(from, to),
                result.begin() + i * to);
  return result;
}

static size_t packedBytes(ElementType type) {
  return dtypeRow(type.dtype).bytes * type.width;
}

std::vector<uint8_t> run::padComponents(std::vector<uint8_t> bytes,
                                        ElementType type) {
  size_t packed = packedBytes(type);
  return packed == type.bytes() ? std::move(bytes)
                                : restride(bytes, packed, type.bytes());
}

std::vector<uint8_t> run::packComponents(std::vector<uint8_t> bytes,
                                         ElementType type) {
  size_t packed = packedBytes(type);
  return packed == type.bytes() ? std::move(bytes)
                                : restride(bytes, type.bytes(), packed);
}

std::vector<uint8_t> run::parseElement(const std::string &text,
                                       ElementType type,
                                       const std::string &what) {
  if (type.width == 1)
    return parseScalar(text, type.dtype, what);
  std::vector<uint8_t> bytes;
  size_t start = 0, count = 0;
  while (true) {
    size_t end = text.find(',', start);
    std::vector<uint8_t> component =
        parseScalar(text.substr(start, end - start), type.dtype, what);
    bytes.insert(bytes.end(), component.begin(), component.end());
    ++count;
    if (end == std::string::npos)
      break;
    start = end + 1;
  }
  if (count != type.width)
    throw Failure{Status::WrongInput, what + ": '" + text + "' has " +
                                          std::to_string(count) +
                                          " components, " + elementName(type) +
                                          " has " + std::to_string(type.width)};
  return padComponents(std::move(bytes), type);
}

std::vector<uint8_t> run::generate(const std::string &kind, ElementType type,
                                   uint64_t count, const std::string &what) {
  return padComponents(generate(kind, type.dtype, count * type.width, what),
                       type);
}

std::string run::formatElements(const std::vector<uint8_t> &bytes,
                                ElementType type, uint64_t count) {
  return formatElements(packComponents(bytes, type), type.dtype,
                        count * type.width);
}
