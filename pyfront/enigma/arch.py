"""CUDA's names for the thread queries, as 3-tuples (x, y, z) of u32."""

from __future__ import annotations

from enigma.locations import target_names
from enigma.thread_queries import QUERIES

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma.values import Value


def _components(query: str) -> tuple[Value, Value, Value]:
    names = target_names()
    values = tuple(QUERIES[query](dim) for dim in "xyz")
    for value, name in zip(values, names, strict=False):
        if len(names) == 3 and value.op is not None:
            value.op.variable = str(name)
    return values  # type: ignore[return-value]


def thread_idx() -> tuple[Value, Value, Value]:
    """The thread's position in its threadgroup."""
    return _components("thread_position_in_threadgroup")


def block_idx() -> tuple[Value, Value, Value]:
    """The threadgroup's position in the grid."""
    return _components("threadgroup_position_in_grid")


def block_dim() -> tuple[Value, Value, Value]:
    """The threadgroup's size in threads; smaller in a ragged last threadgroup."""
    return _components("threads_per_threadgroup")


def grid_dim() -> tuple[Value, Value, Value]:
    """The grid's size in threadgroups."""
    return _components("threadgroups_per_grid")


__all__ = ["block_dim", "block_idx", "grid_dim", "thread_idx"]
