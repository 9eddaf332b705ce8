"""Weak literals, Metal's conversions between types, and the casts a user writes."""

from __future__ import annotations

from enigma.dtypes import CLASSES, DType, as_dtype, b1, f32, i32, i64, u64, with_width
from enigma.errors import Note, mistake
from enigma.locations import Location, user_location
from enigma.tracer import current_tracer
from enigma.values import (
    SimdgroupMatrixType,
    Slot,
    Value,
    WeakType,
    check_visible,
    read_operand,
)

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import TypeGuard

Literal = int | float | bool


def common_dtype(a: DType, b: DType) -> DType:
    """What Metal converts two operands of different types to, but narrow integers stay narrow.

    A scalar beside a vector is each of its components.
    """
    if a is b:
        return a
    if a.width > 1 or b.width > 1:
        if a.width != b.width and a.width > 1 and b.width > 1:
            raise mistake("E0160", a=a, b=b)
        return with_width(common_dtype(a.scalar, b.scalar), max(a.width, b.width))
    if a.is_float and b.is_float:
        if a.bytes == b.bytes:  # f16 and bf16: neither holds the other
            raise mistake("E0108", a=a, b=b)
        return a if a.bytes > b.bytes else b
    if a.is_float or b.is_float:
        return a if a.is_float else b
    if a.is_bool or b.is_bool:
        return b if a.is_bool else a
    if a.bytes != b.bytes:
        return a if a.bytes > b.bytes else b
    return b if a.is_signed else a


def literal_dtype(literal: Literal, met: DType | None = None) -> DType:
    """The type that a Python number takes when it meets `met`, or on its own."""
    if met is None:
        if isinstance(literal, bool):
            return b1
        if isinstance(literal, float):
            return f32
        if i32.low <= literal <= i32.high:
            return i32
        return i64 if literal <= i64.high else u64
    if isinstance(literal, bool):
        return met
    if isinstance(literal, float):
        return met if met.is_float else with_width(f32, met.width)
    return with_width(i32, met.width) if met.is_bool else met


def _shown_literal(x: object) -> str:
    """A number as a message has it: one of very many digits as a power of two."""
    if type(x) is int and abs(x) >= 1 << 256:
        return f"{'-' if x < 0 else ''}~2**{abs(x).bit_length() - 1}"
    return str(x)


def check_literal(literal: Literal, dtype: DType, location: Location | None = None) -> None:
    """Diagnose a literal that its type cannot hold."""
    if dtype.is_float:
        try:
            number = float(literal)
        except OverflowError:  # an int beyond every float
            number = 1e400 if literal > 0 else -1e400
            fits = False
        else:
            # Infinity and NaN are values of every float type.
            fits = number != number or (number in (1e400, -1e400) and isinstance(literal, float))
        if fits or dtype.low <= number <= dtype.high:
            return
        # A value that rounds to the largest number is that number, as in IEEE 754.
        if abs(number) < float(dtype.high) * (1 + 2.0 ** -_PRECISION[dtype.scalar.name]):
            return
    elif dtype.low <= literal <= dtype.high:
        return
    raise mistake(
        "E0105",
        at=location,
        literal=_shown_literal(literal),
        dtype=dtype,
        low=dtype.low,
        high=dtype.high,
        metal=dtype.metal,
    )


# Bits of the significand with the hidden one.
_PRECISION = {"f32": 25, "f16": 12, "bf16": 9}


def constant(literal: Literal, type_: DType | WeakType, *, named: bool = False) -> Value:
    """Record a literal of a settled or weak type."""
    if isinstance(type_, WeakType):
        root = type_.root()
        root.is_float = root.is_float or isinstance(literal, float)
        root.literals.append((literal, user_location()))
    else:
        check_literal(literal, type_)
    return current_tracer("a literal").emit("constant", (), type_, {"value": literal}, named=named)


def convert(x: Value | Literal, dtype: DType) -> Value:
    """A value or literal as `dtype`, with the conversion recorded where there is one."""
    if not isinstance(x, Value):
        if isinstance(x, float) and not dtype.is_float:
            return cast(constant(x, f32), dtype)
        return constant(x, dtype)
    weak = x.weak
    if weak is not None and (dtype.is_float or (dtype.is_integer and not weak.is_float)):
        weak.become(dtype)
        return x
    return cast(x, dtype)


