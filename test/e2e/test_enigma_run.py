"""Every option of enigma-run, and what it says when something is missing or wrong."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import (
    ROOT,
    WRONG_COMMAND_LINE,
    WRONG_ENVIRONMENT,
    WRONG_INPUT,
    Finished,
    enigma_run,
    enigmac,
    files_in,
)

MODULE = """
import enigma


@enigma.kernel(block=32)
def scale(X: enigma.f32, Out: enigma.f32, alpha: enigma.Scalar("float")):
    i = enigma.thread_position_in_grid()
    Out[i] = alpha * X[i]


@enigma.kernel(grid=(3, 2), block=(2, 2))
def shaped(M: enigma.i32[2, 3], Out: enigma.i32[6]):
    x, y = enigma.thread_position_in_grid("x"), enigma.thread_position_in_grid("y")
    Out[3 * y + x] = M[y, x] + 1


@enigma.kernel(block=32)
def bump(B: enigma.u8, n: enigma.Scalar("uchar")):
    i = enigma.thread_position_in_grid()
    B[i] = B[i] + n


@enigma.kernel(block=32)
def halves(H: enigma.f16, Out: enigma.f16):
    i = enigma.thread_position_in_grid()
    Out[i] = H[i] + 1


@enigma.kernel(block=64, max_threads=64)
def small(A: enigma.f32):
    A[enigma.thread_position_in_grid()] = 1.0
"""


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kernels")
    (folder / "kernels.py").write_text(MODULE)
    enigmac("kernels.py", "-o", ".", cwd=folder).expect()
    return folder / "kernels.manifest.json"


@pytest.fixture
def run(manifest: Path, tmp_path: Path) -> Callable[..., Finished]:
    """Run a kernel of the module: `run("scale --grid 8 …")`; files are in the test's folder."""

    def run(line: str, status: int = 0) -> Finished:
        return enigma_run(manifest, *line.split(), cwd=tmp_path).expect(status)

    return run


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, np.ndarray], None]:
    return lambda name, array: np.save(tmp_path / name, array)


def test_in_and_out(run, save, tmp_path: Path):
    x = np.arange(50, dtype=np.float32)
    save("x.npy", x)
    done = run("scale --in X=x.npy --scalar alpha=2.5 --out Out=o.npy --grid 50")
    assert (done.out, done.err) == ("", "")
    result = np.load(tmp_path / "o.npy")
    assert result.dtype == np.float32 and np.array_equal(result, np.float32(2.5) * x)


def test_in_place(run, save, tmp_path: Path):
    save("b.npy", np.arange(250, 300, dtype=np.uint16).astype(np.uint8))
    run("bump --in B=b.npy --scalar n=10 --out B=b2.npy --grid 50")
    expected = np.load(tmp_path / "b.npy") + np.uint8(10)
    assert np.array_equal(np.load(tmp_path / "b2.npy"), expected)


def test_metal_name(run):
    run("enigma_kernel_scale --fill X=ones --scalar alpha=1 --out Out=o.npy --grid 5")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("zeros", np.zeros(40)), ("ones", np.ones(40)), ("arange", np.arange(40))],
)
def test_fill(kind: str, expected: np.ndarray, run, tmp_path: Path):
    run(f"scale --fill X={kind} --out X=x.npy --scalar alpha=-1 --out Out=o.npy --grid 40")
    assert np.array_equal(np.load(tmp_path / "x.npy"), expected.astype(np.float32))
    assert np.array_equal(np.load(tmp_path / "o.npy"), -expected.astype(np.float32))


