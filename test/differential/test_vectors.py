"""Vectors of 2 to 4: every elementwise case of every dtype component by component, conversions, building
and taking apart, memory at a vector's and at a component's alignment, geometry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edge_values import operand_columns
from elementwise_cases import cases_of, disagreements, kernel_source
from kernel_modules import KERNELS, Launch, check_launches
from number_formats import DTYPES, FLOATS, INTEGERS, NUMPY, decode, encode
from test_elementwise import SCALARS
from witnesses import MODES, PATHS, Compiled, Mode, count_cells, paths

WIDTHS = (2, 3, 4)
# Every width meets every level and math mode, for half of the compilations.
ELEMENTWISE_MODES = {2: ["O0-precise"], 3: ["O2-precise", "O0-fast"], 4: ["O2-fast"]}


def vectors(array: np.ndarray, width: int) -> np.ndarray:
    """A column of numbers as vectors; some come twice."""
    count = -(-len(array) // 12) * 12
    return np.resize(array, count).reshape(-1, width)


@pytest.mark.parametrize(
    ("width", "mode"),
    [(w, mode) for w in WIDTHS for mode in MODES if str(mode) in ELEMENTWISE_MODES[w]],
    ids=str,
)
@pytest.mark.parametrize("dtype", DTYPES)
def test_elementwise(tmp_path: Path, dtype: str, width: int, mode: Mode) -> None:
    module = tmp_path / f"elementwise_{dtype}.py"
    module.write_text(kernel_source(dtype, width))
    compiled = Compiled(module, tmp_path, mode)
    cases = cases_of(dtype, width)
    rows = {"Out": [c for c in cases if not c.result], "Flags": [c for c in cases if c.result]}
    a, b, c = (vectors(column, width) for column in operand_columns(dtype))
    n, s = len(a), SCALARS[dtype]
    columns = {"a": decode(dtype, a), "b": decode(dtype, b), "c": decode(dtype, c)}
    columns["s"] = np.full(a.size, s, np.float64) if dtype in FLOATS else [s] * a.size
    arguments = {
        **{"A": a, "B": b, "C": c, "s": s, "n": n},
        "Out": np.zeros((len(rows["Out"]), n, width), a.dtype),
        "Flags": np.zeros((len(rows["Flags"]), n, width), np.bool_),
    }
    wrong = []
    for path in PATHS:
        buffers = compiled.run(path, f"elementwise_{dtype}", arguments, n, 64)
        for name, result in (("Out", dtype), ("Flags", "b1")):
            for case, got in zip(rows[name], buffers[name], strict=True):
                values = decode(result, got)
                found = disagreements(case, dtype, mode.is_fast, columns, values)
                wrong += [f"{path}: {text}" for text in found]
        count_cells([(case.op, f"{dtype}x{width}") for case in cases], path, mode)
    assert not wrong, "\n".join(wrong)


# Conversions -------------------------------------------------------------------------------------


def exact_values(source: str, target: str) -> list[float]:
    """Numbers that both dtypes hold, so that every conversion of them is exact."""
    if "b1" in (source, target):
        return [0, 1]
    signed = all(d in FLOATS or INTEGERS[d][1] for d in (source, target))
    return [0, 1, 2, 3, 64, 100, 120, 127, *([-1, -2, -100, -128] if signed else [])]


def casts_source(source: str, width: int) -> str:
    parameters = [f"A_{t}: enigma.{source}x{width}, Out_{t}: enigma.{t}x{width}" for t in DTYPES]
    lines = [f'    Out_{t}[i] = enigma.metal_cast(A_{t}[i], "{t}x{width}")' for t in DTYPES]
    lines += [f"    Out_{t}[i + 1] = enigma.{t}x{width}(A_{t}[i][0])" for t in DTYPES]
    return (
        f"\n@enigma.kernel\ndef casts_{source}x{width}({', '.join(parameters)}):\n"
        "    i = 2 * enigma.thread_position_in_grid()\n" + "\n".join(lines) + "\n"
    )


def casts_launch(source: str, width: int) -> Launch:
    arguments: dict[str, Any] = {}
    expected = {}
    for target in DTYPES:
        values = np.resize(exact_values(source, target), 12 * width).reshape(-1, width)
        a = np.zeros((24, width), NUMPY[source])
        a[::2] = encode(source, values)
        out = np.zeros((24, width), NUMPY[target])
        out[::2] = encode(target, values)
        out[1::2] = encode(target, values[:, :1])
        arguments |= {f"A_{target}": a, f"Out_{target}": np.zeros_like(out)}
        expected[f"Out_{target}"] = out
    return Launch(f"casts_{source}x{width}", arguments, 12, 4, expected)


@pytest.mark.parametrize("mode", [MODES[0], MODES[3]], ids=str)
@pytest.mark.parametrize("width", WIDTHS)
def test_casts(tmp_path: Path, width: int, mode: Mode) -> None:
    module = tmp_path / "casts.py"
    module.write_text("import enigma\n" + "".join(casts_source(d, width) for d in DTYPES))
    check_launches(module, tmp_path, mode, [casts_launch(d, width) for d in DTYPES])


# Building, taking apart, memory ------------------------------------------------------------------


def components_source(dtype: str) -> str:
    zero = "False" if dtype == "b1" else "0"
    return f"""
