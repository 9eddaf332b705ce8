"""Pictures of layouts: text grids and SVG, for people who design tilings."""

from __future__ import annotations

import sys

from enigma.errors import mistake
from enigma.int_tuples import as_tuple, check_shape, product, rank, show
from enigma.layouts import Layout, as_layout, cosize
from enigma.swizzles import SwizzledLayout

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

    Drawable = Layout | SwizzledLayout

# A picture with more cells helps nobody, and a browser even less.
MAX_CELLS = 1 << 16

# Colours that are told apart side by side and carry black text.
PALETTE = [
    *("#aec7e8", "#ffbb78", "#98df8a", "#ff9896", "#c5b0d5", "#c49c94", "#f7b6d2", "#dbdb8d"),
    *("#9edae5", "#c7c7c7", "#fdd0a2", "#c7e9c0", "#dadaeb", "#fcbba1", "#d9f0a3", "#e0ecf4"),
]

_CELL_WIDTH, _CELL_HEIGHT, _MARGIN = 44, 28, 34


def _grid(layout: object, function: str) -> tuple[Drawable, int, int]:
    """A layout (or tensor's layout) with its number of rows and columns; a vector is one row."""
    if hasattr(layout, "engine"):
        layout = layout.layout
    if not isinstance(layout, SwizzledLayout):
        layout = as_layout(as_tuple(layout))
    count = rank(layout)
    if count > 2:
        raise mistake(
            "E0506", function=function, problem=f"{layout} has {count} modes; a grid has 2"
        )
    rows = product(layout.shape[0]) if count == 2 else 1
    columns = layout.size // rows
    if rows * columns > MAX_CELLS:
        raise mistake(
            "E0506",
            function=function,
            problem=f"{layout} has {rows * columns} cells; a picture has at most {MAX_CELLS}",
        )
    return layout, rows, columns


def _entry(layout: Drawable, row: int, column: int) -> Any:
    return layout(row, column) if rank(layout) == 2 else layout(column)


def _text(value: object) -> str:
    return show(value) if isinstance(value, tuple) else str(value)


def print_layout(layout: object, file: TextIO | None = None) -> str:
    """Print a layout of one or two modes as a grid of its offsets, rows first.

    Returns:
        The text that was printed.
    """
    layout, rows, columns = _grid(layout, "print_layout")
    cells = [[_text(_entry(layout, r, c)) for c in range(columns)] for r in range(rows)]
    width = max(len(str(columns - 1)), *(len(cell) for line in cells for cell in line)) + 2
    label = len(str(rows - 1)) + 1
    rule = " " * label + "+" + ("-" * width + "+") * columns
    lines = [str(layout), " " * (label + 1) + " ".join(f"{c:^{width}}" for c in range(columns))]
    for r, line in enumerate(cells):
        lines += [
            rule,
            f"{r:>{label - 1}} |" + "|".join(f"{cell:>{width - 1}} " for cell in line) + "|",
        ]
    lines.append(rule)
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    (file or sys.stdout).write(text)
    return text


def draw_layout(layout: object) -> str:
    """An SVG grid of a layout's offsets; cells whose offsets are 8 apart have the same colour."""
    layout, rows, columns = _grid(layout, "draw_layout")

    def cell(row: int, column: int) -> tuple[list[str], str]:
        offset = _entry(layout, row, column)
        colour = PALETTE[offset % 8] if type(offset) is int else PALETTE[(row + column) % 2]
        return [_text(offset)], colour

    return _svg(str(layout), rows, columns, cell)


