"""What the lanes of a simdgroup do together, for the interpreter: matrices and copies."""

from __future__ import annotations

from enigma import eager_memory as memory
from enigma.eager_numbers import ROUND, round_f32
from enigma.eager_threads import SIMDGROUP
from enigma.eager_values import EagerValue
from enigma.errors import EnigmaError, mistake
from enigma.locations import Location

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from enigma.eager_threads import GpuThread
    from enigma.eager_tracer import EagerTracer

# Rows and columns of a matrix.
_EXTENT = 8

# Simdgroup matrices ------------------------------------------------------------------------------


def fill_matrix(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    # One object for all lanes, so that a product is computed once for all of them.
    number = inputs[0].settled_number()
    return tracer.fills.setdefault((result.name, repr(number)), (number,) * _EXTENT**2)


def _matrix_place(inputs: Any, attributes: Any) -> tuple[Any, ...]:
    """The numbers of the elements in memory, row by row; comparable between lanes."""
    per_row, offset, column, row = [x.settled_number() for x in inputs[:4]]
    start = offset + row * per_row + column
    if attributes["transpose"]:
        return tuple(start + c * per_row + r for r in range(_EXTENT) for c in range(_EXTENT))
    return tuple(start + r * per_row + c for r in range(_EXTENT) for c in range(_EXTENT))


def load_matrix(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    buffer, *place = inputs
    return tracer.meet("load_matrix", (buffer, _matrix_place(place, attributes)))


def store_matrix(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    buffer, *place, matrix = inputs
    operands = (buffer, _matrix_place(place, attributes), matrix.settled_number())
    tracer.meet("store_matrix", operands)


def _check_whole(active: list[GpuThread], count: int, what: str) -> None:
    """Diagnose lanes that are missing from a simdgroup matrix, or disagree about its place."""
    first = active[0].request
    assert first is not None
    if len(active) < SIMDGROUP:
        raise mistake(
            "E0844",
            what=f"{what} is reached by {len(active)} of {SIMDGROUP} lanes of the simdgroup"
            + ("" if count == SIMDGROUP else f", which has {count} threads"),
            fix="all lanes work on a matrix together: the threadgroup's size is a multiple of "
            f"{SIMDGROUP}, and branches around go the same way for all of them",
        )
    for thread in active:
        assert thread.request is not None
        if not _same_operands(thread.request.operands, first.operands):
            raise mistake(
                "E0844",
                what=f"threads {active[0].position} and {thread.position} of a simdgroup disagree "
                f"about {what}",
                fix="all lanes pass the same arguments",
            )


def _same_operands(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    """Buffers are the same memory; numbers are equal."""
    return all(
        x is y or (x.memory is y.memory if hasattr(x, "memory") else repr(x) == repr(y))
        for x, y in zip(a, b, strict=True)
    )


def _load_matrix_together(active: list[GpuThread], count: int) -> tuple[Any, ...]:
    _check_whole(active, count, "the load of a matrix")
    buffer, places = active[0].request.operands  # type: ignore[union-attr]
    return tuple([memory.load(buffer, [place]) for place in places])


def _store_matrix_together(active: list[GpuThread], count: int) -> None:
    _check_whole(active, count, "the store of a matrix")
    buffer, places, numbers = active[0].request.operands  # type: ignore[union-attr]
    for place, number in zip(places, numbers, strict=True):
        memory.store(buffer, [place], number)


def multiply(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    """The sum of products in f32, in order of k from the addend on, rounded once at the end."""
    operands = [x.settled_number() for x in inputs]
    key = (*map(id, operands), id(result))
    known = tracer.products.get(key)
    if known is not None:
        return known[0]
    a, b = operands[:2]
    c = operands[2] if len(operands) > 2 else (0.0,) * _EXTENT**2
    rounding = ROUND[result.element.name]
    product = []
    for r in range(_EXTENT):
        row = a[r * _EXTENT : (r + 1) * _EXTENT]
        for k in range(_EXTENT):
            total = c[r * _EXTENT + k]
            for x, y in zip(row, b[k::_EXTENT], strict=True):
                total = round_f32(total + x * y)
            product.append(rounding(total))
    if len(tracer.products) > 256:
        tracer.products.clear()
    # The operands are kept, so that their identity is not given to others.
    tracer.products[key] = (tuple(product), operands)
    return tracer.products[key][0]


# Copies by a simdgroup ---------------------------------------------------------------------------


def async_copy(tracer: EagerTracer, inputs: Any, attributes: Any, name: str) -> None:
    operands = tuple([x.settled_number() if isinstance(x, EagerValue) else x for x in inputs])
    tracer.meet(name, operands)


def _copy_together(active: list[GpuThread], count: int) -> None:
    request = active[0].request
    assert request is not None
    for thread in active:
        assert thread.request is not None
        if not _same_operands(thread.request.operands, request.operands):
            raise mistake(
                "E0844",
                what=f"threads {active[0].position} and {thread.position} of a simdgroup disagree "
                "about a copy",
                fix="all lanes pass the same arguments",
            )
    operands = request.operands
    if request.name.startswith("async_copy_1d"):
        target, to, source, start, number = operands
        rows = [(to, start, number)]
    else:
        target, to, to_row, source, start, from_row, columns, count_rows = operands
        rows = [(to + r * to_row, start + r * from_row, columns) for r in range(count_rows)]
    for to, start, number in rows:
        memory.copy_elements(target, to, source, start, number)


def place_at(error: EnigmaError, location: Location) -> None:
    """Give an error of what several lanes do together the line where they do it."""
    error.diagnostic.location = location
    error.filename, error.lineno, error.col = location[:3]


TOGETHER: dict[str, Callable[[list[GpuThread], int], Any]] = {
    "simd_barrier": lambda active, count: None,
    "load_matrix": _load_matrix_together,
    "store_matrix": _store_matrix_together,
    **{f"async_copy_{form}": _copy_together for form in ("1d_d2t", "1d_t2d", "2d_d2t", "2d_t2d")},
}
