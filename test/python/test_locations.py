"""Source ranges of ops, and the variables that results are assigned to."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="columns need Python 3.11")


@pytest.mark.parametrize(
    ("statement", "op", "text"),
    [
        ("x = F[n + 1] * 2", "add", "n + 1"),
        ("x = F[n + 1] * 2", "load", "F[n + 1]"),
        ("x = F[n + 1] * 2", "mul", "F[n + 1] * 2"),
        ("x = -F[0]", "neg", "-F[0]"),
        ("x = enigma.sqrt(\n    F[0],\n)", "sqrt", "enigma.sqrt(\n        F[0],\n    )"),
        ("F[n] = F[0] + a", "store", "F[n]"),
        ("F[n] += a", "add", "F[n] += a"),
        ("F[n] += a", "load", "F[n]"),
        ("F[n] += a", "store", "F[n]"),
        ("x = F[0] < a", "cmp_lt", "F[0] < a"),
        ("é = 1; x = F[0] * 2", "mul", "F[0] * 2"),
        ("x = 'é' and F[0] * 2", "mul", "F[0] * 2"),
        ("enigma.barrier()", "barrier", "enigma.barrier()"),
        ("x = enigma.thread_position_in_grid.y", "thread_position_in_grid",
         "enigma.thread_position_in_grid.y"),
        ("U.atomic_fetch_add(0, 1)", "atomic_fetch_add", "U.atomic_fetch_add(0, 1)"),
        ("x = enigma.where(1, 2, a)", "select", "enigma.where(1, 2, a)"),
        ("x = F[0] // a", "floor", "F[0] // a"),
        ("t = enigma.threadgroup_alloc('int', 4)", "threadgroup_alloc",
         "enigma.threadgroup_alloc('int', 4)"),
    ],
)  # fmt: skip
def test_ranges(trace_body, statement, op, text):
    answer = trace_body(statement)
    (found,) = answer.ops(op)
    assert answer.text_of(found) == text


def test_kernels_and_parameters(run):
    answer = run("""
        import enigma

        def as_it_is(fn):
            return fn

        @enigma.kernel
        @as_it_is
        def k(A: enigma.f32,
              n: enigma.Scalar("int")):
            A[0] = n
    """)
    kernel = answer.kernel()
    assert kernel["loc"] == [0, 8, 0, 10, 12]
    assert [answer.text_of(p) for p in kernel["params"]] == [
        "A: enigma.f32",
        'n: enigma.Scalar("int")',
    ]


def test_an_op_in_a_helper_has_the_helpers_place(run, tmp_path):
    (tmp_path / "shapes.py").write_text("def double(x):\n    return x * 2\n")
    answer = run("""
        import enigma
        from shapes import double

        @enigma.kernel
        def k(A: enigma.f32):
            y = double(A[0])
            A[0] = y
    """)
    assert answer.trace["files"] == ["module_under_test.py", "shapes.py"]
    (mul,) = answer.ops("mul")
    assert mul["loc"] == [1, 2, 11, 2, 16]
    assert mul["name"] == "y"
    (call,) = mul["callers"]
    assert call["function"] == "double"
    assert answer.text_of(call) == "double(A[0])"
    assert all("callers" not in op for op in answer.kernel()["body"] if op["loc"][0] == 0)


def test_an_op_knows_the_calls_that_led_to_it(run):
    answer = run("""
        import enigma

        def inner(x):
            if x > 1.0:
                return x * 2
            return x

        def outer(x):
            for value in [inner(y) for y in [x]]:
                x = value + 3
            return x

        @enigma.kernel
        def k(A: enigma.f32):
            A[0] = outer(A[0])
            A[1] = outer(A[1])
    """)

    def chains(name):
        return [[(c["function"], c["loc"][1]) for c in op["callers"]] for op in answer.ops(name)]

    assert chains("mul") == [[("inner", 9), ("outer", 15)], [("inner", 9), ("outer", 16)]]
    # A branch and what decides it are in the helper, too.
    assert chains("if") == chains("mul")
    assert chains("add") == [[("outer", 15)], [("outer", 16)]]


def test_a_callback_is_called_by_the_kernel(run):
    answer = run("""
        import enigma

        @enigma.kernel
        def k(A: enigma.f32, B: enigma.f32):
            t = enigma.threadgroup_alloc(enigma.f32, 64)
            enigma.copy(A, t, 64, mask_fn=lambda i: i < 48)
    """)
    compare = [op for op in answer.ops("cmp_lt") if "callers" in op]
    assert compare
    assert all([c["loc"][1] for c in op["callers"]] == [6] for op in compare)


def test_files_from_elsewhere_are_not_absolute(run, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere" / "package"
    elsewhere.mkdir(parents=True)
    (elsewhere / "__init__.py").write_text("")
    (elsewhere / "ops.py").write_text("def double(x):\n    return x * 2\n")
    folder = tmp_path / "module"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    answer = run(
        "import enigma\nfrom package.ops import double\n@enigma.kernel\n"
        "def k(A: enigma.f32):\n    A[0] = double(A[0])\n",
        name="module/k.py",
    )
    assert answer.trace["files"] == ["k.py", "package/ops.py"]


NAMES = [
    ("x = F[0]", {"load": "x"}),
    ("x = F[0] * 2", {"load": None, "mul": "x", "constant": None}),
    ("x = I[0] * F[0]", {"cast": None, "mul": "x"}),
    ("x = F[0] // a", {"div": None, "floor": "x"}),
    ("x = y = F[0]", {"load": "x"}),
    ("x: float = F[0]", {"load": "x"}),
    ("F[0] = F[1]", {"load": None}),
    ("x = enigma.metal_cast(F[0], 'int')", {"cast": "x"}),
    ("x = F[0]\nx = x + 1", {"load": "x", "add": "x"}),
    ("x = F[0]\nx += 1", {"add": "x"}),
    ("tile = enigma.threadgroup_alloc('int', 4)", {"threadgroup_alloc": "tile"}),
    ("x = enigma.thread_position_in_grid()", {"thread_position_in_grid": "x"}),
    ("x = enigma.f32(1)", {"constant": "x"}),
    ("x = [F[0]]", {"load": None}),
    ("x = F[0]\nf = lambda: x", {"load": "x"}),
    ("x = enigma.exp(F[0])\ng = [x for _ in range(2)]", {"exp": "x"}),
    ("if (x := F[0]) is not None: pass", {"load": "x"}),
]


@pytest.mark.parametrize(("statement", "names"), NAMES)
def test_names(trace_body, statement, names):
    answer = trace_body(statement)
    for op, name in names.items():
        assert answer.ops(op)[-1].get("name") == name


def test_names_of_the_three_components(trace_body):
    answer = trace_body("tx, ty, tz = enigma.arch.thread_idx()")
    queries = answer.ops("thread_position_in_threadgroup")
    assert [(q["attrs"]["dim"], q["name"]) for q in queries] == [
        ("x", "tx"),
        ("y", "ty"),
        ("z", "tz"),
    ]


def test_names_with_many_variables(trace_body):
    """Names beyond the 256th need EXTENDED_ARG in bytecode."""
    many = "\n".join(f"v{i} = {i}" for i in range(300))
    answer = trace_body(many + "\nlast = F[0]")
    assert answer.ops("load")[0]["name"] == "last"
