"""Operators, and the functions that the op table's signatures describe."""

from __future__ import annotations

from types import CodeType, FunctionType

from enigma._optable import OPS, ROWS
from enigma.conversions import (
    as_value,
    cast,
    check_class,
    common_dtype,
    conditions,
    constant,
    convert,
    fixed_operand,
    literal_dtype,
    unify,
)
from enigma.dtypes import BY_NAME, f32, i32, unsigned_of, with_width
from enigma.errors import mistake
from enigma.tracer import current_tracer
from enigma.values import Value, WeakType, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable

    from enigma._optable import OpRow
    from enigma.dtypes import DType


class Signature:
    """A row's signature, parsed: a class or fixed dtype for each operand, and the result."""

    __slots__ = ("operands", "result")

    def __init__(self, text: str) -> None:
        left, _, self.result = (part.strip() for part in text.partition("->"))
        # (type variable, class) or ("", dtype name)
        self.operands: list[tuple[str, str]] = []
        classes: dict[str, str] = {}
        for operand in left.split(",") if left else ():
            variable, colon, cls = operand.strip().partition(":")
            if colon:
                classes[variable] = cls
            if variable in classes:
                self.operands.append((variable, classes[variable]))
            else:
                self.operands.append(("", variable))


_signatures: dict[str, Signature] = {}


def signature_of(name: str) -> Signature:
    """The parsed signature of a row; parsed when it is first used."""
    signature = _signatures.get(name)
    if signature is None:
        signature = _signatures[name] = Signature(ROWS[name].signature)
    return signature


_SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "rem": "%",
    "and": "&",
    "or": "|",
    "xor": "^",
    "shl": "<<",
    "shr": ">>",
    "cmp_eq": "==",
    "cmp_ne": "!=",
    "cmp_lt": "<",
    "cmp_le": "<=",
    "cmp_gt": ">",
    "cmp_ge": ">=",
    "neg": "unary -",
    "not": "~",
}
# What gives the same bits whichever type a weak operand will turn out to have.
_MAY_STAY_WEAK = frozenset(
    ("add", "sub", "mul", "neg", "cmp_eq", "cmp_ne", "cmp_lt", "cmp_le", "cmp_gt", "cmp_ge")
)


def call_row(name: str, args: tuple[object, ...], *, shown: str | None = None) -> Value:
    """Record the op of a row on operands that its signature checks and converts."""
    shown = shown or name
    tracer = current_tracer(shown if shown.startswith("`") else f"enigma.{shown}")
    signature = signature_of(name)
    operands = [read_operand(x, f"an operand of {shown}") for x in args]
    values: list[Value | None] = [None] * len(operands)
    types: dict[str, DType | WeakType] = {}
    for position, (variable, cls) in enumerate(signature.operands):
        if cls in _COMPONENT:
            continue
        if not variable:
            values[position] = fixed_operand(shown, operands[position], BY_NAME[cls])
        elif variable not in types:
            sharing = [p for p, (v, _) in enumerate(signature.operands) if v == variable]
            converted, types[variable] = unify(
                shown,
                [operands[p] for p in sharing],
                cls,
                may_stay_weak=name in _MAY_STAY_WEAK,
            )
            for p, value in zip(sharing, converted, strict=True):
                values[p] = value
            if variable in _VECTORS:
                types["S"] = _component_type(shown, signature, operands, values, types)
    if name in _BIT_FIELDS:
        _check_bit_field(name, operands[-2], operands[-1], values[0].dtype)  # type: ignore[union-attr]
    result = types.get(signature.result.removeprefix("unsigned "))
    if signature.result.startswith("unsigned "):
        result = unsigned_of(values[0].dtype)  # type: ignore[union-attr]
    elif result is None:
        result = BY_NAME[signature.result]
        shape = types.get("T")
        if isinstance(shape, WeakType):
            shape.root().is_scalar = True
        elif shape is not None:
            result = with_width(result, shape.width)
    return tracer.emit(name, tuple(values), result)  # type: ignore[arg-type]


# Variables that range over vectors alone (of any width, of 3), and what stands for a component.
_VECTORS = {"V": "vectors", "V3": "vectors of 3"}
_COMPONENT = ("S",)


def _component_type(
    shown: str,
    signature: Signature,
    operands: list[Value | int | float | bool],
    values: list[Value | None],
    types: dict[str, DType | WeakType],
) -> DType:
    """The type of the components of `V`, after the operands that are one have been converted."""
    (variable,) = (v for v in types if v in _VECTORS)
    vector = types[variable]
    assert not isinstance(vector, WeakType)
    if vector.width == 1 or (variable == "V3" and vector.width != 3):
        fix = (
            "build one with enigma.make_vec"
            if vector.width == 1
            else "take three components: v.xyz"
        )
        raise mistake(
            "E0119", op=shown, problem=f"it takes {_VECTORS[variable]}, not a {vector}", fix=fix
        )
    scalar = vector.scalar
    components = [p for p, (_, cls) in enumerate(signature.operands) if cls in _COMPONENT]
    for p in components:
        x = operands[p]
        if isinstance(x, Value) and x.weak is None:
            if x.dtype.width > 1:
                raise mistake("E0163", what=shown, dtype=x.dtype, fix="take a component: v.x")
            scalar = common_dtype(scalar, x.dtype)
    if scalar is not vector.scalar:
        types[variable] = vector = with_width(scalar, vector.width)
        for p, value in enumerate(values):
            if value is not None and signature.operands[p][0] == variable:
                values[p] = cast(value, vector)
    for p in components:
        values[p] = convert(operands[p], scalar)
    return scalar


