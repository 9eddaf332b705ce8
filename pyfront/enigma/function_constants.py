"""Function constants: values of the module that are set when a kernel is loaded."""

from __future__ import annotations

from enigma.dtypes import DType, as_dtype
from enigma.errors import Diagnostic, Note, mistake
from enigma.locations import Location, user_location
from enigma.tracer import current_tracer, is_tracing
from enigma.values import Operand, Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import NoReturn

# The container counts them with 16 bits.
MAX_INDEX = 65535


class FunctionConstant(Operand):
    """A number that whoever loads a kernel decides; made by `enigma.function_constant`.

    In a kernel it computes as every other traced value does.

    Attributes:
        dtype: its type.
        index: Metal's ``[[function_constant(index)]]``.
        name: what the manifest and ``enigma-run --constant`` call it.
        default: its value when none is given, or None when one has to be.
    """

    __slots__ = ("default", "dtype", "index", "location", "name")

    def __init__(
        self,
        dtype: DType,
        index: int,
        default: int | float | bool | None,
        name: str,
        location: Location,
    ) -> None:
        self.dtype = dtype
        self.index = index
        self.default = default
        self.name = name
        self.location = location

    def __call__(self) -> Value:  # type: ignore[override]
        """Record that the kernel reads it."""
        if not is_tracing():
            raise self._no_value("is used outside a kernel")
        tracer = current_tracer("a function constant")
        # A constant that was kept from an earlier module is not this module's.
        if _by_index.get(self.index) is not self:
            raise mistake("E0122", name=self.name, notes=(Note("it is made here", self.location),))
        tracer.function_constants[self.index] = self
        value = tracer.emit(
            "function_constant",
            (self,),  # type: ignore[arg-type]
            self.dtype,
            named=False,
        )
        if value.op is not None:
            value.op.variable = self.name
        return value

    def _no_value(self, what: str) -> Exception:
        return mistake(
            "E0130",
            name=self.name,
            what=what,
            default=1 if self.default is None else self.default,
            notes=(Note(f"'{self.name}' is made here", self.location),),
        )

    # What Python would need a number for; this one has none before the kernel is loaded.

    def __bool__(self) -> NoReturn:
        if is_tracing():
            super().__bool__()
        raise self._no_value("has no truth value at trace time")

    def __int__(self) -> NoReturn:
        raise self._no_value("cannot become a Python int")

    def __float__(self) -> NoReturn:
        raise self._no_value("cannot become a Python float")

    def __complex__(self) -> NoReturn:
        raise self._no_value("cannot become a Python complex")

    def __index__(self) -> NoReturn:
        raise self._no_value("cannot become a Python integer")

    # Outside a kernel it is an object as any other, for the tools that look at modules.

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return super().__eq__(other) if is_tracing() else self is other  # type: ignore[return-value]

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return super().__ne__(other) if is_tracing() else self is not other  # type: ignore[return-value]

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __repr__(self) -> str:
        return f"<function constant {self.name}: {self.dtype}, index {self.index}>"


def _compute_in_kernels(operator: str) -> None:
    """Say outside a kernel what `Operand` could not: that there is `enigma.define`."""
    computed = getattr(Operand, operator)

    def method(self: FunctionConstant, *operands: object) -> object:
        if not is_tracing():
            raise self._no_value("is used outside a kernel")
        return computed(self, *operands)

    method.__name__ = operator
    setattr(FunctionConstant, operator, method)


for _operator in (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"),
    *("lshift", "rshift", "divmod"),
):
    _compute_in_kernels(f"__{_operator}__")
    _compute_in_kernels(f"__r{_operator}__")
for _operator in ("lt", "le", "gt", "ge", "neg", "pos", "abs", "invert"):
    _compute_in_kernels(f"__{_operator}__")
del _operator


_by_index: dict[int, FunctionConstant] = {}
_by_name: dict[str, FunctionConstant] = {}


