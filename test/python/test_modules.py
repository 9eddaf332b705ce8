"""Whole modules: what is compiled, exports, defines, filters, imports; and the runner never raises."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest
from conftest import ROOT
from enigma.module_runner import run_module

ADD = """
import enigma

@enigma.kernel(grid=1024, block=(16, 8), max_threads=512)
def add(A: enigma.f32[4, 8], B: enigma.In("half"), C: enigma.Out(enigma.u8[3]),
        n: enigma.Scalar(int)):
    enigma.barrier()
"""


def test_the_kernel_record(run):
    answer = run(ADD)
    assert answer.trace["schema"] == "enigma-trace/1"
    assert answer.trace["module"] == "module_under_test"
    assert answer.trace["files"] == ["module_under_test.py"]
    assert answer.trace["launches"] == []
    kernel = answer.kernel()
    assert kernel["name"] == "enigma_kernel_add" and kernel["python_name"] == "add"
    launch = {"grid": [1024, 1, 1], "block": [16, 8, 1], "max_threads": 512}
    assert kernel["launch"] == launch
    params = [{k: v for k, v in p.items() if k != "loc"} for p in kernel["params"]]
    buffer = {"kind": "buffer", "shape": None, "stride": None, "access": None}
    assert params == [
        {**buffer, "name": "A", "dtype": "f32", "shape": [4, 8]},
        {**buffer, "name": "B", "dtype": "f16", "access": "read"},
        {**buffer, "name": "C", "dtype": "u8", "shape": [3], "access": "write"},
        {"name": "n", "kind": "scalar", "dtype": "i32"},
    ]


def test_a_kernel_without_launch(run):
    answer = run("import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = 1")
    assert answer.kernel()["launch"] is None


def test_name(run):
    answer = run('import enigma\n@enigma.kernel(name="mine")\ndef k(A: enigma.f32):\n    A[0] = 1')
    assert (answer.kernel()["name"], answer.kernel()["python_name"]) == ("mine", "k")


@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
@pytest.mark.parametrize(
    ("annotation", "dtype", "shape"),
    [
        ("enigma.f32", "f32", None),
        ("enigma.Float16", "f16", None),
        ("'uchar'", "u8", None),
        ("f32", "f32", None),
        ("float", "f32", None),
        ("enigma.u32[N, 2]", "u32", [3, 2]),
        ("'enigma.u32[N, 2]'", "u32", [3, 2]),
    ],
)
def test_annotations(run, future, annotation, dtype, shape):
    answer = run(
        f"{future}import enigma\nfrom enigma import f32\nN = 3\n@enigma.kernel\n"
        f"def k(A: {annotation}):\n    enigma.barrier()\n"
    )
    (param,) = answer.kernel()["params"]
    assert (param["dtype"], param["shape"]) == (dtype, shape)


def test_annotations_in_a_closure(run):
    answer = run("""
        from __future__ import annotations
        import enigma

        def make(element, size):
            @enigma.kernel
            def k(A: element[size]):
                A[0] = size

            return k

        k = make(enigma.i16, 7)
    """)
    assert answer.kernel()["params"][0]["shape"] == [7]


EXPORTS = """
import enigma

@enigma.kernel
def scale(A, B: enigma.f32, factor, flag=False):
    B[0] = A[0] * factor
    if flag:
        enigma.barrier()

@enigma.kernel
def plain(A: enigma.f32):
    A[0] = 1

