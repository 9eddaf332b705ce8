"""Plain Python control flow on the CPU device and as Metal source: what the bodies of
test/python/test_native_control_flow.py compute as plain Python."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from kernel_modules import Launch, check_launches
from witnesses import MODES, Mode

# The bodies and their meaning in plain Python; its tests are not collected here.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
import test_native_control_flow as plain

NUMBERS = (0, 1, 3, 5, 8)
TYPES = {"F": np.float32, "I": np.int32, "U": np.uint32}


def kernel(number: int, body: str) -> str:
    return (
        f"@enigma.kernel\ndef body_{number}(F: enigma.f32, I: enigma.i32, U: enigma.u32,\n"
        '        n: enigma.Scalar("int"), u: enigma.Scalar("uint"), a: enigma.Scalar("float")):\n'
        + textwrap.indent(textwrap.dedent(body), "    ")
        + "\n"
    )


def launches(number: int, name: str, body: str) -> list[Launch]:
    made = []
    for n in NUMBERS:
        if "unsigned" in name and n == 0:  # 0 - 1 wraps
            continue
        after, before = plain.in_python(body, n), plain.start()
        arguments = {k: np.array(before[k], t) for k, t in TYPES.items()}
        expected = {k: np.array(after[k], t) for k, t in TYPES.items()}
        scalars = {"n": n, "u": n, "a": 2.0}
        made.append(Launch(f"body_{number}", {**arguments, **scalars}, 1, 1, expected))
    return made


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_bodies(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "bodies.py"
    bodies = list(enumerate(plain.BODIES.items()))
    module.write_text("import enigma\n\n\n" + "\n\n".join(kernel(k, b) for k, (_, b) in bodies))
    check_launches(
        module, tmp_path, mode, [m for k, (name, b) in bodies for m in launches(k, name, b)]
    )
