"""Every op on every dtype compiles for each generation of AIR.

enigmac itself compares what it wrote with the table of intrinsics and the rules of the target's bitcode
(docs/air.md), so that a module which a target could not read is an internal error here.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from elementwise_cases import kernel_source
from kernel_modules import KERNELS
from number_formats import DTYPES
from test_simdgroups import DTYPES as SIMDGROUP_DTYPES
from test_simdgroups import source as simdgroup_source
from witnesses import BUILD

# macOS 14 is what all other tests compile for; iOS differs in names alone.
TARGETS = ["macos13", "macos15", "macos26"]


def compile_for(targets: list[str], module: Path, folder: Path, *options: str) -> tuple[int, str]:
    chosen = [f"--target={target}" for target in targets]
    done = subprocess.run(
        [
            BUILD / "bin/enigmac",
            module,
            "-q",
            *chosen,
            *options,
            "--toolchain=native",
            "-o",
            folder,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def check(module: Path, folder: Path, level: str, math: str = "--fast-math") -> None:
    status, err = compile_for(TARGETS, module, folder, level, math)
    assert status == 0, err[-3000:]
    names = {path.name for path in folder.glob("*.metallib")}
    assert names == {f"{module.stem}.{target}.metallib" for target in TARGETS}


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_elementwise(dtype: str, level: str, tmp_path: Path) -> None:
    module = tmp_path / f"elementwise_{dtype}.py"
    module.write_text(kernel_source(dtype))
    check(module, tmp_path / "out", level, "--no-fast-math" if level == "-O0" else "--fast-math")


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("name", ["control_flow", "memory", "thread_queries"])
def test_kernels(name: str, level: str, tmp_path: Path) -> None:
    check(KERNELS / f"{name}.py", tmp_path / "out", level)


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_simdgroups(level: str, tmp_path: Path) -> None:
    module = tmp_path / "lanes.py"
    module.write_text("import enigma\n" + "\n".join(map(simdgroup_source, SIMDGROUP_DTYPES)))
    check(module, tmp_path / "out", level)
