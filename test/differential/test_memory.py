"""Threadgroup memory, shapes, index types, masked accesses, barriers in loops, and atomics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernel_modules import KERNELS, Launch, check_launches
from number_formats import DTYPES, NUMPY, encode, wrap
from witnesses import MODES, Mode

BLOCK = 48  # as in kernels/memory.py


def groups(n: int, block: int) -> list[slice]:
    """The threadgroups of a grid of one dimension."""
    return [slice(start, min(start + block, n)) for start in range(0, n, block)]


def reverse_twice(n: int) -> Launch:
    a = np.arange(n, dtype=np.int32) * 3 - 50
    return Launch("reverse_twice", {"A": a, "Out": np.zeros_like(a)}, n, BLOCK, {"Out": a * 10 + 7})


def scan(n: int) -> Launch:
    a = np.random.default_rng(2).integers(0, 1 << 32, n, dtype=np.uint32)
    sums = np.concatenate([np.cumsum(a[s], dtype=np.uint32) for s in groups(n, BLOCK)])
    arguments = {"A": a, "Out": np.zeros_like(a)}
    return Launch("scan_in_rounds", arguments, n, BLOCK, {"Out": sums})


def ring(n: int, rounds: int) -> Launch:
    results = []
    for s in groups(n, BLOCK):
        values = np.arange(s.stop - s.start)
        total = np.zeros_like(values)
        for r in range(rounds):
            if rounds > 2:
                values = np.roll(values, -1) + r
            total += values
        results.append(total)
    out = np.concatenate(results).astype(np.int32)
    arguments = {"Out": np.zeros_like(out), "rounds": rounds}
    return Launch("barrier_in_uniform_loop", arguments, n, BLOCK, {"Out": out})


def shaped() -> Launch:
    a = np.arange(35, dtype=np.int32).reshape(5, 7)
    b = np.arange(105, dtype=np.int32).reshape(3, 5, 7) + 7
    out = (a + b[2] * 100 + b[0, 4, 6]).T
    arguments = {"A": a, "B": b, "Out": np.zeros((7, 5), np.int32)}
    return Launch("shaped", arguments, (7, 5), (4, 2), {"Out": np.ascontiguousarray(out)})


def index_types() -> Launch:
    n = 300
    random = np.random.default_rng(3)
    a = random.integers(-(1 << 31), 1 << 31, 70000).astype(np.int32)
    limits = {"I8": 128, "U8": 256, "I16": 1 << 15, "U16": 1 << 16, "I64": 70000, "U64": 70000}
    indices = {
        name: np.minimum(random.integers(0, limit, n), 69999).astype(NUMPY[name.lower()])
        for name, limit in limits.items()
    }
    rows = [a[indices[name]] for name in limits]
    rows.append(a[indices["U8"] + indices["U8"]])  # wraps at 256
    out = np.stack(rows)
    arguments = {"A": a, **indices, "Out": np.zeros_like(out), "n": n}
    return Launch("index_types", arguments, n, 64, {"Out": out})


def negative_offset() -> Launch:
    a = np.arange(100, dtype=np.int32)
    arguments = {"A": a, "Out": np.zeros_like(a)}
    return Launch("negative_offset", arguments, 100, 32, {"Out": a * 2})


def atomics(n: int, block: int) -> Launch:
    values = np.random.default_rng(4).integers(-(1 << 31), 1 << 31, n).astype(np.int32)
    parts = groups(n, block)

    def reduce(start: int, chunk: np.ndarray, op: str, dtype: str) -> int:
        numbers = [wrap(int(v), dtype) for v in chunk]
        for v in numbers:
            changed = {
                "add": start + v,
                "sub": start - v,
                "min": min(start, v),
                "max": max(start, v),
                "and": start & v,
                "or": start | v,
                "xor": start ^ v,
            }[op]
            start = wrap(changed, dtype)
        return start

    ops = ("add", "sub", "min", "max", "and", "or", "xor")
    starts = {"i32": [0, 0, 0, 0, -1, 0, 0], "u32": [0, 0, 0xFFFFFFFF, 0, 0xFFFFFFFF, 0, 0]}

    def row(chunk: np.ndarray, dtype: str, last: int) -> list[int]:
        pairs = zip(starts[dtype], ops, strict=True)
        return [*(reduce(s, chunk, op, dtype) for s, op in pairs), last]

    expected = {
        "Ints": np.array(row(values, "i32", 0), np.int32),
        "Uints": np.array(row(values, "u32", n), np.uint32),
        "Floats": np.array([n * 0.5, 5 - 2.0 * n], np.float32),
        "Old": np.arange(n, dtype=np.uint32),
        "LocalInts": np.concatenate([row(values[s], "i32", 0) for s in parts]).astype(np.int32),
        "LocalUints": np.concatenate([row(values[s], "u32", 0) for s in parts]).astype(np.uint32),
    }
    arguments: dict[str, Any] = {
        "Ints": np.array([*starts["i32"], 0], np.int32),
        "Uints": np.array([*starts["u32"], 0], np.uint32),
        "Floats": np.array([0, 5], np.float32),
        "Values": values,
        "Old": np.zeros(n, np.uint32),
        "LocalInts": np.zeros(len(parts) * 8, np.int32),
        "LocalUints": np.zeros(len(parts) * 8, np.uint32),
    }
    return Launch("atomics", arguments, n, block, expected, frozenset({"Old"}))


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_memory(tmp_path: Path, mode: Mode) -> None:
    launches = [
        *(reverse_twice(n) for n in (48, 131)),
        scan(131),
        *(ring(100, rounds) for rounds in (0, 2, 5)),
        shaped(),
        index_types(),
        negative_offset(),
        # The last threadgroup has the eight threads that set up its counters.
        *(atomics(n, block) for n, block in ((8, 8), (2000, 96), (4104, 256))),
    ]
    check_launches(KERNELS / "memory.py", tmp_path, mode, launches)


def masked_source(dtype: str) -> str:
    """Masked accesses whose index is far outside where the mask is false; a tile of the dtype."""
    return f"""
