"""Rewrites a function so that traced values may decide its control flow.

Branches, loops, conditional expressions, `and`, `or`, `not`, chained comparisons and calls become
calls of `enigma.native`, which looks at run time whether the deciding value is traced: if so it
records a region, if not Python goes on as it is written. Everything keeps its line and column.

First `break`, `continue` and early `return` become assignments to flags: what would be skipped
moves into the other branch, or under a condition where it cannot. Then `liveness` says which
variables a branch or loop changes for what follows; they go through `native` as a tuple:

    if a > 0:                    branch = native.branch(a > 0, ("x",))
        x = a                    if branch.then((x,)):
    y = x                            x = a
                                     branch.end((x,))
                                 (x,) = branch.join()
                                 y = x
"""

from __future__ import annotations

import _ast

from enigma.errors import mistake
from enigma.liveness import Liveness, bound, children, kind_of, walk
from enigma.sources import leave_body

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    import ast
    from typing import Any

# The variable of rewritten code that holds the module `enigma.native`.
RUNTIME = "__native"
# What the rewritten function is called: its own name has to mean what it means outside.
FUNCTION = "__function"
# How flags and the returned value are called; no Python identifier that people write.
_BREAK, _CONTINUE, _RETURN, _RESULT = "__stop", "__skip", "__returned", "__result"

_LOAD, _STORE = _ast.Load(), _ast.Store()

# Statements that cannot be traced, with what to say about them.
_REFUSED = {
    "Try": ("`try`", "a kernel raises no exceptions on the GPU; leave it out"),
    "TryStar": ("`try`", "a kernel raises no exceptions on the GPU; leave it out"),
    "Global": ("`global`", "a kernel writes its results into buffers"),
    "Nonlocal": ("`nonlocal`", "return the value, and assign it where the function is called"),
    "Delete": ("`del`", "variables end with their function; leave it out"),
    "Yield": ("`yield`", "return a list or tuple of values"),
    "YieldFrom": ("`yield from`", "return a list or tuple of values"),
    "Await": ("`await`", "a kernel runs on the GPU from start to end"),
    "AsyncFor": ("`async for`", "a kernel runs on the GPU from start to end"),
    "AsyncWith": ("`async with`", "a kernel runs on the GPU from start to end"),
}

# Functions that look at the frame of their caller.
_FRAME_FUNCTIONS = ("super", "locals", "globals", "vars", "dir", "eval", "exec")


def refused_construct(function: ast.AST) -> tuple[ast.AST, str, str] | None:
    """The first construct in a function that cannot be traced: its node, name and fix."""
    stack: list[ast.AST] = list(reversed(children(function)))
    while stack:
        node = stack.pop()
        refusal = _REFUSED.get(kind_of(node))
        if refusal is not None:
            return (node, *refusal)
        if kind_of(node) not in ("FunctionDef", "AsyncFunctionDef", "Lambda", "ClassDef"):
            stack.extend(reversed(children(node)))
    return None


def _clone(node: Any) -> Any:
    """A deep copy: the source index keeps the original."""
    if isinstance(node, list):
        return [_clone(item) for item in node]
    if not hasattr(node, "_fields"):
        return node
    copy = type(node)(**{field: _clone(getattr(node, field, None)) for field in node._fields})
    for attribute in node._attributes:
        if hasattr(node, attribute):
            setattr(copy, attribute, getattr(node, attribute))
    return copy


class _Maker:
    """Makes nodes that stand where another node stands."""

    def __init__(self, at: ast.AST) -> None:
        self.place = {
            "lineno": at.lineno,  # type: ignore[attr-defined]
            "col_offset": at.col_offset,  # type: ignore[attr-defined]
            "end_lineno": at.end_lineno,  # type: ignore[attr-defined]
            "end_col_offset": at.end_col_offset,  # type: ignore[attr-defined]
        }

    def constant(self, value: object) -> ast.expr:
        return _ast.Constant(value, None, **self.place)  # type: ignore[arg-type]

    def load(self, name: str) -> ast.expr:
        return _ast.Name(name, _LOAD, **self.place)

    def store(self, name: str) -> ast.expr:
        return _ast.Name(name, _STORE, **self.place)

    def attribute(self, name: str, attribute: str) -> ast.expr:
        return _ast.Attribute(self.load(name), attribute, _LOAD, **self.place)

    def method(self, name: str, method: str) -> ast.expr:
        # Python places the call of an attribute at the attribute's last line.
        place = {**self.place, "end_lineno": self.place["lineno"]}
        place["end_col_offset"] = place["col_offset"]
        return _ast.Attribute(self.load(name), method, _LOAD, **place)

    def call(self, name: str, method: str, *arguments: ast.expr) -> ast.expr:
        return _ast.Call(self.method(name, method), list(arguments), [], **self.place)

    def runtime(self, function: str, *arguments: ast.expr) -> ast.expr:
        return self.call(RUNTIME, function, *arguments)

    def names(self, names: list[str]) -> ast.expr:
        return _ast.Constant(tuple(names), None, **self.place)

    def values(self, names: list[str]) -> ast.expr:
        return _ast.Tuple([self.load(n) for n in names], _LOAD, **self.place)

    def assign(self, name: str, value: ast.expr) -> ast.stmt:
        return _ast.Assign([self.store(name)], value, None, **self.place)

    def unpack(self, names: list[str], value: ast.expr) -> ast.stmt:
        target = _ast.Tuple([self.store(n) for n in names], _STORE, **self.place)
        return _ast.Assign([target], value, None, **self.place)

    def do(self, value: ast.expr) -> ast.stmt:
        return _ast.Expr(value, **self.place)

    def if_(self, test: ast.expr, body: list[ast.stmt]) -> ast.stmt:
        return _ast.If(test, body, [], **self.place)


