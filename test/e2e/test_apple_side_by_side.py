"""The same kernels as Apple's compiler made them and as we make them, side by side (docs/air.md).

What may differ is said here once, as a change to Apple's text; everything else has to be equal:
declarations, parameters, attributes, flags, and the metadata of the kernel.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import ROOT, enigmac, metallib_dump, run_tool

DISASSEMBLER = shutil.which("llvm-dis-14")
SHARED = ROOT.parent / "shared"
LIBRARIES = Path(os.environ.get("ENIGMA_APPLE_METALLIBS", SHARED / "apple-metallibs"))
SAMPLES = Path(os.environ.get("ENIGMA_AIR_SAMPLES", SHARED / "reference" / "air-samples"))

pytestmark = pytest.mark.skipif(not DISASSEMBLER, reason="llvm-dis-14 is not installed")
needs_libraries = pytest.mark.skipif(
    not LIBRARIES.exists(), reason=f"no Apple libraries in {LIBRARIES} ($ENIGMA_APPLE_METALLIBS)"
)
needs_samples = pytest.mark.skipif(
    not SAMPLES.exists(), reason=f"no samples in {SAMPLES} ($ENIGMA_AIR_SAMPLES)"
)

KERNELS = """
import enigma


@enigma.kernel(name="foo")
def foo():
    pass


@enigma.kernel(name="vadd")
def vadd(a: enigma.f32, b: enigma.f32, c: enigma.f32):
    i = enigma.thread_position_in_grid
    c[i] = a[i] * 2.0 + b[i] + 3.0


@enigma.kernel(name="passthrough")
def passthrough(data: enigma.f32, out: enigma.f32):
    i = enigma.thread_position_in_grid
    out[i] = data[i]
"""

DOT = (ROOT / "lit-tests/target/air/apple-dot.mlir").read_bytes()


class Module:
    """What LLVM 14's text says around the code."""

    def __init__(self, text: str):
        self.lines = text.splitlines()
        self.nodes = dict(re.findall(r"^(!\d+) = (?:distinct )?(!{.*})$", text, re.M))
        self.named = {
            name: [self.expanded(node) for node in re.findall(r"!\d+", nodes)]
            for name, nodes in re.findall(r"^!([a-z][\w.]+) = !{(.*)}$", text, re.M)
        }
        self.attributes = dict(re.findall(r"^attributes (#\d+) = { (.*) }$", text, re.M))
        heads = re.findall(r"^(?:define|declare) .*", text, re.M)
        self.functions = {
            re.search(r"@([\w.]+)", head)[1]: re.sub(  # type: ignore[index]
                r"#\d+", lambda m: self.attributes[m[0]], head.rstrip(" {")
            )
            for head in heads
        }

    def expanded(self, node: str) -> str:
        """A node with the nodes it refers to in their places."""
        return re.sub(r"!\d+", lambda m: self.expanded(m[0]), self.nodes[node])


def disassembled(module: Path) -> Module:
    done = subprocess.run(
        [str(DISASSEMBLER), str(module), "-o", "-"], capture_output=True, text=True, check=True
    )
    return Module(done.stdout)


def extracted(library: Path, folder: Path, name: str) -> Module:
    metallib_dump(library, "--extract", folder).expect()
    return disassembled(folder / f"{name}.air")


@pytest.fixture
def ours(tmp_path: Path):
    source = tmp_path / "kernels.py"
    source.write_text(KERNELS)

    def ours(target: str, *options: str) -> Path:
        folder = tmp_path / target
        enigmac(
            source, "-o", folder, "--target", target, "--toolchain", "native", *options
        ).expect()
        return folder

    return ours


IDENT = re.compile(r'"(Apple metal version [^"]*|enigmac [^"]*)"')
SDK = re.compile(r'("SDK Version", \[2 x i32\]) \[i32 \d+, i32 \d+\]')


def same_everywhere(text: str) -> str:
    """Without the compiler's name and the version of Apple's SDK, which we do not have."""
    return SDK.sub(r"\1", IDENT.sub('"compiler"', text))


def without_promises(head: str) -> str:
    """Without what Apple's compiler knows of its language or finds out, and we do not claim: buffers
    do not overlap; nothing but arguments is touched."""
    head = head.replace(' "air-buffer-no-alias"', "")
    return re.sub(r"\b(argmemonly|readnone) ", "", head)


def without_builtin_names(kernel: str) -> str:
    """A thread query is a function in Python, so its parameter is named after it."""
    return re.sub(
        r'(!"air\.t[\w.]+", !"air.arg_type_name", !"\w+", !"air.arg_name", )!"\w+"',
        r"\1!name",
        kernel,
    )


