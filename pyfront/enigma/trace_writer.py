"""Writes traced kernels as an `enigma-trace/1` document (docs/trace.md), one op a line."""

from __future__ import annotations

import os
import sys

from enigma.defines import Constant
from enigma.kernels import TracedKernel
from enigma.locations import CalledLocation, Location
from enigma.memory import Buffer
from enigma.parameters import BufferType
from enigma.tracer import Block, Op
from enigma.values import Value

SCHEMA = "enigma-trace/1"

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def json_string(text: str) -> str:
    """A JSON string, in ASCII; importing `json` costs more than a whole trace."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    out = []
    for character in text:
        code = ord(character)
        if character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif 32 <= code < 127:
            out.append(character)
        elif code < 0x10000:
            out.append(f"\\u{code:04x}")
        else:
            code -= 0x10000
            out.append(f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}")
    return '"' + "".join(out) + '"'


def json_text(x: object) -> str:
    """JSON of None, numbers, strings, lists, tuples and dicts with string keys."""
    if x is None:
        return "null"
    if x is True:
        return "true"
    if x is False:
        return "false"
    if isinstance(x, str):
        return json_string(x)
    if isinstance(x, int):
        return int.__repr__(x)
    if isinstance(x, float):
        return _number(x)
    if isinstance(x, dict):
        return "{" + ", ".join(f"{json_string(k)}: {json_text(v)}" for k, v in x.items()) + "}"
    assert isinstance(x, list | tuple), type(x)
    return "[" + ", ".join([json_text(v) for v in x]) + "]"


def _number(x: float) -> str:
    """A float; JSON has no words for the values that are not numbers."""
    if x != x:
        return '"nan"'
    if x in (1e400, -1e400):
        return '"inf"' if x > 0 else '"-inf"'
    return float.__repr__(x)


class FileTable:
    """The trace's `files`: paths that do not depend on the machine or the current folder."""

    def __init__(self, module_file: str) -> None:
        self._folder = os.path.dirname(module_file)
        self._numbers = {module_file: 0}
        self.names = [os.path.basename(module_file)]

    def number(self, filename: str) -> int:
        """The index of a file, which is added when it is new."""
        number = self._numbers.get(filename)
        if number is None:
            number = self._numbers[filename] = len(self.names)
            self.names.append(self._portable(filename))
        return number

    def _portable(self, filename: str) -> str:
        """Relative to the module's folder, else to the place that Python imported it from."""
        path = os.path.abspath(filename)
        roots = [self._folder]
        roots += sorted((os.path.abspath(p) for p in sys.path if p), key=len, reverse=True)
        for root in roots:
            if path.startswith(root.rstrip(os.sep) + os.sep):
                return os.path.relpath(path, root).replace(os.sep, "/")
        return os.path.basename(path)

    def location(self, location: Location) -> list[int]:
        """A location as the trace has it."""
        return [self.number(location[0]), *location[1:]]

    def callers(self, location: CalledLocation) -> list[dict[str, object]]:
        """The calls that led to a location, as the trace has them."""
        return [
            {"function": function, "loc": self.location(place)}
            for function, place in location.callers
        ]


