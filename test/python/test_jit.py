"""Jit functions: launches, names, shared traces, intermediates and what is refused."""

from __future__ import annotations

import textwrap

import enigma
import pytest

KERNELS = """
import enigma

@enigma.kernel
def diffuse(U: enigma.Tensor, V: enigma.Tensor, rate):
    i = enigma.thread_position_in_grid()
    V[i] = U[i] * rate

@enigma.kernel(block=32)
def scale(A, s: enigma.Scalar("float")):
    i = enigma.thread_position_in_grid()
    A[i] = A[i] * s

@enigma.kernel(block=32, grid=64)
def plain(A: enigma.In(enigma.f32), B: enigma.f32[8, 8]):
    i = enigma.thread_position_in_grid()
    B[i, 0] = A[i]
"""


def jit(run, body: str, export: str, params: str = "U, V", **options):
    source = KERNELS + f"\n@enigma.jit\ndef heat({params}):\n"
    source += textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return run(source + f"\nenigma.export(heat, {export})\n", **options)


SPEC = 'enigma.TensorSpec(64, "float")'
TWO = f"{SPEC}, {SPEC}"


def kernels(answer) -> list[str]:
    return [k["python_name"] for k in answer.trace["kernels"]]


def test_one_launch_is_called_as_the_export(run):
    answer = jit(run, "diffuse(U, V, 2.0).launch(grid=64, block=32)", TWO + ", name='spread'")
    kernel = answer.kernel("spread")
    assert kernel["name"] == "enigma_kernel_spread"
    assert [p["name"] for p in kernel["params"]] == ["U", "V"]
    assert kernel["launch"] == {"grid": [64, 1, 1], "block": [32, 1, 1], "max_threads": None}
    assert answer.trace["launches"] == [
        {
            "kernel": "enigma_kernel_spread",
            "export": "spread",
            "args": ["U", "V"],
            "intermediates": [],
            "grid": [64, 1, 1],
            "block": [32, 1, 1],
        }
    ]
    # `plain` has all its types, so that it is a kernel of its own too.
    assert kernels(answer) == ["plain", "spread"]


def test_several_launches_share_equal_traces(run):
    answer = jit(
        run,
        """
        a, b = U, V
        for step in range(4):
            diffuse(a, b, 0.5).launch(64, 32)
            a, b = b, a
        diffuse(a, b, 0.25).launch(64, 32)
        diffuse(a, b, 0.5).launch(64, 16)
        scale(b, s).launch(grid=(8, 8))
        diffuse(a, b, 0.5).launch(32, 32)
        """,
        TWO + ", enigma.Scalar('float')",
        "U, V, s",
    )
    assert kernels(answer) == [
        "plain", "heat_diffuse", "heat_diffuse_2", "heat_diffuse_3", "heat_scale",
    ]  # fmt: skip
    launches = answer.trace["launches"]
    assert [x["kernel"].removeprefix("enigma_kernel_heat_") for x in launches] == (
        ["diffuse"] * 4 + ["diffuse_2", "diffuse_3", "scale", "diffuse"]
    )
    assert [x["args"] for x in launches[:3]] == [["U", "V"], ["V", "U"], ["U", "V"]]
    assert launches[6]["args"] == ["V", "s"] and launches[6]["grid"] == [8, 8, 1]
    # The grids of its launches differ.
    assert answer.kernel("heat_diffuse")["launch"]["grid"] is None
    assert answer.kernel("heat_scale")["launch"]["grid"] == [8, 8, 1]


def test_intermediates(run):
    answer = jit(
        run,
        """
        tmp = enigma.intermediate(U.shape)
        U2 = enigma.intermediate((2, 3), "half")
        diffuse(U, tmp, 1.0).launch(64, 32)
        diffuse(tmp, V, 1.0).launch(64, 32)
        """,
        TWO,
    )
    first, second = answer.trace["launches"]
    assert (first["args"], first["intermediates"]) == (["U", "tmp"], ["tmp"])
    assert (second["args"], second["intermediates"]) == (["tmp", "V"], ["tmp"])


