"""Traced values: Python's operators on them record ops."""

from __future__ import annotations

from enigma.errors import EnigmaError, mistake
from enigma.locations import Location, user_location

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from enigma.dtypes import DType
    from enigma.tracer import Block, Op


class WeakType:
    """The type of a carried variable that started as a Python number and met no typed value yet.

    It becomes the type of the first typed value it meets, backwards too: everything recorded with
    it so far takes that type when the trace is written.
    """

    __slots__ = ("_dtype", "is_float", "is_scalar", "literals", "where")

    def __init__(self, is_float: bool) -> None:
        self.is_float = is_float
        # Something recorded with it holds only if it is no vector: the result of a comparison.
        self.is_scalar = False
        self._dtype: DType | WeakType | None = None
        # Literals that have taken this type, to be checked against the range of what it becomes.
        self.literals: list[tuple[int | float, Location]] = []
        self.where: Location | None = None

    def root(self) -> WeakType:
        """The representative of the weak types that were unified with this one."""
        weak = self
        while isinstance(weak._dtype, WeakType):
            weak = weak._dtype
        return weak

    def known(self) -> DType | None:
        """The type it has become, if it has."""
        dtype = self.root()._dtype
        assert not isinstance(dtype, WeakType)
        return dtype

    def become(self, dtype: DType) -> None:
        """Settle the type, and check the literals that have it."""
        from enigma.conversions import check_literal

        root = self.root()
        if dtype.width > 1 and root.is_scalar:
            raise mistake("E0165", dtype=dtype)
        root._dtype = dtype
        root.where = user_location()
        for literal, location in root.literals:
            check_literal(literal, dtype, location)

    def unify(self, other: WeakType) -> WeakType:
        """Make two weak types one."""
        a, b = self.root(), other.root()
        if a is not b:
            a.is_float = a.is_float or b.is_float
            a.is_scalar = a.is_scalar or b.is_scalar
            a.literals += b.literals
            b._dtype = a
        return a

    def settled(self) -> DType:
        """The type it has become, which is i32 or f32 when nothing has decided."""
        from enigma.dtypes import f32, i32

        dtype = self.known()
        if dtype is None:
            dtype = f32 if self.root().is_float else i32
            self.become(dtype)
        return dtype


class SimdgroupMatrixType:
    """The type of an 8x8 matrix that a simdgroup holds.

    Attributes:
        element: the dtype of its elements.
        name: the name in traces, ``"simdgroup_matrix<f32,8x8>"``.
    """

    __slots__ = ("element", "name")

    # What a matrix is not, for those who ask a value's dtype.
    is_float = is_integer = is_bool = is_signed = False

    def __init__(self, element: DType) -> None:
        self.element = element
        self.name = f"simdgroup_matrix<{element},8x8>"

    def __str__(self) -> str:
        return self.name


