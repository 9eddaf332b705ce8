"""Atomics: what is recorded, and what is refused."""

from __future__ import annotations

import pytest

UPDATES = [*(f"fetch_{kind}" for kind in "add sub min max and or xor".split()), "exchange"]
TILE = "t = enigma.threadgroup_alloc('uint', (2, 3))\n"


def forms(call: str) -> list[str]:
    """A call as a free function and as a method: `load(U, n)`."""
    name, _, rest = call.partition("(")
    buffer, _, arguments = rest.partition(", ")
    return [f"enigma.atomic_{call}", f"{buffer}.atomic_{name}({arguments}"]


@pytest.mark.parametrize("kind", UPDATES)
@pytest.mark.parametrize("form", [0, 1])
def test_updates(trace_body, kind, form):
    answer = trace_body("old = " + forms(f"{kind}(U, n, 1)")[form])
    (op,) = answer.ops(f"atomic_{kind}")
    assert op["attrs"] == {"order": "relaxed"} and op["out"][0][1] == "u32"
    assert op["in"][0] == "U" and len(op["in"]) == 3 and op["name"] == "old"


@pytest.mark.parametrize("form", [0, 1])
def test_load(trace_body, form):
    answer = trace_body("x = " + forms("load(F, n)")[form] + "\nF[0] = x + 1")
    (op,) = answer.ops("atomic_load")
    assert op["in"][0] == "F" and op["out"][0][1] == "f32" and op["name"] == "x"


@pytest.mark.parametrize("form", [0, 1])
def test_store(trace_body, form):
    answer = trace_body(forms("store(I, n, 3)")[form])
    (op,) = answer.ops("atomic_store")
    assert op["in"][0] == "I" and len(op["in"]) == 3 and "out" not in op and "name" not in op


@pytest.mark.parametrize("form", [0, 1])
def test_compare_exchange_weak_gives_success(trace_body, form):
    call = forms("compare_exchange_weak(U, n, 1, u, success_order='relaxed')")[form]
    answer = trace_body(f"done = {call}\nwith enigma.if_(done):\n    U[0] = 1")
    (op,) = answer.ops("atomic_compare_exchange_weak")
    assert [t for _, t in op["out"]] == ["b1", "u32"] and op["name"] == "done"
    assert answer.ops("if")[0]["in"] == [op["out"][0][0]]


@pytest.mark.parametrize("form", [0, 1])
def test_compare_exchange_gives_success_and_observed(trace_body, form):
    call = forms("compare_exchange(F, n, 0, 1.5)")[form]
    answer = trace_body(f"done, seen = {call}\nF[1] = enigma.where(a, seen, done)")
    (op,) = answer.ops("atomic_compare_exchange")
    assert [t for _, t in op["out"]] == ["b1", "f32"] and len(op["in"]) == 4
    (choice,) = answer.ops("select")
    assert choice["in"][:2] == [op["out"][0][0], op["out"][1][0]]


@pytest.mark.parametrize("index", ["(1, u)", "5", "(u, n)"])
def test_shaped_memory(trace_body, index):
    answer = trace_body(TILE + f"x = t.atomic_exchange({index}, 1)")
    (op,) = answer.ops("atomic_exchange")
    assert len(op["in"]) == (4 if "(" in index else 3)


def test_values_convert_as_in_a_store(trace_body):
    answer = trace_body("U.atomic_fetch_add(0, a)\nI.atomic_store(0, n)")
    assert answer.ids == ["W0101"]
    assert len(answer.ops("cast")) == 1


@pytest.mark.parametrize(
    ("declared", "allowed", "refused"),
    [("In", "load(A, 0)", "store(A, 0, 1)"), ("Out", "store(A, 0, 1)", "load(A, 0)")],
)
def test_directions(trace_body, declared, allowed, refused):
    params = f"A: enigma.{declared}('uint')"
    assert trace_body("enigma.atomic_" + allowed, params=params).ids == []
    for call in (refused, "exchange(A, 0, 1)", "compare_exchange(A, 0, 1, 2)"):
        assert trace_body("enigma.atomic_" + call, params=params).ids == ["E0117"]


REFUSED = [
    ("U.atomic_load(0, order='acquire')", "E0119", "no memory order 'acquire'", 'order="relaxed"'),
    ("U.atomic_store(0, 1, 'seq_cst')", "E0119", "no memory order 'seq_cst'", 'order="relaxed"'),
    (
        "U.atomic_compare_exchange_weak(0, 1, 2, failure_order='acquire')",
        "E0119",
        "no memory order 'acquire'",
        'order="relaxed"',
    ),
    ("H.atomic_load(0)", "E0118", "i32, u32 or f32, and 'H' holds f16", "enigma.i32"),
    ("L.atomic_fetch_max(0, 1)", "E0118", "i32 or u32, and 'L' holds u64", "enigma.u32"),
    ("F.atomic_fetch_min(0, 1)", "E0118", "i32 or u32, and 'F' holds f32", "enigma.i32"),
    ("s.atomic_fetch_add(0, 1)", "E0118", "i32 or u32, and 's' holds f32", "enigma.i32"),
    ("r.atomic_exchange(0, 1)", "E0119", "'r' is memory of one thread", "threadgroup_alloc"),
    ("enigma.atomic_load(n, 0)", "E0119", "not a buffer", "buffer parameter"),
    ("U.atomic_load(1.5)", "E0112", "indexed by a f32", ""),
    ("t.atomic_load(6)", "E0115", "out of bounds of 't'", ""),
]


@pytest.mark.parametrize(("call", "number", "words", "fix"), REFUSED)
def test_refusals(trace_body, call, number, words, fix):
    params = "U: enigma.u32, L: enigma.u64, H: enigma.f16, F: enigma.f32, n: enigma.Scalar('int')"
    memory = (
        TILE + "s = enigma.threadgroup_alloc('float', 2)\nr = enigma.register_tensor(2, 'int')\n"
    )
    answer = trace_body(memory + call, params=params)
    assert answer.ids == [number]
    assert words in answer.diagnostics[0]["message"]
    assert fix in (answer.diagnostics[0].get("help") or "")
    assert answer.text_at(answer.diagnostics[0]) == call


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("s.atomic_fetch_add(0, 1)", "in threadgroup memory, where Metal has no atomics on floats"),
        ("L.atomic_fetch_max(0, 1)", "of 64 bits Metal has only min and max without a result"),
    ],
)
def test_reasons(trace_body, call, words):
    body = "s = enigma.threadgroup_alloc('float', 2)\n" + call
    answer = trace_body(body, params="L: enigma.i64")
    assert words in answer.diagnostics[0]["notes"][0]["message"]
