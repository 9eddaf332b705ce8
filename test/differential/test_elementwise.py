"""Every elementwise op × dtype: exact Python or NumPy = the metallib on the CPU device = the Metal
source as C++, at -O0 and -O2, precise and fast; and the interpreter, on some of the operands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from accuracy import precise_ulp
from edge_values import operand_columns
from elementwise_cases import Case, cases_of, disagreements, kernel_source
from number_formats import DTYPES, FLOATS, decode
from witnesses import MODES, PATHS, Compiled, Mode, count_cells, paths

SCALARS = dict.fromkeys(DTYPES, 3) | {"b1": 1, "f32": 0.75, "f16": 0.75, "bf16": 0.75}


# How many of the operands' rows the interpreter computes.
INTERPRETED = 40


def interpreted(
    compiled: Compiled,
    dtype: str,
    rows: dict[str, list[Case]],
    arguments: dict[str, Any],
    columns: dict[str, Any],
    device: dict[str, np.ndarray],
) -> list[str]:
    """What is wrong with the interpreter: against the reference, and where an op is exact against
    the bits of the CPU device."""
    n = arguments["n"]
    chosen = np.arange(0, n, n // INTERPRETED)
    count = len(chosen)
    few = arguments | {name: arguments[name][chosen] for name in "ABC"} | {"n": count}
    few |= {name: np.zeros((len(rows[name]), count), arguments[name].dtype) for name in rows}
    columns = {name: [c[k] for k in chosen] for name, c in columns.items()}
    if dtype in FLOATS:
        columns = {name: np.array(c, np.float64) for name, c in columns.items()}
    buffers = compiled.run("interpreter", f"elementwise_{dtype}", few, count, 64)
    wrong = []
    for name, result in (("Out", dtype), ("Flags", "b1")):
        for case, got, there in zip(rows[name], buffers[name], device[name], strict=True):
            values, expected = decode(result, got), decode(result, there[chosen])
            wrong += disagreements(case, dtype, False, columns, values)
            if precise_ulp(case.op, dtype) is None:
                differs = [
                    k
                    for k, (x, y) in enumerate(zip(values, expected, strict=True))
                    if x != y and not (x != x and y != y)
                ]
                for k in differs[:1]:
                    wrong.append(f"{case.expression}: {values[k]!r}, the device {expected[k]!r}")
    return [f"interpreter: {text}" for text in wrong]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_elementwise(tmp_path: Path, dtype: str, mode: Mode) -> None:
    module = tmp_path / f"elementwise_{dtype}.py"
    module.write_text(kernel_source(dtype))
    compiled = Compiled(module, tmp_path, mode)
    cases = cases_of(dtype)
    rows = {"Out": [c for c in cases if not c.result], "Flags": [c for c in cases if c.result]}
    a, b, c = operand_columns(dtype)
    n, s = len(a), SCALARS[dtype]
    columns = {"a": decode(dtype, a), "b": decode(dtype, b), "c": decode(dtype, c)}
    columns["s"] = np.full(n, s, np.float64) if dtype in FLOATS else [s] * n
    arguments = {
        **{"A": a, "B": b, "C": c, "s": s, "n": n},
        "Out": np.zeros((len(rows["Out"]), n), a.dtype),
        "Flags": np.zeros((len(rows["Flags"]), n), np.bool_),
    }
    wrong = []
    for path in PATHS:
        buffers = compiled.run(path, f"elementwise_{dtype}", arguments, n, 64)
        for name, result in (("Out", dtype), ("Flags", "b1")):
            for case, got in zip(rows[name], buffers[name], strict=True):
                values = decode(result, got)
                found = disagreements(case, dtype, mode.is_fast, columns, values)
                wrong += [f"{path}: {text}" for text in found]
        count_cells([(case.op, dtype) for case in cases], path, mode)
        for op in ("load", "store", "scalar"):
            count_cells([(op, dtype)], path, mode)
        if path == "device" and "interpreter" in paths(mode):
            wrong += interpreted(compiled, dtype, rows, arguments, columns, buffers)
            count_cells([(case.op, dtype) for case in cases], "interpreter", mode)
    assert not wrong, "\n".join(wrong)
