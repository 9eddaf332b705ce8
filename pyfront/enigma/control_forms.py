"""The explicit forms of control flow in the interpreter: bodies run as often as they should.

Prepared code (`eager_syntax`) has a `for` statement in place of a `with`, over what `turns` gives.
"""

from __future__ import annotations

import builtins

from enigma.control_flow import (
    _refuse_escapes,
    _single_use,
    for_range,
    if_,
    while_,
)
from enigma.conversions import condition
from enigma.eager_values import EagerValue
from enigma.errors import mistake
from enigma.tracer import current_tracer
from enigma.values import Carry, Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn


def _needs_preparing(form: str) -> Exception:
    return mistake(
        "E0848",
        what=f"`with enigma.{form}(…)` in code that the interpreter has no source of, or that is "
        "called in a way it does not see",
        fix="put the source in a file, and call the function by its name",
    )


class EagerFor(for_range):
    """`for_range` that counts."""

    def first(self) -> list[Any]:
        """What `as` names before the first iteration."""
        return [self._turn(self._bounds[0].settled_number())]

    def _turn(self, number: int) -> Any:
        i = EagerValue(self._dtype, number, current_tracer("a loop").block)
        return (i, self._carry) if self._has_carry else i

    def turns(self) -> Iterator[Any]:
        """What `as` names in each iteration."""
        _single_use(self._state != "new", "for_range", self._location)
        self._state = "open"
        low, high, step = (x.settled_number() for x in self._bounds)
        if step == 0:
            raise mistake(
                "E0208", form="for_range", problem="step is zero", fix="count by 1 or -1 at least"
            )
        carry = _Carried(self._carry, self._location, "for_range")
        for number in builtins.range(low, high, step):
            carry.ran = True
            yield self._turn(number)
        self._state = "closed"
        carry.end()

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        if self._has_carry:
            _refuse_escapes("for_range")
        return self.turns()

    def __enter__(self) -> NoReturn:
        raise _needs_preparing("for_range")


class _Carried:
    """The carried variables of a form: what their types turn out to be."""

    def __init__(self, carry: Carry, location: Any, form: str) -> None:
        self._carry = carry
        self._tracer = current_tracer("a carried variable")
        self._keys = [
            self._tracer.knowledge.key(f"{form}:{location}:{n}") for n in range_of(carry.slots)
        ]
        self.ran = False
        for slot, key in zip(carry.slots, self._keys, strict=True):
            weak = slot.current.weak
            known = self._tracer.knowledge.dtype_of(key)
            if weak is not None and known is not None:
                weak.become(known)

    def end(self) -> None:
        """The form has ended; a variable that met no type has that of a number on its own."""
        knowledge = self._tracer.knowledge
        for slot, key in zip(self._carry.slots, self._keys, strict=True):
            weak = slot.current.weak
            if weak is None:
                knowledge.met(key, slot.current.dtype)
            else:
                if self.ran:
                    weak.settled()
                knowledge.assumed(key, weak)
        self._carry.end()


def range_of(items: Any) -> builtins.range:
    """The places of items."""
    return builtins.range(len(items))


class _EagerBranch:
    """One block of a two-way `if_`."""

    def __init__(self, runs: bool) -> None:
        self._runs = runs

    def first(self) -> list[Any]:
        return []

    def turns(self) -> Iterator[None]:
        if self._runs:
            yield None

    def __enter__(self) -> NoReturn:
        raise _needs_preparing("if_")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        pass


class EagerIf(if_):
    """`if_` that is decided."""

    def first(self, parts: int = 0) -> list[Any]:
        """What `as` names: the form itself, or its two blocks and its carry."""
        if not parts:
            return [self._carry if self._has_carry else self]
        return [tuple(self)]

    def __iter__(self) -> Iterator[Any]:
        holds = bool(self._condition)
        blocks: list[Any] = [_EagerBranch(holds), _EagerBranch(not holds)]
        return iter([*blocks, self._carry] if self._has_carry else blocks)

    def turns(self, parts: int = 0) -> Iterator[Any]:
        """What `as` names, if the body runs; one with two blocks always does."""
        _single_use(self._state != "new", "if_", self._location)
        self._state = "open"
        carry = _Carried(self._carry, self._location, "if_")
        if parts or bool(self._condition):
            carry.ran = True
            yield from self.first(parts)
        self._state = "closed"
        carry.end()

    def __enter__(self) -> NoReturn:
        raise _needs_preparing("if_")


class EagerWhile(while_):
    """`while_` that asks its condition."""

    def first(self) -> list[Any]:
        """What `as` names."""
        return [self._carry if self._has_carry else None]

    def _holds(self) -> bool:
        before: list[Value] = [slot.current for slot in self._carry.slots]
        answer = self._cond_fn(self._carry) if self._has_carry else self._cond_fn()
        for slot, value in zip(self._carry.slots, before, strict=True):
            if slot.current is not value:
                raise mistake(
                    "E0208",
                    form="while_",
                    problem="the condition assigns a carried variable",
                    fix="assign in the body",
                )
        return bool(condition(answer))

    def turns(self) -> Iterator[Any]:
        """What `as` names in each iteration."""
        _single_use(self._state != "new", "while_", self._location)
        self._state = "open"
        carry = _Carried(self._carry, self._location, "while_")
        while self._holds():
            carry.ran = True
            yield from self.first()
        self._state = "closed"
        carry.end()

    def __enter__(self) -> NoReturn:
        raise _needs_preparing("while_")


EagerForms: dict[type, type] = {for_range: EagerFor, if_: EagerIf, while_: EagerWhile}
