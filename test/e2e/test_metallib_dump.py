"""metallib-dump on what enigmac writes, on what Apple's compiler wrote, and on broken files."""

from __future__ import annotations

import json
import re
import tarfile
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
    assert lines[0] == str(library)
    for line in (
        "  type          executable",
        "  target        macOS 14.0",
        "  functions     2 kernels",
        "  compiled for  air64-apple-macosx14.0.0, AIR 2.6, Metal 3.1",
    ):
        assert line in lines
    for name in ("histogram", "histogram_local"):
        assert f"kernel enigma_kernel_{name}" in lines
    squeezed = [" ".join(line.split()) for line in lines]
    assert "[[buffer(0)]] device const uchar *X read" in squeezed
    assert "[[buffer(2)]] constant uint &n read, 4 bytes" in squeezed
    assert done.out.count("(matches)") == 2
    # Columns are aligned: every declaration of a function starts in one place.
    block = done.out.split("\n\n")[1].splitlines()
    arguments = [line for line in block if line.startswith("  [[")]
    assert len({len(line) - len(line.split("]]", 1)[1].lstrip()) for line in arguments}) == 1


def test_summary_and_list(library: Path):
    summary = metallib_dump(library, "--summary").expect().out
    full = metallib_dump(library).expect().out
    assert full.startswith(summary) and "[[" not in summary
    listed = metallib_dump(library, "--list").expect().out
    assert listed.startswith(summary)
    rows = [" ".join(line.split()) for line in listed.removeprefix(summary).strip().splitlines()]
    assert [row.split()[:2] for row in rows] == [
        ["kernel", "enigma_kernel_histogram"],
        ["kernel", "enigma_kernel_histogram_local"],
    ]
    assert all("instructions" in row and "arguments" in row for row in rows)


def test_json(library: Path):
    document = json.loads(metallib_dump(library, "--json").expect().out)
    assert list(document)[:7] == "schema file format type platform os functions".split()
    assert (document["style"], document["uuid"], document["sections"]) == ("tool", None, [])
    assert document["irregularities"] == []
    assert document["schema"] == "enigma-metallib-dump/1"
    assert document["file"] == str(library)
    assert (document["type"], document["platform"], document["os"]) == (
        "executable", "macOS", "14.0"
    )  # fmt: skip
    for function in document["functions"]:
        assert (
            list(function)[:10]
            == "name type air msl triple size hash hash_ok arguments function_constants".split()
        )
        assert function["instructions"] > 0 and function["problem"] is None
        assert function["compiler"].startswith("enigmac ")
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
    assert "; kernel enigma_kernel_histogram\n;   device const uchar *X [[buffer(0)]]\n" in text
    assert re.search(
        r"define void @enigma_kernel_histogram\(ptr [^)]*addrspace\(1\)[^,]* %X,", text
    )
    assert "!air.kernel" in text and "@air.atomic.global.add.u.i32" in text


def test_one_function(library: Path, tmp_path: Path):
    name = "enigma_kernel_histogram_local"
    document = json.loads(metallib_dump(library, "--json", "--function", name).expect().out)
    assert [function["name"] for function in document["functions"]] == [name]
    metallib_dump(library, "--extract", tmp_path, "--function", name).expect()
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.air"]
    done = metallib_dump(library, "--function", "nothing").expect(WRONG_INPUT)
    assert "'nothing'" in done.err and done.out == ""


def test_functions_by_pattern(library: Path, tmp_path: Path):
    def names(*patterns: str) -> list[str]:
        options = [part for pattern in patterns for part in ("--function", pattern)]
        document = json.loads(metallib_dump(library, "--json", *options).expect().out)
        return [
            function["name"].removeprefix("enigma_kernel_") for function in document["functions"]
        ]

    assert names("*local") == ["histogram_local"]
    assert names("enigma_*") == ["histogram", "histogram_local"]
    assert names("*m", "*_local") == ["histogram", "histogram_local"]
    done = metallib_dump(library, "--function", "[").expect(WRONG_COMMAND_LINE)
    assert "--function [" in done.err


