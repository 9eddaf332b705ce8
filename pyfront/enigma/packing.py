"""Vectors of floats packed into normalised integers, and back (MSL 7.7), built from arithmetic.

A snorm code of n bits is ``rint(clamp(x, -1, 1) * (2**(n - 1) - 1))``, an unorm code
``rint(saturate(x) * (2**n - 1))``; codes follow each other from the lowest bit, x first. A NaN is
packed as 0.
"""

from __future__ import annotations

from enigma.conversions import as_type, as_value, fixed_operand, metal_cast
from enigma.dtypes import f32, i32, u32, with_width
from enigma.errors import mistake
from enigma.functions import call_row, where
from enigma.tracer import current_tracer
from enigma.values import Value, read_operand
from enigma.vectors import make_vec

_BYTES = (8, 8, 8, 8)
_SHORTS = (16, 16)
_RGB10A2 = (10, 10, 10, 2)


def _components(function: str, v: object, count: int) -> list[Value]:
    """The components of a float vector as f32."""
    current_tracer(f"enigma.{function}")
    value = as_value(v, f"the operand of {function}")
    if value.dtype.width != count or not value.dtype.is_float:
        raise mistake(
            "E0119",
            op=function,
            problem=f"it takes a vector of {count} floats, not a {value.dtype}",
            fix=f"build one: enigma.make_float{count}({', '.join('xyzw'[:count])})",
        )
    single = metal_cast(value, with_width(f32, count))
    return [getattr(single, letter) for letter in "xyzw"[:count]]


def _joined(codes: list[Value], widths: tuple[int, ...]) -> Value:
    """Codes beside each other, the first lowest."""
    word, place = codes[0], widths[0]
    for code, width in zip(codes[1:], widths[1:], strict=True):
        word = word | (code << place)
        place += width
    return word


def _fields(function: str, word: object, widths: tuple[int, ...]) -> list[Value]:
    """The codes of a word, as u32."""
    current_tracer(f"enigma.{function}")
    value = fixed_operand(function, read_operand(word, f"the operand of {function}"), u32)
    codes, place = [], 0
    for width in widths:
        code = value >> place if place else value
        codes.append(code if place + width == 32 else code & ((1 << width) - 1))
        place += width
    return codes


def _unorm_code(x: Value, width: int) -> Value:
    return metal_cast(
        call_row("rint", (call_row("saturate", (x,)) * float((1 << width) - 1),)), u32
    )


def _snorm_code(x: Value, width: int) -> Value:
    """In two's complement, without the bits above."""
    number = where(x, 0.0, x != x)
    limited = call_row("clamp", (number, -1.0, 1.0)) * float((1 << (width - 1)) - 1)
    signed = metal_cast(call_row("rint", (limited,)), i32)
    return as_type(signed, u32) & ((1 << width) - 1)


def _unorm_value(code: Value, width: int) -> Value:
    return metal_cast(code, f32) / float((1 << width) - 1)


def _snorm_value(code: Value, width: int) -> Value:
    """The lowest code is -1 too."""
    signed = as_type(code << (32 - width), i32) >> (32 - width)
    return call_row("fmax", (metal_cast(signed, f32) / float((1 << (width - 1)) - 1), -1.0))


def _to_srgb(x: Value) -> Value:
    """The sRGB transfer function of a linear component."""
    linear = call_row("saturate", (x,))
    curved = call_row("powr", (linear, 1 / 2.4)) * 1.055 - 0.055
    return where(curved, linear * 12.92, linear <= 0.0031308)


def _from_srgb(x: Value) -> Value:
    """The linear component of an sRGB one."""
    curved = call_row("powr", ((x + 0.055) / 1.055, 2.4))
    return where(curved, x / 12.92, x <= 0.04045)


def pack_float_to_snorm4x8(v: object) -> Value:
    """Pack four floats into signed normalised bytes of a u32, x lowest."""
    parts = _components("pack_float_to_snorm4x8", v, 4)
    return _joined([_snorm_code(x, 8) for x in parts], _BYTES)


