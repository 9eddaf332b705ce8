"""Integer tuples: an int, or a tuple of integer tuples. Shapes, strides and coordinates are such.

The order of coordinates is colexicographic, as in CuTe: the first mode varies fastest.
"""

from __future__ import annotations

from enigma.errors import mistake

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    IntTuple: TypeAlias = int | tuple["IntTuple", ...]


def show(t: object) -> str:
    """As CuTe prints it: ``(4,(2,8))``, an underscore for None."""
    if isinstance(t, tuple):
        return "(" + ",".join(map(show, t)) + ")"
    return "_" if t is None else str(t)


def as_tuple(t: object) -> object:
    """Lists, which people write for tuples, as tuples; everything else as it is."""
    if isinstance(t, tuple | list):
        return tuple(as_tuple(e) for e in t)
    return t


def check_shape(shape: object, what: str = "a shape") -> IntTuple:
    """The shape itself, if it is positive ints and tuples of shapes."""
    shape = as_tuple(shape)

    def check(t: object) -> None:
        if isinstance(t, tuple) and t:
            for e in t:
                check(e)
        elif type(t) is not int or t < 1:
            raise mistake("E0501", what=what, given=show(shape), part=show(t))

    check(shape)
    return shape  # type: ignore[return-value]


def rank(t: object, mode: object = None) -> int:
    """Number of modes: 1 for an int. `mode`, an int or a list of ints, looks inside first."""
    t = inside(t, mode)
    shape = getattr(t, "shape", t)
    return len(shape) if isinstance(shape, tuple) else 1


def depth(t: object, mode: object = None) -> int:
    """How deep the modes are nested: 0 for an int."""
    t = inside(t, mode)
    shape = getattr(t, "shape", t)
    return 1 + max(depth(e) for e in shape) if isinstance(shape, tuple) else 0


def inside(t: object, mode: object) -> Any:
    """What `mode`, an int or a list of ints, leads to; `t` itself if it is None."""
    if mode is None:
        return t
    for index in mode if isinstance(mode, tuple | list) else (mode,):
        t = mode_of(t, index)
    return t


def mode_of(t: Any, index: object) -> Any:
    """Mode `index` of a tuple or layout; an int has one mode, itself."""
    count = rank(t)
    if type(index) is not int or not -count <= index < count:
        raise mistake("E0502", index=show(index), what=show(getattr(t, "shape", t)), count=count)
    if isinstance(t, int):
        return t
    return t[index]


def flatten(t: Any) -> Any:
    """The leaves as one flat tuple; of a layout, the same function with flat modes."""
    if hasattr(t, "flattened"):
        return t.flattened()
    return _flatten(as_tuple(t)) if isinstance(t, tuple | list) else t


def leaves(t: object) -> tuple[Any, ...]:
    """The leaves, also of a lone int, which `flatten` leaves an int."""
    return _flatten(t) if isinstance(t, tuple) else (t,)


def _flatten(t: object) -> tuple[Any, ...]:
    flat: list[Any] = []
    stack = [t]
    while stack:
        e = stack.pop()
        if isinstance(e, tuple):
            stack.extend(reversed(e))
        else:
            flat.append(e)
    return tuple(flat)


def unflatten(flat: object, profile: object) -> Any:
    """The inverse of `leaves`: the items of an iterable in the nesting of `profile`."""
    items = iter(flat)  # type: ignore[call-overload]

    def take(t: object) -> object:
        return tuple(take(e) for e in t) if isinstance(t, tuple) else next(items)

    return take(profile)


def product(t: object) -> int:
    """The product of all leaves."""
    result = 1
    for e in leaves(as_tuple(t)):
        result *= e
    return result


def transform(f: Callable[..., Any], *tuples: Any) -> Any:
    """`f` of corresponding leaves of tuples of one profile."""
    if isinstance(tuples[0], tuple):
        return tuple(transform(f, *es) for es in zip(*tuples, strict=True))
    return f(*tuples)


