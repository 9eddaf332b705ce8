"""-g: lines and variables of the Python source in AIR and metallib, for every target, read by others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import (
    EXAMPLES,
    WRONG_INPUT,
    enigma_run,
    enigmac,
    files_in,
    metallib_dump,
    run_tool,
    targets,
)
from example_runs import NAMES, RUNS

# Their modules have no debug information in Apple's libraries either.
OLD = [name for name in targets() if name.startswith(("macos13", "ios16"))]

SAXPY = EXAMPLES / "saxpy.py"
SAXPY_LINES = {
    number: text
    for number, text in enumerate(SAXPY.read_text().splitlines(), 1)
    if "thread_position_in_grid" in text or "Out[i] =" in text
}


def functions(metallib: Path) -> list[dict]:
    return json.loads(metallib_dump(metallib, "--json").expect().out)["functions"]


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("target", targets())
def test_every_target(target: str, level: str, tmp_path: Path):
    options = ["-g", level, "--target", target, "-Wno-line-tables"]
    inputs = [EXAMPLES / f"{name}.py" for name in NAMES]
    assert enigmac(*inputs, "-o", tmp_path, *options).expect().err == ""
    for name in NAMES:
        library = tmp_path / f"{name}.metallib"
        source = (EXAMPLES / f"{name}.py").read_text().splitlines()
        for function in functions(library):
            assert function["source_file"] == f"{name}.py"
            # The `def`, or its decorator; what a jit function launches is called after the export.
            first = function["source_line"] - 1
            assert any(text.startswith("def ") for text in source[first : first + 2])
            table = function["line_table"]
            assert (table is None) == (target in OLD)
            if table:
                assert table["files"] == [f"{name}.py"] and table["lines"] > 1
                parameters = {a["name"] for a in function["arguments"] if a["kind"] == "buffer"}
                assert parameters <= set(table["variables"])
        for path in (library, tmp_path / f"{name}.air"):
            assert run_tool("enigma-translate", "--check-air", path).expect().out == ""
    for run in RUNS:
        run.check(tmp_path / f"{run.module}.manifest.json", tmp_path, fast=True)


@pytest.mark.parametrize("target", ["macos14", "macos26", "ios18"])
def test_lines_are_those_of_the_source(target: str, tmp_path: Path):
    enigmac(SAXPY, "-g", "-O0", "--target", target, "-o", tmp_path).expect()
    text = metallib_dump(tmp_path / "saxpy.metallib", "--disassemble").expect().out
    places = dict(re.findall(r"^(!\d+) = !DILocation\(line: (\d+),", text, re.MULTILINE))
    lines = {
        kind: {
            int(places[at]) for at in re.findall(rf"\b{kind} .*!dbg (!\d+)$", text, re.MULTILINE)
        }
        for kind in ("load", "store", "fmul", "fadd")
    }
    (store,) = (n for n, line in SAXPY_LINES.items() if "Out[i] =" in line)
    # A scalar is read where the kernel begins.
    (head,) = (function["source_line"] for function in functions(tmp_path / "saxpy.metallib"))
    assert lines == {"load": {head, store}, "store": {store}, "fmul": {store}, "fadd": {store}}
    assert re.search(r'!DIFile\(filename: "saxpy.py", directory: ""\)', text)
    assert re.search(r'!DISubprogram\(name: "saxpy", linkageName: "enigma_kernel_saxpy"', text)
    assert re.search(r'!DILocalVariable\(name: "i", .*line: \d+', text)
    assert '!"Dwarf Version", i32 4' in text
    language = "DW_LANG_Metal" if target == "macos26" else "DW_LANG_C_plus_plus_14"
    assert f"DICompileUnit(language: {language}" in text


@pytest.mark.skipif(
    not shutil.which("llvm-dis-14") or not shutil.which("llvm-as-14"),
    reason="llvm-dis-14 or llvm-as-14 is not installed",
)
@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("target", [name for name in targets() if name not in OLD])
def test_llvm_14_reads_it(target: str, level: str, tmp_path: Path):
    inputs = [EXAMPLES / f"{name}.py" for name in NAMES]
    enigmac(*inputs, "-g", level, "--target", target, "-o", tmp_path).expect()
    for name in NAMES:
        air = tmp_path / f"{name}.air"
        shown = subprocess.run(
            ["llvm-dis-14", air, "-o", "-"], capture_output=True, text=True, check=True
        )
        # LLVM drops debug information that its verifier finds fault with, and says so.
        assert shown.stderr == ""
        assert "call void @llvm.dbg.value(metadata" in shown.stdout
        assert re.search(r"^!\d+ = distinct !DICompileUnit\(", shown.stdout, re.MULTILINE)
        again = subprocess.run(
            ["llvm-as-14", "-o", "/dev/null"],
            input=shown.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (again.returncode, again.stderr) == (0, "")


def test_no_folder_is_in_the_files(tmp_path: Path):
    made = []
    for folder in (tmp_path / "one", tmp_path / "another" / "deeper"):
        folder.mkdir(parents=True)
        for name in NAMES:
            shutil.copy(EXAMPLES / f"{name}.py", folder)
        names = [f"{name}.py" for name in NAMES]
        enigmac(*names, "-g", "--emit", "air,llvm,metallib", "-o", "out", cwd=folder).expect()
        made.append(files_in(folder / "out"))
    assert made[0] == made[1]
    for name, contents in made[0].items():
        assert str(tmp_path).encode() not in contents, name
        assert str(EXAMPLES.parent).encode() not in contents, name


@pytest.mark.parametrize("target", ["macos13", "macos14"])
def test_only_debug_information_is_added(target: str, tmp_path: Path):
    for folder, options in (("with", ["-g", "-Wno-line-tables"]), ("without", [])):
        out = tmp_path / folder
        enigmac(SAXPY, *options, "--target", target, "-o", out).expect()
    plain = functions(tmp_path / "without/saxpy.metallib")[0]
    debug = functions(tmp_path / "with/saxpy.metallib")[0]
    assert plain["line_table"] is None and plain["source_file"] is None
    for key in ("instructions", "arguments", "calls", "options", "triple"):
        assert plain[key] == debug[key]
    metal = [(tmp_path / folder / "saxpy.metal").read_bytes() for folder in ("with", "without")]
    assert metal[0] == metal[1]
    text = metallib_dump(tmp_path / "without/saxpy.metallib", "--disassemble").expect().out
    assert "!dbg" not in text and "Dwarf Version" not in text


def test_what_a_target_lacks_is_said(tmp_path: Path):
    options = ["-g", "--target", "macos13", "-o", tmp_path / "out"]
    done = enigmac(SAXPY, *options).expect()
    assert done.err.count("warning: -g: code for macos13 has no line tables") == 1
    assert "[W0601, -Wline-tables]" in done.err
    strict = enigmac(SAXPY, *options, "-Werror").expect(WRONG_INPUT)
    assert "error: -g: code for macos13" in strict.err
    assert "-g " in enigmac("--help").expect().out


DIVERGING = """
    @enigma.kernel(block=64)
    def diverge(A: enigma.f32):
        i = enigma.thread_position_in_threadgroup()
        with enigma.if_(i < 40) as (then, otherwise):
            with then:
                enigma.barrier()
            with otherwise:
                A[i] = 1.0
                enigma.barrier()
