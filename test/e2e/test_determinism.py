"""The same input gives the same bytes, wherever and however enigmac runs."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from command_line import EXAMPLES, ROOT, enigmac, files_in
from example_runs import NAMES

EVERYTHING = ["--emit", "trace,mlir,metal,llvm,air,metallib,manifest", "-MD"]


def copy_examples(folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(EXAMPLES / f"{name}.py", folder)
    return [f"{name}.py" for name in NAMES]


def compile_in(folder: Path, jobs: int = 1, **options: object) -> dict[str, bytes]:
    names = copy_examples(folder)
    enigmac(*names, "-o", "out", *EVERYTHING, "-j", str(jobs), cwd=folder, **options).expect()
    return files_in(folder / "out")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = compile_in(tmp_path_factory.mktemp("reference") / "here")
    assert len(made) == 8 * len(NAMES)
    return made


def differing(made: dict[str, bytes], reference: dict[str, bytes]) -> list[str]:
    assert made.keys() == reference.keys()
    return [name for name in made if made[name] != reference[name]]


def test_another_folder(reference, tmp_path: Path):
    assert differing(compile_in(tmp_path / "a much longer folder/x"), reference) == []


@pytest.mark.parametrize("jobs", [2, 8])
def test_parallel(jobs: int, reference, tmp_path: Path):
    assert differing(compile_in(tmp_path / "x", jobs), reference) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4242"},
        {"LC_ALL": "C"},
        {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
        {"TZ": "Pacific/Kiritimati"},
        {"PYTHONDONTWRITEBYTECODE": None},
        {"PYTHONOPTIMIZE": "2"},
        {"HOME": None, "USER": None, "TMPDIR": "/"},
        {"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1"},
    ],
    ids=lambda changes: ",".join(f"{k}={v}" for k, v in changes.items()),
)
def test_environment(changes: dict[str, str | None], reference, tmp_path: Path):
    assert differing(compile_in(tmp_path / "x", env=changes), reference) == []


def test_empty_environment(reference, tmp_path: Path):
    nothing = dict.fromkeys(os.environ)
    assert differing(compile_in(tmp_path / "x", env=nothing), reference) == []


def test_umask(reference, tmp_path: Path):
    made = compile_in(tmp_path / "x", preexec_fn=lambda: os.umask(0o077))
    assert differing(made, reference) == []


def test_alone_or_among_others(reference, tmp_path: Path):
    names = copy_examples(tmp_path / "x")
    for name in names:
        enigmac(name, "-o", "out", *EVERYTHING, cwd=tmp_path / "x").expect()
    assert differing(files_in(tmp_path / "x/out"), reference) == []


def test_file_times(reference, tmp_path: Path):
    names = copy_examples(tmp_path / "x")
    for name in names:
        os.utime(tmp_path / "x" / name, (0, 0))
    enigmac(*names, "-o", "out", *EVERYTHING, cwd=tmp_path / "x").expect()
    assert differing(files_in(tmp_path / "x/out"), reference) == []


def test_how_the_input_is_named(reference, tmp_path: Path):
    """Only the dependency file repeats the path."""
    folder = tmp_path / "x"
    for i, name in enumerate(copy_examples(folder)):
        path = [folder / name, f"../x/{name}", f"./{name}"][i % 3]
        enigmac(path, "-o", "out", *EVERYTHING, cwd=folder).expect()
    changed = differing(files_in(folder / "out"), reference)
    assert [name for name in changed if not name.endswith(".d")] == []


def test_no_absolute_paths(tmp_path: Path):
    """Neither in text nor inside binary files, also for modules given by absolute paths."""
    module = tmp_path / "sub/module.py"
    module.parent.mkdir()
    (tmp_path / "sub/helper.py").write_text("def twice(x):\n    return x + x\n")
    module.write_text(
        "import enigma\nfrom helper import twice\n\n@enigma.kernel\n"
        "def k(A: enigma.f32):\n    A[0] = twice(A[1])\n"
    )
    enigmac(module, "-o", tmp_path / "out", *EVERYTHING[:2]).expect()
    for name, contents in files_in(tmp_path / "out").items():
        strings = re.findall(rb"[\x20-\x7e]{4,}", contents)
        for known in (str(tmp_path), str(ROOT), "/usr/", "/home/", "/root", "/tmp"):
            assert not any(known.encode() in text for text in strings), (name, known)


def test_bytecode_caches_are_not_written(tmp_path: Path):
    (tmp_path / "helper.py").write_text("X = 1.0\n")
    (tmp_path / "k.py").write_text(
        "import enigma\nfrom helper import X\n\n@enigma.kernel\n"
        "def k(A: enigma.f32):\n    A[0] = X\n"
    )
    enigmac("k.py", "-o", "out", cwd=tmp_path, env={"PYTHONDONTWRITEBYTECODE": None}).expect()
    assert not (tmp_path / "__pycache__").exists()
