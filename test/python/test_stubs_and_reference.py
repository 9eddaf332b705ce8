"""What is generated from the package: the type stub and the Python reference."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys

import enigma
import pytest
from conftest import ROOT
from enigma._optable import DTYPES

PACKAGE = ROOT / "pyfront/enigma"


@pytest.mark.parametrize("script", ["gen_stubs.py", "gen_docs.py"])
def test_what_is_committed_is_current(script):
    command = [sys.executable, str(ROOT / "pyfront" / script), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def declarations() -> dict[str, ast.AST]:
    """What the stub binds, by name; of overloads the last."""
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            found.update({alias.asname or alias.name: node for alias in node.names})
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found.update({t.id: node for t in node.targets if isinstance(t, ast.Name)})
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


def parameters(node: ast.FunctionDef) -> list[str]:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args]
    named += [arguments.vararg] if arguments.vararg is not None else []
    return [a.arg for a in (*named, *arguments.kwonlyargs)]


@pytest.mark.parametrize("name", enigma.__all__)
def test_the_stub_declares(name):
    found = declarations()
    assert name in found
    item, node = getattr(enigma, name), found[name]
    if isinstance(node, ast.ImportFrom):
        # The module it comes from is annotated itself, and has the same object.
        module = sys.modules[node.module]
        assert getattr(module, name) is item
        if inspect.isfunction(item):
            unannotated = [
                p.name
                for p in inspect.signature(item).parameters.values()
                if p.annotation is p.empty
            ]
            assert not unannotated
    elif isinstance(node, ast.FunctionDef) and name != "kernel":  # whose overloads differ
        assert parameters(node) == list(inspect.signature(item).parameters)
        assert node.returns is not None


def test_the_stub_declares_nothing_else():
    public = {
        name
        for name, node in declarations().items()
        if not (isinstance(node, ast.ImportFrom) and node.module in ("typing", "collections.abc"))
    }
    assert public - set(enigma.__all__) <= {"Number", "Operand", "ThreadQuery", "__all__"}
    assert (PACKAGE / "py.typed").exists()


def test_every_public_name_is_in_the_reference_with_a_meaning():
    text = (ROOT / "docs/api.md").read_text()
    entries = dict(re.findall(r"^\| `(\w+)[(`].*? \| (.*) \|$", text, re.MULTILINE))
    assert set(entries) == set(enigma.__all__)
    assert not [name for name, meaning in entries.items() if not meaning.strip()]


def test_dtypes_are_in_the_reference():
    text = (ROOT / "docs/api.md").read_text()
    for row in DTYPES:
        assert f"| `{row.name}` | Metal's `{row.metal}`. |" in text