# -- break, continue and return ----------------------------------------------------------------


def _escapes(statements: list[ast.stmt]) -> set[str]:
    """The ways in which statements may leave early: "break", "continue", "return"."""
    found: set[str] = set()
    for node in statements:
        kind = kind_of(node)
        if kind in ("Break", "Continue", "Return"):
            found.add(kind.lower())
        elif kind in ("For", "While"):
            found |= _escapes(node.body) & {"return"}  # type: ignore[attr-defined]
            found |= _escapes(node.orelse)  # type: ignore[attr-defined]
        elif kind == "If":
            found |= _escapes(node.body) | _escapes(node.orelse)  # type: ignore[attr-defined]
        elif kind == "With":
            found |= _escapes(node.body)  # type: ignore[attr-defined]
        elif kind == "Match":
            for case in node.cases:  # type: ignore[attr-defined]
                found |= _escapes(case.body)
    return found


def _always_escapes(statements: list[ast.stmt]) -> bool:
    """Whether what follows statements is never reached."""
    for node in statements:
        kind = kind_of(node)
        if kind in ("Break", "Continue", "Return"):
            return True
        if kind == "If" and _always_escapes(node.body) and _always_escapes(node.orelse):  # type: ignore[attr-defined]
            return True
        is_endless = kind == "While" and kind_of(node.test) == "Constant" and node.test.value  # type: ignore[attr-defined]
        if is_endless and "break" not in _escapes(node.body):  # type: ignore[attr-defined]
            return True
    return False


def _returns_value(node: ast.AST) -> bool:
    """Whether a `return` in a statement has a value."""
    kind = kind_of(node)
    if kind == "Return":
        return node.value is not None  # type: ignore[attr-defined]
    if kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"):
        return False
    return any(_returns_value(child) for child in children(node))


