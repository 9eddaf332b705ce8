"""`enigma.interpret`: its interface, values that Python may ask, control flow, and what it reports."""

from __future__ import annotations

import array
import importlib.util
import itertools
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import enigma
import numpy as np
import pytest
from conftest import ROOT
from enigma import function_constants
from enigma._diagnostics import CATALOGUE

_numbers = itertools.count()
HEAD = "import enigma\n\n"


@pytest.fixture
def module(tmp_path):
    """A module from its text."""

    def load(text: str) -> ModuleType:
        function_constants.start_function_constants()
        path = tmp_path / f"kernels_{next(_numbers)}.py"
        path.write_text(HEAD + textwrap.dedent(text).lstrip("\n"))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        return made

    return load


PARAMETERS = (
    "F: enigma.f32, I: enigma.i32, U: enigma.u32, B: enigma.u8, H: enigma.f16, "
    'n: enigma.Scalar("int"), u: enigma.Scalar("uint")'
)


@pytest.fixture
def body(module):
    """Interpret the body of a kernel with parameters of every kind."""

    def run(text: str, before: str = "", threads: int = 1, grid: int = 0, n: int = 5) -> dict:
        source = textwrap.dedent(before) + f"\n@enigma.kernel\ndef k({PARAMETERS}):\n"
        source += textwrap.indent(textwrap.dedent(text).strip("\n"), "    ")
        inputs = {
            "F": [0.25 * k for k in range(64)],
            "I": list(range(64)),
            "U": list(range(64)),
            "B": [0] * 64,
            "H": [0.5] * 64,
            "n": n,
            "u": n,
        }
        return enigma.interpret(module(source).k, inputs, grid or threads, threads)

    return run


def error_of(run: Any, *arguments: Any, **named: Any) -> enigma.EnigmaError:
    with pytest.raises(enigma.EnigmaError) as caught:
        run(*arguments, **named)
    return caught.value


def line_of(error: enigma.EnigmaError) -> str:
    """The source line that an error points at."""
    return Path(error.filename).read_text().splitlines()[error.lineno - 1].strip()


# The interface -----------------------------------------------------------------------------------

ADD = """
@enigma.kernel
def add(A: enigma.f32, B: enigma.f32, C: enigma.f32, s: enigma.Scalar("float")):
    i = enigma.thread_position_in_grid()
    C[i] = A[i] + B[i] * s
"""


def test_arrays_come_back_as_they_were_given(module):
    add = module(ADD).add
    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    c = np.zeros((2, 3), np.float32)
    out = enigma.interpret(add, {"A": a, "B": a, "C": c, "s": 0.5}, 6, 4)
    assert list(out) == ["C"]
    np.testing.assert_array_equal(out["C"], a * np.float32(1.5))
    assert out["C"].dtype == np.float32 and not c.any()
    numbers = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    raw = array.array("f", numbers)
    for given in (numbers, raw, raw.tobytes(), bytearray(raw.tobytes())):
        out = enigma.interpret(add, {"A": given, "B": given, "C": given, "s": 1}, 6, 6)["C"]
        assert type(out) is type(given)
        doubled = array.array("f", [2 * x for x in numbers])
        assert list(out) == list(
            doubled if isinstance(given, list | array.array) else doubled.tobytes()
        )


def test_only_what_is_written_comes_back(body):
    assert body("x = F[0]") == {}
    assert list(body("F[0] = 1\nB[3] = 2")) == ["F", "B"]
    assert list(body("enigma.atomic_fetch_add(I, 0, 0)")) == ["I"]


