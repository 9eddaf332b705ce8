"""The variables that native control flow carries: their structure, and those without a value."""

from __future__ import annotations

import builtins

from enigma.conversions import constant, literal_dtype
from enigma.dtypes import DType
from enigma.errors import Note, mistake
from enigma.locations import Location, user_frame, user_location
from enigma.tracer import Tracer, current_tracer
from enigma.values import Composite, Operand, Value, WeakType

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

Number = (bool, int, float)


class Undefined(Operand):
    """A variable that has no value, or has one only on some paths; every use is an error."""

    __slots__ = ("name", "notes", "when")

    def __init__(self, name: str, when: str = "before it is assigned", notes: Any = ()) -> None:
        self.name = name
        self.when = when
        self.notes = tuple(notes)

    def _refuse(self, *_: object) -> NoReturn:
        raise mistake("E0214", name=self.name, when=self.when, notes=self.notes)

    __call__ = __bool__ = __iter__ = __len__ = __getitem__ = __int__ = __float__ = _refuse
    __index__ = __contains__ = __hash__ = __setitem__ = __repr__ = _refuse


def undefined(names: tuple[str, ...]) -> list[Undefined]:
    """The values of variables before they are assigned."""
    return [Undefined(name) for name in names]


class _NoResult:
    """What a function that has not returned yet will return. It is read where it has returned only,
    so that the other paths may have any value of the right type there."""

    __slots__ = ()


NO_RESULT = _NoResult()


def returned(result: Any, has_returned: Any, always: bool) -> Any:
    """What a function returns; `always` says that it cannot come to its end otherwise."""
    if always or has_returned is True:
        return result
    if isinstance(has_returned, Operand):
        raise mistake("E0219")
    return None


def anything_like(tree: Tree) -> list[Value]:
    """A constant for each leaf of a value that another path returns."""
    found = []
    for leaf in tree.leaves():
        if isinstance(leaf.value, Value):
            found.append(constant(0, type_of(leaf.value)))
        else:
            found.append(leaf.value)
    return found


# The display names of the rewriter's own variables.
_WORDS = {"__stop": "stop", "__skip": "skip", "__returned": "returned", "__result": "result"}


def shown(name: str) -> str:
    return _WORDS.get(name.rstrip("0123456789"), name)


# -- the structure of a variable's value -------------------------------------------------------


