"""Vectors of 2 to 4 components: building, taking apart, access to consecutive elements."""

from __future__ import annotations

from enigma.checks import check_index
from enigma.conversions import as_value, cast, common_dtype, convert, literal_dtype
from enigma.dtypes import BY_NAME, WIDTHS, DType, b1, with_width
from enigma.errors import mistake
from enigma.functions import call_row
from enigma.tracer import current_tracer
from enigma.values import Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable

    from enigma.memory import Buffer

_SETS = ("xyzw", "rgba")
LANES = {letter: lane for letters in _SETS for lane, letter in enumerate(letters)}
LETTERS = frozenset(LANES)


def _vector(x: object, op: str) -> Value:
    """An argument that has to be a vector."""
    value = as_value(x, f"an operand of {op}")
    if value.dtype.width == 1:
        raise mistake(
            "E0119",
            op=op,
            problem=f"it takes a vector, not a {value.dtype}",
            fix="build one with enigma.make_vec",
        )
    return value


def swizzle(value: Value, letters: str) -> Value:
    """``v.x``, ``v.zyx``: components by their letters, x y z w or r g b a."""
    dtype = value.dtype
    if dtype.width == 1:
        raise mistake(
            "E0162", dtype=dtype, component=letters, fix="only vectors have components: make_vec"
        )
    here = _SETS[0][: dtype.width], _SETS[1][: dtype.width]
    names = f"its components are {' '.join(here[0])}, or {' '.join(here[1])}"
    if len(letters) > 4 or not any_of(set(letters) <= set(known) for known in here):
        raise mistake("E0162", dtype=dtype, component=letters, fix=names)
    lanes = [LANES[letter] for letter in letters]
    tracer = current_tracer("a component")
    if len(lanes) == 1:
        return tracer.emit("vec_extract", (value,), dtype.scalar, {"lanes": lanes})
    return tracer.emit("vec_swizzle", (value,), with_width(dtype, len(lanes)), {"lanes": lanes})


# Python's own, which this module's function hides.
def any_of(truths: object) -> bool:
    """Whether one of them is true."""
    return True in truths  # type: ignore[operator]


def _lane(op: str, dtype: DType, lane: object) -> int:
    """A constant lane number; negative ones count from the end, as Python's."""
    index = read_operand(lane, f"the lane of {op}")
    if isinstance(index, bool) or not isinstance(index, int):
        shown = f"a traced {index.dtype}" if isinstance(index, Value) else repr(index)
        raise mistake(
            "E0119",
            op=op,
            problem=f"the lane is {shown}",
            fix="a lane is a Python integer, known while tracing",
        )
    if not -dtype.width <= index < dtype.width:
        raise mistake(
            "E0162",
            dtype=dtype,
            component=index,
            fix=f"its components go from 0 to {dtype.width - 1}",
        )
    return index % dtype.width


def vec_extract(v: Value, lane: object) -> Value:
    """One component of a vector, as ``v[lane]`` and ``v.x`` (MSL 2.2).

    Args:
        v: a vector.
        lane: a Python integer, or a traced one: then a lane that the vector does not have gives
            the last component.
    """
    value = _vector(v, "vec_extract")
    if isinstance(lane, slice):
        raise mistake(
            "E0119",
            op="a vector's index",
            problem="it is a slice",
            fix="name the components: v.xy",
        )
    index = read_operand(lane, "the lane of a component")
    tracer = current_tracer("a component")
    if not isinstance(index, Value):
        number = _lane("vec_extract", value.dtype, index)
        return tracer.emit("vec_extract", (value,), value.dtype.scalar, {"lanes": [number]})
    if index.dtype.width > 1 or not index.dtype.is_integer:
        raise mistake("E0163", what="a lane", dtype=index.dtype, fix='enigma.metal_cast(i, "uint")')
    *others, chosen = components(value)
    for number in range(len(others) - 1, -1, -1):
        is_here = call_row("cmp_eq", (index, number))
        chosen = tracer.emit("select", (is_here, others[number], chosen), value.dtype.scalar)
    return chosen


def components(value: Value) -> list[Value]:
    """All components of a vector, in order."""
    tracer = current_tracer("the components of a vector")
    scalar = value.dtype.scalar
    return [
        tracer.emit("vec_extract", (value,), scalar, {"lanes": [lane]}, named=False)
        for lane in range(value.dtype.width)
    ]


def vec_insert(v: Value, lane: int, value: object) -> Value:
    """A vector with one component replaced (MSL 2.2).

    Args:
        v: a vector.
        lane: a Python integer; negative ones count from the end.
        value: converted to the component's type.
    """
    vector = _vector(v, "vec_insert")
    number = _lane("vec_insert", vector.dtype, lane)
    operand = read_operand(value, "the value of vec_insert")
    if isinstance(operand, Value) and operand.dtype.width > 1:
        raise mistake("E0163", what="a component", dtype=operand.dtype, fix="take one: value.x")
    component = convert(operand, vector.dtype.scalar)
    tracer = current_tracer("enigma.vec_insert")
    return tracer.emit("vec_insert", (vector, component), vector.dtype, {"lanes": [number]})


def make_vector(dtype: DType, values: tuple[object, ...], op: str | None = None) -> Value:
    """A vector of a known type from its components; vectors among them give theirs, in order."""
    op = op or f"enigma.{dtype}"
    tracer = current_tracer(op)
    operands = _components(values, op)
    if len(operands) != dtype.width:
        raise mistake(
            "E0164", op=op, count=len(operands), fix=f"a {dtype} has {dtype.width} components"
        )
    return tracer.emit("make_vec", tuple(convert(x, dtype.scalar) for x in operands), dtype)