def test_grids(module):
    m = module("""
        @enigma.kernel
        def places(Out: enigma.u32):
            x = enigma.thread_position_in_grid("x")
            y = enigma.thread_position_in_grid("y")
            width = enigma.threads_per_grid("x")
            size = enigma.threads_per_threadgroup("x") * 10 + enigma.threads_per_threadgroup("y")
            Out[y * width + x] = size * 100 + enigma.thread_index_in_threadgroup()

        @enigma.kernel(block=4, max_threads=8)
        def own(Out: enigma.u32):
            Out[enigma.thread_position_in_grid()] = enigma.threads_per_threadgroup()
    """)
    out = enigma.interpret(m.places, {"Out": np.zeros((3, 5), np.uint32)}, (5, 3), (4, 2))["Out"]
    assert out.tolist() == [
        [4200, 4201, 4202, 4203, 1200],
        [4204, 4205, 4206, 4207, 1201],
        [4100, 4101, 4102, 4103, 1100],
    ]
    assert enigma.interpret(m.own, {"Out": [0] * 6}, 6)["Out"] == [4, 4, 4, 4, 2, 2]
    assert "max_threads is 8" in str(error_of(enigma.interpret, m.own, {"Out": [0] * 6}, 6, 16))


def test_vectors_matrices_and_narrow_floats(module):
    m = module("""
        @enigma.kernel
        def k(V: enigma.f32x3, M: enigma.float2x3[2], H: enigma.bf16, T: enigma.b1x2,
              s: enigma.Scalar("float2")):
            V[1] = V[0].zyx * s.y
            M[1] = M[0] * 2
            H[0] = H[1] + 1
            T[0] = T[0].yx
    """)
    inputs = {
        "V": np.array([[1, 2, 3], [0, 0, 0]], np.float32),
        "M": np.arange(12, dtype=np.float32).reshape(2, 2, 3),
        "H": np.array([0, 0x4000], np.uint16),  # 2.0
        "T": np.array([[True, False]]),
        "s": (1, 0.5),
    }
    out = enigma.interpret(m.k, inputs, 1, 1)
    assert out["V"].tolist() == [[1, 2, 3], [1.5, 1, 0.5]]
    assert out["M"][1].tolist() == [[0, 2, 4], [6, 8, 10]]
    assert out["H"][0] == 0x4040  # 3.0
    assert out["T"].tolist() == [[False, True]]
    # As bytes a vector of 3 takes the room of 4.
    raw = np.array([[1, 2, 3, 0], [0, 0, 0, 0]], np.float32).tobytes()
    out = enigma.interpret(m.k, inputs | {"V": raw}, 1, 1)["V"]
    assert np.frombuffer(out, np.float32).tolist() == [1, 2, 3, 0, 1.5, 1, 0.5, 0]


def test_constants(module):
    m = module("""
        rounds = enigma.function_constant("uint", 3, name="rounds")
        gain = enigma.function_constant("float", 4, default=0.5)

        @enigma.kernel
        def k(A: enigma.f32, scale=2):
            for _ in range(rounds):
                A[0] = A[0] + gain * scale
    """)
    assert enigma.interpret(m.k, {"A": [0.0]}, 1, 1, constants={"rounds": 3})["A"] == [3.0]
    out = enigma.interpret(m.k, {"A": [0.0], "scale": 8}, 1, 1, constants={3: 2, 4: 1.5})["A"]
    assert out == [24.0]
    error = error_of(enigma.interpret, m.k, {"A": [0.0]}, 1, 1)
    assert error.id == "E0840" and "'rounds' has no value" in str(error)
    error = error_of(enigma.interpret, m.k, {"A": [0.0]}, 1, 1, constants={"round": 1})
    assert "constants are rounds, fc4" in str(error)


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({"A": [1.0], "B": [1.0], "C": [1.0]}, "'s' is missing"),
        ({"A": [1.0], "B": [1.0], "C": [1.0], "s": 1, "t": 2}, "no parameter 't'"),
        ({"A": [1.0], "B": [1.0], "C": 1.0, "s": 1}, "'C' is given as float"),
        ({"A": [1.0], "B": [1.0], "C": ["x"], "s": 1}, "has an element that is 'x'"),
        ({"A": [1.0], "B": [1.0], "C": b"12345", "s": 1}, "has 5 bytes, and an element 4"),
        ({"A": [1.0], "B": [1.0], "C": np.zeros(1), "s": 1}, "'C' is f32, and the array float64"),
        ({"A": [1.0], "B": [1.0], "C": [1.0], "s": "x"}, "scalar 's' is given as str"),
    ],
)
def test_wrong_inputs(module, inputs, text):
    error = error_of(enigma.interpret, module(ADD).add, inputs, 1, 1)
    assert error.id == "E0840" and text in str(error)
    assert Path(error.filename) == Path(__file__)


