"""What enigmac's embedded Python calls: one module file in, its trace and diagnostics out.

Whatever the module does, the answer is a document; nothing is raised and nothing is printed to
standard output.
"""

from __future__ import annotations

import os
import sys

from enigma import defines as _defines
from enigma import function_constants as _function_constants
from enigma import kernels as _kernels
from enigma import locations as _locations
from enigma import native as _native
from enigma import sources as _sources
from enigma.errors import Diagnostic, EnigmaError
from enigma.trace_writer import json_text, write_trace

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType, TracebackType

    from enigma.jit_functions import JitExport
    from enigma.locations import Location

    AnyExport = _kernels.Export | JitExport

_ONLY_AST = 0x400


class _Run:
    """One compilation of a module: what is reported and how files are shown."""

    def __init__(self, path: str) -> None:
        self.shown_path = path
        self.path = os.path.abspath(path)
        self.folder = os.path.dirname(self.path)
        self.diagnostics: list[dict[str, object]] = []
        self._seen: set[str] = set()

    def start_of_file(self) -> Location:
        """The place of what concerns the whole module."""
        return (self.path, 1, 0, 1, 0)

    def shown(self, filename: str) -> str:
        """A file as the user called it: the module as given, its neighbours likewise."""
        if filename == self.path:
            return self.shown_path
        if filename.startswith(self.folder + os.sep):
            return os.path.join(
                os.path.dirname(self.shown_path), os.path.relpath(filename, self.folder)
            )
        return filename

    def report(self, diagnostic: Diagnostic, traceback: str | None = None) -> None:
        """Add a diagnostic; the same one at the same place is said once."""
        entry: dict[str, object] = {
            "severity": diagnostic.severity,
            "id": diagnostic.id,
            "name": diagnostic.name,
            "message": diagnostic.message,
            **self._place(diagnostic.location),
            "notes": [
                {"message": note.message, **self._place(note.location)} for note in diagnostic.notes
            ],
            "help": diagnostic.help,
        }
        key = json_text(entry)
        if key not in self._seen:
            self._seen.add(key)
            entry["traceback"] = traceback
            self.diagnostics.append(entry)

    def _place(self, location: Location) -> dict[str, object]:
        filename, line, column, end_line, end_column = location
        return {
            "file": self.shown(filename),
            "line": line,
            "col": column,
            "end_line": end_line,
            "end_col": end_column,
        }

    def report_exception(self, error: BaseException, at: Location) -> None:
        """Make a diagnostic of what the user's Python raised; `at` is where to point in doubt."""
        if isinstance(error, EnigmaError):
            if error.diagnostic.location is _locations.UNKNOWN:
                error.diagnostic.location = at
            self.report(error.diagnostic, _formatted(error))
            return
        if isinstance(error, SyntaxError) and error.filename is not None and error.lineno:
            self.report(
                Diagnostic("E0402", _syntax_place(error), reason=error.msg or "invalid syntax"),
                _formatted(error),
            )
            return
        place, in_package = _innermost_user_place(error.__traceback__)
        place = place or at
        if isinstance(error, SystemExit):
            diagnostic = Diagnostic("E0404", place, code=_safe_text(error.code, ""))
        elif isinstance(error, KeyboardInterrupt):
            diagnostic = Diagnostic("E0405", place)
        elif isinstance(error, RecursionError):
            diagnostic = Diagnostic("E0406", place)
        elif in_package:
            diagnostic = Diagnostic(
                "E0499", place, type=type(error).__name__, reason=_safe_text(error, "no message")
            )
        else:
            diagnostic = Diagnostic(
                "E0403",
                place,
                type=type(error).__name__,
                reason=_safe_text(error, "no message"),
                fix="",
            )
            diagnostic.help = _suggestion(error)
        self.report(diagnostic, _formatted(error))


def _safe_text(x: object, empty: str) -> str:
    """`str(x)`, for objects whose `__str__` is the user's."""
    try:
        return str(x).strip() or empty
    except Exception:
        return empty


def _formatted(error: BaseException) -> str:
    """The traceback as Python prints it, for -v."""
    import traceback

    try:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:  # an exception whose own __str__ fails
        return "".join(traceback.format_tb(error.__traceback__))


