"""Where in the program a thread of the interpreter is, so that positions can be compared.

A position is what a call stack says, outermost first: in each function the loops around, each with
the number of its iteration, then the instruction. Of two threads the one with the smaller position
is further behind: the code between branches, loops and calls runs in the order of its instructions.
"""

from __future__ import annotations

import re
import sys
from types import CodeType, FrameType

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable

# The variables of prepared code that count iterations: the loop's lines and columns.
_COUNTER = re.compile(r"__count_(\d+)_(\d+)_(\d+)_(\d+)_\d+__$")

# Functions below which a kernel's own frames start.
_roots: set[CodeType] = set()
# By code object, which is kept so that its identity is not given to another: its loops, and those
# around each instruction that has been asked about.
_known: dict[int, tuple[CodeType, list[_Loop], dict[int, tuple[_Loop, ...]]]] = {}


class _Loop:
    """A loop of a code object: its counter, its range in the source, its first instruction."""

    __slots__ = ("counter", "end", "first", "start")

    def __init__(self, counter: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.counter = counter
        self.start = start
        self.end = end
        self.first = -1

    def contains(self, place: tuple[int, int]) -> bool:
        return self.start <= place < self.end


def root(function: Callable) -> Callable:
    """Mark a function as what calls kernels."""
    _roots.add(function.__code__)
    return function


def forget() -> None:
    """Drop what is known of code objects."""
    _known.clear()


def _places(code: CodeType) -> list[tuple[int, int]]:
    """The line and column of each instruction; (0, 0) where there is none."""
    if sys.version_info >= (3, 11):
        return [(line or 0, column or 0) for line, _, column, _ in code.co_positions()]
    places = [(0, 0)] * (len(code.co_code) // 2)
    for start, end, line in code.co_lines():
        for index in range(start // 2, end // 2):
            places[index] = (line or 0, 0)
    return places


def _loops(code: CodeType) -> list[_Loop]:
    found = []
    for name in (*code.co_varnames, *code.co_cellvars):
        match = _COUNTER.match(name)
        if match is not None:
            line, column, end_line, end_column = map(int, match.groups())
            if sys.version_info < (3, 11):
                column, end_column = 0, sys.maxsize
            found.append(_Loop(name, (line, column), (end_line, end_column)))
    for index, place in enumerate(_places(code)):
        for loop in found:
            if loop.first < 0 and loop.contains(place):
                loop.first = index
    # Outer loops first.
    found.sort(key=lambda loop: (loop.start, [-x for x in loop.end]))
    return found


def _around(code: CodeType, index: int) -> tuple[_Loop, ...]:
    """The loops around an instruction, outermost first."""
    entry = _known.get(id(code))
    if entry is None:
        entry = _known[id(code)] = (code, _loops(code), {})
    around = entry[2].get(index)
    if around is None:
        place = _places(code)[index] if entry[1] else (0, 0)
        around = entry[2][index] = tuple(loop for loop in entry[1] if loop.contains(place))
    return around


def _in_frame(frame: FrameType) -> list[tuple[int, int]]:
    index = frame.f_lasti // 2
    loops = _around(frame.f_code, index)
    if not loops:
        return [(index, 0)]
    counts = frame.f_locals
    return [*((loop.first, counts.get(loop.counter, 0)) for loop in loops), (index, 0)]


def _frames(frame: FrameType | None) -> list[FrameType]:
    """The frames of a kernel and of what it calls, outermost first."""
    found = []
    while frame is not None and frame.f_code not in _roots:
        found.append(frame)
        frame = frame.f_back
    found.reverse()
    return found


def position_of(frame: FrameType) -> tuple[tuple[int, int], ...]:
    """The position of the thread whose innermost frame this is."""
    return tuple([step for f in _frames(frame) for step in _in_frame(f)])


def callers_of(frame: FrameType) -> tuple[int, ...]:
    """The instructions from which the function of a frame has been called."""
    return tuple([f.f_lasti for f in _frames(frame.f_back)])