class Operand:
    """Python's operators, for everything that stands for a traced value."""

    __slots__ = ()

    # NumPy's scalars and arrays leave the operation to us.
    __array_ufunc__ = None

    def __add__(self, other: object) -> Value:
        return _binary("add", self, other)

    def __radd__(self, other: object) -> Value:
        return _binary("add", other, self)

    def __sub__(self, other: object) -> Value:
        return _binary("sub", self, other)

    def __rsub__(self, other: object) -> Value:
        return _binary("sub", other, self)

    def __mul__(self, other: object) -> Value:
        return _binary("mul", self, other)

    def __rmul__(self, other: object) -> Value:
        return _binary("mul", other, self)

    def __truediv__(self, other: object) -> Value:
        return _binary("div", self, other)

    def __rtruediv__(self, other: object) -> Value:
        return _binary("div", other, self)

    def __floordiv__(self, other: object) -> Value:
        return _floor_division(self, other)

    def __rfloordiv__(self, other: object) -> Value:
        return _floor_division(other, self)

    def __mod__(self, other: object) -> Value:
        return _binary("rem", self, other)

    def __rmod__(self, other: object) -> Value:
        return _binary("rem", other, self)

    def __divmod__(self, other: object) -> tuple[Value, Value]:
        return _floor_division(self, other), _binary("rem", self, other)

    def __rdivmod__(self, other: object) -> tuple[Value, Value]:
        return _floor_division(other, self), _binary("rem", other, self)

    def __pow__(self, other: object) -> Value:
        return _power(self, other)

    def __rpow__(self, other: object) -> Value:
        return _power(other, self)

    def __and__(self, other: object) -> Value:
        return _binary("and", self, other)

    def __rand__(self, other: object) -> Value:
        return _binary("and", other, self)

    def __or__(self, other: object) -> Value:
        return _binary("or", self, other)

    def __ror__(self, other: object) -> Value:
        return _binary("or", other, self)

    def __xor__(self, other: object) -> Value:
        return _binary("xor", self, other)

    def __rxor__(self, other: object) -> Value:
        return _binary("xor", other, self)

    def __lshift__(self, other: object) -> Value:
        return _shift("shl", self, other)

    def __rlshift__(self, other: object) -> Value:
        return _shift("shl", other, self)

    def __rshift__(self, other: object) -> Value:
        return _shift("shr", self, other)

    def __rrshift__(self, other: object) -> Value:
        return _shift("shr", other, self)

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return _binary("cmp_eq", self, other)

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return _binary("cmp_ne", self, other)

    def __lt__(self, other: object) -> Value:
        return _binary("cmp_lt", self, other)

    def __le__(self, other: object) -> Value:
        return _binary("cmp_le", self, other)

    def __gt__(self, other: object) -> Value:
        return _binary("cmp_gt", self, other)

    def __ge__(self, other: object) -> Value:
        return _binary("cmp_ge", self, other)

    def __neg__(self) -> Value:
        from enigma.functions import unary_operator

        return unary_operator("neg", self)

    def __pos__(self) -> Value:
        from enigma.conversions import as_value

        return as_value(self)

    def __invert__(self) -> Value:
        from enigma.functions import unary_operator

        return unary_operator("not", self)

    def __abs__(self) -> Value:
        from enigma.functions import abs as absolute

        return absolute(self)

    # What Python would need a number for, and a traced value is not one yet.

    def __bool__(self) -> NoReturn:
        raise mistake("E0102")

    def __int__(self) -> NoReturn:
        raise _not_a_number("int", 'to convert it in the kernel use enigma.metal_cast(x, "int")')

    def __float__(self) -> NoReturn:
        raise _not_a_number(
            "float",
            'to convert it in the kernel use enigma.metal_cast(x, "float"); functions of `math` '
            "have namesakes in enigma",
        )

    def __complex__(self) -> NoReturn:
        raise _not_a_number("complex", "kernels compute with real numbers")

    def __index__(self) -> NoReturn:
        raise _not_a_number(
            "integer",
            "use enigma.for_range for a loop with traced bounds; only buffers can be indexed by it",
        )

    def __round__(self, digits: int | None = None) -> NoReturn:
        raise _not_a_number("integer", "use enigma.rint (halves to even) or enigma.round")

    def __floor__(self) -> NoReturn:
        raise _not_a_number("integer", "use enigma.floor")

    def __ceil__(self) -> NoReturn:
        raise _not_a_number("integer", "use enigma.ceil")

    def __trunc__(self) -> NoReturn:
        raise _not_a_number("integer", "use enigma.trunc")

    def __iter__(self) -> NoReturn:
        raise mistake("E0104", what="cannot be iterated or unpacked", fix="index a buffer")

    def __len__(self) -> NoReturn:
        raise mistake("E0104", what="has no length", fix="pass the length as an enigma.Scalar")

    def __contains__(self, item: object) -> NoReturn:
        raise mistake("E0104", what="has no elements for `in`", fix="compare with ==")

    def __getitem__(self, index: object) -> NoReturn:
        raise mistake("E0104", what="cannot be indexed", fix="index a buffer")

    def __setitem__(self, index: object, value: object) -> NoReturn:
        raise mistake("E0104", what="cannot be indexed", fix="index a buffer")

    def __hash__(self) -> NoReturn:  # type: ignore[override]
        raise mistake(
            "E0104",
            what="cannot be a dictionary key or a member of a set",
            fix="keep values in lists or tuples",
        )

    def __call__(self, *args: object, **kwargs: object) -> object:
        raise mistake("E0104", what="cannot be called", fix="use it as it is")


