"""`python -m enigma trace file.py [-D NAME=VALUE] [--kernel GLOB]`: print a module's trace."""

from __future__ import annotations

import argparse
import json
import sys

from enigma.module_runner import run_module


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m enigma", description=__doc__)
    commands = parser.add_subparsers(required=True)
    trace = commands.add_parser("trace", help="print the trace of a module")
    trace.add_argument("module", help="a Python file with kernels")
    trace.add_argument("-D", dest="defines", metavar="NAME=VALUE", action="append", default=[])
    trace.add_argument("--kernel", dest="kernels", metavar="GLOB", action="append", default=[])
    options = parser.parse_args(arguments)
    defines = {}
    for definition in options.defines:
        name, equals, value = definition.partition("=")
        if not equals:
            parser.error(f"-D {definition}: NAME=VALUE is expected")
        defines[name] = value
    text = run_module(options.module, defines, options.kernels)
    answer = json.loads(text)
    for d in answer["diagnostics"]:
        place = f"{d['file']}:{d['line']}:{d['col'] + 1}"
        print(f"{place}: {d['severity']}: {d['message']} [{d['id']}]", file=sys.stderr)
        for note in d["notes"]:
            place = f"{note['file']}:{note['line']}:{note['col'] + 1}"
            print(f"{place}: note: {note['message']}", file=sys.stderr)
        if d["help"]:
            print(f"help: {d['help']}", file=sys.stderr)
    if answer["trace"] is None:
        return 1
    # The document as it was written, one op a line: what stands before the diagnostics.
    print(text[len('{"trace": ') : text.rindex(',\n "diagnostics": ')])
    return 0


if __name__ == "__main__":
    sys.exit(main())
