"""Every kernel of every library that Apple's compiler made loads and compiles on the device."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from cpu_device import DeviceError, Library

LEAST_GGML_KERNELS = 421


def test_every_ggml_kernel(ggml: Library):
    names = ggml.functions()
    assert len(names) >= LEAST_GGML_KERNELS

    def refusal(name: str) -> str | None:
        try:
            ggml.kernel(name)
        except DeviceError as error:
            return f"{name}: {error}"
        return None

    with ThreadPoolExecutor(2) as pool:
        refusals = [reason for reason in pool.map(refusal, names) if reason]
    assert not refusals, f"{len(refusals)} of {len(names)} kernels:\n" + "\n".join(refusals)


SMALL = [f"{name}.{target}" for name in ("kernel", "kernels", "debuginfo", "sources")
         for target in (11, 12, 13, 14, 15, 26)]  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_every_small_library(name: str, apple_libraries: Path):
    """Old and new bitcode dialects; with debug info, with sources."""
    path = apple_libraries / f"{name}.metallib"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    library = Library(path)
    assert library.functions()
    for function in library.functions():
        library.kernel(function).dispatch((1, 1, 1), (1, 1, 1), {})


@pytest.mark.parametrize("target", [13, 14, 15, 26])
@pytest.mark.parametrize(
    "constants", [{0: 2.5, 2: -3.0}, {"foo": -0.5, "bar": 7}, {"bar": 1.25, 0: 4}], ids=str
)
def test_vadd_with_function_constants(
    target: int, constants: dict[int | str, float], apple_libraries: Path
):
    """c[i] = a[i] * foo + b[i] + bar, built with fast math."""
    path = apple_libraries / f"constants.{target}.metallib"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    foo, bar = (
        next(v for k, v in constants.items() if k in keys) for keys in ((0, "foo"), (2, "bar"))
    )
    random = np.random.default_rng(target)
    a, b = random.standard_normal((2, 1003), np.float32)
    c = np.zeros(1003, np.float32)
    vadd = Library(path).kernel("vadd", constants)
    vadd.dispatch((1003, 1, 1), (256, 1, 1), {0: a, 1: b, 2: c})
    product = a.astype(np.float64) * foo
    # Three roundings, in any order.
    allowed = 2.0**-23 * (np.abs(product) + np.abs(b) + abs(bar))
    assert np.all(np.abs(c - (product + b + bar)) <= allowed)


@pytest.mark.parametrize(
    ("constants", "said"),
    [
        ({0: 1.0}, "'bar' (index 2, f32) is required and not set"),
        ({}, "'foo' (index 0, f32) is required and not set"),
        ({0: 1.0, 2: 1.0, 1: 1.0}, "there is no function constant 1"),
        ({0: 1.0, 2: 1.0, "baz": 1.0}, "there is no function constant 'baz'"),
        ({0: 1.0, "foo": 1.0, 2: 1.0}, "'foo' (index 0) is set twice"),
    ],
    ids=str,
)
def test_vadd_with_wrong_constants(constants: dict, said: str, apple_libraries: Path):
    path = apple_libraries / "constants.14.metallib"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    with pytest.raises(DeviceError) as refusal:
        Library(path).kernel("vadd", constants)
    assert said in str(refusal.value)
