"""The loops of rewritten code: Python's, or recorded with the variables that they change."""

from __future__ import annotations

import builtins

from enigma.checks import warn_of_empty_loop
from enigma.control_flow import LoopCarries, for_range
from enigma.conversions import agreed, cast, common_dtype, condition, constant, literal_dtype
from enigma.dtypes import DType, b1, i32, i64
from enigma.errors import Note, mistake
from enigma.locations import user_location
from enigma.native_branches import Branch
from enigma.native_expressions import and_, decided, joined, none
from enigma.native_variables import (
    NO_RESULT,
    Region,
    Tree,
    Undefined,
    emit,
    shown,
    type_differs,
    type_of,
)
from enigma.tracer import Block, Op
from enigma.values import Carry, Operand, Slot, Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class _LoopRegion(Region):
    """The variables of a recorded loop: which of their leaves it carries."""

    def enter_loop(self, values: tuple[Any, ...]) -> None:
        """Make the numbers among the variables start values."""
        self._trees = [Tree(value) for value in values]
        self.watch(self._trees)
        self._leaves: list[tuple[str, Any]] = []
        slots = []
        for name, tree in zip(self.names, self._trees, strict=True):
            for leaf in tree.leaves():
                self._leaves.append((name, leaf.value))
                slot = Slot(leaf.value, self.location)
                slot.variable = shown(name)
                slots.append(slot)
        own = Carry("loop", (), self.location)
        own.slots = slots
        self.carried = LoopCarries(self.tracer, own, always_keep=False)

    def values_of(self, arguments: list[Value]) -> tuple[Any, ...]:
        """The variables with a block's arguments in place of their numbers."""
        leaves: Iterator[Any] = iter(arguments[: len(self._leaves)])
        return tuple(tree.build(leaves) for tree in self._trees)

    def assign(self, values: tuple[Any, ...]) -> None:
        """The variables at the end of an iteration."""
        position = 0
        self._late: list[tuple[int, Tree]] = []
        self._result: tuple[int, Tree] | None = None
        for index, (name, start, value) in enumerate(
            zip(self.names, self._trees, values, strict=True)
        ):
            end = Tree(value)
            if isinstance(start.value, Undefined):
                self._late.append((index, end))
            elif start.value is NO_RESULT and end.value is not NO_RESULT:
                self._result = (index, end)
            elif not start.is_like(end):
                raise self.object_differs(name, start, end, "before the loop and")
            else:
                for leaf in end.leaves():
                    self._assign_leaf(name, self.carried.slots[position], leaf.value, position)
                    position += 1
        self.check_watched("loop")

    def result_ends(self) -> list[Value]:
        """What the function returns from inside the loop: a value that nothing had before it."""
        if self._result is None:
            return []
        _, end = self._result
        return [
            leaf.value
            if isinstance(leaf.value, Value)
            else constant(leaf.value, literal_dtype(leaf.value))
            for leaf in end.leaves()
        ]

    def carry_result(self, op: Op, blocks: list[Block], ends: list[Value]) -> None:
        """Have a recorded loop carry the returned value; it starts as anything."""
        results = []
        for end in ends:
            op.inputs = (*op.inputs, constant(0, type_of(end)))
            for block in blocks:
                block.args.append(Value(type_of(end), block, self.location))
            blocks[-1].yields.append(end)
            result = Value(type_of(end), self.tracer.block, self.location, op)
            result.variable = "result"
            results.append(result)
        self.returned = results

    def _assign_leaf(self, name: str, slot: Slot, x: Any, position: int) -> None:
        if x is slot.current:
            return
        value = agreed(x, slot.current)
        if value is None:
            words = ("before the loop", "after an iteration")
            raise type_differs(name, self._leaves[position][1], x, *words, self.location)
        slot.current = value

    def after_loop(self, kept: list[int]) -> tuple[Any, ...]:
        """The variables after the loop; what it did not change is what it was."""
        leaves = [
            self.carried.slots[position].current if position in kept else start
            for position, (_, start) in enumerate(self._leaves)
        ]
        items = iter(leaves)
        values = [tree.build(items) for tree in self._trees]
        for index, end in self._late:
            if not isinstance(end.value, Undefined):
                notes = [Note("this loop may run zero times", self.location)]
                values[index] = Undefined(shown(self.names[index]), "on every path", notes)
        if self._result is not None:
            index, end = self._result
            values[index] = end.copied(iter(self.returned))
        return tuple(values)


