"""Runs a kernel of a module by `enigma.interpret`: its own Python, without compiler and device."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pyfront"))
import enigma
from enigma import defines, function_constants, kernels

Extent = int | tuple[int, ...]

_loaded: dict[Path, ModuleType] = {}


def load_module(path: Path) -> ModuleType:
    """A module file, executed; what the package knows of modules is that of this one."""
    defines.start_defines({})
    kernels.start_exports()
    function_constants.start_function_constants()
    spec = importlib.util.spec_from_file_location(f"interpreted_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_interpreter(
    path: Path,
    kernel: str,
    arguments: Mapping[str, Any],
    grid: Extent,
    block: Extent,
    constants: Mapping[int, bool | int | float] | None = None,
) -> dict[str, np.ndarray]:
    """Every buffer as a kernel, by its Python name, leaves it."""
    module = _loaded.get(path)
    if module is None:
        _loaded.clear()  # function constants are those of the module that was loaded last
        module = _loaded[path] = load_module(path)
    found = next(
        k
        for k in vars(module).values()
        if isinstance(k, enigma.Kernel) and k.metal_name == f"enigma_kernel_{kernel}"
    )
    written = enigma.interpret(found, arguments, grid, block, constants=constants)
    buffers = {n: a for n, a in arguments.items() if isinstance(a, np.ndarray)}
    assert written.keys() <= buffers.keys()
    return {name: written.get(name, array) for name, array in buffers.items()}
