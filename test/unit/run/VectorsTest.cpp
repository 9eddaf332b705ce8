// Buffers of vectors at the boundary to files and people.
#include "Vectors.h"
#include "Failure.h"
#include <catch2/catch.hpp>

using namespace enigma;
using namespace enigma::run;

using Bytes = std::vector<uint8_t>;

TEST_CASE("vectors of 3 are padded in memory and nowhere else") {
  ElementType three{DType::u8, 3}, two{DType::u8, 2};
  CHECK(padComponents({1, 2, 3, 4, 5, 6}, three) ==
        Bytes{1, 2, 3, 0, 4, 5, 6, 0});
  CHECK(packComponents({1, 2, 3, 9, 4, 5, 6, 9}, three) ==
        Bytes{1, 2, 3, 4, 5, 6});
  CHECK(padComponents({1, 2, 3, 4}, two) == Bytes{1, 2, 3, 4});
  CHECK(packComponents({1, 2, 3, 4}, two) == Bytes{1, 2, 3, 4});
}

TEST_CASE("an element is parsed by component") {
  CHECK(parseElement("1,2,3", {DType::u8, 3}, "") == Bytes{1, 2, 3, 0});
  CHECK(parseElement("7", {DType::u8, 1}, "") == Bytes{7});
  auto failure = [](const char *text, ElementType type) {
    try {
      parseElement(text, type, "--scalar v");
    } catch (const Failure &failure) {
      return failure.message;
    }
    return std::string();
  };
  CHECK(failure("1,2", {DType::u8, 3}) ==
        "--scalar v: '1,2' has 2 components, u8x3 has 3");
  CHECK(failure("1,2,3", {DType::u8, 2}) ==
        "--scalar v: '1,2,3' has 3 components, u8x2 has 2");
  CHECK(failure("1,", {DType::u8, 2}) == "--scalar v: '' is not a number");
}

TEST_CASE("generators and printing go from component to component") {
  ElementType type{DType::i16, 3};
  Bytes bytes = generate("arange", type, 2, "");
  CHECK(bytes.size() == 2 * type.bytes());
  CHECK(formatElements(bytes, type, 2) == "0 1 2 3 4 5");
  CHECK(formatElements(bytes, type, 1) == "0 1 2");
}

TEST_CASE("names of element types") {
  for (const DTypeRow &row : dtypeTable)
    for (uint8_t width = 1; width <= 4; ++width) {
      ElementType type{row.dtype, width};
      CHECK(parseElementType(elementName(type)) == type);
      CHECK(type.bytes() == row.bytes * (width == 3 ? 4 : width));
    }
  for (const char *name : {"", "x2", "f32x", "f32x1", "f32x5", "f32x22", "f31"})
    CHECK(!parseElementType(name));
}