def assert_equal_named(apple: Module, made: Module, leave_out: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    assert list(made.named) == [name for name in apple.named if name not in leave_out]
    for name, nodes in made.named.items():
        expected = [without_builtin_names(same_everywhere(node)) for node in apple.named[name]]
        assert [without_builtin_names(same_everywhere(node)) for node in nodes] == expected, name


@needs_libraries
@pytest.mark.parametrize("version", ["13", "14", "15", "26"])
def test_empty_kernel(version: str, ours, tmp_path: Path):
    """The whole text is equal."""
    apple = extracted(LIBRARIES / f"kernels.{version}.metallib", tmp_path / "apple", "foo")
    made = extracted(ours(f"macos{version}") / "kernels.metallib", tmp_path / "made", "foo")
    # Apple's newest tools put the AIR version into every triple; older ones, and we, from 26 on.
    triple = re.compile(r"air64_v2[567]-")
    theirs = [same_everywhere(triple.sub("air64-", line)) for line in apple.lines[1:]]
    theirs = [re.sub(r" readnone\b", "", line) for line in theirs]
    assert [same_everywhere(line) for line in made.lines[1:]] == theirs


@needs_libraries
@pytest.mark.parametrize("version", ["13", "14", "15", "26"])
def test_vector_kernel(version: str, ours, tmp_path: Path):
    """Apple's kernel takes its two numbers from function constants, ours has them inline."""
    apple = extracted(LIBRARIES / f"constants.{version}.metallib", tmp_path / "apple", "vadd")
    made = extracted(ours(f"macos{version}") / "kernels.metallib", tmp_path / "made", "vadd")
    expected = without_promises(apple.functions["vadd"])
    if version == "13":
        # Its analysis of that age does not see that the result is only written.
        expected = expected.replace("* nocapture %2", "* nocapture writeonly %2")
    assert without_promises(made.functions["vadd"]) == expected
    assert set(made.functions) == {"vadd"}
    assert_equal_named(apple, made, {"air.function_constants"})


@needs_samples
def test_object_file(ours):
    """A `.air` file: its own order of named metadata, and the name of the source."""
    apple = Module((SAMPLES / "macos26-passthrough-air-object.ll").read_text())
    made = disassembled(ours("macos26", "--kernel", "passthrough") / "kernels.air")
    expected = without_promises(apple.functions["passthrough"])
    assert without_promises(made.functions["passthrough"]) == expected
    assert apple.named.pop("air.source_file_name") != made.named.pop("air.source_file_name")
    apple.named["air.kernel"] = [
        node.replace('!"in"', '!"data"') for node in apple.named["air.kernel"]
    ]
    assert_equal_named(apple, made)


@needs_samples
def test_reduction_with_an_atomic(tmp_path: Path):
    apple = Module((SAMPLES / "macos26-dot-simdsum-atomic.ll").read_text())
    text = run_tool("enigma-translate", "--mlir-to-llvmir", "--target=macos26", stdin=DOT).expect()
    air = run_tool("enigma-translate", "--llvmir-to-air", stdin=text.out_bytes).expect().out_bytes
    library = tmp_path / "dot.metallib"
    library.write_bytes(
        run_tool("enigma-translate", "--air-to-metallib", stdin=air).expect().out_bytes
    )
    made = extracted(library, tmp_path / "made", "dot_float32")
    # A buffer with atomics is a buffer of numbers in the language.
    atomic = '%"struct.metal::_atomic.3" addrspace(1)*'
    expected = {
        name: without_promises(head.replace(atomic, "float addrspace(1)*"))
        for name, head in apple.functions.items()
    }
    assert {name: without_promises(head) for name, head in made.functions.items()} == expected
    info = '!"air.struct_type_info", !{i32 0, i32 4, i32 0, !"float", !"__s"}, '
    apple.named["air.kernel"] = [
        node.replace(atomic, "float addrspace(1)*")
        .replace(info, "")
        .replace('!"metal::_atomic"', '!"float"')
        for node in apple.named["air.kernel"]
    ]
    assert_equal_named(apple, made)


@needs_libraries
@pytest.mark.parametrize("version", ["13", "14", "15", "26"])
def test_containers_agree(version: str, ours):
    """Versions and platform as the library states them."""
    shown = [
        json.loads(metallib_dump(path, "--json").expect().out)
        for path in (
            LIBRARIES / f"kernels.{version}.metallib",
            ours(f"macos{version}") / "kernels.metallib",
        )
    ]
    apple, made = shown
    for key in ("type", "platform", "format"):
        assert made[key] == apple[key], key
    for key in ("type", "air", "msl"):
        assert made["functions"][0][key] == apple["functions"][0][key], key