def _components(values: tuple[object, ...], op: str) -> list[Value | int | float | bool]:
    operands: list[Value | int | float | bool] = []
    for x in values:
        operand = read_operand(x, f"a component of {op}")
        if isinstance(operand, Value) and operand.weak is None and operand.dtype.width > 1:
            operands.extend(operand)
        else:
            operands.append(operand)
    return operands


def make_vec(*values: object) -> Value:
    """A vector of 2 to 4 components, of the type that the values have in common (MSL 2.2).

    Args:
        values: scalars; a vector among them stands for its components: ``make_vec(v.xyz, 1)``.
    """
    operands = _components(values, "make_vec")
    if len(operands) not in WIDTHS:
        raise mistake("E0164", op="make_vec", count=len(operands), fix="a vector has 2, 3 or 4")
    dtype: DType | None = None
    for x in operands:
        if isinstance(x, Value):
            dtype = x.dtype if dtype is None else common_dtype(dtype, x.dtype)
    for x in operands:
        if not isinstance(x, Value):
            if dtype is None or dtype.is_bool:
                alone = literal_dtype(x)
                dtype = alone if dtype is None else common_dtype(dtype, alone)
            else:
                dtype = literal_dtype(x, dtype)
    assert dtype is not None
    return make_vector(with_width(dtype, len(operands)), tuple(operands), "make_vec")


def _maker(dtype: DType) -> Callable[..., Value]:
    name = f"make_{dtype.metal}"

    def make(*values: object) -> Value:
        if len(values) == 1:
            return cast(convert(read_operand(values[0], f"the operand of {name}"), dtype), dtype)
        return make_vector(dtype, values, name)

    make.__name__ = make.__qualname__ = name
    make.__module__ = "enigma"
    make.__doc__ = (
        f"A {dtype.metal} from its components, converted; one number becomes each of them.\n\n"
        "Metal Shading Language Specification, section 2.2."
    )
    return make


# make_float2, make_half3, make_uint4, …
MAKERS: dict[str, Callable[..., Value]] = {
    f"make_{dtype.metal}": _maker(dtype)
    for scalar in ("f32", "f16", "i32", "u32")
    for dtype in (with_width(BY_NAME[scalar], width) for width in WIDTHS)
}


def _truth(op: str, v: object) -> Value:
    value = as_value(v, f"the operand of {op}")
    if not value.dtype.is_bool:
        raise mistake(
            "E0107", op=op, dtype=value.dtype, expected="b1 or a vector of b1", metal="bool"
        )
    return value if value.dtype is b1 else call_row(op, (value,))


def any(v: object) -> Value:
    """Whether a component of a b1 vector is true, as a b1 (MSL 6.3); a b1 is itself."""
    return _truth("any", v)


def all(v: object) -> Value:
    """Whether every component of a b1 vector is true, as a b1 (MSL 6.3); a b1 is itself."""
    return _truth("all", v)


def _place(buffer: Buffer, i: object, op: str, width: int) -> Value:
    """The linear index of the first of `width` elements, which are scalars."""
    if buffer.dtype.width > 1:
        raise mistake(
            "E0118",
            op=op,
            name=buffer.name,
            dtype=buffer.dtype,
            expected="scalars",
            fix=f"enigma.{buffer.dtype.scalar}",
        )
    if isinstance(i, tuple):
        raise mistake(
            "E0119",
            op=op,
            problem="it takes one index",
            fix="count elements from the start: i * N + j",
        )
    from enigma.memory import element_count

    (place,) = buffer._indices(i)
    if type(i) is int and buffer.shape is not None:
        check_index(i + width - 1, element_count(buffer.shape), buffer.name, None)
    return place


def load_vec(buffer: Buffer, i: object, width: int) -> Value:
    """Read `width` consecutive elements as a vector, at any alignment (MSL 2.2.3).

    Args:
        buffer: device or threadgroup memory of scalars.
        i: the first element, counted from the start whatever the buffer's shape.
        width: 2, 3 or 4.
    """
    from enigma.memory import as_buffer

    buffer = as_buffer(buffer, "load_vec")
    tracer = current_tracer("enigma.load_vec")
    if isinstance(width, bool) or width not in WIDTHS:
        raise mistake(
            "E0119", op="load_vec", problem=f"the width is {width!r}", fix="it is 2, 3 or 4"
        )
    place = _place(buffer, i, "load_vec", width)
    buffer._check_access("read")
    return tracer.emit("load_vec", (buffer, place), with_width(buffer.dtype, width))


def store_vec(buffer: Buffer, i: object, v: object) -> None:
    """Write the components of a vector to consecutive elements, at any alignment (MSL 2.2.3).

    Args:
        buffer: device or threadgroup memory of scalars.
        i: the first element, counted from the start whatever the buffer's shape.
        v: a vector, converted to the buffer's type.
    """
    from enigma.conversions import stored_value
    from enigma.memory import as_buffer

    buffer = as_buffer(buffer, "store_vec")
    tracer = current_tracer("enigma.store_vec")
    value = _vector(v, "store_vec")
    place = _place(buffer, i, "store_vec", value.dtype.width)
    buffer._check_access("write")
    dtype = with_width(buffer.dtype, value.dtype.width)
    stored = stored_value(value, dtype, f"when stored into '{buffer.name}'")
    tracer.effect("store_vec", (buffer, place, stored))
