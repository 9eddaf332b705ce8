"""Register tensors, and copies by threadgroups and simdgroups, over every dtype and ragged sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kernel_modules import KERNELS, Launch, check_launches
from number_formats import DTYPES, encode
from witnesses import MODES, Mode


def bins(n: int) -> Launch:
    threads = 70
    a = np.random.default_rng(7).integers(0, 1 << 32, threads * n + 1, dtype=np.uint32)
    places = (a % 2 * 4 + a // 2 % 4)[:-1].reshape(threads, n)
    counts = np.stack([(places == k).sum(axis=1) for k in range(8)], axis=1)
    arguments = {"A": a, "Out": np.ones(threads * 8, np.uint32), "n": n}
    return Launch("bins", arguments, threads, 32, {"Out": counts.astype(np.uint32).ravel()})


def outer_product(k: int) -> Launch:
    random = np.random.default_rng(8)
    a = random.integers(-9, 9, (50 * 3, k)).astype(np.int32)
    b = random.integers(-9, 9, (k, 2)).astype(np.int32)
    arguments = {"A": a.ravel(), "B": b.ravel(), "Out": np.ones(300, np.int32), "k": k}
    return Launch("outer_product", arguments, 50, 16, {"Out": (a @ b).ravel().astype(np.int32)})


def fresh_each_time(n: int) -> Launch:
    threads, block = 150, 96
    a = np.arange(threads, dtype=np.int32) - 40
    totals = np.zeros(threads, np.int64)
    for k in range(n):
        mine = np.full((threads, 3), k)
        mine[:, k % 3] = k + a
        totals += mine @ [1, 10, 100]
        totals += np.where(a % 2 == 0, (6 if k % 2 == 0 else 5) * 1000, 0)
    out = np.concatenate([totals[s : s + block][::-1] for s in range(0, threads, block)]) + 5
    arguments = {"A": a, "Out": np.zeros(threads, np.int32), "n": n}
    return Launch("fresh_each_time", arguments, threads, block, {"Out": out.astype(np.int32)})


def flags() -> Launch:
    a = np.random.default_rng(9).integers(0, 100, 120).astype(np.int32)
    out = np.zeros((40, 4), bool)
    np.put_along_axis(out, (a % 4).reshape(40, 3), True, axis=1)
    arguments = {"A": a, "Out": ~out.ravel()}
    return Launch("flags", arguments, 40, 32, {"Out": out.ravel()})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_register_tensors(tmp_path: Path, mode: Mode) -> None:
    launches = [
        bins(0),
        bins(17),
        outer_product(5),
        fresh_each_time(0),
        fresh_each_time(7),
        flags(),
    ]
    check_launches(KERNELS / "register_tensors.py", tmp_path, mode, launches)


def copy_source(dtype: str) -> str:
    """Copies by the threadgroup, and pipelines, of one dtype."""
    return f"""
@enigma.kernel
def through_{dtype}(A: enigma.{dtype}, B: enigma.{dtype}, Own: enigma.{dtype},
                    n: enigma.Scalar("uint"), at: enigma.Scalar("ushort")):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, (5, 21))
    group = enigma.threadgroup_position_in_grid()
    start = group * 105
    enigma.copy(A, tile, n, src_offset=start + at, dst_offset=2)
    enigma.barrier()
    enigma.copy(tile, B, n, src_offset=2, dst_offset=start)
    mine = enigma.register_tensor(6, enigma.{dtype})
    enigma.copy(tile, mine, 6, src_offset=2)
    enigma.copy(mine, Own, 6, dst_offset=enigma.thread_position_in_grid() * 6)


@enigma.kernel
def masked_{dtype}(A: enigma.{dtype}, B: enigma.{dtype}, n: enigma.Scalar("int")):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, 64)
    enigma.copy(A, tile, 64, mask_fn=lambda k: k < n, coalesced_width=4)
    enigma.barrier()
    enigma.copy(tile, B, 64, mask_fn=lambda k: (k % 3 != 1) & (k < n))


@enigma.kernel
def pipelined_{dtype}(A: enigma.{dtype}, B: enigma.{dtype}, steps: enigma.Scalar("int")):
    tiles = enigma.pipeline(enigma.{dtype}, (3, 12), stages=3)
    t = enigma.thread_index_in_threadgroup()
    for step in enigma.for_range(0, steps):
        enigma.copy(A, tiles.acquire(step), 36, src_offset=step * 36)
        tiles.commit()
        tile = tiles.consume(step)
        with enigma.if_(t < 36):
            B[step * 36 + enigma.metal_cast(t, "int")] = tile[2 - t / 12, t % 12]
    turns = enigma.pipeline(enigma.{dtype}, 4)
    enigma.barrier()
    with enigma.if_(t == 0):
        turns.back()[3] = A[7]
        turns.front()[1] = A[8]
    turns.swap()
    enigma.barrier()
    with enigma.if_(t == 1):
        B[steps * 36] = turns.front()[3]
        B[steps * 36 + 1] = turns.back()[1]
