"""Runs kernels of a module along every path and compares all buffers with what they should hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from witnesses import Compiled, Extent, Mode, count_cells, paths

KERNELS = Path(__file__).resolve().parent / "kernels"


@dataclass(frozen=True)
class Launch:
    """A kernel's launch, and the buffers as it should leave them; others stay as they are."""

    kernel: str
    arguments: dict[str, Any]
    grid: Extent
    block: Extent
    expected: dict[str, np.ndarray]
    # Buffers whose values may come in any order, each once.
    unordered: frozenset[str] = field(default_factory=frozenset)
    # Function constants that are set, by index.
    constants: dict[int, bool | int | float] = field(default_factory=dict)


def trace_ops(trace: Path, kernel: str | None = None) -> list[tuple[str, str]]:
    """The (op, dtype) pairs of a module or one of its kernels; a store has the value's dtype."""
    document = json.loads(trace.read_text())
    found: set[tuple[str, str]] = set()
    for entry in document["kernels"]:
        if kernel in (None, entry["name"].removeprefix("enigma_kernel_")):
            types: dict[str, str] = {}
            for op in _ops(entry["body"], types):
                names = [name for name, _ in op.get("out", [])] or op.get("in", [])[-1:]
                dtypes = [types.get(name, "") for name in names] or [""]
                found.update((op["op"], dtype.split("<")[-1].split(",")[0]) for dtype in dtypes)
    return sorted(found)


def _ops(body: list[dict[str, Any]], types: dict[str, str]) -> Iterator[dict[str, Any]]:
    for op in body:
        types.update(map(tuple, op.get("out", [])))
        yield op
        for region in op.get("regions", []):
            types.update(map(tuple, region["args"]))
            yield from _ops(region["body"], types)


# Launches of more threads are the interpreter's only where a kernel has no smaller one.
INTERPRETED_THREADS = 100


def interpreted(launches: list[Launch]) -> list[Launch]:
    """What the interpreter runs of launches, for it takes its time: of every kernel the small ones."""

    def size(launch: Launch) -> int:
        return math.prod(launch.grid if isinstance(launch.grid, tuple) else (launch.grid,))

    smallest: dict[str, Launch] = {}
    for launch in sorted(launches, key=size):
        smallest.setdefault(launch.kernel, launch)
    return [
        launch
        for launch in launches
        if size(launch) <= INTERPRETED_THREADS or smallest[launch.kernel] is launch
    ]


def check_launches(module: Path, folder: Path, mode: Mode, launches: list[Launch]) -> None:
    """Compile a module, and demand that every kernel in it is launched and right."""
    compiled = Compiled(module, folder, mode)
    trace = compiled.artifact(".trace.json")
    kernels = {k["name"] for k in json.loads(trace.read_text())["kernels"]}
    assert kernels == {f"enigma_kernel_{launch.kernel}" for launch in launches}
    wrong = []
    for path in paths(mode):
        for launch in interpreted(launches) if path == "interpreter" else launches:
            buffers = compiled.run(
                path,
                launch.kernel,
                launch.arguments,
                launch.grid,
                launch.block,
                constants=launch.constants,
            )
            for name, got in buffers.items():
                expected = launch.expected.get(name, launch.arguments[name])
                if name in launch.unordered:
                    got = np.sort(got)
                if not np.array_equal(got, expected):
                    places = np.argwhere(got != expected)
                    place = tuple(places[0])
                    wrong.append(
                        f"{path}: {launch.kernel} over {launch.grid}/{launch.block}: {name} differs "
                        f"in {len(places)}, first at {list(place)}: {got[place]}, not {expected[place]}"
                    )
            count_cells(trace_ops(trace, launch.kernel), path, mode)
    assert not wrong, "\n".join(wrong)