class _Flags:
    """Replaces early exits by flags. One for a function; `loop` numbers its loops."""

    def __init__(self) -> None:
        self.loops = 0
        self.returns_values = False

    def function(self, node: ast.FunctionDef) -> None:
        """Rewrite a function's body."""
        if "return" not in _escapes(node.body):
            node.body = self.block(node.body, None)
            return
        last = node.body[-1]
        if kind_of(last) == "Return" and "return" not in _escapes(node.body[:-1]):
            node.body = [*self.block(node.body[:-1], None), last]
            return
        at = _Maker(node.body[0])
        end = _Maker(node.body[-1])
        self.returns_values = any(_returns_value(statement) for statement in node.body)
        before = [at.assign(_RETURN, at.constant(False))]
        after: list[ast.stmt] = []
        if self.returns_values:
            before.append(at.assign(_RESULT, at.attribute(RUNTIME, "NO_RESULT")))
            always = end.constant(_always_escapes(node.body))
            result = end.runtime("returned", end.load(_RESULT), end.load(_RETURN), always)
            after.append(_ast.Return(result, **end.place))
        node.body = [*before, *self.block(node.body, None), *after]

    def block(self, statements: list[ast.stmt], loop: int | None) -> list[ast.stmt]:
        """Statements without early exits; `loop` is the number of the loop they are in."""
        out: list[ast.stmt] = []
        for position, node in enumerate(statements):
            kind = kind_of(node)
            if kind in ("Break", "Continue", "Return"):
                return out + self._exit(node, loop)
            escapes = _escapes([node])
            rest = statements[position + 1 :]
            if kind == "If" and escapes and rest:
                if _always_escapes(node.body):  # type: ignore[attr-defined]
                    node.orelse = [*node.orelse, *rest]  # type: ignore[attr-defined]
                    rest = []
                elif _always_escapes(node.orelse):  # type: ignore[attr-defined]
                    node.body = [*node.body, *rest]  # type: ignore[attr-defined]
                    rest = []
            out += self._statement(node, loop)
            if not escapes:
                continue
            if rest:
                out.append(self._guarded(node, escapes, rest, loop))
            return out
        return out

    def _exit(self, node: ast.stmt, loop: int | None) -> list[ast.stmt]:
        at = _Maker(node)
        kind = kind_of(node)
        if kind != "Return":
            flag = _BREAK if kind == "Break" else _CONTINUE
            return [at.assign(f"{flag}{loop}", at.constant(True))]
        value = node.value or at.constant(None)  # type: ignore[attr-defined]
        result = [at.assign(_RESULT, value)] if self.returns_values else []
        return [*result, at.assign(_RETURN, at.constant(True))]

    def _guarded(
        self, node: ast.stmt, escapes: set[str], rest: list[ast.stmt], loop: int | None
    ) -> ast.stmt:
        """What follows a statement that may have left early."""
        at = _Maker(rest[0])
        words = {"break": f"{_BREAK}{loop}", "continue": f"{_CONTINUE}{loop}", "return": _RETURN}
        flags = [at.load(words[e]) for e in sorted(escapes)]
        return at.if_(at.runtime("none", *flags), self.block(rest, loop))

    def _statement(self, node: Any, loop: int | None) -> list[ast.stmt]:
        kind = kind_of(node)
        if kind in ("For", "While"):
            return self._loop(node, loop)
        if kind == "If":
            node.body = self.block(node.body, loop) or [_ast.Pass(**_Maker(node).place)]
            node.orelse = self.block(node.orelse, loop)
        elif kind == "With":
            node.body = self.block(node.body, loop)
        elif kind == "Match":
            for case in node.cases:
                case.body = self.block(case.body, loop)
        return [node]

    def _loop(self, node: Any, outer: int | None) -> list[ast.stmt]:
        self.loops += 1
        number = self.loops
        at = _Maker(node.iter if kind_of(node) == "For" else node.test)
        escapes = _escapes(node.body)
        node.flags = []
        before: list[ast.stmt] = []
        if "break" in escapes:
            node.flags.append(f"{_BREAK}{number}")
            before.append(at.assign(f"{_BREAK}{number}", at.constant(False)))
        if "return" in escapes:
            node.flags.append(_RETURN)
        node.body = self.block(node.body, number)
        if "continue" in escapes:
            node.body.insert(0, at.assign(f"{_CONTINUE}{number}", at.constant(False)))
        after: list[ast.stmt] = []
        if node.orelse:
            # The `else` of a loop runs unless the loop was left early.
            otherwise = self.block(node.orelse, outer)
            if node.flags:
                end = _Maker(node.orelse[0])
                flags = [end.load(f) for f in node.flags]
                otherwise = [end.if_(end.runtime("none", *flags), otherwise)]
            after = otherwise
            node.orelse = []
        return [*before, node, *after]


# -- statements and expressions ----------------------------------------------------------------


