"""Block formats of quantised tensors: what their bytes mean, and how f32 blocks are rounded to them.

A block is a few scales and packed integer codes. `decode` takes the bytes of whole blocks, one row
a block, and gives one row of f64 values a block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Bytes = np.ndarray
Decoder = Callable[[Bytes], np.ndarray]


def half(blocks: Bytes, at: int) -> np.ndarray:
    """The f16 at byte `at` of each block, as a column."""
    return np.ascontiguousarray(blocks[:, at : at + 2]).view(np.float16).astype(np.float64)


def nibbles(packed: Bytes) -> np.ndarray:
    """All low halves, then all high halves."""
    return np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.int64)


def fifth_bits(packed: Bytes) -> np.ndarray:
    """32 bits, least significant first, as the values 0 and 16."""
    return 16 * np.unpackbits(packed, axis=1, bitorder="little").astype(np.int64)


def q4_0(blocks: Bytes) -> np.ndarray:
    return half(blocks, 0) * (nibbles(blocks[:, 2:]) - 8)


def q4_1(blocks: Bytes) -> np.ndarray:
    return half(blocks, 0) * nibbles(blocks[:, 4:]) + half(blocks, 2)


def q5_0(blocks: Bytes) -> np.ndarray:
    return half(blocks, 0) * (nibbles(blocks[:, 6:]) + fifth_bits(blocks[:, 2:6]) - 16)


def q5_1(blocks: Bytes) -> np.ndarray:
    codes = nibbles(blocks[:, 8:]) + fifth_bits(blocks[:, 4:8])
    return half(blocks, 0) * codes + half(blocks, 2)


def q8_0(blocks: Bytes) -> np.ndarray:
    return half(blocks, 0) * np.ascontiguousarray(blocks[:, 2:]).view(np.int8)


IQ4_VALUES = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113])
FP4_VALUES = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


def iq4_nl(blocks: Bytes) -> np.ndarray:
    return half(blocks, 0) * IQ4_VALUES[nibbles(blocks[:, 2:])]


def mxfp4(blocks: Bytes) -> np.ndarray:
    """OCP microscaling: a power of two, and 32 numbers of one sign, two exponent, one mantissa bit."""
    return np.exp2(blocks[:, :1].astype(np.float64) - 127) * FP4_VALUES[nibbles(blocks[:, 1:])]


# Super-blocks of 256 values in sub-blocks with scales of their own ---------------------------------


def q2_k(blocks: Bytes) -> np.ndarray:
    """16 x 16: four bits each of scale and minimum; byte n of a half holds four 32-value groups."""
    scales, packed = blocks[:, :16], blocks[:, 16:80].reshape(-1, 2, 1, 32)
    codes = (packed >> np.array([0, 2, 4, 6])[:, None]) & 3
    codes = codes.reshape(-1, 16, 16).astype(np.float64)
    scale, least = (v.astype(np.float64)[..., None] for v in (scales & 15, scales >> 4))
    values = half(blocks, 80)[..., None] * scale * codes - half(blocks, 82)[..., None] * least
    return values.reshape(-1, 256)


def q3_k(blocks: Bytes) -> np.ndarray:
    """16 x 16: signed six-bit scales; a third bit in a plane of its own, which when clear means -4."""
    plane, packed = blocks[:, :32], blocks[:, 32:96].reshape(-1, 2, 1, 32)
    low, high = nibbles(blocks[:, 96:104]), blocks[:, 104:108]
    top = (high[:, None, :] >> np.array([0, 2, 4, 6])[:, None]) & 3
    scales = low + 16 * top.reshape(-1, 16).astype(np.int64) - 32
    codes = ((packed >> np.array([0, 2, 4, 6])[:, None]) & 3).reshape(-1, 8, 32).astype(np.int64)
    third = (plane[:, None, :] >> np.arange(8)[:, None]) & 1
    codes = (codes - 4 * (1 - third.astype(np.int64))).reshape(-1, 16, 16)
    return (half(blocks, 108)[..., None] * scales[..., None] * codes).reshape(-1, 256)


def six_bit_pairs(packed: Bytes) -> tuple[np.ndarray, np.ndarray]:
    """Eight scales and eight minima of six bits in twelve bytes, each as a column of sub-blocks."""
    a, b, c = packed[:, :4], packed[:, 4:8], packed[:, 8:12]
    scale = np.concatenate([a & 63, (c & 15) | (a >> 6) << 4], axis=1)
    least = np.concatenate([b & 63, c >> 4 | (b >> 6) << 4], axis=1)
    return scale.astype(np.float64)[..., None], least.astype(np.float64)[..., None]


def nibble_groups(packed: Bytes) -> np.ndarray:
    """[block, 8, 32]: each 32 bytes hold the low halves of one group and the high of the next."""
    groups = packed.reshape(-1, 4, 32)
    return np.stack([groups & 15, groups >> 4], axis=2).reshape(-1, 8, 32).astype(np.int64)


def q4_k(blocks: Bytes) -> np.ndarray:
    scale, least = six_bit_pairs(blocks[:, 4:16])
    codes = nibble_groups(blocks[:, 16:])
    values = half(blocks, 0)[..., None] * scale * codes - half(blocks, 2)[..., None] * least
    return values.reshape(-1, 256)


def q5_k(blocks: Bytes) -> np.ndarray:
    scale, least = six_bit_pairs(blocks[:, 4:16])
    fifth = (blocks[:, 16:48][:, None, :] >> np.arange(8)[:, None]) & 1
    codes = nibble_groups(blocks[:, 48:]) + 16 * fifth.astype(np.int64)
    values = half(blocks, 0)[..., None] * scale * codes - half(blocks, 2)[..., None] * least
    return values.reshape(-1, 256)


def q6_k(blocks: Bytes) -> np.ndarray:
    """16 x 16: signed byte scales; low four bits and high two bits in planes."""
    low = blocks[:, :128].reshape(-1, 2, 2, 32)
    low = np.stack([low & 15, low >> 4], axis=2).reshape(-1, 2, 4, 32).astype(np.int64)
    high = blocks[:, 128:192].reshape(-1, 2, 1, 32) >> np.array([0, 2, 4, 6])[:, None]
    codes = (low | (high & 3).astype(np.int64) << 4) - 32
    scales = np.ascontiguousarray(blocks[:, 192:208]).view(np.int8).astype(np.float64)
    values = half(blocks, 208)[..., None] * scales[..., None] * codes.reshape(-1, 16, 16)
    return values.reshape(-1, 256)


def iq4_xs(blocks: Bytes) -> np.ndarray:
    """8 x 32 codes of iq4_nl, with six-bit scales: two bits of each in a word, four in nibbles."""
    word = np.ascontiguousarray(blocks[:, 2:4]).view(np.uint16).astype(np.int64)
    low = np.stack([blocks[:, 4:8] & 15, blocks[:, 4:8] >> 4], axis=2).reshape(-1, 8)
    scales = (low.astype(np.int64) | (word >> 2 * np.arange(8) & 3) << 4) - 32
    packed = blocks[:, 8:].reshape(-1, 8, 16)
    codes = np.concatenate([packed & 15, packed >> 4], axis=2)
    values = half(blocks, 0)[..., None] * scales[..., None] * IQ4_VALUES[codes]
    return values.reshape(-1, 256)


@dataclass
class Format:
    decode: Decoder
    values: int
    """Values in a block."""
    size: int
    """Bytes of a block."""
    halves: tuple[int, ...]
    """Where a block has its f16 scales."""

    def random(self, random: np.random.Generator, *shape: int) -> tuple[Bytes, np.ndarray]:
        """Bytes [..., row bytes] of random codes with tame scales, and what they mean."""
        count = int(np.prod(shape)) // self.values
        blocks = random.integers(0, 256, (count, self.size), np.uint8)
        for at in self.halves:
            scales = random.uniform(0.01, 0.03, count).astype(np.float16)
            blocks[:, at : at + 2] = scales.view(np.uint8).reshape(count, 2)
        if self.decode is mxfp4:
            blocks[:, 0] = random.integers(120, 124, count)
        row = shape[-1] // self.values * self.size
        return blocks.reshape(*shape[:-1], row), self.decode(blocks).reshape(shape)


FORMATS = {
    "q4_0": Format(q4_0, 32, 18, (0,)),
    "q4_1": Format(q4_1, 32, 20, (0, 2)),
    "q5_0": Format(q5_0, 32, 22, (0,)),
    "q5_1": Format(q5_1, 32, 24, (0, 2)),
    "q8_0": Format(q8_0, 32, 34, (0,)),
    "mxfp4": Format(mxfp4, 32, 17, ()),
    "iq4_nl": Format(iq4_nl, 32, 18, (0,)),
    "q2_K": Format(q2_k, 256, 84, (80, 82)),
    "q3_K": Format(q3_k, 256, 110, (108,)),
    "q4_K": Format(q4_k, 256, 144, (0, 2)),
    "q5_K": Format(q5_k, 256, 176, (0, 2)),
    "q6_K": Format(q6_k, 256, 210, (208,)),
    "iq4_xs": Format(iq4_xs, 256, 136, (0,)),
}

# Rounding to blocks -------------------------------------------------------------------------------


def store_half(values: np.ndarray) -> Bytes:
    return values.astype(np.float16)[:, None].view(np.uint8)


def pack_nibbles(codes: np.ndarray) -> Bytes:
    codes = codes.astype(np.uint8)
    return codes[:, :16] & 15 | (codes[:, 16:] & 15) << 4


def pack_fifth_bits(codes: np.ndarray) -> Bytes:
    return np.packbits((codes >> 4 & 1).astype(np.uint8), axis=1, bitorder="little")


def largest(x: np.ndarray) -> np.ndarray:
    """The value of each row that is farthest from zero, with its sign."""
    return np.take_along_axis(x, np.argmax(np.abs(x), axis=1)[:, None], axis=1)[:, 0]


@dataclass
class Rounded:
    blocks: Bytes
    ties: np.ndarray
    """How near the closest value of each block came to lie between two codes, in codes."""


def nearest(positions: np.ndarray, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes 0 to `last`, and the distance to the next boundary between codes."""
    shifted = positions + 0.5
    distance = np.min(np.abs(shifted - np.round(shifted)), axis=1)
    return np.clip(np.floor(shifted), 0, last).astype(np.int64), distance


