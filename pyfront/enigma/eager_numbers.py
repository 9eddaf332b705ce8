"""Numbers as the GPU has them, for the interpreter: rounding, wrapping, conversions and bits.

A number of a float dtype is a Python float that the dtype holds exactly, of an integer dtype an int
in its range, of b1 a bool. A vector is a tuple of them.
"""

from __future__ import annotations

import math
import struct
from ctypes import c_float
from fractions import Fraction

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from enigma.dtypes import DType

NAN, INFINITY = math.nan, math.inf

# Bits of the significand with the hidden one, and the exponents of the smallest normal number and
# of the largest number.
FORMATS = {"f32": (24, -126, 127), "f16": (11, -14, 15), "bf16": (8, -126, 127)}

_HALF = struct.Struct("<e")


def round_f32(x: float) -> float:
    """The nearest f32, halfway cases to even."""
    return c_float(x).value


def round_f16(x: float) -> float:
    """The nearest f16, halfway cases to even."""
    try:
        return _HALF.unpack(_HALF.pack(x))[0]  # type: ignore[no-any-return]
    except OverflowError:
        return INFINITY if x > 0 else -INFINITY


def round_bf16(x: float) -> float:
    """The nearest bf16, halfway cases to even."""
    if x == 0 or x != x or x in (INFINITY, -INFINITY):
        return x
    precision, low, high = FORMATS["bf16"]
    exponent = max(math.frexp(x)[1] - 1, low) - (precision - 1)
    rounded = math.ldexp(round(math.ldexp(x, -exponent)), exponent)
    if abs(rounded) >= 2.0 ** (high + 1):
        return math.copysign(INFINITY, x)
    return math.copysign(rounded, x)


ROUND: dict[str, Callable[[float], float]] = {
    "f32": round_f32,
    "f16": round_f16,
    "bf16": round_bf16,
}


def round_exact(x: Fraction | int, name: str) -> float:
    """The nearest number of a float dtype to an exact one, with one rounding."""
    if not x:
        return 0.0
    precision, low, high = FORMATS[name]
    size = abs(Fraction(x))
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** exponent > size:
        exponent -= 1
    quantum = Fraction(2) ** (max(exponent, low) - (precision - 1))
    rounded = round(size / quantum) * quantum
    result = INFINITY if rounded >= Fraction(2) ** (high + 1) else float(rounded)
    return -result if x < 0 else result


def wrap(x: int, dtype: DType) -> int:
    """An integer modulo the range of a scalar integer dtype."""
    bits = dtype.bytes * 8
    x &= (1 << bits) - 1
    return x - (1 << bits) if dtype.is_signed and x >> (bits - 1) else x


def unsigned(x: int, dtype: DType) -> int:
    """The bits of an integer as an unsigned number."""
    return x & ((1 << dtype.bytes * 8) - 1)


def limited(x: int, dtype: DType) -> int:
    """An integer limited to the range of a dtype."""
    return min(max(x, int(dtype.low)), int(dtype.high))


def cast_number(x: Any, source: DType, target: DType) -> Any:
    """A number as another scalar dtype: floats saturate to integers, NaN gives 0."""
    if target.is_bool:
        return x != 0
    if target.is_float:
        if source.is_float:
            return ROUND[target.name](x)
        x = int(x)
        return (
            ROUND[target.name](float(x))
            if -(1 << 53) <= x <= 1 << 53
            else round_exact(x, target.name)
        )
    if not source.is_float:
        return wrap(int(x), target)
    if x != x:
        return 0
    if x >= target.high:
        return int(target.high)
    return int(target.low) if x <= target.low else int(x)


def literal_number(x: Any, dtype: DType) -> Any:
    """A Python number as one of a scalar dtype; that it fits has been checked."""
    if dtype.is_float:
        try:
            return ROUND[dtype.name](float(x))
        except OverflowError:
            return INFINITY if x > 0 else -INFINITY
    return bool(x) if dtype.is_bool else int(x)


# Memory ------------------------------------------------------------------------------------------

# How the struct module calls each dtype; bf16 is the upper half of an f32.
CODES = {
    **{"f32": "f", "f16": "e", "bf16": "H", "b1": "?"},
    **{
        "i8": "b",
        "u8": "B",
        "i16": "h",
        "u16": "H",
        "i32": "i",
        "u32": "I",
        "i64": "q",
        "u64": "Q",
    },
}


def bf16_bits(x: float) -> int:
    """The bits of a bf16."""
    return int.from_bytes(struct.pack("<f", x), "little") >> 16


def bf16_of(bits: int) -> float:
    """The number that bits of a bf16 mean."""
    return struct.unpack("<f", struct.pack("<I", bits << 16))[0]  # type: ignore[no-any-return]


def to_bytes(numbers: list[Any], dtype: DType) -> bytes:
    """Numbers of a scalar dtype as they lie in memory."""
    if dtype.name == "bf16":
        numbers = [bf16_bits(x) for x in numbers]
    return struct.pack(f"<{len(numbers)}{CODES[dtype.name]}", *numbers)


def from_bytes(raw: bytes, dtype: DType) -> list[Any]:
    """The numbers of a scalar dtype that lie in memory."""
    numbers = list(struct.unpack(f"<{len(raw) // dtype.bytes}{CODES[dtype.name]}", raw))
    return [bf16_of(x) for x in numbers] if dtype.name == "bf16" else numbers


def reinterpret(x: Any, source: DType, target: DType) -> Any:
    """The bits of a number read as another scalar dtype of its width."""
    return from_bytes(to_bytes([x], source), target)[0]


def shown_number(x: Any, dtype: DType) -> str:
    """A number as a person would write it: the fewest digits that mean it."""
    if not dtype.is_float or x != x or x in (INFINITY, -INFINITY):
        return str(x)
    rounding = ROUND[dtype.scalar.name]
    text = next(
        (t for t in (f"{x:.{digits}g}" for digits in range(1, 18)) if rounding(float(t)) == x),
        repr(x),
    )
    return text if any(c in text for c in ".en") else text + ".0"
