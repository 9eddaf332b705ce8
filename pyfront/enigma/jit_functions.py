"""Jit functions: Python that runs while compiling and launches kernels on tensors.

@enigma.jit
def heat(U, V, steps=10):
    for step in range(steps):
        diffuse(U, V).launch(grid=U.size, block=256)
        U, V = V, U

enigma.export(heat, enigma.TensorSpec((1000,), "float"), enigma.TensorSpec((1000,), "float"))
"""

from __future__ import annotations

from enigma import kernels as _kernels
from enigma.checks import check_max_threads
from enigma.dtypes import DType, as_dtype
from enigma.errors import Note, mistake
from enigma.int_tuples import as_tuple, check_shape, leaves
from enigma.kernels import Export, Kernel, TracedKernel, TracedParameter, launch_size, trace_kernel
from enigma.layouts import Layout, as_layout
from enigma.locations import Location, target_name, user_frame, user_location
from enigma.memory import Buffer, element_count
from enigma.parameters import BufferType, ParameterType, Scalar, parameter_type
from enigma.tensors import JitBuffer, Place, Tensor
from enigma.trace_writer import kernel_text
from enigma.tracer import is_tracing

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_VARARGS, _VARKEYWORDS = 0x04, 0x08


class TensorSpec:
    """A tensor argument of a jit function, for `enigma.export`.

    Args:
        shape: positive ints; they may nest.
        dtype: the elements' type.
        stride: nested as the shape; row-major if it is left out, as NumPy's arrays are.
    """

    __slots__ = ("dtype", "layout")

    def __init__(self, shape: object, dtype: object = "float", stride: object = None) -> None:
        extents = check_shape(shape, "a TensorSpec")
        self.dtype = as_dtype(dtype)
        self.layout = Layout(extents, row_major(extents) if stride is None else stride)

    @property
    def shape(self) -> Any:
        """The tensor's shape."""
        return self.layout.shape

    @property
    def stride(self) -> Any:
        """The tensor's stride."""
        return self.layout.stride

    def __repr__(self) -> str:
        return f"enigma.TensorSpec({self.shape}, {self.dtype}, stride={self.stride})"


def row_major(shape: Any) -> Any:
    """The dense strides of a shape whose last mode is fastest, inside nested modes too."""

    def build(t: Any, step: int) -> tuple[Any, int]:
        if not isinstance(t, tuple):
            return step, step * t
        parts = []
        for mode in reversed(t):
            part, step = build(mode, step)
            parts.append(part)
        return tuple(reversed(parts)), step

    return build(shape, 1)[0]


class JitScalar:
    """A number that each dispatch sets, on its way through a jit function to a kernel."""

    __slots__ = ("dtype", "name")

    def __init__(self, name: str, dtype: DType) -> None:
        self.name = name
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"<scalar {self.name}: {self.dtype}>"


def argument_buffer(name: object, index: object, dtype: object, layout: object) -> JitBuffer:
    """The memory of ``enigma.Tensor(name, index, dtype, layout)``."""
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        raise mistake(
            "E0526",
            function="Tensor",
            problem=f"the name is {name!r}",
            fix='a name is a plain identifier: enigma.Tensor("A", 0, "float", layout)',
        )
    if type(index) is not int or index < 0:
        raise mistake(
            "E0526",
            function="Tensor",
            problem=f"the index is {index!r}",
            fix="the index is the number of the buffer, from 0 on",
        )
    return JitBuffer(name, index, as_dtype(dtype), as_layout(as_tuple(layout)), user_location())


# -- jit functions and their exports -----------------------------------------------------------


class JitFunction:
    """A function that runs while compiling, and launches kernels. Made by `enigma.jit`."""

    def __init__(self, fn: Callable[..., None]) -> None:
        if not hasattr(fn, "__code__"):
            raise mistake(
                "E0309",
                what=f"@enigma.jit is applied to {type(fn).__name__}",
                fix="a jit function is a plain function: def add(A, B, C): …",
            )
        self.fn = fn
        self.__name__ = fn.__name__
        self.__doc__ = fn.__doc__
        self.__module__ = fn.__module__
        self.__wrapped__ = fn
        self.location = user_location()

    def __repr__(self) -> str:
        return f"<enigma.jit {self.__name__}>"

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Inside another jit function, its launches become that one's."""
        if _kernels._jit_call is None:
            raise mistake("E0533", what=f"jit '{self.__name__}'")
        return self.fn(*args, **kwargs)

    def parameter_names(self) -> tuple[str, ...]:
        """Its parameters, in order."""
        code = self.fn.__code__
        if code.co_flags & (_VARARGS | _VARKEYWORDS):
            raise mistake(
                "E0531",
                jit=self.__name__,
                problem="it takes *args or **kwargs",
                fix="name each tensor",
            )
        return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def jit(fn: Callable[..., None]) -> JitFunction:
    """Mark a function that runs while compiling: it computes layouts and launches kernels.

    Its parameters are tensors, scalars and Python values; `enigma.export` gives them. In it,
    calling a kernel gives something to launch: ``kernel(A, B).launch(grid=…, block=…)``, in
    threads. Every launch is in the manifest, in order.
    """
    return JitFunction(fn)