def test_fill_with_random_numbers(run, tmp_path: Path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(
            f"scale --fill X=random:{seed} --out X={name}.npy --scalar alpha=1 "
            "--fill Out=zeros --grid 500"
        )
    a, b, c = (np.load(tmp_path / f"{name}.npy") for name in "abc")
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    assert len(np.unique(a)) > 490 and np.all(np.abs(a) <= 1) and abs(a.mean()) < 0.2


def test_size(run, tmp_path: Path):
    run("scale --fill X=ones --size X=100 --scalar alpha=3 --out Out=o.npy --size Out=70 --grid 64")
    result = np.load(tmp_path / "o.npy")
    assert result.shape == (70,) and np.all(result[:64] == 3) and np.all(result[64:] == 0)


def test_shapes_and_launch_of_the_manifest(run, save, tmp_path: Path):
    matrix = np.arange(6, dtype=np.int32).reshape(2, 3)
    save("m.npy", matrix)
    run("shaped --in M=m.npy --out Out=o.npy --out M=m2.npy")
    assert np.array_equal(np.load(tmp_path / "o.npy"), matrix.ravel() + 1)
    assert np.array_equal(np.load(tmp_path / "m2.npy"), matrix)


def test_half_floats(run, save, tmp_path: Path):
    save("h.npy", np.linspace(-3, 3, 33).astype(np.float16))
    run("halves --in H=h.npy --out Out=o.npy --grid 33")
    result = np.load(tmp_path / "o.npy")
    assert result.dtype == np.float16
    assert np.array_equal(result, np.load(tmp_path / "h.npy") + np.float16(1))


def test_npy_version_2(run, tmp_path: Path):
    x = np.arange(8, dtype=np.float32)
    with open(tmp_path / "x.npy", "wb") as file:
        np.lib.format.write_array(file, x, version=(2, 0))
    run("scale --in X=x.npy --scalar alpha=2 --out Out=o.npy --grid 8")
    assert np.array_equal(np.load(tmp_path / "o.npy"), 2 * x)


def test_print(run):
    common = "scale --fill X=arange --scalar alpha=0.5 --fill Out=zeros --grid 6"
    assert run(f"{common} --print Out:3").out == "Out: 0 0.5 1\n"
    assert run(f"{common} --print X --print Out:1").out == "X: 0 1 2 3 4 5\nOut: 0\n"
    assert run(f"{common} --print Out:999").out == "Out: 0 0.5 1 1.5 2 2.5\n"
    assert run("bump --fill B=arange --scalar n=1 --grid 3 --print B").out == "B: 1 2 3\n"


def test_time_and_repeat(run):
    common = "bump --fill B=zeros --scalar n=1 --grid 4 --print B"
    done = run(f"{common} --repeat 5 --time")
    # Each repetition starts from the same input.
    printed, heads, times = done.out.splitlines()
    assert printed == "B: 1 1 1 1"
    assert heads.split() == ["runs", "min", "us", "median", "us", "max", "us"]
    runs, least, median, most = times.split()
    assert runs == "5" and 0 < float(least) <= float(median) <= float(most)
    assert run(common).out == "B: 1 1 1 1\n"


def test_grid_and_block_have_up_to_three_extents(run, tmp_path: Path):
    common = "scale --fill X=ones --scalar alpha=1 --out Out=o.npy"
    for extents in ("--grid 7 --block 7", "--grid 7,1 --block 4,2", "--grid 7,2,3 --block 8,4,2"):
        run(f"{common} {extents}")
        assert np.all(np.load(tmp_path / "o.npy")[:7] == 1)


def test_help_and_version():
    text = enigma_run("--help").expect().out
    options = (
        "in fill scalar constant out size grid block repeat time sanitize print arg threadgroup"
    )
    for option in options.split():
        assert f"--{option}" in text
    assert re.search(r"\d+\.\d+\.\d+", enigma_run("--version").expect().out)


GOOD = "scale --fill X=ones --scalar alpha=1 --out Out=o.npy --grid 8"


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("", WRONG_INPUT, ["which kernel", "scale", "bump"]),
        ("nothing --grid 1", WRONG_INPUT, ["'nothing'", "scale"]),
        ("scale --fill X=ones --out Out=o.npy --grid 8", WRONG_INPUT, ["'alpha'", "--scalar alpha"]),
        ("scale --scalar alpha=1 --out Out=o.npy --grid 8", WRONG_INPUT, ["'X'", "--in X"]),
        ("scale --fill X=ones --scalar alpha=1 --grid 8", WRONG_INPUT, ["'Out'", "--out Out"]),
        ("scale --fill X=ones --scalar alpha=1 --out Out=o.npy", WRONG_INPUT, ["--grid"]),
        (f"{GOOD} --fill Z=ones", WRONG_INPUT, ["'Z'", "X"]),
        (f"{GOOD} --in Z=x.npy", WRONG_INPUT, ["'Z'"]),
        (f"{GOOD} --scalar beta=1", WRONG_INPUT, ["'beta'"]),
        (f"{GOOD} --out Z=z.npy", WRONG_INPUT, ["'Z'"]),
        (f"{GOOD} --size Z=3", WRONG_INPUT, ["'Z'"]),
        (f"{GOOD} --print Z", WRONG_INPUT, ["'Z'"]),
        (f"{GOOD} --constant fc=1", WRONG_INPUT, ["'fc'"]),
        (f"{GOOD} --scalar X=1", WRONG_INPUT, ["'X'", "f32 buffer"]),
        (f"{GOOD} --in alpha=x.npy", WRONG_INPUT, ["'alpha'", "f32 scalar"]),
        (f"{GOOD} --in X=x.npy", WRONG_INPUT, ["'X'", "--in", "--fill"]),
        (f"{GOOD} --block 2048", WRONG_INPUT, ["1024", "2048"]),
        ("small --out A=a.npy --grid 128 --block 128", WRONG_INPUT, ["64", "128"]),
        ("shaped --fill M=ones --out Out=o.npy --size Out=5", WRONG_INPUT, ["'Out'", "6", "5"]),
        ("bump --fill B=zeros --scalar n=256 --grid 1", WRONG_INPUT, ["n", "256", "u8"]),
        ("bump --fill B=zeros --scalar n=-1 --grid 1", WRONG_INPUT, ["n", "-1", "u8"]),
        ("bump --fill B=zeros --scalar n=1.5 --grid 1", WRONG_INPUT, ["n", "1.5", "u8"]),
        ("scale --in X=no.npy --scalar alpha=1 --out Out=o.npy --grid 8", WRONG_ENVIRONMENT, ["no.npy"]),
        ("scale --in X=. --scalar alpha=1 --out Out=o.npy --grid 8", WRONG_ENVIRONMENT, ["'.'"]),
        (f"{GOOD} --out X=no/x.npy", WRONG_ENVIRONMENT, ["no/x.npy"]),
        (f"{GOOD} --size X=1000000000000000", WRONG_ENVIRONMENT, ["memory"]),
        (f"{GOOD} --size X=18446744073709551615", WRONG_INPUT, ["'X'", "too large"]),
        (f"{GOOD} --scalar alpha=two", WRONG_COMMAND_LINE, ["alpha", "'two'"]),
        (f"{GOOD} --scalar alpha", WRONG_COMMAND_LINE, ["--scalar", "'alpha'"]),
        (f"{GOOD} --grid 0", WRONG_COMMAND_LINE, ["--grid"]),
        (f"{GOOD} --grid 1,2,3,4", WRONG_COMMAND_LINE, ["--grid"]),
        (f"{GOOD} --grid 1,", WRONG_COMMAND_LINE, ["--grid"]),
        (f"{GOOD} --grid -1", WRONG_COMMAND_LINE, ["--grid"]),
        (f"{GOOD} --grid 99999999999", WRONG_COMMAND_LINE, ["--grid"]),
        (f"{GOOD} --block many", WRONG_COMMAND_LINE, ["--block"]),
        (f"{GOOD} --size X=-1", WRONG_COMMAND_LINE, ["--size", "-1"]),
        (f"{GOOD} --fill X=nines", WRONG_COMMAND_LINE, ["X", "nines", "arange"]),
        (f"{GOOD} --fill X=random:x", WRONG_COMMAND_LINE, ["X"]),
        (f"{GOOD} --repeat 0", WRONG_COMMAND_LINE, ["--repeat"]),
        (f"{GOOD} --sanitize speed", WRONG_COMMAND_LINE, ["'speed'", "memory, race, init, barrier"]),
        (f"{GOOD} --sanitize memory", WRONG_COMMAND_LINE, ["memory"]),
        (f"{GOOD} --arg 0=zeros:f32[4]", WRONG_COMMAND_LINE, ["--arg"]),
        (f"{GOOD} --threadgroup 0=4", WRONG_COMMAND_LINE, ["--threadgroup"]),
        (f"{GOOD} --frobnicate", WRONG_COMMAND_LINE, ["--frobnicate"]),
    ],
)  # fmt: skip
def test_mistakes(line: str, status: int, said: list[str], run, tmp_path: Path):
    done = run(line, status)
    assert done.out == ""
    assert done.err.startswith("enigma-run: error: ") and done.err.count("error:") == 1
    for part in said:
        assert part in done.err, done.err
    assert files_in(tmp_path).keys() <= {"o.npy"}
    if "no/x.npy" not in line:
        assert files_in(tmp_path) == {}