def draw_tv(layout_tv: object, tiler: object) -> str:
    """An SVG grid of a tile: which thread has each element, and as which of its values.

    Args:
        layout_tv: ``(thread, value) -> position in the tile``, as `make_layout_tv` makes it.
        tiler: the tile's shape ``(M, N)``.

    Threads have colours; a cell says ``T`` with the thread and ``V`` with the value.
    """
    layout = as_layout(layout_tv)
    shape = check_shape(tiler, "a tiler")
    if rank(layout) != 2:
        raise mistake("E0506", function="draw_tv", problem=f"{layout} has no threads and values")
    _, rows, columns = _grid(Layout(shape), "draw_tv")
    threads, values = product(layout.shape[0]), product(layout.shape[1])  # type: ignore[index]
    owners: dict[int, list[tuple[int, int]]] = {}
    for thread in range(threads):
        for value in range(values):
            position = layout(thread, value)
            if type(position) is not int or position >= rows * columns:
                raise mistake(
                    "E0506",
                    function="draw_tv",
                    problem=f"{layout} reaches position {_text(position)} of a tile of "
                    f"{rows * columns}",
                )
            owners.setdefault(position, []).append((thread, value))

    def cell(row: int, column: int) -> tuple[list[str], str]:
        owner = owners.get(row + column * rows)
        if owner is None:
            return [], "#ffffff"
        thread, value = owner[0]
        more = "…" if len(owner) > 1 else ""
        return [f"T{thread}", f"V{value}{more}"], PALETTE[thread % len(PALETTE)]

    return _svg(f"{layout}  tile {show(shape)}", rows, columns, cell)


def draw_swizzle(
    layout: object, element_bytes: int = 4, banks: int = 32, bank_bytes: int = 4
) -> str:
    """An SVG grid of a layout in threadgroup memory: offsets, and the bank each falls into.

    Cells of one bank have one colour: a column of one colour is a bank conflict.
    """
    for number in (element_bytes, banks, bank_bytes):
        if type(number) is not int or number < 1:
            raise mistake("E0506", function="draw_swizzle", problem=f"{number!r} is not positive")
    layout, rows, columns = _grid(layout, "draw_swizzle")
    cosize(layout)  # refuses layouts over coordinates

    def cell(row: int, column: int) -> tuple[list[str], str]:
        offset = _entry(layout, row, column)
        bank = offset * element_bytes // bank_bytes % banks
        hue = bank * 360 // banks
        return [str(offset), f"b{bank}"], f"hsl({hue},70%,{78 if bank % 2 else 85}%)"

    return _svg(f"{layout}  {banks} banks", rows, columns, cell)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _svg(
    title: str, rows: int, columns: int, cell: Callable[[int, int], tuple[list[str], str]]
) -> str:
    width = columns * _CELL_WIDTH + _MARGIN + 2
    # Room for the title, which may be wider than the grid.
    width = max(width, 7 * len(title) + 12)
    height = rows * _CELL_HEIGHT + 2 * _MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="monospace" font-size="11" '
        'text-anchor="middle">',
        f"<title>{_escaped(title)}</title>",
        f'<text x="6" y="14" text-anchor="start">{_escaped(title)}</text>',
    ]
    top = 2 * _MARGIN - 12
    for column in range(columns):
        x = _MARGIN + column * _CELL_WIDTH + _CELL_WIDTH // 2
        out.append(f'<text x="{x}" y="{top - 8}" fill="#666">{column}</text>')
    for row in range(rows):
        y = top + row * _CELL_HEIGHT
        out.append(
            f'<text x="{_MARGIN - 8}" y="{y + 18}" fill="#666" text-anchor="end">{row}</text>'
        )
        for column in range(columns):
            x = _MARGIN + column * _CELL_WIDTH
            lines, colour = cell(row, column)
            out.append(
                f'<rect x="{x}" y="{y}" width="{_CELL_WIDTH}" height="{_CELL_HEIGHT}" '
                f'fill="{colour}" stroke="#555"/>'
            )
            first = y + (18 if len(lines) == 1 else 12)
            for i, line in enumerate(lines):
                out.append(
                    f'<text x="{x + _CELL_WIDTH // 2}" y="{first + 12 * i}">{_escaped(line)}</text>'
                )
    return "\n".join([*out, "</svg>"]) + "\n"