def _syntax_place(error: SyntaxError) -> Location:
    line = error.lineno or 1
    column = _byte_column(error, error.offset)
    end_line = getattr(error, "end_lineno", None) or line
    end = getattr(error, "end_offset", None) or 0
    end_column = _byte_column(error, end) if end > 0 else column
    if end_line <= line:
        end_line, end_column = line, max(end_column, column + 1)
    return (os.path.abspath(error.filename or ""), line, column, end_line, end_column)


def _byte_column(error: SyntaxError, offset: int | None) -> int:
    """A column as everywhere else; from Python 3.13 syntax errors in files count characters."""
    column = max((offset or 1) - 1, 0)
    if sys.version_info >= (3, 13) and error.text:
        return len(error.text[:column].encode("utf-8", "replace"))
    return column


def _innermost_user_place(trace: TracebackType | None) -> tuple[Location | None, bool]:
    """Where the user's code raised or called what raised, and whether that was this package."""
    place, in_package = None, False
    while trace is not None:
        code = trace.tb_frame.f_code
        filename = code.co_filename
        if _locations.runs_user_code(code):
            pass
        elif _locations.is_package_file(filename):
            # The package's __getattr__ answers for a name that the user asked for.
            in_package = code.co_name != "__getattr__"
        elif not _locations.is_standard_library(filename):
            place = _locations.location_in(code, trace.tb_lasti, trace.tb_lineno)
            in_package = False
        trace = trace.tb_next
    return place, in_package and place is not None


def _suggestion(error: BaseException) -> str | None:
    """What the user may have meant, when a name is unknown."""
    if isinstance(error, AttributeError):
        # Assigning `v.xy`; a single component is a property, whose setter says so itself.
        prefix, _, rest = str(error).partition("object has no attribute ")
        if prefix == "'Value' " and set(rest.strip("'")) <= set("xyzwrgba"):
            return "values are immutable: v = enigma.vec_insert(v, lane, value) for each component"
    name = getattr(error, "name", None)
    if not isinstance(name, str):
        return None
    if isinstance(error, AttributeError):
        known = _attributes(getattr(error, "obj", None))
    elif isinstance(error, NameError):
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is None:
            return None
        frame = trace.tb_frame
        known = [*frame.f_locals, *frame.f_globals, *frame.f_builtins]
        if name in ("f32", "f16", "i32", "u32", "u8", "kernel", "Scalar", "if_", "for_range"):
            return f"did you mean 'enigma.{name}'?"
    else:
        return None
    import difflib

    close = difflib.get_close_matches(name, sorted(set(known)), 1)
    return f"did you mean '{close[0]}'?" if close else None


def _attributes(x: object) -> list[str]:
    try:
        return [n for n in dir(x) if isinstance(n, str)]
    except Exception:  # a user's __dir__
        return []


def _load(run: _Run) -> ModuleType | None:
    """Execute the module file; its mistakes are reported and give None."""
    try:
        with open(run.path, "rb") as file:
            source = file.read()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        run.report(Diagnostic("E0401", run.start_of_file(), path=run.shown_path, reason=reason))
        return None
    try:
        tree = compile(source, run.path, "exec", _ONLY_AST, dont_inherit=True)
        _sources.index_module(run.path, tree)  # type: ignore[arg-type]
        code = compile(tree, run.path, "exec", dont_inherit=True)  # type: ignore[arg-type]
    except SyntaxError as error:
        error.filename = error.filename or run.path
        error.lineno = error.lineno or 1
        run.report_exception(error, run.start_of_file())
        return None
    except (ValueError, RecursionError, MemoryError) as error:
        # Null bytes, and nesting that the parser refuses.
        run.report(
            Diagnostic("E0402", run.start_of_file(), reason=_safe_text(error, "too deeply nested"))
        )
        return None
    name = _module_name(run.path)
    module = type(sys)(name)
    module.__file__ = run.path
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        run.report_exception(error, run.start_of_file())
        return None
    return module


