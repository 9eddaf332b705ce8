"""Runs that are ended in the middle leave complete artifacts or none."""

from __future__ import annotations

import json
import os
import random
import re
import select
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
ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
SOURCES = [EXAMPLES / f"{name}.py" for name in NAMES]


class Run:
    """enigmac on its way; its workers are followed too, through a pipe that all of them hold."""

    def __init__(self, sources: list[Path], out: Path, jobs: int) -> None:
        self._ended, held = os.pipe()
        self.process = subprocess.Popen(
            [BINARIES / "enigmac", *sources, "-o", out, "-j", str(jobs)],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[held],
            # A signal that the caller ignores, as under nohup, is ignored by its children.
            preexec_fn=lambda: [signal.signal(n, signal.SIG_DFL) for n in ENDINGS] and None,
        )
        os.close(held)

    def end(self, number: signal.Signals) -> None:
        """Send the signal to the first process only, as `kill` and `timeout` do."""
        self.process.send_signal(number)
        assert self.process.wait() in (0, -number)

    def wait_for_workers(self) -> None:
        ready, _, _ = select.select([self._ended], [], [], 30)
        assert ready, "processes of a killed enigmac run on"
        os.close(self._ended)


def duration(sources: list[Path], out: Path, jobs: int) -> float:
    began = time.monotonic()
    run = Run(sources, out, jobs)
    assert run.process.wait() == 0
    run.wait_for_workers()
    return time.monotonic() - began


def check_complete(made: dict[str, bytes], complete: dict[str, bytes]) -> None:
    for name, contents in made.items():
        if not name.endswith(".tmp"):
            assert contents == complete[name], f"{name} is not whole"


def test_ignored_signal(compiled, tmp_path: Path):
    """Under nohup a run goes on when the terminal closes, and loses nothing."""
    complete = files_in(compiled())
    for delay in (0.02, 0.04, 0.05, 0.06, 0.07, 0.08):
        out = tmp_path / str(delay)
        process = subprocess.Popen(
            [BINARIES / "enigmac", SOURCES[0], "-o", out],
            env=environment(),
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) and None,
        )
        time.sleep(delay)
        process.send_signal(signal.SIGHUP)
        assert process.wait() == 0
        made = files_in(out)
        check_complete(made, complete)
        assert len(made) == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_one_input(number: signal.Signals, compiled, tmp_path: Path):
    complete = files_in(compiled())
    whole = duration(SOURCES[:1], tmp_path / "whole", 1)
    choose = random.Random(number)
    for i in range(20):
        out = tmp_path / str(i)
        run = Run(SOURCES[:1], out, 1)
        # Most of all around the end, where the files are written.
        time.sleep(choose.choice([choose.uniform(0, whole), choose.uniform(0.8, 1) * whole]))
        run.end(number)
        run.wait_for_workers()
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
        run = Run(SOURCES, out, 2)
        time.sleep(choose.uniform(0, whole))
        run.end(number)
        made = files_in(out)
        run.wait_for_workers()
        check_complete(files_in(out), complete)
        if number != signal.SIGKILL:
            # Nothing is written by workers once the first process has gone.
            assert files_in(out) == made
            assert not [name for name in made if name.endswith(".tmp")]


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
        run = Run(SOURCES[:1], out, 1)
        time.sleep(choose.uniform(0.85, 1.1 + i / 20) * whole)
        run.end(signal.SIGKILL)
        run.wait_for_workers()
        for path in out.glob("*.manifest.json"):
            seen += 1
            for artifact in json.loads(path.read_text())["artifacts"].values():
                contents = (out / artifact["path"]).read_bytes()
                assert sha256(contents).hexdigest() == artifact["sha256"]
    assert seen, "no run came as far as its manifest"