def npy(descr: str, shape: str, contents: bytes, order: str = "False", version: int = 1) -> bytes:
    header = f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H", len(header)) + header + contents


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (npy("<f8", "(2,)", bytes(16)), "f32"),
        (npy("<i4", "(2,)", bytes(8)), "f32"),
        (npy(">f4", "(2,)", bytes(8)), "big-endian"),
        (npy("<c8", "(2,)", bytes(16)), "<c8"),
        (npy("<U2", "(2,)", bytes(16)), "<U2"),
        (npy("<f4", "(2, 2)", bytes(16), order="True"), "Fortran"),
        (npy("<f4", "(3,)", bytes(8)), "8 bytes"),
        (npy("<f4", "(2,)", bytes(12)), "12 bytes"),
        (npy("<f4", "(4294967296, 4294967296, 4294967296)", b""), "too large"),
        (npy("<f4", "2", bytes(8)), "shape"),
        (npy("<f4", "(2,)", bytes(8), version=3), "version 3"),
        (npy("<f4", "(2,)", bytes(8))[:40], "cut off"),
        (b"\x93NUMPY", "not a .npy"),
        (b"", "not a .npy"),
        (b"1 2 3\n" * 10, "not a .npy"),
        (b"\x93NUMPY\x01\x00\x10\x00" + b"nothing known..\n", "descr"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arrays_that_do_not_fit(contents: bytes, said: str, run, tmp_path: Path):
    (tmp_path / "x.npy").write_bytes(contents)
    done = run("scale --in X=x.npy --scalar alpha=1 --out Out=o.npy --grid 2", WRONG_INPUT)
    assert said in done.err and "x.npy" in done.err
    assert not (tmp_path / "o.npy").exists()


def test_array_of_another_size_than_the_shape(run, save):
    save("m.npy", np.zeros(7, np.int32))
    done = run("shaped --in M=m.npy --out Out=o.npy", WRONG_INPUT)
    assert "'M'" in done.err and "24 bytes" in done.err and "28" in done.err


def test_command_line_without_a_file():
    assert "FILE" in enigma_run().expect(WRONG_COMMAND_LINE).err


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (lambda m: m.update(schema="enigma-manifest/2"), WRONG_INPUT, "enigma-manifest/2"),
        (lambda m: m.pop("kernels"), WRONG_INPUT, "kernels"),
        (lambda m: m["artifacts"]["metallib"].update(sha256="0" * 64), WRONG_INPUT, "metallib"),
        (lambda m: m["artifacts"]["metallib"].update(path="gone.metallib"), WRONG_ENVIRONMENT, "gone"),
        (lambda m: m["artifacts"]["metallib"].update(path="../x.metallib"), WRONG_INPUT, "inside the manifest's"),
        (lambda m: m["artifacts"].pop("metallib"), WRONG_INPUT, "metallib"),
        (lambda m: m["kernels"][0].update(name="other"), WRONG_INPUT, "other"),
    ],
)  # fmt: skip
def test_broken_manifests(change, status: int, said: str, manifest: Path, tmp_path: Path):
    for name, contents in files_in(manifest.parent).items():
        (tmp_path / name).write_bytes(contents)
    document = json.loads(manifest.read_text())
    change(document)
    (tmp_path / "m.manifest.json").write_text(json.dumps(document))
    options = "--fill X=ones --scalar alpha=1 --fill Out=zeros --grid 8".split()
    done = enigma_run(tmp_path / "m.manifest.json", "scale", *options).expect(status)
    assert said in done.err


