"""What bytecode does not say about a source file: where functions and parameters stand, and which
statements would leave a `with` or `for` body early."""

from __future__ import annotations

from enigma.locations import HAS_COLUMNS, Location

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    import ast

# `compile` can make the syntax tree without importing `ast`, which costs milliseconds.
_ONLY_AST = 0x400


class FunctionSyntax:
    """A `def`: its whole range and those of its parameters."""

    __slots__ = ("location", "parameters")

    def __init__(self, location: Location, parameters: dict[str, Location]) -> None:
        self.location = location
        self.parameters = parameters


class SourceIndex:
    """What is known of one file."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        # By the line that code objects give (the first decorator's) and the name.
        self.functions: dict[tuple[int, str], FunctionSyntax] = {}
        self.nodes: dict[tuple[int, str], ast.FunctionDef] = {}
        # By where the `with`, one of its items, or the `for` starts: the first statement in the
        # body that leaves it.
        self.escapes: dict[tuple[int, int], tuple[str, Location]] = {}
        # Python places what a statement does with its condition or iterable at the whole statement.
        self.headers: dict[Location, Location] = {}

    def range_of(self, node: ast.stmt | ast.expr | ast.arg) -> Location:
        """The source range of a node."""
        end = node.end_lineno if node.end_lineno is not None else node.lineno
        end_column = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        return (self.filename, node.lineno, node.col_offset, end, end_column)

    def escape_at(self, place: Location) -> tuple[str, Location] | None:
        """The first statement that leaves the body of the `with` or `for` at a place, if any."""
        if HAS_COLUMNS:
            return self.escapes.get((place[1], place[2]))
        return next((e for (line, _), e in self.escapes.items() if line == place[1]), None)

    def visit(self, statements: list, enclosing: tuple) -> None:
        """Index statements; `enclosing` are the bodies around them, outermost first."""
        for node in statements:
            kind = type(node).__name__
            header = _header(node)
            if header is not None:
                self.headers[self.range_of(node)] = self.range_of(header)
            if kind in ("FunctionDef", "AsyncFunctionDef"):
                self._function(node)
                self.visit(node.body, ())
            elif kind == "ClassDef":
                self.visit(node.body, ())
            elif kind in ("With", "For", "While", "AsyncWith", "AsyncFor"):
                places = [(node.lineno, node.col_offset)]
                if kind == "With":
                    places += [
                        (i.context_expr.lineno, i.context_expr.col_offset) for i in node.items
                    ]
                elif kind == "For":
                    places.append((node.iter.lineno, node.iter.col_offset))
                is_loop = "With" not in kind
                self.visit(node.body, (*enclosing, (is_loop, places)))
                self.visit(getattr(node, "orelse", []), enclosing)
            elif kind in ("Return", "Break", "Continue"):
                self._escape(kind.lower(), self.range_of(node), enclosing)
            else:
                for field in ("body", "orelse", "finalbody"):
                    nested = getattr(node, field, None)
                    if isinstance(nested, list):
                        self.visit(nested, enclosing)
                for field in ("handlers", "cases"):
                    for part in getattr(node, field, ()):
                        self.visit(part.body, enclosing)

    def _escape(self, statement: str, location: Location, enclosing: tuple) -> None:
        for is_loop, places in reversed(enclosing):
            ends_here = is_loop and statement != "return"
            if not (is_loop and statement == "continue"):
                for place in places:
                    self.escapes.setdefault(place, (statement, location))
            if ends_here:
                return

    def _function(self, node: ast.FunctionDef) -> None:
        first = min([node.lineno] + [d.lineno for d in node.decorator_list])
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        self.nodes[(first, node.name)] = node
        self.functions[(first, node.name)] = FunctionSyntax(
            self.range_of(node), {a.arg: self.range_of(a) for a in parameters}
        )


def _header(node: ast.stmt) -> ast.expr | None:
    """The expression in the first line of a statement with a body or condition."""
    items = getattr(node, "items", None)
    if isinstance(items, list) and len(items) == 1:
        return items[0].context_expr
    return getattr(node, "test", None) or getattr(node, "iter", None)


_indices: dict[str, SourceIndex] = {}


def index_module(filename: str, tree: ast.Module) -> None:
    """Index a file whose syntax tree is at hand."""
    index = _indices[filename] = SourceIndex(filename)
    index.visit(tree.body, ())


def source_index(filename: str) -> SourceIndex:
    """The index of a file; empty when there is no source."""
    index = _indices.get(filename)
    if index is None:
        index = _indices[filename] = SourceIndex(filename)
        try:
            tree = compile(_read(filename), filename, "exec", _ONLY_AST, dont_inherit=True)
        except (OSError, SyntaxError, ValueError, RecursionError):
            # Code that runs without its source (exec, a file changed since): no ranges, no escapes.
            return index
        index.visit(tree.body, ())  # type: ignore[attr-defined]
    return index


def narrowed(location: Location) -> Location:
    """The range to show for a location: a statement's header in place of the whole statement."""
    if location[1] == 0:
        return location
    return source_index(location[0]).headers.get(location, location)


def forget_sources() -> None:
    """Drop what is cached for files."""
    _indices.clear()


def _read(filename: str) -> bytes | str:
    try:
        with open(filename, "rb") as file:
            return file.read()
    except OSError:
        # Interactive sessions and notebooks keep their source in linecache.
        import linecache

        lines = linecache.getlines(filename)
        if not lines:
            raise
        return "".join(lines)


def source_text(location: Location) -> str | None:
    """The text of a range within one line, for an error's fix."""
    filename, line, column, end_line, end_column = location
    if line != end_line or line < 1 or end_column <= column:
        return None
    try:
        text = _read(filename)
    except OSError:
        return None
    lines = (text if isinstance(text, bytes) else text.encode()).split(b"\n")
    if line > len(lines):
        return None
    return lines[line - 1][column:end_column].decode("utf-8", "replace")


def leave_body(function: ast.FunctionDef, name: str) -> None:
    """Give a copied `def` another name and nothing beside it: the function object of the original
    brings annotations, defaults and decorators."""
    function.name = name
    function.decorator_list = []
    function.returns = None
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    for argument in (arguments.vararg, arguments.kwarg):
        if argument is not None:
            argument.annotation = None
    arguments.defaults = []
    arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
