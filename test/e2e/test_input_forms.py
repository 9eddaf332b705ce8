"""A Python module, its trace and its MLIR are the same program: identical artifacts."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import EXAMPLES, WRONG_INPUT, enigmac, files_in
from example_runs import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_trace_gives_the_same_artifacts(name: str, compiled, tmp_path: Path):
    enigmac(EXAMPLES / f"{name}.py", "-o", tmp_path, "--emit", "trace").expect()
    trace = tmp_path / f"{name}.trace.json"
    enigmac(trace, "-o", tmp_path / "out").expect()
    made = files_in(tmp_path / "out")
    assert len(made) == 4
    for file, contents in made.items():
        assert contents == (compiled() / file).read_bytes(), file


BEFORE_PIPELINE = ["--pass-pipeline", "builtin.module(enigma.kernel(enigma-infer-access))"]


@pytest.mark.parametrize("options", [BEFORE_PIPELINE, []], ids=["imported", "optimised"])
@pytest.mark.parametrize("name", NAMES)
def test_mlir_gives_the_same_modules(name: str, options: list[str], compiled, tmp_path: Path):
    """Before the pipeline everything is left to do; after it, nothing a second time."""
    enigmac(EXAMPLES / f"{name}.py", "-o", tmp_path, "--emit", "mlir", *options).expect()
    enigmac(tmp_path / f"{name}.mlir", "-o", tmp_path / "out").expect()
    made = files_in(tmp_path / "out")
    assert len(made) == 4
    for file in (f"{name}.air", f"{name}.metallib"):
        assert made[file] == (compiled() / file).read_bytes(), file


LOOPS_WITH_NAMES = {
    *("attention", "decode_layer", "gemm_tiled", "histogram", "matmul", "quantized_matvec")
}
LOSES_NAMES = pytest.mark.xfail(
    strict=True, reason="scf.for's syntax has no place for the names of its region's arguments"
)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=LOSES_NAMES) if name in LOOPS_WITH_NAMES else name for name in NAMES],
)
def test_mlir_gives_the_same_metal(name: str, compiled, tmp_path: Path):
    enigmac(EXAMPLES / f"{name}.py", "-o", tmp_path, "--emit", "mlir").expect()
    done = enigmac(tmp_path / f"{name}.mlir", "-o", "-", "--emit", "metal").expect()
    assert done.out == (compiled() / f"{name}.metal").read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cut.trace.json", '{"schema": "enigma-trace/1", "mod'),
        ("other.trace.json", '{"schema": "enigma-trace/9"}'),
        ("list.trace.json", "[]"),
        ("empty.trace.json", ""),
        ("manifest.json", '{"schema": "enigma-manifest/1"}'),
        ("cut.mlir", "module { enigma.kernel @k("),
        ("foreign.mlir", "module { llvm.mlir.global @x() : i32 }"),
        ("empty.mlir", ""),
    ],
)
def test_malformed_inputs(name: str, text: str, tmp_path: Path):
    (tmp_path / name).write_text(text)
    done = enigmac(name, "-o", "out", cwd=tmp_path).expect(WRONG_INPUT)
    assert done.out == ""
    assert name in done.err and done.err.count("error:") == 1
    assert not (tmp_path / "out").exists()


def test_malformed_mlir_points_at_the_place(tmp_path: Path):
    (tmp_path / "bad.mlir").write_text("module {\n  enigma.nonsense\n}\n")
    done = enigmac("bad.mlir", "-o", "out", cwd=tmp_path).expect(WRONG_INPUT)
    assert "bad.mlir:2:" in done.err
    assert "enigma.nonsense\n" in done.err and "^" in done.err
