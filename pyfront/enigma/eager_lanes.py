"""What simdgroup and quadgroup functions give each lane that takes part, for the interpreter."""

from __future__ import annotations

import functools

from enigma.eager_ops import ELEMENTWISE, larger, smaller

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from enigma.dtypes import DType

    # From the lanes that arrive together to what they bring; lanes are numbered in their group.
    Lanes = dict[int, Any]

WIDTHS = {"simd": 32, "quad": 4}


def _smallest(dtype: DType, a: Any, b: Any) -> Any:
    return smaller(a, b) if dtype.is_float else min(a, b)


def _largest(dtype: DType, a: Any, b: Any) -> Any:
    return larger(a, b) if dtype.is_float else max(a, b)


_COMBINE: dict[str, Callable[[DType, Any, Any], Any]] = {
    "sum": ELEMENTWISE["add"],
    "product": ELEMENTWISE["mul"],
    "min": _smallest,
    "max": _largest,
    "and": ELEMENTWISE["and"],
    "or": ELEMENTWISE["or"],
    "xor": ELEMENTWISE["xor"],
}


def _reduced(name: str, dtype: DType, numbers: list[Any]) -> Any:
    return functools.reduce(functools.partial(_COMBINE[name], dtype), numbers)


def _scan(name: str, dtype: DType, lanes: Lanes) -> Lanes:
    """The results up to and including, or below, each lane."""
    is_inclusive, combine = "inclusive" in name, _COMBINE[name.rpartition("_")[2]]
    running: Any = 0 if name.endswith("sum") else 1
    if dtype.is_float:
        running = float(running)
    results = {}
    for position, lane in enumerate(sorted(lanes)):
        after = combine(dtype, running, lanes[lane]) if position else lanes[lane]
        results[lane] = after if is_inclusive else running
        running = after
    return results


# The lane that each kind of shuffle reads, from the lane itself, the operand and the group's width.
_SOURCES: dict[str, Callable[[int, int, int], int]] = {
    "shuffle": lambda lane, operand, width: operand,
    "broadcast": lambda lane, operand, width: operand,
    "shuffle_down": lambda lane, operand, width: lane + operand,
    "shuffle_up": lambda lane, operand, width: lane - operand,
    "shuffle_xor": lambda lane, operand, width: lane ^ operand,
    "shuffle_rotate_down": lambda lane, operand, width: (lane + operand) % width,
    "shuffle_rotate_up": lambda lane, operand, width: (lane - operand) % width,
}


# What a family has; `lane_results` knows all of them.
_NAMES = (
    *_COMBINE,
    *_SOURCES,
    *(
        f"prefix_{kind}_{name}"
        for kind in ("inclusive", "exclusive")
        for name in ("sum", "product")
    ),
    *("all", "any", "ballot", "broadcast_first", "is_first"),
)
LANE_FUNCTIONS = frozenset(f"{family}_{name}" for family in WIDTHS for name in _NAMES)


def _one_component(name: str, dtype: DType, lanes: Lanes) -> Lanes:
    """A reduction or scan of scalars."""
    if name.startswith("prefix_"):
        return _scan(name, dtype, lanes)
    result = _reduced(name, dtype, [lanes[lane] for lane in sorted(lanes)])
    return dict.fromkeys(lanes, result)


def lane_results(op: str, dtype: DType, operands: dict[int, tuple[Any, ...]]) -> Lanes:
    """What each active lane gets.

    Args:
        op: the row's name, ``"simd_sum"``.
        dtype: of the first operand.
        operands: what each active lane of one group brings, by its number in the group.
    """
    family, _, name = op.partition("_")
    width = WIDTHS[family]
    if name == "is_first":
        first = min(operands)
        return {lane: lane == first for lane in operands}
    lanes = {lane: numbers[0] for lane, numbers in operands.items()}
    if name == "ballot":
        mask = sum(1 << lane for lane, holds in lanes.items() if holds)
        return dict.fromkeys(lanes, mask)
    if name in ("all", "any"):
        answer = all(lanes.values()) if name == "all" else any(lanes.values())
        return dict.fromkeys(lanes, answer)
    if name == "broadcast_first":
        return dict.fromkeys(lanes, lanes[min(lanes)])
    source = _SOURCES.get(name)
    if source is not None:
        # What is outside the group or takes no part gives a lane its own value.
        return {
            lane: lanes.get(source(lane, numbers[1], width), numbers[0])
            for lane, numbers in operands.items()
        }
    if dtype.width == 1:
        return _one_component(name, dtype, lanes)
    parts = [
        _one_component(name, dtype.scalar, {lane: v[k] for lane, v in lanes.items()})
        for k in range(dtype.width)
    ]
    return {lane: tuple(part[lane] for part in parts) for lane in lanes}