def test_wrong_calls(module):
    add = module(ADD).add
    assert "is not a kernel" in str(error_of(enigma.interpret, len, {}, 1, 1))
    assert "inputs is list" in str(error_of(enigma.interpret, add, [1], 1, 1))
    assert "threads is missing" in str(error_of(enigma.interpret, add, {}, 1))
    assert error_of(enigma.interpret, add, {}, 0, 1).id == "E0309"
    assert error_of(enigma.interpret, add, {}, 1, 2000).id == "E0722"


def test_shapes_are_held_to(module):
    k = module("""
        @enigma.kernel
        def k(A: enigma.f32[2, 3], n: enigma.Scalar("uint")):
            A[n, 0] = 1
            A[0, n + 1] = 1
    """).k
    assert "6" in str(error_of(enigma.interpret, k, {"A": [0.0] * 5, "n": 0}, 1, 1))
    error = error_of(enigma.interpret, k, {"A": [0.0] * 60, "n": 2}, 1, 1)
    assert error.id == "E0841" and "in dimension 0" in str(error)


# Values ------------------------------------------------------------------------------------------


def test_python_may_ask_values(body, capsys):
    out = body("""
        x = F[3]
        i = I[7]
        print(x, i, repr(x), repr(i), f"{x:.3f} {i:04d}", H[0], enigma.f32(0.1), x > 0)
        print(enigma.make_vec(x, 2), repr(enigma.make_vec(i, 2)))
        import math
        F[0] = math.sqrt(x + 0.25)
        F[1] = min(x, 0.5) + max(i, 3) + abs(-x) + round(x)
        U[0] = len("sevens" * int(i)) + int(x * 4) + [10, 20, 30][I[2]]
        kept = {i: "seven"}
        U[1] = 1 if kept[7] == "seven" else 2
        U[2] = sum(range(i))
        U[3] = float(x) == 0.75 and bool(i)
    """)
    assert capsys.readouterr().out.splitlines() == [
        "0.75 7 f32(0.75) i32(7) 0.750 0007 0.5 0.1 True",
        "(0.75, 2.0) i32x2(7, 2)",
    ]
    assert out["F"][:2] == [1.0, 0.5 + 7 + 0.75 + 1]
    assert out["U"][:4] == [42 + 3 + 30, 1, 21, 1]


def test_memory_and_matrices_are_printed(body, capsys):
    body("""
        tile = enigma.threadgroup_alloc("float2", 3)
        tile[1] = enigma.make_vec(F[1], 2)
        print(tile)
        print(B)
        print(enigma.make_matrix(tile[1], tile[1]))
    """)
    assert capsys.readouterr().out.splitlines() == [
        "<buffer tile: f32x2[3] = [(?, ?), (0.25, 2.0), (?, ?)]>",
        "<buffer B: u8 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, …]>",
        "float2x2((0.25, 2.0), (0.25, 2.0))",
    ]


def test_literals_are_weak_and_types_convert_as_when_compiled(body):
    out = body("""
        B[0] = B[1] + 200 + 100
        H[0] = H[1] * 4097
        F[0] = I[7] / 2
        F[1] = 7 / 2
        U[0] = U[0] - 1
        I[0] = I[3] - U[5]
        I[1] = enigma.i8(100) + enigma.u8(100)
        F[2] = enigma.f16(0.1) + F[0] * 0
    """)
    assert out["B"][0] == 44
    assert out["H"][0] == 2048.0
    assert out["F"][:3] == [3.0, 3.5, 0.0999755859375]
    assert out["U"][0] == 2**32 - 1
    assert out["I"][:2] == [-2, 200]


