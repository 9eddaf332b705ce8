"""device_print and device_assert as Python records them, and what they refuse."""

from __future__ import annotations

import pytest

PARAMS = "F: enigma.f32, U: enigma.u32, n: enigma.Scalar(int)"


def test_what_is_recorded(trace_body):
    answer = trace_body(
        'enigma.device_print("{{x}} {} {:.2f} {:x} {:d}", n, F[0], U[0], n > 1)\n'
        'enigma.device_print("plain é")\n'
        'enigma.device_print("{} {}", 1, 2.5)\n'
        'enigma.device_assert(n, "n is not zero")\n'
        "enigma.device_assert(n < 5)",
        params=PARAMS,
    )
    prints = answer.ops("device_print")
    assert [op["attrs"] for op in prints] == [
        {"format": "{{x}} {} {:.2f} {:x} {:d}"},
        {"format": "plain é"},
        {"format": "{} {}"},
    ]
    assert [len(op.get("in", [])) for op in prints] == [4, 0, 2]
    checks = answer.ops("device_assert")
    assert [op["attrs"]["message"] for op in checks] == ["n is not zero", ""]
    # One warning for the kernel, at the first call.
    (warning,) = answer.diagnostics
    assert (warning["id"], warning["name"], warning["severity"]) == (
        "W0140",
        "device-print",
        "warning",
    )
    assert "kernel 'k'" in warning["message"]


def test_in_branches_and_loops(trace_body):
    answer = trace_body(
        "with enigma.for_range(0, n) as i:\n"
        "    with enigma.if_(i > 1):\n"
        '        enigma.device_print("i = {}", i)',
        params=PARAMS,
    )
    assert len(answer.ops("device_print")) == 1


CASES = [
    ('enigma.device_print("{} {}", n)', "the format has 2 placeholders for 1 values"),
    ('enigma.device_print("x", n)', "the format has 0 placeholders for 1 values"),
    ("enigma.device_print(n)", "the format is of type Value"),
    ('enigma.device_print("{", n)', "{ without }"),
    ('enigma.device_print("}", n)', "single }"),
    ('enigma.device_print("{0}", n)', "there is no placeholder {0}"),
    ('enigma.device_print("{:>8}", n)', "there is no placeholder {:>8}"),
    ('enigma.device_print("{:.100f}", F[0])', "there is no placeholder {:.100f}"),
    ('enigma.device_print("{:.3d}", n)', "there is no placeholder {:.3d}"),
    ('enigma.device_print("{:}", n)', "there is no placeholder {:}"),
    ('enigma.device_print("{:x}", n)', "value 0 is i32, and {:x} takes unsigned integers"),
    (
        'enigma.device_print("{} {:d}", n, F[0])',
        "value 1 is f32, and {:d} takes integers and bools",
    ),
    ('enigma.device_print("{:.3f}", n)', "value 0 is i32, and {:f} takes floats"),
    ('enigma.device_print("a\\nb")', "the format contains '\\n'"),
    ("enigma.device_assert(n, 5)", "the message is 5"),
    ('enigma.device_assert(n, "a\\tb")', "the message is 'a\\tb'"),
]


@pytest.mark.parametrize(("body", "message"), CASES)
def test_refusals(trace_body, body, message):
    answer = trace_body(body, params=PARAMS)
    assert answer.ids == ["E0140"], answer.diagnostics
    assert message in answer.diagnostics[0]["message"]
    assert answer.text_at(answer.diagnostics[0]) == body
    assert answer.diagnostics[0]["help"]


def test_values_that_are_none(trace_body):
    assert trace_body('enigma.device_print("{}", F)', params=PARAMS).ids == ["E0106"]
    assert trace_body('enigma.device_print("{}", "s")', params=PARAMS).ids == ["E0109"]
    assert trace_body("enigma.device_assert(F)", params=PARAMS).ids == ["E0106"]


def test_outside_a_kernel(run):
    assert run('import enigma\nenigma.device_print("x")').ids == ["E0101"]
    assert run("import enigma\nenigma.device_assert(True)").ids == ["E0101"]
