"""The laws of the layout algebra, over all small layouts and many random large ones.

Small means: up to two modes with extents 1 to 4 and strides 0 to 8 from a list that holds dividing,
non-dividing, equal and broadcast strides; see SMALL. The laws are CuTe's post-conditions.
"""

from __future__ import annotations

import itertools
import random
from xml.etree import ElementTree

import enigma
import pytest
from enigma import (
    EnigmaError,
    Layout,
    Swizzle,
    SwizzledLayout,
    blocked_product,
    coalesce,
    complement,
    composition,
    cosize,
    crd2idx,
    depth,
    flatten,
    idx2crd,
    left_inverse,
    logical_divide,
    logical_product,
    make_identity_layout,
    make_layout,
    make_layout_tv,
    make_ordered_layout,
    product,
    raked_product,
    rank,
    recast_layout,
    repeat_like,
    right_inverse,
    select,
    size,
    swizzle,
    tiled_divide,
    tiled_product,
    zipped_divide,
    zipped_product,
)

EXTENTS = (1, 2, 3, 4)
STRIDES = (0, 1, 2, 3, 4, 6, 8)
MODES = list(itertools.product(EXTENTS, STRIDES))
SMALL = [Layout(s, d) for s, d in MODES] + [
    Layout((s0, s1), (d0, d1)) for (s0, d0), (s1, d1) in itertools.product(MODES, MODES)
]


def random_shape(rng: random.Random, levels: int = 2) -> object:
    if levels == 0 or rng.random() < 0.4:
        return rng.choice((1, 2, 3, 4, 5, 6, 8, 16))
    return tuple(random_shape(rng, levels - 1) for _ in range(rng.randint(1, 3)))


def random_layout(rng: random.Random, dense: bool = False) -> Layout:
    """Nested; dense ones have their modes in a random order of strides."""
    shape = random_shape(rng)
    leaves = shape if isinstance(shape, tuple) else (shape,)
    flat = flatten(leaves)
    order = list(range(len(flat)))
    rng.shuffle(order)
    strides, current = [0] * len(flat), 1
    for i in order:
        strides[i] = current
        current *= flat[i] * (1 if dense else rng.choice((1, 1, 2, 3)))
    if not dense and rng.random() < 0.2:
        strides[rng.randrange(len(flat))] = 0
    items = iter(strides)

    def nest(t: object) -> object:
        return tuple(nest(e) for e in t) if isinstance(t, tuple) else next(items)

    return Layout(shape, nest(shape))


def modes_of(layout: Layout) -> list[tuple[int, int]]:
    return list(zip(flatten((layout.shape,)), flatten((layout.stride,))))


def offsets(layout: object) -> list[int]:
    return [layout(i) for i in range(size(layout))]


RANDOM = [random_layout(random.Random(seed)) for seed in range(400)]
RANDOM = [layout for layout in RANDOM if layout.size <= 4096]
DENSE = [random_layout(random.Random(seed), dense=True) for seed in range(300)]
DENSE = [layout for layout in DENSE if layout.size <= 4096]


# -- layouts as functions ----------------------------------------------------------------------


def test_coordinates_are_colexicographic():
    layout = Layout((2, (3, 4)), (100, (10, 1)))
    for i in range(24):
        a, b, c = i % 2, i // 2 % 3, i // 6
        expected = 100 * a + 10 * b + c
        assert layout(i) == layout(a, b + 3 * c) == layout((a, (b, c))) == expected
        assert idx2crd(i, layout.shape) == (a, (b, c))
        assert crd2idx((a, (b, c)), layout) == crd2idx(i, layout.shape, layout.stride) == expected
        assert crd2idx((a, (b, c)), layout.shape) == i


@pytest.mark.parametrize("layout", RANDOM[:100], ids=str)
def test_indices_and_coordinates_are_inverse(layout):
    for i in range(layout.size):
        assert crd2idx(idx2crd(i, layout.shape), layout.shape) == i
        assert layout(idx2crd(i, layout.shape)) == layout(i)


def test_defaults_and_printing():
    assert str(Layout((4, 64), (64, 1))) == "(4,64):(64,1)"
    assert str(Layout(7)) == "7:1"
    assert str(make_layout((2, (3, 4)))) == "(2,(3,4)):(1,(2,6))"
    assert make_layout((4, 8), (8, 1)) == make_layout((4, 8), stride=(8, 1))
    assert make_layout(Layout(2, 3), Layout(4, 5)) == Layout((2, 4), (3, 5))
    assert repr(Layout([2, [3]], [1, [2]])) == "Layout((2,(3)):(1,(2)))"
    assert make_layout([2, 3]) == Layout((2, 3))


