"""The stand-in's simdgroup matrices, by Metal source that a person wrote, before anything emitted is compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msl_runner import run_msl

HEADER = "#include <metal_stdlib>\nusing namespace metal;\n\n"
PARAMETERS = """
    device float* A [[buffer(0)]],
    device float* Out [[buffer(1)]],
    uint lane [[thread_index_in_simdgroup]]) {
"""


def run(folder: Path, body: str, a: np.ndarray, size: int, threads: int = 32) -> np.ndarray:
    metal = folder / "k.metal"
    metal.write_text(HEADER + "kernel void k(" + PARAMETERS + body + "}\n")
    arguments = {"A": a.astype(np.float32), "Out": np.zeros(size, np.float32)}
    return run_msl(metal, "k", arguments, threads, threads, sanitize=True)["Out"]


def test_the_specifications_example(tmp_path: Path) -> None:
    a = np.random.default_rng(1).integers(-9, 9, (3, 8, 8))
    body = """
  simdgroup_float8x8 a;
  simdgroup_float8x8 b;
  simdgroup_float8x8 c;
  simdgroup_float8x8 r;
  simdgroup_load(a, A);
  simdgroup_load(b, A + 64);
  simdgroup_load(c, A, 8, ulong2(0, 16));
  simdgroup_multiply_accumulate(r, a, b, c);
  simdgroup_store(r, Out);
  simdgroup_multiply(r, a, b);
  simdgroup_store(r, Out + 64);
"""
    out = run(tmp_path, body, a, 128).reshape(2, 8, 8)
    np.testing.assert_array_equal(out[0], a[0] @ a[1] + a[2])
    np.testing.assert_array_equal(out[1], a[0] @ a[1])


def test_origin_and_transpose(tmp_path: Path) -> None:
    a = np.arange(20 * 12)
    body = """
  simdgroup_float8x8 m;
  simdgroup_load(m, A, 20, ulong2(11, 3), true);
  simdgroup_store(m, Out, 8);
  simdgroup_store(m, Out, 8, ulong2(0, 8), true);
  m = make_filled_simdgroup_matrix<float, 8, 8>(2.5f);
  simdgroup_store(m, Out + 128, 8);
"""
    out = run(tmp_path, body, a, 192).reshape(3, 8, 8)
    tile = a.reshape(12, 20)[3:11, 11:19]
    np.testing.assert_array_equal(out[0], tile.T)
    np.testing.assert_array_equal(out[1], tile)
    np.testing.assert_array_equal(out[2], np.full((8, 8), 2.5))


@pytest.mark.parametrize(
    ("body", "threads", "words"),
    [
        ("  if (lane < 16) {\n    simdgroup_load(m, A, 8);\n  }\n", 32, "some of the lanes only"),
        ("  simdgroup_load(m, A, 8);\n", 31, "some of the lanes only"),
        ("  simdgroup_load(m, A + lane, 8);\n", 32, "different matrices"),
        ("  simdgroup_load(m, A, 8);\n  simdgroup_store(m, Out + lane, 8);\n", 32, "different"),
    ],
)
def test_what_metal_leaves_undefined_ends_the_run(
    tmp_path: Path, body: str, threads: int, words: str
) -> None:
    with pytest.raises(RuntimeError, match=words):
        run(tmp_path, "  simdgroup_float8x8 m;\n" + body, np.zeros(200), 200, threads)
