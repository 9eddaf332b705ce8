"""Damaged traces, manifests and metallibs are refused in words: no crash, no internal error.

More rounds: ENIGMA_FUZZ_ROUNDS=20 multiplies the number of documents.
"""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from witnesses import BUILD

ROUNDS = int(os.environ.get("ENIGMA_FUZZ_ROUNDS", "1"))
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = [path.stem for path in sorted(EXAMPLES.glob("*.py"))]
BATCH = 30

SCALARS: list[Any] = [
    *(None, True, "", "f32", "%0", "x" * 5000, "\u0000", "\ud7ff\U0010ffff", [], {}, [[]], -1, 0),
    *(1, 2**31, 2**63, 2**64, -(2**63) - 1, 1e308, 1.5, -0.0, 10**400, "threadgroup<f32,0>"),
    *("threadgroup<f32,99999999999>", "buffer<f32>", "b1", "while", "load", "barrier"),
]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> Path:
    """All artifacts of the examples."""
    folder = tmp_path_factory.mktemp("examples")
    sources = [EXAMPLES / f"{name}.py" for name in NAMES]
    emit = "trace,metallib,manifest"
    subprocess.run([BUILD / "bin/enigmac", *sources, "-o", folder, "--emit", emit], check=True)
    return folder


def places(node: Any, path: tuple = ()) -> list[tuple]:
    """Every path into a document."""
    children = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(p for key, child in children for p in places(child, (*path, key)))]


def damage_structure(document: Any, chance: random.Random) -> str:
    """A copy of a document with a few places changed, as JSON."""
    document = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 2, 4])):
        chosen = [p for p in places(document) if p]
        if not chosen:
            break
        path = chance.choice(chosen)
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        key = path[-1]
        kind = chance.randrange(7)
        if kind == 0:
            del parent[key]
        elif kind == 1:
            parent[key] = chance.choice(SCALARS)
        elif kind == 2 and isinstance(parent, dict):
            parent[key + chance.choice(["2", "\u200b", " "])] = parent.pop(key)
        elif kind == 3 and isinstance(parent, list):
            parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(parent[key]))
        elif kind == 4 and isinstance(parent, list):
            chance.shuffle(parent)
        elif kind == 5:
            other = document
            for step in chance.choice(chosen):
                other = other[step] if _has(other, step) else other
            parent[key] = copy.deepcopy(other)
        else:
            depth = chance.choice([3, 100, 3000])
            parent[key] = "@deep@"
            text = json.dumps(document)
            return text.replace('"@deep@"', "[" * depth + "]" * depth)
    return json.dumps(document)


def _has(node: Any, key: Any) -> bool:
    if isinstance(node, dict):
        return key in node
    return isinstance(node, list) and isinstance(key, int) and key < len(node)


