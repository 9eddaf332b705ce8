"""Small matrices: what they are made of, and what they refuse."""

from __future__ import annotations

import pytest

MATRIX = "m = enigma.make_matrix(V[0], V[1], V[2])\n"
PARAMETERS = "V: enigma.f32x3, W: enigma.f32x4, I: enigma.i32x3, H: enigma.f16x3, F: enigma.f32"


def test_a_matrix_is_its_columns(trace_body):
    answer = trace_body(
        MATRIX + "assert m.columns == 3 and m.rows == 3 and m.dtype is enigma.f32 and len(m) == 3\n"
        "assert repr(m) == '<traced float3x3>'\n"
        "F[0] = m[1][2]",
        params=PARAMETERS,
    )
    (extract,) = answer.ops("vec_extract")
    assert extract["attrs"] == {"lanes": [2]}


def test_mixed_columns_become_f32(trace_body):
    answer = trace_body(
        "m = enigma.make_matrix(H[0], V[0])\nassert m.dtype is enigma.f32", params=PARAMETERS
    )
    assert len(answer.ops("cast")) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("enigma.make_matrix(V[0])", "there are 1 columns"),
        ("enigma.make_matrix(V[0], W[0])", "the columns are f32x3, f32x4"),
        ("enigma.make_matrix(F[0], F[1])", "the columns are f32, f32"),
        ("enigma.make_matrix(I[0], I[1])", "Metal has no matrix of i32"),
        (MATRIX + "m * m", "two matrices are multiplied with @"),
        (MATRIX + "m * V[0]", "a matrix and a vector are multiplied with @"),
        (MATRIX + "m + 1", "the other operand is not a matrix"),
        (MATRIX + "m + enigma.make_matrix(V[0], V[1])", "the shapes 3x3 and 2x3 differ"),
        (MATRIX + "m @ W[0]", "a matrix of 3 columns and a f32x4"),
        (MATRIX + "W[0] @ m", "a f32x4 and a matrix of 3 rows"),
        (MATRIX + "m @ enigma.make_matrix(W[0], W[1])", "3 columns and one of 4 rows"),
        (MATRIX + "m @ 2", "neither matrix nor vector"),
        (MATRIX + "x = m == m", "matrices are not compared"),
        ("enigma.transpose(V[0])", "the operand is not a matrix"),
        ("enigma.determinant(enigma.make_matrix(V[0], V[1]))", "is not square"),
    ],
)
def test_refusals(trace_body, body, words):
    answer = trace_body(body, params=PARAMETERS)
    assert answer.ids == ["E0119"], answer.diagnostics
    assert words in answer.diagnostics[0]["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("M[0] = V[0]", "is not a matrix of 3 columns and 3 rows"),
        ("M[0] = enigma.make_matrix(V[0], V[1])", "is not a matrix of 3 columns and 3 rows"),
        ("M[0, 1] = M[0]", "2 indices are given for 1 dimensions"),
        ("N[0, 1, 2]", "3 indices are given for 2 dimensions"),
    ],
)
def test_buffers_refuse(trace_body, body, words):
    parameters = PARAMETERS + ", M: enigma.float3x3, N: enigma.float3x3[4, 2]"
    answer = trace_body(body, params=parameters)
    assert answer.ids == ["E0119"], answer.diagnostics
    assert words in answer.diagnostics[0]["message"]


def test_a_buffer_of_matrices_is_one_of_columns(trace_body):
    parameters = "M: enigma.In('float4x3'), N: enigma.Out(enigma.half2x4[5])"
    answer = trace_body("x = M[7]", params=parameters)
    (m, n) = answer.kernel()["params"]
    assert (m["dtype"], m.get("shape"), m["access"]) == ("f32x3", None, "read")
    assert (n["dtype"], n["shape"], n["access"]) == ("f16x4", [5, 2], "write")
    assert len(answer.ops("load")) == 4
