"""`gemm`: sizes, transposes, element and sum types, memory, and threadgroups of every number of simdgroups."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from number_formats import FLOATS, NUMPY, decode, encode
from witnesses import MODES, Compiled, Mode, paths

RANDOM = np.random.default_rng(11)
# M, N, K; one, two and many tiles, and odd numbers of them.
EXTENTS = [(8, 8, 8), (16, 24, 8), (24, 16, 40), (32, 32, 16)]
# A, B, C, sums.
TYPES = [
    ("f32", "f32", "f32", "f32"),
    ("f16", "f16", "f16", "f32"),
    ("f16", "f16", "f16", "f16"),
    ("bf16", "bf16", "f32", "f32"),
    ("f16", "f32", "bf16", "f32"),
]
# A partial simdgroup takes no part.
BLOCKS = [32, 64, 100, 256]


@pytest.fixture(params=MODES, ids=str)
def mode(request) -> Mode:
    return request.param


def device_source(types: tuple[str, ...], extents: tuple[int, ...], ta: bool, tb: bool) -> str:
    (a, b, c, accum), (m, n, k) = types, extents
    name = f"{'_'.join(types)}_{m}_{n}_{k}_{ta:d}{tb:d}"
    return f"""
@enigma.kernel
def gemm_{name}(A: enigma.{a}, B: enigma.{b}, C: enigma.{c}[{m + 1}, {n + 3}]):
    enigma.gemm(A, B, C, M={m}, N={n}, K={k}, transpose_A={ta}, transpose_B={tb},
                accum_dtype=enigma.{accum})
"""


def check(
    types: tuple[str, ...],
    got: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
    small: bool,
) -> None:
    """C + A @ B with sums of the accumulator's type, rounded to C's at the end."""
    exact = c + a @ b
    k = a.shape[1]
    size = np.abs(a) @ np.abs(b) + np.abs(c)
    # The sum is kept in its type from one tile to the next; f32 within a tile.
    error = 2 * (k + 1) * 2.0**-24 * size + FLOATS[types[2]].quantum(exact) / 2
    if types[3] != "f32":
        error = error + k / 8 * FLOATS[types[3]].quantum(size) / 2
    assert (np.abs(got - exact) <= (0 if small else error)).all(), types


def operand(dtype: str, shape: tuple[int, int], small: bool) -> np.ndarray:
    values = RANDOM.integers(-2, 3, shape) if small else RANDOM.standard_normal(shape)
    return FLOATS[dtype].round(values)


def test_device_memory(tmp_path: Path, mode: Mode) -> None:
    cases = [
        (types, extents, bool(i & 1), bool(i & 2))
        for i, (types, extents) in enumerate(product(TYPES, EXTENTS))
    ]
    module = tmp_path / "gemms.py"
    module.write_text("import enigma\n" + "".join(device_source(*case) for case in cases))
    compiled = Compiled(module, tmp_path, mode)
    for i, (types, (m, n, k), ta, tb) in enumerate(cases):
        name = f"gemm_{'_'.join(types)}_{m}_{n}_{k}_{ta:d}{tb:d}"
        block = BLOCKS[(i + i // 4) % len(BLOCKS)]
        for small, path in product((True, False), paths(mode)):
            a, b = operand(types[0], (m, k), small), operand(types[1], (k, n), small)
            c = operand(types[2], (m + 1, n + 3), small)
            arguments = {
                "A": np.ascontiguousarray(encode(types[0], a.T if ta else a)),
                "B": np.ascontiguousarray(encode(types[1], b.T if tb else b)),
                "C": encode(types[2], c),
            }
            out = compiled.run(path, name, arguments, block, block)["C"]
            got = np.asarray(decode(types[2], out)).reshape(c.shape)
            check(types, got[:m, :n], a, b, c[:m, :n], small)
            # What lies around C stays as it is.
            np.testing.assert_array_equal(got[m:], c[m:])
            np.testing.assert_array_equal(got[:, n:], c[:, n:])


THREADGROUP = """
import enigma