# Functions whose last two operands are the offset and the width of a field.
_BIT_FIELDS = frozenset(("extract_bits", "insert_bits"))


def _check_bit_field(name: str, offset: object, bits: object, dtype: DType) -> None:
    """Diagnose a field that is known to leave the integer; Metal gives it no meaning."""
    known = [x for x in (offset, bits) if type(x) is int]
    if sum(known) > dtype.scalar.bytes * 8:
        field = " and ".join(
            f"{what} {x}" for what, x in (("offset", offset), ("bits", bits)) if type(x) is int
        )
        raise mistake(
            "E0119",
            op=name,
            problem=f"{field} leave a {dtype}, which has {dtype.scalar.bytes * 8} bits",
            fix="offset + bits must not be above the width",
        )


def binary_operator(name: str, a: object, b: object) -> Value:
    """`a + b` and the like."""
    return call_row(name, (a, b), shown=f"`{_SYMBOLS[name]}`")


def unary_operator(name: str, a: object) -> Value:
    """`-a` and `~a`."""
    return call_row(name, (a,), shown=f"`{_SYMBOLS[name]}`")


def shift_operator(name: str, a: object, b: object) -> Value:
    """`a << b` and `a >> b`: the type is that of `a`; a literal `a` takes the type of `b`."""
    shown = f"`{_SYMBOLS[name]}`"
    tracer = current_tracer(shown)
    left, right = (
        read_operand(a, f"an operand of {shown}"),
        read_operand(b, f"an operand of {shown}"),
    )
    for side in (left, right):
        side_dtype = side.dtype if isinstance(side, Value) else literal_dtype(side)
        if side_dtype.is_float:
            check_class(shown, [left, right], side_dtype, "int")
    if isinstance(left, Value):
        dtype = left.dtype
        if isinstance(right, Value) and right.dtype.width > 1:
            # A scalar beside a vector is each of its components.
            dtype = common_dtype(dtype, with_width(dtype, right.dtype.width))
    else:
        assert isinstance(right, Value)
        dtype = literal_dtype(left, right.dtype)
    if dtype.is_bool:
        dtype = with_width(i32, dtype.width)
    return tracer.emit(name, (convert(left, dtype), convert(right, dtype)), dtype)


def floor_division(a: object, b: object) -> Value:
    """`a // b`: truncating on integers, as Metal's `/`; floor(a / b) on floats."""
    tracer = current_tracer("`//`")
    operands = [read_operand(x, "an operand of `//`") for x in (a, b)]
    values, dtype = unify("`//`", operands, "arith")
    assert not isinstance(dtype, WeakType)
    if not dtype.is_float:
        return tracer.emit("div", tuple(values), dtype)
    check_class("`//`", operands, dtype, "float")
    quotient = tracer.emit("div", tuple(values), dtype, named=False)
    return tracer.emit("floor", (quotient,), dtype)


# A constant integer power up to this is multiplied out: exact for integers, and right for negative
# bases, which Metal's fast pow is not.
_MAX_MULTIPLIED_POWER = 64


def power(a: object, b: object) -> Value:
    """`a ** b`: multiplications for a constant integer exponent, Metal's pow otherwise."""
    base = read_operand(a, "an operand of `**`")
    exponent = read_operand(b, "an operand of `**`")
    if (
        isinstance(base, Value)
        and type(exponent) is int
        and abs_int(exponent) <= _MAX_MULTIPLIED_POWER
    ):
        dtype = base.dtype
        if dtype.is_bool:
            dtype = with_width(i32, dtype.width)
            base = convert(base, dtype)
        if exponent >= 0 or dtype.is_float:
            result = _multiplied_power(base, abs_int(exponent))
            return result if exponent >= 0 else 1 / result
    base_dtype = base.dtype if isinstance(base, Value) else None
    if base_dtype is not None and not base_dtype.is_float:
        if type(exponent) is int or (isinstance(exponent, Value) and not exponent.dtype.is_float):
            raise mistake(
                "E0119",
                op="`**`",
                problem=f"{base_dtype} is raised to a power that is not a constant from 0 to "
                f"{_MAX_MULTIPLIED_POWER}",
                fix='compute with floats: enigma.metal_cast(x, "float") ** y',
            )
        base = convert(base, with_width(f32, base_dtype.width))
    elif base_dtype is None and isinstance(exponent, Value) and not exponent.dtype.is_float:
        exponent = convert(exponent, with_width(f32, exponent.dtype.width))
    if isinstance(exponent, Value) and isinstance(base, Value):
        # An integer exponent converts, as Metal's operators would.
        dtype = common_dtype(base.dtype, exponent.dtype)
        exponent = convert(exponent, dtype)
    return call_row("pow", (base, exponent), shown="`**`")