def test_layouts_of_arguments(run):
    source = """
    import enigma
    L = enigma.make_layout
    @enigma.kernel
    def copy(A, B, C, D, E):
        i = enigma.thread_position_in_grid()
        B[i, 1] = A[i, 1]
        C[i, 1], D[i, 1], E[i] = A[i, 2], A[i, 3], A[i, 4]
    @enigma.jit
    def f(A, B, C, D, E):
        copy(A, B, C, D, E).launch(4, 4)
    enigma.export(
        f, enigma.TensorSpec((4, 8)), enigma.Tensor("bb", 1, "float", L((4, 8))),
        enigma.TensorSpec((4, 8), "float", (10, 1)), enigma.f32[4, 8],
        enigma.TensorSpec(4, "float", 3))
    """
    answer = run(source)
    params = answer.kernel("f")["params"]
    assert [p["name"] for p in params] == ["A", "bb", "C", "D", "E"]
    assert [(p["shape"], p["stride"]) for p in params] == [
        ([4, 8], None), ([4, 8], [1, 4]), ([4, 8], [10, 1]), ([4, 8], None), ([10], None),
    ]  # fmt: skip


def test_the_host_computes_layouts(run):
    answer = jit(
        run,
        """
        tiles = enigma.tensor_zipped_divide(U, 16)
        assert tiles.shape == ((16,), (4,)) or tiles.shape == (16, 4)
        column = tiles[None, 2]
        scale(column, 2.0) if False else diffuse(column, V, 3.0).launch(16, 16)
        """,
        TWO,
    )
    (load,) = [x for x in answer.ops("load") if x["in"][0] == "U"]
    assert any(op["attrs"]["value"] == 32 for op in answer.ops("constant")), load


def test_tensors_of_one_buffer_are_one_parameter(run):
    answer = jit(run, "diffuse(U, U, 2.0).launch(64, 32)", TWO)
    assert [p["name"] for p in answer.kernel("heat")["params"]] == ["U"]
    assert answer.trace["launches"][0]["args"] == ["U"]


def test_declared_buffers_are_buffers(run):
    answer = jit(run, "plain(U, V).launch()", TWO)
    u, v = answer.kernel("heat")["params"]
    assert (u["access"], u["shape"]) == ("read", [64]) and (v["access"], v["shape"]) == (
        None,
        [8, 8],
    )


def test_constants_and_python_values(run):
    body = "for _ in range(n):\n    diffuse(U, V, rate).launch(64, 32)"
    answer = jit(run, body, TWO + ", rate=0.75, n=2", "U, V, rate, n")
    assert len(answer.trace["launches"]) == 2
    assert any(op["attrs"]["value"] == 0.75 for op in answer.ops("constant"))


def test_jits_call_jits(run):
    answer = run(
        KERNELS
        + f"""
@enigma.jit
def inner(A, B):
    diffuse(A, B, 1.0).launch(64, 32)

@enigma.jit
def outer(U, V):
    inner(U, V)
    inner(V, U)

enigma.export(outer, {TWO})
enigma.export(inner, {TWO})
"""
    )
    assert [x["export"] for x in answer.trace["launches"]] == ["outer", "outer", "inner"]
    assert kernels(answer) == ["plain", "outer_diffuse", "inner"]


def test_kernel_selects_exports(run):
    source = (
        KERNELS
        + f"""
@enigma.jit
def one(U, V):
    diffuse(U, V, 1.0).launch(64, 32)
enigma.export(one, {TWO}, name="a")
enigma.export(one, {TWO}, name="b")
"""
    )
    answer = run(source, kernels=["b"])
    assert kernels(answer) == ["b"]
    assert [x["export"] for x in answer.trace["launches"]] == ["b"]


