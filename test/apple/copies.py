"""Kernels that move elements: repeat, copy with conversion, concatenate, rows by index, set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from launches import (
    F16,
    F32,
    Expected,
    Launch,
    bfloat16,
    extents,
    normal,
    select,
    spaced,
    widened,
)
from quantized import FORMATS, ROUNDED, without_ties

Random = np.random.Generator
CASES: dict[str, Callable[[Random], Launch]] = {}

FLOATS = {"f32": np.float32, "f16": np.float16, "bf16": np.uint16}


def stored(values: np.ndarray, type_name: str) -> np.ndarray:
    return bfloat16(values) if type_name == "bf16" else values.astype(FLOATS[type_name])


def loaded(memory: np.ndarray, type_name: str) -> np.ndarray:
    wide = widened(memory) if type_name == "bf16" else memory
    return wide.astype(np.float32)


def repeat(dtype: type, random: Random) -> Launch:
    x = random.integers(-99, 99, (1, 2, 3, 5)).astype(dtype)
    exact = np.tile(x, (2, 1, 2, 3))
    fields = extents("0", x) | extents("", exact)
    buffers = {0: fields, 1: x, 2: np.zeros_like(exact)}
    return Launch((6, 2, 2), (8, 1, 1), buffers, {2: Expected(exact, dtype=dtype)})


for type_name, dtype in (
    ("f32", np.float32), ("f16", np.float16), ("i32", np.int32), ("i16", np.int16)
):  # fmt: skip
    CASES[f"kernel_repeat_{type_name}"] = partial(repeat, dtype)


def copy(source: str, target: str, random: Random) -> Launch:
    """From rows that do not follow each other to another shape; rounding is to nearest even."""
    padded = stored(spaced(random, 2, 3, 4, 12).base, source)
    x = padded[..., :12]
    exact = stored(loaded(x, source), target).reshape(1, 3, 8, 12)
    out = np.zeros_like(exact)
    fields = extents("0", x) | extents("", out)
    buffers = {0: fields, 1: padded, 2: out}
    # Two rows a threadgroup.
    return Launch((2, 3, 2), (12, 2, 1), buffers, {2: Expected(exact, dtype=exact.dtype)})


for source, target in (
    ("f32", "f32"), ("f32", "f16"), ("f32", "bf16"), ("f16", "f32"), ("f16", "f16"),
    ("bf16", "f32"), ("bf16", "bf16"),
):  # fmt: skip
    CASES[f"kernel_cpy_{source}_{target}"] = partial(copy, source, target)


def quantize(name: str, random: Random) -> Launch:
    x, exact = without_ties(name, random, 2, 3, 4, 96)
    out = np.zeros_like(exact)
    fields = extents("0", x) | extents("", x)
    size = FORMATS[name].size
    fields |= {"nb0": size} | {f"nb{i}": out.strides[3 - i] for i in (1, 2, 3)}
    buffers = {0: fields, 1: x, 2: out}
    return Launch((4, 3, 2), (3, 1, 1), buffers, {2: Expected(exact, dtype=np.uint8)})


def dequantize(name: str, target: str, random: Random) -> Launch:
    blocks, exact = FORMATS[name].random(random, 2, 3, 4, 96)
    dtype = FLOATS[target]
    out = np.zeros(exact.shape, dtype)
    fields = extents("0", out) | extents("", out)
    fields |= {"nb00": FORMATS[name].size} | {f"nb0{i}": blocks.strides[3 - i] for i in (1, 2, 3)}
    # A product and a sum in f32, after scales that may be folded into them; then the store.
    bound = 4 * F32 * (np.abs(exact) + 0.5) + (F16 * np.abs(exact) if target == "f16" else 0)
    buffers = {0: fields, 1: blocks, 2: out}
    return Launch((4, 3, 2), (6, 1, 1), buffers, {2: Expected(exact, bound, dtype)})


for name in ROUNDED:
    CASES[f"kernel_cpy_f32_{name}"] = partial(quantize, name)
for name in ("q4_0", "q4_1", "q5_0", "q5_1", "q8_0"):
    for target in ("f32", "f16"):
        CASES[f"kernel_cpy_{name}_{target}"] = partial(dequantize, name, target)


def concatenate(axis: int, random: Random) -> Launch:
    shape = [2, 3, 4, 10]
    a = spaced(random, *shape)
    shape[3 - axis] += 2
    b = normal(random, *shape)
    exact = np.concatenate([a, b], axis=3 - axis)
    fields = extents("0", a) | extents("1", b) | extents("", exact) | {"dim": axis}
    buffers = {0: fields, 1: a.base, 2: b, 3: np.zeros_like(exact)}
    groups = (exact.shape[2], exact.shape[1], exact.shape[0])
    return Launch(groups, (8, 1, 1), buffers, {3: Expected(exact)})


for axis in range(4):
    CASES[f"kernel_concat/dimension {axis}"] = partial(concatenate, axis)

# Rows by index ------------------------------------------------------------------------------------


def get_rows(type_name: str, random: Random) -> Launch:
    """A row of each of two tables for every index of the table's list."""
    count, columns = 9, 512
    bound: np.ndarray | float = 0
    if type_name in FORMATS:
        table, values = FORMATS[type_name].random(random, 2, count, columns)
        bound = 6 * F32 * (np.abs(values) + 1)
    elif type_name == "i32":
        table = values = random.integers(-999, 999, (2, count, columns), np.int32)
    else:
        table = stored(normal(random, 2, count, columns), type_name)
        values = loaded(table, type_name)
    rows = random.integers(0, count, (2, 5), np.int32)
    pick = np.arange(2)[:, None], rows
    exact = values[pick]
    out = np.zeros(exact.shape, np.int32 if type_name == "i32" else np.float32)
    fields = {"ne00": columns, "nb01": table.strides[1], "nb02": table.strides[0], "ne10": 5}
    fields |= {"nb10": 4, "nb11": rows.strides[0], "nb1": out.strides[1], "nb2": out.strides[0]}
    expected = Expected(exact, bound if np.isscalar(bound) else bound[pick], out.dtype)
    buffers = {0: fields, 1: table, 2: rows, 3: out}
    return Launch((5, 2, 1), (32, 1, 1), buffers, {3: expected})


