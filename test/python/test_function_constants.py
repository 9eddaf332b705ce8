"""Function constants as Python records them, and what they refuse."""

from __future__ import annotations

import pytest

MODULE = """
import enigma
n = enigma.function_constant("uint", 7, name="n")
gain = enigma.function_constant(enigma.f16, 2, default=1)
flag = enigma.function_constant(bool, 0, default=1, name="flag")
"""


def record(constant: dict) -> dict:
    return {key: value for key, value in constant.items() if key != "loc"}


def test_what_a_kernel_reads_is_recorded_by_index(run):
    answer = run(
        MODULE
        + """
@enigma.kernel
def first(A: enigma.f32):
    A[n] = gain
    A[0] = n + n

@enigma.kernel
def second(A: enigma.f32):
    with enigma.if_(flag):
        A[0] = 1

@enigma.kernel
def third(A: enigma.f32):
    A[0] = 1
"""
    )
    first, second, third = (answer.kernel(name) for name in ("first", "second", "third"))
    assert [record(c) for c in first["function_constants"]] == [
        {"index": 2, "name": "fc2", "dtype": "f16", "default": 1.0},
        {"index": 7, "name": "n", "dtype": "u32", "default": None},
    ]
    assert [record(c) for c in second["function_constants"]] == [
        {"index": 0, "name": "flag", "dtype": "b1", "default": True}
    ]
    assert third["function_constants"] == []
    assert first["function_constants"][1]["loc"] == [0, 2, 4, 2, 49]
    reads = [op for op in answer.ops("function_constant") if op["in"] == ["n"]]
    assert [op["out"][0][1] for op in reads] == ["u32"] * 3


def test_the_same_constant_again_is_the_same(run):
    answer = run(
        MODULE
        + """
assert enigma.function_constant("uint", 7, name="n") is n

@enigma.kernel
def k(A: enigma.u32):
    A[0] = enigma.function_constant("uint", 7, name="n") + enigma.function_constant("int", 9)
"""
    )
    assert [c["name"] for c in answer.kernel()["function_constants"]] == ["n", "fc9"]


def test_it_computes_as_other_values_do(run):
    answer = run(
        MODULE
        + """
@enigma.kernel
def k(A: enigma.f32):
    with enigma.for_range(0, n, init=[0.0]) as (i, c):
        c[0] = c[0] + enigma.sqrt(enigma.f32(gain)) * 2
    with enigma.while_(lambda: A[0] < n):
        A[0] = -A[0] + abs(gain)
    A[1] = enigma.where(c[0], 1.0, flag & (n > 3) & (3 < n) & ~flag)
    A[2] = n << 2
    A[3] = divmod(n, 2)[0] + 5 % n
"""
    )
    assert answer.trace is not None, answer.diagnostics


def test_modules_do_not_share_constants(run):
    source = "\n@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = {}\n"
    first = run(MODULE + source.format("n"))
    second = run(
        'import enigma\nm = enigma.function_constant("float", 7, name="n")' + source.format("m")
    )
    assert first.kernel()["function_constants"][0]["dtype"] == "u32"
    assert second.kernel()["function_constants"][0]["dtype"] == "f32"


def test_a_constant_kept_from_another_module(run):
    run(
        MODULE
        + "import builtins\nbuiltins.kept_constant = n\n@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = n\n"
    )
    try:
        answer = run(
            "import enigma\n@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = kept_constant\n"
        )
    finally:
        import builtins

        del builtins.kept_constant
    assert answer.ids == ["E0122"]


def test_outside_a_kernel_it_is_an_object(run):
    answer = run(
        MODULE
        + """
assert n == n and n != gain and n in [gain, n] and {n: 1}[n] == 1
assert repr(n) == "<function constant n: u32, index 7>"
assert (n.name, n.index, n.dtype, n.default) == ("n", 7, enigma.u32, None)

@enigma.kernel
def k(A: enigma.f32):
    A[0] = n
"""
    )
    assert answer.trace is not None, answer.diagnostics


