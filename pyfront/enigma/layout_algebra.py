"""The algebra of layouts, as NVIDIA's CuTe documentation defines it.

Every result is exact: what is not admissible (a shape or stride that does not divide where it
must) is an error that names the mode, never an approximation.
"""

from __future__ import annotations

from enigma.errors import mistake
from enigma.int_tuples import (
    as_tuple,
    ceil_div,
    check_shape,
    leaves,
    product,
    rank,
    show,
)
from enigma.layouts import (
    Basis,
    Layout,
    as_layout,
    concatenated,
    cosize,
    integer_strides,
    size,
)
from enigma.swizzles import Swizzle, SwizzledLayout

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Modes = list[tuple[int, Any]]


def _modes(layout: Layout) -> Modes:
    return list(zip(leaves(layout.shape), leaves(layout.stride), strict=True))


def _from_modes(modes: Modes) -> Layout:
    if len(modes) == 1:
        return Layout.of(*modes[0])
    return Layout.of(tuple(s for s, _ in modes), tuple(d for _, d in modes))


def _merged(modes: Modes) -> Modes:
    """Flat modes with those joined that are one step apart, and those of size 1 dropped."""
    result: Modes = []
    for shape, stride in modes:
        if shape == 1:
            continue
        if result and result[-1][0] * result[-1][1] == stride:
            result[-1] = (result[-1][0] * shape, result[-1][1])
        else:
            result.append((shape, stride))
    return result or [(1, 0)]


# -- simplification ----------------------------------------------------------------------------


def coalesce(layout: Any, target_profile: object = None) -> Any:
    """The same function on integers with as few modes as possible.

    With `target_profile`, a tuple whose leaves do not matter, the modes it has stay modes and are
    coalesced one by one; modes beyond it stay as they are.
    """
    if isinstance(layout, SwizzledLayout):
        inner = coalesce(layout.layout, target_profile)
        return SwizzledLayout(layout.swizzle, inner, layout.offset)
    layout = as_layout(layout)
    profile = as_tuple(target_profile)
    if isinstance(profile, tuple):
        _check_rank("coalesce", layout, profile)
        parts = [coalesce(layout[i], p) for i, p in enumerate(profile)]
        return concatenated([*parts, *(layout[i] for i in range(len(profile), rank(layout)))])
    return _from_modes(_merged(_modes(layout)))


def _check_rank(function: str, layout: Any, tiler: tuple[object, ...]) -> None:
    if len(tiler) > rank(layout):
        raise mistake(
            "E0509",
            function=function,
            tiler=show(tuple(getattr(t, "shape", t) for t in tiler)),
            count=len(tiler),
            layout=layout,
            rank=rank(layout),
        )


# -- composition -------------------------------------------------------------------------------


