"""Operands of each dtype: its edges in every pairing, and random numbers."""

from __future__ import annotations

import itertools

import numpy as np
from number_formats import FLOATS, INTEGERS, encode, limits, wrap

RANDOM = 600


def edges(dtype: str) -> list[float] | list[int]:
    """Values at which an implementation may go wrong."""
    if dtype == "b1":
        return [0, 1]
    if dtype in INTEGERS:
        width, _ = INTEGERS[dtype]
        low, high = limits(dtype)
        values = [0, 1, 2, 3, 7, -1, -2, low, low + 1, high, high - 1, width - 1, width, width + 1]
        values += [1 << (width // 2), 0x55, (1 << (width - 1)) + 5]
        return list(dict.fromkeys(wrap(v, dtype) for v in values))
    form = FLOATS[dtype]
    largest = (2.0 - 2.0 ** (1 - form.precision)) * 2.0**form.max_exponent
    smallest = 2.0 ** (form.min_exponent - form.precision + 1)
    positive = [0.0, 0.5, 1.0, 1.5, 2.5, 3.0, smallest, form.smallest_normal, largest, np.inf]
    positive += [1.0 + 2.0 ** (1 - form.precision), form.smallest_normal - smallest]
    # Halfway between integers, near the end of the numbers that have a fraction.
    positive += [2.0 ** (form.precision - 2) + 0.5]
    return [*positive, *(-x for x in positive), np.nan]


def random_values(dtype: str, count: int, random: np.random.Generator) -> np.ndarray:
    """Ordinary numbers: a third small integers, the others over many magnitudes."""
    if dtype == "b1":
        return random.integers(0, 2, count)
    if dtype in INTEGERS:
        width, _ = INTEGERS[dtype]
        shifts = random.integers(64 - width, 64, count)
        bits = random.integers(0, 1 << 64, count, dtype=np.uint64, endpoint=False)
        signs = random.choice([-1, 1], count)
        return np.array(
            [
                wrap(int(sign) * (int(b) >> int(shift)), dtype)
                for b, shift, sign in zip(bits, shifts, signs, strict=True)
            ],
            object,
        )
    magnitudes = 2.0 ** random.uniform(-8, 8, count)
    wide = 2.0 ** random.uniform(FLOATS[dtype].min_exponent + 2, FLOATS[dtype].max_exponent, count)
    kind = random.integers(0, 6, count)
    values = np.where(kind == 0, wide, magnitudes)
    values = np.where(kind == 1, random.integers(0, 40, count) / 2, values)
    return FLOATS[dtype].round(np.where(random.integers(0, 2, count) == 0, values, -values))


def operand_columns(dtype: str, count: int = 3, seed: int = 0) -> list[np.ndarray]:
    """`count` arrays of operands: all pairs of edges in the first two, then random numbers."""
    random = np.random.default_rng([seed, len(dtype), *dtype.encode()])
    pairs = list(itertools.product(edges(dtype), repeat=2))
    columns = []
    for column in range(count):
        if column < 2:
            start = [pair[column] for pair in pairs]
        else:
            start = [edges(dtype)[k] for k in random.integers(0, len(edges(dtype)), len(pairs))]
        columns.append(encode(dtype, [*start, *random_values(dtype, RANDOM, random)]))
    return columns
