"""Layouts: functions from coordinates to offsets, as shape and stride; the algebra is CuTe's.

A layout prints as ``(4,64):(64,1)``. Shapes and strides nest; integers address a layout
colexicographically, the first mode fastest. Without strides a layout is dense and column-major.
"""

from __future__ import annotations

from enigma.errors import mistake
from enigma.int_tuples import (
    as_tuple,
    check_shape,
    compact_strides,
    congruent,
    flatten,
    inner_product,
    inside,
    leaves,
    mode_of,
    product,
    show,
    transform,
    unflatten,
)

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Basis:
    """A stride that steps along one mode of a coordinate: CuTe prints ``2@1``.

    Layouts with such strides map coordinates to coordinates (`make_identity_layout`).
    """

    __slots__ = ("path", "value")

    def __init__(self, value: int, path: tuple[int, ...]) -> None:
        self.value = value
        self.path = path

    def __mul__(self, factor: int) -> Basis | int:
        return Basis(self.value * factor, self.path) if factor else 0

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Basis) and (self.value, self.path) == (other.value, other.path)

    def __hash__(self) -> int:
        return hash((self.value, self.path))

    def __repr__(self) -> str:
        return str(self.value) + "".join(f"@{mode}" for mode in reversed(self.path))


class Layout:
    """A function from coordinates to offsets.

    Args:
        shape: a positive int, or a tuple of shapes.
        stride: non-negative ints, nested as the shape; dense column-major if left out.

    Called with a coordinate it gives the offset: ``layout(i)``, ``layout(i, j)``,
    ``layout((i, j))``; ints may be traced values. With None for a mode it gives the layout of the
    modes that are None. ``layout[i]`` is mode `i`.
    """

    __slots__ = ("_extent", "shape", "stride")

    def __init__(self, shape: object, stride: object = None) -> None:
        self.shape = check_shape(shape)
        if stride is None:
            self.stride: Any = compact_strides(self.shape)
        else:
            self.stride = as_tuple(stride)
            if not congruent(self.shape, self.stride):
                raise mistake("E0503", shape=show(self.shape), stride=show(self.stride))
            for step in leaves(self.stride):
                if not isinstance(step, Basis) and (type(step) is not int or step < 0):
                    raise mistake("E0505", stride=show(self.stride), part=show(step))
        self._extent: int | None = None

    @classmethod
    def of(cls, shape: Any, stride: Any) -> Layout:
        """A layout of tuples that are known to be good."""
        layout = cls.__new__(cls)
        layout.shape = shape
        layout.stride = stride
        layout._extent = None
        return layout

    @property
    def size(self) -> int:
        """Number of coordinates: the size of the domain."""
        if self._extent is None:
            self._extent = product(self.shape)
        return self._extent

    def __call__(self, *coordinate: Any) -> Any:
        crd = as_tuple(coordinate[0] if len(coordinate) == 1 else coordinate)
        if has_none(crd):
            return sliced(self, crd)
        if any(isinstance(step, Basis) for step in leaves(self.stride)):
            return _coordinate(self, crd)
        return inner_product(crd, self.shape, self.stride)

    def __getitem__(self, index: object) -> Layout:
        if isinstance(index, tuple):
            layout = self
            for i in index:
                layout = layout[i]
            return layout
        if not isinstance(self.shape, tuple):
            mode_of(self.shape, index)
            return self
        return Layout.of(mode_of(self.shape, index), mode_of(self.stride, index))

    def __len__(self) -> int:
        return len(self.shape) if isinstance(self.shape, tuple) else 1

    def __iter__(self) -> Any:
        return iter([self[i] for i in range(len(self))])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Layout):
            return NotImplemented
        return bool(self.shape == other.shape and self.stride == other.stride)

    def __hash__(self) -> int:
        return hash((self.shape, self.stride))

    def __str__(self) -> str:
        return f"{show(self.shape)}:{show(self.stride)}"

    def __repr__(self) -> str:
        return f"Layout({self})"

    def flattened(self) -> Layout:
        """The same function with flat modes."""
        return Layout.of(flatten(self.shape), flatten(self.stride))


def has_none(crd: object) -> bool:
    """Whether a coordinate leaves a mode open."""
    if isinstance(crd, tuple):
        return any(map(has_none, crd))
    return crd is None


def sliced(layout: Layout, crd: object) -> Layout:
    """The layout of the modes at which a coordinate is None; offsets start at 0."""
    modes: list[Layout] = []

    def visit(c: object, mode: Layout) -> None:
        if c is None:
            modes.append(mode)
        elif isinstance(c, tuple):
            if not isinstance(mode.shape, tuple) or len(c) != len(mode.shape):
                raise mistake("E0504", crd=show(crd), shape=show(layout.shape))
            for i, part in enumerate(c):
                visit(part, mode[i])

    visit(crd, layout)
    return modes[0] if len(modes) == 1 else concatenated(modes)