def cast(x: Value, dtype: DType, *, named: bool = False) -> Value:
    """Record a cast unless it changes nothing; a scalar becomes each component of a vector."""
    if x.dtype is dtype:
        return x
    if x.dtype.width != dtype.width:
        if x.dtype.width > 1:
            raise mistake("E0160", a=x.dtype, b=dtype, notes=type_notes([x], x.dtype))
        component = cast(x, dtype.scalar)
        tracer = current_tracer("a vector")
        return tracer.emit("make_vec", (component,) * dtype.width, dtype, named=named)
    return current_tracer("a cast").emit("cast", (x,), dtype, named=named)


def as_value(x: object, what: str = "an operand") -> Value:
    """A traced value as it is, a literal with the type it has on its own."""
    operand = read_operand(x, what)
    if isinstance(operand, Value):
        return operand
    return constant(operand, literal_dtype(operand))


def unify(
    what: str, operands: list[Value | Literal], cls: str, *, may_stay_weak: bool = False
) -> tuple[list[Value], DType | WeakType]:
    """Operands that share a type variable of class `cls`, converted to the one type they share."""
    strong: DType | None = None
    for x in operands:
        if isinstance(x, Value) and x.weak is None:
            strong = x.dtype if strong is None else common_dtype(strong, x.dtype)
    if strong is None:
        weak = [w for w in (x.weak for x in operands if isinstance(x, Value)) if w is not None]
        if weak and may_stay_weak:
            shared = weak[0]
            for other in weak[1:]:
                shared = shared.unify(other)
            return [x if isinstance(x, Value) else constant(x, shared) for x in operands], shared
        if weak:
            is_float = any(w.is_float for w in weak)
            is_float = is_float or any(isinstance(x, float) for x in operands)
            strong = f32 if is_float or cls == "float" else i32
        else:
            for x in operands:
                alone = literal_dtype(x)  # type: ignore[arg-type]
                strong = alone if strong is None else common_dtype(strong, alone)
            assert strong is not None
            if cls in ("float", "anyfloat") and not strong.is_float:
                strong = f32
    else:
        for x in operands:
            if not isinstance(x, Value):
                strong = literal_dtype(x, strong)
            elif x.weak is not None:
                strong = literal_dtype(0.0 if x.weak.is_float else 0, strong)
    if strong.is_bool and cls not in ("bits", "bool", "any"):
        strong = with_width(i32, strong.width)
    check_class(what, operands, strong, cls)
    return [convert(x, strong) for x in operands], strong


# How an error names what a class of the op table holds, and what to convert to.
_CLASS_WORDS = {
    "float": ("f32 or f16", "float"),
    "anyfloat": ("f32, f16 or bf16", "float"),
    "sint": ("a signed integer", "int"),
    "uint": ("an unsigned integer", "uint"),
    "int": ("an integer", "int"),
    "arith": ("a number", "int"),
    "laneint": ("an integer of at most 32 bits", "int"),
    "lane": ("f32, f16, bf16 or an integer of at most 32 bits", "float"),
    "bits": ("an integer or b1", "int"),
    "bool": ("b1", "bool"),
    "any": ("any dtype", "float"),
}


def check_class(what: str, operands: list[Value | Literal], dtype: DType, cls: str) -> None:
    """Diagnose operands of a type that the op does not take, and show where the type comes from."""
    if dtype.scalar in CLASSES[cls]:
        return
    expected, metal = _CLASS_WORDS[cls]
    raise mistake(
        "E0107",
        op=what,
        dtype=dtype,
        expected=expected,
        metal=metal,
        notes=type_notes([x for x in operands if isinstance(x, Value)], dtype),
    )


def type_notes(values: list[Value], dtype: DType) -> tuple[Note, ...]:
    """Where operands got the type that is complained about."""
    for x in values:
        if x.weak is None and x.dtype is dtype and x.name() is not None:
            return (Note(f"'{x.name()}' is {dtype} here", x.location),)
    return ()


