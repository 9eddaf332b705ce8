"""--toolchain, with stand-ins for Apple's xcrun that record how they are called."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from command_line import (
    EXAMPLES,
    PATH_WITHOUT_XCRUN,
    WRONG_ENVIRONMENT,
    WRONG_INPUT,
    Finished,
    enigmac,
    files_in,
)

SAXPY = EXAMPLES / "saxpy.py"

# Records its arguments and copies what it is given to what it is asked for.
RECORDING = """#!/bin/sh
printf '%s\\n' "$*" >> "$XCRUN_LOG"
while [ $# -gt 0 ]; do
    case "$1" in
        -o) output=$2; shift ;;
        *.metal|*.air) input=$1 ;;
    esac
    shift
done
{ echo made by xcrun from:; cat "$input"; } > "$output"
"""
WARNING = RECORDING + "echo 'module.metal:3:1: warning: odd' >&2\n"
FAILING = "#!/bin/sh\necho 'error: unable to find utility \"metal\"' >&2\nexit 72\n"


class Apple:
    """A folder with an xcrun, put on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"

    def install(self, script: str) -> None:
        path = self.folder / "xcrun"
        path.write_text(script)
        path.chmod(0o755)

    def enigmac(self, *arguments: object) -> Finished:
        path = f"{self.folder}{os.pathsep}{PATH_WITHOUT_XCRUN}"
        return enigmac(*arguments, env={"PATH": path, "XCRUN_LOG": str(self.log)})

    def calls(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()]


@pytest.fixture
def apple(tmp_path: Path) -> Apple:
    folder = tmp_path / "apple"
    folder.mkdir()
    return Apple(folder)


def toolchain_of(out: Path) -> str:
    return json.loads((out / "saxpy.manifest.json").read_text())["target"]["toolchain"]


def test_xcrun_absent(tmp_path: Path):
    done = enigmac(SAXPY, "--toolchain", "xcrun", "-o", tmp_path / "out")
    done.expect(WRONG_ENVIRONMENT)
    assert "xcrun" in done.err and "native" in done.err
    assert not (tmp_path / "out").exists()


def test_auto_without_xcrun_is_native(tmp_path: Path):
    enigmac(SAXPY, "--toolchain", "auto", "-o", tmp_path / "auto").expect()
    enigmac(SAXPY, "--toolchain", "native", "-o", tmp_path / "native").expect()
    assert files_in(tmp_path / "auto") == files_in(tmp_path / "native")
    assert toolchain_of(tmp_path / "auto") == "native"


@pytest.mark.parametrize("toolchain", ["auto", "xcrun"])
def test_xcrun_makes_air_and_metallib(toolchain: str, apple: Apple, tmp_path: Path):
    apple.install(RECORDING)
    apple.enigmac(SAXPY, "--toolchain", toolchain, "-o", tmp_path / "out").expect()
    metal, metallib = apple.calls()
    assert metal[:4] == ["-sdk", "macosx", "metal", "-c"]
    assert {"-std=metal3.1", "-mmacosx-version-min=14.0", "-O2", "-ffast-math"} <= set(metal)
    assert metallib[:3] == ["-sdk", "macosx", "metallib"]
    assert metal[metal.index("-o") + 1] in metallib
    out = files_in(tmp_path / "out")
    assert out["saxpy.air"] == b"made by xcrun from:\n" + out["saxpy.metal"]
    assert out["saxpy.metallib"] == b"made by xcrun from:\n" + out["saxpy.air"]
    assert toolchain_of(tmp_path / "out") == "xcrun"
    # What it worked in is gone.
    assert not Path(metal[metal.index("-o") + 1]).parent.exists()


@pytest.mark.parametrize(
    ("options", "flags", "sdk"),
    [
        (["-O0", "--no-fast-math"], {"-O0", "-fno-fast-math"}, "macosx"),
        (["--target", "macos13"], {"-std=metal3.0", "-mmacosx-version-min=13.0"}, "macosx"),
        (["--target", "ios18"], {"-std=metal3.2", "-mios-version-min=18.0"}, "iphoneos"),
        (["--target", "ios26"], {"-std=metal4.0", "-mios-version-min=26.0"}, "iphoneos"),
        (
            ["--target", "ios17-simulator"],
            {"-std=metal3.1", "-mios-simulator-version-min=17.0"},
            "iphonesimulator",
        ),
    ],
)
def test_options_reach_xcrun(options: list[str], flags: set[str], sdk: str, apple: Apple, tmp_path):
    apple.install(RECORDING)
    apple.enigmac(SAXPY, *options, "-o", tmp_path / "out").expect()
    metal, metallib = apple.calls()
    assert flags <= set(metal)
    assert metal[1] == metallib[1] == sdk