@enigma.kernel
def tiles(A: enigma.f16[48, 48], B: enigma.f16[48, 16], Out: enigma.f32[48, 16], In: enigma.f32):
    # One tile of A and B at a time; every thread writes into them, and reads C in between.
    tile_a = enigma.threadgroup_alloc(enigma.f16, (16, 27))
    tile_b = enigma.threadgroup_alloc(enigma.f16, 24 * 16)
    tile_c = enigma.threadgroup_alloc(enigma.f32, (17, 18))
    t = enigma.thread_index_in_threadgroup()
    count = enigma.threads_per_threadgroup()
    row = enigma.threadgroup_position_in_grid() * 16
    for i in enigma.for_range(t, 16 * 16, count, "uint"):
        tile_c[i // 16, i % 16] = In[0]
    for start in enigma.for_range(0, 48, 24, "uint"):
        for i in enigma.for_range(t, 16 * 24, count, "uint"):
            tile_a[i // 24, i % 24] = A[row + i // 24, start + i % 24]
            tile_b[i] = B[start + i // 16, i % 16]
        enigma.gemm(tile_a, tile_b, tile_c, M=16, N=16, K=24)
        for i in enigma.for_range(t, 16 * 16, count, "uint"):
            other = 255 - i
            Out[row + other // 16, other % 16] = (
                Out[row + other // 16, other % 16] + tile_c[other // 16, other % 16])
        enigma.barrier(enigma.mem_device_and_threadgroup)
"""


@pytest.mark.parametrize("block", [32, 96, 120])
def test_threadgroup_memory(tmp_path: Path, mode: Mode, block: int) -> None:
    module = tmp_path / "tiles.py"
    module.write_text(THREADGROUP)
    compiled = Compiled(module, tmp_path, mode)
    a, b = operand("f16", (48, 48), True), operand("f16", (48, 16), True)
    half = 3.0 + a[:, :24] @ b[:24]
    expected = half + (half + a[:, 24:] @ b[24:])
    arguments = {
        "A": encode("f16", a),
        "B": encode("f16", b),
        "Out": np.zeros((48, 16), NUMPY["f32"]),
        "In": np.full(1, 3.0, NUMPY["f32"]),
    }
    for path in paths(mode):
        got = compiled.run(path, "tiles", arguments, 3 * block, block)["Out"]
        np.testing.assert_array_equal(got, expected)


def scalar_source(name: str, types: tuple[str, ...], extents: tuple[int, ...], tb: bool) -> str:
    (a, b, c, accum), (m, n, k) = types, extents
    return f"""
@enigma.kernel
def {name}(A: enigma.{a}[64, {m}, {k}], B: enigma.{b}, Out: enigma.{c}):
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    # A of the thread itself, B of the threadgroup.
    own = enigma.register_tensor(({m}, {k}), enigma.{a})
    for place in enigma.for_range(0, {m * k}, dtype="uint"):
        own[place // {k}, place % {k}] = A[i * {m * k} + place]
    shared = enigma.threadgroup_alloc(enigma.{b}, {n * k})
    for place in enigma.for_range(t, {n * k}, enigma.threads_per_threadgroup(), "uint"):
        shared[place] = B[place]
    sums = enigma.register_tensor(({m}, {n}), enigma.{c}, 1)
    enigma.gemm(own, shared, sums, M={m}, N={n}, K={k}, transpose_B={tb}, accum_dtype=enigma.{accum})
    for place in enigma.for_range(0, {m * n}, dtype="uint"):
        Out[i * {m * n} + place] = sums[place // {n}, place % {n}]
"""


# One sum each, some, and more than are kept side by side; sizes that 8 does not divide.
SCALAR = {
    "one": (("f32", "f32", "f32", "f32"), (1, 1, 7), False),
    "some": (("f16", "f32", "f16", "f32"), (3, 5, 2), True),
    "many": (("f32", "f16", "f32", "f32"), (9, 11, 3), False),
    "whole": (("i32", "u8", "i32", "i32"), (2, 3, 4), True),
}


def test_the_scalar_path(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "scalars.py"
    sources = (scalar_source(name, *case) for name, case in SCALAR.items())
    module.write_text("import enigma\n" + "".join(sources))
    compiled = Compiled(module, tmp_path, mode)
    for path, (name, (types, (m, n, k), tb)) in product(paths(mode), SCALAR.items()):
        a = RANDOM.integers(-3 if types[0] != "u8" else 0, 4, (64, m, k))
        b = RANDOM.integers(0, 4, (k, n))
        arguments = {
            "A": encode(types[0], a),
            "B": np.ascontiguousarray(encode(types[1], b.T if tb else b)),
            "Out": np.zeros((64, m, n), NUMPY[types[2]]),
        }
        got = compiled.run(path, name, arguments, 64, 16)["Out"]
        np.testing.assert_array_equal(got, 1 + a @ b, err_msg=f"{path} {name}")
