"""metallib-dump on what enigmac writes, on what Apple's compiler wrote, and on broken files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from command_line import WRONG_COMMAND_LINE, WRONG_ENVIRONMENT, WRONG_INPUT, metallib_dump
from test_enigma_run import VADD, needs_apple


@pytest.fixture
def library(compiled) -> Path:
    return compiled() / "histogram.metallib"


def test_text(library: Path):
    done = metallib_dump(library).expect()
    assert done.err == ""
    lines = done.out.splitlines()
    assert lines[0].endswith("executable for macOS 14.0, 2 functions")
    for name in ("histogram", "histogram_local"):
        assert f"kernel enigma_kernel_{name}" in lines
    assert "  device const uchar *X [[buffer(0)]]  read" in lines
    assert "  constant uint &n [[buffer(2)]]  read, 4 bytes" in lines
    assert done.out.count("(matches)") == 2


def test_json(library: Path):
    document = json.loads(metallib_dump(library, "--json").expect().out)
    assert list(document) == "schema file format type platform os functions".split()
    assert document["schema"] == "enigma-metallib-dump/1"
    assert document["file"] == str(library)
    assert (document["type"], document["platform"], document["os"]) == (
        "executable", "macOS", "14.0"
    )  # fmt: skip
    for function in document["functions"]:
        assert (
            list(function)
            == "name type air msl triple size hash hash_ok arguments function_constants".split()
        )
        assert (function["type"], function["air"], function["msl"]) == ("kernel", "2.6", "3.1")
        assert function["triple"] == "air64-apple-macosx14.0.0"
        assert function["hash_ok"] is True
    x, bins, n = (a for a in document["functions"][0]["arguments"] if a["kind"] == "buffer")
    assert (x["name"], x["type"], x["location"], x["access"]) == ("X", "uchar", 0, "read")
    assert (bins["access"], bins["address_space"]) == ("read_write", "device")
    assert (n["address_space"], n["buffer_size"]) == ("constant", 4)


def test_extract(library: Path, tmp_path: Path):
    done = metallib_dump(library, "--extract", tmp_path / "a/b").expect()
    assert done.out == ""
    document = json.loads(metallib_dump(library, "--json").expect().out)
    files = {path.name: path.read_bytes() for path in (tmp_path / "a/b").iterdir()}
    assert set(files) == {f"{function['name']}.air" for function in document["functions"]}
    for function in document["functions"]:
        contents = files[f"{function['name']}.air"]
        assert len(contents) == function["size"]
        assert sha256(contents).hexdigest() == function["hash"]
        assert contents in library.read_bytes()


def test_disassemble(library: Path):
    text = metallib_dump(library, "--disassemble").expect().out
    for name in ("histogram", "histogram_local"):
        assert f"define void @enigma_kernel_{name}(" in text
    assert "!air.kernel" in text and "@air.atomic.global.add.u.i32" in text


def test_one_function(library: Path, tmp_path: Path):
    name = "enigma_kernel_histogram_local"
    document = json.loads(metallib_dump(library, "--json", "--function", name).expect().out)
    assert [function["name"] for function in document["functions"]] == [name]
    metallib_dump(library, "--extract", tmp_path, "--function", name).expect()
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.air"]
    done = metallib_dump(library, "--function", "nothing").expect(WRONG_INPUT)
    assert "'nothing'" in done.err and done.out == ""


@needs_apple
def test_apples_library():
    document = json.loads(metallib_dump(VADD, "--json").expect().out)
    (function,) = document["functions"]
    assert (function["name"], function["air"], function["hash_ok"]) == ("vadd", "2.6", True)
    assert [(c["name"], c["index"]) for c in function["function_constants"]] == [
        ("foo", 0), ("bar", 2)
    ]  # fmt: skip
    assert "define void @vadd(" in metallib_dump(VADD, "--disassemble").expect().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "file"), (["x", "--nope"], "--nope"), (["x", "--json", "--disassemble"], "--json")],
    ids=str,
)
def test_wrong_command_lines(arguments: list[str], said: str):
    done = metallib_dump(*arguments).expect(WRONG_COMMAND_LINE)
    assert done.out == "" and done.err.startswith("metallib-dump: error: ") and said in done.err


def test_help():
    text = metallib_dump("--help").expect().out
    for option in ("--json", "--disassemble", "--extract", "--function"):
        assert option in text


def test_environment(library: Path, tmp_path: Path):
    for path in ("nope.metallib", "."):
        done = metallib_dump(path, cwd=tmp_path).expect(WRONG_ENVIRONMENT)
        assert done.err.startswith(f"metallib-dump: error: {path}: ")
    (tmp_path / "file").write_text("mine")
    metallib_dump(library, "--extract", tmp_path / "file").expect(WRONG_ENVIRONMENT)
    metallib_dump(library, "--extract", tmp_path / "file/x").expect(WRONG_ENVIRONMENT)
    assert (tmp_path / "file").read_text() == "mine"


def test_malformed_files(library: Path, tmp_path: Path):
    whole = library.read_bytes()
    broken = {
        "empty": b"",
        "text": b"not a library\n",
        "magic": b"MTLB",
        "other magic": b"MTLC" + whole[4:],
        "zeros": b"MTLB" + bytes(300),
        "longer": whole + b"\0",
    }
    broken |= {f"cut at {size}": whole[:size] for size in range(1, len(whole), len(whole) // 40)}
    for name, contents in broken.items():
        (tmp_path / "x.metallib").write_bytes(contents)
        done = metallib_dump("x.metallib", "--json", cwd=tmp_path)
        assert done.status == WRONG_INPUT, name
        assert done.err.startswith("metallib-dump: error: x.metallib: "), name


def test_flipped_bits_do_not_crash(library: Path, tmp_path: Path):
    whole = bytearray(library.read_bytes())
    path = tmp_path / "x.metallib"
    for offset in range(0, len(whole), 97):
        whole[offset] ^= 0x10
        path.write_bytes(whole)
        for option in (["--json"], ["--disassemble"]) if offset % 2 else ([],):
            done = metallib_dump(path, *option)
            assert done.status in (0, WRONG_INPUT), f"bit 4 of byte {offset}: {done.err[-2000:]}"
        whole[offset] ^= 0x10


def test_a_module_that_was_changed_is_noticed(library: Path, tmp_path: Path):
    metallib_dump(library, "--extract", tmp_path).expect()
    module = (tmp_path / "enigma_kernel_histogram.air").read_bytes()
    whole = library.read_bytes()
    at = whole.index(module) + len(module) // 2
    (tmp_path / "x.metallib").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    done = metallib_dump(tmp_path / "x.metallib")
    assert "(DOES NOT MATCH)" in done.out or done.status == WRONG_INPUT
