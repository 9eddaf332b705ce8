"""device_print and device_assert as a user meets them: the warning, the lines, and the failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import WRONG_INPUT, enigma_run, enigmac

MODULE = """
import enigma


@enigma.kernel(grid=(3, 2), block=(2, 2))
def speak(A: enigma.f32, n: enigma.Scalar("uint")):
    x, y = enigma.thread_position_in_grid("x"), enigma.thread_position_in_grid("y")
    enigma.device_print("at {} of {}", x + 3 * y, n)
    enigma.device_assert(x + 3 * y < n, "too far")
    A[x + 3 * y] = 1.5


@enigma.kernel(grid=4, block=4)
def silent(A: enigma.f32):
    A[enigma.thread_position_in_grid()] = 1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("debugging")
    (folder / "k.py").write_text(MODULE)
    done = enigmac("k.py", "-o", ".", cwd=folder).expect()
    assert done.err.count("[W0140, -Wdevice-print]") == 1
    assert "k.py:8:5: warning: device_print works on the CPU device" in done.err
    return folder


def test_the_warning_can_be_an_error_or_nothing(folder: Path):
    silent = enigmac("k.py", "-o", "quiet", "-Wno-device-print", cwd=folder).expect()
    assert silent.err == ""
    strict = enigmac("k.py", "-o", "strict", "-Werror", cwd=folder).expect(WRONG_INPUT)
    assert "k.py:8:5: error: device_print" in strict.err
    assert not (folder / "strict").exists()


def test_the_manifest_says_what_it_needs(folder: Path):
    kernels = json.loads((folder / "k.manifest.json").read_text())["kernels"]
    assert [kernel["requires"] for kernel in kernels] == [["cpu_device"], []]


def test_lines_are_sorted_by_position(folder: Path):
    command = ["k.manifest.json", "speak", "--scalar", "n=6", "--out", "A=a.npy"]
    expected = "".join(
        f"k.py:8: thread ({x}, {y}, 0): at {x + 3 * y} of 6\n" for y in (0, 1) for x in (0, 1, 2)
    )
    for _ in range(3):
        done = enigma_run(*command, cwd=folder).expect()
        assert (done.out, done.err) == ("", expected)


def test_a_failed_assertion(folder: Path):
    command = ["k.manifest.json", "speak", "--scalar", "n=4", "--out", "A=b.npy"]
    done = enigma_run(*command, cwd=folder).expect(WRONG_INPUT)
    assert done.err.splitlines()[-1] == (
        "enigma-run: error: k.py:9: thread (1, 1, 0): assertion failed: too far"
    )
    assert not (folder / "b.npy").exists()


def test_the_metal_text_says_what_is_left_out(folder: Path):
    metal = (folder / "k.metal").read_text()
    assert '// left out, Metal 3.1 has no log: device_print "at {} of {}".' in metal
    assert '// left out, Metal 3.1 has no log: device_assert "too far".' in metal
    enigmac("k.py", "-o", "new", "-q", "--target", "macos15", cwd=folder).expect()
    metal = (folder / "new/k.metal").read_text()
    assert 'os_log_default.log("at %u of %u", ' in metal


def test_a_wrong_format(tmp_path: Path):
    (tmp_path / "k.py").write_text(
        "import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n"
        '    enigma.device_print("{} {}", A[0])\n'
    )
    done = enigmac("k.py", "-o", ".", cwd=tmp_path).expect(WRONG_INPUT)
    assert "k.py:4:5: error: device_print: the format has 2 placeholders for 1 values" in done.err
