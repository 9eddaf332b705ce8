"""bf16 on targets whose AIR lacks the type: the numbers are those of the targets that have it, and the reference's."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edge_values import operand_columns
from elementwise_cases import cases_of, disagreements, kernel_source
from kernel_modules import KERNELS
from number_formats import DTYPES, FLOATS, NUMPY, decode
from test_conversions import cast, conversion_edges
from test_elementwise import SCALARS
from test_simdgroups import source as simdgroup_source
from witnesses import BUILD, MODES, PRECISE, Mode, run_device

# The macOS and the iOS of AIR 2.5, and the first with the type.
EMULATED, NATIVE = "macos13", "macos14"


def compile_for(target: str, module: Path, folder: Path, mode: Mode) -> Path:
    """The manifest of a module compiled for one target."""
    out = folder / f"{target}-{mode}"
    math = "--fast-math" if mode.is_fast else "--no-fast-math"
    done = subprocess.run(
        [BUILD / "bin/enigmac", module, "-q", f"-{mode.level}", math, "--target", target]
        + ["--emit", "metallib,manifest", "--toolchain", "native", "-o", out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return out / f"{module.stem}.manifest.json"


def same_numbers(first: np.ndarray, second: np.ndarray, dtype: str) -> np.ndarray:
    """Equal bits, or both not a number."""
    a, b = decode(dtype, first.ravel()), decode(dtype, second.ravel())
    if dtype not in FLOATS:
        return first.ravel() == second.ravel()
    return (first.ravel() == second.ravel()) | (np.isnan(a) & np.isnan(b))


def agree(
    kernel: str, arguments: dict[str, Any], outputs: dict[str, str], manifests: list[Path], n: int
) -> None:
    """Both libraries leave the same numbers in `outputs`, whose dtypes it says."""
    emulated, native = (run_device(m, kernel, arguments, n, 64) for m in manifests)
    for name, dtype in outputs.items():
        equal = same_numbers(emulated[name], native[name], dtype)
        places = np.flatnonzero(~equal)
        assert equal.all(), (
            f"{name}: {len(places)} differ, first at {places[0]}: "
            f"{emulated[name].ravel()[places[0]]}, not {native[name].ravel()[places[0]]}"
        )


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_elementwise(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "elementwise_bf16.py"
    module.write_text(kernel_source("bf16"))
    cases = cases_of("bf16")
    rows = {"Out": [c for c in cases if not c.result], "Flags": [c for c in cases if c.result]}
    a, b, c = operand_columns("bf16")
    n, s = len(a), SCALARS["bf16"]
    columns = {"a": decode("bf16", a), "b": decode("bf16", b), "c": decode("bf16", c)}
    columns["s"] = np.full(n, s, np.float64)
    arguments = {
        **{"A": a, "B": b, "C": c, "s": s, "n": n},
        "Out": np.zeros((len(rows["Out"]), n), a.dtype),
        "Flags": np.zeros((len(rows["Flags"]), n), np.bool_),
    }
    manifest = compile_for(EMULATED, module, tmp_path, mode)
    buffers = run_device(manifest, "elementwise_bf16", arguments, n, 64)
    wrong = []
    for name, result in (("Out", "bf16"), ("Flags", "b1")):
        for case, got in zip(rows[name], buffers[name], strict=True):
            wrong += disagreements(case, "bf16", mode.is_fast, columns, decode(result, got))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("mode", PRECISE, ids=str)
@pytest.mark.parametrize("width", [2, 3, 4])
def test_vectors(tmp_path: Path, width: int, mode: Mode) -> None:
    module = tmp_path / "elementwise_bf16.py"
    module.write_text(kernel_source("bf16", width))
    cases = cases_of("bf16", width)
    columns = [
        np.resize(x, (-(-len(x) // 12) * 12,)).reshape(-1, width) for x in operand_columns("bf16")
    ]
    n = len(columns[0])
    counts = [sum(not c.result for c in cases), sum(bool(c.result) for c in cases)]
    arguments: dict[str, Any] = dict(zip("ABC", columns, strict=True))
    arguments |= {"s": SCALARS["bf16"], "n": n}
    arguments["Out"] = np.zeros((counts[0], n, width), np.uint16)
    arguments["Flags"] = np.zeros((counts[1], n, width), np.bool_)
    manifests = [compile_for(target, module, tmp_path, mode) for target in (EMULATED, NATIVE)]
    outputs = {"Out": "bf16", "Flags": "b1"}
    agree("elementwise_bf16", arguments, outputs, manifests, n)


@pytest.mark.parametrize("mode", PRECISE, ids=str)
@pytest.mark.parametrize("source", [dtype for dtype in DTYPES if dtype != "bf16"])
def test_casts(tmp_path: Path, source: str, mode: Mode) -> None:
    module = tmp_path / "casts.py"
    module.write_text(
        f"import enigma\n\n\n@enigma.kernel\ndef casts(A: enigma.{source}, To: enigma.bf16,"
        f" Back: enigma.{source}):\n"
        "    i = enigma.thread_position_in_grid()\n"
        '    x = enigma.metal_cast(A[i], "bfloat")\n'
        "    To[i] = x\n"
        f"    Back[i] = enigma.metal_cast(x, enigma.{source})\n"
    )
    array = np.concatenate([operand_columns(source, 1)[0], conversion_edges(source)])
    arguments = {
        "A": array,
        "To": np.zeros(len(array), NUMPY["bf16"]),
        "Back": np.zeros(len(array), NUMPY[source]),
    }
    manifests = [compile_for(target, module, tmp_path, mode) for target in (EMULATED, NATIVE)]
    agree("casts", arguments, {"To": "bf16", "Back": source}, manifests, len(array))
    # Rounded once, also from integers that f32 cannot hold.
    got = decode("bf16", run_device(manifests[0], "casts", arguments, len(array), 64)["To"])
    with np.errstate(all="ignore"):
        expected = np.asarray(cast(source, "bf16", decode(source, array)), np.float64)
    wrong = ~((got == expected) | (np.isnan(got) & np.isnan(expected)))
    assert not wrong.any(), (array[wrong][:3], got[wrong][:3], expected[wrong][:3])


@pytest.mark.parametrize("mode", PRECISE, ids=str)
def test_control_flow_and_memory(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "blend.py"
    module.write_text(
        """import enigma