@enigma.kernel
def components_{dtype}(A2: enigma.{dtype}x2, A3: enigma.{dtype}x3, A4: enigma.{dtype}x4,
                       Out2: enigma.{dtype}x2[5, 16], Out3: enigma.{dtype}x3[7, 16],
                       Out4: enigma.{dtype}x4[9, 16], Out1: enigma.{dtype}[6, 16],
                       S: enigma.Scalar(enigma.{dtype}x3)):
    tile = enigma.threadgroup_alloc(enigma.{dtype}x3, 16)
    i = enigma.thread_position_in_grid()
    a, b, c = A2[i], A3[i], A4[i]
    tile[i] = b
    enigma.barrier()
    Out2[0, i] = a.yx
    Out2[1, i] = b.zz
    Out2[2, i] = enigma.vec_insert(a, 1, c.w)
    Out2[3, i] = c.ba
    Out2[4, i] = enigma.make_vec(a.x, b.y)
    Out3[0, i] = c.wzy
    Out3[1, i] = enigma.make_vec(a, c.x)
    Out3[2, i] = tile[15 - i]
    Out3[3, i] = enigma.vec_insert(b, 0, a.y)
    Out3[4, i] = S
    x, y, z = b
    Out3[5, i] = enigma.make_vec(z, y, x)
    with enigma.for_range(0, i, init=[b]) as (_, carry):
        carry[0] = carry[0].zxy
    Out3[6, i] = carry[0]
    Out4[0, i] = c.wxyz
    Out4[1, i] = enigma.make_vec(c.x, b.yz, a.x)
    Out4[2, i] = enigma.vec_insert(c, 2, b.x)
    Out4[3, i] = enigma.vec_insert(enigma.vec_insert(c, 0, a.x), -1, a.y)
    Out4[4, i] = enigma.{dtype}x4(b.z)
    Out4[5, i] = enigma.where(c, c.wzyx, enigma.make_vec(i < 4, i < 8, i < 12, True))
    Out4[6, i] = enigma.where(c, c.wzyx, i % 2 == 0)
    Out4[7, i] = enigma.load_if(A4, i, i < 8, enigma.{dtype}x4({zero}))
    Out4[8, i] = a.xyxy.zwxy
    Out1[0, i] = a.y
    Out1[1, i] = b[2]
    Out1[2, i] = c[i % 4]
    Out1[3, i] = b[-1]
    Out1[4, i] = c.xyz[i % 3]
    Out1[5, i] = b.g