class Tree:
    """A variable's value when it was looked at: numbers are leaves, lists may change later."""

    __slots__ = ("items", "keys", "kind", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.keys: list[Any] = []
        self.items: list[Tree] = []
        kind = type(value)
        if isinstance(value, Value) or kind in Number:
            self.kind = "leaf"
        elif kind is list or isinstance(value, tuple):
            self.kind = "list" if kind is list else "tuple"
            self.items = [Tree(item) for item in value]
        elif kind is dict:
            self.kind = "dict"
            self.keys = builtins.list(value)
            self.items = [Tree(item) for item in value.values()]
        elif isinstance(value, Composite):
            self.kind = "composite"
            self.keys = [kind]
            self.items = [Tree(part) for part in value.parts()]
        else:
            self.kind = "object"

    def leaves(self) -> list[Tree]:
        """The numbers and traced values, in order."""
        if self.kind == "leaf":
            return [self]
        return [leaf for item in self.items for leaf in item.leaves()]

    def build(self, leaves: Iterator[Any]) -> Any:
        """The value with other leaves; lists and dictionaries stay the objects they are."""
        if self.kind == "leaf":
            return next(leaves)
        built = [item.build(leaves) for item in self.items]
        if self.kind == "list":
            self.value[:] = built
        elif self.kind == "dict":
            self.value.clear()
            self.value.update(zip(self.keys, built, strict=True))
        elif self.kind in ("tuple", "composite"):
            return self.as_tuple(built)
        return self.value

    def as_tuple(self, items: list[Any]) -> Any:
        """A tuple or composite of the value's own class: a named tuple, a matrix, a tensor."""
        if self.kind == "composite":
            return self.value.rebuilt(items)
        kind = type(self.value)
        return kind._make(items) if hasattr(kind, "_make") else kind(items)

    def copied(self, leaves: Iterator[Any]) -> Any:
        """The value with other leaves, in new containers."""
        if self.kind == "leaf":
            return next(leaves)
        built = [item.copied(leaves) for item in self.items]
        if self.kind == "dict":
            return dict(zip(self.keys, built, strict=True))
        if self.kind in ("tuple", "composite"):
            return self.as_tuple(built)
        return self.value if self.kind == "object" else built

    def restore(self) -> Any:
        """The value with the leaves it had."""
        return self.build(iter([leaf.value for leaf in self.leaves()]))

    def is_like(self, other: Tree) -> bool:
        """Whether leaves correspond one to one."""
        if self.kind != other.kind or len(self.items) != len(other.items):
            return False
        if self.kind == "object":
            return same_object(self.value, other.value)
        if self.keys != other.keys:
            return False
        return all(a.is_like(b) for a, b in zip(self.items, other.items, strict=True))


def same_object(a: object, b: object) -> bool:
    if a is b:
        return True
    if isinstance(a, Operand) or isinstance(b, Operand) or type(a) is not type(b):
        return False
    try:
        return bool(a == b)
    except Exception:  # a user's __eq__; then they are different objects
        return False


def same_number(a: Any, b: Any) -> bool:
    """Whether two Python numbers are one constant; -0.0 is not 0.0, and a NaN is a NaN."""
    return type(a) is type(b) and type(a) in Number and repr(a) == repr(b)


class Region:
    """What branches and loops share: the variables around, and lists that must not change."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.tracer: Tracer = current_tracer("control flow on a traced value")
        self.location = user_location()
        self._watched: list[tuple[str, Any, list[Any]]] = []

    def watch(self, carried: list[Tree]) -> None:
        """Remember the containers in the function's other variables."""
        frame = user_frame()
        if frame is None:
            return
        known = set()

        def mark(tree: Tree) -> None:
            known.add(id(tree.value))
            for item in tree.items:
                mark(item)

        for tree in carried:
            mark(tree)

        def visit(name: str, value: Any, level: int) -> None:
            if type(value) not in (list, dict, set) or id(value) in known or level > 8:
                return
            known.add(id(value))
            contents = builtins.list(value.values() if type(value) is dict else value)
            self._watched.append((name, value, contents))
            for item in contents:
                visit(name, item, level + 1)

        for name, value in frame.f_locals.items():
            visit(name, value, 0)

    def check_watched(self, where: str) -> None:
        """Diagnose a container that the region changed where nothing can carry it."""
        for name, value, contents in self._watched:
            now = builtins.list(value.values() if type(value) is dict else value)
            if len(now) != len(contents) or any(
                a is not b for a, b in zip(now, contents, strict=True)
            ):
                raise mistake("E0213", at=self.location, name=name, where=where)

    def object_differs(self, name: str, a: Tree, b: Tree, where: str) -> Exception:
        """Two values of a variable that no region can choose between."""
        return mistake(
            "E0215", at=self.location, name=shown(name), a=_kind(a), b=_kind(b), where=where
        )


def _kind(tree: Tree) -> str:
    if tree.kind == "leaf":
        return "a number"
    if tree.kind in ("list", "tuple", "dict"):
        return f"a {tree.kind} of {len(tree.items)}"
    if isinstance(tree.value, Undefined):
        return "undefined"
    return "None" if tree.value is None else f"a {type(tree.value).__name__}"


def type_of(value: Value) -> DType | WeakType:
    """A value's type, which stays weak if it is."""
    weak = value.weak
    return weak if weak is not None else value.dtype


def _type_name(x: Any) -> str:
    if isinstance(x, Value):
        weak = x.weak
        return ("f32" if weak.is_float else "i32") if weak is not None else str(x.dtype)
    return str(literal_dtype(x))


def type_differs(name: str, a: Any, b: Any, a_where: str, b_where: str, at: Location) -> Exception:
    """The error where a variable is of two types; both places are shown."""
    notes = [
        Note(f"it is {_type_name(x)} here", x.location)
        for x in (a, b)
        if isinstance(x, Value) and x.location != at
    ]
    return mistake(
        "E0212",
        at=at,
        name=shown(name),
        a=_type_name(a),
        b=_type_name(b),
        a_where=a_where,
        b_where=b_where,
        notes=tuple(notes),
    )


def emit(op: str, operands: tuple[Value, ...], dtype: DType) -> Value:
    """Record an op that no variable is assigned from."""
    return current_tracer("control flow on a traced value").emit(op, operands, dtype, named=False)
