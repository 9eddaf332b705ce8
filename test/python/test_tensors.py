"""Tensors over layouts: indices against the layout's own function, slices, tiles, predicates."""

from __future__ import annotations

import itertools
import random
import textwrap

import enigma
import pytest
from enigma.int_tuples import leaves, product
from enigma.layouts import Layout
from trace_evaluator import evaluate


def kernel_of(
    run, body: str, params: str = 'A: enigma.i32, Out: enigma.i32, i: enigma.Scalar("uint")'
):
    """Trace a kernel's body; gives the answer."""
    source = "import enigma\n\n@enigma.kernel(block=32)\ndef k(" + params + "):\n"
    return run(source + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n")


def outputs(answer, count: int, **scalars) -> list:
    """What the kernel writes when every element of A is its own number."""
    out = [None] * count
    evaluate(answer.kernel(), {"A": list(range(100000)), "Out": out}, scalars)
    return out


SMALL = [
    Layout(shape, stride)
    for modes in (1, 2)
    for shape in itertools.product(range(1, 5), repeat=modes)
    for stride in itertools.product(range(9), repeat=modes)
    if modes == 1 or stride[0] in (0, 1, 3, 4)
]


def random_layout(source: random.Random, depth: int = 2) -> tuple:
    """A shape and strides, nested."""
    if depth == 0 or source.random() < 0.4:
        return source.randint(1, 4), source.randint(0, 20)
    parts = [random_layout(source, depth - 1) for _ in range(source.randint(1, 3))]
    return tuple(p[0] for p in parts), tuple(p[1] for p in parts)


def test_indices_are_the_layouts_function(run):
    """Every small layout, at one traced integer and at a traced integer for each mode."""
    layouts = [x for x in SMALL if len(x) == 2]
    body = f"layouts = {[(x.shape, x.stride) for x in layouts]}\n"
    body += (
        "for n, (shape, stride) in enumerate(layouts):\n"
        "    t = enigma.make_tensor(A, enigma.make_layout(shape, stride=stride), offset=7)\n"
        "    Out[3 * n] = t[i + j * shape[0]]\n"
        "    Out[3 * n + 1] = t[i, j]\n"
        "    Out[3 * n + 2] = t[i, None][j]\n"
    )
    params = 'A: enigma.i32, Out: enigma.i32, i: enigma.Scalar("uint"), j: enigma.Scalar("uint")'
    answer = kernel_of(run, body.replace("for n, (shape, stride) in enumerate(layouts)",
                       "for n, (shape, stride) in list(enumerate(layouts))"), params)  # fmt: skip
    for i, j in itertools.product(range(4), repeat=2):
        got = outputs(answer, 3 * len(layouts), i=i, j=j)
        for n, layout in enumerate(layouts):
            if i < layout.shape[0] and j < layout.shape[1]:
                assert got[3 * n : 3 * n + 3] == [7 + layout(i, j)] * 3, layout


def test_nested_layouts(run):
    """Random nested layouts at a traced integer, and at constant coordinates."""
    source = random.Random(1)
    layouts = []
    while len(layouts) < 60:
        shape, stride = random_layout(source)
        if isinstance(shape, tuple) and 1 < product(shape) <= 64:
            layouts.append(Layout(shape, stride))
    body = f"layouts = {[(x.shape, x.stride) for x in layouts]}\n"
    body += (
        "for n, (shape, stride) in list(enumerate(layouts)):\n"
        "    t = enigma.make_tensor(A, enigma.Layout(shape, stride))\n"
        "    Out[n] = t[i % t.size]\n"
    )
    answer = kernel_of(run, body)
    for i in range(64):
        assert outputs(answer, len(layouts), i=i) == [x(i % x.size) for x in layouts]


def test_swizzled_tensors(run):
    body = """
    plain = enigma.make_layout((8, 16), stride=(16, 1))
    for n, (bits, base, shift) in list(enumerate([(3, 0, 4), (2, 2, 3), (0, 1, 1), (2, 1, -3)])):
        layout = enigma.swizzle(plain, bits, base, shift)
        t = enigma.make_tensor(A, layout, offset=128)
        Out[4 * n] = t[i, 5]
        Out[4 * n + 1] = t[i, None][5]
        Out[4 * n + 2] = t[None, 5][i]
        Out[4 * n + 3] = enigma.local_tile(t, (4, 4), (i // 4, 1))[i % 4, 1]
    """
    answer = kernel_of(run, body)
    plain = Layout((8, 16), (16, 1))
    for i in range(8):
        expected = []
        for swizzle in ((3, 0, 4), (2, 2, 3), (0, 1, 1), (2, 1, -3)):
            expected += [128 + enigma.swizzle(plain, *swizzle)(i, 5)] * 4
        assert outputs(answer, 16, i=i) == expected


def test_constants_fold(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout((16, 32), stride=(32, 1)), offset=5)
        tile = enigma.local_tile(t, (4, 8), (i, 2))
        Out[0] = tile[1, 3] + tile[2, 3]
        """,
    )
    assert len(answer.ops("mul")) == 1 and not answer.ops("div") and not answer.ops("rem")
    assert outputs(answer, 1, i=3) == [2 * (5 + 12 * 32 + 16) + 3 * 32 + 6]


def test_no_divisions_where_modes_are_contiguous(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout(((4, 8), 2), stride=((1, 4), 64)))
        Out[0] = t[i, 1]
        """,
    )
    assert not answer.ops("div") and not answer.ops("rem")


