"""Diagnostics as Python objects, and the one exception type for a user's mistakes."""

from __future__ import annotations

from enigma._diagnostics import CATALOGUE
from enigma.locations import UNKNOWN, Location, user_location
from enigma.sources import narrowed


class Note:
    """A second place that explains a diagnostic."""

    __slots__ = ("location", "message")

    def __init__(self, message: str, location: Location) -> None:
        self.message = message
        self.location = location


class Diagnostic:
    """One row of the catalogue with its fields filled in, at a place in the user's source."""

    __slots__ = ("help", "id", "location", "message", "name", "notes", "severity")

    def __init__(
        self,
        number: str,
        location: Location | None,
        notes: tuple[Note, ...] = (),
        **fields: object,
    ) -> None:
        self.severity, self.name, message, fix = CATALOGUE[number]
        self.id = number
        self.message = message.format(**fields)
        self.help = fix.format(**fields) if fix is not None else None
        self.location = narrowed(location) if location is not None else UNKNOWN
        self.notes = notes


class EnigmaError(Exception):
    """A mistake in a kernel or in the use of the package.

    Attributes:
        filename: the Python file.
        lineno: the line, from 1.
        col: the column, from 0, in bytes of UTF-8 as Python's `ast` counts.
        id: the diagnostic's number, such as ``"E0112"``.
        help: how to fix it, or None.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.filename = diagnostic.location[0]
        self.lineno = diagnostic.location[1]
        self.col = diagnostic.location[2]
        self.id = diagnostic.id
        self.help = diagnostic.help

    def __str__(self) -> str:
        text = (
            f"{self.filename}:{self.lineno}:{self.col + 1}: {self.diagnostic.message} [{self.id}]"
        )
        return f"{text}\nhelp: {self.help}" if self.help else text


_unanswered: EnigmaError | None = None


def forget_unanswered() -> EnigmaError | None:
    """The first mistake since the last call, raised or about to be."""
    global _unanswered
    error, _unanswered = _unanswered, None
    return error


def mistake(
    number: str,
    *,
    at: Location | None = None,
    notes: tuple[Note, ...] = (),
    **fields: object,
) -> EnigmaError:
    """The error to raise; `at` defaults to the user's expression that is being evaluated."""
    global _unanswered
    error = EnigmaError(
        Diagnostic(number, at if at is not None else user_location(), notes, **fields)
    )
    if _unanswered is None:
        _unanswered = error
    return error
