"""Kernels, what of them is compiled, and the tracing of one."""

from __future__ import annotations

from enigma import native
from enigma.checks import (
    MAX_THREADS,
    check_max_threads,
    check_parameters,
    check_threads,
    warn_of_unused_parameters,
)
from enigma.control_flow import check_entered
from enigma.errors import EnigmaError, forget_unanswered, mistake
from enigma.locations import Location, user_frame, user_location
from enigma.memory import Buffer
from enigma.parameters import BufferType, ParameterType, parameter_type
from enigma.sources import FunctionSyntax, source_index
from enigma.tracer import Tracer, is_tracing, set_current

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

Launch = tuple[int, int, int]

_VARARGS, _VARKEYWORDS = 0x04, 0x08
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


def _launch_size(size: object, word: str) -> Launch | None:
    """A grid or block as three extents."""
    if size is None:
        return None
    extents = size if isinstance(size, tuple | list) else (size,)
    good = 1 <= len(extents) <= 3 and all(
        isinstance(e, int) and not isinstance(e, bool) and e >= 1 for e in extents
    )
    if not good:
        raise mistake(
            "E0309",
            what=f"{word}={size!r} is not a size",
            fix=f"{word} is one to three positive integers, in threads: {word}=(256, 1, 1)",
        )
    x, y, z = (*extents, 1, 1)[:3]
    if word == "block":
        check_threads((x, y, z), f"block={size!r}")
    return (x, y, z)


def _check_name(name: object, what: str) -> None:
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        raise mistake(
            "E0309", what=f"{what} is called {name!r}", fix="a name is a plain identifier"
        )


class Kernel:
    """A GPU function; enigmac compiles it. Made by `enigma.kernel`.

    Attributes:
        fn: the Python function.
        metal_name: what the Metal function is called.
        grid, block: the suggested launch in threads, or None.
        max_threads: the most threads a threadgroup may have, or None.
    """

    def __init__(
        self,
        fn: Callable[..., None],
        grid: object = None,
        block: object = None,
        name: str | None = None,
        max_threads: int | None = None,
    ) -> None:
        if isinstance(fn, Kernel) or not hasattr(fn, "__code__"):
            raise mistake(
                "E0309",
                what=f"@enigma.kernel is applied to {type(fn).__name__}",
                fix="a kernel is a plain function: def add(A: enigma.f32, …)",
            )
        self.fn = fn
        self.__name__ = fn.__name__
        self.__qualname__ = fn.__qualname__
        self.__doc__ = fn.__doc__
        self.__module__ = fn.__module__
        self.__wrapped__ = fn
        if name is not None:
            _check_name(name, f"kernel '{fn.__name__}'")
        self.metal_name = name or f"enigma_kernel_{fn.__name__}"
        self.grid = _launch_size(grid, "grid")
        self.block = _launch_size(block, "block")
        if max_threads is not None and not (
            type(max_threads) is int and 1 <= max_threads <= MAX_THREADS
        ):
            raise mistake(
                "E0309",
                what=f"max_threads={max_threads!r} is not a number of threads",
                fix=f"max_threads is from 1 to {MAX_THREADS}",
            )
        self.max_threads = max_threads
        check_max_threads(self.block, max_threads)
        # The variables of the function around the kernel: annotations that are source text may name
        # them, and do not make them part of the closure.
        self.scope: dict[str, object] = {}
        if any(isinstance(a, str) for a in fn.__annotations__.values()):
            frame = user_frame()
            if frame is not None and frame.f_globals is fn.__globals__:
                self.scope = dict(frame.f_locals)

    def __repr__(self) -> str:
        return f"<enigma.kernel {self.__name__}>"

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        fix = f"compile this module with enigmac, or export it: enigma.export({self.__name__}, …)"
        if is_tracing():
            fix = "a kernel is launched, not called; put what both need into a plain function"
        raise mistake("E0303", name=self.__name__, fix=fix)

    def syntax(self) -> FunctionSyntax:
        """Where the function and its parameters stand."""
        code = self.fn.__code__
        found = source_index(code.co_filename).functions.get((code.co_firstlineno, code.co_name))
        if found is not None:
            return found
        line = code.co_firstlineno
        return FunctionSyntax((code.co_filename, line, 0, line, 0), {})


