"""Simdgroup and quadgroup functions on every dtype, over full, partial and divergent groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kernel_modules import Launch, check_launches
from number_formats import DTYPES, FLOATS, INTEGERS, encode, wrap
from witnesses import MODES, Mode

# Metal computes with none of 64 bits; what only moves may be anything.
LANE_INTEGERS = ["i8", "u8", "i16", "u16", "i32", "u32"]
LANE_NUMBERS = ["f32", "f16", "bf16", *LANE_INTEGERS]
FAMILIES = {"simd": 32, "quad": 4}

Active = dict[int, Any]  # what the active lanes of one group bring


@dataclass(frozen=True)
class Row:
    """A function over the lanes that arrive together."""

    text: str  # of the kernel's values a, p, lane, quad
    result: Callable[[Active, int], Any]  # for the lane


def narrow(dtype: str, value: Any) -> Any:
    return wrap(value, dtype) if dtype in INTEGERS else value


COMBINE: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda x, y: x + y,
    "product": lambda x, y: x * y,
    "min": min,
    "max": max,
    "and": lambda x, y: x & y,
    "or": lambda x, y: x | y,
    "xor": lambda x, y: x ^ y,
}


def combined(name: str, dtype: str, values: list[Any]) -> Any:
    """A reduction; sums and products of what the dtype holds exactly in any order."""
    result = values[0]
    for x in values[1:]:
        result = narrow(dtype, COMBINE[name](result, x))
    return result


def arithmetic(family: str, dtype: str) -> list[Row]:
    """Reductions and scans."""
    names = ["sum", "product", "min", "max"]
    names += ["and", "or", "xor"] if dtype in INTEGERS else []
    rows = [
        Row(f"enigma.{family}_{name}(a)", lambda g, _, f=name: combined(f, dtype, list(g.values())))
        for name in names
    ]
    for name, none in (("sum", 0), ("product", 1)):

        def scan(g: Active, end: int, name: str = name, none: int = none) -> Any:
            values = [x for lane, x in g.items() if lane < end]
            return combined(name, dtype, values) if values else none

        inclusive = f"enigma.{family}_prefix_inclusive_{name}(a)"
        rows.append(Row(inclusive, lambda g, lane, f=scan: f(g, lane + 1)))
        rows.append(Row(f"enigma.{family}_prefix_exclusive_{name}(a)", scan))
    return rows


def moves(family: str) -> list[Row]:
    """Shuffles: lanes are counted within the group; own value where the source takes no part."""
    width = FAMILIES[family]
    own = "lane" if family == "simd" else "quad"
    shuffle = [
        ("broadcast", "2", lambda _: 2),
        ("shuffle", f"{own} ^ {width - 3}", lambda k: k ^ (width - 3)),
        ("shuffle", f"({own} * 7 + 3) % {width}", lambda k: (k * 7 + 3) % width),
    ]
    for d in (1, 13) if family == "simd" else (1, 2):
        shuffle += [
            ("shuffle_down", f"{d}", lambda k, d=d: k + d),
            ("shuffle_up", f"{d}", lambda k, d=d: k - d),
            ("shuffle_xor", f"{d}", lambda k, d=d: k ^ d),
            ("shuffle_rotate_down", f"{d}", lambda k, d=d: (k + d) % width),
            ("shuffle_rotate_up", f"{d}", lambda k, d=d: (k - d) % width),
        ]

    def source(g: Active, lane: int, choose: Callable[[int], int]) -> Any:
        start = lane - lane % width
        place = choose(lane % width)
        return g.get(start + place, g[lane]) if 0 <= place < width else g[lane]

    rows = [
        Row(f"enigma.{family}_{name}(a, {text})", lambda g, lane, f=choose: source(g, lane, f))
        for name, text, choose in shuffle
    ]
    rows.append(Row(f"enigma.{family}_broadcast_first(a)", lambda g, _: next(iter(g.values()))))
    return rows


def votes(family: str) -> list[Row]:
    width = FAMILIES[family]

    def ballot(g: Active) -> int:
        return sum(1 << lane % width for lane, p in g.items() if p)

    return [
        Row(f"enigma.{family}_ballot(a)", lambda g, _: ballot(g)),
        Row(f"enigma.{family}_all(a)", lambda g, _: all(g.values())),
        Row(f"enigma.{family}_any(a)", lambda g, _: any(g.values())),
        Row(f"enigma.{family}_is_first()", lambda g, lane: lane == min(g)),
    ]


def rows_of(dtype: str) -> list[tuple[int, Row]]:
    """Every function, with the width of its group."""
    rows = []
    for family, width in FAMILIES.items():
        found = moves(family) + (arithmetic(family, dtype) if dtype in LANE_NUMBERS else [])
        rows += [(width, row) for row in found]
    return rows


def vote_rows() -> list[tuple[int, Row]]:
    return [(width, row) for family, width in FAMILIES.items() for row in votes(family)]


# Where the rows are computed ---------------------------------------------------------------------

# All lanes; the branches of an `if`; a loop that lanes leave at different times, in a branch.
PLACES = 4
TRIPS = 3
# Which lanes are active has nothing to do with the dtype, but for how it travels between them.
DIVERGENT = ("f32", "i32", "bf16", "i64", "b1")


def places_of(dtype: str) -> int:
    return PLACES if dtype in DIVERGENT else 1


def active_lanes(place: int, count: int) -> list[list[int]]:
    """The lanes that arrive together, one list after the other; later results overwrite."""
    lanes = range(count)
    if place == 0:
        return [list(lanes)]
    if place == 1:
        return [[lane for lane in lanes if lane % 3 == 1]]
    if place == 2:
        return [[lane for lane in lanes if lane % 3 != 1]]
    return [
        [lane for lane in lanes if lane % 2 == 0 and lane % (TRIPS + 1) > trip]
        for trip in range(TRIPS)
    ]


def body(stores: list[str], places: int) -> str:
    """The stores in the first places; {row} is where a place's rows start."""

    def at(place: int, indent: int) -> str:
        row = str(place * len(stores))
        return "".join(" " * indent + text.replace("{row}", row) + "\n" for text in stores)

    text = at(0, 4)
    if places > 1:
        text += "    with enigma.if_(lane % 3 == 1) as (some, others):\n        with some:\n"
        text += at(1, 12) + "        with others:\n" + at(2, 12)
        text += "    with enigma.if_(lane % 2 == 0):\n"
        text += f'        with enigma.for_range(0, lane % {TRIPS + 1}, 1, "uint"):\n'
        text += at(3, 12)
    return text


