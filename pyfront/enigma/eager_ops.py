"""What each elementwise op computes, for the interpreter: a function for each row of the op table.

A function takes the scalar dtype of its first operand and the numbers, and gives the number. The
interpreter applies it component by component on vectors. Precise mode: operations are exact or
correctly rounded; transcendental functions are computed in double precision and rounded once.
"""

from __future__ import annotations

import math
import operator
from fractions import Fraction

from enigma.eager_numbers import (
    FORMATS,
    INFINITY,
    NAN,
    ROUND,
    limited,
    round_exact,
    round_f32,
    unsigned,
    wrap,
)

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from enigma.dtypes import DType

    Function = Callable[..., Any]

# Of scalars, applied to each component.
ELEMENTWISE: dict[str, Function] = {}


def _is_finite(x: float) -> bool:
    return x - x == 0


# Operators ---------------------------------------------------------------------------------------


def _arithmetic(name: str, compute: Callable[[Any, Any], Any]) -> None:
    def function(dtype: DType, a: Any, b: Any) -> Any:
        exact = compute(a, b)
        return ROUND[dtype.name](exact) if dtype.is_float else wrap(exact, dtype)

    ELEMENTWISE[name] = function


_arithmetic("add", operator.add)
_arithmetic("sub", operator.sub)
_arithmetic("mul", operator.mul)


def float_quotient(a: float, b: float) -> float:
    """a / b as IEEE 754 has it, before rounding."""
    if b:
        return a / b
    if a == 0 or a != a or b != b:
        return NAN
    return math.copysign(INFINITY, a) * math.copysign(1.0, b)


def integer_quotient(a: int, b: int) -> int:
    """a / b truncated; 0 where b is 0."""
    if not b:
        return 0
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def float_remainder(a: float, b: float) -> float:
    """The remainder of a / b with the sign of a."""
    if not b or b != b or not _is_finite(a):
        return NAN
    return math.fmod(a, b)


def _div(dtype: DType, a: Any, b: Any) -> Any:
    if dtype.is_float:
        return ROUND[dtype.name](float_quotient(a, b))
    return wrap(integer_quotient(a, b), dtype)


def _rem(dtype: DType, a: Any, b: Any) -> Any:
    if dtype.is_float:
        return float_remainder(a, b)
    return a - b * integer_quotient(a, b) if b else 0


def _not(dtype: DType, a: Any) -> Any:
    return not a if dtype.is_bool else wrap(~a, dtype)


def _shl(dtype: DType, a: int, b: int) -> int:
    return wrap(a << (b % (dtype.bytes * 8)), dtype)


def _shr(dtype: DType, a: int, b: int) -> int:
    return a >> (b % (dtype.bytes * 8))


ELEMENTWISE |= {
    "div": _div,
    "rem": _rem,
    "neg": lambda dtype, a: -a if dtype.is_float else wrap(-a, dtype),
    "and": lambda dtype, a, b: a & b,
    "or": lambda dtype, a, b: a | b,
    "xor": lambda dtype, a, b: a ^ b,
    "not": _not,
    "shl": _shl,
    "shr": _shr,
}

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "cmp_eq": operator.eq,
    "cmp_ne": operator.ne,
    "cmp_lt": operator.lt,
    "cmp_le": operator.le,
    "cmp_gt": operator.gt,
    "cmp_ge": operator.ge,
}
for _name, _compare in COMPARISONS.items():
    ELEMENTWISE[_name] = lambda dtype, a, b, compare=_compare: compare(a, b)
for _name in ("lt", "le", "gt", "ge"):
    ELEMENTWISE[f"cmp_u{_name}"] = lambda dtype, a, b, compare=COMPARISONS[f"cmp_{_name}"]: compare(
        unsigned(a, dtype), unsigned(b, dtype)
    )

# Functions of floats -----------------------------------------------------------------------------


def _rounded(name: str, compute: Callable[..., float]) -> None:
    """A function that is computed in double precision and rounded once."""

    def function(dtype: DType, *operands: float) -> float:
        return ROUND[dtype.name](compute(*operands))

    ELEMENTWISE[name] = function


