"""Runs the tools as a person does: arguments in, exit status, standard output and error out."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
BINARIES = Path(os.environ.get("ENIGMA_BUILD", ROOT / "build")) / "bin"

DONE, WRONG_INPUT, WRONG_COMMAND_LINE, WRONG_ENVIRONMENT, INTERNAL_ERROR = 0, 1, 2, 3, 70

PATH_WITHOUT_XCRUN = os.pathsep.join(
    folder
    for folder in os.environ["PATH"].split(os.pathsep)
    if not shutil.which("xcrun", path=folder)
)


@dataclass
class Finished:
    """What a tool left behind."""

    command: list[str]
    status: int
    out_bytes: bytes
    err: str

    @property
    def out(self) -> str:
        return self.out_bytes.decode()

    def expect(self, status: int = DONE) -> Finished:
        """This, if the tool ended with `status` and without any sign of a crash."""
        shown = f"{' '.join(self.command)}\nstatus {self.status}\n{self.err[-4000:]}"
        assert self.status == status, shown
        assert "Traceback" not in self.err or "-v" in self.command, shown
        assert "Stack dump" not in self.err, shown
        assert "terminate called" not in self.err, shown
        return self


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The environment of a tool; a change to None takes a variable away."""
    made = dict(os.environ, PATH=PATH_WITHOUT_XCRUN, LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1")
    for name, value in (changes or {}).items():
        made.pop(name, None)
        if value is not None:
            made[name] = value
    return made


def run_tool(
    tool: str,
    *arguments: str | os.PathLike[str] | bytes,
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
    stdin: bytes = b"",
    **options: object,
) -> Finished:
    """Run one of the project's tools to its end."""
    command = [os.fspath(BINARIES / tool), *(os.fspath(a) for a in arguments)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(env),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
        **options,
    )
    shown = [os.fsdecode(part) for part in command]
    return Finished(shown, done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def enigmac(*arguments: str | os.PathLike[str] | bytes, **options: object) -> Finished:
    return run_tool("enigmac", *arguments, **options)


def enigma_run(*arguments: str | os.PathLike[str], **options: object) -> Finished:
    return run_tool("enigma-run", *arguments, **options)


def metallib_dump(*arguments: str | os.PathLike[str], **options: object) -> Finished:
    return run_tool("metallib-dump", *arguments, **options)


def files_in(folder: Path) -> dict[str, bytes]:
    """The names and contents of all files below a folder; none when it does not exist."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def targets() -> list[str]:
    """The names that --print-targets lists."""
    return [line.split()[0] for line in enigmac("--print-targets").expect().out.splitlines()]
