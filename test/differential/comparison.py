"""Whether a witness's floats are what the contract allows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from number_formats import FLOATS

Reference = Callable[..., np.ndarray]


def _agree(
    dtype: str, got: np.ndarray, exact: np.ndarray, ulp: float | None, signed_zeros: bool
) -> np.ndarray:
    """Where numbers are the exact ones rounded, or within `ulp` of the exact ones."""
    form = FLOATS[dtype]
    with np.errstate(all="ignore"):
        expected = form.round(exact)
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
        if signed_zeros:
            same &= (expected != 0) | (np.signbit(got) == np.signbit(expected))
        flushed = (got == 0) & (np.abs(exact) < form.smallest_normal) & (dtype != "f16")
        same |= flushed
        if ulp is None:
            return same
        # Infinity is where the next number after the largest would be.
        beyond = 2.0 ** (form.max_exponent + 1)
        finite_got = np.where(np.isinf(got), np.copysign(beyond, got), got)
        finite_exact = np.clip(np.where(np.isnan(exact), 0, exact), -beyond, beyond)
        error = np.abs(finite_got - finite_exact) / form.quantum(finite_exact)
        return same | ((error <= ulp) & ~np.isnan(exact) & ~np.isnan(got))


def float_disagreements(
    dtype: str,
    got: np.ndarray,
    reference: Reference,
    operands: list[np.ndarray],
    *,
    ulp: float | None,
    signed_zeros: bool = True,
) -> np.ndarray:
    """The places where `got` is not `reference(*operands)`; the reference computes exactly."""
    agree = _agree(dtype, got, reference(*operands), ulp, signed_zeros)
    if not agree.all() and dtype != "f16":
        # Subnormal operands may have been flushed, each for itself.
        for flush in range(1, 1 << len(operands)):
            chosen = [
                np.where(np.abs(x) < 2.0**-126, np.copysign(0.0, x), x) if flush >> k & 1 else x
                for k, x in enumerate(operands)
            ]
            agree |= _agree(dtype, got, reference(*chosen), ulp, signed_zeros)
    return np.flatnonzero(~agree)
