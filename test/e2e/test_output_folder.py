"""Where artifacts go, and what happens when they cannot go there: status 3, and nothing written."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import pytest
from command_line import EXAMPLES, WRONG_ENVIRONMENT, enigmac, files_in

SAXPY, SOFTMAX = EXAMPLES / "saxpy.py", EXAMPLES / "softmax.py"


def refused(out: Path, *more: str | Path, **options: object) -> str:
    done = enigmac(SAXPY, "-o", out, *more, **options).expect(WRONG_ENVIRONMENT)
    assert done.out == ""
    assert done.err.count("error:") == 1
    return done.err


def test_folders_are_created(tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path / "a/b/c").expect()
    assert len(files_in(tmp_path / "a/b/c")) == 4


def test_existing_files_stay_and_artifacts_are_replaced(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "saxpy.metal").write_text("old")
    (tmp_path / "saxpy.trace.json").write_text("old")
    enigmac(SAXPY, "-o", tmp_path).expect()
    made = files_in(tmp_path)
    assert made["notes.txt"] == b"mine" and made["saxpy.trace.json"] == b"old"
    assert b"metal_stdlib" in made["saxpy.metal"]
    assert len(made) == 6


def test_output_is_a_file(tmp_path: Path):
    (tmp_path / "out").write_text("mine")
    assert str(tmp_path / "out") in refused(tmp_path / "out")
    assert files_in(tmp_path) == {"out": b"mine"}


def test_output_below_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    assert "file/out" in refused(tmp_path / "file/out")
    assert files_in(tmp_path) == {"file": b"mine"}


def test_folder_that_takes_no_files():
    # Not even root can write there.
    assert "/proc" in refused(Path("/proc/self"))


@pytest.mark.parametrize("artifact", ["saxpy.air", "saxpy.metallib", "saxpy.manifest.json"])
def test_artifact_is_a_folder(artifact: str, tmp_path: Path):
    (tmp_path / artifact).mkdir()
    assert artifact in refused(tmp_path)
    assert files_in(tmp_path) == {}


def test_dependency_file_in_a_folder_that_is_not_there(tmp_path: Path):
    assert "saxpy.d" in refused(tmp_path / "out", "-MF", tmp_path / "no/saxpy.d")
    assert files_in(tmp_path) == {}


def test_dependency_file_is_a_folder(tmp_path: Path):
    (tmp_path / "d").mkdir()
    refused(tmp_path / "out", "-MF", tmp_path / "d")
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize("limit", [0, 1000, 3000])
def test_files_that_cannot_grow(limit: int, tmp_path: Path):
    """As on a full disk, writing fails in the middle of a file."""

    def no_large_files() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    (tmp_path / "saxpy.metal").write_text("old")
    error = refused(tmp_path, preexec_fn=no_large_files)
    assert "cannot write" in error
    assert files_in(tmp_path) == {"saxpy.metal": b"old"}


def test_full_disk(tmp_path: Path):
    full = tmp_path / "full"
    full.mkdir()
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=8k none {full} 2>/dev/null") != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        error = refused(full)
        assert "No space left" in error
        assert files_in(full) == {}
    finally:
        assert os.system(f"umount {full}") == 0


def test_standard_output_that_is_full():
    with open("/dev/full", "wb") as full:
        import subprocess

        from command_line import BINARIES, environment

        done = subprocess.run(
            [BINARIES / "enigmac", SAXPY, "-o", "-", "--emit", "metallib"],
            stdout=full, stderr=subprocess.PIPE, env=environment(), check=False,
        )  # fmt: skip
    assert done.returncode == WRONG_ENVIRONMENT, done.stderr
    assert b"enigmac: error: " in done.stderr and b"No space left" in done.stderr


def test_permissions_follow_the_umask(tmp_path: Path):
    for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
        out = tmp_path / oct(mask)
        enigmac(SAXPY, "-o", out, preexec_fn=lambda mask=mask: os.umask(mask)).expect()
        for path in out.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == mode


def test_failed_run_keeps_what_was_there(module, tmp_path: Path):
    source = module("saxpy.py", (EXAMPLES / "saxpy.py").read_text())
    enigmac(source, "-o", tmp_path / "out").expect()
    before = files_in(tmp_path / "out")
    source.write_text(source.read_text().replace("alpha * X[i]", "alpha * Z[i]"))
    enigmac(source, "-o", tmp_path / "out").expect(1)
    assert files_in(tmp_path / "out") == before
