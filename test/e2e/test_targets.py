"""Several targets in one run: a library for each, all of them in the manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import EXAMPLES, WRONG_COMMAND_LINE, enigmac, metallib_dump
from example_runs import RUNS
from test_manifest import schema_errors

SAXPY = EXAMPLES / "saxpy.py"
SUFFIXES = ("metal", "air", "metallib")


def test_each_target_has_its_files(tmp_path: Path):
    chosen = ["macos14", "macos26", "macos15"]
    options = [f"--target={name}" for name in chosen]
    done = enigmac(SAXPY, "-o", tmp_path, *options, "-MD", "--toolchain", "native").expect()
    assert done.err == ""
    made = {path.name for path in tmp_path.iterdir()}
    artifacts = {f"saxpy.{name}.{suffix}" for name in chosen for suffix in SUFFIXES}
    assert made == artifacts | {"saxpy.manifest.json", "saxpy.d"}

    manifest = json.loads((tmp_path / "saxpy.manifest.json").read_text())
    assert schema_errors(manifest) == []
    assert [row["name"] for row in manifest["targets"]] == ["macos26", "macos15", "macos14"]
    for row in manifest["targets"]:
        path = row["artifacts"]["metallib"]["path"]
        assert path == f"saxpy.{row['name']}.metallib"
        shown = json.loads(metallib_dump(tmp_path / path, "--json").expect().out)
        assert shown["functions"][0]["triple"] == row["target"]["triple"]
        assert shown["functions"][0]["air"] == row["target"]["air"]
    # A reader that knows one library gets the one that all systems load.
    assert manifest["target"] == manifest["targets"][-1]["target"]
    assert manifest["artifacts"] == manifest["targets"][-1]["artifacts"]
    rule = (tmp_path / "saxpy.d").read_text().split(":")[0]
    assert {Path(name).name for name in rule.split()} == artifacts | {"saxpy.manifest.json"}


def test_a_target_is_the_same_alone_and_with_others(tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path / "two", "--target", "ios18", "--target", "macos13").expect()
    for name in ("ios18", "macos13"):
        enigmac(SAXPY, "-o", tmp_path / name, "--target", name).expect()
        for suffix in SUFFIXES:
            alone = (tmp_path / name / f"saxpy.{suffix}").read_bytes()
            assert alone == (tmp_path / "two" / f"saxpy.{name}.{suffix}").read_bytes()
    both = json.loads((tmp_path / "two" / "saxpy.manifest.json").read_text())
    # The platform that was named first gives the main library.
    assert both["target"]["platform"] == "ios"
    assert [row["name"] for row in both["targets"]] == ["ios18", "macos13"]
    one = json.loads((tmp_path / "ios18" / "saxpy.manifest.json").read_text())
    assert "targets" not in one


def test_the_manifest_of_several_targets_runs(tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path, "--target", "macos26", "--target", "macos13").expect()
    for run in RUNS:
        if run.module == "saxpy":
            run.check(tmp_path / "saxpy.manifest.json", tmp_path, fast=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "macos14", "--target", "macos14"], "names 'macos14' twice"),
        (["--target", "macos14", "--target", "beos5"], "there is no target 'beos5'"),
        (
            ["--target", "macos14", "--target", "ios17", "-o", "-", "--emit", "metal"],
            "-o - needs one --target",
        ),
    ],
)
def test_what_cannot_be(options: list[str], message: str):
    done = enigmac(SAXPY, *options).expect(WRONG_COMMAND_LINE)
    assert message in done.err