enigma.export(scale, enigma.f32, factor=2.0)
enigma.export(scale, enigma.f16[8], enigma.Out("half"), 3, name="scale_h", grid=64, flag=True)
enigma.export(scale, "int", "int", enigma.Scalar("int"), name="scale_i")
"""


def test_exports(run):
    answer = run(EXPORTS)
    names = [(k["python_name"], k["name"]) for k in answer.trace["kernels"]]
    assert names == [
        ("plain", "enigma_kernel_plain"),
        ("scale", "enigma_kernel_scale"),
        ("scale_h", "enigma_kernel_scale_h"),
        ("scale_i", "enigma_kernel_scale_i"),
    ]
    half = answer.kernel("scale_h")
    assert [p["dtype"] for p in half["params"]] == ["f16", "f16"]
    assert half["launch"] == {"grid": [64, 1, 1], "block": None, "max_threads": None}
    assert [op["op"] for op in half["body"]][-1] == "barrier"
    assert [p["kind"] for p in answer.kernel("scale_i")["params"]] == ["buffer", "buffer", "scalar"]


def test_an_export_takes_the_place_of_the_kernel(run):
    answer = run("""
        import enigma
        @enigma.kernel
        def k(A: enigma.f32, n=4):
            A[n] = 1
        enigma.export(k, n=5)
    """)
    assert answer.ops("constant")[0]["attrs"]["value"] == 5
    assert len(answer.trace["kernels"]) == 1


def test_an_export_that_leaves_a_parameter_open(run):
    answer = run("""
        import enigma
        @enigma.kernel
        def k(A: enigma.f32, other):
            A[0] = 1
        enigma.export(k, enigma.f32)
    """)
    assert answer.ids == ["E0301"] and "'other'" in answer.diagnostics[0]["message"]


def test_kernels_of_imported_modules_are_not_compiled(run, tmp_path):
    (tmp_path / "library.py").write_text(
        "import enigma\n@enigma.kernel\ndef theirs(A: enigma.f32):\n    A[0] = 1\n"
        "enigma.export(theirs, name='exported')\n"
    )
    answer = run("""
        import enigma
        from library import theirs
        @enigma.kernel
        def mine(A: enigma.f32):
            A[0] = 1
        also_mine = mine
    """)
    assert [k["python_name"] for k in answer.trace["kernels"]] == ["mine"]
    assert run("import enigma\nfrom library import theirs\n").ids == ["E0305"]


DEFINES = """
import enigma
TILE = enigma.define("TILE", 16)
SCALE = enigma.define("SCALE", 1.5)
FAST = enigma.define("FAST", False)
MODE = enigma.define("MODE", "sum")

@enigma.kernel
def k(A: enigma.f32):
    A[TILE] = SCALE
