"""Structured control flow in its explicit forms: `for_range`, `if_`, `while_` and their carries.

A body is recorded once. What it changes is carried: ``init=[…]`` gives the start values, ``c[0]``
reads and ``c[0] = …`` assigns the carried variable, in nested branches and loops too, and after the
region ``c[0]`` is the result.

    with enigma.for_range(0, n, init=[0.0]) as (i, c):
        with enigma.if_(A[i] > 0):
            c[0] = c[0] + A[i]
    Out[row] = c[0]

How nesting works: every carried variable of the regions around is passed into an inner loop as an
argument; when the loop ends, those that it did not assign are taken out again.
"""

from __future__ import annotations

import builtins

from enigma.checks import warn_of_empty_loop
from enigma.conversions import condition, convert
from enigma.dtypes import DType, as_dtype
from enigma.errors import Note, mistake
from enigma.locations import Location, frame_location, target_names, user_frame, user_location
from enigma.sources import source_index
from enigma.tracer import Block, Op, Tracer, current_tracer
from enigma.values import Carry, Operand, Slot, Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_FIXES = {
    "for_range": "put what follows under enigma.if_, or count in enigma.while_ with a condition",
    "if_": "put what follows under `with else_:` of `with enigma.if_(cond) as (then, else_)`",
    "while_": "make it part of the condition: enigma.while_(lambda c: …)",
}


def check_entered(tracer: Tracer) -> None:
    """Diagnose an `if_` or `while_` without `with`, whose body would run in any case."""
    for form in tracer.forms:
        if form._state == "new":
            name = type(form).__name__
            raise mistake(
                "E0208",
                at=form._location,
                form=name,
                problem="it has no body, for it stands in no `with`",
                fix=f"with enigma.{name}(…):",
            )


def _refuse_escapes(region: str) -> None:
    """Diagnose `return`, `break` and `continue` that leave the body that starts here.

    They would be taken while tracing, once, and what follows them would be missing from the kernel.
    """
    frame = user_frame()
    if frame is None:
        return
    place = frame_location(frame)
    escape = source_index(place[0]).escape_at(place)
    if escape is not None:
        statement, location = escape
        raise mistake("E0201", at=location, statement=statement, region=region, fix=_FIXES[region])


def _start_values(init: object, form: str) -> tuple[object, ...]:
    if init is None:
        return ()
    if not isinstance(init, list | tuple):
        raise mistake(
            "E0208",
            form=form,
            problem=f"init is {type(init).__name__}",
            fix="init is a list of start values: init=[0.0]",
        )
    return tuple(init)


def _name_carry(carry: Carry, name: object) -> None:
    """Call the carried variables after the carry: `c`, or `c0`, `c1`, … when there are several."""
    many = len(carry.slots) > 1
    for position, slot in enumerate(carry.slots):
        slot.variable = f"{name}{position}" if many else str(name)


def _single_use(used: bool, form: str, location: Location) -> None:
    if used:
        raise mistake(
            "E0208",
            form=form,
            problem="this one is used a second time",
            fix=f"write enigma.{form}(…) where the body starts",
            notes=(Note("it is made here", location),),
        )


class LoopCarries:
    """The carried variables that go through a loop: its own and those of the regions around."""

    def __init__(self, tracer: Tracer, own: Carry, *, always_keep: bool = True) -> None:
        self.slots: list[Slot] = list(own.slots)
        for carry in tracer.carries:
            self.slots += carry.slots
        # How many at the start are results even when the body leaves them alone.
        self.own_count = len(own.slots) if always_keep else 0
        self.outer = [slot.read() for slot in self.slots]

    def enter(self, block: Block, location: Location) -> list[Value]:
        """Make the carried variables arguments of a block."""
        arguments = []
        for slot, outer in zip(self.slots, self.outer, strict=True):
            argument = Value(_type_of(outer), block, location)
            argument.variable = slot.variable
            slot.current = argument
            arguments.append(argument)
        block.args += arguments
        return arguments

    def leave(self, entries: list[list[Value]]) -> tuple[list[int], list[Value]]:
        """Which variables the body changed (its own always stay), and their values at its end.

        `entries` are the arguments of each block; those of the others stand for the values outside.
        """
        kept, ends = [], []
        for position, slot in enumerate(self.slots):
            argument = entries[-1][position]
            if position < self.own_count or slot.current.resolved() is not argument:
                kept.append(position)
                ends.append(slot.current)
            else:
                for arguments in entries:
                    arguments[position].forward = self.outer[position]
                slot.current = self.outer[position]
        return kept, ends

    def results(self, op: Op, kept: list[int], block: Block, entry: list[Value]) -> None:
        """Give the loop its results and the variables their values after it."""
        results = []
        for position in kept:
            result = Value(_type_of(entry[position]), block, op.location, op)
            result.variable = self.slots[position].variable
            self.slots[position].current = result
            results.append(result)
        op.outputs = tuple(results)


