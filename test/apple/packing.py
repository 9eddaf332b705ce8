"""The smallest container around a module: what turns a disassembled sample into a library again."""

from __future__ import annotations

import hashlib
import struct
import subprocess
from pathlib import Path


def assembled(text: Path, assembler: str) -> bytes:
    """Typed-pointer assembly as a bitcode file, padded as a library has it."""
    bitcode = subprocess.run([assembler, text, "-o", "-"], capture_output=True, check=True).stdout
    return bitcode + bytes(-len(bitcode) % 16)


def tag(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<H", len(payload)) + payload


def library(function: str, module: bytes) -> bytes:
    """A metallib for macOS 14 with one kernel, in the style of Apple's `metallib` tool."""
    tags = tag(b"NAME", function.encode() + b"\0") + tag(b"TYPE", b"\2")
    tags += tag(b"HASH", hashlib.sha256(module).digest())
    tags += tag(b"MDSZ", struct.pack("<Q", len(module)))
    tags += tag(b"OFFT", bytes(24)) + tag(b"VERS", struct.pack("<4H", 2, 6, 3, 1)) + b"ENDT"
    group = struct.pack("<I", 4 + len(tags)) + tags
    nothing = struct.pack("<I", 4) + b"ENDT"
    functions_at = 88
    public_at = functions_at + 4 + len(group) + 4
    modules_at = public_at + 2 * len(nothing)
    header = b"MTLB" + struct.pack("<4HHH", 0x8001, 2, 7, 0x8100, 14, 0)
    header += struct.pack("<Q", modules_at + len(module))
    for at, size in (
        (functions_at, len(group)),
        (public_at, len(nothing)),
        (public_at + len(nothing), len(nothing)),
        (modules_at, len(module)),
    ):
        header += struct.pack("<QQ", at, size)
    return header + struct.pack("<I", 1) + group + b"ENDT" + nothing + nothing + module