class JitExport:
    """A jit function with the arguments it is to be compiled for."""

    __slots__ = ("arguments", "function", "location", "metal_name", "module", "name")

    def __init__(self, function: JitFunction, name: str, location: Location) -> None:
        self.function = function
        self.name = name
        self.metal_name = f"enigma_kernel_{name}"
        self.location = location
        self.module = function.__module__
        # Python values and what becomes tensors and scalars, by parameter.
        self.arguments: dict[str, object] = {}

    def problem(self, problem: str, fix: str, at: Location | None = None) -> Exception:
        """An error of the export."""
        return mistake("E0531", jit=self.function.__name__, problem=problem, fix=fix, at=at)


def make_export(
    function: JitFunction, args: tuple[object, ...], name: str | None, constants: dict[str, object]
) -> JitExport:
    """What `enigma.export` of a jit function records."""
    made = JitExport(function, name or function.__name__, user_location())
    frame = user_frame()
    if frame is not None:
        made.module = frame.f_globals.get("__name__", function.__module__)
    names = function.parameter_names()
    known = f"parameters are {', '.join(names) or 'none'}"
    if len(args) > len(names):
        problem = f"{len(args)} arguments are given for {len(names)} parameters"
        raise made.problem(problem, known)
    for parameter, value in zip(names, args, strict=False):
        made.arguments[parameter] = _argument(made, parameter, value)
    for parameter, value in constants.items():
        if parameter not in names or parameter in made.arguments:
            found = "is given twice" if parameter in names else "does not exist"
            raise made.problem(f"parameter '{parameter}' {found}", known)
        made.arguments[parameter] = _argument(made, parameter, value)
    code, fn = function.fn.__code__, function.fn
    positional = code.co_varnames[: code.co_argcount]
    values = fn.__defaults__ or ()
    defaults = {*positional[len(positional) - len(values) :], *(fn.__kwdefaults__ or {})}
    for parameter in names:
        if parameter not in made.arguments and parameter not in defaults:
            raise made.problem(
                f"parameter '{parameter}' is not given",
                'give a tensor, enigma.TensorSpec((1024,), "float"), an enigma.Scalar or a value',
            )
    _check_buffers(made)
    return made


def _argument(export: JitExport, parameter: str, value: object) -> object:
    """A tensor, scalar or Python value for a parameter."""
    if isinstance(value, Tensor | JitScalar):
        return value
    if isinstance(value, TensorSpec):
        layout, dtype = value.layout, value.dtype
    else:
        type_ = parameter_type(value) if not isinstance(value, str) else None
        if type_ is None:
            return value
        if isinstance(type_, Scalar):
            return JitScalar(parameter, type_.dtype)
        if type_.shape is None or type_.columns:
            raise export.problem(
                f"parameter '{parameter}' has no shape",
                f'give it one: enigma.TensorSpec((1024,), "{type_.dtype.metal}")',
            )
        layout, dtype = Layout(type_.shape, row_major(type_.shape)), type_.dtype
    engine = JitBuffer(parameter, None, dtype, layout, export.location)
    return Tensor.of(engine, layout, {(): Place()})


def _check_buffers(export: JitExport) -> None:
    """Buffers have names and indices of their own."""
    names: set[str] = set()
    indices: set[int] = set()
    for value in export.arguments.values():
        if not isinstance(value, Tensor | JitScalar):
            continue
        name = value.name
        if name in names:
            raise export.problem(f"two parameters are called '{name}'", "give each a name")
        names.add(name)
        index = value.engine.index if isinstance(value, Tensor) else None
        if index is not None and index in indices:
            raise export.problem(f"two tensors have index {index}", "give each its own index")
        if index is not None:
            indices.add(index)


