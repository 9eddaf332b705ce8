"""`copy` between tensors: by one thread, or by threads together, guarded at ragged edges."""

from __future__ import annotations

import builtins

from enigma.control_flow import for_range, if_
from enigma.dtypes import u32
from enigma.errors import EnigmaError, answer, mistake
from enigma.fragments import MAX_ELEMENTS, element_masks
from enigma.functions import call_row
from enigma.int_tuples import leaves, product, show
from enigma.layout_algebra import composition
from enigma.layouts import Layout
from enigma.memory import load_if, store_if
from enigma.predicates import Predicate
from enigma.tensors import Tensor, as_tensor, placed
from enigma.values import Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any

# Up to this many elements a thread's part is recorded one by one, then in a loop.
_UNROLLED = 32


def copy_tensors(
    src: object, dst: object, pred: object, fill: object, threads: object, vector: object
) -> None:
    """What `enigma.copy` does with tensors."""
    source, target = as_tensor(src, "copy"), as_tensor(dst, "copy")
    source.check_memory("copy")
    target.check_memory("copy")
    _check_shapes(source, target, pred)
    if threads is None:
        if type(vector) is not int or vector != 1:
            raise _problem(f"vector={vector!r} of one thread", "say threads=, how many share it")
        if source.size > MAX_ELEMENTS:
            raise mistake(
                "E0527", function="a copy by one thread", count=source.size, limit=MAX_ELEMENTS
            )
        _copy_elements(source, target, pred, fill)
        return
    if not all(type(x) is int and x > 0 for x in (threads, vector)):
        raise _problem(
            f"threads={threads!r}, vector={vector!r}", "both are positive Python integers"
        )
    if pred is not None and not isinstance(pred, Predicate):
        raise _problem(
            "threads share a copy, and pred is not made by enigma.predicate",
            "pred=enigma.predicate(coords, shape) with the coordinates of the whole tile",
        )
    _share(source, target, pred, fill, threads, vector)  # type: ignore[arg-type]


def _problem(problem: str, fix: str) -> Exception:
    return mistake("E0526", function="copy", problem=problem, fix=fix)


def _check_shapes(source: Tensor, target: Tensor, pred: object) -> None:
    """Both sides have as many elements in each mode."""

    def modes(shape: Any) -> list[int]:
        return [product(s) for s in shape] if isinstance(shape, tuple) else [shape]

    shapes = [("dst", target.shape)]
    if isinstance(pred, Predicate):
        shapes.append(("pred", pred.shape))
    for name, shape in shapes:
        a, b = modes(source.shape), modes(shape)
        if a != b and not (len(a) != len(b) and product(a) == product(b)):
            raise mistake(
                "E0525",
                function="copy",
                a=show(source.shape),
                b=show(shape),
                fix=f"tile and partition {name} as src is",
            )


def _copy_elements(source: Tensor, target: Tensor, pred: Any, fill: object) -> None:
    """Every element, by this thread: first all loads, then all stores."""
    masks = element_masks(pred, target, "copy")
    values: list[Value | None] = []
    for i, mask in enumerate(masks):
        if mask is True:
            values.append(source[i])
        elif mask is False:
            values.append(None)
        else:
            buffer, place = source.element_place(i)
            values.append(load_if(buffer, place, mask, 0 if fill is None else fill))
    for i, (mask, value) in enumerate(zip(masks, values, strict=True)):
        if value is None:
            if fill is not None:
                target[i] = fill
        elif mask is True or fill is not None:
            target[i] = value
        else:
            buffer, place = target.element_place(i)
            store_if(buffer, place, value, mask)


# -- by threads together -----------------------------------------------------------------------


def _in_memory_order(tensors: list[Tensor], guide: Tensor) -> list[Tensor]:
    """The tensors with their modes in the order of the guide's strides, where they correspond."""
    shape = leaves(guide.shape)
    if any(leaves(t.shape) != shape for t in tensors):
        return tensors
    strides = leaves(guide.stride)
    order = sorted(
        builtins.range(len(shape)), key=lambda i: (strides[i] == 0 or shape[i] == 1, strides[i], i)
    )
    ordered = []
    for tensor in tensors:
        flat = leaves(tensor.stride)
        layout = Layout.of(tuple(shape[i] for i in order), tuple(flat[i] for i in order))
        ordered.append(tensor.with_layout(layout))
    return ordered


def _share(
    source: Tensor,
    target: Tensor,
    pred: Predicate | None,
    fill: object,
    threads: int,
    vector: int,
) -> None:
    """Threads next to each other take elements next to each other, `vector` at a time."""
    guide = source if source.space == "device" else target
    sides = [source, target] if pred is None else [source, target, pred.coords]
    sides = _in_memory_order(sides, guide)
    size = source.size
    thread = call_row("thread_index_in_threadgroup", ())
    rounds, left = divmod(size, threads * vector)
    if left and size % vector:
        raise _problem(
            f"vector={vector} does not divide {size} elements", "leave vector out, or let it divide"
        )
    parts = None if left else _parts(sides, threads, vector, rounds)
    if parts is None:
        _share_ragged(sides, pred, fill, thread, threads, vector)
        return
    parts = [part[thread, (None, None)] for part in parts]
    if rounds * vector <= _UNROLLED:
        _copy_elements(*_bounded(parts, pred), fill)
        return
    with for_range(0, rounds, dtype=u32) as r:
        _copy_elements(*_bounded([part[None, r] for part in parts], pred), fill)


def _bounded(sides: list[Tensor], pred: Predicate | None) -> tuple[Tensor, Tensor, Any]:
    made = None if pred is None else Predicate(sides[2], pred.bound)
    return sides[0], sides[1], made


def _parts(sides: list[Tensor], threads: int, vector: int, rounds: int) -> list[Tensor] | None:
    """The sides as (thread, (value, round)), or None where that is no layout."""
    shape = (threads, (vector, rounds))
    stride = (vector, (1, threads * vector))
    try:
        return [t.with_layout(composition(t._plain, Layout(shape, stride))) for t in sides]
    except EnigmaError as error:
        if error.id not in ("E0510", "E0513"):
            raise
        answer(error)
        return None


def _share_ragged(
    sides: list[Tensor],
    pred: Predicate | None,
    fill: object,
    thread: Value,
    threads: int,
    vector: int,
) -> None:
    """Each thread counts its way through the elements; the last round may not be whole."""
    pieces = sides[0].size // vector
    rounds = -(-pieces // threads)

    def piece(number: Value) -> None:
        first = number * vector if vector > 1 else number
        for k in builtins.range(vector):
            at = first + k if k else first
            one = [t.with_layout(Layout(1), placed(t._plain, at, t._wide)) for t in sides]
            _copy_elements(*_bounded(one, pred), fill)

    if rounds > _UNROLLED:
        with for_range(thread, pieces, threads, dtype=u32) as number:
            piece(number)
        return
    for r in builtins.range(rounds):
        number = thread + r * threads if r else thread
        if (r + 1) * threads > pieces:
            with if_(number < pieces):
                piece(number)
        else:
            piece(number)