@enigma.kernel(block=64)
def blend(X: enigma.bf16, Out: enigma.bf16, s: enigma.Scalar("bfloat"), n: enigma.Scalar("uint")):
    i = enigma.thread_position_in_grid()
    t = enigma.thread_position_in_threadgroup()
    tile = enigma.threadgroup_alloc(enigma.bf16, 64)
    tile[t] = X[i]
    enigma.barrier()
    total = X[i] * s
    for k in range(n):
        y = tile[(t + k) % 64]
        if y > total:
            total = total + y * s
        else:
            total = -total
    lanes = enigma.simd_sum(total)
    Out[i] = enigma.where(total, lanes, lanes < total)
"""
    )
    rng = np.random.default_rng(7)
    bits = (rng.standard_normal(256).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    arguments = {"X": bits, "Out": np.zeros(256, np.uint16), "s": 1.5, "n": 9}
    manifests = [compile_for(target, module, tmp_path, mode) for target in (EMULATED, NATIVE)]
    agree("blend", arguments, {"Out": "bf16"}, manifests, 256)
    assert run_device(manifests[0], "blend", arguments, 256, 64)["Out"].any()


@pytest.mark.parametrize("target", ["macos13", "ios16", "ios16-simulator"])
@pytest.mark.parametrize("level", ["O0", "O2"])
def test_what_compiles(target: str, level: str, tmp_path: Path) -> None:
    lanes = tmp_path / "lanes.py"
    lanes.write_text("import enigma\n" + simdgroup_source("bf16"))
    for module in (lanes, KERNELS / "memory.py"):
        for math in ("fast", "precise"):
            compile_for(target, module, tmp_path / module.stem, Mode(level, math))