def test_slices(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout(((2, 3), (4, 5)), stride=((1, 2), (6, 24))))
        s = t[(None, 1), (i, None)]
        assert s.shape == (2, 5) and s.stride == (1, 24)
        assert t[:, (1, 2)].shape == ((2, 3),)[0]
        assert t[None, None].layout == t.layout and t[None].layout == t.layout
        Out[0] = s[1, 3]
        Out[1] = t[(1, 1), (i, 3)]
        """,
    )
    for i in range(4):
        assert outputs(answer, 2, i=i) == [1 + 2 + 6 * i + 72] * 2


def test_stores(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(Out, enigma.make_layout((4, 4), stride=(4, 1)))
        t[i, 1] = 5
        t[None, 2] = 7
        t[0, None].store(t[None, 2].load() + 1)
        """,
    )
    out = outputs(answer, 16, i=3)
    assert out == [8, 8, 8, 8, None, None, 7, None, None, None, 7, None, None, 5, 7, None]


TILE_BODY = """
t = enigma.make_tensor(A, enigma.make_layout((12, 20), stride=(20, 1)))
tile = enigma.local_tile(t, (4, 10), (i // 2, i % 2))
assert tile.shape == (4, 10) and tile.stride == (20, 1)
part = enigma.local_partition(tile, enigma.make_layout((2, 5), stride=(5, 1)), j)
assert part.shape == (2, 2)
tv = enigma.tensor_composition(
    tile, enigma.make_layout_tv(enigma.make_layout((2, 5)), enigma.make_layout((2, 2)))[1])
for n in enigma.range_constexpr(4):
    Out[n] = part[n]
    Out[4 + n] = tv[j, n]
"""


def test_tiles_and_partitions_cover_everything_once(run):
    params = 'A: enigma.i32, Out: enigma.i32, i: enigma.Scalar("uint"), j: enigma.Scalar("uint")'
    answer = kernel_of(run, TILE_BODY, params)
    partitioned, composed = [], []
    for i, j in itertools.product(range(6), range(10)):
        got = outputs(answer, 8, i=i, j=j)
        rows, cols = i // 2 * 4, i % 2 * 10
        expected = [
            20 * (rows + j // 5 + 2 * a) + cols + j % 5 + 5 * b for b in range(2) for a in range(2)
        ]
        assert got[:4] == expected
        partitioned += got[:4]
        composed += got[4:]
    assert sorted(partitioned) == sorted(composed) == list(range(240))


def test_projections(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout((12, 20), stride=(20, 1)))
        a = enigma.local_tile(t, (4, 99, 5), (i, 0, None), proj=(1, None, 1))
        assert a.shape == (4, 5, 4)
        Out[0] = a[1, 2, 3]
        threads = enigma.make_layout((2, 7, 5), stride=(5, 10, 1))
        b = enigma.local_partition(a[None, None, 0], threads, i, proj=(1, None, 1))
        assert b.shape == (2, 1)
        Out[1] = b[1, 0]
        """,
    )
    assert outputs(answer, 2, i=2) == [20 * (8 + 1) + 2 + 15, 20 * (8 + 2) + 2]


def test_zipped_divide(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout((12, 20), stride=(20, 1)))
        z = enigma.tensor_zipped_divide(t, (3, 4))
        assert z.shape == ((3, 4), (4, 5)) and z.stride == ((20, 1), (60, 4))
        Out[0] = z[(1, 2), (i, 3)]
        """,
    )
    assert outputs(answer, 1, i=2) == [20 * 7 + 14]


