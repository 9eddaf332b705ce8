"""What the interpreter adds to a kernel's own Python before it runs it.

Every statement stays the user's, at its line and column, and is executed by Python itself. Added
are calls of `eager_runtime` (its name in the code is `RUNTIME`), in places where a debugger stops
for the user's own code anyway:

- `with enigma.if_(…)`, `for_range`, `while_` become `for` over what says how often the body runs,
  because a `with` statement cannot leave its body out;
- `for i in range(…)` counts in values, as the compiled loop does;
- `and`, `or` and `not` give values where they are given values;
- variables that a branch or loop assigns are looked at where paths meet: a Python number has the
  type there that the other paths give it;
- loops count their iterations, which tells which threads wait at the same point;
- functions that are called are prepared likewise.
"""

from __future__ import annotations

import ast
import itertools

from enigma.sources import leave_body, source_index

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

RUNTIME = "__enigma__"
FUNCTION = "__function"

_FORMS = frozenset(("if_", "for_range", "while_", "range"))
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def prepared_code(code: CodeType) -> CodeType | None:
    """The code of a function with what the interpreter adds; None if it has no source."""
    node = source_index(code.co_filename).nodes.get((code.co_firstlineno, code.co_name))
    if not isinstance(node, ast.FunctionDef):
        return None
    free = (*code.co_freevars, RUNTIME)
    tree = ast.Module([_outer_function(node, free)], [])
    outer = compile(tree, code.co_filename, "exec", dont_inherit=True, optimize=0)
    made = _code_named(_code_named(outer, "__prepared"), FUNCTION).replace(co_name=code.co_name)
    qualified = getattr(code, "co_qualname", None)  # from Python 3.11 on
    return made if qualified is None else made.replace(co_qualname=qualified)


def _code_named(code: CodeType, name: str) -> CodeType:
    return next(c for c in code.co_consts if getattr(c, "co_name", None) == name)


def _outer_function(node: ast.FunctionDef, free: tuple[str, ...]) -> ast.FunctionDef:
    """A function whose parameters are the free variables of the one inside."""
    function = _copy(node)
    leave_body(function, FUNCTION)
    _Function(function).prepare()
    place = _place(node)
    parameters = [ast.arg(name, None, None, **place) for name in free]
    body = [function, ast.Return(ast.Name(FUNCTION, ast.Load(), **place), **place)]
    made = ast.FunctionDef(
        "__prepared", ast.arguments([], parameters, None, [], [], None, []), body, [], None, None
    )
    made.type_params = []  # from Python 3.12 on
    return ast.copy_location(made, node)