def test_repack(library: Path, tmp_path: Path):
    out = tmp_path / "again.metallib"
    done = metallib_dump(library, "--repack", out).expect()
    assert (done.out, done.err) == ("", "")
    assert out.read_bytes() == library.read_bytes()
    assert metallib_dump(library, "--repack", "-").expect().out_bytes == library.read_bytes()
    name = "enigma_kernel_histogram_local"
    metallib_dump(library, "--repack", out, "--function", name).expect()
    document = json.loads(metallib_dump(out, "--json").expect().out)
    assert [(f["name"], f["hash_ok"]) for f in document["functions"]] == [(name, True)]
    metallib_dump(library, "--repack", tmp_path / "no/such").expect(WRONG_ENVIRONMENT)


def test_damage_is_not_packed_again(library: Path, tmp_path: Path):
    whole = bytearray(library.read_bytes())
    whole[-200] ^= 1
    (tmp_path / "x.metallib").write_bytes(whole)
    out = tmp_path / "y.metallib"
    done = metallib_dump(tmp_path / "x.metallib", "--repack", out).expect(WRONG_INPUT)
    assert "does not match its hash" in done.err and not out.exists()


@needs_apple
def test_apples_libraries_are_packed_again(tmp_path: Path):
    files = sorted(VADD.parent.glob("*.metallib"))
    assert VADD in files
    out = tmp_path / "out.metallib"
    for path in files:
        assert metallib_dump(path, "--repack", out).expect().err == ""
        assert out.read_bytes() == path.read_bytes(), path
        had = b"RLST" in path.read_bytes()
        metallib_dump(path, "--repack", out, "--drop-reflection", "--drop-sources").expect()
        assert (out.read_bytes() != path.read_bytes()) == (had or "sources" in path.name), path
        before, after = (
            json.loads(metallib_dump(each, "--json").expect().out) for each in (path, out)
        )
        assert set(after["sections"]) <= {"HDYN"} and after["uuid"] == before["uuid"]
        assert [f["hash"] for f in after["functions"]] == [f["hash"] for f in before["functions"]]


@needs_apple
def test_every_apple_library_is_described():
    for path in sorted(VADD.parent.glob("*.metallib")):
        text = metallib_dump(path).expect()
        assert text.err == "" and "not described" not in text.out and "unknown" not in text.out
        for function in json.loads(metallib_dump(path, "--json").expect().out)["functions"]:
            assert function["hash_ok"] and function["type"] == "kernel", function["name"]
            assert [a["index"] for a in function["arguments"]] == list(
                range(len(function["arguments"]))
            )
            assert all(a["kind"] and a["name"] and a["type"] for a in function["arguments"])


@needs_apple
def test_embedded_sources(tmp_path: Path):
    library = VADD.parent / "sources.26.metallib"
    assert "  sources       2 archives\n" in metallib_dump(library).expect().out
    metallib_dump(library, "--extract", tmp_path).expect()
    assert {path.name for path in tmp_path.iterdir()} == {
        "foo.air", "bar.air", "sources.0.tar.bz2", "sources.1.tar.bz2"
    }  # fmt: skip
    with tarfile.open(tmp_path / "sources.0.tar.bz2") as archive:
        assert any(name.endswith("sources.metal") for name in archive.getnames())