def composition(lhs: Any, rhs: Any) -> Any:
    """The layout ``c -> lhs(rhs(c))``, with the shape of `rhs` refined.

    Args:
        lhs: a layout, swizzled layout or swizzle.
        rhs: a layout, an int for ``n:1``, None for everything, or a tuple of such for the modes of
            `lhs` one by one; modes beyond the tuple stay.

    Admissible is, as in CuTe, where the result is a layout: going through the modes of
    ``coalesce(lhs)``, the stride of each mode of `rhs` divides the extent or is divided by it, its
    own extent is divided by what is left, and modes of `rhs` that meet in one mode do not carry
    into the next.
    Past its end `lhs` continues as its last mode does.
    """
    if isinstance(lhs, Swizzle):
        return _after_swizzle(lhs, rhs)
    if isinstance(lhs, SwizzledLayout):
        return SwizzledLayout(lhs.swizzle, composition(lhs.layout, rhs), lhs.offset)
    lhs = as_layout(lhs)
    if rhs is None:
        return lhs
    rhs = as_tuple(rhs)
    if isinstance(rhs, tuple):
        _check_rank("composition", lhs, rhs)
        parts = [composition(lhs[i], t) for i, t in enumerate(rhs)]
        return concatenated([*parts, *(lhs[i] for i in range(len(rhs), rank(lhs)))])
    if isinstance(rhs, SwizzledLayout | Swizzle):
        raise mistake(
            "E0506",
            function="composition",
            problem=f"{lhs} after {rhs} is no layout; a swizzle comes last",
        )
    rhs = as_layout(rhs)
    integer_strides(rhs, "composition")
    modes = _merged(_modes(lhs))
    last_step = leaves(lhs.stride)[-1]
    if modes == [(1, 0)] and isinstance(last_step, Basis):
        # Coordinates go on past their only element, so that a predicate sees it.
        modes = [(1, last_step)]
    # The largest index that the modes of rhs reach together in each mode of lhs.
    reach = [0] * len(modes)

    def compose(shape: Any, stride: Any, path: tuple[int, ...]) -> Layout:
        if isinstance(shape, tuple):
            return concatenated(
                [
                    compose(s, d, (*path, i))
                    for i, (s, d) in enumerate(zip(shape, stride, strict=True))
                ]
            )
        result = _compose_mode(lhs, modes, rhs, shape, stride, path, reach)
        for (extent, pitch), last in zip(modes[:-1], reach[:-1], strict=True):
            if last >= extent:
                raise mistake(
                    "E0513",
                    lhs=lhs,
                    rhs=rhs,
                    mode=_mode_name(path, shape, stride),
                    last=last,
                    left=f"{extent}:{pitch}",
                )
        return result

    return compose(rhs.shape, rhs.stride, ())


def _after_swizzle(lhs: Swizzle, rhs: Any) -> Any:
    if isinstance(rhs, Swizzle):
        if lhs == rhs:
            return Swizzle(0, lhs.base, lhs.shift)
        if lhs.bits == 0 or rhs.bits == 0:
            return rhs if lhs.bits == 0 else lhs
        raise mistake(
            "E0506", function="composition", problem=f"{lhs} after {rhs} is no single swizzle"
        )
    if isinstance(rhs, SwizzledLayout):
        return SwizzledLayout(composition(lhs, rhs.swizzle), rhs.layout, rhs.offset)
    return SwizzledLayout(lhs, rhs)


def _mode_name(path: tuple[int, ...], shape: int, stride: int) -> str:
    return f"mode{''.join(f'[{i}]' for i in path) or ' 0'} ({shape}:{stride})"


def _compose_mode(
    lhs: Layout,
    modes: Modes,
    rhs: Layout,
    shape: int,
    stride: int,
    path: tuple[int, ...],
    reach: list[int],
) -> Layout:
    """`lhs` after one mode ``shape:stride`` of `rhs`: walks the modes of `lhs` that it crosses."""
    if stride == 0 or shape == 1:
        return Layout.of(shape, _stepped(modes, stride) if stride else 0)
    result: Modes = []
    rest, step = shape, stride

    def refuse(what: str, a: int, b: int) -> Exception:
        return mistake(
            "E0510",
            lhs=lhs,
            rhs=rhs,
            mode=_mode_name(path, shape, stride),
            what=what,
            a=a,
            b=b,
        )

    for i, (extent, pitch) in enumerate(modes[:-1]):
        if rest == 1:
            break
        if step % extent == 0:
            step //= extent
            continue
        if step > extent:
            raise refuse("stride", step, extent)
        # How many steps stay within this mode.
        within = ceil_div(extent, step)
        if rest > within:
            if extent % step:
                raise refuse("stride", step, extent)
            if rest % within:
                raise refuse("shape", rest, within)
        taken = min(rest, within)
        if taken > 1:
            result.append((taken, step * pitch))
            reach[i] += (taken - 1) * step
        rest //= taken
        step = 1
    if rest > 1 or not result:
        result.append((rest, step * modes[-1][1]))
    return _from_modes(result)


def _stepped(modes: Modes, stride: int) -> Any:
    """The stride of a mode of size 1, which matters to who continues past its end: lhs(stride)."""
    terms = []
    for i, (extent, pitch) in enumerate(modes):
        digit = stride if i == len(modes) - 1 else stride % extent
        stride //= extent
        if digit:
            terms.append(digit * pitch)
    # Two steps along different modes of a coordinate are no stride.
    return sum(terms) if all(type(t) is int for t in terms) else terms[0] if len(terms) == 1 else 0


