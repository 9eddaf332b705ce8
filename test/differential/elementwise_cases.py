"""Ops that give one number from one element of each operand, with what they must compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from accuracy import fast_ulp, precise_ulp
from comparison import float_disagreements
from number_formats import FLOATS, INTEGERS, limits, wrap

Column = Any  # a float64 array or a list of exact integers


@dataclass(frozen=True)
class Case:
    """An expression over the elements a, b, c, and the scalar parameter s."""

    op: str
    expression: str
    reference: Callable[..., Any]
    operands: str = "ab"  # which of a, b, c, s the reference takes
    result: str = ""  # dtype; the operands' own when empty
    ordinary: Callable[..., np.ndarray] | None = None  # fast mode: where the contract holds
    signed_zeros: bool = True
    # An operand that is a scalar beside vectors too is computed from a, b or c.
    only_scalars: bool = False


# Integers ----------------------------------------------------------------------------------------


def divide(a: int, b: int) -> int:
    """Truncating; zero for a zero divisor."""
    if b == 0:
        return 0
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def remainder(a: int, b: int) -> int:
    """With the sign of the dividend; zero for a zero divisor."""
    return 0 if b == 0 else a - b * divide(a, b)


COMPARISONS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "cmp_eq": ("==", lambda a, b: a == b),
    "cmp_ne": ("!=", lambda a, b: a != b),
    "cmp_lt": ("<", lambda a, b: a < b),
    "cmp_le": ("<=", lambda a, b: a <= b),
    "cmp_gt": (">", lambda a, b: a > b),
    "cmp_ge": (">=", lambda a, b: a >= b),
}


def comparisons(named: bool) -> list[Case]:
    """As operators, and as functions."""
    cases = [Case(op, f"a {symbol} b", f, result="b1") for op, (symbol, f) in COMPARISONS.items()]
    if named:
        cases += [
            Case(op, f"enigma.{op}(a, b)", f, result="b1") for op, (_, f) in COMPARISONS.items()
        ]
        cases += [
            Case(op, f"a {symbol} s", f, "as", result="b1")
            for op, (symbol, f) in COMPARISONS.items()
        ]
    return cases


def integer_function_cases(dtype: str) -> list[Case]:
    """Functions of Metal's integer library, exactly."""
    width, _ = INTEGERS[dtype]
    low, high = limits(dtype)

    def bits(a: int) -> str:
        return format(a & ((1 << width) - 1), f"0{width}b")

    def limited(a: int) -> int:
        return min(max(a, low), high)

    def turned(a: int, n: int) -> int:
        text, count = bits(a), n % width
        return int(text[count:] + text[:count], 2)

    def clamped(a: int, b: int, c: int) -> int:
        return min(max(a, min(b, c)), max(b, c))

    def unsigned(a: int) -> int:
        return a & ((1 << width) - 1)

    # A field that stays inside: offset and bits from any two numbers.
    def offset_of(x: int) -> int:
        return (x & 0xFFFFFFFF) % width

    def bits_of(x: int, offset: int) -> int:
        return (x & 0xFFFFFFFF) % (width + 1 - offset)

    def field_text(x: str, y: str) -> str:
        offset = f'enigma.metal_cast({x}, "uint") % {width}'
        return f'{offset}, enigma.metal_cast({y}, "uint") % ({width + 1} - {offset})'

    def extracted(a: int, offset: int, count: int) -> int:
        field = unsigned(a) >> offset & ((1 << count) - 1)
        return field - (1 << count) if low < 0 and count and field >> (count - 1) else field

    def inserted(base: int, insert: int, offset: int, count: int) -> int:
        mask = ((1 << count) - 1) << offset
        return (unsigned(base) & ~mask) | (unsigned(insert) << offset & mask)

    return [
        Case("abs_diff", "enigma.abs_diff(a, b)", lambda a, b: abs(a - b)),
        Case("abs_diff", "enigma.abs_diff(a, b) > 100", lambda a, b: abs(a - b) > 100, result="b1"),
        Case("abs_diff", "enigma.abs_diff(a, 3)", lambda a: abs(a - 3), "a"),
        Case("abs_diff_unary", "enigma.abs_diff_unary(a)", abs, "a"),
        Case(
            "abs_diff_unary",
            "enigma.abs_diff_unary(a) > 100",
            lambda a: abs(a) > 100,
            "a",
            result="b1",
        ),
        Case("extract_bits", "enigma.extract_bits(a, 3, 4)", lambda a: extracted(a, 3, 4), "a"),
        Case("extract_bits", "enigma.extract_bits(a, 2, 0)", lambda a: 0, "a"),
        Case("extract_bits", f"enigma.extract_bits(a, 0, {width})", lambda a: a, "a"),
        Case(
            "extract_bits",
            f"enigma.extract_bits(a, {field_text('b', 'c')})",
            lambda a, b, c: extracted(a, offset_of(b), bits_of(c, offset_of(b))),
            "abc",
            only_scalars=True,
        ),
        Case(
            "insert_bits",
            "enigma.insert_bits(a, b, 2, 5)",
            lambda a, b: inserted(a, b, 2, 5),
        ),
        Case("insert_bits", "enigma.insert_bits(a, 7, 1, 2)", lambda a: inserted(a, 7, 1, 2), "a"),
        Case("insert_bits", f"enigma.insert_bits(a, b, 0, {width})", lambda a, b: b),
        Case(
            "insert_bits",
            f"enigma.insert_bits(a, b, {field_text('c', 'a')})",
            lambda a, b, c: inserted(a, b, offset_of(c), bits_of(a, offset_of(c))),
            "abc",
            only_scalars=True,
        ),
        *(
            Case(
                f"cmp_u{name}",
                f"enigma.cmp_u{name}(a, b)",
                lambda a, b, f=COMPARISONS[f"cmp_{name}"][1]: f(unsigned(a), unsigned(b)),
                result="b1",
            )
            for name in ("lt", "le", "gt", "ge")
        ),
        Case("cmp_ult", "enigma.cmp_ult(a, 5)", lambda a: unsigned(a) < 5, "a", result="b1"),
        Case("imin", "enigma.imin(a, b)", min),
        Case("imax", "enigma.imax(a, b)", max),
        Case("imin", "enigma.imin(a, 7)", lambda a: min(a, 7), "a"),
        Case("iclamp", "enigma.iclamp(a, enigma.imin(b, c), enigma.imax(b, c))", clamped, "abc"),
        Case("add_sat", "enigma.add_sat(a, b)", lambda a, b: limited(a + b)),
        Case("sub_sat", "enigma.sub_sat(a, b)", lambda a, b: limited(a - b)),
        Case("mul_hi", "enigma.mul_hi(a, b)", lambda a, b: (a * b) >> width),
        Case("mad_hi", "enigma.mad_hi(a, b, c)", lambda a, b, c: ((a * b) >> width) + c, "abc"),
        Case("mad_sat", "enigma.mad_sat(a, b, c)", lambda a, b, c: limited(a * b + c), "abc"),
        Case("rotate", "enigma.rotate(a, b)", turned),
        Case("rotate", "enigma.rotate(a, 3)", lambda a: turned(a, 3), "a"),
        Case("popcount", "enigma.popcount(a)", lambda a: bits(a).count("1"), "a"),
        Case("clz", "enigma.clz(a)", lambda a: len(bits(a)) - len(bits(a).lstrip("0")), "a"),
        Case("ctz", "enigma.ctz(a)", lambda a: len(bits(a)) - len(bits(a).rstrip("0")), "a"),
        Case("reverse_bits", "enigma.reverse_bits(a)", lambda a: int(bits(a)[::-1], 2), "a"),
    ]


