"""The interpreter's tracer: what the front end records elsewhere is computed at once.

The front end checks and converts operands and asks the tracer for an op. `Tracer` notes it down;
`EagerTracer` computes the result, for the thread that runs, and gives a value that has it.
"""

from __future__ import annotations

import sys

from enigma import eager_memory as memory
from enigma.control_forms import EagerForms
from enigma.dtypes import BY_NAME, DType, b1
from enigma.eager_lanes import LANE_FUNCTIONS, WIDTHS, lane_results
from enigma.eager_numbers import cast_number, literal_number, reinterpret
from enigma.eager_ops import ELEMENTWISE, GEOMETRY
from enigma.eager_positions import position_of
from enigma.eager_threads import (
    QUADGROUP,
    SIMDGROUP,
    GpuThread,
    Group,
    Lockstep,
    NeedsLockstep,
    Request,
)
from enigma.eager_together import (
    TOGETHER,
    async_copy,
    fill_matrix,
    load_matrix,
    multiply,
    place_at,
    store_matrix,
)
from enigma.eager_values import EagerValue, WeakNumber, compare_weak, compute_weak
from enigma.errors import EnigmaError, mistake
from enigma.locations import UNKNOWN, Location, frame_location, user_frame, user_location
from enigma.tracer import Op, Tracer
from enigma.values import Value, WeakType

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from enigma.function_constants import FunctionConstant
    from enigma.memory import Buffer