def test_unknown_fields_are_ignored(manifest: Path, tmp_path: Path):
    for name, contents in files_in(manifest.parent).items():
        (tmp_path / name).write_bytes(contents)
    document = json.loads(manifest.read_text())
    document["comment"] = document["kernels"][0]["colour"] = {"new": ["field"]}
    (tmp_path / "m.manifest.json").write_text(json.dumps(document))
    options = "--fill X=ones --scalar alpha=1 --fill Out=zeros --grid 8".split()
    enigma_run(tmp_path / "m.manifest.json", "scale", *options).expect()


@pytest.mark.parametrize(
    "contents",
    [b"", b"{", b"[]", b"\xff\xfe", b"MTLB", b"MTLB" + bytes(200)],
    ids=["empty", "brace", "list", "not UTF-8", "magic", "zeros"],
)
def test_files_that_are_neither(contents: bytes, tmp_path: Path):
    (tmp_path / "x").write_bytes(contents)
    done = enigma_run("x", "--grid", "1", "--block", "1", cwd=tmp_path).expect(WRONG_INPUT)
    assert "x: " in done.err


def test_files_that_are_not_there(tmp_path: Path):
    assert "nope" in enigma_run("nope", cwd=tmp_path).expect(WRONG_ENVIRONMENT).err
    assert "." in enigma_run(".", cwd=tmp_path).expect(WRONG_ENVIRONMENT).err


