// NumPy's .npy files, versions 1 and 2, C order.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include <cstdint>
#include <string>
#include <vector>

namespace enigma::run {

struct NpyArray {
  /// NumPy's type string, "<f4".
  std::string descr;
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes;
};

/// Fails on what it cannot read exactly: Fortran order, big-endian or unknown
/// types.
NpyArray readNpy(const std::string &path);
void writeNpy(const std::string &path, DType dtype,
              const std::vector<uint64_t> &shape,
              const std::vector<uint8_t> &bytes);

/// Whether an array of NumPy type `descr` can stand for `dtype`: bf16 travels
/// as bit patterns, b1 as one byte an element.
bool npyMatches(const std::string &descr, DType dtype);

/// The dtype of a NumPy type string, as far as it alone tells.
DType npyDType(const std::string &descr, const std::string &path);

std::vector<uint8_t> readBytes(const std::string &path);

} // namespace enigma::run
