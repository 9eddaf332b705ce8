"""Function constants, set and by default, along every path; each dtype at the ends of its range."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kernel_modules import KERNELS, Launch, check_launches
from number_formats import DTYPES, FLOATS, INTEGERS, NUMPY, encode
from witnesses import MODES, Mode

N = 40


def bound_and_branch(rounds: int, gain: float | None, enabled: bool | None) -> Launch:
    a = np.arange(N, dtype=np.float32) * 0.5 - 4
    summed = a * rounds
    on = True if enabled is None else enabled
    out = summed * (1.5 if gain is None else gain) if on else summed - rounds
    constants: dict[int, bool | int | float] = {0: rounds}
    if gain is not None:
        constants[1] = gain
    if enabled is not None:
        constants[2] = enabled
    arguments = {"A": a, "Out": np.zeros_like(a)}
    expected = {"Out": out.astype(np.float32)}
    return Launch("bound_and_branch", arguments, N, 16, expected, constants=constants)


def names(constants: dict[int, int | float], total: int, gain: float) -> Launch:
    arguments = {"Ints": np.zeros(N, np.int32), "Floats": np.zeros(N, np.float32)}
    expected = {"Ints": np.full(N, total, np.int32), "Floats": np.full(N, gain, np.float32)}
    return Launch("names", arguments, N, 16, expected, constants=dict(constants))


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_function_constants(tmp_path: Path, mode: Mode) -> None:
    ints = np.arange(N, dtype=np.int32)
    launches = [
        bound_and_branch(0, None, None),
        bound_and_branch(3, None, None),
        bound_and_branch(5, 0.25, True),
        bound_and_branch(5, 0.25, False),
        bound_and_branch(1, -2.0, None),
        names({}, -14 + 65535, 1.5),
        names({3: 2**31 - 1, 65535: 0}, -2, 1.5),
        names({3: -(2**31), 1: -0.5}, 65535, -0.5),
        Launch("without", {"Ints": ints}, N, 16, {"Ints": ints + 1}),
    ]
    check_launches(KERNELS / "function_constants.py", tmp_path, mode, launches)


def ends(dtype: str) -> list[bool | int | float]:
    """Numbers at the ends of a dtype's range, and an ordinary one."""
    if dtype == "b1":
        return [False, True]
    if dtype in FLOATS:
        return [
            -0.0,
            {"f32": 3.4028234663852886e38, "f16": 65504.0, "bf16": 3.3895313892515355e38}[dtype],
            2.75,
        ]
    width, signed = INTEGERS[dtype]
    return [-(1 << width - 1), (1 << width - 1) - 1, 5] if signed else [0, (1 << width) - 1, 5]


def module_source() -> str:
    """For each dtype a kernel with a constant that has to be set, and one with each default."""
    lines = ["import enigma"]
    for number, dtype in enumerate(DTYPES):
        first = 16 * number
        lines.append(f"{dtype}_0 = enigma.function_constant(enigma.{dtype}, {first})")
        for i, default in enumerate(ends(dtype), 1):
            lines.append(
                f"{dtype}_{i} = enigma.function_constant(enigma.{dtype}, {first + i}, {default!r})"
            )
        lines += ["@enigma.kernel", f"def store_{dtype}(Out: enigma.{dtype}):"]
        lines += [f"    Out[{i}] = {dtype}_{i}" for i in range(len(ends(dtype)) + 1)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_every_dtype(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "constants.py"
    module.write_text(module_source())
    launches = []
    for number, dtype in enumerate(DTYPES):
        first, values = 16 * number, ends(dtype)
        empty = np.zeros(len(values) + 1, NUMPY[dtype])
        for given in values:
            for constants, stored in (
                ({first: given}, [given, *values]),
                ({first + i: given for i in range(len(values) + 1)}, [given] * (len(values) + 1)),
            ):
                expected = {"Out": encode(dtype, stored)}
                arguments = {"Out": empty}
                launches.append(
                    Launch(f"store_{dtype}", arguments, 1, 1, expected, constants=constants)
                )
    check_launches(module, tmp_path, mode, launches)
