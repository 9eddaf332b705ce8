"""Runs that are ended in the middle leave complete artifacts or none."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import pytest
from command_line import BINARIES, EXAMPLES, environment, files_in
from example_runs import NAMES

STRACE = shutil.which("strace")
SOURCES = [EXAMPLES / f"{name}.py" for name in NAMES]


def start(sources: list[Path], out: Path, jobs: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [BINARIES / "enigmac", *sources, "-o", out, "-j", str(jobs)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for_group(group: int) -> None:
    """Until no process of the group is left: workers may outlive a killed parent."""
    for _ in range(2000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.005)
    pytest.fail("processes of a killed enigmac run on")


def duration(sources: list[Path], out: Path, jobs: int) -> float:
    began = time.monotonic()
    assert start(sources, out, jobs).wait() == 0
    return time.monotonic() - began


def check_complete(made: dict[str, bytes], complete: dict[str, bytes]) -> None:
    for name, contents in made.items():
        if not name.endswith(".tmp"):
            assert contents == complete[name], f"{name} is not whole"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_one_input(number: signal.Signals, compiled, tmp_path: Path):
    complete = files_in(compiled())
    whole = duration(SOURCES[:1], tmp_path / "whole", 1)
    choose = random.Random(number)
    for i in range(20):
        out = tmp_path / str(i)
        process = start(SOURCES[:1], out, 1)
        # Most of all around the end, where the files are written.
        time.sleep(choose.choice([choose.uniform(0, whole), choose.uniform(0.8, 1) * whole]))
        process.send_signal(number)
        assert process.wait() in (0, -number)
        made = files_in(out)
        check_complete(made, complete)
        if number != signal.SIGKILL:
            assert not [name for name in made if name.endswith(".tmp")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_several_inputs(number: signal.Signals, compiled, tmp_path: Path):
    complete = files_in(compiled())
    whole = duration(SOURCES, tmp_path / "whole", 2)
    choose = random.Random(number)
    for i in range(8):
        out = tmp_path / str(i)
        process = start(SOURCES, out, 2)
        time.sleep(choose.uniform(0, whole))
        # Only the parent: what `kill` and `timeout` do.
        process.send_signal(number)
        assert process.wait() in (0, -number)
        if number != signal.SIGKILL:
            # Nothing is written by workers once the parent has gone.
            made = files_in(out)
            assert not [name for name in made if name.endswith(".tmp")]
            wait_for_group(process.pid)
            assert files_in(out) == made
        wait_for_group(process.pid)
        check_complete(files_in(out), complete)


CALLS = re.compile(r"^\d+ +(openat|write|rename)\((.*)$", re.MULTILINE)


def traced(out: Path, log: Path, *inject: str) -> int:
    """enigmac under strace, the calls that write files in `log`; its exit status."""
    command = ["-o", log, "-e", "trace=openat,write,rename", *inject]
    command += [BINARIES / "enigmac", SOURCES[0], "-o", out]
    return subprocess.run(
        [str(STRACE), "-f", *command], env=environment(), capture_output=True, check=False
    ).returncode


@pytest.mark.skipif(not STRACE, reason="strace is not installed: moments cannot be chosen")
def test_at_each_call_that_writes(compiled, tmp_path: Path):
    """Ended by SIGTERM at each call that creates, fills or renames a file of the output folder."""
    complete = files_in(compiled())
    log = tmp_path / "log"
    if traced(tmp_path / "out", log) != 0:
        pytest.skip("processes cannot be traced here")
    seen: dict[str, int] = {}
    moments: list[tuple[str, int]] = []
    writing = False
    for call, rest in CALLS.findall(log.read_text()):
        seen[call] = seen.get(call, 0) + 1
        writing |= call == "openat" and ".tmp" in rest
        if writing:
            moments.append((call, seen[call]))
    assert len([call for call, _ in moments if call == "rename"]) == 4
    left = set()
    for call, nth in moments:
        out = tmp_path / f"{call}{nth}"
        assert traced(out, log, "-e", f"inject={call}:signal=SIGTERM:when={nth}") in (
            -signal.SIGTERM,
            128 + signal.SIGTERM,
        )
        made = files_in(out)
        left.add(len(made))
        check_complete(made, complete)
        assert not [name for name in made if name.endswith(".tmp")], (call, nth)
    assert left == {0, 1, 2, 3, 4}


def test_manifest_comes_last(compiled, tmp_path: Path):
    """A manifest never describes artifacts that are not there yet."""
    choose = random.Random(7)
    whole = duration(SOURCES[:1], tmp_path / "whole", 1)
    seen = 0
    for i in range(20):
        out = tmp_path / str(i)
        process = start(SOURCES[:1], out, 1)
        time.sleep(choose.uniform(0.85, 1.1) * whole)
        process.kill()
        process.wait()
        for path in out.glob("*.manifest.json"):
            seen += 1
            for artifact in json.loads(path.read_text())["artifacts"].values():
                contents = (out / artifact["path"]).read_bytes()
                assert sha256(contents).hexdigest() == artifact["sha256"]
    assert seen, "no run came as far as its manifest"
