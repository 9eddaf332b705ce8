"""Every elementwise op × dtype: exact Python or NumPy = the metallib on the CPU device = the Metal
source as C++, at -O0 and -O2, precise and fast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edge_values import operand_columns
from elementwise_cases import cases_of, disagreements, kernel_source
from number_formats import DTYPES, FLOATS, decode
from witnesses import MODES, PATHS, Compiled, Mode, count_cells

SCALARS = dict.fromkeys(DTYPES, 3) | {"b1": 1, "f32": 0.75, "f16": 0.75, "bf16": 0.75}


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
    assert not wrong, "\n".join(wrong)