# -- launches ----------------------------------------------------------------------------------


class LaunchBinding:
    """The parameters that the GPU sees of a kernel that is launched, and what its Python is given.

    Tensors of one buffer are one parameter.
    """

    def __init__(self) -> None:
        self.parameters: list[TracedParameter] = []
        self.constants: dict[str, object] = {}
        # What each GPU parameter is bound to: the name in the manifest.
        self.bound: list[JitBuffer | JitScalar] = []
        # For each Python parameter that is not constant: the argument, and the GPU parameter.
        self._given: dict[str, tuple[object, TracedParameter, bool]] = {}

    def add(
        self, name: str, argument: Tensor | JitScalar, at: Location | None, as_buffer: bool
    ) -> TracedParameter:
        """Bind a Python parameter to a tensor or scalar."""
        engine = argument.engine if isinstance(argument, Tensor) else argument
        for parameter, bound in zip(self.parameters, self.bound, strict=True):
            if bound is engine:
                self._given[name] = (argument, parameter, as_buffer)
                return parameter
        type_: ParameterType
        is_scalar = isinstance(engine, JitScalar)
        type_ = Scalar(engine.dtype) if is_scalar else _buffer_type(engine)
        parameter = TracedParameter(name, type_, at)
        self.parameters.append(parameter)
        self.bound.append(engine)
        self._given[name] = (argument, parameter, as_buffer)
        return parameter

    def given_names(self) -> list[str]:
        """The Python parameters that are tensors and scalars."""
        return list(self._given)

    def rename(self) -> None:
        """Call the parameters as the jit function's tensors and scalars are called."""
        for parameter, bound in zip(self.parameters, self.bound, strict=True):
            parameter.name = bound.name

    def arguments(self, made: dict[str, object]) -> dict[str, object]:
        """The Python arguments, of the buffers and values that stand for the parameters."""
        arguments: dict[str, object] = {}
        for name, (argument, parameter, as_buffer) in self._given.items():
            memory = made[parameter.name]
            if isinstance(argument, Tensor) and not as_buffer:
                assert isinstance(memory, Buffer)
                memory = argument.on(memory)
            arguments[name] = memory
        return arguments


def _buffer_type(engine: JitBuffer) -> BufferType:
    """How the trace describes a tensor's memory: its shape, and strides that are not dense."""
    shape = leaves(engine.layout.shape)
    stride = leaves(engine.layout.stride)
    dense = leaves(row_major(shape))
    if all(d == e or s == 1 for s, d, e in zip(shape, stride, dense, strict=True)):
        return BufferType(engine.dtype, shape)
    if len(shape) == 1:
        return BufferType(engine.dtype, (engine.size,))
    type_ = BufferType(engine.dtype, shape)
    type_.stride = stride
    return type_


class Launch:
    """One launch of a jit function, before it is traced."""

    __slots__ = ("binding", "block", "grid", "kernel", "location")

    def __init__(
        self, kernel: Kernel, binding: LaunchBinding, grid: Any, block: Any, location: Location
    ) -> None:
        self.kernel = kernel
        self.binding = binding
        self.grid = grid
        self.block = block
        self.location = location


class KernelCall:
    """A kernel with its arguments, in a jit function: ``kernel(A, B).launch(grid=…, block=…)``."""

    def __init__(self, session: _Session, kernel: Kernel, binding: LaunchBinding) -> None:
        self._session = session
        self._kernel = kernel
        self._binding = binding
        self.location = user_location()
        self.is_launched = False

    def launch(self, grid: object = None, block: object = None) -> None:
        """Launch the kernel over a grid of threads.

        Args:
            grid, block: one to three extents, in threads; the kernel's own where they are left out.
        """
        sizes = {
            "grid": launch_size(grid, "grid") or self._kernel.grid,
            "block": launch_size(block, "block") or self._kernel.block,
        }
        for word, size in sizes.items():
            if size is None:
                raise _launch_problem(
                    self._kernel,
                    f"it has no {word}",
                    f"say {word}=…, in threads, or give it to @enigma.kernel",
                )
        check_max_threads(sizes["block"], self._kernel.max_threads)
        self.is_launched = True
        self._session.launches.append(
            Launch(self._kernel, self._binding, sizes["grid"], sizes["block"], user_location())
        )


