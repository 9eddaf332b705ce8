"""Argument structs, laid out as the library's own metadata describes them."""

from __future__ import annotations

import json
import os
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from cpu_device import BUILD

FORMATS = {
    "bool": "?", "char": "b", "uchar": "B", "short": "h", "ushort": "H", "int": "i", "uint": "I",
    "long": "q", "ulong": "Q", "float": "f",
}  # fmt: skip

Number = bool | int | float
Fields = Mapping[str, Number | Sequence[Number]]


def describe(library: Path) -> dict[str, dict[int, dict]]:
    """Per function, its buffer arguments by index, as metallib-dump prints them."""
    dumped = subprocess.run(
        [os.fspath(BUILD / "bin/metallib-dump"), "--json", os.fspath(library)],
        capture_output=True,
        check=True,
    ).stdout
    return {
        function["name"]: {
            argument["location"]: argument
            for argument in function["arguments"]
            if argument["kind"] == "buffer" and argument["address_space"] != "threadgroup"
        }
        for function in json.loads(dumped)["functions"]
    }


def pack(argument: dict, fields: Fields) -> bytes:
    """The struct's bytes. Every member must be given, and nothing else."""
    members = {member["name"]: member for member in argument["members"]}
    if members.keys() != fields.keys():
        missing, unknown = members.keys() - fields.keys(), fields.keys() - members.keys()
        raise KeyError(f"{argument['type']}: missing {missing}, unknown {unknown}")
    packed = bytearray(argument["buffer_size"])
    for name, member in members.items():
        value = fields[name]
        values = value if isinstance(value, Sequence) else [value]
        if len(values) != (member["array_length"] or 1):
            raise ValueError(f"{argument['type']}.{name}: {len(values)} values")
        layout = f"<{len(values)}{FORMATS[member['type']]}"
        struct.pack_into(layout, packed, member["offset"], *values)
    return bytes(packed)
