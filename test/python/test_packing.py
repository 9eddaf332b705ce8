"""Packing of vectors: types, and what is refused."""

from __future__ import annotations

import pytest

FORMATS = {"snorm4x8": 4, "unorm4x8": 4, "snorm2x16": 2, "unorm2x16": 2, "srgb_unorm4x8": 4,
           "unorm10a2": 4}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("dtype", ["float", "half"])
def test_there_and_back(trace_body, name, dtype):
    parts = ", ".join(f"enigma.metal_cast(F[{k}], '{dtype}')" for k in range(FORMATS[name]))
    answer = trace_body(f"""
        word = enigma.pack_float_to_{name}(enigma.make_vec({parts}))
        U[0] = word
        F[0] = enigma.unpack_{name}_to_float(word).y
    """)
    assert answer.ids == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("enigma.pack_float_to_unorm4x8(F[0])", "a vector of 4 floats, not a f32"),
        ("enigma.pack_float_to_unorm2x16(enigma.make_float3(1, 2, 3))", "a vector of 2 floats"),
        (
            "enigma.pack_float_to_snorm2x16(enigma.make_vec(n, n))",
            "a vector of 2 floats, not a i32x2",
        ),
        ("enigma.unpack_unorm10a2_to_float(F[0])", "does not take a f32; it takes an integer"),
    ],
)
def test_what_is_refused(trace_body, expression, message):
    answer = trace_body(f"x = {expression}")
    (diagnostic,) = answer.diagnostics
    assert message in diagnostic["message"]
    assert answer.text_at(diagnostic) == expression
