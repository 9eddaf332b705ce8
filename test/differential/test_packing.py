"""Normalised integers: every code unpacked, floats of every kind packed, against their definition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from witnesses import MODES, Compiled, Mode, paths

FORMATS: dict[str, tuple[str, tuple[int, ...]]] = {
    "snorm4x8": ("snorm", (8, 8, 8, 8)),
    "unorm4x8": ("unorm", (8, 8, 8, 8)),
    "snorm2x16": ("snorm", (16, 16)),
    "unorm2x16": ("unorm", (16, 16)),
    "srgb_unorm4x8": ("srgb", (8, 8, 8, 8)),
    "unorm10a2": ("unorm", (10, 10, 10, 2)),
}


def source() -> str:
    """A kernel that packs and one that unpacks for each format."""
    text = "import enigma\n"
    for name, (_, widths) in FORMATS.items():
        n = len(widths)
        loads = ", ".join(f"A[{n} * i + {k}]" for k in range(n))
        stores = "".join(f"    Out[{n} * i + {k}] = v[{k}]\n" for k in range(n))
        text += f"""
@enigma.kernel
def pack_{name}(A: enigma.f32, Out: enigma.u32):
    i = enigma.thread_position_in_grid()
    Out[i] = enigma.pack_float_to_{name}(enigma.make_vec({loads}))

@enigma.kernel
def unpack_{name}(A: enigma.u32, Out: enigma.f32):
    i = enigma.thread_position_in_grid()
    v = enigma.unpack_{name}_to_float(A[i])
{stores}"""
    return text


def to_srgb(x: np.ndarray) -> np.ndarray:
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * x ** (1 / 2.4) - 0.055)


def from_srgb(x: np.ndarray) -> np.ndarray:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def scaled(kind: str, lane: int, width: int, x: np.ndarray) -> np.ndarray:
    """A component as a code that is not rounded yet."""
    x = np.where(np.isnan(x), 0.0, x.astype(np.float64))
    if kind == "snorm":
        return np.clip(x, -1, 1) * ((1 << (width - 1)) - 1)
    x = np.clip(x, 0, 1)
    if kind == "srgb" and lane < 3:
        x = to_srgb(x)
    return x * ((1 << width) - 1)


def value(kind: str, lane: int, width: int, code: np.ndarray) -> np.ndarray:
    """The float that a code stands for."""
    if kind == "snorm":
        signed = np.where(code >> (width - 1), code - (1 << width), code)
        return np.maximum(signed / ((1 << (width - 1)) - 1), -1.0)
    x = code / ((1 << width) - 1)
    return from_srgb(x) if kind == "srgb" and lane < 3 else x


def fields(words: np.ndarray, widths: tuple[int, ...]) -> list[np.ndarray]:
    places = np.cumsum([0, *widths[:-1]])
    return [
        (words.astype(np.int64) >> place) & ((1 << width) - 1)
        for place, width in zip(places, widths, strict=True)
    ]


def floats(count: int) -> np.ndarray:
    random = np.random.default_rng(count)
    special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -7.5,
        np.inf,
        -np.inf,
        np.nan,
        1e-30,
        0.5,
        -0.5,
        0.0031308,
    ]
    near = random.integers(-255, 256, 200) / 255.0
    return np.array([*special, *near, *random.uniform(-1.2, 1.2, count)], np.float32)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_packing(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "packing.py"
    module.write_text(source())
    compiled = Compiled(module, tmp_path, mode)
    random = np.random.default_rng(5)
    wrong = []
    for path in paths(mode):
        for name, (kind, widths) in FORMATS.items():
            n = len(widths)
            a = floats(800)
            a = random.permutation(np.resize(a, (len(a) // n + 1) * n)).astype(np.float32)
            out = np.zeros(len(a) // n, np.uint32)
            got = compiled.run(path, f"pack_{name}", {"A": a, "Out": out}, len(out), 64)["Out"]
            for lane, (code, width) in enumerate(zip(fields(got, widths), widths, strict=True)):
                exact = scaled(kind, lane, width, a[lane::n])
                if kind == "snorm":
                    code = np.where(code >> (width - 1), code - (1 << width), code)
                # Half a code, and what f32 has lost before it is rounded.
                far = np.abs(code - exact) > 0.5 + (1 << width) * 2.0**-20
                wrong += [
                    f"{path}: pack_{name}: {a[n * k + lane]} gives {code[k]}"
                    for k in np.flatnonzero(far)[:3]
                ]
            words = random.integers(0, 1 << 32, 3000, dtype=np.uint64).astype(np.uint32)
            words[:256] = np.arange(256, dtype=np.uint32) * 0x01010101
            words[256:260] = [0, 0xFFFFFFFF, 0x80008000, 0x80808080]
            out = np.zeros(len(words) * n, np.float32)
            got = compiled.run(path, f"unpack_{name}", {"A": words, "Out": out}, len(words), 64)[
                "Out"
            ]
            for lane, (code, width) in enumerate(zip(fields(words, widths), widths, strict=True)):
                exact = value(kind, lane, width, code)
                rounded = kind == "srgb" or mode.is_fast
                bound = np.abs(exact) * (2.0**-20 if rounded else 2.0**-24)
                far = np.abs(got[lane::n] - exact) > bound
                wrong += [
                    f"{path}: unpack_{name}: {words[k]:#x} gives {got[n * k + lane]}"
                    for k in np.flatnonzero(far)[:3]
                ]
    assert not wrong, "\n".join(wrong)