def test_errors_of_the_front_end_stay(body):
    error = error_of(body, "F[F[1] * 2] = 1")
    assert error.id == "E0112" and line_of(error) == "F[F[1] * 2] = 1"
    assert error_of(body, "x = H[0] + enigma.bf16(1)").id == "E0108"
    assert error_of(body, "B[0] = B[1] + 300").id == "E0105"
    assert error_of(body, "x = enigma.sqrt(I[0])").id == "E0107"


# Control flow ------------------------------------------------------------------------------------


def test_explicit_forms(body):
    out = body("""
        with enigma.if_(n > 3):
            I[0] = 100
        with enigma.if_(n > 30):
            I[1] = 100
        with enigma.if_(n > 30) as (yes, no):
            with yes:
                I[2] = 100
            with no:
                I[3] = 100
        with enigma.if_(n > 30, init=[n, 0]) as c:
            c[1] = 5
        I[4] = c[0] * 10 + c[1]
        with enigma.if_(n & 1, init=[0]) as (odd, even, d):
            with odd:
                d[0] = 7
            with even:
                d[0] = 8
        I[5] = d[0]
        with enigma.for_range(2, n) as i, enigma.for_range(i) as j:
            I[6] = I[6] * 10 + j
        with enigma.for_range(0, 0, init=[3]) as (i, c):
            c[0] = 9
        I[7] = c[0]
        for i, c in enigma.for_range(0, n, init=[1]):
            c[0] = c[0] * 2
        I[8] = c[0]
        with enigma.while_(lambda w: w[0] < 100, init=[n]) as w:
            w[0] = w[0] * 2
        I[9] = w[0]
        for i in enigma.for_range(n, 0, -1):
            if i == 2:
                break
            I[10] = I[10] * 10 + i
    """)
    assert out["I"][:11] == [100, 1, 2, 100, 50, 7, 6010120123 % 2**32, 3, 32, 160, 10543]


def test_bodies_of_explicit_forms_are_not_left(body):
    error = error_of(body, "with enigma.if_(n > 3):\n    return")
    assert error.id == "E0201" and line_of(error) == "return"


def test_helpers_with_explicit_forms(body):
    before = """
        class Scaler:
            def __init__(self, factor):
                self.factor = factor

            def scale(self, F, i):
                with enigma.if_(i > 0):
                    F[i] = F[i] * self.factor

        def clear(I, n):
            for i in enigma.for_range(n):
                with enigma.if_(i % 2 == 0):
                    I[i] = -1
            return lambda x: relu(x)

        def relu(x):
            if x < 0:
                return 0.0
            return x
    """
    out = body("f = clear(I, 4)\nScaler(3).scale(F, n)\nF[1] = f(F[2] - 7)\nF[2] = f(F[9])", before)
    assert out["I"][:5] == [-1, 1, -1, 3, 4]
    assert out["F"][:6] == [0, 0, 2.25, 0.75, 1, 3.75]


def test_counters_have_types(body):
    """`for i in range(…)` counts in values, as the compiled loop does."""
    out = body("""
        for i in range(u):
            F[i] = i / 2
            U[i] = i - 1
        for i in range(3):
            B[i] = B[i] + i + 254
        for i in enigma.unroll(range(2)):
            F[10 + i] = i / 2
    """)
    assert out["F"][:5] == [0, 0, 1, 1, 2] and out["F"][10:12] == [0, 0.5]
    assert out["U"][0] == 2**32 - 1
    assert out["B"][:3] == [254, 255, 0]


def test_numbers_take_the_type_that_other_paths_give_them(body):
    """What a Python number is where paths meet: as in the compiled kernel, thread by thread."""
    out = body(
        """
        i = enigma.thread_position_in_grid()
        count = 0
        for j in range(i):
            if j % 2 == 0:
                count += 1
        F[i] = count / 2
        if i == 0:
            x = 1
        else:
            x = H[i]
        F[8 + i] = x / 3
        y = 2 if i < 2 else H[i] + 2.5
        F[16 + i] = y / 3
        z = 3
        while z < i:
            z += 2
        F[24 + i] = z / 2
        """,
        threads=8,
    )["F"]
    third = np.float32(np.float16(1) / np.float16(3))
    assert out[:8] == [0, 0, 0, 1, 1, 1, 1, 2]
    assert out[8] == third and out[9] == np.float32(np.float16(0.5) / np.float16(3))
    assert out[16] == np.float32(np.float16(2) / np.float16(3)) and out[18] == 1.0
    assert out[24:32] == [1, 1, 1, 1, 2, 2, 3, 3]