class Value(Operand):
    """The result of a recorded op: one number for each thread.

    Attributes:
        dtype: its type.
    """

    __slots__ = ("_type", "block", "forward", "location", "op", "variable")

    def __init__(
        self, type_: DType | WeakType, block: Block, location: Location, op: Op | None = None
    ) -> None:
        self._type = type_
        self.block = block
        self.location = location
        # The op that computes it; None for the arguments of a region.
        self.op = op
        # Set when a region argument turned out to be the value from outside.
        self.forward: Value | None = None
        self.variable: str | None = None

    @property
    def dtype(self) -> DType:
        """The value's type; asking for it settles a weak one."""
        if isinstance(self._type, WeakType):
            self._type = self._type.settled()
        return self._type

    @property
    def weak(self) -> WeakType | None:
        """The value's type while it is not settled."""
        if isinstance(self._type, WeakType):
            dtype = self._type.known()
            if dtype is None:
                return self._type.root()
            self._type = dtype
        return None

    def resolved(self) -> Value:
        """The value that this one stands for."""
        value = self
        while value.forward is not None:
            value = value.forward
        return value

    def name(self) -> str | None:
        """The Python variable it is assigned to, if there is one."""
        if self.op is not None and len(self.op.outputs) == 1 and self.op.variable is not None:
            return self.op.variable
        return self.variable

    def __repr__(self) -> str:
        weak = self.weak
        text = ("f32" if weak.is_float else "i32") if weak is not None else self.dtype.name
        name = self.name()
        return f"<traced {text}{' ' + name if name else ''}>"

    def __format__(self, specification: str) -> str:
        return repr(self)

    # Components of vectors.

    def __getattr__(self, name: str) -> Value:
        from enigma.vectors import LETTERS, swizzle

        if not LETTERS.issuperset(name):
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )
        return swizzle(self, name)

    def __len__(self) -> int:  # type: ignore[override]
        if self.dtype.width == 1:
            return super().__len__()
        return self.dtype.width

    def __iter__(self) -> object:  # type: ignore[override]
        from enigma.vectors import components

        if self.dtype.width == 1:
            return super().__iter__()
        return iter(components(self))

    def __getitem__(self, index: object) -> Value:  # type: ignore[override]
        from enigma.vectors import vec_extract

        if self.dtype.width == 1:
            return super().__getitem__(index)
        return vec_extract(self, index)

    def __setitem__(self, index: object, value: object) -> NoReturn:
        if self.dtype.width == 1:
            super().__setitem__(index, value)
        raise mistake("E0161", component=f"v[{index!r}]", lane=repr(index))


def _component(letter: str) -> property:
    """`v.x`: a property, so that assigning it can say what to do instead."""

    def get(self: Value) -> Value:
        from enigma.vectors import swizzle

        return swizzle(self, letter)

    def assign(self: Value, value: object) -> NoReturn:
        from enigma.vectors import LANES

        raise mistake("E0161", component=f"v.{letter}", lane=LANES[letter])

    return property(get, assign)


for _letter in "xyzwrgba":
    setattr(Value, _letter, _component(_letter))
del _letter


# The kinds of region, as the user writes them.
_FORMS = ("for_range", "if_", "while_")
_NATIVE = ("for", "if", "while")


def check_visible(value: Value) -> Value:
    """The value itself, if it may be used here."""
    from enigma.tracer import current_tracer

    value = value.resolved()
    current_tracer("a traced value")
    if value.block.is_open:
        return value
    if value.block.kind in _FORMS:
        raise mistake(
            "E0121",
            name=value.name() or "value",
            region=value.block.kind,
            form=value.block.kind,
            notes=_defined(value),
        )
    name = value.name() or "value"
    if value.block.kind in _NATIVE:
        # A rewritten region carries what statements assign; this came out of an expression.
        when = "outside the expression, branch or loop that computes it"
        raise mistake("E0214", name=name, when=when, notes=_defined(value))
    raise mistake("E0122", name=name, notes=_defined(value))


