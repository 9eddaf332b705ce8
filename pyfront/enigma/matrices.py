"""Small matrices: Metal's ``floatCxR`` and ``halfCxR``, as columns that are vectors.

A matrix is a tuple of its columns. AIR has no matrices (Apple's compiler works on columns too), so
that everything below is recorded as operations on vectors.
"""

from __future__ import annotations

from enigma.conversions import as_value, cast, common_dtype
from enigma.dtypes import DType, f16, f32, with_width
from enigma.errors import mistake
from enigma.functions import call_row
from enigma.values import Operand, Value
from enigma.vectors import make_vec

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Matrix(tuple):
    """A matrix of 2 to 4 columns of 2 to 4 rows, f32 or f16; made by `make_matrix`.

    ``m[c]`` is column `c`, ``m[c][r]`` an element. ``+`` and ``-`` take matrices of one shape,
    ``*`` a scalar, ``@`` a matrix or vector (MSL 2.3, 3.2). A matrix may be a variable that
    branches and loops assign.
    """

    __slots__ = ()

    # NumPy's arrays leave the operation to us.
    __array_ufunc__ = None

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self[0].dtype.width)

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self[0].dtype.scalar  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        name = f"{self.dtype.metal}{self.columns}x{self.rows}"
        if hasattr(self[0], "number"):  # in the interpreter
            return f"{name}({', '.join(map(str, self))})"
        return f"<traced {name}>"

    def __add__(self, other: object) -> Matrix:  # type: ignore[override]
        return Matrix(a + b for a, b in zip(self, _alike("+", self, other), strict=True))

    def __sub__(self, other: object) -> Matrix:
        return Matrix(a - b for a, b in zip(self, _alike("-", self, other), strict=True))

    def __neg__(self) -> Matrix:
        return Matrix(-column for column in self)

    def __mul__(self, other: object) -> Matrix:  # type: ignore[override]
        if isinstance(other, Matrix):
            raise _refused("`*`", "two matrices are multiplied with @", "write a @ b")
        scalar = as_value(other, "an operand of `*`")
        if scalar.dtype.width > 1:
            raise _refused("`*`", "a matrix and a vector are multiplied with @", "write m @ v")
        return Matrix(column * scalar for column in self)

    __rmul__ = __mul__  # type: ignore[assignment]

    def __matmul__(self, other: object) -> Matrix | Value:
        return matmul(self, other)

    def __rmatmul__(self, other: object) -> Matrix | Value:
        return matmul(other, self)

    def __eq__(self, other: object) -> NoReturn:  # type: ignore[override]
        raise _refused(
            "`==`", "matrices are not compared", "compare columns: enigma.all(a[0] == b[0])"
        )

    __ne__ = __eq__  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


def _refused(op: str, problem: str, fix: str) -> Exception:
    return mistake("E0119", op=op, problem=problem, fix=fix)


def _alike(op: str, matrix: Matrix, other: object) -> Matrix:
    if not isinstance(other, Matrix):
        raise _refused(f"`{op}`", "the other operand is not a matrix", "both are matrices")
    if (other.columns, other.rows) != (matrix.columns, matrix.rows):
        raise _refused(
            f"`{op}`",
            f"the shapes {matrix.columns}x{matrix.rows} and {other.columns}x{other.rows} differ",
            "matrices of one shape (columns x rows) are added",
        )
    return other


def _matrix(x: object, op: str) -> Matrix:
    if isinstance(x, Matrix):
        return x
    raise _refused(op, "the operand is not a matrix", "build one with enigma.make_matrix")


