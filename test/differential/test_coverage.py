"""Every row of the op table is emitted, lowered, documented and compared, on every dtype of its class.

What lacks anything is shown as one table: a row an op, a column a stage.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import elementwise_cases
import pytest
import test_memory
import test_simdgroup_matrices
import test_simdgroups
import test_tiles
import test_vectors
from kernel_modules import KERNELS
from number_formats import DTYPES
from witnesses import BUILD, PRECISE, Compiled

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pyfront"))
from enigma._optable import OPS, OpRow  # noqa: E402
from enigma.dtypes import BY_NAME as DTYPE  # noqa: E402
from enigma.dtypes import CLASSES, unsigned_of  # noqa: E402

Cell = tuple[str, str]  # op and dtype; "" where the op has no type variable

# Compared by tests that make their kernels themselves.
ELSEWHERE = {
    "cast": "test_conversions.py",
    "as_type": "test_conversions.py",
    "device_print": "test_debugging.py",
    "device_assert": "test_debugging.py",
}
COLUMNS = ("msl", "air", "lit", "differential", "docs")


# Signatures ----------------------------------------------------------------------------------------


def operands_of(row: OpRow) -> list[str]:
    """The operands of a signature: a dtype, `T:class` or `T`."""
    left = row.signature.partition("->")[0]
    return [part.strip() for part in left.split(",")] if left.strip() else []


def type_of(operand: str, dtype: str) -> str:
    """The type that an operand or result has where the type variable's dtype is `dtype`."""
    variable = operand.partition(":")[0]
    shapes = {"T": dtype, "S": dtype, "V": f"{dtype}x4", "V3": f"{dtype}x3"}
    return shapes.get(variable, operand)


def result_of(row: OpRow, dtype: str) -> str:
    """The result's type where the type variable's dtype is `dtype`."""
    result = row.signature.partition("->")[2].strip()
    return unsigned_of(DTYPE[dtype]).name if result == "unsigned T" else type_of(result, dtype)


def wanted_cells(row: OpRow) -> list[Cell]:
    """What has to be there of a row."""
    classes = [operand.partition(":")[2] for operand in operands_of(row) if ":" in operand]
    if not classes:
        return [(row.name, "")]
    return [(row.name, dtype.name) for dtype in CLASSES[classes[0]]]


# Both back ends: a kernel for each cell, as a trace ------------------------------------------------


def probe(row: OpRow, cell: Cell, number: int) -> dict[str, Any]:
    """A kernel that is one op on scalar parameters, and stores its result."""
    dtype = cell[1]
    types = [type_of(operand, dtype) for operand in operands_of(row)]
    result = result_of(row, dtype)
    loc = [0, number + 1, 0, number + 1, 1]
    params = [{"name": f"p{k}", "kind": "scalar", "dtype": t} for k, t in enumerate(types)]
    params.append({"name": "Out", "kind": "buffer", "dtype": result})
    body = [
        {"op": "scalar", "in": [f"p{k}"], "out": [[f"%{k}", t]], "loc": loc}
        for k, t in enumerate(types)
    ]
    attributes = {"attrs": {"dim": "x"}} if row.args == ("dim",) else {}
    operands = [f"%{k}" for k in range(len(types))]
    body += [
        {"op": row.name, "in": operands, "out": [["%r", result]], "loc": loc, **attributes},
        {"op": "constant", "out": [["%i", "u32"]], "attrs": {"value": 0}, "loc": loc},
        {"op": "store", "in": ["Out", "%i", "%r"], "loc": loc},
    ]
    return {
        "name": f"enigma_kernel_{number}",
        "python_name": f"probe_{number}",
        "loc": loc,
        "params": params,
        "launch": None,
        "function_constants": [],
        "body": body,
    }