def test_carried_numbers_have_the_type_that_they_meet(body):
    out = body("""
        for i, c in enigma.for_range(0, 20, init=[250]):
            c[0] = c[0] + 1
        B[0] = c[0]
        for i, c in enigma.for_range(0, 5, init=[250]):
            c[0] = c[0] + B[1] + 3
        I[0] = c[0]
        for i, c in enigma.for_range(0, 3, init=[0.1]):
            c[0] = c[0] + 0.1
        H[0] = c[0]
    """)
    assert out["B"][0] == 14 and out["I"][0] == (250 + 15) % 256
    assert out["H"][0] == 0.39990234375  # the nearest f16 to the f32 that the loop made


def test_short_circuits_and_not(body):
    out = body("""
        I[0] = 1 if n > 3 and I[n] == 5 else 0
        I[1] = 1 if n > 30 and I[n + 100] == 5 else 0
        I[2] = 1 if n > 3 or I[n + 100] == 5 else 0
        flag = not n > 3
        I[3] = enigma.where(1, 2, flag)
        I[4] = 1 if 0 < n < 9 else 2
        I[5] = 1 if not (n and 0) else 2
    """)
    assert out["I"][:6] == [1, 0, 1, 1, 1, 1]


def test_values_do_not_go_to_other_threads(module):
    m = module("""
        kept = []

        @enigma.kernel
        def k(A: enigma.f32):
            i = enigma.thread_position_in_grid()
            kept.append(A[i])
            A[i] = kept[0] + 1
    """)
    error = error_of(enigma.interpret, m.k, {"A": [0.0] * 2}, 2, 2)
    assert error.id == "E0846" and line_of(error) == "A[i] = kept[0] + 1"


# Threads that wait for each other ----------------------------------------------------------------


def test_reduction_in_threadgroup_memory(body):
    out = body(
        """
        tile = enigma.threadgroup_alloc("float", 64)
        t = enigma.thread_index_in_threadgroup()
        tile[t] = F[t]
        enigma.barrier()
        step = 32
        while step > 0:
            if t < step:
                tile[t] = tile[t] + tile[t + step]
            enigma.barrier()
            step = step // 2
        if t == 0:
            F[0] = tile[0]
        """,
        threads=64,
    )
    assert out["F"][0] == 0.25 * 63 * 32


def test_threadgroups_have_their_own_memory(body):
    out = body(
        """
        tile = enigma.threadgroup_alloc("uint", 4)
        t = enigma.thread_index_in_threadgroup()
        tile[t] = U[enigma.thread_position_in_grid()] * 10
        enigma.barrier()
        U[enigma.thread_position_in_grid()] = tile[enigma.threads_per_threadgroup() - 1 - t]
        """,
        threads=4,
        grid=10,
    )
    assert out["U"][:10] == [30, 20, 10, 0, 70, 60, 50, 40, 90, 80]


def test_active_lanes(body):
    """Lanes that take a branch or stay in a loop meet among themselves, and all again after it."""
    out = body(
        """
        t = enigma.thread_index_in_threadgroup()
        one = t * 0 + 1
        if t % 4 == 0:
            U[t] = enigma.simd_sum(one)
        else:
            U[t] = enigma.simd_sum(one) * 100
        rounds = 0
        for k in range(t % 3):
            if k == 0 and t % 2 == 0:
                continue
            rounds += enigma.simd_sum(one)
        I[t] = rounds
        H[t] = enigma.simd_sum(one)
        with enigma.while_(lambda c: c[0] < t, init=[t * 0 + 30]) as c:
            c[0] = c[0] + enigma.simd_sum(one)
        B[t] = c[0]
        """,
        threads=32,
    )
    assert out["U"][:32] == [8 if t % 4 == 0 else 2400 for t in range(32)]
    active = [[t for t in range(32) if t % 3 > k and not (k == 0 and t % 2 == 0)] for k in (0, 1)]
    rounds = [sum(len(a) for a in active if t in a) for t in range(32)]
    assert out["I"][:32] == rounds
    assert out["H"][:32] == [32.0] * 32
    assert out["B"][:32] == [30] * 31 + [31]


