"""The examples a user starts from, on sizes that divide nothing, against NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from accuracy import FAST_RELATIVE_ERROR
from elementwise_cases import exact_fma
from example_cases import CASES, ExampleCase
from msl_runner import run_msl
from number_formats import FLOATS, NUMPY, encode
from witnesses import MODES, PATHS, Compiled, Mode

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RANDOM = np.random.default_rng(0)


@pytest.fixture(params=MODES, ids=str)
def mode(request) -> Mode:
    return request.param


@pytest.mark.parametrize("n", [1, 1003])
def test_vector_add(tmp_path: Path, mode: Mode, n: int) -> None:
    compiled = Compiled(EXAMPLES / "vector_add.py", tmp_path, mode)
    a, b = RANDOM.standard_normal((2, n), dtype=np.float32)
    for path in PATHS:
        result = compiled.run(path, "vector_add", {"A": a, "B": b, "C": np.zeros_like(a)}, n, 256)
        np.testing.assert_array_equal(result["C"], a + b)


@pytest.mark.parametrize("n", [1, 1003])
def test_saxpy(tmp_path: Path, mode: Mode, n: int) -> None:
    compiled = Compiled(EXAMPLES / "saxpy.py", tmp_path, mode)
    x, y = RANDOM.standard_normal((2, n), dtype=np.float32)
    arguments = {"X": x, "Y": y, "Out": np.zeros_like(x), "alpha": 2.625}
    fused = exact_fma("f32")(np.full(n, 2.625), x.astype(np.float64), y.astype(np.float64))
    for path in PATHS:
        out = compiled.run(path, "saxpy", arguments, n, 256)["Out"]
        separate = np.float32(2.625) * x + y
        if mode.is_fast:  # may be one operation
            assert ((out == separate) | (out == fused)).all()
        else:
            np.testing.assert_array_equal(out, separate)


@pytest.mark.parametrize(("rows", "cols"), [(37, 101), (16, 16), (1, 50)])
def test_transpose(tmp_path: Path, mode: Mode, rows: int, cols: int) -> None:
    compiled = Compiled(EXAMPLES / "transpose.py", tmp_path, mode)
    a = RANDOM.standard_normal((rows, cols), dtype=np.float32)
    arguments = {"A": a, "Out": np.zeros((cols, rows), np.float32), "rows": rows, "cols": cols}
    grid = (-(-cols // 16) * 16, -(-rows // 16) * 16)
    for path in PATHS:
        out = compiled.run(path, "transpose", arguments, grid, (16, 16))["Out"]
        np.testing.assert_array_equal(out, a.T)


@pytest.mark.parametrize(("rows", "cols", "block"), [(37, 1003, 256), (5, 7, 32), (3, 2050, 1024)])
def test_softmax(tmp_path: Path, mode: Mode, rows: int, cols: int, block: int) -> None:
    compiled = Compiled(EXAMPLES / "softmax.py", tmp_path, mode)
    x = RANDOM.standard_normal((rows, cols), dtype=np.float32) * np.float32(4)
    arguments = {"X": x, "Out": np.zeros_like(x), "rows": rows, "cols": cols}
    exact = np.exp(x.astype(np.float64) - x.max(1, keepdims=True))
    exact /= exact.sum(1, keepdims=True)
    # x - max is rounded before exp, and the sum of each thread's share, and of 32 lanes twice.
    roundings = np.abs(x - x.max(1, keepdims=True)) + cols / block + 64 + 4 + 1
    bound = roundings * 2.0**-24 + (3 * FAST_RELATIVE_ERROR if mode.is_fast else 8 * 2.0**-24)
    for path in PATHS:
        out = compiled.run(path, "softmax", arguments, rows * block, block)["Out"]
        assert (np.abs(out - exact) <= bound * exact).all()


@pytest.mark.parametrize("dtype", ["f32", "f16"])
@pytest.mark.parametrize("extents", [(64, 64, 64), (8, 40, 16), (37, 101, 53)], ids=str)
def test_matmul(tmp_path: Path, mode: Mode, dtype: str, extents: tuple[int, int, int]) -> None:
    m, n, k = extents
    compiled = Compiled(EXAMPLES / "matmul.py", tmp_path, mode)
    grid = (-(-n // 32) * 128, -(-m // 32))
    scalars = {"m": m, "n": n, "k": k}
    form = FLOATS[dtype]
    for small in (True, False):
        a, b = (
            (RANDOM.integers(-3, 4, shape) if small else form.round(RANDOM.standard_normal(shape)))
            for shape in ((m, k), (k, n))
        )
        exact = a @ b
        # Sums are f32: a rounding for each product and each addition, and one to the result's type.
        error = 2 * k * 2.0**-24 * (np.abs(a) @ np.abs(b)) + form.quantum(exact) / 2
        buffers = {
            "A": encode(dtype, a),
            "B": encode(dtype, b),
            "C": np.zeros(exact.shape, NUMPY[dtype]),
        }
        for path in PATHS:
            c = compiled.run(path, f"matmul_{dtype}", buffers | scalars, grid, 128)["C"]
            assert (np.abs(c.astype(np.float64) - exact) <= (0 if small else error)).all(), path


@pytest.mark.parametrize("kernel", ["histogram", "histogram_local"])
def test_histogram(tmp_path: Path, mode: Mode, kernel: str) -> None:
    compiled = Compiled(EXAMPLES / "histogram.py", tmp_path, mode)
    x = RANDOM.integers(0, 256, 10007).astype(np.uint8)
    start = np.arange(256, dtype=np.uint32)
    arguments = {"X": x, "Bins": start, "n": 10000}
    for path in PATHS:
        bins = compiled.run(path, kernel, arguments, 1111, 256)["Bins"]
        np.testing.assert_array_equal(bins, start + np.bincount(x[:10000], minlength=256))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_example(tmp_path: Path, mode: Mode, case: ExampleCase) -> None:
    compiled = Compiled(EXAMPLES / f"{case.module}.py", tmp_path, mode, case.defines)
    expected = case.expected(mode.is_fast)
    for path in PATHS:
        if case.grid is None:
            buffers = compiled.run_program(path, case.entry, case.arguments)
        else:
            buffers = compiled.run(path, case.entry, case.arguments, case.grid, case.block)
        for name, got in buffers.items():
            if name in expected:
                assert expected[name].holds(got), f"{path} {name}{expected[name].worst(got)}"
            else:
                np.testing.assert_array_equal(got, case.arguments[name])


HANDWRITTEN = sorted((EXAMPLES / "handwritten").glob("*.metal"))


@pytest.mark.parametrize("metal", HANDWRITTEN, ids=lambda path: path.stem)
def test_handwritten(metal: Path) -> None:
    """The Metal that stands beside an example for comparison computes the same."""
    cases = [case for case in CASES if case.entry == metal.stem]
    assert cases
    for case in cases:
        expected = case.expected(False)
        buffers = run_msl(metal, metal.stem, case.arguments, case.grid, case.block)
        for name, got in buffers.items():
            if name in expected:
                assert expected[name].holds(got), f"{name}{expected[name].worst(got)}"
            else:
                np.testing.assert_array_equal(got, case.arguments[name])
