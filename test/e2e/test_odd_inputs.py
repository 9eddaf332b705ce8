"""Inputs nobody means to give: diagnosed, or compiled if they are only unusual."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import (
    EXAMPLES,
    WRONG_COMMAND_LINE,
    WRONG_ENVIRONMENT,
    WRONG_INPUT,
    enigmac,
    files_in,
)

SAXPY = (EXAMPLES / "saxpy.py").read_text()


def refused(tmp_path: Path, name: str | bytes, status: int, *more: str) -> str:
    done = enigmac(name, "-o", "out", *more, cwd=tmp_path).expect(status)
    assert done.out == ""
    assert done.err.count("error:") == 1
    assert not (tmp_path / "out").exists()
    return done.err


def test_folder(tmp_path: Path):
    (tmp_path / "folder.py").mkdir()
    assert "cannot read 'folder.py': it is a folder" in refused(tmp_path, "folder.py", WRONG_INPUT)


@pytest.mark.parametrize("name", ["none.py", "none.trace.json", "none.mlir", "no/folder/k.py"])
def test_file_that_does_not_exist(name: str, tmp_path: Path):
    error = refused(tmp_path, name, WRONG_ENVIRONMENT)
    assert name in error and "No such file" in error


def test_empty_file(tmp_path: Path):
    (tmp_path / "k.py").write_text("")
    assert "nothing to compile" in refused(tmp_path, "k.py", WRONG_INPUT)


@pytest.mark.parametrize(
    "contents",
    [bytes(range(256)) * 4, b"\x7fELF\x02\x01\x01" + bytes(100), b"\x1b]0;owned\x07\x00"],
    ids=["every byte", "ELF", "escape sequences"],
)
def test_binary_file(contents: bytes, tmp_path: Path):
    (tmp_path / "k.py").write_bytes(contents)
    error = refused(tmp_path, "k.py", WRONG_INPUT)
    assert error.startswith("k.py:1:")
    # What a terminal would obey is not repeated.
    assert all(c.isprintable() or c == "\n" for c in error)


def test_control_characters_in_a_line_are_not_repeated(tmp_path: Path):
    (tmp_path / "k.py").write_bytes(b"x = '\x1b[2J' + missing\n")
    error = refused(tmp_path, "k.py", WRONG_INPUT)
    assert "\x1b" not in error
    excerpt, caret = error.splitlines()[1:3]
    assert excerpt[caret.index("^") :] == "missing"


@pytest.mark.parametrize("contents", [b"\xff\xfe" + SAXPY.encode("utf-16-le"), b"x = '\xe9'\n"])
def test_not_utf8(contents: bytes, tmp_path: Path):
    (tmp_path / "k.py").write_bytes(contents)
    assert refused(tmp_path, "k.py", WRONG_INPUT).startswith("k.py:1:")


def test_declared_encoding(tmp_path: Path):
    (tmp_path / "k.py").write_bytes(b"# coding: latin-1\n" + SAXPY.encode() + b"# \xe9\n")
    enigmac("k.py", "-o", "out", cwd=tmp_path).expect()


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (lambda text: text, 0),
        (lambda text: "\ufeff" + text, 0),
        (lambda text: text.replace("\n", "\r\n"), 0),
        (lambda text: text.rstrip("\n"), 0),
    ],
    ids=["as it is", "byte order mark", "CRLF", "no newline at the end"],
)
def test_unusual_text_is_the_same_program(change, lines: int, compiled, tmp_path: Path):
    (tmp_path / "saxpy.py").write_bytes(change(SAXPY).encode("utf-8"))
    enigmac("saxpy.py", "-o", "out", cwd=tmp_path).expect()
    expected = files_in(compiled())
    for name, contents in files_in(tmp_path / "out").items():
        assert contents == expected[name], name


def test_carets_in_crlf_files(tmp_path: Path):
    (tmp_path / "k.py").write_bytes(b"import enigma\r\nx = missing\r\n")
    error = refused(tmp_path, "k.py", WRONG_INPUT)
    assert error.splitlines()[1:3] == ["    2 | x = missing", "      |     ^~~~~~~"]
    assert "\r" not in error


def test_huge_line(tmp_path: Path):
    (tmp_path / "k.py").write_text("x = '" + "a" * 1_000_000 + "' + missing\n")
    error = refused(tmp_path, "k.py", WRONG_INPUT)
    assert len(error) < 1000
    excerpt, caret = error.splitlines()[1:3]
    assert excerpt[caret.index("^") :] == "missing"


def test_name_that_no_metallib_holds(tmp_path: Path):
    (tmp_path / "k.py").write_text(SAXPY.replace("def saxpy(", f"def {'k' * 70000}("))
    error = refused(tmp_path, "k.py", WRONG_INPUT)
    assert "length of NAME: 70015 does not fit its field of 16 bits" in error and len(error) < 400


def test_many_lines(tmp_path: Path):
    (tmp_path / "k.py").write_text("#\n" * 100_000 + "x = missing\n")
    assert refused(tmp_path, "k.py", WRONG_INPUT).startswith("k.py:100001:5:")


def test_deep_nesting(tmp_path: Path):
    (tmp_path / "k.py").write_text("x = " + "(" * 5000 + ")" * 5000 + "\n")
    refused(tmp_path, "k.py", WRONG_INPUT)


def test_recursion(module, tmp_path: Path):
    module("k.py", "import enigma\n\n\ndef f():\n    return f()\n\n\nf()\n")
    assert "recursion" in refused(tmp_path, "k.py", WRONG_INPUT)


@pytest.mark.parametrize(
    "stem", ["with space", "grüße", "-dash", "a.b", "日本", "semi;colon$x", "json"]
)
def test_unusual_names(stem: str, tmp_path: Path):
    (tmp_path / f"{stem}.py").write_text(SAXPY)
    enigmac(f"./{stem}.py", "-o", "out", "-MD", cwd=tmp_path).expect()
    made = files_in(tmp_path / "out")
    suffixes = (".air", ".d", ".manifest.json", ".metal", ".metallib")
    assert set(made) == {stem + suffix for suffix in suffixes}
    assert f"from {stem}.py" in made[f"{stem}.metal"].decode()


def test_name_that_is_not_utf8(tmp_path: Path):
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(SAXPY)
    assert "not UTF-8" in refused(tmp_path, b"\xff.py", WRONG_INPUT)


def test_folders_that_are_not_utf8(tmp_path: Path):
    odd = tmp_path / os.fsdecode(b"\xff")
    odd.mkdir()
    (odd / "k.py").write_text(SAXPY)
    enigmac("k.py", "-o", "out", cwd=odd).expect()
    assert len(files_in(odd / "out")) == 4


@pytest.mark.parametrize(
    ("value", "status"), [(b"\xff", WRONG_COMMAND_LINE), ("größe".encode(), WRONG_INPUT)]
)
def test_define_that_is_not_ascii(value: bytes, status: int, module, tmp_path: Path):
    module("k.py", 'import enigma\nN = enigma.define("N", 1)\n')
    assert "-D" in refused(tmp_path, "k.py", status, b"-DN=" + value)


def test_parent_folders_and_symlinks(compiled, tmp_path: Path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/saxpy.py").write_text(SAXPY)
    (tmp_path / "link.py").symlink_to("a/saxpy.py")
    (tmp_path / "folder").symlink_to("a")
    enigmac("../saxpy.py", "-o", "../../out/../out", cwd=tmp_path / "a/b").expect()
    enigmac("folder/saxpy.py", "-o", "out2", cwd=tmp_path).expect()
    enigmac("link.py", "-o", "out3", cwd=tmp_path).expect()
    expected = files_in(compiled())
    for folder in ("out", "out2"):
        for name, contents in files_in(tmp_path / folder).items():
            assert contents == expected[name], name
    # Artifacts are called after the link, not after what it points to.
    assert "link.metallib" in files_in(tmp_path / "out3")
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    refused_error = enigmac("dangling.py", cwd=tmp_path).expect(WRONG_ENVIRONMENT).err
    assert "dangling.py" in refused_error


def test_modules_that_print(module, tmp_path: Path):
    source = module(
        "k.py",
        """
        import os
        import subprocess
        import sys
        import enigma

        print("by print")
        sys.__stdout__.write("by sys.__stdout__\\n")
        sys.__stdout__.flush()
        os.write(1, b"by os.write\\n")
        subprocess.run(["echo", "by a process"])

        @enigma.kernel
        def k(A: enigma.f32):
            print("in the kernel")
            A[0] = 1.0
        """,
    )
    done = enigmac(source, "-o", "-", "--emit", "metal", cwd=tmp_path).expect()
    assert (
        done.out.startswith("// Generated by enigmac") and "by " not in done.out.split("\n", 1)[1]
    )
    for text in ("print", "sys.__stdout__", "os.write", "a process"):
        assert f"by {text}\n" in done.err
    assert "in the kernel\n" in done.err


def test_module_named_like_a_library_module(tmp_path: Path):
    for stem in ("json", "enigma", "types"):
        (tmp_path / f"{stem}.py").write_text(SAXPY)
        enigmac(f"{stem}.py", "-o", f"out_{stem}", cwd=tmp_path).expect()
        assert f"{stem}.metallib" in files_in(tmp_path / f"out_{stem}")


def test_current_folder_that_has_gone(tmp_path: Path):
    (tmp_path / "saxpy.py").write_text(SAXPY)
    gone = tmp_path / "gone"
    gone.mkdir()

    def enter_and_remove() -> None:
        os.chdir(gone)
        gone.rmdir()

    done = enigmac(tmp_path / "saxpy.py", "-o", tmp_path / "out", preexec_fn=enter_and_remove)
    done.expect()
    assert len(files_in(tmp_path / "out")) == 4


def test_module_that_changes_folder(module, tmp_path: Path):
    module("k.py", "import os\n" + SAXPY + "\nos.chdir('/')\n")
    enigmac("k.py", "-o", "out", cwd=tmp_path).expect()
    assert len(files_in(tmp_path / "out")) == 4


@pytest.mark.xfail(strict=True, reason="a module that kills its process takes enigmac with it")
@pytest.mark.parametrize("ending", ["os._exit(0)", "os.abort()"])
def test_module_that_kills_the_process(ending: str, module, tmp_path: Path):
    module("k.py", f"import os\nimport enigma\n{ending}\n")
    refused(tmp_path, "k.py", WRONG_INPUT)


def test_one_of_several_dies(module, tmp_path: Path):
    module("dies.py", "import os\nimport enigma\nos.abort()\n")
    (tmp_path / "saxpy.py").write_text(SAXPY)
    done = enigmac("dies.py", "saxpy.py", "-o", "out", cwd=tmp_path)
    assert done.status == 70
    assert "'dies.py'" in done.err and "signal 6" in done.err and "report" in done.err
    assert len(files_in(tmp_path / "out")) == 4
