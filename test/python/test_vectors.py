"""Vectors: dtypes and their spellings, components, operators, conversions, and every error."""

from __future__ import annotations

import copy
import pickle

import enigma
import pytest
from enigma.dtypes import BY_NAME, VECTORS, as_dtype, with_width

PARAMS = (
    "F: enigma.f32, V: enigma.f32x4, W: enigma.f32x3, I: enigma.i32x4, H: enigma.f16x4, "
    "B: enigma.u8x4, T: enigma.b1x4, n: enigma.Scalar('uint'), s: enigma.Scalar('float3')"
)


def test_every_dtype_has_vectors_of_2_to_4():
    assert len(VECTORS) == 36
    for scalar in BY_NAME.values():
        for width in (2, 3, 4):
            dtype = getattr(enigma, f"{scalar.name}x{width}")
            assert as_dtype(f"{scalar.metal}{width}") is dtype
            assert as_dtype(f"{scalar.name}x{width}") is dtype
            assert (dtype.scalar, dtype.width) == (scalar, width)
            assert dtype.bytes == scalar.bytes * (4 if width == 3 else width)
            assert with_width(dtype, 1) is scalar and with_width(scalar, width) is dtype
            assert copy.deepcopy(dtype) is dtype and pickle.loads(pickle.dumps(dtype)) is dtype


@pytest.mark.parametrize("spelling", ["float5", "f32x1", "f32x5", "float1", "f32x", "bool0"])
def test_no_other_widths(spelling):
    with pytest.raises(enigma.EnigmaError, match="is not a dtype"):
        as_dtype(spelling)


def result_types(answer):
    """The (op, type) pairs of a kernel's body but what reads parameters."""
    ops = answer.trace["kernels"][0]["body"]
    return [(op["op"], op["out"][0][1]) for op in ops if op.get("out") and op["op"] != "scalar"]


@pytest.mark.parametrize(
    ("expression", "dtype"),
    [
        ("V[n] + V[n]", "f32x4"),
        ("V[n] * 2", "f32x4"),
        ("2 - V[n]", "f32x4"),
        ("V[n] + F[n]", "f32x4"),
        ("F[n] / V[n]", "f32x4"),
        ("I[n] + 1.5", "f32x4"),
        ("I[n] + V[n]", "f32x4"),
        ("H[n] + F[n]", "f32x4"),
        ("H[n] * 2.5", "f16x4"),
        ("B[n] + B[n]", "u8x4"),
        ("B[n] + n", "u32x4"),
        ("T[n] + 1", "i32x4"),
        ("V[n] < 1", "b1x4"),
        ("I[n] == n", "b1x4"),
        ("-V[n]", "f32x4"),
        ("~T[n]", "b1x4"),
        ("I[n] << 2", "i32x4"),
        ("n << I[n]", "u32x4"),
        ("V[n] // 2", "f32x4"),
        ("V[n] ** 2", "f32x4"),
        ("I[n] ** 0.5", "f32x4"),
        ("abs(I[n])", "i32x4"),
        ("V[n].x", "f32"),
        ("V[n].zyx", "f32x3"),
        ("V[n].rgba", "f32x4"),
        ("V[n][-1]", "f32"),
        ("V[n][n]", "f32"),
        ("enigma.sin(V[n])", "f32x4"),
        ("enigma.clamp(V[n], 0, F[n])", "f32x4"),
        ("enigma.fma(W[n], 2, s)", "f32x3"),
        ("enigma.popcount(B[n])", "u8x4"),
        ("enigma.where(V[n], F[n], T[n])", "f32x4"),
        ("enigma.where(1.0, 2.0, T[n])", "f32x4"),
        ("enigma.where(V[n], 2.0, n < 3)", "f32x4"),
        ("enigma.any(T[n])", "b1"),
        ("enigma.all(V[n] > 0)", "b1"),
        ("enigma.any(n > 0)", "b1"),
        ("enigma.metal_cast(V[n], 'half4')", "f16x4"),
        ("enigma.metal_cast(n, 'half4')", "f16x4"),
        ("enigma.f32x4(1)", "f32x4"),
        ("enigma.u8x2(n, 3)", "u8x2"),
        ("enigma.as_type(V[n], 'int4')", "i32x4"),
        ("enigma.make_vec(1, 2.5)", "f32x2"),
        ("enigma.make_vec(W[n], 1)", "f32x4"),
        ("enigma.make_vec(n, F[n], 1)", "f32x3"),
        ("enigma.make_vec(True, False)", "b1x2"),
        ("enigma.make_float4(n, 1, W[n].xy)", "f32x4"),
        ("enigma.make_half3(0)", "f16x3"),
        ("enigma.make_uint2(n, 7)", "u32x2"),
        ("enigma.make_int2(1, 2)", "i32x2"),
        ("enigma.vec_insert(V[n], 3, n)", "f32x4"),
        ("enigma.vec_extract(V[n], 3)", "f32"),
        ("enigma.load_vec(F, n, 3)", "f32x3"),
        ("enigma.dot(W[n], s)", "f32"),
        ("enigma.length(H[n])", "f16"),
        ("enigma.distance(H[n], V[n])", "f32"),
        ("enigma.normalize(V[n])", "f32x4"),
        ("enigma.cross(W[n], s)", "f32x3"),
        ("enigma.refract(H[n], H[n], 1.5)", "f16x4"),
        ("enigma.refract(H[n], H[n], F[n])", "f32x4"),
        ("enigma.simd_sum(V[n])", "f32x4"),
        ("enigma.simd_shuffle(V[n], 3)", "f32x4"),
    ],
)
def test_types(trace_body, expression, dtype):
    answer = trace_body(f"x = {expression}", params=PARAMS)
    assert answer.ids == [], answer.diagnostics
    assert result_types(answer)[-1][1] == dtype


