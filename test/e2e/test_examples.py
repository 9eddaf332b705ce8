"""Every example, compiled at each level and math mode, computes what NumPy computes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from command_line import EXAMPLES, enigmac
from example_runs import NAMES, RUNS, ExampleRun


def test_every_example_is_run():
    """Here, or by test/differential/test_examples.py on both paths."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))
    try:
        from example_cases import CASES
    finally:
        del sys.path[0]
    assert {run.module for run in RUNS} | {case.module for case in CASES} == set(NAMES)


@pytest.mark.parametrize("math", ["--fast-math", "--no-fast-math"])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.title)
def test_numbers(run: ExampleRun, level: str, math: str, compiled, tmp_path: Path):
    manifest = compiled(level, math) / f"{run.module}.manifest.json"
    run.check(manifest, tmp_path, math == "--fast-math")


@pytest.mark.parametrize("level", ["-O1", "-O3"])
@pytest.mark.parametrize("name", sorted({run.module for run in RUNS}))
def test_numbers_at_other_levels(name: str, level: str, compiled, tmp_path: Path):
    for run in RUNS:
        if run.module == name:
            run.check(compiled(level) / f"{name}.manifest.json", tmp_path, fast=True)


def test_transpose_with_another_tile(tmp_path: Path):
    enigmac(EXAMPLES / "transpose.py", "-D", "TILE=8", "-o", tmp_path).expect()
    run = next(run for run in RUNS if run.module == "transpose")
    # Tiles of 16 are whole tiles of 8 too.
    run.check(tmp_path / "transpose.manifest.json", tmp_path, fast=True)
