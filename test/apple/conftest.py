"""Apple's libraries, opened once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from argument_structs import describe
from cpu_device import LIBRARY, ROOT, Library


def pytest_configure() -> None:
    if not LIBRARY.exists():
        pytest.exit(f"there is no {LIBRARY}: run ./dev build, or set ENIGMA_BUILD", 3)


@pytest.fixture(scope="session")
def apple_libraries() -> Path:
    """The folder of libraries that Apple's compiler made."""
    folder = Path(os.environ.get("ENIGMA_APPLE_METALLIBS", ROOT.parent / "shared/apple-metallibs"))
    if not folder.is_dir():
        pytest.skip(f"no libraries of Apple's compiler: {folder} ($ENIGMA_APPLE_METALLIBS)")
    return folder


@pytest.fixture(scope="session")
def ggml(apple_libraries: Path) -> Library:
    path = apple_libraries / "ggml-llama.ios18.metallib"
    if not path.exists():
        pytest.skip(f"there is no {path} ($ENIGMA_APPLE_METALLIBS)")
    return Library(path)


@pytest.fixture(scope="session")
def ggml_arguments(ggml: Library) -> dict[str, dict[int, dict]]:
    """Buffer arguments of each function, from the library's metadata."""
    return describe(ggml.path)