def test_helpers_that_wait(body):
    before = """
        def total(x, tile, t):
            with enigma.if_(t == 0):
                tile[0] = 0
            enigma.barrier()
            enigma.atomic_fetch_add(tile, 0, x)
            enigma.barrier()
            result = tile[0]
            enigma.barrier()
            return result
    """
    text = """
        tile = enigma.threadgroup_alloc("int", 1)
        t = enigma.thread_index_in_threadgroup()
        I[t] = total(I[t], tile, t) + total(I[t] * 2, tile, t)
    """
    assert body(text, before, threads=40)["I"][:40] == [3 * 20 * 39] * 40


BARRIERS = {
    "if t < 4:\n    enigma.barrier()": "has ended without reaching it",
    "if t < 4:\n    enigma.barrier()\nelse:\n    enigma.barrier()": "waits at another barrier",
    "for k in range(1 + t % 2):\n    enigma.barrier()": "has ended without reaching it",
    "for k in range(2):\n    if t < 4 and k == 0:\n        continue\n    enigma.barrier()\n"
    "enigma.barrier()": "waits there in another iteration",
}


@pytest.mark.parametrize("text", BARRIERS)
def test_barriers_that_not_all_reach(body, text):
    error = error_of(body, "t = enigma.thread_index_in_threadgroup()\n" + text, threads=8)
    assert error.id == "E0843" and BARRIERS[text] in str(error)
    assert line_of(error) == "enigma.barrier()"


def test_matrices_need_whole_simdgroups(body):
    text = """
        t = enigma.thread_index_in_threadgroup()
        m = enigma.make_filled_simdgroup_matrix("float", 1.0)
        if t < 40:
            enigma.simdgroup_matrix_store(m, F, 8)
    """
    error = error_of(body, text, threads=64)
    assert error.id == "E0844" and "by 8 of 32 lanes" in str(error)
    assert line_of(error) == "enigma.simdgroup_matrix_store(m, F, 8)"
    disagree = "m = enigma.simdgroup_matrix_load(F, 8, offset=enigma.thread_index_in_simdgroup())"
    error = error_of(body, disagree, threads=32)
    assert error.id == "E0844" and "disagree" in str(error)
    outside = "m = enigma.simdgroup_matrix_load(F, 8, offset=u)"
    error = error_of(body, outside, threads=32)
    assert error.id == "E0841" and line_of(error) == outside


def test_a_kernel_that_hides_its_barrier_is_started_again(module):
    """Nothing in the code names a barrier: the first thread finds it."""
    m = module("""
        wait = getattr(enigma, "bar" + "rier")

        @enigma.kernel
        def k(A: enigma.i32, fn=None):
            i = enigma.thread_position_in_grid()
            A[i] = A[i] + 1
            fn()
            if i == 0:
                A[2] = A[0] + A[1]
    """)
    inputs = {"A": [1, 2, 0], "fn": m.wait}
    assert enigma.interpret(m.k, inputs, 2, 2)["A"] == [2, 3, 5]


# Reports -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("F[n + 59] = 1", "E0841", "element 64 of 'F' is written, and there are 64"),
        ("x = F[I[0] - 1]", "E0841", "element -1 of 'F' is read"),
        ("x = enigma.load_vec(F, u + 57, 4)", "E0841", "element 65 of 'F' is read"),
        ("enigma.atomic_fetch_add(I, u * 100, 1)", "E0841", "element 500 of 'I'"),
        ('x = enigma.register_tensor(3, "int", None)[u % 3]', "E0842", "before it is written"),
        ('x = enigma.threadgroup_alloc("int", 3)[2]', "E0842", "before it is written"),
        (
            'enigma.device_assert(n < 5, "five")',
            "E0845",
            "thread (0, 0, 0): assertion failed: five",
        ),
    ],
)
def test_reports(body, text, number, words):
    error = error_of(body, text)
    assert error.id == number and words in str(error)
    assert line_of(error) == text