def _module_name(path: str) -> str:
    """The module's own name, which imports of it find too, unless Python has one of that name."""
    stem = os.path.splitext(os.path.basename(path))[0]
    taken = stem in sys.modules or stem in sys.stdlib_module_names
    return "__enigma_module__" if taken or not stem else stem


def _exports_to_compile(run: _Run, module: ModuleType) -> list[AnyExport]:
    """The module's own kernels and exports, in the order of the file."""
    exports = _kernels.exports_of(module.__name__)
    exported = {id(_exported(export)) for export in exports}
    names = {export.name for export in exports}
    found: list[AnyExport] = []
    seen: set[int] = set()
    jits = [v for v in module.__dict__.values() if type(v).__name__ == "JitFunction"]
    for jit in {id(v): v for v in jits if v.__module__ == module.__name__}.values():
        if id(jit) not in exported:
            run.report(Diagnostic("E0530", jit.location, jit=jit.__name__))
    for value in list(module.__dict__.values()):
        if not isinstance(value, _kernels.Kernel) or value.__module__ != module.__name__:
            continue
        if id(value) in seen or (value.__name__ in names and id(value) in exported):
            continue
        seen.add(id(value))
        try:
            open_parameters = _kernels.unannotated(value)
        except EnigmaError as error:
            run.report(error.diagnostic)
            continue
        # A launch of a jit function gives the types.
        if open_parameters and (id(value) in exported or jits):
            continue
        found.append(_kernels.Export(value, value.syntax().location))
    return found + exports


def _exported(export: AnyExport) -> object:
    """The kernel or jit function of an export."""
    return export.kernel if isinstance(export, _kernels.Export) else export.function


def _select(run: _Run, exports: list[AnyExport], patterns: list[str]) -> list[AnyExport]:
    """The kernels whose Python or Metal name matches one of the patterns."""
    if not patterns:
        return exports
    from fnmatch import fnmatchcase

    chosen: set[int] = set()
    for pattern in patterns:
        matching = [
            e for e in exports if fnmatchcase(e.name, pattern) or fnmatchcase(e.metal_name, pattern)
        ]
        if not matching:
            known = ", ".join(e.name for e in exports) or "none"
            run.report(Diagnostic("E0306", run.start_of_file(), pattern=pattern, known=known))
        chosen.update(map(id, matching))
    return [e for e in exports if id(e) in chosen]


def _refuse_duplicates(run: _Run, exports: Sequence[AnyExport]) -> None:
    from enigma.errors import Note

    first: dict[str, AnyExport] = {}
    for export in exports:
        for name in (export.name, export.metal_name):
            other = first.setdefault(name, export)
            if other is not export:
                note = Note("the other one is here", other.location)
                run.report(Diagnostic("E0304", export.location, (note,), name=name))
                break


def _dependencies(before: set[str], run: _Run) -> list[str]:
    """Every Python file that was imported from outside the standard library and this package."""
    found = {run.shown_path}
    for name, module in list(sys.modules.items()):
        filename = getattr(module, "__file__", None)
        if not isinstance(filename, str) or not filename.endswith(".py"):
            continue
        filename = os.path.abspath(filename)
        foreign = _locations.is_standard_library(filename) or _locations.is_package_file(filename)
        if name not in before and not foreign:
            found.add(run.shown(filename))
    return [run.shown_path, *sorted(found - {run.shown_path})]


def _unload(before: set[str]) -> None:
    """Forget the modules of this run, so that the next one's `import helpers` is its own.

    Installed packages stay: extension modules cannot be loaded twice.
    """
    for name, module in list(sys.modules.items()):
        filename = getattr(module, "__file__", None)
        if name in before or not isinstance(filename, str):
            continue
        filename = os.path.abspath(filename)
        if _locations.is_standard_library(filename) or _locations.is_package_file(filename):
            continue
        if not any(part in filename for part in _locations.INSTALLED):
            del sys.modules[name]
    _sources.forget_sources()
    _locations.forget_code()
    _native.forget_rewritten()


class _SiteOnDemand:
    """The last import finder of a run: sets up site-packages when nothing else has a module.

    enigmac starts Python without `site`, which costs as much as the rest of the start; only modules
    that import installed packages need it.
    """

    def __init__(self) -> None:
        self._tried = False

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        """The module's spec once `site` has run, or None."""
        if path is not None or not sys.flags.no_site or self._tried:
            return None
        self._tried = True
        import site
        from importlib.machinery import PathFinder

        site.main()
        return PathFinder.find_spec(name)


