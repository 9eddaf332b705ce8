#!/usr/bin/env python3
"""Write docs/api.md: every public name of the package, from its docstring.

Functions that are a row of the op table are in docs/ops.md too, with their signatures. `--check`
fails when the committed file is stale.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parent / "docs" / "api.md"

sys.path.insert(0, str(HERE))

import enigma  # noqa: E402
from enigma._optable import DTYPES, OPS  # noqa: E402
from enigma.functions import row_functions  # noqa: E402
from enigma.thread_queries import QUERIES  # noqa: E402

HEADER = """# Python reference

Written from the docstrings of `enigma.__all__` by `./dev docs`. Functions of the op table have
their signatures in [ops.md](ops.md).
"""


def summary(item: object) -> str:
    """The first paragraph of a docstring, on one line."""
    text = inspect.getdoc(item) or ""
    return " ".join(text.split("\n\n")[0].split())


def signature(name: str, item: object) -> str:
    """How a name is written: a function with its parameters."""
    if not inspect.isfunction(item):
        return f"`{name}`"
    shown = []
    for parameter in inspect.signature(item).parameters.values():
        text = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            text = "*" + text
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = "**" + text
        elif parameter.default is not parameter.empty:
            text += f"={parameter.default!r}"
        shown.append(text)
    return f"`{name}({', '.join(shown)})`"


def entries() -> dict[str, list[tuple[str, str]]]:
    """(name as written, summary) by chapter."""
    rows = {name: row for row in OPS for name in (row.name, *row.aliases)}
    dtypes = {spelling: row for row in DTYPES for spelling in (row.name, row.cls)}
    functions = row_functions()
    chapters: dict[str, list[tuple[str, str]]] = {
        "Language": [],
        "Types": [],
        "Functions of the op table": [],
    }
    for name in sorted(enigma.__all__, key=lambda n: (n.lower(), n)):
        item = getattr(enigma, name)
        if name in dtypes:
            chapters["Types"].append((f"`{name}`", f"Metal's `{dtypes[name].metal}`."))
        elif isinstance(item, str):
            chapters["Language"].append((f"`{name}`", "Memory that a barrier orders."))
        elif name in functions or name in QUERIES:
            doc = rows[name].doc
            chapters["Functions of the op table"].append(
                (signature(name, item), doc[:1].upper() + doc[1:])
            )
        else:
            chapters["Language"].append((signature(name, item), summary(item)))
    return chapters


def reference() -> str:
    """The whole file."""
    text = HEADER
    for chapter, members in entries().items():
        text += f"\n## {chapter}\n\n| name | meaning |\n| --- | --- |\n"
        for name, meaning in members:
            text += f"| {name} | {meaning.replace('|', chr(92) + '|')} |\n"
    return text


def main() -> int:
    """Write the reference or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the file is stale")
    options = parser.parse_args()
    text = reference()
    if options.check:
        if not REFERENCE.exists() or REFERENCE.read_text(encoding="utf-8") != text:
            print(f"{REFERENCE} is stale: run ./dev docs", file=sys.stderr)
            return 1
        return 0
    REFERENCE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
