"""`gemm`: a matrix product by all threads of a threadgroup, ``C += A @ B``."""

from __future__ import annotations

from enigma.control_flow import for_range, if_
from enigma.conversions import metal_cast
from enigma.dtypes import DType, as_dtype, bf16, f16, f32, u32
from enigma.errors import Note, mistake
from enigma.functions import call_row
from enigma.memory import Buffer, as_buffer, barrier, mem_threadgroup
from enigma.simdgroup_matrix import (
    EXTENT,
    LANES,
    simdgroup_matrix_load,
    simdgroup_matrix_store,
    simdgroup_multiply_accumulate,
    tracer_of_simdgroup,
)
from enigma.thread_queries import QUERIES
from enigma.tracer import current_tracer

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable

    from enigma.values import Value

_MATRIX_DTYPES = (f32, f16, bf16)
# Up to this many elements of C a thread keeps their sums side by side, without a loop over them.
_MOST_SUMS = 64


class MatrixOperand:
    """A buffer as a matrix: row-major, `rows` by `cols` after it has been transposed."""

    def __init__(self, buffer: Buffer, name: str, rows: int, cols: int, transposed: bool) -> None:
        self.buffer = buffer
        self.transposed = transposed
        stored = (cols, rows) if transposed else (rows, cols)
        shape = buffer.shape
        if shape is not None and len(shape) == 2:
            if stored[0] > shape[0] or stored[1] > shape[1]:
                raise gemm_problem(
                    f"{name} has {stored[0]} x {stored[1]} elements and '{buffer.name}' "
                    f"{shape[0]} x {shape[1]}",
                    "give M, N and K that fit",
                    buffer,
                )
            self.elements_per_row = shape[1]
            return
        self.elements_per_row = stored[1]
        if shape is not None:
            held = 1
            for extent in shape:
                held *= extent
            if held < stored[0] * stored[1]:
                raise gemm_problem(
                    f"{name} has {stored[0]} x {stored[1]} elements and '{buffer.name}' {held}",
                    "give M, N and K that fit",
                    buffer,
                )

    def element(self, row: object, col: object) -> Value:
        """One element of the matrix."""
        if self.transposed:
            row, col = col, row
        shape = self.buffer.shape
        if shape is not None and len(shape) == 2:
            return self.buffer[row, col]
        return self.buffer[row * self.elements_per_row + col]  # type: ignore[operator]

    def set_element(self, row: object, col: object, value: Value) -> None:
        """Write one element of a matrix that is not transposed."""
        shape = self.buffer.shape
        if shape is not None and len(shape) == 2:
            self.buffer[row, col] = value
        else:
            self.buffer[row * self.elements_per_row + col] = value  # type: ignore[operator]

    def _place(self, row: object, col: object) -> dict[str, object]:
        origin = (row, col) if self.transposed else (col, row)
        return {"origin": origin, "transpose": self.transposed}

    def load(self, row: object, col: object) -> Value:
        """The 8x8 tile that starts at a row and column of the matrix."""
        return simdgroup_matrix_load(self.buffer, self.elements_per_row, **self._place(row, col))  # type: ignore[arg-type]

    def store(self, tile: Value, row: object, col: object) -> None:
        """Write the 8x8 tile that starts at a row and column of the matrix."""
        simdgroup_matrix_store(tile, self.buffer, self.elements_per_row, **self._place(row, col))  # type: ignore[arg-type]


def gemm_problem(problem: str, fix: str, buffer: Buffer | None = None) -> Exception:
    notes = () if buffer is None else (Note(f"'{buffer.name}' is declared here", buffer.location),)
    return mistake("E0119", op="gemm", problem=problem, fix=fix, notes=notes)


def _extents(**extents: object) -> tuple[int, ...]:
    for name, extent in extents.items():
        if not isinstance(extent, int) or isinstance(extent, bool) or extent <= 0:
            shown = "a traced value" if not isinstance(extent, int | float | str) else repr(extent)
            raise gemm_problem(
                f"{name} is {shown}",
                f"{name} is a positive constant, known while the kernel is traced",
            )
    return tuple(extents.values())  # type: ignore[arg-type]


