// Functions of Metal's standard library: one `def` is an op of the dialect, a row of the op table,
// a function of the Python package and a case of both back ends.
#ifndef ENIGMA_FUNCTIONS_TD
#define ENIGMA_FUNCTIONS_TD

include "enigma/IR/EnigmaAsyncCopy.td"
include "enigma/IR/EnigmaAtomics.td"
include "enigma/IR/EnigmaConstants.td"
include "enigma/IR/EnigmaDebug.td"

// What every function op has: its Metal and AIR names and its row. `airName` is what stands between
// `air.` (or `air.fast_`) and the type suffix; "" means the AIR lowering expands the op.
class Enigma_FunctionOp<string name, string sig, list<string> args, list<Trait> traits>
    : Enigma_Op<name, traits # [MetalFunctionOpInterface]>,
      TraceRow<name, sig, args> {
  string metalName = name;
  string airName = name;
  bit airFast = 0;
  bit airSign = 0;
  bit airTypeSuffix = 1;
  bit convergent = 0;
  // Integer results are unsigned whatever the operands are.
  bit unsignedResult = 0;
  code unsignedBody = "bool isUnsignedFunction() { return false; }\n";
  let extraClassDeclaration =
    "static ::llvm::StringRef getMetalName() { return \"" # metalName # "\"; }\n" #
    "static ::llvm::StringRef getAIRName() { return \"" # airName # "\"; }\n" #
    "static bool hasAIRFastForm() { return " # airFast # "; }\n" #
    "static bool hasAIRSign() { return " # airSign # "; }\n" #
    "static bool hasAIRTypeSuffix() { return " # airTypeSuffix # "; }\n" #
    "static bool isConvergent() { return " # convergent # "; }\n" # unsignedBody #
    "bool hasUnsignedResult() { return " # unsignedResult # " || isUnsignedFunction(); }\n";
}

// Values: scalars of the class, or vectors of 2 to 4 of them.
class Enigma_ScalarOrVector<Type scalar, string what> : AnyTypeOf<
  [scalar, VectorOfLengthAndType<[2, 3, 4], [scalar]>], what # " or vector of 2 to 4 of them">;
def Enigma_Float : Enigma_ScalarOrVector<AnyTypeOf<[F16, F32]>, "f16 or f32">;
def Enigma_AnyFloat : Enigma_ScalarOrVector<AnyTypeOf<[F16, F32, BF16]>, "f16, bf16 or f32">;
def Enigma_Integer : Enigma_ScalarOrVector<AnySignlessInteger, "signless integer">;
def Enigma_Boolean : Enigma_ScalarOrVector<I1, "i1">;

//===----------------------------------------------------------------------===//
// Math (MSL specification, section 6.5)
//===----------------------------------------------------------------------===//

class Enigma_MathOp<string name, string sig, list<string> args, dag operandList, string what>
    : Enigma_FunctionOp<name, sig, args, [Pure, SameOperandsAndResultType]> {
  let summary = what;
  let description = "`" # name # "` of the Metal standard library: " # what # ".";
  let arguments = operandList;
  let results = (outs Enigma_Float:$result);
  let assemblyFormat = "operands attr-dict `:` type($result)";
  let airFast = 1;
  let group = "unary float";
  let mslSection = "6.5";
  let doc = what # ".";
}
class Enigma_MathUnary<string name, string what>
  : Enigma_MathOp<name, "T:float -> T", ["x"], (ins Enigma_Float:$x), what>;
class Enigma_MathBinary<string name, string what, list<string> args = ["x", "y"]>
  : Enigma_MathOp<name, "T:float, T -> T", args, (ins Enigma_Float:$x, Enigma_Float:$y), what> {
  let group = "binary float";
}
class Enigma_MathTernary<string name, string what, list<string> args>
  : Enigma_MathOp<name, "T:float, T, T -> T", args,
                  (ins Enigma_Float:$x, Enigma_Float:$y, Enigma_Float:$z), what> {
  let group = "ternary float";
}