def kernel(
    fn: Callable[..., None] | None = None,
    *,
    grid: object = None,
    block: object = None,
    name: str | None = None,
    max_threads: int | None = None,
) -> object:
    """Mark a function as a GPU kernel: ``@enigma.kernel`` or ``@enigma.kernel(block=256)``.

    Args:
        grid, block: the launch that the manifest suggests, in threads: an int or up to three.
        name: the Metal function's name; otherwise ``enigma_kernel_<python name>``.
        max_threads: Metal's ``max_total_threads_per_threadgroup``.

    Parameters are annotated: a dtype is a buffer, ``enigma.f32[M, N]`` one with a shape,
    ``enigma.Scalar(dtype)`` a number given at each dispatch. One without annotation and with a
    default is a constant of the compilation, which `enigma.export` may set.
    """
    if fn is not None:
        return Kernel(fn)

    def decorate(fn: Callable[..., None]) -> Kernel:
        return Kernel(fn, grid, block, name, max_threads)

    return decorate


class Export:
    """A kernel with the types and constants it is to be compiled for."""

    __slots__ = (
        "block",
        "constants",
        "grid",
        "kernel",
        "location",
        "metal_name",
        "module",
        "name",
        "types",
    )

    def __init__(self, kernel: Kernel, location: Location) -> None:
        self.kernel = kernel
        self.name: str = kernel.__name__
        self.metal_name = kernel.metal_name
        self.types: dict[str, ParameterType] = {}
        self.constants: dict[str, object] = {}
        self.grid = kernel.grid
        self.block = kernel.block
        self.location = location
        self.module = kernel.__module__


_exports: list[Export] = []


def start_exports() -> None:
    """Forget the exports of the module before."""
    _exports.clear()


def exports_of(module: str) -> list[Export]:
    """What a module exported, in order."""
    return [export for export in _exports if export.module == module]


def export(
    fn: object,
    *args: object,
    name: str | None = None,
    grid: object = None,
    block: object = None,
    **constants: object,
) -> None:
    """Have enigmac compile a kernel for given types and constants.

    Args:
        fn: the kernel.
        args: for each parameter in order its type (a dtype, ``enigma.f32[M, N]``,
            ``enigma.Scalar``), or a Python value that it is to be. Parameters that are left out
            keep their annotations.
        name: what the export is called, in Python and, after ``enigma_kernel_``, in Metal. Several
            exports of one kernel need different names.
        grid, block: the launch, in place of the kernel's own.
        constants: parameters that are Python values while the kernel is traced.
    """
    if not isinstance(fn, Kernel):
        raise mistake(
            "E0310",
            kernel=getattr(fn, "__name__", repr(fn)),
            problem="it is not a kernel",
            fix="mark the function with @enigma.kernel",
        )
    made = Export(fn, user_location())
    frame = user_frame()
    if frame is not None:
        made.module = frame.f_globals.get("__name__", fn.__module__)
    if name is not None:
        _check_name(name, "an export")
        made.name = name
        made.metal_name = f"enigma_kernel_{name}"
    made.grid = _launch_size(grid, "grid") or fn.grid
    made.block = _launch_size(block, "block") or fn.block
    check_max_threads(made.block, fn.max_threads)
    names = _parameter_names(fn)
    if len(args) > len(names):
        raise mistake(
            "E0310",
            kernel=fn.__name__,
            problem=f"{len(args)} arguments are given for {len(names)} parameters",
            fix=f"parameters are {', '.join(names) or 'none'}",
        )
    for parameter, argument in zip(names, args, strict=False):
        type_ = parameter_type(argument)
        if type_ is not None:
            made.types[parameter] = type_
        else:
            made.constants[parameter] = argument
    for parameter, value in constants.items():
        if parameter not in names or parameter in made.types or parameter in made.constants:
            problem = "is given twice" if parameter in names else "does not exist"
            raise mistake(
                "E0310",
                kernel=fn.__name__,
                problem=f"parameter '{parameter}' {problem}",
                fix=f"parameters are {', '.join(names) or 'none'}",
            )
        type_ = parameter_type(value) if not isinstance(value, str) else None
        if type_ is not None:
            made.types[parameter] = type_
        else:
            made.constants[parameter] = value
    _exports.append(made)