@enigma.kernel
def masked_{dtype}(A: enigma.{dtype}, Out: enigma.{dtype}, Wild: enigma.{dtype},
                   n: enigma.Scalar("uint")):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, (4, 16))
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    inside = (i % 3 != 0) & (i < n)
    place = enigma.where(i + 0x3FFFFFFF, i, inside)
    value = enigma.load_if(A, place, inside, 1)
    tile[t / 16, t % 16] = value
    enigma.barrier()
    last = enigma.threads_per_threadgroup() - 1 - t
    enigma.store_if(Out, enigma.where(i + 0x3FFFFFFF, i, i % 5 != 0), tile[last / 16, last % 16],
                    i % 5 != 0)
    enigma.barrier()
    enigma.store_if(tile, (enigma.where(t / 16, 9999999, i % 2 == 0), t % 16), A[i], i % 2)
    enigma.barrier()
    Wild[i] = enigma.load_if(tile, (last / 16, last % 16), last % 4 != 0)
"""


def masked_launch(dtype: str, n: int) -> Launch:
    random = np.random.default_rng(5)
    a = encode(dtype, random.integers(0, 2 if dtype == "b1" else 50, n))
    one = encode(dtype, [1])[0]
    i = np.arange(n)
    value = np.where((i % 3 != 0) & (i < n - 4), a, one).astype(a.dtype)
    out, wild = np.full_like(a, one), np.zeros_like(a)
    for s in groups(n, 50):
        k = i[s]
        tile = value[s].copy()
        out[s] = np.where(k % 5 != 0, tile[::-1], out[s])
        tile = np.where(k % 2 == 1, a[s], tile)
        last = (k - s.start)[::-1]
        wild[s] = np.where(last % 4 != 0, tile[::-1], 0)
    arguments = {"A": a, "Out": np.full_like(a, one), "Wild": np.zeros_like(a), "n": n - 4}
    return Launch(f"masked_{dtype}", arguments, n, 50, {"Out": out, "Wild": wild})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_masked_accesses_touch_nothing(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "masked.py"
    module.write_text("import enigma\n\n" + "".join(masked_source(d) for d in DTYPES))
    launches = [masked_launch(dtype, n) for dtype in DTYPES for n in (50, 117)]
    check_launches(module, tmp_path, mode, launches)