"""


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_the_cpu_device_names_lines(level: str, module, tmp_path: Path):
    path = module("k.py", DIVERGING)
    lines = [n for n, line in enumerate(path.read_text().splitlines(), 1) if "barrier()" in line]
    options = [path, level, "--target", "macos14", "--toolchain", "native"]
    run = ["--size", "A=64", "--grid", "64", "--out", f"A={tmp_path}/a.npy"]
    enigmac(*options, "-o", tmp_path / "plain").expect()
    plain = enigma_run(tmp_path / "plain/k.manifest.json", *run).expect(WRONG_INPUT)
    assert "barrier divergence" in plain.err and "k.py" not in plain.err
    enigmac(*options, "-g", "-o", tmp_path / "debug").expect()
    debug = enigma_run(tmp_path / "debug/k.manifest.json", *run).expect(WRONG_INPUT)
    assert "barrier divergence" in debug.err
    for line in lines:
        assert f"k.py:{line}" in debug.err


def test_debugging_calls_keep_their_lines(module, tmp_path: Path):
    path = module(
        "k.py",
        """
        @enigma.kernel(grid=4, block=4)
        def check(A: enigma.f32):
            i = enigma.thread_position_in_grid()
            enigma.device_print("at {}", i)
            enigma.device_assert(i < 3, "too far")
            A[i] = 1.0
        """,
    )
    enigmac(path, "-g", "-q", "-o", tmp_path / "out").expect()
    done = enigma_run(tmp_path / "out/k.manifest.json", "--out", f"A={tmp_path}/a.npy")
    assert "k.py:6: thread (0, 0, 0): at 0" in done.expect(WRONG_INPUT).err
    assert "k.py:7: thread (3, 0, 0): assertion failed: too far" in done.err


def test_a_helper_in_another_file(module, tmp_path: Path):
    module("helpers.py", "def twice(x):\n    return x * 2.0\n")
    path = module(
        "k.py",
        """
        import enigma
        from helpers import twice


        @enigma.kernel(block=64)
        def k(A: enigma.f32):
            i = enigma.thread_position_in_grid()
            A[i] = twice(A[i])
        """,
    )
    enigmac(path, "-g", "-o", tmp_path / "out").expect()
    (function,) = functions(tmp_path / "out/k.metallib")
    assert function["line_table"]["files"] == ["helpers.py", "k.py"]
    shown = metallib_dump(tmp_path / "out/k.metallib").expect().out
    assert re.search(r"line table: \d lines of helpers.py, k.py; variables A i\n", shown)