def _parameter_names(kernel: Kernel) -> tuple[str, ...]:
    code = kernel.fn.__code__
    if code.co_flags & (_VARARGS | _VARKEYWORDS):
        raise mistake(
            "E0309",
            at=kernel.syntax().location,
            what=f"kernel '{kernel.__name__}' takes *args or **kwargs",
            fix="a kernel's parameters are its buffers and scalars: name each",
        )
    if code.co_flags & (_GENERATOR | _COROUTINE | _ASYNC_GENERATOR):
        raise mistake(
            "E0309",
            at=kernel.syntax().location,
            what=f"kernel '{kernel.__name__}' is a generator or async",
            fix="a kernel is a plain function without `yield` and `async`",
        )
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _defaults(kernel: Kernel) -> dict[str, object]:
    code, fn = kernel.fn.__code__, kernel.fn
    positional = code.co_varnames[: code.co_argcount]
    values = getattr(fn, "__defaults__", None) or ()
    found = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    found.update(getattr(fn, "__kwdefaults__", None) or {})
    return found


def unannotated(kernel: Kernel) -> list[str]:
    """The parameters that have neither an annotation nor a default."""
    annotations, defaults = kernel.fn.__annotations__, _defaults(kernel)
    return [n for n in _parameter_names(kernel) if n not in annotations and n not in defaults]


def _annotated_type(kernel: Kernel, name: str, at: Location) -> ParameterType | None:
    """What a parameter's annotation says, or None when it has none."""
    fn = kernel.fn
    if name not in fn.__annotations__:
        return None
    annotation = fn.__annotations__[name]
    # `from __future__ import annotations` leaves source text, and a dtype may be a string anyway.
    # It may be both.
    for _ in range(3):
        type_ = parameter_type(annotation)
        if type_ is not None:
            return type_
        if not isinstance(annotation, str):
            break
        try:
            annotation = eval(annotation, fn.__globals__, kernel.scope)
        except EnigmaError as error:
            error.diagnostic.location = at
            raise
        except Exception:  # whatever it is, it is not a type; the error below shows the text
            break
    shown = annotation if isinstance(annotation, str) else repr(annotation)
    raise mistake("E0302", at=at, annotation=shown, name=name)


class TracedParameter:
    """A parameter of a traced kernel."""

    __slots__ = ("location", "name", "type")

    def __init__(self, name: str, type_: ParameterType, location: Location | None) -> None:
        self.name = name
        self.type = type_
        self.location = location


class TracedKernel:
    """A kernel after tracing: what the trace's `kernels` holds."""

    __slots__ = ("export", "location", "parameters", "tracer")

    def __init__(
        self, export: Export, location: Location, parameters: list[TracedParameter], tracer: Tracer
    ) -> None:
        self.export = export
        self.location = location
        self.parameters = parameters
        self.tracer = tracer


def _bind(
    export: Export, syntax: FunctionSyntax
) -> tuple[list[TracedParameter], dict[str, object]]:
    """The parameters that the GPU sees, and those that are constants of the compilation."""
    kernel = export.kernel
    defaults = _defaults(kernel)
    parameters: list[TracedParameter] = []
    constants: dict[str, object] = {}
    for name in _parameter_names(kernel):
        location = syntax.parameters.get(name)
        at = location or syntax.location
        if name in export.constants:
            constants[name] = export.constants[name]
            continue
        type_ = export.types.get(name) or _annotated_type(kernel, name, at)
        if type_ is not None:
            parameters.append(TracedParameter(name, type_, location))
        elif name in defaults:
            constants[name] = defaults[name]
        else:
            raise mistake("E0301", at=at, name=name, kernel=kernel.__name__)
    return parameters, constants


