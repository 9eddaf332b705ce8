"""Loops, branches and carried values against the same thing written in Python."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from elementwise_cases import divide
from kernel_modules import KERNELS, Launch, check_launches
from number_formats import wrap
from witnesses import MODES, Mode


def fold(start: int, values: range | list[int], factor: int, dtype: str = "i32") -> int:
    """start * factor + value, over and over."""
    for k in values:
        start = wrap(start * factor + k, dtype)
    return start


def loops(threads: int, n: int, m: int) -> Launch:
    def row(i: int) -> list[int]:
        near_top = range(2147483640, 2147483647, 3)
        near_bottom = range(-2147483640, -2147483648, -5)
        return [
            fold(0, range(0, i), 3),
            fold(0, range(i, 0, -1), 3),
            fold(1, range(i, -n, -3), 5),
            fold(1, range(-i, n, 2), 5),
            7,
            7,
            sum(k - 2147483600 for k in near_top),
            sum(k + 2147483600 for k in near_bottom),
            fold(0, [k & 15 for k in range(4294967290, 4294967295, 2)], 2),
            fold(0, [k & 15 for k in range(m - 7, m, m // 1000000000)], 2),
            fold(0, [k & 7 for k in range(i, m, m // 3)], 2),
            fold(0, [k - 250 for k in range(250, 255, 2)], 10),
            fold(0, [divide(k, 50) for k in range(-120, 127, 50)], 10),
            sum(k * 10000000000 for k in range(i)),
            fold(1, [k // 10**9 for k in range(-2 * 10**9, 2 * 10**9, 10**9)], 10),
            fold(1, [0, 3], 10),
            fold(1, [k // (5 * 10**8) for k in range(2 * 10**9, -2 * 10**9, -15 * 10**8)], 10),
            fold(1, [k // (5 * 10**8) for k in range(-2 * 10**9, 2 * 10**9, 15 * 10**8)], 10),
            fold(1, [0, 2], 10),
        ]

    out = np.array([row(i) for i in range(threads)], np.int64).T.copy()
    arguments = {"Out": np.zeros_like(out), "n": n, "m": m}
    return Launch("loops", arguments, threads, 16, {"Out": out})


def branches(n: int) -> Launch:
    values = np.random.default_rng(6).integers(-40, 60, n)
    rows = np.full((4, n), -9)
    for i, a in enumerate(map(int, values)):
        c = [a - 10, (a + 90 if a > 20 else 0)] if a > 10 else [a, 0]
        odd = a * 3 + 1 if a > 15 else -(a * 3)
        rows[:, i] = [
            c[0] * 1000 + c[1],
            odd if a & 1 else divide(a, 2),
            (a > 0) - (a < 0),
            a if 5 < a < 25 or a == -3 else -9,
        ]
    out = rows.astype(np.int32)
    arguments = {"A": values.astype(np.int32), "Out": np.full_like(out, -9)}
    return Launch("branches", arguments, n, 40, {"Out": out})


def whiles(n: int) -> Launch:
    rows = np.zeros((3, n), np.uint32)
    for i in range(n):
        number, steps = i + 1, 0
        while number > 1:
            number, steps = (3 * number + 1 if number & 1 else number // 2), steps + 1
        mixed = i
        count = 0
        for k in range(i):
            count += (k + 1) // 2 if k % 3 == 0 else 0
            mixed ^= k * 5
        rows[:, i] = [steps, math.isqrt(i), count * 1000 + mixed % 1000]
    return Launch("whiles", {"Out": np.zeros_like(rows)}, n, 32, {"Out": rows})


def carries(n: int) -> Launch:
    out = []
    for i in range(n):
        f, r = [0, 1], [1, 2, 3]
        for _ in range(i):
            f = [f[1], f[0] + f[1]]
            r = [r[2], r[0], r[1]]
        outer = 0
        for k in range(4):
            inner = outer
            for j in range(k, 4):
                inner, outer = inner * 2 + j, outer + 1
            outer += inner % 7
        value = f[0] * 1000 + r[0] * 100 + r[1] * 10 + r[2] + outer * 1000000
        out.append(wrap(value, "i32"))
    expected = np.array(out, np.int32)
    arguments = {"Out": np.zeros_like(expected)}
    return Launch("carries_change_at_once", arguments, n, 32, {"Out": expected})


def unrolled(n: int) -> Launch:
    a = np.arange(n, dtype=np.float32)
    s = a
    for k in range(1, 5):
        s = s * np.float32(0.5) + np.float32(k)
    out = np.stack([s + np.float32(k) for k in range(3)], axis=1)
    arguments = {"A": a, "Out": np.zeros_like(out)}
    return Launch("unrolled", arguments, n, 32, {"Out": out})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_control_flow(tmp_path: Path, mode: Mode) -> None:
    launches = [
        loops(20, 9, 4000000000),
        loops(33, 1, 4294967295),
        branches(100),
        whiles(70),
        carries(30),
        unrolled(40),
    ]
    check_launches(KERNELS / "control_flow.py", tmp_path, mode, launches)
