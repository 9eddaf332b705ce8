"""Compiles a Python kernel module and runs its kernels by paths that share no code.

`device` runs the shipped metallib on the CPU device; `msl` compiles the Metal source as C++;
`interpreter` runs the kernel's own Python, which no compiler option changes, so that one mode is
enough. What was compared with a reference is counted in cells: (op, dtype, path, level, math).
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from interpreter_runner import run_interpreter
from msl_runner import run_msl
from number_formats import NUMPY

BUILD = Path(os.environ.get("ENIGMA_BUILD", Path(__file__).resolve().parents[2] / "build"))
PATHS = ("device", "msl")

Extent = int | tuple[int, ...]
Arguments = Mapping[str, "np.ndarray | int | float | list[int | float]"]


@dataclass(frozen=True)
class Mode:
    """How a module is compiled."""

    level: str
    math: str

    @property
    def is_fast(self) -> bool:
        return self.math == "fast"

    def __str__(self) -> str:
        return f"{self.level}-{self.math}"


MODES = [Mode(level, math) for level in ("O0", "O2") for math in ("precise", "fast")]
PRECISE = [mode for mode in MODES if not mode.is_fast]


def paths(mode: Mode) -> tuple[str, ...]:
    """The paths on which a module is run in a mode."""
    return (*PATHS, "interpreter") if mode == PRECISE[0] else PATHS


checked_cells: set[tuple[str, str, str, str]] = set()


def count_cells(ops: Sequence[tuple[str, str]], path: str, mode: Mode) -> None:
    """Note that ops × dtypes were compared along a path."""
    checked_cells.update((op, dtype, path, str(mode)) for op, dtype in ops)


class Compiled:
    """The artifacts of a module in one mode."""

    def __init__(
        self,
        module: Path,
        folder: Path,
        mode: Mode,
        defines: Mapping[str, object] | None = None,
    ) -> None:
        self.folder = folder / str(mode)
        self.module = module
        self.stem = module.stem
        math = "--fast-math" if mode.is_fast else "--no-fast-math"
        command = [BUILD / "bin/enigmac", module, "-q", f"-{mode.level}", math, "-o", self.folder]
        for name, value in (defines or {}).items():
            command += ["-D", f"{name}={value}"]
        done = subprocess.run(
            [*command, "--emit", "metal,metallib,manifest,trace"], capture_output=True, text=True
        )
        assert done.returncode == 0, f"enigmac: {done.returncode}\n{done.stderr[-6000:]}"

    def artifact(self, extension: str) -> Path:
        return self.folder / (self.stem + extension)

    def run(
        self,
        path: str,
        kernel: str,
        arguments: Arguments,
        grid: Extent,
        block: Extent,
        *,
        constants: Mapping[int, bool | int | float] | None = None,
        warnings: bool = True,
    ) -> dict[str, np.ndarray]:
        """Every buffer as a kernel, by its Python name, leaves it; `constants` go by index."""
        if path == "msl":
            metal = self.artifact(".metal")
            name = f"enigma_kernel_{kernel}"
            return run_msl(
                metal,
                name,
                arguments,
                grid,
                block,
                constants=constants,
                sanitize=True,
                warnings=warnings,
            )
        if path == "interpreter":
            return run_interpreter(self.module, kernel, arguments, grid, block, constants)
        manifest = self.artifact(".manifest.json")
        return run_device(manifest, kernel, arguments, grid, block, constants)

    def run_program(self, path: str, program: str, arguments: Arguments) -> dict[str, np.ndarray]:
        """Every buffer as the launches of an export leave it.

        The CPU device's runner makes the intermediates and shares memory between launches itself.
        """
        manifest = self.artifact(".manifest.json")
        if path == "device":
            return run_device(manifest, program, arguments)
        document = json.loads(manifest.read_text())
        kernels = {kernel["name"]: kernel for kernel in document["kernels"]}
        memory = dict(arguments)
        for launch in document["launches"]:
            if launch["export"] != program:
                continue
            kernel = kernels[launch["kernel"]]
            names = {index: name for name, index in launch["bindings"].items()}
            given = {}
            for parameter in kernel["buffers"]:
                name = names[parameter["index"]]
                if name not in memory:
                    assert name in launch["intermediates"]
                    memory[name] = np.zeros(parameter["shape"], NUMPY[parameter["dtype"]])
                given[parameter["name"]] = memory[name]
            python_name = kernel["python_name"]
            made = self.run(path, python_name, given, tuple(launch["grid"]), tuple(launch["block"]))
            for parameter in kernel["buffers"]:
                if parameter["name"] in made:
                    memory[names[parameter["index"]]] = made[parameter["name"]]
        return {name: memory[name] for name, x in arguments.items() if isinstance(x, np.ndarray)}


def run_device(
    manifest: Path,
    kernel: str,
    arguments: Arguments,
    grid: Extent | None = None,
    block: Extent | None = None,
    constants: Mapping[int, bool | int | float] | None = None,
) -> dict[str, np.ndarray]:
    """Runs a kernel or export of a manifest on the CPU device."""
    command: list[str | Path] = [BUILD / "bin/enigma-run", manifest, kernel]
    outputs = {}
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            read, written = (manifest.parent / f"{kernel}.{name}.{k}.npy" for k in ("in", "out"))
            np.save(read, value)
            command += ["--in", f"{name}={read}", "--out", f"{name}={written}"]
            outputs[name] = written
        else:
            components = value if isinstance(value, list) else [value]
            command += ["--scalar", f"{name}={','.join(map(str, components))}"]
    for index, constant in (constants or {}).items():
        text = str(constant).lower() if isinstance(constant, bool) else str(constant)
        command += ["--constant", f"{index}={text}"]
    for option, extent in (("--grid", grid), ("--block", block)):
        if extent is None:
            continue
        extents = (extent,) if isinstance(extent, int) else extent
        command += [option, ",".join(map(str, extents))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"enigma-run: {done.returncode}\n{done.stderr[-6000:]}"
    return {
        name: np.load(written).reshape(arguments[name].shape)  # type: ignore[union-attr]
        for name, written in outputs.items()
    }