@pytest.fixture
def launches(manifest: Path, tmp_path: Path) -> Path:
    """A manifest whose launches scale A by alpha into T, and T by alpha into Out."""
    for name, contents in files_in(manifest.parent).items():
        (tmp_path / name).write_bytes(contents)
    document = json.loads(manifest.read_text())
    document["launches"] = [
        {"kernel": "enigma_kernel_scale", "bindings": {"A": 0, "T": 1, "alpha": 2},
         "grid": [10, 1, 1], "block": [32, 1, 1]},
        {"kernel": "enigma_kernel_scale", "bindings": {"T": 0, "Out": 1, "alpha": 2},
         "grid": [10, 1, 1], "block": None},
    ]  # fmt: skip
    path = tmp_path / "launches.manifest.json"
    path.write_text(json.dumps(document))
    return path


def test_launches(launches: Path, tmp_path: Path):
    options = "--fill A=arange --fill T=zeros --out Out=o.npy --scalar alpha=3".split()
    enigma_run(launches, *options, cwd=tmp_path).expect()
    expected = 9 * np.arange(10, dtype=np.float32)
    assert np.array_equal(np.load(tmp_path / "o.npy"), expected)
    # Naming a kernel runs that one, with its own parameters.
    options = "scale --fill X=arange --out Out=o.npy --scalar alpha=3 --grid 10".split()
    enigma_run(launches, *options, cwd=tmp_path).expect()
    assert np.array_equal(np.load(tmp_path / "o.npy"), expected / 3)


def test_launches_with_unknown_or_unbound_names(launches: Path, tmp_path: Path):
    for options, said in (
        ("--fill A=arange --out Out=o.npy --scalar alpha=3", "'T'"),
        ("--fill X=arange --fill A=arange --fill T=zeros --out Out=o.npy --scalar alpha=3", "'X'"),
    ):
        done = enigma_run(launches, *options.split(), cwd=tmp_path).expect(WRONG_INPUT)
        assert said in done.err


PROGRAMS = """
import enigma

@enigma.kernel(block=32)
def scale(A: enigma.Tensor, B: enigma.Tensor, by):
    i = enigma.thread_position_in_grid()
    B[i] = A[i] * by

@enigma.jit
def quadruple(X, Y):
    tmp = enigma.intermediate(X.shape)
    scale(X, tmp, 2.0).launch(grid=X.size)
    scale(tmp, Y, 2.0).launch(grid=X.size)

vector = enigma.TensorSpec(37)
enigma.export(quadruple, vector, vector)
"""


def test_an_export_of_several_launches(tmp_path: Path):
    """Its kernel is no kernel's name; memory between the launches is made where none is given."""
    (tmp_path / "p.py").write_text(PROGRAMS)
    enigmac("p.py", "-o", ".", cwd=tmp_path).expect()
    for name in ((), ("quadruple",)):
        options = ["--fill", "X=arange", "--out", "Y=y.npy", "--out", "tmp=t.npy"]
        enigma_run("p.manifest.json", *name, *options, cwd=tmp_path).expect()
        numbers = np.arange(37, dtype=np.float32)
        assert np.array_equal(np.load(tmp_path / "y.npy"), 4 * numbers)
        assert np.array_equal(np.load(tmp_path / "t.npy"), 2 * numbers)
        enigma_run("p.manifest.json", *name, *options[:4], cwd=tmp_path).expect()
    done = enigma_run("p.manifest.json", "--fill", "X=arange", cwd=tmp_path).expect(WRONG_INPUT)
    assert "'Y'" in done.err and "not bound" in done.err