class _Generator:
    """Writes the calls of `native`."""

    def __init__(self) -> None:
        self.temporaries = 0

    def fresh(self, prefix: str) -> str:
        """A variable of the rewritten code."""
        self.temporaries += 1
        return f"__{prefix}{self.temporaries}"

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in statements:
            out += self.statement(node)
        return out or [_ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)]

    def statement(self, node: Any) -> list[ast.stmt]:
        kind = kind_of(node)
        if kind == "If":
            return self._if(node)
        if kind == "For":
            return self._for(node)
        if kind == "While":
            return self._while(node)
        if kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            return [node]
        if kind == "Assert":
            return self._assert(node)
        if kind == "With":
            for item in node.items:
                at = _Maker(item.context_expr)
                item.context_expr = at.runtime("context", self.expression(item.context_expr))
            node.body = self.block(node.body)
            return [node]
        if kind == "Match":
            node.subject = self.expression(node.subject)
            for case in node.cases:
                case.body = self.block(case.body)
            return [node]
        self._fields(node)
        stored = [
            n
            for n in walk(node)
            if kind_of(n) == "Attribute" and kind_of(n.ctx) == "Store"  # type: ignore[attr-defined]
        ]
        out: list[ast.stmt] = []
        for target in stored:
            at = _Maker(target)
            text = at.constant(target.attr)  # type: ignore[attr-defined]
            out.append(at.do(at.runtime("check_attribute", text)))
        return [*out, node]

    def _if(self, node: Any) -> list[ast.stmt]:
        at = _Maker(node.test)
        carried, branch = node.carried, self.fresh("branch")
        made = at.runtime("branch", self.expression(node.test), at.names(carried))
        end = at.do(at.call(branch, "end", at.values(carried)))
        then = [*self.block(node.body), end]
        out = [
            at.assign(branch, made),
            at.if_(at.call(branch, "then", at.values(carried)), then),
        ]
        if node.orelse:
            otherwise = [*self.block(node.orelse), end]
            if carried:
                otherwise.insert(0, at.unpack(carried, at.attribute(branch, "before")))
            if node.kept:
                kept = self.fresh("kept")
                out.insert(0, at.assign(kept, at.values(node.kept)))
                otherwise.insert(0, at.unpack(node.kept, at.load(kept)))
            out.append(at.if_(at.call(branch, "orelse"), otherwise))
        return [*out, self._join(at, carried, at.call(branch, "join"))]

    def _join(self, at: _Maker, carried: list[str], value: ast.expr) -> ast.stmt:
        return at.unpack(carried, value) if carried else at.do(value)

    def _iterable(self, node: ast.expr) -> ast.expr:
        """The iterable of a `for`: Python's `range` of traced bounds would be an error."""
        is_call = kind_of(node) == "Call" and kind_of(node.func) == "Name"  # type: ignore[attr-defined]
        if not is_call or node.func.id != "range" or node.keywords:  # type: ignore[attr-defined]
            return self.expression(node)
        at = _Maker(node)
        return at.runtime("range", node.func, *map(self.expression, node.args))  # type: ignore[attr-defined]

    def _for(self, node: Any) -> list[ast.stmt]:
        at = _Maker(node.iter)
        carried, loop = node.carried, self.fresh("loop")
        made = at.runtime(
            "for_loop",
            self._iterable(node.iter),
            at.names(carried),
            at.names(node.flags),
            at.constant(_text(node.target)),
        )
        body = [*self.block(node.body), at.do(at.call(loop, "end", at.values(carried)))]
        if carried:
            # The target is assigned first; where it is carried, its new value counts.
            inside = [n for n in carried if n not in bound(node.target)]
            if inside:
                entered = at.call(loop, "entered", at.names(inside))
                body.insert(0, at.unpack(inside, entered))
        items = at.call(loop, "items", at.values(carried))
        return [
            at.assign(loop, made),
            _ast.For(node.target, items, body, [], None, **_Maker(node).place),
            self._join(at, carried, at.call(loop, "join")),
        ]

    def _while(self, node: Any) -> list[ast.stmt]:
        at = _Maker(node.test)
        carried, loop = node.carried, self.fresh("loop")
        made = at.runtime("while_loop", at.names(carried), at.names(node.flags))
        entered = at.attribute(loop, "values")
        restore = [at.unpack(carried, entered)] if carried else []
        test = self.expression(node.test)
        if node.flags:
            # Where the loop has been left the condition is not evaluated again.
            test = _ast.IfExp(
                at.call(loop, "goes_on"),
                at.call(loop, "asked", test),
                at.call(loop, "left"),
                **at.place,
            )
        body = [
            *restore,
            at.if_(
                at.call(loop, "test", test),
                [*restore, *self.block(node.body), at.do(at.call(loop, "end", at.values(carried)))],
            ),
        ]
        return [
            at.assign(loop, made),
            _ast.While(at.call(loop, "again", at.values(carried)), body, [], **at.place),
            self._join(at, carried, at.call(loop, "join")),
        ]

    def _assert(self, node: Any) -> list[ast.stmt]:
        at = _Maker(node)
        test = at.runtime("asserted", self.expression(node.test))
        message = self.expression(node.msg) if node.msg is not None else None
        return [_ast.Assert(test, message, **at.place)]

    # Expressions are rewritten in place and returned.

    def _fields(self, node: Any) -> None:
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                setattr(
                    node,
                    field,
                    [self.expression(v) if hasattr(v, "_fields") else v for v in value],
                )
            elif hasattr(value, "_fields"):
                setattr(node, field, self.expression(value))

    def expression(self, node: Any) -> Any:
        """An expression with what traced values may decide in the hands of `native`."""
        kind = kind_of(node)
        if kind == "BoolOp":
            return self._bool_op(node)
        if kind == "UnaryOp" and kind_of(node.op) == "Not":
            return _Maker(node).runtime("not_", self.expression(node.operand))
        if kind == "IfExp":
            return self._conditional(node)
        if kind == "Compare" and len(node.ops) > 1:
            return self._chain(node)
        if kind == "Compare":
            left, right = self.expression(node.left), self.expression(node.comparators[0])
            return self._compare(_Maker(node), left, node.ops[0], right)
        if kind in ("FunctionDef", "ClassDef"):
            return node
        self._fields(node)
        if kind == "Call":
            name = node.func.id if kind_of(node.func) == "Name" else None
            if name not in _FRAME_FUNCTIONS and not _is_runtime(node.func):
                at = _Maker(node)
                arguments = [node.func, *node.args]
                return _ast.Call(at.method(RUNTIME, "call"), arguments, node.keywords, **at.place)
        return node

    def _short_circuit(self, word: str, left: ast.expr, right: ast.expr, at: _Maker) -> ast.expr:
        """``(native.joined(right) if native.and_(left) else native.decided())``"""
        return _ast.IfExp(
            at.runtime(word, left), at.runtime("joined", right), at.runtime("decided"), **at.place
        )

    def _bool_op(self, node: Any) -> ast.expr:
        word = "and_" if kind_of(node.op) == "And" else "or_"
        at = _Maker(node)
        values = [self.expression(v) for v in node.values]
        result = values[-1]
        for value in reversed(values[:-1]):
            result = self._short_circuit(word, value, result, at)
        return result

    def _chain(self, node: Any) -> ast.expr:
        """``a < b < c``: `b` is evaluated once."""
        at = _Maker(node)
        parts: list[ast.expr] = []
        left = self.expression(node.left)
        for position, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            right = self.expression(right)
            following = None
            if position < len(node.ops) - 1:
                name = self.fresh("middle")
                right = _ast.NamedExpr(at.store(name), right, **at.place)
                following = at.load(name)
            parts.append(self._compare(at, left, op, right))
            left = following
        result = parts[-1]
        for part in reversed(parts[:-1]):
            result = self._short_circuit("and_", part, result, at)
        return result

    def _compare(self, at: _Maker, left: Any, op: ast.cmpop, right: ast.expr) -> ast.expr:
        """One comparison; `is` of traced values would be about Python's objects."""
        if kind_of(op) in ("Is", "IsNot"):
            return at.runtime("same_object", left, right, at.constant(kind_of(op) == "Is"))
        return _ast.Compare(left, [op], [right], **at.place)

    def _conditional(self, node: Any) -> ast.expr:
        at = _Maker(node)
        test, then, otherwise = map(self.expression, (node.test, node.body, node.orelse))
        none = at.constant(None)
        first = _ast.IfExp(at.runtime("ask", test), at.runtime("answer", then), none, **at.place)
        second = _ast.IfExp(
            at.runtime("ask_else"), at.runtime("answer", otherwise), none, **at.place
        )
        return at.runtime("chosen", first, second)


