"""Register tensors, copies by a threadgroup, and tiles that are filled ahead of their use."""

from __future__ import annotations

import builtins

from enigma.checks import check_index
from enigma.control_flow import for_range
from enigma.conversions import condition, convert, literal_dtype, stored_value
from enigma.dtypes import DType, as_dtype, i32, u32
from enigma.errors import Note, mistake
from enigma.functions import call_row
from enigma.locations import target_name, user_location
from enigma.memory import (
    Buffer,
    as_buffer,
    barrier,
    element_count,
    load_if,
    store_if,
    threadgroup_alloc,
)
from enigma.thread_queries import QUERIES
from enigma.tracer import Op, Tracer, current_tracer
from enigma.values import Operand, Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_THREAD_BYTES = 32768
# Up to this many elements a fill is one store each, which the optimiser keeps in registers.
_UNROLLED_FILL = 64


def register_tensor(shape: object, dtype: object = "float", fill: object = 0) -> Buffer:
    """A small array that every thread has for itself (MSL 4.3).

    It is indexed as a buffer is. With constant indices its elements live in registers.

    Args:
        shape: how many elements, or a tuple of dimensions; 32 KiB at most.
        dtype: the elements' type.
        fill: what the elements are at first, converted to `dtype`; None leaves them undefined.

    Raises:
        EnigmaError: the shape is not constant and positive, or the array is too large.
    """
    from enigma.parameters import constant_shape

    tracer = current_tracer("enigma.register_tensor")
    element = as_dtype(dtype)
    extents = constant_shape(shape, "register_tensor")
    size = element_count(extents) * element.bytes
    if size > MAX_THREAD_BYTES:
        raise mistake(
            "E0119",
            op="register_tensor",
            problem=f"{size} bytes for each thread; the limit is {MAX_THREAD_BYTES}",
            fix="share a tile among threads: enigma.threadgroup_alloc",
        )
    value = None if fill is None else stored_value(fill, element, "as the fill of register_tensor")
    op = Op("thread_alloc", (), None, user_location())
    op.variable = target_name()
    tracer.append(op)
    name = op.variable or "register tensor"
    tensor = Buffer(name, element, extents, tracer.block, op.location, space="thread")
    op.outputs = (tensor,)
    if value is not None:
        _fill(tensor, extents, value)
    return tensor


