"""The examples, each with ragged inputs and what NumPy says the outputs are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from command_line import EXAMPLES, enigma_run

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))

ULP = 2.0**-23  # of f32, relative; a correctly rounded operation errs by half of it
FAST_MATH_ERROR = 2.0**-20  # of one function in fast mode, relative (the language's contract)

# The result in double precision, and how far each element may be from it.
Expected = tuple[np.ndarray, np.ndarray | float]


@dataclass
class ExampleRun:
    """One launch of one kernel; `expected(fast)` gives the result and its greatest error."""

    module: str
    kernel: str
    inputs: dict[str, np.ndarray]
    output: str
    output_size: int
    grid: str
    expected: Callable[[bool], Expected]
    scalars: dict[str, float] = field(default_factory=dict)
    block: str | None = None

    @property
    def title(self) -> str:
        return f"{self.module}-{self.kernel}-{self.grid}-{self.block}"

    def run(self, manifest: Path, scratch: Path) -> np.ndarray:
        """The output that the CPU device computes."""
        arguments: list[str | Path] = [manifest, self.kernel, "--grid", self.grid]
        for name, array in self.inputs.items():
            np.save(scratch / f"{name}.npy", array)
            arguments += ["--in", f"{name}={scratch / name}.npy"]
        for name, number in self.scalars.items():
            arguments += ["--scalar", f"{name}={number!r}"]
        if self.block:
            arguments += ["--block", self.block]
        if self.output not in self.inputs:
            arguments += ["--size", f"{self.output}={self.output_size}"]
        result = scratch / "result.npy"
        enigma_run(*arguments, "--out", f"{self.output}={result}").expect()
        return np.load(result)

    def check(self, manifest: Path, scratch: Path, fast: bool) -> None:
        actual = self.run(manifest, scratch)
        wanted, error = self.expected(fast)
        assert actual.size == wanted.size
        difference = np.abs(actual.reshape(wanted.shape).astype(np.float64) - wanted)
        worst = np.unravel_index(np.argmax(difference - error), wanted.shape)
        assert np.all(difference <= error), (
            f"{self.title}: at {worst} {actual.reshape(wanted.shape)[worst]} instead of "
            f"{wanted[worst]}, {difference[worst]} apart"
        )


def _vector_add(count: int, block: str | None) -> ExampleRun:
    random = np.random.default_rng(1)
    a, b = random.standard_normal((2, count), np.float32)
    exact = (a + b).astype(np.float64)
    return ExampleRun(
        "vector_add", "vector_add", {"A": a, "B": b}, "C", count, str(count), lambda fast: (exact, 0.0),
        block=block,
    )  # fmt: skip


def _saxpy(count: int, alpha: float) -> ExampleRun:
    random = np.random.default_rng(2)
    x, y = random.standard_normal((2, count), np.float32)

    def expected(fast: bool) -> Expected:
        product = np.float32(alpha) * x
        if not fast:
            return (product + y).astype(np.float64), 0.0
        # Fast math may contract: the product is then not rounded.
        exact = np.float64(np.float32(alpha)) * x.astype(np.float64) + y
        return exact, 0.5 * ULP * (np.abs(product) + np.abs(exact) * (1 + ULP))

    return ExampleRun(
        "saxpy", "saxpy", {"X": x, "Y": y}, "Out", count, str(count), expected, {"alpha": alpha}
    )


def _transpose(rows: int, cols: int) -> ExampleRun:
    a = np.random.default_rng(3).standard_normal((rows, cols), np.float32)

    def whole_tiles(extent: int) -> int:
        return -(-extent // 16) * 16

    return ExampleRun(
        "transpose", "transpose", {"A": a}, "Out", rows * cols,
        f"{whole_tiles(cols)},{whole_tiles(rows)}", lambda fast: (a.T.astype(np.float64), 0.0),
        {"rows": rows, "cols": cols},
    )  # fmt: skip


def softmax_with_error(x: np.ndarray, fast: bool) -> Expected:
    """Softmax of each row, and the error that the language's contract allows the kernel.

    Numerator and sum are exp of a rounded difference d: |d| * ULP / 2 from the rounding, 4 ULP from
    exp itself, or fast math's error. The sum's rounding: each of at most 32 additions in sequence,
    then the two trees of five. Last the division, which fast math may do by a reciprocal.
    """
    wide = x.astype(np.float64)
    difference = wide - wide.max(axis=1, keepdims=True)
    numerator = np.exp(difference)
    result = numerator / numerator.sum(axis=1, keepdims=True)
    of_exp = np.abs(difference) * ULP / 2 + (FAST_MATH_ERROR if fast else 4 * ULP)
    of_sum = (numerator * of_exp).sum(axis=1, keepdims=True) / numerator.sum(axis=1, keepdims=True)
    additions = min(32, -(-x.shape[1] // 32)) + 10
    relative = of_exp + of_sum + additions * ULP / 2 + (FAST_MATH_ERROR if fast else ULP / 2)
    return result, result * relative * 1.001


def _softmax(rows: int, cols: int, block: int) -> ExampleRun:
    x = (3 * np.random.default_rng(4).standard_normal((rows, cols))).astype(np.float32)
    return ExampleRun(
        "softmax", "softmax", {"X": x}, "Out", rows * cols, str(rows * block),
        lambda fast: softmax_with_error(x, fast), {"rows": rows, "cols": cols}, str(block),
    )  # fmt: skip


def _histogram(kernel: str, count: int, grid: int) -> ExampleRun:
    x = np.random.default_rng(5).integers(0, 256, count, np.uint8)
    counts = np.bincount(x, minlength=256).astype(np.float64)
    return ExampleRun(
        "histogram", kernel, {"X": x, "Bins": np.zeros(256, np.uint32)}, "Bins", 256, str(grid),
        lambda fast: (counts, 0.0), {"n": count},
    )  # fmt: skip


def matmul_with_error(a: np.ndarray, b: np.ndarray) -> Expected:
    """A product whose sums are f32, in any order, and rounded to the elements' type at the end."""
    wide_a, wide_b = a.astype(np.float64), b.astype(np.float64)
    exact = wide_a @ wide_b
    # One rounding for each product and each addition; a last one that f32 does not need.
    error = 2 * a.shape[1] * ULP / 2 * (np.abs(wide_a) @ np.abs(wide_b))
    if a.dtype == np.float16:
        error = error + np.spacing(np.abs(exact).astype(np.float16)).astype(np.float64) / 2
    return exact, error * 1.001


def _matmul(dtype: str, m: int, n: int, k: int) -> ExampleRun:
    random = np.random.default_rng([m, n, k])
    a = random.standard_normal((m, k)).astype(dtype)
    b = random.standard_normal((k, n)).astype(dtype)
    return ExampleRun(
        "matmul", "matmul_f32" if dtype == "float32" else "matmul_f16", {"A": a, "B": b}, "C", m * n,
        f"{-(-n // 32) * 128},{-(-m // 32)}", lambda fast: matmul_with_error(a, b),
        {"m": m, "n": n, "k": k}, "128",
    )  # fmt: skip


# Sizes that no block, tile or simdgroup divides.
RUNS = [
    _vector_add(1003, None),
    _vector_add(37, "96"),
    _saxpy(1009, 2.5),
    _saxpy(33, -0.1),
    _transpose(37, 101),
    _transpose(1, 17),
    _softmax(37, 1003, 256),
    _softmax(3, 7, 96),
    *(
        _matmul(dtype, *extents)
        for dtype in ("float32", "float16")
        for extents in ((64, 64, 64), (37, 101, 53), (8, 8, 8))
    ),
    _histogram("histogram", 10007, 1000),
    _histogram("histogram_local", 10007, 1000),
]
