"""Every option of enigmac: what it writes, and that nothing else reaches standard output."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import EXAMPLES, WRONG_COMMAND_LINE, WRONG_INPUT, enigmac, files_in, targets

SAXPY = EXAMPLES / "saxpy.py"
DEFAULT = {"saxpy.air", "saxpy.manifest.json", "saxpy.metal", "saxpy.metallib"}
SUFFIXES = {
    "trace": ".trace.json",
    "mlir": ".mlir",
    "metal": ".metal",
    "llvm": ".ll",
    "air": ".air",
    "metallib": ".metallib",
    "manifest": ".manifest.json",
}

TWO_KERNELS = """
    @enigma.kernel
    def first(A: enigma.f32):
        A[enigma.thread_position_in_grid()] = 1.0

    @enigma.kernel
    def second(A: enigma.f32):
        A[enigma.thread_position_in_grid()] = 2.0
    """

NARROWING = """
    @enigma.kernel
    def k(A: enigma.f32, B: enigma.f16):
        i = enigma.thread_position_in_grid()
        B[i] = A[i]
    """


def kernels_of(manifest: Path) -> list[str]:
    return [kernel["python_name"] for kernel in json.loads(manifest.read_text())["kernels"]]


def test_default_artifacts_and_silence(tmp_path: Path):
    done = enigmac(SAXPY, "-o", tmp_path / "out").expect()
    assert (done.out, done.err) == ("", "")
    assert set(files_in(tmp_path / "out")) == DEFAULT


def test_default_folder_is_the_current_one(tmp_path: Path):
    enigmac(SAXPY, cwd=tmp_path).expect()
    assert set(files_in(tmp_path)) == DEFAULT


@pytest.mark.parametrize("artifact", SUFFIXES)
def test_emit_one_artifact_to_a_folder_and_to_standard_output(artifact: str, tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path / "out", "--emit", artifact).expect()
    written = files_in(tmp_path / "out")
    assert set(written) == {"saxpy" + SUFFIXES[artifact]}
    streamed = enigmac(SAXPY, "-o", "-", "--emit", artifact, cwd=tmp_path).expect()
    assert streamed.out_bytes == next(iter(written.values()))
    assert set(files_in(tmp_path)) == {"out/saxpy" + SUFFIXES[artifact]}


def test_emit_everything(tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path, "--emit", ",".join(SUFFIXES)).expect()
    assert set(files_in(tmp_path)) == {"saxpy" + suffix for suffix in SUFFIXES.values()}


def test_artifacts_do_not_depend_on_what_else_is_emitted(tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path / "all", "--emit", ",".join(SUFFIXES)).expect()
    enigmac(SAXPY, "-o", tmp_path / "default").expect()
    everything = files_in(tmp_path / "all")
    for name, contents in files_in(tmp_path / "default").items():
        assert everything[name] == contents, name


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        (["second"], ["second"]),
        (["enigma_kernel_first"], ["first"]),
        (["s*"], ["second"]),
        (["first", "second"], ["first", "second"]),
        (["*"], ["first", "second"]),
    ],
)
@pytest.mark.parametrize("form", ["py", "trace", "mlir"])
def test_kernel(pattern: list[str], chosen: list[str], form: str, module, tmp_path: Path):
    source = module("two.py", TWO_KERNELS)
    if form != "py":
        enigmac(source, "-o", tmp_path, "--emit", form).expect()
        source = tmp_path / ("two" + SUFFIXES[form])
    options = [part for name in pattern for part in ("--kernel", name)]
    enigmac(source, "-o", tmp_path / "out", *options).expect()
    assert kernels_of(tmp_path / "out/two.manifest.json") == chosen
    metal = (tmp_path / "out/two.metal").read_text()
    assert [name for name in ("first", "second") if f"enigma_kernel_{name}" in metal] == chosen


@pytest.mark.parametrize("form", ["py", "trace", "mlir"])
def test_kernel_that_does_not_exist(form: str, module, tmp_path: Path):
    source = module("two.py", TWO_KERNELS)
    if form != "py":
        enigmac(source, "-o", tmp_path, "--emit", form).expect()
        source = tmp_path / ("two" + SUFFIXES[form])
    done = enigmac(source, "-o", tmp_path / "out", "--kernel", "third").expect(WRONG_INPUT)
    assert done.err.count("error:") == 1 and "kernel" in done.err
    assert not (tmp_path / "out").exists()


def test_define_sets_a_constant(tmp_path: Path):
    source = EXAMPLES / "transpose.py"
    enigmac(source, "-o", tmp_path, "-D", "TILE=8").expect()
    manifest = json.loads((tmp_path / "transpose.manifest.json").read_text())
    assert manifest["kernels"][0]["block"] == [8, 8, 1]
    assert manifest["kernels"][0]["threadgroup_memory_bytes"] == 8 * 9 * 4
    joined = enigmac(source, "-DTILE=8", "-o", "-", "--emit", "trace").expect()
    assert json.loads(joined.out)["defines"] == {"TILE": 8}


def test_define_of_a_traced_module_is_refused(tmp_path: Path):
    enigmac(SAXPY, "-o", tmp_path, "--emit", "trace").expect()
    done = enigmac(tmp_path / "saxpy.trace.json", "-D", "N=1").expect(WRONG_COMMAND_LINE)
    assert "-D" in done.err


def test_print_targets():
    done = enigmac("--print-targets").expect()
    devices = "macos13 macos14 macos15 macos26 ios16 ios17 ios18 ios26".split()
    simulators = [f"ios{version}-simulator" for version in (16, 17, 18, 26)]
    assert targets() == devices + simulators
    assert next(line for line in done.out.splitlines() if "(default)" in line).startswith("macos14")


@pytest.mark.parametrize("row", enigmac("--print-targets").out.splitlines())
def test_target(row: str, tmp_path: Path):
    name, _, air, _, msl, triple = row.split()[:6]
    enigmac(SAXPY, "-o", tmp_path, "--target", name, "--emit", "llvm,metallib,manifest").expect()
    target = json.loads((tmp_path / "saxpy.manifest.json").read_text())["target"]
    os_version = re.fullmatch(r"(macos|ios)(\d+)(-simulator)?", name)
    assert os_version is not None
    assert target["triple"] == triple
    assert (target["air"], target["msl"]) == (air, msl)
    assert target["platform"] == os_version[1] + (os_version[3] or "")
    assert target["min_os"] == os_version[2] + ".0"
    assert f'target triple = "{triple}"' in (tmp_path / "saxpy.ll").read_text()


def test_levels_and_math_reach_the_manifest(tmp_path: Path):
    for level in range(4):
        for option, fast in (("--fast-math", True), ("--no-fast-math", False)):
            out = tmp_path / f"{level}{option}"
            enigmac(SAXPY, "-o", out, f"-O{level}", option).expect()
            target = json.loads((out / "saxpy.manifest.json").read_text())["target"]
            assert (target["opt"], target["fast_math"]) == (level, fast)


def test_defaults_are_O2_and_fast_math(compiled):
    plain, said = compiled(), compiled("-O2", "--fast-math", "--target", "macos14")
    assert files_in(plain) == files_in(said)


def test_levels_differ(compiled):
    assert (compiled("-O0") / "softmax.air").read_bytes() != (
        compiled("-O2") / "softmax.air"
    ).read_bytes()


def test_math_modes_differ(tmp_path: Path):
    shown = {}
    for option in ("--fast-math", "--no-fast-math"):
        done = enigmac(EXAMPLES / "softmax.py", "--dump-llvm", option, "-o", tmp_path).expect()
        shown[option] = done.out
    assert "@air.fast_exp" in shown["--fast-math"]
    assert re.search(r"\bfadd (fast|.*reassoc)", shown["--fast-math"])
    assert "fast_exp" not in shown["--no-fast-math"]
    assert "reassoc" not in shown["--no-fast-math"] and " fast " not in shown["--no-fast-math"]


def test_no_comments(tmp_path: Path):
    with_comments = enigmac(SAXPY, "-o", "-", "--emit", "metal").expect().out
    without = enigmac(SAXPY, "-o", "-", "--emit", "metal", "--no-comments").expect().out
    assert "saxpy.py:" in with_comments
    assert "saxpy.py:" not in without


def test_dependency_file_in_the_output_folder(module, tmp_path: Path):
    module("helpers/scale.py", "import enigma\nFACTOR = 3.0\n")
    module("helpers/__init__.py", "import enigma\n")
    module(
        "with space.py",
        """
        import json
        import enigma
        from helpers.scale import FACTOR

        @enigma.kernel
        def k(A: enigma.f32):
            A[enigma.thread_position_in_grid()] = FACTOR
        """,
    )
    enigmac("with space.py", "-o", "out", "-MD", cwd=tmp_path).expect()
    text = (tmp_path / "out/with space.d").read_text()
    made, _, needed = text.partition(":")
    assert made.replace("\\ ", "_").split() == [
        "out/with_space.metal",
        "out/with_space.air",
        "out/with_space.metallib",
        "out/with_space.manifest.json",
    ]
    files = needed.replace("\\ ", "_").split()
    assert files == ["with_space.py", "helpers/__init__.py", "helpers/scale.py"]


def test_dependency_file_elsewhere(tmp_path: Path):
    enigmac(SAXPY, "-o", "out", "-MF", "saxpy.dep", cwd=tmp_path).expect()
    assert set(files_in(tmp_path)) == {"saxpy.dep", *(f"out/{name}" for name in DEFAULT)}
    assert str(SAXPY) in (tmp_path / "saxpy.dep").read_text()


def test_dependency_file_of_several_modules(tmp_path: Path):
    both = [SAXPY, EXAMPLES / "vector_add.py"]
    enigmac(*both, "-o", tmp_path, "-MD").expect()
    assert {"saxpy.d", "vector_add.d"} <= set(files_in(tmp_path))
    done = enigmac(*both, "-o", tmp_path / "out", "-MF", tmp_path / "one.d")
    assert "-MF" in done.expect(WRONG_COMMAND_LINE).err
    assert not (tmp_path / "out").exists()


def test_dependency_file_needs_a_folder(tmp_path: Path):
    for options in (["-MD"], ["-MF", "saxpy.d"]):
        done = enigmac(SAXPY, "-o", "-", "--emit", "metal", *options, cwd=tmp_path)
        assert done.expect(WRONG_COMMAND_LINE).out == ""
    assert files_in(tmp_path) == {}


def test_json_diagnostics(module, tmp_path: Path):
    source = module("narrow.py", NARROWING)
    done = enigmac(source, "-o", tmp_path, "--diagnostics", "json").expect()
    assert done.out == ""
    found = [json.loads(line) for line in done.err.splitlines()]
    assert len(found) == 1
    assert found[0]["severity"] == "warning"
    assert (found[0]["id"], found[0]["name"]) == ("W0101", "narrowing")
    assert (found[0]["file"], found[0]["line"], found[0]["column"]) == (str(source), 6, 5)
    assert found[0]["help"]
    source.write_text(source.read_text().replace("B[i]", "B[A[i]]"))
    done = enigmac(source, "-o", tmp_path, "--diagnostics", "json").expect(WRONG_INPUT)
    (error,) = (json.loads(line) for line in done.err.splitlines())
    assert error["severity"] == "error" and error["line"] == 6
    assert done.out == ""


def test_warnings(module, tmp_path: Path):
    source = module("narrow.py", NARROWING)
    done = enigmac(source, "-o", tmp_path / "warned").expect()
    assert done.err.count("warning:") == 1 and "[W0101, -Wnarrowing]" in done.err
    assert "    B[i] = A[i]" in done.err and "^" in done.err
    assert enigmac(source, "-o", tmp_path / "no", "-Wno-narrowing").expect().err == ""
    assert enigmac(source, "-o", tmp_path / "quiet", "-q").expect().err == ""
    assert (
        files_in(tmp_path / "warned") == files_in(tmp_path / "no") == files_in(tmp_path / "quiet")
    )
    refused = enigmac(source, "-o", tmp_path / "refused", "-Werror").expect(WRONG_INPUT)
    assert refused.err.count("error:") == 1 and "warning:" not in refused.err
    assert not (tmp_path / "refused").exists()
    # What is switched off cannot become an error; what is only quiet can.
    enigmac(source, "-o", tmp_path, "-Werror", "-Wno-narrowing").expect()
    enigmac(source, "-o", tmp_path, "-Werror", "-q").expect(WRONG_INPUT)


def test_time_passes(tmp_path: Path):
    done = enigmac(SAXPY, "-o", tmp_path, "--time-passes").expect()
    assert done.out == ""
    rows = {line[:16].strip(): float(line.split()[-2]) for line in done.err.splitlines()[1:]}
    phases = "process start,python start,trace,import,passes,msl,air,bitcode,metallib,write"
    assert set(phases.split(",")) <= set(rows)
    total = rows.pop("total")
    assert total == pytest.approx(sum(rows.values()), abs=0.01 * len(rows))


def test_verbose_logs_stages_and_shows_tracebacks(module, tmp_path: Path):
    done = enigmac(SAXPY, "-o", tmp_path, "-v").expect()
    assert done.out == ""
    for stage in ("load", "passes", "metal", "air and metallib, native"):
        assert stage in done.err
    broken = module("broken.py", "import enigma\nraise ValueError('no tables today')\n")
    assert "Traceback" in enigmac(broken, "-v").expect(WRONG_INPUT).err
    assert "Traceback" not in enigmac(broken).expect(WRONG_INPUT).err


def test_color(module, tmp_path: Path):
    source = module("narrow.py", NARROWING)
    assert "\x1b[" in enigmac(source, "-o", tmp_path, "--color", "always").expect().err
    for when in ([], ["--color", "auto"], ["--color", "never"]):
        assert "\x1b[" not in enigmac(source, "-o", tmp_path, *when).expect().err


def test_version_and_help():
    assert re.fullmatch(r"enigmac \d+\.\d+\.\d+\n", enigmac("--version").expect().out)
    text = enigmac("--help").expect().out
    for option in (
        "-o --emit --kernel -D --target --print-targets --toolchain --async-copy -O --fast-math --no-fast-math "
        "--dump-ir --dump-mlir --dump-metal --dump-llvm --pass-pipeline -MD -MF --diagnostics "
        "-Werror -Wno-NAME --time-passes --crash-reproducer -v -q --color --version --help -j"
    ).split():
        assert option in text, option


def test_several_inputs(tmp_path: Path, module):
    good = [EXAMPLES / "saxpy.py", EXAMPLES / "vector_add.py"]
    enigmac(*good, "-o", tmp_path / "good", "-j", "4").expect()
    assert len(files_in(tmp_path / "good")) == 8
    bad = module("bad.py", "import enigma\nraise ValueError('one')\n")
    worse = module("worse.py", "import enigma\nraise ValueError('two')\n")
    # Each that is right is compiled; diagnostics come by file, whatever the order of the inputs.
    done = enigmac(worse, good[0], bad, "-o", tmp_path / "mixed", "-j", "2").expect(WRONG_INPUT)
    assert set(files_in(tmp_path / "mixed")) == DEFAULT
    assert done.err.count("error:") == 2
    assert done.err.index("one") < done.err.index("two")


def test_dumps_of_several_inputs_come_in_their_order(tmp_path: Path):
    sources = [EXAMPLES / f"{name}.py" for name in ("softmax", "vector_add", "histogram")]
    alone = [enigmac(source, "--dump-metal", "-o", tmp_path).expect().out for source in sources]
    for jobs in ("1", "8"):
        together = enigmac(*sources, "--dump-metal", "-o", tmp_path, "-j", jobs).expect()
        assert together.out == "".join(alone)


def test_inputs_of_one_stem(tmp_path: Path, module):
    done = enigmac(SAXPY, module("b/saxpy.py", TWO_KERNELS), "-o", tmp_path / "out")
    assert "same artifacts" in done.expect(WRONG_COMMAND_LINE).err
    assert not (tmp_path / "out").exists()
    # Only the suffixes that say what a file is do not count.
    both = [module("v.1.py", TWO_KERNELS), module("v.2.py", TWO_KERNELS)]
    enigmac(*both, "-o", tmp_path / "versions").expect()
    assert {"v.1.metal", "v.2.metal"} <= set(files_in(tmp_path / "versions"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no input"),
        (["--no-such-option"], "--no-such-option"),
        (["notes.txt"], "notes.txt"),
        ([SAXPY, "-o", "-"], "-o -"),
        ([SAXPY, SAXPY, "-o", "-", "--emit", "metal"], ""),
        ([SAXPY, "-o", ""], "-o"),
        ([SAXPY, "--emit", "metal,spirv"], "spirv"),
        ([SAXPY, "--emit", ""], "--emit"),
        ([SAXPY, "-D", "TILE"], "NAME=VALUE"),
        ([SAXPY, "-D", "=3"], "NAME=VALUE"),
        ([SAXPY, "--target", "macos12"], "macos12"),
        ([SAXPY, "--toolchain", "gcc"], "gcc"),
        ([SAXPY, "--async-copy", "maybe"], "expected copy, got 'maybe'"),
        (
            [SAXPY, "--async-copy=intrinsic"],
            "Apple's instructions for async copies are undocumented",
        ),
        ([SAXPY, "-O4"], "-O"),
        ([SAXPY, "-Ofast"], "-O"),
        ([SAXPY, "--fast-math", "--no-fast-math"], "fast-math"),
        ([SAXPY, "--dump-mlir=no-such-pass"], "no-such-pass"),
        ([SAXPY, "--pass-pipeline", "no-such-pass"], "no-such-pass"),
        ([SAXPY, "--diagnostics", "xml"], "xml"),
        ([SAXPY, "--color", "pink"], "pink"),
        ([SAXPY, "-Wno-"], "-W: expected"),
        ([SAXPY, "-Wall", "-Werror"], "-Wall: there is no warning 'all'"),
        ([SAXPY, "-j", "0"], "-j"),
        ([SAXPY, "-j", "many"], "many"),
    ],
    ids=str,
)
def test_wrong_command_lines(arguments: list, said: str, tmp_path: Path):
    done = enigmac(*arguments, cwd=tmp_path).expect(WRONG_COMMAND_LINE)
    assert done.out == ""
    assert "enigmac: error: " in done.err and ": :" not in done.err
    assert said in done.err
    assert files_in(tmp_path) == {}
