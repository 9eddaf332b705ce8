"""Numbers with a bound on how far a kernel's f32 result may be from them, op by op.

`Bounded` has the exact value in double precision and the bound; each operation adds its own rounding
to what its operands bring (running error analysis, Higham, "Accuracy and Stability of Numerical
Algorithms", section 3.3). Sums hold for every order of their terms.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from accuracy import FAST_RELATIVE_ERROR

UNIT = 2.0**-24  # half an ULP of f32, relative
SMALLEST = 2.0**-149


class Bounded:
    """Values and bounds; `fast` says which errors the language's contract allows functions."""

    def __init__(self, value: np.ndarray, error: np.ndarray | float, fast: bool) -> None:
        self.value = np.asarray(value, np.float64)
        self.error = np.broadcast_to(np.asarray(error, np.float64), self.value.shape)
        self.fast = fast

    @classmethod
    def exact(cls, value: np.ndarray | float, fast: bool) -> Bounded:
        return cls(np.asarray(value, np.float64), 0.0, fast)

    def _of(self, other: Bounded | float) -> Bounded:
        return other if isinstance(other, Bounded) else self.exact(np.float32(other), self.fast)

    def rounded(self, value: np.ndarray, error: np.ndarray, relative: float = UNIT) -> Bounded:
        """A result whose last step errs by `relative`."""
        return type(self)(value, error + relative * (np.abs(value) + error) + SMALLEST, self.fast)

    def __add__(self, other: Bounded | float) -> Bounded:
        b = self._of(other)
        return self.rounded(self.value + b.value, self.error + b.error)

    def __sub__(self, other: Bounded | float) -> Bounded:
        b = self._of(other)
        return self.rounded(self.value - b.value, self.error + b.error)

    def __mul__(self, other: Bounded | float) -> Bounded:
        b = self._of(other)
        error = np.abs(self.value) * b.error + np.abs(b.value) * self.error + self.error * b.error
        return self.rounded(self.value * b.value, error)

    def __truediv__(self, other: Bounded | float) -> Bounded:
        b = self._of(other)
        value = self.value / b.value
        error = (self.error + np.abs(value) * b.error) / (np.abs(b.value) - b.error)
        return self.rounded(value, error, FAST_RELATIVE_ERROR if self.fast else UNIT)

    def __neg__(self) -> Bounded:
        return type(self)(-self.value, self.error, self.fast)

    def __getitem__(self, index: object) -> Bounded:
        return type(self)(self.value[index], self.error[index], self.fast)

    def sum(self, axis: int = -1, keepdims: bool = False) -> Bounded:
        """The sum of all terms along an axis, in any order."""
        count = self.value.shape[axis]
        error = self.error.sum(axis, keepdims=keepdims)
        size = (np.abs(self.value) + self.error).sum(axis, keepdims=keepdims)
        total = self.value.sum(axis, keepdims=keepdims)
        return Bounded(total, error + 1.01 * count * UNIT * size + SMALLEST, self.fast)

    def dot(self, other: Bounded) -> Bounded:
        """The products of the rows of this matrix with a vector."""
        return (self * other).sum()

    def monotone(self, function: Callable[[np.ndarray], np.ndarray], ulps: float) -> Bounded:
        """A function that only rises or only falls, of the contract's accuracy."""
        value = function(self.value)
        reach = [np.abs(function(self.value + s * self.error) - value) for s in (-1.0, 1.0)]
        relative = FAST_RELATIVE_ERROR if self.fast else ulps * 2 * UNIT
        return self.rounded(value, np.maximum(*reach), relative)

    def exp(self) -> Bounded:
        return self.monotone(np.exp, 4)

    def exp2(self) -> Bounded:
        return self.monotone(np.exp2, 4)

    def rsqrt(self) -> Bounded:
        return self.monotone(lambda x: 1 / np.sqrt(x), 2)

    def circular(self, function: Callable[[np.ndarray], np.ndarray]) -> Bounded:
        """A sine or cosine, whose slope is one at most."""
        relative = FAST_RELATIVE_ERROR if self.fast else 8 * UNIT
        return self.rounded(function(self.value), self.error, relative)

    def holds(self, actual: np.ndarray) -> bool:
        """Whether a result is within the bounds."""
        return bool((np.abs(actual.astype(np.float64) - self.value) <= self.error).all())

    def worst(self, actual: np.ndarray) -> str:
        """Where a result is farthest beyond its bound."""
        beyond = np.abs(actual.astype(np.float64) - self.value) - self.error
        place = np.unravel_index(np.argmax(beyond), beyond.shape)
        return f"{place}: {actual[place]}, not {self.value[place]} within {self.error[place]:.3g}"


class Statistical(Bounded):
    """Bounds for long chains of products: the errors of a sum's terms do not all point one way.

    Rounding errors behave as independent ones of zero mean (Higham and Mary, "A New Approach to
    Probabilistic Rounding Error Analysis"), so that a sum errs by the root of the sum of squares;
    four of these are never reached. Where every bound adds up, five matrices in a row leave none
    that a mistake would exceed.
    """

    def sum(self, axis: int = -1, keepdims: bool = False) -> Bounded:
        count = self.value.shape[axis]
        spread = np.sqrt((self.error**2).sum(axis, keepdims=keepdims) / 3)
        size = np.sqrt((self.value**2).sum(axis, keepdims=keepdims) * count)
        total = self.value.sum(axis, keepdims=keepdims)
        error = 4 * spread + 4 * np.sqrt(count) * UNIT * size
        return Statistical(total, error + SMALLEST, self.fast)


def joined(parts: list[Bounded]) -> Bounded:
    """Values one after the other."""
    return type(parts[0])(
        np.concatenate([p.value for p in parts]),
        np.concatenate([p.error for p in parts]),
        parts[0].fast,
    )