def damage_bytes(content: bytes, chance: random.Random) -> bytes:
    """Truncated, with bytes changed, or with a piece elsewhere."""
    data = bytearray(content)
    kind = chance.randrange(4)
    if kind == 0:
        return bytes(data[: chance.randrange(len(data))])
    if kind == 1:
        start = chance.randrange(len(data))
        piece = data[start : start + chance.randrange(1, 40)]
        place = chance.randrange(len(data))
        data[place:place] = piece
        return bytes(data)
    for _ in range(chance.choice([1, 2, 8, 40])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def check_refusal(command: list[str | Path], what: str, statuses: tuple[int, ...]) -> str:
    """Runs a tool on something damaged; gives what it said."""
    done = subprocess.run(command, capture_output=True, timeout=120)
    said = done.stderr.decode(errors="replace")
    assert done.returncode in statuses, f"{what}: status {done.returncode}\n{said[-3000:]}"
    if done.returncode:
        assert "error" in said, f"{what}: status {done.returncode} without an error"
    return said


def damaged(content: bytes, count: int, seed: str) -> list[bytes]:
    """Documents that differ from a good one."""
    chance = random.Random(seed)
    document = json.loads(content)
    makers: list[Callable[[], bytes]] = [
        lambda: damage_structure(document, chance).encode(),
        lambda: damage_bytes(content, chance),
    ]
    return [makers[k % 4 == 3]() for k in range(count)]


@pytest.mark.parametrize("name", NAMES)
def test_damaged_traces(tmp_path: Path, compiled: Path, name: str) -> None:
    content = (compiled / f"{name}.trace.json").read_bytes()
    mutants = []
    for k, text in enumerate(damaged(content, 90 * ROUNDS, f"trace {name}")):
        mutants.append(tmp_path / f"mutant{k}.trace.json")
        mutants[-1].write_bytes(text)
    options = ["-q", "--emit", "metal,metallib", "-o", tmp_path / "out"]
    for start in range(0, len(mutants), BATCH):
        batch = mutants[start : start + BATCH]
        command: list[str | Path] = [BUILD / "bin/enigmac", *batch, *options]
        done = subprocess.run(command, capture_output=True, timeout=120)
        said = done.stderr.decode(errors="replace")
        if done.returncode not in (0, 1):
            for mutant in batch:  # which one is it?
                one = [BUILD / "bin/enigmac", mutant, *options]
                check_refusal(one, f"{mutant.name}: {mutant.read_text(errors='replace')}", (0, 1))
        assert done.returncode in (0, 1), said[-3000:]
        for mutant in batch:
            stem = mutant.name.removesuffix(".trace.json")
            made = (tmp_path / "out" / f"{stem}.metallib").exists()
            refused = mutant.name in said or _only_python_places(mutant, said)
            assert made or refused, (
                f"{mutant.name} is neither compiled nor refused:\n{said[-2000:]}"
            )


def _only_python_places(mutant: Path, said: str) -> bool:
    """A trace that reads well may be refused later, at the Python lines it names."""
    try:
        files = json.loads(mutant.read_bytes())["files"]
    except (ValueError, KeyError, RecursionError):
        return False
    return any(isinstance(file, str) and f"{file}:" in said for file in files)


@pytest.mark.parametrize("name", ["saxpy", "histogram"])
def test_damaged_manifests(tmp_path: Path, compiled: Path, name: str) -> None:
    content = (compiled / f"{name}.manifest.json").read_bytes()
    (tmp_path / f"{name}.metallib").write_bytes((compiled / f"{name}.metallib").read_bytes())
    manifest = tmp_path / "mutant.manifest.json"
    fill = {"saxpy": ["X", "Y", "Out"], "histogram": ["X", "Bins"]}[name]
    scalar = {"saxpy": "alpha=2", "histogram": "n=64"}[name]
    inputs = [part for b in fill for part in ("--fill", f"{b}=zeros", "--size", f"{b}=256")]
    for text in damaged(content, 80 * ROUNDS, f"manifest {name}"):
        manifest.write_bytes(text)
        command = [BUILD / "bin/enigma-run", manifest, name, *inputs, "--scalar", scalar]
        # A manifest may name a file that is not there: that is 3.
        shown = text.decode(errors="replace")
        check_refusal([*command, "--grid", "64", "--block", "32"], shown, (0, 1, 3))


@pytest.mark.parametrize("name", ["saxpy", "softmax"])
def test_damaged_metallibs(tmp_path: Path, compiled: Path, name: str) -> None:
    content = (compiled / f"{name}.metallib").read_bytes()
    chance = random.Random(f"metallib {name}")
    metallib = tmp_path / "mutant.metallib"
    arguments = {
        "saxpy": ["0=zeros:f32[64]", "1=zeros:f32[64]", "2=zeros:f32[64]", "3=bytes:0000803f"],
        "softmax": ["0=zeros:f32[64]", "1=zeros:f32[64]", "2=bytes:01000000", "3=bytes:40000000"],
    }[name]
    options = [part for argument in arguments for part in ("--arg", argument)]
    for k in range(60 * ROUNDS):
        damaged_content = damage_bytes(content, chance)
        if damaged_content == content:
            continue
        metallib.write_bytes(damaged_content)
        what = f"{name}, mutant {k}"
        for command in (
            ["metallib-dump", metallib],
            ["metallib-dump", "--json", metallib],
            [
                "enigma-run",
                metallib,
                f"enigma_kernel_{name}",
                *options,
                "--grid",
                "32",
                "--block",
                "32",
            ],
        ):
            check_refusal([BUILD / "bin" / command[0], *command[1:]], what, (0, 1))
