"""Whether a kernel's threads may have to wait for each other, by the names in its code.

A look, not a proof: a kernel of which this says no, and whose first thread comes to a barrier, is
started again with a host thread for each.
"""

from __future__ import annotations

from types import CodeType, FunctionType, MethodType

from enigma.locations import is_package_file, is_standard_library

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_WAITING = frozenset(
    (
        "barrier",
        "gemm",
        "pipeline",
        "simd_barrier",
        "simdgroup_matrix_load",
        "simdgroup_matrix_store",
    )
)
_PREFIXES = ("simd_", "quad_", "async_copy_")


def _waits(name: str) -> bool:
    return name in _WAITING or name.startswith(_PREFIXES)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _called(function: FunctionType) -> Iterator[Any]:
    """What a function may call of what it can name."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    for name in names:
        if name in function.__globals__:
            found = function.__globals__[name]
            yield found
            # A function of a module of the user's, or a method of a class.
            yield from (getattr(found, n, None) for n in names if n != name)


def may_wait(function: Any) -> bool:
    """Whether a function, or one that it calls, names something that waits for other threads."""
    seen: set[int] = set()
    waiting = [function]
    while waiting:
        item = waiting.pop()
        if isinstance(item, MethodType):
            item = item.__func__
        if not isinstance(item, FunctionType) or id(item.__code__) in seen:
            continue
        filename = item.__code__.co_filename
        if is_package_file(filename):
            if _waits(item.__name__):
                return True
            continue
        if is_standard_library(filename):
            continue
        seen.add(id(item.__code__))
        if any(_waits(name) for code in _codes(item.__code__) for name in code.co_names):
            return True
        waiting += _called(item)
    return False