def integer_cases(dtype: str) -> list[Case]:
    """Everything that integers have, and the forms with literals, which fold and combine."""
    width, signed = INTEGERS[dtype]
    low, high = limits(dtype)
    cases = [
        Case("add", "a + b", lambda a, b: a + b),
        Case("sub", "a - b", lambda a, b: a - b),
        Case("mul", "a * b", lambda a, b: a * b),
        Case("div", "a / b", divide),
        Case("div", "a // b", divide),
        Case("rem", "a % b", remainder),
        Case("neg", "-a", lambda a: -a, "a"),
        Case("and", "a & b", lambda a, b: a & b),
        Case("or", "a | b", lambda a, b: a | b),
        Case("xor", "a ^ b", lambda a, b: a ^ b),
        Case("not", "~a", lambda a: ~a, "a"),
        Case("shl", "a << b", lambda a, b: a << (b % width)),
        Case("shr", "a >> b", lambda a, b: a >> (b % width)),
        Case("shl", f"a << {width - 1}", lambda a: a << (width - 1), "a"),
        Case("shr", f"a >> {width - 1}", lambda a: a >> (width - 1), "a"),
        Case("shl", "a << 1", lambda a: a << 1, "a"),
        Case("shr", "a >> 3", lambda a: a >> 3, "a"),
        Case("shr", "a >> (b & 3)", lambda a, b: a >> (b & 3)),
        Case("shl", "1 << a", lambda a: 1 << (a % width), "a"),
        Case("add", "a + s", lambda a, s: a + s, "as"),
        Case("sub", "s - a", lambda a, s: s - a, "as"),
        Case("mul", "a * s", lambda a, s: a * s, "as"),
        Case("div", "a / s", lambda a, s: divide(a, s), "as"),
        Case("rem", "s % a", lambda a, s: remainder(s, a), "as"),
        Case("select", "enigma.where(a, b, a < b)", lambda a, b: b if a < b else a),
        Case("select", "enigma.where(a, 5, b)", lambda a, b: 5 if b else a),
        Case("constant", f"a ^ {high}", lambda a: a ^ high, "a"),
        Case("constant", f"a + {low}", lambda a: a + low, "a"),
        Case("constant", f"{high} - a", lambda a: high - a, "a"),
        Case("mul", "a ** 3", lambda a: a**3, "a"),
        Case(
            "mul",
            "(a + b) * (a - b) + a * b - (b ^ a)",
            lambda a, b: a * a - b * b + a * b - (b ^ a),
        ),
        Case(
            "div",
            "(a * b) / (b + 1)",
            lambda a, b: divide(wrap(a * b, dtype), wrap(b + 1, dtype)),
        ),
        Case(
            "rem",
            "(a + b) % (b - 1)",
            lambda a, b: remainder(wrap(a + b, dtype), wrap(b - 1, dtype)),
        ),
        Case("shr", "(a + b) >> 1", lambda a, b: wrap(a + b, dtype) >> 1),
        Case(
            "shr",
            "(a * b) >> (a + b)",
            lambda a, b: wrap(a * b, dtype) >> (wrap(a + b, dtype) % width),
        ),
        Case(
            "cmp_lt",
            "a + 1 < b - 1",
            lambda a, b: wrap(a + 1, dtype) < wrap(b - 1, dtype),
            result="b1",
        ),
        Case("cmp_ge", "(a << 1) >= b", lambda a, b: wrap(a << 1, dtype) >= b, result="b1"),
        Case("cmp_gt", f"a > {high // 2}", lambda a: a > high // 2, "a", result="b1"),
        *comparisons(True),
    ]
    for literal in [3, 7, 8, 10, high] + ([-1, -3, low] if signed else []):
        cases += [
            Case("div", f"a / ({literal})", lambda a, k=literal: divide(a, k), "a"),
            Case("rem", f"a % ({literal})", lambda a, k=literal: remainder(a, k), "a"),
            Case("div", f"({literal}) / a", lambda a, k=literal: divide(k, a), "a"),
            Case("rem", f"({literal}) % a", lambda a, k=literal: remainder(k, a), "a"),
            Case("mul", f"a * ({literal})", lambda a, k=literal: a * k, "a"),
        ]
    cases += integer_function_cases(dtype)
    cases.append(
        Case("iabs" if signed else "add", "abs(a) + 0" if not signed else "enigma.abs(a)", abs, "a")
    )
    return cases


def bool_cases() -> list[Case]:
    return [
        Case("and", "a & b", lambda a, b: a & b),
        Case("or", "a | b", lambda a, b: a | b),
        Case("xor", "a ^ b", lambda a, b: a ^ b),
        Case("not", "~a", lambda a: 1 - a, "a"),
        Case("select", "enigma.where(a, b, c)", lambda a, b, c: b if c else a, "abc"),
        Case("constant", "enigma.where(a, True, b)", lambda a, b: a | b),
        Case("and", "a & s", lambda a, s: a & s, "as"),
        Case("and", "~(a & b) | (a ^ c)", lambda a, b, c: (1 - (a & b)) | (a ^ c), "abc"),
        *comparisons(True),
    ]


# Floats ------------------------------------------------------------------------------------------


def exact_fma(dtype: str) -> Callable[..., np.ndarray]:
    """a * b + c with one rounding."""
    form = FLOATS[dtype]

    def one(a: float, b: float, c: float) -> float:
        if np.isfinite([a, b, c]).all():
            total = Fraction(a) * Fraction(b) + Fraction(c)
            if total:
                return form.round_fraction(total)
            if a * b == 0 or c == 0:
                return a * b + c  # the sum of two zeros has a sign
            return 0.0
        with np.errstate(all="ignore"):
            return float(np.float64(a) * np.float64(b) + np.float64(c))

    return lambda a, b, c: np.array([one(*t) for t in zip(a, b, c, strict=True)])


def round_away(x: np.ndarray) -> np.ndarray:
    """Halfway cases away from zero."""
    return np.copysign(np.floor(np.abs(x) + 0.5), x)


def larger(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.fmax(x, y)


def smaller(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.fmin(x, y)


def finite(*operands: np.ndarray) -> np.ndarray:
    """The ordinary range: finite, neither huge nor tiny; zero is ordinary."""
    mask = np.ones(len(operands[0]), bool)
    for x in operands:
        mask &= (x == 0) | ((np.abs(x) >= 2.0**-8) & (np.abs(x) <= 2.0**8))
    return mask


def unary(op: str, reference: Callable[..., Any], ordinary: Callable[..., np.ndarray]) -> Case:
    return Case(op, f"enigma.{op}(a)", reference, "a", ordinary=lambda a: finite(a) & ordinary(a))


def anywhere(x: np.ndarray) -> np.ndarray:
    return np.ones(len(x), bool)


def positive(x: np.ndarray) -> np.ndarray:
    return x > 0


def sin_of_pi(x: np.ndarray) -> np.ndarray:
    """sin(pi x), the argument reduced where that is exact."""
    turns = np.fmod(x, 2.0)
    turns = np.where(turns > 1, turns - 2, np.where(turns < -1, turns + 2, turns))
    turns = np.where(turns > 0.5, 1 - turns, np.where(turns < -0.5, -1 - turns, turns))
    return np.sin(np.pi * turns)


def saturate(x: np.ndarray) -> np.ndarray:
    """A NaN loses against the bounds."""
    return np.where(np.isnan(x), 0.0, np.clip(x, 0.0, 1.0))


def sign(x: np.ndarray) -> np.ndarray:
    """Zeros keep their sign; a NaN has none."""
    return np.where(np.isnan(x), 0.0, np.where(x == 0, x, np.sign(x)))


def fract(largest: float) -> Callable[[np.ndarray], np.ndarray]:
    """x - floor(x) in f32, never 1."""

    def value(x: np.ndarray) -> np.ndarray:
        single = x.astype(np.float32)
        return np.minimum((single - np.floor(single)).astype(np.float64), largest)

    return value


def mix(x: np.ndarray, y: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Step by step in f32."""
    first, second, share = (operand.astype(np.float32) for operand in (x, y, a))
    return (first + (second - first) * share).astype(np.float64)


def smoothstep(edge0: np.ndarray, edge1: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Step by step in f32; a NaN loses against the bounds of the share."""
    first, second, at = (operand.astype(np.float32) for operand in (edge0, edge1, x))
    t = np.fmin(np.fmax((at - first) / (second - first), np.float32(0)), np.float32(1))
    return (t * t * (np.float32(3) - np.float32(2) * t)).astype(np.float64)


def fdim(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The positive difference; NaNs stay."""
    return np.where(np.isnan(x) | np.isnan(y), np.nan, np.where(x > y, x - y, 0.0))


def predicate(op: str, reference: Callable[..., Any]) -> Case:
    """Right in fast math too, for every operand."""
    return Case(op, f"enigma.{op}(a)", reference, "a", result="b1", ordinary=anywhere)


FUNCTIONS: list[Case] = [
    Case("step", "enigma.step(a, b)", lambda e, x: np.where(x < e, 0.0, 1.0), ordinary=finite),
    Case(
        "step", "enigma.step(0.5, a)", lambda x: np.where(x < 0.5, 0.0, 1.0), "a", ordinary=finite
    ),
    Case("copysign", "enigma.copysign(a, b)", np.copysign, ordinary=finite),
    Case("copysign", "enigma.copysign(3, a)", lambda y: np.copysign(3.0, y), "a", ordinary=finite),
    Case("fdim", "enigma.fdim(a, b)", fdim, ordinary=finite),
    Case(
        "smoothstep",
        "enigma.smoothstep(a, b, c)",
        smoothstep,
        "abc",
        ordinary=lambda a, b, c: finite(a, b, c) & (a < b),
    ),
    Case(
        "sinpi",
        "enigma.sinpi(a)",
        sin_of_pi,
        "a",
        signed_zeros=False,
        ordinary=lambda a: np.abs(a) < 0.75,
    ),
    Case(
        "cospi",
        "enigma.cospi(a)",
        lambda x: sin_of_pi(0.5 - np.abs(np.fmod(x, 2.0))),
        "a",
        signed_zeros=False,
        ordinary=lambda a: np.abs(a) < 0.25,
    ),
    unary("asin", np.arcsin, lambda x: np.abs(x) <= 1),
    unary("acos", np.arccos, lambda x: np.abs(x) < 0.9),
    unary("atan", np.arctan, anywhere),
    unary("sinh", np.sinh, lambda x: np.abs(x) < 8),
    unary("cosh", np.cosh, lambda x: np.abs(x) < 8),
    unary("asinh", np.arcsinh, anywhere),
    unary("acosh", np.arccosh, lambda x: x > 1.25),
    unary("atanh", np.arctanh, lambda x: np.abs(x) < 0.9),
    Case("saturate", "enigma.saturate(a)", saturate, "a", signed_zeros=False, ordinary=finite),
    Case("sign", "enigma.sign(a)", sign, "a", ordinary=finite),
    Case("fmod", "enigma.fmod(a, b)", np.fmod, ordinary=lambda a, b: finite(a, b) & (b != 0)),
    Case(
        "atan2",
        "enigma.atan2(a, b)",
        np.arctan2,
        ordinary=lambda a, b: finite(a, b) & (a != 0) & (b != 0),
    ),
    Case(
        "powr",
        "enigma.powr(a, b)",
        lambda x, y: np.exp2(y * np.log2(x)),
        ordinary=lambda a, b: finite(a, b)
        & (a > 0)
        & (np.abs(np.log2(np.maximum(a, 1e-9)) * b) < 14),
    ),
    Case("mix", "enigma.mix(a, b, c)", mix, "abc", signed_zeros=False),
    unary("sqrt", np.sqrt, lambda x: x >= 0),
    unary("rsqrt", lambda x: 1 / np.sqrt(x), positive),
    unary("exp", np.exp, lambda x: np.abs(x) < 8),
    unary("exp2", np.exp2, lambda x: np.abs(x) < 8),
    unary("exp10", lambda x: np.power(10.0, x), lambda x: np.abs(x) < 4),
    # Relative to a result near zero, an error of the argument's rounding is large.
    unary("log", np.log, lambda x: (x > 0) & (np.abs(x - 1) > 0.25)),
    unary("log2", np.log2, lambda x: (x > 0) & (np.abs(x - 1) > 0.25)),
    unary("log10", np.log10, lambda x: (x > 0) & (np.abs(x - 1) > 0.25)),
    unary("sin", np.sin, lambda x: np.abs(x) < 3),
    unary("cos", np.cos, lambda x: np.abs(x) < 1.5),
    unary("tan", np.tan, lambda x: np.abs(x) < 1.5),
    unary("tanh", np.tanh, anywhere),
    unary("floor", np.floor, anywhere),
    unary("ceil", np.ceil, anywhere),
    unary("round", round_away, anywhere),
    unary("rint", np.rint, anywhere),
    unary("trunc", np.trunc, anywhere),
    Case("fabs", "enigma.abs(a)", np.abs, "a", ordinary=finite),
    Case("fabs", "abs(a)", np.abs, "a", ordinary=finite),
    # Which of two zeros is smaller is open.
    Case("fmin", "enigma.fmin(a, b)", smaller, ordinary=finite, signed_zeros=False),
    Case("fmax", "enigma.fmax(a, b)", larger, ordinary=finite, signed_zeros=False),
    Case(
        "fmax",
        "enigma.fmax(a, 0.5)",
        lambda a: larger(a, np.full_like(a, 0.5)),
        "a",
        ordinary=finite,
    ),
    Case(
        "clamp",
        "enigma.clamp(a, enigma.fmin(b, c), enigma.fmax(b, c))",
        lambda a, b, c: smaller(larger(a, smaller(b, c)), larger(b, c)),
        "abc",
        ordinary=finite,
        signed_zeros=False,
    ),
    Case(
        "clamp",
        "enigma.clamp(a, -1.5, 2.5)",
        lambda a: smaller(larger(a, np.full_like(a, -1.5)), np.full_like(a, 2.5)),
        "a",
        ordinary=finite,
    ),
    Case(
        "pow",
        "enigma.pow(a, b)",
        np.power,
        ordinary=lambda a, b: finite(a, b)
        & (a > 0)
        & (np.abs(b) <= 8)
        & (np.abs(np.log2(np.maximum(a, 1e-9)) * b) < 14),
    ),
    Case(
        "pow",
        "enigma.pow(a, 3.0)",
        lambda a: np.power(a, 3.0),
        "a",
        ordinary=lambda a: finite(a) & (a > 0) & (a < 32),
    ),
    Case(
        "pow",
        "a ** 2.5",
        lambda a: np.power(a, 2.5),
        "a",
        ordinary=lambda a: finite(a) & (a > 0) & (a < 32),
    ),
]


def float_cases(dtype: str) -> list[Case]:
    """What every float type has."""
    form = FLOATS[dtype]

    def rounded_quotient_floor(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.floor(form.round(a / b))

    cases = [
        Case("add", "a + b", lambda a, b: a + b, ordinary=finite),
        Case("sub", "a - b", lambda a, b: a - b, ordinary=finite),
        Case("mul", "a * b", lambda a, b: a * b, ordinary=finite),
        Case("div", "a / b", lambda a, b: a / b, ordinary=lambda a, b: finite(a, b) & (b != 0)),
        Case("rem", "a % b", np.fmod, ordinary=lambda a, b: finite(a, b) & (b != 0)),
        Case("neg", "-a", lambda a: -a, "a", ordinary=finite),
        Case("add", "a + s", lambda a, s: a + s, "as", ordinary=finite),
        Case("sub", "s - a", lambda a, s: s - a, "as", ordinary=finite),
        Case("sub", "0 - a", lambda a: 0 - a, "a", ordinary=finite),
        Case("add", "a + 0.0", lambda a: a + 0.0, "a", ordinary=finite),
        Case("mul", "a * -1", lambda a: -a, "a", ordinary=finite),
        Case("mul", "a * 0.0", lambda a: a * 0.0, "a", ordinary=finite),
        Case("mul", "a * s", lambda a, s: a * s, "as", ordinary=finite),
        Case("div", "a / s", lambda a, s: a / s, "as", ordinary=finite),
        Case("div", "1 / a", lambda a: 1 / a, "a", ordinary=lambda a: finite(a) & (a != 0)),
        Case("div", "a / 3", lambda a: a / 3, "a", ordinary=finite),
        Case("div", "a / 4", lambda a: a / 4, "a", ordinary=finite),
        Case("rem", "a % 1.5", lambda a: np.fmod(a, 1.5), "a", ordinary=finite),
        Case(
            "constant", "a * 0.25 - 1.5", lambda a: form.round(a * 0.25) - 1.5, "a", ordinary=finite
        ),
        # No contraction to fma, no reassociation.
        Case("mul", "a * b + c", lambda a, b, c: form.round(a * b) + c, "abc"),
        Case("add", "(a + b) + c", lambda a, b, c: form.round(a + b) + c, "abc"),
        Case("sub", "(a + b) - b", lambda a, b: form.round(a + b) - b),
        Case("sub", "a - a", lambda a: a - a, "a"),
        Case("div", "a / a", lambda a: a / a, "a"),
        Case(
            "select",
            "enigma.where(a, b, a < b)",
            lambda a, b: np.where(a < b, b, a),
            ordinary=finite,
        ),
        Case(
            "select",
            "enigma.where(2.0, c, a >= b)",
            lambda a, b, c: np.where(a >= b, c, 2.0),
            "abc",
            ordinary=finite,
        ),
    ]
    cases += [
        Case(c.op, c.expression, c.reference, c.operands, c.result, finite)
        for c in comparisons(True)
    ]
    cases += [
        Case("cmp_lt", "~(a < b)", lambda a, b: ~(a < b), result="b1", ordinary=finite),
        Case("cmp_ge", "~(a >= b)", lambda a, b: ~(a >= b), result="b1", ordinary=finite),
        Case("cmp_ne", "a != a", lambda a: a != a, "a", result="b1", ordinary=finite),
        Case("cmp_eq", "a == a", lambda a: a == a, "a", result="b1", ordinary=finite),
        Case("cmp_gt", "a > 0", lambda a: a > 0, "a", result="b1", ordinary=finite),
    ]
    cases += [
        predicate("isnan", np.isnan),
        predicate("isinf", np.isinf),
        predicate("isfinite", np.isfinite),
        predicate("isnormal", lambda x: np.isfinite(x) & (np.abs(x) >= form.smallest_normal)),
        predicate("signbit", np.signbit),
        # A NaN that the kernel makes itself.
        Case(
            "isnan",
            "enigma.isnan(a - b)",
            lambda a, b: np.isnan(a - b),
            result="b1",
            ordinary=lambda a, b: anywhere(a),
        ),
    ]
    if dtype == "bf16":
        return cases
    return [
        *cases,
        *FUNCTIONS,
        Case(
            "fract",
            "enigma.fract(a)",
            fract(float.fromhex("0x1.fffffep-1" if dtype == "f32" else "0x1.ffcp-1")),
            "a",
            ordinary=finite,
        ),
        Case("fma", "enigma.fma(a, b, c)", exact_fma(dtype), "abc", ordinary=finite),
        Case(
            "div",
            "a // b",
            rounded_quotient_floor,
            # Near an integer the quotient's last bit decides.
            ordinary=lambda a, b: finite(a, b) & (np.abs(a / b - np.rint(a / b)) > 1e-3),
        ),
    ]


def cases_of(dtype: str, width: int = 1) -> list[Case]:
    """All elementwise cases of a dtype, or of vectors of it."""
    if dtype == "b1":
        cases = bool_cases()
    else:
        cases = float_cases(dtype) if dtype in FLOATS else integer_cases(dtype)
    return [case for case in cases if width == 1 or not case.only_scalars]


# The kernel, and its check -----------------------------------------------------------------------


def kernel_source(dtype: str, width: int = 1) -> str:
    """A kernel that computes every case; results of one dtype follow each other in one buffer.

    On vectors the same expressions go component by component; the scalar `s` stays one.
    """
    cases = cases_of(dtype, width)
    suffix = f"x{width}" if width > 1 else ""
    own = [c for c in cases if not c.result]
    flags = [c for c in cases if c.result]
    lines = [
        "@enigma.kernel",
        f"def elementwise_{dtype}(A: enigma.{dtype}{suffix}, B: enigma.{dtype}{suffix},",
        f"    C: enigma.{dtype}{suffix}, Out: enigma.{dtype}{suffix}, Flags: enigma.b1{suffix},",
        f"    s: enigma.Scalar(enigma.{dtype}),",
        '    n: enigma.Scalar("uint")):',
        "    i = enigma.thread_position_in_grid()",
        "    a = A[i]",
        "    b = B[i]",
        "    c = C[i]",
    ]
    for buffer, rows in (("Out", own), ("Flags", flags)):
        lines += [f"    {buffer}[{k} * n + i] = {c.expression}" for k, c in enumerate(rows)]
    return "import enigma\n\n\n" + "\n".join(lines) + "\n"


def disagreements(
    case: Case, dtype: str, fast: bool, columns: dict[str, Column], got: Column
) -> list[str]:
    """What is wrong with a case's results, in words."""
    operands = [columns[name] for name in case.operands]
    if dtype not in FLOATS:
        expected = [case.reference(*values) for values in zip(*operands, strict=True)]
        if not case.result:
            expected = [wrap(v, dtype) if dtype != "b1" else int(v) for v in expected]
        bad = [k for k, (x, y) in enumerate(zip(expected, got, strict=True)) if x != y]
    elif case.result:
        with np.errstate(all="ignore"):
            expected = case.reference(*operands)
            flushed = case.reference(*(np.where(np.abs(x) < 2.0**-126, 0.0, x) for x in operands))
        bad = list(np.flatnonzero(expected != np.array(got, bool)))
        if dtype != "f16":
            bad = [k for k in bad if flushed[k] != bool(got[k])]
    else:
        with np.errstate(all="ignore"):
            expected = case.reference(*operands)
            ulp = (
                fast_ulp(case.op, dtype, FLOATS[dtype].precision)
                if fast
                else precise_ulp(case.op, dtype)
            )
            bad = list(
                float_disagreements(
                    dtype,
                    got,
                    case.reference,
                    operands,
                    ulp=ulp,
                    signed_zeros=case.signed_zeros and not fast,
                )
            )
    if fast and dtype in FLOATS:
        with np.errstate(all="ignore"):
            mask = case.ordinary(*operands) if case.ordinary else np.zeros(len(operands[0]), bool)
        bad = [k for k in bad if mask[k]]
    if not bad:
        return []
    shown = [
        f"({', '.join(repr(x[k]) for x in operands)}) gives {got[k]!r}, not {expected[k]!r}"
        for k in bad[:4]
    ]
    return [f"{case.op}: {case.expression}: {len(bad)} wrong: " + "; ".join(shown)]
