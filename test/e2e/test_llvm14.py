"""The LLVM generation that Apple's readers descend from reads every module we emit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import metallib_dump, targets
from example_runs import NAMES

DISASSEMBLER = shutil.which("llvm-dis-14")
ASSEMBLER = shutil.which("llvm-as-14")

pytestmark = pytest.mark.skipif(
    not DISASSEMBLER or not ASSEMBLER, reason="llvm-dis-14 or llvm-as-14 is not installed"
)


def accept(module: Path) -> str:
    """The module's text, after LLVM 14 has read the bitcode and then the text."""
    text = module.with_suffix(".dis.ll")
    for command in (
        [DISASSEMBLER, module, "-o", text],
        [ASSEMBLER, text, "-o", module.with_suffix(".bc")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and done.stderr == "", f"{module.name}: {done.stderr}"
    return text.read_text()


@pytest.mark.parametrize("level", ["-O0", "-O1", "-O2", "-O3"])
@pytest.mark.parametrize("target", targets())
def test_modules(target: str, level: str, compiled, tmp_path: Path):
    folder = compiled("--target", target, level)
    for name in NAMES:
        air = tmp_path / f"{name}.air"
        air.write_bytes((folder / f"{name}.air").read_bytes())
        whole = accept(air)
        metallib_dump(folder / f"{name}.metallib", "--extract", tmp_path / name).expect()
        extracted = sorted((tmp_path / name).glob("*.air"))
        assert extracted
        for module in extracted:
            text = accept(module)
            # One kernel a module, each of them in the `.air` file too.
            assert text.count("define void @enigma_kernel_") == 1
            assert f"define void @{module.stem}(" in text and f"@{module.stem}(" in whole


def test_precise_math(compiled, tmp_path: Path):
    folder = compiled("-O2", "--no-fast-math")
    for name in NAMES:
        air = tmp_path / f"{name}.air"
        air.write_bytes((folder / f"{name}.air").read_bytes())
        accept(air)
