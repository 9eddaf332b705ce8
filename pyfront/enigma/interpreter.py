"""`enigma.interpret`: a kernel's own Python, run thread by thread with real numbers."""

from __future__ import annotations

import math

from enigma.checks import check_max_threads
from enigma.dtypes import DType
from enigma.eager_memory import Memory
from enigma.eager_numbers import from_bytes, literal_number, to_bytes
from enigma.eager_positions import root
from enigma.eager_runtime import Knowledge, prepared
from enigma.eager_threads import GpuThread, Group, Lockstep, NeedsLockstep
from enigma.eager_tracer import EagerTracer
from enigma.errors import mistake
from enigma.kernels import (
    Export,
    Kernel,
    TracedParameter,
    bind,
    launch_size,
    parameter_names,
)
from enigma.memory import Buffer
from enigma.parameters import BufferType, Scalar
from enigma.tracer import Block, is_tracing, set_current

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from enigma.eager_threads import Place
    from enigma.locations import Location


def _refused(what: str, fix: str) -> Exception:
    return mistake("E0840", what=what, fix=fix)


# Arrays ------------------------------------------------------------------------------------------


class _Array:
    """What is given for a buffer: its numbers, and how to give them back."""

    def __init__(self, name: str, type_: BufferType, given: Any) -> None:
        self.name = name
        self.dtype = type_.dtype
        self.given = given
        self.numbers = self._read()
        needed = math.prod(type_.shape) if type_.shape is not None else 0
        held = len(self.numbers) // self.dtype.width
        if held < needed:
            raise _refused(
                f"buffer '{name}' has {held} elements, and its shape {list(type_.shape or ())} "
                f"{needed}",
                f"give {needed} elements",
            )

    def _read(self) -> list[Any]:
        given = self.given
        if isinstance(given, list | tuple):
            return self._from_list()
        if hasattr(given, "__array_interface__") and hasattr(given, "dtype"):
            return self._from_numpy()
        try:
            raw = memoryview(given).tobytes()
        except TypeError:
            kind = type(given).__name__
            raise _refused(
                f"buffer '{self.name}' is given as {kind}",
                "give an array, a list of numbers, or bytes",
            ) from None
        return self._from_raw(raw)

    def _from_list(self) -> list[Any]:
        """Numbers in order, in lists of any depth."""
        scalar = self.dtype.scalar
        numbers: list[Any] = []
        waiting = [iter(self.given)]
        while waiting:
            for item in waiting[-1]:
                if isinstance(item, list | tuple):
                    waiting.append(iter(item))
                    break
                if not isinstance(item, int | float):
                    raise _refused(
                        f"buffer '{self.name}' has an element that is {item!r}", "give numbers"
                    )
                numbers.append(_converted(item, scalar, f"an element of '{self.name}'"))
            else:
                waiting.pop()
        self._check_count(len(numbers))
        return numbers

    def _check_count(self, count: int) -> None:
        if count % self.dtype.width:
            raise _refused(
                f"buffer '{self.name}' has {count} numbers, and its elements are {self.dtype}",
                f"give {self.dtype.width} numbers for each element",
            )

    def _from_numpy(self) -> list[Any]:
        given, scalar = self.given, self.dtype.scalar
        found = given.dtype.name
        known = {
            "f32": ("float32",),
            "f16": ("float16",),
            "bf16": ("uint16", "bfloat16"),
            "b1": ("bool",),
        }.get(scalar.name) or (f"{'' if scalar.is_signed else 'u'}int{scalar.bytes * 8}",)
        if found not in known:
            raise _refused(
                f"buffer '{self.name}' is {self.dtype}, and the array {found}",
                f"convert it: array.astype('{known[0]}')"
                if scalar.name != "bf16"
                else "give the bits of bf16 numbers as uint16",
            )
        if self.dtype.width > 1 and given.shape[-1:] != (self.dtype.width,):
            raise _refused(
                f"buffer '{self.name}' is {self.dtype}, and the array's shape {given.shape}",
                f"the last axis are the components: (n, {self.dtype.width})",
            )
        return from_bytes(given.tobytes(), scalar)

    def _from_raw(self, raw: bytes) -> list[Any]:
        """As it lies in memory: a vector of 3 takes the room of 4."""
        dtype = self.dtype
        if len(raw) % dtype.bytes:
            raise _refused(
                f"buffer '{self.name}' has {len(raw)} bytes, and an element {dtype.bytes}",
                "give whole elements",
            )
        numbers = from_bytes(raw, dtype.scalar)
        if dtype.width != 3:
            return numbers
        return [x for n, x in enumerate(numbers) if n % 4 != 3]

    def written(self, numbers: list[Any]) -> Any:
        """Numbers as what was given: an array, a list, or bytes."""
        given, dtype = self.given, self.dtype
        if isinstance(given, list | tuple):
            return list(numbers)
        if hasattr(given, "__array_interface__") and hasattr(given, "dtype"):
            import numpy

            raw = to_bytes(numbers, dtype.scalar)
            return numpy.frombuffer(raw, given.dtype).reshape(given.shape).copy()
        if dtype.width == 3:
            zero = literal_number(0, dtype.scalar)
            numbers = [x for n in range(0, len(numbers), 3) for x in (*numbers[n : n + 3], zero)]
        raw = to_bytes(numbers, dtype.scalar)
        if type(given).__name__ == "array":
            return type(given)(given.typecode, raw)
        return bytearray(raw) if isinstance(given, bytearray) else raw


