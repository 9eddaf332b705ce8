"""`gemm` as it is traced: what it records, and what it refuses."""

from __future__ import annotations

import pytest

PARAMS = (
    "A: enigma.f16, B: enigma.f16, C: enigma.f32, S: enigma.f16[16, 24], I: enigma.i32, "
    'n: enigma.Scalar("int")'
)


def ops_of(answer) -> list[str]:
    """The names of all ops, from the outside in."""
    found = []

    def visit(body: list[dict]) -> None:
        for op in body:
            found.append(op["op"])
            for region in op.get("regions", ()):
                visit(region["body"])

    visit(answer.body())
    return found


@pytest.mark.parametrize(
    ("operands", "barriers"),
    [("A, B, C", 0), ("t, B, C", 2), ("A, t, C", 2), ("A, B, t", 2), ("t, t, t", 2)],
)
def test_barriers_where_memory_is_shared(trace_body, operands, barriers):
    answer = trace_body(
        f't = enigma.threadgroup_alloc("half", (16, 16))\n'
        f"enigma.gemm({operands}, M=16, N=16, K=16)",
        PARAMS,
    )
    assert answer.ids == []
    assert [op["attrs"]["mem_flags"] for op in answer.ops("barrier")] == (
        ["mem_threadgroup"] * barriers
    )
    assert all(op in answer.body() for op in answer.ops("barrier")), "every thread reaches them"


@pytest.mark.parametrize(
    ("c", "accum", "k", "types"),
    [
        ("C", "float", 32, ["f32"]),
        ("A", "half", 32, ["f16"]),
        # The first and the last product convert; one alone does both.
        ("A", "float", 32, ["f32", "f32", "f16"]),
        ("A", "float", 16, ["f32", "f16"]),
        ("A", "float", 8, ["f16"]),
    ],
)
def test_types_of_the_sums(trace_body, c, accum, k, types):
    answer = trace_body(f'enigma.gemm(A, B, {c}, M=8, N=8, K={k}, accum_dtype="{accum}")', PARAMS)
    sums = answer.ops("simdgroup_multiply_accumulate")
    assert [op["out"][0][1] for op in sums] == [f"simdgroup_matrix<{t},8x8>" for t in types]


def test_places(trace_body):
    answer = trace_body(
        "enigma.gemm(S, B, C, M=8, N=8, K=16, transpose_A=True, transpose_B=True)", PARAMS
    )
    literals = {op["out"][0][0]: op["attrs"]["value"] for op in answer.ops("constant")}
    c, a, b = answer.ops("simdgroup_matrix_load")
    assert [op["in"][0] for op in (a, b, c)] == ["S", "B", "C"]
    # Rows of a buffer with a shape are as long as it says.
    assert [literals[op["in"][1]] for op in (a, b, c)] == [24, 16, 8]
    assert [op["attrs"]["transpose"] for op in (a, b, c)] == [True, True, False]
    (store,) = answer.ops("simdgroup_matrix_store")
    assert store["in"][:5] == c["in"] or store["in"][3:5] == c["in"][3:5]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("enigma.gemm(A, B, C, M=12, N=8, K=8)", "gemm: M is 12, not a multiple of 8"),
        ("enigma.gemm(A, B, C, M=8, N=8, K=7)", "K is 7, not a multiple of 8"),
        ("enigma.gemm(A, B, C, M=8, N=0, K=8)", "N is 0"),
        ("enigma.gemm(A, B, C, M=8, N=n, K=8)", "N is a traced value"),
        ("enigma.gemm(A, B, C, M=8, N=8.0, K=8)", "N is 8.0"),
        ("enigma.gemm(I, B, C, M=8, N=8, K=8)", "'I' holds i32"),
        ("enigma.gemm(A, B, I, M=8, N=8, K=8)", "'I' holds i32"),
        ('enigma.gemm(A, B, C, M=8, N=8, K=8, accum_dtype="int")', "accum_dtype is i32"),
        ("enigma.gemm(n, B, C, M=8, N=8, K=8)", "not a buffer"),
        ("enigma.gemm(S, B, C, M=24, N=8, K=8)", "A has 24 x 8 elements and 'S' 16 x 24"),
        ("enigma.gemm(A, S, C, M=8, N=16, K=32, transpose_B=True)", "B has 16 x 32 elements"),
        (
            "enigma.gemm(A, B, enigma.threadgroup_alloc('half', 100), M=16, N=8, K=8)",
            "C has 16 x 8 elements and 'threadgroup memory' 100",
        ),
    ],
)
def test_refusals(trace_body, call, words):
    answer = trace_body(call, PARAMS)
    assert answer.ids == ["E0119"], answer.diagnostics
    (diagnostic,) = answer.diagnostics
    assert words in diagnostic["message"]
    assert answer.text_at(diagnostic) == call


def test_an_unknown_accumulator(trace_body):
    assert trace_body("enigma.gemm(A, B, C, M=8, N=8, K=8, accum_dtype='f12')", PARAMS).ids == [
        "E0110"
    ]