def Enigma_SqrtOp : Enigma_MathUnary<"sqrt", "square root"> { let hasFolder = 1; }
def Enigma_RsqrtOp : Enigma_MathUnary<"rsqrt", "reciprocal of the square root">;
def Enigma_ExpOp : Enigma_MathUnary<"exp", "e to the power of x">;
def Enigma_Exp2Op : Enigma_MathUnary<"exp2", "2 to the power of x">;
def Enigma_Exp10Op : Enigma_MathUnary<"exp10", "10 to the power of x">;
def Enigma_LogOp : Enigma_MathUnary<"log", "natural logarithm">;
def Enigma_Log2Op : Enigma_MathUnary<"log2", "logarithm to the base 2">;
def Enigma_Log10Op : Enigma_MathUnary<"log10", "logarithm to the base 10">;
def Enigma_SinOp : Enigma_MathUnary<"sin", "sine of an angle in radians">;
def Enigma_CosOp : Enigma_MathUnary<"cos", "cosine of an angle in radians">;
def Enigma_TanOp : Enigma_MathUnary<"tan", "tangent of an angle in radians">;
def Enigma_SinpiOp : Enigma_MathUnary<"sinpi", "sine of pi times x">;
def Enigma_CospiOp : Enigma_MathUnary<"cospi", "cosine of pi times x">;
def Enigma_AsinOp : Enigma_MathUnary<"asin", "arc sine, in radians">;
def Enigma_AcosOp : Enigma_MathUnary<"acos", "arc cosine, in radians">;
def Enigma_AtanOp : Enigma_MathUnary<"atan", "arc tangent, in radians">;
def Enigma_SinhOp : Enigma_MathUnary<"sinh", "hyperbolic sine">;
def Enigma_CoshOp : Enigma_MathUnary<"cosh", "hyperbolic cosine">;
def Enigma_TanhOp : Enigma_MathUnary<"tanh", "hyperbolic tangent">;
def Enigma_AsinhOp : Enigma_MathUnary<"asinh", "inverse hyperbolic sine">;
def Enigma_AcoshOp : Enigma_MathUnary<"acosh", "inverse hyperbolic cosine">;
def Enigma_AtanhOp : Enigma_MathUnary<"atanh", "inverse hyperbolic tangent">;
def Enigma_FloorOp : Enigma_MathUnary<"floor", "largest integral value not above x"> { let hasFolder = 1; }
def Enigma_CeilOp : Enigma_MathUnary<"ceil", "smallest integral value not below x"> { let hasFolder = 1; }
def Enigma_RoundOp : Enigma_MathUnary<"round", "nearest integral value, halfway cases away from zero"> { let hasFolder = 1; }
def Enigma_RintOp : Enigma_MathUnary<"rint", "nearest integral value, halfway cases to even"> { let hasFolder = 1; }
def Enigma_TruncOp : Enigma_MathUnary<"trunc", "integral value towards zero"> { let hasFolder = 1; }
def Enigma_FabsOp : Enigma_MathUnary<"fabs", "absolute value"> {
  let pythonFunction = 0;
  let hasFolder = 1;
}

def Enigma_FminOp : Enigma_MathBinary<"fmin", "the smaller value; a NaN loses against a number"> { let hasFolder = 1; }
def Enigma_FmaxOp : Enigma_MathBinary<"fmax", "the larger value; a NaN loses against a number"> { let hasFolder = 1; }
def Enigma_PowOp : Enigma_MathBinary<"pow", "x to the power of y">;
def Enigma_PowrOp : Enigma_MathBinary<"powr", "x to the power of y, for x that is not negative">;
def Enigma_FmodOp : Enigma_MathBinary<"fmod", "remainder of x / y with the sign of x">;
def Enigma_Atan2Op : Enigma_MathBinary<"atan2", "arc tangent of y / x in the quadrant of the point, in radians",
                                       ["y", "x"]>;

def Enigma_FmaOp : Enigma_MathTernary<"fma", "x * y + z with one rounding", ["a", "b", "c"]> {
  let airFast = 0;
  let hasFolder = 1;
}
def Enigma_SaturateOp : Enigma_MathUnary<"saturate", "x limited to the range from 0 to 1"> { let mslSection = "6.2"; }
def Enigma_SignOp : Enigma_MathUnary<"sign", "1, -1, or a zero with the sign of x; 0 for a NaN"> {
  let airFast = 0;
  let mslSection = "6.2";
}
def Enigma_FractOp : Enigma_MathUnary<"fract", "x - floor(x), below 1">;
def Enigma_MixOp : Enigma_MathTernary<"mix", "x + (y - x) * a", ["x", "y", "a"]> {
  let airFast = 0;
  let mslSection = "6.2";
}
def Enigma_ClampOp : Enigma_MathTernary<"clamp", "x limited to the range from lo to hi", ["x", "lo", "hi"]> {
  let mslSection = "6.2";
  let group = "ternary float";
}

