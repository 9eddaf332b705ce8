"""Nothing we emit is anything that Apple's readers would not accept: `enigma-translate --check-air`."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import WRONG_INPUT, enigmac, run_tool, targets
from example_runs import NAMES


def complaints(path: Path) -> str:
    return run_tool("enigma-translate", "--check-air", path).expect().out


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("target", targets())
def test_examples(target: str, level: str, compiled):
    folder = compiled("--target", target, level)
    for name in NAMES:
        assert complaints(folder / f"{name}.metallib") == ""
        assert complaints(folder / f"{name}.air") == ""


def test_precise_math(compiled):
    for target in ("macos13", "macos26"):
        folder = compiled("--target", target, "-O2", "--no-fast-math")
        for name in NAMES:
            assert complaints(folder / f"{name}.metallib") == ""


@pytest.mark.parametrize("name", NAMES)
def test_damage_is_reported(name: str, compiled, tmp_path: Path):
    library = (compiled() / f"{name}.metallib").read_bytes()
    damaged = tmp_path / "damaged.metallib"
    for place in (len(library) // 2, len(library) - 40):
        damaged.write_bytes(library[:place] + bytes([library[place] ^ 0xFF]) + library[place + 1 :])
        done = run_tool("enigma-translate", "--check-air", damaged).expect(WRONG_INPUT)
        assert ": HASH: is not that of the module" in done.out


def test_bfloat_is_computed_otherwise_where_it_does_not_exist(tmp_path: Path):
    source = tmp_path / "k.py"
    source.write_text(
        "import enigma\n\n\n@enigma.kernel\n"
        "def halve(A: enigma.bf16, C: enigma.bf16):\n"
        "    i = enigma.thread_position_in_grid\n"
        "    C[i] = A[i] * 0.5\n"
    )
    for target in ("macos13", "ios16", "macos14", "ios17"):
        enigmac(source, "-o", tmp_path / target, "--target", target).expect()
        assert complaints(tmp_path / target / "k.metallib") == ""
