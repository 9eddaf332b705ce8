#!/usr/bin/env python3
"""Write what is made of the catalogue of diagnostics and its pages.

`--cpp FILE` writes the table for C++, with the pages in it; `--depfile` says for Ninja what that
was made of. `--index` renews docs/diagnostics/README.md, `--check` fails when it is stale.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "docs" / "diagnostics"
INDEX = PAGES / "README.md"

sys.path.insert(0, str(HERE))

from enigma._diagnostics import CATALOGUE  # noqa: E402

CPP_KEYWORDS = {"new", "default", "operator", "union", "class", "template", "this"}
TITLE = re.compile(r"# ([EW]\d{4}): (.+)\n")

INDEX_HEADER = """# Diagnostics

Every number that enigmac prints, one page each; `enigmac explain E0112` prints a page, and
`enigmac explain` the list. The kernel on a page is compiled by the tests, and so is its corrected
form. Warnings have a name too: `-Wno-NAME` silences one, `-Werror=NAME` makes it an error,
`-Wno-error=NAME` keeps it a warning under `-Werror`.

Written by `./dev docs` from `pyfront/enigma/_diagnostics.py` and the pages.
"""

CHAPTERS = {
    "E01": "Values, types, memory",
    "E02": "Control flow",
    "E03": "Kernels, exports, defines",
    "E04": "The Python module",
    "E05": "Layouts and tensors",
    "E06": "Debug information and number formats",
    "E07": "Command line, files, targets, limits",
    "E08": "Running kernels from Python",
    "W": "Warnings",
}


def pages() -> dict[str, tuple[str, str]]:
    """Title and text of each page there is, by number."""
    found = {}
    for path in sorted(PAGES.glob("[EW]*.md")):
        text = path.read_text(encoding="utf-8")
        match = TITLE.match(text)
        if match is None or match[1] != path.stem:
            sys.exit(f"{path}: the first line is not '# {path.stem}: title'")
        found[path.stem] = (match[2], text)
    return found


def fields(*texts: str | None) -> list[str]:
    """The named fields of a row, in the order of their first use."""
    names: dict[str, None] = {}
    for text in texts:
        for _, name, spec, conversion in string.Formatter().parse(text or ""):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                sys.exit(f"'{text}': a field is a plain name in braces")
            names[name] = None
    return list(names)


def literal(text: str) -> str:
    """A C++ string literal of any length."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", '\\n"\n"')
    return f'"{quoted}"'.removesuffix('\n""')


def cpp() -> str:
    """The table as rows, and for each number a struct with its fields."""
    known = pages()
    rows, structs = "", ""
    for number, (severity, name, message, fix) in sorted(CATALOGUE.items()):
        title, page = known.get(number, (message, ""))
        rows += f"ENIGMA_DIAGNOSTIC({number}, {severity}, {literal(name or '')},\n"
        rows += f"{literal(message)},\n{literal(fix or '')},\n{literal(title)},\n{literal(page)})\n"
        names = fields(message, fix)
        members = [f"{n}_" if n in CPP_KEYWORDS else n for n in names]
        structs += f"struct {number} {{\n"
        structs += "".join(f"  std::string {m};\n" for m in members)
        pairs = ", ".join(f'{{"{n}", {m}}}' for n, m in zip(names, members, strict=True))
        structs += f"  Message message() const {{ return fill(Number::{number}, {{{pairs}}}); }}\n"
        structs += "};\n"
    return (
        "// Made by pyfront/gen_diagnostics.py.\n"
        f"#ifdef ENIGMA_DIAGNOSTIC\n{rows}#undef ENIGMA_DIAGNOSTIC\n#endif\n"
        f"#ifdef ENIGMA_DIAGNOSTIC_STRUCTS\n{structs}#undef ENIGMA_DIAGNOSTIC_STRUCTS\n#endif\n"
    )


def index() -> str:
    """docs/diagnostics/README.md."""
    known = pages()
    text = INDEX_HEADER
    for prefix, chapter in CHAPTERS.items():
        members = [n for n in sorted(CATALOGUE) if n.startswith(prefix) and n in known]
        if not members:
            continue
        named = prefix == "W"
        text += f"\n## {chapter}\n\n| number | {'name | ' if named else ''}meaning |\n"
        text += f"| --- | {'--- | ' if named else ''}--- |\n"
        for number in members:
            name = f"`{CATALOGUE[number][1]}` | " if named else ""
            title = known[number][0].replace("|", "\\|")
            text += f"| [{number}]({number}.md) | {name}{title} |\n"
    return text


def main() -> int:
    """Write one of the files or compare the index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpp", type=Path, metavar="FILE")
    parser.add_argument("--depfile", type=Path, metavar="FILE")
    parser.add_argument("--index", action="store_true", help="renew the index of the pages")
    parser.add_argument("--check", action="store_true", help="fail when the index is stale")
    options = parser.parse_args()
    if options.cpp:
        options.cpp.write_text(cpp(), encoding="utf-8")
    if options.depfile:
        # The folder too: its time changes with the pages that come and go.
        used = [HERE / "enigma/_diagnostics.py", PAGES, *sorted(PAGES.glob("[EW]*.md"))]
        escaped = " ".join(str(path).replace(" ", "\\ ") for path in used)
        options.depfile.write_text(f"{options.cpp}: {escaped}\n", encoding="utf-8")
    if options.index:
        INDEX.write_text(index(), encoding="utf-8")
    if options.check and (not INDEX.exists() or INDEX.read_text(encoding="utf-8") != index()):
        print(f"{INDEX} is stale: run ./dev docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