def symmetric(levels: int, x: np.ndarray) -> Rounded:
    """q4_0 and q5_0: the value farthest from zero becomes the most negative code."""
    d = largest(x) / -(levels // 2)
    codes, ties = nearest(x / d[:, None] + levels // 2, levels - 1)
    planes = [store_half(d)] + ([pack_fifth_bits(codes)] if levels == 32 else [])
    return Rounded(np.concatenate([*planes, pack_nibbles(codes)], axis=1), ties)


def ranged(levels: int, x: np.ndarray) -> Rounded:
    """q4_1 and q5_1: codes count steps from the smallest value."""
    least = x.min(axis=1)
    d = (x.max(axis=1) - least) / (levels - 1)
    codes, ties = nearest((x - least[:, None]) / d[:, None], levels - 1)
    planes = [store_half(d), store_half(least)]
    planes += [pack_fifth_bits(codes)] if levels == 32 else []
    return Rounded(np.concatenate([*planes, pack_nibbles(codes)], axis=1), ties)


def round_q8_0(x: np.ndarray) -> Rounded:
    d = np.abs(x).max(axis=1) / 127
    codes, ties = nearest(x / d[:, None] + 127, 254)
    signed = (codes - 127).astype(np.int8).view(np.uint8)
    return Rounded(np.concatenate([store_half(d), signed], axis=1), ties)


def round_iq4_nl(x: np.ndarray) -> Rounded:
    """Nearest of the 16 values; then the scale that fits best, weighted with the squares."""
    first = largest(x) / IQ4_VALUES[0]
    at = x / first[:, None]
    distances = np.sort(np.abs(at[..., None] - IQ4_VALUES), axis=-1)
    codes = np.argmin(np.abs(at[..., None] - IQ4_VALUES), axis=-1)
    taken = IQ4_VALUES[codes]
    d = np.sum(x**3 * taken, axis=1) / np.sum(x**2 * taken**2, axis=1)
    ties = np.min(distances[..., 1] - distances[..., 0], axis=1)
    return Rounded(np.concatenate([store_half(d), pack_nibbles(codes)], axis=1), ties)


ROUNDED: dict[str, Callable[[np.ndarray], Rounded]] = {
    "q4_0": lambda x: symmetric(16, x),
    "q4_1": lambda x: ranged(16, x),
    "q5_0": lambda x: symmetric(32, x),
    "q5_1": lambda x: ranged(32, x),
    "q8_0": round_q8_0,
    "iq4_nl": round_iq4_nl,
}


def without_ties(name: str, random: np.random.Generator, *shape: int) -> tuple[np.ndarray, Bytes]:
    """f32 values that round to `name` in one way only, whatever the last bits; and their blocks.

    Values between two codes, and scales between two halves, would depend on how a kernel divides.
    """
    count = int(np.prod(shape)) // 32
    x = np.zeros((0, 32), np.float32)
    while len(x) < count:
        more = random.standard_normal((count, 32)).astype(np.float32)
        wide = more.astype(np.float64)
        clear = ROUNDED[name](wide).ties > 1e-3
        low, high = (ROUNDED[name](wide * (1 + s * 2.0**-20)).blocks for s in (-1, 1))
        x = np.concatenate([x, more[clear & np.all(low == high, axis=1)]])
    x = x[:count]
    blocks = ROUNDED[name](x.astype(np.float64)).blocks
    row = shape[-1] // 32 * blocks.shape[1]
    return x.reshape(shape), blocks.reshape(*shape[:-1], row)