def _type_of(value: Value) -> Any:
    weak = value.weak
    return weak if weak is not None else value.dtype


def _settle(carry: Carry) -> None:
    """After its region, a variable that met no typed value has the type of a number on its own."""
    for slot in carry.slots:
        _ = slot.current.dtype


class for_range:
    """A counted loop: iterations are those of Python's ``range(lo, hi, step)``.

    ``for i in enigma.for_range(0, n):`` and ``with enigma.for_range(0, n) as i:`` mean the same.
    With ``init=[…]`` there are carried variables, ``for i, c in …`` or ``with … as (i, c)``; after
    the loop ``c[0]`` is the result.

    Args:
        lo, hi: first value and end of the induction variable, traced or constant. With one argument
            they are 0 and the argument.
        step: positive when traced; a constant may be negative, and is not zero.
        dtype: the type of the induction variable; bounds and step convert to it.
        init: the start values of the carried variables.

    The body is recorded once: `break` and `return` in it are errors.
    """

    def __init__(
        self,
        lo: object,
        hi: object = None,
        step: object = 1,
        dtype: object = "int",
        init: object = None,
    ) -> None:
        tracer = current_tracer("enigma.for_range")
        self._location = user_location()
        if hi is None:
            lo, hi = 0, lo
        induction = as_dtype(dtype)
        if not induction.is_integer:
            raise mistake(
                "E0208",
                form="for_range",
                problem=f"the induction variable cannot be {induction}",
                fix='choose an integer: dtype="uint"',
            )
        if not isinstance(step, Operand) and step == 0:
            raise mistake(
                "E0208", form="for_range", problem="step is zero", fix="count by 1 or -1 at least"
            )
        self._dtype = induction
        self._tracer = tracer
        warn_of_empty_loop(lo, hi, step, self._location)
        self._bounds = tuple(
            _bound(x, word, induction) for x, word in ((lo, "lo"), (hi, "hi"), (step, "step"))
        )
        self._has_carry = init is not None
        self._carry = Carry("for_range", _start_values(init, "for_range"), self._location)
        self._state = "new"

    @property
    def has_carry(self) -> bool:
        """Whether it was given `init`."""
        return self._has_carry

    def take(self) -> tuple[Any, DType]:
        """The bounds and type, for a `for` statement that carries variables by itself."""
        _single_use(self._state != "new", "for_range", self._location)
        self._state = "taken"
        return self._bounds, self._dtype

    def _open(self) -> Any:
        _single_use(self._state != "new", "for_range", self._location)
        _refuse_escapes("for_range")
        self._state = "open"
        tracer = self._tracer
        names = target_names()
        if self._has_carry and len(names) == 2:
            _name_carry(self._carry, names[1])
        self._carried = LoopCarries(tracer, self._carry)
        self._block = tracer.open_block("for_range", self._location)
        i = Value(self._dtype, self._block, self._location)
        if names:
            i.variable = str(names[0])
        self._block.args.append(i)
        self._entry = self._carried.enter(self._block, self._location)
        tracer.carries.append(self._carry)
        return (i, self._carry) if self._has_carry else i

    def _close(self) -> None:
        self._state = "closed"
        tracer, block = self._tracer, self._block
        tracer.check_innermost(block)
        tracer.carries.remove(self._carry)
        kept, ends = self._carried.leave([self._entry])
        block.yields = ends
        block.args = [block.args[0], *(self._entry[p] for p in kept)]
        tracer.close_block(block)
        inputs = (*self._bounds, *(self._carried.outer[p] for p in kept))
        op = Op("for", inputs, None, self._location)
        op.regions = (block,)
        tracer.append(op)
        self._carried.results(op, kept, tracer.block, self._entry)
        _settle(self._carry)
        self._carry.end()

    def __enter__(self) -> Any:
        return self._open()

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        if kind is None:
            self._close()

    def __iter__(self) -> for_range:
        return self

    def __next__(self) -> Any:
        if self._state == "open":
            self._close()
            raise StopIteration
        return self._open()


