"""Atomics on elements of device and threadgroup memory (MSL 6.15)."""

from __future__ import annotations

from enigma.conversions import stored_value
from enigma.dtypes import b1, f32, i32, u32
from enigma.errors import Note, mistake
from enigma.locations import target_name, user_location
from enigma.tracer import Op, current_tracer
from enigma.values import Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma.memory import Buffer

ORDERS = ("relaxed",)

# What Metal has on floats too, in device memory.
_ON_FLOATS = frozenset(
    (
        "atomic_load",
        "atomic_store",
        "atomic_exchange",
        "atomic_fetch_add",
        "atomic_fetch_sub",
        "atomic_compare_exchange_weak",
        "atomic_compare_exchange",
    )
)


def _check_orders(name: str, orders: tuple[object, ...]) -> None:
    for order in orders:
        if order not in ORDERS:
            raise mistake(
                "E0119",
                op=name,
                problem=f"Metal's atomics have no memory order {order!r}",
                fix='the only one is order="relaxed"; enigma.barrier orders other memory',
            )


def _check_elements(name: str, buffer: Buffer) -> None:
    """Diagnose elements, or memory, that Metal has no such atomic on."""
    note = f"'{buffer.name}' is declared here"
    if buffer.space == "thread":
        raise mistake(
            "E0119",
            op=name,
            problem=f"'{buffer.name}' is memory of one thread",
            fix="use what threads share: a buffer parameter or enigma.threadgroup_alloc",
            notes=(Note(note, buffer.location),),
        )
    is_float = name in _ON_FLOATS and not buffer.is_threadgroup
    if buffer.dtype in (i32, u32) or (is_float and buffer.dtype is f32):
        return
    if buffer.dtype is f32 and name in _ON_FLOATS:
        note += ", in threadgroup memory, where Metal has no atomics on floats"
    elif buffer.dtype.is_integer and buffer.dtype.bytes == 8:
        note += "; of 64 bits Metal has only min and max without a result, and not on every GPU"
    raise mistake(
        "E0118",
        op=name,
        name=buffer.name,
        dtype=buffer.dtype,
        expected="i32, u32 or f32" if is_float else "i32 or u32",
        fix="enigma.i32" if buffer.dtype.is_signed else "enigma.u32",
        notes=(Note(note, buffer.location),),
    )


def _record(
    name: str,
    buffer: object,
    index: object,
    values: tuple[object, ...],
    orders: tuple[object, ...],
    outputs: int,
) -> tuple[Value, ...]:
    """Check and record an atomic; its results: none, the old element, or success and that."""
    from enigma.memory import as_buffer

    tracer = current_tracer(f"enigma.{name}")
    memory = as_buffer(buffer, name)
    places = memory._indices(index)
    _check_orders(name, orders)
    _check_elements(name, memory)
    if memory.access is not None:
        if name != "atomic_store":
            memory._check_access("read")
        if name != "atomic_load":
            memory._check_access("write")
    where = f"by {name} on '{memory.name}'"
    operands = tuple([stored_value(value, memory.dtype, where) for value in values])
    op = Op(name, (memory, *places, *operands), {"order": orders[0]}, user_location())
    if outputs:
        op.variable = target_name()
    tracer.append(op)
    types = {0: (), 1: (memory.dtype,), 2: (b1, memory.dtype)}[outputs]
    results = tuple([Value(dtype, tracer.block, op.location, op) for dtype in types])
    op.outputs = results
    return results


def atomic_load(buffer: Buffer, index: object, order: str = "relaxed") -> Value:
    """Read an element atomically.

    MSL 6.15.4. Elements are i32 or u32, or f32 in device memory.
    """
    return _record("atomic_load", buffer, index, (), (order,), 1)[0]


def atomic_store(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> None:
    """Write an element atomically.

    MSL 6.15.4. Elements are i32 or u32, or f32 in device memory.
    """
    _record("atomic_store", buffer, index, (value,), (order,), 0)


def atomic_exchange(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Replace an element atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32, or f32 in device memory.
    """
    return _record("atomic_exchange", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_add(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Add to an element atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32, or f32 in device memory. Integers wrap.
    """
    return _record("atomic_fetch_add", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_sub(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Subtract from an element atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32, or f32 in device memory. Integers wrap.
    """
    return _record("atomic_fetch_sub", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_min(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Keep the smaller value atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32.
    """
    return _record("atomic_fetch_min", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_max(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Keep the larger value atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32.
    """
    return _record("atomic_fetch_max", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_and(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Bitwise and with an element atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32.
    """
    return _record("atomic_fetch_and", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_or(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Bitwise or with an element atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32.
    """
    return _record("atomic_fetch_or", buffer, index, (value,), (order,), 1)[0]


def atomic_fetch_xor(buffer: Buffer, index: object, value: object, order: str = "relaxed") -> Value:
    """Bitwise exclusive or with an element atomically; gives what was there before (MSL 6.15.4).

    Elements are i32 or u32.
    """
    return _record("atomic_fetch_xor", buffer, index, (value,), (order,), 1)[0]


def atomic_compare_exchange_weak(
    buffer: Buffer,
    index: object,
    expected: object,
    desired: object,
    success_order: str = "relaxed",
    failure_order: str = "relaxed",
) -> Value:
    """Replace an element that is as expected; whether it was replaced, a b1 (MSL 6.15.4.3).

    It may fail without reason, so it belongs in a loop; `atomic_compare_exchange` has that loop.
    Elements are i32 or u32, or f32 in device memory; floats are compared bit by bit.
    """
    name = "atomic_compare_exchange_weak"
    orders = (success_order, failure_order)
    return _record(name, buffer, index, (expected, desired), orders, 2)[0]


def atomic_compare_exchange(
    buffer: Buffer, index: object, expected: object, desired: object, order: str = "relaxed"
) -> tuple[Value, Value]:
    """Replace an element that is as expected (MSL 6.15.4.3).

    It does not fail without reason. Elements are i32 or u32, or f32 in device memory; floats are
    compared bit by bit.

    Returns:
        Whether it was replaced, and what was there before.
    """
    name = "atomic_compare_exchange"
    done, observed = _record(name, buffer, index, (expected, desired), (order,), 2)
    return done, observed


class AtomicMethods:
    """The atomics as methods of a buffer."""

    __slots__ = ()

    atomic_load = atomic_load
    atomic_store = atomic_store
    atomic_exchange = atomic_exchange
    atomic_fetch_add = atomic_fetch_add
    atomic_fetch_sub = atomic_fetch_sub
    atomic_fetch_min = atomic_fetch_min
    atomic_fetch_max = atomic_fetch_max
    atomic_fetch_and = atomic_fetch_and
    atomic_fetch_or = atomic_fetch_or
    atomic_fetch_xor = atomic_fetch_xor
    atomic_compare_exchange_weak = atomic_compare_exchange_weak
    atomic_compare_exchange = atomic_compare_exchange