def Enigma_CopysignOp : Enigma_MathBinary<"copysign", "x with the sign of y"> {
  let airName = "";
  let airFast = 0;
}
def Enigma_FdimOp : Enigma_MathBinary<"fdim", "x - y where x is above y, else 0; NaN where one of them is"> {
  let airName = "";
  let airFast = 0;
}
def Enigma_StepOp : Enigma_MathBinary<"step", "0 where x is below edge, else 1", ["edge", "x"]> {
  let airName = "";
  let airFast = 0;
  let mslSection = "6.2";
}
def Enigma_SmoothstepOp : Enigma_MathTernary<"smoothstep",
    "smooth transition from 0 at edge0 to 1 at edge1: t * t * (3 - 2 * t) with t = saturate((x - edge0) / (edge1 - edge0))",
    ["edge0", "edge1", "x"]> {
  let airName = "";
  let airFast = 0;
  let mslSection = "6.2";
}

//===----------------------------------------------------------------------===//
// Predicates (MSL specification, section 6.4)
//===----------------------------------------------------------------------===//

// They look at the bits, so that fast math, under which Metal's own may fold, cannot change the answer.
class Enigma_Predicate<string name, string what>
    : Enigma_FunctionOp<name, "T:anyfloat -> b1", ["x"], [
        Pure, TypesMatchWith<"the result has a boolean for each component", "x", "result",
                             "::enigma::booleansOf($_self)">]> {
  let summary = what;
  let description = "`" # name # "` of the Metal standard library: " # what # ". Holds under fast math too.";
  let arguments = (ins Enigma_AnyFloat:$x);
  let results = (outs Enigma_Boolean:$result);
  let assemblyFormat = "operands attr-dict `:` type($x)";
  let airName = "";
  let group = "predicates, select";
  let mslSection = "6.4";
  let doc = what # ". Also under fast math.";
}
def Enigma_IsNaNOp : Enigma_Predicate<"isnan", "whether x is a NaN">;
def Enigma_IsInfOp : Enigma_Predicate<"isinf", "whether x is an infinity">;
def Enigma_IsFiniteOp : Enigma_Predicate<"isfinite", "whether x is neither an infinity nor a NaN">;
def Enigma_IsNormalOp : Enigma_Predicate<"isnormal", "whether x is neither zero, subnormal, an infinity nor a NaN">;
def Enigma_SignbitOp : Enigma_Predicate<"signbit", "whether the sign bit of x is set, as in -1, -0 and some NaNs">;

//===----------------------------------------------------------------------===//
// Integers (MSL specification, section 6.3)
//===----------------------------------------------------------------------===//

// `unsigned` says what the integers are; where AIR's intrinsic is the same for both, only Metal's types differ.
class Enigma_IntegerFunction<string name, string sig, list<string> args, dag operandList, string what,
                             Trait typing = SameOperandsAndResultType>
    : Enigma_FunctionOp<name, sig, args, [Pure, typing]> {
  let summary = what;
  let description = "`" # name # "` of the Metal standard library: " # what # ".";
  let arguments = !con(operandList, (ins UnitAttr:$isUnsigned));
  let results = (outs Enigma_Integer:$result);
  let assemblyFormat = "(`unsigned` $isUnsigned^)? operands attr-dict `:` type($result)";
  let unsignedBody = "bool isUnsignedFunction() { return getIsUnsigned(); }\n";
  let airSign = 1;
  let group = "integer";
  let mslSection = "6.3";
  let doc = what # ".";
}
class Enigma_IntegerUnary<string name, string what>
  : Enigma_IntegerFunction<name, "T:int -> T", ["x"], (ins Enigma_Integer:$x), what>;
class Enigma_IntegerBinary<string name, string what, list<string> args = ["x", "y"]>
  : Enigma_IntegerFunction<name, "T:int, T -> T", args, (ins Enigma_Integer:$x, Enigma_Integer:$y), what>;