def _places(extents: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every index of a shape."""
    if not extents:
        yield ()
        return
    for first in builtins.range(extents[0]):
        for rest in _places(extents[1:]):
            yield (first, *rest)


def _fill(tensor: Buffer, extents: tuple[int, ...], value: Value) -> None:
    if element_count(extents) <= _UNROLLED_FILL:
        for place in _places(extents):
            tensor[place] = value
        return
    with for_range(0, element_count(extents), dtype=u32) as i:
        tensor[i] = value


# Copies ------------------------------------------------------------------------------------------


def copy(
    src: object,
    dst: object,
    count: object,
    *,
    src_offset: object = 0,
    dst_offset: object = 0,
    mask_fn: Callable[[Value], object] | None = None,
    coalesced_width: int = 1,
) -> None:
    """Copy a range of elements, by all threads of the threadgroup together.

    Every thread of the threadgroup reaches it; thread i of n copies the elements i, i + n, … It
    does not wait: before other threads' elements are read there is an `enigma.barrier`. To or from
    a register tensor every thread copies everything for itself.

    Args:
        src, dst: buffers, threadgroup memory, register tensors or stages of a `pipeline`. Elements
            convert to the dtype of `dst`, as in a store.
        count: how many elements, traced or constant.
        src_offset, dst_offset: where they start, in elements.
        mask_fn: gives for the number of an element, counted from 0, whether it is copied.
        coalesced_width: how many elements next to each other a thread copies; divides `count`.

    Raises:
        EnigmaError: constants that leave the shape of `src` or `dst`, or do not fit together.
    """
    current_tracer("enigma.copy")
    source, from_ = memory_place(src, src_offset, "copy", "src_offset")
    target, to = memory_place(dst, dst_offset, "copy", "dst_offset")
    number = integer(count, "copy", "count")
    check_extent("copy", source, from_, number)
    check_extent("copy", target, to, number)
    source._check_access("read")
    target._check_access("write")
    width = _width(coalesced_width, number)
    is_private = "thread" in (source.space, target.space)
    first: Value | int = 0 if is_private else call_row("thread_index_in_threadgroup", ())
    step: Value | int = 1 if is_private else _threads()
    rounds = number if width == 1 else number // width
    counter = number.dtype if isinstance(number, Value) else u32
    with for_range(first, rounds, step, dtype=counter) as i:
        elements = [i * width + j if width > 1 else i for j in builtins.range(width)]
        masks = [None if mask_fn is None else condition(mask_fn(k)) for k in elements]
        values = [
            source[_sum(from_, k)] if mask is None else load_if(source, _sum(from_, k), mask)
            for k, mask in zip(elements, masks, strict=True)
        ]
        for k, mask, value in zip(elements, masks, values, strict=True):
            if mask is None:
                target[_sum(to, k)] = value
            else:
                store_if(target, _sum(to, k), value, mask)


def _threads() -> Value:
    """How many threads this threadgroup has, also where it is the ragged last one."""
    query = QUERIES["threads_per_threadgroup"]
    return query("x") * query("y") * query("z")


def _sum(offset: Value | int, k: Value | int) -> Value | int:
    """A sum of which neither part is recorded when it is 0."""
    if isinstance(offset, int) and offset == 0:
        return k
    return offset if isinstance(k, int) and k == 0 else offset + k


def integer(x: object, op: str, what: str) -> Value | int:
    """A count or offset: an integer that is not negative."""
    operand = read_operand(x, f"{what} of {op}")
    dtype = operand.dtype if isinstance(operand, Value) else literal_dtype(operand)
    if dtype.is_float or dtype.is_bool:
        raise mistake(
            "E0119",
            op=op,
            problem=f"{what} is a {dtype}",
            fix='an integer counts elements: enigma.metal_cast(x, "uint")',
        )
    if isinstance(operand, Value):
        # What is computed with it does not wrap where the dtype is narrow.
        return convert(operand, i32 if dtype.is_signed else u32) if dtype.bytes < 4 else operand
    if operand < 0:
        raise mistake(
            "E0119", op=op, problem=f"{what} is {operand}", fix="count from the buffer's start"
        )
    return int(operand)


def memory_place(x: object, offset: object, op: str, what: str) -> tuple[Buffer, Value | int]:
    """The memory that an argument names, and where a copy starts in it."""
    start = integer(offset, op, what)
    if isinstance(x, Stage):
        x.buffer.check_open()
        return x.buffer, _sum(x.offset, start)
    memory = as_buffer(x, op)
    memory.check_open()
    return memory, start


def _width(width: object, count: Value | int) -> int:
    fits = type(width) is int and width > 0
    if not fits or (width != 1 and (isinstance(count, Value) or count % width)):
        shown = "a traced count" if isinstance(count, Value) else f"{count} elements"
        raise mistake(
            "E0119",
            op="copy",
            problem=f"coalesced_width={width!r} does not divide {shown}",
            fix="a positive Python integer that divides a constant count",
        )
    return width  # type: ignore[return-value]


def check_extent(op: str, buffer: Buffer, offset: object, count: object) -> None:
    """Diagnose a range of constants that leaves the shape of a buffer."""
    if buffer.shape is None or isinstance(offset, Operand) or isinstance(count, Operand):
        return
    size = element_count(buffer.shape)
    if offset + count > size:  # type: ignore[operator]
        raise mistake(
            "E0119",
            op=op,
            problem=f"elements {offset} to {offset + count} of '{buffer.name}', "  # type: ignore[operator]
            f"which has {size}",
            fix=f"copy {max(size - offset, 0)} elements at most",  # type: ignore[operator]
            notes=(Note(f"'{buffer.name}' is declared here", buffer.location),),
        )


# Pipelines ---------------------------------------------------------------------------------------


class Stage:
    """One tile of a `pipeline`: indexed as threadgroup memory is, from its own start.

    Attributes:
        buffer: the threadgroup memory of all stages.
        offset: where the stage starts in it, in elements; traced or constant.
        shape: the dimensions of the stage.
        dtype: the elements' type.
    """

    __slots__ = ("_pipeline", "offset")

    def __init__(self, pipeline: Pipeline, offset: Value | int) -> None:
        self._pipeline = pipeline
        self.offset = offset

    @property
    def buffer(self) -> Buffer:
        return self._pipeline.buffer

    @property
    def shape(self) -> tuple[int, ...]:
        return self._pipeline.shape

    @property
    def dtype(self) -> DType:
        return self._pipeline.buffer.dtype

    def __repr__(self) -> str:
        return f"<stage of {self._pipeline.buffer!r}>"

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> object:
        raise mistake(
            "E0119",
            op="a stage of a pipeline",
            problem="elements cannot be iterated at trace time",
            fix="for i in enigma.for_range(0, n): … stage[i]",
        )

    def __getitem__(self, index: object) -> Value:
        return self.buffer[self._element(index)]

    def __setitem__(self, index: object, value: object) -> None:
        self.buffer[self._element(index)] = value

    def _element(self, index: object) -> Value | int:
        """The element's number in the memory of all stages."""
        parts = index if isinstance(index, tuple) else (index,)
        name, shape = self.buffer.name, self.shape
        if len(parts) not in (1, len(shape)):
            raise mistake("E0114", name=name, rank=len(shape), count=len(parts))
        bounds = shape if len(parts) > 1 else (element_count(shape),)
        element: Value | int = 0
        for axis, (part, bound) in enumerate(zip(parts, bounds, strict=True)):
            number = part
            if not isinstance(part, Operand):
                number = integer(part, "a stage of a pipeline", "an index")
                check_index(number, bound, name, axis if len(parts) > 1 else None)
            else:
                number = integer(part, "a stage of a pipeline", "an index")
            element = number if axis == 0 else element * bound + number
        return _sum(self.offset, element)


class Pipeline:
    """Tiles of threadgroup memory that take turns: one is read while the next is filled.

    With the step's number, also a traced one:

        tiles = enigma.pipeline("float", 256, stages=2)
        for step in enigma.for_range(0, steps):
            enigma.copy(A, tiles.acquire(step), 256, src_offset=step * 256)
            tiles.commit()
            tile = tiles.consume(step)
            … tile[i] …

    In code that Python unrolls the stages may be turned round instead: `front`, `back`, `stage`,
    `rotate`.

    Attributes:
        buffer: the threadgroup memory of all stages.
        shape: the dimensions of one stage.
        stages: how many there are.
    """

    def __init__(self, tracer: Tracer, buffer: Buffer, shape: tuple[int, ...], stages: int) -> None:
        self._tracer = tracer
        self._first = 0
        self.buffer = buffer
        self.shape = shape
        self.stages = stages

    def __repr__(self) -> str:
        return f"<pipeline of {self.stages} stages in {self.buffer!r}>"

    def _stage(self, number: Value | int) -> Stage:
        """The stage that is used in step `number`."""
        number = number % self.stages
        return Stage(self, number * element_count(self.shape))

    def acquire(self, step: object) -> Stage:
        """The stage to fill for a step; waits until no thread reads it any more.

        Every thread of the threadgroup reaches it.
        """
        number = integer(step, "pipeline", "the step of acquire")
        barrier("mem_threadgroup")
        return self._stage(number)

    def commit(self) -> None:
        """What has been filled may be read now; waits for all threads of the threadgroup."""
        barrier("mem_threadgroup")

    def consume(self, step: object) -> Stage:
        """The stage to read in a step; it was filled and committed before."""
        return self._stage(integer(step, "pipeline", "the step of consume"))

    def stage(self, number: object) -> Stage:
        """The stage that is `number` turns away from the front."""
        return self._stage(integer(number, "pipeline", "the number of a stage") + self._first)

    def front(self) -> Stage:
        """The stage to read in this turn."""
        return self.stage(0)

    def back(self) -> Stage:
        """The stage to fill in this turn."""
        return self.stage(self.stages - 1)

    def rotate(self) -> None:
        """Turn the stages round by one, while tracing: the next becomes the front.

        Raises:
            EnigmaError: in a traced loop or branch, whose body is recorded once.
        """
        if self._tracer.block is not self.buffer.block:
            raise mistake(
                "E0119",
                op="pipeline",
                problem=f"the stages are turned round in a traced {self._tracer.block.kind}, whose "
                "body is recorded once",
                fix="number the steps: pipeline.acquire(step), commit(), consume(step)",
            )
        self._first = (self._first + 1) % self.stages

    def advance(self) -> None:
        """`rotate` under another name."""
        self.rotate()

    def swap(self) -> None:
        """`rotate` of two stages."""
        if self.stages != 2:
            raise mistake(
                "E0119",
                op="pipeline",
                problem=f"swap of {self.stages} stages",
                fix="turn them round by one: pipeline.rotate()",
            )
        self.rotate()


def pipeline(dtype: object, size: object, stages: int = 2) -> Pipeline:
    """Tiles of threadgroup memory that take turns; see `Pipeline`.

    Args:
        dtype: the elements' type.
        size: how many elements a tile has, or its dimensions.
        stages: how many tiles, 2 at least.

    Raises:
        EnigmaError: a size is not constant and positive, or it is not at the kernel's top level.
    """
    from enigma.parameters import constant_shape

    tracer = current_tracer("enigma.pipeline")
    shape = constant_shape(size, "pipeline")
    if type(stages) is not int or stages < 2:
        raise mistake(
            "E0119",
            op="pipeline",
            problem=f"stages={stages!r}",
            fix="two stages at least; one tile is enigma.threadgroup_alloc",
        )
    # One dimension, so that a stage starts at a multiple of its size.
    buffer = threadgroup_alloc(dtype, stages * element_count(shape))
    return Pipeline(tracer, buffer, shape, stages)
