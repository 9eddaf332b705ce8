"""docs/diagnostics: every number of the catalogue has a page, and what the pages show is true."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import BINARIES, EXAMPLES, ROOT, enigmac, environment

sys.path.insert(0, str(ROOT / "pyfront"))

from enigma._diagnostics import CATALOGUE

PAGES = ROOT / "docs" / "diagnostics"
NUMBERS = sorted(path.stem for path in PAGES.glob("[EW]*.md"))


@dataclass
class Page:
    """A page: its title, and the first block and the corrected one, each a language and text."""

    title: str
    wrong: tuple[str, str]
    right: tuple[str, str]


def page(number: str) -> Page:
    text = (PAGES / f"{number}.md").read_text(encoding="utf-8")
    heading = re.match(rf"# {number}: (.+)\n", text)
    assert heading, f"the first line is not '# {number}: title'"
    blocks = re.findall(r"^```(python|sh)\n(.*?)^```$", text, re.M | re.S)
    assert len(blocks) == 2, "a page has what goes wrong, and the corrected form"
    assert text.count("```") == 4
    return Page(heading[1], blocks[0], blocks[1])


def compile_block(block: tuple[str, str], folder: Path) -> tuple[int, list[dict]]:
    """Exit status and diagnostics of a block, in a folder with the examples it may name."""
    language, text = block
    if language == "python":
        (folder / "k.py").write_text(text, encoding="utf-8")
        command = "enigmac k.py -o out --toolchain native\n"
    else:
        for name in ("saxpy.py", "transpose.py"):
            shutil.copy(EXAMPLES / name, folder)
        command = text
    # Every run of enigmac in the block says in JSON what it has to say.
    (folder / "bin").mkdir()
    wrapper = folder / "bin" / "enigmac"
    wrapper.write_text(
        f'#!/bin/sh\n[ "$1" = explain ] || set -- "$@" --diagnostics json\n'
        f'exec {BINARIES / "enigmac"} "$@"\n'
    )
    wrapper.chmod(0o755)
    settings = environment({"TMPDIR": str(folder)})
    settings["PATH"] = f"{folder / 'bin'}{os.pathsep}{settings['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, env=settings, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    lines = [line for line in done.stderr.splitlines() if line.startswith("{")]
    said = [json.loads(line) for line in lines]
    if "explain" in text:  # it prints text
        said += [{"id": number} for number in re.findall(r"\[([EW]\d{4})", done.stderr)]
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, said


def test_every_number_has_a_page_and_every_page_a_number():
    assert sorted(CATALOGUE) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_what_goes_wrong(number: str, tmp_path: Path):
    block = page(number).wrong
    status, said = compile_block(block, tmp_path)
    assert [d.get("id") for d in said] == [number], said
    assert (status != 0) == (number[0] == "E")
    marked = [i + 1 for i, line in enumerate(block[1].splitlines()) if f"  # {number}" in line]
    if block[0] == "python":
        assert marked == [said[0]["line"]]
    else:
        assert marked == []


@pytest.mark.parametrize("number", NUMBERS)
def test_the_corrected_form(number: str, tmp_path: Path):
    assert compile_block(page(number).right, tmp_path) == (0, [])


def test_explain_prints_the_pages():
    for number in NUMBERS:
        shown = enigmac("explain", number).expect()
        assert shown.out == (PAGES / f"{number}.md").read_text(encoding="utf-8")
        assert shown.err == ""
    assert enigmac("explain", "e0112").expect().out == enigmac("explain", "E0112").expect().out


def test_explain_takes_the_names_of_warnings_and_several_at_once():
    both = enigmac("explain", "narrowing", "E0112").expect().out
    assert both.startswith("# W0101: ") and "\n# E0112: " in both


def test_explain_lists_all():
    lines = enigmac("explain").expect().out.splitlines()
    assert [line[:5] for line in lines] == NUMBERS
    for line in lines:
        name = CATALOGUE[line[:5]][1]
        assert line == f"{line[:5]}  {page(line[:5]).title}" + (f" (-W{name})" if name else "")


def test_explain_needs_neither_the_sources_nor_python(tmp_path: Path):
    """The pages are in the tool."""
    tool = tmp_path / "enigmac"
    shutil.copy((BINARIES / "enigmac").resolve(), tool)
    done = subprocess.run(
        [tool, "explain", "E0112"], cwd=tmp_path, env={"ENIGMA_PYFRONT": "/nonexistent"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout.startswith("# E0112: ")


@pytest.mark.parametrize("number", ["E9999", "X", "narowing", "112"])
def test_explain_of_what_is_unknown(number: str):
    done = enigmac("explain", number).expect(2)
    assert done.out == ""
    assert done.err.startswith(f"enigmac: error: explain: there is no diagnostic '{number}'")
    assert "[E0718]" in done.err
    assert ("did you mean 'narrowing'?" in done.err) == (number == "narowing")
