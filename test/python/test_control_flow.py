"""The explicit forms of control flow: what they record, and that it computes what Python would."""

from __future__ import annotations

import pytest
from trace_evaluator import evaluate


def results(answer, n=8, size=16, **scalars):
    """Run the traced kernel on F = 0, 1, -2, 3, -4 … and I = 0 …; gives both."""
    buffers = {
        "F": [float(-i if i % 2 == 0 else i) for i in range(size)],
        "I": [0] * size,
        "U": list(range(size)),
        "B": [0] * size,
        "H": [0.0] * size,
    }
    evaluate(answer.kernel(), buffers, {"n": n, "u": n, "a": 2.0, **scalars})
    return buffers


def test_for_range_with_carries(trace_body):
    answer = trace_body("""
        with enigma.for_range(0, n, init=[0, 1]) as (i, c):
            c[0] = c[0] + F[i]
            c[1] = c[1] * 2
        F[0] = c[0]
        I[0] = c[1]
    """)
    expected = sum(-i if i % 2 == 0 else i for i in range(8))
    out = results(answer)
    assert out["F"][0] == expected and out["I"][0] == 256
    (loop,) = answer.ops("for")
    assert [t for _, t in loop["out"]] == ["f32", "i32"]


def test_for_statement_is_the_same_loop(trace_body):
    with_form = trace_body("""
        with enigma.for_range(1, n, 2, init=[0]) as (i, c):
            c[0] = c[0] + U[i]
        I[0] = c[0]
    """)
    for_form = trace_body("""
        for i, c in enigma.for_range(1, n, 2, init=[0]):
            c[0] = c[0] + U[i]
        I[0] = c[0]
    """)
    assert results(with_form)["I"][0] == results(for_form)["I"][0] == 1 + 3 + 5 + 7
    assert [op["op"] for op in with_form.body()] == [op["op"] for op in for_form.body()]


@pytest.mark.parametrize(
    "header",
    [
        "for i in enigma.for_range(0, n):",
        "with enigma.for_range(0, n) as i:",
        "for i in enigma.for_range(n):",
        "for i in enigma.range(n):",
        "for i in enigma.range(0, n, 1):",
    ],
)
def test_forms_without_carries(trace_body, header):
    answer = trace_body(f"{header}\n    I[i] = i * 2")
    assert results(answer, n=5)["I"][:6] == [0, 2, 4, 6, 8, 0]
    (loop,) = answer.ops("for")
    assert "out" not in loop and loop["regions"][0]["args"] == [["%i", "i32"]]


@pytest.mark.parametrize("bounds", [(0, 10, 3), (10, 0, -1), (10, -1, -4), (5, 5, 1), (-3, 4, 2)])
def test_iterations_are_those_of_range(trace_body, bounds):
    answer = trace_body(f"""
        with enigma.for_range{bounds[:2] + (bounds[2], "int", [1])} as (i, c):
            c[0] = c[0] * 31 + i
        I[0] = c[0]
    """)
    expected = 1
    for i in range(*bounds):
        expected = expected * 31 + i
    assert results(answer)["I"][0] == (expected + 2**31) % 2**32 - 2**31


def test_the_induction_variable_has_the_dtype_asked_for(trace_body):
    answer = trace_body("for i in enigma.for_range(0, n, 1, 'uchar'):\n    B[i] = i")
    (loop,) = answer.ops("for")
    assert loop["regions"][0]["args"] == [["%i", "u8"]]
    assert [t for _, t in loop["regions"][0]["args"]] == ["u8"]


@pytest.mark.parametrize(
    ("init", "body", "dtype"),
    [
        ("0", "c[0] = c[0] + F[i]", "f32"),
        ("0", "c[0] = F[i] * c[0]", "f32"),
        ("0", "c[0] = c[0] + 1", "i32"),
        ("0", "c[0] = c[0] + 0.5", "f32"),
        ("0.0", "c[0] = c[0] + 1", "f32"),
        ("0", "c[0] = H[i]", "f16"),
        ("0", "c[0] = c[0] + B[i]", "u8"),
        ("0", "c[0] = enigma.where(c[0], U[i], U[i] > 3)", "u32"),
        ("0", "c[0] = -c[0] + 1\n    c[0] = c[0] - U[i]", "u32"),
        ("False", "c[0] = c[0] | (F[i] > 0)", "b1"),
        ("0", "c[0] = 1", "i32"),
        ("0", "c[0] = c[1]\n    c[1] = c[1] + H[i]", "f16"),
        ("1.5", "c[0] = enigma.fmax(c[0], H[i])", "f16"),
        ("enigma.u8(0)", "c[0] = c[0] + 1", "u8"),
    ],
)
def test_weak_start_values(trace_body, init, body, dtype):
    second = ", 0" if "c[1]" in body else ""
    answer = trace_body(
        f"with enigma.for_range(0, n, init=[{init}{second}]) as (i, c):\n    {body}\n"
    )
    assert answer.trace is not None, answer.diagnostics
    (loop,) = answer.ops("for")
    assert loop["out"][0][1] == dtype
    start = loop["in"][3]
    constants = {op["out"][0][0]: op for op in answer.ops("constant")}
    assert constants[start]["out"][0][1] == dtype