def test_identity_tensors_give_coordinates(run):
    answer = kernel_of(
        run,
        """
        c = enigma.make_identity_tensor((10, 20))
        tile = enigma.local_tile(c, (4, 5), (i, 1), ragged=True)
        row, col = tile[1, 2]
        Out[0], Out[1] = row, col
        part = enigma.local_partition(tile, enigma.make_layout((2, 5)), i)
        Out[2], Out[3] = part[1]
        Out[4] = enigma.make_identity_tensor(9)[i][0]
        assert enigma.make_identity_tensor((2, (3, 4)))[1, (2, 3)] == (1, (2, 3))
        """,
    )
    assert outputs(answer, 5, i=1) == [5, 7, 7, 5, 1]


@pytest.mark.parametrize(("rows", "cols"), [(10, 11), (8, 8), (1, 3)])
def test_predicates_guard_ragged_edges(run, rows, cols):
    answer = kernel_of(
        run,
        f"""
        shape = ({rows}, {cols})
        layout = enigma.make_layout(shape, stride=({cols}, 1))
        tile = enigma.local_tile(enigma.make_tensor(A, layout), (4, 4), (i, j), ragged=True)
        out = enigma.local_tile(enigma.make_tensor(Out, layout), (4, 4), (i, j), ragged=True)
        coords = enigma.local_tile(enigma.make_identity_tensor(shape), (4, 4), (i, j), ragged=True)
        pred = enigma.predicate(coords, shape)
        enigma.copy(tile, out, pred=pred)
        total = tile.load(pred, other=-1).reduce("add")
        Out[{rows * cols} + i * {-(-cols // 4)} + j] = total
        """,
        'A: enigma.i32, Out: enigma.i32, i: enigma.Scalar("uint"), j: enigma.Scalar("uint")',
    )
    tiles = [(i, j) for i in range(-(-rows // 4)) for j in range(-(-cols // 4))]
    out = [None] * (rows * cols + len(tiles))
    for i, j in tiles:
        evaluate(answer.kernel(), {"A": list(range(rows * cols)), "Out": out}, {"i": i, "j": j})
    assert out[: rows * cols] == list(range(rows * cols))
    for (i, j), total in zip(tiles, out[rows * cols :], strict=True):
        inside = [
            r * cols + c if r < rows and c < cols else -1
            for r in range(4 * i, 4 * i + 4)
            for c in range(4 * j, 4 * j + 4)
        ]
        assert total == sum(inside)


def test_elem_less_folds_what_is_known():
    assert enigma.elem_less((1, (2, 3)), (2, (3, 4))) is True
    assert enigma.elem_less((1, 4), (2, 4)) is False
    with pytest.raises(enigma.EnigmaError) as caught:
        enigma.elem_less((1, 2), (1, 2, 3))
    assert caught.value.id == "E0504"


def test_fragments(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout((2, 3, 2), stride=(12, 4, 0)))
        f = enigma.make_fragment_like(t)
        assert f.shape == (2, 3, 2) and f.stride == (3, 1, 0)
        f.store(t.load())
        g = enigma.make_fragment((2, 2), "int", fill=4)
        g[1, i] = f[1, 2, 0]
        Out[0], Out[1], Out[2] = f[0, 1, 0], g[1, 0], g[1, 1]
        """,
    )
    assert outputs(answer, 3, i=1) == [4, 4, 20]


def test_arithmetic_on_loaded_values(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout((2, 2), stride=(2, 1)))
        v = t.load()
        assert v.shape == (2, 2) and len(v) == 4 and v.dtype == enigma.i32
        w = (2 * v - 1) * v + (v / 2) % 3 - -v
        enigma.make_tensor(Out, enigma.make_layout((2, 2), stride=(2, 1))).store(w)
        Out[4] = v.reduce("max") + v.reduce("min")
        Out[5] = v.reduce("add", 10) + v.reduce(lambda a, b: a * 0 + b)
        Out[6] = v.reduce("add", profile=(None, 1))[1]
        Out[7] = v.reduce("mul", profile=(1, None))[1]
        Out[8] = (v > 1).where(enigma.full_like(v, 3), 5)[0] if False else v.where(v > 1, 9)[0, 1]
        Out[9] = v.map(lambda x, y: x + y, v)[1, 1]
        Out[10] = enigma.metal_cast(v.to("float")[1, 0] * 0.5, "int")
        Out[11] = enigma.metal_cast((v >= 2)[0, 1] | (v == 3)[1, 1], "int")
        """,
    )

    def expected(v: int) -> int:
        return (2 * v - 1) * v + (v // 2) % 3 + v

    out = outputs(answer, 12, i=0)
    assert out[:4] == [expected(v) for v in range(4)]
    assert out[4:] == [3, 16 + 3, 2 + 3, 1 * 3, 9, 6, 1, 1]


def test_values_and_tensors_are_carried(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, enigma.make_layout((4, 8), stride=(1, 4)))
        total = enigma.full(4, 0, "int")
        column = t[None, 0]
        for n in range(i):
            if n % 2 == 0:
                total = total + column.load()
            else:
                total = total * 2
            column = t[None, n + 1]
        enigma.make_tensor(Out, 4).store(total)
        """,
    )
    for i in range(5):
        total = [0] * 4
        for n in range(i):
            total = [x + 4 * n + r if n % 2 == 0 else 2 * x for r, x in enumerate(total)]
        assert outputs(answer, 4, i=i) == total


def shared_copy(run, body: str, threads: int, size: int, **scalars) -> list:
    """What all threads together write."""
    answer = kernel_of(run, body)
    out = [None] * size
    for thread in range(threads):
        everything = {"thread_index_in_threadgroup": thread, "i": 0, **scalars}
        evaluate(answer.kernel(), {"A": list(range(100000)), "Out": out}, everything)
    return out


@pytest.mark.parametrize(
    ("shape", "threads", "vector"),
    [((8, 16), 32, 1), ((8, 16), 16, 4), ((6, 10), 7, 1), ((6, 10), 7, 2), ((3, 5), 32, 1),
     ((64, 40), 32, 1), ((40, 35), 32, 1), ((64, 32), 16, 4)],
)  # fmt: skip
def test_threads_share_a_copy(run, shape, threads, vector):
    rows, cols = shape
    out = shared_copy(
        run,
        f"""
        src = enigma.make_tensor(A, enigma.make_layout({shape}, stride=({cols + 3}, 1)))
        dst = enigma.make_tensor(Out, enigma.make_layout({shape}, stride=(1, {rows})))
        enigma.copy(src, dst, threads={threads}, vector={vector})
        """,
        threads,
        rows * cols,
    )
    assert out == [r * (cols + 3) + c for c in range(cols) for r in range(rows)]


@pytest.mark.parametrize("fill", [None, -5])
@pytest.mark.parametrize("threads", [16, 6])
def test_threads_share_a_guarded_copy(run, threads, fill):
    out = shared_copy(
        run,
        f"""
        src = enigma.make_tensor(A, enigma.make_layout((10, 11), stride=(11, 1)))
        tile = enigma.local_tile(src, (8, 8), (1, 1), ragged=True)
        coords = enigma.local_tile(enigma.make_identity_tensor((10, 11)), (8, 8), (1, 1), ragged=True)
        dst = enigma.make_tensor(Out, enigma.make_layout((8, 8), stride=(8, 1)))
        enigma.copy(tile, dst, threads={threads}, pred=enigma.predicate(coords, src), fill={fill})
        """,
        threads,
        64,
    )
    assert out == [
        11 * r + c if r < 10 and c < 11 else fill for r in range(8, 16) for c in range(8, 16)
    ]


def test_neighbours_take_neighbouring_elements(run):
    """Whatever the order of the modes, along the contiguous one of device memory."""
    for stride in ((16, 1), (1, 8)):
        answer = kernel_of(
            run,
            f"""
            src = enigma.make_tensor(A, enigma.make_layout((8, 16), stride={stride}))
            dst = enigma.threadgroup_tensor((8, 16), "int")
            enigma.copy(src, dst, threads=32)
            """,
        )
        assert not answer.ops("div") or stride == (16, 1)
        first = answer.ops("load")[0]["in"][1]
        (query,) = answer.ops("thread_index_in_threadgroup")
        assert first == query["out"][0][0]


def test_scalar_gemm_of_tensors(run):
    answer = kernel_of(
        run,
        """
        a = enigma.make_tensor(A, enigma.make_layout((2, 3), stride=(3, 1)))
        b = enigma.make_tensor(A, enigma.make_layout((3, 2), stride=(1, 3)), offset=10)
        c = enigma.make_fragment((2, 2), "int", fill=1)
        enigma.gemm(a, b, c)
        enigma.make_tensor(Out, (2, 2)).store(c.load())
        """,
    )
    a = [[0, 1, 2], [3, 4, 5]]
    b = [[10, 13], [11, 14], [12, 15]]
    product_ = [[1 + sum(a[i][k] * b[k][j] for k in range(3)) for j in range(2)] for i in range(2)]
    assert outputs(answer, 4, i=0) == [product_[i][j] for j in range(2) for i in range(2)]


PLACES = [
    ("(16, 24), stride=(24, 1)", "24", False, "8 * 24 + 16"),
    ("(16, 24), stride=(1, 16)", "16", True, "8 + 16 * 16"),
]


@pytest.mark.parametrize(("layout", "pitch", "transpose", "offset"), PLACES)
def test_simdgroup_matrices_of_tiles(run, layout, pitch, transpose, offset):
    answer = kernel_of(
        run,
        f"""
        t = enigma.make_tensor(A, enigma.make_layout({layout}))
        m = enigma.simdgroup_matrix_load(enigma.local_tile(t, (8, 8), (1, 2)))
        enigma.simdgroup_matrix_store(m, enigma.local_tile(t, (8, 8), (0, 0)))
        """,
        "A: enigma.f32",
    )
    (load,) = answer.ops("simdgroup_matrix_load")
    values = {op["out"][0][0]: op["attrs"]["value"] for op in answer.ops("constant")}
    assert [values[x] for x in load["in"][1:]] == [int(pitch), eval(offset), 0, 0]
    assert load["attrs"] == {"transpose": transpose}


# -- errors ------------------------------------------------------------------------------------

TENSOR = "t = enigma.make_tensor(A, enigma.make_layout((4, 6), stride=(6, 1)))\n"

ERRORS = [
    ("E0520", "enigma.local_tile(t, (4, 4), (0, 0))", "tile 4 does not divide extent 6 in mode 1"),
    ("E0520", "enigma.local_tile(t, (8, 2), (0, 0))", "tile 8 exceeds extent 4 in mode 0"),
    ("E0520", "enigma.tensor_zipped_divide(t, 5)", "tile 5 does not divide extent 24"),
    ("E0520", "enigma.local_partition(t, enigma.make_layout((3, 2)), i)", "tile 3 does not divide"),
    ("E0521", "enigma.make_tensor(S, (4, 5))", "reaches element 19 of 'S', which has 16"),
    ("E0521", "enigma.make_tensor(S, 8, offset=9)", "at element 9 reaches element 16"),
    ("E0522", "t + 1", "tensor 'A' is used as a value"),
    ("E0522", "t.load() + t", "tensor 'A' is used as a value"),
    ("E0523", "t[4, 0]", "coordinate 4 is outside extent 4 of mode [0]"),
    ("E0523", "t[-1, 0]", "coordinate -1 is outside extent 4 of mode [0]"),
    ("E0523", "t[24]", "coordinate 24 is outside extent 24"),
    ("E0523", "t.load()[24]", "coordinate 24 is outside"),
    ("E0504", "t[0, 0, 0]", "coordinate (0,0,0) does not fit shape (4,6)"),
    ("E0504", "t[(0, i), i]", "coordinate (0,traced) does not fit shape 4"),
    ("E0524", "t[1:2, 0]", "a range of a slice is no coordinate"),
    ("E0524", "t[0.5, 0]", "a f32 is no coordinate"),
    ("E0524", "t[..., 0]", "`...` is no coordinate"),
    ("E0525", "t.load() + enigma.full((6, 4), 1)", "shapes (4,6) and (6,4) differ"),
    ("E0525", "t.store(enigma.full(3, 1, 'int'))", "shapes (4,6) and (3) differ".replace("(3)", "3")),
    ("E0525", "enigma.copy(t, enigma.make_tensor(S, (6, 2)))", "shapes (4,6) and (6,2) differ"),
    ("E0526", "enigma.make_tensor(3, 4)", "the memory is int"),
    ("E0526", "for x in t:\n    pass", "elements are not iterated"),
    ("E0526", "enigma.local_tile(A, 4, 0)", "is no tensor"),
    ("E0526", "enigma.predicate(t, (4, 6))", "has elements, not coordinates"),
    ("E0526", "enigma.make_identity_tensor((4, 6)).load()", "coordinates are not memory"),
    ("E0526", "enigma.make_identity_tensor(4)[0] = 1", "coordinates are not memory"),
    ("E0526", "t.load()[i]", "the index is traced"),
    ("E0526", "t.load().reduce('median')", "there is no reduction 'median'"),
    ("E0526", "enigma.copy(t, t, 4)", "brings its size and place"),
    ("E0526", "enigma.copy(A, S, 4, pred=True)", "are for tensors"),
    ("E0526", "enigma.copy(t, t, vector=4)", "vector=4 of one thread"),
    ("E0526", "enigma.copy(t, t, threads=i)", "threads=<traced u32 i>"),
    ("E0526", "enigma.copy(t, t, threads=7, vector=5)", "does not divide 24 elements"),
    ("E0526", "enigma.copy(t, t, threads=8, pred=i > 1)", "not made by enigma.predicate"),
    ("E0526", "enigma.local_partition(t, enigma.make_layout((2, 2), stride=(0, 1)), i)", "number"),
    ("E0526", "enigma.simdgroup_matrix_load(enigma.make_tensor(F, (8, 4)))", "the shape (8,4)"),
    ("E0526", "enigma.simdgroup_matrix_load(enigma.make_tensor(F, (8, 8)), 8)", "brings its place"),
    ("E0526",
     "enigma.simdgroup_matrix_load(enigma.make_tensor(F, enigma.make_layout((8, 8), stride=(2, 16))))",
     "the layout is (8,8):(2,16)"),
    ("E0526",
     "enigma.make_tensor(enigma.make_tensor(S, enigma.swizzle(enigma.make_layout(16), 1, 0, 1)), 4)",
     "is swizzled"),
    ("E0119", "enigma.gemm(t, t, t)", "K is 6"),
    ("E0119", "enigma.gemm(t, t, enigma.make_fragment((4, 4), 'int'), transpose_A=True, K=6)", "K is 6"),
    ("E0527", "enigma.make_tensor(A, (64, 32)).load()", "a load of 2048 elements"),
    ("E0527", "enigma.copy(enigma.make_tensor(A, 2048), enigma.make_tensor(A, 2048))", "by one thread"),
    ("E0101", "enigma.Tensor('X', 0, 'int', 8)[i]", "an element of tensor 'X'"),
    ("E0533", "enigma.intermediate(8)", "used outside a function marked @enigma.jit"),
    ("E0526", "enigma.Tensor('a b', 0, 'int', 8)", "the name is 'a b'"),
    ("E0526", "enigma.Tensor('a', -1, 'int', 8)", "the index is -1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "line", "words"), ERRORS, ids=[f"{e[0]}-{e[1]}" for e in ERRORS]
)
def test_errors_name_the_place(run, number, line, words):
    params = 'A: enigma.i32, S: enigma.i32[16], F: enigma.f32, i: enigma.Scalar("uint")'
    answer = kernel_of(run, TENSOR + line, params)
    assert answer.ids == [number]
    (error,) = answer.diagnostics
    assert words in error["message"] and error["line"] == 6
    assert error["help"] or number in ("E0504",)


def test_a_branch_cannot_choose_between_layouts(run):
    answer = kernel_of(
        run,
        """
        t = enigma.make_tensor(A, (4, 4))
        if i > 1:
            u = t[None, 0]
        else:
            u = t[0, None]
        Out[0] = u[0]
        """,
    )
    assert answer.ids == ["E0215"]


def test_tensors_say_what_they_are():
    layout = enigma.make_layout((4, 8), stride=(8, 1))
    tensor = enigma.Tensor("A", 0, "half", layout)
    assert repr(tensor) == "<tensor A: f16 (4,8):(8,1)>" and len(tensor) == 2
    assert (tensor.shape, tensor.stride, tensor.size) == ((4, 8), (8, 1), 32)
    assert tensor.dtype == tensor.element_type == enigma.f16 and tensor.space == "device"
    assert tensor.layout == layout and tensor[1, None].layout == Layout(8, 1)
    assert leaves(enigma.make_identity_tensor((2, 3)).shape) == (2, 3)