def _is_runtime(node: Any) -> bool:
    return (
        kind_of(node) == "Attribute" and kind_of(node.value) == "Name" and node.value.id == RUNTIME
    )


def _text(target: Any) -> str:
    return target.id if kind_of(target) == "Name" else ""


def rewrite(node: ast.FunctionDef, filename: str, free: tuple[str, ...]) -> ast.Module:
    """A module with one function that gives the rewritten one; its parameters are `free`.

    Raises:
        EnigmaError: the function has something that cannot be traced.
    """
    refusal = refused_construct(node)
    if refusal is not None:
        where, what, fix = refusal
        line, column = where.lineno, where.col_offset  # type: ignore[attr-defined]
        end = (where.end_lineno, where.end_col_offset)  # type: ignore[attr-defined]
        if end[0] != line:  # a statement with a body: its keyword
            end = (line, column + len(what.strip("`")))
        raise mistake("E0211", at=(filename, line, column, *end), what=what, fix=fix)
    function = _clone(node)
    place = _Maker(function)
    leave_body(function, FUNCTION)
    _Flags().function(function)
    liveness = Liveness(function)
    function.body = _Generator().block(function.body)
    unset = sorted(liveness.carried - liveness.parameters)
    if unset:
        start = place.runtime("undefined", place.names(unset))
        function.body.insert(0, place.unpack(unset, start))
    outer = _ast.FunctionDef(
        "__rewritten",
        _ast.arguments(
            [], [_ast.arg(n, None, None, **place.place) for n in free], None, [], [], None, []
        ),
        [function, _ast.Return(place.load(FUNCTION), **place.place)],
        [],
        None,
        None,
        **place.place,
    )
    return _ast.Module([outer], [])