def test_a_literal_is_checked_when_its_type_is_decided(trace_body):
    answer = trace_body(
        "with enigma.for_range(0, n, init=[300]) as (i, c):\n    c[0] = c[0] + B[i]"
    )
    (error,) = answer.diagnostics
    assert error["id"] == "E0105" and "300 is out of range of u8" in error["message"]
    assert answer.text_at(error) == "enigma.for_range(0, n, init=[300])"


def test_outer_carries_are_assigned_in_branches_and_inner_loops(trace_body):
    answer = trace_body("""
        with enigma.for_range(0, n, init=[0, 0, 7]) as (i, c):
            with enigma.if_(F[i] > 0):
                c[0] = c[0] + F[i]
            for j in enigma.for_range(i):
                with enigma.if_(j > 2) as (then, else_):
                    with then:
                        c[1] = c[1] + 1
                    with else_:
                        c[0] = c[0] - 1
            with enigma.while_(lambda: c[1] < i):
                c[1] = c[1] + 2
        F[0] = c[0]
        I[0] = c[1]
        I[1] = c[2]
    """)
    c0, c1 = 0.0, 0
    for i in range(8):
        if i % 2:
            c0 += i
        for j in range(i):
            if j > 2:
                c1 += 1
            else:
                c0 -= 1
        while c1 < i:
            c1 += 2
    out = results(answer)
    assert (out["F"][0], out["I"][0], out["I"][1]) == (c0, c1, 7)
    # What a region does not assign does not go through it.
    (while_op,) = answer.ops("while")
    assert [name for name, _ in while_op["out"]] and len(while_op["out"]) == 1
    assert len(answer.ops("if")[0]["out"]) == 1


def test_loops_carry_only_what_they_assign(trace_body):
    answer = trace_body("""
        with enigma.for_range(0, n, init=[0, 1.0]) as (i, c):
            for j in enigma.for_range(4):
                c[0] = c[0] + j
                I[j] = c[0]
        I[0] = c[0]
    """)
    inner = answer.ops("for")[1]
    assert len(inner["out"]) == 1 and len(inner["regions"][0]["args"]) == 2


def test_a_swap_of_carries(trace_body):
    answer = trace_body("""
        with enigma.for_range(0, n, init=[1, 2]) as (i, c):
            c[0], c[1] = c[1], c[0]
        I[0] = c[0]
        I[1] = c[1]
    """)
    assert results(answer, n=3)["I"][:2] == [2, 1]
    assert results(answer, n=4)["I"][:2] == [1, 2]


def test_one_way_if(trace_body):
    answer = trace_body("with enigma.if_(n > 3):\n    I[0] = 1")
    assert results(answer, n=4)["I"][0] == 1 and results(answer, n=3)["I"][0] == 0
    (op,) = answer.ops("if")
    assert op["regions"][1] == {"args": [], "body": [], "yield": []}


TWO_WAY = """
with enigma.if_(n > 3, init=[x, 10]) as (then, else_, c):
    with then:
        c[0] = c[0] + 1
    with else_:
        c[0] = c[0] - 1
        c[1] = 20
I[0] = c[0]
I[1] = c[1]
"""


@pytest.mark.parametrize(("n", "expected"), [(4, [5, 10]), (3, [2, 20])])
def test_two_way_if_with_carries(trace_body, n, expected):
    answer = trace_body("x = n + 0\n" + TWO_WAY)
    assert results(answer, n=n)["I"][:2] == expected


@pytest.mark.parametrize(("n", "expected"), [(4, 8), (3, 3)])
def test_one_way_if_with_carry(trace_body, n, expected):
    answer = trace_body("""
        with enigma.if_(n > 3, init=[n]) as c:
            c[0] = c[0] * 2
        I[0] = c[0]
    """)
    assert results(answer, n=n)["I"][0] == expected


def test_if_with_a_weak_start(trace_body):
    answer = trace_body("""
        with enigma.if_(n > 3, init=[0]) as c:
            c[0] = a
        F[0] = c[0]
    """)
    assert answer.ops("if")[0]["out"][0][1] == "f32"
    assert results(answer, n=4)["F"][0] == 2.0 and results(answer, n=3)["F"][0] == 0.0


def test_only_else(trace_body):
    answer = trace_body("""
        with enigma.if_(n > 3) as (then, else_):
            with else_:
                I[0] = 1
    """)
    assert results(answer, n=4)["I"][0] == 0 and results(answer, n=3)["I"][0] == 1


@pytest.mark.parametrize("condition", ["n", "n != 0", "F[1] * n", "enigma.metal_cast(n, 'bool')"])
def test_a_number_as_condition_means_not_zero(trace_body, condition):
    answer = trace_body(f"with enigma.if_({condition}):\n    I[0] = 1")
    assert results(answer, n=2)["I"][0] == 1 and results(answer, n=0)["I"][0] == 0


