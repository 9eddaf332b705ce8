"""Atomics: every update is counted once, whatever order the threads come in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kernel_modules import KERNELS, Launch, check_launches, trace_ops
from witnesses import MODES, Compiled, Mode, count_cells, paths


def group_sizes(n: int, block: int) -> np.ndarray:
    """Threads in each threadgroup of a grid of one dimension."""
    return np.diff([*range(0, n, block), n])


def count_by_exchange(n: int, block: int) -> Launch:
    cells = np.array([[9, 9, 9], [9, 9, -5]], np.int32)
    floats = np.array([3, 0.25], np.float32)
    sizes = group_sizes(n, block)
    expected = {
        "Cells": np.array([[9, 9, 9], [9, 9, n - 5]], np.int32),
        "Floats": np.array([3, 0.25 + n / 2], np.float32),
        "Old": np.arange(-5, n - 5, dtype=np.int32),
        "Sums": (sizes * 3).astype(np.uint32),
    }
    arguments = {
        "Cells": cells,
        "Floats": floats,
        "Old": np.zeros(n, np.int32),
        "Sums": np.zeros(len(sizes), np.uint32),
    }
    return Launch("count_by_exchange", arguments, n, block, expected, frozenset({"Old"}))


def exchange_outcomes() -> Launch:
    n = 64
    a = np.where(np.arange(n) % 3 == 0, 7, np.arange(n) + 20).astype(np.uint32)
    # Pairs of what is there and what is expected: equal, the other zero, NaNs of two kinds.
    kinds = [(1.5, 1.5), (0.0, -0.0), (-0.0, -0.0), (2.0, 3.0)]
    bits = np.array([np.array(k, np.float32).view(np.uint32) for k in kinds], np.uint32)
    nans = np.array([[0x7FC00000, 0x7FC00000], [0x7FC00000, 0x7FC00001]], np.uint32)
    bits = np.concatenate([bits, nans])[np.arange(n) % 6]
    there, wanted = np.ascontiguousarray(bits[:, 0]), np.ascontiguousarray(bits[:, 1])
    equal = there == wanted
    new = np.where(equal, np.array(2.5, np.float32).view(np.uint32), there).astype(np.uint32)
    expected = {
        "A": np.where(a == 7, np.arange(n) + 100, a).astype(np.uint32),
        "F": np.full(n, 4, np.float32),
        "Done": np.concatenate([a == 7, equal]).astype(np.uint32),
        "Seen": np.concatenate([a, there, new]),
    }
    arguments = {
        "A": a,
        "F": there.view(np.float32),
        "Done": np.zeros(2 * n, np.uint32),
        "Seen": np.zeros(3 * n, np.uint32),
        "Bits": wanted,
    }
    return Launch("exchange_outcomes", arguments, n, 16, expected)


def plain_beside_atomic(n: int) -> Launch:
    counts = np.concatenate([[0], np.arange(n) * 3]).astype(np.uint32)
    total = np.arange(n, dtype=np.uint32) * 7
    after = counts + 5
    after[0] = after[1:].sum()
    arguments = {"Counts": counts, "Total": total, "Copy": np.zeros(n, np.uint32)}
    return Launch("plain_beside_atomic", arguments, n, 32, {"Counts": after, "Copy": total + 1})


def sum_floats(n: int, block: int) -> Launch:
    a = (np.random.default_rng(6).integers(-40, 40, n) / 8).astype(np.float32)
    starts = range(0, n, block)
    expected = {
        "Sums": np.array([a.sum(dtype=np.float64), 4 - a.sum(dtype=np.float64)], np.float32),
        "Groups": np.array([(a[s : s + block] * 8).sum() for s in starts], np.int32),
    }
    arguments = {
        "A": a,
        "Sums": np.array([0, 4], np.float32),
        "Groups": np.zeros(len(starts), np.int32),
    }
    return Launch("sum_floats", arguments, n, block, expected)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_atomics(tmp_path: Path, mode: Mode) -> None:
    launches = [
        *(count_by_exchange(n, block) for n, block in ((4, 4), (3000, 64), (5000, 256))),
        exchange_outcomes(),
        plain_beside_atomic(100),
        *(sum_floats(n, block) for n, block in ((4096, 128), (1000, 96))),
    ]
    check_launches(KERNELS / "atomics.py", tmp_path, mode, launches)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_exchanges_lose_nothing(tmp_path: Path, mode: Mode) -> None:
    n, block = 1024, 64
    arguments = {
        "Ints": np.array([0], np.int32),
        "Floats": np.array([-1], np.float32),
        "OldInts": np.zeros(n, np.int32),
        "OldFloats": np.zeros(n, np.float32),
        "Last": np.zeros(2 * n, np.uint32),
    }
    compiled = Compiled(KERNELS / "exchange_chain.py", tmp_path, mode)
    for path in paths(mode):
        got = compiled.run(path, "exchange_chain", arguments, n, block)
        assert sorted([*got["OldInts"], *got["Ints"]]) == list(range(n + 1))
        assert sorted([*got["OldFloats"], *got["Floats"]]) == [-1, *(np.arange(n) + 0.5)]
        for first in range(0, n, block):
            group = [*got["Last"][first : first + block], got["Last"][n + first]]
            assert sorted(group) == list(range(block + 1))
        count_cells(trace_ops(compiled.artifact(".trace.json")), path, mode)