def test_diff(library: Path, compiled, tmp_path: Path):
    same = metallib_dump("--diff", library, library).expect()
    assert same.out.splitlines()[2:] == ["0 functions removed, 0 added, 0 changed, 2 identical"]
    metallib_dump("--diff", "--exit-code", library, library).expect()
    name = "enigma_kernel_histogram"
    metallib_dump(library, "--repack", tmp_path / "one.metallib", "--function", name).expect()
    done = metallib_dump(library, tmp_path / "one.metallib", "--diff").expect()
    assert "- kernel enigma_kernel_histogram_local\n" in done.out
    assert done.out.endswith("1 function removed, 0 added, 0 changed, 1 identical\n")
    metallib_dump(library, tmp_path / "one.metallib", "--diff", "--exit-code").expect(1)
    document = json.loads(
        metallib_dump(library, tmp_path / "one.metallib", "--diff", "--json").expect().out
    )
    assert document["schema"] == "enigma-metallib-diff/1"
    assert [f["name"] for f in document["removed"]] == ["enigma_kernel_histogram_local"]
    assert (document["added"], document["changed"], document["identical"]) == ([], [], 1)


@needs_apple
def test_diff_of_apples_targets():
    old, new = (VADD.parent / f"constants.{target}.metallib" for target in ("13", "26"))
    lines = metallib_dump("--diff", old, new).expect().out.splitlines()
    assert "  target: macOS 13.0 -> macOS 26.0" in lines
    assert any(
        line.startswith("  compiled for: air64-apple-macosx13.0.0, AIR 2.5") for line in lines
    )
    assert "~ kernel vadd" in lines and "    module: 4160 bytes -> 4560 bytes" in lines


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
    [
        ([], "file"),
        (["x", "--nope"], "--nope"),
        (["x", "--json", "--disassemble"], "--json"),
        (["x", "--list", "--summary"], "--summary"),
        (["x", "y"], "--diff"),
        (["x", "--diff"], "two files"),
        (["x", "y", "--diff", "--list"], "--list"),
        (["x", "--exit-code"], "--diff"),
        (["x", "--drop-reflection"], "--repack"),
        (["x", "--drop-sources"], "--repack"),
    ],
    ids=str,
)
def test_wrong_command_lines(arguments: list[str], said: str):
    done = metallib_dump(*arguments).expect(WRONG_COMMAND_LINE)
    assert done.out == "" and done.err.startswith("metallib-dump: error: ") and said in done.err


def test_help():
    text = metallib_dump("--help").expect().out
    for option in (
        *("--json", "--disassemble", "--extract", "--function", "--summary", "--list", "--diff"),
        *("--exit-code", "--repack", "--drop-reflection", "--drop-sources"),
    ):
        assert option in text


def test_environment(library: Path, tmp_path: Path):
    for path in ("nope.metallib", "."):
        done = metallib_dump(path, cwd=tmp_path).expect(WRONG_ENVIRONMENT)
        assert done.err.startswith(f"metallib-dump: error: {path}: ")
    (tmp_path / "file").write_text("mine")
    metallib_dump(library, "--extract", tmp_path / "file").expect(WRONG_ENVIRONMENT)
    metallib_dump(library, "--extract", tmp_path / "file/x").expect(WRONG_ENVIRONMENT)
    assert (tmp_path / "file").read_text() == "mine"


def test_control_characters_are_not_repeated(library: Path, tmp_path: Path):
    evil = library.read_bytes().replace(
        b"\x18\0enigma_kernel_histogram\0", b"\x18\0enigma_\x1b[2J\xc2\x9bel_\x7f\xc2\xb5gram\0", 1
    )
    assert len(evil) == library.stat().st_size
    (tmp_path / "x.metallib").write_bytes(evil)
    for options in ([], ["--list"], ["--disassemble"], ["--function", "none\x1b"]):
        done = metallib_dump("x.metallib", *options, cwd=tmp_path)
        assert all(c.isprintable() or c in "\n\t" for c in done.out + done.err), options
    assert (
        "kernel enigma_\\x1b[2J\\x9bel_\\x7f\u00b5gram\n"
        in metallib_dump("x.metallib", cwd=tmp_path).out
    )
    assert json.loads(metallib_dump("x.metallib", "--json", cwd=tmp_path).out)["functions"]


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
