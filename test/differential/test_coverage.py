"""Every row of the op table, on every dtype of its class, has a differential case."""

from __future__ import annotations

import sys
from pathlib import Path

import elementwise_cases
import pytest
import test_memory
import test_simdgroup_matrices
import test_simdgroups
from kernel_modules import KERNELS, trace_ops
from number_formats import DTYPES
from witnesses import PRECISE, Compiled

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pyfront"))
from enigma._optable import OPS
from enigma.dtypes import CLASSES

# Compared by tests that make their kernels themselves.
ELSEWHERE = {"cast": "test_conversions.py", "as_type": "test_conversions.py"}
# Metal's simdgroup functions have no 64-bit form (MSL 6.9.2).
REFUSED = {(op.name, dtype) for op in OPS for dtype in ("i64", "u64") if op.group == "simdgroup"}


@pytest.fixture(scope="module")
def reached(tmp_path_factory) -> set[tuple[str, str]]:
    """(op, dtype) of everything that the tests of this folder compile and compare."""
    folder = tmp_path_factory.mktemp("coverage")
    generated = {
        "masked": "".join(map(test_memory.masked_source, DTYPES)),
        "places": "".join(
            map(test_simdgroup_matrices.places_source, test_simdgroup_matrices.TYPES)
        ),
        "mixes": "".join(
            test_simdgroup_matrices.mix_source(*m) for m in test_simdgroup_matrices.MIXES
        ),
        "simdgroups": "".join(map(test_simdgroups.source, test_simdgroups.DTYPES)),
    }
    for name, text in generated.items():
        (folder / f"{name}.py").write_text("import enigma\n\n" + text)
    for dtype in DTYPES:
        source = elementwise_cases.kernel_source(dtype)
        (folder / f"elementwise_{dtype}.py").write_text(source)
    ops: set[tuple[str, str]] = set()
    for module in [*sorted(folder.glob("*.py")), *sorted(KERNELS.glob("*.py"))]:
        compiled = Compiled(module, folder / module.stem, PRECISE[0])
        ops.update(trace_ops(compiled.artifact(".trace.json")))
    # A comparison's result says nothing about its operands.
    for dtype in DTYPES:
        cases = elementwise_cases.cases_of(dtype)
        ops.update((case.op, dtype) for case in cases if case.op.startswith("cmp_"))
    return ops


@pytest.mark.parametrize("row", OPS, ids=lambda row: row.name)
def test_every_row_has_a_case(reached: set[tuple[str, str]], row) -> None:
    if row.name in ELSEWHERE:
        text = (Path(__file__).resolve().parent / ELSEWHERE[row.name]).read_text()
        assert f'("{row.name}", ' in text
        return
    names = {op for op, _ in reached}
    assert row.name in names, f"no differential case for {row.name}"
    variable, colon, cls = row.signature.split(",")[0].split("->")[0].strip().partition(":")
    if row.name == "select":
        colon, cls = ":", "any"
    if colon:
        wanted = {(row.name, dtype.name) for dtype in CLASSES[cls]} - REFUSED
        assert not (missing := wanted - reached), f"{variable}: {sorted(missing)}"
