"""Values of the interpreter: traced values with their numbers, which Python may ask for."""

from __future__ import annotations

import math

from enigma.dtypes import BY_NAME, DType, f32, i32
from enigma.eager_numbers import cast_number, literal_number, shown_number, wrap
from enigma.eager_ops import COMPARISONS, ELEMENTWISE
from enigma.errors import mistake
from enigma.locations import UNKNOWN, Location
from enigma.tracer import Block
from enigma.values import Value, WeakType

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any


class EagerValue(Value):
    """A value and its number: an int, a float, a bool, or a tuple of them for a vector.

    The 64 elements of a simdgroup matrix are a tuple, too, the same object in every lane.
    """

    __slots__ = ("number",)

    # What a traced value has and a number does not need; subclasses of `Value` are asked for it.
    location: Location = UNKNOWN
    op = None
    forward = None
    variable = None

    def __init__(self, type_: DType | WeakType, number: Any, block: Block) -> None:
        self._type = type_
        self.number = number
        # Open while the thread that computed it runs: threads share memory, not values.
        self.block = block

    def settled_number(self) -> Any:
        """The number as the type has it, which is settled."""
        number = self.number
        if type(number) is WeakNumber:
            number = self.number = number.as_dtype(self.dtype)
        return number

    def python_number(self) -> Any:
        """The number for Python; a weak one is as Python would have it."""
        number = self.number
        if type(number) is not WeakNumber:
            return number
        weak = self.weak
        if weak is None:
            return self.settled_number()
        return number.as_dtype(f32 if weak.is_float else i32)

    def _scalar(self, kind: str) -> Any:
        number = self.python_number()
        if type(number) is tuple:
            raise mistake("E0163", what=kind, dtype=self.dtype, fix="take a component: v.x")
        return number

    # What Python needs a number for.

    def __bool__(self) -> bool:
        return bool(self._scalar("a condition"))

    def __int__(self) -> int:
        return int(self._scalar("an int"))

    def __float__(self) -> float:
        return float(self._scalar("a float"))

    def __complex__(self) -> complex:
        return complex(self._scalar("a complex"))

    def __index__(self) -> int:
        number = self._scalar("an index")
        if isinstance(number, float):
            raise mistake(
                "E0103", kind="integer", fix='convert it: enigma.metal_cast(x, "int") truncates'
            )
        return int(number)

    def __round__(self, digits: int | None = None) -> int | float:
        return round(self._scalar("a rounded number"), digits)

    def __floor__(self) -> int:
        return math.floor(self._scalar("a rounded number"))

    def __ceil__(self) -> int:
        return math.ceil(self._scalar("a rounded number"))

    def __trunc__(self) -> int:
        return math.trunc(self._scalar("a rounded number"))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.python_number())

    def __str__(self) -> str:
        number = self.python_number()
        if type(number) is not tuple:
            dtype = self._type if isinstance(self._type, DType) else f32
            return shown_number(number, dtype)
        scalar = getattr(self.dtype, "element", None) or self.dtype.scalar
        return f"({', '.join(shown_number(x, scalar) for x in number)})"

    def __repr__(self) -> str:
        weak = self.weak
        name = ("f32" if weak.is_float else "i32") if weak is not None else self.dtype.name
        text = str(self)
        return f"{name}{text}" if text.startswith("(") else f"{name}({text})"

    def __format__(self, specification: str) -> str:
        if not specification:
            return str(self)
        return format(self._scalar("a formatted number"), specification)


def _add_operator(method: str, name: str) -> None:
    """An operator on two numbers of one type, computed without asking the front end about them."""
    compute = ELEMENTWISE[name]
    result = BY_NAME["b1"] if name in COMPARISONS else None
    asked = getattr(Value, method)

    def operator(self: EagerValue, other: object) -> Any:
        dtype = self._type
        if (
            type(other) is EagerValue
            and other._type is dtype
            and dtype in _PLAIN
            and other.block is self.block
            and self.block.is_open
        ):
            number = compute(dtype, self.settled_number(), other.settled_number())
            return EagerValue(result or dtype, number, self.block)
        return asked(self, other)

    operator.__name__ = method
    setattr(EagerValue, method, operator)


# The dtypes that stay what they are under arithmetic; others the front end promotes.
_PLAIN = frozenset(dtype for dtype in BY_NAME.values() if not dtype.is_bool)

for _method in ("add", "sub", "mul"):
    _add_operator(f"__{_method}__", _method)
for _method in ("eq", "ne", "lt", "le", "gt", "ge"):
    _add_operator(f"__{_method}__", f"cmp_{_method}")
_add_operator("__truediv__", "div")
_add_operator("__mod__", "rem")
del _method


# Weak numbers ------------------------------------------------------------------------------------


class WeakNumber:
    """A number whose type is not decided yet: what it is in each type that it may become.

    A carried variable that starts as a Python number takes the type of the first typed value it
    meets, backwards too. What has been computed with it until then, sums, differences and
    products, is computed in every type; integers wrap when the type is known, which gives the same.
    """

    __slots__ = ("exact", "floats")

    def __init__(self, exact: int | None, floats: dict[str, float]) -> None:
        # None where a float was among the operands.
        self.exact = exact
        self.floats = floats

    @classmethod
    def of_literal(cls, literal: int | float) -> WeakNumber:
        """A Python number."""
        exact = literal if isinstance(literal, int) else None
        return cls(exact, {name: literal_number(literal, BY_NAME[name]) for name in _FLOATS})

    def as_dtype(self, dtype: DType) -> Any:
        """The number in a type, of every component of a vector."""
        scalar = dtype.scalar
        if scalar.is_float:
            number: Any = self.floats[scalar.name]
        elif self.exact is None:
            number = cast_number(self.floats["f32"], f32, scalar)
        else:
            number = bool(self.exact) if scalar.is_bool else wrap(self.exact, scalar)
        return number if dtype.width == 1 else (number,) * dtype.width


_FLOATS = ("f32", "f16", "bf16")
_INTEGERS = tuple(name for name, dtype in BY_NAME.items() if dtype.is_integer)
_EXACT = {"add": int.__add__, "sub": int.__sub__, "mul": int.__mul__, "neg": int.__neg__}


def compute_weak(name: str, operands: list[WeakNumber]) -> WeakNumber:
    """A sum, difference, product or negation in every type."""
    exact = None
    if all(x.exact is not None for x in operands):
        exact = _EXACT[name](*(x.exact for x in operands))
    compute = ELEMENTWISE[name]
    return WeakNumber(
        exact, {f: compute(BY_NAME[f], *(x.floats[f] for x in operands)) for f in _FLOATS}
    )


def compare_weak(name: str, operands: list[WeakNumber]) -> dict[str, bool]:
    """A comparison in every type that the operands may become."""
    compare = COMPARISONS[name]
    answers = {f: compare(*(x.floats[f] for x in operands)) for f in _FLOATS}
    if all(x.exact is not None for x in operands):
        for dtype in map(BY_NAME.__getitem__, _INTEGERS):
            answers[dtype.name] = compare(*(wrap(x.exact, dtype) for x in operands))  # type: ignore[arg-type]
    return answers
