"""The accuracy contract of the language (language.md, "Floats"): the one copy that tests read.

Precise mode: an op without a bound is exact, which for floats means correctly rounded. A bound is in
ULP of f32; a function on f16 is off by at most one ULP of f16 after computing in f32. f32 subnormals
may be flushed to zero wherever they go in or come out.

Fast mode: the same ops are exact but `div`, `sqrt` and what divides; these and the functions are within a relative
error of 2^-20 on the ordinary range.
"""

from __future__ import annotations

PRECISE_ULP: dict[str, float] = {
    "rsqrt": 2,
    **dict.fromkeys(("exp", "exp2", "exp10", "log", "log2", "log10", "sin", "cos"), 4),
    **dict.fromkeys(("sinpi", "cospi", "asin", "acos", "sinh", "cosh", "asinh", "acosh"), 4),
    **dict.fromkeys(("atan", "tanh", "atanh"), 5),
    **dict.fromkeys(("tan", "atan2"), 6),
    **dict.fromkeys(("pow", "powr"), 16),
}
F16_ULP = 1.0
FAST_RELATIVE_ERROR = 2.0**-20
# What fast math may replace by a multiplication with a reciprocal, or by a function.
FAST_INEXACT = frozenset({"div", "sqrt", "smoothstep"}) | PRECISE_ULP.keys()


def precise_ulp(op: str, dtype: str) -> float | None:
    """The bound in ULP of the dtype under --no-fast-math; None where the result is exact."""
    if op not in PRECISE_ULP:
        return None
    return PRECISE_ULP[op] if dtype == "f32" else F16_ULP


def fast_ulp(op: str, dtype: str, precision: int) -> float | None:
    """The bound in ULP of the dtype under --fast-math; None where the result is exact."""
    if op not in FAST_INEXACT:
        return None
    # A relative error of e is at most e * 2^precision ULP; narrower results round once more.
    bound = FAST_RELATIVE_ERROR * 2.0**precision
    return bound if dtype == "f32" else max(F16_ULP, bound + 0.5)