def test_several_exports_want_a_name(tmp_path: Path):
    second = "enigma.export(quadruple, vector, vector, name='again')\n"
    (tmp_path / "p.py").write_text(PROGRAMS + second)
    enigmac("p.py", "-o", ".", cwd=tmp_path).expect()
    options = ["--fill", "X=ones", "--out", "Y=y.npy"]
    done = enigma_run("p.manifest.json", *options, cwd=tmp_path).expect(WRONG_INPUT)
    assert "which export? There are again, quadruple" in done.err
    enigma_run("p.manifest.json", "again", *options, cwd=tmp_path).expect()
    assert np.array_equal(np.load(tmp_path / "y.npy"), np.full(37, 4, np.float32))


# Any metallib ------------------------------------------------------------------------------------


@pytest.fixture
def bare(manifest: Path, tmp_path: Path) -> Callable[..., Finished]:
    """Run a function of the module's metallib by index."""

    def bare(line: str, status: int = 0) -> Finished:
        library = manifest.with_name("kernels.metallib")
        return enigma_run(library, *line.split(), cwd=tmp_path).expect(status)

    return bare


SCALE = "enigma_kernel_scale --grid 8 --block 8"


def test_arguments_by_index(bare, save, tmp_path: Path):
    x = np.arange(8, dtype=np.float32)
    save("x.npy", x)
    (tmp_path / "alpha").write_bytes(struct.pack("<f", 2.0))
    bare(f"{SCALE} --arg 0=x.npy --arg 1=zeros:f32[8] --arg 2=bytes:00000040 --out 1=o.npy")
    assert np.array_equal(np.load(tmp_path / "o.npy"), 2 * x)
    bare(f"{SCALE} --arg 0=arange:f32[8] --arg 1=zeros:f32[8] --arg 2=@alpha --out 1=o.npy")
    assert np.array_equal(np.load(tmp_path / "o.npy"), 2 * x)
    bare(f"{SCALE} --arg 0=ones:f32[8] --arg 1=bytes:{'00' * 32} --arg 2=@alpha --out 1=o.npy:u32")
    assert np.array_equal(np.load(tmp_path / "o.npy"), np.full(8, 2, np.float32).view(np.uint32))


def test_print_by_index(bare):
    line = f"{SCALE} --arg 0=arange:f32[8] --arg 1=zeros:f32[8] --arg 2=bytes:0000003f --print 1:4"
    assert bare(line).out == "1: 0 0.5 1 1.5\n"


ARGUMENTS = f"{SCALE} --arg 0=ones:f32[8] --arg 1=zeros:f32[8] --arg 2=bytes:00000040"


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("", WRONG_INPUT, ["which function"]),
        ("--grid 1 --block 1", WRONG_INPUT, ["which function"]),
        ("no --grid 1 --block 1", WRONG_INPUT, ["'no'"]),
        ("enigma_kernel_scale", WRONG_INPUT, ["--grid", "--block"]),
        (f"{SCALE} --arg 0=ones:f32[8] --arg 1=zeros:f32[8]", WRONG_INPUT, ["2", "alpha"]),
        (f"{ARGUMENTS} --arg 3=ones:f32[8]", WRONG_INPUT, ["3", "0 'X'"]),
        (f"{ARGUMENTS} --arg x=ones:f32[8]", WRONG_COMMAND_LINE, ["'x'"]),
        (f"{ARGUMENTS} --arg 0=ones:f33[8]", WRONG_COMMAND_LINE, ["f33"]),
        (f"{ARGUMENTS} --arg 0=nines:f32[8]", WRONG_COMMAND_LINE, ["nines"]),
        (f"{ARGUMENTS} --arg 0=ones:f32[x]", WRONG_COMMAND_LINE, ["'x'"]),
        (f"{ARGUMENTS} --arg 2=bytes:0", WRONG_COMMAND_LINE, ["--arg 2"]),
        (f"{ARGUMENTS} --arg 2=bytes:0g", WRONG_COMMAND_LINE, ["--arg 2", "0g"]),
        (f"{ARGUMENTS} --arg 2=@gone", WRONG_ENVIRONMENT, ["gone"]),
        (f"{ARGUMENTS} --arg 0=gone.npy", WRONG_ENVIRONMENT, ["gone.npy"]),
        (f"{ARGUMENTS} --out 5=o.npy", WRONG_INPUT, ["5"]),
        (f"{ARGUMENTS} --out 2=o.npy", WRONG_INPUT, ["2", "DTYPE"]),
        (f"{ARGUMENTS} --threadgroup 0=64", WRONG_INPUT, ["--threadgroup", "0"]),
        (f"{ARGUMENTS} --constant 0=1", WRONG_INPUT, ["0"]),
        (f"{ARGUMENTS} --fill X=ones", WRONG_COMMAND_LINE, ["--fill", "manifest"]),
        (f"{ARGUMENTS} --in X=x.npy", WRONG_COMMAND_LINE, ["--in", "manifest"]),
        (f"{ARGUMENTS} --scalar alpha=1", WRONG_COMMAND_LINE, ["--scalar", "manifest"]),
    ],
)
def test_mistakes_by_index(line: str, status: int, said: list[str], bare, tmp_path: Path):
    done = bare(line, status)
    assert done.out == "" and done.err.startswith("enigma-run: error: ")
    for part in said:
        assert part in done.err, done.err
    assert files_in(tmp_path) == {}


