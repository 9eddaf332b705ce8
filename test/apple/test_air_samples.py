"""Modules of other libraries that Apple's compiler made, kept disassembled, run on the device.

They show what the large library does not: asynchronous copies, two dozen function constants with
arguments that depend on them, the bitcode of macOS 13 and of macOS 26, float atomics.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from cpu_device import ROOT, DeviceError, Library
from launches import F16, F32, FAST
from packing import assembled, library


@pytest.fixture(scope="session")
def open_sample(tmp_path_factory: pytest.TempPathFactory):
    """Assemble a sample, pack it as a library and open it: `open_sample(file, function)`."""
    folder = Path(
        os.environ.get("ENIGMA_AIR_SAMPLES", ROOT.parent / "shared/reference/air-samples")
    )
    assembler = shutil.which("llvm-as-14")
    scratch = tmp_path_factory.mktemp("samples")

    def open_sample(name: str, function: str) -> Library:
        source = folder / f"{name}.ll"
        if not source.exists():
            pytest.skip(f"no disassembled modules: {source} ($ENIGMA_AIR_SAMPLES)")
        if not assembler:
            pytest.skip("no llvm-as-14, the last that reads typed pointers")
        path = scratch / f"{function}.metallib"
        path.write_bytes(library(function, assembled(source, assembler)))
        return Library(path)

    return open_sample


# Matrix product with asynchronous copies ----------------------------------------------------------

GEMM = {
    "A_trans": False, "B_trans": False, "alpha": 1.0, "beta": 0.0, "batched": False,
    "fused_activation": False, "block_sparse": False, "triangular": False,
    "grouped_query": False, "masked": False,
    "M_simd": 16, "N_simd": 16, "K_simd": 32, "M_splits": 2, "N_splits": 2,
}  # fmt: skip


@pytest.fixture(scope="session")
def gemm(open_sample) -> Library:
    return open_sample("macos13-hgemm-matrix-asynccopy", "hgemm")


def run_gemm(
    gemm: Library, m: int, n: int, k: int, random: np.random.Generator, **options
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The result, the exact product, and how far halves that accumulate can be off."""
    kernel = gemm.kernel("hgemm", GEMM | {"M": m, "N": n, "K": k} | options)
    a, b = (random.standard_normal(s).astype(np.float16) for s in ((m, k), (k, n)))
    c = random.standard_normal((m, n)).astype(np.float16)
    bias = random.standard_normal(n).astype(np.float16)
    wide = a.astype(np.float64) @ b.astype(np.float64)
    size = np.abs(a.astype(np.float64)) @ np.abs(b.astype(np.float64))
    beta = options.get("beta", 0.0)
    exact = options.get("alpha", 1.0) * wide + beta * c
    bound = (k / 8 + 3) * F16 * (size + abs(beta) * np.abs(c) + 1)
    buffers = {
        0: np.ascontiguousarray(a.T) if options.get("A_trans") else a,
        1: np.ascontiguousarray(b.T) if options.get("B_trans") else b,
        2: c,
    }
    if options.get("fused_bias"):
        buffers[3] = bias
        exact = exact + bias.astype(np.float64)
        bound = bound + F16 * np.abs(bias)
    groups = (-(-n // 32) * 128, -(-m // 32), 1)
    kernel.dispatch(groups, (128, 1, 1), buffers, {0: 24576})
    return c, exact, bound


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"A_trans": True},
        {"B_trans": True},
        {"A_trans": True, "B_trans": True},
        {"alpha": 0.5, "beta": 2.0},
        {"fused_bias": True},
        {"K_simd": 8, "M_simd": 8},
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", [(64, 32, 64), (50, 41, 70)], ids=str)
def test_gemm(options: dict, shape: tuple[int, int, int], gemm: Library):
    if "M_simd" in options:
        shape = (shape[0] // 2, *shape[1:])
        options = options | {"M_splits": 4, "N_splits": 1, "N_simd": 32}
    found, exact, bound = run_gemm(gemm, *shape, np.random.default_rng(1), **options)
    assert np.all(np.abs(found - exact) <= bound)


def test_gemm_without_an_argument_that_a_constant_adds(gemm: Library):
    constants = GEMM | {"M": 32, "N": 32, "K": 32, "fused_bias": True}
    kernel = gemm.kernel("hgemm", constants)
    a = np.zeros((32, 32), np.float16)
    with pytest.raises(DeviceError, match=r"buffer 3 \('D'\) is not bound"):
        kernel.dispatch((128, 1, 1), (128, 1, 1), {0: a, 1: a, 2: a}, {0: 24576})


def test_gemm_that_calls_through_a_table(gemm: Library):
    constants = GEMM | {"M": 32, "N": 32, "K": 32, "fused_activation": True}
    with pytest.raises(DeviceError, match="calls through a pointer"):
        gemm.kernel("hgemm", constants)


# Others -------------------------------------------------------------------------------------------


def test_dot_with_float_atomics(open_sample):
    """macOS 26; every simdgroup adds its sum, in any order."""
    random = np.random.default_rng(2)
    a, b = random.standard_normal((2, 5000), np.float32)
    out = np.zeros(1, np.float32)
    kernel = open_sample("macos26-dot-simdsum-atomic", "dot_float32").kernel("dot_float32")
    kernel.dispatch((512, 1, 1), (64, 1, 1), {0: a, 1: b, 2: out, 3: np.uint32([5000])})
    terms = a.astype(np.float64) * b
    assert abs(out[0] - terms.sum()) <= 40 * F32 * np.abs(terms).sum()


def test_passthrough_object(open_sample):
    """An object file's module: its metadata lies in another order."""
    x = np.arange(100, dtype=np.float32)
    out = np.zeros_like(x)
    kernel = open_sample("macos26-passthrough-air-object", "passthrough").kernel("passthrough")
    kernel.dispatch((100, 1, 1), (32, 1, 1), {0: x, 1: out})
    assert np.array_equal(out, x)


def test_attention_reduction_with_function_constants(open_sample):
    """Partial results of 32 workgroups, each with its sum of weights and its maximum, combined."""
    rows, columns, parts = 3, 64, 32
    random = np.random.default_rng(3)
    values = random.standard_normal((rows, columns // 4, parts, 4), np.float32)
    sums = random.uniform(0.5, 2, (rows, parts)).astype(np.float32)
    most = random.standard_normal((rows, parts), np.float32)
    partial = np.concatenate([values.ravel(), np.stack([sums, most], -1).ravel()])
    out = np.zeros((rows, columns), np.float32)
    name = "kernel_flash_attn_ext_vec_reduce"
    kernel = open_sample("ios18-fa-reduce-function-constants", name).kernel(
        name, {500: columns, 501: parts}
    )
    buffers = {0: np.int32([rows]), 1: partial, 2: out}
    kernel.dispatch((rows * 1024, 1, 1), (1024, 1, 1), buffers)
    weights = np.exp(most.astype(np.float64) - most.max(axis=1, keepdims=True))
    total = np.sum(sums * weights, axis=1)[:, None, None]
    terms = values * weights[:, None, :, None]
    exact = terms.sum(axis=2) / total
    bound = np.abs(terms).sum(axis=2) / total * (2 * FAST + 70 * F32)
    assert np.all(np.abs(out.reshape(exact.shape) - exact) <= bound)


SAMPLES = {
    "macos26-vadd-function-constants": ("vadd", {0: 1.0, 2: 2.0}),
    "macos15-winograd-max-workgroup": (
        "winograd_conv_2d_weight_transform_float32_bc32",
        None,
    ),
    "ios18-rms-norm-threadgroup-simd": ("kernel_rms_norm", None),
    "ios18-mul-mm-simdgroup-matrix": ("kernel_mul_mm_f16_f32", None),
    "ios18-get-rows-bf16": ("kernel_get_rows_bf16", None),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_others_load(name: str, open_sample):
    function, constants = SAMPLES[name]
    open_sample(name, function).kernel(function, constants)