def pack_float_to_unorm4x8(v: object) -> Value:
    """Pack four floats into unsigned normalised bytes of a u32, x lowest."""
    parts = _components("pack_float_to_unorm4x8", v, 4)
    return _joined([_unorm_code(x, 8) for x in parts], _BYTES)


def pack_float_to_snorm2x16(v: object) -> Value:
    """Pack two floats into signed normalised halves of a u32, x lowest."""
    parts = _components("pack_float_to_snorm2x16", v, 2)
    return _joined([_snorm_code(x, 16) for x in parts], _SHORTS)


def pack_float_to_unorm2x16(v: object) -> Value:
    """Pack two floats into unsigned normalised halves of a u32, x lowest."""
    parts = _components("pack_float_to_unorm2x16", v, 2)
    return _joined([_unorm_code(x, 16) for x in parts], _SHORTS)


def pack_float_to_srgb_unorm4x8(v: object) -> Value:
    """Pack a linear colour into sRGB bytes of a u32, red lowest; alpha stays linear."""
    red, green, blue, alpha = _components("pack_float_to_srgb_unorm4x8", v, 4)
    colour = [_to_srgb(x) for x in (red, green, blue)]
    return _joined([_unorm_code(x, 8) for x in (*colour, alpha)], _BYTES)


def pack_float_to_unorm10a2(v: object) -> Value:
    """Pack four floats into 10, 10, 10 and 2 unsigned normalised bits of a u32, x lowest."""
    parts = _components("pack_float_to_unorm10a2", v, 4)
    codes = [_unorm_code(x, width) for x, width in zip(parts, _RGB10A2, strict=True)]
    return _joined(codes, _RGB10A2)


def unpack_snorm4x8_to_float(word: object) -> Value:
    """Four signed normalised bytes of a u32 as an f32x4, the lowest byte as x."""
    codes = _fields("unpack_snorm4x8_to_float", word, _BYTES)
    return make_vec(*(_snorm_value(code, 8) for code in codes))


def unpack_unorm4x8_to_float(word: object) -> Value:
    """Four unsigned normalised bytes of a u32 as an f32x4, the lowest byte as x."""
    codes = _fields("unpack_unorm4x8_to_float", word, _BYTES)
    return make_vec(*(_unorm_value(code, 8) for code in codes))


def unpack_snorm2x16_to_float(word: object) -> Value:
    """Two signed normalised halves of a u32 as an f32x2, the lower half as x."""
    codes = _fields("unpack_snorm2x16_to_float", word, _SHORTS)
    return make_vec(*(_snorm_value(code, 16) for code in codes))


def unpack_unorm2x16_to_float(word: object) -> Value:
    """Two unsigned normalised halves of a u32 as an f32x2, the lower half as x."""
    codes = _fields("unpack_unorm2x16_to_float", word, _SHORTS)
    return make_vec(*(_unorm_value(code, 16) for code in codes))


def unpack_srgb_unorm4x8_to_float(word: object) -> Value:
    """Four sRGB bytes of a u32 as a linear f32x4, the lowest byte red; alpha is linear in both."""
    red, green, blue, alpha = (
        _unorm_value(code, 8) for code in _fields("unpack_srgb_unorm4x8_to_float", word, _BYTES)
    )
    return make_vec(_from_srgb(red), _from_srgb(green), _from_srgb(blue), alpha)


def unpack_unorm10a2_to_float(word: object) -> Value:
    """10, 10, 10 and 2 unsigned normalised bits of a u32 as an f32x4, the lowest ten as x."""
    codes = _fields("unpack_unorm10a2_to_float", word, _RGB10A2)
    parts = [_unorm_value(code, width) for code, width in zip(codes, _RGB10A2, strict=True)]
    return make_vec(*parts)