class BackEnds:
    """What enigma-translate makes of traces."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def translate(self, source: Path, option: str) -> Path | None:
        target = source.with_suffix(f".{option}")
        command = [BUILD / "bin/enigma-translate", f"--{option}", source, "-o", target]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return target if done.returncode == 0 else None

    def accepts(self, kernels: list[dict[str, Any]], option: str) -> bool:
        document = {"schema": "enigma-trace/1", "module": "m", "files": ["m.py"], "defines": {}}
        source = self.folder / "probe.json"
        source.write_text(json.dumps(document | {"kernels": kernels}))
        imported = self.translate(source, "import-trace")
        return imported is not None and self.translate(imported, option) is not None

    def refused(self, kernels: dict[Cell, dict[str, Any]], option: str) -> set[Cell]:
        """The cells that a back end does not take: by halves, so that few runs find few."""
        if self.accepts(list(kernels.values()), option):
            return set()
        if len(kernels) == 1:
            return set(kernels)
        cells = list(kernels)
        halves = (cells[: len(cells) // 2], cells[len(cells) // 2 :])
        return set().union(
            *(self.refused({cell: kernels[cell] for cell in half}, option) for half in halves)
        )


# What the differential tests reach -------------------------------------------------------------------


def reached_cells(trace: Path) -> Iterator[Cell]:
    """The cells of a trace: ops with the dtype of their type variable, of its components."""
    rows = {row.name: row for row in OPS}

    def walk(body: list[dict[str, Any]], types: dict[str, str]) -> Iterator[Cell]:
        for op in body:
            types.update(map(tuple, op.get("out", [])))
            wanted = operands_of(rows[op["op"]])
            variable = next((k for k, w in enumerate(wanted) if ":" in w), None)
            dtype = "" if variable is None else types[op["in"][variable]].partition("x")[0]
            yield op["op"], dtype
            for region in op.get("regions", []):
                types.update(map(tuple, region["args"]))
                yield from walk(region["body"], types)

    for kernel in json.loads(trace.read_text())["kernels"]:
        yield from walk(kernel["body"], {})


@pytest.fixture(scope="module")
def reached(tmp_path_factory) -> set[Cell]:
    """The cells of everything that the tests of this folder compile and compare."""
    folder = tmp_path_factory.mktemp("coverage")
    generated = {
        "masked": "import enigma\n\n" + "".join(map(test_memory.masked_source, DTYPES)),
        "copies": "import enigma\n\n" + "".join(map(test_tiles.copy_source, DTYPES)),
        "async_copies": "import enigma\n\n" + "".join(map(test_tiles.async_source, DTYPES)),
        "simdgroups": test_simdgroups.all_sources(),
        "places": "import enigma\n\n"
        + "".join(map(test_simdgroup_matrices.places_source, test_simdgroup_matrices.TYPES)),
        "mixes": "import enigma\n\n"
        + "".join(test_simdgroup_matrices.mix_source(*m) for m in test_simdgroup_matrices.MIXES),
        "components": "import enigma\n\n" + "".join(map(test_vectors.components_source, DTYPES)),
        "consecutive": "import enigma\n\n" + "".join(map(test_vectors.consecutive_source, DTYPES)),
        "geometry": "import enigma\n\n"
        + "".join(
            test_vectors.geometry_source(dtype, width)
            for dtype in ("f32", "f16")
            for width in test_vectors.WIDTHS
        ),
    }
    for dtype in DTYPES:
        generated[f"elementwise_{dtype}"] = elementwise_cases.kernel_source(dtype)
    for name, text in generated.items():
        (folder / f"{name}.py").write_text(text)
    cells: set[Cell] = set()
    for module in [*sorted(folder.glob("*.py")), *sorted(KERNELS.glob("*.py"))]:
        compiled = Compiled(module, folder / module.stem, PRECISE[0])
        cells.update(reached_cells(compiled.artifact(".trace.json")))
    for op, file in ELSEWHERE.items():
        if f'("{op}", ' in (Path(__file__).resolve().parent / file).read_text():
            cells.add((op, ""))
    return cells


# The table -------------------------------------------------------------------------------------------


def in_words(cells: list[Cell]) -> str:
    """The dtypes of cells that lack something."""
    return " ".join(dtype for _, dtype in cells) or "all"


def lit_mentions() -> set[str]:
    """The ops that a lit test has, in the dialect or in a trace."""
    text = "\n".join(path.read_text() for path in (ROOT / "lit-tests").rglob("*") if path.is_file())
    return set(re.findall(r"\benigma\.(\w+)", text)) | set(re.findall(r'"op": "(\w+)"', text))


def documented() -> set[str]:
    """The ops with a meaning in the reference."""
    pattern = r"^\| `(\w+)[`(].*[^\\]\| (?:[^|]|\\\|)*\w(?:[^|]|\\\|)* \|$"
    return set(re.findall(pattern, (ROOT / "docs/ops.md").read_text(), re.MULTILINE))


def gaps(reached: set[Cell], backends: BackEnds) -> dict[str, dict[str, str]]:
    """What each row lacks, by column."""
    probes = {
        cell: probe(row, cell, number)
        for number, (row, cell) in enumerate(
            (row, cell) for row in OPS if row.signature for cell in wanted_cells(row)
        )
    }
    refused = {
        "msl": backends.refused(probes, "mlir-to-msl"),
        "air": backends.refused(probes, "mlir-to-llvmir"),
    }
    mentioned, described = lit_mentions(), documented()
    table: dict[str, dict[str, str]] = {}
    for row in OPS:
        wanted = wanted_cells(row)
        unreached = [cell for cell in wanted if cell not in reached]
        lacks: dict[str, str] = {}
        for column, cells in refused.items():
            # Ops of a form of their own are emitted and lowered where they are compared.
            missing = [c for c in wanted if c in cells] if row.signature else unreached
            if missing:
                lacks[column] = in_words(missing)
        if row.name not in mentioned:
            lacks["lit"] = "all"
        if unreached:
            lacks["differential"] = in_words(unreached)
        if row.name not in described:
            lacks["docs"] = "all"
        if lacks:
            table[row.name] = lacks
    return table


def report(table: dict[str, dict[str, str]]) -> str:
    """The gaps as a table."""
    lines = [("op", *COLUMNS)]
    lines += [(op, *(lacks.get(column, "") for column in COLUMNS)) for op, lacks in table.items()]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def test_every_row_is_covered(reached: set[Cell], tmp_path: Path) -> None:
    table = gaps(reached, BackEnds(tmp_path))
    assert not table, f"{len(table)} of {len(OPS)} rows lack something:\n{report(table)}"


def test_a_gap_is_seen(reached: set[Cell], tmp_path: Path) -> None:
    """The table names what is taken away."""
    without = reached - {("exp", "f16"), ("barrier", "")}
    table = gaps(without, BackEnds(tmp_path))
    assert table["exp"]["differential"] == "f16"
    assert table["barrier"]["differential"] == table["barrier"]["msl"] == "all"
    text = report({"exp": table["exp"]})
    assert text.splitlines()[0].split() == ["op", *COLUMNS] and "f16" in text


def test_a_back_end_that_lacks_an_op_is_seen(tmp_path: Path) -> None:
    rows = {row.name: row for row in OPS}
    cells = [("add", "f32"), ("sqrt", "bf16"), ("mul", "i32")]
    probes = {cell: probe(rows[cell[0]], cell, k) for k, cell in enumerate(cells)}
    assert BackEnds(tmp_path).refused(probes, "mlir-to-msl") == {("sqrt", "bf16")}