def test_unpacking_and_length(trace_body):
    body = "x, y, z = W[n]\nF[0] = x + y * z + len(W[n])\nF[1] = sum(W[n]) + [*W[n]][2]"
    answer = trace_body(body, params=PARAMS)
    assert answer.ids == []
    assert [t for t in result_types(answer) if t[0] == "vec_extract"] == [
        ("vec_extract", "f32")
    ] * 9


def test_literals_are_vector_constants(trace_body):
    answer = trace_body("V[n] = V[n] * 2 + 1", params=PARAMS)
    constants = [op for op in answer.trace["kernels"][0]["body"] if op["op"] == "constant"]
    assert [(op["out"][0][1], op["attrs"]["value"]) for op in constants] == [
        ("f32x4", 2.0),
        ("f32x4", 1.0),
    ]


def test_stores_convert(trace_body):
    answer = trace_body("V[n] = n\nV[n] = 0\nH[n] = V[n]\nB[n] = I[n]", params=PARAMS)
    assert answer.ids == ["W0101", "W0101"]
    stores = [op["in"][-1] for op in answer.trace["kernels"][0]["body"] if op["op"] == "store"]
    types = dict(
        result for op in answer.trace["kernels"][0]["body"] for result in op.get("out", [])
    )
    assert [types[name] for name in stores] == ["f32x4", "f32x4", "f16x4", "u8x4"]


def test_a_carried_number_becomes_a_vector(trace_body):
    body = "with enigma.for_range(0, n, init=[0]) as (i, c):\n    c[0] = c[0] + V[i]\nV[0] = c[0]\n"
    answer = trace_body(body, params=PARAMS)
    assert answer.ids == []
    assert ("for", "f32x4") in result_types(answer)