@pytest.mark.parametrize(("condition", "expected"), [("True", 1), ("0", 0), ("2.5", 1)])
def test_a_constant_condition(trace_body, condition, expected):
    assert results(trace_body(f"with enigma.if_({condition}):\n    I[0] = 1"))["I"][0] == expected


def test_while_with_carries(trace_body):
    answer = trace_body("""
        with enigma.while_(lambda c: c[0] < n, init=[0, 1]) as c:
            c[0] = c[0] + 1
            c[1] = c[1] * 3
        I[0] = c[0]
        I[1] = c[1]
    """)
    assert results(answer, n=5)["I"][:2] == [5, 243]


def test_while_over_memory(trace_body):
    answer = trace_body("""
        with enigma.while_(lambda: I[0] < n):
            I[0] += 2
    """)
    assert results(answer, n=5)["I"][0] == 6
    (op,) = answer.ops("while")
    assert "in" not in op and "out" not in op


def test_nested_whiles(trace_body):
    answer = trace_body("""
        with enigma.while_(lambda c: c[0] < n, init=[0, 0]) as c:
            with enigma.while_(lambda d: d[0] < c[0], init=[0]) as d:
                d[0] = d[0] + 1
                c[1] = c[1] + d[0]
            c[0] = c[0] + 1
        I[0] = c[1]
    """)
    assert results(answer, n=6)["I"][0] == sum(d for c in range(6) for d in range(1, c + 1))


def test_unrolled_loops(trace_body):
    answer = trace_body("""
        for i in enigma.range_constexpr(3):
            I[i] = i
        for i in enigma.unroll(range(3, 5)):
            I[i] = i
        for i in enigma.range_constexpr(6, 10, 3):
            I[i] = i
    """)
    assert results(answer)["I"][:11] == [0, 1, 2, 3, 4, 0, 6, 0, 0, 9, 0]
    assert answer.ops("for") == []


def test_helpers_with_regions(trace_body):
    answer = trace_body(
        "I[0] = total(n)\nI[1] = total(n + 1)",
        before="""
        def total(n):
            with enigma.for_range(0, n, init=[0]) as (i, c):
                c[0] = c[0] + i
            return c[0]
        """,
    )
    assert results(answer, n=5)["I"][:2] == [10, 15]


def test_carries_are_read_by_unpacking_and_len(trace_body):
    answer = trace_body("""
        with enigma.for_range(0, n, init=[0, 0]) as (i, c):
            x, y = c
            c[0] = y + 1
            c[-1] = x + len(c)
        I[0] = c[0]
        I[1] = c[1]
    """)
    x = y = 0
    for _ in range(8):
        x, y = y + 1, x + 2
    assert results(answer)["I"][:2] == [x, y]


def test_names_of_carried_variables(trace_body):
    answer = trace_body("""
        with enigma.for_range(0, n, init=[0]) as (i, total):
            total[0] = total[0] + i
        with enigma.for_range(0, n, init=[0, 1]) as (j, c):
            c[0] = c[0] + j
        with enigma.while_(lambda w: w[0] < n, init=[0]) as w:
            w[0] = w[0] + 1
        with enigma.if_(n, init=[0]) as chosen:
            chosen[0] = 1
    """)
    first, second = answer.ops("for")
    assert first["regions"][0]["args"] == [["%i", "i32"], ["%total", "i32"]]
    assert [n for n, _ in second["regions"][0]["args"]] == ["%j", "%c0", "%c1"]
    assert answer.ops("while")[0]["regions"][1]["args"][0][0].startswith("%w")
    assert answer.ops("if")[0]["out"][0][0] == "%chosen"


def test_continue_of_a_traced_for_is_the_end_of_its_body(trace_body):
    answer = trace_body("for i in enigma.range(n):\n    I[i] = 1\n    continue")
    assert results(answer, n=2)["I"][:3] == [1, 1, 0]


def test_break_of_a_python_loop_inside_a_region(trace_body):
    answer = trace_body("""
        with enigma.if_(n):
            for k in range(10):
                if k == 2:
                    break
                I[k] = 1
    """)
    assert results(answer)["I"][:3] == [1, 1, 0]


def test_locations_of_control_flow(trace_body):
    answer = trace_body("""
        with enigma.if_(n > 3) as (then, else_):
            with then:
                I[0] = 1
        for i in enigma.for_range(0,
                                  n):
            I[i] = 2
        with enigma.while_(lambda: I[0] < 2):
            I[0] = 2
    """)
    assert answer.text_of(answer.ops("if")[0]) == "enigma.if_(n > 3)"
    assert answer.text_of(answer.ops("for")[0]).startswith("enigma.for_range(0,\n")
    assert answer.text_of(answer.ops("while")[0]) == "enigma.while_(lambda: I[0] < 2)"
    assert answer.text_of(answer.ops("cmp_lt")[0]) == "I[0] < 2"
