// Numbers of any dtype: parsed from text, generated, printed.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include "enigma/simulator/Device.h"
#include <cstdint>
#include <string>
#include <vector>

namespace enigma::run {

/// The bytes of `text` as one `dtype`; a value that does not fit is a Failure
/// that names `what`.
std::vector<uint8_t> parseScalar(const std::string &text, DType dtype,
                                 const std::string &what);

/// A number or `true`/`false`, for a function constant whose type is found
/// later.
decltype(simulator::ConstantValue::value)
parseConstant(const std::string &text, const std::string &what);

/// `count` elements of kind `zeros`, `ones`, `arange` or `random:SEED`.
std::vector<uint8_t> generate(const std::string &kind, DType dtype,
                              uint64_t count, const std::string &what);

/// The first `count` elements as a person reads them.
std::string formatElements(const std::vector<uint8_t> &bytes, DType dtype,
                           uint64_t count);

/// A non-negative decimal integer; a malformed one is a wrong command line.
uint64_t parseCount(const std::string &text, const std::string &what);

} // namespace enigma::run