"""


def components_launch(dtype: str) -> Launch:
    random = np.random.default_rng(len(dtype))
    a, b, c, s = (
        encode(dtype, random.integers(0, 2 if dtype == "b1" else 100, (count, width)))
        for count, width in ((16, 2), (16, 3), (16, 4), (1, 3))
    )
    i = np.arange(16)
    zero = np.zeros_like(c)
    rows = (i[:, None] < np.array([4, 8, 12, 99])[None, :]) | np.array([0, 0, 0, 1], bool)
    turned = np.stack([np.roll(b[k], k) for k in i])
    stack = np.stack
    expected = {
        "Out2": stack(
            [
                a[:, ::-1],
                b[:, [2, 2]],
                stack([a[:, 0], c[:, 3]], 1),
                c[:, 2:],
                stack([a[:, 0], b[:, 1]], 1),
            ]
        ),
        "Out3": stack(
            [
                c[:, [3, 2, 1]],
                np.concatenate([a, c[:, :1]], 1),
                b[::-1],
                np.concatenate([a[:, 1:], b[:, 1:]], 1),
                np.broadcast_to(s, b.shape),
                b[:, ::-1],
                turned,
            ]
        ),
        "Out4": stack(
            [
                np.roll(c, 1, 1),
                np.concatenate([c[:, :1], b[:, 1:], a[:, :1]], 1),
                np.concatenate([c[:, :2], b[:, :1], c[:, 3:]], 1),
                np.concatenate([a[:, :1], c[:, 1:3], a[:, 1:]], 1),
                b[:, [2, 2, 2, 2]],
                np.where(rows, c[:, ::-1], c),
                np.where(i[:, None] % 2 == 0, c[:, ::-1], c),
                np.where(i[:, None] < 8, c, zero),
                a[:, [0, 1, 0, 1]],
            ]
        ),
        "Out1": stack([a[:, 1], b[:, 2], c[i, i % 4], b[:, 2], c[i, i % 3], b[:, 1]]),
    }
    numbers = decode(dtype, s)
    arguments: dict[str, Any] = {
        "A2": a,
        "A3": b,
        "A4": c,
        **{name: np.zeros_like(value) for name, value in expected.items()},
        "S": [float(x) if dtype in FLOATS else int(x) for x in numbers],
    }
    return Launch(f"components_{dtype}", arguments, 16, 16, expected)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_components(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "components.py"
    module.write_text("import enigma\n" + "".join(map(components_source, DTYPES)))
    check_launches(module, tmp_path, mode, [components_launch(d) for d in DTYPES])


def consecutive_source(dtype: str) -> str:
    return f"""
@enigma.kernel
def consecutive_{dtype}(A: enigma.{dtype}, Out: enigma.{dtype}, M: enigma.{dtype}[4, 30],
                        n: enigma.Scalar("uint")):
    tile = enigma.threadgroup_alloc(enigma.{dtype}, (4, 30))
    i = enigma.thread_position_in_grid()
    for row in range(4):
        tile[row, i] = M[row, i]
        tile[row, i + 15] = M[row, i + 15]
    enigma.barrier()
    p = 9 * i
    enigma.store_vec(Out, p, enigma.load_vec(A, i, 2))
    enigma.store_vec(Out, p + 2, enigma.load_vec(A, i + 1, 3).zyx)
    enigma.store_vec(Out, p + 5, enigma.load_vec(tile, 7 * i + 3, 4))
    enigma.store_vec(M, 8 * i, enigma.load_vec(tile, 8 * i + 1, 3))
    enigma.barrier()
    enigma.store_vec(tile, 8 * i + 2, enigma.load_vec(A, i, 2))
    enigma.barrier()
    Out[n + i] = tile[i % 4, 2 * i]
"""


def consecutive_launch(dtype: str) -> Launch:
    random = np.random.default_rng(7)
    high = 2 if dtype == "b1" else 100
    a = encode(dtype, random.integers(0, high, 40))
    m = encode(dtype, random.integers(0, high, (4, 30)))
    n = 15 * 9
    flat, out, changed = m.reshape(-1), np.zeros(n + 15, a.dtype), m.reshape(-1).copy()
    tile = flat.copy()
    for i in range(15):
        out[9 * i : 9 * i + 2] = a[i : i + 2]
        out[9 * i + 2 : 9 * i + 5] = a[i + 1 : i + 4][::-1]
        out[9 * i + 5 : 9 * i + 9] = flat[7 * i + 3 : 7 * i + 7]
        changed[8 * i : 8 * i + 3] = flat[8 * i + 1 : 8 * i + 4]
        tile[8 * i + 2 : 8 * i + 4] = a[i : i + 2]
    for i in range(15):
        out[n + i] = tile.reshape(4, 30)[i % 4, 2 * i]
    arguments = {"A": a, "Out": np.zeros_like(out), "M": m, "n": n}
    expected = {"Out": out, "M": changed.reshape(m.shape)}
    return Launch(f"consecutive_{dtype}", arguments, 15, 15, expected)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_consecutive_elements(tmp_path: Path, mode: Mode) -> None:
    module = tmp_path / "consecutive.py"
    module.write_text("import enigma\n" + "".join(map(consecutive_source, DTYPES)))
    check_launches(module, tmp_path, mode, [consecutive_launch(d) for d in DTYPES])


# Predicates and geometry -------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_any_and_all(tmp_path: Path, mode: Mode) -> None:
    launches = []
    for width in WIDTHS:
        a = (np.arange(16)[:, None] >> np.arange(width) & 1).astype(np.bool_)
        out = np.stack([a.any(1), a.all(1), ~a.all(1)], 1).reshape(-1)
        arguments = {"A": a, "Out": np.zeros_like(out)}
        launches.append(Launch(f"any_and_all_{width}", arguments, 16, 8, {"Out": out}))
    check_launches(KERNELS / "vectors.py", tmp_path, mode, launches)


def geometry_source(dtype: str, width: int) -> str:
    cross = "    Out[9 * n + i] = enigma.cross(a, b)\n" if width == 3 else ""
    return f"""
