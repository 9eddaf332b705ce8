"""What prepared code (`eager_syntax`) calls: where values decide, and where paths meet."""

from __future__ import annotations

import sys
from types import CellType, CodeType, FunctionType, MethodType

from enigma import native_loops
from enigma.control_flow import _refuse_escapes, for_range, if_, while_
from enigma.control_forms import EagerFor, EagerIf, _EagerBranch
from enigma.conversions import condition, constant, literal_dtype
from enigma.dtypes import DType, b1
from enigma.eager_positions import callers_of
from enigma.eager_syntax import RUNTIME, prepared_code
from enigma.eager_values import EagerValue
from enigma.errors import mistake
from enigma.locations import frame_location, is_package_file, is_standard_library
from enigma.sources import source_index
from enigma.tracer import current_tracer
from enigma.values import Operand, Value, WeakType

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

# Functions --------------------------------------------------------------------------------------

# Keyed by code object, which is kept so that its identity is not given to another.
_prepared: dict[int, tuple[CodeType, CodeType | None]] = {}


def forget_prepared() -> None:
    """Drop prepared code; files may have changed."""
    _prepared.clear()


def prepared(function: FunctionType) -> FunctionType:
    """A function as the interpreter runs it; itself if it has no source."""
    code = function.__code__
    known = _prepared.get(id(code))
    if known is None:
        known = _prepared[id(code)] = (code, prepared_code(code))
    if known[1] is None:
        return function
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    cells[RUNTIME] = CellType(sys.modules[__name__])
    closure = tuple(cells[name] for name in known[1].co_freevars)
    made = FunctionType(
        known[1], function.__globals__, function.__name__, function.__defaults__, closure
    )
    made.__kwdefaults__ = function.__kwdefaults__
    made.__dict__.update(function.__dict__)
    made.__qualname__ = function.__qualname__
    return made


def followed(function: Any) -> Any:
    """What is called: a function of the user's is prepared, others stay as they are."""
    kind = type(function)
    if kind is FunctionType:
        code = function.__code__
        if RUNTIME not in code.co_freevars and _is_users(code):
            return prepared(function)
    elif kind is MethodType and type(function.__func__) is FunctionType:
        method = followed(function.__func__)
        if method is not function.__func__:
            return MethodType(method, function.__self__)
    return function


def _is_users(code: CodeType) -> bool:
    return not is_package_file(code.co_filename) and not is_standard_library(code.co_filename)


# Decisions ---------------------------------------------------------------------------------------


def not_(x: Any) -> Any:
    """`not x`."""
    if not isinstance(x, Operand):
        return not x
    return current_tracer("`not`").emit("not", (condition(x),), b1)


def joined(left: Any, right: Any) -> Any:
    """`and` or `or` whose right side was evaluated: a b1 when the left side is a value."""
    return condition(right) if isinstance(left, Operand) else right


def decided(left: Any) -> Any:
    """`and` or `or` that the left side decided."""
    return condition(left) if isinstance(left, Operand) else left


# Loops and blocks --------------------------------------------------------------------------------


class Turns:
    """What a `for` statement of prepared code iterates.

    Attributes:
        is_traced: whether the compiled kernel has a loop or branch here.
    """

    __slots__ = ("_items", "_parts", "is_traced")

    def __init__(self, items: Any, is_traced: bool, parts: int = 0) -> None:
        self._items = items
        self.is_traced = is_traced
        self._parts = parts

    def first(self) -> list[Any]:
        """What the target has before the body runs, in a list; empty where it has nothing."""
        items = self._items
        if isinstance(items, EagerIf):
            return items.first(self._parts)
        return items.first() if hasattr(items, "first") and self.is_traced else []

    def __iter__(self) -> Iterator[Any]:
        items = self._items
        if isinstance(items, EagerIf):
            return items.turns(self._parts)
        return items.turns() if hasattr(items, "turns") and self.is_traced else iter(items)


class _Range:
    """`range` of values, or of numbers, which is a loop of the kernel, too."""

    def __init__(self, bounds: tuple[Any, ...], dtype: DType) -> None:
        self._bounds = bounds
        self._dtype = dtype

    def turns(self) -> Iterator[EagerValue]:
        tracer = current_tracer("a loop")
        low, high, step = (x.settled_number() for x in self._bounds)
        for number in python_range(low, high, step):
            yield EagerValue(self._dtype, number, tracer.block)


python_range = range


def range(function: Any, *arguments: Any) -> Turns:
    """`range(…)` as the iterable of a `for`; `function` is what the name means there."""
    made = native_loops.range(function, *arguments)
    if isinstance(made, native_loops.NativeRange):
        return Turns(_Range(made.bounds, made.dtype), True)
    return loop(made)


def loop(iterable: Any) -> Turns:
    """The iterable of a `for`."""
    if isinstance(iterable, EagerFor):
        if iterable.has_carry:
            _refuse_escapes("for_range")
        return Turns(iterable, True)
    return Turns(iterable, False)