def _converted(x: Any, dtype: DType, what: str) -> Any:
    """A Python number as one of a scalar dtype, which holds it."""
    if isinstance(x, float) and not dtype.is_float:
        raise _refused(f"{what} is {x!r}, and its type {dtype}", "give an integer")
    if not dtype.is_float and not dtype.low <= x <= dtype.high:
        raise _refused(
            f"{what} is {x}, and {dtype} goes from {dtype.low} to {dtype.high}",
            "give a number that fits",
        )
    return literal_number(x, dtype)


def _scalar_number(name: str, dtype: DType, given: Any) -> Any:
    """The number of a scalar parameter."""
    what = f"scalar '{name}'"
    if dtype.width > 1:
        parts = list(given) if hasattr(given, "__iter__") else []
        if len(parts) != dtype.width:
            raise _refused(f"{what} is {given!r}", f"a {dtype} has {dtype.width} components")
        return tuple(_scalar_number(name, dtype.scalar, part) for part in parts)
    if getattr(given, "ndim", 0) == 0 and hasattr(given, "item"):
        given = given.item()  # a scalar of NumPy
    if not isinstance(given, int | float):
        raise _refused(f"{what} is given as {type(given).__name__}", "give a number")
    return _converted(given, dtype, what)


# One launch --------------------------------------------------------------------------------------


@root
def _call(function: Callable[..., object], positional: list[Any], named: dict[str, Any]) -> object:
    """Call a kernel's function; positions in the program are counted from here."""
    return function(*positional, **named)