class EagerTracer(Tracer):
    """Computes the ops of one launch.

    Attributes:
        group: the threadgroup that runs.
        lockstep: runs threads that wait for each other; None while each runs by itself.
    """

    eager_forms = EagerForms

    def __init__(
        self,
        kernel: str,
        location: Location,
        block: tuple[int, ...] | None,
        grid: tuple[int, int, int],
        groups: tuple[int, int, int],
        constants: dict[int, Any],
    ) -> None:
        # Nothing is recorded: there are no blocks, and no ops in them.
        self.kernel = kernel
        self.location = location
        self.threadgroup = block
        self.function_constants: dict[int, FunctionConstant] = {}
        self.warnings = []
        self.forms = []
        self.knowledge: Any = None
        self.grid = grid
        self.groups = groups
        self.constants = constants
        self.scalars: dict[str, Any] = {}
        self.group: Group = None  # type: ignore[assignment]
        self.lockstep: Lockstep | None = None
        # Comparisons of numbers whose type was not decided, and would answer differently.
        self.disputed: list[tuple[WeakType, dict[str, bool], bool, Location]] = []
        self.products: dict[tuple[int, ...], tuple[Any, ...]] = {}
        self.fills: dict[Any, tuple[Any, ...]] = {}

    @property
    def thread(self) -> GpuThread:
        """The thread that runs."""
        thread = self.group.current
        assert thread is not None
        return thread

    @property
    def block(self) -> Any:
        """What the running thread's values belong to."""
        return self.thread.block

    @property
    def body(self) -> Any:  # type: ignore[override]
        """The same: memory of the threadgroup is made there."""
        return self.thread.block

    @property
    def threadgroup_bytes(self) -> int:  # type: ignore[override]
        """How much threadgroup memory the running thread has named."""
        return self.thread.threadgroup_bytes

    @threadgroup_bytes.setter
    def threadgroup_bytes(self, count: int) -> None:
        self.thread.threadgroup_bytes = count

    def warn(self, number: str, location: Location, **fields: object) -> None:
        """Warnings are the compiler's."""

    # What the front end asks for.

    def emit(
        self,
        name: str,
        inputs: tuple[Value | Buffer, ...],
        result: DType | WeakType,
        attributes: dict[str, object] | None = None,
        *,
        location: Location | None = None,
        named: bool = True,
    ) -> Value:
        """Compute an op with one result."""
        function = ELEMENTWISE.get(name)
        if function is not None:
            number = self._elementwise(name, function, inputs, result)
        elif name in _RESULTS:
            number = _RESULTS[name](self, inputs, result, attributes)
        elif name in GEOMETRY:
            numbers = [x.settled_number() for x in inputs]  # type: ignore[union-attr]
            number = GEOMETRY[name](inputs[0].dtype.scalar, *numbers)
        else:
            number = self._lane_function(name, inputs)
        return EagerValue(result, number, self.thread.block)

    def effect(
        self,
        name: str,
        inputs: tuple[Value | Buffer, ...],
        attributes: dict[str, object] | None = None,
    ) -> None:
        """Do what an op without a result does."""
        _EFFECTS[name](self, inputs, attributes)

    def append(self, op: Op) -> None:
        """Do what an op that the front end made itself does."""
        _EFFECTS[op.name](self, op.inputs, op.attributes)

    def append_with_results(self, op: Op, types: tuple[DType, ...]) -> tuple[Value, ...]:
        """Compute an op that the front end made itself."""
        numbers = _atomic(self, op.name, op.inputs)
        return tuple(
            EagerValue(dtype, number, self.thread.block)
            for dtype, number in zip(types, numbers, strict=True)
        )

    def allocated(self, op: Op, buffer: Buffer) -> None:
        """Give threadgroup memory or a register tensor its elements."""
        count = 1
        for extent in buffer.shape or ():
            count *= extent
        if op.name == "thread_alloc":
            buffer.memory = memory.Memory.undefined(buffer.dtype, count)
            return
        thread = self.thread
        number = thread.allocations
        thread.allocations += 1
        made = thread.group.memory
        if number == len(made):
            made.append(memory.Memory.undefined(buffer.dtype, count))
        if made[number].dtype is not buffer.dtype or made[number].count != count:
            raise mistake(
                "E0849",
                what="threadgroup memory differs between the threads of a threadgroup",
                fix="make it at the kernel's top level, where every thread comes by",
            )
        buffer.memory = made[number]

    # Elementwise.

    def _elementwise(
        self, name: str, function: Callable[..., Any], inputs: tuple[Any, ...], result: Any
    ) -> Any:
        first = inputs[0]
        weak = first.weak
        if weak is not None:
            numbers = [_weak_number(x) for x in inputs]
            if isinstance(result, WeakType):
                return compute_weak(name, numbers)
            return self._compare_weak(name, weak, numbers)
        dtype = first.dtype
        numbers = [x.settled_number() for x in inputs]
        if dtype.width == 1:
            return function(dtype, *numbers)
        return componentwise(function, dtype.scalar, numbers, dtype.width)

    def _compare_weak(self, name: str, weak: WeakType, numbers: list[WeakNumber]) -> bool:
        """A comparison before the type is decided: what it would be in i32 or f32."""
        answers = compare_weak(name, numbers)
        answer = answers["f32" if weak.is_float or "i32" not in answers else "i32"]
        if len(set(answers.values())) > 1:
            self.disputed.append((weak, answers, answer, user_location()))
        return answer

    def check_disputed(self) -> None:
        """Diagnose comparisons that a type decided later would have answered differently."""
        for weak, answers, answer, location in self.disputed:
            dtype = weak.known()
            if dtype is not None and answers.get(dtype.scalar.name, answer) != answer:
                raise mistake("E0847", at=location, dtype=dtype)
        self.disputed.clear()

    # Threads that wait for each other.

    def meet(self, name: str, operands: tuple[Any, ...]) -> Any:
        """Wait until other threads are here, too; what this one gets then."""
        thread = self.thread
        if self.lockstep is None:
            if len(thread.group.threads) > 1:
                raise NeedsLockstep
            thread.request = Request(name, operands, _here(), ())
            if name != "barrier":
                self.complete([thread], 1)
            thread.request = None
            return thread.answer
        thread.request = Request(name, operands, _here(), position_of(sys._getframe(1)))
        thread.answer = None
        return self.lockstep.wait(thread)

    def complete(self, active: list[GpuThread], count: int) -> None:
        """Give the lanes of a simdgroup of `count` that arrive together their answers."""
        first = active[0].request
        assert first is not None
        complete = TOGETHER.get(first.name)
        if complete is not None:
            try:
                answer = complete(active, count)
            except EnigmaError as error:
                place_at(error, first.location)
                raise
            for thread in active:
                thread.answer = answer
            return
        dtype = first.operands[0]
        width = WIDTHS[first.name.partition("_")[0]]
        for start in range(0, SIMDGROUP, width):
            lanes = {t.lane - start: t for t in active if start <= t.lane < start + width}
            if not lanes:
                continue
            operands = {n: t.request.operands[1:] for n, t in lanes.items()}  # type: ignore[union-attr]
            answers = lane_results(first.name, dtype, operands)
            for number, thread in lanes.items():
                thread.answer = answers[number]

    def _lane_function(self, name: str, inputs: tuple[Any, ...]) -> Any:
        if name not in LANE_FUNCTIONS:
            raise mistake(
                "E0849",
                what=f"the interpreter does not know the op '{name}'",
                fix="compile the kernel and run it on the CPU device",
            )
        numbers = tuple([x.settled_number() for x in inputs])
        return self.meet(name, (inputs[0].dtype if inputs else b1, *numbers))


