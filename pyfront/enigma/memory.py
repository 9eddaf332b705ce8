"""Buffers and threadgroup memory: reading, writing and barriers."""

from __future__ import annotations

from enigma.atomics import AtomicMethods
from enigma.checks import check_index, count_threadgroup_memory
from enigma.conversions import condition, constant, literal_dtype, stored_value
from enigma.dtypes import DType, as_dtype, find_dtype
from enigma.errors import Note, mistake
from enigma.locations import Location, target_name, user_location
from enigma.tracer import Block, Op, current_tracer
from enigma.values import Operand, Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import NoReturn


class Buffer(AtomicMethods):
    """Elements of one dtype in memory: ``A[i]``, ``A[i, j]``, ``A[i] = v``.

    Attributes:
        name: the parameter, or the variable of an allocation.
        dtype: the elements' type.
        shape: the dimensions, or None when they are not known.
        space: whose memory it is: "device", "threadgroup" or "thread".
    """

    __slots__ = ("access", "block", "dtype", "location", "name", "shape", "space")

    __array_ufunc__ = None

    def __init__(
        self,
        name: str,
        dtype: DType,
        shape: tuple[int, ...] | None,
        block: Block,
        location: Location,
        *,
        access: str | None = None,
        space: str = "device",
    ) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.block = block
        self.location = location
        self.access = access
        self.space = space

    @property
    def is_threadgroup(self) -> bool:
        """Whether the threads of a threadgroup share it."""
        return self.space == "threadgroup"

    def __repr__(self) -> str:
        shape = "" if self.shape is None else "[" + ", ".join(map(str, self.shape)) + "]"
        return f"<buffer {self.name}: {self.dtype}{shape}>"

    def __getitem__(self, index: object) -> Value:
        tracer = current_tracer("a buffer")
        indices = self._indices(index)
        self._check_access("read")
        return tracer.emit("load", (self, *indices), self.dtype)

    def __setitem__(self, index: object, value: object) -> None:
        tracer = current_tracer("a buffer")
        indices = self._indices(index)
        self._check_access("write")
        stored = stored_value(value, self.dtype, f"when stored into '{self.name}'")
        tracer.effect("store", (self, *indices, stored))

    def __len__(self) -> int:
        if self.shape is None:
            raise mistake(
                "E0104",
                what=f"such as buffer '{self.name}' without a shape has no length",
                fix="give the parameter a shape, or pass the length as an enigma.Scalar",
            )
        return self.shape[0]

    def __iter__(self) -> NoReturn:
        raise mistake(
            "E0119",
            op=f"buffer '{self.name}'",
            problem="elements cannot be iterated at trace time",
            fix=f"for i in enigma.for_range(0, n): … {self.name}[i]",
        )

    # Buffers are keys by their identity; `==` of two is refused below.
    __hash__ = object.__hash__

    def __contains__(self, item: object) -> NoReturn:
        raise mistake("E0106", name=self.name)

    def __bool__(self) -> bool:
        return True

    def _indices(self, index: object, *, masked: bool = False) -> tuple[Value, ...]:
        """The index operands: integers, as many as the shape or one.

        `masked`: a condition decides whether memory is touched.
        """
        self.check_open()
        parts = index if isinstance(index, tuple) else (index,)
        if len(parts) != 1:
            if self.shape is None:
                raise mistake("E0113", name=self.name, count=len(parts), dtype=self.dtype)
            if len(parts) != len(self.shape):
                raise mistake("E0114", name=self.name, rank=len(self.shape), count=len(parts))
        bounds: tuple[int | None, ...] = (None,)
        if self.shape is not None:
            bounds = self.shape if len(parts) > 1 else (element_count(self.shape),)
        return tuple(
            self._index(part, bound, axis if len(parts) > 1 else None, masked)
            for axis, (part, bound) in enumerate(zip(parts, bounds, strict=True))
        )

    def check_open(self) -> None:
        """Diagnose memory of another kernel, or of a region that has ended."""
        if self.block.is_open:
            return
        notes = (Note("it is made here", self.location),)
        if self.space == "thread" and self.block.kind != "kernel":
            raise mistake(
                "E0119",
                op="register_tensor",
                problem=f"'{self.name}' is used outside the {self.block.kind} that makes it",
                fix=f"make it before the {self.block.kind}",
                notes=notes,
            )
        raise mistake("E0122", name=self.name, notes=notes)

    def _index(self, part: object, bound: int | None, axis: int | None, masked: bool) -> Value:
        if part is None or isinstance(part, slice | str) or part is Ellipsis:
            words = {type(None): "None", slice: "a slice", str: "a string", type(...): "`...`"}
            raise mistake("E0116", name=self.name, what=words[type(part)])
        operand = read_operand(part, f"an index of '{self.name}'")
        dtype = operand.dtype if isinstance(operand, Value) else literal_dtype(operand)
        if dtype.width > 1:
            raise mistake("E0163", what=f"an index of '{self.name}'", dtype=dtype, fix="v.x")
        if dtype.is_float:
            raise self._float_index(operand, dtype)
        if dtype.is_bool:
            raise mistake("E0116", name=self.name, what="a b1")
        if isinstance(operand, Value):
            return operand
        check_index(operand, bound, self.name, axis, masked=masked)
        return constant(operand, dtype)

    def _float_index(self, operand: Value | float, dtype: DType) -> Exception:
        """The error for ``Out[x * 0.5]``: at the index, with where it became a float."""
        from enigma.sources import source_text

        here = user_location()
        at = here
        notes: tuple[Note, ...] = ()
        source = repr(operand)
        if isinstance(operand, Value):
            source = operand.name() or "x"
            if _inside(operand.location, here) and operand.name() is None:
                at = operand.location
                source = source_text(at) or source
            blamed = _float_operand(operand, dtype)
            if blamed is not None and blamed.location != at:
                notes = (Note(f"'{blamed.name()}' is {blamed.dtype} here", blamed.location),)
        else:
            source = str(int(operand)) if operand == operand and abs(operand) < 2**31 else "0"
        return mistake("E0112", at=at, notes=notes, name=self.name, dtype=dtype, source=source)

    def _check_access(self, access: str) -> None:
        if self.access is not None and self.access != access:
            declared, fix = ("In", "enigma.Out") if self.access == "read" else ("Out", "enigma.In")
            raise mistake(
                "E0117",
                name=self.name,
                declared=f"{declared}({self.dtype})",
                done="written" if access == "write" else "read",
                fix=f"{fix}({self.dtype}), or {self.name}: enigma.{self.dtype} for both",
                notes=(Note(f"'{self.name}' is declared here", self.location),),
            )