def test_threadgroup_memory_is_the_same_for_all_threads(body):
    text = """
        t = enigma.thread_index_in_threadgroup()
        tile = enigma.threadgroup_alloc("int", [4, 8][int(t) // 2])
    """
    assert error_of(body, text, threads=4).id == "E0849"


def test_code_without_source():
    scope: dict[str, Any] = {"enigma": enigma}
    exec(
        textwrap.dedent("""
            @enigma.kernel
            def plain(A: enigma.f32):
                total = 0
                for j in range(enigma.thread_position_in_grid()):
                    total += A[j]
                enigma.barrier()
                A[enigma.thread_position_in_grid()] = total

            @enigma.kernel
            def explicit(A: enigma.f32):
                with enigma.if_(A[0] > 1):
                    A[0] = 1
        """),
        scope,
    )
    assert enigma.interpret(scope["plain"], {"A": [1.0] * 4}, 4, 4)["A"] == [0, 1, 2, 3]
    assert error_of(enigma.interpret, scope["explicit"], {"A": [1.0]}, 1, 1).id == "E0848"


def test_every_number_of_the_interpreter_is_tested():
    text = Path(__file__).read_text()
    assert [n for n in CATALOGUE if n.startswith("E084") and f'"{n}"' not in text] == []


def test_exceptions_are_the_users(body):
    text = """
        i = enigma.thread_position_in_grid()
        {wait}
        if i == 3:
            raise ValueError("mine")
    """
    for wait in ("", "enigma.barrier()"):
        with pytest.raises(ValueError, match="mine") as caught:
            body(text.format(wait=wait), threads=8)
        assert 'raise ValueError("mine")' in str(caught.traceback[-1].statement)
        if sys.version_info >= (3, 11):
            assert caught.value.__notes__ == ["in thread (3, 0, 0) of threadgroup (0, 0, 0)"]
    with pytest.raises(AssertionError, match="small"):
        body("assert n < 5, 'small'")


def test_after_an_error_another_launch_runs(body):
    error_of(body, "enigma.barrier()\nF[1000 * u] = 1", threads=40)
    assert body("enigma.barrier()\nF[0] = 3", threads=40)["F"][0] == 3


def test_device_print(body, capsys):
    body(
        'i = enigma.thread_position_in_grid()\nenigma.device_print("{} {:.2f} {} {:d}", i, F[i], '
        "i > 0, i > 0)",
        threads=2,
    )
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "thread (0, 0, 0): 0 0.00 False 0",
        "thread (1, 0, 0): 1 0.25 True 1",
    ]
    assert all(line.split(":")[1].isdigit() for line in lines)


def test_a_comparison_before_the_type_is_known(body):
    """The answer would be another one in the type that the number turns out to have."""
    text = """
        for i, c in enigma.for_range(0, 2, init=[200]):
            if c[0] + 100 > 250:
                I[0] = 1
        B[0] = c[0] + B[1]
    """
    error = error_of(
        body,
        text.replace("B[0] =", "x =")
        .replace("for_range(0, 2", "for_range(0, 1")
        .replace("        x = c[0] + B[1]", "            x = c[0] + B[1]"),
    )
    assert error.id == "E0847" and line_of(error) == "if c[0] + 100 > 250:"


# A debugger, and ENIGMA_INTERPRET ----------------------------------------------------------------

SCRIPT = """
import enigma


def half(x):
    return x / 2


@enigma.kernel(grid=4, block=2)
def k(A: enigma.f32):
    i = enigma.thread_position_in_grid()
    x = half(A[i])
    if i == 2:
        {debug}
    {wait}
    A[i] = x + 1


if __name__ == "__main__":
    a = [0.0, 1.0, 2.0, 3.0]
    k(a)
    print(a)
"""


