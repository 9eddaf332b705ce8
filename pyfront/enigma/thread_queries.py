"""Where a thread is: its position, its threadgroup's, and their sizes."""

from __future__ import annotations

from enigma._optable import OPS
from enigma.dtypes import u32
from enigma.errors import mistake
from enigma.functions import docstring
from enigma.tracer import current_tracer, is_tracing
from enigma.values import Operand, Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma._optable import OpRow

_DIMENSIONS = {"x": "x", "y": "y", "z": "z", 0: "x", 1: "y", 2: "z"}


class ThreadQuery(Operand):
    """A query with three components, each a u32.

    ``q()``, ``q("y")`` and ``q(dim="y")`` give a component, ``q.x``, ``q.y`` and ``q.z`` too; `q`
    itself in an expression is its x component.
    """

    def __init__(self, row: OpRow, name: str) -> None:
        self._op = row.name
        self.__name__ = name
        self.__qualname__ = name
        self.__doc__ = docstring(row)

    def __call__(self, dim: str | int = "x") -> Value:  # type: ignore[override]
        tracer = current_tracer(f"enigma.{self.__name__}")
        known = isinstance(dim, str | int) and _DIMENSIONS.get(dim)
        if not known:
            raise mistake(
                "E0119",
                op=self.__name__,
                problem=f"there is no dimension {dim!r}",
                fix='dim is "x", "y" or "z"',
            )
        return tracer.emit(self._op, (), u32, {"dim": known})

    @property
    def x(self) -> Value:
        """The x component."""
        return self("x")

    @property
    def y(self) -> Value:
        """The y component."""
        return self("y")

    @property
    def z(self) -> Value:
        """The z component."""
        return self("z")

    # Outside a kernel a query is an object as any other, for the tools that look at modules.

    def __eq__(self, other: object) -> Value:  # type: ignore[override]
        return super().__eq__(other) if is_tracing() else self is other  # type: ignore[return-value]

    def __ne__(self, other: object) -> Value:  # type: ignore[override]
        return super().__ne__(other) if is_tracing() else self is not other  # type: ignore[return-value]

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __repr__(self) -> str:
        return f"<thread query {self.__name__}>"


QUERIES: dict[str, ThreadQuery] = {
    name: ThreadQuery(row, name)
    for row in OPS
    if row.args == ("dim",)
    for name in (row.name, *row.aliases)
}


def thread_position_in_grid_xyz(dim: str | int) -> Value:
    """One component of the thread's position in the grid, as u32; `dim` is "x", "y" or "z"."""
    return QUERIES["thread_position_in_grid"](dim)
