"""Simdgroup functions on every dtype, over full, partial and divergent simdgroups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernel_modules import Launch, check_launches
from number_formats import FLOATS, INTEGERS, NUMPY, encode, wrap
from witnesses import MODES, Mode

# Metal has none of 64 bits.
DTYPES = ["f32", "f16", "i8", "u8", "i16", "u16", "i32", "u32"]
REDUCTIONS = ("simd_sum", "simd_product", "simd_min", "simd_max")


def source(dtype: str) -> str:
    """Rows: everything by all lanes; reductions by some lanes; reductions in a divergent loop."""
    all_lanes = [f"enigma.{name}(a)" for name in REDUCTIONS]
    all_lanes += [
        "enigma.simd_broadcast(a, 3)",
        "enigma.simd_shuffle(a, lane ^ 5)",
        "enigma.simd_shuffle(a, (lane * 7 + 3) % 32)",
        "enigma.simd_shuffle_down(a, 1)",
        "enigma.simd_shuffle_down(a, 13)",
        "enigma.simd_shuffle_up(a, 1)",
        "enigma.simd_shuffle_up(a, 9)",
        "enigma.simd_shuffle_xor(a, 1)",
        "enigma.simd_shuffle_xor(a, 22)",
    ]
    lines = [f"    Out[{row} * n + i] = {text}" for row, text in enumerate(all_lanes)]
    row = len(all_lanes)
    lines.append("    with enigma.if_(lane % 3 == 1) as (some, others):")
    for branch, names in (("some", REDUCTIONS), ("others", REDUCTIONS[:2])):
        lines.append(f"        with {branch}:")
        lines += [
            f"            Out[{row + k} * n + i] = enigma.{f}(a)" for k, f in enumerate(names)
        ]
    row += len(REDUCTIONS)
    return (
        f"""
@enigma.kernel
def lanes_{dtype}(A: enigma.{dtype}, Out: enigma.{dtype}, n: enigma.Scalar("uint")):
    i = enigma.thread_position_in_grid()
    lane = enigma.thread_index_in_simdgroup()
    a = A[i]
"""
        + "\n".join(lines)
        + f"""
    with enigma.for_range(0, lane % 4, 1, "uint", init=[a]) as (k, c):
        with enigma.if_(lane % 2 == 0):
            c[0] = enigma.simd_max(c[0]) - enigma.simd_min(a)
        c[0] = enigma.simd_min(c[0])
    Out[{row} * n + i] = c[0]
    with enigma.while_(lambda w: w[0] < lane, init=[lane / 2, a]) as w:
        w[1] = enigma.simd_max(w[1])
        w[0] = w[0] + 5
    Out[{row + 1} * n + i] = enigma.simd_sum(w[1])
"""
    )


ROWS = 13 + len(REDUCTIONS) + 2


def combine(name: str, dtype: str, values: list[Any]) -> Any:
    """A reduction; sums and products of what the dtype holds exactly in any order."""
    result = values[0]
    for x in values[1:]:
        result = {
            "simd_sum": result + x,
            "simd_product": result * x,
            "simd_min": min(result, x),
            "simd_max": max(result, x),
        }[name]
        result = narrow(dtype, result)
    return result


def narrow(dtype: str, value: Any) -> Any:
    return wrap(value, dtype) if dtype in INTEGERS else value


def simdgroup(dtype: str, a: list[Any]) -> list[list[Any]]:
    """The rows that one simdgroup of len(a) lanes writes; untouched places stay 1."""
    count = len(a)
    lanes = range(count)

    def take(choose: Callable[[int], int]) -> list[Any]:
        return [a[s] if 0 <= (s := choose(lane)) < count else a[lane] for lane in lanes]

    rows = [[combine(name, dtype, a)] * count for name in REDUCTIONS]
    rows += [
        take(lambda lane: 3),
        take(lambda lane: lane ^ 5),
        take(lambda lane: (lane * 7 + 3) % 32),
        take(lambda lane: lane + 1),
        take(lambda lane: lane + 13),
        take(lambda lane: lane - 1),
        take(lambda lane: lane - 9),
        take(lambda lane: lane ^ 1),
        take(lambda lane: lane ^ 22),
    ]
    some = [lane for lane in lanes if lane % 3 == 1]
    others = [lane for lane in lanes if lane % 3 != 1]
    for k, name in enumerate(REDUCTIONS):
        row = [1] * count
        for members, active in ((some, True), (others, k < 2)):
            for lane in members if active else []:
                row[lane] = combine(name, dtype, [a[m] for m in members])
        rows.append(row)
    c = list(a)
    for trip in range(3):
        active = [lane for lane in lanes if lane % 4 > trip]
        even = [lane for lane in active if lane % 2 == 0]
        if even:
            value = narrow(dtype, max(c[m] for m in even) - min(a[m] for m in even))
            for lane in even:
                c[lane] = value
        for lane, value in [(lane, min(c[m] for m in active)) for lane in active]:
            c[lane] = value
    rows.append(c)
    counters, values = [lane // 2 for lane in lanes], list(a)
    while active := [lane for lane in lanes if counters[lane] < lane]:
        largest = max(values[m] for m in active)
        for lane in active:
            values[lane], counters[lane] = largest, counters[lane] + 5
    rows.append([combine("simd_sum", dtype, values)] * count)
    return rows


def launch(dtype: str, n: int, block: int) -> Launch:
    random = np.random.default_rng([n, block])
    if dtype in FLOATS:
        # Sums of 32 and products stay exact: few numbers are not powers of two near 1.
        values = list(random.choice([1.0, -1.0, 2.0, 0.5, 1.0, -1.0, 1.0], n))
    else:
        values = [wrap(int(x), dtype) for x in random.integers(0, 1 << 62, n)]
    expected = np.zeros((ROWS, n), NUMPY[dtype])
    for group in range(0, n, block):
        end = min(group + block, n)
        for start in range(group, end, 32):
            stop = min(start + 32, end)
            rows = simdgroup(dtype, values[start:stop])
            expected[:, start:stop] = [encode(dtype, row) for row in rows]
    arguments = {"A": encode(dtype, values), "Out": np.ones_like(expected), "n": n}
    return Launch(f"lanes_{dtype}", arguments, n, block, {"Out": expected})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_simdgroup_functions(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "simdgroups.py"
    module.write_text("import enigma\n\n" + "".join(map(source, DTYPES)))
    shapes = [(32, 32), (77, 40), (7, 7), (200, 128)]
    launches = [launch(dtype, n, block) for dtype in DTYPES for n, block in shapes]
    check_launches(module, tmp_path, mode, launches)