HEAD = """    i = enigma.thread_position_in_grid()
    lane = enigma.thread_index_in_simdgroup()
    quad = enigma.thread_index_in_quadgroup()
    a = A[i]
"""


def source(dtype: str) -> str:
    """A kernel with every function that the dtype has."""
    rows = rows_of(dtype)
    stores = [f"Out[({{row}} + {k}) * n + i] = {row.text}" for k, (_, row) in enumerate(rows)]
    return (
        "\n@enigma.kernel\n"
        f"def lanes_{dtype}(A: enigma.{dtype}, Out: enigma.{dtype}, n: enigma.Scalar('uint')):\n"
        + HEAD
        + body(stores, places_of(dtype))
    )


def vote_source() -> str:
    """A kernel with every function on predicates."""
    rows = vote_rows()
    stores = []
    for k, (_, row) in enumerate(rows):
        text = row.text if "ballot" in row.text else f"enigma.where(0, 1, {row.text})"
        stores.append(f"Out[({{row}} + {k}) * n + i] = {text}")
    return (
        "\n@enigma.kernel\n"
        "def lane_votes(A: enigma.b1, Out: enigma.u64, n: enigma.Scalar('uint')):\n"
        + HEAD
        + body(stores, PLACES)
    )


def expected_rows(rows: list[tuple[int, Row]], places: int, a: list[Any]) -> list[list[Any]]:
    """The rows that one simdgroup of len(a) lanes writes; what none writes stays 1."""
    table = []
    for place in range(places):
        for width, row in rows:
            values = [1] * len(a)
            for active in active_lanes(place, len(a)):
                for lane in active:
                    group = {m: a[m] for m in active if m // width == lane // width}
                    values[lane] = row.result(group, lane)
            table.append(values)
    return table


SHAPES = [(32, 32), (77, 40), (7, 7), (200, 128)]


def operands(dtype: str, n: int) -> list[Any]:
    random = np.random.default_rng([n, len(dtype)])
    if dtype in FLOATS:
        # Sums of 32 and products stay exact: few numbers are not powers of two near 1.
        return list(random.choice([1.0, -1.0, 2.0, 0.5, 1.0, -1.0, 1.0], n))
    if dtype == "b1":
        return [int(x) for x in random.integers(0, 2, n)]
    return [wrap(int(x), dtype) for x in random.integers(0, 1 << 64, n, dtype=np.uint64)]


def launch(
    kernel: str,
    dtype: str,
    out: str,
    shape: tuple[int, int],
    simdgroup: Callable[[list[Any]], list[list[Any]]],
) -> Launch:
    """A launch of a kernel of which each simdgroup writes the rows that `simdgroup` says."""
    n, block = shape
    values = operands(dtype, n)
    columns = [
        simdgroup(values[start : min(start + 32, group + block, n)])
        for group in range(0, n, block)
        for start in range(group, min(group + block, n), 32)
    ]
    expected = np.concatenate([[encode(out, row) for row in rows] for rows in columns], axis=1)
    ones = encode(out, [1] * expected.size).reshape(expected.shape)
    arguments = {"A": encode(dtype, values), "Out": ones, "n": n}
    return Launch(kernel, arguments, n, block, {"Out": expected})


def all_sources() -> str:
    return "import enigma\n\n" + "".join(map(source, DTYPES)) + vote_source()


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_lane_functions(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "simdgroups.py"
    module.write_text(all_sources())
    launches = []
    for shape in SHAPES:
        for dtype in DTYPES:
            rows = partial(expected_rows, rows_of(dtype), places_of(dtype))
            launches.append(launch(f"lanes_{dtype}", dtype, dtype, shape, rows))
        launches.append(
            launch("lane_votes", "b1", "u64", shape, partial(expected_rows, vote_rows(), PLACES))
        )
    check_launches(module, tmp_path, mode, launches)


# A value that a loop carries through the functions ------------------------------------------------


def carried_source(dtype: str) -> str:
    return f"""
@enigma.kernel
def carried_{dtype}(A: enigma.{dtype}, Out: enigma.{dtype}, n: enigma.Scalar("uint")):
    i = enigma.thread_position_in_grid()
    lane = enigma.thread_index_in_simdgroup()
    a = A[i]
    with enigma.for_range(0, lane % 4, 1, "uint", init=[a]) as (k, c):
        with enigma.if_(lane % 2 == 0):
            c[0] = enigma.simd_max(c[0]) - enigma.simd_min(a)
        c[0] = enigma.simd_min(c[0])
    Out[i] = c[0]
    with enigma.while_(lambda w: w[0] < lane, init=[lane / 2, a]) as w:
        w[1] = enigma.simd_max(w[1])
        w[0] = w[0] + 5
    Out[n + i] = enigma.simd_sum(w[1])
"""


def carried(dtype: str, a: list[Any]) -> list[list[Any]]:
    """The two rows of one simdgroup."""
    lanes = range(len(a))
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
    counters, values = [lane // 2 for lane in lanes], list(a)
    while active := [lane for lane in lanes if counters[lane] < lane]:
        largest = max(values[m] for m in active)
        for lane in active:
            values[lane], counters[lane] = largest, counters[lane] + 5
    return [c, [combined("sum", dtype, values)] * len(a)]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_carried_values(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "carried.py"
    module.write_text("import enigma\n\n" + "".join(map(carried_source, LANE_NUMBERS)))
    launches = [
        launch(f"carried_{dtype}", dtype, dtype, shape, partial(carried, dtype))
        for dtype in LANE_NUMBERS
        for shape in SHAPES
    ]
    check_launches(module, tmp_path, mode, launches)
