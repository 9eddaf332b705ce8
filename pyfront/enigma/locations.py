"""Where in the user's Python something happens: source ranges and assigned names from bytecode.

The user's frame is the innermost one outside this package and the standard library. Its current
instruction gives the source range (`co_positions`, Python 3.11) and, when the instruction after it
stores into a variable, the name of the result.
"""

from __future__ import annotations

import os
import sys
from types import CodeType, FrameType

# (filename, line from 1, column from 0, end line, end column); columns count UTF-8 bytes.
Location = tuple[str, int, int, int, int]

# Bytecode knows columns from Python 3.11 on; before, a location is a line.
HAS_COLUMNS = sys.version_info >= (3, 11)

UNKNOWN: Location = ("<unknown>", 0, 0, 0, 0)

# Precompiled code says "enigma/…" wherever it is installed, which is not where its files are.
_PACKAGE = (
    os.path.dirname(os.path.abspath(__file__)) + os.sep,
    os.path.dirname(sys._getframe(0).f_code.co_filename) + os.sep,
)
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)

_foreign_files: dict[str, bool] = {}
# Keyed by identity, because hashing a code object hashes all of its constants; the code object
# itself is kept so that its identity is not given to another.
_positions: dict[int, tuple[CodeType, list[tuple[int | None, ...]]]] = {}
_targets: dict[tuple[int, int], tuple[object, ...]] = {}
_kept: dict[int, CodeType] = {}

# A target that is not a plain variable, and one that is returned to the caller.
_NO_NAME: tuple[object, ...] = ()
_RETURNED = "<returned>"


def is_standard_library(filename: str) -> bool:
    """Whether a file came with Python."""
    if filename.startswith("<frozen "):
        return True
    return filename.startswith(_LIBRARY) and not any(part in filename for part in INSTALLED)


def runs_user_code(code: CodeType) -> bool:
    """Whether a function of this package only passes on to what the user wrote."""
    return code.co_name in ("call", "_unrolled") and code.co_filename.endswith(_NATIVE)


_NATIVE = tuple("enigma" + os.sep + f for f in ("native.py", "native_loops.py"))


def is_package_file(filename: str) -> bool:
    """Whether a file is part of this package."""
    return filename.startswith(_PACKAGE)


def _is_foreign(filename: str) -> bool:
    known = _foreign_files.get(filename)
    if known is None:
        known = is_package_file(filename) or is_standard_library(filename)
        _foreign_files[filename] = known
    return known


def user_frame() -> FrameType | None:
    """The innermost frame of the user's code."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_foreign(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def location_in(code: CodeType, instruction: int, line: int | None) -> Location:
    """The source range of the instruction at byte offset `instruction`."""
    if sys.version_info >= (3, 11):
        entry = _positions.get(id(code))
        if entry is None:
            entry = (code, list(code.co_positions()))
            _positions[id(code)] = entry
        index = instruction // 2
        if 0 <= index < len(entry[1]):
            start, end, column, end_column = entry[1][index]
            if start is not None:
                # Python leaves columns out under -X no_debug_ranges.
                return (
                    code.co_filename,
                    start,
                    column or 0,
                    end if end is not None else start,
                    end_column if end_column is not None else column or 0,
                )
    line = line or code.co_firstlineno
    return (code.co_filename, line, 0, line, 0)


def frame_location(frame: FrameType) -> Location:
    """The source range of the expression that a frame is evaluating."""
    return location_in(frame.f_code, frame.f_lasti, frame.f_lineno)


class CalledLocation(tuple[str, int, int, int, int]):
    """A location in a helper, with the calls that led there from the kernel."""

    # From the innermost call outwards: the function that was called, and where.
    callers: tuple[tuple[str, Location], ...]


# Code that runs in frames of its own, although nobody calls it.
_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


def _callers(frame: FrameType) -> tuple[tuple[str, Location], ...]:
    """The calls between the kernel's function and a frame of the user's code."""
    callers: list[tuple[str, Location]] = []
    outer = frame.f_back
    while outer is not None:
        code = outer.f_code
        if not _is_foreign(code.co_filename):
            if frame.f_code.co_name not in _COMPREHENSIONS:
                callers.append((frame.f_code.co_name, frame_location(outer)))
            frame = outer
        elif code.co_name == "trace_kernel" and is_package_file(code.co_filename):
            return tuple(callers)
        outer = outer.f_back
    return ()  # no kernel is being traced


def user_location() -> Location:
    """The source range of the user's expression that led here."""
    frame = user_frame()
    if frame is None:
        return UNKNOWN
    callers = _callers(frame)
    if not callers:
        return frame_location(frame)
    location = CalledLocation(frame_location(frame))
    location.callers = callers
    return location


