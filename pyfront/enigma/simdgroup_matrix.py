"""8x8 matrices that the lanes of a simdgroup hold together (MSL 2.4 and 6.7)."""

from __future__ import annotations

from enigma.conversions import convert, literal_dtype
from enigma.dtypes import DType, as_dtype, bf16, f16, f32, u32
from enigma.errors import Note, mistake
from enigma.memory import as_buffer
from enigma.tracer import current_tracer
from enigma.values import SimdgroupMatrixType, Value, check_visible, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma.memory import Buffer
    from enigma.tracer import Tracer

EXTENT = 8
# Threads of a simdgroup that hold a matrix.
LANES = 32
_ELEMENTS = (f32, f16, bf16)
_TYPES = {element: SimdgroupMatrixType(element) for element in _ELEMENTS}


def tracer_of_simdgroup(op: str) -> Tracer:
    """The kernel being traced, if its threadgroup has a whole simdgroup."""
    tracer = current_tracer(f"enigma.{op}")
    if tracer.threadgroup is not None:
        threads = 1
        for extent in tracer.threadgroup:
            threads *= extent
        if threads < LANES:
            raise mistake("E0156", op=op, threads=threads)
    return tracer


def _matrix_type(op: str, dtype: object, rows: object, cols: object) -> SimdgroupMatrixType:
    """The type of a matrix, if there is one with such elements and extents."""
    element = as_dtype(dtype)
    if rows != EXTENT or cols != EXTENT:
        raise mistake("E0153", op=op, rows=rows, cols=cols)
    if element not in _TYPES:
        raise mistake("E0152", op=op, dtype=element)
    return _TYPES[element]


def _matrix(x: object, op: str, what: str) -> tuple[Value, SimdgroupMatrixType]:
    """An operand that has to be a matrix."""
    if isinstance(x, Value) and isinstance(x.dtype, SimdgroupMatrixType):
        value = check_visible(x)
        assert isinstance(value.dtype, SimdgroupMatrixType)
        return value, value.dtype
    found = f"a traced {x.dtype}" if isinstance(x, Value) else type(x).__name__
    raise mistake("E0151", op=op, what=what, found=found)


def _integer(x: object, op: str, what: str) -> Value:
    """A place in memory: an integer, and not a negative constant."""
    operand = read_operand(x, f"{what} of {op}")
    dtype = operand.dtype if isinstance(operand, Value) else literal_dtype(operand)
    if isinstance(operand, Value) and dtype.is_integer:
        return operand
    problem = f"{what} is {dtype}, not an integer"
    if dtype.is_integer:
        if operand >= 0:  # type: ignore[operator]
            return convert(operand, u32 if operand <= u32.high else dtype)  # type: ignore[operator]
        problem = f"{what} is {operand}"
    raise mistake("E0119", op=op, problem=problem, fix=f"{what} counts elements: 0, 1, 2, …")


def _place(
    op: str, buffer: Buffer, elements_per_row: object, offset: object, origin: object
) -> tuple[Value, Value, Value, Value]:
    """The operands that say where a matrix lies: elements per row, offset, column, row."""
    if not buffer.block.is_open:
        raise mistake("E0122", name=buffer.name, notes=(Note("it is made here", buffer.location),))
    if elements_per_row is None:
        raise mistake(
            "E0119",
            op=op,
            problem="elements_per_row is left out",
            fix="say how far apart rows are in memory, in elements; a tensor knows it",
        )
    if origin is None:
        origin = (0, 0)
    if not isinstance(origin, list | tuple) or len(origin) != 2:
        raise mistake(
            "E0119",
            op=op,
            problem="origin is not a pair",
            fix="origin=(column, row), as in Metal",
        )
    column, row = origin
    return (
        _integer(elements_per_row, op, "elements_per_row"),
        _integer(offset, op, "offset"),
        _integer(column, op, "the column of origin"),
        _integer(row, op, "the row of origin"),
    )


def _check_elements(op: str, buffer: Buffer, element: DType) -> None:
    if buffer.space == "thread":
        raise mistake(
            "E0119",
            op=op,
            problem=f"'{buffer.name}' is a thread's own memory",
            fix="a simdgroup matrix lies in device or threadgroup memory",
        )
    if buffer.dtype is not element:
        raise mistake(
            "E0155",
            op=op,
            dtype=element,
            name=buffer.name,
            held=buffer.dtype,
            notes=(Note(f"'{buffer.name}' is declared here", buffer.location),),
        )


def make_filled_simdgroup_matrix(
    dtype: object, value: object = 0, rows: int = EXTENT, cols: int = EXTENT
) -> Value:
    """A matrix of 8x8 elements, all of them `value` (MSL 6.7.1).

    Args:
        dtype: f32, f16 or bf16.
        value: a number, converted to `dtype`; the same in every lane.
        rows, cols: 8; Metal has no other.
    """
    op = "make_filled_simdgroup_matrix"
    tracer = tracer_of_simdgroup(op)
    type_ = _matrix_type(op, dtype, rows, cols)
    element = convert(read_operand(value, f"the value of {op}"), type_.element)
    return tracer.emit(op, (element,), type_)