"""


@pytest.mark.parametrize(
    ("defines", "expected"),
    [
        ({}, {}),
        ({"TILE": "32"}, {"TILE": 32}),
        ({"TILE": "0x20"}, {"TILE": 32}),
        ({"TILE": "-1_000"}, {"TILE": -1000}),
        ({"SCALE": "2"}, {"SCALE": 2.0}),
        ({"SCALE": "1e-3"}, {"SCALE": 1e-3}),
        ({"FAST": "true"}, {"FAST": True}),
        ({"FAST": "1"}, {"FAST": True}),
        ({"FAST": "False"}, {"FAST": False}),
        ({"MODE": "max"}, {"MODE": "max"}),
        ({"MODE": "12"}, {"MODE": "12"}),
        ({"MODE": 'a=b é "q" \\ \n\U0001f600'}, {"MODE": 'a=b é "q" \\ \n\U0001f600'}),
    ],
)
def test_defines(run, defines, expected):
    if int(defines.get("TILE", "0"), 0) < 0:
        source = DEFINES.replace("A[TILE]", "A[TILE * TILE]")
    else:
        source = DEFINES
    answer = run(source, defines)
    wanted = {"TILE": 16, "SCALE": 1.5, "FAST": False, "MODE": "sum", **expected}
    assert answer.trace["defines"] == wanted
    assert {k: type(v) for k, v in answer.trace["defines"].items()} == {
        k: type(v) for k, v in wanted.items()
    }


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("TILE", "wide", "an integer is expected"),
        ("TILE", "1.5", "an integer is expected"),
        ("TILE", "", "an integer is expected"),
        ("SCALE", "x", "a number is expected"),
        ("FAST", "2", "true or false is expected"),
    ],
)
def test_E0308_values_of_the_wrong_type(run, name, text, words):
    answer = run(DEFINES, {name: text})
    assert answer.ids[0] == "E0308"
    (error,) = [d for d in answer.diagnostics if d["id"] == "E0308"]
    assert words in error["message"]
    assert answer.text_at(error).startswith(f'enigma.define("{name}"')


def test_E0307_unknown_defines(run):
    (error,) = run(DEFINES, {"TILES": "1"}).diagnostics
    assert error["id"] == "E0307"
    assert error["message"] == "no module defines 'TILES'; there are TILE, SCALE, FAST, MODE"
    (error,) = run(ADD, {"TILE": "1"}).diagnostics
    assert error["message"] == "no module defines 'TILE'; there are no defines"


def test_defines_do_not_leak_into_the_next_module(run):
    assert run(DEFINES, {"TILE": "32"}).trace["defines"]["TILE"] == 32
    assert run(DEFINES).trace["defines"]["TILE"] == 16


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["plain"], ["plain"]),
        (["scale*"], ["scale", "scale_h", "scale_i"]),
        (["enigma_kernel_scale_?"], ["scale_h", "scale_i"]),
        (["scale_i", "plain"], ["plain", "scale_i"]),
        ([], ["plain", "scale", "scale_h", "scale_i"]),
    ],
)
def test_filters(run, patterns, names):
    answer = run(EXPORTS, kernels=patterns)
    assert [k["python_name"] for k in answer.trace["kernels"]] == names


def test_E0306_a_filter_that_matches_nothing(run):
    answer = run(EXPORTS, kernels=["plain", "scales"])
    (error,) = answer.diagnostics
    assert error["id"] == "E0306" and answer.trace is None
    assert (
        error["message"] == "no kernel is called 'scales'; there are plain, scale, scale_h, scale_i"
    )


def test_filtered_kernels_are_not_traced(run):
    source = ADD + "@enigma.kernel\ndef broken(A: enigma.f32):\n    A[0] = missing\n"
    assert run(source, kernels=["add"]).ids == []
    assert run(source).ids == ["E0403"]


def test_dependencies(run, tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("from . import inner\n")
    (tmp_path / "package" / "inner.py").write_text("import json\n")
    answer = run("import enigma, package, decimal\n" + ADD)
    folder = str(tmp_path)
    assert answer.dependencies == [
        f"{folder}/module_under_test.py",
        f"{folder}/package/__init__.py",
        f"{folder}/package/inner.py",
    ]
    # The next module imports its own, and does not inherit these.
    assert "package" not in sys.modules
    assert run(ADD).dependencies == [f"{folder}/module_under_test.py"]


def test_modules_of_the_same_name_do_not_mix(tmp_path):
    for folder, value in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "constants.py").write_text(f"VALUE = {value}\n")
        (tmp_path / folder / "k.py").write_text(
            "import enigma\nfrom constants import VALUE\n@enigma.kernel\n"
            "def k(A: enigma.f32):\n    A[VALUE] = 1\n"
        )
    for folder, value in (("a", 1), ("b", 2)):
        answer = json.loads(run_module(str(tmp_path / folder / "k.py"), {}, []))
        constant = answer["trace"]["kernels"][0]["body"][0]
        assert constant["attrs"]["value"] == value


def test_a_module_may_be_called_like_anything(run):
    for name in ("json.py", "enigma.py", "sys.py", "with space.py", "été.py", "a.b.py", "noext"):
        answer = run(ADD, name=name)
        assert answer.trace is not None, (name, answer.diagnostics)
        assert answer.trace["files"] == [name]
    assert sys.modules["json"] is json


def test_a_module_can_import_itself_by_name_and_use_main_guards(run):
    answer = run(ADD + "if __name__ == '__main__':\n    raise SystemExit(1)\n")
    assert answer.ids == []


def test_the_shown_path_is_the_one_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "k.py").write_text("import enigma\nfrom near import f\nf()\n")
    (tmp_path / "sub" / "near.py").write_text("def f():\n    missing\n")
    (error,) = json.loads(run_module("sub/k.py", {}, []))["diagnostics"]
    assert error["file"] == "sub/near.py" and error["line"] == 2
    answer = json.loads(run_module("./sub/near.py", {}, []))
    assert answer["diagnostics"][0]["file"] == "./sub/near.py"
    assert answer["dependencies"] == ["./sub/near.py"]


def test_printing_goes_to_standard_error(run, capsys):
    answer = run("print('hello')\n" + ADD + "    print([n], f'{A[0]:.3f}')\n")
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err == "hello\n[<traced i32 n>] <traced f32>\n"
    assert answer.trace is not None


def test_what_a_module_changes_is_put_back(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = (list(sys.path), list(sys.meta_path), os.getcwd(), sys.stdout, sys.getrecursionlimit())
    run(
        "import os, sys\nos.chdir('/')\nsys.path.append('x')\nsys.stdout = None\n"
        "sys.meta_path.clear()\nsys.setrecursionlimit(5000)\n" + ADD
    )
    after = (list(sys.path), list(sys.meta_path), os.getcwd(), sys.stdout, sys.getrecursionlimit())
    assert after == before


def test_E0401_no_file(tmp_path):
    for path, words in ((tmp_path / "none.py", "No such file"), (tmp_path, "Is a directory")):
        (error,) = json.loads(run_module(str(path), {}, []))["diagnostics"]
        assert error["id"] == "E0401" and words in error["message"]


def test_E0499_a_mistake_of_the_package(run, monkeypatch):
    def broken(*args):
        raise KeyError("inside")

    monkeypatch.setattr("enigma.memory.stored_value", broken)
    broken_code = broken.__code__.replace(co_filename=sys.modules["enigma.memory"].__file__)
    monkeypatch.setattr(broken, "__code__", broken_code)
    answer = run("import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = 1\n")
    assert answer.ids == ["E0499"]
    assert "KeyError: 'inside'" in answer.diagnostics[0]["message"]


def test_the_precompiled_package_gives_the_same_trace(tmp_path):
    """The build compiles the tracer to byte code whose file names are not those of the source."""
    package = tmp_path / "precompiled" / "enigma"
    script = ROOT / "pyfront/precompile.py"
    stamp = tmp_path / "stamp"
    command = [sys.executable, script, ROOT / "pyfront/enigma", package, stamp]
    subprocess.run([str(part) for part in command], check=True)
    path = ROOT / "examples/softmax.py"
    (tmp_path / "wrong.py").write_text(ADD + "    missing\n")
    assert trace_text(path, PYTHONPATH=str(package.parent)) == trace_text(path)
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-m", "enigma", "trace", str(tmp_path / "wrong.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert f"{tmp_path}/wrong.py:8:" in done.stderr


STUPID = {
    "empty": b"",
    "zeros": b"\0" * 100,
    "binary": bytes(range(256)) * 4,
    "latin1": "# é\nx = 1".encode("latin-1"),
    "bad coding": b"# coding: no-such-codec\nx = 1\n",
    "utf16": "import enigma".encode("utf-16"),
    "bom": b"\xef\xbb\xbfimport enigma\n",
    "deep brackets": b"x = " + b"(" * 10000,
    "deep unary": b"x = " + b"-" * 100000 + b"1",
    "deep sums": b"x = " + b"1 + " * 50000 + b"1",
    "deep ifs": b"".join(b" " * i + b"if 1:\n" for i in range(120)) + b" " * 120 + b"x = 1\n",
    "exit": b"import sys\nsys.exit()",
    "exit object": b"raise SystemExit(object())",
    "interrupt": b"raise KeyboardInterrupt",
    "recursion": b"def f(): f()\nf()",
    "memory": b"raise MemoryError",
    "group": b"raise ExceptionGroup('g', [ValueError()])",
    "base exception": b"class E(BaseException): pass\nraise E",
    "bad str": b"class E(Exception):\n def __str__(self): raise ValueError\nraise E",
    "bad repr": b"class E(Exception):\n def __str__(self): return 3\nraise E",
    "stop": b"raise StopIteration",
    "generator exit": b"raise GeneratorExit",
    "stdin": b"input()",
    "stdout closed": b"import sys\nsys.stdout = None\nprint(1)\nx = y",
    "del main": b"import sys\ndel sys.modules[__name__]\nx = y",
    "surrogate": b"raise ValueError('\\ud800')",
    "star import": b"from enigma import *\n@kernel\ndef k(A: f32):\n    A[0] = missing",
    "nested error": b"try:\n x\nexcept NameError:\n y",
    "raise from": b"raise ValueError('a') from KeyError('b')",
    "class body": b"import enigma\nclass A:\n @enigma.kernel\n def k(self): pass\nA().k()",
    "lambda": b"import enigma\nk = enigma.kernel(lambda A: None)",
    "generator": b"import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n    yield A[0]",
    "async": b"import enigma\n@enigma.kernel\nasync def k(A: enigma.f32):\n    A[0] = 1",
    "syntax error in exec": b"exec('x = = 1')",
    "syntax error object": b"raise SyntaxError",
    "import syntax error": b"import json.tool, lib2to3.nothing",
    "recursion limit": b"import sys\nsys.setrecursionlimit(60)\ndef f(): f()\nf()",
}


@pytest.mark.parametrize("name", STUPID)
def test_the_runner_never_raises(run, name, monkeypatch):
    modules = dict(sys.modules)
    monkeypatch.setattr("sys.stdin", None)
    try:
        answer = run(STUPID[name])
    finally:
        sys.modules.update(modules)
    assert answer.trace is None
    assert answer.diagnostics
    for diagnostic in answer.diagnostics:
        assert diagnostic["severity"] == "error"
        assert diagnostic["id"] != "E0499", diagnostic["traceback"]
        assert diagnostic["line"] >= 1 and diagnostic["file"]
        assert "Traceback" not in diagnostic["message"]


def test_random_damage_to_a_module(run):
    """Bytes removed, doubled and changed in a real module: an answer each time, and never an E0499."""
    source = (ROOT / "examples/softmax.py").read_bytes()
    dice = random.Random(7)
    answered = 0
    for _ in range(150):
        damaged = bytearray(source)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(damaged))
            kind = dice.randrange(3)
            if kind == 0:
                del damaged[place : place + dice.randint(1, 12)]
            elif kind == 1:
                damaged[place:place] = damaged[place : place + dice.randint(1, 30)]
            else:
                damaged[place] = dice.randrange(256)
        answer = run(bytes(damaged))
        assert "E0499" not in answer.ids, answer.diagnostics
        assert (answer.trace is None) == any(d["severity"] == "error" for d in answer.diagnostics)
        answered += 1
    assert answered == 150


def trace_text(path, *arguments, **environment) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "pyfront"), **environment}
    command = [sys.executable, "-m", "enigma", "trace", str(path), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_trace_does_not_depend_on_hash_seed_or_folder(tmp_path, monkeypatch):
    path = ROOT / "examples/softmax.py"
    first = trace_text(path, PYTHONHASHSEED="1")
    monkeypatch.chdir(tmp_path)
    assert trace_text(path, PYTHONHASHSEED="2", LC_ALL="C") == first
    copy = tmp_path / "softmax.py"
    copy.write_bytes(path.read_bytes())
    assert trace_text("softmax.py") == first
    assert str(tmp_path) not in first and json.loads(first)["files"] == ["softmax.py"]


def test_the_command_line(tmp_path):
    path = tmp_path / "k.py"
    path.write_text(DEFINES)
    assert json.loads(trace_text(path, "-D", "TILE=3"))["defines"]["TILE"] == 3
    path.write_text("import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = missing\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "pyfront")}
    command = [sys.executable, "-m", "enigma", "trace", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert f"{path}:4:" in done.stderr and "Traceback" not in done.stderr