def forget_code() -> None:
    """Drop what is cached for code objects; a module has been unloaded."""
    _positions.clear()
    _targets.clear()
    _kept.clear()


class _Opcodes:
    """The numbers of the few instructions that matter, in the running Python."""

    def __init__(self) -> None:
        from opcode import opmap

        missing = -1
        number = opmap.get
        self.extended_arg = number("EXTENDED_ARG", missing)
        self.passed_over = {number("CACHE", missing), number("COPY", missing)}
        self.passed_over |= {number("DUP_TOP", missing), number("NOP", missing)}
        self.fast = {number("STORE_FAST", missing)}
        # Python 3.13 fuses a store with the load or store after it: the first is in the high bits.
        self.fused_fast = {
            number("STORE_FAST_LOAD_FAST", missing),
            number("STORE_FAST_STORE_FAST", missing),
        } - {missing}
        self.named = {number("STORE_NAME", missing), number("STORE_GLOBAL", missing)} - {missing}
        self.cell = number("STORE_DEREF", missing)
        self.unpack = number("UNPACK_SEQUENCE", missing)
        self.leave = {number("RETURN_VALUE", missing)}


_opcodes: _Opcodes | None = None


def _read_targets(code: CodeType, instruction: int) -> tuple[object, ...]:
    """What the instruction after `instruction` stores into: a name for each unpacked position."""
    global _opcodes
    if _opcodes is None:
        _opcodes = _Opcodes()
    ops = _opcodes
    raw = code.co_code
    cell_names: tuple[str, ...] | None = None
    names: list[object] = []
    wanted = 1
    position, argument = instruction + 2, 0
    while position + 1 < len(raw) and len(names) < wanted:
        opcode, argument = raw[position], argument << 8 | raw[position + 1]
        position += 2
        if opcode == ops.extended_arg:
            continue
        if opcode in ops.fast:
            names.append(code.co_varnames[argument])
        elif opcode in ops.fused_fast:
            first, second = argument >> 4, argument & 15
            names.append(code.co_varnames[first])
            if len(names) < wanted and second < len(code.co_varnames):
                names.append(code.co_varnames[second])
        elif opcode in ops.named:
            names.append(code.co_names[argument])
        elif opcode == ops.cell:
            if sys.version_info >= (3, 11):
                # Cells are numbered after the locals; a parameter that is a cell keeps its number.
                extra = tuple(n for n in code.co_cellvars if n not in code.co_varnames)
                cell_names = code.co_varnames + extra + code.co_freevars
            else:
                cell_names = code.co_cellvars + code.co_freevars
            names.append(cell_names[argument])
        elif opcode == ops.unpack:
            if names:
                wanted += argument - 1
            else:
                wanted = argument
        elif opcode in ops.leave and not names:
            return (_RETURNED,)
        elif opcode not in ops.passed_over:
            break
        argument = 0
    return tuple(names)


def target_names() -> tuple[object, ...]:
    """The variables that the result of the user's current expression is assigned to.

    ``x = f()`` gives ``("x",)``, ``i, c = f()`` gives ``("i", "c")``, anything else ``()``. A
    helper that returns the result straight to its caller passes the caller's name on.
    """
    frame = user_frame()
    while frame is not None:
        code = frame.f_code
        key = (id(code), frame.f_lasti)
        names = _targets.get(key)
        if names is None:
            _kept[id(code)] = code
            names = _targets[key] = _read_targets(code, frame.f_lasti)
        if names != (_RETURNED,):
            return names
        frame = frame.f_back
        if frame is not None and runs_user_code(frame.f_code):
            frame = frame.f_back
        if frame is not None and _is_foreign(frame.f_code.co_filename):
            return _NO_NAME
    return _NO_NAME


def target_name() -> str | None:
    """The one variable that the user's current expression is assigned to, or None."""
    names = target_names()
    return str(names[0]) if len(names) == 1 else None
