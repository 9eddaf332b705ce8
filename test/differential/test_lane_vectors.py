"""Simdgroup and quadgroup functions on vectors go component by component: small whole numbers, exact in
every dtype, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from kernel_modules import Launch, check_launches
from witnesses import MODES, Mode

LANES = 32
TYPES = {
    "f32": np.float32,
    "f16": np.float16,
    "i8": np.int8,
    "u8": np.uint8,
    "i16": np.int16,
    "u16": np.uint16,
    "i32": np.int32,
    "u32": np.uint32,
}
Lanes = np.ndarray  # (groups, lanes of a group, width)


def reduced(combine: Callable[[Lanes], Lanes]) -> Callable[[Lanes], Lanes]:
    return lambda x: np.broadcast_to(combine(x)[:, None], x.shape)


def scanned(inclusive: Lanes, first: int) -> Lanes:
    """The exclusive scan of an inclusive one."""
    start = np.full_like(inclusive[:, :1], first)
    return np.concatenate([start, inclusive[:, :-1]], 1)


def shifted(x: Lanes, by: int) -> Lanes:
    """The value of the lane `by` above; a lane past the end gives its own."""
    lanes = np.arange(x.shape[1])
    source = lanes + by
    return x[:, np.where((source >= 0) & (source < x.shape[1]), source, lanes)]


def rows(family: str, is_float: bool) -> dict[str, Callable[[Lanes], Lanes]]:
    """What is computed: an expression over v, and its reference."""
    f = f"enigma.{family}_"
    found: dict[str, Callable[[Lanes], Lanes]] = {
        f"{f}sum(v)": reduced(lambda x: x.sum(1)),
        f"{f}min(v)": reduced(lambda x: x.min(1)),
        f"{f}max(v)": reduced(lambda x: x.max(1)),
        f"{f}product(w)": reduced(lambda x: np.prod(sign(x), 1)),
        f"{f}prefix_inclusive_sum(v)": lambda x: np.cumsum(x, 1),
        f"{f}prefix_exclusive_sum(v)": lambda x: scanned(np.cumsum(x, 1), 0),
        f"{f}prefix_inclusive_product(w)": lambda x: np.cumprod(sign(x), 1),
        f"{f}prefix_exclusive_product(w)": lambda x: scanned(np.cumprod(sign(x), 1), 1),
        f"{f}shuffle(v, 3)": lambda x: np.broadcast_to(x[:, 3:4], x.shape),
        f"{f}shuffle_xor(v, 1)": lambda x: x[:, np.arange(x.shape[1]) ^ 1],
        f"{f}shuffle_down(v, 2)": lambda x: shifted(x, 2),
        f"{f}shuffle_up(v, 1)": lambda x: shifted(x, -1),
        f"{f}shuffle_rotate_down(v, 1)": lambda x: np.roll(x, -1, 1),
        f"{f}shuffle_rotate_up(v, 3)": lambda x: np.roll(x, 3, 1),
        f"{f}broadcast(v, 2)": lambda x: np.broadcast_to(x[:, 2:3], x.shape),
        f"{f}broadcast_first(v)": lambda x: np.broadcast_to(x[:, :1], x.shape),
    }
    if not is_float:
        found[f"{f}and(v)"] = reduced(lambda x: np.bitwise_and.reduce(x, 1))
        found[f"{f}or(v)"] = reduced(lambda x: np.bitwise_or.reduce(x, 1))
        found[f"{f}xor(v)"] = reduced(lambda x: np.bitwise_xor.reduce(x, 1))
    return found


def sign(x: Lanes) -> Lanes:
    """What `w` is: 1 or 2 where every product is exact, 1 mostly."""
    return np.where(x == 3, 2, 1)


def all_rows(dtype: str) -> dict[str, tuple[int, Callable[[Lanes], Lanes]]]:
    """Every expression with the size of its groups."""
    is_float = dtype.startswith("f")
    simd = {text: (LANES, check) for text, check in rows("simd", is_float).items()}
    return simd | {text: (4, check) for text, check in rows("quad", is_float).items()}


def source(dtype: str, width: int) -> str:
    stores = "\n".join(
        f"    Out[{k} * {LANES} + i] = {text}" for k, text in enumerate(all_rows(dtype))
    )
    return f"""
@enigma.kernel(block={LANES})
def lanes_{dtype}x{width}(A: enigma.{dtype}x{width}, Out: enigma.{dtype}x{width}):
    i = enigma.thread_position_in_grid()
    v = A[i]
    w = enigma.where(enigma.{dtype}x{width}(1), enigma.{dtype}x{width}(2), v == 3)
{stores}
"""


def launch(dtype: str, width: int) -> Launch:
    # Sums of 32 stay in a byte, and few lanes double the product.
    a = np.random.default_rng(width).integers(0, 3, (LANES, width))
    a[5, 0] = a[6, width - 1] = 3
    expected = []
    for size, check in all_rows(dtype).values():
        groups = a.reshape(-1, size, width)
        expected.append(np.asarray(check(groups)).reshape(-1, width))
    out = np.concatenate(expected).astype(TYPES[dtype])
    arguments = {"A": a.astype(TYPES[dtype]), "Out": np.zeros_like(out)}
    return Launch(f"lanes_{dtype}x{width}", arguments, LANES, LANES, {"Out": out})


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_lane_functions_on_vectors(tmp_path: Path, mode: Mode) -> None:
    cases = [(dtype, width) for dtype in TYPES for width in (2, 3, 4)]
    module = tmp_path / "lanes.py"
    module.write_text("import enigma\n" + "".join(source(*case) for case in cases))
    check_launches(module, tmp_path, mode, [launch(*case) for case in cases])