class _Foreign:
    """A context manager that is no form, in a variable that might have held one."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def turns(self) -> Iterator[Any]:
        with self._context as value:
            yield value


def form(context: Any, parts: int) -> Turns:
    """The context of a `with`; `as` unpacks it into `parts` names."""
    if isinstance(context, for_range | if_ | while_):
        _refuse_escapes(type(context).__mro__[1].__name__)
        return Turns(context, True, parts)
    if isinstance(context, _EagerBranch):
        _refuse_escapes("if_")
        return Turns(context, True)
    if source_index(frame_location(sys._getframe(1))[0]).escape_at(
        frame_location(sys._getframe(1))
    ):
        raise mistake(
            "E0848",
            what="`break`, `continue` or `return` leaves the body of a `with`",
            fix="make the context where the `with` statement is",
        )
    return Turns(_Foreign(context), True)


# Where paths meet --------------------------------------------------------------------------------


class Knowledge:
    """The types that variables have where paths meet, as far as threads have come by.

    The compiled kernel knows all paths: a Python number that meets a f16 there is a f16. Here one
    path runs at a time, so that types are learned; `is_contradicted` says that a number was
    something else on the way, and that the launch has to be done again with what is known now.
    """

    def __init__(self) -> None:
        self._dtypes: dict[Any, DType | None] = {}
        self._floats: set[Any] = set()
        self._assumed: list[tuple[Any, WeakType]] = []

    def key(self, site: str, frame: FrameType | None = None) -> Any:
        """A place where paths meet, in a function called from certain places."""
        frame = frame or sys._getframe(2)
        return (site, callers_of(frame))

    def dtype_of(self, key: Any) -> DType | None:
        """The type there, if it is known."""
        return self._dtypes.get(key)

    def met(self, key: Any, dtype: DType) -> None:
        """A value of a type has come by."""
        known = self._dtypes.setdefault(key, dtype)
        if known is not dtype:
            # Python unrolls something around: each time the type is another.
            self._dtypes[key] = None

    def assumed(self, key: Any, weak: WeakType) -> None:
        """A number has come by, whose type is found later."""
        if weak.is_float:
            self._floats.add(key)
        self._assumed.append((key, weak))

    def number(self, key: Any, x: int | float, hint: Any) -> Value:
        """A Python number as the value that it is in the compiled kernel."""
        dtype = self._dtypes.get(key)
        if dtype is None and isinstance(hint, EagerValue) and hint.weak is None:
            dtype = hint.dtype
        if dtype is not None and literal_dtype(x, dtype) is dtype:
            return constant(x, dtype)
        weak = WeakType(isinstance(x, float) or key in self._floats)
        self.assumed(key, weak)
        return constant(x, weak)

    @property
    def size(self) -> int:
        """How much has been learned."""
        return len(self._dtypes) + len(self._floats)

    def is_contradicted(self) -> bool:
        """Whether a number became something else than what was learned; forgets the numbers."""
        wrong = False
        for key, weak in self._assumed:
            became, known = weak.known(), self._dtypes.get(key)
            if became is not None and known is not None:
                wrong |= became is not known
            elif became is not None and key in self._floats:
                wrong |= not became.is_float and not weak.root().is_float
        self._assumed.clear()
        return wrong


def join(site: str, test: Any, x: Any, hint: Any = None) -> Any:
    """A variable where paths meet that `test` decided between."""
    if not (isinstance(test, Operand) or (type(test) is Turns and test.is_traced)):
        return x
    return _joined_value(site, x, hint, sys._getframe(1))


def _joined_value(site: str, x: Any, hint: Any, frame: FrameType) -> Any:
    kind = type(x)
    if kind is EagerValue:
        if x.weak is None:
            knowledge = current_tracer("a variable").knowledge
            knowledge.met(knowledge.key(site, frame), x.dtype)
        return x
    if kind is int or kind is float:
        knowledge = current_tracer("a variable").knowledge
        return knowledge.number(knowledge.key(site, frame), x, hint)
    if kind is bool:
        return constant(x, b1)
    if kind is list:
        x[:] = [_joined_value(f"{site}[{n}]", v, None, frame) for n, v in enumerate(x)]
    elif kind is dict:
        for name in x:
            x[name] = _joined_value(f"{site}[{name!r}]", x[name], None, frame)
    elif isinstance(x, tuple):
        items = [_joined_value(f"{site}[{n}]", v, None, frame) for n, v in enumerate(x)]
        return kind._make(items) if hasattr(kind, "_make") else kind(items)
    return x


def returned(tests: tuple[Any, ...], x: Any) -> Any:
    """What a function with several returns gives."""
    if any(isinstance(t, Operand) or (type(t) is Turns and t.is_traced) for t in tests):
        return _joined_value("return", x, None, sys._getframe(1))
    return x
