"""The checks that the kernel tests rely on do fail."""

from __future__ import annotations

import numpy as np
import pytest
from argument_structs import pack
from launches import Expected, aligned, bfloat16, widened
from quantized import FORMATS, ROUNDED, without_ties

STRUCT = {
    "type": "arguments",
    "buffer_size": 16,
    "members": [
        {"name": "n", "type": "int", "offset": 0, "array_length": 0},
        {"name": "sizes", "type": "short", "offset": 8, "array_length": 3},
    ],
}


def test_pack():
    packed = pack(STRUCT, {"sizes": [1, -1, 3], "n": -2})
    assert packed == bytes.fromhex("feffffff 00000000 0100 ffff 0300 0000")


@pytest.mark.parametrize(
    ("fields", "mistake"),
    [
        ({"n": 1}, KeyError),
        ({"n": 1, "sizes": [1, 2, 3], "m": 1}, KeyError),
        ({"n": 1, "sizes": [1, 2]}, ValueError),
        ({"n": [1, 2], "sizes": [1, 2, 3]}, ValueError),
    ],
)
def test_pack_refuses(fields: dict, mistake: type[Exception]):
    with pytest.raises(mistake):
        pack(STRUCT, fields)


@pytest.mark.parametrize(
    ("found", "expected", "bound", "passes"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0, True),
        ([1.0, 2.0], [1.0, 2.5], 0.5, True),
        ([1.0, 2.0], [1.0, 2.5], 0.49, False),
        ([1.0, 2.0], [1.0, 2.5], [0.0, 0.5], True),
        ([1.0, 2.0], [1.1, 2.5], [0.0, 0.5], False),
        ([np.inf, -np.inf], [np.inf, -np.inf], 0, True),
        ([np.inf, 2.0], [1.0, 2.0], 1e30, False),
        ([np.nan, 2.0], [1.0, 2.0], 1e30, False),
        ([1.0, 2.0], [np.nan, 2.0], 1e30, False),
        ([1.0, 2.0], [-np.inf, 2.0], 1e30, False),
        ([np.nan, 2.0], [np.nan, 2.0], 0, True),
    ],
    ids=str,
)
def test_expected(found: list, expected: list, bound: object, passes: bool):
    check = Expected(np.array(expected), np.array(bound))
    memory = aligned(np.array(found, np.float32))
    if passes:
        check.check(memory, "it")
        return
    with pytest.raises(AssertionError, match="it: "):
        check.check(memory, "it")


def test_expected_integers():
    Expected(np.array([1, 2]), dtype=np.int32).check(aligned(np.int32([1, 2])), "it")
    with pytest.raises(AssertionError):
        Expected(np.array([1, 3]), dtype=np.int32).check(aligned(np.int32([1, 2])), "it")


def test_memory_is_aligned_and_guarded():
    memory = aligned(np.arange(3, dtype=np.uint8), guard=5)
    assert memory.ctypes.data % 64 == 0 and memory.tolist() == [0, 1, 2] + [0xA5] * 5


def test_bfloat16_rounds_to_nearest_even():
    x = np.float32([1.0, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, -3.5])
    rounded = np.float32([1.0, 1.0, 1 + 2**-6, 1 + 2**-7, -3.5])
    assert np.array_equal(widened(bfloat16(x)), rounded)


@pytest.mark.parametrize("name", ROUNDED)
def test_rounding_and_decoding_agree(name: str):
    """A decoded block is within half a step of what was rounded."""
    x, blocks = without_ties(name, np.random.default_rng(1), 40, 32)
    decoded = FORMATS[name].decode(blocks)
    span = x.max(axis=1) - x.min(axis=1)
    widest = 2 * np.abs(x).max(axis=1)
    steps = {"q4_0": widest / 15, "q5_0": widest / 31, "q4_1": span / 15, "q5_1": span / 31}
    # q8_0: 255 codes; iq4_nl: its widest gap is 24 of 127. An f16 scale adds its rounding.
    step = steps | {"q8_0": widest / 254, "iq4_nl": widest / 2 * 24 / 113}
    # Opposite to the farthest value, the last code of q4_0 and q5_0 is one short.
    allowed = (
        step[name][:, None] * (0.5 + 0.6 * (name in ("q4_0", "q5_0"))) + 2.0**-10 * widest[:, None]
    )
    assert np.all(np.abs(decoded - x) <= allowed)