# -- complement and inverses -------------------------------------------------------------------


def complement(layout: Any, cotarget: object = 1) -> Layout:
    """The offsets below `cotarget` that a layout leaves out, as a layout of its own.

    The result is ordered, disjoint with `layout` but for 0, and together they reach `cotarget`
    (a number or a shape), which is rounded up to what `layout` fills.
    """
    layout = as_layout(layout)
    target = product(check_shape(getattr(cotarget, "shape", cotarget), "a cotarget"))
    integer_strides(layout, "complement")
    used = sorted((d, s) for s, d in _modes(layout) if d != 0 and s != 1)
    modes: Modes = []
    current = 1
    for stride, shape in used:
        if stride % current:
            raise mistake("E0511", layout=layout, mode=f"{shape}:{stride}", current=current)
        modes.append((stride // current, current))
        current = shape * stride
    modes.append((ceil_div(target, current), current))
    return _from_modes(_merged(modes))


def right_inverse(layout: Any) -> Layout:
    """The largest layout found with ``layout(right_inverse(layout)(i)) == i``.

    It follows the strides from 1 on and ends where no mode continues.
    """
    layout = as_layout(layout)
    integer_strides(layout, "right_inverse")
    follow: dict[int, tuple[int, int]] = {}
    before = 1
    for shape, stride in _merged(_modes(layout)):
        if shape > 1:
            follow.setdefault(stride, (shape, before))
        before *= shape
    modes: Modes = []
    current = 1
    while current in follow:
        shape, position = follow.pop(current)
        modes.append((shape, position))
        current *= shape
    return _from_modes(_merged(modes))


def left_inverse(layout: Any) -> Layout:
    """A layout with ``left_inverse(layout)(layout(i)) == i``; `layout` has to be injective."""
    layout = as_layout(layout)
    for shape, stride in _modes(layout):
        if shape > 1 and stride == 0:
            raise mistake("E0511", layout=layout, mode=f"{shape}:{stride}", current=1)
    return right_inverse(concatenated([layout, complement(layout)]))


# -- divides and products ----------------------------------------------------------------------


def logical_divide(target: Any, tiler: Any) -> Any:
    """A layout split into tiles: mode 0 walks a tile, mode 1 the tiles.

    Args:
        target: the layout.
        tiler: an int or a layout of one tile's elements, or a tuple of such for the modes one by
            one; None leaves a mode whole. What does not divide is rounded up, as in CuTe: the last
            tile then reaches past the end and needs a predicate.
    """
    return _by_mode("logical_divide", target, tiler, _divide)


def logical_product(block: Any, tiler: Any) -> Any:
    """A layout repeated as another says: mode 0 walks the block, mode 1 the repetitions."""
    return _by_mode("logical_product", block, tiler, _multiply)


def _by_mode(
    function: str, layout: Any, tiler: Any, operation: Callable[[Layout, Layout], Layout]
) -> Any:
    if isinstance(layout, SwizzledLayout):
        inner = _by_mode(function, layout.layout, tiler, operation)
        return SwizzledLayout(layout.swizzle, inner, layout.offset)
    layout = as_layout(layout)
    tiler = as_tuple(tiler)
    if tiler is None:
        return layout
    if isinstance(tiler, tuple):
        _check_rank(function, layout, tiler)
        parts = [_by_mode(function, layout[i], t, operation) for i, t in enumerate(tiler)]
        return concatenated([*parts, *(layout[i] for i in range(len(tiler), rank(layout)))])
    return operation(layout, as_layout(tiler))


def _divide(layout: Layout, tiler: Layout) -> Layout:
    return composition(layout, concatenated([tiler, complement(tiler, layout.size)]))  # type: ignore[no-any-return]


def _multiply(block: Layout, tiler: Layout) -> Layout:
    rest = complement(block, block.size * cosize(tiler))
    return concatenated([block, composition(rest, tiler)])


def _zipped(function: str, layout: Any, tiler: Any, operation: Any) -> Layout:
    """Tiles of all modes together in mode 0, the rest in mode 1."""
    if tiler is None:
        return concatenated([Layout.of(1, 0), layout])
    if isinstance(tiler, tuple):
        _check_rank(function, layout, tiler)
        parts = [_zipped(function, layout[i], t, operation) for i, t in enumerate(tiler)]
        rest = [layout[i] for i in range(len(tiler), rank(layout))]
        return concatenated(
            [
                concatenated([p[0] for p in parts]),
                concatenated([*(p[1] for p in parts), *rest]),
            ]
        )
    return operation(layout, as_layout(tiler))  # type: ignore[no-any-return]


def _inner(function: Callable[[Layout, Any], Layout], layout: Any, tiler: Any) -> Any:
    tiler = as_tuple(tiler)
    if isinstance(layout, SwizzledLayout):
        return SwizzledLayout(layout.swizzle, function(layout.layout, tiler), layout.offset)
    return function(as_layout(layout), tiler)


def zipped_divide(target: Any, tiler: Any) -> Any:
    """`logical_divide` with the modes gathered: ``((tile…), (rest…))``."""
    return _inner(lambda a, t: _zipped("zipped_divide", a, t, _divide), target, tiler)


def tiled_divide(target: Any, tiler: Any) -> Any:
    """`zipped_divide` with the second mode spread: ``((tile…), rest0, rest1, …)``."""
    return _inner(lambda a, t: _spread(_zipped("tiled_divide", a, t, _divide)), target, tiler)


def zipped_product(block: Any, tiler: Any) -> Any:
    """`logical_product` with the modes gathered: ``((block…), (repetitions…))``."""
    return _inner(lambda a, t: _zipped("zipped_product", a, t, _multiply), block, tiler)


def tiled_product(block: Any, tiler: Any) -> Any:
    """`zipped_product` with the second mode spread."""
    return _inner(lambda a, t: _spread(_zipped("tiled_product", a, t, _multiply)), block, tiler)


def _spread(layout: Layout) -> Layout:
    return concatenated([layout[0], *layout[1]])


def _rank_products(block: Any, tiler: Any) -> tuple[Layout, Layout]:
    block, tiler = as_layout(as_tuple(block)), as_layout(as_tuple(tiler))
    count = max(rank(block), rank(tiler))

    def padded(layout: Layout) -> Layout:
        if rank(layout) == count:
            return layout
        return concatenated([*layout, *[Layout.of(1, 0)] * (count - rank(layout))])

    result = _multiply(padded(block), padded(tiler))
    return result[0], result[1]


def blocked_product(block: Any, tiler: Any) -> Layout:
    """A block repeated mode by mode, the block's elements together: ``((block0, tile0), …)``."""
    inner, outer = _rank_products(block, tiler)
    return _zip(inner, outer)


def raked_product(block: Any, tiler: Any) -> Layout:
    """A block repeated mode by mode, the block's elements interleaved: ``((tile0, block0), …)``."""
    inner, outer = _rank_products(block, tiler)
    return _zip(outer, inner)


def _zip(a: Layout, b: Layout) -> Layout:
    if not isinstance(a.shape, tuple) or not isinstance(b.shape, tuple) or len(a) != len(b):
        return concatenated([a, b])
    return concatenated([concatenated([a[i], b[i]]) for i in range(len(a))])


# -- thread-value layouts and element types ----------------------------------------------------


def make_layout_tv(thr_layout: Any, val_layout: Any) -> tuple[tuple[int, ...], Layout]:
    """The tile that threads with several values each cover, and who has what.

    Args:
        thr_layout: the threads, arranged as they stand on the tile.
        val_layout: the values of one thread, arranged as they stand beside each other.

    Returns:
        The tiler ``(M, N)`` and the layout ``(thread, value) -> position in the tile``; positions
        are column-major.
    """
    tile = raked_product(thr_layout, val_layout)
    pairs = Layout((size(thr_layout), size(val_layout)))
    tiler = tuple(product(tile.shape[i]) for i in range(rank(tile)))
    return tiler, composition(right_inverse(tile), pairs)


def recast_layout(new_type_bits: int, old_type_bits: int, src_layout: Any) -> Any:
    """The layout of the same memory seen as elements of another width.

    Args:
        new_type_bits, old_type_bits: the widths; one divides the other.
        src_layout: the layout in elements of the old width.

    Wider elements need the contiguous mode and all strides to be multiples of the ratio.
    """
    for bits in (new_type_bits, old_type_bits):
        if type(bits) is not int or bits < 1:
            raise mistake(
                "E0506", function="recast_layout", problem=f"{bits!r} is not a width in bits"
            )
    if isinstance(src_layout, SwizzledLayout):
        return _recast_swizzled(new_type_bits, old_type_bits, src_layout)
    layout = as_layout(src_layout)
    integer_strides(layout, "recast_layout")
    if new_type_bits == old_type_bits:
        return layout
    if old_type_bits % new_type_bits == 0:
        return _narrowed(layout, old_type_bits // new_type_bits)
    if new_type_bits % old_type_bits == 0:
        return _widened(layout, new_type_bits // old_type_bits)
    raise mistake(
        "E0506",
        function="recast_layout",
        problem=f"neither of {new_type_bits} and {old_type_bits} bits divides the other",
    )


def _mapped(layout: Layout, f: Callable[[int, int], tuple[int, int]]) -> Layout:
    if isinstance(layout.shape, tuple):
        return concatenated([_mapped(mode, f) for mode in layout])
    return Layout.of(*f(layout.shape, layout.stride))


def _recast_problem(layout: Layout, ratio: int, problem: str) -> Exception:
    return mistake("E0512", layout=layout, ratio=ratio, problem=problem)


def _narrowed(layout: Layout, ratio: int) -> Layout:
    """Every element becomes `ratio` elements, which the contiguous mode has to hold."""
    modes = _modes(layout)
    contiguous = [i for i, (s, d) in enumerate(modes) if d == 1 and s > 1]
    contiguous = contiguous or [i for i, (s, d) in enumerate(modes) if d == 1][:1]
    if len(contiguous) != 1:
        count = "no mode is" if not contiguous else "several modes are"
        raise _recast_problem(layout, ratio, f"{count} contiguous (stride 1)")
    place = iter(range(len(modes)))

    def narrow(shape: int, stride: int) -> tuple[int, int]:
        if next(place) == contiguous[0]:
            return shape * ratio, 1
        return shape, stride * ratio

    return _mapped(layout, narrow)


def _widened(layout: Layout, ratio: int) -> Layout:
    """`ratio` elements become one; the modes within one have to cover it exactly."""
    within: Modes = []

    def wide(shape: int, stride: int) -> tuple[int, int]:
        if shape == 1 or stride % ratio == 0:
            return shape, stride // ratio
        part = ratio // stride if ratio % stride == 0 else 0
        if not part or (shape % part and part % shape):
            raise _recast_problem(layout, ratio, f"mode {shape}:{stride} does not divide by it")
        taken = min(part, shape)
        within.append((taken, stride))
        return (shape // taken, 1) if shape > taken else (1, 0)

    result = _mapped(layout, wide)
    covered = 1
    for shape, stride in sorted(within, key=lambda mode: mode[1]):
        covered = covered * shape if stride == covered else 0
    if covered != ratio:
        raise _recast_problem(layout, ratio, "its elements do not fill the wider ones")
    return result


def _recast_swizzled(new_bits: int, old_bits: int, layout: SwizzledLayout) -> SwizzledLayout:
    inner = recast_layout(new_bits, old_bits, layout.layout)
    wider = new_bits > old_bits
    ratio = new_bits // old_bits if wider else old_bits // new_bits
    power = ratio.bit_length() - 1
    base = layout.swizzle.base - power if wider else layout.swizzle.base + power
    if ratio != 1 << power or base < 0 or (wider and layout.offset % ratio):
        raise mistake(
            "E0512",
            layout=layout,
            ratio=ratio,
            problem="the swizzle moves parts of the wider elements",
        )
    offset = layout.offset // ratio if wider else layout.offset * ratio
    return SwizzledLayout(Swizzle(layout.swizzle.bits, base, layout.swizzle.shift), inner, offset)
