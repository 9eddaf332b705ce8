#!/usr/bin/env python3
"""Write docs/pictures: the layouts that docs/layouts.md and docs/tensors.md show.

`--check` fails when a committed picture is stale.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "docs" / "pictures"

sys.path.insert(0, str(HERE))

import enigma  # noqa: E402


def pictures() -> dict[str, str]:
    """SVG text by file name."""
    rows = enigma.make_layout((8, 8), stride=(8, 1))
    threads = enigma.make_ordered_layout((4, 8), order=(1, 0))
    values = enigma.make_ordered_layout((2, 2), order=(1, 0))
    tiler, layout_tv = enigma.make_layout_tv(threads, values)
    square = enigma.make_layout((16, 32), stride=(32, 1))
    tiles = enigma.zipped_divide(enigma.make_layout((4, 8), stride=(8, 1)), (2, 4))
    return {
        "row-major.svg": enigma.draw_layout(rows),
        "zipped-divide.svg": enigma.draw_layout(tiles),
        "thread-value.svg": enigma.draw_tv(layout_tv, tiler),
        "bank-conflicts.svg": enigma.draw_swizzle(square),
        "swizzle.svg": enigma.draw_swizzle(enigma.swizzle(square, 4, 0, 5)),
    }


def main() -> int:
    """Write the pictures or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a picture is stale")
    options = parser.parse_args()
    stale = []
    PICTURES.mkdir(exist_ok=True)
    for name, text in pictures().items():
        path = PICTURES / name
        if options.check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"{PICTURES}: {', '.join(stale)} stale: run ./dev docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
