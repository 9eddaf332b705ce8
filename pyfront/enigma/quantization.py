"""Small integers packed into bytes and words, and back: built from bit fields and arithmetic."""

from __future__ import annotations

from enigma.conversions import cast, fixed_operand
from enigma.dtypes import f32, i32, u32
from enigma.functions import call_row
from enigma.tracer import current_tracer
from enigma.values import Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma.dtypes import DType


def _integer(x: object, function: str, dtype: DType = u32) -> Value:
    current_tracer(f"enigma.{function}")
    return fixed_operand(function, read_operand(x, f"an operand of {function}"), dtype)


def _pack(function: str, width: int, parts: tuple[object, ...]) -> Value:
    """The low `width` bits of each part, the first lowest."""
    mask = (1 << width) - 1

    def value(part: object) -> Value:
        # A negative literal is its low bits too.
        return _integer(part & mask if type(part) is int else part, function)

    packed = value(parts[0]) & mask
    for position, part in enumerate(parts[1:], 1):
        packed = call_row(
            "insert_bits", (packed, value(part), position * width, width), shown=function
        )
    return packed


def pack_uint8x4(b0: object, b1: object, b2: object, b3: object) -> Value:
    """Pack the low 8 bits of four integers into a u32, `b0` lowest.

    Args:
        b0, b1, b2, b3: integers of any type; what is above their low 8 bits is dropped.
    """
    return _pack("pack_uint8x4", 8, (b0, b1, b2, b3))


def unpack_uint8x4(packed: object) -> tuple[Value, Value, Value, Value]:
    """The four bytes of a u32 as u32 numbers from 0 to 255, the lowest first."""
    value = _integer(packed, "unpack_uint8x4")
    b0, b1, b2, b3 = (call_row("extract_bits", (value, 8 * k, 8)) for k in range(4))
    return b0, b1, b2, b3


def pack_int4x2(lo: object, hi: object) -> Value:
    """Pack the low 4 bits of two integers into the low byte of a u32, `lo` lowest.

    Args:
        lo, hi: integers of any type; from -8 to 7 (or 0 to 15) nothing is lost.
    """
    return _pack("pack_int4x2", 4, (lo, hi))


def unpack_int4x2(packed: object) -> tuple[Value, Value]:
    """The two signed 4-bit numbers in an integer's low byte, as i32 from -8 to 7, lowest first."""
    value = _integer(packed, "unpack_int4x2", i32)
    lo, hi = (call_row("extract_bits", (value, 4 * k, 4)) for k in range(2))
    return lo, hi


def dequantize_int8(x: object, scale: object, zero_point: object = 0) -> Value:
    """`(x - zero_point) * scale` as f32.

    Args:
        x: an integer, taken as i32.
        scale: a number, taken as f32.
        zero_point: an integer, taken as i32.
    """
    shifted = _integer(x, "dequantize_int8", i32)
    if not (type(zero_point) is int and zero_point == 0):
        shifted = shifted - _integer(zero_point, "dequantize_int8", i32)
    factor = fixed_operand(
        "dequantize_int8", read_operand(scale, "an operand of dequantize_int8"), f32
    )
    return cast(shifted, f32) * factor