def congruent(a: object, b: object) -> bool:
    """Whether two tuples have the same nesting."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(congruent, a, b))
    return not isinstance(a, tuple) and not isinstance(b, tuple)


def repeat_like(value: Any, t: object) -> Any:
    """`value` at every leaf of a tuple's (or layout's) nesting."""
    profile = as_tuple(getattr(t, "shape", t))
    return transform(lambda _: value, profile)


def select(t: Any, mode: object) -> Any:
    """The modes of a tuple or layout that the list `mode` names, in its order."""
    modes = mode if isinstance(mode, tuple | list) else (mode,)
    parts = [mode_of(as_tuple(t), index) for index in modes]
    if hasattr(t, "shape"):
        from enigma.layouts import concatenated

        return concatenated(parts)
    return tuple(parts)


def ceil_div(a: int, b: int) -> int:
    """`a / b` rounded up, for positive ints."""
    return -(-a // b)


def compact_strides(shape: IntTuple, first: int = 1) -> IntTuple:
    """Strides of a dense column-major (colexicographic) layout that starts at `first`."""
    if not isinstance(shape, tuple):
        return first
    strides = []
    for mode in shape:
        strides.append(compact_strides(mode, first))
        first *= product(mode)
    return tuple(strides)


# -- coordinates -------------------------------------------------------------------------------


def crd2idx(crd: Any, shape: Any, stride: object = None) -> Any:
    """The index of a coordinate: ``crd2idx(crd, layout)`` or ``crd2idx(crd, shape, stride)``.

    A coordinate may be an int for all modes together (colexicographic), or a tuple with a
    coordinate for each mode. Without strides they are the dense column-major ones. Ints may be
    traced values: then the index is one too.
    """
    if hasattr(shape, "shape"):
        return shape(crd)
    shape = check_shape(shape)
    steps = compact_strides(shape) if stride is None else as_tuple(stride)
    if not congruent(shape, steps):
        raise mistake("E0503", shape=show(shape), stride=show(steps))
    return inner_product(as_tuple(crd), shape, steps)


def inner_product(crd: Any, shape: Any, stride: Any) -> Any:
    """`crd2idx` of checked tuples."""
    if isinstance(crd, tuple):
        if not isinstance(shape, tuple) or len(crd) != len(shape):
            raise mistake("E0504", crd=show(crd), shape=show(shape))
        total: Any = 0
        for c, s, d in zip(crd, shape, stride, strict=True):
            total = _plus(total, inner_product(c, s, d))
        return total
    if not isinstance(shape, tuple):
        return _times(crd, shape, stride)
    total = 0
    last = len(shape) - 1
    for i, (s, d) in enumerate(zip(shape, stride, strict=True)):
        extent = product(s)
        if i == last:
            part = crd
        elif extent == 1:
            continue
        elif type(crd) is int:
            crd, part = divmod(crd, extent)
        else:
            part = crd % extent
            crd = crd // extent
        total = _plus(total, inner_product(part, s, d))
    return total


# Traced values make no operations for what is nothing.


def _plus(a: Any, b: Any) -> Any:
    if type(a) is int and a == 0:
        return b
    return a if type(b) is int and b == 0 else a + b


def _times(crd: Any, shape: int, stride: Any) -> Any:
    if type(crd) is not int and (shape == 1 or (type(stride) is int and stride == 0)):
        return 0
    return crd if type(stride) is int and stride == 1 else crd * stride


def idx2crd(idx: Any, shape: Any) -> Any:
    """The coordinate of a linear index in a shape (or layout), nested as the shape is.

    The last mode takes what is left, so that an index past the end shows.
    """
    shape = check_shape(getattr(shape, "shape", shape))
    if isinstance(idx, tuple | list):
        if not isinstance(shape, tuple) or len(idx) != len(shape):
            raise mistake("E0504", crd=show(as_tuple(idx)), shape=show(shape))
        return tuple(idx2crd(i, s) for i, s in zip(idx, shape, strict=True))
    return _split(idx, shape)


def _split(idx: Any, shape: Any) -> Any:
    if not isinstance(shape, tuple):
        return idx
    parts = []
    for s in shape[:-1]:
        extent = product(s)
        parts.append(_split(idx % extent if extent > 1 else 0, s))
        idx = idx // extent if extent > 1 else idx
    return (*parts, _split(idx, shape[-1]))