"""


def values(dtype: str, n: int, seed: int) -> np.ndarray:
    return encode(dtype, np.random.default_rng(seed).integers(0, 2 if dtype == "b1" else 100, n))


def through(dtype: str, n: int, at: int, block: tuple[int, int]) -> Launch:
    groups = 3
    a = values(dtype, 105 * groups + 200, 10)
    # One row of threadgroups, so that their number is their place.
    threads = block[0] * block[1] * groups
    b = np.zeros(105 * groups, a.dtype)
    own = np.zeros((groups, block[1], block[0], 6), a.dtype)
    out, mine = b.copy(), own.copy()
    for g in range(groups):
        out[g * 105 : g * 105 + n] = a[g * 105 + at : g * 105 + at + n]
        mine[g] = a[g * 105 + at :][:6]
    arguments = {"A": a, "B": b, "Own": np.zeros(threads * 6, a.dtype), "n": n, "at": at}
    # Own is written by the x position alone, so all rows of a threadgroup write the same.
    flat = np.zeros((groups * block[0] * block[1], 6), a.dtype)
    flat[: groups * block[0]] = np.repeat(mine[:, 0, :1].reshape(groups, 6), block[0], axis=0)
    expected = {"B": out, "Own": flat.ravel()}
    grid = (block[0] * groups, block[1])
    return Launch(f"through_{dtype}", arguments, grid, block, expected)


def masked(dtype: str, n: int, block: int) -> Launch:
    a, b = values(dtype, 64, 11), values(dtype, 64, 12)
    k = np.arange(64)
    out = np.where((k % 3 != 1) & (k < n), a, b).astype(a.dtype)
    return Launch(f"masked_{dtype}", {"A": a, "B": b, "n": n}, block, block, {"B": out})


def pipelined(dtype: str, steps: int, block: int) -> Launch:
    a = values(dtype, steps * 36 + 9, 13)
    out = a[: steps * 36].reshape(steps, 3, 12)[:, ::-1].ravel()
    out = np.concatenate([out, a[7:9]])
    arguments = {"A": a, "B": np.zeros_like(out), "steps": steps}
    return Launch(f"pipelined_{dtype}", arguments, block, block, {"B": out})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_copies_by_the_threadgroup(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "copies.py"
    module.write_text("import enigma\n\n" + "".join(copy_source(d) for d in DTYPES))
    launches = []
    for dtype in DTYPES:
        launches += [through(dtype, n, at, b) for n, at, b in ((103, 5, (33, 1)), (6, 0, (5, 3)))]
        launches += [masked(dtype, 64, 7), masked(dtype, 45, 70), pipelined(dtype, 5, 40)]
    check_launches(module, tmp_path, mode, launches)


def async_source(dtype: str) -> str:
    """Copies by a simdgroup, of one dtype."""
    return f"""
@enigma.kernel
def ranges_{dtype}(A: enigma.{dtype}, B: enigma.{dtype}, n: enigma.Scalar("ushort"),
                   start: enigma.Scalar("ulong")):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, (8, 40))
    s = enigma.simdgroup_index_in_threadgroup()
    place = enigma.metal_cast(s, "int") * 150
    come = enigma.async_copy_1d_d2t(tile, place, A, start + s * 150, n)
    enigma.async_copy_wait(come)
    go = enigma.async_copy_1d_t2d(B, s * 150, tile, place, n)
    enigma.async_copy_wait(go)


@enigma.kernel
def tiles_{dtype}(A: enigma.{dtype}[13, 11], B: enigma.{dtype}[9, 20], cols: enigma.Scalar("int"),
                  rows: enigma.Scalar("uchar")):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, (6, 9))
    s = enigma.simdgroup_index_in_threadgroup()
    with enigma.if_(s == 0):
        enigma.async_copy_2d_d2t(tile, 1, 9, A, 2 * 11 + 3, 11, cols, rows)
        enigma.async_copy_wait()
    enigma.barrier()
    last = enigma.simdgroups_per_threadgroup() - 1
    with enigma.if_(s == last):
        out = enigma.async_copy_2d_t2d(B, 21, 20, tile, 1, 9, cols, rows)
        enigma.async_copy_wait(out)
"""


def ranges(dtype: str, n: int, block: int) -> Launch:
    simdgroups = -(-block // 32)
    a = values(dtype, 600, 14)
    b = values(dtype, 600, 15)
    out = b.copy()
    for s in range(simdgroups):
        out[s * 150 : s * 150 + n] = a[7 + s * 150 : 7 + s * 150 + n]
    arguments = {"A": a, "B": b, "n": n, "start": 7}
    return Launch(f"ranges_{dtype}", arguments, block, block, {"B": out})


def tiles(dtype: str, cols: int, rows: int, block: int) -> Launch:
    a = values(dtype, 13 * 11, 16).reshape(13, 11)
    b = values(dtype, 9 * 20, 17).reshape(9, 20)
    out = b.copy()
    out[1 : 1 + rows, 1 : 1 + cols] = a[2 : 2 + rows, 3 : 3 + cols]
    arguments = {"A": a, "B": b, "cols": cols, "rows": rows}
    return Launch(f"tiles_{dtype}", arguments, block, block, {"B": out})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_copies_by_the_simdgroup(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "async_copies.py"
    module.write_text("import enigma\n\n" + "".join(async_source(d) for d in DTYPES))
    launches = []
    for dtype in DTYPES:
        # Full simdgroups, one that is not, and fewer elements than lanes.
        launches += [ranges(dtype, n, block) for n, block in ((150, 32), (97, 40), (3, 64), (0, 5))]
        launches += [
            tiles(dtype, *size) for size in ((8, 5, 64), (3, 4, 7), (1, 1, 33), (5, 0, 32))
        ]
    check_launches(module, tmp_path, mode, launches)