def test_size_cosize_rank_depth():
    layout = Layout((2, (3, 4)), (1, (0, 6)))
    assert (size(layout), cosize(layout), rank(layout), depth(layout)) == (24, 20, 2, 2)
    assert (size(layout, 1), cosize(layout, 1), rank(layout, 1), depth(layout, 0)) == (12, 19, 2, 0)
    assert (size(layout, [1, 0]), rank(5), depth(5), size((2, (3,)))) == (3, 1, 0, 6)
    for small in SMALL:
        assert cosize(small) == max(offsets(small)) + 1


def test_slices():
    layout = Layout((4, (2, 8)), (1, (4, 8)))
    assert layout(2, None) == Layout((2, 8), (4, 8))
    assert layout(None, (None, 3)) == Layout((4, 2), (1, 4))
    assert layout[1] == layout(0, None) and layout[1, 0] == Layout(2, 4)
    assert list(layout) == [Layout(4, 1), layout[1]] and len(layout) == 2


def test_tuple_functions():
    assert product((2, (3, 4))) == 24 and product(5) == 5
    assert flatten((1, (2, (3,)), 4)) == (1, 2, 3, 4) and flatten(3) == 3
    assert repeat_like(0, (1, (2, 3))) == (0, (0, 0)) and repeat_like(7, 5) == 7
    assert select((10, 20, 30), [2, 0]) == (30, 10)
    assert select(Layout((2, 3, 5)), [0, 2]) == Layout((2, 5), (1, 6))
    assert flatten(Layout((2, (3, 5)))) == Layout((2, 3, 5))


def test_ordered_layouts():
    assert make_ordered_layout((4, 8), (1, 0)) == Layout((4, 8), (8, 1))
    assert make_ordered_layout((2, 3, 5), order=(1, 2, 0)) == Layout((2, 3, 5), (5, 10, 1))
    assert make_ordered_layout(((2, 3), 5), (1, 0)) == Layout(((2, 3), 5), ((5, 10), 1))
    assert make_ordered_layout(((2, 3), 5), ((2, 0), 1)) == Layout(((2, 3), 5), ((15, 1), 3))
    for order in itertools.permutations(range(3)):
        assert sorted(offsets(make_ordered_layout((2, 3, 4), order))) == list(range(24))