def gemm(
    A: object,
    B: object,
    C: object,
    *,
    M: int | None = None,
    N: int | None = None,
    K: int | None = None,
    transpose_A: bool = False,
    transpose_B: bool = False,
    accum_dtype: object = None,
    use_simdgroup: bool | None = None,
) -> None:
    """Add the product of two matrices to a third, ``C += A @ B``.

    All threads of the threadgroup reach the call. A barrier stands before and after where a matrix
    is in threadgroup memory. On the simdgroup path C is one matrix in memory, whose 8x8 tiles the
    simdgroups of the threadgroup share, and there is at least one whole simdgroup. On the scalar
    path C is a register tensor, and every thread computes its own.

    Args:
        A: M x K elements in memory, row after row; rows are as long as those of a buffer with two
            dimensions, else K elements.
        B: K x N elements, likewise; the types of A, B and C may differ.
        C: M x N elements, likewise. A, B and C may also be tensors of those shapes, of any strides
            on the scalar path; on the simdgroup path one of the strides is 1.
        M, N, K: constants; multiples of 8 on the simdgroup path. Tensors bring theirs.
        transpose_A: A is stored as K x M.
        transpose_B: B is stored as N x K.
        accum_dtype: the type of the sums over K, f32, or C's where that is an integer; C is
            converted to its own type once at the end.
        use_simdgroup: which path; if it is left out, the scalar one for a register tensor.
    """
    current_tracer("enigma.gemm")
    found: dict[str, object] = {"M": M, "N": N, "K": K}
    has_tensors = any(hasattr(x, "element_place") for x in (A, B, C))
    if has_tensors:
        from enigma.tensor_matrices import matrix_extents

        found = matrix_extents({"A": (A, "MK"), "B": (B, "KN"), "C": (C, "MN")}, found)
    M, N, K = _extents(**found)
    a, b, c = (_memory(x) for x in (A, B, C))
    is_private = c.space == "thread"
    if use_simdgroup is not None and bool(use_simdgroup) == is_private:
        raise gemm_problem(
            f"'{c.name}' is {'a' if is_private else 'not a'} register tensor",
            "the simdgroup path adds to device or threadgroup memory, the scalar path to a "
            "register tensor; leave out use_simdgroup",
            c,
        )
    accum = (
        (c.dtype if c.dtype.is_integer else f32) if accum_dtype is None else as_dtype(accum_dtype)
    )
    if is_private:
        _check_scalar((a, b, c), accum)
    else:
        tracer_of_simdgroup("gemm")
        _check_simdgroup((a, b, c), accum, M=M, N=N, K=K)
    places = ((A, "A", M, K, transpose_A), (B, "B", K, N, transpose_B), (C, "C", M, N, False))
    operands = tuple(_operand(*place, is_private) for place in places)
    shared = any(buffer.is_threadgroup for buffer in (a, b, c))
    if shared:
        barrier(mem_threadgroup)
    if is_private:
        _scalar(*operands, accum, M, N, K)
    else:
        _share_blocks(M, N, lambda row, col: _block(*operands, accum, K, row, col, *_tiles(M, N)))
    if shared:
        barrier(mem_threadgroup)


def _memory(x: object) -> Buffer:
    """The buffer of a buffer or tensor."""
    return x.check_memory("gemm") if hasattr(x, "element_place") else as_buffer(x, "gemm")  # type: ignore[attr-defined,no-any-return]


def _operand(
    x: object, name: str, rows: int, cols: int, transposed: object, is_private: bool
) -> MatrixOperand:
    if not hasattr(x, "element_place"):
        return MatrixOperand(_memory(x), name, rows, cols, bool(transposed))
    from enigma.tensor_matrices import TensorOperand

    return TensorOperand(x, name, bool(transposed), is_private)


def _check_scalar(buffers: tuple[Buffer, ...], accum: DType) -> None:
    for buffer in buffers:
        if buffer.dtype.is_bool:
            raise gemm_problem(
                f"'{buffer.name}' holds {buffer.dtype}", "matrices hold numbers", buffer
            )
    if accum.is_bool:
        raise gemm_problem(f"accum_dtype is {accum}", "sums are numbers")


def _scalar(
    a: MatrixOperand, b: MatrixOperand, c: MatrixOperand, accum: DType, M: int, N: int, K: int
) -> None:
    """Record ``C += A @ B`` by every thread for itself."""
    if M * N > _MOST_SUMS:
        for row in for_range(0, M, dtype=u32):
            for col in for_range(0, N, dtype=u32):
                _sums(a, b, c, accum, K, [row], [col])
        return
    _sums(a, b, c, accum, K, list(range(M)), list(range(N)))