class KernelWriter:
    """Writes one kernel: names its values in the order of their definition."""

    def __init__(self, files: FileTable) -> None:
        self._files = files
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()
        self._count = 0
        self._lines: list[str] = []

    def kernel(self, traced: TracedKernel) -> str:
        """The kernel's JSON."""
        export, kernel = traced.export, traced.export.kernel
        launch = {"grid": export.grid, "block": export.block, "max_threads": kernel.max_threads}
        has_launch = any(member is not None for member in launch.values())
        head = {
            "name": export.metal_name,
            "python_name": export.name,
            "loc": self._files.location(traced.location),
        }
        params = []
        for parameter in traced.parameters:
            type_ = parameter.type
            entry: dict[str, object] = {"name": parameter.name}
            if isinstance(type_, BufferType):
                entry.update(
                    kind="buffer",
                    dtype=type_.dtype.name,
                    shape=type_.shape,
                    stride=None,
                    access=type_.access,
                )
            else:
                entry.update(kind="scalar", dtype=type_.dtype.name)
            if parameter.location is not None:
                entry["loc"] = self._files.location(parameter.location)
            params.append("     " + json_text(entry))
        lines = [json_text(head)[:-1] + ","]
        lines.append('   "params": [' + ("\n" + ",\n".join(params) if params else "") + "],")
        lines.append(f'   "launch": {json_text(launch if has_launch else None)},')
        lines.append(f'   "function_constants": {self._function_constants(traced)},')
        lines.append('   "body": ' + self._ops(traced.tracer.body, 5) + "}")
        return "\n".join(lines)

    def _function_constants(self, traced: TracedKernel) -> str:
        """What the kernel reads of the module's function constants, by index."""
        used = traced.tracer.function_constants
        return json_text(
            [
                {
                    "index": index,
                    "name": used[index].name,
                    "dtype": used[index].dtype.name,
                    "default": used[index].default,
                    "loc": self._files.location(used[index].location),
                }
                for index in sorted(used)
            ]
        )

    def _ops(self, block: Block, indent: int) -> str:
        if not block.ops:
            return "[]"
        pad = " " * indent
        return "[\n" + ",\n".join([pad + self._op(op, indent) for op in block.ops]) + "]"

    def _op(self, op: Op, indent: int) -> str:
        parts = [f'{{"op": "{op.name}"']
        if op.inputs:
            names = [self._operand(x) for x in op.inputs]
            parts.append('"in": [' + ", ".join(names) + "]")
        # Regions come before the results in the text's order of definition, not in the document.
        regions = [self._region(block, indent + 2) for block in op.regions]
        if op.outputs:
            parts.append('"out": [' + ", ".join([self._define(x) for x in op.outputs]) + "]")
        if op.attributes:
            attributes = op.attributes
            if op.name == "constant":
                (value,) = op.outputs
                assert isinstance(value, Value)
                attributes = {"value": _as_literal(attributes["value"], value)}
            parts.append(f'"attrs": {json_text(attributes)}')
        if regions:
            pad = "\n" + " " * (indent + 1)
            parts.append('"regions": [' + pad + ("," + pad).join(regions) + "]")
        if op.variable is not None:
            parts.append(f'"name": {json_string(op.variable)}')
        parts.append(f'"loc": {json_text(self._files.location(op.location))}')
        if isinstance(op.location, CalledLocation):
            parts.append(f'"callers": {json_text(self._files.callers(op.location))}')
        return ", ".join(parts) + "}"

    def _region(self, block: Block, indent: int) -> str:
        args = ", ".join([self._define(x) for x in block.args])
        body = self._ops(block, indent)
        yields = ", ".join([self._operand(x) for x in block.yields])
        return f'{{"args": [{args}], "body": {body}, "yield": [{yields}]}}'

    def _operand(self, x: object) -> str:
        if isinstance(x, Value):
            return self._names[id(x.resolved())]
        if isinstance(x, Buffer) and x.space != "device":
            return self._names[id(x)]
        return json_string(x.name)  # type: ignore[attr-defined]

    def _define(self, x: Value | Buffer) -> str:
        if isinstance(x, Buffer):
            extents = "x".join(map(str, x.shape or ()))
            type_ = f"{x.space}<{x.dtype},{extents}>"
        else:
            type_ = x.dtype.name
        name = json_string(self._fresh(x))
        self._names[id(x)] = name
        return f'[{name}, "{type_}"]'

    def _fresh(self, x: Value | Buffer) -> str:
        """A new value name; what no op's `name` can name is called after its variable."""
        variable = x.variable if isinstance(x, Value) else None
        if variable is not None:
            name, count = f"%{variable}", 1
            while name in self._taken:
                count += 1
                name = f"%{variable}.{count}"
            self._taken.add(name)
            return name
        name = f"%{self._count}"
        self._count += 1
        return name


def _as_literal(literal: object, value: Value) -> object:
    """A literal as its type has it."""
    dtype = value.dtype
    if dtype.is_bool:
        return bool(literal)
    return float(literal) if dtype.is_float else int(literal)  # type: ignore[arg-type,call-overload]


def write_trace(module_file: str, defines: dict[str, Constant], kernels: list[TracedKernel]) -> str:
    """The whole document.

    Args:
        module_file: the absolute path of the module; the trace holds its stem and relative paths.
        defines: the module's constants.
        kernels: the traced kernels, in the order of the module.
    """
    files = FileTable(module_file)
    bodies = [KernelWriter(files).kernel(kernel) for kernel in kernels]
    module = os.path.splitext(os.path.basename(module_file))[0]
    return (
        f'{{"schema": "{SCHEMA}",\n "module": {json_string(module)},\n'
        f' "files": {json_text(files.names)},\n "defines": {json_text(defines)},\n'
        ' "kernels": [\n  ' + ",\n  ".join(bodies) + '],\n "launches": []}'
    )