class _Launch:
    """A kernel with its arguments."""

    def __init__(
        self,
        kernel: Kernel,
        inputs: Mapping[str, Any],
        grid: Place,
        threads: Place,
        constants: dict[int, Any],
    ) -> None:
        self.kernel = kernel
        self.grid = grid
        self.threads = threads
        self.constants = constants
        self.groups: Place = tuple(-(-g // t) for g, t in zip(grid, threads, strict=True))  # type: ignore[assignment]
        syntax = kernel.syntax()
        self.location = syntax.location
        export = Export(kernel, syntax.location)
        self.parameters, self.python_values = _bound_parameters(export, inputs)
        self.arrays: dict[str, _Array] = {}
        self.scalars: dict[str, Any] = {}
        for parameter in self.parameters:
            given = inputs[parameter.name]
            if isinstance(parameter.type, Scalar):
                self.scalars[parameter.name] = _scalar_number(
                    parameter.name, parameter.type.dtype, given
                )
            else:
                self.arrays[parameter.name] = _Array(parameter.name, parameter.type, given)

    def run(self, knowledge: Knowledge, in_lockstep: bool) -> dict[str, Any]:
        """Run all threads; gives the buffers that have been written."""
        tracer = EagerTracer(
            self.kernel.__name__,
            self.location,
            self.threads,
            self.grid,
            self.groups,
            self.constants,
        )
        tracer.knowledge = knowledge
        tracer.scalars = self.scalars
        function = prepared(self.kernel.fn)  # type: ignore[arg-type]
        buffers = {
            p.name: self._buffer(p, p.location or self.location)
            for p in self.parameters
            if isinstance(p.type, BufferType)
        }

        def run_thread(thread: GpuThread) -> None:
            try:
                self._run_thread(tracer, function, buffers)
            except Exception as error:
                _tell_thread(error, thread)
                raise

        lockstep = Lockstep(run_thread, tracer.complete) if in_lockstep else None
        tracer.lockstep = lockstep
        set_current(tracer)
        try:
            for group in self._threadgroups():
                tracer.group = group
                if lockstep is not None and len(group.threads) > 1:
                    lockstep.run(group)
                    continue
                tracer.lockstep = None
                for thread in group.threads:
                    group.current = thread
                    run_thread(thread)
                tracer.lockstep = lockstep
        finally:
            if lockstep is not None:
                lockstep.end()
            set_current(None)
        return {
            name: self.arrays[name].written(buffer.memory.numbers)
            for name, buffer in buffers.items()
            if buffer.memory.is_written
        }

    def _run_thread(
        self, tracer: EagerTracer, function: Callable[..., object], buffers: dict[str, Buffer]
    ) -> None:
        arguments = dict(self.python_values)
        for parameter in self.parameters:
            type_ = parameter.type
            if isinstance(type_, Scalar):
                arguments[parameter.name] = tracer.emit("scalar", (parameter,), type_.dtype)  # type: ignore[arg-type]
            elif type_.columns:
                from enigma.matrix_types import MatrixBuffer

                arguments[parameter.name] = MatrixBuffer(buffers[parameter.name], type_.columns)
            else:
                arguments[parameter.name] = buffers[parameter.name]
        code = self.kernel.fn.__code__
        positional = [arguments.pop(n) for n in code.co_varnames[: code.co_argcount]]
        if _call(function, positional, arguments) is not None:
            raise mistake("E0312", at=self.location, kernel=self.kernel.__name__)
        tracer.check_disputed()

    def _buffer(self, parameter: TracedParameter, location: Location) -> Buffer:
        type_ = parameter.type
        assert isinstance(type_, BufferType)
        array = self.arrays[parameter.name]
        block = Block("kernel", location)
        buffer = Buffer(
            parameter.name, type_.dtype, type_.shape, block, location, access=type_.access
        )
        buffer.memory = Memory(type_.dtype, list(array.numbers))
        return buffer

    def _threadgroups(self) -> Any:
        """The threadgroups, x fastest; the last of a dimension may be smaller."""
        for z in range(self.groups[2]):
            for y in range(self.groups[1]):
                for x in range(self.groups[0]):
                    place = (x, y, z)
                    start = tuple(p * t for p, t in zip(place, self.threads, strict=True))
                    extents = tuple(
                        min(t, g - s)
                        for t, g, s in zip(self.threads, self.grid, start, strict=True)
                    )
                    yield Group(place, start, extents)  # type: ignore[arg-type]


def _tell_thread(error: BaseException, thread: GpuThread) -> None:
    """Say in an exception which thread raised it."""
    if hasattr(error, "add_note"):  # from Python 3.11 on
        error.add_note(f"in thread {thread.position} of threadgroup {thread.group.place}")


def _bound_parameters(
    export: Export, inputs: Mapping[str, Any]
) -> tuple[list[TracedParameter], dict[str, object]]:
    """The kernel's parameters; names that are missing or too many are an error."""
    kernel = export.kernel
    parameters, python_values = bind(export, kernel.syntax())
    names = [p.name for p in parameters]
    for name in python_values:
        if name in inputs:
            python_values[name] = inputs[name]
    unknown = [n for n in inputs if n not in names and n not in python_values]
    missing = [n for n in names if n not in inputs]
    if unknown or missing:
        what = f"there is no parameter '{unknown[0]}'" if unknown else f"'{missing[0]}' is missing"
        raise _refused(
            f"{what} in kernel '{kernel.__name__}'",
            f"parameters are {', '.join([*names, *python_values]) or 'none'}",
        )
    return parameters, python_values


def _constant_numbers(constants: Mapping[str | int, Any] | None) -> dict[int, Any]:
    """The function constants that are set, by index."""
    from enigma.function_constants import known_constants

    known = known_constants()
    numbers = {}
    for key, value in (constants or {}).items():
        found = next((c for c in known if key in (c.name, c.index)), None)
        if found is None or isinstance(key, bool):
            names = ", ".join(c.name for c in known) or "none"
            raise _refused(f"there is no function constant {key!r}", f"constants are {names}")
        if not isinstance(value, int | float):
            raise _refused(f"function constant '{found.name}' is {value!r}", "give a number")
        numbers[found.index] = _converted(value, found.dtype, f"function constant '{found.name}'")
    return numbers


def interpret(
    kernel: object,
    inputs: Mapping[str, Any],
    grid: object,
    threads: object = None,
    *,
    constants: Mapping[str | int, Any] | None = None,
) -> dict[str, Any]:
    """Run a kernel's own Python for every thread of a grid, with real numbers.

    `print`, `breakpoint()` and every other thing that Python does work in the kernel, because its
    values have their numbers: ``print(x)``, ``if x > 0:``, ``int(x)``.

    Args:
        kernel: a function under `enigma.kernel`.
        inputs: for each parameter its array or number, by name. An array is NumPy's, of the
            buffer's dtype (the bits of bf16 as uint16; the components of vectors are the last
            axis), or bytes, or a list of numbers. Parameters that are constants of the compilation
            may be given, too.
        grid, threads: of the grid and of a threadgroup, in threads: an int or up to three. Without
            `threads`, the kernel's own block. The last threadgroups may be smaller.
        constants: values of function constants, by name or index.

    Returns:
        The buffers that the kernel has written, by name, in the form that they were given in.
        `inputs` stay as they are.

    Raises:
        EnigmaError: a mistake in the call or the kernel; an access outside of a buffer, memory
            that is read before it is written, threads that do not reach a barrier together. Other
            exceptions are the kernel's own.
    """
    if not isinstance(kernel, Kernel):
        raise _refused(
            f"{getattr(kernel, '__name__', repr(kernel))} is not a kernel",
            "mark the function with @enigma.kernel",
        )
    if is_tracing():
        raise _refused("it is called in a kernel", "a kernel is launched from outside")
    if not hasattr(inputs, "keys"):
        raise _refused(
            f"inputs is {type(inputs).__name__}", "give {name: array or number} for the parameters"
        )
    extents = launch_size(grid, "grid")
    block = launch_size(threads, "threads") or kernel.block
    if extents is None or block is None:
        raise _refused(
            f"{'grid' if extents is None else 'threads'} is missing",
            "say how many threads there are: enigma.interpret(kernel, inputs, 1024, 64)",
        )
    check_max_threads(block, kernel.max_threads)
    launch = _Launch(kernel, dict(inputs), extents, block, _constant_numbers(constants))
    return _run(launch)


def _run(launch: _Launch) -> dict[str, Any]:
    """Run a launch; again where it turns out on the way that it has to be done differently."""
    from enigma.eager_lookahead import may_wait

    knowledge = Knowledge()
    in_lockstep = may_wait(launch.kernel.fn)
    known = -1
    while knowledge.size > known:
        known = knowledge.size
        try:
            written = launch.run(knowledge, in_lockstep)
        except NeedsLockstep:
            in_lockstep, known = True, -1
            continue
        if not knowledge.is_contradicted():
            return written
    raise mistake(
        "E0849",
        at=launch.location,
        what=f"the types of Python numbers in kernel '{launch.kernel.__name__}' do not settle",
        fix="give variables a type where they start: x = enigma.f32(0)",
    )


def call_kernel(kernel: Kernel, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """``kernel(A, B, …)`` under ``ENIGMA_INTERPRET=1``: buffers are written in place.

    Args:
        args, named: the kernel's parameters; also `grid` and `threads`, which otherwise are the
            kernel's own grid and block.
    """
    names = parameter_names(kernel)
    if len(args) > len(names):
        raise _refused(
            f"{len(args)} arguments are given for {len(names)} parameters",
            f"parameters are {', '.join(names) or 'none'}",
        )
    inputs = dict(zip(names, args, strict=False))
    extents = {
        word: named.pop(word) if word in named and word not in names else default
        for word, default in (("grid", kernel.grid), ("threads", kernel.block))
    }
    twice = next((name for name in named if name in inputs), None)
    if twice is not None:
        raise _refused(f"parameter '{twice}' is given twice", "give each parameter once")
    inputs |= named
    for name, written in interpret(kernel, inputs, **extents).items():
        given = inputs[name]
        if isinstance(given, tuple | bytes) or getattr(given, "readonly", False):
            raise _refused(
                f"buffer '{name}' is written, and given as {type(given).__name__}",
                "give an array, a list or a bytearray, which can be written",
            )
        if isinstance(given, list) and any(isinstance(item, list) for item in given):
            raise _refused(
                f"buffer '{name}' is written, and given as a list of lists", "give an array"
            )
        if isinstance(given, memoryview):
            given.cast("B")[:] = written
        else:
            given[... if hasattr(given, "__array_interface__") else slice(None)] = written
