"""The examples in the interpreter, on small sizes, against the CPU device and NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from number_formats import FLOATS, NUMPY, decode, encode
from witnesses import PRECISE, Compiled, Extent

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RANDOM = np.random.default_rng(5)

Launch = tuple[str, dict[str, Any], Extent, Extent]


def small(rows: int, columns: int) -> np.ndarray:
    """Numbers whose sums and products are exact."""
    return RANDOM.integers(-3, 4, (rows, columns)).astype(np.float32)


def vector_add() -> list[Launch]:
    a, b = RANDOM.standard_normal((2, 45), dtype=np.float32)
    return [("vector_add", {"A": a, "B": b, "C": np.zeros_like(a)}, 45, 16)]


def saxpy() -> list[Launch]:
    x, y = RANDOM.standard_normal((2, 45), dtype=np.float32)
    return [("saxpy", {"X": x, "Y": y, "Out": np.zeros_like(x), "alpha": 2.625}, 45, 16)]


def transpose() -> list[Launch]:
    a = RANDOM.standard_normal((19, 21), dtype=np.float32)
    arguments = {"A": a, "Out": np.zeros((21, 19), np.float32), "rows": 19, "cols": 21}
    return [("transpose", arguments, (32, 32), (16, 16))]


def histogram() -> list[Launch]:
    x = RANDOM.integers(0, 256, 500).astype(np.uint8)
    arguments = {"X": x, "Bins": np.arange(256, dtype=np.uint32), "n": 490}
    return [(kernel, arguments, 100, 64) for kernel in ("histogram", "histogram_local")]


def matmul() -> list[Launch]:
    m, n, k = 9, 35, 17
    return [
        (
            f"matmul_{dtype}",
            {
                "A": encode(dtype, small(m, k)),
                "B": encode(dtype, small(k, n)),
                "C": np.zeros((m, n), NUMPY[dtype]),
                **{"m": m, "n": n, "k": k},
            },
            (256, 1),
            128,
        )
        for dtype in ("f32", "f16")
    ]


def softmax() -> list[Launch]:
    x = RANDOM.standard_normal((3, 50), dtype=np.float32) * np.float32(4)
    return [("softmax", {"X": x, "Out": np.zeros_like(x), "rows": 3, "cols": 50}, 3 * 64, 64)]


LAUNCHES = {f.__name__: f for f in (vector_add, saxpy, transpose, histogram, matmul, softmax)}
# exp is within 4 ULP of the exact one on each path, and each adds 50 of them.
TOLERANCE = {"softmax": (2 * 4 + 64) * 2.0**-24}


def test_every_example_is_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == LAUNCHES.keys()


@pytest.mark.parametrize("example", LAUNCHES)
def test_examples(tmp_path: Path, example: str) -> None:
    compiled = Compiled(EXAMPLES / f"{example}.py", tmp_path, PRECISE[0])
    for kernel, arguments, grid, block in LAUNCHES[example]():
        device, here = (
            compiled.run(path, kernel, arguments, grid, block) for path in ("device", "interpreter")
        )
        assert device.keys() == here.keys()
        for name, expected in device.items():
            np.testing.assert_allclose(
                here[name], expected, rtol=TOLERANCE.get(example, 0), atol=0, err_msg=name
            )
        if example == "matmul":
            dtype = kernel.rpartition("_")[2]
            a, b, c = (
                np.asarray(decode(dtype, x)).reshape(x.shape)
                for x in (arguments["A"], arguments["B"], here["C"])
            )
            np.testing.assert_array_equal(c, a @ b)
            assert FLOATS[dtype].round(a @ b).tolist() == (a @ b).tolist()