def _trace(run: _Run, patterns: list[str]) -> str | None:
    """The trace's text, or None when there was an error."""
    module = _load(run)
    if module is None:
        return None
    exports = _exports_to_compile(run, module)
    unused = _defines.unused_overrides(run.start_of_file())
    if unused is not None:
        run.report(unused)
    if not exports and not run.diagnostics:
        run.report(Diagnostic("E0305", run.start_of_file()))
    _refuse_duplicates(run, exports)
    traced: list[_kernels.TracedKernel] = []
    launches: list[dict[str, object]] = []
    for export in _select(run, exports, patterns):
        try:
            kernels = _trace_export(export, launches)
        except BaseException as error:
            run.report_exception(error, export.location)
            if isinstance(error, KeyboardInterrupt):
                break
            continue
        for kernel in kernels:
            name, location = kernel.export.metal_name, kernel.export.location
            collision = _function_constants.name_collision(name, location)
            if collision is not None:
                run.report(collision)
            for warning in kernel.tracer.warnings:
                run.report(warning)
            traced.append(kernel)
    if not any(d["severity"] == "error" for d in run.diagnostics):
        _refuse_duplicates(run, [kernel.export for kernel in traced])
    if any(d["severity"] == "error" for d in run.diagnostics):
        return None
    return write_trace(run.path, _defines.defined_values(), traced, launches)


def _trace_export(
    export: AnyExport, launches: list[dict[str, object]]
) -> list[_kernels.TracedKernel]:
    """The kernels of an export; the launches of a jit function are added to `launches`."""
    if isinstance(export, _kernels.Export):
        return [_kernels.trace_kernel(export)]
    from enigma.jit_functions import trace_jit

    kernels, launched = trace_jit(export)
    launches += launched
    return kernels


def run_module(
    path: str, defines: dict[str, str] | None = None, kernels: list[str] | None = None
) -> str:
    """Trace a module.

    Args:
        path: the Python file.
        defines: what the command line sets, by name, as text.
        kernels: globs of Python or Metal names; empty for all.

    Returns:
        JSON text ``{"trace": {…} | null, "diagnostics": […], "dependencies": […]}``. The trace is
        null when there is an error. A diagnostic has ``severity``, ``id``, ``name`` (of a warning),
        ``message``, ``file``, ``line``, ``col``, ``end_line``, ``end_col`` (lines from 1, columns
        from 0 in bytes of UTF-8), ``notes`` (each a message and a place), ``help`` and
        ``traceback`` (Python's text for -v, or null).
    """
    run = _Run(path)
    before = set(sys.modules)
    search_path, output, folder = list(sys.path), sys.stdout, _current_folder()
    finders = list(sys.meta_path)
    recursion_limit = sys.getrecursionlimit()
    _defines.start_defines(dict(defines or {}))
    _kernels.start_exports()
    _function_constants.start_function_constants()
    trace: str | None = None
    dependencies = [path]
    try:
        # What the module prints is for a person; standard output may be an artifact (`-o -`).
        sys.stdout = sys.stderr
        sys.path.insert(0, run.folder)
        sys.meta_path.append(_SiteOnDemand())  # type: ignore[arg-type]
        trace = _trace(run, list(kernels or []))
        dependencies = _dependencies(before, run)
    except BaseException as error:  # a mistake of this package, or ^C between two kernels
        run.report_exception(error, run.start_of_file())
        trace = None
    finally:
        sys.stdout = output
        sys.path[:] = search_path
        sys.meta_path[:] = finders
        sys.setrecursionlimit(recursion_limit)
        if folder is not None and _current_folder() != folder:
            os.chdir(folder)
        _unload(before)
    return (
        f'{{"trace": {trace or "null"},\n'
        f' "diagnostics": {json_text(run.diagnostics)},\n'
        f' "dependencies": {json_text(dependencies)}}}'
    )


def _current_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it has been deleted
        return None
