// The op table as the trace sees it: names, signatures, the spelling of types.
#include "Signature.h"
#include "TraceTesting.h"
#include <set>

using namespace enigma;
using namespace enigma::trace;

TEST_CASE("every row is found by its name and no other") {
  std::set<std::string> names;
  for (const OpRow &row : opTable()) {
    CHECK(names.insert(row.name.str()).second);
    CHECK(findOp(row.name) == &row);
  }
  CHECK(names.count("add"));
  CHECK(findOp("") == nullptr);
  CHECK(findOp("Add") == nullptr);
}

TEST_CASE("every signature parses and says what its op kind needs") {
  for (const OpRow &row : opTable()) {
    INFO(row.name.str());
    const Signature &signature = signatureOf(row);
    if (row.kind == OpKind::Structural) {
      CHECK(row.signature.empty());
      continue;
    }
    bool isQuery = row.kind == OpKind::Query1 || row.kind == OpKind::Query3;
    if (isQuery)
      CHECK(signature.operands.empty());
    bool hasVariable = false;
    for (const SignatureType &operand : signature.operands) {
      // The first use of the variable says its class, the others do not.
      if (!operand.dtype) {
        CHECK(operand.dtypeClass.empty() == hasVariable);
        hasVariable = true;
      }
      if (!operand.dtypeClass.empty())
        CHECK(describeClass(operand.dtypeClass) != "");
    }
    CHECK((signature.result.dtype.has_value() || hasVariable));
  }
}

TEST_CASE("dtype classes") {
  CHECK(describeClass("float") == "f32, f16");
  CHECK(describeClass("anyfloat") == "f32, f16, bf16");
  CHECK(describeClass("sint") == "i8, i16, i32, i64");
  CHECK(describeClass("uint") == "u8, u16, u32, u64");
  CHECK(describeClass("int") == "i8, u8, i16, u16, i32, u32, i64, u64");
  CHECK(describeClass("arith") ==
        "f32, f16, bf16, i8, u8, i16, u16, i32, u32, i64, u64");
  CHECK(describeClass("laneint") == "i8, u8, i16, u16, i32, u32");
  CHECK(describeClass("lane") == "f32, f16, bf16, i8, u8, i16, u16, i32, u32");
  CHECK(describeClass("bits") == "i8, u8, i16, u16, i32, u32, i64, u64, b1");
  CHECK(describeClass("any") ==
        "f32, f16, bf16, i8, u8, i16, u16, i32, u32, i64, u64, b1");
}

TEST_CASE("the spelling of a type reads back") {
  for (const DTypeRow &row : dtypeTable)
    for (std::string text :
         {std::string(row.name), std::string(row.name) + "x2",
          std::string(row.name) + "x4",
          "threadgroup<" + std::string(row.name) + ",16x17>",
          "threadgroup<" + std::string(row.name) + "x3,1>"}) {
      INFO(text);
      std::optional<Type> type = parseType(text);
      REQUIRE(type);
      CHECK(toString(*type) == text);
    }
  Type type = *parseType("threadgroup<f16x3,2x3x4>");
  CHECK(type.dtype == DType::f16);
  CHECK(type.width == 3);
  CHECK(type.threadgroup);
  CHECK(!type.isScalar());
  CHECK(type.shape == llvm::SmallVector<int64_t, 2>{2, 3, 4});
}

TEST_CASE("what is no type is refused") {
  for (const char *text : {"",
                           "f64",
                           "F32",
                           "f32 ",
                           "x2",
                           "f32x",
                           "f32x1",
                           "f32x5",
                           "f32x04",
                           "f32x2x2",
                           "threadgroup",
                           "threadgroup<f32>",
                           "threadgroup<f32,>",
                           "threadgroup<f32,0>",
                           "threadgroup<f32,4x>",
                           "threadgroup<f32,x4>",
                           "threadgroup<f32,-4>",
                           "threadgroup<f32,4",
                           "threadgroup<,4>",
                           "threadgroup<f32,4>>",
                           "threadgroup<f32,99999999999999999999>",
                           "threadgroup<f32,1048576x1048577>",
                           "threadgroup<threadgroup<f32,4>,4>"}) {
    INFO(text);
    CHECK(!parseType(text));
  }
}