def _sums(
    a: MatrixOperand,
    b: MatrixOperand,
    c: MatrixOperand,
    accum: DType,
    K: int,
    rows: list,
    cols: list,
) -> None:
    """Record some rows and columns of ``C += A @ B``, with one loop over K."""
    places = [(row, col) for row in rows for col in cols]
    start = [metal_cast(c.element(*place), accum) for place in places]
    for k, sums in for_range(0, K, dtype=u32, init=start):
        left = [metal_cast(a.element(row, k), accum) for row in rows]
        right = [metal_cast(b.element(k, col), accum) for col in cols]
        for n in range(len(places)):
            sums[n] = sums[n] + left[n // len(cols)] * right[n % len(cols)]
    for place, total in zip(places, sums, strict=True):  # type: ignore[arg-type]
        c.set_element(*place, metal_cast(total, c.buffer.dtype))


def _check_simdgroup(buffers: tuple[Buffer, ...], accum: DType, **extents: int) -> None:
    for name, extent in extents.items():
        if extent % EXTENT:
            raise gemm_problem(
                f"{name} is {extent}, not a multiple of {EXTENT}",
                f"pad the matrices to multiples of {EXTENT}",
            )
    for buffer in buffers:
        if buffer.dtype not in _MATRIX_DTYPES:
            raise gemm_problem(
                f"'{buffer.name}' holds {buffer.dtype}",
                "simdgroup matrices hold f32, f16 or bf16",
                buffer,
            )
    if accum not in _MATRIX_DTYPES:
        raise gemm_problem(f"accum_dtype is {accum}", "sums are f32, f16 or bf16")


def _tiles(M: int, N: int) -> tuple[int, int]:
    """The tiles of C that a simdgroup computes at a time, down and across."""
    return (1 if M // EXTENT % 2 else 2), (1 if N // EXTENT % 2 else 2)


def _share_blocks(M: int, N: int, body: Callable[[object, object], None]) -> None:
    """Record `body` for the row and column of each block of C that is this simdgroup's."""
    threads = QUERIES["threads_per_threadgroup"]
    # Lanes that are missing from the last simdgroup would leave its matrices incomplete.
    count = threads("x") * threads("y") * threads("z")
    simdgroups = count // LANES
    simdgroup = call_row("simdgroup_index_in_threadgroup", ())
    down, across = (EXTENT * tiles for tiles in _tiles(M, N))
    columns = N // across
    for _ in if_(simdgroup < simdgroups).turns():
        for block in for_range(simdgroup, (M // down) * columns, simdgroups, "uint"):
            body(block // columns * down, block % columns * across)


def _block(
    a: MatrixOperand,
    b: MatrixOperand,
    c: MatrixOperand,
    accum: DType,
    K: int,
    row: object,
    col: object,
    down: int,
    across: int,
) -> None:
    """Record ``C += A @ B`` for `down` times `across` tiles of C."""
    places = [(row + EXTENT * i, col + EXTENT * j) for i in range(down) for j in range(across)]  # type: ignore[operator]
    sums = [c.load(*place) for place in places]
    steps = range(0, K, EXTENT)

    def step(k: object, sums: list[Value], dtype: DType) -> list[Value]:
        left = [a.load(row + EXTENT * i, k) for i in range(down)]  # type: ignore[operator]
        right = [b.load(k, col + EXTENT * j) for j in range(across)]  # type: ignore[operator]
        return [
            simdgroup_multiply_accumulate(left[n // across], right[n % across], total, dtype)
            for n, total in enumerate(sums)
        ]

    target = c.buffer.dtype
    # The first and the last product convert where the sums have another type than C.
    first = 0 if target is accum else 1
    last = len(steps) - first
    if first and last:
        sums = step(0, sums, accum)
    if first < last:
        steps_inside = for_range(first * EXTENT, last * EXTENT, EXTENT, "uint", init=sums)
        for k, carried in steps_inside:
            for n, total in enumerate(step(k, list(carried), accum)):
                carried[n] = total
        sums = list(carried)
    if first:
        sums = step((len(steps) - 1) * EXTENT, sums, target)
    for tile, place in zip(sums, places, strict=True):
        c.store(tile, *place)
