"""Fixtures of the pyfront tests: trace a module's text, and check every trace on the way."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pyfront"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from enigma.module_runner import run_module  # noqa: E402
from schema_check import schema_errors  # noqa: E402
from trace_check import check_trace  # noqa: E402

SCHEMA = json.loads((ROOT / "docs/schema/trace-1.json").read_text())


class Answer:
    """What the runner answered for a module."""

    def __init__(self, text: str, source: str) -> None:
        answer = json.loads(text)
        assert list(answer) == ["trace", "diagnostics", "dependencies"]
        self.text = text
        self.source = source
        self.trace = answer["trace"]
        # Kernels of tests have parameters of every kind, used or not.
        self.unused = [d for d in answer["diagnostics"] if d["id"] == "W0102"]
        self.diagnostics = [d for d in answer["diagnostics"] if d["id"] != "W0102"]
        self.dependencies = answer["dependencies"]
        if self.trace is not None:
            assert schema_errors(self.trace, SCHEMA) == []
            check_trace(self.trace)

    @property
    def ids(self) -> list[str]:
        return [d["id"] for d in self.diagnostics]

    def kernel(self, name: str | None = None) -> dict:
        assert self.trace is not None, self.diagnostics
        kernels = self.trace["kernels"]
        if name is None:
            assert len(kernels) == 1
            return kernels[0]
        (found,) = [k for k in kernels if k["python_name"] == name]
        return found

    def body(self, name: str | None = None) -> list[dict]:
        return self.kernel(name)["body"]

    def ops(self, op: str) -> list[dict]:
        """All ops of a name, in every region of every kernel."""
        found = []

        def visit(body: list[dict]) -> None:
            for entry in body:
                if entry["op"] == op:
                    found.append(entry)
                for region in entry.get("regions", ()):
                    visit(region["body"])

        for kernel in self.trace["kernels"]:
            visit(kernel["body"])
        return found

    def text_at(self, place: dict) -> str:
        """The source that a diagnostic points at; lines are joined."""
        if sys.version_info < (3, 11):
            pytest.skip("columns need Python 3.11")
        lines = self.source.encode().split(b"\n")[place["line"] - 1 : place["end_line"]]
        if not lines:
            return ""
        lines[-1] = lines[-1][: place["end_col"]]
        lines[0] = lines[0][place["col"] :]
        return b"\n".join(lines).decode()

    def text_of(self, op: dict) -> str:
        """The source that an op's location spans."""
        _, line, col, end_line, end_col = op["loc"]
        return self.text_at({"line": line, "col": col, "end_line": end_line, "end_col": end_col})


@pytest.fixture
def run(tmp_path):
    """Run a module's text: `run(source, defines, kernels)` gives an Answer."""

    def run(source, defines=None, kernels=None, name="module_under_test.py") -> Answer:
        if isinstance(source, str):
            source = textwrap.dedent(source).lstrip("\n")
            (tmp_path / name).write_text(source, encoding="utf-8")
        else:
            (tmp_path / name).write_bytes(source)
            source = ""
        return Answer(run_module(str(tmp_path / name), defines or {}, kernels or []), source)

    return run


@pytest.fixture
def trace_body(run):
    """Trace the body of a kernel with parameters of every kind; gives the Answer."""

    def trace_body(body: str, params: str = "", before: str = "") -> Answer:
        params = params or (
            "F: enigma.f32, H: enigma.f16, I: enigma.i32, U: enigma.u32, B: enigma.u8, "
            'a: enigma.Scalar("float"), n: enigma.Scalar("int"), u: enigma.Scalar("uint")'
        )
        source = "import enigma\n" + textwrap.dedent(before) + "\n@enigma.kernel\n"
        source += f"def k({params}):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
        return run(source + "\n")

    return trace_body
