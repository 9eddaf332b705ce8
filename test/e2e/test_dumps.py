"""The dumps a user debugs with, on standard output while artifacts are written as ever."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import EXAMPLES, INTERNAL_ERROR, WRONG_COMMAND_LINE, enigmac, files_in

TRANSPOSE, SOFTMAX = EXAMPLES / "transpose.py", EXAMPLES / "softmax.py"


def dump(option: str, source: Path, out: Path, *more: str) -> str:
    done = enigmac(source, option, "-o", out, *more).expect()
    assert done.err == ""
    assert len(files_in(out)) == 4
    return done.out


def test_dump_ir(tmp_path: Path):
    lines = dump("--dump-ir", TRANSPOSE, tmp_path).splitlines()
    text = "\n".join(lines)
    assert lines[0].startswith(
        "kernel enigma_kernel_transpose(A: buffer<f32>, Out: buffer<f32>, rows: scalar<u32>"
    )
    for query in ("thread_position_in_threadgroup", "threadgroup_position_in_grid"):
        assert list(re.findall(rf"= {query} (\w) : u32", text)) == ["x", "y"]
    # Loads, stores and the barrier between them, in the order of the source.
    order = re.findall(r"\b(load A|store|barrier|load|if)\b", text)
    assert order == ["if", "load A", "store", "barrier", "if", "load", "store"]
    source = TRANSPOSE.read_text().splitlines()
    for line in lines[1:]:
        place = re.search(r"// transpose\.py:(\d+)$", line)
        if "load A" in line:
            assert place and "A[row * cols + col]" in source[int(place[1]) - 1]


def test_dump_ir_of_a_loop(tmp_path: Path):
    text = dump("--dump-ir", SOFTMAX, tmp_path)
    assert re.search(r"%largest\S* = for .* : f32", text)
    assert re.search(r"do \(%i: u32, %largest: f32\)", text)
    assert "store" in text and "if %" in text


def test_dump_mlir(tmp_path: Path):
    text = dump("--dump-mlir", SOFTMAX, tmp_path)
    assert text.count("enigma.kernel @enigma_kernel_softmax") == 1
    for part in ("!enigma.buffer<f32, device>", "scf.for ", "scf.if ", "scf.yield", "enigma.load ",
                 "enigma.threadgroup_position_in_grid x"):  # fmt: skip
        assert part in text, part


def test_dump_mlir_after_one_pass(tmp_path: Path):
    text = dump("--dump-mlir=enigma-infer-access", SOFTMAX, tmp_path)
    assert text.count("IR Dump After") == text.count("enigma.kernel @") == 1
    assert "%X: !enigma.buffer<f32, device, read>" in text
    assert "%Out: !enigma.buffer<f32, device, write>" in text


def test_dump_mlir_after_all_passes(tmp_path: Path):
    text = dump("--dump-mlir=all", SOFTMAX, tmp_path)
    passes = re.findall(r"IR Dump After \S+ \(([\w-]+)\)|IR Dump After (\w+)", text)
    assert len(passes) >= 3
    # After import, and after each pass.
    assert text.count("enigma.kernel @") == len(passes) + 1


def test_dump_metal_is_the_artifact(tmp_path: Path):
    text = dump("--dump-metal", SOFTMAX, tmp_path)
    assert text.encode() == (tmp_path / "softmax.metal").read_bytes()


def test_dump_llvm_is_the_artifact(tmp_path: Path):
    text = dump("--dump-llvm", SOFTMAX, tmp_path)
    enigmac(SOFTMAX, "-o", tmp_path, "--emit", "llvm").expect()
    assert text.encode() == (tmp_path / "softmax.ll").read_bytes()
    assert "define void @enigma_kernel_softmax(" in text and "!air.kernel" in text


def test_dumps_come_in_the_order_of_the_stages(tmp_path: Path):
    options = ["--dump-llvm", "--dump-metal", "--dump-mlir", "--dump-ir"]
    text = enigmac(SOFTMAX, "-o", tmp_path, *options).expect().out
    starts = ["kernel enigma_kernel_softmax(", "module @softmax", "#include <metal_stdlib>",
              "target triple"]  # fmt: skip
    places = [text.index(start) for start in starts]
    assert places == sorted(places)


def test_dump_ir_of_mlir_is_refused(tmp_path: Path):
    enigmac(SOFTMAX, "-o", tmp_path, "--emit", "mlir").expect()
    done = enigmac(tmp_path / "softmax.mlir", "--dump-ir", "-o", tmp_path / "out")
    assert "--dump-ir" in done.expect(WRONG_COMMAND_LINE).err


def test_pass_pipeline(tmp_path: Path):
    source = tmp_path / "twice.py"
    source.write_text(
        "import enigma\n\n"
        "@enigma.kernel\n"
        "def k(A: enigma.f32, B: enigma.f32):\n"
        "    i = enigma.thread_position_in_grid()\n"
        "    B[i] = A[i + 1] * A[i + 1]\n"
    )
    access = "builtin.module(enigma.kernel(enigma-infer-access))"
    nothing = enigmac(source, "--pass-pipeline", access, "-o", "-", "--emit", "mlir")
    pipeline = "builtin.module(enigma.kernel(canonicalize,cse,enigma-infer-access))"
    merged = enigmac(source, "--pass-pipeline", pipeline, "-o", "-", "--emit", "mlir")
    assert nothing.expect().out.count("enigma.load ") == 2
    assert "device, read>" in nothing.out
    assert merged.expect().out.count("enigma.load ") == 1
    assert "device, read>" in merged.out


@pytest.mark.parametrize(
    "pipeline",
    ["builtin.module(", "canonicalise", "builtin.module(cse{x=1})", "cse", "enigma.kernel(cse)"],
)
def test_wrong_pass_pipeline(pipeline: str, tmp_path: Path):
    done = enigmac(SOFTMAX, "--pass-pipeline", pipeline, "-o", tmp_path / "out")
    assert "--pass-pipeline" in done.expect(WRONG_COMMAND_LINE).err
    assert not (tmp_path / "out").exists()


FOLDABLE = """
module @fold {
  enigma.kernel @enigma_kernel_fold(%A: !enigma.buffer<si32, device>) fast {
    %zero = arith.constant 0 : i32
    %i = enigma.thread_position_in_grid x
    %a = arith.xori %i, %i : i32
    %b = arith.addi %i, %a : i32
    %x = arith.index_castui %b : i32 to index
    enigma.store %zero, %A[%x] : !enigma.buffer<si32, device>
    enigma.return
  }
}
"""


def test_crash_reproducer(tmp_path: Path):
    source = tmp_path / "fold.mlir"
    source.write_text(FOLDABLE)
    enigmac(source, "-o", tmp_path / "fine").expect()
    # canonicalize fails when it is told to and one iteration is not enough.
    failing = "builtin.module(enigma.kernel(canonicalize{max-iterations=1 test-convergence=true}))"
    reproducer = tmp_path / "reproducer.mlir"
    done = enigmac(
        source, "--pass-pipeline", failing, "--crash-reproducer", reproducer, "-o", tmp_path / "out",
        env={"TMPDIR": str(tmp_path)},
    ).expect(INTERNAL_ERROR)  # fmt: skip
    assert done.err.count("error: internal error: ") == 1
    assert f"report this with {reproducer}" in done.err
    text = reproducer.read_text()
    assert "enigma.kernel" in text and "enigma_kernel_fold" in text
    assert "canonicalize{" in text and "max-iterations=1" in text
    assert not (tmp_path / "out").exists()


def test_crash_reproducer_of_a_run_that_succeeds(tmp_path: Path):
    reproducer = tmp_path / "reproducer.mlir"
    enigmac(SOFTMAX, "--crash-reproducer", reproducer, "-o", tmp_path / "out").expect()
    assert not reproducer.exists()