def test_a_log_is_enabled(apple: Apple, tmp_path: Path):
    apple.install(RECORDING)
    (tmp_path / "k.py").write_text(
        'import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n    enigma.device_print("here")\n'
        "    A[0] = 1\n"
    )
    options = ["--toolchain", "xcrun", "-q", "-o", tmp_path / "out", "--target"]
    for target, has_log in (("macos15", True), ("macos14", False)):
        apple.log.unlink(missing_ok=True)
        apple.enigmac(tmp_path / "k.py", *options, target).expect()
        assert ("-fmetal-enable-logging" in apple.calls()[0]) == has_log
        # Apple's compiler has written the AIR, with nothing in it that a GPU lacks.
        manifest = json.loads((tmp_path / "out/k.manifest.json").read_text())
        assert manifest["kernels"][0]["requires"] == []


def test_native_ignores_xcrun(apple: Apple, tmp_path: Path):
    apple.install(RECORDING)
    apple.enigmac(SAXPY, "--toolchain", "native", "-o", tmp_path / "out").expect()
    assert not apple.log.exists()
    assert toolchain_of(tmp_path / "out") == "native"


def test_metal_alone_needs_no_xcrun(apple: Apple, tmp_path: Path):
    apple.install(FAILING)
    apple.enigmac(SAXPY, "--emit", "metal", "-o", tmp_path / "out").expect()
    assert set(files_in(tmp_path / "out")) == {"saxpy.metal"}


@pytest.mark.parametrize("toolchain", ["auto", "xcrun"])
def test_xcrun_that_fails(toolchain: str, apple: Apple, tmp_path: Path):
    apple.install(FAILING)
    done = apple.enigmac(SAXPY, "--toolchain", toolchain, "-o", tmp_path / "out")
    done.expect(WRONG_ENVIRONMENT)
    assert "exit status 72" in done.err and 'unable to find utility "metal"' in done.err
    assert not (tmp_path / "out").exists()


def test_xcrun_that_warns(apple: Apple, tmp_path: Path):
    apple.install(WARNING)
    done = apple.enigmac(SAXPY, "-o", tmp_path / "out").expect()
    assert "warning:" in done.err and "odd" in done.err and done.out == ""
    assert apple.enigmac(SAXPY, "-Wno-xcrun", "-o", tmp_path / "out").expect().err == ""


def test_xcrun_that_writes_nothing(apple: Apple, tmp_path: Path):
    apple.install("#!/bin/sh\nexit 0\n")
    done = apple.enigmac(SAXPY, "-o", tmp_path / "out").expect(WRONG_ENVIRONMENT)
    assert done.err.count("error:") == 1
    assert not (tmp_path / "out").exists()


def test_llvm_is_not_made_by_xcrun(apple: Apple, tmp_path: Path):
    apple.install(RECORDING)
    done = apple.enigmac(SAXPY, "--toolchain", "xcrun", "--emit", "llvm", "-o", tmp_path / "out")
    assert "native" in done.expect(2).err


# Apple's compiler finds fault with what `$FAULT` says: KIND and a piece of the line that it is about.
JUDGING = """#!/bin/sh
for argument; do
    case "$argument" in *.metal) source=$argument ;; esac
done
if [ -n "$source" ]; then
    line=$(grep -n -F -- "$FAULT" "$source" | head -1 | cut -d: -f1)
    echo "$source:$line:5: $KIND: no such thing" >&2
    sed -n "${line}p" "$source" >&2
    echo '    ^~~~' >&2
    echo "$source:1:1: note: and look here" >&2
    echo "1 $KIND generated." >&2
fi
[ "$KIND" = warning ] || exit 1
"""


def judged(apple: Apple, fault: str, kind: str, *options: object) -> Finished:
    tail = RECORDING.split("\n", 1)[1]
    apple.install(JUDGING.replace("|| exit 1", "|| exit 1\n" + tail))
    path = f"{apple.folder}{os.pathsep}{PATH_WITHOUT_XCRUN}"
    env = {"PATH": path, "XCRUN_LOG": str(apple.log), "FAULT": fault, "KIND": kind}
    return enigmac(*options, "--toolchain", "xcrun", env=env)


@pytest.mark.parametrize("comments", [[], ["--no-comments"]])
@pytest.mark.parametrize("kind", ["error", "fatal error"])
def test_what_the_compiler_refuses_is_an_error_in_python(
    kind: str, comments: list[str], apple: Apple, tmp_path: Path
):
    source = SAXPY.read_text().splitlines()
    (line,) = (n for n, text in enumerate(source, 1) if "Out[i] =" in text)
    out = tmp_path / "out"
    done = judged(apple, "Out[i] = alpha", kind, SAXPY, "-o", out, *comments)
    done.expect(WRONG_INPUT)
    assert f"saxpy.py:{line}:5: error: Apple's compiler: no such thing" in done.err
    # The span is the Python statement's.
    assert f"{source[line - 1].strip()}\n" in done.err and "~~~" in done.err
    assert "saxpy.metal:" in done.err and "Out[i] = alpha * X[i] + Y[i];" in done.err
    assert "note: and look here" in done.err
    assert "--toolchain native" in done.err
    assert "/module.metal" not in done.err and "generated" not in done.err
    assert not out.exists()