@enigma.kernel
def geometry_{dtype}x{width}(A: enigma.{dtype}x{width}, B: enigma.{dtype}x{width},
                             Out: enigma.{dtype}x{width}, One: enigma.{dtype},
                             n: enigma.Scalar("uint")):
    i = enigma.thread_position_in_grid()
    a, b = A[i], B[i]
    u, v = enigma.normalize(a), enigma.normalize(b)
    Out[i] = u
    Out[n + i] = enigma.reflect(u, v)
    Out[2 * n + i] = enigma.refract(u, v, 0.75)
    Out[3 * n + i] = enigma.refract(u, v, 1.5)
    Out[4 * n + i] = enigma.faceforward(a, b, a)
{cross}    One[i] = enigma.dot(a, b)
    One[n + i] = enigma.length(a)
    One[2 * n + i] = enigma.length_squared(a)
    One[3 * n + i] = enigma.distance(a, b)
"""


def geometry_reference(a: np.ndarray, b: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The vectors and the numbers, exactly."""

    def dot(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (x * y).sum(1, keepdims=True)

    def refract(i: np.ndarray, n: np.ndarray, eta: float) -> np.ndarray:
        along = dot(n, i)
        k = 1 - eta**2 * (1 - along**2)
        bent = eta * i - (eta * along + np.sqrt(np.maximum(k, 0))) * n
        # Where k is near 0 the last bits decide whether there is only reflection.
        return np.where(np.abs(k) < 0.05, np.nan, np.where(k < 0, 0, bent))

    u, v = (x / np.sqrt(dot(x, x)) for x in (a, b))
    maps = [u, u - 2 * dot(v, u) * v, refract(u, v, 0.75), refract(u, v, 1.5)]
    maps.append(np.where(dot(a, b) < 0, a, -a))
    numbers = [dot(a, b), np.sqrt(dot(a, a)), dot(a, a), np.sqrt(dot(a - b, a - b))]
    return maps, [x[:, 0] for x in numbers]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("dtype", ["f32", "f16"])
def test_geometry(tmp_path: Path, dtype: str, mode: Mode) -> None:
    module = tmp_path / "geometry.py"
    module.write_text("import enigma\n" + "".join(geometry_source(dtype, w) for w in WIDTHS))
    compiled = Compiled(module, tmp_path, mode)
    # docs/vectors.md: relative to the sizes of what is added.
    tolerance = 2.0**-20 if dtype == "f32" else 2.0**-7
    for width in WIDTHS:
        random = np.random.default_rng(width)
        n = 200
        a, b = (
            encode(dtype, FLOATS[dtype].round(random.uniform(-4, 4, (n, width)))) for _ in range(2)
        )
        x, y = (np.asarray(decode(dtype, v)).reshape(n, width) for v in (a, b))
        maps, numbers = geometry_reference(x, y)
        if width == 3:
            maps += [np.full_like(maps[0], np.nan)] * 4 + [np.cross(x, y)]
        sizes = [np.ones(n), *([np.ones(n) * 4] * 3), np.abs(x).max(1)]
        sizes += [np.ones(n)] * 4 + [32 * np.ones(n)]
        arguments = {"A": a, "B": b, "n": n}
        arguments |= {"Out": np.zeros((10 * n, width), a.dtype), "One": np.zeros(4 * n, a.dtype)}
        for path in paths(mode):
            got = compiled.run(path, f"geometry_{dtype}x{width}", arguments, n, 64)
            out = np.asarray(decode(dtype, got["Out"])).reshape(-1, n, width)
            one = np.asarray(decode(dtype, got["One"])).reshape(-1, n)
            for row, (want, size) in enumerate(zip(maps, sizes)):
                error = np.abs(out[row] - want) / size[:, None]
                assert not (error > tolerance).any(), (path, width, row, np.nanmax(error))
            for row, want in enumerate(numbers):
                error = np.abs(one[row] - want) / (16 * width if row in (0, 2) else 8)
                assert not (error > tolerance).any(), (path, width, row, error.max())
        ops = ["dot", "length", "length_squared", "distance", "normalize", "reflect", "refract"]
        ops += ["faceforward", "cross"]
        count_cells([(op, f"{dtype}x{width}") for op in ops], path, mode)