def function_constant(
    dtype: object,
    index: int,
    default: int | float | bool | None = None,
    name: str | None = None,
) -> FunctionConstant:
    """A value that is set when a kernel is loaded: Metal's function constant (MSL 5.8).

    Made at module level it serves all kernels of the module; in a kernel the same call gives the
    same constant. Kernels compute with it; it has no value while they are traced
    (`enigma.define` has).

    Args:
        dtype: a scalar dtype.
        index: from 0 to 65535, one for each constant of the module.
        default: the value where none is set; without it one has to be set.
        name: what the manifest calls it; otherwise ``fc<index>``.

    Raises:
        EnigmaError: an index, name or default that does not fit, or an index or a name that is
            taken by a different constant.
    """
    element = as_dtype(dtype)
    if element.width > 1:
        raise mistake(
            "E0131",
            problem=f"a function constant is a scalar, not a {element}",
            fix="make one constant for each component, and a vector of them in the kernel",
        )
    if type(index) is not int or not 0 <= index <= MAX_INDEX:
        raise mistake(
            "E0131",
            problem=f"there is no index {index!r}",
            fix=f"indices are integers from 0 to {MAX_INDEX}",
        )
    if name is None:
        name = f"fc{index}"
    elif not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        raise mistake(
            "E0131", problem=f"{name!r} is not a name", fix="a name is a plain identifier"
        )
    value = None if default is None else _checked_default(default, element)
    known = _by_index.get(index)
    if known is None:
        known = _by_name.get(name)
    if known is not None:
        facts = (element, index, name, type(value), value)
        if (known.dtype, known.index, known.name, type(known.default), known.default) == facts:
            return known
        raise mistake(
            "E0132",
            what=f"index {index}" if known.index == index else f"name '{name}'",
            new=_describe(element, index, value, name),
            old=_describe(known.dtype, known.index, known.default, known.name),
            notes=(Note("the other one is made here", known.location),),
        )
    made = FunctionConstant(element, index, value, name, user_location())
    _by_index[index] = _by_name[name] = made
    return made


def _describe(dtype: DType, index: int, default: object, name: str) -> str:
    value = "no default" if default is None else f"default {default!r}"
    return f"'{name}' ({dtype}, index {index}, {value})"


def _checked_default(default: object, dtype: DType) -> int | float | bool:
    """The default as its dtype has it."""
    kind = type(default)
    if isinstance(default, Operand):
        raise mistake(
            "E0131", problem="the default is a traced value", fix="a default is a Python number"
        )
    if dtype.is_bool:
        good = kind is bool or (kind is int and default in (0, 1))
    elif dtype.is_float:
        good = kind in (int, float)
    else:
        good = kind is int
    if not good:
        expected = "True or False" if dtype.is_bool else "a number"
        raise mistake(
            "E0131",
            problem=f"the default {default!r} is not a value of {dtype}",
            fix=f"give {expected if dtype.is_bool or dtype.is_float else 'an integer'}",
        )
    assert isinstance(default, int | float)
    if dtype.is_bool:
        return bool(default)
    if isinstance(default, float) and (default != default or default in (1e400, -1e400)):
        raise mistake(
            "E0131",
            problem=f"the default {default} is not finite",
            fix="leave the default out, or take a finite number that stands for it",
        )
    if not dtype.low <= default <= dtype.high:
        raise mistake(
            "E0131",
            problem=f"the default {default} is out of range of {dtype} "
            f"({dtype.low} to {dtype.high})",
            fix="take a wider dtype",
        )
    return float(default) if dtype.is_float else default


def start_function_constants() -> None:
    """Forget the function constants of the module before."""
    _by_index.clear()
    _by_name.clear()


def name_collision(metal_name: str, kernel: Location) -> Diagnostic | None:
    """The error for a kernel with the name of a function constant: both are global in Metal."""
    constant = _by_name.get(metal_name)
    if constant is None:
        return None
    note = Note("the function constant is made here", constant.location)
    return Diagnostic("E0133", kernel, (note,), name=metal_name)


def known_constants() -> list[FunctionConstant]:
    """The function constants of the module, by index."""
    return [constant for _, constant in sorted(_by_index.items())]
