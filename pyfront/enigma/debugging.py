"""What a kernel says while it runs: lines of text, and conditions that have to hold."""

from __future__ import annotations

from enigma.conversions import as_value, condition
from enigma.dtypes import DType
from enigma.errors import mistake
from enigma.locations import user_location
from enigma.tracer import Tracer, current_tracer

_MAX_PRECISION = 99

# What a specification takes, by its letter; "" is the plain form.
_TAKES = {
    "": "every dtype",
    "d": "integers and bools",
    "x": "unsigned integers",
    "X": "unsigned integers",
    "f": "floats",
    "e": "floats",
    "g": "floats",
}


def _suits(letter: str, dtype: DType) -> bool:
    if letter == "d":
        return dtype.is_integer or dtype.is_bool
    if letter in ("x", "X"):
        return dtype.is_integer and not dtype.is_signed
    if letter:
        return dtype.is_float
    return True


def _placeholders(text: str) -> list[str]:
    """The letter of each placeholder, in order; what is not a format is an error."""
    letters: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if text.startswith(("{{", "}}"), position):
            position += 2
        elif character == "}":
            raise mistake(
                "E0140",
                op="device_print",
                problem="single } in the format",
                fix="write }} for a brace",
            )
        elif character == "{":
            end = text.find("}", position)
            if end < 0:
                raise mistake(
                    "E0140",
                    op="device_print",
                    problem="{ without } in the format",
                    fix="write {{ for a brace",
                )
            letters.append(_letter(text[position + 1 : end]))
            position = end + 1
        elif ord(character) < 32 or ord(character) == 127:
            raise mistake(
                "E0140",
                op="device_print",
                problem=f"the format contains {character!r}",
                fix="a call prints one line: leave it out",
            )
        else:
            position += 1
    return letters


def _letter(inside: str) -> str:
    """What stands between the braces, checked: nothing, or ``:``, a precision and a letter."""
    if not inside:
        return ""
    letter, precision = inside[-1], inside[1:-1]
    good = inside[0] == ":" and letter in _TAKES and len(inside) > 1
    if good and precision:
        digits = precision[1:]
        good = precision[0] == "." and digits.isascii() and digits.isdigit() and letter in "feg"
        good = good and int(digits) <= _MAX_PRECISION
    if not good:
        raise mistake(
            "E0140",
            op="device_print",
            problem=f"there is no placeholder {{{inside}}}",
            fix="placeholders are {}, {:d}, {:x}, {:X}, {:f}, {:e}, {:g} and, with digits, {:.3f}",
        )
    return letter


def _warn_once(tracer: Tracer, op: str) -> None:
    """A GPU has no such thing; say so once for each kernel."""
    if not any(warning.id == "W0140" for warning in tracer.warnings):
        tracer.warn("W0140", user_location(), op=op, kernel=tracer.kernel)


def device_print(fmt: str, *values: object) -> None:
    """Print a line from each thread that comes by, on the CPU device (MSL 6.19).

    Args:
        fmt: Python's format, as far as ``{}``, ``{:d}``, ``{:x}``, ``{:f}``, ``{:e}``, ``{:g}`` and
            ``{:.3f}`` go; ``{{`` and ``}}`` are braces.
        values: one number or traced value for each placeholder.

    Raises:
        EnigmaError: the format and the values do not fit together.
    """
    tracer = current_tracer("enigma.device_print")
    if not isinstance(fmt, str):
        raise mistake(
            "E0140",
            op="device_print",
            problem=f"the format is of type {type(fmt).__name__}",
            fix='it is a string and comes first: enigma.device_print("x = {}", x)',
        )
    letters = _placeholders(fmt)
    if len(letters) != len(values):
        raise mistake(
            "E0140",
            op="device_print",
            problem=f"the format has {len(letters)} placeholders for {len(values)} values",
            fix="give one value for each {}",
        )
    operands = tuple(as_value(value, f"value {i}") for i, value in enumerate(values))
    for i, (letter, operand) in enumerate(zip(letters, operands, strict=True)):
        if not _suits(letter, operand.dtype):
            raise mistake(
                "E0140",
                op="device_print",
                problem=f"value {i} is {operand.dtype}, and {{:{letter}}} takes {_TAKES[letter]}",
                fix="{} takes every dtype",
            )
    _warn_once(tracer, "device_print")
    tracer.effect("device_print", operands, {"format": fmt})


def device_assert(cond: object, msg: str = "") -> None:
    """End the run with a message unless `cond` holds, on the CPU device.

    Args:
        cond: a b1, or a number that counts as true when it is not zero.
        msg: what to say; one line.

    The thread ends where the condition is false, and the dispatch fails with the message, the line
    and the thread's position.
    """
    tracer = current_tracer("enigma.device_assert")
    if not isinstance(msg, str) or any(ord(c) < 32 or ord(c) == 127 for c in msg):
        raise mistake(
            "E0140",
            op="device_assert",
            problem=f"the message is {msg!r}",
            fix="it is a string of one line and comes second",
        )
    holds = condition(cond)
    _warn_once(tracer, "device_assert")
    tracer.effect("device_assert", (holds,), {"message": msg})