def fixed_operand(what: str, x: Value | Literal, dtype: DType) -> Value:
    """An operand whose type the op fixes: integers convert; a b1 takes numbers as a condition."""
    if dtype.is_bool:
        return condition(x)
    if isinstance(x, Value):
        source = x.weak.settled() if x.weak is not None else x.dtype
        if source.width > 1:
            raise mistake("E0163", what=what, dtype=source, fix="take a component: v.x")
        accepted = source.is_integer or dtype.is_float
    else:
        accepted = isinstance(x, int) or dtype.is_float
        source = literal_dtype(x)
    if not accepted:
        raise mistake(
            "E0107",
            op=what,
            dtype=source,
            expected="an integer" if dtype.is_integer else dtype,
            metal=dtype.metal,
            notes=type_notes([x], source) if isinstance(x, Value) else (),
        )
    return convert(x, dtype)


def condition(x: object) -> Value:
    """A b1: as it is, or whether a number differs from zero."""
    chosen = conditions(x)
    if chosen.dtype.width > 1:
        raise mistake(
            "E0163",
            what="a condition",
            dtype=chosen.dtype,
            fix="use enigma.any(v) or enigma.all(v)",
            notes=type_notes([chosen], chosen.dtype),
        )
    return chosen


def conditions(x: object) -> Value:
    """A b1, or one for each component of a vector."""
    operand = read_operand(x, "a condition")
    if not isinstance(operand, Value):
        return constant(bool(operand), b1)
    if operand.weak is None and operand.dtype.is_bool:
        return operand
    zero = constant(0, operand.dtype)
    result = with_width(b1, operand.dtype.width)
    return current_tracer("a condition").emit("cmp_ne", (operand, zero), result, named=False)


def stored_value(x: object, dtype: DType, where: str) -> Value:
    """A value converted to the type of the memory it goes to; losing something is a warning."""
    operand = read_operand(x, "a stored value")
    if isinstance(operand, Value):
        if operand.weak is None:
            _warn_narrowing(operand.dtype, dtype, where)
    elif isinstance(operand, float) and not dtype.is_float:
        if operand != operand or operand in (1e400, -1e400):
            raise mistake(
                "E0105",
                literal=_shown_literal(operand),
                dtype=dtype,
                low=dtype.low,
                high=dtype.high,
                metal=dtype.metal,
            )
        _warn_narrowing(f32, dtype, where)
        operand = bool(operand) if dtype.is_bool else int(operand)
    elif dtype.is_bool:
        operand = bool(operand)
    return convert(operand, dtype)


def _warn_narrowing(old: DType, new: DType, where: str) -> None:
    to_integer = old.is_float and not new.is_float
    if to_integer or old.scalar.bytes > new.scalar.bytes:
        tracer = current_tracer("a store")
        tracer.warn("W0101", user_location(), old=old, new=new, where=where, metal=new.metal)


def is_matrix(x: object) -> TypeGuard[Value]:
    """Whether something is a traced simdgroup matrix."""
    return isinstance(x, Value) and type(x._type) is SimdgroupMatrixType


def start_value(init: object, location: Location) -> Value:
    """The start of a carried variable: a Python number's type is decided by what it meets."""
    if is_matrix(init):
        return check_visible(init)
    operand = read_operand(init, "a start value")
    if isinstance(operand, Value):
        return operand
    if isinstance(operand, bool):
        return constant(operand, b1)
    return constant(operand, WeakType(isinstance(operand, float)))


def carry_value(x: object, slot: Slot, index: int) -> Value:
    """What is assigned to a carried variable; its type may be decided here but never changes."""
    current = slot.current
    if is_matrix(x) or is_matrix(current):
        return _carried_matrix(x, slot, index)
    operand = read_operand(x, "a carried value")
    value = agreed(operand, current)
    if value is not None:
        return value
    if not isinstance(operand, Value):
        raise _type_changes(slot, index, current.dtype, literal_dtype(operand), None)
    if operand.weak is not None:
        raise _type_changes(slot, index, current.dtype, f32, operand)
    old = "a float" if current.weak is not None else current.dtype
    raise _type_changes(slot, index, old, operand.dtype, operand)


