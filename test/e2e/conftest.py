"""What several test files share: modules on disk, and the examples compiled once."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from command_line import BINARIES, EXAMPLES, enigmac
from example_runs import NAMES

Compiled = Callable[..., Path]


def pytest_configure() -> None:
    if not (BINARIES / "enigmac").exists():
        pytest.exit(f"there is no enigmac in {BINARIES}: run ./dev build, or set ENIGMA_BUILD", 3)


@pytest.fixture
def module(tmp_path: Path) -> Callable[..., Path]:
    """Write a module: `module("k.py", text)` gives its path; text without import gets it."""

    def module(name: str, text: str) -> Path:
        text = textwrap.dedent(text).lstrip("\n")
        if "import enigma" not in text:
            text = "import enigma\n\n" + text
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return module


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """All examples compiled with some options, once for a session: `compiled("-O0")` is a folder."""
    made: dict[tuple[str, ...], Path] = {}

    def compiled(*options: str) -> Path:
        if options not in made:
            folder = tmp_path_factory.mktemp("examples")
            sources = [EXAMPLES / f"{name}.py" for name in NAMES]
            done = enigmac(*sources, "-o", folder, "-j", "2", "--toolchain", "native", *options)
            done.expect()
            assert done.out == "" and done.err == "", done.err
            made[options] = folder
        return made[options]

    return compiled