class NativeRange:
    """The bounds of ``for i in range(…)``; a loop, not a Python iterable."""

    __slots__ = ("bounds", "dtype")

    def __init__(self, bounds: tuple[Value, Value, Value], dtype: DType) -> None:
        self.bounds = bounds
        self.dtype = dtype


def range(python_range: Any, *arguments: Any) -> Any:
    """`range(…)` as the iterable of a `for`; `python_range` is what the name means there."""
    if python_range is not builtins.range:
        from enigma.native import call

        return call(python_range, *arguments)
    if not 1 <= len(arguments) <= 3:
        raise mistake(
            "E0208",
            form="range",
            problem=f"it is given {len(arguments)} arguments",
            fix="range(stop), range(start, stop) or range(start, stop, step)",
        )
    operands = []
    for x in arguments:
        operand = read_operand(x, "a bound of range")
        is_float = (
            operand.dtype.is_float if isinstance(operand, Value) else isinstance(operand, float)
        )
        if is_float:
            raise mistake(
                "E0208",
                form="range",
                problem="a bound is a float",
                fix='convert it: enigma.metal_cast(x, "int")',
            )
        operands.append(operand)
    lo, hi, step = [*operands, 1][:3] if len(operands) > 1 else (0, operands[0], 1)
    if not isinstance(step, Value) and step == 0:
        raise mistake(
            "E0208", form="range", problem="step is zero", fix="count by 1 or -1 at least"
        )
    warn_of_empty_loop(lo, hi, step, user_location())
    dtype = _induction_type([lo, hi, step])
    bounds = tuple(
        cast(x, dtype) if isinstance(x, Value) else constant(x, dtype) for x in (lo, hi, step)
    )
    return NativeRange(bounds, dtype)  # type: ignore[arg-type]


def _induction_type(operands: list[Any]) -> DType:
    """A type that holds all bounds, so that the iterations are those of Python."""
    found: DType | None = None
    signs = set()
    for x in operands:
        if isinstance(x, Value):
            if x.dtype.is_bool:
                x = cast(x, i32)
            signs.add(x.dtype.is_signed)
            found = x.dtype if found is None else common_dtype(found, x.dtype)
    literals = [x for x in operands if not isinstance(x, Value)]
    if found is None:
        return i32 if all(i32.low <= x <= i32.high for x in literals) else i64
    negative = any(x < 0 for x in literals)
    if not found.is_signed and (len(signs) > 1 or negative):
        if found.bytes == 8:
            raise mistake(
                "E0208",
                form="range",
                problem="u64 and negative or signed bounds have no common type",
                fix='convert the bounds: enigma.metal_cast(x, "long")',
            )
        found = i64 if found.bytes == 4 else i32
    if any(not found.low <= x <= found.high for x in literals):
        found = i64
    return found


