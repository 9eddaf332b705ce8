"""What a kernel's parameters are annotated with: buffers, scalars and their directions."""

from __future__ import annotations

from enigma.dtypes import DType, as_dtype, find_dtype
from enigma.errors import mistake


def constant_shape(shape: object, what: str) -> tuple[int, ...]:
    """The dimensions that an int or a tuple of ints gives; they are positive constants."""
    extents = shape if isinstance(shape, tuple | list) else (shape,)
    for extent in extents:
        if isinstance(extent, bool) or not isinstance(extent, int) or extent < 1:
            from enigma.values import Operand

            shown = "a traced value" if isinstance(extent, Operand) else repr(extent)
            raise mistake(
                "E0119",
                op=what,
                problem=f"a dimension is {shown}",
                fix="dimensions are positive Python integers, known while tracing",
            )
    if not extents:
        raise mistake(
            "E0119", op=what, problem="the shape is empty", fix="give at least one dimension"
        )
    return tuple(extents)  # type: ignore[arg-type]


class BufferType:
    """A buffer parameter: ``enigma.f32[M, N]``, ``enigma.In(…)``, ``enigma.Out(…)``."""

    __slots__ = ("access", "columns", "dtype", "shape", "stride")

    def __init__(self, dtype: DType, shape: object = None, access: str | None = None) -> None:
        self.dtype = dtype
        # Of matrices, whose columns are the elements; 0 for other buffers.
        self.columns = 0
        self.shape = None if shape is None else constant_shape(shape, f"a buffer of {dtype}")
        self.access = access
        # How far apart elements are along each dimension; None where they are dense, row-major.
        self.stride: tuple[int, ...] | None = None

    def reach(self) -> int:
        """One more than the number of the last element in memory."""
        assert self.shape is not None and self.stride is not None
        return 1 + sum((s - 1) * d for s, d in zip(self.shape, self.stride, strict=True))

    def __repr__(self) -> str:
        text = repr(self.dtype)
        if self.shape is not None:
            text += "[" + ", ".join(map(str, self.shape)) + "]"
        return {"read": f"enigma.In({text})", "write": f"enigma.Out({text})"}.get(
            self.access or "", text
        )


class Scalar:
    """A number that is given at each dispatch: ``alpha: enigma.Scalar("float")``.

    Metal sees a one-element buffer in constant memory.
    """

    __slots__ = ("dtype",)

    def __init__(self, dtype: object) -> None:
        self.dtype = as_dtype(dtype)

    def __repr__(self) -> str:
        return f"enigma.Scalar({self.dtype!r})"


def _directed(dtype: object, access: str) -> BufferType:
    type_ = parameter_type(dtype)
    if not isinstance(type_, BufferType):
        type_ = BufferType(as_dtype(dtype))
    made = BufferType(type_.dtype, type_.shape, access)
    made.columns = type_.columns
    return made


def In(dtype: object) -> BufferType:
    """A buffer that the kernel only reads; `dtype` may have a shape: ``enigma.In(f32[N])``."""
    return _directed(dtype, "read")


def Out(dtype: object) -> BufferType:
    """A buffer that the kernel only writes; `dtype` may have a shape."""
    return _directed(dtype, "write")


ParameterType = BufferType | Scalar


def parameter_type(annotation: object) -> ParameterType | None:
    """What an annotation or an argument of `enigma.export` says, or None."""
    if isinstance(annotation, BufferType | Scalar):
        return annotation
    dtype = find_dtype(annotation)
    if dtype is not None:
        return BufferType(dtype)
    if not isinstance(annotation, str) and type(annotation).__name__ != "MatrixType":
        return None
    from enigma.matrix_types import find_matrix_type

    matrix = find_matrix_type(annotation)
    return matrix.buffer_type() if matrix is not None else None
