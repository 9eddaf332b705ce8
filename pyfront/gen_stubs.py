#!/usr/bin/env python3
"""Write pyfront/enigma/__init__.pyi: what editors and type checkers see of the package.

Functions of the op table exist at run time only, so the stub spells them out; the rest it takes
from the modules, which are annotated. `--check` fails when the committed file is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
STUB = HERE / "enigma" / "__init__.pyi"

sys.path.insert(0, str(HERE))

import enigma  # noqa: E402
from enigma._optable import DTYPES, OPS, OpRow  # noqa: E402
from enigma.dtypes import VECTORS  # noqa: E402
from enigma.functions import docstring, row_functions  # noqa: E402
from enigma.thread_queries import QUERIES  # noqa: E402
from enigma.vectors import MAKERS  # noqa: E402

HEADER = '''"""Written by pyfront/gen_stubs.py from the op table: do not edit, run `./dev docs`."""

from collections.abc import Callable
from typing import Any, overload

'''

BODY = """
# What an operand may be: a traced value, a thread query (its x component) or a Python number.
Number = Operand | int | float

cast = metal_cast

@overload
def kernel(fn: Callable[..., None]) -> Kernel: ...
@overload
def kernel(
    *,
    grid: int | tuple[int, ...] | None = None,
    block: int | tuple[int, ...] | None = None,
    name: str | None = None,
    max_threads: int | None = None,
) -> Callable[[Callable[..., None]], Kernel]: ...
"""

# A dtype is an annotation, where checkers want a class whose instances are buffers, and a
# conversion.
DTYPE = '''
class {cls}(Buffer):
    """Metal's {metal}: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

{name} = {cls}
'''


VECTOR = '''
class {name}(Buffer):
    """Metal's {metal}: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...
'''


def docstring_block(text: str) -> str:
    """A docstring inside a function, its lines not too long."""
    paragraphs = [textwrap.fill(p, 92, break_long_words=False) for p in text.split("\n\n")]
    paragraphs[0] = textwrap.fill('"""' + paragraphs[0], 92, break_long_words=False)
    text = "\n\n".join(paragraphs)
    text += '\n"""' if "\n" in text else '"""'
    return textwrap.indent(text, "    ", lambda line: bool(line.strip())) + "\n"


def import_order(name: str) -> tuple:
    """The order in which ruff wants imported names: numbers in them by value."""
    parts = re.split(r"(\d+)", name)
    natural = [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
    return name.upper() != name, name[0].islower(), natural


def stub() -> str:
    """The whole file."""
    generated = {*row_functions(), *QUERIES}
    generated |= {row.name for row in DTYPES} | {row.cls for row in DTYPES}
    generated |= {*VECTORS, *MAKERS}
    imports: dict[str, list[str]] = {"values": ["Operand"], "thread_queries": ["ThreadQuery"]}
    flags = []
    for name in enigma.__all__:
        if name in generated or name in ("kernel", "arch", "cast"):
            continue
        item = getattr(enigma, name)
        if isinstance(item, str):
            flags.append(name)
            continue
        imports.setdefault(item.__module__.removeprefix("enigma."), []).append(name)
    lines = ["from enigma import arch as arch"]
    for module in sorted(imports):
        for name in sorted(imports[module], key=import_order):
            lines.append(f"from enigma.{module} import {name} as {name}")
    text = HEADER + "\n".join(lines) + "\n" + BODY
    for dtype in DTYPES:
        text += DTYPE.format(cls=dtype.cls, metal=dtype.metal, name=dtype.name)
    for vector in VECTORS.values():
        text += VECTOR.format(name=vector.name, metal=vector.metal)
    text += "\n"
    for name in flags:
        text += f"{name}: str\n"
    for name in QUERIES:
        text += f"{name}: ThreadQuery\n"
    rows: dict[str, OpRow] = {n: row for row in OPS for n in (row.name, *row.aliases)}
    for name in row_functions():
        row = rows[name]
        arguments = ", ".join(f"{argument}: Number" for argument in row.args)
        text += f"\ndef {name}({arguments}) -> Value:\n" + docstring_block(docstring(row))
    for name, function in MAKERS.items():
        text += f"\ndef {name}(*values: Number) -> Value:\n" + docstring_block(
            str(function.__doc__)
        )
    return text + "\n__all__: list[str]\n"


def main() -> int:
    """Write the stub or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the file is stale")
    options = parser.parse_args()
    text = stub()
    if options.check:
        if STUB.read_text(encoding="utf-8") != text:
            print(f"{STUB} is stale: run pyfront/gen_stubs.py", file=sys.stderr)
            return 1
        return 0
    STUB.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