def test_identity_layouts():
    layout = make_identity_layout((4, (2, 3)))
    assert str(layout) == "(4,(2,3)):(1@0,(1@0@1,1@1@1))"
    for i in range(24):
        assert layout(i) == idx2crd(i, layout.shape)
    tiles = zipped_divide(make_identity_layout((8, 6)), (4, 3))
    for m, n in itertools.product(range(8), range(6)):
        assert tiles((m % 4, n % 3), (m // 4, n // 3)) == (m, n)
    assert make_identity_layout(5)(3) == (3,)


# -- coalesce ----------------------------------------------------------------------------------


@pytest.mark.parametrize("layouts", [SMALL, RANDOM], ids=["small", "random"])
def test_coalesce_keeps_the_function(layouts):
    for layout in layouts:
        result = coalesce(layout)
        assert depth(result) <= 1 and rank(result) <= max(1, rank(flatten(layout)))
        assert offsets(result) == offsets(layout), layout
        assert coalesce(result) == result
        flat = modes_of(result)
        assert all(s != 1 for s, _ in flat) or flat == [(1, 0)]
        assert all(s * d != e for (s, d), (_, e) in itertools.pairwise(flat))


def test_coalesce_by_mode():
    layout = Layout((2, (1, 6)), (1, (6, 2)))
    assert coalesce(layout) == Layout(12, 1)
    assert coalesce(layout, (1, 1)) == Layout((2, 6), (1, 2))
    for a in RANDOM:
        if not isinstance(a.shape, tuple):
            continue
        result = coalesce(a, (0,) * rank(a))
        assert rank(result) == rank(a) and offsets(result) == offsets(a)
        assert result == make_layout([coalesce(mode) for mode in a]) or rank(a) == 1


# -- composition -------------------------------------------------------------------------------


def check_composition(a: Layout, b: Layout) -> bool:
    """Whether it is admissible; then it has to be the composition, in the shape of `b`."""
    try:
        result = composition(a, b)
    except EnigmaError as error:
        assert error.id in ("E0510", "E0513")
        return False
    # Past the end of `a` the last mode that it really has goes on.
    extended = a if cosize(b) <= a.size else coalesce(a)
    for i in range(b.size):
        assert result(i) == extended(b(i)), (str(a), str(b), str(result))

    def compatible(shape: object, refined: object) -> bool:
        if isinstance(shape, tuple):
            return len(shape) == rank(refined) and all(map(compatible, shape, refined))
        return shape == product(refined)

    assert compatible(b.shape, result.shape)
    return True


def test_composition_of_all_small_layouts():
    """For every pair: what is not refused is exact, also past the end of the left layout."""
    inner = [Layout(s, d) for s in range(1, 9) for d in range(9)]
    outer = [a for a in SMALL if a.shape == 1 or product(a.shape) > 1]
    admitted = sum(check_composition(a, b) for a in outer for b in inner)
    assert admitted > len(outer) * len(inner) // 2


def test_what_divides_is_admitted():
    """CuTe's conditions: where strides and shapes divide, nothing is refused."""
    for a in SMALL:
        flat = coalesce(a)
        extents = flatten((flat.shape,))
        for s, d in itertools.product((1, 2, 3, 4, 6), (0, 1, 2, 3, 4)):
            if (s - 1) * d >= a.size:
                continue
            step, rest, divides = d, s, True
            for extent in extents[:-1]:
                if d == 0 or rest == 1:
                    break
                if step % extent == 0:
                    step //= extent
                    continue
                within = -(-extent // step)
                divides &= extent % step == 0 and (rest <= within or rest % within == 0)
                if not divides:
                    break
                rest, step = rest // min(rest, within), 1
            if divides:
                assert check_composition(a, Layout(s, d)), (str(a), s, d)


def test_composition_of_random_layouts():
    rng = random.Random(7)
    admitted = 0
    for _ in range(4000):
        a, b = rng.choice(RANDOM), rng.choice(RANDOM)
        if b.size <= 1024 and cosize(b) <= 4 * a.size:
            admitted += check_composition(a, b)
    assert admitted > 200


def test_modes_that_carry_are_refused():
    """Mode by mode each of these is a layout; the sum of the modes is not."""
    with pytest.raises(EnigmaError) as caught:
        composition(Layout((4, 2), (1, 10)), Layout((3, 3), (1, 1)))
    assert caught.value.id == "E0513" and "mode[1] (3:1)" in str(caught.value)
    assert check_composition(Layout((5, 2), (1, 10)), Layout((3, 3), (1, 1)))


def test_composition_is_associative():
    rng = random.Random(11)
    checked = 0
    for _ in range(20000):
        a, b, c = (rng.choice(SMALL) for _ in range(3))
        if cosize(c) > b.size or cosize(b) > a.size:
            continue
        try:
            left, right = composition(composition(a, b), c), composition(a, composition(b, c))
        except EnigmaError:
            continue
        checked += 1
        assert offsets(left) == offsets(right)
    assert checked > 300


def test_composition_by_mode():
    a = Layout((12, (4, 8)), (59, (13, 1)))
    assert composition(a, (Layout(3, 4), Layout(8, 2))) == Layout((3, (2, 4)), (236, (26, 1)))
    assert composition(a, (3, 8)) == Layout((3, (4, 2)), (59, (13, 1)))
    assert composition(a, (None, 4)) == Layout((12, 4), (59, 13))
    assert composition(a, None) is a


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (
            Layout((4, 6), (1, 9)),
            Layout(3, 3),
            "mode 0 (3:3) of the right layout has a stride of 3",
        ),
        (Layout((4, 6), (1, 9)), Layout((2, 6), (12, 1)), "mode[1] (6:1)"),
        (Layout((6, 2), (1, 9)), Layout(2, 4), None),
    ],
)
def test_what_does_not_divide_is_refused(a, b, message):
    if message is None:  # stays within one mode, where nothing has to divide
        assert check_composition(a, b)
        return
    with pytest.raises(EnigmaError) as caught:
        composition(a, b)
    assert caught.value.id == "E0510" and message in str(caught.value)


# -- complement and inverses -------------------------------------------------------------------


@pytest.mark.parametrize("layouts", [SMALL, RANDOM], ids=["small", "random"])
@pytest.mark.parametrize("target", [1, 7, 24, 96])
def test_complement(layouts, target):
    admitted = 0
    for layout in layouts:
        try:
            result = complement(layout, target)
        except EnigmaError as error:
            assert error.id == "E0511"
            continue
        admitted += 1
        mine, others = offsets(layout), offsets(result)
        # Ordered, so that it is one to one.
        assert all(x < y for x, y in itertools.pairwise(others))
        assert not (set(mine) & set(others)) - {0}
        # Together they reach the target, every sum once for every different offset of the layout.
        together = [x + y for x in set(mine) for y in others]
        assert len(set(together)) == len(together)
        assert max(together) + 1 >= target
        # No further than the last period of the layout that the target needs.
        period = max(s * d for s, d in [*modes_of(layout), (1, 1)] if s > 1 or d == 1)
        assert cosize(result) <= -(-target // period) * period
        if set(mine) == set(range(len(set(mine)))):
            assert sorted(together) == list(range(len(together)))
    assert admitted > len(layouts) // 3


def test_complement_of_what_overlaps_is_refused():
    with pytest.raises(EnigmaError, match=r"mode 2:3 .*\[E0511\]"):
        complement(Layout((2, 2), (1, 3)), 12)


@pytest.mark.parametrize("layouts", [SMALL, RANDOM, DENSE], ids=["small", "random", "dense"])
def test_right_inverse(layouts):
    for layout in layouts:
        inverse = right_inverse(layout)
        assert [layout(inverse(i)) for i in range(inverse.size)] == list(range(inverse.size))
        if sorted(offsets(layout)) == list(range(layout.size)):
            assert inverse.size == layout.size or layouts is not DENSE


@pytest.mark.parametrize("layouts", [SMALL, RANDOM, DENSE], ids=["small", "random", "dense"])
def test_left_inverse(layouts):
    inverted = 0
    for layout in layouts:
        given = offsets(layout)
        try:
            inverse = left_inverse(layout)
        except EnigmaError as error:
            assert error.id == "E0511"
            assert layouts is not DENSE
            continue
        assert len(set(given)) == len(given), f"{layout} is not injective"
        inverted += 1
        assert [inverse(offset) for offset in given] == list(range(layout.size)), str(layout)
    assert inverted > len(layouts) // 8


# -- divides and products ----------------------------------------------------------------------


def test_divides_of_small_layouts():
    """A divide is the composition with the tiler and its complement, and reorders the layout."""
    admitted = 0
    for a in SMALL:
        for tiler in (Layout(2), Layout(2, 2), Layout(3), Layout((2, 2), (1, 4)), Layout(1)):
            try:
                result = logical_divide(a, tiler)
            except EnigmaError as error:
                assert error.id in ("E0510", "E0511", "E0513")
                continue
            admitted += 1
            rest = complement(tiler, a.size)
            for i in range(tiler.size):
                for j in range(rest.size):
                    assert result(i, j) == coalesce(a)(tiler(i) + rest(j))
            if tiler.size * rest.size == a.size:
                assert sorted(offsets(result)) == sorted(offsets(a))
    assert admitted > len(SMALL)


def test_products_of_small_layouts():
    admitted = 0
    for a in SMALL:
        for tiler in (Layout(2), Layout(3, 2), Layout((2, 3), (3, 1)), Layout(4, 0)):
            try:
                result = logical_product(a, tiler)
            except EnigmaError as error:
                assert error.id in ("E0510", "E0511", "E0513")
                continue
            admitted += 1
            assert result[0] == a
            free = complement(a, a.size * cosize(tiler))
            for j in range(tiler.size):
                assert result[1](j) == free(tiler(j))
            # Repetitions do not overlap the block, unless the tiler repeats itself.
            if len(set(offsets(a))) == a.size and len(set(offsets(tiler))) == tiler.size:
                assert len(set(offsets(result))) == result.size
    assert admitted > len(SMALL)


def test_the_forms_of_a_divide():
    a = Layout((9, (4, 8)), (59, (13, 1)))
    tiler = (Layout(3, 3), Layout((2, 4), (1, 8)))
    assert logical_divide(a, tiler) == Layout(
        ((3, 3), ((2, 4), (2, 2))), ((177, 59), ((13, 2), (26, 1)))
    )
    assert zipped_divide(a, tiler) == Layout(
        ((3, (2, 4)), (3, (2, 2))), ((177, (13, 2)), (59, (26, 1)))
    )
    assert tiled_divide(a, tiler) == Layout(((3, (2, 4)), 3, (2, 2)), ((177, (13, 2)), 59, (26, 1)))
    assert zipped_divide(Layout((8, 6, 5)), (4, 3)) == Layout(
        ((4, 3), (2, 2, 5)), ((1, 8), (4, 24, 48))
    )
    assert zipped_divide(Layout((8, 6)), (None, 3)) == Layout(((1, 3), (8, 2)), ((0, 8), (1, 24)))
    assert logical_divide(Layout((4, 2, 3), (2, 1, 8)), Layout(4, 2)) == Layout(
        ((2, 2), (2, 3)), ((4, 1), (2, 8))
    )
    # What does not divide is rounded up: 10 in tiles of 4 are 3 tiles.
    assert logical_divide(Layout(10), 4) == Layout((4, 3), (1, 4))


def test_the_forms_of_a_product():
    block, tiler = Layout((2, 5), (5, 1)), Layout((3, 4), (1, 3))
    assert blocked_product(block, tiler) == Layout(((2, 3), (5, 4)), ((5, 10), (1, 30)))
    assert raked_product(block, tiler) == Layout(((3, 2), (4, 5)), ((10, 5), (30, 1)))
    assert logical_product(Layout((2, 2), (4, 1)), Layout(6)) == Layout(
        ((2, 2), (2, 3)), ((4, 1), (2, 8))
    )
    assert zipped_product(Layout((2, 3)), (2, 2)) == Layout(((2, 3), (2, 2)), ((1, 2), (2, 1)))
    assert tiled_product(Layout((2, 3)), (2, 2)) == Layout(((2, 3), 2, 2), ((1, 2), 2, 1))
    assert blocked_product(Layout(2), Layout((2, 3))) == Layout(((2, 2), (1, 3)), ((1, 2), (0, 4)))
    for a, b in ((block, tiler), (Layout((4, 2), (2, 1)), Layout((2, 3), (3, 1)))):
        blocked, raked = blocked_product(a, b), raked_product(a, b)
        assert sorted(offsets(blocked)) == sorted(offsets(raked)) == list(range(a.size * b.size))
        for (i, j), (k, m) in itertools.product(
            itertools.product(range(size(a, 0)), range(size(a, 1))),
            itertools.product(range(size(b, 0)), range(size(b, 1))),
        ):
            assert blocked((i, k), (j, m)) == raked((k, i), (m, j)) == a(i, j) + a.size * b(k, m)


def test_thread_value_layouts_cover_their_tile():
    tiler, layout = make_layout_tv(
        make_ordered_layout((4, 32), (1, 0)), make_ordered_layout((4, 4), (1, 0))
    )
    assert tiler == (16, 128) and layout == Layout(((32, 4), (4, 4)), ((64, 4), (16, 1)))
    for threads, values in itertools.product(
        [(2, 3), (4, 8), (1, 32), (8, 1)], [(1, 1), (2, 2), (4, 1), (1, 3)]
    ):
        for thread_order, value_order in itertools.product([(0, 1), (1, 0)], repeat=2):
            thr = make_ordered_layout(threads, thread_order)
            val = make_ordered_layout(values, value_order)
            tiler, layout = make_layout_tv(thr, val)
            assert tiler == (threads[0] * values[0], threads[1] * values[1])
            assert sorted(offsets(layout)) == list(range(product(tiler)))
            # A value stands beside its neighbours, in the thread's corner of the tile.
            for t, v in itertools.product(range(thr.size), range(val.size)):
                m, n = idx2crd(layout(t, v), tiler)
                assert thr(m // values[0], n // values[1]) == t
                assert val(m % values[0], n % values[1]) == v


# -- swizzles and recasts ----------------------------------------------------------------------


def test_swizzles_are_involutions_and_permutations():
    for bits, base, shift in itertools.product(range(4), range(4), range(-4, 5)):
        if abs(shift) < bits:
            with pytest.raises(EnigmaError, match="E0508"):
                Swizzle(bits, base, shift)
            continue
        permutation = Swizzle(bits, base, shift)
        block = range(1 << (bits + base + abs(shift)))
        moved = [permutation(i) for i in block]
        assert sorted(moved) == list(block)
        assert [permutation(i) for i in moved] == list(block)
        # The definition, bit by bit.
        for i, m in zip(block, moved):
            for bit in range(bits):
                source = base + bit + max(0, shift)
                target = base + bit - min(0, shift)
                i ^= (i >> source & 1) << target if shift else 0
            assert m == i or shift == 0
        same = composition(permutation, permutation)
        assert [same(i) for i in block] == list(block)


def test_swizzled_layouts():
    layout = swizzle(Layout((8, 8), (8, 1)), 3, 0, 3)
    assert isinstance(layout, SwizzledLayout) and str(layout) == "S<3,0,3> o 0 o (8,8):(8,1)"
    assert layout == composition(Swizzle(3, 0, 3), Layout((8, 8), (8, 1)))
    for column in range(8):  # no two rows of a column in one bank of eight
        assert len({layout(row, column) % 8 for row in range(8)}) == 8
    assert sorted(offsets(layout)) == list(range(64)) and cosize(layout) == 64
    assert [layout(2, None)(j) for j in range(8)] == [layout(2, j) for j in range(8)]
    tiles = zipped_divide(layout, (4, 2))
    for m, n in itertools.product(range(8), range(8)):
        assert tiles((m % 4, n % 2), (m // 4, n // 2)) == layout(m, n)
    inner = composition(layout, Layout(16, 4))
    assert [inner(i) for i in range(16)] == [layout(4 * i) for i in range(16)]


def test_recasts_are_exact_and_go_back():
    widened = 0
    for layout in [a for a in SMALL if a.size > 1] + RANDOM:
        for ratio in (2, 4):
            try:
                narrow = recast_layout(8, 8 * ratio, layout)
            except EnigmaError as error:
                assert error.id == "E0512"
            else:
                whole = {o * ratio + i for o in offsets(layout) for i in range(ratio)}
                assert set(offsets(narrow)) == whole
                back = recast_layout(8 * ratio, 8, narrow)
                assert offsets(back) == offsets(layout)
            try:
                wide = recast_layout(8 * ratio, 8, layout)
            except EnigmaError as error:
                assert error.id == "E0512"
                continue
            widened += 1
            assert wide.size * ratio == layout.size
            assert {o * ratio + i for o in offsets(wide) for i in range(ratio)} == set(
                offsets(layout)
            )
    assert widened > 20
    assert recast_layout(16, 16, Layout(4, 2)) == Layout(4, 2)


def test_recasts_of_swizzled_layouts():
    layout = swizzle(Layout((8, 32), (32, 1)), Swizzle(2, 3, 3))
    wide = recast_layout(64, 16, layout)
    assert {o * 4 + i for o in offsets(wide) for i in range(4)} == set(offsets(layout))
    for row, column in itertools.product(range(8), range(8)):
        assert wide(row, column) * 4 == layout(row, column * 4)
    back = recast_layout(16, 64, wide)
    assert offsets(back) == offsets(layout)
    with pytest.raises(EnigmaError, match="the swizzle moves parts"):
        recast_layout(64, 8, swizzle(Layout(64), 1, 0, 3))


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "number", "text"),
    [
        (lambda: Layout(0), "E0501", "extent 0"),
        (lambda: Layout((4, -2)), "E0501", "extent -2: (4,-2)"),
        (lambda: Layout((4, True)), "E0501", "extent True"),
        (lambda: Layout((4, ())), "E0501", "extent ()"),
        (lambda: Layout("4"), "E0501", "extent 4"),
        (lambda: Layout((4, 8))[2], "E0502", "no mode 2 in (4,8); it has 2"),
        (lambda: size((4, 8), 5), "E0502", "no mode 5"),
        (lambda: Layout((4, 8), 1), "E0503", "shape (4,8) and stride 1"),
        (lambda: Layout((4, 8))(1, 2, 3), "E0504", "coordinate (1,2,3) does not fit shape (4,8)"),
        (lambda: Layout(4)((1, 2)), "E0504", "does not fit shape 4"),
        (lambda: idx2crd((1, 2), 8), "E0504", "does not fit shape 8"),
        (lambda: Layout(4, -1), "E0505", "stride -1 has -1"),
        (lambda: Layout(4, 1.5), "E0505", "has 1.5"),
        (lambda: make_layout(4, 1, 2), "E0506", "one stride"),
        (lambda: make_layout(Layout(2), Layout(3), stride=1), "E0506", "bring their strides"),
        (lambda: make_ordered_layout((4, 8), (0, 0)), "E0507", "order (0,0)"),
        (lambda: make_ordered_layout((4, 8), (0, 1, 2)), "E0507", "order (0,1,2)"),
        (lambda: swizzle(4, 3, 0), "E0508", "shift None"),
        (lambda: composition(Layout(4), (2, 2)), "E0509", "tiler (2,2) has 2 modes"),
        (lambda: zipped_divide(Layout((4, 4)), (2, 2, 2)), "E0509", "zipped_divide"),
        (lambda: composition(Layout(4), swizzle(4, 1, 0, 1)), "E0506", "a swizzle comes last"),
        (lambda: composition(Swizzle(1, 0, 1), Swizzle(1, 0, 2)), "E0506", "no single swizzle"),
        (lambda: left_inverse(Layout(4, 0)), "E0511", "mode 4:0"),
        (lambda: complement(make_identity_layout((2, 2))), "E0506", "coordinates"),
        (lambda: cosize(make_identity_layout((2, 2))), "E0506", "coordinates"),
        (lambda: recast_layout(24, 16, Layout(4)), "E0506", "neither of 24 and 16"),
        (lambda: recast_layout(0, 16, Layout(4)), "E0506", "not a width"),
        (lambda: recast_layout(16, 8, Layout(3)), "E0512", "mode 3:1 does not divide"),
        (lambda: enigma.print_layout(Layout((2, 2, 2))), "E0506", "3 modes"),
        (lambda: enigma.draw_layout(Layout((1024, 1024))), "E0506", "at most 65536"),
        (lambda: enigma.draw_tv(Layout((2, 4)), (2, 2)), "E0506", "reaches position"),
        (lambda: enigma.draw_tv(Layout(4), (2, 2)), "E0506", "no threads and values"),
        (lambda: enigma.draw_swizzle(Layout(4), banks=0), "E0506", "0 is not positive"),
    ],
)
def test_errors_name_the_mode_and_the_line(call, number, text):
    with pytest.raises(EnigmaError) as caught:
        call()
    assert caught.value.id == number and text in str(caught.value)
    assert caught.value.filename == __file__


# -- pictures and kernels ----------------------------------------------------------------------


def test_a_printed_layout(capsys):
    text = enigma.print_layout(Layout((2, 3), (3, 1)))
    assert capsys.readouterr().out == text
    assert text.splitlines() == [
        "(2,3):(3,1)",
        "    0   1   2",
        "  +---+---+---+",
        "0 | 0 | 1 | 2 |",
        "  +---+---+---+",
        "1 | 3 | 4 | 5 |",
        "  +---+---+---+",
    ]


@pytest.mark.parametrize(
    ("svg", "cells", "labels"),
    [
        (lambda: enigma.draw_layout(Layout((4, 8), (8, 1))), 32, {"31", "0"}),
        (lambda: enigma.draw_layout(make_identity_layout((2, 2))), 4, {"(1,1)"}),
        (lambda: enigma.draw_layout(6), 6, {"5"}),
        (
            lambda: enigma.draw_tv(*reversed(make_layout_tv(Layout((2, 4)), Layout((2, 1))))),
            16,
            {"T7", "V1"},
        ),
        (lambda: enigma.draw_swizzle(swizzle(Layout((8, 8), (8, 1)), 3, 0, 3)), 64, {"b31", "63"}),
    ],
)
def test_pictures_are_svg(svg, cells, labels):
    root = ElementTree.fromstring(svg())
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == space + "svg"
    assert len(root.findall(space + "rect")) == cells
    assert labels <= {e.text for e in root.findall(space + "text")}


def test_layouts_of_traced_coordinates(trace_body):
    """A layout in a kernel makes exactly the arithmetic that it needs."""
    answer = trace_body("""
        layout = enigma.make_layout((4, 1, 8), stride=(1, 7, 0))
        F[0] = enigma.metal_cast(layout(n, n, n), "float")
        tile = enigma.swizzle(enigma.make_layout((8, 8), stride=(8, 1)), 3, 0, 3)
        y = tile(n, 3)
        z = enigma.make_layout((4, 8), stride=(8, 1))(n)
    """)
    names = [op["op"] for op in answer.body()]
    # Modes of extent 1 and stride 0 add nothing: the first coordinate is the offset.
    assert not {"add", "mul"} & set(names[: names.index("store")])
    assert names.count("xor") == 1 and names.count("shr") == 1
    assert names.count("rem") == 1 and names.count("div") == 1
