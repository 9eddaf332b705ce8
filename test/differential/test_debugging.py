"""device_print and device_assert: the CPU device's lines, and Metal's log, against Python's own format."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from msl_runner import run_msl
from number_formats import DTYPES, FLOATS, NUMPY, decode, encode
from witnesses import BUILD, MODES, Mode, count_cells

# What the rows of the op table are called, and the dtype that a cell of theirs has.
ROWS = [("device_print", "f32"), ("device_assert", "b1")]

N = 12
BLOCK = 5


def source() -> str:
    """A kernel for each dtype, one with a barrier between its lines, and one that fails."""
    lines = ["import enigma"]
    for dtype in DTYPES:
        lines += [
            "@enigma.kernel",
            f"def say_{dtype}(A: enigma.{dtype}):",
            "    i = enigma.thread_position_in_grid()",
            '    enigma.device_print("{{%}} {} is {}", i, A[i])',
        ]
    lines += [
        "@enigma.kernel",
        "def twice(A: enigma.f32, n: enigma.Scalar('uint')):",
        "    i = enigma.thread_position_in_grid()",
        "    with enigma.for_range(0, i % 3) as k:",
        '        enigma.device_print("round {} {:x}", k, i)',
        "    enigma.barrier()",
        "    enigma.device_assert(i < n, 'few threads')",
        '    enigma.device_print("{:.2f}", A[i])',
        "    A[i] = 1",
    ]
    return "\n".join(lines) + "\n"


def line_of(text: str, what: str) -> int:
    """The line of a source that has `what`."""
    (number,) = [i for i, line in enumerate(text.split("\n"), 1) if what in line]
    return number


def values_of(dtype: str) -> np.ndarray:
    if dtype == "b1":
        return encode(dtype, [i % 2 for i in range(N)])
    if dtype in FLOATS:
        return encode(dtype, [(i - 3) * 0.25 for i in range(N)])
    info = np.iinfo(NUMPY[dtype])
    return encode(dtype, [info.min, info.max, *range(N - 2)])


def shown(dtype: str, value: np.generic) -> str:
    """A value as Python prints it."""
    if dtype == "b1":
        return str(bool(value))
    if dtype == "bf16":
        value = decode(dtype, np.array([value]))[0]
    return repr(float(value)) if dtype in FLOATS else str(int(value))


@pytest.fixture(scope="module")
def module(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("debugging") / "speaking.py"
    path.write_text(source())
    return path


def build(module: Path, mode: Mode, target: str) -> Path:
    folder = module.parent / f"{mode}-{target}"
    math = "--fast-math" if mode.is_fast else "--no-fast-math"
    command = [
        BUILD / "bin/enigmac",
        module,
        f"-{mode.level}",
        math,
        "--target",
        target,
        "-o",
        folder,
    ]
    done = subprocess.run(
        [*command, "-Wno-device-print", "--emit", "metal,metallib,manifest"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def run_device(folder: Path, kernel: str, a: np.ndarray, *more: str) -> tuple[int, list[str]]:
    np.save(folder / "a.npy", a)
    command = [BUILD / "bin/enigma-run", folder / "speaking.manifest.json", kernel]
    command += ["--in", f"A={folder / 'a.npy'}", "--grid", str(N), "--block", str(BLOCK), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_lines_of_the_device(module: Path, mode: Mode) -> None:
    folder = build(module, mode, "macos14")
    text = source()
    for dtype in DTYPES:
        a = values_of(dtype)
        line = line_of(text, f"def say_{dtype}(") + 2
        expected = [
            f"speaking.py:{line}: thread ({i}, 0, 0): {{%}} {i} is {shown(dtype, a[i])}"
            for i in range(N)
        ]
        assert run_device(folder, f"say_{dtype}", a) == (0, expected)
    count_cells(ROWS, "device", mode)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_a_failed_assertion(module: Path, mode: Mode) -> None:
    folder = build(module, mode, "macos14")
    text = source()
    a = np.arange(N, dtype=np.float32)
    round_, check, last = (line_of(text, what) for what in ('"round', "device_assert", '"{:.2f}"'))

    def lines(threads: range, survivors: int) -> list[str]:
        said = []
        for i in threads:
            place = f"thread ({i}, 0, 0)"
            said += [f"speaking.py:{round_}: {place}: round {k} {i:x}" for k in range(i % 3)]
            if i < survivors:
                said.append(f"speaking.py:{last}: {place}: {a[i]:.2f}")
        return said

    assert run_device(folder, "twice", a, "--scalar", f"n={N}") == (0, lines(range(N), N))
    # Thread 7 is in the second threadgroup; the third one does not run.
    status, said = run_device(folder, "twice", a, "--scalar", "n=7")
    failed = f"speaking.py:{check}: thread (7, 0, 0): assertion failed: few threads"
    assert (status, said[:-1]) == (1, lines(range(10), 7))
    assert said[-1] == f"enigma-run: error: {failed}"


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_log_of_metal(module: Path, mode: Mode) -> None:
    metal = build(module, mode, "macos15") / "speaking.metal"
    for dtype in DTYPES:
        a = values_of(dtype)
        log: list[str] = []
        run_msl(metal, f"enigma_kernel_say_{dtype}", {"A": a}, N, BLOCK, log=log, sanitize=True)
        said = [shown(dtype, value) for value in a]
        # C's %g and %d.
        said = [s.removesuffix(".0") if dtype in FLOATS else s for s in said]
        said = [{"True": "1", "False": "0"}.get(s, s) for s in said]
        assert log == [f"{{%}} {i} is {s}" for i, s in enumerate(said)]
    count_cells(ROWS, "msl", mode)
