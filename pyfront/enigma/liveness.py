"""Which variables a branch or loop has to carry: assignments and liveness over a function's syntax.

Works on the statements that `rewriter` has left: no `break`, `continue` or early `return`. A loop
may have a `flags` attribute, the variables that end it when they become true.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    import ast

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")


def kind_of(node: object) -> str:
    """The class of a syntax node, by name: importing `ast` would cost milliseconds."""
    return type(node).__name__


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node."""
    found: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [v for v in value if hasattr(v, "_fields")]
        elif hasattr(value, "_fields"):
            found.append(value)  # type: ignore[arg-type]
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """A node and everything below it, in source order."""
    found, stack = [], [node]
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(reversed(children(current)))
    return found


def uses(node: ast.AST | None) -> set[str]:
    """The variables that an expression or statement reads, those that functions capture too."""
    if node is None:
        return set()
    return {n.id for n in walk(node) if kind_of(n) == "Name" and kind_of(n.ctx) == "Load"}  # type: ignore[attr-defined]


def base_name(target: ast.AST) -> str | None:
    """The variable whose element a subscript names: `acc` of ``acc[i][j]``."""
    while kind_of(target) == "Subscript":
        target = target.value  # type: ignore[attr-defined]
    return target.id if kind_of(target) == "Name" else None  # type: ignore[attr-defined]


def bound(target: ast.AST) -> set[str]:
    """The variables that an assignment to a target binds."""
    return {n.id for n in walk(target) if kind_of(n) == "Name" and kind_of(n.ctx) == "Store"}  # type: ignore[attr-defined]


def bound_by_pattern(pattern: ast.AST) -> set[str]:
    """The variables that a `case` binds."""
    names = {getattr(n, attribute, None) for n in walk(pattern) for attribute in ("name", "rest")}
    return {n for n in names if isinstance(n, str)}


def assigned(statements: list[ast.stmt]) -> set[str]:
    """The variables that statements bind, and those whose elements they assign."""
    found: set[str] = set()
    stack: list[ast.AST] = list(statements)
    while stack:
        node = stack.pop()
        kind = kind_of(node)
        if kind == "Name":
            if kind_of(node.ctx) == "Store":  # type: ignore[attr-defined]
                found.add(node.id)  # type: ignore[attr-defined]
        elif kind == "Subscript" and kind_of(node.ctx) == "Store":  # type: ignore[attr-defined]
            name = base_name(node)
            if name is not None:
                found.add(name)
        if kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            found.add(node.name)  # type: ignore[attr-defined]
        elif kind in ("MatchAs", "MatchStar", "MatchMapping"):
            found |= bound_by_pattern(node)
        elif kind in ("Import", "ImportFrom"):
            found |= {(a.asname or a.name).split(".")[0] for a in node.names}  # type: ignore[attr-defined]
        if kind not in (*_FUNCTIONS, "ClassDef"):
            stack += children(node)
    return found


def assigned_elements(statements: list[ast.stmt]) -> set[str]:
    """The variables whose elements statements assign."""
    found: set[str] = set()
    for statement in statements:
        for node in walk(statement):
            if kind_of(node) == "Subscript" and kind_of(node.ctx) == "Store":  # type: ignore[attr-defined]
                name = base_name(node)
                if name is not None:
                    found.add(name)
    return found


def captured(function: ast.FunctionDef) -> set[str]:
    """What functions inside a function read: it may be read whenever they are called."""
    found: set[str] = set()
    for node in walk(function):
        if node is not function and kind_of(node) in _FUNCTIONS:
            found |= uses(node)
    return found


class Liveness:
    """Gives every branch and loop of a function a `carried` attribute: sorted variable names.

    A list is carried even if its variable is not read again: another variable may hold it too.
    Branches have `kept` as well: what the first way assigns, the second reads and nobody needs
    after.
    """

    def __init__(self, function: ast.FunctionDef) -> None:
        arguments = function.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        self.parameters = {a.arg for a in parameters}
        # Names that the function does not bind are not its variables.
        self.variables = assigned(function.body) | self.parameters
        self.always = captured(function) & self.variables
        # Variables that a branch or loop carries and that may have no value before it.
        self.carried: set[str] = set()
        self.block(function.body, set())

    def _listed(self, names: set[str]) -> list[str]:
        """The function's variables among names; the rewritten code has to have a value of them."""
        found = names & self.variables
        self.carried |= found
        return sorted(found)

    def block(self, statements: list[ast.stmt], live: set[str]) -> set[str]:
        """What is live before statements, given what is live after them."""
        for statement in reversed(statements):
            live = self.statement(statement, live)
        return live

    def statement(self, node: ast.stmt, live: set[str]) -> set[str]:
        """What is live before a statement."""
        kind = kind_of(node)
        if kind == "If":
            then, otherwise = self.block(node.body, live), self.block(node.orelse, live)  # type: ignore[attr-defined]
            ways = [*node.body, *node.orelse]  # type: ignore[attr-defined]
            elements = assigned_elements(ways) & (then | otherwise)
            carried = elements | (assigned(ways) & (live | self.always))
            kept = (assigned(node.body) & otherwise) - carried  # type: ignore[attr-defined]
            node.carried, node.kept = self._listed(carried), self._listed(kept)  # type: ignore[attr-defined]
            return then | otherwise | uses(node.test)  # type: ignore[attr-defined]
        if kind in ("For", "While"):
            return self._loop(node, live)
        if kind == "With":
            inner = self.block(node.body, live)  # type: ignore[attr-defined]
            for item in reversed(node.items):  # type: ignore[attr-defined]
                if item.optional_vars is not None:
                    inner = (inner - bound(item.optional_vars)) | uses(item.optional_vars)
                inner |= uses(item.context_expr)
            return inner
        if kind == "Match":
            before = set(live) | uses(node.subject)  # type: ignore[attr-defined]
            for case in node.cases:  # type: ignore[attr-defined]
                inner = self.block(case.body, live)
                before |= (inner | uses(case.guard)) - bound_by_pattern(case.pattern)
            return before
        if kind == "AugAssign":
            name = base_name(node.target)  # type: ignore[attr-defined]
            return live | uses(node) | ({name} if name is not None else set())
        if kind in ("FunctionDef", "ClassDef"):
            return (live - {node.name}) | uses(node)  # type: ignore[attr-defined]
        return (live - bound(node)) | uses(node)

    def _loop(self, node: ast.stmt, live: set[str]) -> set[str]:
        after = self.block(node.orelse, live)  # type: ignore[attr-defined]
        targets: set[str] = set()
        head = after | set(getattr(node, "flags", ()))
        if kind_of(node) == "For":
            targets = bound(node.target)  # type: ignore[attr-defined]
        else:
            head |= uses(node.test)  # type: ignore[attr-defined]
        while True:
            before = self.block(node.body, head) - targets  # type: ignore[attr-defined]
            if before <= head:
                break
            head |= before
        changed = assigned(node.body) | targets  # type: ignore[attr-defined]
        elements = assigned_elements(node.body) & head  # type: ignore[attr-defined]
        carried = elements | (changed & (head | self.always))
        if kind_of(node) == "For":
            # The target has a value of its own in every iteration.
            carried -= targets - after - self.always
            head = head | uses(node.iter)  # type: ignore[attr-defined]
        node.carried = self._listed(carried)  # type: ignore[attr-defined]
        return head
