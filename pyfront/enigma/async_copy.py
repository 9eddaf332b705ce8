"""Copies between device and threadgroup memory by a simdgroup, and the wait for them."""

from __future__ import annotations

from enigma.conversions import constant, literal_dtype
from enigma.errors import Note, mistake
from enigma.locations import Location, user_location
from enigma.tiles import check_extent, integer, memory_place
from enigma.tracer import Op, Tracer, current_tracer
from enigma.values import Operand, Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma.memory import Buffer


class AsyncCopy:
    """A copy that has been started; `async_copy_wait` takes it."""

    __slots__ = ("_tracer", "location")

    def __init__(self, tracer: Tracer, location: Location) -> None:
        self._tracer = tracer
        self.location = location

    def belongs_to(self, tracer: Tracer) -> bool:
        """Whether the copy is one of this kernel."""
        return self._tracer is tracer


def _operand(x: Value | int) -> Value:
    return x if isinstance(x, Value) else constant(x, literal_dtype(x))


def _check_sides(name: str, target: Buffer, source: Buffer) -> None:
    """Diagnose memory in the wrong place, and elements that differ."""
    to_threadgroup = name.endswith("d2t")
    for what, buffer, space in (
        ("destination", target, "threadgroup" if to_threadgroup else "device"),
        ("source", source, "device" if to_threadgroup else "threadgroup"),
    ):
        if buffer.space != space:
            raise mistake(
                "E0119",
                op=name,
                problem=f"the {what} '{buffer.name}' is {buffer.space} memory, not {space} memory",
                fix="d2t copies from a parameter to threadgroup_alloc, t2d the other way; the "
                "destination comes first",
                notes=(Note(f"'{buffer.name}' is declared here", buffer.location),),
            )
    if target.dtype is not source.dtype:
        raise mistake(
            "E0119",
            op=name,
            problem=f"'{source.name}' holds {source.dtype} and '{target.name}' {target.dtype}",
            fix="give both one dtype; enigma.copy converts",
            notes=(Note(f"'{target.name}' is declared here", target.location),),
        )
    source._check_access("read")
    target._check_access("write")


def _record(name: str, operands: tuple[Buffer | Value | int, ...]) -> AsyncCopy:
    tracer = current_tracer(f"enigma.{name}")
    inputs = tuple([_operand(x) if isinstance(x, Value | int) else x for x in operands])
    op = Op(name, inputs, None, user_location())
    tracer.append(op)
    return AsyncCopy(tracer, op.location)


def _copy_1d(
    name: str, dst: object, dst_offset: object, src: object, src_offset: object, count: object
) -> AsyncCopy:
    current_tracer(f"enigma.{name}")
    target, to = memory_place(dst, dst_offset, name, "dst_offset")
    source, from_ = memory_place(src, src_offset, name, "src_offset")
    number = integer(count, name, "count")
    _check_sides(name, target, source)
    check_extent(name, source, from_, number)
    check_extent(name, target, to, number)
    return _record(name, (target, to, source, from_, number))


def _copy_2d(
    name: str,
    dst: object,
    dst_off: object,
    dst_epr: object,
    src: object,
    src_off: object,
    src_epr: object,
    tile_cols: object,
    tile_rows: object,
) -> AsyncCopy:
    current_tracer(f"enigma.{name}")
    target, to = memory_place(dst, dst_off, name, "dst_off")
    source, from_ = memory_place(src, src_off, name, "src_off")
    target_row = integer(dst_epr, name, "dst_epr")
    source_row = integer(src_epr, name, "src_epr")
    columns = integer(tile_cols, name, "tile_cols")
    rows = integer(tile_rows, name, "tile_rows")
    _check_sides(name, target, source)
    if not isinstance(rows, Operand) and not isinstance(columns, Operand) and rows and columns:
        for buffer, offset, row in ((source, from_, source_row), (target, to, target_row)):
            if not isinstance(row, Operand):
                check_extent(name, buffer, offset, (rows - 1) * row + columns)
        if not isinstance(target_row, Operand) and rows > 1 and target_row < columns:
            raise mistake(
                "E0119",
                op=name,
                problem=f"rows of {columns} elements overlap where they are {target_row} apart",
                fix=f"dst_epr is {columns} at least",
            )
    operands = (target, to, target_row, source, from_, source_row, columns, rows)
    return _record(name, operands)