def simdgroup_matrix_load(
    buffer: object,
    elements_per_row: object = None,
    elem: object = None,
    rows: int = EXTENT,
    cols: int = EXTENT,
    *,
    offset: object = 0,
    origin: tuple[object, object] | None = None,
    transpose: bool = False,
) -> Value:
    """An 8x8 matrix from device or threadgroup memory, Metal's ``simdgroup_load`` (MSL 6.7.1).

    Row r and column c of the matrix is the buffer's element
    ``offset + (row + r) * elements_per_row + column + c``; with `transpose` it is
    ``offset + (row + c) * elements_per_row + column + r``. All threads of the simdgroup load
    together, with the same arguments.

    Args:
        buffer: device or threadgroup memory of f32, f16 or bf16; or an 8x8 tensor in it, whose
            layout says the rest.
        elements_per_row: how far apart rows are in memory, in elements.
        elem: the elements' dtype; the buffer's if it is left out, and it cannot be another.
        rows, cols: 8; Metal has no other.
        offset: where the matrix in memory starts, in elements.
        origin: Metal's ``(column, row)`` of the 8x8 block.
        transpose: exchange rows and columns.
    """
    op = "simdgroup_matrix_load"
    tracer = tracer_of_simdgroup(op)
    if hasattr(buffer, "element_place"):
        given = (elements_per_row, offset, origin, transpose)
        from enigma.tensor_matrices import tensor_place

        buffer, elements_per_row, offset, transpose = tensor_place(op, buffer, given)
    memory = as_buffer(buffer, op)
    type_ = _matrix_type(op, memory.dtype if elem is None else elem, rows, cols)
    _check_elements(op, memory, type_.element)
    memory._check_access("read")
    place = _place(op, memory, elements_per_row, offset, origin)
    return tracer.emit(op, (memory, *place), type_, {"transpose": bool(transpose)})


def simdgroup_matrix_store(
    mat: object,
    buffer: object,
    elements_per_row: object = None,
    elem: object = None,
    rows: int = EXTENT,
    cols: int = EXTENT,
    *,
    offset: object = 0,
    origin: tuple[object, object] | None = None,
    transpose: bool = False,
) -> None:
    """Write an 8x8 matrix to device or threadgroup memory, Metal's ``simdgroup_store`` (MSL 6.7.1).

    Elements go where `simdgroup_matrix_load` with the same arguments reads them.

    Args:
        mat: the matrix; its elements have the buffer's dtype.
        buffer: device or threadgroup memory of f32, f16 or bf16; or an 8x8 tensor in it, whose
            layout says the rest.
        elements_per_row: how far apart rows are in memory, in elements.
        elem: the elements' dtype; the buffer's if it is left out, and it cannot be another.
        rows, cols: 8; Metal has no other.
        offset: where the matrix in memory starts, in elements.
        origin: Metal's ``(column, row)`` of the 8x8 block.
        transpose: exchange rows and columns.
    """
    op = "simdgroup_matrix_store"
    tracer = tracer_of_simdgroup(op)
    matrix, type_ = _matrix(mat, op, "the first argument")
    if hasattr(buffer, "element_place"):
        given = (elements_per_row, offset, origin, transpose)
        from enigma.tensor_matrices import tensor_place

        buffer, elements_per_row, offset, transpose = tensor_place(op, buffer, given)
    memory = as_buffer(buffer, op)
    _matrix_type(op, type_.element if elem is None else elem, rows, cols)
    if elem is not None:
        _check_elements(op, memory, as_dtype(elem))
    _check_elements(op, memory, type_.element)
    memory._check_access("write")
    place = _place(op, memory, elements_per_row, offset, origin)
    tracer.effect(op, (memory, *place, matrix), {"transpose": bool(transpose)})


def simdgroup_multiply(a: object, b: object, dtype: object = None) -> Value:
    """The matrix product `a * b`, 8x8 (MSL 6.7.2).

    Args:
        a, b: 8x8 matrices; their elements may differ.
        dtype: the result's elements; those of `a` and `b` if they are the same, else f32.
    """
    op = "simdgroup_multiply"
    tracer = tracer_of_simdgroup(op)
    left, left_type = _matrix(a, op, "a")
    right, right_type = _matrix(b, op, "b")
    if dtype is None:
        dtype = left_type.element if left_type is right_type else f32
    return tracer.emit(op, (left, right), _matrix_type(op, dtype, EXTENT, EXTENT))


def simdgroup_multiply_accumulate(a: object, b: object, c: object, dtype: object = None) -> Value:
    """The matrix product `a * b`, plus `c` (MSL 6.7.2).

    Args:
        a, b, c: 8x8 matrices; their elements may differ, such as f16 for `a`, `b` and f32 for `c`.
        dtype: the result's elements; those of `c` if it is left out.
    """
    op = "simdgroup_multiply_accumulate"
    tracer = tracer_of_simdgroup(op)
    left, _ = _matrix(a, op, "a")
    right, _ = _matrix(b, op, "b")
    added, type_ = _matrix(c, op, "c")
    if dtype is not None:
        type_ = _matrix_type(op, dtype, EXTENT, EXTENT)
    return tracer.emit(op, (left, right, added), type_)
