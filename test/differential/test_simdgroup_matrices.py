"""Simdgroup matrices: every mix of element types, every way to lie in memory, chains, loops and branches."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from kernel_modules import Launch, check_launches, trace_ops
from number_formats import FLOATS, NUMPY, decode, encode
from witnesses import MODES, Compiled, Mode, count_cells, paths

TYPES = ("f32", "f16", "bf16")
MIXES = list(product(TYPES, repeat=2))
RANDOM = np.random.default_rng(7)


def small(dtype: str, *shape: int, limit: int = 2) -> np.ndarray:
    """Small integers: sums of their products are exact in every type."""
    return encode(dtype, RANDOM.integers(-limit, limit + 1, shape).astype(np.float64))


def numbers(dtype: str, array: np.ndarray) -> np.ndarray:
    return np.asarray(decode(dtype, array)).reshape(array.shape)


# -- element types ------------------------------------------------------------------------------


def mix_source(a: str, b: str) -> str:
    """Every type of the sum and of the result; D has a row for each type of C."""
    parameters = "".join(
        f", C_{c}: enigma.{c}, D_{c}: enigma.{c}, P_{c}: enigma.{c}" for c in TYPES
    )
    lines = [
        f"    enigma.simdgroup_matrix_store(enigma.simdgroup_multiply(a, b, enigma.{d}), P_{d}, 8)"
        for d in TYPES
    ]
    for row, c in enumerate(TYPES):
        lines.append(f"    c = enigma.simdgroup_matrix_load(C_{c}, 8)")
        for d in TYPES:
            lines.append(f"    d = enigma.simdgroup_multiply_accumulate(a, b, c, enigma.{d})")
            lines.append(f"    enigma.simdgroup_matrix_store(d, D_{d}, 8, offset={64 * row})")
    return (
        f"""
@enigma.kernel
def mix_{a}_{b}(A: enigma.{a}, B: enigma.{b}{parameters}):
    a = enigma.simdgroup_matrix_load(A, 8)
    b = enigma.simdgroup_matrix_load(B, 8)
"""
        + "\n".join(lines)
        + "\n"
    )


@pytest.fixture(params=MODES, ids=str)
def mode(request) -> Mode:
    return request.param


def test_every_mix_of_element_types(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "mixes.py"
    module.write_text("import enigma\n\n" + "".join(mix_source(*mix) for mix in MIXES))
    compiled = Compiled(module, tmp_path, mode)
    for path, (a, b), is_small in product(paths(mode), MIXES, (True, False)):

        def values(dtype: str, is_small: bool = is_small) -> np.ndarray:
            if is_small:
                return small(dtype, 8, 8, limit=4)
            return encode(dtype, FLOATS[dtype].round(RANDOM.standard_normal((8, 8))))

        arguments = {"A": values(a), "B": values(b)}
        for c in TYPES:
            empty = np.zeros((3, 8, 8), NUMPY[c])
            arguments |= {f"C_{c}": values(c), f"D_{c}": empty, f"P_{c}": empty[0]}
        got = compiled.run(path, f"mix_{a}_{b}", arguments, 32, 32)
        x, y = numbers(a, arguments["A"]), numbers(b, arguments["B"])
        starts = [numbers(c, arguments[f"C_{c}"]) for c in TYPES]
        for d in TYPES:
            results = [*numbers(d, got[f"D_{d}"]), numbers(d, got[f"P_{d}"])]
            for result, start in zip(results, [*starts, np.zeros((8, 8))], strict=True):
                exact = x @ y + start
                # Eight products and sums in f32, then one rounding to the result's type.
                bound = 17 * 2.0**-24 * (np.abs(x) @ np.abs(y) + np.abs(start))
                bound += FLOATS[d].quantum(exact) / 2
                error = np.abs(result - exact)
                assert (error <= (0 if is_small else bound)).all(), (path, a, b, d)
    for path in paths(mode):
        count_cells(trace_ops(compiled.artifact(".trace.json")), path, mode)


# -- places in memory ---------------------------------------------------------------------------


def places_source(dtype: str) -> str:
    """Through device and threadgroup memory, straight and transposed, four simdgroups at a time."""
    return f"""
