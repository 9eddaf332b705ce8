"""The scalar dtypes as numbers: exact rounding, ULPs, wrapping, and NumPy arrays to and fro.

Written from IEEE 754 and the language's rules; shares nothing with the compiler. Floats are float64
arrays here, which hold every f32, f16 and bf16; integers are lists of Python's exact ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class FloatFormat:
    """A binary interchange format: bits of the significand, and the range of the exponent."""

    precision: int
    min_exponent: int  # of the smallest normal number
    max_exponent: int  # of the largest one

    @property
    def smallest_normal(self) -> float:
        return 2.0**self.min_exponent

    def quantum(self, x: np.ndarray) -> np.ndarray:
        """The distance between the format's numbers around x: one ULP."""
        _, exponents = np.frexp(x)
        exponents = np.clip(exponents - 1, self.min_exponent, self.max_exponent)
        return np.ldexp(1.0, exponents - (self.precision - 1))

    def round(self, x: np.ndarray) -> np.ndarray:
        """The nearest number of the format, halfway cases to even."""
        x = np.asarray(x, np.float64)
        with np.errstate(all="ignore"):
            quantum = self.quantum(np.where(np.isfinite(x), x, 1.0))
            rounded = np.rint(x / quantum) * quantum
            rounded = np.where(np.isfinite(x), np.copysign(rounded, x), x)
            return np.where(
                np.abs(rounded) >= 2.0 ** (self.max_exponent + 1), np.copysign(np.inf, x), rounded
            )

    def round_fraction(self, x: Fraction) -> float:
        """The nearest number of the format to an exact one other than zero, halfway cases to even."""
        size = abs(x)
        exponent = size.numerator.bit_length() - size.denominator.bit_length()
        if Fraction(2) ** exponent > size:
            exponent -= 1
        exponent = max(exponent, self.min_exponent)
        quantum = Fraction(2) ** (exponent - (self.precision - 1))
        rounded = round(size / quantum) * quantum
        infinite = rounded >= Fraction(2) ** (self.max_exponent + 1)
        number = np.inf if infinite else float(rounded)
        return -number if x < 0 else number


FLOATS = {
    "f32": FloatFormat(24, -126, 127),
    "f16": FloatFormat(11, -14, 15),
    "bf16": FloatFormat(8, -126, 127),
}
# Width and signedness.
INTEGERS = {
    "i8": (8, True),
    "u8": (8, False),
    "i16": (16, True),
    "u16": (16, False),
    "i32": (32, True),
    "u32": (32, False),
    "i64": (64, True),
    "u64": (64, False),
}
DTYPES = [*FLOATS, *INTEGERS, "b1"]
BYTES = {"f32": 4, "f16": 2, "bf16": 2, "b1": 1} | {d: w // 8 for d, (w, _) in INTEGERS.items()}

# How buffers travel: bf16 as its bits.
NUMPY = {
    "f32": np.float32,
    "f16": np.float16,
    "bf16": np.uint16,
    "b1": np.bool_,
    "i8": np.int8,
    "u8": np.uint8,
    "i16": np.int16,
    "u16": np.uint16,
    "i32": np.int32,
    "u32": np.uint32,
    "i64": np.int64,
    "u64": np.uint64,
}


def wrap(value: int, dtype: str) -> int:
    """An integer modulo the dtype's range."""
    width, signed = INTEGERS[dtype]
    value &= (1 << width) - 1
    return value - (1 << width) if signed and value >> (width - 1) else value


def limits(dtype: str) -> tuple[int, int]:
    """The smallest and largest integer of the dtype."""
    width, signed = INTEGERS[dtype]
    return (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)


def encode(dtype: str, values: object) -> np.ndarray:
    """Numbers that the dtype holds exactly, as a buffer's array."""
    if dtype == "bf16":
        floats = np.asarray(values, np.float64).astype(np.float32)
        bits = floats.view(np.uint32)
        nan = np.isnan(floats)
        assert not (bits[~nan] & 0xFFFF).any(), "not a bf16"
        return np.where(nan, 0x7FC0, bits >> 16).astype(np.uint16)
    with np.errstate(all="ignore"):
        return np.array(values, NUMPY[dtype])


def decode(dtype: str, array: np.ndarray) -> np.ndarray | list[int]:
    """A buffer's array as float64 numbers, or as Python's integers."""
    flat = array.reshape(-1)
    if dtype == "bf16":
        return (flat.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    if dtype in FLOATS:
        return flat.astype(np.float64)
    return [int(x) for x in flat]