def make_matrix(*columns: object) -> Matrix:
    """A matrix from 2 to 4 columns, vectors of one width (MSL 2.3).

    Args:
        columns: vectors of f32 or f16; f16 beside f32 becomes f32.
    """
    values = [as_value(x, "a column of make_matrix") for x in columns]
    if not 2 <= len(values) <= 4:
        raise _refused(
            "make_matrix", f"there are {len(values)} columns", "a matrix has 2 to 4 columns"
        )
    dtype = values[0].dtype
    for value in values:
        if value.dtype.width == 1 or value.dtype.width != dtype.width:
            raise _refused(
                "make_matrix",
                f"the columns are {', '.join(str(v.dtype) for v in values)}",
                "columns are vectors of one width: enigma.make_vec",
            )
        dtype = common_dtype(dtype, value.dtype)
    if dtype.scalar not in (f32, f16):
        raise _refused(
            "make_matrix",
            f"Metal has no matrix of {dtype.scalar}",
            'elements are f32 or f16: enigma.metal_cast(v, "float4")',
        )
    return Matrix(cast(value, dtype) for value in values)


def _times_vector(matrix: Matrix, vector: Value) -> Value:
    """The sum of the columns, each times its component."""
    if vector.dtype.width != matrix.columns:
        raise _refused(
            "matmul",
            f"a matrix of {matrix.columns} columns and a {vector.dtype}",
            "the vector has a component for each column",
        )
    total: Any = None
    for column, factor in zip(matrix, vector, strict=True):
        total = column * factor if total is None else total + column * factor
    return total  # type: ignore[no-any-return]


def matmul(a: object, b: object) -> Matrix | Value:
    """The product of matrices, of a matrix and a vector, or of a vector and a matrix: ``a @ b``.

    Args:
        a, b: of a matrix as many columns as the other operand has rows. A vector on the left is a
            row, on the right a column.

    Returns:
        A matrix of as many columns as `b` and rows as `a`; a vector where one operand is one.
    """
    if isinstance(a, Matrix):
        if not isinstance(b, Matrix):
            return _times_vector(a, _factor(b))
        if a.columns != b.rows:
            raise _refused(
                "matmul",
                f"a matrix of {a.columns} columns and one of {b.rows} rows",
                "the left one has as many columns as the right one has rows",
            )
        return Matrix(_times_vector(a, column) for column in b)
    matrix = _matrix(b, "matmul")
    vector = _factor(a)
    if vector.dtype.width != matrix.rows:
        raise _refused(
            "matmul",
            f"a {vector.dtype} and a matrix of {matrix.rows} rows",
            "the vector has a component for each row",
        )
    dtype = common_dtype(vector.dtype, with_width(matrix.dtype, matrix.rows))
    row = cast(vector, dtype)
    return make_vec(*(call_row("dot", (row, cast(column, dtype))) for column in matrix))


def _factor(x: object) -> Value:
    if isinstance(x, Operand):
        value = as_value(x, "an operand of matmul")
        if value.dtype.width > 1:
            return value
    raise _refused("matmul", "an operand is neither matrix nor vector", "scalars multiply with *")


def transpose(m: object) -> Matrix:
    """The matrix whose columns are the rows of `m` (MSL 6.6)."""
    matrix = _matrix(m, "transpose")
    elements = [list(column) for column in matrix]
    return Matrix(make_vec(*row) for row in zip(*elements, strict=True))


def determinant(m: object) -> Value:
    """The determinant of a square matrix, by cofactors (MSL 6.6)."""
    matrix = _matrix(m, "determinant")
    if matrix.columns != matrix.rows:
        raise _refused(
            "determinant",
            f"a matrix of {matrix.columns} columns and {matrix.rows} rows is not square",
            "only square matrices have a determinant",
        )
    return _cofactors([list(column) for column in matrix])


def _cofactors(columns: list[list[Value]]) -> Value:
    if len(columns) == 2:
        (a, b), (c, d) = columns
        return a * d - b * c
    terms = []
    for position, column in enumerate(columns):
        minors = [other[1:] for i, other in enumerate(columns) if i != position]
        terms.append(column[0] * _cofactors(minors))
    total = terms[0]
    for position, term in enumerate(terms[1:], 1):
        total = total - term if position % 2 else total + term
    return total
