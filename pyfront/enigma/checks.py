"""What is wrong by numbers known while tracing: limits of Metal, bounds, loops that never run."""

from __future__ import annotations

from enigma.errors import mistake
from enigma.locations import Location, user_location
from enigma.tracer import Tracer, current_tracer

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enigma.dtypes import DType
    from enigma.sources import FunctionSyntax

MAX_BUFFERS = 31
MAX_THREADS = 1024
MAX_THREADGROUP_BYTES = 32768


def check_threads(block: tuple[int, int, int], shown: str) -> None:
    """Diagnose a threadgroup that no GPU runs."""
    threads = block[0] * block[1] * block[2]
    if threads > MAX_THREADS:
        limit = f"a threadgroup has at most {MAX_THREADS}"
        raise mistake("E0722", block=shown, threads=threads, limit=limit)


def check_max_threads(block: tuple[int, int, int] | None, max_threads: int | None) -> None:
    """Diagnose a threadgroup larger than the kernel says it takes."""
    if block is None or max_threads is None:
        return
    threads = block[0] * block[1] * block[2]
    if threads > max_threads:
        limit = f"max_threads is {max_threads}"
        raise mistake("E0722", block=f"block={block}", threads=threads, limit=limit)


def check_parameters(kernel: str, places: Sequence[Location | None], at: Location) -> None:
    """Diagnose more parameters than Metal binds, at the first that is too many."""
    if len(places) > MAX_BUFFERS:
        place = places[MAX_BUFFERS] or at
        raise mistake("E0721", at=place, kernel=kernel, count=len(places), limit=MAX_BUFFERS)


def count_threadgroup_memory(tracer: Tracer, dtype: DType, elements: int) -> None:
    """Add an allocation to the kernel's; diagnose the one that is too much."""
    start = -(-tracer.threadgroup_bytes // dtype.bytes) * dtype.bytes
    tracer.threadgroup_bytes = start + dtype.bytes * elements
    if tracer.threadgroup_bytes > MAX_THREADGROUP_BYTES:
        raise mistake(
            "E0720",
            kernel=tracer.kernel,
            bytes=tracer.threadgroup_bytes,
            limit=MAX_THREADGROUP_BYTES,
        )


def check_index(
    index: int, bound: int | None, name: str, axis: int | None, *, masked: bool = False
) -> None:
    """Diagnose a constant index that is out of bounds.

    It is an error where it is reached whenever the kernel runs, and a warning where a branch, a
    loop or a mask decides. A negative one is an error everywhere: there is no element it means.
    """
    if index >= 0 and (bound is None or index < bound):
        return
    fields = {
        "index": index,
        "name": name,
        "bound": "unknown" if bound is None else bound,
        "where": "" if axis is None else f" in dimension {axis}",
        "last": "the length less one" if bound is None else bound - 1,
    }
    tracer = current_tracer("an index")
    if index >= 0 and (masked or tracer.block is not tracer.body):
        tracer.warn("W0104", user_location(), **fields)
    else:
        raise mistake("E0115", **fields)


def warn_of_empty_loop(lo: object, hi: object, step: object, location: Location) -> None:
    """Warn of a recorded loop whose bounds are constants and leave no iteration."""
    if not all(type(x) is int for x in (lo, hi, step)):
        return
    if range(lo, hi, step):  # type: ignore[call-overload]
        return
    backwards = (step > 0) == (lo > hi) and lo != hi  # type: ignore[operator]
    fix = "leave it out, or put it under a Python `if` that says when there is something to do"
    if backwards:
        fix = f"to count the other way, give it the step {-step}"  # type: ignore[operator]
    tracer = current_tracer("a loop")
    tracer.warn("W0103", location, lo=lo, hi=hi, step=step, fix=fix)


def warn_of_unused_parameters(
    tracer: Tracer, function: Callable[..., None], syntax: FunctionSyntax, names: Sequence[str]
) -> None:
    """Warn of parameters that the kernel's source does not name; those called _x are meant so."""
    from enigma.liveness import uses
    from enigma.sources import source_index

    code = function.__code__
    key = (code.co_firstlineno, code.co_name)
    node = source_index(code.co_filename).nodes.get(key)
    if node is None:
        return
    used: set[str] = set()
    for statement in node.body:
        used |= uses(statement)
    for name in names:
        if name not in used and not name.startswith("_"):
            at = syntax.parameters.get(name) or syntax.location
            tracer.warn("W0102", at, name=name, kernel=function.__name__)
