"""Thread queries against their definitions, in grids that blocks do not divide."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from kernel_modules import KERNELS, Launch, check_launches
from witnesses import MODES, Mode

Triple = tuple[int, int, int]
SHAPES: list[tuple[Triple, Triple]] = [
    ((1, 1, 1), (1, 1, 1)),
    ((100, 1, 1), (32, 1, 1)),
    ((77, 1, 1), (77, 1, 1)),
    ((300, 1, 1), (130, 1, 1)),
    ((37, 5, 1), (16, 2, 1)),
    ((5, 7, 3), (2, 4, 2)),
    ((9, 4, 5), (9, 4, 5)),
    ((3, 70, 2), (1, 40, 2)),
]


def queries(grid: Triple, block: Triple) -> np.ndarray:
    """What each thread, in x-fastest order, must see: a row for each query."""
    groups = [-(-g // b) for g, b in zip(grid, block, strict=True)]
    columns = []
    for z, y, x in itertools.product(*(range(extent) for extent in reversed(grid))):
        position = (x, y, z)
        group = [p // b for p, b in zip(position, block, strict=True)]
        place = [p % b for p, b in zip(position, block, strict=True)]
        size = [
            min(b, g - k * b) for b, g, k in zip(block, grid, group, strict=True)
        ]  # of the ragged last threadgroup
        index = (place[2] * size[1] + place[1]) * size[0] + place[0]
        simdgroups = -(-size[0] * size[1] * size[2] // 32)
        columns.append(
            [
                *position,
                *place,
                *group,
                *size,
                *grid,
                *groups,
                *(index, index % 32, index // 32, 32, simdgroups, index % 4, index // 4),
            ]
        )
    return np.array(columns, np.uint32).T.copy()


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_thread_queries(tmp_path: Path, mode: Mode) -> None:
    launches = []
    for grid, block in SHAPES:
        expected = queries(grid, block)
        arguments = {"Out": np.zeros_like(expected)}
        launches.append(Launch("queries", arguments, grid, block, {"Out": expected}))
        if grid[1:] == (1, 1):
            alone = np.stack([expected[3], expected[15], expected[9] + expected[6] * 1000])
            arguments = {"Out": np.zeros_like(alone)}
            launches.append(Launch("queries_alone", arguments, grid, block, {"Out": alone}))
    check_launches(KERNELS / "thread_queries.py", tmp_path, mode, launches)
