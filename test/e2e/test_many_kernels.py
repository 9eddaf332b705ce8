"""A module of two hundred kernels: one library, every function in it, the right numbers."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import enigma_run, enigmac, metallib_dump

COUNT = 200
# Each kernel is one of these forms with constants of its own.
FORMS = (
    "Out[i] = A[i] * {a} + {b}",
    "Out[i] = enigma.where(A[i], enigma.fmin(A[i], {a}), A[i] > {b})",
    "with enigma.for_range(0, {n}, init=[A[i]]) as (k, c):\n        c[0] = c[0] + {a}\n    Out[i] = c[0]",
    "with enigma.if_(i % {n} == 0) as (then, else_):\n        with then:\n"
    "            Out[i] = A[i] + {a}\n        with else_:\n            Out[i] = A[i] - {b}",
    "Out[i] = enigma.simd_sum(A[i]) + {a}",
)


def constants(number: int) -> dict[str, float]:
    return {"a": number * 0.5, "b": 3.0 - number, "n": number % 7 + 1}


def expected(number: int, a: np.ndarray) -> np.ndarray:
    """What kernel `number` computes on small integers, where every sum is exact."""
    c, i = constants(number), np.arange(a.size)
    return (
        lambda: a * c["a"] + c["b"],
        lambda: np.where(a > c["b"], np.minimum(a, c["a"]), a),
        lambda: a + c["n"] * c["a"],
        lambda: np.where(i % c["n"] == 0, a + c["a"], a - c["b"]),
        lambda: np.repeat(a.reshape(-1, 32).sum(1), 32) + c["a"],
    )[number % len(FORMS)]()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    text = "import enigma\n"
    for number in range(COUNT):
        body = FORMS[number % len(FORMS)].format(**constants(number))
        text += f"\n\n@enigma.kernel\ndef k{number:03}(A: enigma.f32, Out: enigma.f32):\n"
        text += f"    i = enigma.thread_position_in_grid()\n    {body}\n"
    (folder / "many.py").write_text(text)
    start = time.perf_counter()
    done = enigmac(folder / "many.py", "-o", folder / "out", "--emit", "metal,metallib,manifest")
    seconds = time.perf_counter() - start
    done.expect()
    # Noted, not judged: a machine may be busy.
    print(f"{seconds:.2f} s, {seconds / COUNT * 1000:.1f} ms for each of {COUNT} kernels")
    return folder / "out"


def names() -> list[str]:
    return [f"enigma_kernel_k{number:03}" for number in range(COUNT)]


def test_there_is_one_library(library: Path):
    assert sorted(path.name for path in library.iterdir()) == [
        "many.manifest.json", "many.metal", "many.metallib"
    ]  # fmt: skip


def test_every_function_is_listed(library: Path):
    listed = json.loads(metallib_dump(library / "many.metallib", "--json").expect().out)
    assert [function["name"] for function in listed["functions"]] == names()
    text = metallib_dump(library / "many.metallib").expect().out
    assert all(name in text for name in names())


def test_every_kernel_is_in_the_manifest_and_the_source(library: Path):
    manifest = json.loads((library / "many.manifest.json").read_text())
    assert [kernel["name"] for kernel in manifest["kernels"]] == names()
    metal = (library / "many.metal").read_text()
    assert all(f"kernel void {name}(" in metal for name in names())


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 97, 123, 196, 197, 198, 199])
def test_kernels_are_right(library: Path, tmp_path: Path, number: int):
    a = np.random.default_rng(number).integers(-50, 50, 96).astype(np.float32)
    np.save(tmp_path / "a.npy", a)
    enigma_run(
        library / "many.manifest.json", f"k{number:03}", "--in", f"A={tmp_path / 'a.npy'}",
        "--size", "Out=96", "--out", f"Out={tmp_path / 'out.npy'}", "--grid", "96", "--block", "32",
    ).expect()  # fmt: skip
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), expected(number, a))