class Enigma_IntegerTernary<string name, string what, list<string> args>
  : Enigma_IntegerFunction<name, "T:int, T, T -> T", args,
                           (ins Enigma_Integer:$x, Enigma_Integer:$y, Enigma_Integer:$z), what>;

def Enigma_AbsIOp : Enigma_IntegerUnary<"iabs", "absolute value; the most negative value stays as it is"> {
  let signature = "T:sint -> T";
  let metalName = "abs";
  let airName = "abs";
  let pythonFunction = 0;
}
def Enigma_MinIOp : Enigma_IntegerBinary<"imin", "the smaller value"> {
  let metalName = "min";
  let airName = "min";
}
def Enigma_MaxIOp : Enigma_IntegerBinary<"imax", "the larger value"> {
  let metalName = "max";
  let airName = "max";
}
def Enigma_ClampIOp : Enigma_IntegerTernary<"iclamp", "x limited to the range from lo to hi", ["x", "lo", "hi"]> {
  let metalName = "clamp";
  let airName = "clamp";
}
def Enigma_AddSatOp : Enigma_IntegerBinary<"add_sat", "x + y, limited to the type's range"> { let metalName = "addsat"; }
def Enigma_SubSatOp : Enigma_IntegerBinary<"sub_sat", "x - y, limited to the type's range"> { let metalName = "subsat"; }
def Enigma_MulHiOp : Enigma_IntegerBinary<"mul_hi", "the high half of the double-width product x * y"> {
  let metalName = "mulhi";
}
def Enigma_MadHiOp : Enigma_IntegerTernary<"mad_hi", "mul_hi(a, b) + c, wrapping", ["a", "b", "c"]> {
  let metalName = "madhi";
}
def Enigma_MadSatOp : Enigma_IntegerTernary<"mad_sat", "a * b + c, limited to the type's range", ["a", "b", "c"]> {
  let metalName = "madsat";
}
def Enigma_RotateOp : Enigma_IntegerBinary<"rotate", "x rotated left by n bits, n taken modulo the width", ["x", "n"]> {
  let airSign = 0;
}
def Enigma_PopcountOp : Enigma_IntegerUnary<"popcount", "number of one bits"> { let airSign = 0; }
def Enigma_ClzOp : Enigma_IntegerUnary<"clz", "number of leading zero bits; the width for zero"> { let airSign = 0; }
def Enigma_CtzOp : Enigma_IntegerUnary<"ctz", "number of trailing zero bits; the width for zero"> { let airSign = 0; }
def Enigma_ReverseBitsOp : Enigma_IntegerUnary<"reverse_bits", "the bits in the opposite order"> { let airSign = 0; }

def Enigma_AbsDiffOp : Enigma_IntegerBinary<"abs_diff", "the distance |x - y|, as an unsigned number, which holds it"> {
  let signature = "T:int, T -> unsigned T";
  let metalName = "absdiff";
  let unsignedResult = 1;
}

// Metal leaves open what a field beyond the width is.
class Enigma_BitField<string name, string sig, list<string> args, dag operandList, Trait typing, string format,
                      string what> : Enigma_IntegerFunction<name, sig, args, operandList, what, typing> {
  let description = "`" # name # "` of the Metal standard library: " # what #
    ". Unspecified where offset + bits is above the width.";
  let doc = what # ". Unspecified where offset + bits is above the width.";
  let assemblyFormat = "(`unsigned` $isUnsigned^)? " # format # " `,` $offset `,` $bits attr-dict `:` type($result)";
}
def Enigma_ExtractBitsOp : Enigma_BitField<"extract_bits", "T:int, u32, u32 -> T", ["x", "offset", "bits"],
    (ins Enigma_Integer:$x, I32:$offset, I32:$bits), AllTypesMatch<["x", "result"]>, "$x",
    "the bits from offset up, moved down; a signed x extends their sign">;
def Enigma_InsertBitsOp : Enigma_BitField<"insert_bits", "T:int, T, u32, u32 -> T",
    ["base", "insert", "offset", "bits"],
    (ins Enigma_Integer:$base, Enigma_Integer:$insert, I32:$offset, I32:$bits),
    AllTypesMatch<["base", "insert", "result"]>, "$base `,` $insert",
    "base with its bits from offset up replaced by the low bits of insert">;


#endif
