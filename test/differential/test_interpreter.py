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


def laplacian() -> list[Launch]:
    x = small(1, 45)[0]
    return [("laplacian", {"X": x, "Out": np.zeros_like(x), "n": 45, "over_h2": 4.0}, 64, 32)]


def normalised(kernel: str, **others: np.ndarray) -> list[Launch]:
    """Rows of 64 small integers, whose mean and mean square are exact."""
    x = small(3, 64)
    weight = small(1, 64)[0]
    arguments = {"X": x, "Weight": weight, **others, "Out": np.zeros_like(x)}
    return [(kernel, {**arguments, "rows": 3, "cols": 64, "eps": 0.5}, 3 * 64, 64)]


def rms_norm() -> list[Launch]:
    return normalised("rms_norm")


def layer_norm() -> list[Launch]:
    return normalised("layer_norm", Bias=np.zeros(64, np.float32))


def quantized_matvec() -> list[Launch]:
    rows, cols = 5, 96
    weights = RANDOM.integers(0, 256, rows * cols // 2).astype(np.uint8)
    scales = np.exp2(RANDOM.integers(-2, 3, rows * cols // 32)).astype(np.float16)
    arguments = {"Scales": scales, "X": small(1, cols)[0], "Y": np.zeros(rows, np.float32)}
    sizes = {"rows": rows, "cols": cols}
    wide = RANDOM.integers(-8, 8, rows * cols).astype(np.int8)
    return [
        ("matvec_int8", {"Weights": wide, **arguments, **sizes}, rows * 32, 128),
        ("matvec_int4", {"Weights": weights, **arguments, **sizes}, rows * 32, 128),
    ]


def attention() -> list[Launch]:
    """Scores are exact, and all values are positive: nothing cancels."""
    n, d = 3, 64
    arguments = {"Q": small(n, d), "K": small(n, d), "V": RANDOM.random((n, d), np.float32) + 1}
    launch = ({**arguments, "Out": np.zeros((n, d), np.float32), "n": n}, (128, 1), 128)
    return [("attention", *launch), ("attention_causal", *launch)]


def decode_layer() -> list[Launch]:
    dim, hidden, tokens = 64, 172, 40
    shapes = {
        "X": (dim,),
        "Norms": (2, dim),
        **dict.fromkeys(("Wq", "Wk", "Wv", "Wo"), (dim, dim)),
        **dict.fromkeys(("Wgate", "Wup"), (hidden, dim)),
        "Wdown": (dim, hidden),
        **dict.fromkeys(("Keys", "Values"), (tokens, dim)),
    }
    arguments = {name: RANDOM.random(shape, np.float32) - 0.5 for name, shape in shapes.items()}
    return [("decode_layer", {**arguments, "position": 7, "eps": 1e-5}, 256, 256)]


LAUNCHES = {
    f.__name__: f
    for f in (
        *(vector_add, saxpy, transpose, histogram, matmul, softmax, laplacian, rms_norm),
        *(layer_norm, quantized_matvec, attention, decode_layer),
    )
}
# Functions that launch kernels with layouts, which `interpret` does not take.
ELSEWHERE = {"gemm_tiled", "heat", "transpose_swizzled", "vector_add_tv"}
# exp is within 4 ULP of the exact one on each path, and each adds 50 of them; rsqrt is within 2,
# and three operations follow.
TOLERANCE = {
    **dict.fromkeys(("softmax", "attention"), (2 * 4 + 64) * 2.0**-24),
    **dict.fromkeys(("rms_norm", "layer_norm"), (2 * 2 * 2 + 4) * 2.0**-24),
}
# Five sums of up to 172 products follow each other, and no value is larger than 16.
ABSOLUTE = {"decode_layer": 5 * 172 * 16 * 2.0**-24}


def test_every_example_is_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == LAUNCHES.keys() | ELSEWHERE


@pytest.mark.parametrize("example", LAUNCHES)
def test_examples(tmp_path: Path, example: str) -> None:
    compiled = Compiled(EXAMPLES / f"{example}.py", tmp_path, PRECISE[0])
    for kernel, arguments, grid, block in LAUNCHES[example]():
        device, here = (
            compiled.run(path, kernel, arguments, grid, block) for path in ("device", "interpreter")
        )
        assert device.keys() == here.keys()
        for name, expected in device.items():
            relative, absolute = TOLERANCE.get(example, 0), ABSOLUTE.get(example, 0)
            np.testing.assert_allclose(here[name], expected, relative, absolute, err_msg=name)
            assert abs(here[name].astype(np.float64)).max() <= 16 or not absolute
        if example == "matmul":
            dtype = kernel.rpartition("_")[2]
            a, b, c = (
                np.asarray(decode(dtype, x)).reshape(x.shape)
                for x in (arguments["A"], arguments["B"], here["C"])
            )
            np.testing.assert_array_equal(c, a @ b)
            assert FLOATS[dtype].round(a @ b).tolist() == (a @ b).tolist()


# Python numbers that other paths give a type ------------------------------------------------------

MEETING = '''
import enigma


def limited(x, top):
    """A number on one path, a value on the other."""
    if x > top:
        return 1
    for _ in range(2):
        x = x + x
    return x if x > 0 else 0.5


@enigma.kernel
def meeting(F: enigma.f32, H: enigma.f16, B: enigma.u8, I: enigma.i32, Out: enigma.f32,
            n: enigma.Scalar("uint")):
    i = enigma.thread_position_in_grid()
    row = 0

    count = 0
    for j in range(i):
        if B[j] % 2 == 0:
            count += 1
    Out[i] = count / 2
    Out[n + i] = count * B[i]

    if i % 3 == 0:
        x = 1
    elif i % 3 == 1:
        x = H[i]
    else:
        x = 0.3
    Out[2 * n + i] = x / 3 + x * 2049

    y = 7 if B[i] > 100 else I[i]
    Out[3 * n + i] = y / 2
    z = 2.5 if i < 4 else H[i]
    Out[4 * n + i] = z * 1.1

    k = 0
    while k < i:
        k += 3
    Out[5 * n + i] = (k - 100) / 7

    Out[6 * n + i] = limited(F[i], 4) / 3
    Out[7 * n + i] = limited(H[i], 2) / 3

    pair = [0, 1]
    total = (0, 0.0)
    for j in range(i % 5):
        pair = [pair[1], pair[0] + B[j]]
        total = (total[0] + 200, total[1] + H[j])
    Out[8 * n + i] = pair[0] * 3 + pair[1]
    Out[9 * n + i] = total[0] / 3 + total[1] / 3

    with enigma.for_range(0, i, init=[0, 0.0]) as (j, c):
        with enigma.if_(j % 2 == 0):
            c[0] = c[0] + B[j]
        c[1] = c[1] + 0.1
    Out[10 * n + i] = c[0] * 7
    Out[11 * n + i] = c[1] * H[i]

    found = False
    last = 99
    for j in range(i):
        if I[j] > 5:
            found = True
            last = j
            break
    Out[12 * n + i] = last / 2 if not found or last > 3 else last + 1
    Out[13 * n + i] = (found and last % 2 == 0) + 0.5
'''


def test_numbers_where_paths_meet(tmp_path: Path) -> None:
    module = tmp_path / "meeting.py"
    module.write_text(MEETING)
    compiled = Compiled(module, tmp_path, PRECISE[0])
    n = 24
    arguments = {
        "F": RANDOM.standard_normal(n).astype(np.float32) * 4,
        "H": RANDOM.standard_normal(n).astype(np.float16) * 4,
        "B": RANDOM.integers(0, 256, n).astype(np.uint8),
        "I": RANDOM.integers(-9, 10, n).astype(np.int32),
        "Out": np.zeros((14, n), np.float32),
        "n": n,
    }
    device, here = (
        compiled.run(path, "meeting", arguments, n, 8)["Out"] for path in ("device", "interpreter")
    )
    for row, (got, expected) in enumerate(zip(here, device, strict=True)):
        np.testing.assert_array_equal(got, expected, err_msg=str(row))
