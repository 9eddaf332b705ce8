"""Metal's conversions between types, and what literals become (language.md, Types)."""

from __future__ import annotations

import enigma
import pytest
from enigma.conversions import common_dtype
from enigma.dtypes import BY_NAME, as_dtype

NAMES = "f32 f16 bf16 i8 u8 i16 u16 i32 u32 i64 u64 b1".split()

# Rows and columns in the order of NAMES; "-" is an error.
TABLE = """
f32 f32  f32  f32 f32 f32  f32  f32 f32 f32 f32 f32
f32 f16  -    f16 f16 f16  f16  f16 f16 f16 f16 f16
f32 -    bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16
f32 f16  bf16 i8  u8  i16  u16  i32 u32 i64 u64 i8
f32 f16  bf16 u8  u8  i16  u16  i32 u32 i64 u64 u8
f32 f16  bf16 i16 i16 i16  u16  i32 u32 i64 u64 i16
f32 f16  bf16 u16 u16 u16  u16  i32 u32 i64 u64 u16
f32 f16  bf16 i32 i32 i32  i32  i32 u32 i64 u64 i32
f32 f16  bf16 u32 u32 u32  u32  u32 u32 i64 u64 u32
f32 f16  bf16 i64 i64 i64  i64  i64 i64 i64 u64 i64
f32 f16  bf16 u64 u64 u64  u64  u64 u64 u64 u64 u64
f32 f16  bf16 i8  u8  i16  u16  i32 u32 i64 u64 b1
"""
ROWS = [line.split() for line in TABLE.strip().split("\n")]


@pytest.mark.parametrize("row", range(12))
@pytest.mark.parametrize("column", range(12))
def test_common_type(row, column):
    a, b, expected = BY_NAME[NAMES[row]], BY_NAME[NAMES[column]], ROWS[row][column]
    if expected == "-":
        with pytest.raises(enigma.EnigmaError) as caught:
            common_dtype(a, b)
        assert caught.value.id == "E0108"
    else:
        assert common_dtype(a, b).name == expected


def traced_type(run, expression: str, **params: str) -> str:
    """The type of an expression over buffer elements of the given dtypes."""
    names = "".join(f"{name}_: enigma.{dtype}, " for name, dtype in params.items())
    loads = "".join(f"    {name} = {name}_[0]\n" for name in params)
    answer = run(f"import enigma\n@enigma.kernel\ndef k({names}):\n{loads}    z = {expression}\n")
    assert answer.trace is not None, answer.diagnostics
    return answer.body()[-1]["out"][0][1]


@pytest.mark.parametrize("operator", ["+", "*", "==", "&"])
@pytest.mark.parametrize(("a", "b"), [("u8", "i32"), ("i8", "u8"), ("b1", "b1"), ("b1", "u8")])
def test_operators_use_the_table(run, operator, a, b):
    common = {"u8 i32": "i32", "i8 u8": "u8", "b1 b1": "b1", "b1 u8": "u8"}[f"{a} {b}"]
    if operator == "==":
        common = "b1"
    elif operator in "+*" and common == "b1":
        common = "i32"
    assert traced_type(run, f"x {operator} y", x=a, y=b) == common


@pytest.mark.parametrize("dtype", NAMES)
@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("2", {"b1": "i32"}),
        ("2.5", dict.fromkeys(NAMES[3:], "f32")),
        ("True", {"b1": "i32"}),
    ],
)
def test_literals_take_the_type_of_what_they_meet(run, dtype, literal, expected):
    wanted = expected.get(dtype, dtype)
    assert traced_type(run, f"x + {literal}", x=dtype) == wanted
    assert traced_type(run, f"{literal} * x", x=dtype) == wanted


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("enigma.where(0, 1, x)", "i32"),
        ("enigma.where(0, 1.0, x)", "f32"),
        ("enigma.where(False, True, x)", "b1"),
        ("enigma.where(0, 3000000000, x)", "i64"),
        ("enigma.sqrt(2)", "f32"),
        ("enigma.fma(1, 2, 3)", "f32"),
        ("enigma.fmin(x, 1.5)", "f16"),
    ],
)
def test_literals_on_their_own(run, expression, expected):
    dtype = "f16" if "fmin" in expression else "b1"
    assert traced_type(run, expression, x=dtype) == expected


