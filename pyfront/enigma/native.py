"""What rewritten kernels call: Python's control flow, decided by Python or recorded as regions.

`rewriter` shows the shape of the calls. A decision on a Python value is Python's own; on a traced
value both ways are recorded, one after the other in the same frame, and the variables that differ
become results of the region. This module has the calls themselves: helpers are followed.
"""

from __future__ import annotations

import builtins
import sys
from types import CellType, CodeType, FunctionType, MethodType

from enigma.errors import mistake
from enigma.locations import is_package_file, is_standard_library
from enigma.native_branches import branch as branch
from enigma.native_expressions import and_ as and_
from enigma.native_expressions import answer as answer
from enigma.native_expressions import ask as ask
from enigma.native_expressions import ask_else as ask_else
from enigma.native_expressions import asserted as asserted
from enigma.native_expressions import check_attribute as check_attribute
from enigma.native_expressions import chosen as chosen
from enigma.native_expressions import decided as decided
from enigma.native_expressions import joined as joined
from enigma.native_expressions import none as none
from enigma.native_expressions import not_ as not_
from enigma.native_expressions import or_ as or_
from enigma.native_expressions import start as start
from enigma.native_loops import for_loop as for_loop
from enigma.native_loops import range as range
from enigma.native_loops import while_loop as while_loop
from enigma.native_variables import NO_RESULT as NO_RESULT
from enigma.native_variables import returned as returned
from enigma.native_variables import undefined as undefined
from enigma.sources import source_index
from enigma.tracer import current_tracer
from enigma.values import Operand, Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any

# Keyed by code object, which is kept so that its identity is not given to another.
_rewritten: dict[int, tuple[CodeType, CodeType | None]] = {}


def forget_rewritten() -> None:
    """Drop rewritten code; a module has been unloaded."""
    _rewritten.clear()


def _rewritten_code(code: CodeType, *, is_kernel: bool) -> CodeType | None:
    """The rewritten code of a function, or None when it stays as it is."""
    known = _rewritten.get(id(code))
    if known is not None:
        return known[1]
    made: CodeType | None = None
    node = source_index(code.co_filename).nodes.get((code.co_firstlineno, code.co_name))
    if node is not None:
        from enigma.rewriter import FUNCTION, RUNTIME, refused_construct, rewrite

        # A helper that Python can run stays Python's; only what is traced has to be rewritten.
        if is_kernel or refused_construct(node) is None:
            free = (*code.co_freevars, RUNTIME)
            tree = rewrite(node, code.co_filename, free)
            outer = compile(tree, code.co_filename, "exec", dont_inherit=True, optimize=0)
            made = _function_code(_function_code(outer, "__rewritten"), FUNCTION)
            made = made.replace(co_name=code.co_name)
            if sys.version_info >= (3, 11):
                made = made.replace(co_qualname=code.co_qualname)
    _rewritten[id(code)] = (code, made)
    return made


def _function_code(code: CodeType, name: str) -> CodeType:
    return next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)


def rewritten(function: FunctionType, *, is_kernel: bool = False) -> FunctionType:
    """A function with control flow that traced values may decide; itself if it has no source."""
    from enigma.rewriter import RUNTIME

    code = _rewritten_code(function.__code__, is_kernel=is_kernel)
    if code is None:
        return function
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    cells[RUNTIME] = CellType(sys.modules[__name__])
    closure = tuple(cells[name] for name in code.co_freevars)
    made = FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, closure
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def _is_users(function: FunctionType) -> bool:
    filename = function.__code__.co_filename
    return not is_package_file(filename) and not is_standard_library(filename)


_BUILTIN = type(len)
_BUILTIN_FIXES = {
    "min": "use enigma.fmin or enigma.imin",
    "max": "use enigma.fmax or enigma.imax",
    "print": "use enigma.device_print to print on the device",
    "sorted": "traced values have no order while tracing",
}


def call(function: Any, *arguments: Any, **keywords: Any) -> Any:
    """A call in a rewritten function: helpers are followed."""
    kind = type(function)
    if kind is FunctionType:
        if _is_users(function):
            _check_outer_writes(function)
            function = rewritten(function)
    elif kind is MethodType:
        method = function.__func__
        if type(method) is FunctionType and _is_users(method):
            _check_outer_writes(method)
            function = MethodType(rewritten(method), function.__self__)
    elif kind is _BUILTIN and any(isinstance(a, Value) for a in arguments):
        name = function.__name__
        if name in _BUILTIN_FIXES and function.__self__ is builtins:
            raise mistake("E0217", name=name, fix=_BUILTIN_FIXES[name])
    return function(*arguments, **keywords)


def same_object(a: Any, b: Any, expected: bool) -> bool:
    """``a is b``: of a traced value and a number it would be decided here, once for all threads."""
    for x, other in ((a, b), (b, a)):
        if isinstance(x, Operand) and isinstance(other, Operand | int | float):
            fix = "compare the numbers with ==; `is None` asks whether there is a value at all"
            raise mistake("E0217", name="`is`", fix=fix)
    return (a is b) is expected


def context(x: Any) -> Any:
    """The object of a `with`: a branch or loop of enigma's."""
    kind = type(x)
    if not kind.__module__.startswith("enigma.") or not hasattr(kind, "__enter__"):
        raise mistake(
            "E0211",
            what=f"`with` of {kind.__name__} objects",
            fix="blocks of a kernel are enigma.if_, enigma.for_range and enigma.while_; use other "
            "objects before the kernel",
        )
    return x


def _check_outer_writes(function: FunctionType) -> None:
    """Diagnose a helper that assigns outer variables where a traced value decides if it runs."""
    tracer = current_tracer("a call")
    if not any(block.kind in ("if", "for", "while") for block in tracer.blocks):
        return
    node = source_index(function.__code__.co_filename).nodes.get(
        (function.__code__.co_firstlineno, function.__code__.co_name)
    )
    if node is None:
        return
    from enigma.liveness import kind_of, walk

    for part in walk(node):
        if kind_of(part) in ("Global", "Nonlocal"):
            raise mistake(
                "E0218",
                name=function.__name__,
                variable=", ".join(part.names),  # type: ignore[attr-defined]
            )