def run_script(tmp_path: Path, text: str, typed: str = "") -> subprocess.CompletedProcess:
    path = tmp_path / "script.py"
    path.write_text(text)
    environment = os.environ | {"ENIGMA_INTERPRET": "1", "PYTHONPATH": str(ROOT / "pyfront")}
    return subprocess.run(
        [sys.executable, path],
        input=typed,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )


@pytest.mark.parametrize("wait", ["pass", "enigma.barrier()"])
def test_breakpoint(tmp_path, wait):
    typed = "p x, i\nuntil 16\nc\n"
    done = run_script(tmp_path, SCRIPT.format(debug="breakpoint()", wait=wait), typed)
    assert done.returncode == 0, done.stderr
    assert "(f32(1.0), u32(2))" in done.stdout
    assert "script.py(16)k()\n-> A[i] = x + 1" in done.stdout  # the user's own code
    assert done.stdout.rstrip().endswith("[1.0, 1.5, 2.0, 2.5]")


def test_kernels_are_called(tmp_path):
    done = run_script(tmp_path, SCRIPT.format(debug="print('here', x)", wait="pass"))
    assert done.stdout.splitlines() == ["here 1.0", "[1.0, 1.5, 2.0, 2.5]"]


def test_calls_write_in_place(module, monkeypatch):
    monkeypatch.setenv("ENIGMA_INTERPRET", "1")
    add = module(ADD).add
    a, c = np.ones(4, np.float32), np.zeros(4, np.float32)
    add(a, a, C=c, s=2, grid=4, threads=4)
    assert c.tolist() == [3, 3, 3, 3]
    for given in ([0.0] * 4, array.array("f", [0] * 4), bytearray(16), memoryview(bytearray(16))):
        add(a, a, given, 2, grid=4, threads=4)
        raw = np.array(given, np.float32).tobytes() if isinstance(given, list) else bytes(given)
        assert np.frombuffer(raw, np.float32).tolist() == [3, 3, 3, 3]
    assert "cannot" not in str(error_of(add, a, a, bytes(16), 2, grid=4, threads=4))
    assert "given twice" in str(error_of(add, a, a, c, 2, A=a, grid=4, threads=4))
    assert "5 arguments are given" in str(error_of(add, 1, 2, 3, 4, 5))
    assert "grid is missing" in str(error_of(add, a, a, c, 2))
    monkeypatch.setenv("ENIGMA_INTERPRET", "0")
    assert error_of(add, a, a, c, 2).id == "E0303"


def test_other_context_managers(body):
    """They are Python's: their bodies run once, and may be left."""
    before = """
        import contextlib

        entered = []

        @contextlib.contextmanager
        def noted(word):
            entered.append(word)
            yield word
            entered.append(-word)
    """
    out = body(
        """
        for i in range(3):
            with noted(7) as seven:
                if i == 1:
                    continue
                I[i] = seven
            I[10 + i] = 1
        keeper = noted(9)
        with keeper, enigma.if_(n > 3):
            I[20] = 5
        branch = enigma.if_(n > 30)
        with branch as (low, high):
            with high:
                I[21] = 6
            with low:
                I[22] = 7
        I[30] = sum(entered) + len(entered)
        """,
        before,
    )["I"]
    assert out[:3] == [7, 1, 7] and out[10:13] == [1, 11, 1]
    assert out[20:23] == [5, 6, 22] and out[30] == 8


def test_types_that_never_agree(body):
    """The compiler refuses them (E0212); so does the interpreter, once it has seen both."""
    text = """
        i = enigma.thread_position_in_grid()
        if i == 0:
            x = 0.5
        else:
            x = I[i]
        F[i] = x * 2
    """
    assert error_of(body, text, threads=4).id == "E0849"


INTERRUPTED = """
import os, signal, threading
import enigma


@enigma.kernel(grid=4, block=4)
def k(A: enigma.f32):
    enigma.barrier()
    x = A[0]
    while x < 1:
        x = x * 1


threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    k([0.0] * 4)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_interrupt(tmp_path):
    done = run_script(tmp_path, INTERRUPTED)
    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)