def _bound(x: object, word: str, dtype: DType) -> Value:
    operand = read_operand(x, f"{word} of for_range")
    is_float = operand.dtype.is_float if isinstance(operand, Value) else isinstance(operand, float)
    if is_float:
        raise mistake(
            "E0208",
            form="for_range",
            problem=f"{word} is a float",
            fix='convert it: enigma.metal_cast(x, "int")',
        )
    return convert(operand, dtype)


def range(start: object, stop: object = None, step: object = 1) -> for_range:
    """`for_range` with the arguments of Python's `range`: ``for i in enigma.range(n):``."""
    return for_range(start, stop, step)


def range_constexpr(start: int, stop: int | None = None, step: int = 1) -> builtins.range:
    """Python's own `range`: the body is recorded for each value, so the loop is unrolled.

    Raises:
        EnigmaError: a bound is a traced value.
    """
    for x in (start, stop, step):
        if isinstance(x, Operand):
            raise mistake(
                "E0208",
                form="range_constexpr",
                problem="a bound is a traced value",
                fix="a loop with traced bounds is enigma.for_range",
            )
    if stop is None:
        start, stop = 0, start
    return builtins.range(start, stop, step)


def unroll(iterable: Iterable) -> Iterable:
    """Say that a Python loop over constants is to be unrolled: ``enigma.unroll(range(4))``."""
    if isinstance(iterable, for_range | Operand):
        raise mistake(
            "E0208",
            form="unroll",
            problem="the bounds are traced",
            fix="only a loop over Python values can be unrolled",
        )
    return iterable


class _Branch:
    """One block of a two-way `if_`."""

    def __init__(self, owner: if_, position: int) -> None:
        self._owner = owner
        self._position = position

    def __enter__(self) -> None:
        self._owner._enter_branch(self._position)

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        if kind is None:
            self._owner._leave_branch(self._position)


class if_:
    """A branch.

    ``with enigma.if_(cond):`` records what happens where `cond` holds. Two ways:

        with enigma.if_(cond) as (then, else_):
            with then:
                …
            with else_:
                …

    Values come out through carried variables: those of loops around, and with ``init=[…]`` the
    branch's own, ``with enigma.if_(cond, init=[x]) as c`` or ``as (then, else_, c)``; a block that
    does not assign ``c[0]`` leaves it as it was.

    Args:
        cond: a b1, or a number that counts as true when it is not zero.
        init: the start values of carried variables.
    """

    def __init__(self, cond: object, init: object = None) -> None:
        self._tracer = current_tracer("enigma.if_")
        self._location = user_location()
        self._condition = condition(cond)
        self._has_carry = init is not None
        self._carry = Carry("if_", _start_values(init, "if_"), self._location)
        self._state = "new"
        self._tracer.forms.append(self)
        self._blocks: list[Block | None] = [None, None]
        self._ends: list[list[Value]] = [[], []]

    # `with enigma.if_(cond, init=[x]) as c`: the branch stands for its carry.

    def __getitem__(self, index: int) -> Value:
        return self._carry[index]

    def __setitem__(self, index: int, value: object) -> None:
        self._carry[index] = value

    def __len__(self) -> int:
        return len(self._carry)

    def __iter__(self) -> Iterator:
        """Unpacking as (then, else_) makes it a two-way branch."""
        block = self._blocks[0]
        if self._state != "one-way" or block is None or block.ops:
            raise mistake(
                "E0208",
                form="if_",
                problem="it is unpacked away from its `as`",
                fix="with enigma.if_(cond) as (then, else_):",
            )
        self._tracer.close_block(block)
        self._blocks[0] = None
        self._state = "two-way"
        self._sealed = self._tracer.open_block("if_", self._location)
        self._sealed.sealed = True
        names = target_names()
        if self._has_carry and len(names) == 3:
            _name_carry(self._carry, names[2])
        parts: list[object] = [_Branch(self, 0), _Branch(self, 1)]
        return iter([*parts, self._carry] if self._has_carry else parts)

    def __enter__(self) -> Any:
        _single_use(self._state != "new", "if_", self._location)
        _refuse_escapes("if_")
        self._state = "one-way"
        names = target_names()
        if self._has_carry and len(names) == 1:
            _name_carry(self._carry, names[0])
        self._tracer.carries.append(self._carry)
        self._slots = [slot for carry in self._tracer.carries for slot in carry.slots]
        self._before = [slot.read() for slot in self._slots]
        self._blocks[0] = self._tracer.open_block("if_", self._location)
        return self

    def _enter_branch(self, position: int) -> None:
        if self._state != "two-way" or self._tracer.block is not self._sealed:
            raise mistake(
                "E0208",
                form="if_",
                problem="`then` and `else_` stand only in their own enigma.if_",
                fix="with enigma.if_(cond) as (then, else_):",
            )
        if self._blocks[position] is not None:
            raise mistake(
                "E0208",
                form="if_",
                problem=f"`{('then', 'else_')[position]}` is used twice",
                fix="write the two bodies as one",
            )
        _refuse_escapes("if_")
        self._blocks[position] = self._tracer.open_block("if_", user_location())

    def _leave_branch(self, position: int) -> None:
        block = self._blocks[position]
        assert block is not None
        self._tracer.close_block(block)
        self._ends[position] = [slot.current for slot in self._slots]
        for slot, before in zip(self._slots, self._before, strict=True):
            slot.current = before

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        if kind is not None:
            return
        tracer = self._tracer
        if self._state == "two-way":
            tracer.close_block(self._sealed)
        else:
            self._leave_branch(0)
        self._state = "closed"
        tracer.carries.remove(self._carry)
        op = Op("if", (self._condition,), None, self._location)
        regions = [block or Block("if_", self._location) for block in self._blocks]
        results = []
        own = set(map(id, self._carry.slots))
        for position, slot in enumerate(self._slots):
            before = self._before[position]
            ends = [branch[position] if branch else before for branch in self._ends]
            if id(slot) not in own and all(end is before for end in ends):
                continue
            result = Value(_type_of(before), tracer.block, self._location, op)
            result.variable = slot.variable
            for region, end in zip(regions, ends, strict=True):
                region.yields.append(end)
            slot.current = result
            results.append(result)
        op.regions = tuple(regions)
        op.outputs = tuple(results)
        tracer.append(op)
        _settle(self._carry)
        self._carry.end()


