"""What a case is: one launch of a function, and the numbers that must come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from argument_structs import Fields, pack
from cpu_device import Kernel

Extent = tuple[int, int, int]

# Half an ULP of f32 and of f16, relative.
F32, F16, BF16 = 2.0**-24, 2.0**-11, 2.0**-8
# The accuracy contract of fast math functions on the ordinary range.
FAST = 2.0**-20
# Bytes behind every output that must stay as they were.
GUARD = 64


@dataclass
class Expected:
    """`|found - values| <= bound`, elementwise; a bound of 0 asks for the same bits."""

    values: np.ndarray
    bound: np.ndarray | float = 0.0
    dtype: type | np.dtype = np.float32
    """Of the memory; `bfloat16` is given as uint16 and widened by `read`."""
    read: Callable[[np.ndarray], np.ndarray] = lambda found: found

    def check(self, memory: np.ndarray, where: str) -> None:
        found = self.read(memory.view(self.dtype)).reshape(self.values.shape)
        if np.asarray(self.values).dtype.kind != "f":
            assert np.array_equal(found, self.values), f"{where}: {found} is not {self.values}"
            return
        found = found.astype(np.float64)
        with np.errstate(invalid="ignore"):
            error = np.abs(found - self.values)
        close = (error <= self.bound) | (found == self.values)
        close |= np.isnan(found) & np.isnan(self.values)
        if not np.all(close):
            at = np.unravel_index(np.argmin(close), close.shape)
            bound = np.broadcast_to(self.bound, close.shape)[at]
            raise AssertionError(
                f"{where}: {np.sum(~close)} of {close.size} are wrong, the first at {at}: "
                f"{found[at]!r}, expected {self.values[at]!r} within {bound:.3g}"
            )


@dataclass
class Launch:
    groups: Extent
    threads: Extent
    buffers: Mapping[int, np.ndarray | Fields]
    """Arrays, and argument structs by member name; one array bound twice is one buffer."""
    outputs: Mapping[int, Expected]
    threadgroup_memory: Mapping[int, int] = field(default_factory=dict)


def aligned(contents: bytes | np.ndarray, guard: int = 0) -> np.ndarray:
    """A copy as bytes, aligned as Metal's buffers are."""
    flat = np.frombuffer(contents, np.uint8) if isinstance(contents, bytes) else contents
    flat = np.ascontiguousarray(flat).reshape(-1).view(np.uint8)
    memory = np.full(flat.size + guard + 64, 0xA5, np.uint8)
    memory = memory[-memory.ctypes.data % 64 :][: flat.size + guard]
    memory[: flat.size] = flat
    return memory


def run(kernel: Kernel, launch: Launch, arguments: Mapping[int, dict]) -> None:
    """Run and check the outputs."""
    memory: dict[int, np.ndarray] = {}
    shared: dict[int, np.ndarray] = {}
    for at, contents in launch.buffers.items():
        if isinstance(contents, Mapping):
            memory[at] = aligned(pack(arguments[at], contents))
        else:
            guard = GUARD if at in launch.outputs else 0
            if id(contents) not in shared:
                shared[id(contents)] = aligned(contents, guard)
            memory[at] = shared[id(contents)]
    inputs = {
        at: buffer.copy()
        for at, buffer in memory.items()
        if at not in launch.outputs and not any(buffer is memory[out] for out in launch.outputs)
    }
    grid = [groups * threads for groups, threads in zip(launch.groups, launch.threads, strict=True)]
    kernel.dispatch(grid, launch.threads, memory, launch.threadgroup_memory)
    for at, before in inputs.items():
        assert np.array_equal(memory[at], before), f"input {at} was written"
    for at, expected in launch.outputs.items():
        assert np.all(memory[at][-GUARD:] == 0xA5), f"buffer {at} was written past its end"
        expected.check(memory[at][:-GUARD], f"buffer {at}")


# Tensors: up to four dimensions; NumPy's last axis is dimension 0 ---------------------------------


def extents(prefix: str, array: np.ndarray) -> Fields:
    """`ne<prefix>0` to `3` and `nb<prefix>0` to `3`: extents, and strides in bytes."""
    padded = array.reshape((1,) * (4 - array.ndim) + array.shape) if array.ndim < 4 else array
    return {f"ne{prefix}{i}": padded.shape[3 - i] for i in range(4)} | {
        f"nb{prefix}{i}": padded.strides[3 - i] for i in range(4)
    }


def select(fields: Fields, *names: str) -> Fields:
    return {name: fields[name] for name in names}


def spaced(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal f32 values in rows that do not follow each other; `.base` is the memory to bind."""
    return random.standard_normal((*shape[:-1], shape[-1] + 8), np.float32)[..., : shape[-1]]


def normal(random: np.random.Generator, *shape: int) -> np.ndarray:
    return random.standard_normal(shape, np.float32)


def bfloat16(array: np.ndarray) -> np.ndarray:
    """Rounded to nearest, ties to even, as uint16; finite values only."""
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def widened(bits: np.ndarray) -> np.ndarray:
    """The f32 values of bfloat16 bit patterns."""
    return (bits.astype(np.uint32) << 16).view(np.float32)
