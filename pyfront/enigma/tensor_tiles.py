"""Tiles and partitions of tensors, and their composition with layouts."""

from __future__ import annotations

from enigma.errors import mistake
from enigma.int_tuples import as_tuple, check_shape, leaves, product, rank, show
from enigma.layout_algebra import _merged, composition, zipped_divide
from enigma.layouts import Layout, as_layout, cosize
from enigma.tensors import Tensor, as_tensor, read_coordinate, shown, unsigned
from enigma.values import Value

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any


def tensor_composition(tensor: object, rhs: object) -> Tensor:
    """The tensor ``c -> tensor(rhs(c))``: `composition` of its layout with `rhs`.

    Args:
        tensor: the tensor.
        rhs: a layout, or a tuple of layouts for its modes; a thread-value layout, for instance.
    """
    source = as_tensor(tensor, "tensor_composition")
    return source.with_layout(composition(source._plain, rhs))


def _extents(layout: Layout) -> list[Any]:
    return list(layout.shape) if isinstance(layout.shape, tuple) else [layout.shape]


def _check_divides(function: str, layout: Layout, tiler: Any) -> None:
    """Diagnose a tile that leaves a part of the tensor over, and say in which mode."""
    if not isinstance(tiler, tuple):
        tiles, extents = [tiler], [layout.size]
    else:
        tiles, extents = list(tiler), _extents(layout)
    for mode, (tile, extent) in enumerate(zip(tiles, extents, strict=False)):
        if tile is None:
            continue
        if isinstance(tile, tuple):
            if isinstance(extent, tuple):
                _check_divides(function, layout[mode], tile)
            continue
        whole = product(extent)
        # What a layout covers of the mode is its reach; of an extent, itself.
        step = cosize(tile) if isinstance(tile, Layout) else tile
        if whole % step:
            relation = "exceeds" if step > whole else "does not divide"
            raise mistake(
                "E0520",
                function=function,
                tile=step,
                relation=relation,
                extent=whole,
                mode=mode,
                layout=layout,
            )


def _divided(function: str, tensor: Tensor, tiler: object, ragged: bool) -> Layout:
    tiler = as_tuple(tiler)
    if not isinstance(tiler, Layout):
        check_shape(
            tuple(t if isinstance(t, int) else 1 for t in tiler)
            if isinstance(tiler, tuple)
            else tiler,
            "a tiler",
        )
    if not ragged:
        _check_divides(function, tensor._plain, tiler)
    return zipped_divide(tensor._plain, tiler)  # type: ignore[no-any-return]


def tensor_zipped_divide(tensor: object, tiler: object, ragged: bool = False) -> Tensor:
    """The tensor as tiles: mode 0 is within a tile, mode 1 which tile.

    Args:
        tensor: the tensor.
        tiler: the tile's shape, or a layout for each mode.
        ragged: whether tiles may go past the edges; what is there needs a `predicate`.

    Raises:
        EnigmaError: the tile does not divide the tensor, and `ragged` is not said.
    """
    source = as_tensor(tensor, "tensor_zipped_divide")
    return source.with_layout(_divided("tensor_zipped_divide", source, tiler, ragged))


def _diced(t: Any, proj: Any) -> Any:
    """The parts of a tuple at which a projection is not None."""
    if not isinstance(t, tuple) or len(t) != len(proj):
        raise mistake("E0504", crd=show(proj), shape=show(shown(t)))
    kept = tuple(e for e, p in zip(t, proj, strict=True) if p is not None)
    return kept[0] if len(kept) == 1 and not isinstance(kept[0], tuple) else kept


def local_tile(
    tensor: object,
    tiler: object,
    coord: object,
    proj: object = None,
    ragged: bool = False,
) -> Tensor:
    """One tile of a tensor: the tile's modes, then those that `coord` keeps with None.

    Args:
        tensor: the tensor.
        tiler: the tile's shape.
        coord: which tile: an integer, traced or not, or None for each mode.
        proj: with a tiler and a coordinate for more modes than the tensor has, None for those that
            it lacks: ``local_tile(A, (M, N, K), (m, n, k), proj=(1, None, 1))``.
        ragged: whether tiles may go past the edges; what is there needs a `predicate`.

    Raises:
        EnigmaError: the tile does not divide the tensor, and `ragged` is not said.
    """
    source = as_tensor(tensor, "local_tile")
    crd = read_coordinate(coord)
    tiles = as_tuple(tiler)
    if proj is not None:
        projection = as_tuple(proj)
        tiles, crd = _diced(tiles, projection), _diced(crd, projection)
    tiled = source.with_layout(_divided("local_tile", source, tiles, ragged))
    inner = (None,) * rank(tiled._plain[0])
    rest = tiled._plain[1]
    if isinstance(crd, tuple):
        missing = rank(rest) - len(crd)
        if missing < 0:
            raise mistake("E0504", crd=show(shown(crd)), shape=show(rest.shape))
        crd = (*crd, *(None,) * missing) if isinstance(rest.shape, tuple) else crd[0]
    if len(inner) == 1 and not isinstance(tiled._plain[0].shape, tuple):
        return tiled[None, crd]  # type: ignore[no-any-return]
    return tiled[inner, crd]  # type: ignore[no-any-return]


def local_partition(
    tensor: object,
    thr_layout: object,
    thr_idx: object,
    proj: object = None,
    ragged: bool = False,
) -> Tensor:
    """What of a tensor is one thread's: every element that lies a multiple of the threads apart.

    Args:
        tensor: the tensor, usually a tile.
        thr_layout: how the threads stand on it: a layout from their place to their number.
        thr_idx: the thread's number.
        proj: None for the modes of `thr_layout` that the tensor lacks.
        ragged: whether the threads may go past the edges; what is there needs a `predicate`.

    Raises:
        EnigmaError: the threads' shape does not divide the tensor, and `ragged` is not said.
    """
    source = as_tensor(tensor, "local_partition")
    threads = as_layout(as_tuple(thr_layout))
    number = read_coordinate(thr_idx)
    if number is None or isinstance(number, tuple):
        raise mistake("E0524", what=show(shown(number)))
    crd = thread_coordinate(threads, number)
    extents = tuple(product(s) for s in _extents(threads))
    if not isinstance(threads.shape, tuple):
        extents, crd = extents[0], crd[0]  # type: ignore[assignment]
    if proj is not None:
        projection = as_tuple(proj)
        extents, crd = _diced(extents, projection), _diced(crd, projection)
    tiled = source.with_layout(_divided("local_partition", source, extents, ragged))
    rest = tiled._plain[1]
    keep = (None,) * rank(rest) if isinstance(rest.shape, tuple) else None
    return tiled[crd, keep]  # type: ignore[no-any-return]


def thread_coordinate(threads: Layout, number: Value | int) -> tuple[Any, ...]:
    """Where thread `number` stands: the coordinate that `threads` maps to it, mode by mode."""
    if isinstance(number, Value):
        number = unsigned(number)
    crds = []
    for mode in range(len(threads)):
        total: Any = 0
        scale = 1
        for s, d in _merged(
            list(zip(leaves(threads[mode].shape), leaves(threads[mode].stride), strict=True))
        ):
            if s == 1:
                continue
            if not isinstance(d, int) or d == 0:
                raise mistake(
                    "E0526",
                    function="local_partition",
                    problem=f"threads {threads} do not have a number each",
                    fix="give the threads a compact layout",
                )
            part = number if d == 1 else number // d
            part = part % s
            if type(total) is int and total == 0:
                total = part * scale if scale > 1 else part
            else:
                total = total + part * scale
            scale *= s
        crds.append(total)
    return tuple(crds)