def async_copy_1d_d2t(
    dst: object, dst_offset: object, src: object, src_offset: object, count: object
) -> AsyncCopy:
    """Copy a range of elements from device to threadgroup memory, by the simdgroup.

    All lanes of the simdgroup reach it together and share the work; `async_copy_wait` comes before
    the elements are read. A target without the hardware gets loads and stores.

    Args:
        dst: threadgroup memory, or a stage of a `pipeline`.
        src: a buffer parameter of the same dtype.
        dst_offset, src_offset: where the elements start.
        count: how many elements, traced or constant.
    """
    return _copy_1d("async_copy_1d_d2t", dst, dst_offset, src, src_offset, count)


def async_copy_1d_t2d(
    dst: object, dst_offset: object, src: object, src_offset: object, count: object
) -> AsyncCopy:
    """Copy a range of elements from threadgroup to device memory, by the simdgroup.

    As `async_copy_1d_d2t`, the other way.
    """
    return _copy_1d("async_copy_1d_t2d", dst, dst_offset, src, src_offset, count)


def async_copy_2d_d2t(
    dst: object,
    dst_off: object,
    dst_epr: object,
    src: object,
    src_off: object,
    src_epr: object,
    tile_cols: object,
    tile_rows: object,
) -> AsyncCopy:
    """Copy rows of elements from device to threadgroup memory, by the simdgroup.

    As `async_copy_1d_d2t`, for a tile.

    Args:
        dst, src: as there.
        dst_off, src_off: where the first row starts.
        dst_epr, src_epr: elements from one row to the next.
        tile_cols, tile_rows: how many elements a row has, and how many rows there are.
    """
    name = "async_copy_2d_d2t"
    return _copy_2d(name, dst, dst_off, dst_epr, src, src_off, src_epr, tile_cols, tile_rows)


def async_copy_2d_t2d(
    dst: object,
    dst_off: object,
    dst_epr: object,
    src: object,
    src_off: object,
    src_epr: object,
    tile_cols: object,
    tile_rows: object,
) -> AsyncCopy:
    """Copy rows of elements from threadgroup to device memory, by the simdgroup.

    As `async_copy_2d_d2t`, the other way.
    """
    name = "async_copy_2d_t2d"
    return _copy_2d(name, dst, dst_off, dst_epr, src, src_off, src_epr, tile_cols, tile_rows)


def async_copy_wait(*events: AsyncCopy) -> None:
    """Wait until the copies of the simdgroup are done.

    It waits for these and for all others that the simdgroup has started. All lanes of the simdgroup
    reach it. Elements that other simdgroups copied need an `enigma.barrier`, too.
    """
    tracer = current_tracer("enigma.async_copy_wait")
    for event in events:
        if not isinstance(event, AsyncCopy):
            kind = "a traced value" if isinstance(event, Operand) else type(event).__name__
            raise mistake(
                "E0119",
                op="async_copy_wait",
                problem=f"an argument is {kind}, not a copy",
                fix="pass what async_copy_1d_d2t and the like return",
            )
        if not event.belongs_to(tracer):
            raise mistake(
                "E0122",
                name="an async copy",
                notes=(Note("it is started here", event.location),),
            )
    tracer.effect("async_copy_wait", ())


def async_copy_to_threadgroup(
    src: object, dst: object, count: object, src_offset: object = 0, dst_offset: object = 0
) -> AsyncCopy:
    """`async_copy_1d_d2t` with its arguments in an older order."""
    return _copy_1d("async_copy_1d_d2t", dst, dst_offset, src, src_offset, count)


def async_copy_commit(token: AsyncCopy | None = None) -> None:
    """Nothing: a copy starts where it is written. `async_copy_wait` waits for it."""
    current_tracer("enigma.async_copy_commit")