def _launch_problem(
    kernel: Kernel, problem: str, fix: str, at: Location | None = None
) -> Exception:
    return mistake("E0532", kernel=kernel.__name__, problem=problem, fix=fix, at=at)


class _Session:
    """The running of one jit function."""

    def __init__(self, export: JitExport) -> None:
        self.export = export
        self.launches: list[Launch] = []
        self.calls: list[KernelCall] = []
        self.names = {
            value.name
            for value in export.arguments.values()
            if isinstance(value, Tensor | JitScalar)
        }

    def call(self, kernel: Kernel, args: tuple, kwargs: dict[str, object]) -> KernelCall:
        """What calling a kernel gives."""
        given = _given_arguments(kernel, args, kwargs)
        binding = LaunchBinding()
        syntax = kernel.syntax()
        for name, value in given.items():
            at = syntax.parameters.get(name)
            declared = _kernels.annotated_type(kernel, name, at or syntax.location)
            if isinstance(value, Tensor):
                self._bind_tensor(kernel, binding, name, value, declared, at)
            elif isinstance(value, JitScalar):
                if isinstance(declared, BufferType) or (
                    isinstance(declared, Scalar) and declared.dtype is not value.dtype
                ):
                    problem = (
                        f"parameter '{name}' is {declared!r}, and a {value.dtype} scalar is given"
                    )
                    raise _launch_problem(kernel, problem, "give what the parameter is declared as")
                binding.add(name, value, at, False)
            elif declared is not None:
                raise _launch_problem(
                    kernel,
                    f"parameter '{name}' is {declared!r}, and {type(value).__name__} is given",
                    "give a tensor or scalar of the jit function",
                )
            else:
                binding.constants[name] = value
        call = KernelCall(self, kernel, binding)
        self.calls.append(call)
        return call

    def _bind_tensor(
        self,
        kernel: Kernel,
        binding: LaunchBinding,
        name: str,
        tensor: Tensor,
        declared: ParameterType | None,
        at: Location | None,
    ) -> None:
        engine = tensor.engine
        if tensor.is_identity:
            binding.constants[name] = tensor
            return
        if not isinstance(engine, JitBuffer):
            raise _launch_problem(
                kernel, f"'{name}' is memory of a kernel", "give tensors of the jit function"
            )
        if declared is None:
            binding.add(name, tensor, at, False)
            return
        fits = isinstance(declared, BufferType) and declared.dtype is engine.dtype
        if not fits or declared.columns:  # type: ignore[union-attr]
            problem = f"parameter '{name}' is {declared!r}, and {tensor!r} is given"
            raise _launch_problem(kernel, problem, "leave the annotation out, or say enigma.Tensor")
        whole = tensor.layout == engine.layout and tensor.start_offset() == 0
        of_shape = declared.shape is None or element_count(declared.shape) == engine.size  # type: ignore[union-attr]
        if not whole or not of_shape:
            raise _launch_problem(
                kernel,
                f"parameter '{name}' is a buffer, {declared!r}, and {tensor!r} is given",
                "leave the annotation out, or say enigma.Tensor",
            )
        parameter = binding.add(name, tensor, at, True)
        type_ = parameter.type
        if isinstance(type_, BufferType):
            type_.access = declared.access  # type: ignore[union-attr]
            if declared.shape is not None:  # type: ignore[union-attr]
                type_.shape, type_.stride = declared.shape, None  # type: ignore[union-attr]

    def run(self) -> None:
        """Run the jit function's Python."""
        _kernels.set_jit_call(self.call)
        _sessions.append(self)
        try:
            result = self.export.function.fn(**self.export.arguments)
        finally:
            _sessions.pop()
            _kernels.set_jit_call(_sessions[-1].call if _sessions else None)
        if result is not None:
            fix = "write results into tensors"
            raise self.export.problem("it returns a value", fix, at=self.export.location)
        for call in self.calls:
            if not call.is_launched:
                raise _launch_problem(
                    call._kernel,
                    "it is called, but not launched",
                    f"{call._kernel.__name__}(…).launch(grid=…, block=…)",
                    at=call.location,
                )
        if not self.launches:
            raise self.export.problem(
                "it launches nothing", "kernel(…).launch(grid=…, block=…)", at=self.export.location
            )


_sessions: list[_Session] = []