class ForLoop(_LoopRegion):
    """A `for`: over a recorded range, or over what Python iterates."""

    def __init__(
        self, iterable: Any, names: tuple[str, ...], flags: tuple[str, ...], target: str
    ) -> None:
        self._iterable = iterable
        self._flag_names = flags
        self._target = target
        if isinstance(iterable, for_range) and not iterable.has_carry:
            self._iterable = iterable = NativeRange(*iterable.take())
        self.is_traced = isinstance(iterable, NativeRange)
        self.names = names
        if self.is_traced:
            super().__init__(names)

    def entered(self, names: tuple[str, ...]) -> tuple[Any, ...]:
        """The values of variables in the iteration that starts."""
        now = dict(zip(self.names, self._values, strict=True))
        return tuple(now[name] for name in names)

    def end(self, values: tuple[Any, ...]) -> None:
        """The iteration ends with these values."""
        self._values = values
        self._ended = True

    def join(self) -> tuple[Any, ...]:
        """The values after the loop."""
        return self._values

    def _flags(self) -> list[Any]:
        now = dict(zip(self.names, self._values, strict=True))
        return [now[name] for name in self._flag_names]

    def items(self, values: tuple[Any, ...]) -> Iterator[Any]:
        """The iterations: one symbolic, or Python's."""
        self._values = values
        if self.is_traced:
            return self._recorded()
        return self._unrolled(iter(self._iterable))

    def _unrolled(self, iterator: Iterator[Any]) -> Iterator[Any]:
        for item in iterator:
            flags = self._flags()
            if any(flag is True for flag in flags):
                return
            going_on = none(*flags)
            if not isinstance(going_on, Operand):
                yield item
                continue
            # The loop may have been left: what follows runs where it has not.
            guard = Branch(going_on, self.names)
            guard.then(self._values)
            self._values = guard.before
            yield item
            guard.end(self._values)
            self._values = guard.join()

    def _recorded(self) -> Iterator[Any]:
        self.enter_loop(self._values)
        if self._flag_names:
            yield from self._while_form()
            return
        tracer, block = self.tracer, self.tracer.open_block("for", self.location)
        i = Value(self._iterable.dtype, block, self.location)
        i.variable = self._target or None
        block.args.append(i)
        entry = self.carried.enter(block, self.location)
        self._values = self.values_of(entry)
        yield i
        self.assign(self._values)
        tracer.check_innermost(block)
        kept, block.yields = self.carried.leave([entry])
        block.args = [i, *(entry[p] for p in kept)]
        tracer.close_block(block)
        inputs = (*self._iterable.bounds, *(self.carried.outer[p] for p in kept))
        op = Op("for", inputs, None, self.location)
        op.regions = (block,)
        tracer.append(op)
        self.carried.results(op, kept, tracer.block, entry)
        self._values = self.after_loop(kept)

    def _while_form(self) -> Iterator[Any]:
        """A loop that may be left early counts its iterations, so that no counter overflows."""
        lo, hi, step = self._iterable.bounds
        count = _trip_count(lo, hi, step)
        recorder = _WhileRecorder(self)
        counter = recorder.begin(constant(0, count.dtype))
        self._values = self.values_of(recorder.arguments)
        going_on = none(*self._flags())
        more = emit("cmp_lt", (counter, count), b1)
        recorder.condition(emit("and", (more, condition(going_on)), b1))
        counter = recorder.counter
        offset = emit("mul", (cast(counter, lo.dtype), step), lo.dtype)
        i = emit("add", (lo, offset), lo.dtype)
        assert i.op is not None
        i.op.variable = self._target or None
        self._values = self.values_of(recorder.arguments)
        yield i
        self.assign(self._values)
        following = emit("add", (counter, constant(1, counter.dtype)), counter.dtype)
        self._values = self.after_loop(recorder.end(following))


def _trip_count(lo: Value, hi: Value, step: Value) -> Value:
    """The number of iterations of ``range(lo, hi, step)`` in the unsigned type of its width."""
    from enigma.dtypes import BY_NAME

    dtype = lo.dtype
    unsigned = BY_NAME["u" + dtype.name[1:]]
    literal = (
        step.op.attributes["value"] if step.op is not None and step.op.name == "constant" else None
    )  # type: ignore[index]
    descends = isinstance(literal, int) and literal < 0
    first, last = (hi, lo) if descends else (lo, hi)
    span = emit("sub", (cast(last, unsigned), cast(first, unsigned)), unsigned)
    distance = constant(-literal, unsigned) if descends else cast(step, unsigned)  # type: ignore[operator]
    if literal not in (1, -1):
        one = constant(1, unsigned)
        whole = emit("div", (emit("sub", (span, one), unsigned), distance), unsigned)
        span = emit("add", (whole, one), unsigned)
    runs = emit("cmp_lt", (first, last), b1)
    return emit("select", (runs, span, constant(0, unsigned)), unsigned)


def for_loop(iterable: Any, names: tuple[str, ...], flags: tuple[str, ...], target: str) -> ForLoop:
    """The start of a `for`."""
    return ForLoop(iterable, names, flags, target)


class _WhileRecorder:
    """Records a `while` op: the condition's block, then the body's."""

    def __init__(self, region: _LoopRegion) -> None:
        self.region = region
        self.tracer = region.tracer

    def begin(self, counter: Value | None = None) -> Value:
        """Open the condition's block; gives the counter that goes with the variables, if any."""
        self._start = counter
        self._before = self.tracer.open_block("while", self.region.location)
        self._conditioned, self.counter = self._enter(self._before)
        return self.counter

    def _enter(self, block: Block) -> tuple[list[Value], Value]:
        counter: Value | None = None
        if self._start is not None:
            counter = Value(self._start.dtype, block, self.region.location)
            block.args.append(counter)
        arguments = self.region.carried.enter(block, self.region.location)
        self.arguments = arguments
        return arguments, counter  # type: ignore[return-value]

    def condition(self, answer: Value) -> None:
        """End the condition's block and open the body's."""
        self._before.yields = [answer]
        self.tracer.close_block(self._before)
        self._body = self.tracer.open_block("while", self.region.location)
        self._conditioned_counter = self.counter
        self._entry, self.counter = self._enter(self._body)

    def end(self, counter: Value | None = None) -> list[int]:
        """End the body; gives the positions of the variables' leaves that the loop carries."""
        tracer, carried, location = self.tracer, self.region.carried, self.region.location
        tracer.check_innermost(self._body)
        returned_ends = self.region.result_ends()
        kept, ends = carried.leave([self._conditioned, self._entry])
        self._before.args = [self._conditioned[p] for p in kept]
        self._body.args = [self._entry[p] for p in kept]
        inputs = [carried.outer[p] for p in kept]
        if counter is not None:
            assert self._start is not None
            self._before.args.insert(0, self._conditioned_counter)
            self._body.args.insert(0, self.counter)
            ends.insert(0, counter)
            inputs.insert(0, self._start)
        self._body.yields = ends
        tracer.close_block(self._body)
        op = Op("while", tuple(inputs), None, location)
        op.regions = (self._before, self._body)
        carried.results(op, kept, tracer.block, self._entry)
        if counter is not None:
            last = Value(counter.dtype, tracer.block, location, op)
            op.outputs = (last, *op.outputs)
        if returned_ends:
            self.region.carry_result(op, [self._before, self._body], returned_ends)
            op.outputs += tuple(self.region.returned)
        tracer.append(op)
        return kept


