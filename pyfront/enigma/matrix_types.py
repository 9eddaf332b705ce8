"""Matrices in memory: ``enigma.float4x3`` as an annotation, and buffers of them.

A matrix lies as its columns do, one after the other, as in Metal; a buffer of matrices is one of
vectors, with a last dimension more.
"""

from __future__ import annotations

from enigma.dtypes import BY_NAME, DType, with_width
from enigma.errors import mistake
from enigma.matrices import Matrix
from enigma.values import Operand, Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any

    from enigma.memory import Buffer
    from enigma.parameters import BufferType


class MatrixType:
    """Metal's ``floatCxR`` or ``halfCxR``: C columns of R rows (MSL 2.3).

    As an annotation it is a buffer of such matrices; ``enigma.float4x4[N]`` has a shape.
    """

    __slots__ = ("column", "columns")

    def __init__(self, scalar: str, columns: int, rows: int) -> None:
        self.column: DType = with_width(BY_NAME[scalar], rows)
        self.columns = columns

    @property
    def metal(self) -> str:
        """Metal's name."""
        return f"{self.column.scalar.metal}{self.columns}x{self.column.width}"

    def __repr__(self) -> str:
        return f"enigma.{self.metal}"

    def __getitem__(self, shape: object) -> BufferType:
        return self.buffer_type(shape)

    def buffer_type(self, shape: object = None, access: str | None = None) -> BufferType:
        """A buffer parameter of such matrices."""
        from enigma.parameters import BufferType, constant_shape

        if shape is not None:
            shape = (*constant_shape(shape, f"a buffer of {self.metal}"), self.columns)
        made = BufferType(self.column, shape, access)
        made.columns = self.columns
        return made


MATRIX_TYPES: dict[str, MatrixType] = {
    made.metal: made
    for made in (
        MatrixType(scalar, columns, rows)
        for scalar in ("f32", "f16")
        for columns in (2, 3, 4)
        for rows in (2, 3, 4)
    )
}
globals().update(MATRIX_TYPES)


def find_matrix_type(spelling: object) -> MatrixType | None:
    """The matrix type that an object or string means, or None."""
    if isinstance(spelling, MatrixType):
        return spelling
    return MATRIX_TYPES.get(spelling) if isinstance(spelling, str) else None


class MatrixBuffer:
    """Matrices in memory: ``A[i]``, ``A[i, j]``, ``A[i] = m``.

    Attributes:
        buffer: the same memory as vectors, a column each; its last dimension are the columns.
        columns: of a matrix.
    """

    __slots__ = ("buffer", "columns")

    def __init__(self, buffer: Buffer, columns: int) -> None:
        self.buffer = buffer
        self.columns = columns

    def __repr__(self) -> str:
        column = self.buffer.dtype
        name = f"{column.scalar.metal}{self.columns}x{column.width}"
        return f"<buffer {self.buffer.name}: {name}>"

    def _places(self, index: object) -> list[Any]:
        """The index of each column."""
        indices = index if isinstance(index, tuple) else (index,)
        shape = self.buffer.shape
        if shape is not None and len(indices) == len(shape) - 1:
            return [(*indices, c) for c in range(self.columns)]
        if len(indices) != 1:
            count = 1 if shape is None else len(shape) - 1
            raise mistake(
                "E0119",
                op=f"buffer '{self.buffer.name}'",
                problem=f"{len(indices)} indices are given for {count} dimensions",
                fix=f"give {count}, or one that counts matrices from the start",
            )
        first = indices[0]
        if isinstance(first, Operand):
            from enigma.conversions import metal_cast

            value = read_operand(first, "an index")
            # The product must not wrap in a narrow type.
            if isinstance(value, Value) and value.dtype.is_integer and value.dtype.bytes < 4:
                value = metal_cast(value, "int" if value.dtype.is_signed else "uint")
            first = value
        return [first * self.columns + c for c in range(self.columns)]  # type: ignore[operator]

    def __getitem__(self, index: object) -> Matrix:
        return Matrix(self.buffer[place] for place in self._places(index))

    def __setitem__(self, index: object, value: object) -> None:
        column = self.buffer.dtype
        if (
            not isinstance(value, Matrix)
            or value.columns != self.columns
            or value.rows != column.width
        ):
            raise mistake(
                "E0119",
                op=f"buffer '{self.buffer.name}'",
                problem="what is stored is not a matrix of "
                f"{self.columns} columns and {column.width} rows",
                fix="build one with enigma.make_matrix",
            )
        for place, stored in zip(self._places(index), value, strict=True):
            self.buffer[place] = stored
