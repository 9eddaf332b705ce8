"""Which elements of a ragged tile exist: coordinates compared with a bound."""

from __future__ import annotations

from enigma.errors import mistake
from enigma.int_tuples import as_tuple, leaves, show
from enigma.tensors import Tensor, as_tensor, shown

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any


def elem_less(crd: object, bound: object) -> Any:
    """Whether every component of a coordinate is less than that of a bound.

    Args:
        crd: a coordinate, such as an element of an identity tensor.
        bound: a shape nested alike; its numbers may be traced.

    Returns:
        A b1, or a Python bool where all of it is known.
    """
    lows, highs = leaves(as_tuple(crd)), leaves(as_tuple(getattr(bound, "shape", bound)))
    if len(lows) != len(highs):
        raise mistake("E0504", crd=show(shown(as_tuple(crd))), shape=show(shown(as_tuple(bound))))
    result: Any = True
    for low, high in zip(lows, highs, strict=True):
        less = low < high
        if less is False or result is False:
            result = False
        elif less is not True:
            result = less if result is True else result & less
    return result


class Predicate:
    """Which elements of a tensor exist: those whose coordinate is less than a bound.

    Made by `predicate`. ``p[i]`` is a b1 (or a Python bool), indexed as the coordinates are.
    """

    __slots__ = ("bound", "coords")

    def __init__(self, coords: Tensor, bound: object) -> None:
        self.coords = coords
        self.bound = bound

    @property
    def shape(self) -> Any:
        """The shape of the coordinates."""
        return self.coords.shape

    def __getitem__(self, index: object) -> Any:
        found = self.coords[index]
        if isinstance(found, Tensor):
            return Predicate(found, self.bound)
        return elem_less(found, self.bound)

    def __repr__(self) -> str:
        return f"<predicate over {self.coords.layout}>"


def predicate(coords: object, bound: object) -> Predicate:
    """Which elements of a tile exist, for `copy`, `load` and `store`.

    Args:
        coords: the tile or partition of `make_identity_tensor` that goes with the data.
        bound: the tensor's shape (or the tensor); its numbers may be traced.
    """
    tensor = as_tensor(coords, "predicate")
    if not tensor.is_identity:
        raise mistake(
            "E0526",
            function="predicate",
            problem=f"'{tensor.name}' has elements, not coordinates",
            fix="partition enigma.make_identity_tensor(shape) as the tensor is",
        )
    limit = as_tuple(getattr(bound, "shape", bound))
    return Predicate(tensor, limit)
