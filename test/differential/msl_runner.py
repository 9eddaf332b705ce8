"""Runs emitted Metal source on the CPU: compiled as C++ against `metal_standin/metal_stdlib`.

An independent witness: it reads the `.metal` text alone and shares no code with the compiler or the CPU
device.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
STANDIN = HERE / "metal_standin"
LLVM_BIN = Path(os.environ.get("ENIGMA_LLVM_BIN", "/usr/lib/llvm-22/bin"))

# Metal's scalar types as NumPy sees them; NumPy has no bfloat, so its bits stand for it.
NUMPY_TYPES = {
    "float": np.float32,
    "half": np.float16,
    "bfloat": np.uint16,
    "char": np.int8,
    "uchar": np.uint8,
    "short": np.int16,
    "ushort": np.uint16,
    "int": np.int32,
    "uint": np.uint32,
    "long": np.int64,
    "ulong": np.uint64,
    "bool": np.bool_,
    "atomic_int": np.int32,
    "atomic_uint": np.uint32,
    "atomic_float": np.float32,
}

WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    # Metal's own attributes and pragmas.
    "-Wno-unknown-attributes",
    "-Wno-unknown-pragmas",
    # A kernel may ignore a parameter, and carry a value that nobody reads.
    "-Wno-unused-parameter",
    "-Wno-unused-but-set-variable",
]
FLAGS = [
    "-std=c++17",
    "-O1",
    "-ffp-contract=off",
    # Each operation on half and bfloat rounds, as on the GPU.
    "-Xclang",
    "-ffloat16-excess-precision=none",
    "-Xclang",
    "-fbfloat16-excess-precision=none",
    # Metal's `char` is signed.
    "-fsigned-char",
    "-fno-strict-float-cast-overflow",
    # `(device atomic_uint*)&a[i]` reads the same memory as `a[i]`.
    "-fno-strict-aliasing",
]
# A float beyond the integers saturates on the CPU device, as it does with the flag above.
SANITIZE = [
    "-fsanitize=undefined",
    "-fno-sanitize=float-cast-overflow",
    "-fno-sanitize-recover=all",
]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a kernel: `const device float* A [[buffer(0)]]`."""

    type: str
    declarator: str
    name: str
    attribute: str

    @property
    def buffer_index(self) -> int | None:
        match = re.fullmatch(r"buffer\((\d+)\)", self.attribute)
        return int(match[1]) if match else None


def parse_signature(text: str, kernel: str) -> list[Parameter]:
    """The parameters of a kernel, in order."""
    match = re.search(rf"kernel void {re.escape(kernel)}\((.*?)\) \{{", text, re.DOTALL)
    if not match:
        raise ValueError(f"no kernel {kernel!r} in the Metal source")
    parameters = []
    for parameter in filter(None, (part.strip() for part in match[1].split(",\n"))):
        parts = re.fullmatch(r"((?:\w+ )*)(\w+)([*&]?) (\w+) \[\[(.+)\]\]", parameter)
        if not parts:
            raise ValueError(f"cannot read parameter {parameter!r}")
        parameters.append(Parameter(parts[2], parts[1] + parts[2] + parts[3], parts[4], parts[5]))
    return parameters


CONSTANT = re.compile(r"^constant (\w+) (\w+) \[\[function_constant\((\d+)\)\]\];", re.MULTILINE)


def instrument(text: str) -> str:
    """Adds what C++ lacks, without moving a line: shared threadgroup memory, and open loops counted.

    A function constant takes its value from the environment, and a flag beside it says whether it did.
    """

    def define(match: re.Match[str]) -> str:
        type_, name, index = match.groups()
        optional = str(f"is_function_constant_defined({name})" in text).lower()
        return (
            f"[[maybe_unused]] constant bool standin_defined_{name} = standin::constantBits({index}); "
            f"constant {type_} {name} = standin::constantValue<{type_}>({index}, {optional});"
        )

    text = CONSTANT.sub(define, text)
    lines = []
    loops: list[str] = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if match := re.match(r"\s+threadgroup (\w+) (\w+)((?:\[\d+\])+);", line):
            line = (
                f"{indent}static {match[1]} {match[2]}{match[3]}; "
                f"standin::spoil({match[2]}, sizeof {match[2]});"
            )
        elif match := re.match(r"\s+((?:for|while) \(.*\) \{)(?:  // .*)?$", line):
            loops.append(indent)
            line = f"{indent}{{ standin::Loop loop(__LINE__); {match[1]} loop.next();"
        elif loops and line == loops[-1] + "}":
            loops.pop()
            line += " }"
        lines.append(line)
    return "\n".join(lines)


def kernel_names(text: str) -> list[str]:
    """The kernels of a Metal source, in order."""
    return re.findall(r"^kernel void (\w+)\(", text, re.MULTILINE)


def _call(text: str, kernel: str) -> str:
    """A call of a kernel for one thread."""
    arguments = []
    for parameter in parse_signature(text, kernel):
        index = parameter.buffer_index
        if index is None:
            width = int(parameter.type[-1]) if parameter.type[-1].isdigit() else 1
            parts = [f"thread_.{parameter.attribute}[{i}]" for i in range(width)]
            arguments.append(parts[0] if width == 1 else f"{parameter.type}{{{', '.join(parts)}}}")
        elif parameter.declarator.endswith("&"):
            arguments.append(f"*({parameter.declarator[:-1]}*)buffers[{index}]")
        else:
            arguments.append(f"({parameter.declarator})buffers[{index}]")
    return f"{kernel}({', '.join(arguments)})"