def _total(compute: Callable[[float], float], overflow: Callable[[float], float]) -> Any:
    """A function of `math` without its exceptions: NaN outside of its domain."""

    def function(x: float) -> float:
        try:
            return compute(x)
        except ValueError:
            return NAN
        except OverflowError:
            return overflow(x)

    return function


def _exp2(x: float) -> float:
    return 2.0**x


def _exp10(x: float) -> float:
    return 10.0**x


def _logarithm(compute: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: -INFINITY if x == 0 else NAN if x < 0 else compute(x)


def _half_turns(x: float) -> float:
    """The angle in (-2, 2) half turns that has the sine and cosine of x half turns; exact."""
    return math.fmod(x, 2.0) if _is_finite(x) else NAN


def sinpi(x: float) -> float:
    """sin(pi x)."""
    turns = _half_turns(x)
    if turns > 1:
        turns -= 2
    elif turns < -1:
        turns += 2
    if turns > 0.5:
        turns = 1 - turns
    elif turns < -0.5:
        turns = -1 - turns
    return math.sin(math.pi * turns)


def cospi(x: float) -> float:
    """cos(pi x)."""
    turns = abs(_half_turns(x))
    if turns > 1:
        turns = 2 - turns
    return math.sin(math.pi * (0.5 - turns))


def _infinity_like(x: float) -> float:
    return math.copysign(INFINITY, x)


def _positive_infinity(x: float) -> float:
    return INFINITY


def rsqrt(x: float) -> float:
    """1 / sqrt(x)."""
    if x == 0:
        return _infinity_like(x)
    return float_quotient(1.0, math.sqrt(x)) if x > 0 else NAN


def atanh(x: float) -> float:
    """Infinite at its poles."""
    return _infinity_like(x) if abs(x) == 1 else math.atanh(x)


for _name, _compute in {
    "sqrt": math.sqrt,
    "rsqrt": rsqrt,
    "exp": math.exp,
    "exp2": _exp2,
    "exp10": _exp10,
    "cosh": math.cosh,
    "log": _logarithm(math.log),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sinpi": sinpi,
    "cospi": cospi,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": atanh,
}.items():
    _rounded(_name, _total(_compute, _positive_infinity))
_rounded("sinh", _total(math.sinh, _infinity_like))


def power(x: float, y: float) -> float:
    """pow as C has it."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -INFINITY if x < 0 and y % 2 == 1 else INFINITY
    except ValueError:  # a pole, or a negative base
        if x != 0:
            return NAN
        return math.copysign(INFINITY, x) if y % 2 == 1 else INFINITY


def powr(x: float, y: float) -> float:
    """exp2(y * log2(x)), for x that is not negative."""
    logarithm = _logarithm(math.log2)(x) if x == x else NAN
    product = y * logarithm
    if product != product:
        return NAN
    return power(x, y)


_rounded("pow", power)
_rounded("powr", powr)
_rounded("atan2", math.atan2)


def _to_integral(compute: Callable[[float], float]) -> Function:
    def function(dtype: DType, x: float) -> float:
        return math.copysign(float(compute(x)), x) if _is_finite(x) else x

    return function


def _sign(dtype: DType, x: float) -> float:
    if x != x:
        return 0.0
    return math.copysign(1.0, x) if x else x


def smaller(a: float, b: float) -> float:
    """The smaller one; a NaN loses against a number."""
    if a != a:
        return b
    return a if b != b or a <= b else b


def larger(a: float, b: float) -> float:
    """The larger one; a NaN loses against a number."""
    if a != a:
        return b
    return a if b != b or a >= b else b


def _fract(dtype: DType, x: float) -> float:
    if not _is_finite(x):
        return NAN
    precision = FORMATS[dtype.name][0]
    # Of -0 it is +0, as that of every integral value.
    return min(ROUND[dtype.name](round_f32(x - math.floor(x))) + 0.0, 1 - 2.0**-precision)


def _mix(dtype: DType, x: float, y: float, a: float) -> float:
    difference = round_f32(y - x)
    return ROUND[dtype.name](round_f32(x + round_f32(difference * a)))


def _smoothstep(dtype: DType, edge0: float, edge1: float, x: float) -> float:
    share = round_f32(float_quotient(round_f32(x - edge0), round_f32(edge1 - edge0)))
    t = smaller(larger(share, 0.0), 1.0)
    square, slope = round_f32(t * t), round_f32(3.0 - round_f32(2.0 * t))
    return ROUND[dtype.name](round_f32(square * slope))


def fused(dtype: DType, a: float, b: float, c: float) -> float:
    """a * b + c with one rounding."""
    if not (_is_finite(a) and _is_finite(b) and _is_finite(c)):
        return ROUND[dtype.name](a * b + c)
    total = Fraction(a) * Fraction(b) + Fraction(c)
    if total:
        return round_exact(total, dtype.name)
    # The sum of two zeros has a sign; numbers that cancel give +0.
    return a * b + c if a == 0 or b == 0 or c == 0 else 0.0


def _fdim(dtype: DType, x: float, y: float) -> float:
    if x != x or y != y:
        return NAN
    return ROUND[dtype.name](x - y) if x > y else 0.0


ELEMENTWISE |= {
    "floor": _to_integral(math.floor),
    "ceil": _to_integral(math.ceil),
    "trunc": _to_integral(math.trunc),
    "rint": _to_integral(round),
    # Halfway cases away from zero; up to 2^24 the sum is exact in double precision.
    "round": lambda dtype, x: math.copysign(float(math.floor(abs(x) + 0.5)), x)
    if abs(x) < 2.0**24
    else x,
    "fabs": lambda dtype, x: abs(x),
    "fmin": lambda dtype, a, b: smaller(a, b),
    "fmax": lambda dtype, a, b: larger(a, b),
    "clamp": lambda dtype, x, lo, hi: smaller(larger(x, lo), hi),
    "saturate": lambda dtype, x: 0.0 if x != x else smaller(larger(x, 0.0), 1.0),
    "sign": _sign,
    "fmod": lambda dtype, a, b: float_remainder(a, b),
    "fma": fused,
    "fract": _fract,
    "mix": _mix,
    "copysign": lambda dtype, x, y: math.copysign(x, y),
    "fdim": _fdim,
    "step": lambda dtype, edge, x: 0.0 if x < edge else 1.0,
    "smoothstep": _smoothstep,
    "isnan": lambda dtype, x: x != x,
    "isinf": lambda dtype, x: x in (INFINITY, -INFINITY),
    "isfinite": lambda dtype, x: _is_finite(x),
    "isnormal": lambda dtype, x: _is_finite(x) and abs(x) >= 2.0 ** FORMATS[dtype.name][1],
    "signbit": lambda dtype, x: math.copysign(1.0, x) < 0,
}

# Functions of integers ---------------------------------------------------------------------------


def _bits(dtype: DType) -> int:
    return dtype.bytes * 8


def _rotate(dtype: DType, x: int, n: int) -> int:
    width = _bits(dtype)
    count = n % width
    bits = unsigned(x, dtype)
    return wrap(bits << count | bits >> (width - count), dtype)


def _trailing_zeros(dtype: DType, x: int) -> int:
    bits = unsigned(x, dtype)
    return (bits & -bits).bit_length() - 1 if bits else _bits(dtype)


def _reverse_bits(dtype: DType, x: int) -> int:
    return wrap(int(f"{unsigned(x, dtype):0{_bits(dtype)}b}"[::-1], 2), dtype)


def _extract_bits(dtype: DType, x: int, offset: int, bits: int) -> int:
    """A field that leaves the integer is cut off at its width."""
    offset = min(offset, _bits(dtype))
    bits = min(bits, _bits(dtype) - offset)
    field = unsigned(x, dtype) >> offset & ((1 << bits) - 1)
    return field - (1 << bits) if dtype.is_signed and bits and field >> (bits - 1) else field


def _insert_bits(dtype: DType, base: int, insert: int, offset: int, bits: int) -> int:
    """What leaves the integer is cut off."""
    offset = min(offset, _bits(dtype))
    mask = ((1 << min(bits, _bits(dtype))) - 1) << offset
    return wrap((base & ~mask) | (unsigned(insert, dtype) << offset & mask), dtype)


ELEMENTWISE |= {
    "iabs": lambda dtype, x: wrap(abs(x), dtype),
    "imin": lambda dtype, x, y: min(x, y),
    "imax": lambda dtype, x, y: max(x, y),
    "iclamp": lambda dtype, x, lo, hi: min(max(x, lo), hi),
    "add_sat": lambda dtype, x, y: limited(x + y, dtype),
    "sub_sat": lambda dtype, x, y: limited(x - y, dtype),
    "mul_hi": lambda dtype, x, y: x * y >> _bits(dtype),
    "mad_hi": lambda dtype, a, b, c: wrap((a * b >> _bits(dtype)) + c, dtype),
    "mad_sat": lambda dtype, a, b, c: limited(a * b + c, dtype),
    "rotate": _rotate,
    "popcount": lambda dtype, x: unsigned(x, dtype).bit_count(),
    "clz": lambda dtype, x: _bits(dtype) - unsigned(x, dtype).bit_length(),
    "ctz": _trailing_zeros,
    "reverse_bits": _reverse_bits,
    "abs_diff": lambda dtype, x, y: abs(x - y),
    "extract_bits": _extract_bits,
    "insert_bits": _insert_bits,
}

# Geometry ----------------------------------------------------------------------------------------

Vector = tuple[float, ...]


def _dot(dtype: DType, x: Vector, y: Vector) -> float:
    rounding = ROUND[dtype.name]
    total = rounding(x[0] * y[0])
    for a, b in zip(x[1:], y[1:], strict=True):
        total = rounding(total + rounding(a * b))
    return total


def _length(dtype: DType, x: Vector) -> float:
    return ROUND[dtype.name](math.sqrt(_dot(dtype, x, x)))


def _times(dtype: DType, x: Vector, factor: float) -> Vector:
    return tuple(ROUND[dtype.name](a * factor) for a in x)


def _minus(dtype: DType, x: Vector, y: Vector) -> Vector:
    return tuple(ROUND[dtype.name](a - b) for a, b in zip(x, y, strict=True))


def _normalize(dtype: DType, x: Vector) -> Vector:
    return _times(dtype, x, ROUND[dtype.name](rsqrt(_dot(dtype, x, x))))


def _cross(dtype: DType, x: Vector, y: Vector) -> Vector:
    rounding = ROUND[dtype.name]
    return tuple(
        rounding(rounding(x[i] * y[j]) - rounding(x[j] * y[i])) for i, j in ((1, 2), (2, 0), (0, 1))
    )


def _reflect(dtype: DType, i: Vector, n: Vector) -> Vector:
    return _minus(dtype, i, _times(dtype, n, ROUND[dtype.name](2 * _dot(dtype, n, i))))


def _refract(dtype: DType, i: Vector, n: Vector, eta: float) -> Vector:
    rounding = ROUND[dtype.name]
    cosine = _dot(dtype, n, i)
    rest = rounding(1 - rounding(rounding(eta * eta) * rounding(1 - rounding(cosine * cosine))))
    if rest < 0:
        return (0.0,) * len(i)
    along = rounding(rounding(eta * cosine) + rounding(math.sqrt(rest)))
    return _minus(dtype, _times(dtype, i, eta), _times(dtype, n, along))


# Of whole vectors.
GEOMETRY: dict[str, Function] = {
    "any": lambda dtype, v: True in v,
    "all": lambda dtype, v: False not in v,
    "dot": _dot,
    "length": _length,
    "length_squared": lambda dtype, x: _dot(dtype, x, x),
    "distance": lambda dtype, x, y: _length(dtype, _minus(dtype, x, y)),
    "normalize": _normalize,
    "cross": _cross,
    "reflect": _reflect,
    "faceforward": lambda dtype, n, i, nref: n
    if _dot(dtype, nref, i) < 0
    else tuple(-a for a in n),
    "refract": _refract,
}