def _copy(node: Any) -> Any:
    """A deep copy: the source index keeps the original."""
    if isinstance(node, list):
        return [_copy(item) for item in node]
    if not isinstance(node, ast.AST):
        return node
    made = type(node)(**{name: _copy(value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(made, node)


def _place(node: Any) -> dict[str, Any]:
    return {
        "lineno": node.lineno,
        "col_offset": node.col_offset,
        "end_lineno": node.end_lineno,
        "end_col_offset": node.end_col_offset,
    }


class _At:
    """Makes nodes that stand where another node stands."""

    def __init__(self, node: Any) -> None:
        self.place = _place(node)

    def load(self, name: str) -> ast.expr:
        return ast.Name(name, ast.Load(), **self.place)

    def store(self, name: str) -> ast.expr:
        return ast.Name(name, ast.Store(), **self.place)

    def constant(self, value: object) -> ast.expr:
        return ast.Constant(value, None, **self.place)

    def assign(self, name: str, value: ast.expr) -> ast.stmt:
        return ast.Assign([self.store(name)], value, None, **self.place)

    def bind(self, name: str, value: ast.expr) -> ast.expr:
        return ast.NamedExpr(self.store(name), value, **self.place)

    def method(self, name: str, method: str, *arguments: ast.expr) -> ast.expr:
        function = ast.Attribute(self.load(name), method, ast.Load(), **self.place)
        return ast.Call(function, list(arguments), [], **self.place)

    def runtime(self, function: str, *arguments: ast.expr) -> ast.expr:
        return self.method(RUNTIME, function, *arguments)

    def count(self, name: str) -> ast.stmt:
        return ast.AugAssign(self.store(name), ast.Add(), self.constant(1), **self.place)

    def for_each(self, target: ast.expr, items: ast.expr, body: list[ast.stmt]) -> ast.stmt:
        return ast.For(target, items, body, [], None, **self.place)


# What statements assign ---------------------------------------------------------------------------


def _walk(nodes: Any) -> Any:
    """The nodes of statements, without those of functions and classes in them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _root(target: ast.expr) -> str | None:
    """`x` of `x[i]`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def assigned(statements: list[ast.stmt]) -> set[str]:
    """The variables that statements assign, and those whose elements they do."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.comprehension):  # its variables are its own
            waiting += [node.iter, *node.ifs]
            continue
        if isinstance(node, (ast.Name, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            name = _root(node)
            if name is not None:
                found.add(name)
        waiting.extend(ast.iter_child_nodes(node))
    return found


def _bound(statements: list[ast.stmt], before: set[str]) -> set[str]:
    """The variables that have a value after statements that come to their end."""
    bound = set(before)
    for node in statements:
        if isinstance(node, ast.If):
            ways = [
                _bound(way, bound)
                for way in (node.body, node.orelse)
                if not way or not isinstance(way[-1], _LEAVES)
            ]
            bound = set.intersection(*ways) if ways else bound
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if getattr(node, "value", None) is not None:
                bound |= {n.id for n in _walk(targets) if _is_stored(n)}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.With):
            bound |= {
                n.id
                for item in node.items
                if item.optional_vars is not None
                for n in _walk([item.optional_vars])
                if _is_stored(n)
            }
    return bound


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


# Functions ---------------------------------------------------------------------------------------


class _Loop:
    """A loop around: what joins at its end."""

    def __init__(self, site: str, test: str, names: list[str]) -> None:
        self.site = site
        self.test = test
        self.names = names


class _Function:
    """Prepares one function."""

    def __init__(self, node: ast.FunctionDef) -> None:
        self.node = node
        self.temporaries = 0
        # What decides a statement that returns from inside.
        self.deciding: list[str] = []
        self.blocks = _block_names(node.body)
        self.outer: set[str] = set()
        for part in _walk(node.body):
            if isinstance(part, (ast.Global, ast.Nonlocal)):
                self.outer.update(part.names)
        self.has_early_return = any(
            isinstance(part, ast.Return)
            for statement in node.body
            if not isinstance(statement, ast.Return)
            for part in _walk([statement])
        )

    def prepare(self) -> None:
        arguments = self.node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        body = self.block(self.node.body, {a.arg for a in parameters}, None)
        if self.deciding and body:
            at = _At(body[0])
            body[:0] = [at.assign(name, at.constant(None)) for name in self.deciding]
        self.node.body = body

    def fresh(self, prefix: str) -> str:
        """A variable of the prepared code."""
        self.temporaries += 1
        return f"__{prefix}{self.temporaries}__"

    def counter(self, node: Any) -> str:
        """The variable that counts a loop's iterations; its name says where the loop stands."""
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        return self.fresh("count_" + "_".join(map(str, place)) + "_")

    def block(
        self, statements: list[ast.stmt], bound: set[str], loop: _Loop | None
    ) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in statements:
            # What a statement is asked about is asked before it is changed.
            after = _bound([node], bound)
            out += self.statement(node, bound, loop)
            bound = after
        return out

    def statement(self, node: Any, bound: set[str], loop: _Loop | None) -> list[ast.stmt]:
        if isinstance(node, ast.If):
            return self._if(node, bound, loop)
        if isinstance(node, ast.For):
            return self._for(node, bound, loop)
        if isinstance(node, ast.While):
            return self._while(node, bound, loop)
        if isinstance(node, ast.With):
            return self._with(node, bound, loop)
        if isinstance(node, ast.FunctionDef):
            _Function(node).prepare()
            node.args = self.expression(node.args)
            return [node]
        if isinstance(node, (ast.AsyncFunctionDef, ast.ClassDef)):
            return [node]
        if isinstance(node, ast.Return):
            return [self._return(node)]
        if isinstance(node, ast.Break) and loop is not None:
            names = [name for name in loop.names if name in bound]
            return [*self._joins(_At(node), loop.site, loop.test, names), node]
        for field in ("body", "orelse", "finalbody"):
            inside = getattr(node, field, None)
            if isinstance(inside, list):
                setattr(node, field, self.block(inside, bound, loop))
        for field in ("handlers", "cases"):
            for part in getattr(node, field, ()):
                part.body = self.block(part.body, bound, loop)
        self._fields(node)
        return [node]

    def _joins(
        self,
        at: _At,
        site: str,
        test: str,
        names: list[str],
        hints: dict[str, str] | None = None,
    ) -> list[ast.stmt]:
        """Where paths meet: ``x = runtime.join(site, test, x, hint)``."""
        out = []
        for name in names:
            arguments = [at.constant(f"{site}:{name}"), at.load(test), at.load(name)]
            if hints and name in hints:
                arguments.append(at.load(hints[name]))
            out.append(at.assign(name, at.runtime("join", *arguments)))
        return out

    def _names(self, statements: list[ast.stmt]) -> list[str]:
        return sorted(assigned(statements) - self.outer)

    def _decides(self, node: ast.AST, test: str) -> None:
        if any(isinstance(part, ast.Return) for part in _walk(ast.iter_child_nodes(node))):
            self.deciding.append(test)

    def _if(self, node: ast.If, bound: set[str], loop: _Loop | None) -> list[ast.stmt]:
        at, test = _At(node.test), self.fresh("test")
        site = f"{node.lineno}:{node.col_offset}"
        names = self._names([*node.body, *node.orelse])
        both = set(self._names(node.body)) & set(self._names(node.orelse))
        # What one way leaves alone has the type from before there.
        old = {n: self.fresh("old") for n in names if n in bound and n not in both}
        self._decides(node, test)
        ways = []
        for statements in (node.body, node.orelse):
            end = _At(statements[-1]) if statements else at
            leaves = bool(statements) and isinstance(statements[-1], _LEAVES)
            joined = [n for n in names if n in _bound(statements, bound)]
            made = self.block(statements, bound, loop)
            ways.append(made if leaves else [*made, *self._joins(end, site, test, joined, old)])
        node.test = at.bind(test, self.expression(node.test))
        node.body, node.orelse = ways
        return [*(at.assign(name, at.load(n)) for n, name in old.items()), node]

    def _while(self, node: ast.While, bound: set[str], loop: _Loop | None) -> list[ast.stmt]:
        at, test, count = _At(node.test), self.fresh("test"), self.counter(node)
        site = f"{node.lineno}:{node.col_offset}"
        names = [name for name in self._names(node.body) if name in bound]
        hints = _compared(node.test)
        self._decides(node, test)
        own = _Loop(site, test, self._names(node.body))
        start = [at.count(count), *self._joins(at, site, test, names, hints)]
        node.body = [*start, *self.block(node.body, bound, own)]
        otherwise = self.block(node.orelse, bound, loop)
        node.orelse = [*self._joins(at, site, test, names, hints), *otherwise]
        node.test = at.bind(test, self.expression(node.test))
        return [at.assign(count, at.constant(0)), node]

    def _for(self, node: ast.For, bound: set[str], loop: _Loop | None) -> list[ast.stmt]:
        at, turns, count = _At(node.iter), self.fresh("turns"), self.counter(node)
        site = f"{node.lineno}:{node.col_offset}"
        targets = {n.id for n in _walk([node.target]) if _is_stored(n)}
        names = [n for n in self._names(node.body) if n in bound and n not in targets]
        self._decides(node, turns)
        own = _Loop(site, turns, self._names(node.body))
        inside = bound | targets
        start = [at.count(count), *self._joins(at, site, turns, names)]
        made = at.assign(turns, self._iterable(node.iter))
        node.body = [*start, *self.block(node.body, inside, own)]
        otherwise = self.block(node.orelse, bound, loop)
        node.orelse = [*self._joins(at, site, turns, names), *otherwise]
        node.iter = at.load(turns)
        out = [made, at.assign(count, at.constant(0))]
        if isinstance(node.target, ast.Tuple):
            out.append(self._first(at, node.target, turns))
        return [*out, node]

    def _first(self, at: _At, target: ast.expr, turns: str) -> ast.stmt:
        """What `as` names has a value also where the body does not run."""
        return at.for_each(_copy(target), at.method(turns, "first"), [ast.Pass(**at.place)])

    def _iterable(self, node: ast.expr) -> ast.expr:
        at = _At(node)
        is_range = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_range and node.func.id == "range" and not node.keywords:  # type: ignore[attr-defined]
            arguments = [self.expression(a) for a in node.args]  # type: ignore[attr-defined]
            return at.runtime("range", node.func, *arguments)  # type: ignore[attr-defined]
        return at.runtime("loop", self.expression(node))

    def _with(self, node: ast.With, bound: set[str], loop: _Loop | None) -> list[ast.stmt]:
        """A `for` for each item that may be one of the explicit forms."""
        inside = _bound([node], bound)
        # A form's body is one that `break` may not leave.
        is_form = [_may_be_form(item.context_expr, self.blocks) for item in node.items]
        body = self.block(node.body, inside, None if any(is_form) else loop)
        for item, form in reversed(list(zip(node.items, is_form, strict=True))):
            at = _At(item.context_expr)
            context = self.expression(item.context_expr)
            if not form:
                item.context_expr = context
                body = [ast.With([item], body, None, **_place(node))]
                continue
            turns, count = self.fresh("turns"), self.counter(node)
            target = item.optional_vars
            out = [
                at.assign(turns, at.runtime("form", context, at.constant(_parts(target)))),
                at.assign(count, at.constant(0)),
            ]
            if target is not None:
                out.append(self._first(at, target, turns))
            each = at.for_each(
                target or at.store(self.fresh("turn")),
                at.load(turns),
                [at.count(count), *body],
            )
            # Where the loop is, for the count of its iterations.
            body = [*out, ast.copy_location(each, node)]
        return body

    def _return(self, node: ast.Return) -> ast.stmt:
        if node.value is None:
            return node
        node.value = self.expression(node.value)
        if self.has_early_return:
            # The statements around this one have been met already, those after it do not matter.
            at = _At(node.value)
            tests = ast.Tuple([at.load(t) for t in self.deciding], ast.Load(), **at.place)
            node.value = at.runtime("returned", tests, node.value)
        return node

    # Expressions are changed in place and returned.

    def _fields(self, node: Any) -> None:
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                items = [self.expression(v) if isinstance(v, ast.expr) else v for v in value]
                setattr(node, name, items)
                for item in value:
                    if isinstance(item, (ast.keyword, ast.withitem, ast.match_case)):
                        self._fields(item)
                    elif isinstance(item, ast.comprehension):
                        # Python has no assignment expressions in what is iterated.
                        item.ifs = [self.expression(test) for test in item.ifs]
            elif isinstance(value, ast.expr):
                setattr(node, name, self.expression(value))

    def expression(self, node: Any) -> Any:
        """An expression that asks the runtime where values decide."""
        if isinstance(node, ast.BoolOp):
            return self._bool_op(node)
        if isinstance(node, ast.IfExp):
            return self._conditional(node)
        self._fields(node)
        at = _At(node) if hasattr(node, "lineno") else None
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            assert at is not None
            return at.runtime("not_", node.operand)
        if isinstance(node, ast.Call) and not _is_package_call(node.func):
            assert at is not None
            node.func = _At(node.func).runtime("followed", node.func)
        return node

    def _bool_op(self, node: ast.BoolOp) -> ast.expr:
        """``(joined(left, right) if (left := a) else decided(left))``, from the right."""
        at = _At(node)
        values = [self.expression(v) for v in node.values]
        result = values[-1]
        for value in reversed(values[:-1]):
            left = self.fresh("left")
            both = at.runtime("joined", at.load(left), result)
            one = at.runtime("decided", at.load(left))
            ways = (both, one) if isinstance(node.op, ast.And) else (one, both)
            result = ast.IfExp(at.bind(left, value), *ways, **at.place)
        return result

    def _conditional(self, node: ast.IfExp) -> ast.expr:
        at, test = _At(node), self.fresh("test")
        site = at.constant(f"{node.lineno}:{node.col_offset}:")
        node.test = at.bind(test, self.expression(node.test))
        node.body, node.orelse = (
            at.runtime("join", site, at.load(test), self.expression(way))
            for way in (node.body, node.orelse)
        )
        return node


def _compared(test: ast.expr) -> dict[str, str]:
    """Variables that a condition compares with variables: what they have a type in common with."""
    found: dict[str, str] = {}
    for node in _walk([test]):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for a, b in itertools.pairwise(sides):
                if isinstance(a, ast.Name) and isinstance(b, ast.Name):
                    found.setdefault(a.id, b.id)
                    found.setdefault(b.id, a.id)
    return found


def _called_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _may_be_form(node: ast.expr, blocks: set[str]) -> bool:
    """Whether the context of a `with` may be an explicit form, or a block of one."""
    if isinstance(node, ast.Call):
        return _called_name(node.func) in _FORMS
    return isinstance(node, ast.Name) and node.id in blocks


def _block_names(statements: list[ast.stmt]) -> set[str]:
    """The variables of a function that may hold an explicit form, or a block of one."""
    found: set[str] = set()
    nodes = sorted(
        (n for n in _walk(statements) if isinstance(n, (ast.With, ast.Assign))),
        key=lambda n: (n.lineno, n.col_offset),
    )
    for node in nodes:
        pairs = (
            [(i.context_expr, i.optional_vars) for i in node.items]
            if isinstance(node, ast.With)
            else [(node.value, target) for target in node.targets]
        )
        for value, target in pairs:
            if target is not None and _may_be_form(value, found):
                found |= {n.id for n in _walk([target]) if _is_stored(n)}
    return found


def _parts(target: ast.expr | None) -> int:
    """How many names `as` unpacks; 0 for none or one."""
    return len(target.elts) if isinstance(target, (ast.Tuple, ast.List)) else 0


def _is_package_call(node: ast.expr) -> bool:
    """`enigma.f(…)`, by the name that everyone gives the package."""
    return isinstance(node, ast.Attribute) and (
        isinstance(node.value, ast.Name) and node.value.id in ("enigma", RUNTIME)
    )