for type_name in ("f32", "f16", "bf16", "i32", *FORMATS):
    CASES[f"kernel_get_rows_{type_name}"] = partial(get_rows, type_name)


def set_rows(type_name: str, random: Random) -> Launch:
    """Rows go, converted, where a list of 64-bit indices says; the others stay."""
    columns, rows = 96, random.permutation(8)[:5].astype(np.int64)
    block = 1
    if type_name in ROUNDED:
        block = 32
        x, values = without_ties(type_name, random, 2, 5, columns)
    else:
        x = normal(random, 2, 5, columns)
        values = stored(x, type_name)
    out = np.full((2, 8, values.shape[-1]), 77, values.dtype)
    exact = out.copy()
    exact[:, rows] = values
    index = rows[None, None]
    fields = {"nk0": columns // block, "ne01": 5}
    fields |= {f"nb0{i}": x[None].strides[3 - i] for i in (1, 2, 3)}
    fields |= {"ne11": 1, "ne12": 1} | {f"nb1{i}": index.strides[2 - i] for i in (0, 1, 2)}
    fields |= {f"nb{i}": out[None].strides[3 - i] for i in (1, 2, 3)}
    threads = min(32, columns // block)
    expected = Expected(exact, dtype=exact.dtype)
    buffers = {0: fields, 1: x, 2: rows, 3: out}
    return Launch((3, 2, 1), (threads, 2, 1), buffers, {3: expected})


for type_name in (*FLOATS, *ROUNDED):
    CASES[f"kernel_set_rows_{type_name}"] = partial(set_rows, type_name)


def set_part(dtype: type, random: Random) -> Launch:
    """A tensor is written into a part of a larger one."""
    whole = random.integers(-99, 99, (2, 3, 6, 20)).astype(dtype)
    part = random.integers(100, 200, (2, 2, 4, 9)).astype(dtype)
    exact = whole.copy()
    exact[:, 1:, 2:, 5:14] = part
    out = whole.copy()
    offset = whole[0, 1, 2, :5].nbytes + whole[0, 0].nbytes + whole[0, 0, :2].nbytes
    fields = select(extents("1", part), "ne10", "ne11", "ne12", "nb10", "nb11", "nb12", "nb13")
    fields |= select(extents("", out), "nb1", "nb2", "nb3") | {"offs": offset, "inplace": True}
    buffers = {0: fields, 1: whole, 2: part, 3: out}
    return Launch((4, 2, 2), (9, 1, 1), buffers, {3: Expected(exact, dtype=dtype)})


CASES["kernel_set_f32"] = partial(set_part, np.float32)
CASES["kernel_set_i32"] = partial(set_part, np.int32)