def _here() -> Location:
    """The place of the user's expression; without the calls that led there."""
    frame = user_frame()
    return frame_location(frame) if frame is not None else UNKNOWN


def componentwise(
    function: Callable[..., Any], scalar: DType, numbers: list[Any], width: int
) -> tuple[Any, ...]:
    """A function of scalars on each component; scalars among the operands are the same for each."""
    columns = [n if type(n) is tuple else (n,) * width for n in numbers]
    return tuple([function(scalar, *components) for components in zip(*columns, strict=True)])


def _weak_number(x: EagerValue) -> WeakNumber:
    number = x.number
    assert type(number) is WeakNumber
    return number


# Ops with a result -------------------------------------------------------------------------------


def _constant(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    literal = attributes["value"]
    if isinstance(result, WeakType):
        return WeakNumber.of_literal(literal)
    number = literal_number(literal, result.scalar)
    return number if result.width == 1 else (number,) * result.width


def _scalar(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    return tracer.scalars[inputs[0].name]


def _function_constant(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    constant: FunctionConstant = inputs[0]
    if constant.index in tracer.constants:
        return tracer.constants[constant.index]
    if constant.default is None:
        raise mistake(
            "E0840",
            what=f"function constant '{constant.name}' has no value",
            fix=f"give one: enigma.interpret(…, constants={{'{constant.name}': …}})",
        )
    return literal_number(constant.default, constant.dtype)


def _cast(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    (x,) = inputs
    source, target = x.dtype.scalar, result.scalar
    number = x.settled_number()
    if type(number) is tuple:
        return tuple([cast_number(n, source, target) for n in number])
    return cast_number(number, source, target)


def _as_type(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    (x,) = inputs
    source, target = x.dtype.scalar, result.scalar
    number = x.settled_number()
    if type(number) is tuple:
        return tuple([reinterpret(n, source, target) for n in number])
    return reinterpret(number, source, target)


def _select(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    condition, yes, no = [x.settled_number() for x in inputs]
    if type(condition) is not tuple:
        return yes if condition else no
    return tuple([a if c else b for c, a, b in zip(condition, yes, no, strict=True)])


def _make_vec(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    return tuple([x.settled_number() for x in inputs])


def _vec_extract(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    return inputs[0].settled_number()[attributes["lanes"][0]]


def _vec_swizzle(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    number = inputs[0].settled_number()
    return tuple([number[lane] for lane in attributes["lanes"]])


def _vec_insert(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    number = list(inputs[0].settled_number())
    number[attributes["lanes"][0]] = inputs[1].settled_number()
    return tuple(number)


def _integers(values: tuple[Any, ...]) -> list[int]:
    return [x.settled_number() for x in values]


def _load(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    return memory.load(inputs[0], _integers(inputs[1:]))


def _load_if(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    buffer, *places, chosen, other = inputs
    if not chosen.settled_number():
        return other.settled_number()
    return memory.load(buffer, _integers(places))


def _load_vec(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> Any:
    return memory.load_range(inputs[0], inputs[1].settled_number(), result.width)


_AXES = {"x": 0, "y": 1, "z": 2}

_QUERIES: dict[str, Callable[[EagerTracer, Any], int]] = {
    "thread_position_in_grid": lambda t, axis: t.thread.position[axis],
    "thread_position_in_threadgroup": lambda t, axis: t.thread.local[axis],
    "threadgroup_position_in_grid": lambda t, axis: t.group.place[axis],
    "threads_per_threadgroup": lambda t, axis: t.group.extents[axis],
    "threads_per_grid": lambda t, axis: t.grid[axis],
    "threadgroups_per_grid": lambda t, axis: t.groups[axis],
    "thread_index_in_threadgroup": lambda t, _: t.thread.index,
    "thread_index_in_simdgroup": lambda t, _: t.thread.lane,
    "simdgroup_index_in_threadgroup": lambda t, _: t.thread.index // SIMDGROUP,
    "threads_per_simdgroup": lambda t, _: SIMDGROUP,
    "simdgroups_per_threadgroup": lambda t, _: -(-len(t.group.threads) // SIMDGROUP),
    "thread_index_in_quadgroup": lambda t, _: t.thread.index % QUADGROUP,
    "quadgroup_index_in_threadgroup": lambda t, _: t.thread.index // QUADGROUP,
}


def _query(name: str) -> Callable[..., int]:
    ask = _QUERIES[name]

    def answer(tracer: EagerTracer, inputs: Any, result: Any, attributes: Any) -> int:
        return ask(tracer, _AXES[attributes["dim"]] if attributes else None)

    return answer


# Atomics -----------------------------------------------------------------------------------------

_UPDATES: dict[str, Callable[..., Any]] = {
    "atomic_fetch_add": ELEMENTWISE["add"],
    "atomic_fetch_sub": ELEMENTWISE["sub"],
    "atomic_fetch_min": ELEMENTWISE["imin"],
    "atomic_fetch_max": ELEMENTWISE["imax"],
    "atomic_fetch_and": ELEMENTWISE["and"],
    "atomic_fetch_or": ELEMENTWISE["or"],
    "atomic_fetch_xor": ELEMENTWISE["xor"],
    "atomic_exchange": lambda dtype, old, new: new,
}


# How many values each takes.
_ATOMICS = {
    "atomic_load": 0,
    "atomic_store": 1,
    **dict.fromkeys(_UPDATES, 1),
    "atomic_compare_exchange": 2,
    "atomic_compare_exchange_weak": 2,
}


def _atomic(tracer: EagerTracer, name: str, inputs: Any) -> tuple[Any, ...]:
    """One thread runs at a time, so that a plain access is atomic."""
    count = _ATOMICS[name]
    buffer, rest = inputs[0], inputs[1:]
    places = _integers(rest[: len(rest) - count])
    numbers = [x.settled_number() for x in rest[len(rest) - count :]]
    if name == "atomic_store":
        memory.store(buffer, places, numbers[0])
        return ()
    before = memory.load(buffer, places)
    if name == "atomic_load":
        return (before,)
    if count == 2:
        expected, desired = numbers
        dtype = buffer.dtype
        same = before == expected
        if dtype.is_float:  # bit by bit
            bits = BY_NAME["u32"]
            same = reinterpret(before, dtype, bits) == reinterpret(expected, dtype, bits)
        if same:
            memory.store(buffer, places, desired)
        return (same, before)
    memory.store(buffer, places, _UPDATES[name](buffer.dtype, before, numbers[0]))
    return (before,)


# Effects -----------------------------------------------------------------------------------------


def _store(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    buffer, *places, value = inputs
    memory.store(buffer, _integers(places), value.settled_number())


def _store_if(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    buffer, *places, value, chosen = inputs
    if chosen.settled_number():
        memory.store(buffer, _integers(places), value.settled_number())


def _store_vec(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    buffer, place, value = inputs
    memory.store_range(buffer, place.settled_number(), value.settled_number())


def _print(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    parts = []
    for x in inputs:
        number = x.settled_number()
        parts.append(x if type(number) in (tuple, bool) else number)
    shown = [_Printed(x) if isinstance(x, EagerValue) else x for x in parts]
    text = attributes["format"].format(*shown)
    location = user_location()
    place = ", ".join(map(str, tracer.thread.position))
    print(f"{location[0]}:{location[1]}: thread ({place}): {text}", file=sys.stderr)


class _Printed:
    """A bool or vector as device_print writes it."""

    def __init__(self, value: EagerValue) -> None:
        self.value = value

    def __format__(self, specification: str) -> str:
        number = self.value.settled_number()
        if type(number) is tuple:
            return "(" + ", ".join(_formatted(n, specification) for n in number) + ")"
        return _formatted(number, specification)


def _formatted(number: Any, specification: str) -> str:
    """As Python formats it; a bool that is not spelled out is 0 or 1."""
    return format(number, specification) if specification else str(number)


def _assert(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    if not inputs[0].settled_number():
        text = attributes["message"]
        raise mistake("E0845", thread=tracer.thread.position, said=f": {text}" if text else "")


def _nothing(tracer: EagerTracer, inputs: Any, attributes: Any) -> None:
    """Memory is made when the front end has a buffer for it."""


_RESULTS: dict[str, Callable[..., Any]] = {
    "constant": _constant,
    "scalar": _scalar,
    "function_constant": _function_constant,
    "cast": _cast,
    "as_type": _as_type,
    "select": _select,
    "make_vec": _make_vec,
    "vec_extract": _vec_extract,
    "vec_swizzle": _vec_swizzle,
    "vec_insert": _vec_insert,
    "load": _load,
    "load_if": _load_if,
    "load_vec": _load_vec,
    "make_filled_simdgroup_matrix": fill_matrix,
    "simdgroup_matrix_load": load_matrix,
    "simdgroup_multiply": multiply,
    "simdgroup_multiply_accumulate": multiply,
    **{name: _query(name) for name in _QUERIES},
}

_EFFECTS: dict[str, Callable[..., None]] = {
    "store": _store,
    "store_if": _store_if,
    "store_vec": _store_vec,
    "simdgroup_matrix_store": store_matrix,
    "barrier": lambda tracer, inputs, attributes: tracer.meet("barrier", ()),
    "simd_barrier": lambda tracer, inputs, attributes: tracer.meet("simd_barrier", ()),
    "async_copy_wait": lambda tracer, inputs, attributes: tracer.meet("simd_barrier", ()),
    "device_print": _print,
    "device_assert": _assert,
    "threadgroup_alloc": _nothing,
    "thread_alloc": _nothing,
}
for _form in ("1d_d2t", "1d_t2d", "2d_d2t", "2d_t2d"):
    _EFFECTS[f"async_copy_{_form}"] = (
        lambda tracer, inputs, attributes, name=f"async_copy_{_form}": async_copy(
            tracer, inputs, attributes, name
        )
    )


# The rows of the op table that the interpreter has; a region of a trace is Python's own statement.
KNOWN = (
    ELEMENTWISE.keys()
    | GEOMETRY.keys()
    | _RESULTS.keys()
    | _EFFECTS.keys()
    | _ATOMICS.keys()
    | LANE_FUNCTIONS
    | {"for", "if", "while"}
)