# A statement of a module with `n`, what the diagnostic points at, and words of its message.
CASES = [
    ("E0130", "x = n * 2", "n * 2", "'n' is used outside a kernel"),
    ("E0130", "x = -n", "-n", "'n' is used outside a kernel"),
    ("E0130", "x = n < 3", "n < 3", "'n' is used outside a kernel"),
    ("E0130", "x = n()", "n()", "'n' is used outside a kernel"),
    ("E0130", "x = range(n)", "range(n)", "'n' cannot become a Python integer"),
    ("E0130", "x = int(n)", "int(n)", "'n' cannot become a Python int"),
    ("E0130", "x = float(n)", "float(n)", "'n' cannot become a Python float"),
    ("E0130", "x = complex(n)", "complex(n)", "'n' cannot become a Python complex"),
    ("E0130", "x = 1 if n else 2", "1 if n else 2", "'n' has no truth value at trace time"),
    ("E0131", "enigma.function_constant('int', 65536)", ..., "there is no index 65536"),
    ("E0131", "enigma.function_constant('int', -1)", ..., "there is no index -1"),
    ("E0131", "enigma.function_constant('int', True)", ..., "there is no index True"),
    ("E0131", "enigma.function_constant('int', 1, name='a b')", ..., "'a b' is not a name"),
    ("E0131", "enigma.function_constant('int', 1, name='é')", ..., "'é' is not a name"),
    ("E0131", "enigma.function_constant('int', 1, 1.5)", ..., "1.5 is not a value of i32"),
    ("E0131", "enigma.function_constant('int', 1, True)", ..., "True is not a value of i32"),
    ("E0131", "enigma.function_constant('int', 1, 'x')", ..., "'x' is not a value of i32"),
    ("E0131", "enigma.function_constant('bool', 1, 2)", ..., "2 is not a value of b1"),
    ("E0131", "enigma.function_constant('uchar', 1, 256)", ..., "256 is out of range of u8"),
    ("E0131", "enigma.function_constant('half', 1, 1e5)", ..., "100000.0 is out of range of f16"),
    ("E0131", "enigma.function_constant('float', 1, float('nan'))", ..., "nan is not finite"),
    ("E0131", "enigma.function_constant('float', 1, n)", ..., "the default is a traced value"),
    ("E0131", "enigma.function_constant('float4', 1)", ..., "is a scalar, not a f32x4"),
    ("E0132", "enigma.function_constant('int', 7, name='n')", ...,
     "the index 7: 'n' (i32, index 7, no default) and 'n' (u32, index 7, no default)"),
    ("E0132", "enigma.function_constant('uint', 7)", ..., "the index 7: 'fc7'"),
    ("E0132", "enigma.function_constant('uint', 7, 3, 'n')", ..., "index 7, default 3)"),
    ("E0132", "enigma.function_constant('uint', 8, name='n')", ..., "the name 'n'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "statement", "text", "message"),
    CASES,
    ids=[f"{case[0]}-{i}" for i, case in enumerate(CASES)],
)
def test_refusals(run, number, statement, text, message):
    answer = run(MODULE + statement + "\n")
    assert answer.ids == [number], answer.diagnostics
    (diagnostic,) = answer.diagnostics
    assert message in diagnostic["message"]
    assert answer.text_at(diagnostic) == (statement if text is ... else text)
    if number == "E0130":
        assert 'enigma.define("n", 1)' in diagnostic["help"]
    if number in ("E0130", "E0132"):
        assert [note["line"] for note in diagnostic["notes"]] == [2]


def test_both_places_of_a_conflict(run):
    answer = run(
        MODULE
        + """
@enigma.kernel
def k(A: enigma.f32):
    A[0] = enigma.function_constant("int", 7)
"""
    )
    assert answer.ids == ["E0132"]
    assert (answer.diagnostics[0]["line"], answer.diagnostics[0]["notes"][0]["line"]) == (8, 2)


def test_a_kernel_with_the_name_of_a_constant(run):
    answer = run(MODULE + '@enigma.kernel(name="n")\ndef k(A: enigma.f32):\n    A[0] = 1\n')
    assert answer.ids == ["E0133"]
    assert [note["line"] for note in answer.diagnostics[0]["notes"]] == [2]
