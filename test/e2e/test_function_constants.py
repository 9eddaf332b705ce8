"""Function constants from the module to enigma-run: artifacts, values set and not set, and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import (
    WRONG_COMMAND_LINE,
    WRONG_INPUT,
    Finished,
    enigma_run,
    enigmac,
    run_tool,
)

MODULE = """
import enigma

n = enigma.function_constant("uint", 3, name="n")
gain = enigma.function_constant(enigma.f32, 1, default=1.5, name="gain")
flag = enigma.function_constant("bool", 0, default=True)


@enigma.kernel(grid=4, block=4)
def scale(A: enigma.f32):
    i = enigma.thread_position_in_grid()
    A[i] = enigma.where(-1.0, gain * n, flag)


@enigma.kernel(grid=4, block=4)
def optional(A: enigma.f32):
    A[enigma.thread_position_in_grid()] = gain


@enigma.kernel(grid=4, block=4)
def none(A: enigma.f32):
    A[enigma.thread_position_in_grid()] = 1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("constants")
    (folder / "k.py").write_text(MODULE)
    enigmac("k.py", "-o", ".", "--emit", "metal,air,metallib,manifest", cwd=folder).expect()
    return folder


def run(folder: Path, line: str, status: int = 0) -> Finished:
    return enigma_run("k.manifest.json", *line.split(), cwd=folder).expect(status)


def value(folder: Path, line: str) -> float:
    run(folder, line + " --out A=a.npy")
    result = np.load(folder / "a.npy")
    assert np.all(result == result[0])
    return float(result[0])


def test_the_manifest(folder: Path):
    kernels = json.loads((folder / "k.manifest.json").read_text())["kernels"]
    assert [kernel["function_constants"] for kernel in kernels] == [
        [
            {"index": 0, "name": "fc0", "dtype": "b1", "default": True},
            {"index": 1, "name": "gain", "dtype": "f32", "default": 1.5},
            {"index": 3, "name": "n", "dtype": "u32", "default": None},
        ],
        [{"index": 1, "name": "gain", "dtype": "f32", "default": 1.5}],
        [],
    ]


def test_the_container(folder: Path):
    dump = json.loads(run_tool("metallib-dump", "--json", "k.metallib", cwd=folder).expect().out)
    assert [
        [(c["name"], c["type"], c["index"], c["required"]) for c in function["function_constants"]]
        for function in dump["functions"]
    ] == [
        [("fc0", "bool", 0, False), ("gain", "float", 1, False), ("n", "uint", 3, True)],
        [("gain", "float", 1, False)],
        [],
    ]


def test_each_constant_is_declared_once(folder: Path):
    metal = (folder / "k.metal").read_text()
    for name, index in (("fc0", 0), ("gain", 1), ("n", 3)):
        assert metal.count(f" {name} [[function_constant({index})]];") == 1


def test_values(folder: Path):
    assert value(folder, "scale --constant n=4") == 6
    assert value(folder, "scale --constant 3=4 --constant gain=-0.25") == -1
    assert value(folder, "scale --constant n=4 --constant fc0=false") == -1
    assert value(folder, "scale --constant n=4 --constant 0=1 --constant 1=2") == 8
    assert value(folder, "optional") == 1.5
    assert value(folder, "optional --constant gain=3") == 3
    assert value(folder, "none") == 1


def test_values_of_a_bare_metallib(folder: Path):
    arguments = "enigma_kernel_scale --arg 0=zeros:f32[4] --out 0=a.npy --grid 4 --block 4".split()
    for given in ("3=4", "n=4"):
        enigma_run("k.metallib", *arguments, "--constant", given, cwd=folder).expect()
        assert np.load(folder / "a.npy")[0] == 6
    missing = enigma_run("k.metallib", *arguments, cwd=folder).expect(WRONG_INPUT)
    assert "function constant 'n' (index 3, u32) is required and not set" in missing.err


@pytest.mark.parametrize(
    ("constants", "status", "message"),
    [
        ("", WRONG_INPUT, "function constant 'n' (u32) is not set; give --constant n=VALUE"),
        ("m=1", WRONG_INPUT, "there is no function constant 'm'; there are fc0, gain, n"),
        ("2=1", WRONG_INPUT, "there is no function constant '2'; there are fc0, gain, n"),
        ("n=1 3=2", WRONG_COMMAND_LINE, "function constant 'n' (index 3) is given twice"),
        ("n=x", WRONG_COMMAND_LINE, "--constant n: 'x' is not a number"),
        ("n", WRONG_COMMAND_LINE, "--constant: expected NAME=VALUE, not 'n'"),
        ("n=-1", WRONG_INPUT, "function constant 'n': -1 is not a value of u32"),
        ("n=4294967296", WRONG_INPUT, "4294967296 is not a value of u32"),
        ("n=1.5", WRONG_INPUT, "1.500000 is not a value of u32"),
        ("n=true", WRONG_INPUT, "true is not a value of u32"),
        ("n=1 gain=1e39", WRONG_INPUT, "is not a value of f32"),
        ("n=1 gain=true", WRONG_INPUT, "true is not a value of f32"),
        ("n=1 fc0=2", WRONG_INPUT, "2 is not a value of b1"),
    ],
)
def test_mistakes(folder: Path, constants: str, status: int, message: str):
    options = " ".join(f"--constant {constant}" for constant in constants.split())
    done = run(folder, f"scale --out A=a.npy {options}", status)
    assert message in done.err


def test_a_conflict_shows_both_places(tmp_path: Path):
    (tmp_path / "k.py").write_text(
        'import enigma\na = enigma.function_constant("int", 0)\n'
        "@enigma.kernel\ndef k(A: enigma.i32):\n"
        '    A[0] = enigma.function_constant("uint", 0)\n'
    )
    done = enigmac("k.py", "-o", ".", cwd=tmp_path).expect(WRONG_INPUT)
    assert "k.py:5:12: error: two function constants have the index 0" in done.err
    assert "k.py:2:5: note: the other one is made here" in done.err


def test_the_same_bytes_whatever_the_order_of_use(tmp_path: Path):
    head = "import enigma\n" + "".join(
        f'c{i} = enigma.function_constant("int", {i})\n' for i in (5, 1, 3)
    )
    kernel = "@enigma.kernel\ndef k(A: enigma.i32):\n    A[0] = {}\n"
    made = []
    for name, uses in (("one", "c5 + (c1 + c3)"), ("two", "c5 + (c1 + c3)")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "k.py").write_text(head + kernel.format(uses))
        enigmac("k.py", "-o", ".", cwd=folder).expect()
        made.append((folder / "k.metallib").read_bytes())
    assert made[0] == made[1]