def _given_arguments(
    kernel: Kernel, args: tuple[object, ...], kwargs: dict[str, object]
) -> dict[str, object]:
    """The arguments of a kernel by parameter, in the order of its parameters."""
    names = _kernels.parameter_names(kernel)
    known = f"parameters are {', '.join(names) or 'none'}"
    if len(args) > len(names):
        problem = f"{len(args)} arguments are given for {len(names)} parameters"
        raise _launch_problem(kernel, problem, known)
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names or name in given:
            found = "is given twice" if name in names else "does not exist"
            raise _launch_problem(kernel, f"parameter '{name}' {found}", known)
        given[name] = value
    defaults = _kernels.defaults_of(kernel)
    for name in names:
        if name not in given and name not in defaults:
            raise _launch_problem(kernel, f"parameter '{name}' is not given", known)
    return {name: given[name] if name in given else defaults[name] for name in names}


def intermediate(shape: object, dtype: object = "float", stride: object = None) -> Tensor:
    """A tensor that a jit function's launches share and nobody outside gives: it starts as zeros.

    Args:
        shape: positive ints; they may nest.
        dtype: the elements' type.
        stride: nested as the shape; row-major if it is left out.

    It is called after the variable it is assigned to.
    """
    if not _sessions or is_tracing():
        raise mistake("E0533", what="enigma.intermediate")
    session = _sessions[-1]
    spec = TensorSpec(shape, dtype, stride)
    wanted = target_name() or "intermediate"
    name, count = wanted, 1
    while name in session.names:
        count += 1
        name = f"{wanted}_{count}"
    session.names.add(name)
    engine = JitBuffer(name, None, spec.dtype, spec.layout, user_location(), intermediate=True)
    return Tensor.of(engine, spec.layout, {(): Place()})


# -- tracing -----------------------------------------------------------------------------------


def trace_jit(export: JitExport) -> tuple[list[TracedKernel], list[dict[str, object]]]:
    """Run a jit function, and trace the kernels that it launches.

    Returns:
        The kernels, each once, and the launches as the trace has them.
    """
    session = _Session(export)
    session.run()
    is_single = len(session.launches) == 1
    kernels: list[TracedKernel] = []
    known: dict[tuple[int, str], TracedKernel] = {}
    counts: dict[str, int] = {}
    launches: list[dict[str, object]] = []
    for launch in session.launches:
        if is_single:
            _check_indices(export, launch)
            launch.binding.rename()
        traced = trace_kernel(_kernel_export(export, launch))
        key = (id(launch.kernel), kernel_text(traced))
        shared = known.get(key)
        if shared is None:
            known[key] = shared = traced
            _name(shared.export, export.name, launch.kernel, counts, is_single)
            kernels.append(shared)
        elif shared.export.grid != launch.grid:
            shared.export.grid = None
        bound = launch.binding.bound
        launches.append(
            {
                "kernel": shared.export.metal_name,
                "export": export.name,
                "args": [b.name for b in bound],
                "intermediates": [
                    b.name for b in bound if isinstance(b, JitBuffer) and b.intermediate
                ],
                "grid": launch.grid,
                "block": launch.block,
            }
        )
    return kernels, launches


def _kernel_export(export: JitExport, launch: Launch) -> Export:
    made = Export(launch.kernel, launch.location)
    made.grid, made.block = launch.grid, launch.block
    made.module = export.module
    made.binding = launch.binding
    made.name = export.name
    return made


def _name(
    export: Export, jit_name: str, kernel: Kernel, counts: dict[str, int], is_single: bool
) -> None:
    """Name a kernel after the export, and where there are several after itself too."""
    if is_single:
        name = jit_name
    else:
        name = f"{jit_name}_{kernel.__name__}"
        counts[name] = counts.get(name, 0) + 1
        if counts[name] > 1:
            name = f"{name}_{counts[name]}"
    export.name = name
    export.metal_name = f"enigma_kernel_{name}"


def _check_indices(export: JitExport, launch: Launch) -> None:
    """Of one launch, a tensor's index is that of the kernel's parameter."""
    for position, bound in enumerate(launch.binding.bound):
        index = bound.index if isinstance(bound, JitBuffer) else None
        if index is not None and index != position:
            raise mistake(
                "E0532",
                at=launch.location,
                kernel=launch.kernel.__name__,
                problem=f"tensor '{bound.name}' has index {index} and is buffer {position} of the "
                "kernel",
                fix=f'enigma.Tensor("{bound.name}", {position}, …)',
                notes=(Note("the tensor is made here", bound.location),),  # type: ignore[union-attr]
            )