def agreed(x: Value | Literal, other: Value) -> Value | None:
    """`x` as a value of the type of `other`, which settles weak types; None where types differ."""
    weak = other.weak
    if not isinstance(x, Value):
        if weak is not None:
            return constant(x, weak)
        return constant(x, other.dtype) if literal_dtype(x, other.dtype) is other.dtype else None
    new = x.weak
    if weak is not None and new is not None:
        weak.unify(new)
        return x
    if weak is None and new is None:
        return x if x.dtype is other.dtype else None
    undecided, dtype = (weak, x.dtype) if weak is not None else (new, other.dtype)
    assert undecided is not None
    if not dtype.is_float and (not dtype.is_integer or undecided.is_float):
        return None
    undecided.become(dtype)
    return x


def _carried_matrix(x: object, slot: Slot, index: int) -> Value:
    """A matrix that is assigned to a carried variable of its type."""
    old = slot.current.dtype
    if is_matrix(x) and x.dtype is old:
        return check_visible(x)
    new = x.dtype if isinstance(x, Value) else type(x).__name__
    raise mistake(
        "E0154",
        index=index,
        old=old,
        new=new,
        notes=(Note(f"it starts as {old} here", slot.start),),
    )


def _type_changes(
    slot: Slot, index: int, old: DType | str, new: DType, value: Value | None
) -> Exception:
    notes = [Note(f"it starts as {old} here", slot.start)]
    if slot.weak is not None:
        notes = [Note("it starts here, as a Python number", slot.start)]
        decided = slot.weak.root().where
        if decided is not None:
            notes.append(Note(f"it became {old} here", decided))
    here = user_location()
    if value is not None and value.location != here:
        notes.append(Note(f"this is {new}", value.location))
    metal = old.metal if isinstance(old, DType) else "float"
    return mistake("E0203", index=index, old=old, new=new, metal=metal, notes=tuple(notes))


def metal_cast(x: object, dtype: object) -> Value:
    """Convert a value to another dtype, as Metal's explicit conversion does (MSL 2.14).

    Args:
        x: a value or Python number.
        dtype: any spelling of a dtype.

    Returns:
        The value as `dtype`; a scalar becomes each component of a vector, a vector converts
        component by component. Narrowing keeps the low bits, float to integer truncates, anything
        but zero is True as b1. A cast to the type it has records nothing.
    """
    target = as_dtype(dtype)
    operand = read_operand(x, "the operand of metal_cast")
    if isinstance(operand, Value):
        weak = operand.weak
        # The cast says what the value becomes, not what the carried variable is.
        if weak is not None:
            weak.settled()
        return cast(operand, target, named=True)
    if target.is_bool:
        return constant(bool(operand), target, named=True)
    if isinstance(operand, float) and not target.is_float:
        return cast(constant(operand, f32), target, named=True)
    if target.is_integer and not target.low <= operand <= target.high:
        return cast(constant(operand, literal_dtype(operand)), target, named=True)
    return constant(operand, target, named=True)


def as_type(x: object, dtype: object) -> Value:
    """The same bits read as another dtype, Metal's ``as_type<T>`` (MSL 2.19).

    Args:
        x: a value or Python number.
        dtype: any spelling of a dtype of the same width.

    Raises:
        EnigmaError: the widths differ, or one of the types is b1.
    """
    target = as_dtype(dtype)
    value = as_value(x, "the operand of as_type")
    source = value.dtype
    if source.is_bool or target.is_bool:
        raise mistake(
            "E0119",
            op="as_type",
            problem="b1 has no bits to read",
            fix='convert it: enigma.metal_cast(x, "uchar")',
        )
    if source.width != target.width:
        raise mistake("E0160", a=source, b=target, notes=type_notes([value], source))
    if source.bytes != target.bytes:
        raise mistake(
            "E0111",
            a=source,
            b=target,
            abytes=source.bytes,
            bbytes=target.bytes,
            metal=target.metal,
            notes=type_notes([value], source),
        )
    if source is target:
        return value
    return current_tracer("as_type").emit("as_type", (value,), target)
