"""Module constants that the command line sets: ``enigma.define("TILE", 16)``, ``-D TILE=32``."""

from __future__ import annotations

from enigma.errors import Diagnostic, Note, mistake
from enigma.locations import Location, user_location

Constant = int | float | bool | str


class _Definition:
    __slots__ = ("default", "location", "value")

    def __init__(self, value: Constant, default: Constant, location: Location) -> None:
        self.value = value
        self.default = default
        self.location = location


_overrides: dict[str, str] = {}
_definitions: dict[str, _Definition] = {}


def define(name: str, default: Constant) -> Constant:
    """A compile-time constant of the module: `default`, or what ``-D name=value`` says.

    Args:
        name: an identifier.
        default: an int, float, bool or str; its type is that of the values that ``-D`` may give.

    Raises:
        EnigmaError: the value given with ``-D`` is not of the default's type, or two modules define
            the name with different defaults.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise mistake(
            "E0309",
            what=f"a define is called {name!r}",
            fix='the name is an identifier: enigma.define("TILE", 16)',
        )
    if not isinstance(default, int | float | str):
        raise mistake(
            "E0309",
            what=f"the default of define '{name}' is {type(default).__name__}",
            fix="a default is an int, float, bool or str",
        )
    known = _definitions.get(name)
    if known is not None:
        if type(known.default) is not type(default) or known.default != default:
            raise mistake(
                "E0309",
                what=f"'{name}' is defined twice, with defaults {known.default!r} and {default!r}",
                fix="define it in one module and import it from there",
                notes=(Note("it is defined here first", known.location),),
            )
        return known.value
    text = _overrides.get(name)
    value = default if text is None else _parse(name, text, default)
    _definitions[name] = _Definition(value, default, user_location())
    return value


def _parse(name: str, text: str, default: Constant) -> Constant:
    """The value that `text` says, of the default's type."""
    stripped = text.strip()
    expected = {bool: "true or false", int: "an integer", float: "a number"}
    try:
        if isinstance(default, bool):
            return {"true": True, "1": True, "false": False, "0": False}[stripped.lower()]
        if isinstance(default, int):
            return int(stripped, 0)
        if isinstance(default, float):
            return float(stripped)
    except (KeyError, ValueError):
        raise mistake(
            "E0308", name=name, text=text, expected=expected[type(default)], default=repr(default)
        ) from None
    return text


def start_defines(overrides: dict[str, str]) -> None:
    """Begin a module with what the command line says."""
    _definitions.clear()
    _overrides.clear()
    _overrides.update(overrides)


def defined_values() -> dict[str, Constant]:
    """What the module defined, in that order."""
    return {name: definition.value for name, definition in _definitions.items()}


def unused_overrides(module: Location) -> Diagnostic | None:
    """The error for names on the command line that no module defined."""
    unknown = [name for name in _overrides if name not in _definitions]
    if not unknown:
        return None
    known = "there are " + ", ".join(_definitions) if _definitions else "there are no defines"
    return Diagnostic(
        "E0307",
        module,
        names=", ".join(f"'{name}'" for name in unknown),
        known=known,
        first=unknown[0],
    )