class while_:
    """A loop that goes on while a condition holds.

        with enigma.while_(lambda c: c[0] < n, init=[i]) as c:
            c[0] = c[0] + 1

    Args:
        cond_fn: gives the condition. With `init` it is called with the carry, else without
            arguments; it reads carried variables and does not assign them.
        init: the start values of the carried variables.

    Without `init`, ``with enigma.while_(lambda: cond):`` needs something that the body changes:
    memory, or a carried variable of a region around.
    """

    def __init__(self, cond_fn: Callable[..., object], init: object = None) -> None:
        self._tracer = current_tracer("enigma.while_")
        self._location = user_location()
        if isinstance(cond_fn, Operand) or not callable(cond_fn):
            raise mistake(
                "E0208",
                form="while_",
                problem="the condition is not a function",
                fix="a condition is computed in every iteration: enigma.while_(lambda c: c[0] < n, "
                "init=[…])",
            )
        self._cond_fn = cond_fn
        self._has_carry = init is not None
        self._carry = Carry("while_", _start_values(init, "while_"), self._location)
        self._state = "new"
        self._tracer.forms.append(self)

    def __enter__(self) -> Any:
        _single_use(self._state != "new", "while_", self._location)
        _refuse_escapes("while_")
        self._state = "open"
        tracer = self._tracer
        names = target_names()
        if self._has_carry and len(names) == 1:
            _name_carry(self._carry, names[0])
        self._carried = LoopCarries(tracer, self._carry)
        tracer.carries.append(self._carry)
        self._before = tracer.open_block("while_", self._location)
        self._conditioned = self._carried.enter(self._before, self._location)
        answer = self._cond_fn(self._carry) if self._has_carry else self._cond_fn()
        self._before.yields = [condition(answer)]
        for slot, argument in zip(self._carried.slots, self._conditioned, strict=True):
            if slot.current is not argument:
                raise mistake(
                    "E0208",
                    form="while_",
                    problem="the condition assigns a carried variable",
                    fix="assign in the body",
                )
        tracer.close_block(self._before)
        self._body = tracer.open_block("while_", self._location)
        self._entry = self._carried.enter(self._body, self._location)
        return self._carry if self._has_carry else None

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        if kind is not None:
            return
        self._state = "closed"
        tracer = self._tracer
        tracer.check_innermost(self._body)
        tracer.carries.remove(self._carry)
        kept, ends = self._carried.leave([self._conditioned, self._entry])
        self._body.yields = ends
        self._before.args = [self._conditioned[p] for p in kept]
        self._body.args = [self._entry[p] for p in kept]
        tracer.close_block(self._body)
        op = Op("while", tuple(self._carried.outer[p] for p in kept), None, self._location)
        op.regions = (self._before, self._body)
        tracer.append(op)
        self._carried.results(op, kept, tracer.block, self._entry)
        _settle(self._carry)
        self._carry.end()
