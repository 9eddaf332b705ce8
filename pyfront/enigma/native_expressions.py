"""Expressions of rewritten code that evaluate a side only where it is needed."""

from __future__ import annotations

from enigma._optable import ROWS
from enigma.conversions import condition, constant
from enigma.dtypes import b1
from enigma.errors import mistake
from enigma.native_branches import Join
from enigma.native_variables import Number, Tree, emit, same_number
from enigma.tracer import Block, Tracer, current_tracer
from enigma.values import Operand, Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any


def is_pure(block: Block) -> bool:
    """Whether evaluating a block where Python would not have done so changes nothing."""
    return all(ROWS[op.name].pure and not op.regions for op in block.ops)


class _Pending:
    """A short-circuit or conditional expression that is being evaluated."""

    __slots__ = ("blocks", "join", "left", "word")

    def __init__(self, word: str, left: Any) -> None:
        self.word = word
        # What Python decided by, where it does.
        self.left = left
        self.join: Join | None = None
        self.blocks: list[Block] = []
        if isinstance(left, Operand):
            self.join = Join(left, ("value",))
            self.join.watch([])

    def open(self) -> None:
        """Start to record a side that only some threads evaluate."""
        assert self.join is not None
        self.blocks.append(self.join.tracer.open_block("if", self.join.location))

    def close(self) -> Block:
        """End a side."""
        assert self.join is not None
        self.join.tracer.close_block(self.blocks[-1])
        self.join.check_watched("expression")
        return self.blocks[-1]


_pending: list[_Pending] = []


def start() -> None:
    """Forget what an error interrupted."""
    _pending.clear()


def _short_circuit(word: str, left: Any) -> bool:
    pending = _Pending(word, left)
    _pending.append(pending)
    if pending.join is None:
        return bool(left) == (word == "and")
    pending.open()
    return True


def and_(left: Any) -> bool:
    """The left side of `and`: whether to evaluate the right side."""
    return _short_circuit("and", left)


def or_(left: Any) -> bool:
    """The left side of `or`: whether to evaluate the right side."""
    return _short_circuit("or", left)


def decided() -> Any:
    """The left side decided."""
    return _pending.pop().left


def joined(right: Any) -> Any:
    """Both sides: a b1 when the left side is traced."""
    pending = _pending.pop()
    join = pending.join
    if join is None:
        return right
    answer = condition(right)
    block = pending.close()
    if is_pure(block):
        splice(join.tracer, block)
        return join.tracer.emit(pending.word, (join.condition, answer), b1)
    decided_value = constant(pending.word == "or", b1)
    other = Block("if", join.location)
    ways = [(block, answer), (other, decided_value)]
    if pending.word == "or":
        ways.reverse()
    blocks, (then, otherwise) = zip(*ways, strict=True)
    return _chosen(join, list(blocks), then, otherwise)


def _chosen(join: Join, blocks: list[Block], then: Any, otherwise: Any) -> Any:
    """One of two values, after the op that chooses."""
    (value,) = join.record(blocks, [Tree(then)], [Tree(otherwise)])
    join.recorded()
    if isinstance(value, Value):
        value.variable = None
    return value


def splice(tracer: Tracer, block: Block) -> None:
    """Move what a block recorded into the block around."""
    around = tracer.block
    around.ops += block.ops
    for op in block.ops:
        for output in op.outputs:
            if isinstance(output, Value):
                output.block = around


def not_(x: Any) -> Any:
    """`not x`."""
    if not isinstance(x, Operand):
        return not x
    return current_tracer("`not`").emit("not", (condition(x),), b1)


def none(*flags: Any) -> Any:
    """Whether no flag is set."""
    result: Any = True
    for flag in flags:
        if not isinstance(flag, Operand):
            if flag:
                return False
            continue
        clear = not_(flag)
        result = clear if result is True else emit("and", (result, clear), b1)
    return result


# `a if test else b` is
# `chosen(answer(a) if ask(test) else None, answer(b) if ask_else() else None)`.


def ask(test: Any) -> bool:
    """The test of a conditional expression: whether to evaluate its first value."""
    pending = _Pending("if", test)
    _pending.append(pending)
    if pending.join is None:
        pending.left = bool(test)
        return bool(test)
    pending.open()
    return True


def ask_else() -> bool:
    """Whether to evaluate the second value."""
    pending = _pending[-1]
    if pending.join is None:
        return not pending.left
    pending.open()
    return True


def answer(value: Any) -> Any:
    """A value that was evaluated."""
    pending = _pending[-1]
    if pending.join is not None:
        pending.close()
    return value


def chosen(first: Any, second: Any) -> Any:
    """The value of a conditional expression."""
    pending = _pending.pop()
    join = pending.join
    if join is None:
        return first if pending.left else second
    if all(map(is_pure, pending.blocks)) and all(
        isinstance(v, Value) or type(v) in Number for v in (first, second)
    ):
        for block in pending.blocks:
            splice(join.tracer, block)
        if not same_number(first, second):
            from enigma.functions import where

            return where(second, first, join.condition)
    return _chosen(join, pending.blocks, first, second)


def asserted(test: Any) -> Any:
    """The test of an `assert`: Python's, or true where it is traced.

    Assertions on traced values are checked under ``--assertions`` only.
    """
    if not isinstance(test, Operand):
        return test
    condition(test)
    return True


def check_attribute(name: str) -> None:
    """Diagnose an assignment to an attribute where a traced value decides whether it happens."""
    tracer = current_tracer("an assignment")
    if any(block.kind in ("if", "for", "while") for block in tracer.blocks):
        raise mistake("E0216", name=name)
