"""Swizzles: permutations of offsets by exclusive-or, to spread columns over memory banks."""

from __future__ import annotations

from enigma.errors import mistake
from enigma.int_tuples import as_tuple, show
from enigma.layouts import as_layout, cosize, has_none

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any


class Swizzle:
    """CuTe's ``Swizzle<bits, base, shift>``: offset ^= (offset & yyy) >> shift.

    `bits` bits above position ``base + shift`` are exclusive-or'ed into the `bits` bits above
    position `base`; a negative `shift` goes the other way. It is its own inverse.

    Args:
        bits: number of bits in the mask, 0 for the identity.
        base: number of low bits that stay as they are.
        shift: distance of the two fields; at least `bits` either way.
    """

    __slots__ = ("base", "bits", "shift")

    def __init__(self, bits: int, base: int, shift: int) -> None:
        numbers = all(type(n) is int for n in (bits, base, shift))
        if not numbers or bits < 0 or base < 0 or abs(shift) < bits:
            raise mistake("E0508", bits=bits, base=base, shift=shift)
        self.bits, self.base, self.shift = bits, base, shift

    @property
    def source_mask(self) -> int:
        """The bits that are read."""
        return ((1 << self.bits) - 1) << (self.base + max(0, self.shift))

    @property
    def target_mask(self) -> int:
        """The bits that are changed."""
        return ((1 << self.bits) - 1) << (self.base - min(0, self.shift))

    def __call__(self, offset: Any) -> Any:
        """The permuted offset of a Python int or traced integer."""
        if self.bits == 0:
            return offset
        field = offset & self.source_mask
        return offset ^ (field >> self.shift if self.shift >= 0 else field << -self.shift)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Swizzle):
            return NotImplemented
        return (self.bits, self.base, self.shift) == (other.bits, other.base, other.shift)

    def __hash__(self) -> int:
        return hash((self.bits, self.base, self.shift))

    def __str__(self) -> str:
        return f"S<{self.bits},{self.base},{self.shift}>"

    def __repr__(self) -> str:
        return f"Swizzle({self.bits}, {self.base}, {self.shift})"


class SwizzledLayout:
    """A swizzle after an offset after a layout: ``c -> swizzle(offset + layout(c))``."""

    __slots__ = ("layout", "offset", "swizzle")

    def __init__(self, swizzle: Swizzle, layout: object, offset: int = 0) -> None:
        if type(offset) is not int or offset < 0:
            raise mistake(
                "E0506", function="SwizzledLayout", problem=f"the offset {offset!r} is not a number"
            )
        self.swizzle = swizzle
        self.layout = as_layout(layout)
        self.offset = offset

    @property
    def shape(self) -> Any:
        """The layout's shape."""
        return self.layout.shape

    @property
    def size(self) -> int:
        """Number of coordinates."""
        return self.layout.size

    def cosize(self) -> int:
        """A bound on the offsets: the layout's own, up to the end of the block that is permuted."""
        reach = self.offset + cosize(self.layout)
        top = self.swizzle.target_mask.bit_length()
        return -(-reach >> top) << top if self.swizzle.bits else reach

    def __call__(self, *coordinate: Any) -> Any:
        crd = as_tuple(coordinate[0] if len(coordinate) == 1 else coordinate)
        if has_none(crd):
            # The modes that are fixed at 0 leave the offset as it is.
            return SwizzledLayout(self.swizzle, self.layout(crd), self.offset + _fixed(self, crd))
        offset = self.layout(crd)
        return self.swizzle(offset + self.offset if self.offset else offset)

    def __getitem__(self, index: object) -> SwizzledLayout:
        return SwizzledLayout(self.swizzle, self.layout[index], self.offset)

    def __len__(self) -> int:
        return len(self.layout)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SwizzledLayout):
            return NotImplemented
        return (self.swizzle, self.offset, self.layout) == (
            other.swizzle,
            other.offset,
            other.layout,
        )

    def __hash__(self) -> int:
        return hash((self.swizzle, self.offset, self.layout))

    def __str__(self) -> str:
        return f"{self.swizzle} o {self.offset} o {self.layout}"

    def __repr__(self) -> str:
        return f"SwizzledLayout({self})"


def _fixed(layout: SwizzledLayout, crd: Any) -> int:
    """The offset of the modes that a slicing coordinate fixes."""

    def filled(c: Any) -> Any:
        return tuple(map(filled, c)) if isinstance(c, tuple) else 0 if c is None else c

    offset = layout.layout(filled(crd))
    if type(offset) is not int:
        raise mistake(
            "E0506",
            function="a slice of a swizzled layout",
            problem=f"coordinate {show(crd)} is not constant, and the swizzle does not add up",
        )
    return offset


def swizzle(layout: object, bits: Any, base: int | None = None, shift: int | None = None) -> Any:
    """A layout followed by a swizzle: ``swizzle(layout, Swizzle(3, 3, 3))`` or with three ints."""
    permutation = bits
    if not isinstance(bits, Swizzle):
        permutation = Swizzle(bits, base, shift)  # type: ignore[arg-type]
    return SwizzledLayout(permutation, layout)