# number, body, what is pointed at, words of the message, words of the help
ERRORS = [
    ("E0160", "x = V[n] + W[n]", "V[n] + W[n]", "f32x4 and f32x3", "v.xy"),
    ("E0160", "x = enigma.where(W[n], 0.0, T[n])", "enigma.where(W[n], 0.0, T[n])", "b1x4", ""),
    ("E0160", "F[0] = V[n]", "F[0]", "f32x4 and f32", ""),
    ("E0160", "V[0] = W[n]", "V[0]", "f32x3 and f32x4", ""),
    ("E0160", "x = enigma.metal_cast(V[n], 'float')", None, "f32x4 and f32", ""),
    ("E0160", "x = enigma.as_type(V[n], 'int3')", None, "f32x4 and i32x3", ""),
    ("E0160", "x = enigma.dot(V[n], W[n])", None, "f32x4 and f32x3", ""),
    ("E0161", "v = V[n]\nv.x = 1", "v.x", "v.x is assigned", "v = enigma.vec_insert(v, 0, value)"),
    ("E0161", "v = V[n]\nv.a = 1", "v.a", "v.a is assigned", "v = enigma.vec_insert(v, 3, value)"),
    ("E0161", "v = V[n]\nv.y += 1", "v.y", "v.y is assigned", "enigma.vec_insert(v, 1, value)"),
    ("E0161", "v = V[n]\nv[2] = 1", "v[2]", "v[2] is assigned", "enigma.vec_insert(v, 2, value)"),
    ("E0162", "x = F[n].x", "F[n].x", "a f32 has no component x", "make_vec"),
    ("E0162", "x = W[n].w", "W[n].w", "f32x3 has no component w", "x y z, or r g b"),
    ("E0162", "x = V[n].xg", "V[n].xg", "f32x4 has no component xg", "x y z w"),
    ("E0162", "x = V[n].xyzwx", "V[n].xyzwx", "f32x4 has no component xyzwx", ""),
    ("E0162", "x = V[n][4]", "V[n][4]", "f32x4 has no component 4", "from 0 to 3"),
    ("E0162", "x = enigma.vec_insert(W[n], -4, 1)", None, "f32x3 has no component -4", "0 to 2"),
    ("E0163", "with enigma.if_(T[n]):\n    pass", None, "a condition", "enigma.any(v)"),
    ("E0163", "enigma.store_if(F, n, 1, V[n])", None, "a condition", "enigma.all(v)"),
    ("E0163", "x = F[I[n]]", "F[I[n]]", "an index of 'F'", "v.x"),
    ("E0163", "x = V[n][I[n]]", None, "a lane", ""),
    ("E0163", "x = enigma.simd_shuffle(F[n], I[n])", None, "simd_shuffle", "v.x"),
    ("E0163", "x = enigma.vec_insert(V[n], 0, V[n])", None, "a component", "value.x"),
    ("E0163", "x = enigma.refract(V[n], V[n], V[n])", None, "refract", "v.x"),
    ("E0164", "x = enigma.make_vec(1)", None, "make_vec of 1 components", "2, 3 or 4"),
    ("E0164", "x = enigma.make_vec(V[n], 1)", None, "make_vec of 5 components", ""),
    ("E0164", "x = enigma.make_float3(1, 2)", None, "make_float3 of 2", "a f32x3 has 3"),
    ("E0164", "x = enigma.u8x2(1, 2, 3)", None, "of 3 components", "a u8x2 has 2"),
    (
        "E0165",
        "with enigma.for_range(0, n, init=[0]) as (i, c):\n"
        "    t = c[0] < 3\n    c[0] = c[0] + V[i]",
        None,
        "becomes a f32x4",
        "init=[enigma.f32x4(0)]",
    ),
    ("E0107", "x = enigma.sqrt(I[n])", None, "sqrt does not take a i32x4", ""),
    ("E0107", "x = enigma.any(V[n])", None, "any does not take a f32x4", ""),
    ("E0107", "x = enigma.dot(I[n], I[n])", None, "dot does not take a i32x4", ""),
    ("E0119", "x = enigma.dot(F[n], F[n])", None, "takes vectors, not a f32", ""),
    ("E0119", "x = enigma.cross(V[n], V[n])", None, "takes vectors of 3, not a f32x4", "v.xyz"),
    ("E0119", "x = enigma.vec_extract(F[n], 0)", None, "takes a vector, not a f32", ""),
    ("E0119", "x = enigma.vec_insert(V[n], n, 0)", None, "the lane is a traced u32", ""),
    ("E0119", "x = V[n][0:2]", None, "it is a slice", "v.xy"),
    ("E0119", "x = enigma.load_vec(F, n, 5)", None, "the width is 5", "2, 3 or 4"),
    ("E0119", "x = enigma.load_vec(F, (n, n), 2)", None, "one index", ""),
    ("E0118", "x = enigma.load_vec(V, n, 2)", None, "scalars", ""),
    ("E0118", "V.atomic_fetch_add(0, 1)", None, "f32x4", ""),
    ("E0105", "x = B[n] + 256", None, "literal 256 is out of range of u8x4", ""),
    ("E0108", "x = H[n] + enigma.bf16x4(1)", None, "f16 and bf16", ""),
]


@pytest.mark.parametrize(
    ("number", "body", "text", "message", "fix"),
    ERRORS,
    ids=[f"{case[0]}-{i}" for i, case in enumerate(ERRORS)],
)
def test_errors(trace_body, number, body, text, message, fix):
    answer = trace_body(body, params=PARAMS)
    assert answer.ids == [number], answer.diagnostics
    (diagnostic,) = answer.diagnostics
    assert message in diagnostic["message"]
    assert fix in (diagnostic["help"] or "")
    assert "{" not in diagnostic["message"] + (diagnostic["help"] or "")
    if text is not None:
        assert answer.text_at(diagnostic) == text


def test_assigning_several_components_says_what_to_do(trace_body):
    answer = trace_body("v = V[n]\nv.xy = 1", params=PARAMS)
    (diagnostic,) = answer.diagnostics
    assert answer.text_at(diagnostic) == "v.xy"
    assert "enigma.vec_insert" in diagnostic["help"]


def test_other_attributes_are_unknown(trace_body):
    answer = trace_body("x = V[n].foo", params=PARAMS)
    (diagnostic,) = answer.diagnostics
    assert "no attribute 'foo'" in diagnostic["message"]