def abs_int(n: int) -> int:
    """Python's abs, which this module's own hides."""
    return n if n >= 0 else -n


def _multiplied_power(base: Value, exponent: int) -> Value:
    if exponent == 0:
        return constant(1, base.dtype, named=True)
    result: Value | None = None
    square = base
    while True:
        if exponent & 1:
            result = square if result is None else result * square
        exponent >>= 1
        if not exponent:
            assert result is not None
            return result
        square = square * square


def abs(x: object) -> Value:
    """Absolute value: Metal's ``fabs`` (MSL 6.5) or ``abs`` (MSL 6.3).

    Signature: ``T:float or T:int -> T``. The most negative integer stays as it is; an unsigned
    value is its own absolute value.
    """
    value = as_value(x, "an operand of abs")
    dtype = value.dtype
    if dtype.is_float:
        return call_row("fabs", (value,), shown="abs")
    if dtype.is_integer and dtype.is_signed:
        return call_row("iabs", (value,), shown="abs")
    check_class("abs", [value], dtype, "arith")
    return value


def abs_diff_unary(x: object) -> Value:
    """The distance of an integer from 0 as an unsigned number, which holds it for every value.

    Args:
        x: an integer.

    Returns:
        ``|x|`` as the unsigned integer of x's width: Metal's ``absdiff(x, 0)`` (MSL 6.3). It
        differs from `abs` on the most negative value, which `abs` leaves as it is.
    """
    value = as_value(x, "an operand of abs_diff_unary")
    if value.dtype.is_bool:
        value = convert(value, i32)
    check_class("abs_diff_unary", [value], value.dtype, "int")
    return cast(abs(value), unsigned_of(value.dtype), named=True)


def where(false_val: object, true_val: object, cond: object) -> Value:
    """`true_val` where `cond` holds, else `false_val`; Metal's ``select`` (MSL 6.4).

    Args:
        false_val, true_val: values of any dtype; they are converted to their common type.
        cond: a b1, or a number that counts as true when it is not zero; a vector of them chooses
            component by component.

    Both values are computed whichever is taken.
    """
    tracer = current_tracer("enigma.where")
    operands = [read_operand(x, "an operand of where") for x in (true_val, false_val)]
    chosen = conditions(cond)
    values, dtype = unify("where", operands, "any")
    assert not isinstance(dtype, WeakType)
    if chosen.dtype.width > 1:
        if dtype.width not in (1, chosen.dtype.width):
            raise mistake("E0160", a=chosen.dtype, b=dtype)
        dtype = with_width(dtype, chosen.dtype.width)
        values = [cast(value, dtype) for value in values]
    return tracer.emit("select", (chosen, *values), dtype)


def docstring(row: OpRow) -> str:
    """What `help(enigma.sqrt)` shows."""
    text = row.doc
    if row.signature:
        text += f"\n\nSignature: ``{row.signature}``."
    if row.msl_section:
        text += f"\n\nMetal Shading Language Specification, section {row.msl_section}."
    return text


# One code object for each number of arguments. A row's function has it with the row's argument
# names, so that errors, `help` and `inspect.signature` speak of them.


def _template0() -> Value:
    return call_row(row_name, ())  # type: ignore[name-defined]  # noqa: F821


def _template1(a: object) -> Value:
    return call_row(row_name, (a,))  # type: ignore[name-defined]  # noqa: F821


def _template2(a: object, b: object) -> Value:
    return call_row(row_name, (a, b))  # type: ignore[name-defined]  # noqa: F821


def _template3(a: object, b: object, c: object) -> Value:
    return call_row(row_name, (a, b, c))  # type: ignore[name-defined]  # noqa: F821


def _template4(a: object, b: object, c: object, d: object) -> Value:
    return call_row(row_name, (a, b, c, d))  # type: ignore[name-defined]  # noqa: F821


_TEMPLATES: tuple[CodeType, ...] = tuple(
    t.__code__ for t in (_template0, _template1, _template2, _template3, _template4)
)


def row_function(row: OpRow, name: str | None = None) -> Callable[..., Value]:
    """The Python function of a row, under the row's name or an alias."""
    name = name or row.name
    code = _TEMPLATES[len(row.args)].replace(co_name=name, co_varnames=row.args)
    function = FunctionType(code, {"call_row": call_row, "row_name": row.name}, name)
    function.__module__ = "enigma"
    function.__qualname__ = name
    function.__doc__ = docstring(row)
    return function


def row_functions() -> dict[str, Callable[..., Value]]:
    """All functions whose behaviour is their signature, by name and alias."""
    functions = {}
    for row in OPS:
        # Rows with `dim` are thread queries, which do more than a function can.
        if row.function and row.signature and row.args != ("dim",):
            for name in (row.name, *row.aliases):
                functions[name] = row_function(row, name)
    return functions