# Python's own `while` in a kernel: one that goes on longer will not end.
MAX_PYTHON_TURNS = 1_000_000


class WhileLoop(_LoopRegion):
    """A `while`: Python's while its condition is, recorded from when it is traced.

    The condition is evaluated once to see what it is; if it is traced, what that recorded is taken
    back and it is evaluated again as the condition of the recorded loop.
    """

    def __init__(self, names: tuple[str, ...], flags: tuple[str, ...]) -> None:
        super().__init__(names)
        self._flag_names = flags
        self._state = "look"
        self._turns = 0

    def again(self, values: tuple[Any, ...]) -> bool:
        """Whether the condition is to be evaluated, with `values` for the variables."""
        if self._state == "over":
            return False
        if self._state == "look":
            self.values = values
            self._turns += 1
            if self._turns > MAX_PYTHON_TURNS:
                raise mistake(
                    "E0208",
                    at=self.location,
                    form="while",
                    problem=f"it has not ended after {MAX_PYTHON_TURNS:,} turns while compiling",
                    fix="a loop of the kernel depends on a traced value, or breaks on one",
                )
            block = self.tracer.block
            self._mark = (block, len(block.ops), self.tracer.op_count)
            return True
        # The condition was traced: now as the loop's.
        self.values = self._start
        self.enter_loop(self.values)
        self._recorder = _WhileRecorder(self)
        self._recorder.begin()
        self.values = self.values_of(self._recorder.arguments)
        return True

    def _flags(self) -> list[Any]:
        now = dict(zip(self.names, self.values, strict=True))
        return [now[name] for name in self._flag_names]

    # `loop.asked(test) if loop.goes_on() else loop.left()`, where the loop may have been left.

    def goes_on(self) -> bool:
        """Whether to evaluate the condition: not where the loop has been left."""
        flags = self._flags()
        if any(flag is True for flag in flags):
            return False
        self._going_on = none(*flags)
        if self._state == "record":
            return and_(self._going_on)
        return True

    def asked(self, test: Any) -> Any:
        """The condition where the loop has not been left."""
        if self._state == "record":
            return joined(test)
        if isinstance(test, Operand):
            return test
        # A Python condition of a loop that a traced flag may have ended is traced too.
        return self._going_on if isinstance(self._going_on, Operand) and test else test

    def left(self) -> Any:
        """The loop has been left, or its condition is not evaluated."""
        return decided() if self._state == "record" else False

    def test(self, test: Any) -> bool:
        """Whether to execute the body now."""
        if self._state == "look":
            if not isinstance(test, Operand):
                if not test:
                    self._state = "over"
                return bool(test)
            block, length, count = self._mark
            del block.ops[length:]
            self.tracer.op_count = count
            self._state = "record"
            self._start = self.values
            return False
        self._recorder.condition(condition(test))
        self.values = self.values_of(self._recorder.arguments)
        return True

    def end(self, values: tuple[Any, ...]) -> None:
        """The body ends with these values."""
        if self._state == "look":
            self.values = values
            return
        self.assign(values)
        self._state = "over"
        self.values = self.after_loop(self._recorder.end())

    def join(self) -> tuple[Any, ...]:
        """The values after the loop."""
        return self.values


def while_loop(names: tuple[str, ...], flags: tuple[str, ...]) -> WhileLoop:
    """The start of a `while`."""
    return WhileLoop(names, flags)
