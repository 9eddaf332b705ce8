"""Wrong kernels: one clear diagnostic with place, excerpt and caret; exit status 1; no artifact."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import EXAMPLES, WRONG_INPUT, enigmac, files_in


@dataclass
class WrongKernel:
    """`marked` is the source that the caret has to stand under; `said` is in the message."""

    name: str
    text: str
    marked: str
    said: str


BUFFERS = ",\n            ".join(f"P{i}: enigma.f32" for i in range(32))

WRONG = [
    WrongKernel(
        "float_index",
        """
        @enigma.kernel
        def k(A: enigma.f32, B: enigma.f32):
            x = A[enigma.thread_position_in_grid()]
            B[x * 0.5] = x
        """,
        "x * 0.5",
        "buffer 'B' is indexed by a f32 value",
    ),
    WrongKernel(
        "missing_annotation",
        """
        @enigma.kernel
        def k(A: enigma.f32, B):
            B[0] = A[0]
        """,
        "B",
        "parameter 'B' of kernel 'k' has no annotation",
    ),
    WrongKernel(
        "unknown_name",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            A[0] = missing + 1
        """,
        "missing",
        "name 'missing' is not defined",
    ),
    WrongKernel(
        "unknown_function",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            A[0] = enigma.sqroot(A[1])
        """,
        "enigma.sqroot",
        "sqroot",
    ),
    WrongKernel(
        "syntax",
        """
        @enigma.kernel
        def k(A: enigma.f32)
            A[0] = 1.0
        """,
        "",
        "expected ':'",
    ),
    WrongKernel(
        "indentation",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            A[0] = 1.0
              A[1] = 1.0
        """,
        "",
        "unexpected indent",
    ),
    WrongKernel(
        "unknown_argument_value",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            enigma.barrier("mem_everything")
            A[0] = 1.0
        """,
        'enigma.barrier("mem_everything")',
        "mem_everything",
    ),
    WrongKernel(
        "unknown_argument_name",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            A[enigma.thread_position_in_grid(axis="x")] = 1.0
        """,
        'enigma.thread_position_in_grid(axis="x")',
        "unexpected keyword argument 'axis'",
    ),
    WrongKernel(
        "unknown_dimension",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            A[enigma.thread_position_in_grid("w")] = 1.0
        """,
        'enigma.thread_position_in_grid("w")',
        "no dimension 'w'",
    ),
    WrongKernel(
        "wrong_dtype",
        """
        @enigma.kernel
        def k(A: enigma.f32, Out: enigma.f32):
            Out[0] = A[0] & 1
        """,
        "A[0] & 1",
        "`&` does not take a f32",
    ),
    WrongKernel(
        "unknown_dtype",
        """
        @enigma.kernel
        def k(A: "floot"):
            A[0] = 1.0
        """,
        'A: "floot"',
        "floot",
    ),
    WrongKernel(
        "python_if",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            if A[0] > 0:
                x = 1.0
            A[0] = x
        """,
        "A[0]",
        "'x' has no value on every path",
    ),
    WrongKernel(
        "exception",
        """
        def table():
            raise RuntimeError("no tables today")

        FACTOR = table()
        """,
        'raise RuntimeError("no tables today")',
        "RuntimeError: no tables today",
    ),
    WrongKernel(
        "exception_in_kernel",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            A[0] = {}["missing"]
        """,
        '{}["missing"]',
        "KeyError: 'missing'",
    ),
    WrongKernel("missing_import", "import nosuchmodule\n", "import nosuchmodule", "nosuchmodule"),
    WrongKernel(
        "exit", "import sys\n\nsys.exit(0)\n", "sys.exit(0)", "the module ended Python"
    ),
    WrongKernel(
        "one_name_twice",
        """
        @enigma.kernel(name="twin")
        def k(A: enigma.f32):
            A[0] = 1.0

        @enigma.kernel(name="twin")
        def j(A: enigma.f32):
            A[0] = 2.0
        """,
        "def j(A: enigma.f32):",
        "two kernels are called 'twin'",
    ),
    WrongKernel(
        "too_many_buffers",
        f"""
        @enigma.kernel
        def k({BUFFERS}):
            P0[0] = P1[0]
        """,
        "P31: enigma.f32",
        "32 parameters",
    ),
    WrongKernel(
        "block_too_large",
        """
        @enigma.kernel(block=(64, 32))
        def k(A: enigma.f32):
            A[0] = 1.0
        """,
        "enigma.kernel(block=(64, 32))",
        "2048 threads",
    ),
    WrongKernel(
        "block_above_max_threads",
        """
        @enigma.kernel(block=256, max_threads=128)
        def k(A: enigma.f32):
            A[0] = 1.0
        """,
        "enigma.kernel(block=256, max_threads=128)",
        "256 threads",
    ),
    WrongKernel(
        "too_much_threadgroup_memory",
        """
        @enigma.kernel
        def k(A: enigma.f32):
            t = enigma.threadgroup_alloc("float", 9000)
            t[0] = A[0]
            A[1] = t[0]
        """,
        'enigma.threadgroup_alloc("float", 9000)',
        "36000 bytes",
    ),
    WrongKernel(
        "out_of_bounds",
        """
        @enigma.kernel
        def k(A: enigma.f32[4]):
            A[7] = 1.0
        """,
        "A[7]",
        "index 7 is out of bounds of 'A'",
    ),
    WrongKernel(
        "write_to_input",
        """
        @enigma.kernel
        def k(A: enigma.In("float")):
            A[0] = 1.0
        """,
        "A[0]",
        "cannot be written",
    ),
    WrongKernel(
        "name_of_metals_own",
        """
        @enigma.kernel(name="main")
        def k(A: enigma.f32):
            A[0] = 1.0
        """,
        "def k(A: enigma.f32):",
        "'main'",
    ),
    WrongKernel("empty", "X = 1\n", "", "nothing to compile"),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_one_clear_diagnostic(wrong: WrongKernel, module, tmp_path: Path):
    module("k.py", wrong.text)
    done = enigmac("k.py", "-o", "out", cwd=tmp_path).expect(WRONG_INPUT)
    assert done.out == ""
    assert files_in(tmp_path / "out") == {} and not (tmp_path / "out").exists()
    lines = done.err.splitlines()
    assert sum("error:" in line for line in lines) == 1, done.err
    place = re.match(r"k\.py:(\d+):(\d+): error: (.*)$", lines[0])
    assert place, done.err
    assert wrong.said in place[3]
    source = (tmp_path / "k.py").read_text().splitlines()
    line, column = int(place[1]), int(place[2])
    shown = source[line - 1]
    assert lines[1].startswith(f"{line:5} | {shown[:100]}")
    caret = re.fullmatch(r"      \| ( *)(\^~*)", lines[2])
    assert caret and len(caret[1]) == column - 1, done.err
    if wrong.marked:
        assert shown[column - 1 :].startswith(wrong.marked)
        assert len(caret[2]) >= min(len(wrong.marked), 100)
    assert max(map(len, lines)) < 200
    assert "0x" not in done.err and "operation: " not in done.err


def test_all_kernels_are_diagnosed(module, tmp_path: Path):
    source = module(
        "k.py",
        """
        @enigma.kernel
        def first(A: enigma.f32):
            A[0] = one

        @enigma.kernel
        def good(A: enigma.f32):
            A[0] = 1.0

        @enigma.kernel
        def second(A: enigma.f32, B):
            A[0] = 1.0
        """,
    )
    done = enigmac(source, "-o", tmp_path / "out").expect(WRONG_INPUT)
    assert re.findall(r":(\d+):\d+: error:", done.err) == ["5", "12"]
    assert not (tmp_path / "out").exists()


def test_errors_in_a_helper_file(module, tmp_path: Path):
    module("helpers.py", "import enigma\n\n\ndef half(x):\n    return x * unknown\n")
    module(
        "k.py",
        """
        import enigma
        from helpers import half

        @enigma.kernel
        def k(A: enigma.f32):
            A[0] = half(A[1])
        """,
    )
    done = enigmac("k.py", cwd=tmp_path).expect(WRONG_INPUT)
    assert done.err.startswith("helpers.py:5:16: error: ")
    assert "    return x * unknown\n" in done.err


def test_files_are_named_as_the_user_did(module, tmp_path: Path):
    module("sub/k.py", "import enigma\nraise ValueError('x')\n")
    for path in ("sub/k.py", "./sub/k.py", "sub/../sub/k.py", str(tmp_path / "sub/k.py")):
        done = enigmac(path, cwd=tmp_path).expect(WRONG_INPUT)
        assert done.err.startswith(f"{path}:2:1: error: ValueError: x")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("TIEL=8", "no module defines 'TIEL'; there are TILE"),
        ("TILE=eight", "an integer is expected"),
        ("TILE=64", "4096 threads"),
        ("TILE=0", "not a size"),
    ],
)
def test_wrong_define(option: str, said: str, tmp_path: Path):
    source = Path(__file__).resolve().parents[2] / "examples/transpose.py"
    done = enigmac(source, "-D", option, "-o", tmp_path / "out").expect(WRONG_INPUT)
    assert said in done.err and done.err.count("error:") == 1
    assert not (tmp_path / "out").exists()


def test_tabs_and_wide_characters_keep_the_caret_in_place(tmp_path: Path):
    text = textwrap.dedent("""
        import enigma
        @enigma.kernel
        def k(A: enigma.f32):
        \tA[0] = "größe" and missing
        """)
    (tmp_path / "k.py").write_text(text, encoding="utf-8")
    done = enigmac("k.py", cwd=tmp_path).expect(WRONG_INPUT)
    excerpt, caret = done.err.splitlines()[1:3]
    assert excerpt[caret.index("^") :].startswith("missing")


HELPER = "import enigma\n\n\ndef half(x):\n    return x * unknown\n"
USER = """
import enigma
from helpers import half


@enigma.kernel
def k(A: enigma.f32, B: enigma.i32):
    B[0] = A[1]
    B[1] = A[1]


@enigma.kernel
def j(A: enigma.f32):
    A[0] = half(A[1])


@enigma.kernel
def i(A: enigma.f32):
    A[0.5] = 1.0
"""


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_all_diagnostics_of_all_modules_sorted_and_once(module, tmp_path: Path, jobs: str):
    module("helpers.py", HELPER)
    module("b.py", USER)
    module("a.py", USER)
    done = enigmac("b.py", "a.py", "missing.py", "-j", jobs, cwd=tmp_path).expect(WRONG_INPUT)
    found = re.findall(
        r"^(\S+?:\d+|enigmac)(?::\d+)?: (error|warning): .*\[([EW]\d+)", done.err, re.M
    )
    each = [("7", "warning", "W0101"), ("8", "warning", "W0101"), ("18", "error", "E0112")]
    expected = [("enigmac", "error", "E0710")]
    for name in ("a.py", "b.py"):
        expected += [(f"{name}:{line}", severity, number) for line, severity, number in each]
    # Both modules run into the helper's mistake.
    expected.append(("helpers.py:5", "error", "E0403"))
    assert found == expected, done.err
    assert not list(tmp_path.glob("*.metallib"))


def test_every_kernel_and_target_is_refused(module, tmp_path: Path):
    module(
        "k.py",
        """
        @enigma.kernel
        def first(A: enigma.bf16):
            x = enigma.simdgroup_matrix_load(A, 8)
            enigma.simdgroup_matrix_store(x, A, 8)

        @enigma.kernel
        def second(A: enigma.bf16):
            x = enigma.simdgroup_matrix_load(A, 8)
            enigma.simdgroup_matrix_store(x, A, 8)
        """,
    )
    done = enigmac("k.py", "--target", "macos13", "--target", "ios16", cwd=tmp_path)
    said = re.findall(r"k\.py:(\d+).*target (\w+) has", done.expect(WRONG_INPUT).err)
    assert sorted(said) == [
        ("10", "ios16"),
        ("10", "macos13"),
        ("5", "ios16"),
        ("5", "macos13"),
    ]


def test_sarif(module, tmp_path: Path):
    module("größe ä.py", USER.replace("A[0.5] = 1.0", 'A["ä" and 0.5] = 1.0; A[0] = missing'))
    module("helpers.py", HELPER)
    done = enigmac("größe ä.py", "--diagnostics", "sarif", cwd=tmp_path).expect(WRONG_INPUT)
    log = json.loads(done.err)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["W0101", "E0112", "E0403"]
    assert rules[1]["shortDescription"]["text"] == "a buffer is indexed by a float"
    assert "```python" in rules[1]["help"]["markdown"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
    index = next(r for r in run["results"] if r["ruleId"] == "E0112")
    place = index["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "gr%C3%B6%C3%9Fe%20%C3%A4.py"
    # Characters, not bytes.
    assert place["region"] == {"startLine": 18, "startColumn": 5, "endLine": 18, "endColumn": 19}


@pytest.mark.parametrize("arguments", [("saxpy.py",), ("a.py", "b.py")])
def test_sarif_without_diagnostics_is_a_log_too(arguments: tuple, tmp_path: Path):
    for name in arguments:
        (tmp_path / name).write_text((EXAMPLES / "saxpy.py").read_text())
    done = enigmac(*arguments, "-o", "out", "--diagnostics", "sarif", cwd=tmp_path).expect()
    assert json.loads(done.err)["runs"][0]["results"] == []


@pytest.mark.parametrize("form", ["--diagnostics=json", "--diagnostics=sarif"])
def test_mistakes_on_the_command_line_take_the_form_too(form: str):
    for arguments in (("--bogus",), ("-O9", "x.py"), ("explain", "E9999")):
        if arguments[0] == "explain":
            done = enigmac(form, *arguments).expect(2)
        else:
            done = enigmac(*arguments, form).expect(2)
        said = json.loads(done.err)
        number = said["runs"][0]["results"][0]["ruleId"] if "runs" in said else said["id"]
        assert number in ("E0701", "E0704", "E0718")


def test_unknown_warning_options(tmp_path: Path):
    saxpy = EXAMPLES / "saxpy.py"
    done = enigmac(saxpy, "-Wno-narowing", "-o", tmp_path / "a").expect()
    assert "did you mean 'narrowing'? [W0105, -Wunknown-warning-option]" in done.err
    assert files_in(tmp_path / "a")
    done = enigmac(saxpy, "-Wno-narowing", "-Werror", "-o", tmp_path / "b").expect(2)
    assert "[W0105, -Werror=unknown-warning-option]" in done.err
    assert not (tmp_path / "b").exists()
    enigmac(saxpy, "-Wno-narowing", "-Wno-unknown-warning-option", "-o", tmp_path / "c").expect()