ERRORS = [
    ("E0531", "pass", SPEC, "parameter 'V' is not given"),
    ("E0531", "pass", TWO + ", 3", "3 arguments are given for 2 parameters"),
    ("E0531", "pass", TWO + ", W=3", "parameter 'W' does not exist"),
    ("E0531", "pass", TWO + ", U=3", "parameter 'U' is given twice"),
    ("E0531", "pass", "enigma.f32, " + SPEC, "parameter 'U' has no shape"),
    ("E0531", "pass", TWO + ", grid=4", "grid and block are those of its launches"),
    ("E0531", "pass", TWO, "it launches nothing"),
    ("E0531", "return 3", TWO, "it returns a value"),
    ("E0531", "pass", "enigma.Tensor('V', 0, 'float', 8), " + SPEC, "two parameters are called 'V'"),
    ("E0531", "pass", "enigma.Tensor('a', 0, 'float', 8), enigma.Tensor('b', 0, 'float', 8)",
     "two tensors have index 0"),
    ("E0532", "diffuse(U, V, 1.0)", TWO, "it is called, but not launched"),
    ("E0532", "diffuse(U, V, 1.0).launch(64)", TWO, "it has no block"),
    ("E0532", "diffuse(U, V).launch(64, 32)", TWO, "parameter 'rate' is not given"),
    ("E0532", "diffuse(U, V, 1, 2).launch(64, 32)", TWO, "4 arguments are given for 3"),
    ("E0532", "diffuse(U, V, 1, U=2).launch(64, 32)", TWO, "parameter 'U' is given twice"),
    ("E0532", "diffuse(U, V, 1, X=2).launch(64, 32)", TWO, "parameter 'X' does not exist"),
    ("E0532", "scale(U, 2.0).launch(64)", TWO, "parameter 's' is enigma.Scalar(enigma.f32), and float"),
    ("E0532", "plain(U[None], enigma.tensor_zipped_divide(V, 8)).launch()", TWO, "parameter 'B' is a buffer"),
    ("E0532", "plain(U, V).launch()", SPEC + ", enigma.TensorSpec(64, 'half')", "parameter 'B' is"),
    ("E0532", "plain(U, V).launch()", SPEC + ", enigma.TensorSpec(63)", "parameter 'B' is a buffer"),
    ("E0532", "diffuse(U, V, 1.0).launch(64, 32)",
     "enigma.Tensor('U', 1, 'float', 64), enigma.Tensor('V', 0, 'float', 64)",
     "tensor 'U' has index 1 and is buffer 0"),
    ("E0309", "diffuse(U, V, 1.0).launch(0, 32)", TWO, "grid=0 is not a size"),
    ("E0101", "x = U[0]", TWO, "an element of tensor 'U'"),
    ("E0101", "x = U.load()", TWO, "a load of tensor 'U'"),
    ("E0520", "enigma.tensor_zipped_divide(U, 7)", TWO, "tile 7 does not divide extent 64"),
    ("E0403", "x = missing", TWO, "missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "body", "export", "words"), ERRORS, ids=[f"{e[0]}-{e[3]}" for e in ERRORS]
)
def test_errors(run, number, body, export, words):
    answer = jit(run, body, export)
    assert answer.ids == [number]
    (error,) = answer.diagnostics
    assert words in error["message"]
    lines = answer.source.splitlines()
    assert lines[error["line"] - 1].strip() == body or "export(" in lines[error["line"] - 1]


def test_a_jit_without_an_export(run):
    answer = run(KERNELS + "\n@enigma.jit\ndef f(U):\n    pass\n")
    assert answer.ids == ["E0530"]
    assert "jit 'f' has no export" in answer.diagnostics[0]["message"]


def test_jit_functions_outside_a_run():
    @enigma.jit
    def f(U):
        pass

    with pytest.raises(enigma.EnigmaError) as caught:
        f(1)
    assert caught.value.id == "E0533"


def test_names_do_not_collide(run):
    answer = run(
        KERNELS
        + f"""
@enigma.kernel
def heat_diffuse(A: enigma.f32):
    A[0] = 1

@enigma.jit
def heat(U, V):
    diffuse(U, V, 1.0).launch(64, 32)
    diffuse(V, U, 2.0).launch(64, 32)
enigma.export(heat, {TWO})
"""
    )
    assert answer.ids == ["E0304"]


def test_tensor_spec():
    spec = enigma.TensorSpec((2, (3, 4)), "half")
    assert (spec.shape, spec.stride, spec.dtype) == ((2, (3, 4)), (12, (4, 1)), enigma.f16)
    with pytest.raises(enigma.EnigmaError):
        enigma.TensorSpec((2, 0))
