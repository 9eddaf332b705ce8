// Buffers of vectors: what a person and NumPy see are their components, without
// the padding of vectors of 3.
#pragma once

#include "enigma/dtypes/DTypes.h"
#include <cstdint>
#include <string>
#include <vector>

namespace enigma::run {

/// Components as they lie in memory: a fourth one, 0, after each vector of 3.
std::vector<uint8_t> padComponents(std::vector<uint8_t> bytes,
                                   ElementType type);
/// The opposite.
std::vector<uint8_t> packComponents(std::vector<uint8_t> bytes,
                                    ElementType type);

/// One element: a number, or the components of a vector between commas.
std::vector<uint8_t> parseElement(const std::string &text, ElementType type,
                                  const std::string &what);

/// `count` elements; generators go from component to component.
std::vector<uint8_t> generate(const std::string &kind, ElementType type,
                              uint64_t count, const std::string &what);

/// The components of the first `count` elements.
std::string formatElements(const std::vector<uint8_t> &bytes, ElementType type,
                           uint64_t count);

} // namespace enigma::run