def _coordinate(layout: Layout, crd: Any) -> tuple[Any, ...]:
    """What a layout over coordinates gives: an integer layout for each mode it steps along."""
    steps = leaves(layout.stride)
    paths = sorted({step.path for step in steps if isinstance(step, Basis)})

    def component(path: tuple[int, ...]) -> Any:
        along = [s.value if isinstance(s, Basis) and s.path == path else 0 for s in steps]
        return inner_product(crd, layout.shape, unflatten(along, layout.stride))

    def build(prefix: tuple[int, ...]) -> Any:
        if prefix in paths:
            return component(prefix)
        inner = [p[len(prefix)] for p in paths if p[: len(prefix)] == prefix]
        return tuple(build((*prefix, i)) for i in range(max(inner) + 1)) if inner else 0

    return build(())  # type: ignore[no-any-return]


# -- construction ------------------------------------------------------------------------------


def concatenated(layouts: Sequence[Layout]) -> Layout:
    """One layout with the given ones as its modes."""
    return Layout.of(tuple(e.shape for e in layouts), tuple(e.stride for e in layouts))


def make_layout(shape: Any, *more: Any, stride: object = None) -> Any:
    """A layout of a shape and strides, or of layouts as modes.

    ``make_layout((4, 8))`` is column-major, ``make_layout((4, 8), stride=(8, 1))`` row-major (the
    stride may be the second positional argument), ``make_layout(a, b)`` has `a` and `b` as modes.
    """
    given = shape if isinstance(shape, tuple | list) else (shape,)
    if more and isinstance(more[0], Layout):
        given = (*given, *more)
    if given and all(isinstance(e, Layout) for e in given):
        if stride is not None:
            raise mistake("E0506", function="make_layout", problem="layouts bring their strides")
        return concatenated(given) if len(given) > 1 or given is shape else given[0]
    if len(more) > 1 or (more and stride is not None):
        raise mistake(
            "E0506",
            function="make_layout",
            problem="it takes a shape and one stride, or only layouts",
        )
    return Layout(shape, more[0] if more else stride)


def make_ordered_layout(shape: object, order: object) -> Layout:
    """The dense layout whose modes are laid out in the order of `order`: the lowest is fastest.

    ``make_ordered_layout((4, 8), order=(1, 0))`` is row-major. An order of a mode with modes of its
    own holds for all of them, which are column-major among each other.
    """
    shape = check_shape(shape)
    ranks = as_tuple(order)
    entries: list[tuple[object, Any]] = []

    def collect(o: Any, s: Any) -> None:
        if isinstance(o, tuple):
            if not isinstance(s, tuple) or len(o) != len(s):
                raise mistake("E0507", order=show(ranks), shape=show(shape))
            for oo, ss in zip(o, s, strict=True):
                collect(oo, ss)
        elif type(o) is not int:
            raise mistake("E0507", order=show(ranks), shape=show(shape))
        else:
            entries.append((o, s))

    collect(ranks, shape)
    orders = [o for o, s in entries if product(s) > 1]
    if len(set(orders)) != len(orders):
        raise mistake("E0507", order=show(ranks), shape=show(shape))

    def strides(o: Any, s: Any) -> Any:
        if isinstance(o, tuple):
            return tuple(map(strides, o, s))
        before = 1
        for other, extent in entries:
            if other < o:  # type: ignore[operator]
                before *= product(extent)
        return compact_strides(s, before)

    return Layout.of(shape, strides(ranks, shape))


def make_identity_layout(shape: object) -> Layout:
    """The layout that maps every coordinate of a shape to itself, for predicates and pictures."""
    shape = check_shape(shape)
    if not isinstance(shape, tuple):
        return Layout.of((shape,), (Basis(1, (0,)),))

    def bases(s: object, path: tuple[int, ...]) -> Any:
        if isinstance(s, tuple):
            return tuple(bases(e, (*path, i)) for i, e in enumerate(s))
        return Basis(1, path)

    return Layout.of(shape, bases(shape, ()))


def size(layout: Any, mode: object = None) -> int:
    """Number of coordinates of a layout or shape; of one mode if `mode` is given."""
    layout = inside(as_tuple(layout), mode)
    return product(check_shape(getattr(layout, "shape", layout)))


def cosize(layout: Any, mode: object = None) -> int:
    """One more than the largest offset: how many elements a layout reaches over."""
    layout = inside(layout, mode)
    if hasattr(layout, "cosize"):
        return layout.cosize()  # type: ignore[no-any-return]
    layout = as_layout(layout)
    reach = transform(lambda s, d: (s - 1) * d, layout.shape, integer_strides(layout, "cosize"))
    return 1 + sum(leaves(reach))


def as_layout(x: object) -> Layout:
    """A layout, or the dense one of a shape."""
    return x if isinstance(x, Layout) else Layout(x)


def integer_strides(layout: Layout, function: str) -> Any:
    """The strides of a layout whose offsets are numbers."""
    for step in leaves(layout.stride):
        if isinstance(step, Basis):
            raise mistake(
                "E0506", function=function, problem=f"{layout} has coordinates, not offsets"
            )
    return layout.stride