@pytest.mark.parametrize("dtype", NAMES[3:11])
def test_integer_literals_are_checked_against_the_range(run, dtype):
    bits = int(dtype[1:])
    low, high = (0, 2**bits - 1) if dtype[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for literal in (low, high):
        assert traced_type(run, f"x + ({literal})", x=dtype) == dtype
    for literal in (low - 1, high + 1):
        source = (
            f"import enigma\n@enigma.kernel\ndef k(A: enigma.{dtype}):\n    A[0] + ({literal})\n"
        )
        answer = run(source)
        assert answer.ids == ["E0105"] and answer.trace is None
        assert answer.text_at(answer.diagnostics[0]) == f"A[0] + ({literal})"
        assert (
            f"{literal} is out of range of {dtype} ({low} to {high})"
            in (answer.diagnostics[0]["message"])
        )


@pytest.mark.parametrize(
    ("dtype", "fits", "beyond"),
    [
        ("f16", "65504.0", "65520.0"),
        ("f32", "3.4028234663852886e38", "3.4028236e38"),
        ("bf16", "3.3895313892515355e38", "3.4e38"),
        ("f16", "65519.9", "1e400 * 0 + 10**400"),
    ],
)
def test_float_literals_are_checked_against_the_range(run, dtype, fits, beyond):
    assert traced_type(run, f"x + {fits}", x=dtype) == dtype
    literal = "10**400" if "10**400" in beyond else beyond
    answer = run(
        f"import enigma\n@enigma.kernel\ndef k(A: enigma.{dtype}):\n    A[0] + {literal}\n"
    )
    assert answer.ids == ["E0105"]


@pytest.mark.parametrize("literal", ["inf", "-inf", "nan"])
@pytest.mark.parametrize("dtype", ["f32", "f16", "bf16"])
def test_infinities_are_values_of_every_float(run, dtype, literal):
    answer = run(
        f"import enigma\n@enigma.kernel\ndef k(A: enigma.{dtype}):\n    A[0] = float('{literal}')\n"
    )
    assert [op["attrs"]["value"] for op in answer.ops("constant")][-1] == literal
    assert answer.ids == []


@pytest.mark.parametrize(
    ("expression", "x", "y", "expected"),
    [
        ("x << y", "u8", "i32", "u8"),
        ("x >> y", "i64", "u8", "i64"),
        ("x << 3", "u16", "b1", "u16"),
        ("1 << x", "u32", "b1", "u32"),
        ("x << y", "b1", "u8", "i32"),
        ("-x", "u8", "b1", "u8"),
        ("-x", "b1", "b1", "i32"),
        ("~x", "b1", "b1", "b1"),
        ("~x", "u16", "b1", "u16"),
        ("x // y", "i16", "i8", "i16"),
        ("x // y", "f16", "i8", "f16"),
        ("x % y", "f16", "f32", "f32"),
        ("x ** 2", "i8", "b1", "i8"),
        ("x ** y", "f16", "i32", "f16"),
        ("2 ** x", "f16", "b1", "f16"),
        ("abs(x) + 0", "u32", "b1", "u32"),
        ("abs(x)", "i16", "b1", "i16"),
        ("(+x) + 0", "f16", "b1", "f16"),
    ],
)
def test_operator_result_types(run, expression, x, y, expected):
    assert traced_type(run, expression, y=y, x=x) == expected


@pytest.mark.parametrize("dtype", NAMES)
def test_every_spelling_of_a_dtype(dtype):
    row = BY_NAME[dtype]
    assert as_dtype(row.name) is as_dtype(row.class_name) is as_dtype(row.metal) is row
    assert getattr(enigma, row.name) is getattr(enigma, row.class_name) is row


@pytest.mark.parametrize(("python", "dtype"), [(int, "i32"), (float, "f32"), (bool, "b1")])
def test_python_types_are_dtypes(python, dtype):
    assert as_dtype(python).name == dtype


STORE_WARNS = {
    # value: buffers that lose something
    "f32": "f16 bf16 i8 u8 i16 u16 i32 u32 i64 u64 b1",
    "f16": "i8 u8 i16 u16 i32 u32 i64 u64 b1",
    "bf16": "i8 u8 i16 u16 i32 u32 i64 u64 b1",
    "i8": "",
    "u8": "",
    "i16": "i8 u8 b1",
    "u16": "i8 u8 b1",
    "i32": "f16 bf16 i8 u8 i16 u16 b1",
    "u32": "f16 bf16 i8 u8 i16 u16 b1",
    "i64": "f32 f16 bf16 i8 u8 i16 u16 i32 u32 b1",
    "u64": "f32 f16 bf16 i8 u8 i16 u16 i32 u32 b1",
    "b1": "",
}


@pytest.mark.parametrize("value", NAMES)
@pytest.mark.parametrize("buffer", NAMES)
def test_stores_convert_and_warn_when_they_narrow(run, value, buffer):
    answer = run(
        f"import enigma\n@enigma.kernel\ndef k(V: enigma.{value}, B: enigma.{buffer}):\n"
        "    B[1] = V[0]\n"
    )
    warns = buffer in STORE_WARNS[value].split()
    assert answer.ids == (["W0101"] if warns else [])
    assert [op["out"][0][1] for op in answer.ops("cast")] == ([] if value == buffer else [buffer])
    if warns:
        (warning,) = answer.diagnostics
        assert (warning["severity"], warning["name"]) == ("warning", "narrowing")
        assert answer.text_at(warning) == "B[1]"
        assert warning["message"] == f"a {value} value is narrowed to {buffer} when stored into 'B'"


def test_a_warning_in_an_unrolled_loop_is_said_once(trace_body):
    answer = trace_body("for i in enigma.unroll(range(8)):\n    I[i] = F[i]")
    assert answer.ids == ["W0101"] and len(answer.ops("store")) == 8


@pytest.mark.parametrize(
    ("source", "buffer", "stored", "ids"),
    [
        ("2.5", "I", 2, ["W0101"]),
        ("2.0", "I", 2, ["W0101"]),
        ("7", "F", 7.0, []),
        ("True", "B", 1, []),
        ("True", "F", 1.0, []),
    ],
)
def test_literals_in_stores(trace_body, source, buffer, stored, ids):
    answer = trace_body(f"{buffer}[0] = {source}")
    assert answer.ids == ids
    value = [op["attrs"]["value"] for op in answer.ops("constant")][-1]
    assert value == stored and type(value) is type(stored)


@pytest.mark.parametrize(
    ("cast", "ops", "dtype"),
    [
        ('enigma.metal_cast(F[0], "int")', ["cast"], "i32"),
        ("enigma.cast(I[0], enigma.Int32)", [], "i32"),
        ("enigma.u8(I[0])", ["cast"], "u8"),
        ("enigma.f16(1)", [], "f16"),
        ('enigma.metal_cast(300, "uchar")', ["cast"], "u8"),
        ('enigma.metal_cast(2.5, "int")', ["cast"], "i32"),
        ('enigma.metal_cast(2, "bool")', [], "b1"),
        ("enigma.as_type(F[0], enigma.u32)", ["as_type"], "u32"),
        ("enigma.as_type(I[0], 'int')", [], "i32"),
    ],
)
def test_explicit_conversions(trace_body, cast, ops, dtype):
    answer = trace_body(f"x = {cast}")
    conversions = [op["op"] for op in answer.body() if op["op"] in ("cast", "as_type")]
    assert conversions == ops
    assert answer.body()[-1]["out"][0][1] == dtype


def test_numpy_scalars_are_literals(trace_body):
    pytest.importorskip("numpy")
    answer = trace_body(
        "x = H[np.int64(0)] * np.float32(2) + np.bool_(True)\ny = np.float64(0.5) * x",
        before="import numpy as np",
    )
    assert answer.body()[-1]["out"][0][1] == "f16"
