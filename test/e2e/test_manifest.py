"""The manifest: against its schema, its hashes against the files, and what it says of kernels."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from command_line import ROOT, enigmac, metallib_dump
from example_runs import NAMES


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


schema_check = load(ROOT / "test/python/schema_check.py")
SCHEMA = json.loads((ROOT / "docs/schema/manifest-1.json").read_text())


def resolved(document: object, schema: dict) -> dict:
    """The schema for `document`, with `oneOf` and `if`, which the checker lacks, decided."""
    target = schema
    if "$ref" in schema:
        target = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    target = {key: value for key, value in target.items() if key not in ("$defs", "$schema", "$id")}
    if "oneOf" in target:
        fitting = [
            branch
            for branch in (resolved(document, branch) for branch in target["oneOf"])
            if not schema_check.schema_errors(document, branch)
        ]
        assert len(fitting) == 1, f"{document!r} fits {len(fitting)} of {target['oneOf']}"
        return fitting[0]
    if "if" in target:
        condition, consequence = target.pop("if"), target.pop("then")
        if not schema_check.schema_errors(document, condition):
            target["required"] = [*target["required"], *consequence["required"]]
    if isinstance(document, dict):
        target["properties"] = {
            key: resolved(document[key], value)
            for key, value in target.get("properties", {}).items()
            if key in document
        }
    if isinstance(document, list) and "items" in target:
        target["prefixItems"] = [resolved(item, target["items"]) for item in document]
    if isinstance(target.get("additionalProperties"), dict):
        target["additionalProperties"] = resolved(None, target["additionalProperties"])
    return target


def schema_errors(manifest: object) -> list[str]:
    return schema_check.schema_errors(manifest, resolved(manifest, SCHEMA))


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / f"{name}.manifest.json").read_text())


@pytest.mark.parametrize("options", [[], ["-O0", "--no-fast-math"], ["--target", "ios26"]], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_schema(name: str, options: list[str], compiled):
    assert schema_errors(read(compiled(*options), name)) == []


def test_the_check_finds_mistakes(compiled):
    manifest = read(compiled(), "softmax")
    for change in (
        lambda m: m.pop("target"),
        lambda m: m["kernels"][0].pop("buffers"),
        lambda m: m["kernels"][0]["buffers"][0].pop("access"),
        lambda m: m["artifacts"]["air"].update(sha256="12"),
        lambda m: m["target"].update(opt=4),
        lambda m: m.update(schema="enigma-manifest/2"),
    ):
        broken = json.loads(json.dumps(manifest))
        change(broken)
        assert schema_errors(broken) != []


@pytest.mark.parametrize("name", NAMES)
def test_artifacts(name: str, compiled):
    artifacts = read(compiled(), name)["artifacts"]
    assert set(artifacts) == {"metallib", "air", "metal"}
    for kind, artifact in artifacts.items():
        assert artifact["path"] == f"{name}.{kind}"
        contents = (compiled() / artifact["path"]).read_bytes()
        assert artifact["size"] == len(contents)
        assert artifact["sha256"] == hashlib.sha256(contents).hexdigest()


def test_artifacts_that_were_not_asked_for_are_not_listed(tmp_path: Path, module):
    source = module("k.py", "@enigma.kernel\ndef k(A: enigma.f32):\n    A[0] = 1.0\n")
    enigmac(source, "-o", tmp_path, "--emit", "metallib,manifest").expect()
    assert set(read(tmp_path, "k")["artifacts"]) == {"metallib"}


def test_keys_are_in_the_documented_order(compiled):
    manifest = read(compiled(), "softmax")
    assert list(manifest) == "schema module compiler target artifacts kernels launches".split()
    assert (
        list(manifest["kernels"][0])
        == (
            "name python_name source grid block buffers function_constants "
            "threadgroup_memory_bytes max_threads_per_threadgroup requires"
        ).split()
    )


def accesses(folder: Path, name: str) -> dict[str, dict[str, str | None]]:
    return {
        kernel["python_name"]: {b["name"]: b.get("access") for b in kernel["buffers"]}
        for kernel in read(folder, name)["kernels"]
    }


def test_access_of_the_examples(compiled):
    out = compiled()
    assert accesses(out, "vector_add")["vector_add"] == {"A": "read", "B": "read", "C": "write"}
    assert accesses(out, "saxpy")["saxpy"] == {
        "X": "read", "Y": "read", "Out": "write", "alpha": None
    }  # fmt: skip
    for kernel in ("matmul_f32", "matmul_f16"):
        assert accesses(out, "matmul")[kernel] == {
            "A": "read", "B": "read", "C": "write", "m": None, "n": None, "k": None
        }  # fmt: skip
    for kernel in ("histogram", "histogram_local"):
        assert accesses(out, "histogram")[kernel] == {"X": "read", "Bins": "read_write", "n": None}


def test_required_features(module, tmp_path: Path):
    source = module(
        "features.py",
        """
        @enigma.kernel
        def plain(A: enigma.f32):
            A[0] = 1.0

        @enigma.kernel
        def narrow(A: enigma.bf16):
            A[0] = 1.0

        @enigma.kernel
        def matrix(A: enigma.f32):
            m = enigma.make_filled_simdgroup_matrix("float", 1.0)
            enigma.simdgroup_matrix_store(m, A, 8)

        @enigma.kernel
        def narrow_matrix(A: enigma.bf16):
            m = enigma.make_filled_simdgroup_matrix("bfloat", 1.0)
            enigma.simdgroup_matrix_store(m, A, 8)
        """,
    )
    enigmac(source, "-o", tmp_path).expect()
    kernels = read(tmp_path, "features")["kernels"]
    assert {k["python_name"]: k["requires"] for k in kernels} == {
        "plain": [],
        "narrow": ["bfloat"],
        "matrix": ["simdgroup_matrix"],
        "narrow_matrix": ["simdgroup_matrix", "bfloat"],
    }


def test_facts_of_kernels(module, tmp_path: Path):
    source = module(
        "facts.py",
        """
        @enigma.kernel(grid=(100, 20), block=(8, 4, 2), max_threads=128, name="renamed")
        def facts(
            Plain: enigma.f32,
            Shaped: enigma.f16[3, 5],
            Copied: enigma.u8,
            Untouched: enigma.i32,
            Said: enigma.Out("float"),
            n: enigma.Scalar("int"),
            x: enigma.Scalar("half"),
        ):
            tile = enigma.threadgroup_alloc("float", (4, 5))
            i = enigma.thread_position_in_grid()
            tile[0, 0] = Plain[i]
            Copied[i] = Copied[i] + 1
            Shaped[1, 2] = x
            Said[i] = tile[0, 0]
        """,
    )
    enigmac(source, "-o", tmp_path).expect()
    (kernel,) = read(tmp_path, "facts")["kernels"]
    assert schema_errors(read(tmp_path, "facts")) == []
    assert (kernel["name"], kernel["python_name"]) == ("renamed", "facts")
    assert kernel["source"] == {"file": "facts.py", "line": 4}
    assert (kernel["grid"], kernel["block"]) == ([100, 20, 1], [8, 4, 2])
    assert kernel["max_threads_per_threadgroup"] == 128
    assert kernel["threadgroup_memory_bytes"] == 80
    by_name = {buffer["name"]: buffer for buffer in kernel["buffers"]}
    assert [buffer["index"] for buffer in kernel["buffers"]] == list(range(7))
    assert {name: buffer.get("access") for name, buffer in by_name.items()} == {
        "Plain": "read", "Shaped": "write", "Copied": "read_write", "Untouched": "read",
        "Said": "write", "n": None, "x": None,
    }  # fmt: skip
    shaped = by_name["Shaped"]
    assert (shaped["shape"], shaped["stride"]) == ([3, 5], [5, 1])
    assert (shaped["bytes"], shaped["alignment"], shaped["dtype"]) == (30, 2, "f16")
    assert by_name["Plain"]["shape"] is None and by_name["Plain"]["bytes"] is None
    assert [by_name[name]["dtype"] for name in ("n", "x", "Copied")] == ["i32", "f16", "u8"]
    assert [by_name[name]["bytes"] for name in ("n", "x")] == [4, 2]


@pytest.mark.parametrize("name", NAMES)
def test_manifest_and_metallib_agree(name: str, compiled):
    dumped = json.loads(metallib_dump(compiled() / f"{name}.metallib", "--json").expect().out)
    kernels = read(compiled(), name)["kernels"]
    assert [f["name"] for f in dumped["functions"]] == [k["name"] for k in kernels]
    for function, kernel in zip(dumped["functions"], kernels, strict=True):
        buffers = [a for a in function["arguments"] if a["kind"] == "buffer"]
        assert [(a["name"], a["location"]) for a in buffers] == [
            (b["name"], b["index"]) for b in kernel["buffers"]
        ]