@enigma.kernel
def places_{dtype}(
    A: enigma.{dtype}, Out: enigma.{dtype}, n: enigma.Scalar("uint"), x: enigma.Scalar("int"),
    y: enigma.Scalar("ushort"), start: enigma.Scalar("ulong"),
):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, (2, 9, 21))
    flat = enigma.threadgroup_alloc(enigma.{dtype}, 2 * 200)
    s = enigma.simdgroup_index_in_threadgroup()
    g = enigma.threadgroup_position_in_grid()
    band = (g * 2 + s) * 8 * n
    m = enigma.simdgroup_matrix_load(A, n, offset=start + band, origin=(x, y))
    t = enigma.simdgroup_matrix_load(A, n, offset=start + band, origin=(x, y), transpose=True)
    enigma.simdgroup_matrix_store(m, tile, 21, offset=s * 189, origin=(3, 1), transpose=True)
    enigma.simdgroup_matrix_store(t, tile, 21, offset=s * 189, origin=(11, 1))
    enigma.simdgroup_matrix_store(t, flat, 11, offset=s * 200 + 5)
    enigma.barrier()
    other = 1 - s
    u = enigma.simdgroup_matrix_load(tile, 21, offset=other * 189, origin=(3 + 5 * s, 1))
    v = enigma.simdgroup_matrix_load(flat, 11, origin=(5, 0), offset=200 * other, transpose=True)
    enigma.simdgroup_matrix_store(u, Out, n, offset=band, origin=(1, 0))
    enigma.simdgroup_matrix_store(v, Out, n, offset=band + 9, transpose=True)
    enigma.simdgroup_matrix_store(
        enigma.make_filled_simdgroup_matrix(enigma.{dtype}, x * 2), Out, n, offset=band,
        origin=(17, 0))
"""


def block(flat: np.ndarray, n: int, offset: int, x: int, y: int, transpose: bool) -> np.ndarray:
    """The 8x8 elements of a buffer that a matrix stands for."""
    start = offset + y * n + x
    rows = np.lib.stride_tricks.as_strided(flat[start:], (8, 8), (n * flat.itemsize, flat.itemsize))
    return rows.T if transpose else rows


def places_launch(dtype: str, n: int, x: int, y: int, start: int) -> Launch:
    groups = 2
    a = small(dtype, start + (groups * 16 + y + 1) * n + x + 16, limit=100)
    out = small(dtype, groups * 16 * n)
    expected = out.copy()
    for g in range(groups):
        tile = np.zeros((2, 9 * 21), a.dtype)
        flat = np.zeros((2, 200), a.dtype)
        for s in range(2):
            band = (g * 2 + s) * 8 * n
            m = block(a, n, start + band, x, y, False)
            block(tile[s], 21, 0, 3, 1, True)[:] = m
            block(tile[s], 21, 0, 11, 1, False)[:] = m.T
            block(flat[s], 11, 5, 0, 0, False)[:] = m.T
        for s in range(2):
            band = (g * 2 + s) * 8 * n
            block(expected, n, band, 1, 0, False)[:] = block(
                tile[1 - s], 21, 0, 3 + 5 * s, 1, False
            )
            block(expected, n, band + 9, 0, 0, True)[:] = block(flat[1 - s], 11, 0, 5, 0, True)
            block(expected, n, band, 17, 0, False)[:] = encode(dtype, [2.0 * x])[0]
    arguments = {"A": a, "Out": out, "n": n, "x": x, "y": y, "start": start}
    return Launch(f"places_{dtype}", arguments, 64 * groups, 64, {"Out": expected})


def test_every_place_in_memory(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "places.py"
    module.write_text("import enigma\n\n" + "".join(map(places_source, TYPES)))
    places = [(25, 0, 0, 0), (29, 3, 2, 7), (41, 11, 1, 100)]
    launches = [places_launch(dtype, *place) for dtype in TYPES for place in places]
    check_launches(module, tmp_path, mode, launches)


# -- chains, loops, branches --------------------------------------------------------------------


def flow_source(dtype: str) -> str:
    return f"""