def _refuse_arithmetic(name: str) -> None:
    def operator(self: Buffer, *operands: object) -> NoReturn:
        raise mistake("E0106", name=self.name)

    operator.__name__ = name
    setattr(Buffer, name, operator)


# `A + 1` where `A[i] + 1` is meant.
for _operator in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    _refuse_arithmetic(f"__{_operator}__")
    _refuse_arithmetic(f"__r{_operator}__")
for _operator in (
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "neg",
    "abs",
    "invert",
    "index",
    "float",
    "int",
):
    _refuse_arithmetic(f"__{_operator}__")
del _operator


def element_count(shape: tuple[int, ...]) -> int:
    """How many elements a shape has."""
    count = 1
    for extent in shape:
        count *= extent
    return count


def _inside(inner: Location, outer: Location) -> bool:
    """Whether a source range is within the lines that another spans."""
    return inner[0] == outer[0] and outer[1] <= inner[1] and inner[3] <= outer[3]


def _float_operand(value: Value, dtype: DType) -> Value | None:
    """The nearest value with a name that made an index a float."""
    waiting = [value]
    for candidate in waiting:
        if candidate.name() is not None and candidate.weak is None and candidate.dtype is dtype:
            return candidate
        if candidate.op is not None and not candidate.op.regions and len(waiting) < 64:
            waiting += [x for x in candidate.op.inputs if isinstance(x, Value)]
    return None


def as_buffer(x: object, what: str) -> Buffer:
    """The buffer that an argument is."""
    if isinstance(x, Buffer):
        return x
    kind = "a traced value" if isinstance(x, Operand) else type(x).__name__
    fix = "pass a buffer parameter or threadgroup memory"
    if kind == "Stage":
        fix = "pass stage.buffer, and add stage.offset to the index"
    raise mistake("E0119", op=what, problem=f"the memory is {kind}, not a buffer", fix=fix)


