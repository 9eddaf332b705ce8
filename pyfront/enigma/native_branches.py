"""A branch of rewritten code: Python decides it, or both ways are recorded and joined."""

from __future__ import annotations

from enigma.conversions import agreed, condition, constant
from enigma.dtypes import DType, b1
from enigma.errors import Note
from enigma.native_variables import (
    NO_RESULT,
    Region,
    Tree,
    Undefined,
    anything_like,
    same_number,
    same_object,
    shown,
    type_differs,
    type_of,
)
from enigma.tracer import Block, Op
from enigma.values import Operand, Value, WeakType

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any


class Join(Region):
    """Chooses by a condition between the values that variables have at the ends of two blocks."""

    def __init__(self, test: Operand, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.condition = condition(test)
        self._blocks: list[Block] = []
        self._results: list[Value] = []

    def record(self, blocks: list[Block], then: list[Tree], otherwise: list[Tree]) -> list[Any]:
        """The values after the branch, which `recorded` completes."""
        self._blocks = blocks
        self._op = Op("if", (self.condition,), None, self.location)
        return [
            self._join(name, a, b) for name, a, b in zip(self.names, then, otherwise, strict=True)
        ]

    def recorded(self) -> None:
        """Append the op, with all its results."""
        self._op.regions = tuple(self._blocks)
        self._op.outputs = tuple(self._results)
        self.tracer.append(self._op)

    def _result(self, name: str | None, then: Value, otherwise: Value) -> Value:
        result = Value(type_of(then), self.tracer.block, self.location, self._op)
        result.variable = name
        self._blocks[0].yields.append(then)
        self._blocks[1].yields.append(otherwise)
        self._results.append(result)
        return result

    def _join(self, name: str, then: Tree, otherwise: Tree) -> Any:
        if then.kind == "leaf" and otherwise.kind == "leaf":
            return self._join_leaf(name, then.value, otherwise.value)
        for one, other in ((then, otherwise), (otherwise, then)):
            if isinstance(one.value, Undefined):
                if isinstance(other.value, Undefined):
                    return one.value
                places = [leaf.value for leaf in other.leaves() if isinstance(leaf.value, Value)]
                notes = (
                    [Note("it is assigned here, in one branch", places[0].location)]
                    if places
                    else []
                )
                notes.append(Note("this branch decides", self.location))
                return Undefined(shown(name), "on every path", notes)
        if then.value is NO_RESULT and otherwise.value is not NO_RESULT:
            then = Tree(otherwise.copied(iter(anything_like(otherwise))))
        elif otherwise.value is NO_RESULT and then.value is not NO_RESULT:
            otherwise = Tree(then.copied(iter(anything_like(then))))
        if then.kind == "leaf" and otherwise.kind == "leaf":
            return self._join_leaf(name, then.value, otherwise.value)
        if then.kind != otherwise.kind or len(then.items) != len(otherwise.items):
            raise self.object_differs(name, then, otherwise, "on one path and")
        if then.kind == "object":
            if same_object(then.value, otherwise.value):
                return then.value
            raise self.object_differs(name, then, otherwise, "on one path and")
        if then.keys != otherwise.keys:
            raise self.object_differs(name, then, otherwise, "on one path and")
        merged = [self._join(name, a, b) for a, b in zip(then.items, otherwise.items, strict=True)]
        if then.kind == "tuple":
            return then.as_tuple(merged)
        if then.kind == "dict":
            target = then.value if then.value is otherwise.value else {}
            target.update(zip(then.keys, merged, strict=True))
            return target
        if then.value is otherwise.value:
            then.value[:] = merged
            return then.value
        return merged

    def _join_leaf(self, name: str, a: Any, b: Any) -> Any:
        if a is b or same_number(a, b):
            return a
        if not isinstance(a, Value) and not isinstance(b, Value):
            shared: DType | WeakType = b1
            if isinstance(a, bool) != isinstance(b, bool):
                raise type_differs(name, a, b, "on one path", "on the other", self.location)
            if not isinstance(a, bool):
                shared = WeakType(isinstance(a, float) or isinstance(b, float))
            return self._result(shown(name), constant(a, shared), constant(b, shared))
        values = [x for x in (a, b) if isinstance(x, Value)]
        typed = next((x for x in values if x.weak is None), values[0])
        pair = [x if x is typed else agreed(x, typed) for x in (a, b)]
        if any(x is None for x in pair):
            raise type_differs(name, a, b, "on one path", "on the other", self.location)
        return self._result(shown(name), *pair)


class Branch(Join):
    """An `if`. Python decides it, or both ways are recorded."""

    def __init__(self, test: Any, names: tuple[str, ...]) -> None:
        self.is_traced = isinstance(test, Operand)
        if not self.is_traced:
            self.taken = bool(test)
            return
        super().__init__(test, names)

    def then(self, values: tuple[Any, ...]) -> bool:
        """Whether the first way is to be executed, from these values of the variables."""
        self.before = values
        if not self.is_traced:
            self.after = values
            return self.taken
        self._trees = [Tree(value) for value in values]
        self.watch(self._trees)
        self._slots = [slot for carry in self.tracer.carries for slot in carry.slots]
        self._slots_before = [slot.read() for slot in self._slots]
        self._ends: list[list[Tree]] = []
        self._slot_ends: list[list[Value]] = []
        self._blocks.append(self.tracer.open_block("if", self.location))
        return True

    def orelse(self) -> bool:
        """Whether the second way is to be executed; the variables have to be set to `before`."""
        if not self.is_traced:
            return not self.taken
        self._blocks.append(self.tracer.open_block("if", self.location))
        return True

    def end(self, values: tuple[Any, ...]) -> None:
        """A way ends with these values."""
        if not self.is_traced:
            self.after = values
            return
        self.tracer.close_block(self._blocks[-1])
        self._ends.append([Tree(value) for value in values])
        self._slot_ends.append([slot.current for slot in self._slots])
        for slot, before in zip(self._slots, self._slots_before, strict=True):
            slot.current = before
        self.check_watched("branch")
        self.before = tuple(tree.restore() for tree in self._trees)

    def join(self) -> tuple[Any, ...]:
        """The values after the branch."""
        if not self.is_traced:
            return self.after
        while len(self._blocks) < 2:
            self._blocks.append(Block("if", self.location))
            self._ends.append(self._trees)
            self._slot_ends.append(self._slots_before)
        after = self.record(self._blocks, *self._ends)
        for position, slot in enumerate(self._slots):
            ends = [slots[position] for slots in self._slot_ends]
            if ends[0] is not ends[1]:
                slot.current = self._result(slot.variable, ends[0], ends[1])
        self.recorded()
        return tuple(after)


def branch(test: Any, names: tuple[str, ...]) -> Branch:
    """The start of an `if`."""
    return Branch(test, names)