@enigma.kernel
def flow_{dtype}(
    A: enigma.{dtype}, B: enigma.{dtype}, Out: enigma.{dtype}, trips: enigma.Scalar("uint"),
    flag: enigma.Scalar("uint"),
):
    load, store = enigma.simdgroup_matrix_load, enigma.simdgroup_matrix_store
    mac = enigma.simdgroup_multiply_accumulate
    zero = enigma.make_filled_simdgroup_matrix("{dtype}", 0)
    # A list of matrices: a 16 x 16 product in four tiles.
    with enigma.for_range(0, trips, init=[zero] * 4) as (k, acc):
        a = [load(A, 64, origin=(k * 8, 8 * i)) for i in range(2)]
        b = [load(B, 16, origin=(8 * j, k * 8)) for j in range(2)]
        for i in enigma.range_constexpr(2):
            for j in enigma.range_constexpr(2):
                acc[2 * i + j] = mac(a[i], b[j], acc[2 * i + j])
    for i in enigma.range_constexpr(2):
        for j in enigma.range_constexpr(2):
            store(acc[2 * i + j], Out, 16, origin=(8 * j, 8 * i))
    # Exchanged in every iteration, and one that keeps its old value for later.
    x, y = load(A, 64), load(B, 16)
    with enigma.for_range(0, trips, init=[x, y, zero]) as (k, c):
        c[0], c[1], c[2] = c[1], c[0], enigma.simdgroup_multiply(c[0], zero)
    store(c[0], Out, 8, offset=256)
    store(c[1], Out, 8, offset=320)
    store(c[2], Out, 8, offset=384)
    # A branch that all lanes take together.
    with enigma.if_(flag == 1, init=[x]) as chosen:
        chosen[0] = mac(x, y, chosen[0])
    store(chosen[0], Out, 8, offset=448)
    with enigma.if_(flag == 1, init=[zero]) as (then, else_, one):
        with then:
            one[0] = x
        with else_:
            one[0] = y
    store(one[0], Out, 8, offset=512)
    with enigma.while_(lambda w: w[0] < trips, init=[0, zero]) as w:
        with enigma.if_(w[0] > 0):
            w[1] = mac(x, y, w[1])
        w[0] = w[0] + 1
    store(w[1], Out, 8, offset=576)
    # In a row, the start used again at the end.
    row = mac(x, y, mac(x, y, x))
    store(mac(x, y, row), Out, 8, offset=640)
    store(row, Out, 8, offset=704)
"""


def flow_launch(dtype: str, trips: int, flag: int) -> Launch:
    a, b = small(dtype, 16, 64, limit=1), small(dtype, 64, 16, limit=1)
    x, y = numbers(dtype, a), numbers(dtype, b)
    used = 8 * trips
    left, right, zero = x[:8, :8], y[:8, :8], np.zeros((8, 8))
    p, q, r = left, right, zero
    for _ in range(trips):
        p, q, r = q, p, zero
    parts = [
        x[:, :used] @ y[:used],
        p,
        q,
        r,
        left @ right + left if flag == 1 else left,
        left if flag == 1 else right,
        left @ right * max(trips - 1, 0),
        left @ right * 3 + left,
        left @ right * 2 + left,
    ]
    # Adding zero turns -0 into 0.
    expected = encode(dtype, np.concatenate([part.reshape(-1) for part in parts]) + 0.0)
    arguments = {"A": a, "B": b, "Out": np.zeros_like(expected), "trips": trips, "flag": flag}
    return Launch(f"flow_{dtype}", arguments, 32, 32, {"Out": expected})


def test_chains_loops_and_branches(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "flow.py"
    module.write_text("import enigma\n\n" + "".join(map(flow_source, TYPES)))
    launches = [
        flow_launch(dtype, trips, flag)
        for dtype in TYPES
        for trips, flag in ((0, 0), (1, 1), (2, 0), (7, 1), (8, 0))
    ]
    check_launches(module, tmp_path, mode, launches)
