// Which types Apple's declarations and kernels point to (reference sections 2.5
// and 3).
#include "PointeeTable.h"
#include "enigma/dtypes/DTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace enigma::air {

namespace {

Type *scalarType(LLVMContext &context, const DTypeRow &row) {
  switch (row.kind) {
  case DTypeKind::Float:
    return row.bytes == 4 ? Type::getFloatTy(context)
                          : Type::getHalfTy(context);
  case DTypeKind::BFloat:
    return Type::getBFloatTy(context);
  case DTypeKind::SignedInt:
  case DTypeKind::UnsignedInt:
  case DTypeKind::Bool: // a bool in memory is an i8
    return Type::getIntNTy(context, row.bytes * 8);
  }
  llvm_unreachable("every kind has a type");
}

/// How the pointer parameters of a family are typed.
enum class Pointee {
  Suffix, ///< by the type suffix at the end of the name
  Byte,   ///< i8
};

struct Family {
  StringRef prefix;
  uint8_t firstPointer; ///< index of the first pointer parameter
  uint8_t lastPointer;
  Pointee pointee;
};

/// The families that take pointers. cmpxchg comes before its siblings: the
/// `expected` box is a second pointer.
constexpr Family families[] = {
    {"air.atomic.global.cmpxchg.weak.", 0, 1, Pointee::Suffix},
    {"air.atomic.local.cmpxchg.weak.", 0, 1, Pointee::Suffix},
    {"air.atomic.global.", 0, 0, Pointee::Suffix},
    {"air.atomic.local.", 0, 0, Pointee::Suffix},
    {"air.simdgroup_matrix_8x8_load.", 0, 0, Pointee::Suffix},
    {"air.simdgroup_matrix_8x8_store.", 1, 1, Pointee::Suffix},
    {"air.sincos.", 1, 1, Pointee::Suffix},
    {"air.fast_sincos.", 1, 1, Pointee::Suffix},
    {"air.modf.", 1, 1, Pointee::Suffix},
    {"air.fast_modf.", 1, 1, Pointee::Suffix},
    {"air.is_function_constant_defined", 0, 0, Pointee::Byte},
    {"llvm.memcpy.", 0, 1, Pointee::Byte},
    {"llvm.memmove.", 0, 1, Pointee::Byte},
    {"llvm.memset.", 0, 0, Pointee::Byte},
};

} // namespace

Type *metalPointeeType(LLVMContext &context, StringRef name) {
  if (std::optional<DType> dtype = parseMetalDType(name))
    return scalarType(context, dtypeRow(*dtype));
  if (name.empty() || name.back() < '2' || name.back() > '4')
    return nullptr;
  std::optional<DType> element = parseMetalDType(name.drop_back());
  if (!element)
    return nullptr;
  return FixedVectorType::get(scalarType(context, dtypeRow(*element)),
                              name.back() - '0');
}

Type *suffixType(LLVMContext &context, StringRef suffix) {
  if (suffix.consume_front("v")) {
    unsigned count = 0;
    if (suffix.consumeInteger(10, count) || count == 0)
      return nullptr;
    Type *element = suffixType(context, suffix);
    return element && !element->isVectorTy()
               ? FixedVectorType::get(element, count)
               : nullptr;
  }
  return StringSwitch<Type *>(suffix)
      .Case("f32", Type::getFloatTy(context))
      .Case("f16", Type::getHalfTy(context))
      .Case("bf16", Type::getBFloatTy(context))
      .Case("i8", Type::getInt8Ty(context))
      .Case("i16", Type::getInt16Ty(context))
      .Case("i32", Type::getInt32Ty(context))
      .Case("i64", Type::getInt64Ty(context))
      .Default(nullptr);
}

Type *intrinsicPointeeType(LLVMContext &context, StringRef name,
                           unsigned index) {
  for (const Family &family : families) {
    if (!name.starts_with(family.prefix))
      continue;
    if (index < family.firstPointer || index > family.lastPointer)
      return nullptr;
    if (family.pointee == Pointee::Byte)
      return Type::getInt8Ty(context);
    // "p1f32" of the matrix family carries the address space in front of the
    // type.
    StringRef suffix = name.substr(name.rfind('.') + 1);
    if (suffix.consume_front("p"))
      suffix = suffix.drop_while(isDigit);
    return suffixType(context, suffix);
  }
  return nullptr;
}

} // namespace enigma::air
