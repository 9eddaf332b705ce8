"""Memory of the interpreter: elements as Python numbers, with every access checked."""

from __future__ import annotations

from enigma.dtypes import DType
from enigma.eager_numbers import shown_number
from enigma.errors import Note, mistake

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any

    from enigma.memory import Buffer


# How many elements of a buffer are printed.
_SHOWN = 16


class Memory:
    """The elements behind a buffer: scalars, those of a vector next to each other.

    Attributes:
        numbers: the scalars; None where nothing has been written yet.
        dtype: the elements' type.
        is_written: whether the kernel has written any.
    """

    __slots__ = ("dtype", "is_written", "numbers")

    def __init__(self, dtype: DType, numbers: list[Any]) -> None:
        self.dtype = dtype
        self.numbers = numbers
        self.is_written = False

    @classmethod
    def undefined(cls, dtype: DType, count: int) -> Memory:
        """Memory that nothing has been written to."""
        return cls(dtype, [None] * (count * dtype.width))

    def __str__(self) -> str:
        """The first elements; `?` is what has not been written."""
        scalar, width = self.dtype.scalar, self.dtype.width
        shown = [
            "?" if x is None else shown_number(x, scalar) for x in self.numbers[: _SHOWN * width]
        ]
        if width > 1:
            shown = [f"({', '.join(shown[k : k + width])})" for k in range(0, len(shown), width)]
        more = ", …" if self.count > _SHOWN else ""
        return f"[{', '.join(shown)}{more}]"

    @property
    def count(self) -> int:
        """How many elements there are."""
        return len(self.numbers) // self.dtype.width


def _out_of_bounds(buffer: Buffer, index: int, count: int, done: str, where: str = "") -> Exception:
    return mistake(
        "E0841",
        name=buffer.name,
        index=index,
        done=done,
        count=count,
        where=where,
        notes=(Note(f"'{buffer.name}' is declared here", buffer.location),),
    )


def element_of(buffer: Buffer, indices: list[int], done: str) -> int:
    """The number of the element that indices mean; they are inside of the buffer."""
    memory: Memory = buffer.memory
    element = indices[0]
    if len(indices) > 1:
        assert buffer.shape is not None
        element = 0
        for axis, (index, extent) in enumerate(zip(indices, buffer.shape, strict=True)):
            if not 0 <= index < extent:
                raise _out_of_bounds(buffer, index, extent, done, f" in dimension {axis}")
            element = element * extent + index
    if not 0 <= element < memory.count:
        raise _out_of_bounds(buffer, element, memory.count, done)
    return element


def load(buffer: Buffer, indices: list[int]) -> Any:
    """One element."""
    memory: Memory = buffer.memory
    element = element_of(buffer, indices, "read")
    width = memory.dtype.width
    if width == 1:
        number = memory.numbers[element]
        if number is None:
            raise _undefined(buffer, element)
        return number
    return _range(buffer, element * width, width)


def store(buffer: Buffer, indices: list[int], number: Any) -> None:
    """Write one element."""
    memory: Memory = buffer.memory
    element = element_of(buffer, indices, "written")
    memory.is_written = True
    width = memory.dtype.width
    if width == 1:
        memory.numbers[element] = number
    else:
        memory.numbers[element * width : (element + 1) * width] = number


def _range(buffer: Buffer, start: int, count: int) -> tuple[Any, ...]:
    """Scalars that lie next to each other, and inside."""
    numbers = tuple(buffer.memory.numbers[start : start + count])
    if None in numbers:
        place = start + numbers.index(None)
        raise _undefined(buffer, place // buffer.memory.dtype.width)
    return numbers


def load_range(buffer: Buffer, start: int, count: int) -> tuple[Any, ...]:
    """Elements next to each other, of a buffer of scalars."""
    _check_range(buffer, start, count, "read")
    return _range(buffer, start, count)


def store_range(buffer: Buffer, start: int, numbers: tuple[Any, ...]) -> None:
    """Write elements next to each other, of a buffer of scalars."""
    _check_range(buffer, start, len(numbers), "written")
    buffer.memory.is_written = True
    buffer.memory.numbers[start : start + len(numbers)] = numbers


def copy_elements(target: Buffer, to: int, source: Buffer, start: int, count: int) -> None:
    """Copy elements of one dtype; what has not been written stays so."""
    if count <= 0:
        return
    _check_range(source, start, count, "read")
    _check_range(target, to, count, "written")
    width = source.memory.dtype.width
    target.memory.is_written = True
    target.memory.numbers[to * width : (to + count) * width] = source.memory.numbers[
        start * width : (start + count) * width
    ]


def _check_range(buffer: Buffer, start: int, count: int, done: str) -> None:
    available = buffer.memory.count
    if start < 0 or start >= available:
        raise _out_of_bounds(buffer, start, available, done)
    if start + count > available:
        raise _out_of_bounds(buffer, start + count - 1, available, done)


def _undefined(buffer: Buffer, element: int) -> Exception:
    return mistake(
        "E0842",
        name=buffer.name,
        index=element,
        space="threadgroup memory" if buffer.is_threadgroup else "a register tensor",
        notes=(Note(f"'{buffer.name}' is made here", buffer.location),),
    )