def _defined(value: Value) -> tuple:
    from enigma.errors import Note

    return (Note("it is computed here", value.location),)


def _not_a_number(kind: str, fix: str) -> EnigmaError:
    return mistake("E0103", kind=kind, fix=fix)


def _binary(op: str, a: object, b: object) -> Value:
    from enigma.functions import binary_operator

    return binary_operator(op, a, b)


def _shift(op: str, a: object, b: object) -> Value:
    from enigma.functions import shift_operator

    return shift_operator(op, a, b)


def _floor_division(a: object, b: object) -> Value:
    from enigma.functions import floor_division

    return floor_division(a, b)


def _power(a: object, b: object) -> Value:
    from enigma.functions import power

    return power(a, b)


class Carry:
    """The carried variables of a loop or branch: ``c[0]``, ``c[1]``, … in the order of ``init``.

    Inside the region, reading gives the current value and assigning sets it for what follows and
    for the next iteration, in nested branches and loops too. After the region, reading gives the
    results.
    """

    __slots__ = ("_ended", "_region", "slots")

    def __init__(self, region: str, init: tuple[object, ...], location: Location) -> None:
        self._region = region
        self._ended = False
        self.slots = [Slot(value, location) for value in init]

    def __len__(self) -> int:
        return len(self.slots)

    def __getitem__(self, index: int) -> Value:
        return self._slot(index).read()

    def __setitem__(self, index: int, value: object) -> None:
        if self._ended:
            raise mistake("E0205", region=self._region)
        self._slot(index).assign(value, index)

    def __iter__(self) -> object:
        return iter([slot.read() for slot in self.slots])

    def _slot(self, index: object) -> Slot:
        if not isinstance(index, int) or not -len(self.slots) <= index < len(self.slots):
            shown = repr(index) if not isinstance(index, Operand) else "with a traced index"
            raise mistake("E0204", index=shown, count=len(self.slots))
        return self.slots[index]

    def end(self) -> None:
        """The region has ended: what is left are its results."""
        self._ended = True


class Slot:
    """One carried variable."""

    __slots__ = ("current", "start", "variable", "weak")

    def __init__(self, init: object, location: Location) -> None:
        from enigma.conversions import start_value

        self.current: Value = start_value(init, location)
        # Where its type comes from, for the error when it changes.
        self.start = location
        self.weak = self.current.weak
        # What to call it in the kernel's source.
        self.variable: str | None = None

    def read(self) -> Value:
        """The current value."""
        return check_visible(self.current)

    def assign(self, value: object, index: int) -> None:
        """Set the current value; its type is the slot's."""
        from enigma.conversions import carry_value

        self.current = carry_value(value, self, index)


def read_operand(
    x: object, what: str, found: Callable[[Value], Value] = check_visible
) -> Value | int | float | bool:
    """A traced value or a Python number; anything else is an error."""
    if isinstance(x, Value):
        if type(x._type) is SimdgroupMatrixType:
            raise mistake("E0150", what=what, type=x._type)
        return found(x)
    kind = type(x)
    if kind is int or kind is float or kind is bool:
        return x  # type: ignore[return-value]
    if isinstance(x, Operand):
        return x()  # type: ignore[return-value]
    return _unusual_operand(x, what)


def _unusual_operand(x: object, what: str) -> int | float | bool:
    from enigma.memory import Buffer

    if isinstance(x, Buffer):
        raise mistake("E0106", name=x.name)
    # Numbers of other packages (NumPy's scalars) are literals, as Python's own are; arrays are not.
    if not isinstance(x, str | bytes | type) and getattr(x, "ndim", 0) == 0:
        if type(x).__name__ in ("bool_", "bool"):
            return bool(x)
        if hasattr(x, "__index__"):
            return x.__index__()
        if hasattr(x, "__float__"):
            return float(x)  # type: ignore[arg-type]
    raise mistake("E0109", what=what, type=type(x).__name__)
