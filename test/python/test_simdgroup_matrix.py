"""Simdgroup matrices as they are traced: operands, types, carried variables."""

from __future__ import annotations

import pytest

TYPES = ("f32", "f16", "bf16")


def constant_of(answer, name: str) -> object:
    """The literal that a value is."""
    (op,) = [op for op in answer.ops("constant") if op["out"][0][0] == name]
    return op["attrs"]["value"]


@pytest.mark.parametrize("dtype", TYPES)
def test_fill_load_store(run, dtype):
    answer = run(f"""
        import enigma

        @enigma.kernel
        def k(A: enigma.{dtype}, n: enigma.Scalar("uint")):
            zero = enigma.make_filled_simdgroup_matrix("{dtype}", 2)
            m = enigma.simdgroup_matrix_load(A, n, offset=7, origin=(n, 8), transpose=True)
            enigma.simdgroup_matrix_store(zero, A, 16)
            enigma.simdgroup_matrix_store(m, A, n, "{dtype}", 8, 8, origin=[1, n])
    """)
    assert answer.ids == []
    type_ = f"simdgroup_matrix<{dtype},8x8>"
    (fill,) = answer.ops("make_filled_simdgroup_matrix")
    assert fill["out"][0][1] == type_ and constant_of(answer, fill["in"][0]) == 2.0
    (load,) = answer.ops("simdgroup_matrix_load")
    assert load["out"][0][1] == type_ and load["name"] == "m"
    assert load["attrs"] == {"transpose": True}
    buffer, per_row, offset, column, row = load["in"]
    assert buffer == "A" and per_row == column
    assert [constant_of(answer, x) for x in (offset, row)] == [7, 8]
    first, second = answer.ops("simdgroup_matrix_store")
    assert first["in"][0] == "A" and first["in"][5] == fill["out"][0][0]
    assert [constant_of(answer, x) for x in first["in"][1:5]] == [16, 0, 0, 0]
    assert second["in"][5] == load["out"][0][0] and second["in"][4] == per_row
    assert first["attrs"] == second["attrs"] == {"transpose": False}


@pytest.mark.parametrize(
    ("a", "b", "dtype", "result"),
    [
        ("f32", "f32", "", "f32"),
        ("f16", "f16", "", "f16"),
        ("bf16", "bf16", "", "bf16"),
        ("f16", "bf16", "", "f32"),
        ("f16", "f32", "", "f32"),
        ("f16", "f16", ", enigma.f32", "f32"),
        ("f32", "f32", ", 'half'", "f16"),
    ],
)
def test_the_type_of_a_product(trace_body, a, b, dtype, result):
    answer = trace_body(f"""
        a = enigma.make_filled_simdgroup_matrix("{a}")
        b = enigma.make_filled_simdgroup_matrix("{b}")
        d = enigma.simdgroup_multiply(a, b{dtype})
    """)
    (op,) = answer.ops("simdgroup_multiply")
    assert op["out"][0][1] == f"simdgroup_matrix<{result},8x8>"


@pytest.mark.parametrize("c", TYPES)
def test_a_sum_has_the_type_of_c(trace_body, c):
    answer = trace_body(f"""
        a = enigma.simdgroup_matrix_load(H, 8)
        c = enigma.make_filled_simdgroup_matrix("{c}")
        d = enigma.simdgroup_multiply_accumulate(a, a, c)
    """)
    (op,) = answer.ops("simdgroup_multiply_accumulate")
    assert op["out"][0][1] == f"simdgroup_matrix<{c},8x8>"
    (load,), (fill,) = (
        answer.ops("simdgroup_matrix_load"),
        answer.ops("make_filled_simdgroup_matrix"),
    )
    assert op["in"] == [load["out"][0][0]] * 2 + [fill["out"][0][0]]


def test_a_sum_of_another_type(trace_body):
    answer = trace_body("""
        a = enigma.simdgroup_matrix_load(H, 8)
        d = enigma.simdgroup_multiply_accumulate(a, a, a, enigma.f32)
    """)
    (op,) = answer.ops("simdgroup_multiply_accumulate")
    assert op["out"][0][1] == "simdgroup_matrix<f32,8x8>"


def test_matrices_are_carried(trace_body):
    answer = trace_body("""
        zero = enigma.make_filled_simdgroup_matrix("float")
        with enigma.for_range(n, init=[zero] * 2) as (i, acc):
            with enigma.if_(i > 1):
                acc[1] = enigma.simdgroup_multiply_accumulate(acc[0], zero, acc[1])
        with enigma.while_(lambda c: c[0] < n, init=[0, acc[1]]) as c:
            c[0] = c[0] + 1
            c[1] = enigma.simdgroup_multiply(c[1], zero)
        enigma.simdgroup_matrix_store(c[1], F, 8)
    """)
    matrix = "simdgroup_matrix<f32,8x8>"
    assert [t for _, t in answer.ops("for")[0]["out"]] == [matrix, matrix]
    assert [t for _, t in answer.ops("if")[0]["out"]] == [matrix]
    assert [t for _, t in answer.ops("while")[0]["out"]] == ["i32", matrix]


def test_a_fill_converts_its_value(trace_body):
    answer = trace_body('m = enigma.make_filled_simdgroup_matrix("half", a * 2)')
    (fill,) = answer.ops("make_filled_simdgroup_matrix")
    (cast,) = answer.ops("cast")
    assert fill["in"] == [cast["out"][0][0]] and cast["out"][0][1] == "f16"


def test_declared_access(run):
    answer = run("""
        import enigma

        @enigma.kernel
        def k(A: enigma.Out("float"), B: enigma.In("float")):
            m = enigma.simdgroup_matrix_load(A, 8)
    """)
    assert answer.ids == ["E0117"]


def test_a_matrix_says_what_it_is(trace_body):
    answer = trace_body("""
        m = enigma.make_filled_simdgroup_matrix("float")
        assert repr(m) == "<traced simdgroup_matrix<f32,8x8> m>", repr(m)
        assert str(m.dtype) == "simdgroup_matrix<f32,8x8>" and m.dtype.element is enigma.f32
    """)
    assert answer.ids == []


@pytest.mark.parametrize("block", ["16", "(4, 4)", "(2, 3, 5)"])
@pytest.mark.parametrize(
    "call",
    [
        'enigma.make_filled_simdgroup_matrix("float")',
        "enigma.simdgroup_matrix_load(A, 8)",
        "enigma.gemm(A, A, A, M=8, N=8, K=8)",
    ],
)
def test_a_block_without_a_whole_simdgroup(run, block, call):
    answer = run(f"""
        import enigma

        @enigma.kernel(block={block})
        def k(A: enigma.f32):
            {call}
    """)
    assert answer.ids == ["E0156"]
    threads = {"16": 16, "(4, 4)": 16, "(2, 3, 5)": 30}[block]
    assert f"the kernel's block has {threads} threads" in answer.diagnostics[0]["message"]
    assert answer.text_at(answer.diagnostics[0]) == call