def trace_kernel(export: Export) -> TracedKernel:
    """Run a kernel's Python once and record what it does.

    Raises:
        EnigmaError: a mistake in the kernel; other exceptions of its Python pass through.
    """
    kernel = export.kernel
    syntax = kernel.syntax()
    parameters, constants = _bind(export, syntax)
    check_parameters(kernel.__name__, [p.location for p in parameters], syntax.location)
    tracer = Tracer(export.name, syntax.location, export.block)
    arguments = dict(constants)
    set_current(tracer)
    try:
        for parameter in parameters:
            at = parameter.location or syntax.location
            type_ = parameter.type
            if isinstance(type_, BufferType):
                arguments[parameter.name] = Buffer(
                    parameter.name, type_.dtype, type_.shape, tracer.body, at, access=type_.access
                )
                if type_.columns:
                    from enigma.matrix_types import MatrixBuffer

                    buffer = arguments[parameter.name]
                    arguments[parameter.name] = MatrixBuffer(buffer, type_.columns)  # type: ignore[arg-type]
            else:
                value = tracer.emit(
                    "scalar",
                    (_ScalarParameter(parameter.name),),  # type: ignore[arg-type]
                    type_.dtype,
                    location=at,
                    named=False,
                )
                assert value.op is not None
                value.op.variable = parameter.name
                arguments[parameter.name] = value
        code = kernel.fn.__code__
        positional = [arguments.pop(n) for n in code.co_varnames[: code.co_argcount]]
        native.start()
        forget_unanswered()
        result = _run(kernel, syntax, positional, arguments)
        if result is not None:
            raise mistake("E0312", at=_return_place(kernel, syntax), kernel=kernel.__name__)
        tracer.check_innermost(tracer.body)
        check_entered(tracer)
        # One that a `try` of the user's code has hidden: what it stopped is not in the kernel.
        swallowed = forget_unanswered()
        if swallowed is not None:
            raise swallowed
        names = [parameter.name for parameter in parameters]
        warn_of_unused_parameters(tracer, kernel.fn, syntax, names)
    finally:
        tracer.body.is_open = False
        set_current(None)
    return TracedKernel(export, syntax.location, parameters, tracer)


def _run(
    kernel: Kernel, syntax: FunctionSyntax, positional: list[object], named: dict[str, object]
) -> object:
    """Call the rewritten kernel; gives what it returns, which is nothing."""
    try:
        return native.rewritten(kernel.fn, is_kernel=True)(*positional, **named)
    except EnigmaError as error:
        # A value on some paths only; in a kernel there may be none on any path.
        if error.id == "E0219" and _innermost_function(error.diagnostic.location) is syntax:
            place = _return_place(kernel, syntax)
            raise mistake("E0312", at=place, kernel=kernel.__name__) from None
        raise


def _innermost_function(place: Location) -> FunctionSyntax | None:
    """The `def` around a place, the last one where several are."""
    found = None
    for function in source_index(place[0]).functions.values():
        _, line, _, end, _ = function.location
        if line <= place[1] <= end and (found is None or line >= found.location[1]):
            found = function
    return found


def _return_place(kernel: Kernel, syntax: FunctionSyntax) -> Location:
    """Where a kernel returns a value."""
    from enigma.liveness import children, kind_of

    code = kernel.fn.__code__
    index = source_index(code.co_filename)
    node = index.nodes.get((code.co_firstlineno, code.co_name))
    waiting = list(node.body) if node is not None else []
    while waiting:
        part = waiting.pop(0)
        if kind_of(part) == "Return" and part.value is not None:  # type: ignore[attr-defined]
            return index.range_of(part)
        if kind_of(part) not in ("FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"):
            waiting = [*children(part), *waiting]  # type: ignore[list-item]
    return syntax.location


class _ScalarParameter:
    """The operand of `scalar`: a parameter that is not a buffer."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
