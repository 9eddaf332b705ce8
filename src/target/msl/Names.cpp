// Which names are taken, and how the others are made legal.
#include "Names.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace enigma::msl {

// clang-format off
static const char *const keywords[] = {
  "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "break", "case", "catch", "class",
  "compl", "concept", "const", "const_cast", "constant", "constexpr", "continue", "decltype", "default", "delete",
  "device", "do", "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "for", "fragment",
  "friend", "goto", "if", "imageblock", "inline", "intersection", "kernel", "main", "mesh", "metal", "mutable",
  "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "object", "object_data", "operator", "or", "or_eq",
  "override", "patch", "precise", "private", "protected", "public", "ray_data", "register", "reinterpret_cast",
  "requires", "restrict", "return", "sampler", "signed", "sizeof", "static", "static_assert", "static_cast",
  "struct", "switch", "template", "this", "thread", "thread_local", "threadgroup", "threadgroup_imageblock",
  "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union", "unsigned", "using", "vertex",
  "virtual", "visible", "volatile", "while", "xor", "xor_eq", "fast",
};

static const char *const typeNames[] = {
  "array", "array_ref", "atomic", "atomic_bool", "atomic_float", "atomic_int", "atomic_uint", "atomic_ulong",
  "cosh", "depth2d", "float8_t", "int16_t", "int32_t", "int64_t", "int8_t", "matrix", "mem_flags", "memory_order",
  "memory_order_relaxed", "memory_scope", "packed", "ptrdiff_t", "quad", "quad_vote", "ray", "simd_vote",
  "simdgroup_matrix", "size_t", "thread_scope", "tensor", "texture", "uint16_t", "uint32_t", "uint64_t", "uint8_t",
  "vec", "void", "wchar_t", "char16_t", "char32_t", "double", "half", "bfloat", "coord", "level", "bias",
};

static const char *const functionNames[] = {
  "abs", "absdiff", "acos", "acosh", "addsat", "all", "any", "as_type", "asin", "asinh", "atan", "atan2", "atanh",
  "ceil", "clamp", "clz", "copysign", "cos", "cospi", "cross", "ctz", "determinant", "dfdx", "dfdy",
  "distance", "distance_squared", "divide", "dot", "erf", "erfc", "exp", "exp10", "exp2", "extract_bits", "fabs",
  "faceforward", "fdim", "floor", "fma", "fmax", "fmax3", "fmedian3", "fmin", "fmin3", "fmod", "fract", "frexp",
  "fwidth", "hadd", "ilogb", "insert_bits", "isfinite", "isinf", "isnan", "isnormal", "isordered", "isunordered",
  "ldexp", "length", "length_squared", "log", "log10", "log2", "madhi", "madsat", "mad24", "max", "max3", "median3",
  "min", "min3", "mix", "modf", "mul24", "mulhi", "nextafter", "norm", "normalize", "popcount", "pow", "powr",
  "reflect", "refract", "reverse_bits", "rhadd", "rint", "rotate", "round", "rsqrt", "saturate", "select",
  "sign", "signbit", "sin", "sincos", "sinh", "sinpi", "smoothstep", "sqrt", "step", "subsat", "tan", "tanh",
  "tanpi", "transpose", "trunc", "threadgroup_barrier", "simdgroup_async_copy",
  "simdgroup_barrier", "simdgroup_event", "simdgroup_load", "simdgroup_multiply", "simdgroup_multiply_accumulate",
  "simdgroup_store", "make_filled_simdgroup_matrix",
};
// clang-format on

/// Scalars, vectors and matrices: `uint`, `half4`, `packed_float3`,
/// `simdgroup_float8x8`, `float3x4`.
static bool isTypeName(StringRef name) {
  name.consume_front("packed_");
  name.consume_front("simdgroup_");
  static const char *const scalars[] = {
      "bool",  "bfloat", "half", "float", "double", "uchar", "char",   "ushort",
      "short", "uint",   "int",  "ulong", "long",   "size",  "ptrdiff"};
  for (StringRef scalar : scalars) {
    StringRef rest = name;
    if (rest.consume_front(scalar) &&
        all_of(rest, [](char c) { return isDigit(c) || c == 'x'; }))
      return true;
  }
  return false;
}

/// Macros are in capitals: `INFINITY`, `M_PI_F`, `FLT_MAX`, `INT_MIN`. One or
/// two letters are not macros.
static bool isMacroName(StringRef name) {
  static const char *const prefixes[] = {"M_",     "FLT_",  "HALF_",  "DBL_",
                                         "INT_",   "UINT_", "CHAR_",  "SCHAR_",
                                         "UCHAR_", "SHRT_", "USHRT_", "LONG_",
                                         "ULONG_", "BFLT_", "HUGE_",  "FP_"};
  if (any_of(prefixes,
             [&](StringRef prefix) { return name.starts_with(prefix); }))
    return true;
  return StringSwitch<bool>(name)
      .Cases({"INFINITY", "NAN", "MAXFLOAT", "MAXHALF", "MAXBFLOAT", "NULL",
              "EOF"},
             true)
      .Default(false);
}

bool isReservedName(StringRef name) {
  static const StringSet<> reserved = [] {
    StringSet<> names;
    for (ArrayRef<const char *> list :
         {ArrayRef(keywords), ArrayRef(typeNames), ArrayRef(functionNames)})
      names.insert(list.begin(), list.end());
    return names;
  }();
  // Our own functions, and families of Metal's that grow with every release.
  static const char *const prefixes[] = {"enigma_", "atomic_",       "simd_",
                                         "quad_",   "pack_",         "unpack_",
                                         "air_",    "memory_order_", "texture"};
  return reserved.contains(name) || isTypeName(name) || isMacroName(name) ||
         any_of(prefixes,
                [&](StringRef prefix) { return name.starts_with(prefix); });
}

std::string legalName(StringRef name) {
  std::string legal;
  for (unsigned char c : name) {
    // Other bytes are UTF-8; their hexadecimal keeps different names apart.
    if (isAlnum(c))
      legal += c;
    else if (c != '_')
      legal += "x" + utohexstr(c, /*LowerCase=*/true, /*Width=*/2);
    else if (!legal.empty() && legal.back() != '_') // C++ keeps `__` to itself
      legal += c;
  }
  if (legal.empty() || legal == "_")
    return "value";
  if (isDigit(legal[0]))
    legal = "v" + legal;
  if (isReservedName(legal))
    legal += legal.back() == '_' ? "value" : "_";
  // `simd_sum_` would still begin like one of a family.
  return isReservedName(legal) ? "my_" + legal : legal;
}

StringRef pythonName(mlir::Location loc) {
  StringRef name;
  loc->walk([&](mlir::Location inner) {
    auto named = dyn_cast<mlir::NameLoc>(inner);
    if (!named || named.getName().empty())
      return mlir::WalkResult::advance();
    name = named.getName();
    return mlir::WalkResult::interrupt();
  });
  return name;
}

bool Scopes::isVisible(StringRef name) const {
  return any_of(scopes,
                [&](const StringSet<> &scope) { return scope.contains(name); });
}

std::string Scopes::declare(StringRef wanted) {
  std::string base = legalName(wanted), name = base;
  for (unsigned number = 2; isVisible(name); ++number)
    name = base + (base.back() == '_' ? "" : "_") + utostr(number);
  scopes.back().insert(name);
  return name;
}

} // namespace enigma::msl