def test_the_only_function_needs_no_name(compiled, tmp_path: Path):
    library = compiled() / "vector_add.metallib"
    options = "--arg 0=arange:f32[9] --arg 1=ones:f32[9] --arg 2=zeros:f32[9] --grid 9 --block 4"
    done = enigma_run(library, *options.split(), "--print", "2").expect()
    assert done.out == "2: 1 2 3 4 5 6 7 8 9\n"


APPLE = Path(os.environ.get("ENIGMA_APPLE_METALLIBS", ROOT.parent / "shared/apple-metallibs"))
VADD = APPLE / "constants.14.metallib"
needs_apple = pytest.mark.skipif(
    not VADD.exists(), reason="no libraries of Apple's compiler here ($ENIGMA_APPLE_METALLIBS)"
)


@needs_apple
@pytest.mark.parametrize(
    "constants", [["0=2.5", "2=-1.25"], ["foo=2.5", "bar=-1.25"], ["bar=-1.25", "0=2.5"]], ids=str
)
@pytest.mark.parametrize("version", ["13", "14", "15", "26"])
def test_apples_vadd(version: str, constants: list[str], tmp_path: Path):
    random = np.random.default_rng(6)
    a, b = random.standard_normal((2, 1003), np.float32)
    np.save(tmp_path / "a.npy", a)
    np.save(tmp_path / "b.npy", b)
    options = "--arg 0=a.npy --arg 1=b.npy --arg 2=zeros:f32[1003] --out 2=c.npy".split()
    options += ["--grid", "1003", "--block", "256"]
    for constant in constants:
        options += ["--constant", constant]
    library = APPLE / f"constants.{version}.metallib"
    enigma_run(library, "vadd", *options, cwd=tmp_path).expect()
    product = 2.5 * a.astype(np.float64)
    exact = product + b - 1.25
    # Built with fast math: three roundings, in any order.
    allowed = 2.0**-23 * (np.abs(product) + np.abs(b) + 1.25)
    assert np.all(np.abs(np.load(tmp_path / "c.npy") - exact) <= allowed)


@needs_apple
def test_apples_vadd_without_its_constants():
    options = "--arg 0=ones:f32[4] --arg 1=ones:f32[4] --arg 2=zeros:f32[4] --grid 4 --block 4"
    done = enigma_run(VADD, "vadd", *options.split()).expect(WRONG_INPUT)
    assert "foo" in done.err


def test_running_changes_nothing(manifest: Path, tmp_path: Path):
    def digest() -> str:
        return hashlib.sha256(repr(files_in(manifest.parent)).encode()).hexdigest()

    before = digest()
    options = "scale --fill X=ones --scalar alpha=1 --fill Out=zeros --grid 8".split()
    enigma_run(manifest, *options, cwd=tmp_path).expect()
    assert digest() == before and files_in(tmp_path) == {}


def test_one_index_for_a_buffer_with_two_dimensions(module, tmp_path: Path):
    source = module(
        "linear.py",
        """
        @enigma.kernel(grid=6, block=4)
        def linear(M: enigma.i32[2, 3], Out: enigma.i32[6]):
            i = enigma.thread_position_in_grid()
            Out[i] = M[i] + 1
        """,
    )
    enigmac(source, "-o", tmp_path).expect()
    options = "--fill M=arange --fill Out=zeros --print Out".split()
    done = enigma_run(tmp_path / "linear.manifest.json", *options).expect()
    assert done.out == "Out: 1 2 3 4 5 6\n"