def harness(text: str) -> str:
    """The C++ translation unit: the module, and a table of its kernels for the runtime."""
    entries = "".join(
        f'  {{"{kernel}", [](const standin::Thread &thread_, void *const *buffers) {{\n'
        f"    (void)thread_, (void)buffers;\n    {_call(text, kernel)};\n  }}}},\n"
        for kernel in kernel_names(text)
    )
    return (
        f'#line 1 "kernel.metal"\n{instrument(text)}\n#line 1 "harness"\n'
        f"const standin::Kernel standin::kernels[] = {{\n{entries}  {{nullptr, nullptr}}}};\n"
    )


def _run(command: Sequence[str | Path], **environment: str) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def _constant_bits(text: str, constants: Mapping[int, Any]) -> str:
    """The values of function constants, by index, as the runtime reads them."""
    types = {int(index): type_ for type_, _, index in CONSTANT.findall(text)}
    if unknown := set(constants) - set(types):
        raise ValueError(f"there are no function constants {sorted(unknown)}")
    parts = []
    for index, value in constants.items():
        if types[index] == "bfloat":
            value = np.float32(value).view(np.uint32) >> 16
        encoded = np.array([value], NUMPY_TYPES[types[index]]).tobytes()
        parts.append(f"{index}={int.from_bytes(encoded, 'little'):x}")
    return ",".join(parts)


def _build(source: str, sanitize: bool, warnings: Sequence[str]) -> Path:
    """The program for a source text, from the cache if it has been built before."""
    flags = FLAGS + (SANITIZE if sanitize else [])
    runtime_sources = sorted(STANDIN.iterdir())
    runtime = "".join(path.read_text() for path in runtime_sources)
    cache = Path(os.environ.get("ENIGMA_BUILD", HERE.parent.parent / "build")) / "standin"
    cache.mkdir(parents=True, exist_ok=True)

    def cached(suffix: str, *parts: str) -> Path:
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
        return cache / (digest + suffix)

    compiler = LLVM_BIN / "clang++"
    runtime_object = cached(".o", runtime)
    program = cached("", runtime, source, *flags, *warnings)
    if program.exists():
        return program
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        if not runtime_object.exists():
            fresh = Path(folder) / "runtime.o"
            _run([compiler, "-std=c++17", "-O2", "-c", STANDIN / "runtime.cpp", "-o", fresh])
            fresh.rename(runtime_object)
        kernel = Path(folder) / "kernel.cpp"
        kernel.write_text(source)
        fresh = Path(folder) / "program"
        _run(
            [compiler, *flags, *warnings, "-isystem", STANDIN, kernel, runtime_object, "-o", fresh]
        )
        fresh.rename(program)
    return program


def _extents(extents: int | Sequence[int]) -> list[int]:
    values = [extents] if isinstance(extents, int) else list(extents)
    return (values + [1, 1])[:3]


def run_msl(
    metal_path: str | os.PathLike[str],
    kernel: str,
    arguments: Mapping[str, Any],
    grid: int | Sequence[int],
    block: int | Sequence[int],
    *,
    constants: Mapping[int, Any] | None = None,
    log: list[str] | None = None,
    sanitize: bool = False,
    warnings: bool = True,
) -> dict[str, np.ndarray]:
    """Runs a kernel of a `.metal` file over `grid` threads in threadgroups of `block`.

    `arguments` has an array for each buffer and a number for each scalar, by parameter name; the arrays
    are left alone. `constants` are function constants by index; `log` takes what the kernel logs, a line
    each. Returns every buffer as it is afterwards. With `sanitize`, undefined behaviour of the
    C++ ends the run with an error. Without `warnings`, code that a person would not write is let pass.
    """
    text = Path(metal_path).read_text()
    parameters = [p for p in parse_signature(text, kernel) if p.buffer_index is not None]
    if unknown := set(arguments) ^ {parameter.name for parameter in parameters}:
        raise ValueError(f"arguments and parameters differ in {sorted(unknown)}")
    program = _build(harness(text), sanitize, WARNINGS if warnings else ["-w"])
    needs_fibers = re.search(r"\b(?:simd|quad|threadgroup_barrier)", text) is not None
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for parameter in sorted(parameters, key=lambda p: p.buffer_index or 0):
            value = arguments[parameter.name]
            dtype = np.dtype(NUMPY_TYPES[parameter.type])
            if parameter.declarator.endswith("&"):
                if parameter.type == "bfloat":
                    value = np.float32(value).view(np.uint32) >> 16
                value = np.array([value], dtype)
            elif not isinstance(value, np.ndarray) or value.dtype != dtype:
                found = getattr(value, "dtype", type(value).__name__)
                raise TypeError(f"{parameter.name}: expected an array of {dtype}, got {found}")
            files.append(Path(folder) / f"{parameter.buffer_index}.bin")
            files[-1].write_bytes(np.ascontiguousarray(value).tobytes())
        mode = "fibers" if needs_fibers else "direct"
        numbers = [str(extent) for extent in _extents(grid) + _extents(block)]
        bits = _constant_bits(text, constants or {})
        output = _run([program, kernel, mode, *numbers, *files], STANDIN_CONSTANTS=bits)
        if log is not None:
            log += output.splitlines()
        return {
            parameter.name: np.frombuffer(
                (Path(folder) / f"{parameter.buffer_index}.bin").read_bytes(),
                NUMPY_TYPES[parameter.type],
            ).reshape(arguments[parameter.name].shape)
            for parameter in parameters
            if not parameter.declarator.endswith("&")
        }