def test_a_parameter_is_refused_at_the_kernel(apple: Apple, tmp_path: Path):
    (line,) = (n for n, t in enumerate(SAXPY.read_text().splitlines(), 1) if "def saxpy" in t)
    done = judged(apple, "device float* Out", "error", SAXPY, "-o", tmp_path / "out")
    done.expect(WRONG_INPUT)
    assert any(f"saxpy.py:{n}:" in done.err for n in (line - 1, line)), done.err


def test_what_the_compiler_warns_of(apple: Apple, tmp_path: Path):
    done = judged(apple, "Out[i] = alpha", "warning", SAXPY, "-o", tmp_path / "out").expect()
    assert "warning: Apple's compiler: no such thing [W0201, -Wxcrun]" in done.err
    assert "saxpy.py:" in done.err
    quiet = judged(
        apple, "Out[i] = alpha", "warning", SAXPY, "-o", tmp_path / "out", "-Wno-xcrun"
    ).expect()
    assert quiet.err == ""
    strict = judged(apple, "Out[i] = alpha", "warning", SAXPY, "-o", tmp_path / "x", "-Werror")
    assert "error: Apple's compiler: no such thing" in strict.expect(WRONG_INPUT).err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        # Not a program at all; one that the system cannot start.
        ("#!/no/such/shell\n", "xcrun"),
        # Without the Metal toolchain, as Xcode 26 says it.
        (
            "#!/bin/sh\necho 'error: cannot execute tool \"metal\" due to missing Metal Toolchain' >&2"
            "\nexit 1\n",
            "xcrun metal failed with exit status 1: error: cannot execute tool",
        ),
        (
            "#!/bin/sh\necho \"error: invalid value 'metal4.0' in '-std=metal4.0'\" >&2\nexit 1\n",
            "Apple's toolchain is too old for target macos26: it has no Metal 4.0",
        ),
        # An error in its own headers is about the toolchain.
        (
            "#!/bin/sh\necho '/x/metal_math:3:1: error: broken' >&2\nexit 1\n",
            "xcrun metal failed with exit status 1",
        ),
        ("#!/bin/sh\nkill -SEGV $$\n", "xcrun metal crashed"),
        ("#!/bin/sh\nkill -KILL $$\n", "xcrun metal crashed"),
        (
            "#!/bin/sh\nhead -c 5000 /dev/urandom >&2\nexit 3\n",
            "xcrun metal failed with exit status 3",
        ),
        ("#!/bin/sh\nexit 9\n", "xcrun metal failed with exit status 9: it printed nothing"),
        ("#!/bin/sh\nexit 0\n", "xcrun metal succeeded and left no .air file"),
    ],
)
def test_environments_that_fail(script: str, sentence: str, apple: Apple, tmp_path: Path):
    apple.install(script)
    out = tmp_path / "out"
    done = apple.enigmac(SAXPY, "--toolchain", "xcrun", "--target", "macos26", "-o", out)
    done.expect(WRONG_ENVIRONMENT)
    assert sentence in done.err
    # One sentence, and nothing that a terminal would act on.
    lines = done.err.splitlines()
    assert len(lines) == 2 and lines[0].startswith("enigmac: error: ")
    assert lines[1].startswith("help: --toolchain native")
    assert len(lines[0]) < 400 and lines[0].isprintable()
    assert not out.exists()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo gone >&2; exit 4", "xcrun metallib failed with exit status 4: gone"),
        ("kill -ABRT $$", "xcrun metallib crashed"),
        ("exit 0", "xcrun metallib succeeded and left no .metallib file"),
    ],
)
def test_the_second_tool_that_fails(script: str, sentence: str, apple: Apple, tmp_path: Path):
    tail = RECORDING.split("\n", 1)[1]
    apple.install(f'#!/bin/sh\n[ "$3" = metallib ] && {{ {script}; }}\n{tail}')
    done = apple.enigmac(SAXPY, "--toolchain", "xcrun", "-o", tmp_path / "out")
    done.expect(WRONG_ENVIRONMENT)
    assert sentence in done.err and len(done.err.splitlines()) == 2
    assert not (tmp_path / "out").exists()


def test_garbage_beside_success_is_shown_harmlessly(apple: Apple, tmp_path: Path):
    apple.install(RECORDING + "printf 'odd \\033[31m\\377\\n' >&2\n")
    done = apple.enigmac(SAXPY, "--toolchain", "xcrun", "-o", tmp_path / "out").expect()
    assert "odd" in done.err and "\033" not in done.err


def test_debug_information_by_apple(apple: Apple, tmp_path: Path):
    apple.install(RECORDING)
    for options, is_there in (([], False), (["-g"], True)):
        apple.log.unlink(missing_ok=True)
        apple.enigmac(SAXPY, "--toolchain", "xcrun", "-o", tmp_path / "out", *options).expect()
        metal = apple.calls()[0]
        assert ("-g" in metal) == is_there
        assert any(part.startswith("-fdebug-prefix-map=") for part in metal) == is_there
