"""Plain Python control flow makes no more code than the explicit forms of the same kernels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import EXAMPLES, enigmac

EXPLICIT = Path(__file__).resolve().parent / "explicit_forms"


def instructions(module: Path, level: str, folder: Path) -> dict[str, int]:
    """How many instructions each kernel has in the optimised AIR."""
    folder.mkdir()
    enigmac(module, level, "--emit", "llvm", "-o", folder).expect()
    text = (folder / f"{module.stem}.ll").read_text()
    bodies = re.findall(r"^define [^@]*@(\w+)\(.*?^}", text, re.MULTILINE | re.DOTALL)
    counts = {}
    for name in bodies:
        body = text[text.index(f"@{name}(") :]
        body = body[: body.index("\n}")]
        counts[name] = len(re.findall(r"^  \S", body, re.MULTILINE))
    assert counts and all(counts.values())
    return counts


@pytest.mark.parametrize("name", sorted(path.stem for path in EXPLICIT.glob("*.py")))
def test_no_more_instructions(name: str, tmp_path: Path):
    explicit = instructions(EXPLICIT / f"{name}.py", "-O2", tmp_path / "explicit")
    native = instructions(EXAMPLES / f"{name}.py", "-O2", tmp_path / "native")
    assert native.keys() == explicit.keys()
    assert all(native[kernel] <= explicit[kernel] for kernel in native), (native, explicit)