def load_if(buffer: Buffer, indices: object, cond: object, other: object = 0) -> Value:
    """Read an element where `cond` holds, else give `other`; memory is not touched then.

    Args:
        buffer: device or threadgroup memory.
        indices: an index, or a tuple of one for each dimension.
        cond: a b1, or a number that counts as true when it is not zero.
        other: the value elsewhere, converted to the buffer's dtype.
    """
    buffer = as_buffer(buffer, "load_if")
    tracer = current_tracer("enigma.load_if")
    places = buffer._indices(indices, masked=True)
    buffer._check_access("read")
    chosen = condition(cond)
    fallback = stored_value(other, buffer.dtype, f"as the fallback of '{buffer.name}'")
    return tracer.emit("load_if", (buffer, *places, chosen, fallback), buffer.dtype)


def store_if(buffer: Buffer, indices: object, value: object, cond: object) -> None:
    """Write an element where `cond` holds; memory is not touched otherwise.

    Args:
        buffer: device or threadgroup memory.
        indices: an index, or a tuple of one for each dimension.
        value: converted to the buffer's dtype.
        cond: a b1, or a number that counts as true when it is not zero.
    """
    buffer = as_buffer(buffer, "store_if")
    tracer = current_tracer("enigma.store_if")
    places = buffer._indices(indices, masked=True)
    buffer._check_access("write")
    stored = stored_value(value, buffer.dtype, f"when stored into '{buffer.name}'")
    tracer.effect("store_if", (buffer, *places, stored, condition(cond)))


def threadgroup_alloc(dtype: object, shape: object) -> Buffer:
    """Memory shared by the threads of a threadgroup; undefined until written (MSL 4.4).

    Args:
        dtype: the elements' type.
        shape: how many elements, or a tuple of dimensions such as ``(16, 17)``.

    Raises:
        EnigmaError: the shape is not constant and positive, or it is not at the kernel's top level.
    """
    from enigma.parameters import constant_shape

    tracer = current_tracer("enigma.threadgroup_alloc")
    element, columns = _element(dtype)
    if tracer.block is not tracer.body:
        raise mistake("E0120", notes=(Note("inside this", tracer.block.location),))
    extents = constant_shape(shape, "threadgroup_alloc")
    if columns:
        extents = (*extents, columns)
    location = user_location()
    op = Op("threadgroup_alloc", (), None, location)
    op.variable = target_name()
    tracer.append(op)
    count_threadgroup_memory(tracer, element, element_count(extents))
    buffer = Buffer(
        op.variable or "threadgroup memory",
        element,
        extents,
        tracer.block,
        location,
        space="threadgroup",
    )
    op.outputs = (buffer,)
    if columns:
        from enigma.matrix_types import MatrixBuffer

        return MatrixBuffer(buffer, columns)  # type: ignore[return-value]
    return buffer


def _element(dtype: object) -> tuple[DType, int]:
    """The elements of memory, and how many of them are a matrix; 0 where they stand alone."""
    if find_dtype(dtype) is None:
        from enigma.matrix_types import find_matrix_type

        matrix = find_matrix_type(dtype)
        if matrix is not None:
            return matrix.column, matrix.columns
    return as_dtype(dtype), 0


mem_none = "mem_none"
mem_device = "mem_device"
mem_threadgroup = "mem_threadgroup"
mem_device_and_threadgroup = "mem_device_and_threadgroup"
mem_texture = "mem_texture"

MEMORY_FLAGS = (mem_none, mem_device, mem_threadgroup, mem_device_and_threadgroup, mem_texture)


def _barrier(name: str, mem_flags: str) -> None:
    tracer = current_tracer(f"enigma.{name}")
    if not isinstance(mem_flags, str) or mem_flags not in MEMORY_FLAGS:
        raise mistake(
            "E0119",
            op=name,
            problem=f"there are no memory flags {mem_flags!r}",
            fix="flags are " + ", ".join(MEMORY_FLAGS),
        )
    tracer.effect(name, (), {"mem_flags": mem_flags})


def barrier(mem_flags: str = mem_threadgroup) -> None:
    """Wait until every thread of the threadgroup is here; order the named memory (MSL 6.9.1).

    Args:
        mem_flags: ``enigma.mem_threadgroup`` (the default), ``mem_device``,
            ``mem_device_and_threadgroup``, ``mem_texture`` or ``mem_none``.
    """
    _barrier("barrier", mem_flags)


def simd_barrier(mem_flags: str = mem_threadgroup) -> None:
    """Wait until every thread of the simdgroup is here; order the named memory (MSL 6.9.1).

    Args:
        mem_flags: as for `barrier`.
    """
    _barrier("simd_barrier", mem_flags)
